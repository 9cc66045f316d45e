"""The moves of a usage record: nothing enters without notice, time to object, and two people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.time import months_after
from domain.transactions import Conflict
from domain.usage_records import moves
from domain.usage_records.records import Ending, State, UsageRecord, objection_until, ripe
from domain.usage_records.reports import Kind
from domain.workdays import Calendar
from tests.domain.usage_records.samples import CALENDAR, CHECKER, CLERK, TERMS, noon, record

DAY = timedelta(days=1)
RIPE = date(2026, 3, 2)  # Demanded on 31 August 2025.
DAYS = st.dates(date(2024, 1, 1), date(2026, 6, 30))
NO_HOLIDAYS = Calendar(
    covered_from=CALENDAR.covered_from,
    horizon=date(2025, 12, 31),
    holidays=frozenset(),
    workdays=frozenset(),
)


def noticed(day: date = RIPE, *, kind: Kind = Kind.ARREARS) -> UsageRecord:
    return moves.noticed(record(kind), terms=TERMS, calendar=CALENDAR, now=noon(day))


def over(one: UsageRecord) -> date:
    """The first day on which nobody may object any more."""
    until = objection_until(one, terms=TERMS, calendar=CALENDAR)
    assert until is not None
    return until.day + DAY


def proposed() -> UsageRecord:
    one = noticed()
    return moves.proposed(one, by=CLERK, terms=TERMS, calendar=CALENDAR, now=noon(over(one)))


def objected() -> UsageRecord:
    return moves.objected(
        noticed(), reason="已缴", by="p", terms=TERMS, calendar=CALENDAR, now=noon(RIPE)
    )


def entered() -> UsageRecord:
    return moves.entered(proposed(), by=CHECKER, terms=TERMS, now=noon(date(2026, 5, 6)))


def revoking() -> UsageRecord:
    now = noon(date(2026, 6, 1))
    return moves.revocation_proposed(entered(), reason="抄错户号", by=CLERK, now=now)


def decided(*, upheld: bool) -> UsageRecord:
    return moves.decided(objected(), upheld=upheld, answer="核实", by=CHECKER, now=noon(RIPE))


BY_STATE: dict[State, Callable[[], UsageRecord]] = {
    State.WATCHED: record,
    State.TO_SERVE: lambda: moves.to_serve(record(), terms=TERMS, now=noon(RIPE)),
    State.NOTICED: noticed,
    State.OBJECTED: objected,
    State.DISMISSED: lambda: decided(upheld=False),
    State.PROPOSED: proposed,
    State.ENTERED: entered,
    State.REVOKING: revoking,
    State.CLOSED: lambda: moves.withdrawn(noticed(), reason="误报", now=noon(RIPE)),
    State.REVOKED: lambda: moves.revoked(revoking(), by=CHECKER, now=noon(date(2026, 6, 2))),
}
LATER = date(2026, 6, 3)
NOW = noon(LATER)
OPEN = {
    *(State.WATCHED, State.TO_SERVE, State.NOTICED, State.OBJECTED, State.DISMISSED),
    State.PROPOSED,
}
MOVES: dict[str, tuple[Callable[[UsageRecord], UsageRecord], set[State]]] = {
    "notice": (
        lambda one: moves.noticed(one, terms=TERMS, calendar=CALENDAR, now=NOW),
        {State.WATCHED, State.TO_SERVE},
    ),
    "to serve": (lambda one: moves.to_serve(one, terms=TERMS, now=NOW), {State.WATCHED}),
    "serve": (
        lambda one: moves.served(
            one, proof="送1号", on=LATER, terms=TERMS, calendar=CALENDAR, now=NOW
        ),
        {State.TO_SERVE},
    ),
    "object": (
        lambda one: moves.objected(
            one, reason="已缴", by="p", terms=TERMS, calendar=CALENDAR, now=noon(RIPE)
        ),
        {State.NOTICED},
    ),
    "decide": (
        lambda one: moves.decided(one, upheld=True, answer="核实", by=CHECKER, now=NOW),
        {State.OBJECTED},
    ),
    "propose": (
        lambda one: moves.proposed(one, by=CLERK, terms=TERMS, calendar=CALENDAR, now=NOW),
        {State.NOTICED, State.DISMISSED},
    ),
    "return": (
        lambda one: moves.returned(one, reason="不清", by=CHECKER, now=NOW),
        {State.PROPOSED},
    ),
    "enter": (
        lambda one: moves.entered(one, by=CHECKER, terms=TERMS, now=NOW),
        {State.PROPOSED},
    ),
    "pay": (
        lambda one: moves.paid(one, on=LATER, now=NOW),
        OPEN | {State.ENTERED, State.REVOKING},
    ),
    "justify": (lambda one: moves.justified(one, excuse="计量有误", now=NOW), OPEN),
    "withdraw": (lambda one: moves.withdrawn(one, reason="误报", now=NOW), OPEN),
    "say wrong": (
        lambda one: moves.revocation_proposed(one, reason="误报", by=CLERK, now=NOW),
        {State.ENTERED},
    ),
    "keep": (lambda one: moves.kept(one, reason="无误", by=CHECKER, now=NOW), {State.REVOKING}),
    "revoke": (lambda one: moves.revoked(one, by=CHECKER, now=NOW), {State.REVOKING}),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", MOVES)
def test_every_move_is_legal_in_its_states_and_a_conflict_in_all_others(
    move: str, state: State
) -> None:
    make, legal = MOVES[move]
    was = BY_STATE[state]()
    assert was.state is state
    if state in legal:
        after = make(was)
        assert after.revision == was.revision + 1
        assert len(after.steps) == len(was.steps) + 1
    else:
        with pytest.raises(Conflict) as refused:
            make(was)
        assert refused.value.detail.endswith("。")


@given(demanded=DAYS, ahead=st.integers(0, 500))
def test_nothing_is_noticed_before_it_is_ripe(demanded: date, ahead: int) -> None:
    one, day = record(on=demanded), demanded + DAY * ahead
    if ripe(one, today=day, terms=TERMS):
        assert moves.noticed(one, terms=TERMS, calendar=CALENDAR, now=noon(day)).notice
    else:
        with pytest.raises(Conflict):
            moves.noticed(one, terms=TERMS, calendar=CALENDAR, now=noon(day))


@given(demanded=DAYS, wait=st.integers(1, 200), ahead=st.integers(0, 40))
def test_nothing_is_proposed_before_its_working_days_are_over(
    demanded: date, wait: int, ahead: int
) -> None:
    day = months_after(demanded, 6) + DAY * wait
    one = moves.noticed(record(on=demanded), terms=TERMS, calendar=CALENDAR, now=noon(day))
    until = CALENDAR.after(day, TERMS.object_days)
    later = day + DAY * ahead
    if later > until.day and not until.provisional:
        after = moves.proposed(one, by=CLERK, terms=TERMS, calendar=CALENDAR, now=noon(later))
        assert after.state is State.PROPOSED
    else:
        with pytest.raises(Conflict):
            moves.proposed(one, by=CLERK, terms=TERMS, calendar=CALENDAR, now=noon(later))


def test_past_the_calendar_the_clock_is_provisional_and_nothing_goes_on() -> None:
    day = date(2026, 12, 28)
    one = noticed(day)
    assert one.notice
    assert one.notice.until.provisional
    assert "暂定" in one.steps[-1].text
    much_later = noon(date(2027, 3, 1))
    with pytest.raises(Conflict, match="尚未公布"):
        moves.proposed(one, by=CLERK, terms=TERMS, calendar=CALENDAR, now=much_later)
    published = replace(
        CALENDAR,
        horizon=date(2027, 12, 31),
        holidays=CALENDAR.holidays | {date(2027, 1, 1), date(2027, 1, 4)},
        workdays=CALENDAR.workdays | {date(2027, 1, 9)},
    )
    until = objection_until(one, terms=TERMS, calendar=published)
    assert until is not None
    assert (until.provisional, until.day) == (False, date(2027, 1, 12))
    after = moves.proposed(one, by=CLERK, terms=TERMS, calendar=published, now=much_later)
    assert after.state is State.PROPOSED


@given(day=st.dates(date(2025, 10, 1), date(2026, 11, 30)))
def test_a_calendar_published_later_takes_no_day_away_that_was_told(day: date) -> None:
    """Told by plain weekends, then by the real year with its holidays and worked weekends."""
    told = NO_HOLIDAYS.after(day, TERMS.object_days)
    one = moves.noticed(
        record(Kind.THEFT, on=day), terms=TERMS, calendar=NO_HOLIDAYS, now=noon(day)
    )
    until = objection_until(one, terms=TERMS, calendar=CALENDAR)
    assert until is not None
    assert until.day >= told.day
    assert until.day >= CALENDAR.after(day, TERMS.object_days).day


def test_swapped_weekends_count_as_the_state_council_says() -> None:
    """National Day 2026: 20 September and 10 October are worked, 25 to 27 and 1 to 7 are off."""
    one = noticed(date(2026, 9, 18))
    assert one.notice
    # 20, 21, 22, 23, 24, 28, 29, 30 September, then 8 and 9 October.
    assert one.notice.until.day == date(2026, 10, 9)


def test_who_proposes_does_not_enter_and_who_reported_does_not_decide() -> None:
    with pytest.raises(Conflict, match="同一人"):
        moves.entered(proposed(), by=CLERK, terms=TERMS, now=NOW)
    with pytest.raises(Conflict, match="同一人"):
        moves.returned(proposed(), reason="不清", by=CLERK, now=NOW)
    with pytest.raises(Conflict, match="报送的人"):
        moves.decided(objected(), upheld=False, answer="核实", by=CLERK, now=NOW)
    with pytest.raises(Conflict, match="同一人"):
        moves.revoked(revoking(), by=CLERK, now=NOW)


def test_an_objection_is_raised_once_and_in_time() -> None:
    one = noticed()
    last = over(one) - DAY
    args = {"reason": "已缴", "by": "p", "terms": TERMS, "calendar": CALENDAR}
    assert moves.objected(one, **args, now=noon(last)).state is State.OBJECTED  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="届满"):
        moves.objected(one, **args, now=noon(last + DAY))  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        moves.objected(decided(upheld=False), **args, now=noon(RIPE))  # type: ignore[arg-type]


def test_what_was_dismissed_may_be_proposed_at_once_and_goes_back_there() -> None:
    one = decided(upheld=False)
    after = moves.proposed(one, by=CLERK, terms=TERMS, calendar=CALENDAR, now=noon(RIPE))
    back = moves.returned(after, reason="再核", by=CHECKER, now=NOW)
    assert back.state is State.DISMISSED
    assert moves.returned(proposed(), reason="再核", by=CHECKER, now=NOW).state is State.NOTICED


def test_what_ends_before_it_enters_never_enters() -> None:
    one = noticed()
    ends = {
        Ending.PAID: moves.paid(one, on=RIPE, now=NOW),
        Ending.JUSTIFIED: moves.justified(one, excuse="电费有争议", now=NOW),
        Ending.WITHDRAWN: moves.withdrawn(one, reason="误报", now=NOW),
        Ending.UPHELD: decided(upheld=True),
        Ending.SMALL: record(amount=99_999),
    }
    for ending, closed in ends.items():
        assert (closed.state, closed.ending) == (State.CLOSED, ending)
        with pytest.raises(Conflict):
            moves.proposed(closed, by=CLERK, terms=TERMS, calendar=CALENDAR, now=NOW)
    assert record(excuse="欠费有争议").ending is Ending.JUSTIFIED
    assert record(paid_on=date(2025, 8, 31)).ending is Ending.PAID


def test_what_is_paid_after_it_entered_stays_and_says_so() -> None:
    after = moves.paid(entered(), on=LATER, now=NOW)
    assert (after.state, after.paid_on) == (State.ENTERED, LATER)
    with pytest.raises(Conflict, match="登记缴清"):
        moves.paid(after, on=LATER, now=NOW)
    with pytest.raises(Invalid):
        moves.paid(entered(), on=LATER + DAY, now=NOW)


def test_theft_is_not_ended_by_payment() -> None:
    theft = noticed(kind=Kind.THEFT)
    with pytest.raises(Conflict, match="不因缴费"):
        moves.paid(theft, on=RIPE, now=NOW)
    with pytest.raises(Conflict):
        moves.justified(theft, excuse="没有", now=NOW)


@given(served=st.dates(date(2025, 8, 1), date(2026, 7, 1)))
def test_service_on_paper_counts_from_its_own_day_and_never_before_it_was_ripe(
    served: date,
) -> None:
    one = moves.to_serve(record(), terms=TERMS, now=noon(RIPE))
    last = months_after(date(2025, 8, 31), 6)

    def serve() -> UsageRecord:
        return moves.served(one, proof="送1号", on=served, terms=TERMS, calendar=CALENDAR, now=NOW)

    if last < served <= LATER:
        notice = serve().notice
        assert notice is not None
        assert (notice.on, notice.proof) == (served, "送1号")
        assert notice.until == CALENDAR.after(served, TERMS.object_days)
    else:
        with pytest.raises(Invalid):
            serve()


PEOPLE = st.sampled_from([CLERK, CHECKER])
NOISE = st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 15), PEOPLE), max_size=2)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    """The way into the record with anything between its steps, at any pace, by anybody."""
    waits = {"notice": (150, 260), "propose": (0, 30), "enter": (0, 10)}
    history = draw(NOISE)
    for move, (least, most) in waits.items():
        history += [(move, draw(st.integers(least, most)), draw(PEOPLE)), *draw(NOISE)]
    return history


def tried(one: UsageRecord, move: str, by: str, day: date) -> UsageRecord:
    """What a move makes of it on that day; the same when it is refused."""
    at = {"now": noon(day)}
    clocked = {"terms": TERMS, "calendar": CALENDAR, **at}
    ways: dict[str, Callable[[], UsageRecord]] = {
        "notice": lambda: moves.noticed(one, **clocked),  # type: ignore[arg-type]
        "to serve": lambda: moves.to_serve(one, terms=TERMS, **at),
        "serve": lambda: moves.served(one, proof="送1号", on=day, **clocked),  # type: ignore[arg-type]
        "object": lambda: moves.objected(one, reason="已缴", by="p", **clocked),  # type: ignore[arg-type]
        "decide": lambda: moves.decided(one, upheld=False, answer="核实", by=by, **at),
        "propose": lambda: moves.proposed(one, by=by, **clocked),  # type: ignore[arg-type]
        "return": lambda: moves.returned(one, reason="不清", by=by, **at),
        "enter": lambda: moves.entered(one, by=by, terms=TERMS, **at),
        "pay": lambda: moves.paid(one, on=day, **at),
        "justify": lambda: moves.justified(one, excuse="计量有误", **at),
        "withdraw": lambda: moves.withdrawn(one, reason="误报", **at),
        "say wrong": lambda: moves.revocation_proposed(one, reason="误报", by=by, **at),
        "keep": lambda: moves.kept(one, reason="无误", by=by, **at),
        "revoke": lambda: moves.revoked(one, by=by, **at),
    }
    try:
        return ways[move]()
    except (Conflict, Invalid):
        return one


@given(demanded=DAYS, kind=st.sampled_from(Kind), history=histories())
def test_over_any_history_an_entry_had_ripeness_notice_time_and_two_people(
    demanded: date, kind: Kind, history: list[tuple[str, int, str]]
) -> None:
    one, day = record(kind, on=demanded), demanded
    for move, wait, by in history:
        day += DAY * wait
        before = one
        one = tried(one, move, by, day)
        if one.state is State.ENTERED and before.state is State.PROPOSED:
            assert ripe(before, today=day, terms=TERMS)
            assert before.proposed_by != by
            assert one.notice is not None
            until = CALENDAR.after(one.notice.on, TERMS.object_days)
            heard = one.objection is not None and one.objection.upheld is False
            assert heard or day > until.day
            assert one.entered_on == day
            event("entered")
        if before.state in {State.CLOSED, State.REVOKED}:
            assert one is before
