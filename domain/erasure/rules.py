"""What is kept after an erasure, by what rule, from what, and until when.

The rules are content: a district writes them. Each kind of thing that can be kept has exactly one
rule; whatever has none goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from domain.time import SHANGHAI


class Kind(Enum):
    """Kinds of things that a rule may keep. Logs are no rows here: their rule is only told."""

    LOOK = "look"
    CONSENT = "consent"
    PAPER = "paper"
    OBJECTION = "objection"
    PROMISE = "promise"
    USAGE = "usage"
    LOG = "log"


KEPT_HERE = frozenset(Kind) - {Kind.LOG}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Why something is kept and how long: ``source`` is cited; a ``sample`` is not the law."""

    code: str
    kind: Kind
    title: str
    source: str
    keeps: str
    years: int = 0
    days: int = 0
    sample: bool = True

    def ends(self, since: datetime) -> datetime:
        """The end of what began then, by Shanghai's calendar; 29 February ends on 1 March."""
        local = since.astimezone(SHANGHAI)
        try:
            later = local.replace(year=local.year + self.years)
        except ValueError:
            later = local.replace(year=local.year + self.years, month=3, day=1)
        return later.astimezone(since.tzinfo) + timedelta(days=self.days)


@dataclass(frozen=True, kw_only=True)
class Held:
    """One thing kept. ``content`` is all that is known of it; the rest is how it is found.

    ``holder`` is a keyed hash of whose it was, so that who shows their document is found.
    """

    id: str
    kind: Kind
    rule: str
    source: str
    kept_at: datetime
    ends_at: datetime
    content: Mapping[str, object] = field(repr=False)
    holder: str
    code_hash: str | None = None
    check_hash: str | None = None
    file_sha256: str | None = None
    raised_sha256: str | None = None


@dataclass(frozen=True)
class Rules:
    """All of them."""

    all: Sequence[Rule]

    def of(self, kind: Kind) -> Rule:
        """The one of a kind."""
        return next(rule for rule in self.all if rule.kind is kind)
