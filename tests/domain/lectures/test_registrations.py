"""Places in a room, whoever comes and goes: the rules that hold in every order."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from domain.lectures.registrations import Room, State

STEPS = st.lists(st.sampled_from(["come", "go", "fewer", "more", "up"]), max_size=60)


@given(STEPS, st.integers(0, 1_000_000))
def test_never_more_than_places_come_in_and_nobody_is_passed_by(
    steps: list[str], seed: int
) -> None:
    """Beside the room stands a queue of who is there, in the order in which they came."""
    room, places = Room(lecture_id="l"), 3
    inside: list[int] = []
    waiting: deque[int] = deque()
    for step in steps:
        if step == "come":
            free = room.free(places)
            room, state = room.entered(places)
            assert (state is State.CONFIRMED) == (free > 0)
            if state is State.CONFIRMED:
                assert not waiting
                assert len(inside) < places
                inside.append(room.came)
            else:
                waiting.append(room.came)
        elif step == "go" and inside:
            inside.pop(seed % len(inside))
            room = room.left(State.CONFIRMED)
        elif step == "go" and waiting:
            waiting.pop()
            room = room.left(State.WAITING)
        elif step in {"fewer", "more"}:
            places = max(1, places + (1 if step == "more" else -1))
        elif step == "up":
            count = room.moving_up(places)
            assert count == max(0, min(len(waiting), places - len(inside)))
            inside += [waiting.popleft() for _ in range(count)]
            room = room.moved_up(count)
        assert (room.confirmed, room.waiting) == (len(inside), len(waiting))


def test_fewer_places_throw_nobody_out() -> None:
    room = Room(lecture_id="l", confirmed=5, waiting=2, came=7)
    assert room.moving_up(3) == 0
    assert room.left(State.CONFIRMED).moving_up(3) == 0


def test_a_withdrawal_empties_the_room_for_another_round() -> None:
    after = Room(lecture_id="l", round=2, confirmed=5, waiting=2, came=9, revision=4).over()
    assert after == Room(lecture_id="l", round=3, revision=5)


def test_who_comes_for_the_replay_alone_takes_no_place_and_waits_no_more() -> None:
    room = Room(lecture_id="l", confirmed=1, waiting=1, came=2)
    room = room.entered_for_replay(State.WAITING)
    assert (room.confirmed, room.waiting, room.came) == (1, 0, 3)
    room = room.entered_for_replay(None)
    assert (room.confirmed, room.waiting, room.came) == (1, 0, 4)
