"""Reminders before what was promised is due, and once when it is over: each exactly once.

A message of the outbox sleeps from one reminder to the next, a day at the longest: so whoever
works it, on whatever clock, finds by the promise itself what has been told. Where several have
come due at once, as after a clock that jumped, only the last is told: the others are past.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.promises.ports import PromiseStore
from domain.promises.promises import Promise, State
from domain.promises.showing import Showing
from domain.promises.standing import done, waiting
from domain.time import SHANGHAI, date_in_words
from domain.transactions import Act, Again, Unit
from domain.workdays import Deadline

REMIND = "promise.remind"
AT = time(9, 0)
LONGEST_NAP = timedelta(days=1)
# When each goes out, in days from the last day of the term.
PLAN = {"week": -7, "day": -1, "over": 1}
TEXTS = {
    "week": "承诺期限将于{day}届满，请按期{duty}。",
    "day": "承诺期限明天（{day}）届满，请及时{duty}。",
    "over": "承诺期限已于{day}届满，尚未{duty}的，请尽快办理；逾期可能按违诺处理。",
}


def planned(due: date) -> Sequence[tuple[str, datetime]]:
    """Every reminder of a term, in order, at nine in the morning in Shanghai."""
    return [
        (name, datetime.combine(due + timedelta(days=days), AT, SHANGHAI))
        for name, days in PLAN.items()
    ]


def to_tell(due: date, told: Sequence[str], *, signed_at: datetime, now: datetime) -> list[str]:
    """Those whose time has come since signing and that were not told, the last one last."""
    return [name for name, at in planned(due) if signed_at < at <= now and name not in told]


def next_wake(due: date, *, now: datetime) -> timedelta | None:
    """How long to sleep before asking again; None after the last."""
    ahead = [at - now for _, at in planned(due) if at > now]
    return min(ahead[0], LONGEST_NAP) if ahead else None


class Reminding:
    """What a worker does with the message of a term."""

    def __init__(self, *, store: PromiseStore, showing: Showing) -> None:
        self._store = store
        self._showing = showing

    async def work(self, act: Act, *, promise_id: str) -> Again | None:
        """Tell what has come due, and sleep until the next; nothing once it binds no more."""
        promise = await self._store.get(promise_id)
        if promise is None or promise.state is not State.SIGNED or promise.signature is None:
            return None
        due = promise.signature.due
        if due is None or done(promise):
            return None
        names = to_tell(due.day, promise.reminded, signed_at=promise.signature.at, now=act.at)
        if waiting(promise):
            names = []
        if names:
            await self._tell(act, promise, due, names)
        sleep = next_wake(due.day, now=act.at)
        return Again(after=sleep) if sleep else None

    async def _tell(self, act: Act, promise: Promise, due: Deadline, names: list[str]) -> None:
        after = replace(
            promise,
            reminded=(*promise.reminded, *names),
            revision=promise.revision + 1,
        )
        duty = promise.signature.duty if promise.signature else ""
        text = TEXTS[names[-1]].format(day=date_in_words(due.day), duty=duty)
        if due.provisional:
            text += "（当年节假日安排尚未公布，期限为暂定。）"
        title = "承诺期限已届满" if names[-1] == "over" else "承诺期限提醒"

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, after, was=promise)
            await unit.audit(act.event("promise.reminded", promise.id, which=names[-1]))
            await self._showing.told(unit, act, after, title, text)

        await act.commit(work)
