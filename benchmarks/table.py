"""A table in Markdown, dated, with the machine it was measured on."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print it."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"\n{title} ({datetime.now(UTC):%Y-%m-%d}, {machine})\n")
    print(f"| {' | '.join(heads)} |")
    print(f"|{'|'.join('---:' for _ in heads)}|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
