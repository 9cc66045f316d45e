"""How much the disk of a folder has left, and who may still write to it."""

import shutil
from pathlib import Path

from domain.errors import Unavailable

# With less, this process takes no requests.
LEAST_FREE = 512 * 1024 * 1024
# Media stop long before that, so that whoever makes gigabytes of them stops nobody else: our own
# database wants 1 GiB to start.
LEAST_FOR_MEDIA = 4 * LEAST_FREE


def free(folder: Path) -> int:
    """Bytes that are left where a folder lies or would lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def hold_room(folder: Path) -> None:
    """Before media are written there; raises Unavailable while too little is left."""
    if free(folder) < LEAST_FOR_MEDIA:
        raise Unavailable("服务器存储空间不足，稍后会自动再试。", system="media")
