"""The parts of contributions, joined: what goes to the municipal platform, and how it is read."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.agencies.contributions import PlatformContributions
from adapters.agencies.samples import SampleContributions
from adapters.mongo.contributions import MongoContributions
from adapters.mongo.legal_hold import MongoLegalHold
from adapters.mongo.outbox import Claimed
from adapters.mongo.promises import MongoPromises
from adapters.mongo.usage_records import MongoUsageRecords
from domain.contributions import HAND_OVER, Contributions, Entry
from domain.promises import contributing as promises
from domain.promises.promises import Promise
from domain.samples import Samples
from domain.transactions import Act, Again
from domain.usage_records import contributing as usage
from domain.usage_records.records import UsageRecord
from domain.usage_records.reports import Whose
from domain.values import VerifiedIdentity
from server.ground import Ground
from server.jobs import Topic


class ContributionParts:
    """Everything about contributions; another kind of thing is another source."""

    def __init__(self, ground: Ground, *, samples: Samples) -> None:
        content, database = ground.content, ground.database
        self._promises = MongoPromises(database, drafts_last=content.promises.drafts_last)
        self._usage = MongoUsageRecords(
            database,
            kept_years=content.usage_terms.kept_years,
            hmac_key=ground.keys.derived("legal-hold"),
        )
        self._hold, self._clock = MongoLegalHold(database), ground.clock
        platform = PlatformContributions(ground.outside.platform)
        self.contributions = Contributions(
            store=MongoContributions(database),
            platform=SampleContributions(samples, platform),
            sources={promises.KIND: self._promise, usage.KIND: self._usage_record},
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {HAND_OVER: self._hand}

    async def _hand(self, act: Act, claimed: Claimed) -> Again | None:
        return await self.contributions.work(
            act, thing_id=claimed.object_id, attempt=claimed.attempt
        )

    async def _promise(self, promise_id: str) -> Entry | None:
        """None after its promisor erased the account: it went by their own word only."""
        promise = await self._promises.get(promise_id)
        snapshot = await self._promises.snapshot(promise_id)
        return entry_of_promise(promise, snapshot) if promise and snapshot else None

    async def _usage_record(self, record_id: str) -> Entry | None:
        """Whose person has left: by name and number as legal hold keeps them; else none."""
        record = await self._usage.get(record_id)
        if record is None or not record.holder:
            return entry_of_usage(record) if record else None
        kept = await self._hold.content(record.id, now=self._clock())
        if kept is None:
            return None
        whose = Whose(name=kept["name"], id_number=kept["id_number"])
        return entry_of_usage(replace(record, report=replace(record.report, whose=whose)))


def entry_of_promise(promise: Promise, snapshot: bytes) -> Entry:
    """As the platform is told."""
    words = promises.words_of(snapshot)
    person = VerifiedIdentity(name=promise.promisor, id_number=promise.identifier)
    return Entry(
        record_id=promise.id,
        version=promise.revision,
        list=promises.LIST,
        uscc=promise.uscc or "",
        identity=None if promise.uscc else person,
        values=promises.values_of(promise, words),
        details=promises.details_of(promise, words),
        withdrawn=promises.withdrawn(promise),
    )


def entry_of_usage(record: UsageRecord) -> Entry:
    """As the platform is told."""
    whose = record.report.whose
    person = VerifiedIdentity(name=whose.name, id_number=whose.id_number)
    return Entry(
        record_id=record.id,
        version=record.revision,
        list=usage.LIST,
        uscc=whose.uscc,
        identity=None if whose.uscc else person,
        values=usage.values_of(record),
        withdrawn=usage.withdrawn(record),
    )
