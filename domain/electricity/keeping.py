"""Saving an applicant's step: who is told of it, and that the supplier hears of it."""

from dataclasses import replace

from domain.electricity.applications import POWERED, SUPPLYING, TO_BE_TAKEN, Application, State
from domain.electricity.ports import ApplicationStore, Deliver
from domain.electricity.telling import Telling
from domain.transactions import Act, Unit

# From here on the supplier has it, or had it.
WITH_SUPPLIER = TO_BE_TAKEN | SUPPLYING | POWERED | {State.RETURNED}


class Keeping:
    """What every step that is not the supplier's own has in common."""

    def __init__(self, *, store: ApplicationStore, telling: Telling, deliver: Deliver) -> None:
        self._store = store
        self._telling = telling
        self._deliver = deliver

    async def put(
        self, unit: Unit, act: Act, *, was: Application, after: Application
    ) -> Application:
        """Save against what was read, tell the timeline's news, and hand it to the supplier.

        Raises:
            Stale: it moved on meanwhile.
        """
        if was.state not in WITH_SUPPLIER and after.state in WITH_SUPPLIER:
            after = replace(after, channel=self._deliver.channel)
        await self._store.replace(unit, after, was=was)
        await self._telling.steps(unit, act, was=was, now=after)
        if {was.state, after.state} & WITH_SUPPLIER:
            await self._deliver(unit, act, was=was, after=after)
        return after
