"""What a reviewer is told between two versions of a lecture: nothing that differs is left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.lectures.changes import differences
from domain.lectures.programme import Programme
from domain.media.assets import Asset, AssetState, Kind

NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)


def document(asset_id: str, **more: object) -> Asset:
    given = {
        "name": "资料.pdf",
        "size": 1,
        "state": AssetState.READY,
        "added_at": NOON,
        "sha256": "0" * 64,
    }
    return Asset(  # type: ignore[arg-type]
        **{**given, "id": asset_id, "of": "lecture:1", "kind": Kind.DOCUMENT, **more},
        added_by="editor",
        changed_at=NOON,
    )


def told(was: Programme, now: Programme, *assets: Asset) -> dict[str, list[str]]:
    """Of each field that differs, what came."""
    sections = differences(
        was, now, words=lambda html: html, series={}, assets={one.id: one for one in assets}
    )
    return {
        one.label: [piece.text for line in one.lines for piece in line if piece.mark.value == "new"]
        for one in sections
        if one.differs
    }


def test_a_file_is_told_from_another_of_the_same_name_minute_and_beginning_of_its_digest() -> None:
    first, other = document("a-000000000001"), document("a-000000000002")
    was = Programme(attachments=(first.id,))
    assert told(was, replace(was, attachments=(other.id,)), first, other) == {
        "附件": ["000000000002"]
    }
    assert told(was, was, first) == {}


def test_a_file_is_told_by_its_minute_alone_where_that_is_enough() -> None:
    first, other = document("a"), document("b", added_at=NOON + timedelta(minutes=1))
    was = Programme(attachments=(first.id,))
    assert told(was, replace(was, attachments=(other.id,)), first, other) == {"附件": ["12:01"]}


def test_a_file_that_is_gone_is_not_another_that_is_gone() -> None:
    assert told(Programme(cover="a"), Programme(cover="b")) == {"封面": ["b"]}
