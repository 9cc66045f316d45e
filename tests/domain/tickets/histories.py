"""Generated lives of tickets: every order of events that a ticket may have, and clocks that differ.

Events stand in the log as they happened. The instant of each is that of the process that wrote it,
whose clock may be some minutes ahead or behind: so that a later event may have an earlier instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from hypothesis import strategies as st

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.hours import BusinessHours, Interval, standard_week
from domain.tickets.clocks import Terms
from domain.tickets.events import ANSWERED_AT, WAITS, By, Event, Happened
from domain.time import SHANGHAI

# The calendar as it was published for 2026, whatever has been published since.
HORIZON = date(2026, 12, 31)
CALENDAR = replace(load_calendar(FOLDER), horizon=HORIZON)
MILLISECOND = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# So far two processes' clocks may be apart, to one side.
SKEW = 5 * MINUTE
# From the week before the spring festival of 2026 on, whose Saturday is worked.
FIRST_MONDAY = datetime(2026, 2, 9, tzinfo=SHANGHAI).astimezone(UTC)


def interval(begins: str, ends: str) -> Interval:
    """Of times as people write them; 24:00 is the end of the day."""
    end = time.max if ends == "24:00" else time.fromisoformat(ends)
    return Interval(begins=time.fromisoformat(begins), ends=end)


MORNING, AFTERNOON = interval("09:00", "12:00"), interval("14:00", "18:00")
OFFICE = BusinessHours(calendar=CALENDAR, week=standard_week(MORNING, AFTERNOON))
# A mall: every day, and a swapped Saturday is a Saturday.
MALL = BusinessHours(calendar=CALENDAR, week=dict.fromkeys(range(7), (interval("10:00", "22:00"),)))
# A park: closed on Mondays, three intervals, the last to midnight.
PARK = BusinessHours(
    calendar=CALENDAR,
    week=dict.fromkeys(range(1, 6), (MORNING, AFTERNOON, interval("20:00", "24:00"))),
    instead=2,
)
ALWAYS = BusinessHours(
    calendar=CALENDAR, week=dict.fromkeys(range(7), (interval("00:00", "24:00"),))
)


class Place(Enum):
    """Whose hours they are; a name, for the calendar of twenty years is long to print."""

    OFFICE = OFFICE
    MALL = MALL
    PARK = PARK
    ALWAYS = ALWAYS


class Turn(Enum):
    """Whose turn it is, or why nobody's."""

    STAFF = "staff"
    CITIZEN = "citizen"
    ENDED = "ended"
    MERGED = "merged"


MOVED = (Happened.ASSIGNED, Happened.TRANSFERRED)
# What changes terms or hours, and nothing that happened.
CHANGES = (Happened.PRIORITY_CHANGED, Happened.ITEM_CHANGED, Happened.PLACE_CHANGED)
# No clock hears them, and what their own process's clock said is nothing to it.
SILENT = frozenset({*CHANGES, *MOVED, Happened.THANKED})
# What moves the clocks comes more often than the rest.
ACTIVE = (
    *(Happened.ASKED, Happened.ANSWERED) * 4,
    *(Happened.RESOLVED, Happened.CLOSED, Happened.MERGED),
    *MOVED,
    *CHANGES,
)
POSSIBLE: Mapping[Turn, tuple[Happened, ...]] = {
    Turn.STAFF: ACTIVE,
    Turn.CITIZEN: (*ACTIVE, *(Happened.RESUMED,) * 3),
    Turn.ENDED: (Happened.THANKED, Happened.REOPENED, Happened.REOPENED),
    Turn.MERGED: (Happened.UNMERGED,),
}
BY: Mapping[Happened, By] = {
    **dict.fromkeys(Happened, By.STAFF),
    **dict.fromkeys(
        (Happened.OPENED, Happened.ASKED, Happened.THANKED, Happened.REOPENED), By.CITIZEN
    ),
    Happened.ASSIGNED: By.SYSTEM,
}


@dataclass(frozen=True, kw_only=True)
class History:
    """What happened, and the instant from which it is looked at."""

    log: tuple[Event, ...]
    now: datetime


def gaps(tick: timedelta) -> st.SearchStrategy[timedelta]:
    """How long nothing happens: nothing, some of an hour, of a day, of ten days."""
    return st.sampled_from((timedelta(), HOUR, HOUR, DAY, DAY, 10 * DAY)).flatmap(
        lambda most: st.integers(0, most // tick).map(lambda ticks: ticks * tick)
    )


def skews(tick: timedelta) -> st.SearchStrategy[timedelta]:
    """How far a process's clock is from the true time."""
    return st.integers(-(SKEW // tick), SKEW // tick).map(lambda ticks: ticks * tick)


@st.composite
def histories(
    draw: st.DrawFn, tick: timedelta = MILLISECOND, most: int = 20, first: datetime = FIRST_MONDAY
) -> History:
    """One ticket; all instants are ``first`` and so many ticks."""
    gap, skew = gaps(tick), skews(tick)
    true = first + draw(st.integers(0, 7 * DAY // tick)) * tick
    log = [Event(at=true, what=Happened.OPENED, by=By.CITIZEN)]
    turn, answered = Turn.STAFF, False
    before, merged = turn, true
    for _ in range(draw(st.integers(0, most))):
        true += draw(gap)
        possible = [what for what in POSSIBLE[turn] if answered or what is not Happened.RESOLVED]
        what = draw(st.sampled_from(possible))
        facts = {}
        if what is Happened.ANSWERED:
            answered = True
            turn = draw(st.sampled_from((Turn.STAFF, Turn.CITIZEN)))
            facts = {WAITS: "yes"} if turn is Turn.CITIZEN else {}
        elif what in {Happened.ASKED, Happened.RESUMED}:
            turn = Turn.STAFF
        elif what in {Happened.RESOLVED, Happened.CLOSED}:
            turn = Turn.ENDED
        elif what is Happened.REOPENED:
            turn, answered = Turn.STAFF, False
        elif what is Happened.MERGED:
            turn, before, merged = Turn.MERGED, turn, true
        elif what is Happened.UNMERGED:
            turn = before
            if draw(st.booleans()):
                answered = True
                at = merged + draw(st.integers(0, (true - merged) // tick)) * tick
                facts = {ANSWERED_AT: (at + draw(skew)).isoformat()}
        log.append(Event(at=true + draw(skew), what=what, by=BY[what], facts=facts))
    return History(log=tuple(log), now=true + draw(gap) + draw(skew))


@st.composite
def disorder(draw: st.DrawFn) -> History:
    """What no ticket has: anything in any order at any instant."""
    instants = st.integers(0, 20 * DAY // MINUTE).map(lambda ticks: FIRST_MONDAY + ticks * MINUTE)
    facts = st.sampled_from(({}, {WAITS: "yes"}))
    events = st.builds(
        Event, at=instants, what=st.sampled_from(Happened), by=st.sampled_from(By), facts=facts
    )
    return History(log=tuple(draw(st.lists(events, max_size=16))), now=draw(instants))


def spans(tick: timedelta = MINUTE) -> st.SearchStrategy[timedelta]:
    """What a term may be: from one tick to some days."""
    return st.one_of(
        st.integers(1, HOUR // tick),
        st.integers(1, 12 * HOUR // tick),
        st.integers(1, 4 * DAY // tick),
    ).map(lambda ticks: ticks * tick)


terms = st.builds(
    Terms,
    promise=spans(),
    first_response=spans(),
    next_response=spans(),
    resolution=spans(),
)
places = st.sampled_from(Place)
