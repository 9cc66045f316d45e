"""What staff are told: in the console, by WeChat, by SMS, and what reached nobody."""

import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from domain.alerts.alerts import Channel, State, Urgency
from domain.alerts.phone_codes import SEND_CODE
from domain.alerts.pushes import Push, PushState
from domain.staff.roles import Role
from domain.transactions import Again
from server.wiring import Installation
from tests.alerting import SETTINGS, TEMPLATE, TITLE, Alerting, change, new_phone, to_monday
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import due, erase
from tests.outage import Outage
from tests.problems import check_problem
from tests.staffing import Colleague, act, at_work
from tests.ticketing import build

SEND = "/cgi-bin/message/subscribe/send"
BINDINGS = "/v1/staff-bindings"


@pytest.fixture(autouse=True)
def monday(clock: Clock, installation: Installation) -> Iterator[None]:
    """Ten o'clock, in working hours; WeChat's quotas are new each time."""
    to_monday(clock)
    yield
    installation.house.login._client._pauses._until.clear()  # type: ignore[attr-defined]


Come = Callable[[Role], Awaitable[Colleague]]


@pytest.fixture
def come(io_loop: IOLoop, cast: Cast) -> Iterator[Come]:
    """Somebody of the staff comes to work, and leaves at the end."""
    there: list[Colleague] = []

    async def one(role: Role) -> Colleague:
        there.append(await at_work(cast, role))
        return there[-1]

    yield one
    for colleague in there:
        io_loop.run_sync(colleague.close)


@pytest.fixture
def alerting(cast: Cast) -> Alerting:
    return Alerting(cast)


async def bell(colleague: Colleague) -> str:
    found = re.search(r'data-unread="(\d+)"', await colleague.page("/console"))
    assert found
    return found[1]


async def audited(cast: Cast, action: str, object_id: str) -> list[str]:
    """Who did it."""
    assert cast.database is not None
    rows = cast.database["audit_events"].find({"action": action, "object_id": object_id})
    return [row["actor"] async for row in rows]


# -- the inbox -------------------------------------------------------------------------


async def test_the_bell_counts_what_is_unread_and_opening_reads_it(
    come: Come, cast: Cast, alerting: Alerting
) -> None:
    butler = await come(Role.BUTLER)
    assert await bell(butler) == "0"
    for number in range(2):
        await alerting.tell(butler.account.id, f"k{number}", link="/console/find?q=1")
    assert await bell(butler) == "2"
    [first, _] = re.findall(r'data-alert="(\w+)"', await butler.page("/console/alerts"))
    opened = await butler.get(f"/console/alerts/{first}")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/console/find?q=1")
    assert await bell(butler) == "1"
    page = await butler.page("/console/alerts")
    assert page.index("未读</h2>") < page.index("已读</h2>") < page.index(f'data-alert="{first}"')
    assert await audited(cast, "alert.read", first) == [butler.account.id]


async def test_what_led_to_a_ticket_is_read_by_who_is_shown_it_and_not_by_a_script(
    come: Come, alice: Person, cast: Cast, alerting: Alerting
) -> None:
    tower = await build(cast)
    number = await tower.ask(alice)
    ticket = await tower.given(number)
    path, butler, stranger = f"/console/tickets/{number}", tower.butler, await come(Role.BUTLER)
    assigned = await alerting.store.unread_of(staff_id=butler.account.id, until=ticket.changed_at)
    assert [one.link for one in assigned] == [path]
    elsewhere = await alerting.tell(butler.account.id, link="/console/tickets/GJ0")
    theirs = await alerting.tell(stranger.account.id, link=path)
    live = await butler.get(path, headers={"X-By-Itself": "1"})
    assert 'data-unread="2"' in live.raise_for_status().text
    assert 'data-unread="1"' in await butler.page(path)
    assert await audited(cast, "alert.read", assigned[0].id) == [butler.account.id]
    check_problem(await stranger.client.get(path), 404, "not_found")
    for alert_id in (elsewhere, theirs):
        assert (await alerting.get(alert_id)).read_at is None
    await tower.close()


async def test_nobody_opens_an_alert_of_somebody_else(come: Come, alerting: Alerting) -> None:
    butler, other = await come(Role.BUTLER), await come(Role.SUPERVISOR)
    alert_id = await alerting.tell(butler.account.id)
    for path in (f"/console/alerts/{alert_id}", "/console/alerts/nothing"):
        answer = await other.client.get(path)
        check_problem(answer, 404, "not_found")
    assert (await alerting.get(alert_id)).read_at is None
    assert TITLE not in await other.page("/console/alerts")


async def test_what_is_said_is_shown_as_it_is_and_never_as_markup(
    come: Come, alerting: Alerting
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.tell(butler.account.id, title="<b>标题", text="<script>alert(1)</script>")
    page = await butler.page("/console/alerts")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert "<b>标题" not in page


async def test_all_that_a_page_showed_is_marked_as_read_and_nothing_that_came_since(
    come: Come, alerting: Alerting, clock: Clock
) -> None:
    butler = await come(Role.BUTLER)
    for number in range(3):
        await alerting.tell(butler.account.id, f"k{number}")
    page = await butler.page("/console/alerts")
    until = re.search(r'name="until" value="([^"]+)"', page)
    assert until
    clock.ahead += timedelta(seconds=5)
    later = await alerting.tell(butler.account.id, "later")
    answer = await butler.post("/console/alerts/read", {"until": until[1]})
    assert answer.status_code == 303
    assert await bell(butler) == "1"
    assert (await alerting.get(later)).read_at is None
    for unfit in ("2026-11-23", "0001-01-01T00:00:00+14:00"):
        wrong = await butler.post("/console/alerts/read", {"until": unfit})
        assert wrong.status_code == 422


async def test_a_long_inbox_has_pages(come: Come, alerting: Alerting) -> None:
    butler = await come(Role.BUTLER)
    ids = [await alerting.tell(butler.account.id, f"k{number}") for number in range(25)]
    for alert_id in ids:
        await butler.get(f"/console/alerts/{alert_id}")
    seen: list[str] = []
    path: str | None = "/console/alerts"
    while path:
        page = await butler.page(path)
        seen += re.findall(r'data-alert="(\w+)"', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else None
    assert sorted(seen) == sorted(ids)


# -- binding a WeChat ------------------------------------------------------------------


async def test_a_wechat_is_bound_by_scanning_the_code_of_the_console(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler = await come(Role.BUTLER)
    shown = await change(butler, move="bind")
    assert shown.status_code == 200
    assert 'src="data:image/jpeg;base64,' in shown.text
    assert "img-src 'self' data:" in shown.headers["Content-Security-Policy"]
    drawn = (await cast.sandbox.get("/sandbox/wx/codes")).json()["items"][0]
    found = re.fullmatch(r"#/staff_binding\?code=([A-Za-z0-9_-]{22})", drawn)
    assert found
    secret = found[1]
    kept = await alerting.database["staff_contacts"].find_one({"_id": butler.account.id})
    assert kept
    assert secret not in repr(kept)

    asked = (await newcomer.post(f"{BINDINGS}/preview", {"secret": secret})).raise_for_status()
    assert asked.json()["name"] == "周*"
    made = await newcomer.post(BINDINGS, {"secret": secret})
    assert (made.status_code, made.json()["name"]) == (201, "周*")
    page = await butler.page(SETTINGS)
    assert 'data-test="wechat" data-bound="true"' in page
    assert newcomer.persona["openid"] not in page
    assert "工作提醒已绑定微信" in await butler.page("/console/alerts")
    assert len(await audited(cast, "staff_contacts.wechat_bound", butler.account.id)) == 1

    unbound = await change(butler, move="unbind")
    assert unbound.status_code == 303
    assert (await newcomer.get(BINDINGS)).json()["items"] == []
    assert "工作提醒已解除微信绑定" in await butler.page("/console/alerts")
    row = await alerting.database["staff_contacts"].find_one({"_id": butler.account.id})
    assert row
    assert "openid" not in row


async def test_a_code_belongs_to_who_scanned_it_first_is_good_once_and_for_ten_minutes(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person, clock: Clock
) -> None:
    butler, other = await come(Role.BUTLER), await cast.newcomer()
    secret = {"secret": await alerting.asked(butler.account.id)}
    (await newcomer.post(f"{BINDINGS}/preview", secret)).raise_for_status()
    for path in (BINDINGS, f"{BINDINGS}/preview"):
        check_problem(await other.post(path, secret), 404, "staff_binding_over")
        check_problem(await newcomer.post(path, {"secret": "guess"}), 404, "staff_binding_over")
    assert (await newcomer.post(BINDINGS, secret, key="once-and-again")).status_code == 201
    again = await newcomer.post(BINDINGS, secret, key="once-and-again")
    assert again.status_code == 201
    check_problem(await newcomer.post(BINDINGS, secret), 404, "staff_binding_over")
    late = {"secret": await alerting.asked(butler.account.id)}
    clock.ahead += timedelta(minutes=10)
    check_problem(await newcomer.post(BINDINGS, late), 404, "staff_binding_over")


async def test_one_wechat_is_told_of_one_accounts_work(
    come: Come, alerting: Alerting, newcomer: Person
) -> None:
    first, second = await come(Role.BUTLER), await come(Role.OFFICE)
    await alerting.bind(first, newcomer)
    secret = {"secret": await alerting.asked(second.account.id)}
    check_problem(await newcomer.post(BINDINGS, secret), 409, "conflict")
    assert len((await newcomer.get(BINDINGS)).json()["items"]) == 1


async def test_who_scanned_it_takes_it_back_and_nobody_else(
    come: Come, alerting: Alerting, newcomer: Person, charlie: Person
) -> None:
    butler = await come(Role.BUTLER)
    binding_id = await alerting.bind(butler, newcomer)
    path = f"{BINDINGS}/{binding_id}"
    check_problem(await charlie.send("DELETE", path), 404, "not_found")
    assert (await newcomer.send("DELETE", path)).status_code == 204
    assert 'data-test="wechat" data-bound="false"' in await butler.page(SETTINGS)
    check_problem(await newcomer.send("DELETE", path), 404, "not_found")


async def test_while_wechat_draws_no_code_the_page_says_so(come: Come, outage: Outage) -> None:
    butler = await come(Role.BUTLER)
    await outage.begin("wechat", kind="error", path="getwxacodeunlimit")
    answer = await change(butler, move="bind")
    assert answer.status_code == 503
    assert "微信" in answer.text


# -- a telephone -----------------------------------------------------------------------


async def test_a_telephone_is_bound_by_the_code_that_was_sent_to_it(
    come: Come, cast: Cast, alerting: Alerting
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    assert (await change(butler, move="send_code", phone=phone)).status_code == 303
    await cast.work()
    [text] = await alerting.texts(phone)
    code = re.search(r"验证码(\d{6})，10分钟内有效", text)
    assert code
    wrong = await change(butler, move="prove", code="0" * 5 + ("1" if code[1][-1] != "1" else "2"))
    assert wrong.status_code == 422
    assert "验证码不正确" in wrong.text
    assert (await change(butler, move="prove", code=f" {code[1]} ")).status_code == 303
    page = await butler.page(SETTINGS)
    assert f"{phone[:3]}****{phone[-4:]}" in page
    assert phone not in page
    assert "工作提醒已绑定手机号" in await butler.page("/console/alerts")
    assert (await change(butler, move="drop_phone")).status_code == 303
    assert phone[-4:] not in await butler.page(SETTINGS)


async def test_a_code_is_sent_once_although_its_worker_comes_again(
    come: Come, cast: Cast, alerting: Alerting
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    await change(butler, move="send_code", phone=phone)
    await cast.work()
    doing = alerting.act()
    await doing.commit(lambda unit: unit.send(doing.message(SEND_CODE, butler.account.id)))
    await cast.work()
    assert len(await alerting.texts(phone)) == 1
    again = await change(butler, move="send_code", phone=phone)
    assert again.status_code == 409
    assert "一分钟后再试" in again.text


async def test_a_code_that_the_gateway_did_not_send_is_said_to_be_so(
    come: Come, cast: Cast, alerting: Alerting
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    await alerting.sms_end(phone, "refused")
    await change(butler, move="send_code", phone=phone)
    await cast.work()
    page = await butler.page(SETTINGS)
    assert 'data-test="not-sent"' in page
    assert 'data-test="proving"' not in page


@pytest.mark.parametrize("phone", ["12345", "010-12345678", ""])
async def test_what_is_no_telephone_is_refused_in_words(come: Come, phone: str) -> None:
    butler = await come(Role.BUTLER)
    answer = await change(butler, move="send_code", phone=phone)
    assert answer.status_code == 422
    assert "手机号码" in answer.text


async def test_without_a_gateway_the_page_says_so_and_takes_no_telephone(
    come: Come, cast: Cast, alerting: Alerting, monkeypatch: pytest.MonkeyPatch
) -> None:
    butler = await come(Role.BUTLER)
    contacting = alerting.house.contacting
    monkeypatch.setattr(contacting, "_gateway", None)
    monkeypatch.setattr(contacting._carriers[Channel.SMS], "_gateway", None)
    assert "本系统未接入短信" in await butler.page(SETTINGS)
    assert (await change(butler, move="send_code", phone=new_phone())).status_code == 409
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    assert (await alerting.get(alert_id)).state is State.UNDELIVERED


# -- how it comes ----------------------------------------------------------------------


async def test_how_alerts_come_is_chosen_against_what_was_shown(come: Come) -> None:
    butler = await come(Role.BUTLER)
    chosen = {"move": "choose", "now": "sms", "digest": "wechat", "digest_at": "16:30"}
    assert (await change(butler, **chosen)).status_code == 303
    page = await butler.page(SETTINGS)
    assert 'value="16:30"' in page
    assert re.findall(r'name="(now|digest|quiet)" value="(\w+)" checked', page) == [
        ("now", "sms"),
        ("digest", "wechat"),
    ]
    stale = await butler.post(SETTINGS, {**chosen, "tag": "0"}, headers={"Accept": "text/html"})
    assert stale.status_code == 412
    assert "另一个页面上改动过" in stale.text


@pytest.mark.parametrize(
    "wrong", [{"digest_at": "9 o'clock"}, {"now": []}], ids=["no time", "no channel"]
)
async def test_a_choice_that_is_none_is_refused_in_words(
    come: Come, wrong: dict[str, object]
) -> None:
    butler = await come(Role.BUTLER)
    form = {"now": ["wechat", "sms"], "digest": "sms", "quiet": "yes", "digest_at": "09:00"}
    answer = await change(butler, move="choose", **{**form, **wrong})
    assert answer.status_code == 422
    assert 'data-test="refused"' in answer.text


# -- out of the house ------------------------------------------------------------------


async def test_an_urgent_alert_comes_to_the_bound_wechat_with_its_title_alone(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer)
    alert_id = await alerting.tell(butler.account.id, text="林晓芸等您答复。")
    await cast.work()
    [message] = await alerting.received(newcomer)
    assert (message["data"]["thing1"], message["data"]["number2"]) == (TITLE, "1")
    assert message["page"] == TEMPLATE.page
    assert "林晓芸" not in str(message)
    alert = await alerting.get(alert_id)
    assert (alert.state, alert.by) == (State.DELIVERED, Channel.WECHAT)
    assert await alerting.left(newcomer) == 0
    assert len(await audited(cast, "alert.pushed", alert_id)) == 1


async def test_without_an_acceptance_or_a_wechat_an_sms_comes(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    await alerting.with_phone(butler, phone)
    await alerting.bind(butler, newcomer)
    await cast.work()
    before = len(await alerting.texts(phone))
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    assert len(await alerting.texts(phone)) == before + 1
    assert (await alerting.texts(phone))[0] == (
        f"【信用越秀】工作提醒：{TITLE}。请登录工作台查看。"
    )
    assert (await alerting.get(alert_id)).state is State.PUSHED
    await alerting.due(alert_id)
    assert (await alerting.get(alert_id)).by is Channel.SMS


async def test_43101_empties_the_ledger_and_an_sms_follows_at_once(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    await alerting.with_phone(butler, phone)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer, times=2)
    await alerting.trouble(newcomer, errcode=43101)
    await alerting.tell(butler.account.id)
    await cast.work()
    assert await alerting.received(newcomer) == []
    assert TITLE in (await alerting.texts(phone))[0]
    assert await alerting.left(newcomer) == 0


async def test_an_unclear_answer_is_settled_by_wechats_own_news(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person, outage: Outage
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer)
    await outage.begin("wechat", kind="malformed", path=SEND, times=1)
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    assert (await alerting.get(alert_id)).state is State.PUSHED
    [message] = await alerting.received(newcomer)
    assert await alerting.hear(newcomer, str(message["msgid"])) is None
    alert = await alerting.get(alert_id)
    assert (alert.state, alert.by) == (State.DELIVERED, Channel.WECHAT)


async def test_after_some_minutes_of_silence_an_sms_follows_and_wechat_is_not_tried_again(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person, outage: Outage, clock: Clock
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    await alerting.with_phone(butler, phone)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer, times=2)
    await outage.begin("wechat", kind="error", path=SEND, times=1)
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    before = len(await alerting.texts(phone))
    clock.ahead += timedelta(minutes=5, seconds=1)
    await alerting.due(alert_id)
    assert len(await alerting.texts(phone)) == before + 1
    assert await alerting.received(newcomer) == []
    assert await alerting.left(newcomer) == 1


async def test_a_message_that_wechat_says_has_failed_goes_on_by_sms(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler, phone = await come(Role.BUTLER), new_phone()
    await alerting.with_phone(butler, phone)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer)
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    [message] = await alerting.received(newcomer)
    before = len(await alerting.texts(phone))
    await alerting.hear(newcomer, str(message["msgid"]), errcode=20003)
    await cast.work()
    await alerting.due(alert_id)
    assert len(await alerting.texts(phone)) == before + 1
    assert (await alerting.get(alert_id)).by is Channel.SMS


async def test_news_of_a_message_that_is_being_answered_waits_for_the_answer(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.bind(butler, newcomer)
    await cast.work()
    doing = alerting.act()
    push = Push(
        id=doing.draw.id(),
        staff_id=butler.account.id,
        channel=Channel.WECHAT,
        alerts=("none",),
        title=TITLE,
        at=doing.at,
        changed_at=doing.at,
    )
    await doing.commit(lambda unit: alerting.pushes.add(unit, push))
    news = uuid.uuid4().hex
    assert isinstance(await alerting.hear(newcomer, news), Again)
    after = push.unknown(doing.at)
    await doing.commit(lambda unit: alerting.pushes.replace(unit, after, was=push))
    assert await alerting.hear(newcomer, news) is None
    found = await alerting.pushes.get(push.id)
    assert found is not None
    assert (found.state, found.their_id) == (PushState.SENT, news)
    assert await alerting.hear(newcomer, news) is None, "the same news twice changes nothing"


async def test_in_the_evening_nobody_is_disturbed_and_the_digest_of_the_morning_has_it(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person, clock: Clock
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer)
    to_monday(clock, 20)
    first = await alerting.tell(butler.account.id)
    second = await alerting.tell(butler.account.id, urgency=Urgency.DIGEST)
    await cast.work()
    assert await alerting.received(newcomer) == []
    clock.ahead += timedelta(hours=13, minutes=1)
    await alerting.due(first)
    [message] = await alerting.received(newcomer)
    assert message["data"]["thing1"] == "您有 2 条工作提醒"
    assert message["data"]["number2"] == "2"
    for alert_id in (first, second):
        assert (await alerting.get(alert_id)).state is State.DELIVERED


async def test_what_is_read_in_the_console_is_not_pushed(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person, clock: Clock
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer)
    to_monday(clock, 20)
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    reading = act(alerting.house, butler.account.id)
    await alerting.house.alerts.open(reading, alert_id=alert_id)
    clock.ahead += timedelta(hours=13, minutes=1)
    await alerting.due(alert_id)
    assert await alerting.received(newcomer) == []
    assert (await alerting.get(alert_id)).by is Channel.CONSOLE


# -- what reached nobody ---------------------------------------------------------------


async def test_what_no_channel_delivered_stands_on_the_board_until_somebody_telephones(
    come: Come, cast: Cast, alerting: Alerting
) -> None:
    butler, supervisor = await come(Role.BUTLER), await come(Role.SUPERVISOR)
    before = await alerting.house.alerts.count_undelivered()
    alert_id = await alerting.tell(butler.account.id, text="林晓芸等您答复。")
    await cast.work()
    assert await alerting.house.alerts.count_undelivered() == before + 1
    page = await supervisor.listed("/console/alerts/undelivered")
    [row] = [one for one in page.split("<tr ") if f'data-alert="{alert_id}"' in one]
    board = await supervisor.page("/console/ticket-board")
    assert f'data-test="undelivered">{before + 1} 条' in board
    assert "微信：未绑定；短信：未绑定" in row
    assert ("周敏" in row, "林晓芸" in row) == (True, False)
    answer = await supervisor.post(f"/console/alerts/{alert_id}/settlement")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/alerts/undelivered")
    alert = await alerting.get(alert_id)
    assert (alert.state, alert.by) == (State.SETTLED, Channel.TELEPHONE)
    assert alert.settled_by == supervisor.account.id
    assert await audited(cast, "alert.settled", alert_id) == [supervisor.account.id]
    assert await bell(butler) == "1", "the inbox has it all the same"
    again = await supervisor.post(f"/console/alerts/{alert_id}/settlement")
    check_problem(again, 409, "conflict")
    check_problem(await supervisor.post("/console/alerts/none/settlement"), 404, "not_found")


async def test_what_is_read_leaves_the_board_and_nobody_settles_their_own(
    come: Come, alerting: Alerting
) -> None:
    supervisor = await come(Role.SUPERVISOR)
    alert_id = await alerting.undelivered(supervisor.account.id)
    own = await supervisor.post(f"/console/alerts/{alert_id}/settlement")
    check_problem(own, 409, "conflict")
    await supervisor.get(f"/console/alerts/{alert_id}")
    assert (await alerting.get(alert_id)).by is Channel.CONSOLE
    assert alert_id not in await supervisor.listed("/console/alerts/undelivered")


# -- who leaves ------------------------------------------------------------------------


async def test_a_suspended_account_loses_its_contacts_and_is_told_nothing(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person
) -> None:
    butler, security = (
        await come(Role.BUTLER),
        await come(Role.SECURITY_ADMINISTRATOR),
    )
    await alerting.bind(butler, newcomer)
    await cast.work()
    await alerting.accept(newcomer)
    await security.post(f"/console/staff/{butler.account.id}/suspension")
    row = await alerting.database["staff_contacts"].find_one({"_id": butler.account.id})
    assert row is None
    alert_id = await alerting.tell(butler.account.id)
    await cast.work()
    assert (await alerting.get(alert_id)).state is State.WITHDRAWN
    assert await alerting.received(newcomer) == []
    assert (await newcomer.get(BINDINGS)).json()["items"] == []


async def test_who_erases_their_account_is_bound_no_more_and_no_alert_speaks_of_them(
    come: Come, cast: Cast, alerting: Alerting, newcomer: Person, installation: Installation
) -> None:
    butler = await come(Role.BUTLER)
    await alerting.bind(butler, newcomer)
    person_id = await newcomer.own_subject()
    told = await alerting.tell(butler.account.id, text="林晓芸等您答复。", about=person_id)
    await erase(newcomer)
    await cast.work()
    await due(installation)
    await cast.work()
    row = await alerting.database["staff_contacts"].find_one({"_id": butler.account.id})
    assert row
    assert row.keys() & {"openid", "person_id", "binding_id", "bound_at"} == set()
    alert = await alerting.get(told)
    assert (alert.text, alert.about) == ("当事人已注销账号，内容已删除。", "")
    assert 'data-test="wechat" data-bound="false"' in await butler.page(SETTINGS)
