"""A credit butler (信用管家): what of, where, when, and where they stand; each move by its rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.butlers.weeks import Week
from domain.errors import NotFound
from domain.time import in_words
from domain.transactions import Conflict

KEPT = timedelta(days=400)


class ButlerState(Enum):
    """Whether a butler serves."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXITED = "exited"


STATES: Mapping[ButlerState, str] = {
    ButlerState.ACTIVE: "在岗服务",
    ButlerState.SUSPENDED: "已暂停服务",
    ButlerState.EXITED: "已退出",
}


class LeaveState(Enum):
    """What became of a leave that was asked for."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LEAVE_STATES: Mapping[LeaveState, str] = {
    LeaveState.PROPOSED: "待信用办批准",
    LeaveState.GRANTED: "已批准",
    LeaveState.REFUSED: "未批准",
    LeaveState.WITHDRAWN: "已撤回",
}
# What another leave of the same butler must not overlap.
STANDING = frozenset({LeaveState.PROPOSED, LeaveState.GRANTED})


@dataclass(frozen=True, kw_only=True)
class Leave:
    """A leave (请假) from one instant to another; ``stand_in`` is a butler's id, or empty.

    ``answer`` is why it was refused.
    """

    id: str
    begins: datetime
    ends: datetime
    reason: str
    asked_at: datetime
    stand_in: str = ""
    state: LeaveState = LeaveState.PROPOSED
    decided_by: str = ""
    answer: str = ""

    @property
    def span(self) -> str:
        """From when to when, in words."""
        return f"{in_words(self.begins)} 至 {in_words(self.ends)}"

    def meets(self, begins: datetime, ends: datetime) -> bool:
        """Whether it has an instant of this time."""
        return self.begins < ends and begins < self.ends


@dataclass(frozen=True, kw_only=True)
class Butler:
    """A staff account with the role, and what the office says of it.

    ``name`` and ``in_use`` are those of the account, which may be suspended or lose the role.
    ``places`` are ids, ``skills`` codes of service items. ``hours`` are their own, or None where
    those of the place hold. ``reason`` is why the state is what it is since ``since``.
    """

    staff_id: str
    name: str
    agency: str
    places: tuple[str, ...]
    skills: tuple[str, ...]
    since: datetime
    hours: Week | None = None
    in_use: bool = True
    state: ButlerState = ButlerState.ACTIVE
    reason: str = ""
    leaves: tuple[Leave, ...] = ()
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    @property
    def serves(self) -> bool:
        """Whether tickets may come: neither suspended nor gone, as a butler or as an account."""
        return self.state is ButlerState.ACTIVE and self.in_use

    @property
    def standing(self) -> str:
        """Where they stand, in words."""
        active = self.state is ButlerState.ACTIVE
        return "账号已停用" if active and not self.in_use else STATES[self.state]

    def away(self, at: datetime) -> Leave | None:
        """The leave that was granted for this instant."""
        return next((one for one in self.granted if one.begins <= at < one.ends), None)

    @property
    def granted(self) -> tuple[Leave, ...]:
        """In the order they begin."""
        found = (one for one in self.leaves if one.state is LeaveState.GRANTED)
        return tuple(sorted(found, key=lambda one: (one.begins, one.id)))

    def leave(self, leave_id: str) -> Leave:
        """One of theirs; raises NotFound."""
        found = next((one for one in self.leaves if one.id == leave_id), None)
        if found is None:
            raise NotFound("没有这条请假。")
        return found

    # -- what the office says --------------------------------------------------

    def described(
        self, *, agency: str, places: Iterable[str], skills: Iterable[str], hours: Week | None
    ) -> "Butler":
        """Of this agency, these places and skills, in these hours."""
        return self._changed(
            agency=agency,
            places=tuple(dict.fromkeys(places)),
            skills=tuple(dict.fromkeys(skills)),
            hours=hours,
        )

    # -- leave -----------------------------------------------------------------

    def asked(self, leave: Leave, *, now: datetime) -> "Butler":
        """One more leave; what ended long ago is kept no longer."""
        lasting = tuple(one for one in self.leaves if now - one.ends < KEPT)
        return self._changed(leaves=(*lasting, leave))

    def decided(self, leave_id: str, *, granted: bool, by: str, answer: str = "") -> "Butler":
        """The office grants or refuses a leave.

        Raises:
            NotFound, Conflict: there is none, it waits for no decision, or it is one's own.
        """
        leave = self.leave(leave_id)
        if leave.state is not LeaveState.PROPOSED:
            raise Conflict(f"这条请假的状态是“{LEAVE_STATES[leave.state]}”，不能再批准或拒绝。")
        if by == self.staff_id:
            raise Conflict("不能批准自己的请假。")
        state = LeaveState.GRANTED if granted else LeaveState.REFUSED
        return self._with(replace(leave, state=state, decided_by=by, answer=answer))

    def withdrawn(self, leave_id: str, *, now: datetime) -> "Butler":
        """Taken back before it is over; what was taken of it already stays taken.

        Raises:
            NotFound, Conflict: there is none, or it is over.
        """
        leave = self.leave(leave_id)
        if leave.state not in STANDING:
            raise Conflict(f"这条请假的状态是“{LEAVE_STATES[leave.state]}”，不能撤回。")
        if leave.ends <= now:
            raise Conflict("这条请假已经结束，不能撤回。")
        if leave.state is LeaveState.GRANTED and leave.begins < now:
            return self._with(replace(leave, ends=now))
        return self._with(replace(leave, state=LeaveState.WITHDRAWN))

    # -- judged ----------------------------------------------------------------

    def suspended(self, *, reason: str, now: datetime) -> "Butler":
        """Gets no tickets until restored; raises Conflict."""
        return self._moved(ButlerState.SUSPENDED, (ButlerState.ACTIVE,), reason, now)

    def exited(self, *, reason: str, now: datetime) -> "Butler":
        """Gets no tickets any more; raises Conflict."""
        return self._moved(
            ButlerState.EXITED, (ButlerState.ACTIVE, ButlerState.SUSPENDED), reason, now
        )

    def restored(self, *, reason: str, now: datetime) -> "Butler":
        """Serves again; raises Conflict."""
        return self._moved(ButlerState.ACTIVE, (ButlerState.SUSPENDED,), reason, now)

    def _moved(
        self, to: ButlerState, begins: tuple[ButlerState, ...], reason: str, now: datetime
    ) -> "Butler":
        if self.state not in begins:
            raise Conflict(f"{self.name}的状态是“{STATES[self.state]}”，不能这样操作。")
        return self._changed(state=to, reason=reason, since=now)

    def _with(self, leave: Leave) -> "Butler":
        leaves = tuple(leave if one.id == leave.id else one for one in self.leaves)
        return self._changed(leaves=leaves)

    def _changed(self, **changes: object) -> "Butler":
        return replace(
            self,
            revision=self.revision + 1,
            **changes,  # type: ignore[arg-type]  # names of its own fields
        )
