"""Reading a stored report, each read durably recorded first, beside a bare Tornado handler.

Both send the same bytes to the same load (wrk), in turns; the median of the turns counts.
All load reads one report in one session. Run: ``.venv/bin/python -m benchmarks``
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import print_table
from tests.served import ROOT, Served, free_port, ready_report, served

CONNECTIONS = (1, 8, 32, 128)
SECONDS = 5
TURNS = 3

BARE = """
import asyncio, sys
from pathlib import Path
from tornado.web import Application, RequestHandler

CONTENT = Path(sys.argv[2]).read_bytes()

class Bare(RequestHandler):
    def get(self):
        self.set_header("Content-Type", "application/json")
        self.write(CONTENT)

async def main():
    Application([("/", Bare)], log_function=lambda _: None).listen(int(sys.argv[1]), "127.0.0.1")
    print("listening", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@contextmanager
def bare(content: bytes, folder: Path) -> Iterator[str]:
    """A handler that does nothing but send the same bytes."""
    port = free_port()
    file = folder / "content.json"
    file.write_bytes(content)
    process = subprocess.Popen(
        [sys.executable, "-c", BARE, str(port), str(file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def rate(url: str, connections: int, token: str = "") -> float:
    """Requests a second; every answer must be 2xx."""
    command = ["wrk", f"-c{connections}", "-t1", f"-d{SECONDS}s", url]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in answer, answer
    found = re.search(r"Requests/sec:\s+([\d.]+)", answer)
    assert found, answer
    return float(found[1])


@dataclass(frozen=True)
class Rates:
    """Medians at one number of connections, a second."""

    connections: int
    ours: float
    bare: float


def measure(place: Served, folder: Path) -> list[Rates]:
    """At each number of connections."""
    path, token, content = ready_report(place)
    rates = []
    with bare(content, folder) as bare_url:
        for connections in CONNECTIONS:
            ours, theirs = [], []
            for _ in range(TURNS):
                ours.append(rate(place.api + path, connections, token))
                theirs.append(rate(bare_url, connections))
            rates.append(Rates(connections, statistics.median(ours), statistics.median(theirs)))
    return rates


def run() -> float:
    """Print the table; the bare handler's best rate."""
    assert shutil.which("wrk"), "install Debian's wrk"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder / "data") as place:
            rates = measure(place, folder)
    print_table(
        "Reading a stored report, each read durably recorded first",
        ("connections", "reads a second", "bare Tornado handler", "of bare"),
        [
            (
                str(one.connections),
                f"{one.ours:,.0f}",
                f"{one.bare:,.0f}",
                f"{one.ours / one.bare:.2f}",
            )
            for one in rates
        ],
    )
    return max(one.bare for one in rates)
