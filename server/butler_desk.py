"""The butler's desk, joined: what staff are told, who serves where, tickets, and judging."""

from collections.abc import Mapping

from domain.content_checks import ContentChecks
from domain.live.streams import PLACE, TICKET
from domain.notices import Notices
from domain.subjects.service import Subjects
from domain.tickets.keeping import CHANGED
from domain.transactions import Act
from server.alerts import AlertParts
from server.attachments import AttachmentParts
from server.butlers import ButlerParts
from server.ground import Ground
from server.jobs import Topic
from server.judging import JudgingParts
from server.live import LiveParts
from server.tickets import TicketParts


class ButlerDesk:
    """Rooms that stand on one another: alerts, butlers, tickets, judging."""

    def __init__(
        self,
        ground: Ground,
        *,
        live: LiveParts,
        notices: Notices,
        subjects: Subjects,
        checks: ContentChecks,
        attaching: AttachmentParts,
    ) -> None:
        self.alerting = AlertParts(ground, publish=live.publish)
        tell_staff, of_role = self.alerting.tell, self.alerting.of_role
        self.serving = ButlerParts(ground, tell_staff=tell_staff, of_role=of_role)
        self.ticketing = TicketParts(
            ground,
            butlers=self.serving,
            subjects=subjects,
            checks=checks,
            attaching=attaching,
            notices=notices,
            publish=live.publish,
            tell_staff=tell_staff,
            of_role=of_role,
        )
        self.judging = JudgingParts(
            ground,
            serving=self.serving,
            alerting=self.alerting,
            notices=notices,
            publish=live.publish,
            checks=checks,
            follow=self.ticketing.owning.of_person,
        )
        self._judge_streams(live)

    def _judge_streams(self, live: LiveParts) -> None:
        listening = self.ticketing.listening
        live.following.judged_by(TICKET, listening.tickets, moved_by={CHANGED})
        live.following.judged_by(PLACE, listening.places)

    async def begin(self, act: Act) -> None:
        """What is always there: the places of the content, the watch, clocks, the evaluation."""
        await self.serving.begin(act)
        await self.ticketing.stand()
        await self.judging.stand()

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {**self.serving.topics, **self.ticketing.topics, **self.judging.topics}
