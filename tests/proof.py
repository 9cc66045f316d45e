"""The fixture ``proof``: what a test counted, gathered into docs/proof.md by ``make prove``."""

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

Proof = Callable[[str, int, str], None]
Row = tuple[str, int, str]

FILE = Path("docs") / "proof.md"
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


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Print the table; keep it when all passed and the counts were full."""
    rows = config.stash[ROWS]
    if not rows or os.environ.get("CREDIT_TEST_PROFILE") != "prove":
        return
    text = table(rows, at=datetime.now(UTC))
    terminalreporter.section("proof")
    terminalreporter.write(text)
    if exitstatus == pytest.ExitCode.OK:
        file = config.rootpath / FILE
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")


def table(rows: list[Row], *, at: datetime) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return "\n".join(
        [
            f"What `make prove` counted on {at:%Y-%m-%d} ({machine}).",
            "",
            "| tried | times | result |",
            "|---|---:|---|",
            *(f"| {name} | {count:,} | {result} |" for name, count, result in sorted(rows)),
            "",
        ]
    )
