"""The images of a ticket, as one of its two sides sees them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.attachments.attachments import Attachment, View, Viewer
from domain.tickets.messages import Message
from domain.tickets.tickets import Ticket
from domain.transactions import Act


class Attached(Protocol):
    """Attachments, narrowly."""

    async def of(self, bound_to: str) -> Sequence[Attachment]:
        """All that are attached to something."""

    async def views(
        self, act: Act, attachments: Sequence[Attachment], *, viewer: Viewer
    ) -> tuple[View, ...]:
        """As somebody sees them who may see what they are attached to."""


class TicketImages:
    """Addresses for whoever may see the ticket: the caller has judged that before."""

    def __init__(self, attached: Attached) -> None:
        self._attached = attached

    async def of(
        self, act: Act, ticket: Ticket, *, among: Sequence[Message], viewer: Viewer
    ) -> Mapping[str, View]:
        """By id of the image, those of some messages: no address is made that nobody looks at."""
        wanted = {image for message in among for image in message.images}
        if not wanted:
            return {}
        bound = await self._attached.of(place_of(ticket.id))
        found = [one for one in bound if one.id in wanted]
        views = await self._attached.views(act, found, viewer=viewer) if found else ()
        return {view.attachment.id: view for view in views}


def place_of(ticket_id: str) -> str:
    """What images of a ticket are attached to."""
    return f"ticket:{ticket_id}"
