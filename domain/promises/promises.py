"""A promise and its states: drafted, signed once, taken back while it still may be."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from domain.promises.eligibility import Reason
from domain.promises.supervision import Supervision
from domain.promises.templates import Answer, Category, PromiseKind, Publicity
from domain.timestamps import TimeStamp
from domain.transactions import Conflict
from domain.workdays import Deadline

LONG_TERM = date(2099, 12, 31)
MOST_IN_A_DAY = 999_999


class State(Enum):
    """Where a promise stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    ORDERED = "ordered"
    PROPOSED = "proposed"
    BROKEN = "broken"
    OBJECTED = "objected"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


STATES = {
    State.DRAFT: "待签署",
    State.SIGNED: "已签署，履行监管中",
    State.ORDERED: "责令改正中",
    State.PROPOSED: "违诺认定复核中",
    State.BROKEN: "已认定违诺",
    State.OBJECTED: "违诺认定异议处理中",
    State.KEPT: "全部履行，监管完成",
    State.WITHDRAWN: "已撤回",
}


# What is found of it goes into the record: until an objection has undone it.
AGAINST = frozenset({State.BROKEN, State.OBJECTED})


SPENT = "这张核验回执已经用过，请重新核验。"


class AlreadySigned(Conflict):
    """It has been signed meanwhile, on another device or by another tap."""

    code = "already_signed"
    title = "承诺书已经签署"


class NotAsRead(Conflict):
    """The text, or what would be made public, is not what was read; it must be read again."""

    code = "text_changed"
    title = "承诺书文本已更新"


class NotEligible(Conflict):
    """The credit report speaks against it; the reasons are told one by one."""

    code = "not_eligible"
    title = "目前不能适用信用承诺"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The credit report that a promise rests on, and what in it stands against signing."""

    report_id: str
    number: str
    issued_at: datetime
    canonical_sha256: str
    sample: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class IdentityProof:
    """How the signer was known: a check of this very signing, and when it was passed (UTC)."""

    check_id: str
    method: str
    confirmed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Who may see it, and the exact text the promisor agreed to for that; empty if nobody."""

    publicity: Publicity
    text: str
    text_hash: str
    agreed_at: datetime
    until: date | None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """The moment of signing, by whom, and what follows from it.

    The promise code (承诺编码) and the hash of what was signed are given as it is bound.
    """

    at: datetime
    signer: str
    role: str
    proof: IdentityProof
    publication: Publication
    due: Deadline | None
    duty: str
    valid_until: date | None
    code: str = ""
    canonical_sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The letter as it was made."""

    expires_at: datetime
    pages: int
    file_sha256: str
    code_hash: str
    check_hash: str
    time_stamp: TimeStamp
    sample: bool
    raised_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise of a person, for themself or an enterprise.

    ``identifier`` is the uscc or the ID number of the promisor. ``text_hash`` names the text,
    ``matter_id`` what it is given for, where that is something done here.
    """

    id: str
    template: str
    version: str
    text_hash: str
    kind: PromiseKind
    title: str
    department: str
    person_id: str
    subject_id: str
    principal_id: str
    principal_person: str
    about: str
    uscc: str | None
    category: Category
    promisor: str
    identifier: str
    answers: tuple[Answer, ...]
    publicity: Publicity
    basis: Basis
    created_at: datetime
    changed_at: datetime
    state: State = State.DRAFT
    signature: Signature | None = None
    paper: Paper | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""
    reminded: tuple[str, ...] = ()
    supervision: Supervision | None = None
    matter_id: str = ""
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    @property
    def sample(self) -> bool:
        """Whether it rests on invented data."""
        return self.basis.sample

    def changed(
        self,
        *,
        answers: tuple[Answer, ...],
        publicity: Publicity,
        basis: Basis,
        text_hash: str,
        version: str,
        now: datetime,
    ) -> "Promise":
        """The draft, filled in anew against the text in force; raises when it is none."""
        self.require_draft()
        return replace(
            self,
            answers=answers,
            publicity=publicity,
            basis=basis,
            text_hash=text_hash,
            version=version,
            changed_at=now,
            revision=self.revision + 1,
        )

    def require_draft(self) -> None:
        """Raise AlreadySigned or Conflict for what is none any more."""
        if self.signature is not None and self.state is not State.WITHDRAWN:
            raise AlreadySigned(f"这份承诺书已经签署，承诺编码 {self.signature.code}，无需再签。")
        if self.state is not State.DRAFT:
            raise Conflict("这份承诺书已经撤回，请重新填写一份。")

    def signed(self, signature: Signature, *, basis: Basis) -> "Promise":
        """Binding from now on."""
        self.require_draft()
        return replace(
            self,
            state=State.SIGNED,
            signature=signature,
            basis=basis,
            changed_at=signature.at,
            revision=self.revision + 1,
        )

    def withdrawn(self, *, reason: str, now: datetime) -> "Promise":
        """Taken back: what it was given for goes on by the ordinary procedure."""
        if self.state is not State.SIGNED:
            raise Conflict(f"这份承诺目前的状态是“{STATES[self.state]}”，不能撤回。")
        return replace(
            self,
            state=State.WITHDRAWN,
            withdrawn_at=now,
            reason=reason,
            changed_at=now,
            revision=self.revision + 1,
        )

    def shown_otherwise(self, publication: Publication, *, now: datetime) -> "Promise":
        """Seen by others from now on than before."""
        if self.signature is None or self.state is not State.SIGNED:
            raise Conflict("只有已签署、未撤回的承诺书可以变更公开方式。")
        return replace(
            self,
            publicity=publication.publicity,
            signature=replace(self.signature, publication=publication),
            changed_at=now,
            revision=self.revision + 1,
        )

    def on_paper(self, paper: Paper) -> "Promise":
        """The letter exists, or got its time-stamp."""
        return replace(self, paper=paper, revision=self.revision + 1)

    def stamped(self, sha256: str) -> "Promise":
        """The letter got the time-stamp that was pending."""
        if self.paper is None:
            return self
        return self.on_paper(
            replace(self.paper, time_stamp=TimeStamp.STAMPED, raised_sha256=sha256)
        )


def code_of(district: str, day: date, number: int) -> str:
    """承诺编码: district (6), date (8), number of the day (6).

    Source: the national data template for 信用承诺, for example 32010020230217000011.

    Raises:
        Conflict: the day's numbers are used up.
    """
    if number > MOST_IN_A_DAY:
        raise Conflict("今天的承诺编码已经用完，请明天再签署。")
    return f"{district}{day:%Y%m%d}{number:06d}"


def counter_of(district: str, day: date) -> str:
    """The counter that the numbers of a day are taken from."""
    return f"{district}{day:%Y%m%d}"
