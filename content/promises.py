"""The texts of promises and what stands against signing them: promises.toml and promises/."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from content.files import ContentError, Strict, parsed
from domain.identifiers import BadIdentifier, parse_uscc
from domain.promises.contributing import CLAUSE
from domain.promises.eligibility import DATED, JUDGES
from domain.promises.performance import Terms
from domain.promises.templates import (
    MOST_DAYS,
    MOST_SIGNS,
    Blank,
    Category,
    Department,
    Form,
    PromiseKind,
    Publicity,
    Rule,
    Template,
    Term,
)

FILE = "promises.toml"


class _Said(Strict):
    says: str = Field(min_length=5, max_length=200)


class _Promises(Strict):
    sample: bool = False
    templates: list[str] = Field(min_length=1, max_length=50)
    report_hours: int = Field(ge=1, le=24 * 30)
    draft_days: int = Field(ge=1, le=365)
    review_days: int = Field(ge=1, le=60)
    objection_days: int = Field(ge=1, le=60)
    decide_days: int = Field(ge=1, le=60)
    answer_days: int = Field(ge=1, le=60)
    notes: list[str] = Field(min_length=1, max_length=20)
    rules: dict[str, _Said]


class _Blank(Strict):
    code: str = Field(pattern=r"^[a-z][a-z_]{0,39}$")
    label: str = Field(min_length=1, max_length=30)
    form: Form
    required: bool = True
    public: bool = False
    most: int = Field(default=300, ge=1, le=1000)
    hint: str = Field(default="", max_length=60)


class _Term(Strict):
    days: int = Field(ge=1, le=MOST_DAYS)
    counting: Literal["calendar", "working"]
    duty: str = Field(min_length=1, max_length=MOST_SIGNS["duty"])


class _Rule(Strict):
    code: str
    years: int = Field(default=0, ge=0, le=20)
    words: list[str] = Field(default=[], max_length=20)


class _Department(Strict):
    name: str = Field(min_length=1, max_length=200)
    uscc: str

    @field_validator("uscc")
    @classmethod
    def _valid(cls, value: str) -> str:
        try:
            return str(parse_uscc(value))
        except BadIdentifier as bad:
            raise ValueError(bad.detail) from bad


class _Template(Strict):
    """One text; the lengths are those of the national data template."""

    sample: bool = False
    version: str = Field(min_length=1, max_length=MOST_SIGNS["version"])
    title: str = Field(min_length=1, max_length=MOST_SIGNS["title"])
    kind: PromiseKind
    promisors: list[Category] = Field(min_length=1, max_length=3)
    matter: str = Field(min_length=1, max_length=MOST_SIGNS["matter"])
    content: str = Field(min_length=1, max_length=MOST_SIGNS["content"])
    liability: str = Field(min_length=1, max_length=MOST_SIGNS["liability"])
    consequence: str = Field(min_length=1, max_length=MOST_SIGNS["consequence"])
    publicities: list[Publicity] = Field(min_length=1, max_length=3)
    shown_days: int = Field(ge=1, le=MOST_DAYS)
    valid_days: int | None = Field(default=None, ge=1, le=MOST_DAYS)
    circle: str = Field(max_length=MOST_SIGNS["circle"])
    collected: bool = True
    department: _Department
    term: _Term | None = None
    blanks: list[_Blank] = Field(default=[], max_length=20)
    rules: list[_Rule] = Field(default=[], max_length=20)


@dataclass(frozen=True, kw_only=True)
class PromiseContent:
    """All texts in the office's order, and what holds for each of them.

    ``collected`` are the texts whose promises go to the municipal platform.
    """

    sample: bool
    templates: Mapping[str, Template]
    fresh: timedelta
    drafts_last: timedelta
    terms: Terms
    notes: tuple[str, ...]
    collected: frozenset[str]


def load_promises(folder: Path) -> PromiseContent:
    """Read and check.

    Raises:
        ContentError: a file is missing, malformed or incomplete.
    """
    written = parsed(folder / FILE, _Promises)
    missing = sorted(set(JUDGES) - set(written.rules))
    if missing:
        raise ContentError(f"{FILE} lacks rules.{missing[0]}")
    found = {code: _template(folder, code, written) for code in written.templates}
    sample = any(one.sample for one, _ in found.values())
    if sample and not written.sample:
        raise ContentError(f"texts marked sample make {FILE} sample = true")
    return PromiseContent(
        sample=written.sample,
        templates={code: template for code, (_, template) in found.items()},
        fresh=timedelta(hours=written.report_hours),
        drafts_last=timedelta(days=written.draft_days),
        terms=Terms(
            review_days=written.review_days,
            object_days=written.objection_days,
            decide_days=written.decide_days,
            answer_days=written.answer_days,
        ),
        notes=tuple(written.notes),
        collected=frozenset(code for code, (one, _) in found.items() if one.collected),
    )


def _template(folder: Path, code: str, written: _Promises) -> tuple[_Template, Template]:
    one = parsed(folder / "promises" / f"{code}.toml", _Template)
    if Publicity.CIRCLE in one.publicities and not one.circle:
        raise ContentError(f"promises/{code}.toml: circle names who may see it")
    if one.collected and CLAUSE not in one.content:
        raise ContentError(f"promises/{code}.toml: say {CLAUSE} in content, or collected = false")
    plain = one.model_dump(
        include={"version", "title", "kind", "shown_days", "valid_days", "circle"}
    )
    return one, Template(
        code=code,
        **plain,
        promisors=tuple(one.promisors),
        matter=one.matter.strip(),
        content=one.content.strip(),
        liability=one.liability.strip(),
        consequence=one.consequence.strip(),
        department=Department(name=one.department.name, uscc=one.department.uscc),
        publicities=tuple(one.publicities),
        blanks=tuple(Blank(**blank.model_dump()) for blank in one.blanks),
        rules=tuple(_rule(rule, written, code) for rule in one.rules),
        term=Term(**one.term.model_dump()) if one.term else None,
    )


def _rule(rule: _Rule, written: _Promises, template: str) -> Rule:
    if rule.code not in JUDGES:
        raise ContentError(f"promises/{template}.toml: there is no rule {rule.code}")
    if rule.code in DATED and not rule.years:
        raise ContentError(f"promises/{template}.toml: rule {rule.code} looks back some years")
    return Rule(
        code=rule.code,
        says=written.rules[rule.code].says,
        years=rule.years,
        words=tuple(rule.words),
    )
