"""Messages to the staff at the WeChat that they bound: one template, the same consents and rules.

What is told, and whether it is, is the alerts' own; here are the acceptances it costs and the
sending. An acceptance is spent before the attempt, in the transaction that says so.
"""

from collections.abc import Mapping

from domain.alerts import ports as staff
from domain.alerts.alerts import Because
from domain.alerts.binding import Subscription
from domain.alerts.contacts import Contacts
from domain.alerts.pushes import Push
from domain.messages.fields import BadField
from domain.messages.ledger import Ledger, NothingLeft
from domain.messages.ports import Account, Accounts, Alert, LedgerStore, Sender, Verdict
from domain.messages.templates import Said, Template, filled, page_of
from domain.transactions import Act, Unit

WHAT: Mapping[Verdict, staff.Verdict] = {
    Verdict.SENT: staff.Verdict.SENT,
    Verdict.LATER: staff.Verdict.LATER,
    Verdict.EXHAUSTED: staff.Verdict.NO_QUOTA,
    Verdict.REFUSED: staff.Verdict.REFUSED,
    Verdict.UNKNOWN: staff.Verdict.UNKNOWN,
}
UNUSED = frozenset({staff.Verdict.LATER, staff.Verdict.REFUSED})


class ByWeChat:
    """Alerts as subscription messages."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        ledgers: LedgerStore,
        sender: Sender,
        template: Template,
        alert: Alert,
    ) -> None:
        self._accounts = accounts
        self._ledgers = ledgers
        self._sender = sender
        self._template = template
        self._alert = alert

    async def subscription(self, contacts: Contacts, /) -> Subscription:
        """What the phone asks about."""
        one = self._template
        return Subscription(
            template_id=one.id, title=one.title, about=one.about, left=await self.left(contacts)
        )

    async def left(self, contacts: Contacts) -> int:
        """How many may still be sent."""
        account = await self._account(contacts)
        if account is None:
            return 0
        kept = await self._ledgers.of([account.id])
        return sum(one.left for one in kept if one.template_id == self._template.id)

    async def hindrance(self, contacts: Contacts, /) -> Because | None:
        """No WeChat, or no acceptance left."""
        if await self._account(contacts) is None:
            return Because.NOT_BOUND
        return None if await self.left(contacts) else Because.NO_QUOTA

    async def spend(self, unit: Unit, act: Act, contacts: Contacts, /) -> int:
        """One acceptance; gives the era in which it was spent."""
        was = await self._ledger(unit, act, contacts)
        if was is None:
            raise staff.Moved
        try:
            after = was.spent(act.at)
        except NothingLeft as error:
            raise staff.Moved from error
        await self._ledgers.save(unit, after, was=was)
        return was.era

    async def send(self, push: Push, contacts: Contacts, /) -> staff.Outcome:
        """Once; a template of ours that cannot be filled is for the operator."""
        if contacts.bound is None:
            return staff.Outcome(verdict=staff.Verdict.REFUSED)
        said = Said(title=push.title, at=push.at, link="", count=push.count)
        try:
            data = filled(self._template, said)
        except BadField:
            self._alert(template=self._template.name, errcode=None)
            return staff.Outcome(verdict=staff.Verdict.REFUSED)
        outcome = await self._sender.send(
            openid=contacts.bound.openid,
            template_id=self._template.id,
            page=page_of(self._template, said),
            data=data,
        )
        if outcome.verdict is Verdict.REFUSED:
            self._alert(template=self._template.name, errcode=outcome.errcode)
        return staff.Outcome(
            verdict=WHAT[outcome.verdict],
            their_id=outcome.wechat_id or "",
            errcode=outcome.errcode,
            wait=outcome.wait,
        )

    async def settle(
        self, unit: Unit, act: Act, contacts: Contacts, /, *, push: Push, verdict: staff.Verdict
    ) -> None:
        """What was not used is given back; what WeChat says is gone is gone."""
        was = await self._ledger(unit, act, contacts)
        if was is None:
            return
        after = was
        if verdict in UNUSED:
            after = was.given_back(act.at, era=push.spent)
        elif verdict is staff.Verdict.NO_QUOTA:
            after = was.exhausted(act.at)
        if after != was:
            await self._ledgers.save(unit, after, was=was)

    async def ask(self, _: Push, /) -> staff.Outcome:
        """WeChat cannot be asked: it tells by itself, or never."""
        return staff.Outcome(verdict=staff.Verdict.UNKNOWN)

    async def _account(self, contacts: Contacts) -> Account | None:
        if contacts.bound is None:
            return None
        return await self._accounts.by_openid(contacts.bound.openid)

    async def _ledger(self, unit: Unit, act: Act, contacts: Contacts) -> Ledger | None:
        account = await self._account(contacts)
        if account is None:
            return None
        return await self._ledgers.get(
            unit, account_id=account.id, template_id=self._template.id, now=act.at
        )
