"""What the applicant does once it is handed in: more papers, times, visits, taking it back."""

from domain.electricity import ways
from domain.electricity.applications import Application
from domain.electricity.keeping import Keeping
from domain.electricity.owning import Owning
from domain.electricity.terms import Terms
from domain.errors import Fault, Invalid
from domain.transactions import Act, AuditEvent, Unit


class Continuing:
    """The applicant's steps beside the supplier's."""

    def __init__(self, *, owning: Owning, keeping: Keeping, terms: Terms) -> None:
        self._owning = owning
        self._keeping = keeping
        self._terms = terms

    async def hand_in(self, act: Act, *, application_id: str) -> Application:
        """Whatever was missing has been uploaded since: it goes on where it was returned from.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: nothing was asked for.
            Invalid: each paper that is still missing.
        """
        was = await self._owning.of_act(act, application_id)
        after = ways.handed_in(was, now=act.at)
        faults = [
            Fault(
                pointer=f"/papers/{paper}",
                code="missing",
                detail=f"请上传{self._terms.papers.get(paper, paper)}。",
            )
            for paper in ways.still_missing(was)
        ]
        if faults:
            raise Invalid(faults)
        return await self._save(act, was, after, act.event("electricity.handed_in", was.id))

    async def withdraw(self, act: Act, *, application_id: str, reason: str) -> Application:
        """Take it back before the power is on.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: it is over, or the power is on.
        """
        was = await self._owning.of_act(act, application_id)
        after = ways.withdrawn(was, reason=reason, now=act.at)
        return await self._save(act, was, after, act.event("electricity.withdrawn", was.id))

    async def answer(self, act: Act, *, application_id: str, yes: bool, wish: str) -> Application:
        """Agree to the time of the survey, or say what other time would do.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: no time is proposed, or it was answered.
        """
        was = await self._owning.of_act(act, application_id)
        after = ways.agreed(was, yes=yes, wish=wish, now=act.at)
        event = act.event("electricity.survey_answered", was.id, yes=str(yes).lower())
        return await self._save(act, was, after, event)

    async def ask_visit(self, act: Act, *, application_id: str, wish: str) -> Application:
        """A good user asks for a visit at home.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: it is no good user's, or it is over.
        """
        was = await self._owning.of_act(act, application_id)
        after = ways.visited(was, wish=wish, now=act.at)
        return await self._save(act, was, after, act.event("electricity.visit_asked", was.id))

    async def _save(
        self, act: Act, was: Application, after: Application, event: AuditEvent
    ) -> Application:
        async def work(unit: Unit) -> Application:
            await unit.audit(event)
            return await self._keeping.put(unit, act, was=was, after=after)

        return await act.commit(work)
