"""Events name streams, kinds and ids, and streams are named in one way only."""

from datetime import UTC, datetime

import pytest

from domain.errors import Invalid
from domain.live import streams
from domain.live.events import LiveEvent, Publishing
from domain.transactions import Act, Unit
from server.draw import SystemDraw


class Outbox:
    """Keeps what was left."""

    def __init__(self) -> None:
        self.left: list[LiveEvent] = []

    async def leave(self, _: Unit, event: LiveEvent) -> None:
        self.left.append(event)


async def _never(*_: object, **__: object) -> object:
    raise AssertionError


ACT = Act(
    at=datetime(2026, 2, 13, 9, tzinfo=UTC),
    actor="somebody",
    trace_id="0" * 32,
    draw=SystemDraw(),
    commit=_never,  # type: ignore[arg-type]
)


async def test_each_stream_is_named_once_whoever_repeats_it() -> None:
    outbox = Outbox()
    publish = Publishing(outbox=outbox)
    ticket = streams.of_ticket("t1")
    await publish(
        None,  # type: ignore[arg-type]
        ACT,
        streams=[ticket, streams.DESK, ticket],
        kind="ticket.asked",
        about="t1",
        revision=3,
    )
    (event,) = outbox.left
    assert event.streams == ("ticket:t1", "desk")
    assert (event.kind, event.about, event.revision) == ("ticket.asked", "t1", 3)


@pytest.mark.parametrize(
    "names",
    [(), ("",), ("ticket:",), ("ticket:a b",), ("desk:1",), ("all",), ("ticket:" + "x" * 65,)],
)
async def test_what_is_no_name_of_a_stream_is_refused(names: tuple[str, ...]) -> None:
    outbox = Outbox()
    with pytest.raises(Invalid):
        await Publishing(outbox=outbox)(
            None,  # type: ignore[arg-type]
            ACT,
            streams=names,
            kind="ticket.asked",
            about="t1",
        )
    assert outbox.left == []


def test_a_stream_tells_its_kind_and_id() -> None:
    assert streams.kind_of(streams.inside_ticket("t1")) == streams.INNER
    assert streams.id_of(streams.of_place("b-7")) == "b-7"
    assert streams.kind_of("desk") == streams.DESK
    assert streams.kind_of("desk:1") == ""
