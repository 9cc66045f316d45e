"""The fixture ``proof``: what a test counted, gathered into docs/proof.md by ``make prove``.

Workers send their rows to the process that prints. ``make prove`` runs twice, side by side and one
by one: each run that passed adds its rows to the file that ``CREDIT_PROOF`` names, which becomes
docs/proof.md when both have. A narrowed run prints its rows and keeps nothing.
"""

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

Proof = Callable[[str, int, str], None]
Row = tuple[str, int, str]

KEY = "proof"
ROWS = pytest.StashKey[list[Row]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


@pytest.fixture
def proof(pytestconfig: pytest.Config) -> Proof:
    """Record what was tried, how many times, and what came of it."""
    rows = pytestconfig.stash[ROWS]

    def record(name: str, count: int, result: str) -> None:
        rows.append((name, count, result))

    return record


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker is done."""
    node.config.stash[ROWS].extend(tuple(row) for row in node.workeroutput.get(KEY, ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[KEY] = session.config.stash[ROWS]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Print the table; keep it when all passed, the counts were full and a file is named."""
    rows = config.stash[ROWS]
    if (
        hasattr(config, "workeroutput")
        or not rows
        or os.environ.get("CREDIT_TEST_PROFILE") != "prove"
    ):
        return
    named = os.environ.get("CREDIT_PROOF")
    file = config.rootpath / named if named else None
    lines = [*(_kept(file) if file else ()), *map(_line, rows)]
    text = table(lines, at=datetime.now(UTC))
    terminalreporter.section("proof")
    terminalreporter.write(text)
    if file and exitstatus == pytest.ExitCode.OK:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _line(row: Row) -> str:
    name, count, result = row
    return f"| {name} | {count:,} | {result} |"


def _kept(file: Path) -> list[str]:
    """The rows of a run before."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [line for line in lines if line.startswith("| ")][1:]


def table(lines: list[str], *, at: datetime) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return "\n".join(
        [
            f"What `make prove` counted on {at:%Y-%m-%d} ({machine}).",
            "",
            "| tried | times | result |",
            "|---|---:|---|",
            *sorted(lines),
            "",
        ]
    )
