"""Each listener hears its streams in order, each event once, through breaks on either side."""

import os
import random

import pytest

from domain.live.frames import refused
from domain.live.hub import MOST_HELD, MOST_PAST, Ending, Full, Hub, Seat
from domain.live.sequence import Place
from tests.domain.live.listening import Ear, Memory, hub_over, person, seated
from tests.proof import Proof

HISTORIES = 5000 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 200
STREAMS = ("ticket:1", "ticket:2", "desk")


async def join(hub: Hub, seat: Seat, *streams: str, since: Place | None = None) -> None:
    await hub.join(seat, streams, since=since, refused=())


class Client:
    """Comes and goes, and remembers what it heard last, as docs/live.md tells clients to."""

    def __init__(self, streams: tuple[str, ...]) -> None:
        self.streams = streams
        self.place: Place | None = None
        self.heard: list[int] = []
        self.first = 0
        self.ear = Ear()
        self.seat: Seat | None = None

    async def come(self, hub: Hub, name: str) -> None:
        self.seat, self.ear = seated(hub, person(name))
        await join(hub, self.seat, *self.streams, since=self.place)
        if self.place is None:
            self.first = self.ear.last("ready")["ready"]

    def go(self, hub: Hub) -> None:
        assert self.seat
        hub.rise(self.seat)
        self.seat = None
        self.remember()

    def remember(self) -> None:
        assert not any("reset" in frame for frame in self.ear.frames)
        for frame in self.ear.frames:
            number = frame.get("n", frame.get("ready"))
            self.heard += [number] if "kind" in frame else []
            last = max(number, self.place.last if self.place else 0)
            self.place = Place(era=frame.get("era") or "one", last=last)
        self.ear.frames = []


class World:
    """Two processes, each a little behind the other at times, whose change streams break."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same each time
        self.memory = Memory()
        self.hubs = [hub_over(self.memory), hub_over(self.memory)]
        self.told = [0, 0]
        self.places: dict[Client, Hub] = {}
        self.clients = [
            Client(tuple(self.chance.sample(STREAMS, self.chance.randint(1, 3)))) for _ in range(4)
        ]
        self.ways = (self.happen, self.happen, self.tell, self.break_off, self.come_or_go)

    async def happen(self) -> None:
        self.memory.add(*self.chance.sample(STREAMS, self.chance.randint(1, 2)))

    async def tell(self) -> None:
        """The stream of a process goes on a little."""
        number = self.chance.randrange(2)
        begin = self.told[number]
        for row in self.memory.rows[begin : begin + self.chance.randint(1, 3)]:
            await self.hubs[number].take(row)
            self.told[number] = row.number

    async def break_off(self) -> None:
        """It tells nothing of what comes next, and a new one is opened."""
        number = self.chance.randrange(2)
        self.told[number] = min(self.memory.last, self.told[number] + self.chance.randint(0, 2))
        await self.hubs[number].catch_up()

    async def come_or_go(self) -> None:
        client = self.chance.choice(self.clients)
        if client in self.places:
            client.go(self.places.pop(client))
        else:
            self.places[client] = self.chance.choice(self.hubs)
            await client.come(self.places[client], str(self.clients.index(client)))

    async def live_through(self) -> None:
        for hub in self.hubs:
            await hub.catch_up()
        for _ in range(60):
            await self.chance.choice(self.ways)()
        for hub in self.hubs:
            await hub.catch_up()
        for client, hub in self.places.items():
            client.go(hub)

    def due(self, client: Client) -> list[int]:
        """What the client should have heard since it came first."""
        return [
            row.number
            for row in self.memory.rows
            if row.number > client.first and set(row.streams) & set(client.streams)
        ]


async def test_whoever_comes_and_goes_hears_all_in_order_and_once(proof: Proof) -> None:
    heard = 0
    for seed in range(HISTORIES):
        world = World(seed)
        await world.live_through()
        for client in world.clients:
            if client.place is not None:
                await client.come(world.hubs[0], "last")
                client.go(world.hubs[0])
                assert client.heard == world.due(client), seed
                heard += len(client.heard)
    proof("live events heard through breaks on both sides", heard, "each once, in order")


async def test_an_event_of_several_streams_is_told_once_with_those_one_follows() -> None:
    memory = Memory()
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1", "person:alice")
    await hub.take(memory.add("staff:wang", "ticket:1", "person:alice", "desk"))
    assert ear.numbers == [1]
    assert ear.frames[-1]["streams"] == ["ticket:1", "person:alice"]


async def test_what_comes_while_the_past_is_read_is_told_after_it() -> None:
    memory = Memory()
    for _ in range(3):
        memory.add("ticket:1")
    hub = hub_over(memory)
    await hub.catch_up()
    read = memory.of

    async def slow(*names: object, **asked: object) -> object:
        await hub.take(memory.add("ticket:1"))
        return await read(*names, **asked)  # type: ignore[arg-type]

    memory.of = slow  # type: ignore[method-assign,assignment]
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1", since=Place(era="one", last=1))
    assert ear.numbers == [2, 3, 4]
    assert [frame["ready"] for frame in ear.frames if "ready" in frame] == [3]


@pytest.mark.parametrize(
    ("era", "last"), [("another", 5), ("one", 99), ("one", 1)], ids=["era", "ahead", "forgotten"]
)
async def test_who_comes_from_where_nothing_is_known_loads_anew(era: str, last: int) -> None:
    memory = Memory()
    for _ in range(6):
        memory.add("ticket:1")
    del memory.rows[:3]  # Their day is over: 2 and 3 went with 1.
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1", since=Place(era=era, last=last))
    assert ear.frames[0] == {"reset": True, "n": 6, "era": "one"}
    assert ear.frames[1] == {"ready": 6, "era": "one", "streams": ["ticket:1"]}
    await hub.take(memory.add("ticket:1"))
    assert ear.numbers == [7]


async def test_who_missed_too_much_loads_anew() -> None:
    memory = Memory()
    for _ in range(MOST_PAST + 2):
        memory.add("ticket:1")
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1", since=Place(era="one", last=1))
    assert "reset" in ear.frames[0]
    other, heard = seated(hub, person("bob"))
    await join(hub, other, "ticket:1", since=Place(era="one", last=2))
    assert len(heard.numbers) == MOST_PAST


async def test_nothing_left_to_read_is_no_loss_for_who_heard_all() -> None:
    memory = Memory()
    memory.add("ticket:1")
    memory.rows.clear()
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1", since=Place(era="one", last=1))
    assert [sorted(frame) for frame in ear.frames] == [["era", "ready", "streams"]]


async def test_what_is_numbered_while_one_reads_is_no_sequence_that_went_back() -> None:
    memory = Memory()
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1")
    memory.add("ticket:1")
    place = memory.place

    async def soon_old() -> Place:
        known = await place()
        memory.add("ticket:1")
        return known

    memory.place = soon_old  # type: ignore[method-assign]
    await hub.catch_up()
    assert ear.numbers == [1, 2]
    assert "reset" not in ear.frames[-1]


@pytest.mark.parametrize("how", ["era", "backwards", "gap"])
async def test_when_the_sequence_itself_is_lost_everybody_loads_anew(how: str) -> None:
    memory = Memory()
    memory.add("ticket:1")
    memory.add("ticket:1")
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1")
    if how == "era":
        memory.era = "two"
        await hub.take(memory.add("ticket:1"))
    elif how == "backwards":
        memory.last = 1
        await hub.catch_up()
    else:
        memory.add("desk")
        memory.rows.clear()
        memory.add("ticket:1")
        await hub.catch_up()
    assert ear.frames[-1]["reset"] is True
    assert ear.frames[-1]["n"] == memory.last
    after = memory.add("ticket:1")
    await hub.take(after)
    assert ear.numbers == [after.number]


async def test_a_session_has_so_many_sockets_and_a_process_so_many() -> None:
    hub = hub_over(Memory(), most=2, most_of_session=1)
    seat, _ = seated(hub, person())
    with pytest.raises(Full):
        seated(hub, person())
    hub.rise(seat)
    hub.rise(seat)
    seated(hub, person())
    hub.arrive()
    hub.arrive()
    with pytest.raises(Full):
        hub.arrive()
    hub.depart()
    hub.arrive()


async def test_nobody_hears_what_they_follow_no_more() -> None:
    memory = Memory()
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1", "ticket:2")
    hub.unfollow(seat, ["ticket:1", "ticket:9"])
    await hub.take(memory.add("ticket:1"))
    await hub.take(memory.add("ticket:2"))
    assert ear.numbers == [2]
    assert hub.followers("ticket:1") == ()


async def test_who_hears_little_is_told_how_far_they_have_heard() -> None:
    memory = Memory()
    hub = hub_over(memory)
    await hub.catch_up()
    seat, ear = seated(hub, person())
    await join(hub, seat, "ticket:1")
    await hub.take(memory.add("desk"))
    hub.mark()
    assert ear.frames[-1] == {"ready": 1, "era": "one"}


async def test_what_is_held_back_for_a_reader_has_a_limit() -> None:
    hub = hub_over(Memory())
    seat, ear = seated(hub, person())
    seat.held = []
    for _ in range(MOST_HELD + 1):
        seat.hear(refused(["ticket:1"]))
    assert ear.ending is Ending.SLOW


async def test_when_the_process_ends_everybody_is_sent_away() -> None:
    hub = hub_over(Memory())
    ears = [seated(hub, person(name))[1] for name in ("alice", "bob")]
    hub.end()
    assert [ear.ending for ear in ears] == [Ending.STOPPING] * 2
