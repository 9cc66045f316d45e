"""Finding lectures by what is said in them: Chinese has no blanks between words.

What stands in a lecture is kept as its signs and pairs of neighbouring signs; a phrase is looked
for by its pairs, and then again as it is. Full and half width, upper and lower case are the same.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from domain.errors import Fault, Invalid
from domain.lectures.programme import Programme, moment_of
from domain.media.assets import Asset

MOST_SIGNS = 40
# Signs on each side of what was found.
AROUND = 20
# What a speaker says in half a day; nobody finds a lecture by what comes behind it.
MOST_TEXT = 100_000
PAIR = 2
LABELS: Mapping[str, str] = {
    "title": "标题",
    "speaker": "主讲人",
    "topic": "主题",
    "outline": "内容提要",
    "slides": "课件",
    "subtitles": "字幕",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is kept of a lecture that is shown.

    ``texts`` are by field: of slides one for each page, of subtitles one for each line that is
    spoken. ``moments`` say when a page is shown, ``spoken`` when each line begins, where known.
    """

    lecture_id: str
    title: str
    speaker: str
    begins_at: datetime
    texts: Mapping[str, Sequence[str]]
    moments: Mapping[int, int]
    spoken: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A lecture that was found: where the first word stands first, and what stands around it.

    ``page`` is one of the slides, from 1; ``at_ms`` when it is shown in the recording, or when the
    words are spoken.
    """

    lecture_id: str
    title: str
    speaker: str
    begins_at: datetime
    field: str
    snippet: str
    page: int | None = None
    at_ms: int | None = None


def entry_of(
    lecture_id: str, programme: Programme, assets: Mapping[str, Asset], *, outline: str
) -> Entry:
    """Everything of it that can be found; ``outline`` is its words alone.

    Raises:
        ValueError: it begins at no time, so it is not shown.
    """
    if programme.begins_at is None:
        raise ValueError("a lecture that is shown begins at some time")
    slides, subtitles = assets.get(programme.slides), assets.get(programme.subtitles)
    texts = {
        "title": [programme.title],
        "speaker": [f"{programme.speaker} {programme.speaker_post}"],
        "topic": [programme.topic],
        "outline": outline.splitlines(),
        "slides": list(slides.found.texts) if slides else [],
        "subtitles": list(subtitles.found.texts) if subtitles else [],
    }
    pages = range(1, len(texts["slides"]) + 1)
    moments = {page: moment_of(programme.cues, page) for page in pages}
    return Entry(
        lecture_id=lecture_id,
        title=programme.title,
        speaker=programme.speaker,
        begins_at=programme.begins_at,
        texts=dict(_bounded(texts)),
        moments={page: at for page, at in moments.items() if at is not None},
        spoken=tuple(subtitles.found.changes) if subtitles else (),
    )


def folded(text: str) -> str:
    """As it is compared: width and case do not matter, and blanks count for nothing."""
    return "".join(sign for sign, _ in _signs(text))


def grams(text: str) -> set[str]:
    """Each sign, and each pair of neighbours."""
    line = folded(text)
    pairs = (line[at : at + PAIR] for at in range(len(line) - 1))
    return {*line, *pairs}


def grams_of(entry: Entry) -> set[str]:
    """All of a lecture; nothing reaches over the end of a text."""
    return {gram for field in entry.texts for text in _read(entry, field) for gram in grams(text)}


def needed(word: str) -> Sequence[str]:
    """What a lecture has to have for this word to stand in it."""
    line = folded(word)
    return [line] if len(line) < PAIR else [line[at : at + PAIR] for at in range(len(line) - 1)]


def words_of(query: str) -> Sequence[str]:
    """What is looked for, each once; several stand apart by blanks.

    Raises:
        Invalid: nothing to look for, or more than 40 signs.
    """
    found = list(dict.fromkeys(filter(None, (folded(word) for word in query.split()))))
    if not found:
        raise Invalid([Fault(pointer="/query/q", code="missing", detail="请填写要查找的内容。")])
    if len(query) > MOST_SIGNS:
        detail = f"查找内容最多 {MOST_SIGNS} 个字。"
        raise Invalid([Fault(pointer="/query/q", code="string_too_long", detail=detail)])
    return found


def hit_of(entry: Entry, words: Sequence[str]) -> Hit | None:
    """Where the first word stands; None unless all of them stand in it, each in one piece."""
    found = [_first(entry, word) for word in words]
    first = found[0] if found else None
    if first is None or None in found:
        return None
    page = first.number + 1 if first.field == "slides" else None
    spoken = first.field == "subtitles" and first.number < len(entry.spoken)
    return Hit(
        lecture_id=entry.lecture_id,
        title=entry.title,
        speaker=entry.speaker,
        begins_at=entry.begins_at,
        field=first.field,
        snippet=first.snippet,
        page=page,
        at_ms=entry.spoken[first.number] if spoken else entry.moments.get(page or 0),
    )


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a word stands: in which text of a field, and what is around it."""

    field: str
    number: int
    snippet: str


def _first(entry: Entry, word: str) -> _Place | None:
    for field in LABELS:
        for number, text in enumerate(_read(entry, field)):
            found = _around(text, word)
            if found is not None:
                begin, snippet = found
                place = _line(entry.texts[field], begin) if field == "subtitles" else number
                return _Place(field=field, number=place, snippet=snippet)
    return None


def _read(entry: Entry, field: str) -> Sequence[str]:
    """The texts of a field; what is spoken goes on from line to line."""
    texts = entry.texts.get(field, ())
    return [" ".join(texts)] if field == "subtitles" else texts


def _line(lines: Sequence[str], at: int) -> int:
    """In which of the lines, each followed by a blank, this sign stands."""
    ends = accumulate(len(line) + 1 for line in lines)
    return next(number for number, end in enumerate(ends) if at < end)


def _around(text: str, word: str) -> tuple[int, str] | None:
    """Where a folded word stands first in a text and what is around it; None where it does not."""
    signs = list(_signs(text))
    at = "".join(sign for sign, _ in signs).find(word)
    if at < 0:
        return None
    begin, end = signs[at][1], signs[at + len(word) - 1][1] + 1
    left, right = max(0, begin - AROUND), min(len(text), end + AROUND)
    body = " ".join(text[left:right].split())
    return begin, f"{'…' if left else ''}{body}{'…' if right < len(text) else ''}"


def _signs(text: str) -> Iterator[tuple[str, int]]:
    """Every sign as it is compared, and where in the text it came from."""
    for at, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", sign).casefold():
            if not one.isspace():
                yield one, at


def _bounded(texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    left = MOST_TEXT
    for field, several in texts.items():
        kept = []
        for text in several:
            kept.append(text[:left])
            left -= len(kept[-1])
        yield field, kept
