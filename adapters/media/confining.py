"""Runs LibreOffice so that it touches nothing of the machine but what it is given (Landlock).

    python confining.py ROOM FILE -- COMMAND ... /usr/bin/soffice ...

What it begins is bound as well, for good. It may do anything in the room but run programs from
there, read the file and what is installed, and run a few small tools beside LibreOffice's own. So
no picture of a slide shows a file of the machine, and none is given to Ghostscript. It imports
nothing of ours: it is run as a file.
"""

import ctypes
import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446  # the same numbers on every processor
ASK_VERSION, BENEATH = 1, 1
NO_NEW_PRIVILEGES = 38
# Rights, as Linux numbers them (linux/landlock.h).
EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE, MAKE_SOCKET, TRUNCATE, IOCTL = 1 << 5, 1 << 9, 1 << 14, 1 << 15
OF_A_FILE = EXECUTE | WRITE | READ | TRUNCATE | IOCTL
# How many rights there are, by the version that the kernel speaks; of later ones none is given.
RIGHTS, MOST_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}, 16
NETWORK_FROM, SCOPES_FROM = 4, 6
TCP, SCOPES = 0b11, 0b11
NOT_CONFINED = 125
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64")
TOOLS = ("sh", "timeout", "basename", "dirname", "grep", "ls", "sed", "uname")
# Where Debian keeps what LibreOffice and its fonts read.
SETTINGS = (
    *("/usr/share", "/usr/local/share/fonts", "/var/cache/fontconfig", "/etc/fonts"),
    *("/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice"),
    *("/etc/ld.so.cache", "/etc/localtime", "/dev/urandom"),
)
# It meets others of its kind by a socket there, and does not begin without one.
MEETING = Path("/tmp")  # noqa: S108 - its own choice


def version() -> int:
    """What the kernel speaks of Landlock; 0 where it does not."""
    return max(_call(CREATE, None, ctypes.c_size_t(0), ASK_VERSION), 0)


def meeting_points(profile: str) -> Iterator[Path]:
    """The sockets of LibreOffice with the profile of that address, with or without a user's id."""
    named = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).hexdigest()
    return MEETING.glob(f"OSL_PIPE_*SingleOfficeIPC_{named}")


def confine(room: str, file: str, program: str) -> None:
    """Bind this process for good; raises OSError where the kernel cannot."""
    spoken = version()
    every = (1 << RIGHTS.get(spoken, MOST_RIGHTS)) - 1
    handled = [every]
    if spoken >= NETWORK_FROM:
        handled.append(TCP)
    if spoken >= SCOPES_FROM:
        handled.append(SCOPES)
    words = (ctypes.c_uint64 * len(handled))(*handled)
    ruleset = _done(_call(CREATE, words, ctypes.c_size_t(ctypes.sizeof(words)), 0))
    for path, rights in _allowed(room, file, program):
        _allow(ruleset, path, rights & every)
    _done(ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _done(_call(RESTRICT, ruleset, 0))
    os.close(ruleset)


def _allowed(room: str, file: str, program: str) -> Iterator[tuple[str, int]]:
    yield room, (1 << MOST_RIGHTS) - 1 & ~EXECUTE
    yield file, READ
    yield "/dev/null", READ | WRITE
    yield str(MEETING), MAKE_SOCKET | REMOVE
    own = Path(program).resolve()
    yield str(own), READ | EXECUTE
    if own.parent.name == "program":
        yield str(own.parent.parent), READ | LIST | EXECUTE
    for path in LIBRARIES:
        yield path, READ | LIST | EXECUTE
    for path in SETTINGS:
        yield path, READ | LIST
    for tool in filter(None, map(shutil.which, TOOLS)):
        yield tool, READ | EXECUTE


def _allow(ruleset: int, path: str, rights: int) -> None:
    """What is not there needs no leave."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not Path(path).is_dir():
        rights &= OF_A_FILE
    beneath = rights.to_bytes(8, sys.byteorder) + opened.to_bytes(4, sys.byteorder)
    _done(_call(ADD, ruleset, BENEATH, beneath, 0))
    os.close(opened)


def _call(*words: object) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(*words))


def _done(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def main() -> None:
    """Become the command; 125 where it cannot be bound, as ``timeout`` has it."""
    room, file, _, *command = sys.argv[1:]
    program = next(word for word in command if Path(word).name == "soffice")
    # Python ignores these, and so would what it becomes.
    for name in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(name, signal.SIG_DFL)
    try:
        confine(room, file, program)
        os.execvp(command[0], command)  # noqa: S606 - there is no shell, and the command is ours
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(NOT_CONFINED)


if __name__ == "__main__":
    main()
