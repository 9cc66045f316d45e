"""A citizen's way with complaints: complaining, following, withdrawing."""

from collections.abc import Sequence

from domain.content_checks import Judged, Scene, Verdict, refusal
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.judging import complaint_moves as moves
from domain.judging.complaints import MOST_OF_CYCLE, Cause, Complaint, Who
from domain.judging.opening import Opening
from domain.judging.ports import Checks, Concerned, Follow, Tickets
from domain.judging.stores import ComplaintStore
from domain.transactions import Act, Conflict, Unit


class Complaining:
    """What is not the caller's own is not found."""

    def __init__(
        self,
        *,
        tickets: Tickets,
        follow: Follow,
        store: ComplaintStore,
        opening: Opening,
        checks: Checks,
    ) -> None:
        self._tickets = tickets
        self._follow = follow
        self._store = store
        self._opening = opening
        self._checks = checks

    async def complain(self, act: Act, *, number: str, words: str) -> Complaint:
        """About a ticket, at any time. What low stars have opened takes the words, once.

        Raises:
            NotFound: no ticket of theirs.
            OutOfScope: they asked for somebody, for whom they do not act in this any more.
            Invalid: too few words or too many, or WeChat finds them risky. Those it cannot judge
                now are taken.
            Conflict: one is open already, or there were enough since the ticket was resolved last.
        """
        await self._follow(person_id=act.actor, number=number, now=act.at)
        concerned = await self._tickets.concerned(number, person_id=act.actor)
        judged = await self._judge(act, words)
        complaint_id = act.draw.id()

        async def work(unit: Unit) -> Complaint:
            standing = await self._opening.standing(concerned.ticket_id)
            if standing is None:
                await self._refuse_again(concerned)
                complaint = await self._opening.open(
                    unit, act, concerned, complaint_id=complaint_id, words=words
                )
            else:
                complaint = moves.with_words(standing, words=words, now=act.at)
                event = act.event("complaint.worded", standing.id)
                await self._opening.save(unit, act, complaint, was=standing, event=event)
            await self._keep(unit, act, complaint, words, judged)
            return complaint

        return await act.commit(work)

    async def of(self, *, person_id: str, number: str) -> Sequence[Complaint]:
        """Those of a ticket, newest first.

        Raises:
            NotFound: no ticket of theirs.
        """
        concerned = await self._tickets.concerned(number, person_id=person_id)
        found = await self._store.of_ticket(concerned.ticket_id)
        return [one for one in found if one.person_id == person_id]

    async def get(self, *, person_id: str, number: str) -> Complaint:
        """By its number.

        Raises:
            NotFound: none of theirs.
        """
        complaint = await self._store.by_number(number)
        if complaint is None or not complaint.person_id or complaint.person_id != person_id:
            raise NotFound
        return complaint

    async def withdraw(self, act: Act, *, number: str) -> Complaint:
        """As long as it is open, however far it is.

        Raises:
            NotFound: none of theirs.
            Conflict: it is decided, or somebody handles it at this moment.
        """

        async def work(unit: Unit) -> Complaint:
            was = await self.get(person_id=act.actor, number=number)
            after = moves.withdrawn(was, by=Who.CITIZEN, reason="投诉人撤回投诉。", now=act.at)
            event = act.event("complaint.withdrawn", was.id)
            await self._opening.save(unit, act, after, was=was, event=event)
            return after

        try:
            return await act.commit(work)
        except Stale:
            raise Conflict("信用办刚刚办理了这件投诉，请查看后再决定。") from None

    async def _refuse_again(self, concerned: Concerned) -> None:
        given = await self._store.of_ticket(concerned.ticket_id)
        of_cycle = [one for one in given if one.cycle == concerned.cycle]
        if sum(one.cause is Cause.WORDS for one in of_cycle) >= MOST_OF_CYCLE:
            raise Conflict(
                f"这次办理您已投诉 {MOST_OF_CYCLE} 次，不能再次提出；仍未解决的，可重新打开工单。"
            )

    async def _judge(self, act: Act, words: str) -> Judged:
        judged = await self._checks.text(person_id=act.actor, text=words, scene=Scene.COMMENT)
        if judged.verdict is Verdict.RISKY:
            detail = refusal(judged, what="投诉内容")
            raise Invalid([Fault(pointer="/text", code="risky_content", detail=detail)])
        return judged

    async def _keep(
        self, unit: Unit, act: Act, complaint: Complaint, words: str, judged: Judged
    ) -> None:
        await self._checks.keep(
            unit, act, object_id=complaint.id, text=words, scene=Scene.COMMENT, judged=judged
        )
