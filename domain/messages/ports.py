"""What sending messages needs from the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from domain.messages.ledger import Ledger
from domain.messages.messages import Message
from domain.messages.preferences import Preferences
from domain.notices import Notice
from domain.transactions import Unit


class Moved(Exception):
    """Somebody else changed it meanwhile, or has another message to the same person in flight."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """A WeChat account of this mini program."""

    id: str
    openid: str = field(repr=False)


class Verdict(Enum):
    """What came of one attempt."""

    SENT = "sent"
    LATER = "later"
    EXHAUSTED = "exhausted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The verdict and WeChat's code. LATER and REFUSED say that surely nothing was sent."""

    verdict: Verdict
    errcode: int | None = None
    wechat_id: str | None = None
    wait: timedelta = timedelta()


class Sender(Protocol):
    """Sends one message, once."""

    async def send(
        self, *, openid: str, template_id: str, page: str, data: Mapping[str, str]
    ) -> Outcome:
        """Never raises for what the other side does."""


class MessageStore(Protocol):
    """Messages; at most one of an account is ``sending``."""

    async def get(self, message_id: str) -> Message | None:
        """By id."""

    async def of(self, notice_ids: Sequence[str]) -> Mapping[str, Message]:
        """What carries each notice; of a gathered one the message that it went into."""

    async def waiting(self, *, person_id: str) -> Sequence[Message]:
        """The pending ones, oldest first, at most 100."""

    async def open_of(self, *, account_id: str, template: str) -> Sequence[Message]:
        """Those sending or unknown, oldest attempt first."""

    async def by_wechat_id(self, wechat_id: str) -> Message | None:
        """By the id that WeChat gave."""

    async def add(self, unit: Unit, message: Message) -> None:
        """A new one; raises Moved when it is there."""

    async def replace(self, unit: Unit, message: Message, *, was: Message) -> None:
        """Save against what was read.

        Raises:
            Moved: it is not as it was, or its account has another in flight.
        """


class LedgerStore(Protocol):
    """Ledgers."""

    async def get(self, unit: Unit, *, account_id: str, template_id: str, now: datetime) -> Ledger:
        """As this transaction sees it; an empty one when there is none."""

    async def of(self, account_ids: Sequence[str]) -> Sequence[Ledger]:
        """All of these accounts."""

    async def save(self, unit: Unit, ledger: Ledger, *, was: Ledger) -> None:
        """Save against what was read; the transaction starts over when it moved on."""


class PreferenceStore(Protocol):
    """Preferences."""

    async def get(self, person_id: str) -> Preferences | None:
        """A person's; None when never saved."""

    async def save(self, unit: Unit, preferences: Preferences) -> None:
        """Over the revision before; raises Moved when that is not there."""


class Accounts(Protocol):
    """WeChat accounts."""

    async def of_person(self, person_id: str) -> Sequence[Account]:
        """All that lead to the person, newest first."""

    async def by_openid(self, openid: str) -> Account | None:
        """The account, or None for who never signed in."""


class FindNotice(Protocol):
    """The inbox."""

    async def __call__(self, notice_id: str, /) -> Notice | None:
        """By id."""


class Count(Protocol):
    """The metric of messages."""

    def __call__(self, *, outcome: str, errcode: int | None) -> None:
        """One more came to this."""


class Alert(Protocol):
    """Tells the operator that a template or a setting is wrong."""

    def __call__(self, *, template: str, errcode: int | None) -> None:
        """Log and count it."""
