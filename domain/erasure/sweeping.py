"""What a worker does with an erasure: collection by collection, in bounded steps, twice.

Each step is a transaction of its own under the fence of the message, finds what is left by
itself, and is harmless again: a killed worker's successor simply begins anew. A request that was
admitted before the erasure may still write after the first time; so all is gone through once
more when none can be under way any longer.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from domain.erasure.erasures import Erasure, ErasureStore, Leaver, State, Sweep, Swept
from domain.transactions import Act, Again, Unit

# Longer than a request can last (a body may take a minute, a transaction fifteen seconds) and
# than a worker may hold one message (ten minutes).
REST = timedelta(minutes=15)


class Sweeping:
    """Taking everything away, but what a rule keeps."""

    def __init__(self, *, store: ErasureStore, sweeps: Mapping[str, Sweep], last: Sweep) -> None:
        self._store = store
        self._sweeps = sweeps
        self._last = last

    async def work(self, act: Act, *, erasure_id: str) -> Again | None:
        """One time through; ``Again`` after the first.

        ``act.commit`` is fenced: it commits only while this worker holds the message.
        """
        erasure = await self._store.get(erasure_id)
        if erasure is None or erasure.leaver is None:
            return None
        totals = Swept()
        for name, sweep in self._sweeps.items():
            totals += await self._sweep(act, erasure.leaver, name, sweep)
        if erasure.state is State.LEAVING:
            await self._save(act, erasure, totals, State.SWEPT)
            return Again(after=REST)
        await self._save(act, erasure, totals, State.DONE)
        return None

    async def _sweep(self, act: Act, leaver: Leaver, name: str, sweep: Sweep) -> Swept:
        totals = Swept()
        while True:
            swept = await self._step(act, leaver, name, sweep, totals.after)
            totals += swept
            if not swept.after:
                return totals

    async def _step(self, act: Act, leaver: Leaver, name: str, sweep: Sweep, after: str) -> Swept:
        async def work(unit: Unit) -> Swept:
            swept = await sweep(unit, leaver, after)
            if swept.moved:
                await unit.audit(
                    act.event(
                        "erasure.swept",
                        leaver.stand_in,
                        collection=name,
                        gone=str(swept.gone),
                        kept=str(swept.kept),
                        changed=str(swept.changed),
                    )
                )
            return swept

        return await act.commit(work)

    async def _save(self, act: Act, was: Erasure, totals: Swept, state: State) -> None:
        async def work(unit: Unit) -> None:
            left = totals
            if state is State.DONE and was.leaver is not None:
                left += await self._last(unit, was.leaver, "")
            after = was.swept(replace(left, after=""), state=state, now=act.at)
            await self._store.replace(unit, after, was=was)
            await unit.audit(
                act.event(
                    f"erasure.{state.value}",
                    was.id,
                    gone=str(after.gone),
                    kept=str(after.kept),
                )
            )

        await act.commit(work)
