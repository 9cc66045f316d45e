"""Alerts as subscription messages: each verdict of WeChat has its word, and faults are told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from content.catalogue import FOLDER
from content.messages import load_messages
from domain.alerts import ports as staff
from domain.alerts.alerts import Because, Channel
from domain.alerts.contacts import Bound, Contacts
from domain.alerts.pushes import Push
from domain.messages.ledger import Ledger
from domain.messages.ports import Account, Outcome, Verdict
from domain.messages.to_staff import WHAT, ByWeChat

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TEMPLATE = load_messages(FOLDER).staff
BOUND = Contacts(staff_id="s", bound=Bound(id="b", openid="o", person_id="p", at=AT))
PUSH = Push(
    id="m",
    staff_id="s",
    channel=Channel.WECHAT,
    alerts=("a", "b"),
    title="您有 2 条待办提醒",
    at=AT,
    changed_at=AT,
)


class WeChat:
    """Its accounts, ledgers and answers."""

    def __init__(self, verdict: Verdict = Verdict.SENT, left: int = 1) -> None:
        self.sent: list[dict[str, Any]] = []
        self.faults: list[tuple[str, int | None]] = []
        self.known = True
        self._verdict = verdict
        self._left = left
        self.way = ByWeChat(
            accounts=self, ledgers=self, sender=self, template=TEMPLATE, alert=self._fault
        )

    async def by_openid(self, openid: str) -> Account | None:
        return Account(id="account", openid=openid) if self.known else None

    async def of_person(self, person_id: str) -> Sequence[Account]:
        raise AssertionError(person_id)

    async def get(self, unit: object, **of: Any) -> Ledger:
        raise AssertionError((unit, of))

    async def save(self, unit: object, ledger: Ledger, *, was: Ledger) -> None:
        raise AssertionError((unit, ledger, was))

    async def of(self, account_ids: Sequence[str]) -> Sequence[Ledger]:
        mine = Ledger(account_id="account", template_id=TEMPLATE.id, left=self._left, changed_at=AT)
        other = replace(mine, template_id="other", left=9)
        return [mine, other] if account_ids == ["account"] else []

    async def send(
        self, *, openid: str, template_id: str, page: str, data: Mapping[str, str]
    ) -> Outcome:
        self.sent.append({"openid": openid, "template": template_id, "page": page, **data})
        return Outcome(verdict=self._verdict, errcode=7, wechat_id="42")

    def _fault(self, *, template: str, errcode: int | None) -> None:
        self.faults.append((template, errcode))


def test_every_verdict_has_its_word() -> None:
    assert set(WHAT) == set(Verdict)
    assert set(WHAT.values()) == set(staff.Verdict) - {staff.Verdict.ACCEPTED}


@pytest.mark.parametrize("verdict", Verdict)
async def test_a_message_says_its_title_number_and_time_and_nothing_more(verdict: Verdict) -> None:
    wechat = WeChat(verdict)
    outcome = await wechat.way.send(PUSH, BOUND)
    assert (outcome.verdict, outcome.their_id, outcome.errcode) == (WHAT[verdict], "42", 7)
    assert wechat.sent == [
        {
            "openid": "o",
            "template": TEMPLATE.id,
            "page": "pages/staff_binding",
            "thing1": "您有 2 条待办提醒",
            "number2": "2",
            "time3": "2026年11月23日 15:30",
        }
    ]
    assert wechat.faults == ([("staff", 7)] if verdict is Verdict.REFUSED else [])


async def test_what_wechat_would_refuse_is_not_sent_and_the_operator_is_told() -> None:
    wechat = WeChat()
    outcome = await wechat.way.send(replace(PUSH, title="\u200b"), BOUND)
    assert (outcome.verdict, wechat.sent) == (staff.Verdict.REFUSED, [])
    assert wechat.faults == [("staff", None)]


async def test_what_hinders_is_named() -> None:
    assert await WeChat().way.hindrance(BOUND) is None
    assert await WeChat(left=0).way.hindrance(BOUND) is Because.NO_QUOTA
    assert await WeChat().way.hindrance(Contacts(staff_id="s")) is Because.NOT_BOUND
    gone = WeChat()
    gone.known = False
    assert await gone.way.hindrance(BOUND) is Because.NOT_BOUND
    assert (await gone.way.subscription(BOUND)).left == 0
