"""The parts of objections, joined: their service, and what the workers do for them."""

from collections.abc import Mapping
from functools import partial

from adapters.agencies.objections import PlatformObjections
from adapters.agencies.samples import SampleObjections
from adapters.mongo.objections import MongoObjections
from adapters.mongo.outbox import Claimed
from adapters.mongo.people import MongoPeople
from domain.consent import Consents
from domain.content_checks import ContentChecks
from domain.credit_reports.reading import AGREEMENT
from domain.errors import NotFound
from domain.notices import Notices
from domain.objections.passing import FOLLOW, Passing
from domain.objections.ports import FindRecord
from domain.objections.service import HAND_IN, Objections, Telling
from domain.samples import Samples
from domain.subjects.service import Subjects
from domain.transactions import Act, Again
from domain.values import VerifiedIdentity
from server.ground import Ground
from server.jobs import Topic


class ObjectionParts:
    """Raising, following, passing to the platform."""

    def __init__(
        self,
        ground: Ground,
        *,
        samples: Samples,
        store: MongoObjections,
        subjects: Subjects,
        consents: Consents,
        people: MongoPeople,
        notices: Notices,
        find_record: FindRecord,
        checks: ContentChecks,
    ) -> None:
        self._people = people
        telling = _telling(subjects, notices)
        self.objections = Objections(
            store=store,
            find_record=find_record,
            acting=subjects.require,
            rights_of=subjects.of,
            require_consent=partial(consents.require, agreement=AGREEMENT),
            telling=telling,
            calendar=ground.content.calendar,
            checks=checks,
        )
        self._passing = Passing(
            store=store,
            desk=_desk(ground, samples),
            identity_of=self._identity_of,
            telling=telling,
            terms=ground.content.objection_terms,
            known=checks.known,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {HAND_IN: self._hand_in, FOLLOW: self._follow}

    async def _hand_in(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._passing.hand_in(
            act, objection_id=claimed.object_id, attempt=claimed.attempt
        )

    async def _follow(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._passing.follow(act, objection_id=claimed.object_id)

    async def _identity_of(self, person_id: str) -> VerifiedIdentity | None:
        try:
            return (await self._people.get(person_id)).identity
        except NotFound:
            return None


def _desk(ground: Ground, samples: Samples) -> SampleObjections:
    platform = PlatformObjections(ground.outside.platform)
    return SampleObjections(samples, platform, clock=ground.clock)


def _telling(subjects: Subjects, notices: Notices) -> Telling:
    return Telling(rights_of=subjects.of, representing=subjects.representing, tell=notices.tell)
