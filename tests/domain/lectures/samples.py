"""Lectures as tests speak of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.lectures.programme import Chapter, Cue, LiveKind, Programme
from domain.lectures.versions import Version
from domain.media.assets import Asset, AssetState, Found, Kind
from domain.versions import VersionState

NOW = datetime(2026, 12, 1, 7, tzinfo=UTC)
OF = "lecture:l1"
MINUTE = 60_000


def asset(kind: Kind, **more: Any) -> Asset:
    """A file that is ready, called by what it is for."""
    given: dict[str, Any] = {
        "id": kind.value,
        "of": OF,
        "name": f"{kind.value}.bin",
        "size": 1,
        "state": AssetState.READY,
        "added_by": "ed",
        "added_at": NOW,
        "changed_at": NOW,
        "found": Found(duration_ms=5 * MINUTE, pages=12),
    }
    return Asset(kind=kind, **{**given, **more})


ASSETS = {kind.value: asset(kind) for kind in Kind}
WHOLE = Programme(
    title="信用修复怎么办",
    series="s1",
    topic="信用修复",
    speaker="王敏",
    speaker_post="样例单位",
    audience="企业",
    begins_at=NOW,
    ends_at=NOW + timedelta(hours=1),
    live_kind=LiveKind.CHANNELS,
    live_address="sphSample01",
    places=50,
    certificate_percent=80,
    outline="<p>提要</p>",
    cover="cover",
    slides="slides",
    recording="recording",
    subtitles="subtitles",
    attachments=("document",),
    chapters=(Chapter(at_ms=0, title="开场"), Chapter(at_ms=2 * MINUTE, title="问答")),
    cues=(Cue(at_ms=0, page=1), Cue(at_ms=MINUTE, page=2)),
)


def version(state: VersionState = VersionState.DRAFT, **more: Any) -> Version:
    """The first of a lecture, by one editor."""
    made = Version(
        id="v1",
        lecture_id="l1",
        number=1,
        programme=WHOLE,
        state=state,
        editors=("ed",),
        changed_by="ed",
        created_at=NOW,
        changed_at=NOW,
    )
    return replace(made, **more)
