"""Where a member of the staff is told outside the console, and how they want it.

A WeChat is bound by scanning a code in the console with it: the code's secret is kept as a hash,
holds ten minutes, belongs to who scanned it first, and is good once. A telephone is proven by a
code sent to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from domain.alerts.alerts import Channel, Urgency
from domain.errors import DomainError, Fault, Invalid, Kind
from domain.transactions import Conflict

ASKING_LASTS = timedelta(minutes=10)
CODE_LASTS = timedelta(minutes=10)
CODE_AGAIN = timedelta(minutes=1)
CODE_TRIES = 5
CODE_ALPHABET, CODE_LENGTH = "0123456789", 6
PUSHED = (Channel.WECHAT, Channel.SMS)


class AskingOver(DomainError):
    """The code was used, is too old, or belongs to who scanned it first."""

    code = "staff_binding_over"
    kind = Kind.NOT_FOUND
    title = "二维码已失效"

    def __init__(self) -> None:
        super().__init__("这个二维码已失效或已被扫描，请在工作台重新生成。")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A code on a page of the console, waiting to be scanned."""

    secret_hash: str
    ends_at: datetime
    person_id: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether it may still be confirmed."""
        return now < self.ends_at


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A WeChat; ``person_id`` is who scanned with it."""

    id: str
    openid: str = field(repr=False)
    person_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Proving:
    """A telephone that a code was sent to; ``sent_at`` is there once it has gone out, or may have.

    Its id is the request id of the SMS. ``failed``: the gateway surely did not send it.
    """

    id: str
    phone: str = field(repr=False)
    code: str = field(repr=False)
    asked_at: datetime
    sent_at: datetime | None = None
    failed: bool = False
    tries: int = 0

    def holds(self, now: datetime) -> bool:
        """Whether the code may still be typed."""
        return now < self.asked_at + CODE_LASTS and self.tries < CODE_TRIES


@dataclass(frozen=True, kw_only=True)
class Choice:
    """By which channels each urgency comes, whether only at work, and when the digest comes."""

    ways: Mapping[Urgency, tuple[Channel, ...]]
    quiet: bool
    digest_at: time

    def channels(self, urgency: Urgency) -> Sequence[Channel]:
        """In the order in which they are tried; none: the inbox alone."""
        chosen = self.ways.get(urgency, ())
        return [channel for channel in PUSHED if channel in chosen]


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Of one account."""

    staff_id: str
    bound: Bound | None = None
    phone: str = field(default="", repr=False)
    phone_at: datetime | None = None
    asking: Asking | None = None
    proving: Proving | None = None
    choice: Choice | None = None
    revision: int = 0

    @property
    def tag(self) -> str:
        """The version that a form was shown with."""
        return str(self.revision)

    def asked(self, *, secret_hash: str, now: datetime) -> "Contacts":
        """A new code; any before is good no more."""
        return self._changed(asking=Asking(secret_hash=secret_hash, ends_at=now + ASKING_LASTS))

    def scanned(self, *, person_id: str, now: datetime) -> tuple["Contacts", Asking]:
        """The code belongs to who scans it first.

        Raises:
            AskingOver: it is somebody else's, or good no more.
        """
        asking = self._scan(person_id, now)
        if asking.person_id:
            return self, asking
        theirs = replace(asking, person_id=person_id)
        return self._changed(asking=theirs), theirs

    def bind(self, bound: Bound) -> "Contacts":
        """The WeChat that scanned it is told from now on; the code is used up.

        Raises:
            AskingOver: as for ``scanned``.
        """
        self._scan(bound.person_id, bound.at)
        return self._changed(bound=bound, asking=None)

    def unbound(self) -> "Contacts":
        """No WeChat any more."""
        if self.bound is None:
            raise Conflict("没有绑定微信。")
        return self._changed(bound=None)

    def proven_by(self, proving: Proving) -> "Contacts":
        """A code goes to a telephone; not more often than once a minute.

        Raises:
            Conflict: one was sent just now.
        """
        before = self.proving
        if before is not None and proving.asked_at < before.asked_at + CODE_AGAIN:
            raise Conflict("验证码刚刚发送过，请一分钟后再试。")
        return self._changed(proving=proving)

    def code_going(self, at: datetime) -> "Contacts":
        """From here on it has gone out, whatever happens."""
        if self.proving is None:
            return self
        return self._changed(proving=replace(self.proving, sent_at=at))

    def code_failed(self, proving_id: str) -> "Contacts":
        """It surely did not go out, unless another was asked for meanwhile."""
        if self.proving is None or self.proving.id != proving_id:
            return self
        return self._changed(proving=replace(self.proving, failed=True))

    def typed(self, code: str, now: datetime) -> "Contacts":
        """The telephone is theirs, or one try is used up."""
        proving = self.proving
        if proving is None or not proving.holds(now):
            raise Conflict("验证码已失效，请重新发送。")
        if code != proving.code:
            return self._changed(proving=replace(proving, tries=proving.tries + 1))
        return self._changed(phone=proving.phone, phone_at=now, proving=None)

    def without_phone(self) -> "Contacts":
        """No telephone any more."""
        if not self.phone:
            raise Conflict("没有绑定手机号。")
        return self._changed(phone="", phone_at=None)

    def chosen(self, choice: Choice) -> "Contacts":
        """From now on like this.

        Raises:
            Invalid: what is urgent has to come by some channel.
        """
        if not choice.channels(Urgency.NOW):
            detail = "“及时提醒”请至少选择一种接收方式。"
            raise Invalid([Fault(pointer="/now", code="missing", detail=detail)])
        return self._changed(choice=choice)

    def _scan(self, person_id: str, now: datetime) -> Asking:
        asking = self.asking
        if asking is None or not asking.holds(now) or asking.person_id not in {"", person_id}:
            raise AskingOver
        return asking

    def _changed(self, **changes: object) -> "Contacts":
        changed = replace(self, **changes)  # type: ignore[arg-type]  # names of its own fields
        return replace(changed, revision=self.revision + 1)
