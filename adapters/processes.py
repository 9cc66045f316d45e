"""Processes of our own beside the server: they end with it, and only when it says so."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait


def belong_to_owner() -> None:
    """Called first in a process of a pool: end when the owner has gone, however it went."""
    # Ctrl-C goes to the whole group; the owner decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_owner, daemon=True).start()


def _end_with_owner() -> None:
    owner = multiprocessing.parent_process()
    if owner is not None:
        wait([owner.sentinel])
        os._exit(1)
