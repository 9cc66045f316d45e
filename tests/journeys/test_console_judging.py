"""Pages of judging are for everyone, and go by keyboard."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.journeys.test_console_pages import at_screen, for_everyone, visit
from tests.judging import (
    DAY,
    MINUTE,
    Resolved,
    butler_at_work,
    complained,
    house_of,
    judgement_of,
    press,
    rate,
    resolved_by,
    ticket,
)
from tests.live import running
from tests.staffing import Colleague, act, at_work
from tests.ticketing import place

MONTHS = (3, 4, 5)


@pytest.fixture
def live(io_loop: IOLoop, installation: Installation) -> Iterator[None]:
    """What happens is told to whoever listens."""
    runner = installation.live

    async def start() -> None:
        runner.start()
        await running(runner)

    io_loop.run_sync(start)
    yield
    io_loop.run_sync(runner.stop)


async def a_past(cast: Cast, butler: Colleague) -> None:
    """Three months with sheets, and a week with work, some of it late."""
    where, house = await place(cast), house_of(cast)
    for month in MONTHS:
        opened_at = datetime(2018, month, 10, 2, tzinfo=UTC)
        for number in range(month):
            one = Resolved(resolver=butler.account.id, opened_at=opened_at, in_time=number % 3 != 0)
            await ticket(cast, place=where, cycles=[one])
        office = house.judging.sheet_office
        await office.correct(act(house, "office"), of=f"2018-{month:02d}", reason="首次生成")
    for number in range(8):
        one = Resolved(
            resolver=butler.account.id,
            opened_at=house.clock() - 2 * DAY + number * MINUTE,
            in_time=number > 1,
        )
        await ticket(cast, place=where, cycles=[one])


async def test_pages_of_judging(charlie: Person, alice: Person, cast: Cast) -> None:
    butler, office = await butler_at_work(cast), await at_work(cast, Role.OFFICE)
    supervisor = await at_work(cast, Role.SUPERVISOR)
    await a_past(cast, butler)
    low = await resolved_by(cast, charlie, butler)
    await rate(charlie, low, 2, "等了两天没有回音，后来才说要再补材料。")
    [by_stars] = (await charlie.get(f"/v1/tickets/{low}/complaints")).json()["items"]
    worded = await complained(alice, await resolved_by(cast, alice, butler))
    page = f"/console/complaints/{worded['number']}"
    await press(butler, page, "statement", {"move": "state", "text": "当天在外勤走访企业。"})
    await press(office, page, "handling", {"move": "take"})
    decided = await complained(charlie, await resolved_by(cast, charlie, butler))
    ended = f"/console/complaints/{decided['number']}"
    await press(butler, ended, "statement", {"move": "state", "text": "情况属实，已改进。"})
    await press(office, ended, "handling", {"move": "take"})
    await press(office, ended, "handling", {"move": "uphold", "text": "三次来访均无人接待"})
    heard = await judgement_of(cast, butler.account.id, heard=True)
    judged = f"/console/judgements/{heard.id}"
    own = {
        "performance-own": "/console/performance",
        "complaint-own": f"/console/complaints/{by_stars['number']}",
        "judgement-own": judged,
        "desk-butler": "/console",
    }
    pages = {
        "complaints": "/console/complaints",
        "complaint-taken": page,
        "complaint-upheld": ended,
        "judgements": "/console/judgements",
        "judgement-office": judged,
        "performance": "/console/performance",
        "performance-one": f"/console/performance/{butler.account.id}",
        "sheets": "/console/sheets",
        "sheet": "/console/sheets/2018-05",
    }
    await visit(butler, own)
    await visit(office, pages)
    proposed = await judgement_of(cast, butler.account.id, heard=True, proposed=True)
    await visit(supervisor, {"judgement-decision": f"/console/judgements/{proposed.id}"})


@pytest.mark.usefixtures("live")
async def test_a_butler_sees_what_becomes_of_a_complaint_without_loading_it_anew(
    charlie: Person, cast: Cast
) -> None:
    butler, office = await butler_at_work(cast), await at_work(cast, Role.OFFICE)
    made = await complained(charlie, await resolved_by(cast, charlie, butler))
    path = f"/console/complaints/{made['number']}"
    async with at_screen(butler) as page:
        await page.goto(path)
        await page.locator("#statement").fill("当天在外勤走访企业。")
        await press(office, path, "handling", {"move": "take"})
        await page.locator("[data-state=taken]").wait_for()
        assert await page.locator("#statement").input_value() == "当天在外勤走访企业。"
        # What was begun before is sent against what was seen then, and nothing of it is lost.
        await page.locator("[data-test=state-side]").click()
        await page.locator("[data-test=refused]").wait_for()
        await page.locator("[data-test=state-side]").click()
        await page.locator("[data-test=statement]", has_text="外勤").wait_for()
        await press(office, path, "handling", {"move": "uphold", "text": "核实无人接待"})
        await page.locator("[data-state=upheld]").wait_for()
        await page.goto("/console/performance")
        await page.locator("[data-test=upheld]", has_text=made["number"]).wait_for()
    await butler.close()
    await office.close()


async def test_a_complaint_is_taken_and_decided_with_the_keyboard_alone(
    charlie: Person, cast: Cast
) -> None:
    butler, office = await butler_at_work(cast), await at_work(cast, Role.OFFICE)
    made = await complained(charlie, await resolved_by(cast, charlie, butler))
    path = f"/console/complaints/{made['number']}"
    await press(butler, path, "statement", {"move": "state", "text": "当天在外勤。"})
    async with at_screen(office) as page:
        await for_everyone(page, path, "complaint-keyboard")
        await page.get_by_role("button", name="由我受理").focus()
        await page.keyboard.press("Enter")
        await page.locator("[data-test=uphold]").wait_for()
        await page.locator("#reason").focus()
        await page.keyboard.type("核实无人接待")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.locator("[data-state=upheld]").wait_for()
    await butler.close()
    await office.close()
