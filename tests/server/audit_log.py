"""What the tests of the audit commands share: a log of many events, and ways to tamper with it."""

import json
import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from adapters.keys import Keys
from adapters.mongo.database import Database, connect
from adapters.mongo.migrations import migrate
from adapters.mongo.transactions import MongoTransactions
from domain.audit import archive
from domain.audit.tree import canonical, leaf_hash
from domain.transactions import AuditEvent, Unit
from server import development
from server.audit_command import app
from server.draw import SystemDraw, now
from server.settings import variable

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
AT_ONCE = 500
FIELDS = ("id", "at", "actor", "action", "object_id", "trace_id", "facts")


@dataclass(frozen=True)
class Place:
    """A database of its own, with keys."""

    mongo_uri: str
    database: str
    keys: Path

    @property
    def root(self) -> Path:
        return self.keys / "root.crt.pem"

    def audit(self, *words: object) -> Result:
        """``credit-yuexiu audit`` with these words."""
        env = {
            variable("mongo_uri"): self.mongo_uri,
            variable("database"): self.database,
            variable("keys_folder"): str(self.keys),
        }
        return CliRunner().invoke(app, [str(word) for word in words], env=env)

    def connect(self) -> Database:
        keys = Keys(self.keys)
        return connect(self.mongo_uri, name=self.database, master_key=keys.master)


def new_place(mongo_uri: str, folder: Path) -> Place:
    development.prepare_keys(folder)
    return Place(mongo_uri, f"audit_{uuid.uuid4().hex[:12]}", folder)


async def write(place: Place, count: int) -> None:
    """So many events, some hundreds in a transaction."""
    database = place.connect()
    await migrate(database, now=now())
    transactions = MongoTransactions(database, hmac_key=b"k" * 32)
    draw = SystemDraw()
    for first in range(0, count, AT_ONCE):

        async def work(unit: Unit, first: int = first) -> None:
            for number in range(first, min(first + AT_ONCE, count)):
                await unit.audit(
                    AuditEvent(
                        id=draw.id(),
                        at=AT + timedelta(milliseconds=number),
                        actor=str(uuid.uuid4()),
                        action="credit_report.issued",
                        object_id=str(uuid.uuid4()),
                        trace_id=uuid.uuid4().hex,
                        facts={"canonical": uuid.uuid4().hex},
                    )
                )

        await transactions.plain()(work)
    await database.close()


@dataclass(frozen=True)
class Tampering:
    """What becomes of some lines, by their place in the file, and which events it is about."""

    kind: str
    lines: Mapping[int, list[bytes]]
    events: frozenset[str]


def event_of(line: bytes) -> dict[str, Any]:
    return dict(json.loads(line)["event"])


def line_of(value: Mapping[str, object]) -> bytes:
    return canonical(value) + b"\n"


def event_lines(lines: list[bytes]) -> list[int]:
    return [place for place, line in enumerate(lines) if line.startswith(b'{"event"')]


def change(lines: list[bytes], chance: random.Random, place: int, _: int) -> Tampering:
    """One field, or the number of the leaf."""
    row = json.loads(lines[place])
    event, name = row["event"], chance.choice((*FIELDS, "leaf"))
    before = str(event["id"])
    if name == "leaf":
        row["leaf"] += chance.choice((-1, 1, 1000))
    elif name == "facts":
        event["facts"] = chance.choice(({}, {"canonical": "0"}, {**event["facts"], "more": "x"}))
    elif chance.random() < 0.2:
        del event[name]
    else:
        at = chance.randrange(len(event[name]))
        other = chance.choice([one for one in "0123456789abcdef" if one != event[name][at]])
        event[name] = event[name][:at] + other + event[name][at + 1 :]
    return Tampering(f"changed {name}", {place: [line_of(row)]}, frozenset({before}))


def remove(lines: list[bytes], _: random.Random, place: int, __: int) -> Tampering:
    return Tampering("removed", {place: []}, frozenset({str(event_of(lines[place])["id"])}))


def insert(lines: list[bytes], chance: random.Random, place: int, _: int) -> Tampering:
    """A made-up event, or the one that is there once more."""
    row = json.loads(lines[place])
    if chance.random() < 0.8:
        row["event"]["id"] = str(uuid.UUID(int=chance.getrandbits(128)))
    rows = [lines[place], line_of(row)]
    return Tampering("inserted", {place: rows}, frozenset({str(row["event"]["id"])}))


def swap(lines: list[bytes], chance: random.Random, place: int, other: int) -> Tampering:
    """Two rows, each with the number of its leaf or with that of its new place."""
    one, two = json.loads(lines[place]), json.loads(lines[other])
    if chance.random() < 0.5:
        one["leaf"], two["leaf"] = two["leaf"], one["leaf"]
    ids = frozenset({str(one["event"]["id"]), str(two["event"]["id"])})
    return Tampering("swapped", {place: [line_of(two)], other: [line_of(one)]}, ids)


WAYS = (change, remove, insert, swap)


def tamperings(lines: list[bytes], count: int, *, seed: int) -> Iterator[Tampering]:
    """Each at places of its own, as long as there are any."""
    chance = random.Random(seed)  # noqa: S311 - the same tamperings each time
    places = event_lines(lines)
    chance.shuffle(places)
    for number in range(count):
        place, other = places[2 * number % len(places)], places[(2 * number + 1) % len(places)]
        yield WAYS[number % len(WAYS)](lines, chance, place, other)


def tampered(lines: list[bytes], *done: Tampering) -> Iterator[bytes]:
    """The file after all of them."""
    changed = {place: rows for one in done for place, rows in one.lines.items()}
    for place, line in enumerate(lines):
        yield from changed.get(place, [line])


def forged(lines: list[bytes], place: int) -> Tampering:
    """An event changed, and its hash in the list of leaves made to fit."""
    row = json.loads(lines[place])
    row["event"]["actor"] = "somebody else"
    listed = max(at for at in range(place) if lines[at].startswith(b'{"leaves"'))
    leaves = json.loads(lines[listed])
    entry = leaves["rows"][row["leaf"] - leaves["leaves"]]
    entry[1] = leaf_hash(canonical(row["event"])).hex()
    changed = {place: [line_of(row)], listed: [line_of(leaves)]}
    return Tampering("forged", changed, frozenset({entry[0]}))


def forged_through(lines: list[bytes], place: int) -> Tampering:
    """The same, with every link after it made to fit, as far as the list goes on."""
    once = forged(lines, place)
    after = dict(once.lines)
    tie = archive.NO_LINK
    for at, line in enumerate(lines):
        if line.startswith(b'{"leaves"'):
            leaves = json.loads(after.get(at, [line])[0])
            for entry in leaves["rows"]:
                tie = entry[2] = archive.link(tie, entry[0], entry[1])
            after[at] = [line_of(leaves)]
    return Tampering("forged through", after, once.events)
