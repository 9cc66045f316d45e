"""``python -m tests.mortal``: the server's command line in a process that can be made to die.

``MORTAL_AFTER_COMMIT`` names a file: while it is there, the next commit of a request with a key
takes it away and kills the process, after the commit and before the reply. ``MORTAL_CLOCK_MINUTES``
moves the server's clock. None of this is in the product.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from adapters.mongo.transactions import MongoTransactions
from domain.transactions import Commit, RequestKey, Unit
from server import wiring
from server.cli import main
from server.draw import now

T = TypeVar("T")


def die_if_told(flag: Path) -> None:
    """End here and now, once."""
    if flag.exists():
        flag.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def fail_after_commit(flag: Path) -> None:
    """Let a commit that keeps a reply be the process's last, while the file is there."""
    once = MongoTransactions.once

    def mortal(
        self: MongoTransactions, key: RequestKey, render: Callable[[object], bytes]
    ) -> Commit:
        commit = once(self, key, render)

        async def last(work: Callable[[Unit], Awaitable[T]]) -> T:
            result = await commit(work)
            die_if_told(flag)
            return result

        return last

    MongoTransactions.once = mortal


def move_clock(by: timedelta) -> None:
    """Let the server believe that it is later, or earlier."""

    def moved() -> datetime:
        return now() + by

    wiring.build = partial(wiring.build, clock=moved)


if __name__ == "__main__":
    if flag := os.environ.get("MORTAL_AFTER_COMMIT"):
        fail_after_commit(Path(flag))
    if minutes := os.environ.get("MORTAL_CLOCK_MINUTES"):
        move_clock(timedelta(minutes=float(minutes)))
    main()
