"""What a worker does with one alert: plan, commit that a message goes out, send, commit the rest.

At most once: the message is ``sending`` in the database before anybody outside is called, under
the worker's fence. Whoever finds it so afterwards makes it ``unknown`` and never sends it again;
after a while another channel may.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.alerts.alerts import Alert, Because, Channel, State
from domain.alerts.contacts import PUSHED, Choice, Contacts
from domain.alerts.planning import Board, Go, Keep, Situation, Wait, plan
from domain.alerts.ports import (
    Account,
    AlertStore,
    Carrier,
    ContactsStore,
    Count,
    Moved,
    Outcome,
    PushStore,
    Verdict,
)
from domain.alerts.pushes import Push, PushState, title_of
from domain.alerts.telling import CARRY
from domain.alerts.terms import Terms, Working
from domain.staff.accounts import StaffState
from domain.transactions import Act, Again, Unit, ever_more_rarely

AT_ONCE = Again(after=timedelta())
# Another message of the same person is on its way, or another worker was here first.
SOON = Again(after=timedelta(seconds=2))
# So that what they choose or read meanwhile is followed before a long wait is over.
LONGEST_NAP = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=1)
# At five seconds to three minutes between them: an outage longer than five minutes is one.
MOST_TRIES = 6
COLLISIONS = 5
UNHEARD = Outcome(verdict=Verdict.UNKNOWN)
FAILED: Mapping[Verdict, Because] = {
    Verdict.LATER: Because.DOWN,
    Verdict.NO_QUOTA: Because.NO_QUOTA,
    Verdict.REFUSED: Because.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What alerts are kept in."""

    alerts: AlertStore
    pushes: PushStore
    contacts: ContactsStore
    account: Account


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """One message, decided."""

    push: Push
    carried: tuple[Alert, ...]
    contacts: Contacts


class Carrying:
    """The way of an alert out of the house."""

    def __init__(
        self,
        *,
        desk: Desk,
        carriers: Mapping[Channel, Carrier],
        working: Working,
        terms: Terms,
        count: Count,
    ) -> None:
        self._desk = desk
        self._carriers = carriers
        self._working = working
        self._terms = terms
        self._count = count

    async def carry(self, act: Act, *, alert_id: str) -> Again | None:
        """Bring an alert forward; ``act.commit`` is fenced."""
        alert = await self._desk.alerts.get(alert_id)
        if alert is None:
            return None
        try:
            if alert.state is State.PUSHED:
                return await self._follow(act, alert)
            if alert.state is State.WAITING:
                return await self._bring(act, alert)
        except Moved:
            return SOON
        return None

    async def _bring(self, act: Act, alert: Alert) -> Again | None:
        account = await self._desk.account(alert.staff_id)
        if account is None or account.state is not StaffState.ACTIVE:
            await self._save(act, alert, alert.withdrawn(act.at))
            return None
        contacts = await self._desk.contacts.get(alert.staff_id)
        waiting = await self._desk.alerts.waiting(staff_id=alert.staff_id)
        how = await self._situation(act, contacts)
        match plan(alert, waiting, how):
            case Wait(until=until, held=False):
                return Again(after=min(until - act.at, LONGEST_NAP))
            case Go() as go:
                return await self._send(act, _ready(act, alert, go, contacts), how)
            case Wait():
                await self._save(act, alert, alert.holding(act.at))
                return AT_ONCE
            case Keep():
                await self._save(act, alert, alert.delivered(act.at, Channel.CONSOLE))
            case Board(missed=missed):
                await self._save(act, alert, alert.undelivered(act.at, missed=missed))
        return None

    async def _situation(self, act: Act, contacts: Contacts) -> Situation:
        return Situation(
            choice=contacts.choice or usual(self._terms),
            hindered={
                channel: await self._carriers[channel].hindrance(contacts) for channel in PUSHED
            },
            pace=await self._desk.pushes.pace(contacts.staff_id),
            at_work=await self._working(contacts.staff_id, act.at),
            now=act.at,
            terms=self._terms,
        )

    async def _send(self, act: Act, ready: _Ready, how: Situation) -> Again | None:
        """From the first commit on it has gone out, whatever happens to this worker."""
        carrier = self._carriers[ready.push.channel]

        async def work(unit: Unit) -> Push:
            spent = await carrier.spend(unit, act, ready.contacts)
            push = replace(ready.push, spent=spent)
            await self._desk.pushes.add(unit, push)
            await self._desk.pushes.keep_pace(unit, how.pace.after(push))
            for one in ready.carried:
                await self._desk.alerts.replace(unit, one.pushed(act.at, push.id), was=one)
            said = {"channel": push.channel.value, "alerts": str(push.count)}
            await unit.audit(act.event("alert.pushed", push.lead, **said))
            return push

        push = await act.commit(work)
        outcome = await carrier.send(push, ready.contacts)
        return await self._settle(act, push, outcome, ready.contacts)

    async def _settle(
        self, act: Act, push: Push, outcome: Outcome, contacts: Contacts
    ) -> Again | None:
        verdict, after = outcome.verdict, _judged(act, push, outcome)

        async def also(unit: Unit) -> None:
            carrier = self._carriers[push.channel]
            await carrier.settle(unit, act, contacts, push=push, verdict=verdict)
            if after.state is PushState.FAILED:
                pace = await self._desk.pushes.pace(push.staff_id)
                await self._desk.pushes.keep_pace(unit, pace.without(push))

        def fate(alert: Alert) -> Alert:
            return _fate(act, alert, push, outcome)

        carried = await self._conclude(act, push, after, fate, also)
        self._count(channel=push.channel.value, outcome=verdict.value)
        lead = next((one for one in carried if one.id == push.lead), None)
        if lead is None or after.state in {PushState.ACCEPTED, PushState.UNKNOWN}:
            return Again(after=min(self._patience(push), ASK_AGAIN))
        return Again(after=max((lead.not_before or act.at) - act.at, timedelta()))

    # -- what becomes of a message that nobody has answered for -------------------

    async def _follow(self, act: Act, alert: Alert) -> Again | None:
        push = await self._desk.pushes.get(alert.push_id)
        if push is None or push.lead != alert.id:
            return None
        if push.state is PushState.SENDING:
            return await self._doubt(act, push)
        outcome = await self._carriers[push.channel].ask(push)
        if outcome.verdict is Verdict.SENT:
            after = push.sent(act.at, their_id=outcome.their_id)
        elif outcome.verdict is Verdict.REFUSED:
            after = push.failed(act.at, Because.REFUSED, errcode=outcome.errcode)
        else:
            left = self._patience(push) - (act.at - push.changed_at)
            if left > timedelta():
                return Again(after=min(left, ASK_AGAIN))
            # Nobody says anything: on to the next channel, while this one stays unknown.
            outcome, after = UNHEARD, push.unknown(act.at)

        def fate(one: Alert) -> Alert:
            return _fate(act, one, push, outcome, asked=True)

        await self._conclude(act, push, after, fate)
        self._count(channel=push.channel.value, outcome=after.state.value)
        return AT_ONCE

    async def _doubt(self, act: Act, push: Push) -> Again | None:
        """The worker that sent it is gone: it may have arrived."""
        await self._conclude(act, push, push.unknown(act.at), _as_it_is)
        self._count(channel=push.channel.value, outcome=PushState.UNKNOWN.value)
        return AT_ONCE

    def _patience(self, push: Push) -> timedelta:
        return self._terms.doubt if push.channel is Channel.WECHAT else self._terms.receipt

    # -- saving ------------------------------------------------------------------

    async def _conclude(
        self,
        act: Act,
        push: Push,
        after: Push,
        fate: Callable[[Alert], Alert],
        also: Callable[[Unit], Awaitable[None]] | None = None,
    ) -> Sequence[Alert]:
        """Save what came of a message with all that it carries.

        Who reads one of them meanwhile is not in the way: what is known is not lost.
        """
        for _ in range(COLLISIONS):
            with suppress(Moved):
                return await self._concluded(act, push, after, fate, also)
        raise Moved

    async def _concluded(
        self,
        act: Act,
        push: Push,
        after: Push,
        fate: Callable[[Alert], Alert],
        also: Callable[[Unit], Awaitable[None]] | None,
    ) -> Sequence[Alert]:
        were = carried_by(push, await self._desk.alerts.some(push.alerts))
        are = [fate(one) for one in were]

        async def work(unit: Unit) -> None:
            await self._desk.pushes.replace(unit, after, was=push)
            if also is not None:
                await also(unit)
            for was, alert in zip(were, are, strict=True):
                await keep(
                    unit, act, self._desk.alerts, alert, was=was, worked=alert.id == push.lead
                )

        await act.commit(work)
        return are

    async def _save(self, act: Act, was: Alert, after: Alert) -> None:
        await act.commit(
            lambda unit: keep(unit, act, self._desk.alerts, after, was=was, worked=True)
        )


async def keep(
    unit: Unit, act: Act, alerts: AlertStore, alert: Alert, *, was: Alert, worked: bool
) -> None:
    """Save one; if it waits again and nobody works it, somebody does."""
    if alert == was:
        return
    await alerts.replace(unit, alert, was=was)
    if alert.state is State.WAITING and not worked:
        await unit.send(act.message(CARRY, alert.id))
    if alert.state is not State.WAITING and alert.state is not was.state:
        by = {"by": alert.by.value} if alert.by else {}
        await unit.audit(act.event(f"alert.{alert.state.value}", alert.id, **by))


def carried_by(push: Push, alerts: Sequence[Alert]) -> Sequence[Alert]:
    """Those that still wait for what comes of it."""
    return [one for one in alerts if one.state is State.PUSHED and one.push_id == push.id]


def _as_it_is(alert: Alert) -> Alert:
    return alert


def _ready(act: Act, alert: Alert, go: Go, contacts: Contacts) -> _Ready:
    carried = (alert, *go.others)
    push = Push(
        id=act.draw.id(),
        staff_id=alert.staff_id,
        channel=go.channel,
        alerts=tuple(one.id for one in carried),
        title=title_of(carried, digest=go.digest),
        digest=go.digest,
        at=act.at,
        changed_at=act.at,
    )
    return _Ready(push=push, carried=carried, contacts=contacts)


def _judged(act: Act, push: Push, outcome: Outcome) -> Push:
    match outcome.verdict:
        case Verdict.SENT:
            return push.sent(act.at, their_id=outcome.their_id, errcode=outcome.errcode)
        case Verdict.ACCEPTED:
            return push.accepted(act.at, their_id=outcome.their_id)
        case Verdict.UNKNOWN:
            return push.unknown(act.at)
        case failed:
            return push.failed(act.at, FAILED[failed], errcode=outcome.errcode)


def _fate(act: Act, alert: Alert, push: Push, outcome: Outcome, *, asked: bool = False) -> Alert:
    """What becomes of one alert by what came of its message."""
    match outcome.verdict:
        case Verdict.SENT:
            return alert.delivered(act.at, push.channel)
        case Verdict.UNKNOWN if asked:
            return alert.missing(act.at, push.channel, Because.UNKNOWN)
        case Verdict.ACCEPTED | Verdict.UNKNOWN:
            return alert
        case Verdict.LATER if alert.tries + 1 < MOST_TRIES:
            wait = max(outcome.wait, ever_more_rarely(alert.tries).after)
            return alert.later(act.at, not_before=act.at + wait)
        case failed:
            return alert.missing(act.at, push.channel, FAILED[failed])


def usual(terms: Terms) -> Choice:
    """Of who has chosen nothing."""
    return Choice(ways=terms.ways, quiet=True, digest_at=terms.digest_at)
