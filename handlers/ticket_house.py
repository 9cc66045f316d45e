"""What the handlers of tickets are given."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.butlers.items import CannedReply, ServiceItem
from domain.staff.accounts import StaffAccount
from domain.tickets.asking import Asking
from domain.tickets.board import Boards
from domain.tickets.desk import Desk
from domain.tickets.handing_on import HandingOn
from domain.tickets.images import TicketImages
from domain.tickets.merging import Merging
from domain.tickets.on_behalf import OnBehalf
from domain.tickets.queue import Queue
from domain.tickets.showing import Showing


class Choices(Protocol):
    """What the forms of a ticket offer, by id."""

    async def places(self, me: StaffAccount) -> Mapping[str, str]:
        """Where somebody may have tickets: a butler's own places, all of them for others."""

    async def butlers(self, place_id: str) -> Mapping[str, str]:
        """Who serves a place."""

    async def staff(self, ids: Collection[str]) -> Mapping[str, str]:
        """What accounts are called."""


@dataclass(frozen=True, kw_only=True)
class TicketHouse:
    """The services of tickets."""

    asking: Asking
    desk: Desk
    handing_on: HandingOn
    queue: Queue
    merging: Merging
    on_behalf: OnBehalf
    showing: Showing
    images: TicketImages
    boards: Boards
    choices: Choices
    items: Mapping[str, ServiceItem]
    canned: Sequence[CannedReply]
