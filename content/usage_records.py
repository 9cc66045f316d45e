"""What the district sets for arrears, theft and breach of use: usage_records.toml."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from content.files import ContentError, Strict, parsed
from domain.usage_records.records import Terms

FILE = "usage_records.toml"


class _UsageRecords(Strict):
    sample: bool = False
    threshold_fen: int = Field(ge=1)
    months: int = Field(ge=1, le=60)
    objection_days: int = Field(ge=1, le=60)
    decide_days: int = Field(ge=1, le=60)
    years: int = Field(ge=1, le=20)
    kept_years: int = Field(ge=1, le=50)


@dataclass(frozen=True, kw_only=True)
class UsageContent:
    """The terms of usage records."""

    sample: bool
    terms: Terms


def load_usage_records(folder: Path) -> UsageContent:
    """Read and check.

    Raises:
        ContentError: missing, malformed or incomplete, or entries go before they stop counting.
    """
    written = parsed(folder / FILE, _UsageRecords)
    if written.kept_years < written.years:
        raise ContentError(f"{FILE}: kept_years is at least years, or entries go while they count")
    terms = Terms(
        threshold=written.threshold_fen,
        months=written.months,
        object_days=written.objection_days,
        decide_days=written.decide_days,
        years=written.years,
        kept_years=written.kept_years,
    )
    return UsageContent(sample=written.sample, terms=terms)
