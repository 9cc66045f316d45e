"""Monthly sheets: frozen once drawn up, corrected in a new version, fetched as a file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.outbox import SINCE_EVER, Outbox
from domain.errors import Invalid
from domain.judging.sheet_office import DRAW
from domain.staff.roles import Role
from domain.transactions import Conflict
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.judging import MINUTE, Resolved, butler_at_work, house_of, ticket
from tests.staffing import PAGE, Colleague, act, at_work
from tests.ticketing import place


@pytest.fixture
def officer(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


async def test_a_sheet_stays_as_it_was_drawn_and_a_corrected_one_says_so(
    officer: Colleague, cast: Cast
) -> None:
    month, at = "2019-07", datetime(2019, 7, 10, 2, tzinfo=UTC)
    butler, where = await butler_at_work(cast), await place(cast)
    one = Resolved(resolver=butler.account.id, opened_at=at)
    late = Resolved(
        resolver=butler.account.id,
        opened_at=at,
        in_time=False,
        answered_after=30 * 60 * MINUTE,
        resolved_after=31 * 60 * MINUTE,
    )
    for cycles in ([one], [one], [late]):
        await ticket(cast, place=where, cycles=cycles)
    office = house_of(cast).judging.sheet_office
    drawn = await office.correct(act(house_of(cast), officer.account.id), of=month, reason="首次")
    [row] = [row for row in drawn.places if row.key == where]
    assert (row.opened, row.answered, row.minutes, row.resolved) == (3, 2, 10, 3)
    await ticket(cast, place=where, cycles=[one])
    page = f"/console/sheets/{month}"
    assert await office.get(month) == drawn
    answer = await officer.post(
        f"{page}/correction", {"move": "correct", "reason": "补录一张工单"}, headers=PAGE
    )
    assert answer.status_code == 303, answer.text
    shown = await officer.page(page)
    assert "更正，第 2 版" in shown
    assert "补录一张工单" in shown
    assert "首版" in await officer.page(f"{page}?version=1")
    assert (await office.get(month, 1)) == drawn
    [row] = [row for row in (await office.get(month)).places if row.key == where]
    assert row.opened == 4
    listed = await officer.page("/console/sheets")
    assert f'data-sheet="{month}.2"' in listed
    file = await officer.get(f"{page}/file?version=1")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"] == f'attachment; filename="sheet-{month}-1.csv"'
    assert "周敏" in file.text
    for missing in ("/console/sheets/2019-08", f"{page}?version=9", "/console/sheets/x/file"):
        assert (await officer.get(missing)).status_code == 404
    own = await butler.get("/console/performance")
    assert "2019-07：受理 4 件，24 小时内首次答复 3 件" in own.text
    assert 'aria-label="24 小时内首次答复的比例：7月 75%' in own.text
    await butler.close()


async def test_the_last_month_is_drawn_up_once_by_itself(
    cast: Cast, clock: Clock, installation: Installation
) -> None:
    clock.ahead = datetime(2031, 5, 20, 4, tzinfo=UTC) - clock()
    for _ in range(2):
        await Outbox(installation.database).stand(DRAW)
        await installation.database["outbox"].update_one(
            {"_id": DRAW}, {"$set": {"next_at": SINCE_EVER}}
        )
        await cast.work()
    rows = installation.database["monthly_sheets"].find({"month": "2031-04"})
    assert [(row["version"], row["drawn_by"]) async for row in rows] == [(1, "")]


async def test_a_month_that_goes_on_or_is_none_is_not_drawn_up(cast: Cast) -> None:
    house = house_of(cast)
    office = house.judging.sheet_office
    early = datetime(2026, 6, 4, 2, tzinfo=UTC)
    by_itself = replace(act(house), at=early)
    await office.work(by_itself)
    with pytest.raises(Conflict, match="要到2026年6月5日 00:00之后"):
        await office.correct(by_itself, of="2026-05", reason="x")
    for wrong in ("2026-13", "x", "2026-5-1", "0001-01", "9999-12"):
        with pytest.raises(Invalid):
            await office.correct(by_itself, of=wrong, reason="x")
