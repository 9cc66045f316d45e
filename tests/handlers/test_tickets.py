"""Asking a butler, and what both sides see of it."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.butlers.places import PlaceFacts
from domain.butlers.places_office import TenantFacts
from domain.hours import Interval
from domain.staff.roles import Role
from domain.tickets.tickets import Asker, Reason, State
from domain.tickets.timing import RETIME
from domain.time import civil_date
from handlers.console_tickets import who_asks
from tests.applying import PLAIN_WEBP
from tests.attaching import added
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import erase
from tests.outage import Outage
from tests.staffing import PAGE, SAME, act, at_work
from tests.ticketing import (
    Tower,
    build,
    called,
    due_now,
    let_others_rest,
    look_at_clocks,
    question,
)

EMOJI = "😀" * 10_000


@pytest.fixture
def tower(io_loop: IOLoop, cast: Cast) -> Iterator[Tower]:
    tower = io_loop.run_sync(lambda: build(cast))
    yield tower
    io_loop.run_sync(tower.close)


async def view(person: Person, number: str) -> dict[str, Any]:
    answer = await person.get(f"/v1/tickets/{number}")
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


async def say(person: Person, number: str, text: str, what: str = "messages") -> Any:
    return await person.post(f"/v1/tickets/{number}/{what}", {"text": text})


async def texts(person: Person, number: str) -> list[str]:
    answer = await person.get(f"/v1/tickets/{number}/messages")
    return [one["text"] for one in answer.raise_for_status().json()["items"]]


async def test_a_question_has_a_number_at_once_and_a_butler_right_after(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    seen = await view(alice, number)
    assert (seen["state"], seen["butler"]) == ("open", "")
    given = await tower.given(number)
    assert given.butler_id == tower.butler.account.id
    assert given.why
    assert (await view(alice, number))["butler"] == "周敏"


async def test_the_promise_is_twenty_four_hours_from_the_question(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    ticket = await tower.ticket(number)
    promise = (await view(alice, number))["promise"]
    assert promise["due_at"][:19] == f"{ticket.opened_at + timedelta(hours=24):%Y-%m-%dT%H:%M:%S}"
    assert not promise["late"]


async def test_what_is_overdue_says_so_to_the_citizen(
    alice: Person, tower: Tower, clock: Clock
) -> None:
    number = await tower.ask(alice)
    clock.ahead = timedelta(hours=24, minutes=1)
    await alice.sign_in()
    promise = (await view(alice, number))["promise"]
    assert promise["late"]
    assert "超过 24 小时" in promise["text"]


async def test_the_answer_is_read_by_who_asked(alice: Person, tower: Tower) -> None:
    number = await tower.ask(alice, "怎样修复？")
    await tower.given(number)
    answer = await tower.reply(number, "先履行义务。")
    assert answer.status_code == 303, answer.text
    assert await texts(alice, number) == ["怎样修复？", "先履行义务。"]
    promise = (await view(alice, number))["promise"]
    assert promise["answered_at"]
    assert promise["text"] == "已在 24 小时内答复。"


async def test_asking_back_waits_for_the_citizen_and_counts_as_an_answer(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    await tower.reply(number, "请补充文书编号。", then="wait")
    seen = await view(alice, number)
    assert (seen["state"], seen["state_text"]) == ("waiting", "等待您补充")
    assert seen["promise"]["answered_at"]
    assert (await say(alice, number, "穗罚〔2026〕1 号")).json()["state"] == "open"


async def test_thanks_after_the_end_start_nothing_and_reopening_is_an_act_of_its_own(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    await tower.reply(number, "已修复。", then="answered")
    assert (await say(alice, number, "谢谢")).json()["state"] == "resolved"
    ticket = await tower.ticket(number)
    assert ticket.due_at is None
    assert ticket.next_step_at is None
    again = await say(alice, number, "还是显示", "reopening")
    assert again.json()["state"] == "open"
    seen = await view(alice, number)
    assert seen["cycle"] == 2
    assert not seen["promise"]["answered_at"]


async def test_every_end_says_why(alice: Person, tower: Tower) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    await tower.move(number, "end", reason="out_of_scope")
    seen = await view(alice, number)
    assert seen["state"] == "closed"
    assert seen["reason_text"] == "不属于信用管家的服务范围"
    assert seen["history"][-1]["text"] == "已结束：不属于信用管家的服务范围"
    told = (await alice.get("/v1/notices")).json()["items"][0]
    assert told["title"] == "您的问题已关闭"


async def test_an_image_goes_without_words_but_a_question_does_not(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    image = (await added(alice))["id"]
    wordless = {"text": "", "images": [image]}
    refused = await alice.post("/v1/tickets", {**await question(alice), **wordless})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/text"]
    answer = await alice.post(f"/v1/tickets/{number}/messages", wordless)
    assert answer.status_code == 201, answer.text
    last = (await alice.get(f"/v1/tickets/{number}/messages")).json()["items"][-1]
    assert [one["id"] for one in last["images"]] == [image]
    assert (last["text"], last["check"]) == ("", "pass")
    assert (await view(alice, number))["said"] == "（图片）"
    assert (await say(alice, number, "")).status_code == 422


async def test_while_nothing_new_is_taken_what_was_asked_goes_on_with_images(
    alice: Person, tower: Tower, cast: Cast
) -> None:
    house = cast.house
    assert house
    number = await tower.ask(alice)
    await house.services.close(act(house, "office"), code="tickets", sentence="升级，明日恢复。")
    try:
        shut = await tower.post(alice)
        image = (await added(alice))["id"]
        answer = await alice.post(
            f"/v1/tickets/{number}/messages", {"text": "见图", "images": [image]}
        )
    finally:
        await house.services.open(act(house, "office"), code="tickets")
    assert (shut.status_code, shut.json()["code"]) == (503, "service_closed")
    assert answer.status_code == 201


async def test_who_reads_is_told_which_words_were_their_own(
    alice: Person, tower: Tower, cast: Cast
) -> None:
    agent = await cast.agent(alice, scope=("report", "tickets"))
    number = await tower.ask(agent, "代公司问", subject_id=agent.subject_id)
    await tower.reply((await tower.given(number)).number, "请法定代表人确认。")
    await say(alice, number, "我来确认。")

    async def writers(person: Person) -> list[tuple[str, bool]]:
        answer = await person.get(f"/v1/tickets/{number}/messages")
        return [(one["name"], one["mine"]) for one in answer.raise_for_status().json()["items"]]

    other, butler = ("一同办理的人", False), ("信用管家 周敏", False)
    assert await writers(alice) == [other, butler, ("我", True)]
    assert await writers(agent) == [("我", True), butler, other]


async def test_an_enterprise_is_suggested_the_building_it_is_in(
    alice: Person, charlie: Person, tower: Tower, cast: Cast
) -> None:
    house = cast.house
    assert house
    facts = TenantFacts(
        uscc=alice.persona["enterprise"]["uscc"],
        name=alice.persona["enterprise"]["name"],
        room="801",
        since=civil_date(house.clock()),
    )
    await house.butlers.places.add_tenancy(
        act(house, "office"), place_id=tower.place_id, facts=facts
    )

    async def suggested(person: Person, subject_id: str) -> Any:
        return await person.get(f"/v1/tickets/new/place?subject_id={subject_id}")

    assert (await suggested(alice, alice.subject_id)).json()["place"]["id"] == tower.place_id
    assert (await suggested(alice, await alice.own_subject())).json() == {"place": None}
    assert (await suggested(charlie, alice.subject_id)).status_code == 404


async def test_the_report_that_a_question_comes_from_is_named(alice: Person, tower: Tower) -> None:
    origin = {"source": "report", "reference": "YXBG-2026-1"}
    number = await tower.ask(alice, origin=origin)
    seen = await view(alice, number)
    assert (seen["source_text"], seen["source_reference"]) == ("信用报告页面", "YXBG-2026-1")
    loose = await tower.post(alice, origin={**origin, "reference": "加微信 abc"})
    assert loose.status_code == 422


async def test_it_is_reopened_within_seven_days_and_not_after(
    alice: Person, tower: Tower, clock: Clock
) -> None:
    first, second = await tower.ask(alice), await tower.ask(alice)
    for number in (first, second):
        assert (await alice.post(f"/v1/tickets/{number}/withdrawal")).status_code == 201
    clock.ahead = timedelta(days=6, hours=23)
    await alice.sign_in()
    assert (await view(alice, first))["may_reopen"]
    assert (await say(alice, first, "又需要了", "reopening")).status_code == 201
    clock.ahead = timedelta(days=7, minutes=1)
    await alice.sign_in()
    assert not (await view(alice, second))["may_reopen"]
    late = await say(alice, second, "又需要了", "reopening")
    assert (late.status_code, late.json()["code"]) == (409, "ticket_over")


async def test_nobody_elses_ticket_is_there(alice: Person, charlie: Person, tower: Tower) -> None:
    number = await tower.ask(alice)
    for path in ("", "/messages", "/draft"):
        assert (await charlie.get(f"/v1/tickets/{number}{path}")).status_code == 404
    for what in ("messages", "reopening", "withdrawal"):
        assert (await say(charlie, number, "我的", what)).status_code == 404
    assert len(await texts(alice, number)) == 1


async def test_nobody_asks_for_anothers_enterprise(
    alice: Person, charlie: Person, tower: Tower
) -> None:
    answer = await tower.post(charlie, subject_id=alice.subject_id)
    assert answer.status_code == 404


async def test_every_faulty_field_is_named_at_once_and_nothing_is_kept(
    alice: Person, tower: Tower
) -> None:
    answer = await tower.post(alice, EMOJI, item="nothing", place_id="nowhere", images=[])
    assert answer.status_code == 422
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert pointers == {"/text", "/item", "/place_id"}
    subject = await alice.own_subject()
    mine = await alice.get(f"/v1/tickets?subject_id={subject}")
    assert mine.json()["items"] == []


async def test_the_same_question_under_one_key_is_one_ticket(alice: Person, tower: Tower) -> None:
    first = await tower.post(alice, key="0123456789")
    again = await tower.post(alice, key="0123456789")
    assert first.json() == again.json()
    other = await tower.post(alice, "另一个问题", key="0123456789")
    assert other.status_code == 422


async def test_a_risky_text_is_refused_and_a_doubtful_one_is_opened_on_purpose(
    alice: Person, tower: Tower
) -> None:
    risky = await tower.post(alice, "【违规】内容")
    assert risky.status_code == 422
    assert risky.json()["errors"][0]["code"] == "content_risky"
    number = await tower.ask(alice, "【复核】内容")
    await tower.given(number)
    page = await tower.butler.page(f"/console/tickets/{number}")
    assert "【复核】内容" not in page
    assert "仍要查看" in page
    opened = await tower.butler.page(f"/console/tickets/{number}?opened=1")
    assert "【复核】内容" in opened


async def test_an_outage_of_the_check_is_pending_and_never_a_pass(
    alice: Person, tower: Tower, outage: Outage
) -> None:
    await outage.begin("wechat", kind="error")
    number = await tower.ask(alice, "请问办理时间")
    answer = await alice.get(f"/v1/tickets/{number}/messages")
    assert answer.json()["items"][0]["check"] == "pending"
    assert (await tower.ticket(number)).said == "（内容待核验）"


async def test_a_stale_answer_names_who_answered_and_what_and_loses_nothing(
    alice: Person, cast: Cast
) -> None:
    tower = await build(cast, butlers=2)
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    first, second = tower.butlers
    await tower.reply(number, "我来答复。", by=first, tag=seen)
    stale = await tower.reply(number, "写了很久的答复", by=second, tag=seen)
    assert stale.status_code == 412
    assert "周敏" in stale.text
    assert "我来答复。" in stale.text
    page = await second.page(f"/console/tickets/{number}")
    assert "写了很久的答复" in page
    assert "写了很久的答复" not in await texts(alice, number)
    await tower.close()


async def test_what_the_citizen_wrote_meanwhile_makes_an_answer_stale(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    await say(alice, number, "补充：是三月的处罚")
    stale = await tower.reply(number, "请补充月份", tag=seen)
    assert stale.status_code == 412
    assert "补充：是三月的处罚" in stale.text


async def test_a_note_is_never_among_what_the_citizen_reads(alice: Person, tower: Tower) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    assert (await tower.move(number, "note", text="此人情绪激动")).status_code == 303
    assert "此人情绪激动" in await tower.butler.page(f"/console/tickets/{number}")
    for path in ("", "/messages", "/draft"):
        assert "情绪激动" not in (await alice.get(f"/v1/tickets/{number}{path}")).text


async def test_what_is_written_survives_until_it_is_sent(alice: Person, tower: Tower) -> None:
    number = await tower.ask(alice)
    kept = await alice.send("PUT", f"/v1/tickets/{number}/draft", json={"text": "写到一半"})
    assert kept.status_code == 200
    assert (await alice.get(f"/v1/tickets/{number}/draft")).json()["text"] == "写到一半"
    await say(alice, number, "写到一半，写完了")
    assert (await alice.get(f"/v1/tickets/{number}/draft")).json()["text"] == ""


async def test_a_usual_reply_is_put_after_what_was_being_written(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    path = f"/console/tickets/{number}"
    await tower.butler.post(f"{path}/draft", {"text": "您好，"})
    house = tower.cast.house
    assert house
    reply = house.tickets.canned[0]
    page = await tower.butler.page(f"{path}?canned={reply.code}")
    assert f"您好，\n{reply.text}</textarea>" in page


async def test_the_board_shows_how_it_stands(
    alice: Person, tower: Tower, cast: Cast, clock: Clock
) -> None:
    number = await tower.ask(alice)
    await tower.given(number)
    clock.ahead = timedelta(hours=25)
    await let_others_rest(tower, number)
    await look_at_clocks(cast)
    supervisor = await at_work(cast, Role.SUPERVISOR)
    page = await supervisor.page("/console/ticket-board")
    assert "“24 小时响应”已超时" in page
    first = await supervisor.page("/console")
    assert re.search(r'data-test="in-time">\d+%（\d+/\d+）', first)
    found = await supervisor.page(f"/console/find?q={number}")
    assert f"/console/tickets/{number}" in found
    ticket = await tower.ticket(number)
    assert ticket.in_time is False
    assert {"promise:1:50", "promise:1:75", "promise:1:100"} <= set(ticket.stepped)
    await supervisor.close()


async def test_duplicates_of_one_citizen_are_merged_by_reference_and_taken_apart(
    alice: Person, tower: Tower
) -> None:
    first, second = await tower.ask(alice, "第一次"), await tower.ask(alice, "又问一次")
    await tower.given(second)
    merged = await tower.move(second, "merge", to=first)
    assert merged.status_code == 303, merged.text
    seen = await view(alice, second)
    assert (seen["state"], seen["merged_into"]) == ("merged", first)
    assert await texts(alice, first) == ["第一次"]
    await tower.move(second, "unmerge")
    assert (await view(alice, second))["state"] == "open"
    assert (await tower.ticket(first)).state is State.OPEN


async def test_tickets_merge_neither_into_themselves_nor_in_a_circle(
    alice: Person, tower: Tower
) -> None:
    first, second = await tower.ask(alice), await tower.ask(alice)
    await tower.given(second)
    itself = await tower.move(first, "merge", to=first)
    assert itself.status_code == 422
    assert "不能合并到自己" in itself.text
    await tower.move(second, "merge", to=first)
    circle = await tower.move(first, "merge", to=second)
    assert circle.status_code == 422
    assert (await tower.ticket(first)).state is State.OPEN


async def test_nobodys_words_are_shown_to_another_by_a_merge(
    alice: Person, charlie: Person, tower: Tower
) -> None:
    mine, others = await tower.ask(alice), await tower.ask(charlie)
    await tower.given(others)
    refused = await tower.move(others, "merge", to=mine)
    assert refused.status_code == 422


async def test_a_caller_is_written_down_and_found_by_telephone(
    tower: Tower,
) -> None:
    form = {
        "move": "write_down",
        "name": "李来电",
        "phone": "13800138000",
        "uscc": "",
        "item": "credit-consulting",
        "place_id": tower.place_id,
        "text": "想问怎样打印报告",
    }
    made = await tower.butler.post("/console/new-ticket", form)
    assert made.status_code == 303, made.text
    number = made.headers["Location"].rsplit("/", 1)[1]
    ticket = await tower.ticket(number)
    assert ticket.butler_id == tower.butler.account.id
    found = await tower.butler.post("/console/ticket-search", {"q": "13800138000"})
    assert number in found.text
    assert "李来电" not in found.text


async def test_a_callers_telephone_is_shown_whole_once_it_is_recorded(
    tower: Tower, cast: Cast
) -> None:
    assert cast.house
    assert cast.database is not None
    path = f"/console/tickets/{(await called(cast.house)).number}"
    assert "13800138000" not in await tower.butler.page(path)
    shown = await tower.butler.post(f"{path}/caller", headers={"Accept": "text/html"})
    assert "+8613800138000" in shown.text
    recorded = {"action": "ticket.caller_shown", "actor": tower.butler.account.id}
    assert await cast.database["audit_events"].count_documents(recorded) == 1


async def test_a_reply_carries_images_and_a_stale_one_keeps_them(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    seen = (await tower.given(number)).tag
    await say(alice, number, "补充")
    sent = {"move": "reply", "text": "见图", "xsrf": await tower.butler.xsrf()}
    files = {"images": ("a.webp", PLAIN_WEBP, "image/webp")}
    path, page = f"/console/tickets/{number}/reply", {**SAME, "Accept": "text/html"}
    stale = await tower.butler.client.post(
        path, data={**sent, "tag": seen}, files=files, headers=page
    )
    assert stale.status_code == 412
    [kept] = re.findall(r'name="kept" value="([^"]+)"', stale.text)
    again = {**sent, "tag": (await tower.ticket(number)).tag, "kept": kept}
    assert (await tower.butler.client.post(path, data=again, headers=SAME)).status_code == 303
    answer = await alice.get(f"/v1/tickets/{number}/messages")
    [image] = answer.json()["items"][-1]["images"]
    assert (await alice.cast.client.get(image["url"])).status_code == 200


async def test_every_faulty_field_of_a_call_is_named(tower: Tower) -> None:
    form = {"move": "write_down", "name": "", "phone": "12", "uscc": "91", "item": "x"}
    page = await tower.butler.post("/console/new-ticket", {**form, "place_id": "x", "text": ""})
    assert page.status_code == 422
    assert len(page.json()["errors"]) == 6


async def test_a_butler_of_another_place_finds_nothing(
    alice: Person, cast: Cast, tower: Tower
) -> None:
    other = await build(cast)
    number = await tower.ask(alice)
    await tower.given(number)
    stranger = other.butler
    assert (await stranger.get(f"/console/tickets/{number}")).status_code == 404
    assert (await tower.reply(number, by=stranger)).status_code == 404
    assert (await tower.move(number, "note", by=stranger, text="x")).status_code == 404
    found = await stranger.post("/console/ticket-search", {"q": number})
    assert f"/console/tickets/{number}" not in found.text
    assert "没有找到" in found.text
    await other.close()


async def test_the_queue_shows_what_is_due_first_with_the_last_sentence(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice, "最后一句话")
    await tower.given(number)
    page = await tower.butler.listed("/console/tickets")
    assert number in page
    assert "最后一句话" in page
    assert "还剩" in page
    await tower.reply(number, "请补充", then="wait")
    assert number not in await tower.butler.listed("/console/tickets")
    assert number in await tower.butler.listed("/console/tickets?part=waiting")


async def test_other_hours_of_a_place_move_what_is_due_there_and_no_reply_is_stale_by_it(
    alice: Person, tower: Tower, cast: Cast
) -> None:
    was = await tower.given(await tower.ask(alice))
    places = cast.house.butlers.places if cast.house else None
    assert places
    assert cast.house
    place = await places.get(tower.place_id)
    night = {day: (Interval(begins=time(3), ends=time(3, 30)),) for day in range(7)}
    facts = PlaceFacts(
        code=place.code, name=place.name, kind=place.kind, address=place.address, hours=night
    )
    await places.change(act(cast.house), place_id=place.id, tag=place.tag, facts=facts)
    await cast.work()
    now = await tower.ticket(was.number)
    assert now.due_at != was.due_at
    assert now.next_step_at != was.next_step_at
    assert (await tower.reply(was.number, tag=was.tag)).status_code == 303


async def test_what_was_due_on_a_provisional_day_is_timed_anew(
    alice: Person, tower: Tower, cast: Cast
) -> None:
    was = await tower.given(await tower.ask(alice))
    assert cast.database is not None
    wrong = {"due_provisional": True, "due_at": was.opened_at}
    await cast.database["tickets"].update_one({"_id": was.id}, {"$set": wrong})
    await due_now(cast, RETIME)
    now = await tower.ticket(was.number)
    assert (now.due_at, now.due_provisional) == (was.due_at, False)


async def test_tickets_of_a_suspended_account_go_to_somebody_else(
    alice: Person, cast: Cast
) -> None:
    tower = await build(cast, butlers=2)
    ticket = await tower.given(await tower.ask(alice))
    assert cast.house
    await cast.house.staff.suspend(act(cast.house), staff_id=ticket.butler_id)
    await cast.work()
    other = next(one for one in tower.butlers if one.account.id != ticket.butler_id)
    assert (await tower.ticket(ticket.number)).butler_id == other.account.id
    await tower.close()


async def test_a_ticket_is_handed_on_with_a_reason(alice: Person, cast: Cast) -> None:
    tower = await build(cast, butlers=2)
    number = await tower.ask(alice)
    ticket = await tower.given(number)
    other = next(one for one in tower.butlers if one.account.id != ticket.butler_id)
    missing = await tower.move(number, "transfer", to=other.account.id)
    assert missing.status_code == 422
    moved = await tower.move(number, "transfer", to=other.account.id, reason="他熟悉税务")
    assert moved.status_code == 303
    assert (await tower.ticket(number)).butler_id == other.account.id
    assert "他熟悉税务" in await other.page(f"/console/tickets/{number}")
    await tower.close()


async def test_whoever_erases_the_account_leaves_figures_and_no_words(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice, "只有我知道的事")
    await tower.given(number)
    subject = await alice.own_subject()
    house, database = tower.cast.house, tower.cast.database
    assert house
    assert database is not None

    await erase(alice)
    await tower.cast.work()
    ticket = await tower.ticket(number)
    assert (ticket.state, ticket.reason) == (State.CLOSED, Reason.ERASED)
    assert (ticket.said, ticket.asker.name) == ("", "")
    rows = [row async for row in database["ticket_messages"].find({"ticket_id": ticket.id})]
    assert [row["text"] for row in rows] == ["已注销用户"]
    assert subject not in str(ticket)


async def test_an_answer_that_is_too_long_is_refused_and_comes_back_whole(
    alice: Person, tower: Tower
) -> None:
    number = await tower.ask(alice)
    before = await tower.given(number)
    long = "字" * 2001
    form = {"move": "reply", "tag": before.tag, "text": long}
    refused = await tower.butler.post(f"/console/tickets/{number}/reply", form, headers=PAGE)
    assert refused.status_code == 422
    assert "最多 2000 个字" in refused.text
    assert f">{long}</textarea>" in refused.text
    assert await tower.ticket(number) == before


def test_who_has_proven_no_name_is_not_called_a_caller() -> None:
    assert who_asks(Asker(person_id="somebody")) == "市民（未实名）"
    assert who_asks(Asker(phone="13800138000")) == "来电市民"
