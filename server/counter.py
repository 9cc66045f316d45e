"""The parts of the counter from behind, joined: what clerks do, and what becomes of it in time."""

from collections.abc import Mapping

from adapters.mongo.counter import MongoCounterCases
from adapters.mongo.outbox import Claimed
from domain.counter.cases import CaseKind
from domain.counter.clerks import EXPIRE, Clerks
from domain.notices import Notices
from domain.people.service import People
from domain.promises.at_counter import AtCounter
from domain.transactions import Act, Again
from server.ground import Ground
from server.jobs import Topic


class CounterParts:
    """Clerks, and the worker that opens again what nobody released."""

    def __init__(
        self,
        ground: Ground,
        *,
        cases: MongoCounterCases,
        people: People,
        at_counter: AtCounter,
        notices: Notices,
    ) -> None:
        self.clerks = Clerks(
            store=cases,
            released={
                CaseKind.IDENTITY: people.prove_at_counter,
                CaseKind.SIGNING: at_counter.prove,
            },
            tell=notices.tell,
            calendar=ground.content.calendar,
            terms=ground.content.counter,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {EXPIRE: self._expire}

    async def _expire(self, act: Act, claimed: Claimed) -> Again | None:
        return await self.clerks.expire(act, case_id=claimed.object_id)
