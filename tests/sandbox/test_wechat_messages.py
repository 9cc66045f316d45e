"""sandbox/wechat_messages.py: as strict as WeChat's document of subscription messages."""

import asyncio
import time

import pytest

from sandbox.due_events import DueEvents
from sandbox.message_fields import field_fault
from sandbox.wechat_messages import Choices, SendRefusedError, ServiceMessages, Trouble

OPENID = "o" + "a" * 27
TEMPLATE = "T" * 43
BODY: dict[str, object] = {
    "touser": OPENID,
    "template_id": TEMPLATE,
    "page": "pages/index?to=/reports/1",
    "data": {"thing1": {"value": "信用报告已出具"}},
    "miniprogram_state": "formal",
    "lang": "zh_CN",
}


@pytest.fixture
def events() -> DueEvents:
    return DueEvents()


@pytest.fixture
def messages(events: DueEvents) -> ServiceMessages:
    return ServiceMessages(clock=time.time, events=events)


def choose(messages: ServiceMessages, answer: str = "accept", *, settings: bool = False) -> None:
    body = {"openid": OPENID, "choices": {TEMPLATE: answer}, "settings": settings}
    messages.choose(Choices.model_validate(body))


async def refusal(messages: ServiceMessages, **changed: object) -> SendRefusedError:
    with pytest.raises(SendRefusedError) as caught:
        await messages.send({**BODY, **changed}, known=True)
    return caught.value


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"touser": ""}, 40003),
        ({"template_id": "short"}, 40037),
        ({"page": "/pages/index"}, 41030),
        ({"miniprogram_state": "release"}, 47001),
        ({"lang": "zh"}, 47001),
        ({"extra": 1}, 47001),
        ({"data": '{"thing1": {"value": "x"}}'}, 47003),
        ({"data": {}}, 47003),
        ({"data": {"thing1": {"value": ""}}}, 47003),
        ({"data": {"thing1": {"value": "x" * 21}}}, 47003),
        ({"data": {"phrase1": {"value": "ok"}}}, 47003),
    ],
)
async def test_a_body_that_breaks_a_rule_is_refused(
    changed: dict[str, object], errcode: int, messages: ServiceMessages
) -> None:
    choose(messages)
    assert (await refusal(messages, **changed)).errcode == errcode
    assert messages.phone(OPENID).left[TEMPLATE] == 1


async def test_the_faulty_field_is_named(messages: ServiceMessages) -> None:
    refused = await refusal(messages, data={"thing1": {"value": ""}})
    assert "data.thing1.value is empty" in str(refused)


async def test_one_acceptance_is_one_message_and_each_is_told(
    messages: ServiceMessages, events: DueEvents
) -> None:
    choose(messages)
    answer = await messages.send(BODY, known=True)
    assert (await refusal(messages)).errcode == 43101
    popup, sent = events.of(OPENID)
    assert popup.event == "subscribe_msg_popup_event"
    assert popup.fields["List"] == {
        "TemplateId": TEMPLATE,
        "SubscribeStatusString": "accept",
        "PopupScene": "0",
    }
    assert sent.event == "subscribe_msg_sent_event"
    assert isinstance(sent.fields["List"], dict)
    assert sent.fields["List"]["MsgID"] == str(answer["msgid"])


async def test_a_refusal_ends_all_and_settings_push_refusals_only(
    messages: ServiceMessages, events: DueEvents
) -> None:
    choose(messages)
    choose(messages, "accept", settings=True)
    choose(messages, "reject", settings=True)
    assert messages.phone(OPENID).left[TEMPLATE] == 0
    names = [one.event for one in events.of(OPENID)]
    assert names == ["subscribe_msg_popup_event", "subscribe_msg_change_event"]


async def test_two_at_once_to_one_person_are_refused(messages: ServiceMessages) -> None:
    choose(messages)
    choose(messages)
    messages.phone(OPENID).trouble = Trouble(seconds=0.2)
    answers = await asyncio.gather(
        *(messages.send(BODY, known=True) for _ in range(2)), return_exceptions=True
    )
    assert [one.errcode for one in answers if isinstance(one, SendRefusedError)] == [43108]


async def test_a_stranger_is_refused(messages: ServiceMessages) -> None:
    with pytest.raises(SendRefusedError, match="openid"):
        await messages.send(BODY, known=False)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("thing1", "好", ""),
        ("time2", "2026年11月23日 15:01", ""),
        ("number3", "3", ""),
        ("thing1", 3, "is no string"),
        ("thing1", " ", "is empty"),
        ("thing1", "a\nb", "invalid"),
        ("title1", "x", "is of no known type"),
        ("name1", "名" * 11, "invalid"),
    ],
)
def test_fields_are_judged_by_their_type(name: str, value: object, fault: str) -> None:
    assert field_fault(name, value) == fault
