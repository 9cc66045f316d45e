"""sandbox/expiring.py."""

from sandbox.expiring import Expiring
from tests.sandbox.support import MovingClock


def test_a_value_is_forgotten_when_its_time_is_over(clock: MovingClock) -> None:
    memory = Expiring[int](seconds=300, clock=clock)
    memory.put("a", 1)
    clock.move(299)
    assert memory.get("a") == 1
    clock.move(1)
    assert memory.get("a") is None
    assert len(memory) == 0


def test_the_oldest_makes_room(clock: MovingClock) -> None:
    memory = Expiring[int](seconds=300, clock=clock, capacity=2)
    for number, key in enumerate("abc"):
        memory.put(key, number)
    assert "a" not in memory
    assert "b" in memory
    assert "c" in memory


def test_putting_again_starts_anew(clock: MovingClock) -> None:
    memory = Expiring[int](seconds=300, clock=clock)
    memory.put("a", 1)
    clock.move(200)
    memory.put("a", 2)
    clock.move(200)
    assert memory.get("a") == 2
