"""The real server as its own process, with database and stand-ins, and one ready report."""

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from tornado.testing import bind_unused_port

from adapters.mongo.embedded import EmbeddedMongo
from server import cli, development
from server.settings import Settings, variable
from tests.cast import Cast, Person
from tests.forked import Program

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Served:
    """Where things are."""

    api: str
    sandbox: str
    mongo_uri: str
    folder: Path
    clock: Path | None = None
    grid: bool = False
    pid: int = 0

    def later(self, by: timedelta) -> None:
        """The server's clock, and nobody else's, is ahead by so much from now on."""
        assert self.clock
        self.clock.write_text(str(by.total_seconds() / 60))


def free_port() -> int:
    """A port that was free just now."""
    socket, port = bind_unused_port()
    socket.close()
    return port


@contextmanager
def served(
    folder: Path, *, moving: bool = False, grid: bool = False, **given: object
) -> Iterator[Served]:
    """Start everything on free ports over an empty folder, and end it.

    On demand with a clock that moves, and with the power company's system behind it.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    development.prepare_keys(folder / "keys")
    with (
        EmbeddedMongo(folder / "mongo") as mongo_uri,
        development.sandbox(port=0, api=url) as sandbox,
    ):
        settings = development.settings(
            sandbox=sandbox,
            public_url=url,
            port=port,
            data_folder=folder,
            mongo_uri=mongo_uri,
            log_level="warning",
            **development.sms(sandbox),
            **(development.grid(sandbox) if grid else {}),
            **{**development.timestamps(sandbox, folder / "keys"), **given},
        )
        clock = folder / "clock" if moving else None
        followed = {}
        if clock:
            clock.write_text("0")
            followed = {"MORTAL_CLOCK_FILE": str(clock)}
        variables = {**os.environ, **environment(settings), **followed}
        server = Program("serve", env=variables, heard=True)
        try:
            server.listening()
            yield Served(
                api=url,
                sandbox=sandbox,
                mongo_uri=mongo_uri,
                folder=folder,
                clock=clock,
                grid=grid,
                pid=server.pid,
            )
        finally:
            server.terminate()
            server.wait(20)
            server.close()


def run_command(*words: str, env: Mapping[str, str] | None = None) -> CompletedProcess[str]:
    """``credit-yuexiu`` with these words, and these variables besides the inherited.

    The command is whole, from the words to the exit code, but runs in this process: to start one
    is seven eighths of the work of most. Not to be called while a loop runs in the thread.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, env or {}),
        mock.patch.object(sys, "argv", ["credit-yuexiu", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = _exit_code()
    return CompletedProcess(words, code, out.getvalue(), err.getvalue())


def _exit_code() -> int:
    """What the shell would get; what no command may raise fails the test."""
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def run_program(*words: str, env: Mapping[str, str] | None = None) -> CompletedProcess[str]:
    """The same in a process of its own, as an operator starts it."""
    return subprocess.run(
        [sys.executable, "-m", "server", *words],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a shell would give them."""
    values = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        if isinstance(plain, list):
            plain = ",".join(map(str, plain))
        values[variable(name)] = json.dumps(plain) if isinstance(plain, dict) else str(plain)
    return values


def ready_report(place: Served, persona: str = "clean") -> tuple[str, str, bytes]:
    """A report of a persona: its path, the access token, and the bytes of its content."""

    async def journey() -> tuple[str, str, bytes]:
        cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
        person = Person(cast, await cast.known(persona))
        await person.sign_in()
        await person.verify()
        await person.bind()
        await person.consent("credit-report", person.subject_id)
        report = await person.report()
        path = f"/v1/credit-reports/{report['id']}/content"
        content = (await person.get(path)).raise_for_status().content
        await cast.close()
        return path, person.tokens["access_token"], content

    return asyncio.run(journey())
