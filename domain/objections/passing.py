"""Passing objections to the platform, and asking after them until they are decided.

An outage loses nothing: both are tried again by themselves. The objection's own id is the request
id, so that what was handed in twice is one objection at the platform.

A text that WeChat could not check yet waits for it a few minutes and no longer: to object is a
right, so that it goes on whatever is found later; what is found is kept for the office.
"""

from datetime import timedelta

from domain.content_checks import Verdict
from domain.errors import Unavailable
from domain.objections.desk import Asked, Desk
from domain.objections.objections import Objection, State, Terms
from domain.objections.ports import IdentityOf, Known, ObjectionStore
from domain.objections.service import Telling
from domain.transactions import Act, Again, Unit, ever_more_rarely

FOLLOW = "objection.follow"
ASKED_AFTER = timedelta(minutes=10)
CHECK_WAITS = timedelta(minutes=10)
CHECK_AGAIN = timedelta(seconds=30)
NOBODY = "未能确认您的实名信息。"


class Passing:
    """What a worker does with the messages of objections."""

    def __init__(
        self,
        *,
        store: ObjectionStore,
        desk: Desk,
        identity_of: IdentityOf,
        telling: Telling,
        terms: Terms,
        known: Known,
    ) -> None:
        self._known = known
        self._store = store
        self._desk = desk
        self._identity_of = identity_of
        self._telling = telling
        self._terms = terms

    async def hand_in(self, act: Act, *, objection_id: str, attempt: int) -> Again | None:
        """Have the platform take it; ``Again`` when the platform did not serve this time."""
        objection = await self._store.get(objection_id)
        if objection is None or objection.state is not State.RAISED:
            return None
        if act.at - objection.raised_at < CHECK_WAITS and await self._unchecked(objection):
            return Again(after=CHECK_AGAIN)
        identity = None if objection.uscc else await self._identity_of(objection.about)
        if objection.uscc is None and identity is None:
            await self._save(act, objection, objection.undeliverable(NOBODY, now=act.at))
            return None
        asked = Asked(
            request_id=objection.id,
            uscc=objection.uscc,
            identity=identity,
            section=objection.section,
            record_id=objection.record_id,
            reason=objection.reason,
        )
        try:
            taken = await self._desk.hand_in(asked)
        except Unavailable as outage:
            if not outage.permanent:
                return ever_more_rarely(attempt)
            await self._save(act, objection, objection.undeliverable(outage.detail, now=act.at))
            return None
        await self._save(act, objection, objection.passed(taken, self._terms, now=act.at))
        return None

    async def follow(self, act: Act, *, objection_id: str) -> Again | None:
        """Ask the platform how it stands; ``Again`` until it is decided."""
        objection = await self._store.get(objection_id)
        if objection is None or not objection.stands:
            return None
        try:
            found = await self._desk.ask(objection.number)
        except Unavailable:
            return Again(after=ASKED_AFTER)
        after = objection.told(found, self._terms, now=act.at)
        if after is not objection:
            await self._save(act, objection, after)
        return Again(after=ASKED_AFTER) if after.stands else None

    async def _unchecked(self, objection: Objection) -> bool:
        known = await self._known(objection.id)
        return known is not None and known.verdict is Verdict.PENDING

    async def _save(self, act: Act, was: Objection, after: Objection) -> None:
        async def work(unit: Unit) -> None:
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event(f"objection.{after.state.value}", after.id))
            if after.state is State.PASSED:
                await unit.send(act.message(FOLLOW, after.id))
            await self._telling.step(unit, act, after)

        await act.commit(work)
