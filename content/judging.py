"""What the district sets for judging butlers: judging.toml."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import Field

from content.files import ContentError, Strict, parsed
from domain.judging.terms import ORDER, Level, Rule, Terms

FILE = "judging.toml"


class _Rule(Strict):
    in_time_below: int = Field(ge=0, le=100)
    mean_below: int = Field(ge=100, le=500)
    upheld_from: int = Field(ge=1, le=1000)


class _Judging(Strict):
    sample: bool = False
    days: int = Field(ge=7, le=366)
    least: int = Field(ge=5, le=1000)
    rate_days: int = Field(ge=3, le=366)
    heard_hours: int = Field(ge=0, le=20)
    hearing_days: int = Field(ge=1, le=30)
    sheet_days: int = Field(ge=4, le=20)
    kept_years: int = Field(ge=2, le=20)
    warning: _Rule
    suspension: _Rule
    exit: _Rule


@dataclass(frozen=True, kw_only=True)
class JudgingContent:
    """The terms of judging."""

    sample: bool
    terms: Terms


def load_judging(folder: Path) -> JudgingContent:
    """Read and check.

    Raises:
        ContentError: missing, malformed or incomplete, or a graver level is easier to meet.
    """
    written = parsed(folder / FILE, _Judging)
    rules = {level: Rule(**getattr(written, level.value).model_dump()) for level in ORDER}
    for milder, graver in pairwise(ORDER):
        if _easier(rules[graver], than=rules[milder]):
            raise ContentError(f"{FILE}: {graver.value} is met more easily than {milder.value}")
    return JudgingContent(sample=written.sample, terms=_terms(written, rules))


def _easier(graver: Rule, *, than: Rule) -> bool:
    return (
        graver.in_time_below > than.in_time_below
        or graver.mean_below > than.mean_below
        or graver.upheld_from < than.upheld_from
    )


def _terms(written: _Judging, rules: dict[Level, Rule]) -> Terms:
    return Terms(
        days=written.days,
        least=written.least,
        rules=rules,
        rate_days=written.rate_days,
        heard_hours=written.heard_hours,
        hearing_days=written.hearing_days,
        sheet_days=written.sheet_days,
        kept_years=written.kept_years,
    )
