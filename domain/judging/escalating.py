"""The clock of a complaint: told at 50, 75 and 100 percent of its time, each once.

A message of the outbox sleeps until the next; what was told stands in the complaint, so whoever
works it, on whatever clock, tells nothing twice. Of several that came due at once only the last
is told: the others are past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.judging.complaints import PROMISE, Complaint
from domain.judging.stores import ComplaintStore
from domain.judging.telling import Telling
from domain.staff.roles import Role
from domain.transactions import Act, Again, Unit

ESCALATE = "complaint.escalate"
LEAST_NAP = timedelta(seconds=1)
STEPS = (50, 75, 100)
WORDS: Mapping[int, str] = {
    50: "24 小时时限已过一半，请尽快处理。",
    75: "24 小时时限已过四分之三，请督促处理。",
    100: "24 小时时限已过，仍未办结。",
}


def comes_at(complaint: Complaint, step: int) -> datetime:
    """When so many percent of its time are over."""
    return complaint.opened_at + PROMISE * step / 100


def to_tell(complaint: Complaint, now: datetime) -> Sequence[int]:
    """The steps that have come and were not told, in order."""
    if not complaint.is_open:
        return ()
    last = max(complaint.told, default=0)
    return tuple(step for step in STEPS if step > last and comes_at(complaint, step) <= now)


def next_wake(complaint: Complaint, now: datetime) -> timedelta | None:
    """How long to sleep; None when there is nothing more to tell."""
    last = max(complaint.told, default=0)
    ahead = [comes_at(complaint, step) - now for step in STEPS if step > last]
    return max(ahead[0], LEAST_NAP) if complaint.is_open and ahead else None


class Escalating:
    """What a worker does with the message of a complaint."""

    def __init__(self, *, store: ComplaintStore, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    async def work(self, act: Act, *, complaint_id: str) -> Again | None:
        """Tell what has come due, and sleep until the next; nothing once it is decided."""
        complaint = await self._store.get(complaint_id)
        if complaint is None:
            return None
        steps = to_tell(complaint, act.at)
        if steps:
            was = complaint
            complaint = replace(was, told=(*was.told, *steps), revision=was.revision + 1)
            await self._tell(act, was, complaint)
        sleep = next_wake(complaint, act.at)
        return Again(after=sleep) if sleep else None

    async def _tell(self, act: Act, was: Complaint, after: Complaint) -> None:
        step = after.told[-1]

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event("complaint.escalated", after.id, step=str(step)))
            what = WORDS[step]
            await self._telling.handler(unit, act, after, what)
            if step > STEPS[0]:
                await self._telling.roles(unit, act, after, [Role.SUPERVISOR], what)
            if step == STEPS[-1]:
                await self._telling.roles(unit, act, after, [Role.OFFICE], what)

        await act.commit(work)
