"""Reading the district's content; whatever is wrong is refused with the file's name."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.consent import Agreement, Scope
from domain.credit_reports.form import Wording

Model = TypeVar("Model", bound=BaseModel)

FOLDER = Path(__file__).parent
REQUIRED_AGREEMENTS = ("privacy", "identity", "credit-report")


class ContentError(Exception):
    """A content file is missing or wrong; the sentence names it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Report(_Strict):
    validity_days: int = Field(ge=1, le=365)
    notes: list[str] = Field(min_length=1, max_length=20)
    advice: list[str] = Field(min_length=1, max_length=20)


class _District(_Strict):
    sample: bool = False
    issuer: str = Field(min_length=1, max_length=60)
    office_telephone: str = Field(pattern=r"^[0-9-]{7,20}$")
    purposes: dict[str, str] = Field(min_length=1, max_length=50)
    report: _Report


class _AgreementHead(_Strict):
    title: str = Field(min_length=1, max_length=50)
    version: str = Field(min_length=1, max_length=20)
    scope: Scope


class _Agreements(_Strict):
    heads: dict[str, _AgreementHead]


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a district writes, checked."""

    agreements: Mapping[str, Agreement]
    wording: Wording
    office_telephone: str
    report_template: Path
    pages: Path


def load(folder: Path = FOLDER, *, district: str) -> Content:
    """Read a content folder; ``district`` is the six-digit code of the installation.

    Raises:
        ContentError: a file is missing, malformed or incomplete.
    """
    written = _parsed(folder / "district.toml", _District)
    heads = _parsed(folder / "agreements.toml", _Agreements, under="heads")
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
        office_telephone=written.office_telephone,
        report_template=template,
        pages=folder / "pages",
    )


def _agreement(folder: Path, name: str, head: _AgreementHead) -> Agreement:
    path = folder / "agreements" / f"{name}.md"
    text = _read(path).strip()
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


def _parsed(path: Path, model: type[Model], *, under: str = "") -> Model:
    try:
        values = tomllib.loads(_read(path))
        return model.model_validate({under: values} if under else values)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path.name}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise ContentError(f"{path.name}: {faults}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"cannot read {path.name}: {error}") from error
