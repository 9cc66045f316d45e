"""The supplier's side: its lists, and its moves, made by its clerk here or sent by its system."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.electricity.applications import Application, Channel, State
from domain.electricity.ports import ApplicationStore
from domain.electricity.supply import Desk, Move, moved, to_desk
from domain.electricity.telling import Telling
from domain.errors import NotFound, Stale
from domain.pages import Ask, Page
from domain.transactions import Act, Conflict, Unit

# Everything that was ever handed in.
HANDED_IN = tuple(state for state in State if state is not State.DRAFT)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A move of the supplier's, and when it made it."""

    move: Move
    at: datetime


class Supplying:
    """What the supplier does with applications."""

    def __init__(self, *, store: ApplicationStore, desk: Desk, telling: Telling) -> None:
        self._store = store
        self._desk = desk
        self._telling = telling

    async def all(self, states: Iterable[State], *, ask: Ask) -> Page[Application]:
        """Those in one of these states, who has waited there longest first."""
        return await self._store.in_state(states, ask=ask)

    async def get(self, number: str) -> Application:
        """By number.

        Raises:
            NotFound: none was handed in under it.
        """
        application = await self._store.by_number(number)
        if application is None:
            raise NotFound("没有这个申请编号。")
        return application

    async def move(self, act: Act, *, number: str, tag: str, move: Move) -> Application:
        """A move made by hand, against what was seen.

        Raises:
            NotFound: none was handed in under this number.
            Stale: it changed since it was seen.
            Conflict: not from the state it is in, or not as the move says; or the supplier's
                system makes the moves.
        """
        was = await self.get(number)
        if was.tag != tag:
            raise Stale("这份申请刚刚有了变动，请刷新后再操作。")
        if was.channel is Channel.PARTNER:
            raise Conflict("这份申请由供电企业系统办理，不能在工作台操作。")
        made = [Moved(move=move, at=act.at)]
        moved(was, move, desk=self._desk, now=act.at)

        async def work(unit: Unit) -> Application:
            return await self.apply(unit, act, was, made, applied=was.applied)

        return await act.commit(work)

    async def to_desk(
        self, unit: Unit, act: Act, application: Application, *, reason: str
    ) -> Application:
        """The supplier's clerk goes on by hand, in the caller's transaction.

        Raises:
            Stale: the application moved on since it was read.
        """
        after = to_desk(application, reason=reason, now=act.at)
        await self._store.replace(unit, after, was=application)
        await unit.audit(act.event("electricity.to_desk", application.id))
        await self._telling.steps(unit, act, was=application, now=after)
        return after

    async def apply(
        self,
        unit: Unit,
        act: Act,
        application: Application,
        moves: Sequence[Moved],
        *,
        applied: int,
    ) -> Application:
        """Moves one after the other in the caller's transaction, each at its own time.

        None is before the step before it. ``applied`` is the place of the last of the supplier's
        events that these come from.

        Raises:
            Conflict: one of them cannot be made; then none is.
            Stale: the application moved on since it was read.
        """
        after = application
        for one in moves:
            after = moved(after, one.move, desk=self._desk, now=max(one.at, after.since))
            action = one.move.kind.value
            await unit.audit(act.event(f"electricity.{action}", application.id))
        after = replace(after, applied=applied)
        if after == application:
            return application
        if not moves:
            after = replace(after, revision=application.revision + 1)
        await self._store.replace(unit, after, was=application)
        await self._telling.steps(unit, act, was=application, now=after)
        return after
