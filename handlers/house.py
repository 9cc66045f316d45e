"""What handlers are given: the services, and the few ports of their own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Protocol

from domain.alerts.binding import Contacting
from domain.alerts.inbox import Alerts
from domain.attachments.checking import Checking
from domain.attachments.service import Attachments
from domain.audit.searching import AuditSearch
from domain.butlers.coverage import Shifts, Watching
from domain.butlers.items import CannedReply, ServiceItem
from domain.butlers.keeping import Butlers
from domain.butlers.places_office import Places
from domain.butlers.rostering import Roster
from domain.consent import Consents
from domain.console import Console
from domain.contributions import Contributions
from domain.counter.clerks import Clerks
from domain.credit_reports.opening import Openings
from domain.credit_reports.reading import Reading
from domain.credit_reports.service import CreditReports
from domain.credit_reports.sharing import Sharing
from domain.electricity.applying import Applying
from domain.electricity.continuing import Continuing
from domain.electricity.guide import Guide
from domain.electricity.materials import Materials
from domain.electricity.outlook import Outlook
from domain.electricity.staff_view import StaffView
from domain.electricity.supplying import Supplying
from domain.erasure.service import Erasing
from domain.errors import DomainError
from domain.exports.service import Exports
from domain.grid.delivering import DeliveryDesk
from domain.grid.door import Door
from domain.grid.files import Files
from domain.grid.handing_over import HandingOver as HandingOverToGrid
from domain.grid.handing_over import TakingBack
from domain.grid.inbox import Inbox
from domain.grid.reconciling import Reconciling
from domain.identity import Identity, Session
from domain.judging.complaining import Complaining
from domain.judging.complaint_desk import ComplaintDesk
from domain.judging.giving import Giving
from domain.judging.judgement_desk import JudgementDesk
from domain.judging.performance import Performance
from domain.judging.sheet_office import SheetOffice
from domain.judging.terms import Terms as JudgingTerms
from domain.live.passes import LivePass
from domain.live.service import Live
from domain.looks import Looks
from domain.messages.service import Messages
from domain.notices import Notices
from domain.objections.service import Objections
from domain.pages import Place
from domain.people.service import People
from domain.personal_data import Declaration
from domain.promises.after_signing import AfterSigning
from domain.promises.as_case import PromiseCases
from domain.promises.at_counter import AtCounter
from domain.promises.drafting import Drafts
from domain.promises.evidence import Evidences
from domain.promises.in_force import TextsInForce
from domain.promises.register import Register
from domain.promises.shown import Shown
from domain.promises.signing import Signing
from domain.promises.supervising import Supervising
from domain.promises.templates import Publicity
from domain.promises.text_office import TextOffice
from domain.push_inbox import PushInbox
from domain.services import Office, Services
from domain.staff.service import Staff
from domain.staff_looks.service import StaffLooks
from domain.subjects.delegating import Delegations
from domain.subjects.handing_over import HandingOver
from domain.subjects.service import Subjects
from domain.transactions import Act, Draw, Transactions
from domain.usage_records.following import Following
from domain.usage_records.handling import Handling
from domain.verification import Verification
from handlers.around_house import AroundHouse
from handlers.lecture_house import LectureHouse
from handlers.media_house import MediaHouse
from handlers.ticket_house import TicketHouse
from handlers.watch_house import WatchHouse


class Caller(Protocol):
    """Who an access token names."""

    @property
    def person_id(self) -> str:
        """The person."""

    @property
    def session_id(self) -> str:
        """The session."""


class Renewal(Protocol):
    """What a refresh token names."""

    @property
    def session_id(self) -> str:
        """The session."""

    @property
    def generation(self) -> int:
        """The generation to be replaced."""


class Tokens(Protocol):
    """Signed tokens."""

    @property
    def access_lasting(self) -> timedelta:
        """How long an access token holds."""

    def access(self, session: Session, now: datetime) -> str:
        """An access token."""

    def read_access(self, token: str, now: datetime) -> Caller:
        """Raises SignInAgain."""

    def refresh(self, session: Session) -> str:
        """The refresh token of a session's generation."""

    def read_refresh(self, token: str, now: datetime) -> Renewal:
        """Raises SignInAgain."""

    def live_pass(self, live_pass: LivePass, now: datetime) -> str:
        """What a socket shows first."""

    def read_live_pass(self, token: str, now: datetime) -> LivePass:
        """Raises PassRefused."""

    def cursor(self, place: Place | None, *, of: str) -> str | None:
        """A signed place in a list."""

    def read_cursor(self, cursor: str, *, of: str) -> Place:
        """Raises Invalid."""


class Rates(Protocol):
    """Counts what was done in a window."""

    async def count(self, *, what: str, caller: str, window: int, now: datetime) -> tuple[int, int]:
        """How many in this window, and seconds to its end."""


class WeChatIdentity(Protocol):
    """What a login code is exchanged for."""

    @property
    def openid(self) -> str:
        """The user of this mini program."""

    @property
    def session_key(self) -> str:
        """Never leaves the server."""


class Login(Protocol):
    """wx.login codes."""

    async def exchange(self, code: str) -> WeChatIdentity:
        """Raises a DomainError for a used or expired code."""


class CheckFiles(Protocol):
    """WeChat's domain check files."""

    def read(self, name: str) -> bytes | None:
        """The file of this name, without its ending."""


class Observe(Protocol):
    """One answered request, for the metrics."""

    def __call__(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count and time it."""


class PromiseFor(Protocol):
    """The promise that an application for electricity waits for."""

    async def __call__(
        self, act: Act, *, application_id: str, text_hash: str, publicity: Publicity
    ) -> Shown:
        """Drafted with what the application says; raises as drafting does."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Whether requests should be sent here; warnings do not stop them."""

    ready: bool
    checks: Mapping[str, str]
    warnings: tuple[str, ...]


class CheckReadiness(Protocol):
    """Asks every part that must work."""

    async def __call__(self, now: datetime) -> Readiness:
        """Never raises: what fails is named."""


@dataclass(frozen=True, kw_only=True)
class GridHouse:
    """The partner interface with the power company."""

    door: Door
    inbox: Inbox
    files: Files
    deliveries: DeliveryDesk
    taking_back: TakingBack
    reconciling: Reconciling
    handing_over: HandingOverToGrid


class NamesOf(Protocol):
    """What ids are called."""

    async def __call__(self, ids: Sequence[str], /) -> Mapping[str, str]:
        """By id; whoever or whatever is not there has a name too."""


@dataclass(frozen=True, kw_only=True)
class JudgingHouse:
    """What comes of the butlers' work."""

    giving: Giving
    complaining: Complaining
    complaint_desk: ComplaintDesk
    judgement_desk: JudgementDesk
    performance: Performance
    sheet_office: SheetOffice
    terms: JudgingTerms
    names_of: NamesOf
    places_of: NamesOf


@dataclass(frozen=True, kw_only=True)
class ButlersHouse:
    """Places, butlers and the roster; service items by code, and the usual replies."""

    places: Places
    butlers: Butlers
    roster: Roster
    shifts: Shifts
    watching: Watching
    items: Mapping[str, ServiceItem]
    replies: Sequence[CannedReply]


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything a handler may use."""

    appid: str
    public_url: str
    pages: Path
    sample: bool
    office: Office
    min_client_version: str
    banner: str
    personal_data: Declaration
    purposes: Mapping[str, str]
    fields: Mapping[str, str]
    longest_years: int
    rates_table: Mapping[str, tuple[int, int]]
    trusted_proxies: Sequence[IPv4Network | IPv6Network]
    operator_token: str
    public_keys: Callable[[], Mapping[str, object]]
    clock: Callable[[], datetime]
    draw: Draw
    transactions: Transactions
    tokens: Tokens
    rates: Rates
    login: Login
    identity: Identity
    people: People
    subjects: Subjects
    delegations: Delegations
    handing_over: HandingOver
    consents: Consents
    credit_reports: CreditReports
    reading: Reading
    sharing: Sharing
    openings: Openings
    qr_svg: Callable[[str], str]
    looks: Looks
    exports: Exports
    notices: Notices
    alerts: Alerts
    contacting: Contacting
    pushes: PushInbox
    messages: Messages
    objections: Objections
    drafts: Drafts
    texts_in_force: TextsInForce
    text_office: TextOffice
    signing: Signing
    signing_at_counter: AtCounter
    after_signing: AfterSigning
    register: Register
    supervising: Supervising
    applying: Applying
    continuing: Continuing
    materials: Materials
    supplying: Supplying
    electricity_view: StaffView
    usage_desk: Handling
    usage_records: Following
    contributions: Contributions
    evidences: Evidences
    electricity_guide: Guide
    electricity_outlook: Outlook
    electricity_promise: PromiseFor
    grid: GridHouse
    butlers: ButlersHouse
    tickets: TicketHouse
    judging: JudgingHouse
    around: AroundHouse
    lectures: LectureHouse
    watching: WatchHouse
    live: Live
    attachments: Attachments
    media: MediaHouse
    image_checks: Checking
    verification: Verification
    erasing: Erasing
    staff: Staff
    console: Console
    clerks: Clerks
    staff_looks: StaffLooks
    audit_search: AuditSearch
    audit_words: Mapping[str, str]
    promise_cases: PromiseCases
    console_cookie: str
    services: Services
    readiness: CheckReadiness
    check_files: CheckFiles
    metrics: Callable[[], Awaitable[bytes]]
    observe: Observe
    translate: Callable[[BaseException], DomainError | None]
