"""What a worker does with one message: plan, commit that it goes out, send, commit what came of it.

At most once: the acceptance is spent and ``sending`` committed before WeChat is called, under the
worker's fence. Whoever finds ``sending`` afterwards makes it ``unknown`` and never sends it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from domain.messages.fields import BadField
from domain.messages.ledger import Ledger, NothingLeft
from domain.messages.messages import Because, Message, State, pending
from domain.messages.planning import Keep, Send, Wait, plan
from domain.messages.ports import (
    Account,
    Accounts,
    Alert,
    Count,
    FindNotice,
    LedgerStore,
    MessageStore,
    Moved,
    Outcome,
    PreferenceStore,
    Sender,
    Verdict,
)
from domain.messages.preferences import Preferences, Quiet
from domain.messages.templates import (
    Said,
    Template,
    Templates,
    filled,
    of_notice,
    of_several,
    page_of,
)
from domain.notices import Notice
from domain.transactions import Act, Again, Unit, ever_more_rarely

# A person's other message is on its way, or another worker was here first.
SOON = Again(after=timedelta(seconds=2))
# So that changed preferences are followed before a long wait is over.
LONGEST_NAP = timedelta(hours=1)
MOST_TRIES = 40


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """The hours of who has chosen none."""

    quiet: Quiet | None
    digest_at: time

    def of(self, person_id: str) -> Preferences:
        """Everything at once."""
        return Preferences(person_id=person_id, ways={}, quiet=self.quiet, digest_at=self.digest_at)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What messages are kept in."""

    messages: MessageStore
    ledgers: LedgerStore
    preferences: PreferenceStore
    accounts: Accounts
    notice: FindNotice


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """One attempt, decided: to whom, with what."""

    message: Message
    others: tuple[Message, ...]
    template: Template
    account: Account
    data: Mapping[str, str]
    page: str


class Sending:
    """The way of a message."""

    def __init__(
        self,
        *,
        desk: Desk,
        templates: Templates,
        defaults: Defaults,
        sender: Sender,
        count: Count,
        alert: Alert,
    ) -> None:
        self._desk = desk
        self._templates = templates
        self._defaults = defaults
        self._sender = sender
        self._count = count
        self._alert = alert

    async def carry(self, act: Act, *, notice_id: str) -> Again | None:
        """Bring the message of a notice forward; ``act.commit`` is fenced."""
        notice = await self._desk.notice(notice_id)
        if notice is None:
            return None
        try:
            message = await self._desk.messages.get(notice_id) or await self._begin(act, notice)
            if message.state is State.SENDING:
                await self._save(act, message, message.unknown(act.at, Because.CRASHED))
                return None
            if message.state is not State.PENDING:
                return None
            return await self._bring(act, notice, message)
        except Moved:
            return SOON

    async def _begin(self, act: Act, notice: Notice) -> Message:
        message = pending(notice, act.at)

        async def work(unit: Unit) -> Message:
            await self._desk.messages.add(unit, message)
            return message

        return await act.commit(work)

    async def _bring(self, act: Act, notice: Notice, message: Message) -> Again | None:
        if notice.until is not None and act.at >= notice.until:
            await self._save(act, message, message.kept(act.at, Because.OVER))
            return None
        accounts = await self._desk.accounts.of_person(message.person_id)
        ledgers = await self._desk.ledgers.of([account.id for account in accounts])
        preferences = await self._desk.preferences.get(message.person_id)
        decided = plan(
            message,
            await self._desk.messages.waiting(person_id=message.person_id),
            preferences=preferences or self._defaults.of(message.person_id),
            templates=self._templates,
            left=left_by_name(self._templates, ledgers),
            now=act.at,
        )
        if isinstance(decided, Wait):
            return Again(after=min(decided.until - act.at, LONGEST_NAP))
        if isinstance(decided, Keep):
            await self._save(act, message, message.kept(act.at, decided.because))
            return None
        return await self._attempt(act, notice, message, decided, accounts, ledgers)

    async def _attempt(
        self,
        act: Act,
        notice: Notice,
        message: Message,
        decided: Send,
        accounts: Sequence[Account],
        ledgers: Sequence[Ledger],
    ) -> Again | None:
        count = message.count + len(decided.others)
        said: Said = of_several(count, act.at) if count > 1 else of_notice(notice)
        try:
            data = filled(decided.template, said)
        except BadField:
            self._alert(template=decided.template.name, errcode=None)
            await self._save(act, message, message.failed(act.at, Because.BAD_FIELD))
            return None
        ready = _Ready(
            message=message,
            others=decided.others,
            template=decided.template,
            account=_willing(accounts, ledgers, decided.template),
            data=data,
            page=page_of(decided.template, said),
        )
        sending = await self._commit_to(act, ready, count)
        outcome = await self._sender.send(
            openid=ready.account.openid,
            template_id=ready.template.id,
            page=ready.page,
            data=ready.data,
        )
        return await self._settle(act, sending, outcome)

    async def _commit_to(self, act: Act, ready: _Ready, count: int) -> Message:
        """From here on it has gone out, whatever happens to this worker."""

        async def work(unit: Unit) -> Message:
            ledger = await self._ledger(unit, act, ready.account.id, ready.template.id)
            try:
                spent = ledger.spent(act.at)
            except NothingLeft as error:
                raise Moved from error
            sending = ready.message.gathering(count).sending(
                act.at,
                template=ready.template.name,
                account_id=ready.account.id,
                era=ledger.era,
            )
            await self._desk.messages.replace(unit, sending, was=ready.message)
            for other in ready.others:
                gathered = other.gathered(act.at, into=sending.id)
                await self._desk.messages.replace(unit, gathered, was=other)
            await self._desk.ledgers.save(unit, spent, was=ledger)
            await unit.audit(act.event("message.sending", sending.id, template=ready.template.name))
            return sending

        return await act.commit(work)

    async def _settle(self, act: Act, sending: Message, outcome: Outcome) -> Again | None:
        self._count(outcome=outcome.verdict.value, errcode=outcome.errcode)
        after, again = _after(act, sending, outcome)
        if outcome.verdict is Verdict.REFUSED:
            self._alert(template=sending.template or "", errcode=outcome.errcode)

        async def work(unit: Unit) -> None:
            await self._desk.messages.replace(unit, after, was=sending)
            await self._balance(unit, act, sending, outcome.verdict)
            await unit.audit(act.event(f"message.{after.state.value}", after.id))

        await act.commit(work)
        return again

    async def _balance(self, unit: Unit, act: Act, sending: Message, verdict: Verdict) -> None:
        """What was not used is given back; what WeChat says is gone is gone."""
        template = self._templates.named(sending.template)
        if template is None or sending.account_id is None or sending.spent_era is None:
            return
        ledger = await self._ledger(unit, act, sending.account_id, template.id)
        after = ledger
        if verdict in {Verdict.LATER, Verdict.REFUSED}:
            after = ledger.given_back(act.at, era=sending.spent_era)
        elif verdict is Verdict.EXHAUSTED:
            after = ledger.exhausted(act.at)
        if after != ledger:
            await self._desk.ledgers.save(unit, after, was=ledger)

    async def _ledger(self, unit: Unit, act: Act, account_id: str, template_id: str) -> Ledger:
        return await self._desk.ledgers.get(
            unit, account_id=account_id, template_id=template_id, now=act.at
        )

    async def _save(self, act: Act, was: Message, after: Message) -> None:
        async def work(unit: Unit) -> None:
            await self._desk.messages.replace(unit, after, was=was)
            await unit.audit(act.event(f"message.{after.state.value}", after.id))

        await act.commit(work)
        self._count(outcome=after.state.value, errcode=after.errcode)


def left_by_name(templates: Templates, ledgers: Sequence[Ledger]) -> Mapping[str, int]:
    """How many sends are left, by template, over all accounts of one person."""
    left: dict[str, int] = {}
    for ledger in ledgers:
        template = templates.of_id(ledger.template_id)
        if template is not None:
            left[template.name] = left.get(template.name, 0) + ledger.left
    return left


def _willing(accounts: Sequence[Account], ledgers: Sequence[Ledger], template: Template) -> Account:
    """The newest account that takes this template; there is one, or the plan were another."""
    willing = {one.account_id for one in ledgers if one.template_id == template.id and one.left > 0}
    return next(account for account in accounts if account.id in willing)


def _after(act: Act, sending: Message, outcome: Outcome) -> tuple[Message, Again | None]:
    match outcome.verdict:
        case Verdict.SENT:
            return sending.sent(act.at, wechat_id=outcome.wechat_id), None
        case Verdict.UNKNOWN:
            return sending.unknown(act.at, Because.NO_ANSWER), None
        case Verdict.EXHAUSTED | Verdict.REFUSED:
            return sending.failed(act.at, Because.REFUSED, errcode=outcome.errcode), None
        case Verdict.LATER if sending.tries >= MOST_TRIES:
            return sending.failed(act.at, Because.GAVE_UP, errcode=outcome.errcode), None
        case Verdict.LATER:
            wait = max(outcome.wait, ever_more_rarely(sending.tries - 1).after)
            return sending.again(act.at, errcode=outcome.errcode), Again(after=wait)
