"""Pages of places, butlers and the roster are for everyone; a gap is closed with the keyboard."""

from datetime import timedelta

from domain.staff.roles import Role
from domain.time import SHANGHAI
from tests.cast import Cast
from tests.journeys.test_console_pages import at_screen, visit
from tests.rostering import building, enrolled, house_of, on_leave
from tests.staffing import act, at_work


async def test_pages_of_the_roster(cast: Cast) -> None:
    house = house_of(cast)
    place = await building(cast, "三寓宾馆东座（样例）")
    own = await at_work(cast, Role.BUTLER)
    mine = await enrolled(cast, place.id, staff_id=own.account.id, skills=("risk-hint",))
    other = await on_leave(cast, await enrolled(cast, place.id))
    await on_leave(cast, mine, days_ahead=2)
    begins = house.clock() + timedelta(days=5)
    await house.butlers.shifts.put(
        act(house, "office"),
        place_id=place.id,
        staff_id=mine.staff_id,
        begins=begins,
        ends=begins + timedelta(hours=8),
        note="周末值班",
    )
    await house.butlers.watching.work(act(house))
    pages = {
        "roster": "/console/roster?q=三寓宾馆",
        "places": "/console/places",
        "place": f"/console/places/{place.id}",
        "butlers": "/console/butlers",
        "butler": f"/console/butlers/{other.staff_id}",
        "service-items": "/console/service-items",
    }
    await visit(await at_work(cast, Role.OFFICE), pages)
    butlers = {
        "butler-own": f"/console/butlers/{mine.staff_id}",
        "butler-other": f"/console/butlers/{other.staff_id}",
        "roster-butler": "/console/roster?q=三寓宾馆",
    }
    await visit(own, butlers)


async def test_the_office_closes_a_gap_with_a_shift(cast: Cast) -> None:
    house = house_of(cast)
    place = await building(cast)
    butler = await enrolled(cast, place.id)
    office = await at_work(cast, Role.OFFICE)
    now = house.clock()
    [gap, *_] = await house.butlers.roster.gaps(place.id, now, now + timedelta(days=7))
    middle = (gap.begins + (gap.ends - gap.begins) / 2).astimezone(SHANGHAI)
    begins = middle - timedelta(hours=9)
    async with at_screen(office) as page:
        await page.goto(f"/console/places/{place.id}")
        before = await page.locator("[data-test=gaps]").inner_text()
        await page.get_by_label("信用管家", exact=True).select_option(butler.staff_id)
        await page.get_by_label("开始时间").fill(f"{begins:%Y-%m-%dT%H:%M}")
        ends = begins + timedelta(hours=18)
        await page.get_by_label("结束时间").fill(f"{ends:%Y-%m-%dT%H:%M}")
        await page.keyboard.press("Enter")
        await page.locator("[data-test=shifts]").wait_for()
        assert await page.locator("[data-test=days] .mark", has_text="值班").count() >= 1
        after = page.locator("[data-test=gaps]")
        assert await after.count() == 0 or await after.inner_text() != before
    await office.close()
