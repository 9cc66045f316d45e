"""Registering for lectures: first come, first served, a waiting list, and moving up from it."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import NotFound
from domain.lectures.around_ports import LecturesOf, RegistrationStore
from domain.lectures.lectures import Lecture, require_shown
from domain.lectures.programme import Access, Programme
from domain.lectures.registrations import STANDING, WATCHING, Registration, Room, State
from domain.pages import MOST, Ask, Page
from domain.time import in_words
from domain.transactions import Act, Again, Conflict, NoticeKind, Tell, Unit

MOVE_UP = "lecture.move_up"
# So many move up in one transaction; it stays short.
AT_ONCE = 50
TITLE = "讲座候补成功"
TEXT = "您候补的讲座《{title}》有了名额，现已报名成功，{begins} 开始。"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A registration with its lecture; ``place`` counts from 1 among those who wait, else 0."""

    registration: Registration
    lecture: Lecture
    place: int = 0

    @property
    def state(self) -> State:
        """How it stands: where the lecture is withdrawn, none stands any more."""
        return self.registration.state


def turn_of(lecture_id: str) -> str:
    """Whoever wants a place in the same lecture comes after another."""
    return f"lecture:{lecture_id}"


def require_open(lecture: Lecture | None, now: datetime) -> int | None:
    """How many places it has; None once it is over, when one registers for its replay alone.

    Raises:
        NotFound: it was never shown. Withdrawn: it is not any more.
        Conflict: one need not register for it, or it is over and has no replay that is only for
            who registered.
    """
    programme = require_shown(lecture).programme
    if programme.places is None:
        raise Conflict("这个讲座不需要报名，可以直接观看。")
    if not _over(programme, now):
        return programme.places
    if programme.access is not Access.REGISTERED:
        raise Conflict("讲座已经结束，不能再报名。")
    if not programme.recording:
        raise Conflict("讲座已经结束，不能再报名；回放发布后，可以报名看回放。")
    return None


class Registering:
    """Every change of a lecture's places goes through its room, in its turn."""

    def __init__(self, *, lectures: LecturesOf, store: RegistrationStore, tell: Tell) -> None:
        self._lectures = lectures
        self._store = store
        self._tell = tell

    async def register(self, act: Act, *, lecture_id: str) -> Registered:
        """A place, or one on the waiting list; who has one keeps it.

        Once the lecture is over, for its replay alone: without a limit, and with nothing to be
        reminded of. Who waited in vain registers anew.

        Raises:
            NotFound, Withdrawn, Conflict: as ``require_open`` says.
        """
        require_open(await self._lectures.get(lecture_id), act.at)

        async def work(unit: Unit) -> Registered:
            lecture = await self._lectures.read(unit, lecture_id)
            places = require_open(lecture, act.at)
            room = await self._store.room(unit, lecture_id) or Room(lecture_id=lecture_id)
            was = await self._store.read(unit, lecture_id=lecture_id, person_id=act.actor)
            before = was.state if was is not None and was.round == room.round else None
            if was is not None and before in (WATCHING if places is None else STANDING):
                return await self._shown(was, require_shown(lecture), unit=unit)
            if places is None:
                room, state = room.entered_for_replay(before), State.REPLAY
            else:
                room, state = room.entered(places)
            await self._store.keep_room(unit, room)
            now = await self._enter(unit, act, room, state, was=was)
            return await self._shown(now, require_shown(lecture), unit=unit)

        return await act.commit(work, turn=turn_of(lecture_id))

    async def cancel(self, act: Act, *, lecture_id: str) -> Registered:
        """Give it up; the first who waits moves up and is told.

        Raises:
            NotFound: no registration that stands. Withdrawn: the lecture is not shown any more.
            Conflict: the lecture is over.
        """

        async def work(unit: Unit) -> Registered:
            lecture = require_shown(await self._lectures.read(unit, lecture_id))
            if _over(lecture.programme, act.at):
                raise Conflict("讲座已经结束，不能再取消报名。")
            room = await self._store.room(unit, lecture_id)
            was = await self._store.read(unit, lecture_id=lecture_id, person_id=act.actor)
            if room is None or was is None or not _stands(was, room):
                raise NotFound("您没有报名这个讲座。")
            now = was.moved(State.CANCELLED, act.at)
            await self._store.replace(unit, now, was=was)
            await unit.audit(act.event("lecture.registration_cancelled", now.id, of=lecture_id))
            await self._moved_up(unit, act, lecture, room.left(was.state), most=1)
            return Registered(registration=now, lecture=lecture)

        return await act.commit(work, turn=turn_of(lecture_id))

    async def get(self, *, lecture_id: str, person_id: str) -> Registered:
        """One's own; raises NotFound where one never registered."""
        found = await self._store.get(lecture_id=lecture_id, person_id=person_id)
        lecture = await self._lectures.get(lecture_id)
        if found is None or lecture is None:
            raise NotFound("您没有报名这个讲座。")
        rounds = await self._store.round_now([lecture_id])
        return await self._shown(_of_round(found, rounds.get(lecture_id, 0)), lecture)

    async def places_left(self, lecture: Lecture) -> int | None:
        """How many may still register and have a place at once; None where nobody need register."""
        places = lecture.programme.places
        if places is None:
            return None
        room = await self._store.room_now(lecture.id) or Room(lecture_id=lecture.id)
        return room.free(places)

    async def of(self, *, person_id: str, ask: Ask) -> Page[Registered]:
        """All of a person's, the last to register first."""
        page = await self._store.of(person_id=person_id, ask=ask)
        rounds = await self._store.round_now([one.lecture_id for one in page.items])
        shown = []
        for one in page.items:
            lecture = await self._lectures.get(one.lecture_id)
            if lecture is not None:
                now = _of_round(one, rounds.get(one.lecture_id, 0))
                shown.append(await self._shown(now, lecture))
        return Page(items=tuple(shown), next=page.next)

    async def holds(self, *, lecture_id: str, person_id: str) -> bool:
        """Whether somebody registered and may watch what is only for those who did."""
        return await self._watches(lecture_id, person_id, rounds_ago=0)

    async def held(self, *, lecture_id: str, person_id: str) -> bool:
        """The same of a withdrawn lecture, until it was withdrawn: which ended a round."""
        return await self._watches(lecture_id, person_id, rounds_ago=1)

    async def _watches(self, lecture_id: str, person_id: str, *, rounds_ago: int) -> bool:
        found = await self._store.get(lecture_id=lecture_id, person_id=person_id)
        if found is None or found.state not in WATCHING:
            return False
        now = (await self._store.round_now([lecture_id])).get(lecture_id)
        return now == found.round + rounds_ago

    async def move_up(self, act: Act, *, lecture_id: str) -> Again | None:
        """Give those who wait the places that are free, a bounded number at a time."""

        async def work(unit: Unit) -> bool:
            lecture = await self._lectures.read(unit, lecture_id)
            room = await self._store.room(unit, lecture_id)
            if room is None or lecture is None or not lecture.shown:
                return False
            if _over(lecture.programme, act.at):
                return False
            return await self._moved_up(unit, act, lecture, room.looked_at(), most=AT_ONCE)

        while await act.commit(work, turn=turn_of(lecture_id)):
            pass
        return None

    async def leave(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """Who erases their account has no place any more: the newest hundred go to who waits."""
        page = await self._store.of(person_id=person_id, ask=Ask(limit=MOST))
        for was in page.items:
            room = await self._store.room(unit, was.lecture_id)
            if room is not None and _stands(was, room):
                await self._store.replace(unit, was.moved(State.CANCELLED, act.at), was=was)
                await self._store.keep_room(unit, room.left(was.state))
                await unit.send(act.message(MOVE_UP, was.lecture_id))

    async def _enter(
        self, unit: Unit, act: Act, room: Room, state: State, *, was: Registration | None
    ) -> Registration:
        if was is None:
            now = Registration(
                id=act.draw.id(),
                lecture_id=room.lecture_id,
                person_id=act.actor,
                state=state,
                round=room.round,
                number=room.came,
                registered_at=act.at,
                changed_at=act.at,
            )
            await self._store.add(unit, now)
        else:
            now = was.again(state=state, number=room.came, room=room, now=act.at)
            await self._store.replace(unit, now, was=was)
        event = act.event("lecture.registered", now.id, of=room.lecture_id, state=state.value)
        await unit.audit(event)
        return now

    async def _moved_up(
        self, unit: Unit, act: Act, lecture: Lecture, room: Room, *, most: int
    ) -> bool:
        """Save the room with those who move up; whether more could."""
        places = lecture.programme.places or 0
        count = min(room.moving_up(places), most)
        moving = await self._store.first_waiting(unit, room, limit=count) if count else ()
        for was in moving:
            now = was.moved(State.CONFIRMED, act.at)
            await self._store.replace(unit, now, was=was)
            await unit.audit(act.event("lecture.moved_up", now.id, of=lecture.id))
            await self._tell_moved_up(unit, act, lecture, now)
        room = replace(room.moved_up(len(moving)), revision=room.revision)
        await self._store.keep_room(unit, room)
        return room.moving_up(places) > 0

    async def _tell_moved_up(
        self, unit: Unit, act: Act, lecture: Lecture, now: Registration
    ) -> None:
        begins_at = lecture.programme.begins_at
        await self._tell(
            unit,
            act,
            person_id=now.person_id,
            title=TITLE,
            text=TEXT.format(
                title=lecture.programme.title, begins=in_words(begins_at) if begins_at else ""
            ),
            link=f"/lectures/{lecture.id}",
            kind=NoticeKind.LECTURE,
        )

    async def _shown(
        self, registration: Registration, lecture: Lecture, *, unit: Unit | None = None
    ) -> Registered:
        place = 0
        if registration.state is State.WAITING:
            place = await self._store.ahead(registration, unit=unit) + 1
        return Registered(registration=registration, lecture=lecture, place=place)


def _stands(registration: Registration, room: Room) -> bool:
    return registration.state in STANDING and registration.round == room.round


def _of_round(registration: Registration, now: int) -> Registration:
    """A registration of a round that is over has ended."""
    if registration.state in STANDING | WATCHING and registration.round != now:
        return replace(registration, state=State.ENDED)
    return registration


def _over(programme: Programme, now: datetime) -> bool:
    return programme.ends_at is not None and now >= programme.ends_at
