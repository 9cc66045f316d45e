"""What the office does with complaints, and the one word of the butler concerned."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.content_checks import Verdict
from domain.errors import NotFound, Stale
from domain.judging import complaint_moves as moves
from domain.judging.complaints import ACTORS, Complaint, State
from domain.judging.ports import Checks, RolesOf, Tickets
from domain.judging.stores import ComplaintStore
from domain.judging.telling import Telling
from domain.judging.terms import Terms
from domain.pages import Ask, Page
from domain.staff.roles import Role
from domain.transactions import Act, AuditEvent, Conflict, Unit

URGENT = 100


@dataclass(frozen=True, kw_only=True)
class Handler:
    """Who would handle it: a butler, or one who took part, does not."""

    is_butler: bool
    took_part: AbstractSet[str]


class ComplaintDesk:
    """Each move against the state that was seen; the citizen is told of each."""

    def __init__(
        self,
        *,
        tickets: Tickets,
        store: ComplaintStore,
        roles_of: RolesOf,
        checks: Checks,
        telling: Telling,
        terms: Terms,
    ) -> None:
        self._tickets = tickets
        self._store = store
        self._roles_of = roles_of
        self._checks = checks
        self._telling = telling
        self._terms = terms

    async def due_first(self) -> Sequence[Complaint]:
        """The open ones by when they are due, at most 100."""
        return await self._store.due_first(limit=URGENT)

    async def all(self, states: Iterable[State], *, ask: Ask) -> Page[Complaint]:
        """Those in one of these states, newest first."""
        return await self._store.in_state(states, ask=ask)

    async def about(self, staff_id: str, *, ask: Ask) -> Page[Complaint]:
        """Those about one butler, newest first."""
        return await self._store.about(staff_id, ask=ask)

    async def of_ticket(self, ticket_id: str) -> Sequence[Complaint]:
        """Those of a ticket, newest first."""
        return await self._store.of_ticket(ticket_id)

    async def get(self, number: str) -> Complaint:
        """By its number.

        Raises:
            NotFound: there is none.
        """
        complaint = await self._store.by_number(number)
        if complaint is None:
            raise NotFound("没有这个编号的投诉。")
        return complaint

    async def about_me(self, number: str, *, staff_id: str) -> Complaint:
        """One about this very butler.

        Raises:
            NotFound: none about them.
        """
        complaint = await self.get(number)
        if complaint.about != staff_id:
            raise NotFound("没有这个编号的投诉。")
        return complaint

    async def checked(self, complaint: Complaint) -> Verdict:
        """What WeChat says of its words; where there are none, nothing stands against them."""
        if not complaint.words:
            return Verdict.PASS
        judged = await self._checks.known(complaint.id)
        return judged.verdict if judged else Verdict.PENDING

    async def may_handle(self, complaint: Complaint, *, staff_id: str) -> str:
        """Why this account may not handle it, as a sentence; empty when it may."""
        who = await self._who(complaint, staff_id)
        try:
            moves.refuse_partial(
                complaint, by=staff_id, is_butler=who.is_butler, took_part=who.took_part
            )
        except Conflict as refused:
            return refused.detail
        return ""

    async def take(self, act: Act, *, number: str, tag: str) -> Complaint:
        """Handle it from now on; raises NotFound, Stale, Conflict."""
        was = await self._seen(number, tag)
        who = await self._who(was, act.actor)
        after = moves.taken(
            was, by=act.actor, is_butler=who.is_butler, took_part=who.took_part, now=act.at
        )
        return await self._save(act, was, after, act.event("complaint.taken", was.id))

    async def give_back(self, act: Act, *, number: str, tag: str, reason: str) -> Complaint:
        """Somebody else has to go on; raises NotFound, Stale, Conflict."""
        was = await self._seen(number, tag)
        after = moves.given_back(was, by=act.actor, reason=reason, now=act.at)
        return await self._save(act, was, after, act.event("complaint.given_back", was.id))

    async def answer(self, act: Act, *, number: str, tag: str, text: str) -> Complaint:
        """A word to the citizen; raises NotFound, Stale, Conflict."""
        was = await self._seen(number, tag)
        who = await self._who(was, act.actor)
        after = moves.answered(
            was,
            by=act.actor,
            text=text,
            is_butler=who.is_butler,
            took_part=who.took_part,
            now=act.at,
        )
        return await self._save(act, was, after, act.event("complaint.answered", was.id))

    async def decide(
        self, act: Act, *, number: str, tag: str, upheld: bool, reason: str
    ) -> Complaint:
        """Upheld or not; raises NotFound, Stale, Conflict."""
        was = await self._seen(number, tag)
        who = await self._who(was, act.actor)
        after = moves.decided(
            was,
            upheld=upheld,
            reason=reason,
            by=act.actor,
            is_butler=who.is_butler,
            took_part=who.took_part,
            terms=self._terms,
            now=act.at,
        )
        return await self._save(
            act, was, after, act.event("complaint.decided", was.id, outcome=after.state.value)
        )

    async def state(self, act: Act, *, number: str, tag: str, text: str) -> Complaint:
        """The butler's word; raises NotFound for any other, Stale, Conflict."""
        was = await self.about_me(number, staff_id=act.actor)
        _require(was, tag)
        after = moves.stated(was, by=act.actor, text=text, now=act.at)
        return await self._save(act, was, after, act.event("complaint.stated", was.id))

    async def _who(self, complaint: Complaint, staff_id: str) -> Handler:
        roles = await self._roles_of(staff_id)
        took_part = await self._tickets.took_part(complaint.ticket_id)
        return Handler(is_butler=Role.BUTLER in roles, took_part=took_part)

    async def _seen(self, number: str, tag: str) -> Complaint:
        complaint = await self.get(number)
        _require(complaint, tag)
        return complaint

    async def _save(
        self, act: Act, was: Complaint, after: Complaint, event: AuditEvent
    ) -> Complaint:
        async def work(unit: Unit) -> Complaint:
            await self._store.replace(unit, after, was=was)
            await unit.audit(event)
            await self._telling.step(unit, act, after)
            if not after.is_open:
                await self._telling.butler(unit, act, after, after.steps[-1].text)
            return after

        return await act.commit(work)


def _require(complaint: Complaint, tag: str) -> None:
    if complaint.tag != tag:
        last = complaint.steps[-1]
        actor, text = ACTORS[last.by], last.text.rstrip("。")
        what = text if text.startswith(actor) else f"{actor}：{text}"
        raise Stale(f"这件投诉刚刚有了变动（{what}），请核对后再操作。")
