"""What differs between two versions of a lecture, field by field, as people read it."""

from collections.abc import Mapping, Sequence

from domain.differences import Section, compared
from domain.lectures.ports import Words
from domain.lectures.programme import (
    ACCESSES,
    LABELS,
    LIVE_KINDS,
    Programme,
)
from domain.lectures.timeline import chapter_lines, cue_lines
from domain.media.assets import Asset
from domain.time import in_words


def differences(
    was: Programme,
    now: Programme,
    *,
    words: Words,
    series: Mapping[str, str],
    assets: Mapping[str, Asset],
) -> Sequence[Section]:
    """Every field with what went and what came."""
    return compared(
        said(was, words=words, series=series, assets=assets),
        said(now, words=words, series=series, assets=assets),
    )


def said(
    programme: Programme,
    *,
    words: Words,
    series: Mapping[str, str],
    assets: Mapping[str, Asset],
) -> Mapping[str, str]:
    """All that a version says, by label; a field without a value is left empty."""

    def file(asset_id: str) -> str:
        if not asset_id:
            return ""
        found = assets.get(asset_id)
        return found.name if found else "（文件已不存在）"

    places, percent = programme.places, programme.certificate_percent
    values = {
        "title": programme.title,
        "series": series.get(programme.series, ""),
        "topic": programme.topic,
        "speaker": programme.speaker,
        "speaker_post": programme.speaker_post,
        "audience": programme.audience,
        "begins_at": in_words(programme.begins_at) if programme.begins_at else "",
        "ends_at": in_words(programme.ends_at) if programme.ends_at else "",
        "live_kind": LIVE_KINDS[programme.live_kind],
        "live_address": programme.live_address,
        "access": ACCESSES[programme.access],
        "places": f"{places} 人" if places is not None else "不报名",
        "certificate_percent": f"{percent}%" if percent is not None else "不发证",
        "outline": words(programme.outline),
        "cover": file(programme.cover),
        "slides": file(programme.slides),
        "recording": file(programme.recording),
        "subtitles": file(programme.subtitles),
        "attachments": "\n".join(file(one) for one in programme.attachments),
        "chapters": chapter_lines(programme.chapters),
        "cues": cue_lines(programme.cues),
    }
    return {LABELS[name]: values[name] for name in LABELS}
