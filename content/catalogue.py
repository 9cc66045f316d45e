"""The district's content as one checked whole; what is wrong is refused with the file's name."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import Field

from content.calendar import load_calendar
from content.files import ContentError, Strict, parsed, read
from domain.consent import Agreement, Scope
from domain.credit_reports.form import Wording
from domain.services import Office
from domain.workdays import Calendar

FOLDER = Path(__file__).parent
REQUIRED_AGREEMENTS = ("privacy", "identity", "credit-report")


class _Report(Strict):
    validity_days: int = Field(ge=1, le=365)
    notes: list[str] = Field(min_length=1, max_length=20)
    advice: list[str] = Field(min_length=1, max_length=20)


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
    report: _Report


class _AgreementHead(Strict):
    title: str = Field(min_length=1, max_length=50)
    version: str = Field(min_length=1, max_length=20)
    scope: Scope


class _Agreements(Strict):
    heads: dict[str, _AgreementHead] = Field(max_length=12)


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a district writes, checked."""

    agreements: Mapping[str, Agreement]
    wording: Wording
    calendar: Calendar
    office: Office
    min_client_version: str
    banner: str
    report_template: Path
    pages: Path


def load(folder: Path = FOLDER, *, district: str) -> Content:
    """Read a content folder; ``district`` is the six-digit code of the installation.

    Raises:
        ContentError: a file is missing, malformed or incomplete.
    """
    written = parsed(folder / "district.toml", _District)
    heads = parsed(folder / "agreements.toml", _Agreements, under="heads")
    missing = [name for name in REQUIRED_AGREEMENTS if name not in heads.heads]
    if missing:
        raise ContentError(f"agreements.toml lacks {', '.join(missing)}")
    template = folder / "templates" / "credit_report.typ"
    if not template.is_file():
        raise ContentError("templates/credit_report.typ is missing")
    return Content(
        agreements={name: _agreement(folder, name, head) for name, head in heads.heads.items()},
        wording=Wording(
            issuer=written.issuer,
            district=district,
            purposes=written.purposes,
            notes=tuple(written.report.notes),
            advice=tuple(written.report.advice),
            validity=timedelta(days=written.report.validity_days),
            sample=written.sample,
        ),
        calendar=load_calendar(folder),
        office=Office(
            telephone=written.office.telephone,
            address=written.office.address,
            hours=written.office.hours,
        ),
        min_client_version=written.min_client_version,
        banner=written.banner,
        report_template=template,
        pages=folder / "pages",
    )


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
