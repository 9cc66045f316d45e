"""Texts of promises as the office rewrites them: drafted, handed in, published, given up."""

from datetime import date
from typing import Any

from domain.promises.texts import Version, Wording
from handlers.house import House
from tests.staffing import act

EDITOR, REVIEWER = "an-editor", "a-reviewer"


def edited(wording: Wording, **given: Any) -> dict[str, Any]:
    """All that the form of a version sends."""
    term = wording.term
    return {
        "version": wording.version,
        "title": wording.title,
        "matter": wording.matter,
        "content": wording.content,
        "liability": wording.liability,
        "consequence": wording.consequence,
        "publicities": [one.value for one in wording.publicities],
        "circle": wording.circle,
        "shown_days": str(wording.shown_days),
        "valid_days": str(wording.valid_days or ""),
        "term_days": str(term.days) if term else "",
        "counting": term.counting if term else "calendar",
        "duty": term.duty if term else "",
        "why": "按新规定修改",
        **given,
    }


async def begun(house: House, template: str, *, by: str = EDITOR) -> Version:
    """A draft made from the version in force, under a name that nobody used."""
    text = await house.text_office.text(template, now=house.clock())
    return await house.text_office.begin(
        act(house, by), made_from=text.standing.id, name=house.draw.id()[-12:], why="按新规定修改"
    )


async def submitted(house: House, version_id: str, *, by: str = EDITOR) -> Version:
    """Handed in as it stands."""
    tag = (await house.text_office.get(version_id)).tag
    return await house.text_office.submit(act(house, by), version_id=version_id, tag=tag)


async def published(house: House, template: str, *, from_day: date | None = None) -> Version:
    """A new version of a text in force, or to be."""
    version = await submitted(house, (await begun(house, template)).id)
    return await house.text_office.publish(
        act(house, REVIEWER), version_id=version.id, tag=version.tag, from_day=from_day
    )


async def given_up(house: House, template: str) -> None:
    """Nothing of this text is in work any more."""
    work = (await house.text_office.text(template, now=house.clock())).in_work
    if work is not None:
        await house.text_office.give_up(act(house, EDITOR), version_id=work.id, tag=work.tag)
