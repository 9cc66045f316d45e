"""Sittings in front of a replay: opened, heard from every few seconds, gone on with elsewhere.

Beats come by the thousand and say only how far somebody is: neither they nor the opening of a
sitting enter the audit log, where the address of the replay already stands.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import NotFound
from domain.lectures.certificates import reached
from domain.lectures.claiming import require_earned
from domain.lectures.lectures import Lecture, Withdrawn
from domain.lectures.reading import Shown
from domain.lectures.watch_ports import LecturesOf, MayWatch, ProgressStore, ShownLectures
from domain.lectures.watching import Beat, Progress
from domain.pages import Ask, Page
from domain.transactions import Act, Unit

NO_REPLAY = "这个讲座还没有回放。"
OVER = "这次观看已结束，请重新打开回放。"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How far somebody is with a lecture.

    ``reached`` is whether it is enough for the certificate of the recording that was shown last;
    of a withdrawn one, whether that may still be claimed.
    """

    lecture: Lecture
    progress: Progress
    reached: bool


class Sittings:
    """What a person watched; whoever is not signed in leaves nothing here."""

    def __init__(
        self,
        *,
        store: ProgressStore,
        shown: ShownLectures,
        lectures: LecturesOf,
        may_watch: MayWatch,
    ) -> None:
        self._store = store
        self._shown = shown
        self._lectures = lectures
        self._may_watch = may_watch

    async def open(self, act: Act, *, lecture_id: str) -> tuple[str, Progress]:
        """A new sitting of the caller's: its id, and how far the caller is.

        Raises:
            NotFound, Withdrawn: there is no replay, or the lecture is not shown.
            NeedsRealName, NeedsRegistration: what to do first.
            NotBegun: not yet.
        """
        shown = await self._shown.get(lecture_id)
        nothing, sitting_id = _nothing(shown, act), act.draw.id()
        await self._may_watch(shown.lecture, person_id=act.actor, now=act.at)

        async def work(unit: Unit) -> Progress:
            was = await self._store.read(
                unit, lecture_id=lecture_id, person_id=act.actor, recording=nothing.recording
            )
            if was is None:
                after = nothing.opened(sitting_id, now=act.at)
                await self._store.add(unit, after)
                return after
            after = replace(was, slide_pages=nothing.slide_pages).opened(sitting_id, now=act.at)
            await self._store.replace(unit, after, was=was)
            return after

        return sitting_id, await act.commit(work)

    async def hear(self, act: Act, *, lecture_id: str, sitting_id: str, beat: Beat) -> Progress:
        """What a player of the caller's says; again, late or beside another it does no harm.

        Of what is shown no more it is heard as far as it was shown: it was watched before. Whoever
        may not watch any more keeps what was heard, and adds nothing to it.

        Raises:
            NotFound: there is no such sitting of the caller's, or it is over.
            NeedsRealName, NeedsRegistration, NotBegun: the caller may not watch it now.
            Invalid: the beat says what no player can.
        """
        until = await self._watched_until(act, lecture_id)

        async def work(unit: Unit) -> Progress:
            was = await self._store.sat(
                unit, lecture_id=lecture_id, person_id=act.actor, sitting_id=sitting_id
            )
            if was is None:
                raise NotFound(OVER)
            hours = await self._store.hours(unit, act.actor)
            # What another lecture left since the withdrawal pays for nothing of this one.
            paying = hours if until == act.at else hours.of_before(until)
            after, left = was.heard(sitting_id, beat, hours=paying, now=until)
            if paying is not hours:
                left = replace(hours, spent=left.spent, revision=left.revision)
            await self._store.replace(unit, after, was=was)
            await self._store.keep_hours(unit, left, was=hours)
            await self._count(unit, was, after)
            return after

        return await act.commit(work)

    async def of(self, act: Act, *, lecture_id: str) -> Progress:
        """How far the caller is with what is shown; nothing watched is no refusal.

        Raises:
            NotFound, Withdrawn: there is no replay, or the lecture is not shown.
        """
        nothing = _nothing(await self._shown.get(lecture_id), act)
        found = await self._store.get(
            lecture_id=lecture_id, person_id=act.actor, recording=nothing.recording
        )
        return found or nothing

    async def mine(self, *, person_id: str, ask: Ask, now: datetime) -> Page[Watched]:
        """What a person watched, the last first; also of what is shown no more."""
        page = await self._store.of(person_id, ask=ask)
        lectures = await self._lectures.some([one.lecture_id for one in page.items])
        items = [
            await self._watched(lectures[one.lecture_id], one, now)
            for one in page.items
            if one.lecture_id in lectures
        ]
        return Page(items=tuple(items), next=page.next)

    async def _watched(self, lecture: Lecture, progress: Progress, now: datetime) -> Watched:
        found = reached(lecture.programme, progress)
        if found and not lecture.shown:
            try:
                await require_earned(
                    lecture,
                    progress,
                    may_watch=self._may_watch,
                    person_id=progress.person_id,
                    now=now,
                )
            except Withdrawn:
                found = False
        return Watched(lecture=lecture, progress=progress, reached=found)

    async def _watched_until(self, act: Act, lecture_id: str) -> datetime:
        """Now, for who may watch; what is withdrawn was watched until then at the latest."""
        lecture = await self._lectures.get(lecture_id)
        if lecture is None:
            raise NotFound(OVER)
        if not lecture.shown:
            return min(act.at, lecture.changed_at)
        await self._may_watch(lecture, person_id=act.actor, now=act.at)
        return act.at

    async def _count(self, unit: Unit, was: Progress, after: Progress) -> None:
        """A person counts once for a lecture, a minute and a page, whatever is told again."""
        viewed = after.viewed and not was.viewed
        if viewed:
            viewed = await self._store.first_view(
                unit, lecture_id=after.lecture_id, person_id=after.person_id
            )
        minutes = sorted(after.minutes - was.minutes)
        pages = sorted({*after.pages} - {*was.pages})
        if viewed or minutes or pages:
            await self._store.count(
                unit,
                lecture_id=after.lecture_id,
                recording=after.recording,
                viewed=viewed,
                minutes=minutes,
                pages=pages,
            )


def _nothing(shown: Shown, act: Act) -> Progress:
    """Nothing watched yet; raises NotFound where there is no replay."""
    programme = shown.lecture.programme
    recording, slides = shown.asset(programme.recording), shown.asset(programme.slides)
    if recording is None:
        raise NotFound(NO_REPLAY)
    return Progress(
        lecture_id=shown.lecture.id,
        person_id=act.actor,
        recording=recording.id,
        duration_ms=recording.found.duration_ms,
        slide_pages=slides.found.pages if slides else 0,
        changed_at=act.at,
    )
