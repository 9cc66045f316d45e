"""Replays: bytes a second beside nginx on the same file, and the memory of many slow readers.

Both send the same file of a lecture that is open to all; ours judges each request by the database
first. Clients are threads, each with one connection that asks for range after range; they share
the machine with both, one after the other, in turns.

    .venv/bin/python -m benchmarks replay
"""

import asyncio
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from adapters.keys import Keys
from adapters.mongo.database import connect
from adapters.mongo.lectures import MongoLectures
from adapters.mongo.media import MongoFiles
from adapters.mongo.transactions import MongoTransactions
from benchmarks.table import print_table
from domain.lectures.lectures import Lecture, Standing
from domain.lectures.programme import Programme
from domain.media.ports import File
from domain.transactions import Unit
from tests.nginx import serving
from tests.served import Served, served

SIZE = 256 * 1024**2
PIECE = 1 << 20
RANGES = (64 * 1024, 1024**2, 16 * 1024**2, SIZE)
CONNECTIONS = (1, 16)
SECONDS = float(os.environ.get("CREDIT_REPLAY_SECONDS", "4"))
TURNS = 3
READERS = 500
LECTURE, RECORDING = "a-lecture", "a-recording"
KEY = f"media/{RECORDING}/video/video.mp4"
PATH = f"/media/{LECTURE}/{RECORDING}/video/video.mp4"


def write_film(path: Path) -> str:
    """The file; its SHA-256."""
    path.parent.mkdir(parents=True)
    hashed = sha256()
    with path.open("wb") as file:
        for _ in range(SIZE // PIECE):
            piece = os.urandom(PIECE)
            hashed.update(piece)
            file.write(piece)
    return hashed.hexdigest()


async def show(place: Served, digest: str) -> None:
    """A lecture with the film, open to all."""
    keys, now = Keys(place.folder / "keys"), datetime.now(UTC)
    database = connect(place.mongo_uri, name="credit_yuexiu", master_key=keys.master)
    lecture = Lecture(
        id=LECTURE,
        created_at=now,
        changed_at=now,
        standing=Standing.SHOWN,
        shown_at=now,
        programme=Programme(recording=RECORDING, begins_at=now),
    )
    file = File(
        asset_id=RECORDING,
        rendition="video",
        name="video.mp4",
        media_type="video/mp4",
        size=SIZE,
        sha256=digest,
        stored_at=now,
    )

    async def work(unit: Unit) -> None:
        await MongoLectures(database).add(unit, lecture)
        await MongoFiles(database).keep(unit, [file])

    await MongoTransactions(database, hmac_key=b"").plain()(work)
    await database.close()


def opened(url: str) -> socket.socket:
    """A connection."""
    where = urlsplit(url)
    return socket.create_connection((where.hostname or "", where.port or 80))


def asked(url: str, start: int, size: int) -> bytes:
    """A request for a range."""
    path = urlsplit(url).path
    wanted = f"Range: bytes={start}-{start + size - 1}"
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{wanted}\r\n\r\n".encode()


def taken(connection: socket.socket, size: int, room: bytearray) -> None:
    """One whole answer, which is looked at no further than its status."""
    got = connection.recv_into(room)
    head = bytes(room[:got]).partition(b"\r\n\r\n")
    assert head[0].startswith(b"HTTP/1.1 206"), head[0]
    left = size - len(head[2])
    while left:
        got = connection.recv_into(room, min(left, len(room)))
        assert got
        left -= got


def client(url: str, size: int, until: float, sent: list[int]) -> None:
    """Range after range over one connection."""
    room, total, start = bytearray(PIECE), 0, 0
    with opened(url) as connection:
        while time.perf_counter() < until:
            connection.sendall(asked(url, start, size))
            taken(connection, size, room)
            total += size
            start = (start + size) % SIZE if size < SIZE else 0
    sent.append(total)


def throughput(url: str, size: int, connections: int) -> float:
    """Bytes a second of all connections together."""
    sent: list[int] = []
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=client, args=(url, size, begun + SECONDS, sent))
        for _ in range(connections)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(sent) == connections
    return sum(sent) / (time.perf_counter() - begun)


def compared(ours: str, theirs: str) -> Iterator[tuple[str, ...]]:
    """Medians of turns, of each size of range and number of connections."""
    for size in RANGES:
        for connections in CONNECTIONS:
            turns = [
                (throughput(ours, size, connections), throughput(theirs, size, connections))
                for _ in range(TURNS)
            ]
            mine, other = (statistics.median(one) for one in zip(*turns, strict=True))
            yield (
                f"{size // 1024:,} KiB",
                str(connections),
                f"{mine / 1e6:,.0f}",
                f"{other / 1e6:,.0f}",
                f"{mine / other:.2f}",
            )


def resident(pid: int) -> int:
    """KiB of memory of a process that are its own."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1])


def slow_readers(url: str, pid: int) -> Iterator[tuple[str, ...]]:
    """So many readers in the midst of the whole film, each taking a little at a time."""
    room, readers = bytearray(PIECE), []
    before = resident(pid)
    for _ in range(READERS):
        connection = opened(url)
        connection.sendall(asked(url, 0, SIZE))
        readers.append(connection)
    for turn in range(4):
        for connection in readers:
            for _ in range(16):
                connection.recv_into(room, 1 << 16)
        now = resident(pid)
        yield (f"{turn + 1}", f"{now / 1024:.0f} MiB", f"{(now - before) / READERS:.0f} KiB")
    for connection in readers:
        connection.close()


def run() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name, served(Path(name), workers=0) as place:
        digest = write_film(place.folder / "media" / KEY)
        asyncio.run(show(place, digest))
        ours = place.api + PATH
        with serving(Path(name) / "nginx", place.folder / "media") as nginx:
            rows = list(compared(ours, f"{nginx}/{KEY}"))
        readers = list(slow_readers(ours, place.pid))
    print_table(
        "A film in ranges, beside nginx on the same file",
        ("range", "connections", "MB/s", "MB/s of nginx", "of nginx"),
        rows,
    )
    print_table(
        f"{READERS} readers in the midst of a film of {SIZE // 1024**2} MiB, each slow",
        ("turn", "memory of the server", "more for each reader"),
        readers,
    )
