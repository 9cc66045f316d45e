"""The lecture desk: written by editors, reviewed by somebody else; each against what was seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import Invalid, NotFound, Stale
from domain.lectures import programme as rules
from domain.lectures.lectures import Lecture, named
from domain.lectures.ports import AssetsOf, Clean, LectureStore, VersionStore
from domain.lectures.programme import Chapter, Cue, Programme
from domain.lectures.series import MOST_SERIES, NAMED, Proposal, Series
from domain.lectures.series import check as check_series
from domain.lectures.showing import PUBLISH, Showing
from domain.lectures.telling import DeskTelling
from domain.lectures.versions import Version
from domain.pages import Ask, Page
from domain.transactions import Act, AuditEvent, Conflict, Unit
from domain.versions import StaffNames, Versions, VersionState, said


@dataclass(frozen=True, kw_only=True)
class Row:
    """One lecture on the desk, with the version that is in work."""

    lecture: Lecture
    in_work: Version | None

    @property
    def programme(self) -> Programme:
        """What it is called by: what is shown, else what is written."""
        if self.lecture.version_id or self.in_work is None:
            return self.lecture.programme
        return self.in_work.programme


class LectureDesk:
    """What editors and reviewers do; each move against the state that was seen (``tag``)."""

    def __init__(
        self,
        *,
        store: LectureStore,
        versions: VersionStore,
        assets: AssetsOf,
        showing: Showing,
        telling: DeskTelling,
        clean: Clean,
        staff: StaffNames,
    ) -> None:
        self._store = store
        self._versions = versions
        self._moves = Versions(store=versions, staff=staff)
        self._assets = assets
        self._showing = showing
        self._telling = telling
        self._clean = clean

    # -- reading -----------------------------------------------------------------

    async def all(self, *, ask: Ask) -> Page[Row]:
        """Every lecture, the newest made first."""
        page = await self._store.all(ask=ask)
        works = await self._versions.in_work([one.id for one in page.items])
        rows = tuple(Row(lecture=one, in_work=works.get(one.id)) for one in page.items)
        return Page(items=rows, next=page.next)

    async def lecture(self, lecture_id: str) -> Row:
        """One of them; raises NotFound."""
        lecture = await self._store.get(lecture_id)
        if lecture is None:
            raise NotFound("没有这个讲座。")
        works = await self._versions.in_work([lecture_id])
        return Row(lecture=lecture, in_work=works.get(lecture_id))

    async def versions(self, lecture_id: str, *, ask: Ask) -> Page[Version]:
        """All versions of a lecture, newest first."""
        return await self._versions.of(lecture_id, ask=ask)

    async def version(self, version_id: str) -> Version:
        """One version, however old; raises NotFound."""
        return await self._moves.get(version_id)

    async def names_of(self, versions: Iterable[Version]) -> Mapping[str, str]:
        """How whoever wrote or reviewed these is called, by id."""
        return await self._moves.names_of(versions)

    # -- editing -----------------------------------------------------------------

    async def create(self, act: Act, *, title: str) -> Version:
        """A new lecture with its first draft; raises Invalid."""
        programme = Programme(title=title)
        self._check_title(programme)
        lecture = Lecture(id=act.draw.id(), created_at=act.at, changed_at=act.at)
        version = self._draft(act, lecture.id, 1, programme)

        async def work(unit: Unit) -> Version:
            await self._store.add(unit, lecture)
            await self._versions.add(unit, version)
            await unit.audit(act.event("lecture.created", lecture.id))
            return version

        return await act.commit(work)

    async def begin(self, act: Act, *, made_from: str) -> Version:
        """A draft made from any version, also an old one, which is how it is restored.

        Raises:
            NotFound: there is no such version.
            Conflict: another version of the lecture is in work.
        """
        source = await self.version(made_from)
        number = await self._versions.numbered(source.lecture_id) + 1
        version = self._draft(act, source.lecture_id, number, source.programme, made_from=source.id)

        async def work(unit: Unit) -> Version:
            await self._versions.add(unit, version)
            await unit.audit(act.event("lecture.begun", version.id, lecture=version.lecture_id))
            return version

        return await act.commit(work)

    async def write(self, act: Act, *, version_id: str, tag: str, programme: Programme) -> Version:
        """The draft written anew, all but chapters and cues; its outline is made harmless.

        Raises:
            NotFound, Stale, Conflict.
            Invalid: every faulty field is named.
        """
        was = await self._moves.seen(version_id, tag)
        wanted = replace(programme, chapters=was.programme.chapters, cues=was.programme.cues)
        self._check_title(wanted)
        # Too long is refused before it is cleaned, and what cleaning made too long after it.
        rules.check(wanted)
        wanted = replace(wanted, outline=await self._clean(wanted.outline))
        rules.check(wanted)
        await self._check_series(wanted)
        after = was.written(wanted, by=act.actor, now=act.at)
        event = act.event("lecture.written", was.id)
        return await self._moves.save(act, after, event, was=was)

    async def set_timeline(
        self,
        act: Act,
        *,
        version_id: str,
        tag: str,
        chapters: Sequence[Chapter],
        cues: Sequence[Cue],
    ) -> Version:
        """Chapters of the recording and pages of the slides, in order; raises as ``write``."""
        was = await self._moves.seen(version_id, tag)
        wanted = replace(was.programme, chapters=tuple(chapters), cues=tuple(cues))
        rules.check(wanted)
        after = was.written(wanted, by=act.actor, now=act.at)
        event = act.event("lecture.timed", was.id)
        return await self._moves.save(act, after, event, was=was)

    async def submit(self, act: Act, *, version_id: str, tag: str) -> Version:
        """For review, once it says all it must; raises NotFound, Stale, Conflict, Invalid."""
        was = await self._moves.seen(version_id, tag)
        after = was.submitted(by=act.actor, now=act.at)
        await self._check_whole(was)
        event = act.event("lecture.submitted", was.id)
        return await self._moves.save(act, after, event, was=was, tell=self._telling.submitted)

    async def give_up(self, act: Act, *, version_id: str, tag: str) -> Version:
        """Withdrawn by an editor before it is shown; raises NotFound, Stale, Conflict."""
        was = await self._moves.seen(version_id, tag)
        after = was.given_up(by=act.actor, now=act.at)
        event = act.event("lecture.given_up", was.id)
        return await self._moves.save(act, after, event, was=was)

    # -- review ------------------------------------------------------------------

    async def give_back(self, act: Act, *, version_id: str, tag: str, reason: str) -> Version:
        """Back to the editor; raises NotFound, Stale, Conflict, Invalid."""
        was = await self._moves.seen(version_id, tag)
        after = was.returned(reason=said(reason), by=act.actor, now=act.at)
        event = act.event("lecture.returned", was.id)
        return await self._moves.save(act, after, event, was=was, tell=self._telling.returned)

    async def publish(
        self, act: Act, *, version_id: str, tag: str, publish_at: datetime | None
    ) -> Version:
        """Shown at once, or from a minute on; raises NotFound, Stale, Conflict, Invalid."""
        was = await self._moves.seen(version_id, tag)
        await self._check_whole(was)
        if publish_at is not None:
            return await self._schedule(act, was, publish_at)
        after = was.published(by=act.actor, now=act.at)

        async def work(unit: Unit) -> Version:
            await self._moves.replace(unit, after, was=was)
            await self._showing.show(unit, act, after)
            return after

        return await act.commit(work)

    async def withdraw(self, act: Act, *, lecture_id: str, tag: str, reason: str) -> Lecture:
        """A lecture is shown no more, at once; raises NotFound, Stale, Conflict, Invalid.

        Residents read the reason: who registered is told it, who opens the lecture finds it there.
        By a reviewer alone: what does harm does not wait for a second person. To show it again
        takes two, as ever.
        """
        row = await self.lecture(lecture_id)
        if row.lecture.tag != tag:
            raise Stale("这个讲座刚刚有了变动，请重新打开后再操作。")
        reason = said(reason)

        async def work(unit: Unit) -> Lecture:
            return await self._showing.withdraw(unit, act, lecture_id=lecture_id, reason=reason)

        return await act.commit(work)

    # -- series ------------------------------------------------------------------

    async def series(self) -> Sequence[Series]:
        """All series, by title."""
        return await self._store.series()

    async def add_series(self, act: Act, *, title: str, summary: str) -> Series:
        """A new one, read by residents with the first lecture of it; raises Invalid, Conflict."""
        check_series(title, summary)
        if len(await self._store.series()) >= MOST_SERIES:
            raise Conflict(f"系列已有 {MOST_SERIES} 个，不能再添加，请使用已有的系列。")
        series = Series(id=act.draw.id(), title=title, summary=summary)

        async def work(unit: Unit) -> Series:
            await self._store.add_series(unit, series)
            await unit.audit(act.event("lecture_series.added", series.id))
            return series

        return await act.commit(work)

    async def propose_series(
        self, act: Act, *, series_id: str, tag: str, title: str, summary: str
    ) -> Series:
        """Another title or summary, for a reviewer; raises NotFound, Stale, Invalid, Conflict."""
        was = await self._seen_series(series_id, tag)
        if any(one.title == title and one.id != was.id for one in await self._store.series()):
            raise Conflict(NAMED)
        proposal = Proposal(title=title, summary=summary, by=act.actor, at=act.at)
        return await self._save_series(
            act, was.proposing(proposal), act.event("lecture_series.proposed", was.id), was=was
        )

    async def confirm_series(self, act: Act, *, series_id: str, tag: str) -> Series:
        """What was proposed is what everybody reads; raises NotFound, Stale, Conflict."""
        was = await self._seen_series(series_id, tag)
        return await self._save_series(
            act, was.confirmed(by=act.actor), act.event("lecture_series.confirmed", was.id), was=was
        )

    async def turn_down_series(self, act: Act, *, series_id: str, tag: str, reason: str) -> Series:
        """It stays as it is, and who proposed it is told why.

        Raises:
            NotFound, Stale, Conflict.
            Invalid: no reason, or one too long.
        """
        was, reason = await self._seen_series(series_id, tag), said(reason)
        after, proposal = was.turned_down(by=act.actor)

        async def work(unit: Unit) -> Series:
            await self._store.replace_series(unit, after, was=was)
            await unit.audit(act.event("lecture_series.turned_down", was.id))
            await self._telling.series_turned_down(unit, act, was, proposal, reason=reason)
            return after

        return await act.commit(work)

    async def _seen_series(self, series_id: str, tag: str) -> Series:
        was = next((one for one in await self._store.series() if one.id == series_id), None)
        if was is None:
            raise NotFound("没有这个系列。")
        if was.tag != tag:
            raise Stale("这个系列刚刚有了变动，请重新打开后再操作。")
        return was

    async def _save_series(
        self, act: Act, after: Series, event: AuditEvent, *, was: Series
    ) -> Series:
        async def work(unit: Unit) -> Series:
            await self._store.replace_series(unit, after, was=was)
            await unit.audit(event)
            return after

        return await act.commit(work)

    # -- parts of the moves ------------------------------------------------------

    def _draft(
        self, act: Act, lecture_id: str, number: int, programme: Programme, *, made_from: str = ""
    ) -> Version:
        return Version(
            id=act.draw.id(),
            lecture_id=lecture_id,
            number=number,
            programme=programme,
            state=VersionState.DRAFT,
            editors=(act.actor,),
            changed_by=act.actor,
            created_at=act.at,
            changed_at=act.at,
            made_from=made_from,
        )

    async def _schedule(self, act: Act, was: Version, publish_at: datetime) -> Version:
        after = was.scheduled(publish_at=publish_at, by=act.actor, now=act.at)

        async def work(unit: Unit) -> Version:
            await self._moves.replace(unit, after, was=was)
            await unit.send(act.message(PUBLISH, was.id))
            await unit.audit(act.event("lecture.scheduled", was.id))
            return after

        return await act.commit(work)

    def _check_title(self, programme: Programme) -> None:
        if not programme.title:
            raise Invalid([rules.fault("title", "missing", "请填写“标题”。")])

    async def _check_series(self, programme: Programme) -> None:
        known = {one.id for one in await self._store.series()}
        if programme.series and programme.series not in known:
            raise Invalid([rules.fault("series", "unknown", "所选的系列已不存在，请重新选择。")])

    async def _check_whole(self, version: Version) -> None:
        assets = await self._assets.some(version.programme.files)
        rules.check_whole(version.programme, assets, of=named(version.lecture_id))
