"""What telling the staff needs from the outside, and how other rooms tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from domain.alerts.alerts import Alert, Because, Urgency
from domain.alerts.contacts import Contacts
from domain.alerts.pushes import Pace, Push
from domain.pages import Ask, Page
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Role
from domain.transactions import Act, Unit


class Moved(Exception):
    """Somebody else changed it meanwhile, or has another message to the same person in flight."""


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
        """Tell it in this transaction, once: the same key never tells the same person twice.

        The title may leave the house in a message, so it names nobody.
        """


class OfRole(Protocol):
    """Who is meant by "the office" or "the supervisors"."""

    async def __call__(self, role: Role, /) -> Sequence[str]:
        """The ids of all active accounts of the role."""


class Account(Protocol):
    """Staff accounts, narrowly."""

    async def __call__(self, staff_id: str, /) -> StaffAccount | None:
        """By id."""


class AlertStore(Protocol):
    """Inboxes of the staff, and what became of each alert."""

    async def add(self, unit: Unit, alert: Alert) -> bool:
        """Whether it is new; what is there already stays as it is."""

    async def get(self, alert_id: str) -> Alert | None:
        """By id."""

    async def some(self, alert_ids: Sequence[str]) -> Sequence[Alert]:
        """Those of them that are there."""

    async def waiting(self, *, staff_id: str) -> Sequence[Alert]:
        """Those that wait to be pushed, oldest first, at most 100."""

    async def unread_of(self, *, staff_id: str, until: datetime) -> Sequence[Alert]:
        """Those unread that were told until then, newest first, at most 100."""

    async def read_of(self, *, staff_id: str, ask: Ask) -> Page[Alert]:
        """Those that were read, newest first."""

    async def unread(self, *, staff_id: str) -> int:
        """How many, counted to 100."""

    async def undelivered(self, ask: Ask) -> Page[Alert]:
        """What no channel delivered, oldest first."""

    async def count_undelivered(self) -> int:
        """How many, counted to 1,000."""

    async def replace(self, unit: Unit, alert: Alert, *, was: Alert) -> None:
        """Save against what was read; raises Moved."""


class PushStore(Protocol):
    """Messages to the staff; at most one of a person is ``sending``."""

    async def get(self, push_id: str) -> Push | None:
        """By id."""

    async def by_their_id(self, their_id: str) -> Push | None:
        """By the id that the other side gave."""

    async def doubtful(self, *, staff_id: str) -> Sequence[Push]:
        """Those by WeChat that are sending or unknown, oldest first, at most 100."""

    async def add(self, unit: Unit, push: Push) -> None:
        """A new one; raises Moved when another of the same person is on its way."""

    async def replace(self, unit: Unit, push: Push, *, was: Push) -> None:
        """Save against what was read; raises Moved."""

    async def pace(self, staff_id: str) -> Pace:
        """A person's."""

    async def keep_pace(self, unit: Unit, pace: Pace) -> None:
        """Over the revision before; raises Moved."""


class ContactsStore(Protocol):
    """Where each member of the staff is told."""

    async def get(self, staff_id: str) -> Contacts:
        """Theirs; empty when there is nothing."""

    async def by_secret(self, secret_hash: str) -> Contacts | None:
        """Whose code this is."""

    async def by_openid(self, openid: str) -> Contacts | None:
        """To whom this WeChat is bound."""

    async def of_person(self, person_id: str) -> Sequence[Contacts]:
        """What this person has bound a WeChat to."""

    async def replace(self, unit: Unit, contacts: Contacts) -> None:
        """Over the revision before.

        Raises:
            Moved: it is not there.
            Conflict: the WeChat is bound to another account.
        """

    async def forget(self, unit: Unit, staff_id: str) -> bool:
        """Everything of theirs goes; whether there was anything."""


class Verdict(Enum):
    """What came of one attempt; ``later``, ``no_quota`` and ``refused``: surely nothing came."""

    SENT = "sent"
    ACCEPTED = "accepted"
    LATER = "later"
    NO_QUOTA = "no_quota"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The verdict, and what the other side calls it."""

    verdict: Verdict
    their_id: str = ""
    errcode: int | None = None
    wait: timedelta = timedelta()


class Carrier(Protocol):
    """One channel to one member of the staff."""

    async def hindrance(self, contacts: Contacts, /) -> Because | None:
        """Why nothing can go this way now; None when it can."""

    async def spend(self, unit: Unit, act: Act, contacts: Contacts, /) -> int:
        """Pay for one message in this transaction; raises Moved when there is nothing to pay."""

    async def send(self, push: Push, contacts: Contacts, /) -> Outcome:
        """Send it, once; never raises for what the other side does."""

    async def settle(
        self, unit: Unit, act: Act, contacts: Contacts, /, *, push: Push, verdict: Verdict
    ) -> None:
        """What was not used is given back; what is gone is gone."""

    async def ask(self, push: Push, /) -> Outcome:
        """What became of one; ``unknown`` where nobody can say."""


@dataclass(frozen=True, kw_only=True)
class Sms:
    """One SMS: a template of the gateway and its words; the id makes a repeat harmless."""

    request_id: str
    phone: str = field(repr=False)
    template: str
    words: Mapping[str, str] = field(repr=False)


class Gateway(Protocol):
    """The SMS gateway."""

    async def send(self, sms: Sms) -> Outcome:
        """Hand one over, once; never raises for what the other side does."""

    async def ask(self, request_id: str) -> Outcome:
        """``refused`` when it knows of none, or could not deliver it."""


class Count(Protocol):
    """The metric of messages to the staff."""

    def __call__(self, *, channel: str, outcome: str) -> None:
        """One more came to this."""
