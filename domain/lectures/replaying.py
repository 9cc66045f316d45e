"""Replays: the address by which one is watched, and each file behind it, judged at each request."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.lectures.addresses import (
    Address,
    NeedsRealName,
    NeedsRegistration,
    NeedsSignIn,
    lasting,
    open_to_all,
)
from domain.lectures.lectures import Lecture, NotBegun, require_begun, require_shown
from domain.lectures.programme import Access
from domain.lectures.reading import Shown
from domain.lectures.watch_ports import (
    AddressStore,
    FilesOf,
    LecturesOf,
    ShownLectures,
    Viewers,
)
from domain.media.ports import File
from domain.transactions import Act, Unit

OVER = "播放地址已失效，请回到讲座页面重新打开。"


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A lecture as somebody may watch it; without an address by the one that is open to all."""

    shown: Shown
    address: Address | None = None

    @property
    def duration_ms(self) -> int:
        """Of its recording; 0 while there is none."""
        return duration_of(self.shown)


def duration_of(shown: Shown) -> int:
    """How long its recording is; 0 while there is none."""
    recording = shown.asset(shown.lecture.programme.recording)
    return recording.found.duration_ms if recording else 0


class Replays:
    """What is watched, by whom it may be."""

    def __init__(
        self,
        *,
        shown: ShownLectures,
        lectures: LecturesOf,
        files: FilesOf,
        addresses: AddressStore,
        viewers: Viewers,
    ) -> None:
        self._shown = shown
        self._lectures = lectures
        self._files = files
        self._addresses = addresses
        self._viewers = viewers

    async def open(self, *, lecture_id: str, now: datetime) -> Replay:
        """One that is open to all.

        Raises:
            NotFound, Withdrawn: it is not shown.
            NeedsSignIn: only to some.
            NotBegun: not yet.
        """
        shown = await self._shown.get(lecture_id)
        if shown.lecture.programme.access is not Access.PUBLIC:
            raise NeedsSignIn
        require_begun(shown.lecture.programme, now)
        return Replay(shown=shown)

    async def address(self, act: Act, *, lecture_id: str) -> Replay:
        """An address for whoever asks, in this session.

        Raises:
            NotFound, Withdrawn: it is not shown.
            NeedsRealName, NeedsRegistration: what to do first.
            NotBegun: not yet.
        """
        shown = await self._shown.get(lecture_id)
        await self.require(shown.lecture, person_id=act.actor, now=act.at)
        address = Address(
            secret=act.draw.secret(),
            lecture_id=lecture_id,
            person_id=act.actor,
            session_id=act.session_id,
            made_at=act.at,
            expires_at=act.at + lasting(duration_of(shown)),
        )

        async def work(unit: Unit) -> None:
            await self._addresses.add(unit, address)
            await unit.audit(act.event("lecture.opened", lecture_id))

        await act.commit(work)
        return Replay(shown=shown, address=address)

    async def file(
        self, *, secret: str, asset_id: str, rendition: str, name: str, now: datetime
    ) -> File:
        """A file behind an address.

        Raises:
            NotFound: the address is unknown or over, its person may not watch any more, or it is
                no file of the lecture.
            Withdrawn: the lecture is not shown any more.
        """
        address = await self._addresses.get(secret)
        if address is None or not address.holds(now):
            raise NotFound(OVER)
        lecture = await self._of(address.lecture_id)
        if not await self._viewers.signed_in(session_id=address.session_id, now=now):
            raise NotFound(OVER)
        try:
            await self.require(lecture, person_id=address.person_id, now=now)
        except (NeedsRealName, NeedsRegistration, NotBegun) as lost:
            raise NotFound(OVER) from lost
        return await self._file(lecture, asset_id, rendition, name)

    async def open_file(
        self, *, lecture_id: str, asset_id: str, rendition: str, name: str, now: datetime
    ) -> File:
        """A file that everybody may see.

        Raises:
            NotFound: it is none of the lecture's, or not for everybody, or not yet.
            Withdrawn: the lecture is not shown any more.
        """
        lecture = await self._of(lecture_id)
        programme = lecture.programme
        if not open_to_all(programme, asset_id=asset_id, rendition=rendition, now=now):
            raise NotFound
        return await self._file(lecture, asset_id, rendition, name)

    async def require(self, lecture: Lecture, *, person_id: str, now: datetime) -> None:
        """Raises NeedsRealName, NeedsRegistration, NotBegun for who may not watch it now."""
        require_begun(lecture.programme, now)
        access = lecture.programme.access
        if access is Access.REAL_NAMED and not await self._viewers.real_named(person_id):
            raise NeedsRealName
        if access is Access.REGISTERED and not await self._viewers.registered(
            lecture=lecture, person_id=person_id
        ):
            raise NeedsRegistration

    async def _of(self, lecture_id: str) -> Lecture:
        return require_shown(await self._lectures.get(lecture_id), OVER)

    async def _file(self, lecture: Lecture, asset_id: str, rendition: str, name: str) -> File:
        if asset_id not in lecture.programme.files:
            raise NotFound
        file = await self._files.file(asset_id=asset_id, rendition=rendition, name=name)
        if file is None:
            raise NotFound
        return file
