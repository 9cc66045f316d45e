"""Versions of a lecture: drafted by one, shown by another, at once or at a set minute."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain import versions
from domain.errors import Fault, Invalid
from domain.lectures.programme import Programme
from domain.versions import EDITABLE, VersionState

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Version(versions.Version):
    """One version of one lecture; ``number`` counts those of its lecture from 1.

    ``publish_at`` is there while it waits for its minute, and once that has come.
    """

    lecture_id: str
    number: int
    programme: Programme
    publish_at: datetime | None = None
    published_at: datetime | None = None

    def written(self, programme: Programme, *, by: str, now: datetime) -> "Version":
        """Written anew; raises Conflict once it is under review or decided."""
        self._require(EDITABLE, "修改")
        return self._moved(self.state, by=by, now=now, programme=programme, editors=self._with(by))

    def submitted(self, *, by: str, now: datetime) -> "Version":
        """The same, and what the reviewer said of it before is settled."""
        return replace(super().submitted(by=by, now=now), reason="")

    def given_up(self, *, by: str, now: datetime) -> "Version":
        """The same, and it waits for no minute."""
        return replace(super().given_up(by=by, now=now), publish_at=None)

    def returned(self, *, reason: str, by: str, now: datetime) -> "Version":
        """The same, and it waits for no minute."""
        return replace(super().returned(reason=reason, by=by, now=now), publish_at=None)

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
