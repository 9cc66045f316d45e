"""What entered the record, for who judges by it: eligibility, and the green channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.identifiers import BadIdentifier, parse_uscc
from domain.usage_records.ports import IdentityOf, UsageStore
from domain.usage_records.records import Terms, UsageRecord, counts, last_day, why_bad


@dataclass(frozen=True, kw_only=True)
class Entered:
    """One entry: ``id`` is also how the municipal platform knows it, ``on`` its last day."""

    id: str
    kind: str
    title: str
    on: date
    keeper: str


class Standing:
    """``about`` is whose credit it is: the uscc, or the id of the natural person."""

    def __init__(self, *, store: UsageStore, identity_of: IdentityOf, terms: Terms) -> None:
        self._store = store
        self._identity_of = identity_of
        self._terms = terms

    async def entered_about(self, about: str, *, today: date, years: int) -> Sequence[Entered]:
        """Entries whose event is not over for so many years."""
        return [
            Entered(
                id=one.id,
                kind=one.report.kind.value,
                title=one.report.kind.label,
                on=last_day(one, today),
                keeper=one.report.paper.issuer,
            )
            for one in await self._counting(about, today, years)
        ]

    async def good_user(self, about: str, *, today: date) -> tuple[bool, Sequence[str]]:
        """Whether there was no arrears, theft or breach for three years; and if not, why."""
        found = await self._counting(about, today, self._terms.years)
        return not found, [why_bad(one, today) for one in found]

    async def _counting(self, about: str, today: date, years: int) -> Sequence[UsageRecord]:
        number = await self._number(about)
        standing = await self._store.standing(number) if number else ()
        return [one for one in standing if counts(one, today=today, years=years)]

    async def _number(self, about: str) -> str:
        try:
            return str(parse_uscc(about))
        except BadIdentifier:
            identity = await self._identity_of(about)
            return identity.id_number if identity else ""
