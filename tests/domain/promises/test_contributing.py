"""Which promises go to the platform: by the text that was signed, and as the district has it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from content.catalogue import FOLDER
from content.promises import load_promises
from domain.promises import performance
from domain.promises.contributing import Collecting, told
from domain.promises.promises import State
from domain.promises.templates import Publicity, Template
from tests.domain.promises.test_performance import CALENDAR, TERMS, promise, to

CONTENT = load_promises(FOLDER)
TEXT = CONTENT.templates["electricity"]
SILENT = replace(TEXT, content="诚信守法。")


def left(template: Template, collected: frozenset[str]) -> list[str]:
    """What is left for the platform when a promise with this text is signed."""
    things: list[str] = []

    async def leave(_: Any, __: Any, *, kind: str, thing_id: str, version: int) -> None:
        things.append(f"{kind} {thing_id} {version}")

    nothing: Any = None
    collecting = Collecting(store=nothing, collected=collected, leave=leave)
    asyncio.run(collecting.signed(nothing, nothing, promise(), template))
    return things


def test_every_text_that_ships_is_collected_by_its_own_words() -> None:
    assert CONTENT.collected == set(CONTENT.templates)


@pytest.mark.parametrize(
    ("template", "collected", "expected"),
    [
        (TEXT, frozenset({"electricity"}), ["promise p 0"]),
        (TEXT, frozenset({"voluntary"}), []),
        (SILENT, frozenset({"electricity"}), []),
    ],
    ids=["agreed to", "not by the district", "not by the text"],
)
def test_it_goes_when_district_and_text_say_so(
    template: Template, collected: frozenset[str], expected: list[str]
) -> None:
    assert left(template, collected) == expected


def test_only_what_a_reader_of_reports_would_see_changes_what_is_told() -> None:
    signed = promise()
    for names in (("order",), ("order", "correct"), ("order", "propose")):
        assert told(to(*names)) == told(signed), names
    broken = to("order", "propose", "confirm")
    assert told(broken) != told(signed)
    now = broken.changed_at
    objected = performance.objected(broken, reason="已交", terms=TERMS, calendar=CALENDAR, now=now)
    assert told(objected) == told(broken)
    undone = performance.decided(objected, upheld=True, reason="属实", by="checker", now=now)
    assert told(undone) == told(signed)
    assert told(replace(signed, state=State.WITHDRAWN)) != told(signed)
    assert told(replace(signed, publicity=Publicity.PRIVATE)) != told(signed)
