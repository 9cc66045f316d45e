"""Messages in WeChat: one a consent, once at most, in the hours wanted; the inbox always."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from domain.messages.messages import Because, State, pending
from domain.messages.preferences import next_at
from domain.pushes import SubscriptionChosen, SubscriptionSent
from domain.time import SHANGHAI, in_words
from domain.transactions import Again, NoticeKind, Unit
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.outage import Outage
from tests.subscriptions import DIGEST, OBJECTION, REPORT, Subscriptions

PREFERENCES = "/v1/me/message-preferences"
LONG_DUE = datetime(1970, 1, 1, tzinfo=UTC)
SEND = "/cgi-bin/message/subscribe/send"


def next_day(installation: Installation) -> None:
    """WeChat's quotas are new; until then the server leaves what is used up alone."""
    installation.house.login._client._pauses._until.clear()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def fresh_quotas(installation: Installation) -> Iterator[None]:
    yield
    next_day(installation)


@pytest.fixture
def phone(newcomer: Person, installation: Installation) -> Subscriptions:
    return Subscriptions(newcomer, installation)


async def test_a_finished_report_is_told_in_wechat_once_for_one_consent(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    phone = Subscriptions(alice, installation)
    await phone.at_any_hour()
    await phone.answer(REPORT)
    assert (await phone.left())["报告办理结果通知"] == 1
    report = await alice.report()
    await cast.work()
    [message] = await phone.received()
    assert message["data"]["thing1"] == "信用报告已出具"
    assert message["data"]["phrase3"] == "请查看"
    assert message["page"] == f"pages/index?to=/reports/{report['id']}"
    assert message["state"] == "formal"
    assert (await phone.left())["报告办理结果通知"] == 0
    notice = (await alice.get("/v1/notices?limit=1")).json()["items"][0]
    assert notice["kind"] == "report_ready"
    assert notice["delivery"] == {"state": "sent", "text": "已发送微信通知"}
    await alice.report("bank-loan")
    await cast.work()
    assert len(await phone.received()) == 1
    again = (await alice.get("/v1/notices?limit=1")).json()["items"][0]
    assert again["delivery"]["state"] == "inbox"
    assert again["delivery"]["text"] == "仅站内消息：没有可用的微信通知次数"


async def test_without_consent_only_the_inbox_has_it(phone: Subscriptions, cast: Cast) -> None:
    notice = await phone.notify()
    assert (await phone.delivery(notice))["state"] == "pending"
    await cast.work()
    assert await phone.received() == []
    assert (await phone.delivery(notice))["text"] == "仅站内消息：没有可用的微信通知次数"


async def test_a_refusal_in_the_dialogue_or_the_settings_ends_every_send(
    phone: Subscriptions,
) -> None:
    for settings in (False, True):
        await phone.answer(OBJECTION)
        await phone.answer(OBJECTION)
        assert await phone.left_of(OBJECTION) == 2
        await phone.answer(OBJECTION, how="reject", settings=settings)
        assert await phone.left_of(OBJECTION) == 0
    told = SubscriptionChosen(
        openid=phone.openid, template_id=phone.id_of(OBJECTION), accepted=True, dialogue=False
    )
    await phone.tell(told)
    assert await phone.left_of(OBJECTION) == 0, "only the dialogue gives a send"


async def test_a_stranger_and_an_unknown_template_harm_nothing(phone: Subscriptions) -> None:
    for openid, template in ((f"o{'x' * 27}", phone.id_of(REPORT)), (phone.openid, "t" * 43)):
        chosen = SubscriptionChosen(
            openid=openid, template_id=template, accepted=True, dialogue=True
        )
        sent = SubscriptionSent(openid=openid, template_id=template, message_id="1", errcode=0)
        assert await phone.tell(chosen) is None
        assert await phone.tell(sent) is None


async def test_43101_sets_the_ledger_to_nothing_and_is_not_tried_again(
    phone: Subscriptions, cast: Cast
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    await phone.answer(OBJECTION)
    await phone.trouble(errcode=43101)
    notice = await phone.notify()
    await cast.work()
    assert await phone.left_of(OBJECTION) == 0
    assert (await phone.delivery(notice))["state"] == "failed"
    assert await phone.received() == []


@pytest.mark.parametrize("errcode", [40037, 47003, 43107, 45168, 41030])
async def test_a_fault_of_a_template_alerts_stops_and_gives_the_consent_back(
    errcode: int, phone: Subscriptions, cast: Cast, installation: Installation
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    await phone.trouble(errcode=errcode)
    notice = await phone.notify()
    await cast.work()
    assert (await phone.delivery(notice))["state"] == "failed"
    assert await phone.left_of(OBJECTION) == 1
    metrics = (await installation.house.metrics()).decode()
    wanted = f'template_faults_total{{errcode="{errcode}",template="objection"}}'
    assert wanted in metrics


@pytest.mark.parametrize("errcode", [43108, 45009])
async def test_what_surely_was_not_sent_is_sent_later_once(
    errcode: int, phone: Subscriptions, installation: Installation, cast: Cast
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    await phone.trouble(errcode=errcode)
    notice = await phone.notify()
    await cast.work()
    assert (await phone.delivery(notice))["state"] == "pending"
    assert await phone.left_of(OBJECTION) == 1
    next_day(installation)
    await due_now(installation, notice)
    await cast.work()
    assert (await phone.delivery(notice))["state"] == "sent"
    assert len(await phone.received()) == 1


async def test_when_wechat_cannot_be_reached_it_is_sent_after_the_outage(
    phone: Subscriptions, installation: Installation, cast: Cast
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    wechat = installation.outside[0]
    for _ in range(wechat.system.failures_to_rest):
        wechat._breaker.failed(wechat._clock())
    notice = await phone.notify()
    await cast.work()
    assert (await phone.delivery(notice))["state"] == "pending"
    wechat._breaker.succeeded()
    await due_now(installation, notice)
    await cast.work()
    assert (await phone.delivery(notice))["state"] == "sent"
    assert len(await phone.received()) == 1


@pytest.mark.parametrize("kind", ["malformed", "error"])
async def test_without_a_clear_answer_it_is_unknown_and_never_sent_again(
    kind: str, phone: Subscriptions, outage: Outage, cast: Cast, installation: Installation
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    await phone.answer(OBJECTION)
    await outage.begin("wechat", kind=kind, path=SEND, times=1)
    notice = await phone.notify()
    await cast.work()
    assert (await phone.delivery(notice))["text"] == "微信通知已提交，尚未收到结果"
    assert await phone.left_of(OBJECTION) == 1
    await due_now(installation, notice)
    await cast.work()
    assert len(await phone.received()) == (kind == "malformed")
    await phone.hear()
    wanted = "sent" if kind == "malformed" else "unknown"
    assert (await phone.delivery(notice))["state"] == wanted


async def test_the_sent_event_settles_by_its_id_and_else_the_oldest_unknown(
    phone: Subscriptions, outage: Outage, cast: Cast
) -> None:
    await phone.at_any_hour()
    for _ in range(3):
        await phone.answer(OBJECTION)
    notices = []
    for _ in range(2):
        await outage.begin("wechat", kind="error", path=SEND, times=1)
        notices.append(await phone.notify())
        await cast.work()
    known = await phone.notify()
    await cast.work()
    await phone.hear()
    states = [(await phone.delivery(one))["state"] for one in (*notices, known)]
    assert states == ["unknown", "unknown", "sent"], "its own id: the unknown ones stay"
    for message_id, errcode in (("901", 0), ("902", 20001), ("901", 0), ("902", 20001)):
        told = SubscriptionSent(
            openid=phone.openid,
            template_id=phone.id_of(OBJECTION),
            message_id=f"{known}-{message_id}",
            errcode=errcode,
        )
        assert await phone.tell(told) is None
    states = [(await phone.delivery(one))["state"] for one in notices]
    assert states == ["sent", "failed"]


async def test_a_sent_event_waits_while_the_answer_is_on_its_way(
    phone: Subscriptions, installation: Installation
) -> None:
    notice = await phone.notify()
    await in_flight(phone, installation, notice)
    told = SubscriptionSent(
        openid=phone.openid, template_id=phone.id_of(OBJECTION), message_id=notice, errcode=0
    )
    assert isinstance(await phone.tell(told), Again)


async def test_a_worker_killed_before_the_answer_leaves_it_unknown_and_nobody_resends(
    phone: Subscriptions, installation: Installation, cast: Cast
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    await phone.answer(OBJECTION)
    notice = await phone.notify()
    await phone.trouble(seconds=30)
    task = asyncio.create_task(cast.work())
    async with asyncio.timeout(20):
        while (await phone.delivery(notice))["state"] != "sending":  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await due_now(installation, notice)
    await cast.work()
    assert (await phone.delivery(notice))["state"] == "unknown"
    assert await phone.left_of(OBJECTION) == 1
    message = await phone.desk.messages.get(notice)
    assert message
    assert message.because is Because.CRASHED
    assert message.tries == 1


async def test_many_workers_never_have_two_in_flight_to_one_person(
    phone: Subscriptions, installation: Installation
) -> None:
    await phone.at_any_hour()
    for _ in range(4):
        await phone.answer(OBJECTION)
    await phone.trouble(seconds=0.15, times=100)
    notices = [await phone.notify() for _ in range(4)]

    async def worker() -> None:
        for _ in range(400):
            for notice in notices:
                await due_now(installation, notice, settled=False)
            await installation.workers.work_once()
            if len(await phone.received()) == 4:
                return

    await asyncio.gather(*(worker() for _ in range(4)))
    assert [await phone.delivery(notice) for notice in notices] == [
        {"state": "sent", "text": "已发送微信通知"}
    ] * 4
    assert await phone.most_in_flight() == 1
    assert len(await phone.received()) == 4
    assert await phone.left_of(OBJECTION) == 0


async def test_at_night_several_wait_and_come_as_one_in_the_morning(
    phone: Subscriptions, cast: Cast, clock: Clock, installation: Installation
) -> None:
    await phone.answer(OBJECTION, DIGEST)
    to_hour(clock, 23)
    await phone.person.sign_in()
    notices = [await phone.notify(), await phone.notify("代办授权已收回", NoticeKind.OBJECTION)]
    await cast.work()
    assert await phone.received() == []
    morning = in_words(next_at(time(8), installation.house.clock()))
    for notice in notices:
        assert (await phone.delivery(notice))["text"] == (
            f"等待发送微信通知：现在是免打扰时段，{morning} 以后发送"
        )
    clock.ahead += timedelta(hours=9, minutes=30)
    await phone.person.sign_in()
    for notice in notices:
        await due_now(installation, notice)
    await cast.work()
    [message] = await phone.received()
    assert message["data"]["thing1"] == "您有 2 条新消息"
    assert message["data"]["number2"] == "2"
    for notice in notices:
        assert (await phone.delivery(notice))["text"] == "已随汇总发送微信通知（共 2 条）"
    assert await phone.left_of(OBJECTION) == 1, "the consent of each is kept for another time"


async def test_a_kind_chosen_as_a_digest_comes_at_its_hour_and_one_switched_off_never(
    phone: Subscriptions, cast: Cast, clock: Clock, installation: Installation
) -> None:
    await phone.answer(OBJECTION, DIGEST)
    to_hour(clock, 15)
    await phone.person.sign_in()
    await phone.at_any_hour(objection="digest", share="inbox")
    notice = await phone.notify()
    shared = await phone.notify("分享的报告已被打开", NoticeKind.SHARE)
    await cast.work()
    assert await phone.received() == []
    assert (await phone.delivery(shared))["text"] == "仅站内消息：您在消息设置中选择了只看站内消息"
    clock.ahead += timedelta(hours=19)
    await phone.person.sign_in()
    await due_now(installation, notice)
    await cast.work()
    [message] = await phone.received()
    assert message["template_id"] == phone.id_of(DIGEST)
    assert await phone.left("objection") == {"消息汇总提醒": 0}


async def test_preferences_are_saved_against_what_was_read(phone: Subscriptions) -> None:
    person = phone.person
    read = await person.get(PREFERENCES)
    assert read.json()["quiet"] == {"begins": "22:00", "ends": "08:00"}
    assert {one["kind"] for one in read.json()["kinds"]} >= {"report_ready", "delegation"}
    body = {
        "kinds": [{"kind": "objection", "way": "digest"}],
        "quiet": {"begins": "21:30", "ends": "07:00"},
        "digest_at": "08:30",
    }
    assert (await person.send("PUT", PREFERENCES, json=body)).status_code == 428
    tag = {"If-Match": read.headers["ETag"]}
    saved = await person.send("PUT", PREFERENCES, json=body, headers=tag)
    assert saved.status_code == 200
    assert saved.json()["digest_at"] == "08:30"
    assert (await person.send("PUT", PREFERENCES, json=body, headers=tag)).status_code == 412
    now = {"If-Match": saved.headers["ETag"]}
    same = {**body, "quiet": {"begins": "08:00", "ends": "08:00"}}
    refused = await person.send("PUT", PREFERENCES, json=same, headers=now)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/quiet/ends"
    for faulty in (
        {**body, "digest_at": "25:00"},
        {**body, "kinds": [{"kind": "x", "way": "now"}]},
    ):
        answer = await person.send("PUT", PREFERENCES, json=faulty, headers=now)
        assert answer.status_code == 422
    twice = {**body, "kinds": [{"kind": "share", "way": way} for way in ("now", "inbox")]}
    refused = await person.send("PUT", PREFERENCES, json=twice, headers=now)
    assert refused.status_code == 422
    [fault] = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/kinds", "repeated")
    assert fault["detail"] == "同一类消息只能选择一种通知方式。"
    ways = {one["kind"]: one["way"] for one in (await person.get(PREFERENCES)).json()["kinds"]}
    assert ways["objection"] == "digest"
    assert ways["share"] == "now"


async def test_two_who_save_at_once_do_not_overwrite_each_other(phone: Subscriptions) -> None:
    body = {"kinds": [], "quiet": None, "digest_at": "09:00"}
    headers = {"If-Match": '"0"'}
    answers = await asyncio.gather(
        *(phone.person.send("PUT", PREFERENCES, json=body, headers=headers) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_before_a_tap_at_most_three_are_named_with_the_sends_left(
    phone: Subscriptions,
) -> None:
    answer = await phone.person.get("/v1/me/subscriptions?for=credit-report")
    items = answer.json()["items"]
    assert len(items) == 3
    assert all(len(item["template_id"]) == 43 for item in items)
    assert all(item["left"] == 0 for item in items)
    await phone.answer(REPORT)
    assert (await phone.left())["报告办理结果通知"] == 1
    for wrong in ("for=lottery", "for=A"):
        answer = await phone.person.get(f"/v1/me/subscriptions?{wrong}")
        assert answer.status_code in {404, 422}


async def test_only_one_message_of_an_account_can_be_in_flight(
    phone: Subscriptions, installation: Installation, cast: Cast
) -> None:
    await phone.at_any_hour()
    await phone.answer(OBJECTION)
    first, second = await phone.notify(), await phone.notify()
    await in_flight(phone, installation, first)
    await due_now(installation, second)
    await cast.work()
    message = await phone.desk.messages.get(second)
    assert message
    assert message.state is State.PENDING
    assert await phone.left_of(OBJECTION) == 1, "nothing of the collision was spent"


def to_hour(clock: Clock, hour: int) -> None:
    """Ahead to this hour in Shanghai."""
    local = clock().astimezone(SHANGHAI)
    wanted = datetime.combine(local.date(), local.time().replace(hour=hour, minute=0), SHANGHAI)
    clock.ahead += wanted - local if wanted > local else wanted + timedelta(days=1) - local


async def due_now(installation: Installation, notice: str, *, settled: bool = True) -> None:
    """What was put off is due; what a worker holds stays its own unless ``settled``."""
    chosen: dict[str, object] = {"topic": "message", "object_id": notice}
    if not settled:
        chosen["held_at"] = None
    rows = installation.database["outbox"]
    await rows.update_one(chosen, {"$set": {"next_at": LONG_DUE}})


async def in_flight(phone: Subscriptions, installation: Installation, notice: str) -> None:
    """As a worker leaves it that waits for WeChat's answer."""
    found = await installation.house.messages._desk.notice(notice)
    assert found
    from_pending = pending(found, phone.act().at)
    sending = from_pending.sending(
        phone.act().at, template=OBJECTION, account_id=(await phone.account()).id, era=0
    )

    async def work(unit: Unit) -> None:
        await phone.desk.messages.add(unit, sending)

    await phone.act().commit(work)
    await installation.database["outbox"].delete_one({"topic": "message", "object_id": notice})
