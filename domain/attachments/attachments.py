"""An image that somebody attaches: whose it is, what was found of it, where it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.content_checks import Judged, Verdict
from domain.errors import Fault, Invalid
from domain.transactions import Conflict

# What is attached to nothing by then was given up.
UNBOUND_LASTS = timedelta(hours=24)
MOST_UNBOUND = 9
MOST_AT_ONCE = 9
MOST_BOUND = 60
# As it is kept: made anew, no larger than a phone shows.
MOST_BYTES = 5 * 1024 * 1024
# Decided by a member of the staff, not by WeChat.
BY_STAFF = "staff"


class TooManyImages(Conflict):
    """Nobody holds, and no ticket has, any number of images."""

    code = "too_many_images"
    title = "图片数量已达上限"


class By(Enum):
    """Who attached it."""

    CITIZEN = "citizen"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One image, made anew from its pixels. ``owner`` is the id of a person or a staff account.

    WeChat checks an image for the openid of who shows it, and no staff account has one: of an image
    by staff it is the account that vouches, so it has passed from the start, because of ``staff``.
    ``bound_to`` names what it is attached to, as ``ticket:ID``; until then it is its owner's alone,
    is not checked, and is gone at ``gone_at``.
    """

    id: str
    owner: str
    by: By
    media_type: str
    size: int
    width: int
    height: int
    sha256: str
    state: Verdict
    reason: str = ""
    bound_to: str = ""
    added_at: datetime
    gone_at: datetime | None = None
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is known of it now."""
        return f'"{self.revision}"'

    def here(self, now: datetime) -> bool:
        """Whether it is still kept."""
        return self.gone_at is None or now < self.gone_at

    def free(self, owner: str, now: datetime) -> bool:
        """Whether its owner may attach it, or take it back."""
        return self.owner == owner and not self.bound_to and self.here(now)

    def bound(self, to: str) -> "Attachment":
        """Attached; it stays until it is said for how long."""
        return replace(self, bound_to=to, gone_at=None, revision=self.revision + 1)

    def judged(self, judged: Judged) -> "Attachment":
        """What WeChat found, while nobody had decided."""
        if self.state is not Verdict.PENDING or judged.verdict is Verdict.PENDING:
            return self
        return replace(self, state=judged.verdict, reason=judged.reason, revision=self.revision + 1)

    def decided(self, *, passed: bool) -> "Attachment":
        """What a person found, whatever WeChat said or may say.

        Raises:
            Conflict: it is by staff, or attached to nothing.
        """
        if self.by is By.STAFF or not self.bound_to:
            raise Conflict("这张图片不需要核验。")
        state = Verdict.PASS if passed else Verdict.RISKY
        return replace(self, state=state, reason=BY_STAFF, revision=self.revision + 1)


class Purpose(Enum):
    """What an address is for."""

    SHOW = "show"
    CHECK = "check"
    JUDGE = "judge"


LASTS: Mapping[Purpose, timedelta] = {
    Purpose.SHOW: timedelta(minutes=10),
    # WeChat fetches when it gets round to it, and tells within half an hour.
    Purpose.CHECK: timedelta(hours=2),
    Purpose.JUDGE: timedelta(minutes=10),
}


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address that is itself the permission to see one image, for one purpose, for a while.

    ``viewer`` is who asked for it; WeChat's is nobody's.
    """

    secret: str
    attachment_id: str
    purpose: Purpose
    viewer: str
    made_at: datetime
    expires_at: datetime

    def opens(self, attachment: Attachment, now: datetime) -> bool:
        """Whether it still shows the image: a risky one to nobody but who judges it.

        WeChat's is over with the verdict.
        """
        if now >= self.expires_at or not attachment.here(now):
            return False
        if self.purpose is Purpose.CHECK:
            return attachment.state is Verdict.PENDING
        return self.purpose is Purpose.JUDGE or attachment.state is not Verdict.RISKY


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks, with the right to what the images are attached to.

    ``opens`` are images not known to be harmless that the viewer chose to see all the same;
    ``judges`` is said of who decides about them.
    """

    id: str
    opens: frozenset[str] = frozenset()
    judges: bool = False


class Look(Enum):
    """How an image is shown."""

    OPEN = "open"
    FOLDED = "folded"
    WITHHELD = "withheld"


WORDS: Mapping[Look, str] = {
    Look.OPEN: "",
    Look.FOLDED: "图片待核验",
    Look.WITHHELD: "图片未通过内容安全检查，不予显示",
}


@dataclass(frozen=True, kw_only=True)
class View:
    """An image as one viewer sees it: with an address, or with words instead."""

    attachment: Attachment
    look: Look
    address: Address | None = None

    @property
    def words(self) -> str:
        """What stands in its place."""
        return WORDS[self.look]


def look(attachment: Attachment, viewer: Viewer) -> Look:
    """How the viewer sees the image.

    Its owner sees what waits for a verdict, everybody else only on purpose; what is risky is shown
    to nobody, its owner included, but to who judges it.
    """
    if attachment.state is Verdict.PASS or viewer.judges:
        return Look.OPEN
    if attachment.state is Verdict.RISKY:
        return Look.WITHHELD
    chosen = viewer.id == attachment.owner or attachment.id in viewer.opens
    return Look.OPEN if chosen else Look.FOLDED


def faulty(places: Mapping[int, str]) -> Invalid:
    """The images of a list that cannot be attached, each by its place in what was sent."""
    return Invalid(
        [
            Fault(
                pointer=f"/images/{place}",
                code=code,
                detail=f"第 {place + 1} 张图片不存在、已经用过或已过期，请重新添加。",
            )
            for place, code in places.items()
        ]
    )
