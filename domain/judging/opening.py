"""Opening a complaint, by words or by stars, within the transaction of what opens it."""

from domain.judging import complaint_moves as moves
from domain.judging.complaints import Complaint
from domain.judging.escalating import ESCALATE
from domain.judging.ports import Concerned
from domain.judging.stores import ComplaintStore
from domain.judging.telling import Telling
from domain.staff.roles import Role
from domain.time import civil_date
from domain.transactions import Act, AuditEvent, Unit

DIGITS = "0123456789"


class Opening:
    """One is open of a ticket at a time: what comes meanwhile joins it."""

    def __init__(self, *, store: ComplaintStore, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    async def standing(self, ticket_id: str) -> Complaint | None:
        """The open one of a ticket."""
        return await self._store.open_of(ticket_id)

    async def open(
        self,
        unit: Unit,
        act: Act,
        concerned: Concerned,
        *,
        complaint_id: str,
        stars: int | None = None,
        words: str = "",
    ) -> Complaint:
        """A new one: the citizen, the butler concerned and the office are told; its clock runs.

        Raises:
            Invalid: the words are too few or too many.
        """
        complaint = moves.opened(
            concerned,
            complaint_id=complaint_id,
            number=f"TS{civil_date(act.at):%y%m%d}{act.draw.pick(DIGITS, 6)}",
            stars=stars,
            words=words,
            now=act.at,
        )
        await self._store.add(unit, complaint)
        await unit.audit(
            act.event(
                "complaint.opened",
                complaint.id,
                ticket=complaint.ticket_id,
                cause=complaint.cause.value,
            )
        )
        await unit.send(act.message(ESCALATE, complaint.id))
        await self._telling.step(unit, act, complaint)
        await self._telling.butler(unit, act, complaint, "有人投诉，您可以作出一次回应。")
        await self._telling.roles(unit, act, complaint, [Role.OFFICE], "请尽快受理。")
        return complaint

    async def save(
        self, unit: Unit, act: Act, after: Complaint, *, was: Complaint, event: AuditEvent
    ) -> None:
        """A move of the citizen's: told to the citizen, to who handles it, at its end to both."""
        await self._store.replace(unit, after, was=was)
        await unit.audit(event)
        await self._telling.step(unit, act, after)
        what = after.steps[-1].text
        if after.handler:
            await self._telling.handler(unit, act, after, what)
        if not after.is_open:
            await self._telling.butler(unit, act, after, what)
