"""Who is there is told to colleagues by name, to the citizen only that a butler is typing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.live.following import Follower, Side
from domain.live.hub import Hub, Seat
from domain.live.presence import LOOKS_SECONDS, MOST_ABOUTS, TYPES_SECONDS, Doing, Presence, Present
from tests.domain.live.listening import Ear, Memory, hub_over, person, seated, staff

NAMES = {"wang": "王敏", "li": "李强"}


class Store:
    """Keeps what was said, as if no other process heard it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Present] = {}

    async def note(self, present: Present) -> None:
        self.rows[(present.seat, present.about)] = present

    async def left(self, seat: str, abouts: Collection[str]) -> None:
        for about in abouts:
            del self.rows[(seat, about)]

    async def all(self) -> Sequence[Present]:
        return list(self.rows.values())


class Room:
    """Ticket 1, with whoever comes."""

    def __init__(self) -> None:
        self.hub: Hub = hub_over(Memory())
        self.store = Store()
        self.presence = Presence(hub=self.hub, store=self.store, names=self._names)

    async def _names(self, staff_ids: Sequence[str]) -> Mapping[str, str]:
        return {one: NAMES[one] for one in staff_ids if one in NAMES}

    async def come(self, follower: Follower, *streams: str, seat_id: str = "") -> tuple[Seat, Ear]:
        if self.hub.place is None:
            await self.hub.catch_up()
        seat, ear = seated(self.hub, follower, seat_id=seat_id)
        await self.hub.join(seat, streams or ("ticket:1",), since=None, refused=())
        return seat, ear

    async def say(self, seat: Seat, doing: Doing, now: float = 0) -> None:
        """Said, and heard by the way of the database."""
        await self.presence.say(seat, doing, "1")
        if present := self.store.rows.get((seat.id, "1")):
            await self.presence.heard(present, now)


def shown(ear: Ear) -> dict[str, Any]:
    return dict(ear.last("presence")["presence"])


def count(ear: Ear) -> int:
    return sum("presence" in frame for frame in ear.frames)


async def test_colleagues_see_each_other_by_name_and_nobody_sees_themself() -> None:
    room = Room()
    wang, heard_by_wang = await room.come(staff("wang"))
    li, heard_by_li = await room.come(staff("li"))
    await room.say(wang, Doing.LOOKING)
    await room.say(li, Doing.TYPING)
    assert shown(heard_by_li) == {
        "about": "1",
        "looking": ["王敏"],
        "typing": [],
        "words": "王敏正在查看",
    }
    assert shown(heard_by_wang) == {
        "about": "1",
        "looking": [],
        "typing": ["李强"],
        "words": "李强正在输入",
    }


async def test_the_citizen_learns_that_a_butler_types_and_neither_who_nor_that_anybody_looks() -> (
    None
):
    room = Room()
    wang, _ = await room.come(staff("wang"))
    _, heard = await room.come(person("alice"))
    await room.say(wang, Doing.LOOKING)
    assert count(heard) == 0, "a frame that says nothing would say it"
    await room.say(wang, Doing.TYPING)
    assert shown(heard) == {
        "about": "1",
        "looking": [],
        "typing": ["信用管家"],
        "words": "信用管家正在输入",
    }


async def test_staff_see_that_the_citizen_types_and_not_that_they_look() -> None:
    room = Room()
    alice, _ = await room.come(person("alice"))
    _, heard = await room.come(staff("wang"))
    await room.say(alice, Doing.LOOKING)
    assert count(heard) == 0
    await room.say(alice, Doing.TYPING)
    assert shown(heard)["words"] == "市民正在输入"


async def test_another_citizen_is_not_told_of_to_a_citizen() -> None:
    room = Room()
    alice, _ = await room.come(person("alice"))
    _, heard = await room.come(person("bob"))
    await room.say(alice, Doing.TYPING)
    assert count(heard) == 0


async def test_who_does_not_say_so_again_is_gone_after_a_while() -> None:
    room = Room()
    wang, _ = await room.come(staff("wang"))
    _, heard = await room.come(staff("li"))
    await room.say(wang, Doing.TYPING, now=100)
    await room.presence.sweep(100 + TYPES_SECONDS - 0.1)
    assert shown(heard)["words"] == "王敏正在输入"
    await room.presence.sweep(100 + TYPES_SECONDS)
    assert shown(heard)["words"] == "王敏正在查看"
    await room.say(wang, Doing.LOOKING, now=110)
    await room.presence.sweep(100 + LOOKS_SECONDS)
    assert shown(heard)["words"] == "王敏正在查看"
    await room.presence.sweep(110 + LOOKS_SECONDS)
    assert shown(heard)["words"] == ""


async def test_saying_it_again_tells_nobody_anything() -> None:
    room = Room()
    wang, _ = await room.come(staff("wang"))
    _, heard = await room.come(staff("li"))
    for now in range(3):
        await room.say(wang, Doing.LOOKING, now=now)
    assert count(heard) == 1


async def test_with_two_windows_one_is_there_until_both_have_left() -> None:
    room = Room()
    one, _ = await room.come(staff("wang"), seat_id="one")
    two, _ = await room.come(staff("wang"), seat_id="two")
    _, heard = await room.come(staff("li"))
    await room.say(one, Doing.LOOKING)
    await room.say(two, Doing.LOOKING)
    for seat in (one, two):
        assert shown(heard)["words"] == "王敏正在查看"
        await room.presence.leave(seat)
        await room.presence.heard_left(seat.id, "1", 1)
    assert shown(heard)["words"] == ""
    assert room.store.rows == {}


async def test_at_a_ticket_that_one_does_not_follow_one_is_neither_seen_nor_told() -> None:
    room = Room()
    alice, heard = await room.come(person("alice"), "person:alice")
    wang, _ = await room.come(staff("wang"))
    await room.say(wang, Doing.TYPING)
    await room.say(alice, Doing.TYPING)
    assert list(room.store.rows) == [(wang.id, "1")]
    assert count(heard) == 0
    assert heard.frames[-1] == {"refused": ["ticket:1"]}


async def test_who_comes_later_is_told_who_is_there() -> None:
    room = Room()
    wang, _ = await room.come(staff("wang"))
    await room.say(wang, Doing.LOOKING)
    li, heard = await room.come(staff("li"))
    await room.presence.greet(li, 1)
    assert shown(heard)["words"] == "王敏正在查看"


async def test_after_a_break_who_is_there_is_read_anew() -> None:
    room = Room()
    wang, _ = await room.come(staff("wang"))
    _, heard = await room.come(staff("li"))
    await room.say(wang, Doing.LOOKING)
    room.store.rows.clear()
    room.store.rows[("x", "1")] = Present(
        seat="x", about="1", side=Side.PERSON, who="alice", doing=Doing.TYPING
    )
    await room.presence.anew(1)
    assert shown(heard)["words"] == "市民正在输入"


async def test_one_is_at_few_tickets_at_a_time() -> None:
    room = Room()
    tickets = [f"ticket:{number}" for number in range(MOST_ABOUTS + 1)]
    wang, _ = await room.come(staff("wang"), *tickets)
    for number in range(MOST_ABOUTS + 1):
        await room.presence.say(wang, Doing.LOOKING, str(number))
    assert len(room.store.rows) == MOST_ABOUTS
