"""What a credit report says, for who judges by it: its records by the platform's names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.sources import Severity


@dataclass(frozen=True, kw_only=True)
class ReportRecord:
    """A record as the report shows it: the platform's list, under which title, its values."""

    list: str
    under: str
    id: str
    values: Mapping[str, str]
    severity: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """An issued report. ``whole`` is of a full edition, ``valid`` is good now.

    ``about`` is whose credit it is: the uscc, or the id of the natural person.
    """

    id: str
    number: str
    about: str
    issued_at: datetime
    canonical_sha256: str
    whole: bool
    valid: bool
    sample: bool
    records: Sequence[ReportRecord]
