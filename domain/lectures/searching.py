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
from domain.lectures.programme import Access, Programme, moment_of
from domain.media.assets import Asset

MOST_SIGNS = 40
# Signs on each side of what was found.
AROUND = 20
# What a speaker says in half a day; nobody finds a lecture by what comes behind it.
MOST_TEXT = 100_000
PAIR = 2
SHOWN_ONLY = ("slides", "subtitles")
CLOSED = "回放中提到，有权观看的人打开后可以看到。"
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
    spoken. ``moments`` say when a page is shown, ``spoken`` when each line begins, where known. Of one that is ``closed`` not everybody may
    watch the replay: what its slides and subtitles say is found, and not shown.
    """

    lecture_id: str
    title: str
    speaker: str
    begins_at: datetime
    texts: Mapping[str, Sequence[str]]
    moments: Mapping[int, int]
    spoken: Sequence[int] = ()
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A lecture that was found: where most of the words stand, and what stands around the first.

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
        closed=programme.access is not Access.PUBLIC,
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


def hit_of(entry: Entry, words: Sequence[str], *, now: datetime) -> Hit | None:
    """Where most of the words stand together; None unless all are in it, each in one piece.

    Before a lecture begins nobody is shown what will be said in it.
    """
    places = [_place(*one) for one in _texts(entry)]
    stand = [{word for word in words if word in one.line} for one in places]
    if not set(words) <= set().union(*stand):
        return None
    best = max(range(len(places)), key=lambda at: len(stand[at]))
    word = next(one for one in words if one in stand[best])
    closed = entry.closed or now < entry.begins_at
    return _hit(entry, places[best], word, closed=closed and places[best].field in SHOWN_ONLY)


@dataclass(frozen=True, kw_only=True)
class _Place:
    """One text of a field: as it is, as it is compared, and where in it each sign came from."""

    field: str
    number: int
    text: str
    line: str
    origins: Sequence[int]


def _texts(entry: Entry) -> Iterator[tuple[str, int, str]]:
    for field in LABELS:
        for number, text in enumerate(_read(entry, field)):
            yield field, number, text


def _place(field: str, number: int, text: str) -> _Place:
    signs = list(_signs(text))
    return _Place(
        field=field,
        number=number,
        text=text,
        line="".join(sign for sign, _ in signs),
        origins=[at for _, at in signs],
    )


def _hit(entry: Entry, place: _Place, word: str, *, closed: bool) -> Hit:
    at = place.line.find(word)
    begin, end = place.origins[at], place.origins[at + len(word) - 1] + 1
    number = place.number
    if place.field == "subtitles":
        number = _line(entry.texts[place.field], begin)
    page = number + 1 if place.field == "slides" else None
    spoken = place.field == "subtitles" and number < len(entry.spoken)
    return Hit(
        lecture_id=entry.lecture_id,
        title=entry.title,
        speaker=entry.speaker,
        begins_at=entry.begins_at,
        field=place.field,
        snippet=CLOSED if closed else _around(place.text, begin, end),
        page=page,
        at_ms=entry.spoken[number] if spoken else entry.moments.get(page or 0),
    )


def _read(entry: Entry, field: str) -> Sequence[str]:
    """The texts of a field; what is spoken goes on from line to line."""
    texts = entry.texts.get(field, ())
    return [" ".join(texts)] if field == "subtitles" else texts


def _line(lines: Sequence[str], at: int) -> int:
    """In which of the lines, each followed by a blank, this sign stands."""
    ends = accumulate(len(line) + 1 for line in lines)
    return next(number for number, end in enumerate(ends) if at < end)


def _around(text: str, begin: int, end: int) -> str:
    """What was found, with some signs on each side."""
    left, right = max(0, begin - AROUND), min(len(text), end + AROUND)
    body = " ".join(text[left:right].split())
    return f"{'…' if left else ''}{body}{'…' if right < len(text) else ''}"


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
