"""The parts of usage records, joined: reporting, following, watching, what counts."""

from collections.abc import Mapping

from adapters.mongo.outbox import Claimed
from adapters.mongo.people import MongoPeople
from adapters.mongo.usage_records import MongoUsageRecords
from domain.errors import NotFound
from domain.notices import Notices
from domain.subjects.service import Subjects
from domain.transactions import Act, Again
from domain.usage_records.following import Following
from domain.usage_records.handling import Handling
from domain.usage_records.ports import Checks, HandOver
from domain.usage_records.ripening import WATCH, Ripening
from domain.usage_records.standing import Standing
from domain.usage_records.telling import Telling
from domain.values import VerifiedIdentity
from server.ground import Ground
from server.jobs import Topic


class UsageParts:
    """Everything about usage records."""

    def __init__(
        self,
        ground: Ground,
        *,
        subjects: Subjects,
        people: MongoPeople,
        notices: Notices,
        checks: Checks,
        hand_over: HandOver,
    ) -> None:
        self._people, self._terms = people, ground.content.usage_terms
        self._calendar = ground.content.calendar
        self._store = MongoUsageRecords(
            ground.database,
            kept_years=self._terms.kept_years,
            hmac_key=ground.keys.derived("legal-hold"),
        )
        self._telling = Telling(
            acting=subjects,
            identity_of=self._identity_of,
            holder_of=people.holder,
            tell=notices.tell,
        )
        self.standing = Standing(
            store=self._store, identity_of=self._identity_of, terms=self._terms
        )
        self.handling = self._handling(hand_over)
        self.following = self._following(subjects, checks)
        self._ripening = Ripening(
            store=self._store, telling=self._telling, calendar=self._calendar, terms=self._terms
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {WATCH: self._watch}

    def _handling(self, hand_over: HandOver) -> Handling:
        return Handling(
            store=self._store,
            telling=self._telling,
            hand_over=hand_over,
            calendar=self._calendar,
            terms=self._terms,
        )

    def _following(self, subjects: Subjects, checks: Checks) -> Following:
        return Following(
            store=self._store,
            acting=subjects,
            identity_of=self._identity_of,
            checks=checks,
            telling=self._telling,
            calendar=self._calendar,
            terms=self._terms,
        )

    async def _watch(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._ripening.work(act, record_id=claimed.object_id)

    async def _identity_of(self, person_id: str) -> VerifiedIdentity | None:
        try:
            return (await self._people.get(person_id)).identity
        except NotFound:
            return None
