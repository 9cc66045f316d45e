"""A rating: what the citizen thinks of one resolution and of who resolved it, in every version."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import Fault, Invalid
from domain.judging.ports import Resolution
from domain.judging.terms import Terms
from domain.time import day_in_words, in_words
from domain.transactions import Conflict

EDITABLE = timedelta(hours=72)
STARS = range(1, 6)
# With so few stars something was wrong: a complaint opens by itself.
LOW = 2
MOST_TEXT = 500
MOST_VERSIONS = 20


@dataclass(frozen=True, kw_only=True)
class Version:
    """What was said at one time; an empty text says nothing."""

    at: datetime
    stars: int
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Rating:
    """One of each cycle of a ticket. ``resolver`` is who resolved it, whoever has it later.

    ``versions`` are oldest first, at least one. ``complaint_id`` is the complaint that low stars
    opened or joined; there is one in a cycle at most. ``person_id`` is empty once the citizen has
    left: the stars stay, the texts do not.
    """

    id: str
    ticket_id: str
    number: str
    cycle: int
    resolver: str
    place_id: str
    item: str
    person_id: str
    resolved_at: datetime
    versions: tuple[Version, ...]
    complaint_id: str = ""
    revision: int = 1

    @property
    def now(self) -> Version:
        """What counts: said last."""
        return self.versions[-1]

    @property
    def is_low(self) -> bool:
        """Whether something was wrong."""
        return self.now.stars <= LOW

    @property
    def closes_at(self) -> datetime:
        """From this instant on it stays as it is: 72 hours after it was first given."""
        return self.versions[0].at + EDITABLE

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return tag_of(self.cycle, self.revision)


def tag_of(cycle: int, revision: int) -> str:
    """Names a state of the rating of a cycle; 0 is before it was given."""
    return f'"{cycle}.{revision}"'


def may_begin(resolution: Resolution, *, terms: Terms, now: datetime) -> bool:
    """Whether a resolution may still be rated for the first time."""
    return now < resolution.resolved_at + terms.rate_within


def given(
    resolution: Resolution, *, rating_id: str, stars: int, text: str, terms: Terms, now: datetime
) -> Rating:
    """The first word on a resolution.

    Raises:
        Invalid: stars or text cannot be.
        Conflict: it was resolved too long ago.
    """
    _refuse_faulty(stars, text)
    if not may_begin(resolution, terms=terms, now=now):
        last = day_in_words(resolution.resolved_at + terms.rate_within)
        raise Conflict(f"评价的期限已于{last}届满。")
    return Rating(
        id=rating_id,
        ticket_id=resolution.ticket_id,
        number=resolution.number,
        cycle=resolution.cycle,
        resolver=resolution.resolver,
        place_id=resolution.place_id,
        item=resolution.item,
        person_id=resolution.person_id,
        resolved_at=resolution.resolved_at,
        versions=(Version(at=now, stars=stars, text=text),),
    )


def changed(rating: Rating, *, stars: int, text: str, now: datetime) -> Rating:
    """Another word within 72 hours of the first; the same again changes nothing.

    Raises:
        Invalid: stars or text cannot be.
        Conflict: the time is over, or it was changed too often.
    """
    _refuse_faulty(stars, text)
    if now >= rating.closes_at:
        raise Conflict(f"评价首次提交后 72 小时内可以修改，已于{in_words(rating.closes_at)}截止。")
    if (rating.now.stars, rating.now.text) == (stars, text):
        return rating
    if len(rating.versions) >= MOST_VERSIONS:
        raise Conflict(f"评价最多修改 {MOST_VERSIONS - 1} 次。")
    version = Version(at=max(now, rating.now.at), stars=stars, text=text)
    return replace(rating, versions=(*rating.versions, version), revision=rating.revision + 1)


def left(rating: Rating) -> Rating:
    """The citizen has left: the stars stay, without a text and without whose they are."""
    versions = tuple(replace(one, text="") for one in rating.versions)
    return replace(rating, person_id="", versions=versions, revision=rating.revision + 1)


def _refuse_faulty(stars: int, text: str) -> None:
    faults = []
    if stars not in STARS:
        faults.append(Fault(pointer="/stars", code="stars", detail="“星级”应为 1 至 5。"))
    if len(text) > MOST_TEXT:
        detail = f"“评价内容”最多 {MOST_TEXT} 个字。"
        faults.append(Fault(pointer="/text", code="string_too_long", detail=detail))
    if faults:
        raise Invalid(faults)
