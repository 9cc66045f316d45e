"""WeChat's reviewer: for some days a WeChat account leads to a person apart, who has samples only.

The ordinary account under the same openid is not touched, and is back when the time is over.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import NotFound
from domain.identity import REVIEW_OVER, AccountStore, SessionStore
from domain.transactions import Act, Unit

MOST_DAYS = 30
APART = "reviewer:"


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """An openid that is a reviewer's until the end."""

    id: str
    appid: str
    openid: str
    added_at: datetime
    ends_at: datetime
    signed_in_at: datetime | None = None

    @property
    def appid_apart(self) -> str:
        """Under what the reviewer's own account is kept, beside the ordinary one."""
        return f"{APART}{self.id}"


class ReviewerStore(Protocol):
    """Reviewers."""

    async def newest(self, unit: Unit, *, appid: str, openid: str) -> Reviewer | None:
        """The last one added under this openid."""

    async def all(self) -> tuple[Reviewer, ...]:
        """The newest 100, newest first."""

    async def is_over(self, person_ids: Collection[str], *, now: datetime) -> bool:
        """Whether one of these persons is a reviewer whose time is over."""

    async def save(self, unit: Unit, reviewer: Reviewer) -> None:
        """Insert or replace."""


class Reviewers:
    """Adding, finding and ending reviewers."""

    def __init__(
        self, *, store: ReviewerStore, accounts: AccountStore, sessions: SessionStore
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._sessions = sessions

    async def add(self, act: Act, *, appid: str, openid: str, days: int) -> Reviewer:
        """A reviewer from now on, for so many days; whoever is one already lasts that long."""

        async def work(unit: Unit) -> Reviewer:
            ends_at = act.at + timedelta(days=days)
            standing = await self.standing(unit, appid=appid, openid=openid, now=act.at)
            if standing is None:
                reviewer = Reviewer(
                    id=act.draw.id(), appid=appid, openid=openid, added_at=act.at, ends_at=ends_at
                )
            else:
                reviewer = replace(standing, ends_at=ends_at)
            await self._store.save(unit, reviewer)
            await unit.audit(act.event("reviewer.added", reviewer.id))
            return reviewer

        return await act.commit(work)

    async def all(self) -> tuple[Reviewer, ...]:
        """The newest 100, newest first."""
        return await self._store.all()

    async def still_here(self, person_ids: Collection[str], *, now: datetime) -> bool:
        """Whether none of these persons is a reviewer whose time is over."""
        return not await self._store.is_over(person_ids, now=now)

    async def standing(
        self, unit: Unit, *, appid: str, openid: str, now: datetime
    ) -> Reviewer | None:
        """Who is a reviewer under this openid now."""
        reviewer = await self._store.newest(unit, appid=appid, openid=openid)
        return reviewer if reviewer is not None and now < reviewer.ends_at else None

    async def signing_in(
        self, unit: Unit, *, appid: str, openid: str, now: datetime
    ) -> Reviewer | None:
        """The reviewer who signs in with this openid now, and that they do.

        Written, so that a sign-in and the end at the same moment come one after the other.
        """
        reviewer = await self.standing(unit, appid=appid, openid=openid, now=now)
        if reviewer is not None:
            reviewer = replace(reviewer, signed_in_at=now)
            await self._store.save(unit, reviewer)
        return reviewer

    async def end(self, act: Act, *, appid: str, openid: str) -> None:
        """No reviewer any more; the sessions end with it.

        Raises:
            NotFound: it is none now.
        """

        async def work(unit: Unit) -> None:
            reviewer = await self.standing(unit, appid=appid, openid=openid, now=act.at)
            if reviewer is None:
                raise NotFound
            await self._store.save(unit, replace(reviewer, ends_at=act.at))
            account = await self._accounts.of(unit, appid=reviewer.appid_apart, openid=openid)
            if account is not None:
                await self._sessions.end_all(
                    unit, person_id=account.person_id, now=act.at, because=REVIEW_OVER
                )
            await unit.audit(act.event("reviewer.ended", reviewer.id))

        await act.commit(work)
