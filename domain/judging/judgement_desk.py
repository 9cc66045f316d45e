"""What staff do with judgements: the butler has a word, one proposes, another decides."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.errors import NotFound, Stale
from domain.judging import judgement_moves as moves
from domain.judging.judgements import Judgement, State
from domain.judging.ports import Butlers
from domain.judging.stores import JudgementStore
from domain.judging.terms import Level, Terms
from domain.pages import Ask, Page
from domain.staff.roles import Role
from domain.transactions import Act, AuditEvent, Unit
from domain.workdays import Calendar, Deadline


class JudgementDesk:
    """Each move against the state that was seen, told to whom it concerns next."""

    def __init__(
        self,
        *,
        store: JudgementStore,
        butlers: Butlers,
        tell_staff: TellStaff,
        of_role: OfRole,
        calendar: Calendar,
        terms: Terms,
    ) -> None:
        self._store = store
        self._butlers = butlers
        self._tell_staff = tell_staff
        self._of_role = of_role
        self._calendar = calendar
        self._terms = terms

    async def all(self, states: Iterable[State], *, ask: Ask) -> Page[Judgement]:
        """Those in one of these states, what changed last first."""
        return await self._store.in_state(states, ask=ask)

    async def of(self, staff_id: str, *, ask: Ask) -> Page[Judgement]:
        """Those of one butler, newest first."""
        return await self._store.of(staff_id, ask=ask)

    async def get(self, judgement_id: str) -> Judgement:
        """By id.

        Raises:
            NotFound: there is none.
        """
        judgement = await self._store.get(judgement_id)
        if judgement is None:
            raise NotFound("没有这次评价。")
        return judgement

    async def of_me(self, judgement_id: str, *, staff_id: str) -> Judgement:
        """One of this very butler.

        Raises:
            NotFound: none of theirs.
        """
        judgement = await self.get(judgement_id)
        if judgement.staff_id != staff_id:
            raise NotFound("没有这次评价。")
        return judgement

    def hearing_until(self, judgement: Judgement) -> Deadline:
        """The last day on which the butler is heard."""
        return moves.hearing_until(judgement, terms=self._terms, calendar=self._calendar)

    def heard(self, judgement: Judgement, now: datetime) -> bool:
        """Whether the butler was heard, or the time for it is over."""
        return moves.heard(judgement, terms=self._terms, calendar=self._calendar, now=now)

    async def state(self, act: Act, *, judgement_id: str, tag: str, text: str) -> Judgement:
        """What the butler has to say; raises NotFound for any other, Stale, Conflict."""
        was = await self.of_me(judgement_id, staff_id=act.actor)
        _require(was, tag)
        after = moves.stated(was, by=act.actor, text=text, now=act.at)
        return await self._save(act, was, after, act.event("judgement.stated", was.id))

    async def propose(
        self, act: Act, *, judgement_id: str, tag: str, level: Level | None, reason: str
    ) -> Judgement:
        """What is to be done, or nothing; raises NotFound, Stale, Conflict."""
        was = await self._seen(judgement_id, tag)
        after = moves.proposed(
            was,
            level=level,
            reason=reason,
            by=act.actor,
            terms=self._terms,
            calendar=self._calendar,
            now=act.at,
        )
        return await self._save(act, was, after, act.event("judgement.proposed", was.id))

    async def propose_restoration(
        self, act: Act, *, judgement_id: str, tag: str, reason: str
    ) -> Judgement:
        """Who was suspended shall serve again; raises NotFound, Stale, Conflict."""
        was = await self._seen(judgement_id, tag)
        after = moves.restoration_proposed(was, reason=reason, by=act.actor, now=act.at)
        return await self._save(
            act, was, after, act.event("judgement.restoration_proposed", was.id)
        )

    async def give_back(self, act: Act, *, judgement_id: str, tag: str, reason: str) -> Judgement:
        """Not as it is proposed; raises NotFound, Stale, Conflict."""
        was = await self._seen(judgement_id, tag)
        after = moves.returned(was, reason=reason, by=act.actor, now=act.at)
        return await self._save(act, was, after, act.event("judgement.returned", was.id))

    async def decide(self, act: Act, *, judgement_id: str, tag: str, reason: str) -> Judgement:
        """As another proposed; it takes effect with this.

        Raises:
            NotFound, Stale: there is none, or it was changed since it was read.
            Conflict: nothing is proposed, or the same person did.
        """
        was = await self._seen(judgement_id, tag)
        if was.state is State.RESTORING:
            after = moves.restored(was, reason=reason, by=act.actor, now=act.at)
            event = act.event("judgement.restored", was.id)
        else:
            after = moves.decided(was, reason=reason, by=act.actor, now=act.at)
            outcome = after.proposed.value if after.proposed else "nothing"
            event = act.event("judgement.decided", was.id, outcome=outcome)

        async def work(unit: Unit) -> Judgement:
            await self._put(unit, act, was, after, event)
            await self._effect(unit, act, after, reason)
            return after

        return await act.commit(work)

    async def _seen(self, judgement_id: str, tag: str) -> Judgement:
        judgement = await self.get(judgement_id)
        _require(judgement, tag)
        return judgement

    async def _save(
        self, act: Act, was: Judgement, after: Judgement, event: AuditEvent
    ) -> Judgement:
        async def work(unit: Unit) -> Judgement:
            await self._put(unit, act, was, after, event)
            return after

        return await act.commit(work)

    async def _put(
        self, unit: Unit, act: Act, was: Judgement, after: Judgement, event: AuditEvent
    ) -> None:
        await self._store.replace(unit, after, was=was)
        await unit.audit(event)
        await self._told(unit, act, after)

    async def _effect(self, unit: Unit, act: Act, after: Judgement, reason: str) -> None:
        """A warning stands in the record; the others end or begin service with the decision."""
        staff_id = after.staff_id
        if after.state is State.RESTORED:
            await self._butlers.restore(unit, act, staff_id=staff_id, reason=reason)
        elif after.proposed is Level.SUSPENSION:
            await self._butlers.suspend(unit, act, staff_id=staff_id, reason=reason)
        elif after.proposed is Level.EXIT:
            await self._butlers.exit(unit, act, staff_id=staff_id, reason=reason)

    async def _told(self, unit: Unit, act: Act, after: Judgement) -> None:
        for staff_id in await self._next(after):
            if staff_id == act.actor:
                continue
            await self._tell_staff(
                unit,
                act,
                staff_id=staff_id,
                title="信用管家评价",
                text=after.steps[-1].text,
                link=f"/console/judgements/{after.id}",
                urgency=Urgency.NOW,
                key=f"judgement:{after.id}:{after.revision}",
            )

    async def _next(self, after: Judgement) -> Sequence[str]:
        """Who has to act next, or to know: each once."""
        if after.state in {State.PROPOSED, State.RESTORING}:
            return await self._of_role(Role.SUPERVISOR)
        office = await self._of_role(Role.OFFICE)
        if after.state is State.HEARING:
            return office
        return tuple(dict.fromkeys((after.staff_id, *office)))


def _require(judgement: Judgement, tag: str) -> None:
    if judgement.tag != tag:
        raise Stale(
            f"这次评价刚刚有了变动（{judgement.steps[-1].text.rstrip('。')}），请核对后再操作。"
        )
