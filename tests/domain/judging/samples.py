"""Resolutions, ratings, complaints and figures that tests begin with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.judging import complaint_moves, judgement_moves, ratings
from domain.judging.complaints import Complaint
from domain.judging.facts import Evidence, Figures
from domain.judging.judgements import Judgement
from domain.judging.ports import Concerned, Resolution
from domain.judging.ratings import Rating
from domain.judging.rules import found
from domain.judging.terms import Level, Rule, Terms

CALENDAR = load_calendar(FOLDER)
TERMS = Terms(
    days=90,
    least=5,
    rules={
        Level.WARNING: Rule(in_time_below=95, mean_below=400, upheld_from=1),
        Level.SUSPENSION: Rule(in_time_below=85, mean_below=300, upheld_from=3),
        Level.EXIT: Rule(in_time_below=70, mean_below=200, upheld_from=5),
    },
    rate_days=30,
    heard_hours=4,
    hearing_days=3,
    sheet_days=4,
    kept_years=3,
)
# A Monday.
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
BUTLER, OTHER_BUTLER = "butler", "other-butler"
OFFICER, SUPERVISOR = "officer", "supervisor"
CITIZEN = "citizen"


def resolution(cycle: int = 1, **given: Any) -> Resolution:
    """Resolved by the butler at ``AT``."""
    about = Resolution(
        ticket_id="ticket",
        number="GD260302000001",
        cycle=cycle,
        resolver=BUTLER,
        resolved_at=AT,
        place_id="place",
        item="consulting",
        person_id=CITIZEN,
        in_time=True,
    )
    return replace(about, **given)


def rating(stars: int = 4, *, now: datetime = AT, **given: Any) -> Rating:
    """The first word on a resolution."""
    return ratings.given(
        resolution(**given), rating_id="rating", stars=stars, text="", terms=TERMS, now=now
    )


def complaint(*, stars: int | None = None, butler: str = BUTLER) -> Complaint:
    """Opened at ``AT``, by words, or by stars."""
    concerned = Concerned(
        ticket_id="ticket",
        number="GD260302000001",
        cycle=1,
        butler=butler,
        place_id="place",
        item="consulting",
        person_id=CITIZEN,
    )
    words = "" if stars else "一直没有人来处理"
    return complaint_moves.opened(
        concerned,
        complaint_id="complaint",
        number="TS260302000001",
        stars=stars,
        words=words,
        now=AT,
    )


def figures(counted: int = 10, in_time: int = 10, **given: Any) -> Figures:
    """All in time and no ratings, unless said; what is bad happened at ``AT``."""
    about = Figures(counted=counted, in_time=in_time, late_at=AT, upheld_at=AT)
    about = replace(about, rated_at=dict.fromkeys(range(1, 5), AT))
    return replace(about, **given)


def judgement(level: Level = Level.SUSPENSION) -> Judgement:
    """Found at ``AT``: so many upheld complaints as the level needs."""
    counted = figures(upheld=TERMS.rules[level].upheld_from)
    finding = found(counted, terms=TERMS, judged_to=None)
    assert finding is not None
    return judgement_moves.found_now(
        finding,
        judgement_id="judgement",
        staff_id=BUTLER,
        begins=AT - timedelta(days=90),
        ends=AT,
        figures=counted,
        evidence=Evidence(),
        terms=TERMS,
        calendar=CALENDAR,
        now=AT,
    )
