"""What of a recording was truly watched: honest players are believed, others never too much."""

import math
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid, NotFound
from domain.lectures.addresses import lasting
from domain.lectures.hours import LEFT_MS, MOST_SPENT, Hours
from domain.lectures.spans import Span, firsts, length, merged, within, without
from domain.lectures.watching import (
    GAP_MS,
    MOST_SEGMENTS,
    MOST_SITTINGS,
    MOST_STRETCHES,
    Beat,
    Look,
    Progress,
    Segment,
)
from tests.proof import Proof

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
HONEST, CHEATING = (3_000, 10_000) if FULL else (300, 600)
AT = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
HOUR = 3_600_000
WITHIN_MS = 2_000
EVERY_MS = 10_000
LECTURES, HALF, AWAY = 3, 0.5, 60


def after(ms: float) -> datetime:
    return AT + timedelta(milliseconds=ms)


@dataclass
class Person:
    """Somebody, and how far they are with some lectures."""

    lectures: list[Progress]
    hours: Hours = field(default_factory=lambda: Hours(person_id="person"))

    @property
    def seen_ms(self) -> int:
        """Of all lectures together."""
        return sum(one.seen_ms for one in self.lectures)

    def opens(self, lecture: int, name: str, *, now: datetime) -> None:
        self.lectures[lecture] = self.lectures[lecture].opened(name, now=now)

    def tells(self, lecture: int, name: str, told: Beat, *, now: datetime) -> None:
        heard = self.lectures[lecture].heard(name, told, hours=self.hours, now=now)
        self.lectures[lecture], self.hours = heard


@dataclass(frozen=True)
class Alone:
    """One recording of somebody who watches no other."""

    progress: Progress
    hours: Hours = field(default_factory=lambda: Hours(person_id="person"))

    def opened(self, name: str, *, now: datetime) -> "Alone":
        return Alone(self.progress.opened(name, now=now), self.hours)

    def heard(self, name: str, told: Beat, *, now: datetime) -> "Alone":
        return Alone(*self.progress.heard(name, told, hours=self.hours, now=now))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.progress, name)


def new(duration_ms: int = HOUR, **more: Any) -> Progress:
    return Progress(
        lecture_id="lecture",
        person_id="person",
        recording="film",
        duration_ms=duration_ms,
        slide_pages=12,
        changed_at=AT,
        **more,
    )


def fresh(duration_ms: int = HOUR, **more: Any) -> Alone:
    return Alone(new(duration_ms, **more))


def beat(*segments: tuple[float, ...], number: int = 0, position_ms: int = 0, **more: bool) -> Beat:
    played = [Segment(from_ms=int(a), to_ms=int(b), speed=(*s, 1)[0]) for a, b, *s in segments]
    return Beat(
        number=number, position_ms=position_ms, segments=played, **{"playing": True, **more}
    )


def sat(at_ms: float, *beats: Beat, opened_ms: float = 0) -> Alone:
    """One sitting, all of it told at one moment."""
    progress = fresh().opened("one", now=after(opened_ms))
    for one in beats:
        progress = progress.heard("one", one, now=after(at_ms))
    return progress


# -- honest players --------------------------------------------------------------


@dataclass
class Player:
    """A player that tells the truth over a network that is none of the best."""

    id: str
    lecture: int = 0
    number: int = 0
    untold: list[Segment] = field(default_factory=list)
    held: list[Beat] = field(default_factory=list)


@dataclass
class Room:
    """A person's players, the clock, what the server knows and what was truly played."""

    person: Person = field(default_factory=lambda: Person([new() for _ in range(LECTURES)]))
    clock: float = 0
    position: float = 0
    played: list[list[Span]] = field(default_factory=lambda: [[] for _ in range(LECTURES)])
    late: list[tuple[float, Player, Beat]] = field(default_factory=list)
    players: list[Player] = field(default_factory=list)
    beats: int = 0

    def open(self, lecture: int) -> None:
        player = Player(f"device {len(self.players)}", lecture)
        self.person.opens(lecture, player.id, now=after(self.clock))
        self.players.append(player)

    def go_back(self, lecture: int) -> bool:
        """To a window that was left open; whether there is one."""
        left = next((one for one in reversed(self.players) if one.lecture == lecture), None)
        if left is None:
            return False
        self.players.remove(left)
        self.players.append(left)
        return True

    def play(self, player: Player, ms: float, speed: float) -> None:
        end = min(self.position + ms * speed, HOUR)
        self.clock += (end - self.position) / speed
        if end > self.position:
            stretch = (int(self.position), int(end))
            player.untold.append(Segment(from_ms=stretch[0], to_ms=stretch[1], speed=speed))
            self.played[player.lecture].append(stretch)
        self.position = end

    def tell(self, player: Player, *, delay: float, again: bool) -> None:
        """Each beat says what was not told yet; a late one may be overtaken by the next."""
        made = Beat(
            number=player.number,
            position_ms=int(self.position),
            playing=True,
            segments=player.untold[:MOST_SEGMENTS],
        )
        player.number, player.untold = player.number + 1, player.untold[MOST_SEGMENTS:]
        self.late.append((self.clock + delay, player, made))
        if again:
            self.late.append((self.clock + delay * 2, player, made))
        self.arrive(self.clock)

    def tell_all(self) -> None:
        """What is untold of all lectures, one after the other, as a phone does that is back."""
        for player in self.players:
            while True:
                self.tell(player, delay=0, again=False)
                self.clock += 500
                if not player.untold:
                    break

    def arrive(self, until: float) -> None:
        due = sorted((one for one in self.late if one[0] <= until), key=lambda one: one[0])
        self.late = [one for one in self.late if one[0] > until]
        for at, player, made in due:
            self.person.tells(player.lecture, player.id, made, now=after(at))
            self.beats += 1


STEP = st.tuples(
    st.sampled_from(
        ["play", "play", "play", "pause", "seek", "offline", "other", "lecture", "lecture"]
    ),
    st.floats(0, 1),
    st.sampled_from([0.5, 0.75, 1.0, 1.25, 1.5, 2.0]),
)
NETWORK = st.lists(
    st.tuples(st.sampled_from([0, 0, 200, 1_500, 4_000, 12_000]), st.booleans()),
    min_size=1,
    max_size=8,
)


def watch(steps: list[tuple[str, float, float]], network: list[tuple[int, bool]]) -> Room:
    room = Room()
    room.open(0)
    told = 0
    for kind, much, speed in steps:
        player = room.players[-1]
        if kind == "seek":
            room.position = much * HOUR
        elif kind == "other":
            # Whoever goes on elsewhere has told so much before, unless offline.
            room.open(player.lecture)
        elif kind == "lecture":
            room.position, lecture = much * HOUR, (player.lecture + 1) % LECTURES
            if much > HALF:
                room.tell_all()
            if much <= HALF or not room.go_back(lecture):
                room.open(lecture)
        elif kind == "pause":
            room.clock += much * 600_000
        elif kind == "offline":
            room.play(player, much * 900_000, speed)
            continue
        else:
            for _ in range(1 + int(much * 12)):
                room.play(player, EVERY_MS, speed)
                delay, again = network[told % len(network)]
                room.tell(player, delay=delay, again=again)
                told += 1
    room.clock += 30_000
    room.tell_all()
    room.arrive(math.inf)
    return room


def test_honest_players_are_believed_within_two_seconds(proof: Proof) -> None:
    met: Counter[str] = Counter()

    # Few at random may be short by chance; what a short run tries is the same each time.
    @settings(max_examples=HONEST, derandomize=not FULL)
    @given(steps=st.lists(STEP, min_size=1, max_size=14), network=NETWORK)
    def judge(steps: list[tuple[str, float, float]], network: list[tuple[int, bool]]) -> None:
        room = watch(steps, network)
        truly = [merged(one) for one in room.played]
        for progress, played in zip(room.person.lectures, truly, strict=True):
            for stretch in progress.seen:
                assert without(stretch, played) == ()
        whole = sum(length(one) for one in truly)
        assert whole - room.person.seen_ms <= WITHIN_MS
        met["sessions"] += 1
        met["beats"] += room.beats
        met["offline"] += any(kind == "offline" for kind, _, _ in steps)
        met["long"] += whole > 600_000
        met["lectures"] += sum(map(bool, truly)) > 1

    judge()
    assert met["offline"] > HONEST / 10, met
    assert met["long"] > HONEST / 10, met
    assert met["lectures"] > HONEST / 20, met
    proof("honest sessions of watching", met["sessions"], "believed within 2 s")
    proof("their beats, late, repeated, out of order, offline", met["beats"], "the same")


# -- cheating players ------------------------------------------------------------

MOMENT = st.integers(0, HOUR + 100_000)
CLAIM = st.tuples(MOMENT, MOMENT, st.sampled_from([0.01, 1.0, 2.0, 3.0, 100.0, 1e300]))
CLAIMS = st.lists(CLAIM.map(lambda one: (*sorted(one[:2]), one[2])), max_size=6)
EVERYTHING = st.just([(0, HOUR, 100.0)])
MOVE = st.tuples(
    st.sampled_from(["open", "beat", "beat", "beat", "again", "back", "away"]),
    st.integers(0, 25),
    st.one_of(st.integers(0, 12_000), st.integers(0, 400_000)),
    st.one_of(CLAIMS, EVERYTHING),
)


@dataclass
class Window:
    """One that was opened: of which lecture, when, and until when the server has heard it."""

    lecture: int
    opened: int
    until: int


@dataclass
class Cheat:
    """Whoever claims what it likes, of as many lectures, from as many windows as it likes."""

    person: Person = field(default_factory=lambda: Person([new() for _ in range(LECTURES)]))
    real: int = 0
    behind: int = 0
    opened: list[Window] = field(default_factory=list)
    heard: list[Span] = field(default_factory=list)
    clocked: list[Span] = field(default_factory=list)
    told: list[tuple[int, Beat]] = field(default_factory=list)

    @property
    def clock(self) -> int:
        """The server's, which may be set back."""
        return self.real - self.behind

    @property
    def bound(self) -> float:
        """By the time with a window open, and by the clock as far as an address holds."""
        return 1.25 * 2 * min(length(merged(self.heard)), length(merged(self.clocked)))

    def open(self, lecture: int) -> None:
        self.person.opens(lecture, str(len(self.opened)), now=after(self.clock))
        latest = self.person.lectures[lecture].changed_at - AT
        self.opened.append(Window(lecture, self.real, latest // timedelta(milliseconds=1)))

    def tell(self, which: int, made: Beat) -> None:
        window = self.opened[which]
        if str(which) not in {one.id for one in self.person.lectures[window.lecture].sittings}:
            return
        self.person.tells(window.lecture, str(which), made, now=after(self.clock))
        self.heard.append((window.opened, self.real))
        holds = lasting(HOUR) // timedelta(milliseconds=1)
        self.clocked.append((window.until, min(self.clock, window.until + holds)))
        window.until = max(window.until, self.clock)
        self.told.append((which, made))

    def do(self, move: tuple[str, int, int, list[tuple[float, ...]]]) -> None:
        kind, number, ms, claims = move
        self.real += ms
        if kind == "open" or not self.opened:
            self.open(number % LECTURES)
        elif kind == "back":
            self.behind += ms
        elif kind == "away":
            self.real += AWAY * ms
        elif kind == "again" and self.told:
            self.tell(*self.told[number % len(self.told)])
        else:
            self.tell(number % len(self.opened), beat(*claims, number=number))


def test_cheating_players_are_never_believed_more_than_the_bound(proof: Proof) -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=CHEATING, derandomize=not FULL)
    @given(moves=st.lists(MOVE, min_size=1, max_size=40))
    def judge(moves: list[tuple[str, int, int, list[tuple[float, ...]]]]) -> None:
        cheat, reached = Cheat(), False
        for move in moves:
            cheat.do(move)
            assert cheat.person.seen_ms <= cheat.bound
            reached |= 0 < cheat.bound * 0.9 <= cheat.person.seen_ms
        met["sessions"] += 1
        met["beats"] += len(cheat.told)
        met["windows"] += len(cheat.opened) > 2
        met["at the bound"] += reached
        met["set back"] += cheat.behind > 0
        met["lectures"] += sum(one.seen_ms > 0 for one in cheat.person.lectures) > 1

    judge()
    wanted = ("windows", "at the bound", "set back", "lectures")
    assert min(met[one] for one in wanted) > CHEATING / 20, met
    proof("cheating sessions of watching", met["sessions"], "never above the bound")
    proof("their beats: claimed, repeated, from many windows, clock set back", met["beats"], "so")


def test_a_minute_is_worth_a_minute_and_a_quarter_at_double_speed_twice() -> None:
    """The bound is reached, not only kept."""
    assert sat(60_000, beat((0, HOUR, 1.0))).seen_ms == 75_000
    assert sat(60_000, beat((0, HOUR, 2.0))).seen_ms == 150_000
    assert sat(60_000, beat((0, HOUR, 100.0))).seen_ms == 150_000
    assert sat(60_000, beat((0, HOUR, 0.5))).seen_ms == 37_500


def test_dragging_to_the_end_counts_nothing() -> None:
    progress = sat(60_000, beat(position_ms=HOUR, number=0), beat(position_ms=HOUR, number=1))
    assert (progress.seen_ms, progress.percent, progress.position_ms) == (0, 0, HOUR)


def test_what_was_told_before_adds_nothing() -> None:
    once = sat(60_000, beat((0, 10_000)))
    again = once.heard("one", beat((0, 10_000)), now=after(120_000))
    assert again.seen == once.seen == ((0, 10_000),)


def test_two_windows_side_by_side_count_as_one() -> None:
    progress = fresh().opened("one", now=AT).opened("two", now=AT)
    for second in range(10, 70, 10):
        for n, name in enumerate(("one", "two")):
            at = n * HOUR // 2 + second * 2_000
            told = beat((at - 20_000, at, 2.0), number=second)
            progress = progress.heard(name, told, now=after(second * 1000))
    assert progress.seen_ms == 150_000


def test_lectures_side_by_side_count_as_one() -> None:
    """As an attacker did: opened at one moment, and each told of once."""
    person = Person([new(60_000), new(60_000)])
    for lecture in range(2):
        person.opens(lecture, "one", now=AT)
    for lecture in range(2):
        person.tells(lecture, "one", beat((0, 60_000, 2.0)), now=after(20_000 + lecture))
    assert [one.seen_ms for one in person.lectures] == [50_000, 2]


def test_whoever_goes_from_one_lecture_to_the_other_and_back_is_believed() -> None:
    """The window that rests says nothing; what it tells then is paid with what went by since."""
    person = Person([new(), new()])
    for lecture in range(2):
        person.opens(lecture, "one", now=AT)
    for n in range(1, 61):
        lecture, at = n // 20 % 2, n * EVERY_MS
        told = beat((at - EVERY_MS, at), number=n)
        person.tells(lecture, "one", told, now=after(at))
    assert person.seen_ms == 60 * EVERY_MS


def test_a_silence_earns_no_more_than_an_address_holds() -> None:
    person = Person([new(60_000) for _ in range(12)])
    for lecture in range(12):
        person.opens(lecture, "one", now=AT)
    tomorrow = after(24 * HOUR)
    person.tells(0, "one", beat(), now=tomorrow)
    assert person.hours.left_ms == 1.25 * (2 * 60_000 + HOUR)
    # The others were silent at the same time: there is no more for them.
    for lecture in range(1, 12):
        told = beat((0, 60_000))
        person.tells(lecture, "one", told, now=tomorrow + timedelta(minutes=lecture + 1))
    assert person.seen_ms == LEFT_MS


def test_of_unspent_time_little_is_kept_while_the_player_is_heard() -> None:
    """Whoever lets it stand for an hour has not watched an hour."""
    progress = fresh().opened("one", now=AT)
    for n in range(360):
        progress = progress.heard("one", beat(number=n), now=after(n * 10_000))
    claim = beat((0, HOUR), number=360)
    progress = progress.heard("one", claim, now=after(3_600_000))
    assert progress.seen_ms == 30_000 + 12_500


def test_what_was_played_offline_is_believed_when_it_is_told_even_in_pieces() -> None:
    first, second = beat((0, 600_000), number=0), beat((900_000, 1_800_000), number=1)
    progress = sat(1_500_000, first, second)
    assert progress.seen == ((0, 600_000), (900_000, 1_800_000))
    late = sat(1_500_000, first).heard("one", second, now=after(1_600_000))
    assert late.seen_ms < 600_000 + 900_000


def test_who_was_offline_on_one_device_is_believed_though_another_was_heard_meanwhile() -> None:
    progress = fresh().opened("one", now=AT).opened("two", now=after(600_000))
    progress = progress.heard("two", beat((2_000_000, 2_060_000)), now=after(660_000))
    progress = progress.heard("one", beat((0, 600_000)), now=after(661_000))
    assert progress.seen == ((0, 600_000), (2_000_000, 2_060_000))


def test_what_lies_past_the_end_is_cut() -> None:
    progress = fresh(60_000).opened("one", now=AT)
    progress = progress.heard(
        "one", beat((50_000, 900_000), position_ms=900_000), now=after(60_000)
    )
    assert (progress.seen, progress.position_ms) == (((50_000, 60_000),), 60_000)


def test_a_clock_that_is_set_back_believes_nothing_twice() -> None:
    progress = sat(60_000, beat((0, 60_000)))
    progress = progress.opened("two", now=after(-300_000))
    for back in range(-300_000, 60_000, 30_000):
        progress = progress.heard(
            "two", beat((60_000, HOUR), number=back + 300_000), now=after(back)
        )
    # What of the first minute was unspent is all there is.
    assert progress.seen_ms == 75_000
    assert progress.changed_at == after(60_000)


def test_one_goes_on_where_the_player_stands_by_now() -> None:
    progress = sat(60_000, beat((0, 60_000), position_ms=60_000))
    assert progress.resume_at(after(60_000)) == 60_000
    assert progress.resume_at(after(65_000)) == 65_000
    assert progress.resume_at(after(72_000)) == 72_000
    # Longer ago than that it is not known whether it went on.
    assert progress.resume_at(after(72_001)) == 60_000
    assert progress.resume_at(after(10_000)) == 60_000
    paused = sat(60_000, beat((0, 60_000), position_ms=60_000, playing=False))
    assert paused.resume_at(after(65_000)) == 60_000


def test_one_goes_on_at_the_speed_it_was_played_at_and_not_past_the_end() -> None:
    told = Beat(number=0, position_ms=HOUR - 15_000, playing=True, speed=2.0)
    progress = sat(60_000, told)
    assert progress.resume_at(after(65_000)) == HOUR - 5_000
    assert progress.resume_at(after(71_000)) == HOUR


def test_a_beat_that_was_overtaken_does_not_say_where_it_stands() -> None:
    newer = beat((10_000, 20_000), position_ms=20_000, number=1)
    older = beat((0, 10_000), position_ms=10_000, number=0)
    progress = sat(20_000, newer, older)
    assert (progress.position_ms, progress.seen) == (20_000, ((0, 20_000),))


def test_of_many_sittings_the_one_silent_longest_is_over() -> None:
    progress = fresh()
    for n in range(MOST_SITTINGS + 1):
        progress = progress.opened(str(n), now=after(n))
    assert len(progress.sittings) == MOST_SITTINGS
    with pytest.raises(NotFound, match="重新打开"):
        progress.heard("0", beat(), now=after(50_000))
    progress.heard("1", beat(), now=after(50_000))


def test_of_the_clock_few_stretches_are_kept_and_none_is_forgotten() -> None:
    progress = fresh()
    for n in range(2 * MOST_SPENT):
        at = n * 100_000
        progress = progress.opened(str(n), now=after(at))
        progress = progress.heard(str(n), beat(), now=after(at + 1_000))
    spent = progress.hours.spent
    assert len(spent) == MOST_SPENT
    first = spent[0][0]
    assert all(
        without((first + at, first + at + 1_000), spent) == ()
        for at in range(0, 2 * MOST_SPENT * 100_000, 100_000)
    )


def test_stretches_that_nobody_plays_do_not_pile_up() -> None:
    progress = fresh().opened("one", now=AT)
    for n in range(12):
        crumbs = [(at, at + 1) for at in range(n * 400, n * 400 + 400, 2)]
        progress = progress.heard("one", beat(*crumbs, number=n), now=after(n * 10_000))
    assert len(progress.seen) == MOST_STRETCHES


def work_of(many: int) -> int:
    """How many calls it takes to hear long segments over so many stretches."""
    seen = tuple((n * 3_000, n * 3_000 + 1_000) for n in range(many))
    progress = fresh(seen=seen).opened("one", now=AT)
    told = beat(*[(n, HOUR - n) for n in range(many // 5)])
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        progress = progress.heard("one", told, now=after(HOUR))
        assert progress.minutes
    finally:
        sys.setprofile(before)
    assert progress.seen_ms == HOUR
    return calls


def test_twice_as_much_to_hear_takes_twice_as_long() -> None:
    """Whoever tells of much over much does not hold up everybody else."""
    assert work_of(MOST_STRETCHES) < 2.5 * work_of(MOST_STRETCHES // 2)


def test_what_is_told_past_the_time_there_was_costs_nothing_more() -> None:
    seen = tuple((n * 3_000, n * 3_000 + 1_000) for n in range(MOST_STRETCHES))
    progress = fresh(seen=seen).opened("one", now=AT)
    heard = progress.heard("one", beat(*[(0, HOUR)] * MOST_SEGMENTS), now=after(8_000))
    assert heard.seen_ms == progress.seen_ms + 10_000
    assert heard.hours.left_ms == 0


def test_a_player_that_begins_each_stretch_late_is_believed_to_the_end() -> None:
    """Such gaps are more than may be kept apart; they are closed, and cost what they are long."""
    late, played = GAP_MS - 10, 1_200
    progress = fresh(4 * HOUR).opened("one", now=AT)
    for n in range(played):
        at = n * EVERY_MS
        told = beat((at + late, at + EVERY_MS), number=n)
        progress = progress.heard("one", told, now=after(at + EVERY_MS))
    assert len(progress.seen) == MOST_STRETCHES
    closed = played - MOST_STRETCHES
    assert progress.seen_ms == played * (EVERY_MS - late) + closed * late


def test_longer_gaps_are_never_closed() -> None:
    apart = [(n * 1_000, n * 1_000 + 1_000 - GAP_MS - 1) for n in range(1_200)]
    progress = fresh().opened("one", now=AT)
    for n in range(0, 1_200, MOST_SEGMENTS):
        told = beat(*apart[n : n + MOST_SEGMENTS], number=n)
        progress = progress.heard("one", told, now=after(HOUR + n))
    assert progress.seen == tuple(apart[:MOST_STRETCHES])
    joining = beat((0, 400_000), number=2_000)
    assert len(progress.heard("one", joining, now=after(2 * HOUR)).seen) == 600


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        (beat((5, 4)), "/segments/0", "order"),
        (beat((0, 1), (-1, 4)), "/segments/1", "order"),
        (beat((0, 1, 0)), "/segments/0/speed", "speed"),
        (beat((0, 1, -2)), "/segments/0/speed", "speed"),
        (beat((0, 1, math.nan)), "/segments/0/speed", "speed"),
        (beat((0, 1, math.inf)), "/segments/0/speed", "speed"),
        (beat(*[(0, 1)] * 201), "/segments", "too_many"),
        (Beat(number=0, position_ms=0, playing=True, speed=0), "/speed", "speed"),
        (Beat(number=-1, position_ms=0, playing=True), "/position_ms", "negative"),
        (Beat(number=0, position_ms=-1, playing=True), "/position_ms", "negative"),
        (
            Beat(number=0, position_ms=0, playing=True, looks=[Look(page=0, ms=1)]),
            "/looks/0",
            "page",
        ),
        (
            Beat(number=0, position_ms=0, playing=True, looks=[Look(page=1, ms=1)] * 201),
            "/looks",
            "too_many",
        ),
    ],
)
def test_what_no_player_can_say_is_named(told: Beat, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        sat(10_000, told)
    assert [(one.pointer, one.code) for one in refused.value.faults] == [(pointer, code)]


def test_pages_that_were_looked_at_are_kept_once_each_and_only_those_there_are() -> None:
    looks = [Look(page=page, ms=1_000) for page in (3, 1, 3, 13)]
    told = Beat(number=0, position_ms=0, playing=True, looks=looks)
    assert sat(10_000, told, told).pages == (1, 3)


def test_a_page_that_was_leafed_past_was_not_looked_at() -> None:
    looks = [Look(page=page, ms=ms) for page, ms in ((1, 0), (2, 999), (3, 1_000), (4, 60_000))]
    told = Beat(number=0, position_ms=0, playing=True, looks=looks)
    assert sat(10_000, told).pages == (3, 4)


def test_pages_take_the_time_that_they_are_looked_at() -> None:
    def told(number: int, *pages: int, ms: int = 1_000) -> Beat:
        looks = [Look(page=page, ms=ms) for page in pages]
        return Beat(number=number, position_ms=0, playing=True, looks=looks)

    at_once = sat(0, told(0, *range(1, 13)))
    assert at_once.pages == ()
    progress = sat(4_000, told(0, *range(1, 13)))
    assert progress.pages == (1, 2, 3, 4, 5)
    # Told again it costs nothing, and gains nothing.
    assert progress.heard("one", told(0, *range(1, 13)), now=after(4_000)).pages == (1, 2, 3, 4, 5)
    longer = progress.heard("one", told(1, 1, 9, 10, ms=3_000), now=after(7_000))
    assert longer.pages == (1, 2, 3, 4, 5, 9)
    # What is played beside it is paid for apart, and what comes late with what was left.
    both = sat(10_000, beat((0, 12_500)), told(1, 1, 2, ms=6_000))
    assert (both.seen_ms, both.pages) == (12_500, (1, 2))


def test_a_view_is_half_a_minute_or_all_of_what_is_shorter() -> None:
    assert not sat(60_000, beat((0, 29_999))).viewed
    assert sat(60_000, beat((0, 30_000))).viewed
    short = fresh(8_000).opened("one", now=AT)
    assert not short.heard("one", beat((0, 7_000)), now=after(9_000)).viewed
    assert short.heard("one", beat((0, 7_500)), now=after(9_000)).viewed


def test_all_but_the_last_two_seconds_is_all() -> None:
    nearly = sat(HOUR, beat((0, HOUR - 2_000)))
    assert (nearly.percent, sat(HOUR, beat((0, HOUR - 2_001))).percent) == (100, 99)
    assert (fresh(0).percent, fresh(5).percent) == (0, 0)


def test_a_minute_counts_once_more_than_half_of_it_was_played() -> None:
    assert sat(200_000, beat((0, 60_000), (60_000, 90_000))).minutes == {0}
    assert sat(200_000, beat((0, 60_000), (60_000, 90_001))).minutes == {0, 1}
    rest = fresh(70_000).opened("one", now=AT)
    assert rest.heard("one", beat((60_000, 65_001)), now=after(9_000)).minutes == {1}


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


@given(some=SPANS, one=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_spans_are_what_sets_of_moments_say(some: list[Span], one: Span) -> None:
    union = merged(some)
    moments = {at for start, end in some for at in range(start, end)}
    assert {at for start, end in union for at in range(start, end)} == moments
    assert length(union) == len(moments)
    assert all(before[1] < after[0] for before, after in pairwise(union))
    own = set(range(*one))
    assert {at for s, e in without(one, union) for at in range(s, e)} == own - moments
    assert {at for s, e in within(one, union) for at in range(s, e)} == own & moments


@given(some=SPANS, told=SPANS)
def test_each_moment_falls_to_whoever_told_of_it_first(some: list[Span], told: list[Span]) -> None:
    covered = merged(some)
    known = {at for start, end in covered for at in range(start, end)}
    wanted = []
    for n, (start, end) in enumerate(told):
        mine = set(range(start, end)) - known
        wanted += [(n, one) for one in merged((at, at + 1) for at in mine)]
        known |= mine
    assert firsts(told, covered) == wanted
