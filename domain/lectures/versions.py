"""Versions of a lecture: drafted by one, shown by another, at once or at a set minute."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.errors import Fault, Invalid
from domain.lectures.programme import Programme
from domain.transactions import Conflict

REASON_MOST = 500
FARTHEST = timedelta(days=366)


class VersionState(Enum):
    """Where a version stands."""

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
IN_WORK = EDITABLE | {VersionState.IN_REVIEW, VersionState.SCHEDULED}


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of one lecture; without editors it came from the content.

    ``number`` counts the versions of its lecture from 1.
    """

    id: str
    lecture_id: str
    number: int
    programme: Programme
    state: VersionState
    editors: tuple[str, ...]
    changed_by: str
    created_at: datetime
    changed_at: datetime
    made_from: str = ""
    reviewed_by: str = ""
    reason: str = ""
    publish_at: datetime | None = None
    published_at: datetime | None = None
    revision: int = 0

    @property
    def tag(self) -> str:
        """Which state this is."""
        return f'"{self.revision}"'

    def written(self, programme: Programme, *, by: str, now: datetime) -> "Version":
        """Written anew; raises Conflict once it is under review or decided."""
        self._require(EDITABLE, "修改")
        return self._moved(
            self.state,
            by=by,
            now=now,
            programme=programme,
            editors=self._with(by),
        )

    def submitted(self, *, by: str, now: datetime) -> "Version":
        """Handed in for review; raises Conflict."""
        self._require(EDITABLE, "送审")
        return self._moved(
            VersionState.IN_REVIEW, by=by, now=now, editors=self._with(by), reason=""
        )

    def given_up(self, *, by: str, now: datetime) -> "Version":
        """Withdrawn before it is shown; raises Conflict."""
        self._require(IN_WORK, "撤销")
        return self._moved(VersionState.WITHDRAWN, by=by, now=now, publish_at=None)

    def returned(self, *, reason: str, by: str, now: datetime) -> "Version":
        """The reviewer hands it back, also once it waits for its minute; raises Conflict."""
        self._require({VersionState.IN_REVIEW, VersionState.SCHEDULED}, "退回")
        self._require_other(by)
        return self._moved(
            VersionState.RETURNED, by=by, now=now, reason=reason, reviewed_by=by, publish_at=None
        )

    def scheduled(self, *, publish_at: datetime, by: str, now: datetime) -> "Version":
        """To be shown from a later minute on; never by who wrote it. Raises Conflict, Invalid."""
        self._require({VersionState.IN_REVIEW}, "定时发布")
        self._require_other(by)
        if not now < publish_at <= now + FARTHEST:
            detail = "发布时间应晚于现在，且在一年以内；现在发布请把发布时间留空。"
            raise Invalid([Fault(pointer="/publish_at", code="past", detail=detail)])
        return self._moved(
            VersionState.SCHEDULED, by=by, now=now, reviewed_by=by, publish_at=publish_at
        )

    def published(self, *, by: str, now: datetime) -> "Version":
        """Shown at once; never by who wrote it. Raises Conflict."""
        self._require({VersionState.IN_REVIEW}, "发布")
        self._require_other(by)
        return self._moved(VersionState.PUBLISHED, by=by, now=now, reviewed_by=by, published_at=now)

    def due(self, now: datetime) -> bool:
        """Whether its minute has come."""
        waits = self.state is VersionState.SCHEDULED and self.publish_at is not None
        return waits and self.publish_at is not None and self.publish_at <= now

    def came_due(self, *, by: str, now: datetime) -> "Version":
        """Its minute has come, as its reviewer decided; raises Conflict."""
        self._require({VersionState.SCHEDULED}, "发布")
        return self._moved(VersionState.PUBLISHED, by=by, now=now, published_at=now)

    def _with(self, editor: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.editors, editor)))

    def _require(self, states: Collection[VersionState], move: str) -> None:
        if self.state not in states:
            raise Conflict(f"这个版本目前的状态是“{VERSION_STATES[self.state]}”，不能{move}。")

    def _require_other(self, by: str) -> None:
        if by in self.editors:
            raise Conflict("起草和审核的不能是同一人。")

    def _moved(
        self, state: VersionState, *, by: str, now: datetime, **changed: object
    ) -> "Version":
        return replace(
            self,
            state=state,
            changed_by=by,
            changed_at=now,
            revision=self.revision + 1,
            **changed,  # type: ignore[arg-type]  # names of its own fields
        )
