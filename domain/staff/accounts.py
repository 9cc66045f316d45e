"""A staff account, its states and its sessions."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.errors import DomainError, Kind
from domain.staff.roles import Right, Role, rights_of
from domain.transactions import Conflict

LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")
INVITATION_LASTS = timedelta(days=3)
LEAST_PASSWORD, MOST_PASSWORD = 12, 128


class StaffState(Enum):
    """Where an account stands."""

    PROPOSED = "proposed"
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


STATES = {
    StaffState.PROPOSED: "待安全管理员批准",
    StaffState.INVITED: "待本人启用",
    StaffState.ACTIVE: "在用",
    StaffState.SUSPENDED: "已停用",
}


class StaffSignIn(DomainError):
    """The console asks who it is."""

    code = "staff_sign_in"
    kind = Kind.UNAUTHENTICATED
    title = "请登录工作台"

    def __init__(self, detail: str = "请先登录工作台。") -> None:
        super().__init__(detail)


class NotYourRole(DomainError):
    """Signed in, but no role of theirs may do this."""

    code = "not_your_role"
    kind = Kind.FORBIDDEN
    title = "没有这项权限"

    def __init__(self, detail: str = "您的角色没有这项权限。") -> None:
        super().__init__(detail)


@dataclass(frozen=True, kw_only=True)
class StaffAccount:
    """Somebody who works in the console.

    Who grants it hands its person a release code, of which ``release_hash`` is kept: nobody who
    only makes invitations can set an account up.

    ``password_hash`` and ``totp_secret`` are empty until the person has set them. ``last_code``
    is the time step of the one-time code used last: none is good twice.
    """

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    state: StaffState
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    release_hash: str | None = None
    invitation_hash: str | None = None
    invitation_ends_at: datetime | None = None
    password_hash: str = field(default="", repr=False)
    totp_secret: str = field(default="", repr=False)
    last_code: int = 0
    signed_in_at: datetime | None = None
    revision: int = 0

    def may(self, right: Right) -> bool:
        """Whether one of the roles has it."""
        return right in rights_of(self.roles)

    def approved(self, *, by: str, release_hash: str) -> "StaffAccount":
        """Granted by somebody else than who proposed it."""
        if self.state is not StaffState.PROPOSED:
            raise Conflict(f"这个账号的状态是“{STATES[self.state]}”，不能批准。")
        if by in {self.proposed_by, self.id}:
            raise Conflict("经办人和批准人不能是同一人。")
        return self._changed(state=StaffState.INVITED, approved_by=by, release_hash=release_hash)

    def invited(self, *, invitation_hash: str, now: datetime) -> "StaffAccount":
        """May set password and second factor, by an address that only they are given."""
        if self.state is not StaffState.INVITED:
            raise Conflict(f"这个账号的状态是“{STATES[self.state]}”，不需要启用。")
        if self.release_hash is None:
            # Who makes invitations would need nobody else to become another administrator.
            raise Conflict(
                "这个账号由命令行建立，启用链接只在建立时给出；"
                "链接遗失或过期的，请停用后申请恢复，由安全管理员批准。"
            )
        return self.first_invited(invitation_hash=invitation_hash, now=now)

    def first_invited(self, *, invitation_hash: str, now: datetime) -> "StaffAccount":
        """Granted, and to be set up by this address: on the command line without a release code."""
        return self._changed(
            state=StaffState.INVITED,
            invitation_hash=invitation_hash,
            invitation_ends_at=now + INVITATION_LASTS,
        )

    def set_up(self, *, password_hash: str, totp_secret: str, code: int) -> "StaffAccount":
        """In use from now on."""
        return self._changed(
            state=StaffState.ACTIVE,
            password_hash=password_hash,
            totp_secret=totp_secret,
            last_code=code,
            release_hash=None,
            invitation_hash=None,
            invitation_ends_at=None,
        )

    def signed_in(self, *, code: int, now: datetime) -> "StaffAccount":
        """The code is used up."""
        return self._changed(last_code=code, signed_in_at=now)

    def suspended(self) -> "StaffAccount":
        """Nobody signs in with it; what they set is gone, and is set anew to come back."""
        if self.state is StaffState.SUSPENDED:
            raise Conflict("这个账号已经停用。")
        return self._changed(
            state=StaffState.SUSPENDED,
            password_hash="",
            totp_secret="",
            release_hash=None,
            invitation_hash=None,
            invitation_ends_at=None,
        )

    def proposed_again(self, *, by: str, now: datetime) -> "StaffAccount":
        """To come back it is granted again."""
        if self.state is not StaffState.SUSPENDED:
            raise Conflict("只有已停用的账号可以申请恢复。")
        return self._changed(
            state=StaffState.PROPOSED, proposed_by=by, proposed_at=now, approved_by=None
        )

    def _changed(self, **changes: object) -> "StaffAccount":
        return replace(
            self,
            revision=self.revision + 1,
            **changes,  # type: ignore[arg-type]  # names of its own fields
        )


@dataclass(frozen=True, kw_only=True)
class StaffSession:
    """One signed-in browser: known by a secret of which only the hash is kept."""

    id: str
    staff_id: str
    secret_hash: str
    xsrf: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    before: datetime | None = None

    def holds(self, now: datetime, *, idle: timedelta) -> bool:
        """Whether requests may still be made in it."""
        return now < self.ends_at and now - self.seen_at < idle


def password_fault(password: str, *, login: str) -> str | None:
    """What is wrong with a new password, as a sentence; None when nothing is.

    Long, rather than of many kinds: a sentence that nobody else would say.
    """
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        return f"密码应为 {LEAST_PASSWORD} 至 {MOST_PASSWORD} 个字符，可以用一句别人想不到的话。"
    if len(set(password)) < LEAST_PASSWORD // 2:
        return "密码中重复的字符太多。"
    if login in password.lower():
        return "密码不能包含登录名。"
    return None
