"""For whom a person acts, by what right, and what that right lets them do.

The subject stands in each request and is looked up; nothing remembers a current one. Who acts
by own right (for themself, or for the enterprise they legally represent) is a *principal*;
agents and helpers act under a principal, as far as their scope goes and as long as it lasts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from domain.errors import DomainError, Kind, NotFound
from domain.transactions import Conflict, Unit
from domain.values import VerifiedIdentity

SubjectKind = Literal["self", "enterprise", "person"]
Role = Literal["self", "legal_representative", "agent", "helper"]
OWN_RIGHT = frozenset({"self", "legal_representative"})


class Duty(Enum):
    """What may be done for a subject."""

    FOLLOW = "follow"
    READ = "read"
    REQUEST = "request"
    REVOKE = "revoke"
    SHARE = "share"
    OBJECT = "object"
    ASK = "ask"
    SIGN = "sign"
    PROMISE = "promise"
    ELECTRICITY = "electricity"


_REPORTS = frozenset({Duty.FOLLOW, Duty.READ, Duty.REQUEST, Duty.REVOKE, Duty.SHARE, Duty.OBJECT})
# What each word of a scope lets its holder do. Nobody agrees to a text for another; an agent may
# sign promises where the scope says so.
SCOPES: Mapping[Role, Mapping[str, frozenset[Duty]]] = {
    "agent": {
        "report": _REPORTS,
        "promise": frozenset({Duty.PROMISE}),
        "electricity": frozenset({Duty.ELECTRICITY}),
        "tickets": frozenset({Duty.ASK}),
    },
    "helper": {
        "read": frozenset({Duty.READ, Duty.FOLLOW}),
        "follow": frozenset({Duty.FOLLOW}),
        "ask": frozenset({Duty.ASK}),
    },
}


class NotVerified(DomainError):
    """Only who has proved their real name may act."""

    code = "not_verified"
    kind = Kind.FORBIDDEN
    title = "请先完成实名认证"

    def __init__(self) -> None:
        super().__init__("请先完成实名认证，再办理这项业务。")


class NotRepresentative(DomainError):
    """The registry names somebody else."""

    code = "not_representative"
    kind = Kind.FORBIDDEN
    title = "与登记信息不一致"


class NotInBusiness(Conflict):
    """A struck-off enterprise has nobody who acts for it here."""

    code = "not_in_business"
    title = "该企业已注销或吊销"


class OutOfScope(DomainError):
    """The caller acts for the subject, but not in this."""

    code = "not_in_scope"
    kind = Kind.FORBIDDEN
    title = "不在代办权限内"

    def __init__(self) -> None:
        super().__init__("您的代办权限不包括这项操作，请由本人或法定代表人办理。")


@dataclass(frozen=True, kw_only=True)
class Footing:
    """By what right somebody acts. ``scope`` is empty for who acts by own right."""

    id: str
    person_id: str
    role: Role
    principal_id: str
    principal_person: str
    scope: tuple[str, ...] = ()
    ends_at: datetime | None = None
    suspended_at: datetime | None = None
    ended_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether anything may be done on it now."""
        over = self.ends_at is not None and now >= self.ends_at
        return self.ended_at is None and self.suspended_at is None and not over

    def may(self, duty: Duty) -> bool:
        """Whether its scope covers this."""
        if self.role in OWN_RIGHT:
            return True
        return any(duty in SCOPES[self.role].get(word, ()) for word in self.scope)


@dataclass(frozen=True, kw_only=True)
class Subject(Footing):
    """Whom a person acts for. The subject ``self`` has the person's own id."""

    kind: SubjectKind
    name: str
    uscc: str | None
    since: datetime

    @property
    def about(self) -> str:
        """Whose credit it is: the uscc, or the id of the natural person."""
        return self.uscc or self.principal_person


class SubjectStore(Protocol):
    """Bindings of persons to enterprises, and what was delegated under them."""

    async def get(self, subject_id: str) -> Subject | None:
        """By id, ended ones too."""

    async def standing(self, *, person_id: str, now: datetime) -> tuple[Subject, ...]:
        """All that have neither ended nor expired, suspended ones too, at most 200."""

    async def representing(self, uscc: str) -> tuple[Subject, ...]:
        """The standing legal representatives of an enterprise, at most 20."""

    async def under(self, unit: Unit, principal_id: str, *, now: datetime) -> tuple[Subject, ...]:
        """The agents and helpers of a principal, neither ended nor expired, at most 200.

        As the transaction sees them: one who was accepted just before it is among them.
        """

    async def end_expired(self, unit: Unit, *, person_id: str, now: datetime) -> None:
        """What a person held that has expired makes room."""

    async def add(self, unit: Unit, subject: Subject) -> None:
        """A new one; the transaction starts over when the same right stands already."""

    async def replace(self, unit: Unit, subject: Subject) -> None:
        """Save its end, suspension, principal or scope."""

    async def hold(self, unit: Unit, subject_id: str, *, otherwise: DomainError) -> None:
        """It stands until this commits; else ``otherwise`` is raised as the unit ends."""


class Actor(Protocol):
    """The narrow part of a person that subjects need."""

    @property
    def since(self) -> datetime:
        """Since when the person is known."""

    @property
    def phone(self) -> str | None:
        """As bound, or None."""

    @property
    def reviewer(self) -> bool:
        """Whether it is WeChat's reviewer, who has samples only."""

    @property
    def identity(self) -> VerifiedIdentity | None:
        """None while unproven."""


class Actors(Protocol):
    """People, narrowly."""

    async def get(self, person_id: str) -> Actor:
        """NotFound when erased."""


def own(person_id: str) -> Footing:
    """The right of a person over what is theirs."""
    return Footing(
        id=person_id,
        person_id=person_id,
        role="self",
        principal_id=person_id,
        principal_person=person_id,
    )


def footing_of(
    person_id: str,
    *,
    subject_id: str,
    principal_id: str,
    among: Iterable[Footing],
    duty: Duty,
    now: datetime,
) -> Footing:
    """By what right a person may do this with what was made under subject and principal.

    A principal has all that was made for it; a helper what is the principal's; an agent only
    what was made under the agent's own subject.

    Raises:
        NotFound: the person has nothing to do with it.
        OutOfScope: the person has, but not in this.
    """
    standing = [own(person_id)] if principal_id == person_id else []
    standing += [
        one
        for one in among
        if one.person_id == person_id
        and one.holds(now)
        and (one.id == subject_id or (one.role != "agent" and one.principal_id == principal_id))
    ]
    if not standing:
        raise NotFound
    for one in standing:
        if one.may(duty):
            return one
    raise OutOfScope
