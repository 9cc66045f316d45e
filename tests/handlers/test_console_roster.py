"""Places, butlers and the roster in the console: kept by the office, seen by butlers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.butlers.butlers import LeaveState
from domain.staff.roles import Role
from domain.time import SHANGHAI, civil_date
from tests.cast import Cast
from tests.problems import check_problem
from tests.rostering import account, building, enrolled, house_of, on_leave
from tests.staffing import PAGE, Colleague, act, at_work

USCC = "91440104000000019T"


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def butler(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.BUTLER))
    yield colleague
    io_loop.run_sync(colleague.close)


async def page_of(colleague: Colleague, path: str) -> str:
    return str(await colleague.page(path))


def days(cast: Cast, ahead: int) -> str:
    day = (house_of(cast).clock() + timedelta(days=ahead)).astimezone(SHANGHAI)
    return day.date().isoformat()


def pointers(answer: Any) -> list[str]:
    return [fault.pointer for fault in check_problem(answer, 422, "invalid").errors]


# -- places ---------------------------------------------------------------------


async def test_the_office_adds_a_place_and_changes_it_against_what_it_saw(
    cast: Cast, office: Colleague
) -> None:
    street = (await building(cast)).parent
    code = house_of(cast).draw.id()[-12:].upper()
    form = {
        "move": "add",
        "code": code,
        "name": "新登记大厦",
        "kind": "building",
        "parent": street,
        "hours_0": "9:00-12:00 13:00-17:00",
    }
    added = await office.post("/console/places", form)
    assert added.status_code == 303, added.text
    path = added.headers["Location"]
    page = await page_of(office, path)
    assert "新登记大厦" in page
    assert "周一 9:00–12:00、13:00–17:00" in page
    tag = re.findall(r'name="tag" value="([^"]+)"', page)[-1].replace("&quot;", '"')
    again = await office.post("/console/places", form)
    check_problem(again, 409, "conflict")
    change = {**form, "move": "change", "tag": tag, "open": "no", "hours_0": ""}
    assert (await office.post(path, change)).status_code == 303
    check_problem(await office.post(path, change), 412, "stale")
    changed = await page_of(office, path)
    assert "停止服务" in changed
    assert "（全区统一）" in changed


async def test_every_fault_of_a_place_is_told_and_what_was_typed_stays(
    office: Colleague,
) -> None:
    form = {"move": "add", "code": "?", "name": "楼", "kind": "building"}
    assert pointers(await office.post("/console/places", form)) == ["/code", "/name", "/parent"]
    odd = {**form, "hours_0": "上午", "hours_6": "9:00-8:00"}
    assert pointers(await office.post("/console/places", odd)) == ["/hours_0", "/hours_6"]
    page = (await office.post("/console/places", odd, headers=PAGE)).text
    assert 'data-test="refused"' in page
    assert 'value="上午"' in page


async def test_tenants_come_and_leave(cast: Cast, office: Colleague) -> None:
    place = await building(cast)
    path = f"/console/places/{place.id}"
    today = civil_date(house_of(cast).clock())
    come = {"move": "come", "uscc": USCC, "name": "样例公司", "room": "801"}
    assert pointers(await office.post(f"{path}/tenancies", come)) == ["/on"]
    answer = await office.post(f"{path}/tenancies", {**come, "on": today.isoformat()})
    assert answer.status_code == 303, answer.text
    page = await page_of(office, path)
    assert USCC in page
    [tenancy] = re.findall(r'name="tenancy" value="([^"]+)"', page)
    leave = {"move": "leave", "tenancy": tenancy, "tag": '"0"', "on": today.isoformat()}
    assert (await office.post(f"{path}/tenancies", leave)).status_code == 303
    assert 'data-test="leave"' not in await page_of(office, path)
    check_problem(await office.post(f"{path}/tenancies", leave), 412, "stale")
    elsewhere = f"/console/places/{(await building(cast)).id}/tenancies"
    check_problem(await office.post(elsewhere, leave), 404, "not_found")


# -- the roster -------------------------------------------------------------------


async def test_the_roster_names_each_gap_in_words_until_a_shift_closes_it(
    cast: Cast, office: Colleague
) -> None:
    house = house_of(cast)
    place = await building(cast, "排班样例大厦")
    one = await enrolled(cast, place.id)
    now = house.clock()
    [gap] = [
        gap
        for gap in await house.butlers.roster.gaps(place.id, now, now + timedelta(days=7))
        if gap.begins > now
    ][:1]
    path = f"/console/places/{place.id}"
    assert f"{gap.span} 无人在岗" in await page_of(office, path)
    await house.butlers.watching.work(act(house))
    roster = await page_of(office, "/console/roster?q=排班样例大厦")
    assert "排班样例大厦" in roster
    assert '<strong class="gap">无人在岗</strong>' in roster
    begins, form = gap.begins, {"move": "put", "staff_id": one.staff_id, "note": "值班"}
    while begins < gap.ends:
        ends = min(begins + timedelta(hours=24), gap.ends)
        times = {"begins": local(begins), "ends": local(ends)}
        answer = await office.post(f"{path}/shifts", {**form, **times})
        assert answer.status_code == 303, answer.text
        begins = ends
    closed = await page_of(office, path)
    assert f"{gap.span} 无人在岗" not in closed
    assert '<span class="mark">值班</span>' in closed
    shift = re.findall(r'name="shift" value="([^"]+)"', closed)[0]
    out = {"move": "take_out", "shift": shift}
    assert (await office.post(f"{path}/shifts", out)).status_code == 303
    check_problem(await office.post(f"{path}/shifts", out), 404, "not_found")


def local(at: Any) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


async def test_a_shift_without_times_or_with_nonsense_is_refused(
    cast: Cast, office: Colleague
) -> None:
    path = f"/console/places/{(await building(cast)).id}/shifts"
    assert pointers(await office.post(path, {"move": "put"})) == ["/begins", "/ends"]
    nonsense = {"move": "put", "begins": "tomorrow", "ends": "later"}
    assert pointers(await office.post(path, nonsense)) == ["/begins", "/ends"]


async def test_the_roster_may_be_looked_at_from_another_day_on(
    cast: Cast, office: Colleague
) -> None:
    place = await building(cast, "春节样例大厦")
    await enrolled(cast, place.id)
    page = await page_of(office, "/console/roster?q=春节样例大厦&begins=2026-02-13")
    assert "2月13日 周五 至 2月19日 周四" in page
    assert page.count('<strong class="gap">无人在岗</strong>') == 9
    assert '<span class="mark">班</span>' in page
    far = await page_of(office, "/console/roster?begins=1999-01-01")
    today = civil_date(house_of(cast).clock())
    assert f'value="{today.isoformat()}"' in far


# -- butlers and leave ----------------------------------------------------------------


async def test_the_office_enrols_an_account_and_says_where_and_what(
    cast: Cast, office: Colleague
) -> None:
    staff_id, places = await account(cast), [(await building(cast)).id for _ in range(2)]
    assert staff_id in await page_of(office, "/console/butlers")
    form = {
        "move": "enrol",
        "staff_id": staff_id,
        "agency": "样例机构甲",
        "places": places,
        "skills": "risk-hint",
        "hours_5": "9:00-12:00",
    }
    answer = await office.post("/console/butlers", form)
    assert answer.status_code == 303, answer.text
    kept = await house_of(cast).butlers.butlers.get(staff_id)
    assert (set(kept.places), kept.skills) == (set(places), ("risk-hint",))
    page = await page_of(office, f"/console/butlers/{staff_id}")
    assert "周六 9:00–12:00" in page
    assert "信用风险提示" in page
    check_problem(await office.post("/console/butlers", form), 409, "conflict")
    describe = {"move": "describe", "agency": "样例机构乙", "tag": kept.tag}
    path = f"/console/butlers/{staff_id}"
    assert (await office.post(path, describe)).status_code == 303
    check_problem(await office.post(path, describe), 412, "stale")


async def test_a_butler_may_have_fifty_places_ticked_and_no_more(
    cast: Cast, office: Colleague
) -> None:
    """What is wrong with the fifty-first is told; the form is not too long to be read."""
    form = {"move": "enrol", "staff_id": await account(cast), "agency": "样例机构"}
    for count, said in ((50, "不存在"), (51, "最多负责 50 个")):
        ticked = {**form, "places": [f"place-{number}" for number in range(count)]}
        answer = await office.post("/console/butlers", ticked)
        problem = check_problem(answer, 422, "invalid")
        assert [fault.pointer for fault in problem.errors] == ["/places"]
        assert said in problem.errors[0].detail


async def test_a_butler_asks_for_leave_and_the_office_grants_it(
    cast: Cast, office: Colleague, butler: Colleague
) -> None:
    place = await building(cast)
    mine = await enrolled(cast, place.id, staff_id=butler.account.id)
    other = await enrolled(cast, place.id)
    form = {
        "move": "ask",
        "begins": f"{days(cast, 5)}T09:00",
        "ends": f"{days(cast, 6)}T18:00",
        "reason": "体检",
        "stand_in": other.staff_id,
    }
    assert "我的登记与请假" in await page_of(butler, "/console/roster")
    assert (await butler.post("/console/leave", form)).status_code == 303
    path = f"/console/butlers/{mine.staff_id}"
    assert "待信用办批准" in await page_of(butler, path)
    house = house_of(cast)
    asking = await house.butlers.butlers.get(mine.staff_id)
    grant = {"move": "grant", "leave": asking.leaves[0].id, "tag": asking.tag}
    assert (await office.post(f"{path}/leave", grant)).status_code == 303
    check_problem(await office.post(f"{path}/leave", grant), 412, "stale")
    granted = await house.butlers.butlers.get(mine.staff_id)
    assert granted.leaves[0].state is LeaveState.GRANTED
    withdraw = {"move": "withdraw", "leave": granted.leaves[0].id, "tag": granted.tag}
    assert (await butler.post("/console/leave", withdraw)).status_code == 303
    assert "已撤回" in await page_of(butler, path)


async def test_leave_is_refused_with_a_reason_that_its_butler_reads(
    cast: Cast, office: Colleague
) -> None:
    asking = await on_leave(cast, await enrolled(cast))
    path = f"/console/butlers/{asking.staff_id}"
    refuse = {"move": "refuse", "leave": asking.leaves[0].id, "tag": asking.tag}
    assert pointers(await office.post(f"{path}/leave", refuse)) == ["/reason"]
    answer = await office.post(f"{path}/leave", {**refuse, "reason": "当天已有两人请假"})
    assert answer.status_code == 303
    assert "当天已有两人请假" in await page_of(office, path)


async def test_every_fault_of_a_leave_is_told(cast: Cast, butler: Colleague) -> None:
    mine = await enrolled(cast, staff_id=butler.account.id)
    form = {
        "move": "ask",
        "begins": f"{days(cast, -3)}T09:00",
        "ends": f"{days(cast, -2)}T09:00",
        "reason": "病",
        "stand_in": mine.staff_id,
    }
    answer = await butler.post("/console/leave", form)
    assert pointers(answer) == ["/reason", "/ends", "/begins", "/stand_in"]
    before_time = await butler.post("/console/leave", {**form, "begins": "0001-01-01T00:00"})
    assert pointers(before_time) == ["/begins"]
    page = (await butler.post("/console/leave", form, headers=PAGE)).text
    assert "不能补请" in page
    assert f'value="{days(cast, -3)}T09:00"' in page


async def test_why_a_colleague_is_away_is_no_other_butlers_matter(
    cast: Cast, office: Colleague, butler: Colleague
) -> None:
    asking = await on_leave(cast, await enrolled(cast))
    path = f"/console/butlers/{asking.staff_id}"
    assert "家中有事" in await page_of(office, path)
    seen = await page_of(butler, path)
    assert "家中有事" not in seen
    assert 'data-test="grant"' not in seen
    assert 'data-test="ask"' not in seen


async def test_who_has_no_record_cannot_ask_for_leave(cast: Cast, butler: Colleague) -> None:
    form = {"move": "ask", "begins": f"{days(cast, 1)}T09:00", "ends": f"{days(cast, 2)}T09:00"}
    check_problem(await butler.post("/console/leave", form), 404, "not_found")


async def test_the_catalogue_is_shown_with_clocks_and_usual_replies(office: Colleague) -> None:
    page = await page_of(office, "/console/service-items")
    assert "首次答复 2 小时，再次答复 4 小时，办结 21 小时" in page
    assert "收费标准由服务机构公示" in page
    assert "您好，您的问题已收到" in page
