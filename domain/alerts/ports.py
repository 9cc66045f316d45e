"""What telling the staff needs from the outside, and how other rooms tell."""

from collections.abc import Sequence
from typing import Protocol

from domain.alerts.alerts import Alert, Urgency
from domain.pages import Ask, Page
from domain.staff.roles import Role
from domain.transactions import Act, Unit


class TellStaff(Protocol):
    """How a room tells a member of the staff."""

    async def __call__(
        self,
        unit: Unit,
        act: Act,
        *,
        staff_id: str,
        title: str,
        text: str,
        link: str,
        urgency: Urgency,
        key: str,
        about: str = "",
    ) -> None:
        """Tell it in this transaction, once: the same key never tells the same person twice."""


class OfRole(Protocol):
    """Who is meant by "the office" or "the supervisors"."""

    async def __call__(self, role: Role, /) -> Sequence[str]:
        """The ids of all active accounts of the role."""


class AlertStore(Protocol):
    """Inboxes of the staff."""

    async def add(self, unit: Unit, alert: Alert) -> bool:
        """Whether it is new; what is there already stays as it is."""

    async def get(self, alert_id: str) -> Alert | None:
        """By id."""

    async def of(self, *, staff_id: str, ask: Ask) -> Page[Alert]:
        """Somebody's, newest first."""

    async def unread(self, *, staff_id: str) -> int:
        """How many, counted to 100."""
