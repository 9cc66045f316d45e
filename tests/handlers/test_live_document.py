"""docs/live.md says what the socket does: every frame, code, limit and stream, and no other."""

import json
import re
from pathlib import Path

from domain.live import frames, hub, presence, streams
from domain.live.passes import LASTS
from domain.live.sequence import Numbered, Place
from handlers import live
from handlers.live import FirstFrame, NextFrame

TEXT = (Path(__file__).parents[2] / "docs" / "live.md").read_text("utf-8")
FRAMES = [json.loads(code) for code in re.findall(r"`(\{.*?\})`(?=[ ,|])", TEXT)]
FIRST = json.loads(re.findall(r"```json\n(.*?)\n```", TEXT, re.DOTALL)[0])
PLACE = Place(era="…", last=813)
EVENT = Numbered(
    number=813,
    era="…",
    streams=("ticket:ID", "desk"),
    kind="ticket.answered",
    about="ID",
    revision=4,
)


def column(heading: str) -> set[str]:
    """The first column of the table under a heading."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| *(.*?) *\|", section, re.MULTILINE)
    return {row for row in rows[1:] if not set(row) <= {"-", ":"}}


def test_every_frame_that_comes_is_as_the_document_shows_it() -> None:
    sent = [
        frames.event(EVENT, ["ticket:ID"]),
        frames.ready(PLACE, ["ticket:ID", "person:ID"]),
        frames.reset(PLACE),
        frames.refused(["ticket:ID"]),
        frames.presence("ID", looking=["王敏"], typing=[], words=["王敏正在查看"]),
    ]
    come = [frame for frame in FRAMES if not set(frame) & set(NextFrame.model_fields)]
    assert come == [json.loads(frame) for frame in sent]


def test_every_frame_that_is_sent_is_in_the_document() -> None:
    shown = [frame for frame in FRAMES if set(frame) & set(NextFrame.model_fields)]
    assert {key for frame in shown for key in frame} == set(NextFrame.model_fields)
    for frame in shown:
        NextFrame.model_validate(frame)
    assert set(FIRST) == {field.alias or name for name, field in FirstFrame.model_fields.items()}
    FirstFrame.model_validate(FIRST)


def test_every_code_is_in_the_document() -> None:
    codes = {live.BAD_FRAME, live.NO_PASS, live.SLOW, live.FLOOD, live.GOING, live.LATER, 1009}
    assert column("Why it is closed") == {str(code) for code in codes}
    assert {code for code, _ in live.ENDINGS.values()} <= codes


def test_every_kind_of_stream_is_in_the_document() -> None:
    kinds = {streams.TICKET, streams.INNER, streams.PLACE, streams.PERSON, streams.STAFF}
    assert column("Coming in") == {"`desk`", *(f"`{kind}:ID`" for kind in kinds)}


def test_the_limits_are_those_in_the_document() -> None:
    for said in (
        f"holds for {LASTS.seconds} seconds",
        f"within {live.PASS_SECONDS} seconds",
        f"holds for {presence.LOOKS_SECONDS:.0f} seconds",
        f"holds for {presence.TYPES_SECONDS:.0f} seconds",
        f"At most {live.LONGEST_FRAME} bytes a frame, {live.BURST:.0f} frames at once",
        f"and {live.PER_SECOND:.0f} a second from then on",
        f"{live.MOST_STREAMS} streams",
        f"missed more than {hub.MOST_PAST}",
        f"the {live.PING_SECONDS} seconds between pings",
    ):
        assert said in TEXT, said
