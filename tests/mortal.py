"""What makes a process of the program die, or believe another time, when a test says so.

``MORTAL_AFTER_COMMIT`` names a file: while it is there, the next commit of a request with a key
takes it away and kills the process, after the commit and before the reply. ``MORTAL_CLOCK_MINUTES``
moves the server's clock, ``MORTAL_CLOCK_FILE`` names a file with the minutes, read at each look.
``MORTAL_AFTER_STEPS`` is after how many steps a re-wrapping of field keys dies. ``MORTAL_MEDIA``
names a file: while it is there, work on the step of a file of a lecture that it names takes it away
and kills the process, some seconds into the step or when it has made all and committed nothing.
None of this is in the product.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from adapters import keys
from adapters.media.workshop import LocalWorkshop
from adapters.mongo.encryption import FieldCipher
from adapters.mongo.transactions import MongoTransactions
from domain.transactions import Commit, RequestKey, Unit
from server import wiring
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

        async def last(work: Callable[[Unit], Awaitable[T]], /, *, turn: str = "") -> T:
            result = await commit(work, turn=turn)
            die_if_told(flag)
            return result

        return last

    MongoTransactions.once = mortal


def move_clock(by: timedelta) -> None:
    """Let the server believe that it is later, or earlier."""

    def moved() -> datetime:
        return now() + by

    wiring.build = partial(wiring.build, clock=moved)


def follow_clock(file: Path) -> None:
    """Let the server believe whatever the file says by then."""

    def followed() -> datetime:
        return now() + timedelta(minutes=float(file.read_text() or 0))

    wiring.build = partial(wiring.build, clock=followed)


def fail_after_steps(left: int) -> None:
    """Let a re-wrapping die after so many steps: a key staged, wrapped, verified, put away."""
    rewrap, opens, write = FieldCipher._rewrap_one, FieldCipher.require_opens, keys._write

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def rewrap_and_step(*given: Any) -> None:
        await rewrap(*given)
        step()

    async def open_and_step(*given: Any) -> None:
        await opens(*given)
        step()

    def write_and_step(*given: Any) -> None:
        write(*given)
        step()

    FieldCipher._rewrap_one = rewrap_and_step
    FieldCipher.require_opens = open_and_step
    keys._write = write_and_step


def fail_in_step(file: Path) -> None:
    """Let a step be the last work of the process: the file says which, and after how long.

    Without a time it is over, and what it made is in the store.
    """
    call = LocalWorkshop.__call__

    def told() -> tuple[str, str]:
        step, _, after = file.read_text().partition(" ") if file.exists() else ("", "", "")
        return step, after

    async def mortal(self: LocalWorkshop, asset: Any, step: str, **more: Any) -> Any:
        named, after = told()
        if step != named:
            return await call(self, asset, step, **more)
        work = asyncio.create_task(call(self, asset, step, **more))
        await asyncio.wait([work], timeout=float(after) if after else None)
        die_if_told(file)
        return await work

    LocalWorkshop.__call__ = mortal


def be_mortal() -> None:
    """As the variables say; without them nothing is changed."""
    if flag := os.environ.get("MORTAL_AFTER_COMMIT"):
        fail_after_commit(Path(flag))
    if minutes := os.environ.get("MORTAL_CLOCK_MINUTES"):
        move_clock(timedelta(minutes=float(minutes)))
    if file := os.environ.get("MORTAL_CLOCK_FILE"):
        follow_clock(Path(file))
    if file := os.environ.get("MORTAL_MEDIA"):
        fail_in_step(Path(file))
    if steps := os.environ.get("MORTAL_AFTER_STEPS"):
        fail_after_steps(int(steps))
