"""Telling of a complaint: the citizen each step, the butler and the office what concerns them."""

from collections.abc import Iterable

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.judging.complaints import Complaint
from domain.live.events import Publish
from domain.live.streams import DESK, of_staff, of_ticket
from domain.staff.roles import Role
from domain.transactions import Act, NoticeKind, Tell, Unit

TITLE = "投诉办理进展"


class Telling:
    """Commits with what it tells of. Who has left is told nothing."""

    def __init__(
        self, *, tell: Tell, tell_staff: TellStaff, of_role: OfRole, publish: Publish
    ) -> None:
        self._tell = tell
        self._tell_staff = tell_staff
        self._of_role = of_role
        self._publish = publish

    async def step(self, unit: Unit, act: Act, complaint: Complaint) -> None:
        """What just happened, to the citizen and to whoever looks; no live event names a person."""
        streams = [of_ticket(complaint.ticket_id), DESK]
        if complaint.about:
            streams.append(of_staff(complaint.about))
        if complaint.person_id:
            await self._tell(
                unit,
                act,
                kind=NoticeKind.TICKET,
                person_id=complaint.person_id,
                title=TITLE,
                text=f"投诉 {complaint.number}：{complaint.steps[-1].text}",
                link=f"/tickets/{complaint.ticket_number}",
            )
        await self._publish(
            unit,
            act,
            streams=streams,
            kind="complaint",
            about=complaint.id,
            revision=complaint.revision,
        )

    async def butler(self, unit: Unit, act: Act, complaint: Complaint, what: str) -> None:
        """The butler concerned, once for each ``what``."""
        if complaint.about:
            text = f"投诉 {complaint.number}（工单 {complaint.ticket_number}）：{what}"
            await self._told(unit, act, complaint, [complaint.about], "投诉与您有关", text)

    async def roles(
        self, unit: Unit, act: Act, complaint: Complaint, roles: Iterable[Role], what: str
    ) -> None:
        """All of these roles, once for each ``what``."""
        ids = [staff_id for role in roles for staff_id in await self._of_role(role)]
        text = f"投诉 {complaint.number}（工单 {complaint.ticket_number}）：{what}"
        await self._told(unit, act, complaint, ids, "投诉待处理", text)

    async def handler(self, unit: Unit, act: Act, complaint: Complaint, what: str) -> None:
        """Who has taken it; while nobody has, the office."""
        if not complaint.handler:
            await self.roles(unit, act, complaint, [Role.OFFICE], what)
            return
        text = f"投诉 {complaint.number}（工单 {complaint.ticket_number}）：{what}"
        await self._told(unit, act, complaint, [complaint.handler], "投诉待处理", text)

    async def _told(
        self,
        unit: Unit,
        act: Act,
        complaint: Complaint,
        ids: Iterable[str],
        title: str,
        text: str,
    ) -> None:
        for staff_id in dict.fromkeys(ids):
            await self._tell_staff(
                unit,
                act,
                staff_id=staff_id,
                title=title,
                text=text,
                link=f"/console/complaints/{complaint.number}",
                urgency=Urgency.NOW,
                key=f"complaint:{complaint.id}:{complaint.revision}",
                about=complaint.person_id,
            )
