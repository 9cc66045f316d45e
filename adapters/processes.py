"""Processes of our own beside the server: they end with it, and only when it says so."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import wait

from domain.errors import Unavailable


def belong_to_owner() -> None:
    """Called first in a process of a pool: end when the owner has gone, however it went."""
    # Ctrl-C goes to the whole group; the owner decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_owner, daemon=True).start()


async def ended(process: asyncio.subprocess.Process) -> None:
    """See to it that it runs no more; it ends at once where it has not yet."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def limited(*, memory: int, written: int) -> list[str]:
    """Words before a command, in bytes: it, and whatever it begins, may take so much of memory.

    ``written`` is the most of each file. Raises Unavailable where util-linux is missing.
    """
    limits = shutil.which("prlimit")
    if not limits:
        raise Unavailable("服务器缺少 util-linux，无法处理文件。", system="media")
    return [limits, f"--as={memory}", f"--fsize={written}", "--core=0", "--"]


def _end_with_owner() -> None:
    owner = multiprocessing.parent_process()
    if owner is not None:
        wait([owner.sentinel])
        os._exit(1)
