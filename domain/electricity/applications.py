"""An application for electricity, its states, and what is known of it at each.

The way: draft, submitted, identity known, report in order (or against it), promise signed, then
the supplier's steps. Report and promise take the place of the title proof, and of nothing else
(case 信用+供电); whoever they do not serve goes on with the same application and a title proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum


class State(Enum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IDENTITY_OK = "identity_ok"
    REPORT_BLOCKED = "report_blocked"
    REPORT_OK = "report_ok"
    PROMISE_SIGNED = "promise_signed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SURVEY = "survey"
    PLAN_REPLIED = "plan_replied"
    EXTERNAL_WORKS = "external_works"
    ENERGISED = "energised"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


STATES: Mapping[State, str] = {
    State.DRAFT: "填写中",
    State.SUBMITTED: "已提交",
    State.IDENTITY_OK: "身份已核验，待供电企业受理",
    State.REPORT_BLOCKED: "信用报告未通过",
    State.REPORT_OK: "信用报告已通过，待签署承诺",
    State.PROMISE_SIGNED: "承诺已签署，待供电企业受理",
    State.ACCEPTED: "供电企业已受理",
    State.RETURNED: "退回补正",
    State.SURVEY: "现场勘查",
    State.PLAN_REPLIED: "已答复供电方案",
    State.EXTERNAL_WORKS: "外线工程施工",
    State.ENERGISED: "已装表接电",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.REJECTED: "不予办理",
}
# With the supplier, to be taken: an ordinary application, and one by report and promise.
TO_BE_TAKEN = frozenset({State.IDENTITY_OK, State.PROMISE_SIGNED})
SUPPLYING = frozenset({State.ACCEPTED, State.SURVEY, State.PLAN_REPLIED, State.EXTERNAL_WORKS})
# Where the applicant is the one to do something.
APPLICANTS = frozenset({State.DRAFT, State.REPORT_BLOCKED, State.REPORT_OK, State.RETURNED})
POWERED = frozenset({State.ENERGISED, State.CLOSED})
OVER = frozenset({State.CLOSED, State.WITHDRAWN, State.REJECTED})


class Premises(Enum):
    """What the premises have to show for themselves."""

    NO_TITLE = "no_title"
    UNCONFIRMED_TITLE = "unconfirmed_title"
    NO_SUPPLY_PROOF = "no_supply_proof"
    TITLED = "titled"

    @property
    def label(self) -> str:
        """As people read it."""
        return PREMISES[self]


PREMISES: Mapping[Premises, str] = {
    Premises.NO_TITLE: "无产权证明",
    Premises.UNCONFIRMED_TITLE: "产权未确认",
    Premises.NO_SUPPLY_PROOF: "无法提供可供电证明",
    Premises.TITLED: "有产权证明",
}


class Proof(Enum):
    """By what the right to the premises is shown."""

    CREDIT = "credit"
    TITLE = "title"


class By(Enum):
    """Who made a step."""

    APPLICANT = "applicant"
    SUPPLIER = "supplier"
    OFFICE = "office"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """As the applicant reads it."""
        return ACTORS[self]


ACTORS: Mapping[By, str] = {
    By.APPLICANT: "申请人",
    By.SUPPLIER: "供电企业",
    By.OFFICE: "信用办",
    By.SYSTEM: "系统",
}


class Breach(Enum):
    """What became of the promise behind it, once something was found wrong."""

    OPEN = "open"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


BREACHES: Mapping[Breach, str] = {
    Breach.OPEN: "承诺履行异常，责令改正中",
    Breach.CORRECTED: "承诺履行异常已改正",
    Breach.CONFIRMED: "已认定违诺",
}


class Channel(Enum):
    """Who drives the supplier's steps: its system, or its clerk at the desk here."""

    PARTNER = "partner"
    DESK = "desk"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is applied for, as the applicant filled it in; a draft may leave any of it empty.

    ``capacity`` is the whole capacity wanted, in watts; ``account`` is the supply number (户号)
    of what is increased, or empty for a new point.
    """

    business: str = ""
    premises: Premises | None = None
    address: str = ""
    account: str = ""
    capacity: int = 0
    use: str = ""
    contact: str = ""
    phone: str = ""
    home_visit: bool = False


@dataclass(frozen=True, kw_only=True)
class Material:
    """A file handed in for one of the papers needed; ``sha256`` is of what is kept."""

    id: str
    paper: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Later:
    """A paper that may follow by a day (容缺受理); ``handed_in`` once it has."""

    paper: str
    due: date
    provisional: bool
    handed_in: bool = False


@dataclass(frozen=True, kw_only=True)
class Against:
    """A reason of the report against it: the record, who keeps it, what can be done."""

    code: str
    sentence: str
    report_id: str
    record_id: str
    section: str
    keeper: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What is missing, in which papers, and by when (days the supplier gives, working days)."""

    papers: tuple[str, ...]
    reason: str
    due: date
    provisional: bool
    came_from: State


@dataclass(frozen=True, kw_only=True)
class Survey:
    """An appointment on the premises, proposed by the supplier; ``wish`` is another time wanted."""

    begins_at: datetime
    ends_at: datetime
    agreed: bool | None = None
    wish: str = ""


@dataclass(frozen=True, kw_only=True)
class Manager:
    """The supplier's manager who goes along with a good user the whole way (green channel)."""

    name: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the timeline: when, to what state, by whom, and why, as the applicant reads."""

    at: datetime
    state: State
    by: By
    text: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application. ``number`` is what everybody calls it, from its first submission on.

    ``about`` is whose credit it rests on: the uscc, or the id of the natural person. ``applied``
    is the place of the last of the supplier's events that was acted on, 0 for none.
    """

    id: str
    number: str
    person_id: str
    subject_id: str
    principal_id: str
    principal_person: str
    about: str
    uscc: str | None
    applicant: str
    identifier: str
    wanted: Wanted
    created_at: datetime
    changed_at: datetime
    since: datetime
    state: State = State.DRAFT
    proof: Proof = Proof.CREDIT
    channel: Channel = Channel.DESK
    materials: tuple[Material, ...] = ()
    later: tuple[Later, ...] = ()
    report_id: str = ""
    against: tuple[Against, ...] = ()
    promise_id: str = ""
    promise_code: str = ""
    breach: Breach | None = None
    green: bool = False
    manager: Manager | None = None
    returned: Returned | None = None
    survey: Survey | None = None
    plan: str = ""
    new_account: str = ""
    energised_on: date | None = None
    applied: int = 0
    sample: bool = False
    steps: tuple[Step, ...] = ()
    reminded: tuple[str, ...] = ()
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    def went(
        self, state: State, by: By, text: str, now: datetime, **changed: object
    ) -> "Application":
        """In another state, or in the same anew; the timeline says why."""
        step = Step(at=now, state=state, by=by, text=text)
        return replace(
            self,
            state=state,
            since=now,
            changed_at=now,
            steps=(*self.steps, step),
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        )

    def noted(self, by: By, text: str, now: datetime, **changed: object) -> "Application":
        """Something happened that changes no state and no clock."""
        step = Step(at=now, state=self.state, by=by, text=text)
        return replace(
            self,
            changed_at=now,
            steps=(*self.steps, step),
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        )
