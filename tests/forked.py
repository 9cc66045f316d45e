"""The program in processes of its own, forked from one that has loaded its code already.

To load it anew is most of what a start costs. That the program starts from nothing is shown where
that is the question: tests/server/test_run.py and test_production.py begin with ``python -m``.
"""

import atexit
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from subprocess import CompletedProcess, TimeoutExpired

from server import cli
from tests.mortal import be_mortal

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


class Program:
    """``credit-yuexiu`` with these words and only these variables, in a group of its own."""

    def __init__(self, *words: str, env: Mapping[str, str], heard: bool = False) -> None:
        """``heard`` is whether somebody reads what it says on ``stdout``, and its log in the end.

        Meanwhile nobody reads the log: it goes to memory, where no writer waits for a reader.
        """
        reader, writer = FORKS.Pipe(duplex=False)
        self.stdout = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
        self._log = os.fdopen(os.memfd_create("log"), "rb")
        ends = [writer, Connection(os.dup(self._log.fileno()))] if heard else []
        self._process = FORKS.Process(target=_be, args=(words, dict(env), ends))
        self._process.start()
        # Else who ends without having closed it would wait for it for ever.
        atexit.register(self.kill)
        for end in (reader, writer, *ends[1:]):
            end.close()

    @property
    def pid(self) -> int:
        """Which is its group as well."""
        assert self._process.pid
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """What the shell would get, the signal below zero, or None while it runs."""
        return self._process.exitcode

    def listening(self) -> None:
        """Wait until the server says that it is."""
        assert self.stdout.readline().startswith("listening"), "the server did not start"

    def kill(self) -> None:
        """As ``kill -9`` does."""
        self._send(signal.SIGKILL)

    def terminate(self) -> None:
        """As a supervisor ends it."""
        self._send(signal.SIGTERM)

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code.

        Raises:
            TimeoutExpired: It runs on.
        """
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise TimeoutExpired(str(self._process.name), seconds or 0)
        return self._process.exitcode

    def close(self) -> None:
        """Kill it if it runs, and let go of all that it held."""
        self.kill()
        self.wait()
        self.stdout.close()
        self._log.close()
        atexit.unregister(self.kill)

    def complained(self) -> str:
        """All that it said on ``stderr``, once it ended."""
        self._log.seek(0)
        return self._log.read().decode()

    def _send(self, number: int) -> None:
        if self._process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def run_forked(*words: str, env: Mapping[str, str] | None = None) -> CompletedProcess[str]:
    """Until it has ended; whatever loop runs here."""
    program = Program(*words, env={**os.environ, **(env or {})}, heard=True)
    try:
        said = program.stdout.read()
        return CompletedProcess(words, program.wait(60), said, program.complained())
    finally:
        program.close()


def _be(words: tuple[str, ...], env: dict[str, str], ends: list[Connection]) -> None:
    """In the new process: what a shell would have prepared, then the program."""
    os.setsid()
    os.environ.clear()
    os.environ.update(env)
    silence = os.open(os.devnull, os.O_WRONLY)
    for number, file in enumerate([end.fileno() for end in ends] or [silence, silence], 1):
        os.dup2(file, number)
    for end in ends:
        end.close()
    # The processes it starts in turn are its own affair, as those of any program are.
    resource_tracker._resource_tracker._fd = None
    sys.argv = ["credit-yuexiu", *words]
    be_mortal()
    cli.main()
