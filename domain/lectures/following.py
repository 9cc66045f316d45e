"""Following the cloud lectures: one is told of each that is new."""

from datetime import datetime

from domain.lectures.around_ports import FollowerStore
from domain.transactions import Act, Unit


class FollowingLectures:
    """One's own choice, made and taken back any time; doing either again changes nothing."""

    def __init__(self, *, store: FollowerStore) -> None:
        self._store = store

    async def since(self, *, person_id: str) -> datetime | None:
        """Since when somebody follows; None for who does not."""
        return await self._store.since(person_id)

    async def begin(self, act: Act) -> datetime:
        """From now on, or as before."""
        since = await self._store.since(act.actor)
        if since is not None:
            return since

        async def work(unit: Unit) -> datetime:
            await self._store.add(unit, person_id=act.actor, since=act.at)
            await unit.audit(act.event("lectures.followed", act.actor))
            return act.at

        return await act.commit(work)

    async def end(self, act: Act) -> None:
        """Not any more."""
        if await self._store.since(act.actor) is None:
            return

        async def work(unit: Unit) -> None:
            await self._store.remove(unit, person_id=act.actor)
            await unit.audit(act.event("lectures.unfollowed", act.actor))

        await act.commit(work)
