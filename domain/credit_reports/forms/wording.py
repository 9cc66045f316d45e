"""What the district prints on reports, and what it lets be chosen: from content/."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Text:
    """What stands on every paper of one edition, and how long such a paper is good."""

    notes: tuple[str, ...]
    advice: tuple[str, ...]
    validity: timedelta


@dataclass(frozen=True, kw_only=True)
class Wording:
    """All of it. ``texts`` are by edition; ``fields`` of administration have stable codes."""

    issuer: str
    district: str
    purposes: Mapping[str, str]
    texts: Mapping[str, Text]
    fields: Mapping[str, str]
    longest_years: int
    sample: bool
