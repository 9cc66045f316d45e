"""Delegations: a representative invites an agent, a resident a helper; who accepts acts under them.

An invitation is for one person, by name and telephone, and is itself a secret. Accepted, it
becomes a subject of the same id; the subject is the right, the delegation tells its story.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Literal, Protocol

from domain.errors import DomainError, Fault, Invalid, Kind
from domain.identifiers import BadIdentifier, parse_mobile
from domain.pages import Ask, Page
from domain.subjects.subjects import SCOPES, Actor, Subject
from domain.time import civil_date, day_in_words, last_day
from domain.transactions import Act, Conflict, Unit

DelegationKind = Literal["agent", "helper"]

INVITATION_LASTS = timedelta(days=7)
LONGEST = timedelta(days=366)
MOST = 20
NOT_INVITED = "没有找到发给您的邀请：姓名和手机号须与邀请一致，并请核对链接是否完整。"
TITLES: Mapping[DelegationKind, str] = {"agent": "经办人", "helper": "亲友代办人"}
WORDS: Mapping[str, str] = {
    "report": "信用报告",
    "promise": "信用承诺",
    "electricity": "用电申请",
    "tickets": "咨询求助",
    "read": "查看报告",
    "follow": "跟进进度",
    "ask": "代为咨询",
}


class State(Enum):
    """Where a delegation stands; lapsed and expired are made by the clock."""

    INVITED = "invited"
    LAPSED = "lapsed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RESIGNED = "resigned"


class InvitedAnother(DomainError):
    """The invitation is for somebody else; nothing changes, the attempt is recorded."""

    code = "invited_another"
    kind = Kind.FORBIDDEN
    title = "这份邀请不是发给您的"

    def __init__(self) -> None:
        super().__init__(NOT_INVITED)


class PhoneNeeded(Conflict):
    """The invited person is known by name and telephone."""

    code = "phone_needed"
    title = "请先绑定手机号"

    def __init__(self) -> None:
        super().__init__("请先绑定手机号，再接受邀请。")


class InvitationOver(Conflict):
    """It was withdrawn, has lapsed, or who invited represents the enterprise no more."""

    code = "invitation_over"
    title = "邀请已失效"

    def __init__(self) -> None:
        super().__init__("这份邀请已失效，请联系邀请人重新邀请。")


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """Who was invited by whom, what for and how long. ``about`` is the uscc or the person's id."""

    id: str
    kind: DelegationKind
    about: str
    principal_id: str
    principal_person: str
    uscc: str | None
    subject_name: str
    name: str
    phone: str
    scope: tuple[str, ...]
    ends_at: datetime
    created_at: datetime
    invitation_expires_at: datetime
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    closed_because: Literal["withdrawn", "resigned"] | None = None
    revision: int = 0

    def state(self, now: datetime, *, suspended: bool = False) -> State:
        """Where it stands now."""
        if self.closed_because is not None:
            return State(self.closed_because)
        if self.accepted_at is None:
            return State.INVITED if now < self.invitation_expires_at else State.LAPSED
        if now >= self.ends_at:
            return State.EXPIRED
        return State.SUSPENDED if suspended else State.ACTIVE

    def accepted(self, act: Act) -> "Delegation":
        """Who was invited takes it on."""
        return replace(self, accepted_by=act.actor, accepted_at=act.at, revision=self.revision + 1)

    def closed(self, now: datetime, because: Literal["withdrawn", "resigned"]) -> "Delegation":
        """Its giver withdraws it, or its receiver resigns."""
        return replace(self, closed_at=now, closed_because=because, revision=self.revision + 1)

    def under(self, principal: Subject) -> "Delegation":
        """Its giver is from now on this one."""
        return replace(
            self,
            principal_id=principal.id,
            principal_person=principal.person_id,
            revision=self.revision + 1,
        )

    def is_for(self, person: Actor) -> bool:
        """Whether this person was invited."""
        identity = person.identity
        return identity is not None and (identity.name, person.phone) == (self.name, self.phone)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A delegation as of now, and the invitation's secret while it is just made."""

    delegation: Delegation
    state: State
    invitation: str | None = None


class DelegationStore(Protocol):
    """Delegations."""

    async def add(self, unit: Unit, delegation: Delegation, *, invitation: str) -> None:
        """A new one; of the invitation's secret only the hash is kept."""

    async def get(self, delegation_id: str) -> Delegation | None:
        """By id."""

    async def invited(self, invitation: str) -> Delegation | None:
        """By the invitation's secret."""

    async def of(self, about: str, *, ask: Ask) -> Page[Delegation]:
        """All of an enterprise or a person, newest first."""

    async def open(self, unit: Unit, about: str, *, now: datetime) -> int:
        """How many have not closed, lapsed or expired."""

    async def replace(self, unit: Unit, delegation: Delegation, *, was: Delegation) -> None:
        """Save against the revision read; the transaction starts over when it moved on."""


def state_text(told: Told) -> str:
    """What the state is and what comes next, for the person."""
    delegation = told.delegation
    until = day_in_words(delegation.invitation_expires_at - timedelta(milliseconds=1))
    last = last_day(delegation.ends_at)
    return {
        State.INVITED: f"已邀请，等待对方在{until}前接受。",
        State.LAPSED: "对方没有在期限内接受，邀请已失效。",
        State.ACTIVE: f"代办中，至{last.year}年{last.month}月{last.day}日。",
        State.SUSPENDED: "法定代表人已变更或解除绑定，代办已暂停，需现任法定代表人确认。",
        State.EXPIRED: "已到期。",
        State.WITHDRAWN: "已收回。",
        State.RESIGNED: "对方已辞去代办。",
    }[told.state]


def judged(
    principal: Subject,
    *,
    kind: DelegationKind,
    phone: str,
    scope: Sequence[str],
    ends_on: date,
    now: datetime,
) -> str:
    """The telephone number in its normal form; raises Invalid with every fault."""
    faults = []
    if (kind == "agent") != (principal.role == "legal_representative"):
        whom = "企业只能邀请经办人" if principal.uscc else "为自己只能委托亲友"
        faults.append(Fault(pointer="/kind", code="kind", detail=f"{whom}，请重新选择。"))
    known = SCOPES[kind]
    if not scope or len(set(scope)) != len(scope) or not set(scope) <= set(known):
        words = "、".join(WORDS[word] for word in known)
        detail = f"请从{words}中选择代办范围，不重复。"
        faults.append(Fault(pointer="/scope", code="scope", detail=detail))
    today = civil_date(now)
    if not today <= ends_on <= civil_date(now + LONGEST):
        detail = "截止日期应为今天至一年之内的日期。"
        faults.append(Fault(pointer="/ends_on", code="ends_on", detail=detail))
    number = ""
    try:
        number = str(parse_mobile(phone))
    except BadIdentifier as bad:
        faults.append(Fault(pointer="/phone", code=bad.code, detail=bad.detail))
    if faults:
        raise Invalid(faults)
    return number


def invited(act: Act, principal: Subject, *, ends_at: datetime, **given: Any) -> Delegation:
    """A new delegation of a principal."""
    return Delegation(
        id=act.draw.id(),
        about=principal.about,
        principal_id=principal.id,
        principal_person=principal.person_id,
        uscc=principal.uscc,
        subject_name=principal.name,
        created_at=act.at,
        invitation_expires_at=min(act.at + INVITATION_LASTS, ends_at),
        ends_at=ends_at,
        **given,
    )


def as_subject(act: Act, delegation: Delegation) -> Subject:
    """The right that an accepted delegation gives; it has the same id."""
    return Subject(
        id=delegation.id,
        person_id=act.actor,
        role=delegation.kind,
        principal_id=delegation.principal_id,
        principal_person=delegation.principal_person,
        scope=delegation.scope,
        ends_at=delegation.ends_at,
        kind="enterprise" if delegation.uscc else "person",
        name=delegation.subject_name,
        uscc=delegation.uscc,
        since=act.at,
    )
