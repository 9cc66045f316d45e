"""Which bytes of a file a request is answered with: RFC 9110 sections 13 and 14, as nginx reads it.

Where the RFC leaves a choice, or a player may meet nginx in front of us one day and us alone the
next, nginx 1.22 decides; each such place says so. A test asks both the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

# Of a header; nginx is told the same by ``max_ranges``. Past it the whole file is given.
MOST_RANGES = 64
UNIT = "bytes="
# nginx's largest file: a number past it makes the header wrong.
MOST_BYTES = 2**63 - 1
BLANKS = " "
FORMS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")


@dataclass(frozen=True)
class Span:
    """Bytes from ``start`` up to, not including, ``end``."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many."""
        return self.end - self.start

    def of(self, total: int) -> str:
        """As Content-Range says it."""
        return f"bytes {self.start}-{self.end - 1}/{total}"


@dataclass(frozen=True, kw_only=True)
class Representation:
    """A file as it is now; the tag is a strong one, with its quotation marks."""

    size: int
    tag: str
    changed_at: datetime

    @property
    def changed(self) -> datetime:
        """To the second, as HTTP says it."""
        return self.changed_at.astimezone(UTC).replace(microsecond=0)

    @property
    def last_modified(self) -> str:
        """The same as an HTTP-date."""
        return format_datetime(self.changed, usegmt=True)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """200 with all, 206 with spans, or 304, 412, 416 with none."""

    status: HTTPStatus
    spans: tuple[Span, ...] = ()


class _Wrong(Exception):
    """The header cannot be read."""


class _Whole(Exception):
    """The header can be read and is not followed."""


def answer(headers: Mapping[str, str], now: Representation) -> Answer:
    """What a GET or a HEAD with these headers is answered with.

    A HEAD is answered as its GET would be, range and all.
    """
    if not _holds(headers, now):
        return Answer(status=HTTPStatus.PRECONDITION_FAILED)
    if _not_modified(headers, now):
        return Answer(status=HTTPStatus.NOT_MODIFIED)
    wanted = headers.get("Range", "")
    asked = wanted.lower().startswith(UNIT) and len(wanted) > len(UNIT)
    if asked and _same(headers.get("If-Range"), now):
        return _ranged(wanted[len(UNIT) :], now.size)
    return _whole(now.size)


def _whole(size: int) -> Answer:
    return Answer(status=HTTPStatus.OK, spans=(Span(0, size),))


def _ranged(text: str, size: int) -> Answer:
    """Nginx refuses what cannot be read as it does what lies outside; the RFC lets it."""
    try:
        spans = tuple(_spans(text, size))
    except _Wrong:
        spans = ()
    except _Whole:
        return _whole(size)
    if not spans:
        return Answer(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    if sum(span.size for span in spans) > size:
        return _whole(size)
    return Answer(status=HTTPStatus.PARTIAL_CONTENT, spans=spans)


def http_date(text: str) -> datetime | None:
    """One of the three forms of an HTTP-date; None for anything else."""
    for form in FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _holds(headers: Mapping[str, str], now: Representation) -> bool:
    """Both are asked, as nginx does; by the RFC a tag makes the date go unread."""
    since = headers.get("If-Unmodified-Since")
    if since is not None:
        before = http_date(since)
        if before is None or before < now.changed:
            return False
    tags = headers.get("If-Match")
    return tags is None or _named(tags, now.tag, weakly=False)


def _not_modified(headers: Mapping[str, str], now: Representation) -> bool:
    """By nginx a date must be the very one, and where a tag stands too, both must fit."""
    since, tags = headers.get("If-Modified-Since"), headers.get("If-None-Match")
    if since is None and tags is None:
        return False
    if since is not None and http_date(since) != now.changed:
        return False
    return tags is None or _named(tags, now.tag, weakly=True)


def _named(tags: str, tag: str, *, weakly: bool) -> bool:
    if tags == "*":
        return True
    named = (one.strip(" \t") for one in tags.split(","))
    return tag in ((one.removeprefix("W/") if weakly else one) for one in named)


def _same(condition: str | None, now: Representation) -> bool:
    """Whether a range may go on where it stopped: the very tag, or the very date."""
    if condition is None:
        return True
    if len(condition) > 1 and condition.endswith('"'):
        return condition == now.tag
    return http_date(condition) == now.changed


def _spans(text: str, size: int) -> Iterator[Span]:
    """Those that lie within; one that cannot be read spoils the header, one outside does not."""
    met = 0
    for one in text.split(","):
        first, dash, last = (part.strip(BLANKS) for part in one.partition("-"))
        if not dash or not (first or last):
            raise _Wrong
        span = _span(first, last, one, size)
        if span.start < span.end:
            met += 1
            if met > MOST_RANGES:
                raise _Whole
            yield span
        elif span.start == 0:
            raise _Whole


def _span(first: str, last: str, one: str, size: int) -> Span:
    if not first:
        # Between the dash and the number of a suffix nothing may stand.
        if one.lstrip(BLANKS)[1:2] == " ":
            raise _Wrong
        return Span(max(size - _number(last), 0), size)
    start = _number(first)
    return Span(start, min(_number(last) + 1, size) if last else size)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _Wrong
    number = int(text.lstrip("0")[: len(str(MOST_BYTES)) + 1] or "0")
    if number > MOST_BYTES:
        raise _Wrong
    return number
