"""Handing an invitation over: as a mini-program code, or as a link that opens it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import NotFound
from domain.subjects.delegations import Delegation, DelegationStore, InvitationOver, State

# WeChat makes no link that lasts longer.
LONGEST_LINK = timedelta(days=30)


class Codes(Protocol):
    """What leads to the page of an invitation."""

    async def draw(self, scene: str) -> tuple[bytes, str]:
        """An image and its media type; raises TooMany and Unavailable."""

    async def link(self, scene: str, *, until: datetime) -> str:
        """An address that ends then; raises TooMany and Unavailable."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """An address that opens the invitation, and until when."""

    url: str
    expires_at: datetime


class HandingOver:
    """For who made the invitation and while it can be accepted; nothing is kept of it."""

    def __init__(self, *, store: DelegationStore, codes: Codes) -> None:
        self._store = store
        self._codes = codes

    async def code(self, *, person_id: str, invitation: str, now: datetime) -> tuple[bytes, str]:
        """The code that opens it, and its media type.

        Raises:
            NotFound: there is no such invitation of the caller's.
            InvitationOver: it can be accepted no more.
            TooMany, Unavailable: WeChat does not draw now.
        """
        await self._own(person_id, invitation, now)
        return await self._codes.draw(invitation)

    async def link(self, *, person_id: str, invitation: str, now: datetime) -> Link:
        """The link that opens it, as long as it can be accepted.

        Raises:
            NotFound, InvitationOver, TooMany, Unavailable: as for ``code``.
        """
        delegation = await self._own(person_id, invitation, now)
        until = min(delegation.invitation_expires_at, now + LONGEST_LINK)
        return Link(url=await self._codes.link(invitation, until=until), expires_at=until)

    async def _own(self, person_id: str, invitation: str, now: datetime) -> Delegation:
        delegation = await self._store.invited(invitation)
        if delegation is None or delegation.principal_person != person_id:
            raise NotFound("没有找到您发出的这份邀请，请核对邀请码是否完整。")
        if delegation.state(now) is not State.INVITED:
            raise InvitationOver
        return delegation
