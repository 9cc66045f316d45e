"""One message to one member of the staff, which carries one alert or several, and its pace.

``sending`` commits before anybody outside is called, and nothing leaves it but an answer: whoever
finds it later can only say ``unknown``, since a message must not come twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.alerts.alerts import Alert, Because, Channel
from domain.time import civil_date

WINDOW = timedelta(hours=1)


class PushState(Enum):
    """Where a message stands; ``accepted``: the other side has it, and will say what came of it."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Push:
    """The first of ``alerts`` leads: its worker follows what becomes of the message.

    ``spent`` is what the channel wants to remember of what it cost.
    """

    id: str
    staff_id: str
    channel: Channel
    alerts: tuple[str, ...]
    title: str
    at: datetime
    changed_at: datetime
    digest: bool = False
    state: PushState = PushState.SENDING
    because: Because | None = None
    their_id: str = ""
    errcode: int | None = None
    spent: int = 0
    revision: int = 0

    @property
    def lead(self) -> str:
        """Whose worker follows it."""
        return self.alerts[0]

    @property
    def count(self) -> int:
        """How many alerts it carries."""
        return len(self.alerts)

    def accepted(self, at: datetime, *, their_id: str) -> "Push":
        """They have it; what came of it is asked."""
        return self._to(PushState.ACCEPTED, at, their_id=their_id or self.their_id)

    def sent(self, at: datetime, *, their_id: str, errcode: int | None = None) -> "Push":
        """It has arrived, or they say so."""
        known = their_id or self.their_id
        return self._to(PushState.SENT, at, their_id=known, errcode=errcode, because=None)

    def failed(self, at: datetime, because: Because, *, errcode: int | None = None) -> "Push":
        """It surely did not arrive."""
        return self._to(PushState.FAILED, at, because=because, errcode=errcode)

    def unknown(self, at: datetime) -> "Push":
        """It may have been sent."""
        return self._to(PushState.UNKNOWN, at, because=Because.UNKNOWN)

    def _to(self, state: PushState, at: datetime, **changes: object) -> "Push":
        after = replace(self, state=state, changed_at=at, revision=self.revision + 1)
        return replace(after, **changes)  # type: ignore[arg-type]  # names of its own fields


@dataclass(frozen=True, kw_only=True)
class Sent:
    """That one message went out, then."""

    push_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many messages one member of the staff got lately, and on which day the last digest."""

    staff_id: str
    sent: tuple[Sent, ...] = ()
    digest_on: str = ""
    revision: int = 0

    def within(self, now: datetime) -> Sequence[Sent]:
        """Those of the last hour."""
        return [one for one in self.sent if one.at > now - WINDOW]

    def room(self, now: datetime, *, most: int) -> int:
        """How many more may go out now, so that no hour has more than ``most``."""
        return max(0, most - len(self.within(now)))

    def frees_at(self, now: datetime, *, most: int) -> datetime:
        """When there is room again, or ``now``."""
        lately = sorted(one.at for one in self.within(now))
        return now if len(lately) < most else lately[-most] + WINDOW

    def after(self, push: Push) -> "Pace":
        """One more."""
        return replace(
            self,
            sent=(*self.within(push.at), Sent(push_id=push.id, at=push.at)),
            digest_on=civil_date(push.at).isoformat() if push.digest else self.digest_on,
            revision=self.revision + 1,
        )

    def without(self, push: Push) -> "Pace":
        """It surely did not arrive, so it was no message, and no digest."""
        kept = tuple(one for one in self.sent if one.push_id != push.id)
        day = "" if push.digest else self.digest_on
        return replace(self, sent=kept, digest_on=day, revision=self.revision + 1)


def title_of(alerts: Sequence[Alert], *, digest: bool) -> str:
    """One by its own title, several by their number."""
    if len(alerts) == 1:
        return alerts[0].title
    return f"您有 {len(alerts)} 条工作提醒" if digest else f"您有 {len(alerts)} 条待办提醒"
