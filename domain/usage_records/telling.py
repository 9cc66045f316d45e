"""Telling those whom a usage record is about, as far as they are here."""

from collections.abc import Sequence

from domain.names import normal_name
from domain.transactions import Act, NoticeKind, Tell, Unit
from domain.usage_records.ports import Acting, HolderOf, IdentityOf
from domain.usage_records.records import UsageRecord
from domain.usage_records.reports import Whose
from domain.values import VerifiedIdentity


class Telling:
    """Who stands for an enterprise, or the person who has proven name and ID number."""

    def __init__(
        self, *, acting: Acting, identity_of: IdentityOf, holder_of: HolderOf, tell: Tell
    ) -> None:
        self._acting = acting
        self._identity_of = identity_of
        self._holder_of = holder_of
        self._tell = tell

    async def reached(self, act: Act, whose: Whose) -> Sequence[str]:
        """The ids of those who can be told here; none when nobody is, or the account was erased."""
        if whose.uscc:
            standing = await self._acting.representing(whose.uscc)
            return [one.person_id for one in standing if one.holds(act.at)]
        if not whose.id_number:
            return []
        person_id = await self._holder_of(whose.id_number)
        identity = await self._identity_of(person_id) if person_id else None
        return [person_id] if person_id and identity and is_same(whose, identity) else []

    async def told(self, unit: Unit, act: Act, record: UsageRecord, title: str, text: str) -> None:
        """A notice to each of them."""
        for person_id in dict.fromkeys(await self.reached(act, record.report.whose)):
            await self._tell(
                unit,
                act,
                kind=NoticeKind.USAGE,
                person_id=person_id,
                title=title,
                text=text,
                link=f"/usage-records/{record.id}",
            )


def is_same(whose: Whose, identity: VerifiedIdentity) -> bool:
    """Whether it is about this very person: a number typed wrongly shows nothing to another."""
    same_name = normal_name(identity.name) == whose.name
    return whose.id_number == identity.id_number and same_name
