"""Versions of what the house says: written by editors, decided by somebody else, kept for good.

A kind of thing that is published so has a ``Version`` with its own fields and moves, and a desk
that moves it by ``Versions``: by nobody who did not see how it stands.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Generic, Protocol, Self, TypeVar

from domain.errors import Fault, Invalid, NotFound, Stale
from domain.time import in_words
from domain.transactions import Act, AuditEvent, Conflict, Unit

REASON_MOST = 500
SOMEBODY = "同事"


class VersionState(Enum):
    """Where a version stands; not every kind of thing waits for a minute."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


VERSION_STATES: Mapping[VersionState, str] = {
    VersionState.DRAFT: "起草中",
    VersionState.IN_REVIEW: "审核中",
    VersionState.RETURNED: "已退回",
    VersionState.SCHEDULED: "定时发布",
    VersionState.PUBLISHED: "已发布",
    VersionState.WITHDRAWN: "已撤销",
}
EDITABLE = frozenset({VersionState.DRAFT, VersionState.RETURNED})
HANDED_IN = frozenset({VersionState.IN_REVIEW, VersionState.SCHEDULED})
IN_WORK = EDITABLE | HANDED_IN


@dataclass(frozen=True, kw_only=True)
class Version:
    """What every version has, and the moves that are the same for all kinds."""

    id: str
    state: VersionState
    editors: tuple[str, ...]
    changed_by: str
    created_at: datetime
    changed_at: datetime
    made_from: str = ""
    reviewed_by: str = ""
    reason: str = ""
    revision: int = 0

    @property
    def tag(self) -> str:
        """Which state this is."""
        return f'"{self.revision}"'

    @property
    def from_content(self) -> bool:
        """Whether the district's files brought it, and nobody has written it anew."""
        return not self.editors

    def submitted(self, *, by: str, now: datetime) -> Self:
        """Handed in for review; raises Conflict."""
        self._require(EDITABLE, "送审")
        return self._moved(VersionState.IN_REVIEW, by=by, now=now, editors=self._with(by))

    def given_up(self, *, by: str, now: datetime) -> Self:
        """An editor withdraws it before it is published; raises Conflict."""
        self._require(IN_WORK, "撤销")
        return self._moved(VersionState.WITHDRAWN, by=by, now=now)

    def returned(self, *, reason: str, by: str, now: datetime) -> Self:
        """The reviewer hands it back, also once it waits for its minute; raises Conflict."""
        self._require(HANDED_IN, "退回")
        self._require_other(by)
        return self._moved(VersionState.RETURNED, by=by, now=now, reason=reason, reviewed_by=by)

    # -- for the moves that a kind has of its own ----------------------------------

    def _with(self, editor: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.editors, editor)))

    def _require(self, states: Collection[VersionState], move: str) -> None:
        if self.state not in states:
            raise Conflict(f"这个版本目前的状态是“{VERSION_STATES[self.state]}”，不能{move}。")

    def _require_other(self, by: str) -> None:
        if by in self.editors:
            raise Conflict("起草和审核的不能是同一人。")

    def _moved(self, state: VersionState, *, by: str, now: datetime, **changed: object) -> Self:
        return replace(
            self,
            state=state,
            changed_by=by,
            changed_at=now,
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        )


V = TypeVar("V", bound=Version)


class VersionStore(Protocol[V]):
    """Every version of one kind, narrowly."""

    async def get(self, version_id: str) -> V | None:
        """By id."""

    async def replace(self, unit: Unit, version: V, *, was: V) -> None:
        """Save against the revision that was read; Stale when it moved on."""


class StaffNames(Protocol):
    """How colleagues call one another."""

    async def names(self, staff_ids: Sequence[str]) -> Mapping[str, str]:
        """By id; who is none of the staff is left out."""


class Versions(Generic[V]):
    """Reads and moves the versions of one kind; ``known`` says which of them there still are."""

    def __init__(
        self,
        *,
        store: VersionStore[V],
        staff: StaffNames,
        known: Callable[[V], bool] = lambda _: True,
    ) -> None:
        self._store = store
        self._staff = staff
        self._known = known

    async def get(self, version_id: str) -> V:
        """One version, however old; raises NotFound."""
        version = await self._store.get(version_id)
        if version is None or not self._known(version):
            raise NotFound("没有这个版本。")
        return version

    async def names_of(self, versions: Iterable[V]) -> Mapping[str, str]:
        """How whoever wrote or reviewed these is called, by id."""
        ids = {
            one
            for version in versions
            for one in (*version.editors, version.changed_by, version.reviewed_by)
            if one
        }
        return dict.fromkeys(ids, SOMEBODY) | dict(await self._staff.names(sorted(ids)))

    async def seen(self, version_id: str, tag: str) -> V:
        """One that still stands as it was seen; raises NotFound, Stale."""
        version = await self.get(version_id)
        if version.tag != tag:
            raise await self._stale(version)
        return version

    async def replace(self, unit: Unit, after: V, *, was: V) -> None:
        """Save what a move made of it; raises Stale, which says who was faster."""
        try:
            await self._store.replace(unit, after, was=was)
        except Stale:
            raise await self._stale(await self.get(was.id)) from None

    async def save(
        self,
        act: Act,
        after: V,
        event: AuditEvent,
        *,
        was: V,
        tell: Callable[[Unit, Act, V], Awaitable[None]] | None = None,
    ) -> V:
        """A whole move that changes nothing else: saved, told and on record; raises Stale."""

        async def work(unit: Unit) -> V:
            await self.replace(unit, after, was=was)
            if tell is not None:
                await tell(unit, act, after)
            await unit.audit(event)
            return after

        return await act.commit(work)

    async def _stale(self, version: V) -> Stale:
        who = (await self.names_of([version])).get(version.changed_by, SOMEBODY)
        return Stale(f"{who}已于{in_words(version.changed_at)}改动了这个版本，请重新打开后再操作。")


def said(reason: str) -> str:
    """The reason of a move, which there must be; raises Invalid."""
    if not 0 < len(reason) <= REASON_MOST:
        detail = f"请填写理由，最多 {REASON_MOST} 个字。"
        raise Invalid([Fault(pointer="/reason", code="missing", detail=detail)])
    return reason
