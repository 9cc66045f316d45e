"""What somebody of the staff reads of their alerts, and the board of what reached nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.alerts.alerts import Alert
from domain.alerts.carrying import keep
from domain.alerts.ports import AlertStore, Moved
from domain.errors import NotFound, Stale
from domain.pages import Ask, Page
from domain.transactions import Act, Unit

TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """What is unread, all of it to a hundred, and a page of the rest."""

    unread: Sequence[Alert]
    read: Page[Alert]


class Names(Protocol):
    """Staff accounts, narrowly."""

    async def __call__(self, staff_ids: Sequence[str], /) -> Mapping[str, str]:
        """Names by id; who is none of the staff is left out."""


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """What no channel delivered, and to whom."""

    alert: Alert
    name: str


class Alerts:
    """Reading, and settling what no channel delivered."""

    def __init__(self, *, store: AlertStore, names: Names) -> None:
        self._store = store
        self._names = names

    async def unread(self, *, staff_id: str) -> int:
        """How many, counted to 100."""
        return await self._store.unread(staff_id=staff_id)

    async def inbox(self, *, staff_id: str, ask: Ask, now: datetime) -> Inbox:
        """Unread first; further pages have only what was read."""
        unread = [] if ask.after else await self._store.unread_of(staff_id=staff_id, until=now)
        return Inbox(unread=unread, read=await self._store.read_of(staff_id=staff_id, ask=ask))

    async def open(self, act: Act, *, alert_id: str) -> Alert:
        """One of the caller's, which is read now.

        Raises:
            NotFound: none of theirs.
        """
        for _ in range(TRIES):
            alert = await self._own(act, alert_id)
            try:
                return await self._read(act, alert)
            except Moved:
                continue
        raise Stale("这条提醒正在更新，请稍后再打开。")

    async def see(self, act: Act, *, link: str) -> None:
        """What leads to a page is read when its person is shown that page, however they came."""
        unread = await self._store.unread_of(staff_id=act.actor, until=act.at)
        if told := [alert for alert in unread if alert.link == link]:
            await self._read_each(act, told)

    async def read_all(self, act: Act, *, until: datetime) -> None:
        """All that were told until then: what came after a page was shown was not on it."""
        while unread := await self._store.unread_of(staff_id=act.actor, until=until):
            await self._read_each(act, unread)

    async def undelivered(self, ask: Ask) -> Page[Unreached]:
        """What no channel delivered and nobody has told otherwise, oldest first."""
        page = await self._store.undelivered(ask)
        names = await self._names([alert.staff_id for alert in page.items])
        items = [Unreached(alert=alert, name=names.get(alert.staff_id, "")) for alert in page.items]
        return Page(items=tuple(items), next=page.next)

    async def count_undelivered(self) -> int:
        """How many, counted to 1,000."""
        return await self._store.count_undelivered()

    async def settle(self, act: Act, *, alert_id: str) -> Alert:
        """The caller told it by telephone.

        Raises:
            NotFound: there is no such alert.
            Conflict: it is not on the board any more, or it is the caller's own.
        """
        alert = await self._store.get(alert_id)
        if alert is None:
            raise NotFound("没有这条提醒。")
        after = alert.settled(act.at, by=act.actor)
        try:
            await act.commit(
                lambda unit: keep(unit, act, self._store, after, was=alert, worked=False)
            )
        except Moved:
            raise Stale("这条提醒刚刚有了变动，请刷新后再操作。") from None
        return after

    async def _own(self, act: Act, alert_id: str) -> Alert:
        alert = await self._store.get(alert_id)
        if alert is None or alert.staff_id != act.actor:
            raise NotFound("没有这条提醒。")
        return alert

    async def _read(self, act: Act, alert: Alert) -> Alert:
        after = alert.read(act.at)
        if after != alert:
            await self._save(act, [(alert, after)])
        return after

    async def _read_each(self, act: Act, unread: Sequence[Alert]) -> None:
        """At once, or one by one where the background works on one of them."""
        try:
            await self._save(act, [(alert, alert.read(act.at)) for alert in unread])
        except Moved:
            for alert in unread:
                await self.open(act, alert_id=alert.id)

    async def _save(self, act: Act, changes: Sequence[tuple[Alert, Alert]]) -> None:
        async def work(unit: Unit) -> None:
            for was, after in changes:
                await keep(unit, act, self._store, after, was=was, worked=False)
                await unit.audit(act.event("alert.read", after.id))

        await act.commit(work)
