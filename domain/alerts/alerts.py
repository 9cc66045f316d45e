"""One thing told to one member of the staff, and what becomes of it.

An alert has its id of whom it is for and of its key: what was told is not told again, whoever
comes to it a second time, in whatever order and from however many processes.

It ends ``delivered`` by exactly one channel, or ``undelivered`` on the supervisor's board until
somebody has told it by telephone (``settled``). The console's inbox has it all the while, and who
reads it there has been told.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

from domain.transactions import Conflict

# Where in the console one can go on; it is shown as a link, so it leads nowhere else.
LINK: Final = re.compile(r"/console(?:/[A-Za-z0-9._~-]+)*(?:\?[A-Za-z0-9._~=&-]*)?")
LONGEST_KEY: Final = 200
LONGEST_TITLE: Final = 40


class Urgency(Enum):
    """When it is pushed: in the working hours of who is told, or gathered once a day."""

    NOW = "now"
    DIGEST = "digest"


class Channel(Enum):
    """By what somebody was told; the first two are pushed, in this order."""

    WECHAT = "wechat"
    SMS = "sms"
    CONSOLE = "console"
    TELEPHONE = "telephone"


class State(Enum):
    """Where an alert stands.

    ``waiting`` for its hour or its next channel, ``pushed`` while a message carries it,
    ``withdrawn`` when the account is not in use any more.
    """

    WAITING = "waiting"
    PUSHED = "pushed"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Because(Enum):
    """Why a channel did not deliver."""

    NOT_BOUND = "not_bound"
    NO_QUOTA = "no_quota"
    NO_GATEWAY = "no_gateway"
    REFUSED = "refused"
    DOWN = "down"
    UNKNOWN = "unknown"
    AWAY = "away"


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A channel that did not deliver, and why."""

    channel: Channel
    because: Because


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert.

    The title may leave the house in a message, so it names nobody; the text never does. ``about``
    is the person whom the text speaks of, if any: it goes when they erase their account.

    ``held``: it came outside of working hours, and goes with the digest. ``missed`` are the
    channels that did not deliver, ``tries`` counts those of the next one in vain.
    """

    id: str
    staff_id: str
    key: str
    at: datetime
    title: str
    text: str
    link: str
    urgency: Urgency
    about: str = ""
    read_at: datetime | None = None
    state: State = State.WAITING
    changed_at: datetime | None = None
    held: bool = False
    missed: tuple[Missed, ...] = ()
    push_id: str = ""
    tries: int = 0
    not_before: datetime | None = None
    by: Channel | None = None
    settled_by: str = ""
    revision: int = 0

    def __post_init__(self) -> None:
        """Who tells something malformed finds out in their own test, not in somebody's inbox."""
        if not LINK.fullmatch(self.link):
            raise ValueError("the link of an alert is a path of the console")
        if not self.key or len(self.key) > LONGEST_KEY:
            raise ValueError("the key of an alert has 1 to 200 characters")
        if not self.title or len(self.title) > LONGEST_TITLE:
            raise ValueError("the title of an alert has 1 to 40 characters")

    @property
    def name(self) -> str:
        """What kind of thing is told: the key up to its first colon."""
        return self.key.partition(":")[0]

    def read(self, at: datetime) -> "Alert":
        """They have seen it, so they have been told; the first time counts."""
        if self.read_at is not None:
            return self
        if self.state in {State.WAITING, State.UNDELIVERED}:
            return self._to(State.DELIVERED, at, by=Channel.CONSOLE, read_at=at)
        return replace(self, read_at=at, revision=self.revision + 1)

    def holding(self, at: datetime) -> "Alert":
        """Nobody is at work: it waits for the digest."""
        return self._to(State.WAITING, at, held=True)

    def pushed(self, at: datetime, push_id: str) -> "Alert":
        """A message carries it."""
        return self._to(State.PUSHED, at, push_id=push_id, not_before=None)

    def delivered(self, at: datetime, by: Channel) -> "Alert":
        """They have been told."""
        return self._to(State.DELIVERED, at, by=by)

    def later(self, at: datetime, *, not_before: datetime) -> "Alert":
        """Surely nothing was sent; the same channel is tried again."""
        return self._to(State.WAITING, at, tries=self.tries + 1, not_before=not_before)

    def missing(self, at: datetime, channel: Channel, because: Because) -> "Alert":
        """This channel did not deliver: on to the next, unless they have read it meanwhile."""
        if self.read_at is not None:
            return self.delivered(at, Channel.CONSOLE)
        missed = (*self.missed, Missed(channel=channel, because=because))
        return self._to(State.WAITING, at, missed=missed, tries=0, not_before=None, by=None)

    def undelivered(self, at: datetime, *, missed: tuple[Missed, ...]) -> "Alert":
        """No channel is left: the supervisor's board has it."""
        return self._to(State.UNDELIVERED, at, missed=missed)

    def settled(self, at: datetime, *, by: str) -> "Alert":
        """Somebody told them by telephone.

        Raises:
            Conflict: it is not on the board, or it is one's own.
        """
        if self.state is not State.UNDELIVERED:
            raise Conflict("这条提醒已经送达或处理，不需要再登记。")
        if by == self.staff_id:
            raise Conflict("不能登记自己收到的提醒，请打开阅读即可。")
        return self._to(State.SETTLED, at, by=Channel.TELEPHONE, settled_by=by)

    def withdrawn(self, at: datetime) -> "Alert":
        """The account is not in use: nobody is told."""
        return self._to(State.WITHDRAWN, at)

    def _to(self, state: State, at: datetime, **changes: object) -> "Alert":
        after = replace(self, state=state, changed_at=at, revision=self.revision + 1)
        return replace(after, **changes)  # type: ignore[arg-type]  # names of its own fields


def id_of(*, staff_id: str, key: str) -> str:
    """The one id that a key has with a member of the staff."""
    return hashlib.sha256(f"{staff_id}\n{key}".encode()).hexdigest()[:32]


CHANNELS = {
    Channel.WECHAT: "微信",
    Channel.SMS: "短信",
    Channel.CONSOLE: "工作台",
    Channel.TELEPHONE: "电话",
}
WHY = {
    Because.NOT_BOUND: "未绑定",
    Because.NO_QUOTA: "没有可用的通知次数",
    Because.NO_GATEWAY: "本系统未接入",
    Because.REFUSED: "对方拒绝",
    Because.DOWN: "对方故障",
    Because.UNKNOWN: "已提交，没有收到结果",
    Because.AWAY: "长时间不在工作时间",
}


def why_in_words(missed: tuple[Missed, ...]) -> str:
    """微信：未绑定；短信：对方拒绝, as the supervisor reads it."""
    return "；".join(f"{CHANNELS[one.channel]}：{WHY[one.because]}" for one in missed)
