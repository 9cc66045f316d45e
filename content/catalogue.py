"""The district's content as one checked whole; what is wrong is refused with the file's name."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import Field

from content.alerts import AlertContent, load_alerts
from content.butlers import ButlerContent, load_butlers
from content.calendar import load_calendar
from content.counter import FILE as COUNTER
from content.counter import load_counter
from content.electricity import FILE as ELECTRICITY
from content.electricity import ElectricityContent, load_electricity
from content.files import ContentError, Strict, parsed, read
from content.judging import FILE as JUDGING
from content.judging import load_judging
from content.lectures import load_lectures
from content.legal_hold import LegalHold
from content.messages import MessageContent, load_messages
from content.personal_data import FILE as PERSONAL_DATA
from content.personal_data import load_personal_data
from content.promises import FILE as PROMISES
from content.promises import PromiseContent, load_promises
from content.reports import NoViolation, Report, wording
from content.usage_records import FILE as USAGE_RECORDS
from content.usage_records import load_usage_records
from domain.consent import Agreement, Scope
from domain.counter.cases import Terms as Counter
from domain.credit_reports.forms.wording import Wording
from domain.erasure.rules import Rules
from domain.judging.terms import Terms as JudgingTerms
from domain.lectures.starting import Starter
from domain.objections.objections import Terms
from domain.personal_data import Declaration
from domain.services import Office
from domain.usage_records.records import Terms as UsageTerms
from domain.workdays import Calendar

FOLDER = Path(__file__).parent
TEMPLATES = ("credit_promise.typ", "credit_report.typ", "no_violation.typ", "parts.typ")
REQUIRED_AGREEMENTS = ("privacy", "identity", "credit-report")


class _Office(Strict):
    telephone: str = Field(pattern=r"^[0-9-]{7,20}$")
    address: str = Field(min_length=1, max_length=60)
    hours: str = Field(min_length=1, max_length=60)


class _District(Strict):
    sample: bool = False
    issuer: str = Field(min_length=1, max_length=60)
    min_client_version: str = Field(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")
    banner: str = Field(max_length=100)
    office: _Office
    purposes: dict[str, str] = Field(min_length=1, max_length=50)
    report: Report
    person_report: Report


class _Objections(Strict):
    sample: bool = False
    check_days: int = Field(ge=1, le=60)
    decide_days: int = Field(ge=1, le=60)
    extension_days: int = Field(ge=1, le=60)


class _AgreementHead(Strict):
    title: str = Field(min_length=1, max_length=50)
    version: str = Field(min_length=1, max_length=20)
    scope: Scope


class _Agreements(Strict):
    heads: dict[str, _AgreementHead] = Field(max_length=12)


class _Labelled(Protocol):
    """A file that says whether it is a sample."""

    @property
    def sample(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a district writes, checked; ``samples`` are the files labelled so."""

    samples: tuple[str, ...]
    agreements: Mapping[str, Agreement]
    wording: Wording
    calendar: Calendar
    objection_terms: Terms
    legal_hold: Rules
    messages: MessageContent
    alerts: AlertContent
    promises: PromiseContent
    electricity: ElectricityContent
    usage_terms: UsageTerms
    counter: Counter
    butlers: ButlerContent
    judging: JudgingTerms
    lectures: tuple[Starter, ...]
    office: Office
    min_client_version: str
    banner: str
    personal_data: Declaration
    templates: Path
    pages: Path


def load(folder: Path = FOLDER, *, district: str) -> Content:
    """Read a content folder; ``district`` is the six-digit code of the installation.

    Raises:
        ContentError: a file is missing, malformed or incomplete.
    """
    written, certificate, objections = _district(folder)
    messages, butlers, alerts = load_messages(folder), load_butlers(folder), load_alerts(folder)
    promises, usage = load_promises(folder), load_usage_records(folder)
    electricity = load_electricity(folder, promises=promises.templates)
    counter, personal_data = load_counter(folder), load_personal_data(folder)
    legal_hold, judging = parsed(folder / "legal_hold.toml", LegalHold), load_judging(folder)
    lectures = load_lectures(folder)
    samples = _labelled(
        {"district.toml": written, "no_violation.toml": certificate, "objections.toml": objections},
        {PERSONAL_DATA: personal_data, "legal_hold.toml": legal_hold, "messages.toml": messages},
        {PROMISES: promises, ELECTRICITY: electricity, USAGE_RECORDS: usage, COUNTER: counter},
        butlers.files,
        alerts.files,
        {JUDGING: judging},
        lectures.files,
    )
    return Content(
        agreements=_agreements(folder),
        samples=samples,
        wording=_wording(written, certificate, district=district, sample=bool(samples)),
        calendar=load_calendar(folder),
        objection_terms=_terms(objections),
        legal_hold=legal_hold.all(),
        messages=messages,
        alerts=alerts,
        promises=promises,
        electricity=electricity,
        usage_terms=usage.terms,
        counter=counter.terms(),
        butlers=butlers,
        judging=judging.terms,
        lectures=lectures.starters,
        office=Office(**written.office.model_dump()),
        min_client_version=written.min_client_version,
        banner=written.banner,
        personal_data=personal_data,
        templates=_templates(folder),
        pages=folder / "pages",
    )


def _district(folder: Path) -> tuple[_District, NoViolation, _Objections]:
    return (
        parsed(folder / "district.toml", _District),
        parsed(folder / "no_violation.toml", NoViolation),
        parsed(folder / "objections.toml", _Objections),
    )


def _labelled(*files: Mapping[str, _Labelled]) -> tuple[str, ...]:
    return tuple(name for some in files for name, file in some.items() if file.sample)


def _wording(
    written: _District, certificate: NoViolation, *, district: str, sample: bool
) -> Wording:
    return wording(
        issuer=written.issuer,
        district=district,
        purposes=written.purposes,
        full=written.report,
        person=written.person_report,
        certificate=certificate,
        sample=sample,
    )


def _templates(folder: Path) -> Path:
    for template in TEMPLATES:
        if not (folder / "templates" / template).is_file():
            raise ContentError(f"templates/{template} is missing")
    return folder / "templates"


def _terms(written: _Objections) -> Terms:
    return Terms(
        check=written.check_days, decide=written.decide_days, extension=written.extension_days
    )


def _agreements(folder: Path) -> dict[str, Agreement]:
    heads = parsed(folder / "agreements.toml", _Agreements, under="heads").heads
    missing = [name for name in REQUIRED_AGREEMENTS if name not in heads]
    if missing:
        raise ContentError(f"agreements.toml lacks {', '.join(missing)}")
    return {name: _agreement(folder, name, head) for name, head in heads.items()}


def _agreement(folder: Path, name: str, head: _AgreementHead) -> Agreement:
    path = folder / "agreements" / f"{name}.md"
    text = read(path).strip()
    if not text:
        raise ContentError(f"agreements/{name}.md is empty")
    return Agreement(
        name=name,
        title=head.title,
        version=head.version,
        scope=head.scope,
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
