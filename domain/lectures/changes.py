"""What differs between two versions of a lecture, field by field, as people read it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.differences import Section, compared
from domain.lectures.ports import Words
from domain.lectures.programme import (
    ACCESSES,
    LABELS,
    LIVE_KINDS,
    MOST_SIGNS,
    PLACES_OF,
    Programme,
)
from domain.lectures.timeline import chapter_lines, cue_lines
from domain.media.assets import Asset
from domain.time import in_words

# The end of a file's id, which the server draws: signs of its digest an editor could make alike.
NUMBER_SIGNS = 12


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
    """All that a version says, by label; a field without a value is left empty.

    ``words`` tell where links lead; of ``assets`` no two are called alike.
    """
    called = _called(assets)

    def file(asset_id: str) -> str:
        return called.get(asset_id, f"（文件 {asset_id} 已不存在）") if asset_id else ""

    plain = {name: getattr(programme, name) for name in MOST_SIGNS if name != "outline"}
    values = {
        **plain,
        "series": series.get(programme.series, ""),
        "begins_at": _when(programme.begins_at),
        "ends_at": _when(programme.ends_at),
        "live_kind": LIVE_KINDS[programme.live_kind],
        "access": ACCESSES[programme.access],
        "places": _count(programme.places, " 人", "不报名"),
        "certificate_percent": _count(programme.certificate_percent, "%", "不发证"),
        "outline": words(programme.outline),
        **{name: file(getattr(programme, name)) for name in PLACES_OF},
        "attachments": "\n".join(file(one) for one in programme.attachments),
        "chapters": chapter_lines(programme.chapters),
        "cues": cue_lines(programme.cues),
    }
    return {LABELS[name]: values[name] for name in LABELS}


def _called(assets: Mapping[str, Asset]) -> Mapping[str, str]:
    """A file that was mended is mostly called as it was: its minute, else its number tells it."""
    by_minute = {one.id: f"{one.name}（{in_words(one.added_at)}上传" for one in assets.values()}
    alike = Counter(by_minute.values())
    return {
        asset_id: f"{text}，编号 {asset_id[-NUMBER_SIGNS:]}）" if alike[text] > 1 else f"{text}）"
        for asset_id, text in by_minute.items()
    }


def _when(at: datetime | None) -> str:
    return in_words(at) if at else ""


def _count(count: int | None, unit: str, none: str) -> str:
    return none if count is None else f"{count}{unit}"
