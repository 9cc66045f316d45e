"""Live sockets: so many on one process, one event to all, and what each takes of its memory.

Each socket is of a session of its own and follows the desk. The listeners are a process of their
own: ``python -m benchmarks.live ADDRESS`` reads passes, a line each, and says when the last of
its sockets has heard each event. An event is one transaction, so its time has in it the commit,
the number, the change stream and every socket's frame.
"""

import asyncio
import base64
import gc
import json
import os
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from adapters.keys import Keys
from adapters.mongo.database import connect
from adapters.mongo.staff import MongoStaff
from adapters.mongo.transactions import MongoTransactions
from adapters.token_keys import TokenKeys
from adapters.tokens import Tokens
from benchmarks.table import print_table
from domain.live.following import Side
from domain.live.passes import LivePass
from domain.staff.accounts import StaffAccount, StaffSession, StaffState
from domain.staff.roles import Role
from domain.transactions import Unit
from server.draw import SystemDraw, now
from tests.live import Room
from tests.served import Served, served

SIZES = (1_000, 5_000)
EVENTS = 10
AT_ONCE = 100
ROOT = Path(__file__).parent.parent
HEAD = "GET /v1/live HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
KEY = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
TEXT, PING, PONG, MASKED, SHORT = 0x81, 0x89, 0x8A, 0x80, 126


class Listener(asyncio.Protocol):
    """One socket, with as little of its own as can be: the machine is the server's."""

    def __init__(self, live_pass: str, host: str, heard: "Heard") -> None:
        self._first = json.dumps({"pass": live_pass, "streams": ["desk"]}).encode()
        self._host = host
        self._heard = heard
        self._opened = False
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write((HEAD + KEY).format(host=self._host, key=key).encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Whole frames count."""
        self._received += data
        if not self._opened:
            head, end, self._received = self._received.partition(b"\r\n\r\n")
            if not end:
                self._received = head
                return
            assert b" 101 " in head, head
            self._opened = True
            self._transport.write(_frame(self._first))  # type: ignore[attr-defined]
        while len(self._received) > 1:
            kind, size, begin = self._received[0], self._received[1], 2
            if size == SHORT:
                size, begin = struct.unpack("!H", self._received[2:4].ljust(2))[0], 4
            if len(self._received) < begin + size:
                return
            self._take(kind, self._received[begin : begin + size])
            self._received = self._received[begin + size :]

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == PING:
            self._transport.write(struct.pack("!BBI", PONG, MASKED, 0))  # type: ignore[attr-defined]
        else:
            assert kind == TEXT, payload
            self._heard.frame(payload)


class Heard:
    """What all of them heard."""

    def __init__(self, sockets: int) -> None:
        self._sockets = sockets
        self._count: dict[str, int] = {}

    def frame(self, frame: bytes) -> None:
        """Say when the last one has heard it."""
        about = "ready" if frame.startswith(b'{"ready"') else json.loads(frame).get("about", "")
        self._count[about] = self._count.get(about, 0) + 1
        if self._count[about] in {1, self._sockets}:
            print(json.dumps([about, self._count[about], time.monotonic()]), flush=True)


def _frame(payload: bytes) -> bytes:
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return struct.pack("!BBH", TEXT, MASKED | SHORT, len(payload)) + mask + masked


async def listen(url: str, passes: Sequence[str]) -> None:
    """Open a socket for each pass, and keep them."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    heard, loop = Heard(len(passes)), asyncio.get_running_loop()
    for first in range(0, len(passes), AT_ONCE):
        await asyncio.gather(
            *(
                loop.create_connection(
                    lambda one=one: Listener(one, f"{host}:{port}", heard), host, port
                )
                for one in passes[first : first + AT_ONCE]
            )
        )
    await asyncio.Event().wait()


class Office:
    """One account, signed in as often as wanted."""

    def __init__(self, place: Served) -> None:
        keys = Keys(place.folder / "keys")
        self._tokens = Tokens(TokenKeys(keys, clock=now), lasting=timedelta(minutes=15))
        self._database = connect(place.mongo_uri, name="credit_yuexiu", master_key=keys.master)
        self._transactions = MongoTransactions(self._database, hmac_key=b"k" * 32)
        self._staff = MongoStaff(self._database)
        self.room = Room(self._transactions)

    async def begin(self) -> None:
        """Somebody who may hear the desk."""
        await self._database.cipher.prepare()
        self._account = StaffAccount(
            id=SystemDraw().id(),
            login="benchmark",
            name="王敏",
            roles=(Role.OFFICE,),
            state=StaffState.ACTIVE,
            proposed_by="benchmark",
            proposed_at=now(),
        )

        async def work(unit: Unit) -> None:
            await self._staff.add(unit, self._account)

        await self._transactions.plain()(work)

    async def passes(self, count: int) -> list[str]:
        """So many, each of a session of its own."""
        first = StaffSession(
            id="",
            staff_id=self._account.id,
            secret_hash="",
            xsrf="x",
            started_at=now(),
            seen_at=now(),
            ends_at=now() + timedelta(hours=1),
        )
        draw = SystemDraw()
        sessions = [replace(first, id=draw.id(), secret_hash=draw.secret()) for _ in range(count)]

        for begin in range(0, count, AT_ONCE):

            async def work(unit: Unit, begin: int = begin) -> None:
                for session in sessions[begin : begin + AT_ONCE]:
                    await self._staff.add_session(unit, session)

            await self._transactions.plain()(work)
        return [
            self._tokens.live_pass(
                LivePass(side=Side.STAFF, who=self._account.id, session_id=session.id), now()
            )
            for session in sessions
        ]


class Listeners:
    """The process of the listeners."""

    def __init__(self, url: str, passes: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.live", url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin
        self._process.stdin.write("\n".join(passes))
        self._process.stdin.close()

    def until(self, about: str, count: int) -> float:
        """When so many have heard it."""
        assert self._process.stdout
        for line in self._process.stdout:
            said = json.loads(line)
            if said[:2] == [about, count]:
                return float(said[2])
        raise AssertionError("the listeners have ended")

    def end(self) -> None:
        """Let go."""
        self._process.kill()
        self._process.wait()


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def processor(pid: int) -> float:
    """Milliseconds that a process has worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def told(office: Office, listeners: Listeners, sockets: int) -> list[tuple[float, float]]:
    """Milliseconds from the commit of an event to its first and its last listener."""
    spent = []
    for number in range(EVENTS):
        about = f"event-{number}"
        begun = time.monotonic()
        await office.room.publish("desk", kind="ticket.asked", about=about)
        committed = time.monotonic()
        first = await asyncio.to_thread(listeners.until, about, 1)
        last = await asyncio.to_thread(listeners.until, about, sockets)
        spent.append((1000 * (max(first, committed) - begun), 1000 * (last - begun)))
    return spent


async def measured(place: Served, sizes: Sequence[int]) -> list[tuple[str, ...]]:
    """A row for each size."""
    office, rows = Office(place), []
    await office.begin()
    for size in sizes:
        before = resident(place.pid)
        listeners = Listeners(place.api, await office.passes(size))
        try:
            await asyncio.to_thread(listeners.until, "ready", size)
            await asyncio.sleep(1)
            each = (resident(place.pid) - before) / size
            worked = processor(place.pid)
            spent = await told(office, listeners, size)
            worked = (processor(place.pid) - worked) / EVENTS
        finally:
            listeners.end()
        firsts, lasts = zip(*spent, strict=True)
        rows.append(
            (
                f"{size:,}",
                f"{each / 1024:.1f} KB",
                f"{worked:.0f} ms",
                f"{statistics.median(firsts):.0f} ms",
                f"{statistics.median(lasts):.0f} ms",
                f"{max(lasts):.0f} ms",
            )
        )
    return rows


def run() -> None:
    """Print the table."""
    rows = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name, served(Path(name)) as place:
            rows += asyncio.run(measured(place, [size]))
    print_table(
        "Live sockets on one process, and one event to all of them",
        (
            "sockets",
            "memory each",
            "processor time",
            "first hears, p50",
            "last hears, p50",
            "slowest",
        ),
        rows,
    )


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # To look for garbage among so many sockets takes time that is not the server's.
    gc.disable()
    asyncio.run(listen(sys.argv[1], sys.stdin.read().split()))
