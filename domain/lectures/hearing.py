"""What follows for registrations and notices when what is shown changes, in its transaction."""

from domain.lectures.announcing import Announcing
from domain.lectures.around_ports import RegistrationStore
from domain.lectures.lectures import Lecture
from domain.lectures.registering import MOVE_UP
from domain.lectures.registrations import Room
from domain.lectures.tellings import REMINDERS, What
from domain.transactions import Act, Unit


class Hearing:
    """Hears that a lecture is shown, shown anew or withdrawn."""

    def __init__(self, *, registrations: RegistrationStore, announcing: Announcing) -> None:
        self._registrations = registrations
        self._announcing = announcing

    async def __call__(self, unit: Unit, act: Act, *, was: Lecture, now: Lecture) -> None:
        """The room is touched whatever changed: who registers at this moment looks again."""
        room = await self._registrations.room(unit, now.id)
        if now.shown:
            await self._shown(unit, act, room, was=was, now=now)
        else:
            await self._withdrawn(unit, act, room, now)

    async def _shown(
        self, unit: Unit, act: Act, room: Room | None, *, was: Lecture, now: Lecture
    ) -> None:
        room = room.looked_at() if room else Room(lecture_id=now.id, revision=1)
        await self._registrations.keep_room(unit, room)
        if was.shown_at is None:
            await self._announcing.begin(unit, act, now, What.NEW)
        moved = was.programme.begins_at != now.programme.begins_at
        if moved or not was.shown:
            await self._announcing.plan(unit, act, now, round_=room.round)
        if was.shown and moved:
            await self._moved(unit, act, room, now)
        if room.moving_up(now.programme.places or 0):
            await unit.send(act.message(MOVE_UP, now.id))

    async def _moved(self, unit: Unit, act: Act, room: Room, now: Lecture) -> None:
        """What speaks of the time before is told to nobody else."""
        await self._announcing.stop(unit, now.id, {*REMINDERS, What.MOVED})
        begins_at = now.programme.begins_at
        if begins_at is not None and begins_at > act.at and room.came:
            await self._announcing.begin(unit, act, now, What.MOVED, round_=room.round)

    async def _withdrawn(self, unit: Unit, act: Act, room: Room | None, now: Lecture) -> None:
        await self._announcing.stop(unit, now.id, {*REMINDERS, What.MOVED, What.NEW})
        if room is None:
            return
        await self._registrations.keep_room(unit, room.over())
        if room.came:
            await self._announcing.begin(unit, act, now, What.WITHDRAWN, round_=room.round)
