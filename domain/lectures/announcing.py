"""Telling many people: of a new lecture, before it begins, when its time moves or it is withdrawn.

Some people at a time, with the place reached, in one transaction: nobody is told twice and nobody
is left out, whoever is killed. A reminder whose time is past, or is not the time any more, ends.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from domain.lectures.around_ports import LecturesOf, RegistrationStore, TellingStore
from domain.lectures.lectures import Lecture
from domain.lectures.tellings import Telling, What, due, next_wake, telling_of
from domain.transactions import Act, Again, NoticeKind, Tell, Unit

TELL = "lecture.tell"
REMIND = "lecture.remind"
BATCH = 50
# Of so many transactions a worker lets another message come first.
BATCHES = 100
LONGEST_NAP = timedelta(days=1)


class Announcing:
    """What is to be told is begun by whoever changes the lecture, and carried on by workers."""

    def __init__(
        self,
        *,
        lectures: LecturesOf,
        registrations: RegistrationStore,
        store: TellingStore,
        tell: Tell,
    ) -> None:
        self._lectures = lectures
        self._registrations = registrations
        self._store = store
        self._tell = tell

    async def begin(
        self, unit: Unit, act: Act, lecture: Lecture, what: What, *, round_: int = 0
    ) -> None:
        """Tell this once, from the commit on."""
        telling = telling_of(lecture, what, round_=round_, now=act.at)
        if await self._store.read(unit, telling.id) is not None:
            return
        await self._store.add(unit, telling)
        await unit.send(act.message(TELL, telling.id))

    async def stop(self, unit: Unit, lecture_id: str, whats: Collection[What]) -> None:
        """Nobody else is told these of it."""
        for one in await self._store.under_way(unit, lecture_id):
            if one.what in whats:
                await self._store.replace(unit, one.ended(), was=one)

    async def plan(self, unit: Unit, act: Act, lecture: Lecture, *, round_: int) -> None:
        """Remind of it at its time; of another time no more.

        Whoever learns of the time within the last day needs no reminder a day before.
        """
        begins_at = lecture.programme.begins_at
        if begins_at is None:
            return
        await unit.send(act.message(REMIND, _planned(lecture)))
        if due(begins_at, act.at) is What.DAY:
            told = telling_of(lecture, What.DAY, round_=round_, now=act.at).ended()
            if await self._store.read(unit, told.id) is None:
                await self._store.add(unit, told)

    async def remind(self, act: Act, *, planned: str) -> Again | None:
        """Begin the reminder whose time has come and sleep until the next."""
        lecture = await self._lectures.get(planned.partition("@")[0])
        begins_at = lecture.programme.begins_at if lecture else None
        if lecture is None or begins_at is None or not lecture.shown:
            return None
        if _planned(lecture) != planned:
            return None
        what = due(begins_at, act.at)
        if what is not None:
            await self._begin_reminder(act, lecture.id, planned, what)
        sleep = next_wake(begins_at, act.at)
        return Again(after=min(sleep, LONGEST_NAP)) if sleep else None

    async def work(self, act: Act, *, telling_id: str) -> Again | None:
        """Tell those who were not told yet."""
        for _ in range(BATCHES):
            if await act.commit(lambda unit: self._batch(unit, act, telling_id)):
                return None
        return Again(after=timedelta())

    async def _begin_reminder(self, act: Act, lecture_id: str, planned: str, what: What) -> None:
        async def work(unit: Unit) -> None:
            lecture = await self._lectures.read(unit, lecture_id)
            room = await self._registrations.room(unit, lecture_id)
            if lecture is None or room is None or not lecture.shown:
                return
            if _planned(lecture) == planned:
                await self.begin(unit, act, lecture, what, round_=room.round)

        await act.commit(work)

    async def _batch(self, unit: Unit, act: Act, telling_id: str) -> bool:
        """Tell the next few; whether it is over."""
        telling = await self._store.read(unit, telling_id)
        if telling is None or telling.over:
            return True
        lecture = await self._lectures.read(unit, telling.lecture_id)
        if lecture is None or not telling.still_true(lecture, act.at):
            await self._store.replace(unit, telling.ended(), was=telling)
            return True
        listeners = await self._store.listeners(unit, telling, limit=BATCH)
        for _, person_id in listeners:
            await self._tell_one(unit, act, telling, person_id)
        over = len(listeners) < BATCH
        after = listeners[-1][0] if listeners else ""
        now = telling.went_on(after=after, told=len(listeners), over=over)
        await self._store.replace(unit, now, was=telling)
        if over:
            facts = {"what": now.what.value, "told": str(now.told)}
            await unit.audit(act.event("lecture.told", now.lecture_id, **facts))
        return over

    async def _tell_one(self, unit: Unit, act: Act, telling: Telling, person_id: str) -> None:
        await self._tell(
            unit,
            act,
            person_id=person_id,
            title=telling.heading,
            text=telling.words,
            link=f"/lectures/{telling.lecture_id}",
            kind=NoticeKind.LECTURE,
            until=telling.until,
        )


def _planned(lecture: Lecture) -> str:
    """Names the plan of one time: when it moves, the plan of before is nobody's any more."""
    begins_at = lecture.programme.begins_at or datetime.min.replace(tzinfo=UTC)
    return f"{lecture.id}@{begins_at:%Y%m%dT%H%M%S}"
