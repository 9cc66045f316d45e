"""A report shared with a named recipient for a purpose: by a link, once or until a day.

A share rests on the right of who shared. At every request of its recipient that right is read
again, so it ends with the delegation, the representation, the authorisation and the report; and
it rests on that very right and authorisation, so a later one does not wake it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Protocol

from domain.consent import Agreement, ConsentRequired
from domain.credit_reports.reading import Granted, Rights, entitled, refuse_revoked
from domain.errors import DomainError, Fault, Kind, NotFound
from domain.subjects.subjects import Duty
from domain.time import civil_date, day_ends, day_in_words, in_words, last_day
from domain.transactions import Conflict, Unit

LONGEST = timedelta(days=90)
MOST_STANDING = 20
MOST = 100
OPENING_LASTS = timedelta(minutes=30)


class State(Enum):
    """Where a share stands; nothing but ``revoked`` and the openings is stored."""

    STANDING = "standing"
    OPENED = "opened"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"


class NotShareable(Conflict):
    """Only a paper that is valid now is shared."""

    code = "not_shareable"
    title = "这份报告不能分享"


class TooManyShares(Conflict):
    """So many links of one report nobody keeps in mind."""

    code = "too_many_shares"
    title = "分享已达上限"


class DeadLink(DomainError):
    """A wrong or forgotten secret: nothing is told to who holds it."""

    code = "dead_link"
    kind = Kind.NOT_FOUND
    title = "链接已失效"


class ShareOver(DomainError):
    """The share was there and is no more; the sentence says why, and nothing of whom."""

    code = "share_over"
    kind = Kind.GONE
    title = "链接已失效"

    def __init__(self, share: "Share", state: State) -> None:
        super().__init__(OVER[state])
        self.share_id = share.id
        self.state = state


OVER: Mapping[State, str] = {
    State.OPENED: "这个链接只能打开一次，已经打开过了。如果不是您打开的，请立即告诉分享给您的人。",
    State.EXPIRED: "这个链接已过有效期。如仍需查看，请联系分享给您的人重新分享。",
    State.REVOKED: "这个链接已被收回。如仍需查看，请联系分享给您的人重新分享。",
    State.ENDED: "分享所依据的办理权限或授权已经终止，或者报告已经作废，请联系分享给您的人。",
}


@dataclass(frozen=True, kw_only=True)
class Share:
    """One share. ``person_id`` shared it under ``subject_id``; ``ordinal`` counts a report's.

    ``principal_id`` is for whom, ``consent_id`` the authorisation it rests on; both are empty
    in a share of before they were kept, which has ended.
    """

    id: str
    report_id: str
    ordinal: int
    person_id: str
    subject_id: str
    principal_id: str
    consent_id: str
    recipient: str
    purpose: str
    once: bool
    created_at: datetime
    ends_at: datetime
    openings: int = 0
    opened_at: datetime | None = None
    revoked_at: datetime | None = None
    revision: int = 0

    @property
    def until(self) -> date:
        """The last day in Shanghai."""
        return last_day(self.ends_at)

    def state(self, now: datetime, *, holds: bool) -> State:
        """Where it stands now; ``holds`` is whether the right behind it does."""
        if self.revoked_at is not None:
            return State.REVOKED
        if not holds:
            return State.ENDED
        if now >= self.ends_at:
            return State.EXPIRED
        if self.once and self.opened_at is not None:
            return State.OPENED
        return State.STANDING

    def opened(self, now: datetime) -> "Share":
        """Opened once more."""
        return replace(
            self,
            openings=self.openings + 1,
            opened_at=self.opened_at or now,
            revision=self.revision + 1,
        )

    def revoked(self, now: datetime) -> "Share":
        """Taken back."""
        return replace(self, revoked_at=now, revision=self.revision + 1)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One opening of a share by who says they are ``name``; its secret is in the address."""

    secret: str
    share_id: str
    name: str
    at: datetime
    expires_at: datetime


class ShareStore(Protocol):
    """Shares, found by the hash of their secret."""

    async def add(self, unit: Unit, share: Share, *, secret: str) -> None:
        """A new one; the transaction starts over when its ordinal is taken."""

    async def get(self, share_id: str) -> Share | None:
        """By id."""

    async def find(self, secret: str) -> Share | None:
        """By its secret; None when unknown."""

    async def of_report(self, report_id: str) -> tuple[Share, ...]:
        """A report's, newest first, at most 100."""

    async def replace(self, unit: Unit, share: Share, *, was: Share) -> None:
        """Save against the revision read; the transaction starts over when it moved on."""


class OpeningStore(Protocol):
    """Openings, kept by the hash of their secret until they are over."""

    async def add(self, unit: Unit, opening: Opening) -> None:
        """A new one."""

    async def find(self, secret: str) -> Opening | None:
        """By its secret; None when unknown."""


def behind(share: Share, rights: Rights, *, authorisation: Agreement, now: datetime) -> Granted:
    """The right that a share rests on, as it is now: the very one, and the very authorisation.

    Raises:
        NotFound, OutOfScope, ConsentRequired, NotIssued: it holds no more.
    """
    under = tuple(one for one in rights.footings if one.id == share.subject_id)
    granted = entitled(
        replace(rights, footings=under),
        person_id=share.person_id,
        duty=Duty.SHARE,
        authorisation=authorisation,
        now=now,
    )
    if granted.footing.principal_id != share.principal_id:
        raise NotFound
    if granted.consent_id != share.consent_id:
        raise ConsentRequired("分享所依据的授权已经撤回。")
    refuse_revoked(rights)
    return granted


def end_of(until: date, *, report_expires_at: datetime) -> datetime:
    """The instant at which a share until that day is over: with the report at the latest."""
    return min(day_ends(until), report_expires_at)


def until_fault(until: date, *, report_expires_at: datetime, now: datetime) -> Fault | None:
    """What is wrong with the last day of a share; None when nothing is."""
    today = civil_date(now)
    if until < today:
        return _fault("past", "“截止日期”不能早于今天。")
    if until > today + LONGEST:
        return _fault("too_long", f"“截止日期”最远为 {LONGEST.days} 天之内。")
    if until > last_day(report_expires_at):
        day = day_in_words(report_expires_at - timedelta(milliseconds=1))
        return _fault("beyond_report", f"“截止日期”不能晚于报告有效期（{day}）。")
    return None


def state_text(share: Share, state: State) -> str:
    """What the state is, for who shared."""
    opened = f"，已打开 {share.openings} 次" if share.openings else "，还没有人打开"
    match state:
        case State.STANDING:
            return f"有效{opened}"
        case State.OPENED:
            when = in_words(share.opened_at) if share.opened_at else ""
            return f"已于{when}打开，链接已用完"
        case State.EXPIRED:
            return "已到期"
        case State.REVOKED:
            when = in_words(share.revoked_at) if share.revoked_at else ""
            return f"已于{when}收回"
        case State.ENDED:
            return "已随办理权限、授权或报告终止"


def _fault(code: str, detail: str) -> Fault:
    return Fault(pointer="/until", code=code, detail=detail)
