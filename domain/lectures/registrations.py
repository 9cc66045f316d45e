"""A place in a lecture: who has one, who waits for one, in the order in which they came.

Once the lecture is over nobody needs a place any more: where its replay is only for who registered,
one registers for the replay alone, and as many may as like.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum


class State(Enum):
    """How a registration stands."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    REPLAY = "replay"
    CANCELLED = "cancelled"
    ENDED = "ended"


STATES: Mapping[State, str] = {
    State.CONFIRMED: "已报名",
    State.WAITING: "候补中",
    State.REPLAY: "已报名看回放",
    State.CANCELLED: "已取消",
    State.ENDED: "讲座已下线，报名结束",
}
# Who has a place or waits for one, and who may watch what is only for who registered.
STANDING = frozenset({State.CONFIRMED, State.WAITING})
WATCHING = frozenset({State.CONFIRMED, State.REPLAY})


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One of each person and lecture. ``number`` says who came before whom within a round."""

    id: str
    lecture_id: str
    person_id: str
    state: State
    round: int
    number: int
    registered_at: datetime
    changed_at: datetime
    revision: int = 0

    def moved(self, state: State, now: datetime) -> "Registration":
        """The same, later."""
        return replace(self, state=state, changed_at=now, revision=self.revision + 1)

    def again(self, *, state: State, number: int, room: "Room", now: datetime) -> "Registration":
        """Whoever registers anew comes after all who are there."""
        after = replace(self, round=room.round, number=number, registered_at=now)
        return after.moved(state, now)


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many have a place in a lecture and how many wait; every change goes through it.

    A withdrawal ends a ``round``: registrations of rounds before count no more. ``came`` is how
    many ever registered in this round.
    """

    lecture_id: str
    round: int = 1
    confirmed: int = 0
    waiting: int = 0
    came: int = 0
    revision: int = 0

    def entered(self, places: int) -> tuple["Room", State]:
        """With one more, and as what; nobody passes by those who wait."""
        free = not self.waiting and self.confirmed < places
        state = State.CONFIRMED if free else State.WAITING
        return self._with(
            confirmed=self.confirmed + free, waiting=self.waiting + (not free), came=self.came + 1
        ), state

    def entered_for_replay(self, state: State | None) -> "Room":
        """With one more who takes no place; ``state`` is how they stood in this round before."""
        return self._with(waiting=self.waiting - (state is State.WAITING), came=self.came + 1)

    def free(self, places: int) -> int:
        """How many more would have a place at once; none while somebody waits."""
        return 0 if self.waiting else max(0, places - self.confirmed)

    def left(self, state: State) -> "Room":
        """Without one who stood there as this."""
        return self._with(
            confirmed=self.confirmed - (state is State.CONFIRMED),
            waiting=self.waiting - (state is State.WAITING),
        )

    def moving_up(self, places: int) -> int:
        """How many who wait may have a place; fewer places than people throw nobody out."""
        return min(self.waiting, max(0, places - self.confirmed))

    def moved_up(self, count: int) -> "Room":
        """So many of those who waited have a place."""
        return self._with(confirmed=self.confirmed + count, waiting=self.waiting - count)

    def looked_at(self) -> "Room":
        """As it is: whoever changes it at this moment has to look again."""
        return self._with()

    def over(self) -> "Room":
        """The lecture is withdrawn: nobody has a place in it any more."""
        return self._with(round=self.round + 1, confirmed=0, waiting=0, came=0)

    def _with(self, **changed: int) -> "Room":
        return replace(
            self,
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own numbers
        )
