"""The power company's desk: every step by hand, by deadline; others see it masked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.electricity.applications import (
    Application,
    Channel,
    Later,
    Manager,
    Premises,
    Proof,
    State,
)
from domain.staff.roles import Role
from domain.time import SHANGHAI, civil_date
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.electricity import PHOTO, WANTED, with_supplier
from tests.problems import check_problem
from tests.staffing import PAGE, Colleague, at_work

PERSON = {
    "uscc": None,
    "about": "p1",
    "applicant": "林晓芸",
    "identifier": "440104199001010011",
    "wanted": replace(WANTED, business="resident-new", contact="林晓芸", phone="13800138000"),
}


@pytest.fixture
def clerk(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.GRID_CLERK))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


async def page_of(colleague: Colleague, one: Application) -> str:
    answer = await colleague.get(f"/console/electricity/{one.number}")
    return str(answer.raise_for_status().text)


def tag_on(page: str) -> str:
    return page.partition('name="tag" value="')[2].partition('"')[0].replace("&quot;", '"')


async def move(colleague: Colleague, one: Application, kind: str, **form: Any) -> Any:
    """A form of the application's page, as it stands now."""
    tag = form.pop("tag", None) or tag_on(await page_of(colleague, one)) or '"0"'
    headers = form.pop("headers", {})
    path = f"/console/electricity/{one.number}/moves"
    return await colleague.post(path, {"move": kind, "tag": tag, **form}, headers=headers)


async def test_every_step_by_hand_from_the_promise_to_the_end(
    cast: Cast, clerk: Colleague, office: Colleague, clock: Clock
) -> None:
    one = await with_supplier(cast)
    today = civil_date(clock())
    soon = (clock() + timedelta(days=2)).astimezone(SHANGHAI)
    survey = {
        "begins": f"{soon:%Y-%m-%dT09:00}",
        "ends": f"{soon:%Y-%m-%dT11:30}",
    }
    steps: list[tuple[str, dict[str, str], str]] = [
        ("accept", {}, "供电企业已受理"),
        ("survey", survey, f"{soon.month}月{soon.day}日 09:00 起现场勘查"),
        ("reply_plan", {"plan": "由公变台区低压供电"}, "供电方案：由公变台区低压供电"),
        ("works", {"reason": "架设电缆"}, "外线工程开始施工"),
        ("energise", {"on": today.isoformat(), "account": "0301234567890"}, "装表接电"),
        ("close", {}, "已办结"),
    ]
    for kind, form, said in steps:
        assert f'data-test="{kind}"' in await page_of(clerk, one)
        answer = await move(clerk, one, kind, **form)
        assert answer.status_code == 303, answer.text
        assert said in await page_of(clerk, one)
    page = await page_of(office, one)
    assert "户号 0301234567890" in page
    assert page.count("供电企业，") >= len(steps)
    assert 'data-test="accept"' not in page
    listed = await office.listed("/console/electricity?state=closed")
    assert one.number in listed
    assert one.number not in await office.listed("/console/electricity")


async def test_it_is_returned_with_the_papers_named_and_rejected_with_a_reason(
    cast: Cast, clerk: Colleague
) -> None:
    one = await with_supplier(cast)
    empty = await move(clerk, one, "return", days="5")
    pointers = [fault.pointer for fault in check_problem(empty, 422, "invalid").errors]
    assert pointers == ["/papers", "/reason"]
    papers = ["licence", "devices"]
    answer = await move(clerk, one, "return", papers=papers, reason="照片不清晰", days="5")
    assert answer.status_code == 303, answer.text
    page = await page_of(clerk, one)
    assert "营业执照、用电设备清单" in page
    assert "照片不清晰" in page
    unknown = await move(clerk, await with_supplier(cast), "return", papers="gold", reason="缺")
    check_problem(unknown, 409, "conflict")
    check_problem(await move(clerk, one, "reject"), 422, "invalid")
    answer = await move(clerk, one, "reject", reason="地址属已征收房屋")
    assert answer.status_code == 303
    assert "地址属已征收房屋" in await page_of(clerk, one)


async def test_a_step_that_is_not_possible_says_why_and_changes_nothing(
    cast: Cast, clerk: Colleague
) -> None:
    one = await with_supplier(cast)
    refused = await move(clerk, one, "energise", on="2026-01-01", account="0301234567890")
    problem = check_problem(refused, 409, "conflict")
    assert "承诺已签署" in problem.detail
    missing = await move(clerk, one, "energise", account="12")
    pointers = [fault.pointer for fault in check_problem(missing, 422, "invalid").errors]
    assert pointers == ["/on", "/account"]
    malformed = await move(clerk, one, "survey", begins="明天", ends="2026-01-01T09:00")
    check_problem(malformed, 422, "invalid")
    check_problem(await move(clerk, one, "dance"), 422, "invalid")
    assert 'data-state="promise_signed"' in await page_of(clerk, one)


async def test_a_stale_form_keeps_what_was_typed(cast: Cast, clerk: Colleague) -> None:
    one = await with_supplier(cast, state=State.ACCEPTED)
    tag = tag_on(await page_of(clerk, one))
    plan = {"plan": "由<台区>供电"}
    assert (await move(clerk, one, "survey", **times(cast))).status_code == 303
    stale = await move(clerk, one, "reply_plan", tag=tag, headers=PAGE, **plan)
    assert stale.status_code == 412
    assert "由&lt;台区&gt;供电" in stale.text
    assert "刚刚有了变动" in stale.text
    again = await move(clerk, one, "reply_plan", tag=tag_on(stale.text), headers=PAGE, **plan)
    assert again.status_code == 303
    ticked = {"papers": "licence", "reason": "", "days": "7"}
    other = await with_supplier(cast)
    half = await move(clerk, other, "return", headers=PAGE, **ticked)
    assert half.status_code == 422
    assert 'value="licence" checked' in half.text
    assert "请填写“退回原因”。" in half.text


def times(cast: Cast) -> dict[str, str]:
    assert cast.house
    soon = (cast.house.clock() + timedelta(days=2)).astimezone(SHANGHAI)
    return {"begins": f"{soon:%Y-%m-%dT09:00}", "ends": f"{soon:%Y-%m-%dT10:00}"}


async def test_the_clerk_sees_whom_to_visit_and_others_do_not(
    cast: Cast, clerk: Colleague, office: Colleague
) -> None:
    one = await with_supplier(cast, **PERSON)
    whole, masked = await page_of(clerk, one), await page_of(office, one)
    for seen in ("林晓芸", "13800138000", WANTED.address):
        assert seen in whole
        assert seen not in masked
    assert "林**" in masked
    assert "138****8000" in masked
    assert PERSON["identifier"] not in whole + masked
    for colleague in (clerk, office):
        listed = await colleague.listed("/console/electricity")
        assert ("林晓芸" in listed) is (colleague is clerk)


async def test_what_is_not_with_the_supplier_is_not_the_clerks(
    cast: Cast, clerk: Colleague, office: Colleague
) -> None:
    one = await with_supplier(cast, state=State.REPORT_BLOCKED)
    check_problem(await clerk.client.get(f"/console/electricity/{one.number}"), 404, "not_found")
    check_problem(await move(clerk, one, "reject", reason="不行", tag='"0"'), 404, "not_found")
    path = f"/console/electricity/{one.number}/materials/{one.materials[0].id}"
    check_problem(await clerk.client.get(path), 404, "not_found")
    assert one.number in await page_of(office, one)
    assert one.number in await office.listed("/console/electricity?state=report_blocked")
    assert one.number not in await clerk.listed("/console/electricity?state=report_blocked")


async def test_a_paper_is_saved_and_the_look_recorded(
    cast: Cast, clerk: Colleague, office: Colleague, installation: Installation
) -> None:
    one = await with_supplier(cast)
    path = f"/console/electricity/{one.number}/materials/{one.materials[0].id}"
    assert path in await page_of(clerk, one)
    assert path not in await page_of(office, one)
    answer = await clerk.get(path)
    assert answer.content == PHOTO
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    events = installation.database["audit_events"]
    event = await events.find_one({"action": "electricity.material_read", "object_id": one.id})
    assert event
    assert event["actor"] == clerk.account.id
    other = await with_supplier(cast)
    mixed = f"/console/electricity/{other.number}/materials/{one.materials[0].id}"
    check_problem(await clerk.client.get(mixed), 404, "not_found")


async def test_the_earliest_deadline_is_first_and_told_in_words(
    cast: Cast, clerk: Colleague, office: Colleague, clock: Clock
) -> None:
    now = clock()
    fresh = await with_supplier(cast)
    long_ago = await with_supplier(cast, since=now - timedelta(days=30), green=True)
    page = await clerk.listed("/console/electricity")
    assert page.index(long_ago.number) < page.index(fresh.number)
    row = page.partition(f'data-number="{long_ago.number}"')[2].partition("</tr>")[0]
    assert "已逾期" in row
    assert "绿色通道" in row
    assert "供电企业" in row
    first = await clerk.page("/console/electricity?limit=1")
    assert first.count("<tr data-number") == 1
    assert 'rel="next"' in first
    desk = await clerk.page("/console")
    assert desk.index(long_ago.number) < desk.index(fresh.number)
    overdue = await office.page("/console")
    assert long_ago.number in overdue
    assert fresh.number not in overdue


async def test_a_paper_that_is_to_follow_is_awaited_by_its_own_day(
    cast: Cast, clerk: Colleague, office: Colleague, clock: Clock
) -> None:
    today = civil_date(clock())

    async def following(days: int, *, handed_in: bool = False, **given: Any) -> Application:
        """A paper of it follows by a day; the step of the supplier has just begun."""
        due = today + timedelta(days=days)
        later = Later(paper="devices", due=due, provisional=False, handed_in=handed_in)
        return await with_supplier(cast, later=(later,), since=clock(), **given)

    plain = await with_supplier(cast, since=clock())
    done = await following(-3, handed_in=True)
    over = await following(-3)
    returned = await following(-2, state=State.RETURNED)
    page = await clerk.listed("/console/electricity")
    assert page.index(over.number) < page.index(returned.number) < page.index(plain.number)
    row = page.partition(f'data-number="{over.number}"')[2].partition("</tr>")[0]
    assert "容缺材料" in row.partition('data-test="follows"')[2]
    row = page.partition(f'data-number="{done.number}"')[2].partition("</tr>")[0]
    assert 'data-test="follows"' not in row
    for colleague in (clerk, office):
        desk = await colleague.page("/console")
        for one in (over, returned):
            said = desk.partition(one.number)[2][:400]
            assert "容缺材料待补交，已逾期" in said
    assert done.number not in await office.page("/console")
    far = await following(60, state=State.RETURNED)
    assert far.number not in await clerk.page("/console")


async def test_the_first_page_names_the_services_that_are_closed(
    office: Colleague, clerk: Colleague
) -> None:
    form = {"sentence": "系统升级，今晚恢复。"}
    assert (await office.post("/console/services/objections", form)).status_code == 303
    assert 'data-test="closed">异议申请<' in await clerk.page("/console")
    assert (await office.post("/console/services/objections", {"sentence": ""})).status_code == 303
    assert 'data-test="closed">无<' in await clerk.page("/console")


async def test_the_page_says_all_that_the_work_needs(
    cast: Cast, clerk: Colleague, office: Colleague, clock: Clock
) -> None:
    later = Later(paper="devices", due=civil_date(clock()), provisional=True)
    one = await with_supplier(
        cast,
        green=True,
        manager=Manager(name="样例客户经理甲", phone="020-00000001"),
        later=(later,),
        channel=Channel.PARTNER,
        promise_code="44010420261124000001",
        wanted=replace(WANTED, home_visit=True),
    )
    page = await page_of(clerk, one)
    for said in ("绿色通道", "样例客户经理甲", "希望上门服务", "用电设备清单", "今天到期", "系统"):
        assert said in page
    assert 'href="/promises/44010420261124000001"' in page
    assert 'href="/console/promises/44010420261124000001"' in await page_of(office, one)
    titled = await with_supplier(
        cast,
        state=State.IDENTITY_OK,
        proof=Proof.TITLE,
        wanted=replace(WANTED, premises=Premises.TITLED),
    )
    assert "凭产权证明办理" in await page_of(clerk, titled)


async def test_a_number_leads_to_its_page_for_who_may_open_it(
    cast: Cast, clerk: Colleague, office: Colleague
) -> None:
    one = await with_supplier(cast)
    butler = await at_work(cast, Role.BUTLER)
    link = f'href="/console/electricity/{one.number}"'
    for colleague, leads in ((clerk, True), (office, True), (butler, False)):
        page = await colleague.page(f"/console/find?q={one.number}")
        assert one.number in page
        assert (link in page) is leads
    await butler.close()


async def test_a_list_gives_no_deadline_where_nobody_at_the_supplier_has_to_act(
    cast: Cast, office: Colleague
) -> None:
    await with_supplier(cast, state=State.REPORT_OK)
    page = await office.listed("/console/electricity?state=report_ok")
    assert '<td data-label="期限">—</td>' in page


async def test_the_clerk_is_led_past_what_is_only_read(cast: Cast, clerk: Colleague) -> None:
    page = await page_of(clerk, await with_supplier(cast))
    assert '<a href="#act"' in page
    assert '<h2 id="act">' in page
    assert "（含）前" in page
