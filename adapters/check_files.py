"""WeChat's domain check files: small texts of one folder, read as they are put there."""

import os
import re
import stat
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
MOST_BYTES = 4096


class CheckFiles:
    """The plain ``.txt`` files of a folder; without a folder there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """The file of this name, without its ending; None for whatever is no small plain file.

        A link is none, wherever it leads.
        """
        if self._folder is None or not NAME.fullmatch(name):
            return None
        try:
            # Without waiting, for who put a pipe there; without following a link out.
            opened = os.open(
                self._folder / f"{name}.txt", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            )
        except OSError:
            return None
        try:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                return None
            content = os.read(opened, MOST_BYTES + 1)
        finally:
            os.close(opened)
        return content if len(content) <= MOST_BYTES else None
