"""Reminders of papers that may follow later: each once, in the timeline that both sides see.

A message of the outbox sleeps from one reminder to the next, a day at the longest. Where several
have come due at once, as after a clock that jumped, only the last is told: the others are past.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.electricity.applications import OVER, Application, By, Later
from domain.electricity.filling import outstanding
from domain.electricity.keeping import Keeping
from domain.electricity.ports import ApplicationStore
from domain.electricity.terms import Terms
from domain.time import SHANGHAI, date_in_words
from domain.transactions import Act, Again, Unit

REMIND = "electricity.remind"
AT = time(9, 0)
LONGEST_NAP = timedelta(days=1)
# When each goes out, in days from the last day.
PLAN = {"week": -7, "day": -1, "over": 1}
TEXTS = {
    "week": "{paper}请在{day}前补交。",
    "day": "{paper}请在明天（{day}）前补交。",
    "over": "{paper}应在{day}前补交，已逾期，请尽快补交。",
}
PROVISIONAL = "（当年节假日安排尚未公布，期限为暂定。）"


def planned(due: date) -> Sequence[tuple[str, datetime]]:
    """Every reminder of a paper, in order, at nine in the morning in Shanghai."""
    return [
        (name, datetime.combine(due + timedelta(days=days), AT, SHANGHAI))
        for name, days in PLAN.items()
    ]


def to_tell(application: Application, one: Later, *, now: datetime) -> list[str]:
    """The marks of those whose time has come since it was begun and that were not told."""
    return [
        f"{one.paper}:{name}"
        for name, at in planned(one.due)
        if application.created_at < at <= now and f"{one.paper}:{name}" not in application.reminded
    ]


def next_wake(application: Application, *, now: datetime) -> timedelta | None:
    """How long to sleep before asking again; None after the last."""
    ahead = [at - now for one in outstanding(application) for _, at in planned(one.due) if at > now]
    return min(*ahead, LONGEST_NAP) if ahead else None


class Reminding:
    """What a worker does with the message of an application whose papers follow later."""

    def __init__(self, *, store: ApplicationStore, keeping: Keeping, terms: Terms) -> None:
        self._store = store
        self._keeping = keeping
        self._terms = terms

    async def work(self, act: Act, *, application_id: str) -> Again | None:
        """Tell what has come due, and sleep until the next; nothing once it is over."""
        application = await self._store.get(application_id)
        if application is None or application.state in OVER:
            return None
        after = application
        for one in outstanding(application):
            marks = to_tell(application, one, now=act.at)
            if marks:
                after = replace(
                    after.noted(By.SYSTEM, self._text(one, marks[-1]), act.at),
                    reminded=(*after.reminded, *marks),
                )
        if after != application:
            await self._tell(act, application, after)
        sleep = next_wake(application, now=act.at)
        return Again(after=sleep) if sleep else None

    def _text(self, one: Later, mark: str) -> str:
        paper = self._terms.papers.get(one.paper, one.paper)
        text = TEXTS[mark.rpartition(":")[2]].format(paper=paper, day=date_in_words(one.due))
        return text + (PROVISIONAL if one.provisional else "")

    async def _tell(self, act: Act, was: Application, after: Application) -> None:
        async def work(unit: Unit) -> None:
            await unit.audit(act.event("electricity.reminded", was.id))
            await self._keeping.put(unit, act, was=was, after=after)

        await act.commit(work)
