"""Finding lectures by what is said in them: Chinese has no blanks between words.

What stands in a lecture is kept as its signs and pairs of neighbouring signs; a phrase is looked
for by its pairs, and then again as it is. Full and half width, upper and lower case are the same.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import accumulate

from domain.errors import Fault, Invalid
from domain.lectures.programme import Access, Programme, moment_of
from domain.media.assets import Asset

MOST_SIGNS = 40
MOST_WORDS = 5
# Signs on each side of what was found.
AROUND = 20
# What a speaker says in half a day; nobody finds a lecture by what comes behind it.
MOST_TEXT = 100_000
PAIR = 2
LONGEST_SIGN = 18
SPOKEN = "subtitles"
SHOWN_ONLY = ("slides", SPOKEN)
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
    Slides and subtitles are here only where everybody may watch the replay: whether something is
    found tells a reader what is said, sign by sign, however little is shown of it.
    ``lines`` are the texts as they are compared, made once.
    """

    lecture_id: str
    title: str
    speaker: str
    begins_at: datetime
    texts: Mapping[str, Sequence[str]]
    moments: Mapping[int, int]
    spoken: Sequence[int] = ()
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)


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
    """Everything of it that everybody may find; ``outline`` is its words alone.

    Raises:
        ValueError: it begins at no time, so it is not shown.
    """
    if programme.begins_at is None:
        raise ValueError("a lecture that is shown begins at some time")
    public = programme.access is Access.PUBLIC
    slides = assets.get(programme.slides) if public else None
    subtitles = assets.get(programme.subtitles) if public else None
    texts = {
        "title": [programme.title],
        "speaker": [f"{programme.speaker} {programme.speaker_post}"],
        "topic": [programme.topic],
        "outline": outline.splitlines(),
        "slides": list(slides.found.texts) if slides else [],
        "subtitles": list(subtitles.found.texts) if subtitles else [],
    }
    bounded = dict(_bounded(texts))
    pages = range(1, len(texts["slides"]) + 1)
    moments = {page: moment_of(programme.cues, page) for page in pages}
    return Entry(
        lecture_id=lecture_id,
        title=programme.title,
        speaker=programme.speaker,
        begins_at=programme.begins_at,
        texts=bounded,
        lines=lines_of(bounded),
        moments={page: at for page, at in moments.items() if at is not None},
        spoken=tuple(subtitles.found.changes) if subtitles else (),
    )


@lru_cache(maxsize=65_536)
def _sign(sign: str) -> str:
    """One sign as it is compared: without blanks, often the same, at times several."""
    return "".join(unicodedata.normalize("NFKC", sign).casefold().split())


def folded(text: str) -> str:
    """As it is compared: width and case do not matter, and blanks count for nothing."""
    return "".join(map(_sign, text))


def lines_of(texts: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """All texts as they are compared."""
    return {name: [folded(text) for text in some] for name, some in texts.items()}


def grams(text: str) -> set[str]:
    """Each sign, and each pair of neighbours."""
    return _grams(folded(text))


def _grams(line: str) -> set[str]:
    return {*line, *(line[at : at + PAIR] for at in range(len(line) - 1))}


def grams_of(entry: Entry) -> set[str]:
    """All of a lecture; nothing reaches over the end of a text."""
    return _grams_in(_places(entry, begun=True))


def told_grams_of(entry: Entry) -> set[str]:
    """The same without what is said in it: all that can be found before it begins."""
    return _grams_in(_places(entry, begun=False))


def _grams_in(places: Iterable["_Place"]) -> set[str]:
    return {gram for place in places for gram in _grams(place.line)}


def needed(word: str) -> Sequence[str]:
    """What a lecture has to have for this word to stand in it."""
    line = folded(word)
    return [line] if len(line) < PAIR else [line[at : at + PAIR] for at in range(len(line) - 1)]


def words_of(query: str) -> Sequence[str]:
    """What is looked for, each once; several stand apart by blanks.

    Raises:
        Invalid: nothing to look for, more than 40 signs, or more than five words.
    """
    found = list(dict.fromkeys(filter(None, (folded(word) for word in query.split()))))
    if not found:
        raise Invalid([Fault(pointer="/query/q", code="missing", detail="请填写要查找的内容。")])
    if len(query) > MOST_SIGNS:
        detail = f"查找内容最多 {MOST_SIGNS} 个字。"
        raise Invalid([Fault(pointer="/query/q", code="string_too_long", detail=detail)])
    if len(found) > MOST_WORDS:
        detail = f"一次最多查找 {MOST_WORDS} 个词，请去掉一些空格。"
        raise Invalid([Fault(pointer="/query/q", code="too_many_words", detail=detail)])
    return found


def hit_of(entry: Entry, words: Sequence[str], *, now: datetime) -> Hit | None:
    """Where most of the words stand together; None unless all are in it, each in one piece.

    Before a lecture begins nobody finds what will be said in it.
    """
    places = list(_places(entry, begun=now >= entry.begins_at))
    if not all(any(word in one.line for one in places) for word in words):
        return None
    best = max(places, key=lambda one: sum(word in one.line for word in words))
    return _hit(entry, best, next(word for word in words if word in best.line))


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A text of a field as it is compared; what is spoken goes on from line to line."""

    field: str
    number: int
    line: str


def _places(entry: Entry, *, begun: bool) -> Iterator[_Place]:
    lines = entry.lines or lines_of(entry.texts)
    for name in (one for one in LABELS if begun or one not in SHOWN_ONLY):
        some = lines.get(name, ())
        if name == SPOKEN:
            some = ["".join(some)] if some else ()
        for number, line in enumerate(some):
            yield _Place(field=name, number=number, line=line)


def _hit(entry: Entry, place: _Place, word: str) -> Hit:
    number, snippet = place.number, ""
    if place.field == SPOKEN:
        number, snippet = _spoken(entry, place.line.find(word), word)
    else:
        snippet = _snippet(entry.texts[place.field][number], word)
    page = number + 1 if place.field == "slides" else None
    spoken = place.field == SPOKEN and number < len(entry.spoken)
    return Hit(
        lecture_id=entry.lecture_id,
        title=entry.title,
        speaker=entry.speaker,
        begins_at=entry.begins_at,
        field=place.field,
        snippet=snippet,
        page=page,
        at_ms=entry.spoken[number] if spoken else entry.moments.get(page or 0),
    )


def _spoken(entry: Entry, at: int, word: str) -> tuple[int, str]:
    """In which line the word begins, and it with the lines around: no more of them are read."""
    lines = (entry.lines or lines_of(entry.texts))[SPOKEN]
    ends = list(accumulate(len(line) for line in lines))
    number = bisect_right(ends, at)
    first = number
    while first and ends[number] - ends[first - 1] < AROUND:
        first -= 1
    last = bisect_right(ends, at + len(word) + AROUND)
    texts = entry.texts[SPOKEN]
    snippet = _snippet(" ".join(texts[first : last + 1]), word)
    begins, ends_here = not first, last + 1 >= len(texts)
    return number, ("" if begins or snippet.startswith("…") else "…") + snippet + (
        "" if ends_here or snippet.endswith("…") else "…"
    )


def _snippet(text: str, word: str) -> str:
    """A folded word as it stands first in a text that holds it, with what is around it."""
    signs = list(_signs(text))
    at = "".join(sign for sign, _ in signs).find(word)
    return _around(text, signs[at][1], signs[at + len(word) - 1][1] + 1)


def _around(text: str, begin: int, end: int) -> str:
    """What was found, with some signs on each side."""
    left, right = max(0, begin - AROUND), min(len(text), end + AROUND)
    body = " ".join(text[left:right].split())
    return f"{'…' if left else ''}{body}{'…' if right < len(text) else ''}"


def _signs(text: str) -> Iterator[tuple[str, int]]:
    """Every sign as it is compared, and where in the text it came from."""
    for at, sign in enumerate(text):
        for one in _sign(sign):
            yield one, at


def _bounded(texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    left = MOST_TEXT
    for name, several in texts.items():
        kept = []
        for text in several:
            short = text[:left]
            # A sign may stand for eighteen: what is compared is bounded too.
            kept.append(short if len(folded(short)) <= left else short[: left // LONGEST_SIGN])
            left -= max(len(kept[-1]), len(folded(kept[-1])))
        yield name, kept
