"""One process from start to stop: database, parts, HTTP, workers, and the end on a signal."""

import asyncio
import gc
import resource
import signal
from collections.abc import Callable
from contextlib import suppress

import structlog
from tornado.httpserver import HTTPServer

from adapters.mongo.embedded import EmbeddedMongo
from adapters.mongo.errors import translate
from server import app, wiring
from server.settings import Settings
from server.wiring import Installation

DRAIN_SECONDS = 10
WATCH_SECONDS = 1
OTHER_FILES = 1000
# After a restart thousands of sockets come back at once.
BACKLOG = 1024

log = structlog.get_logger()


class StartRefused(Exception):
    """The surroundings do not let the server start; the sentence says what to do."""


class DatabaseEnded(Exception):
    """The embedded database went away under a running server."""


def serve(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is told the address.

    Raises:
        DatabaseEnded: mongod was killed.
        StartRefused, EmbeddedMongoError, WrongMasterKey, KeyFileError, DocumentKeyError,
            FontsMissing, ContentError, NewerSchema, NotProduction, UndeclaredRoute: the start
            is refused.
    """
    if settings.mongo_uri is not None:
        uri = settings.mongo_uri.get_secret_value()
        asyncio.run(_serve(settings, uri, ready, database_runs=lambda: True))
        return
    mongo = EmbeddedMongo(settings.data_folder / "mongo", port=settings.mongo_port)
    with mongo as uri:
        asyncio.run(_serve(settings, uri, ready, database_runs=mongo.is_running))


async def _serve(
    settings: Settings,
    mongo_uri: str,
    ready: Callable[[str], None],
    *,
    database_runs: Callable[[], bool],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    _let_open(settings.live_sockets + OTHER_FILES)
    installation = await _installation(settings, mongo_uri)
    server = app.server(installation.house)
    # What stands now stands to the end: to look for garbage in it again and again, some tenths of
    # a second each time, would hold everybody up.
    gc.collect()
    gc.freeze()
    try:
        _listen(server, settings)
        installation.workers.start()
        installation.audit.sealer.start()
        installation.live.start()
        await installation.maker.warm()
        ready(f"http://{settings.bind}:{settings.port}")
        await _stopped(stop, database_runs)
        server.stop()
        await installation.live.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(server.close_all_connections(), DRAIN_SECONDS)
    finally:
        await installation.close()


async def _stopped(stop: asyncio.Event, database_runs: Callable[[], bool]) -> None:
    """Wait for a signal; without its database a server ends, so that it is started anew."""
    while not stop.is_set():
        if not database_runs():
            raise DatabaseEnded(
                "the embedded mongod has ended; what it acknowledged is in its journal, "
                "and why it ended in mongod.log: start again"
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), WATCH_SECONDS)


async def _installation(settings: Settings, mongo_uri: str) -> Installation:
    try:
        return await wiring.build(settings, mongo_uri=mongo_uri)
    except Exception as error:
        if translate(error) is not None:
            raise StartRefused(
                f"the database does not answer ({type(error).__name__}): check CREDIT_MONGO_URI, "
                "and that it names a replica set with a primary"
            ) from error
        raise


def _let_open(files: int) -> None:
    """Each socket is an open file, and the usual limit is far below what one process holds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < files:
        log.warning("few_open_files", wanted=files, let=most)


def _listen(server: HTTPServer, settings: Settings) -> None:
    try:
        server.listen(settings.port, settings.bind, backlog=BACKLOG)
    except OSError as error:
        raise StartRefused(
            f"cannot listen on {settings.bind}:{settings.port} ({error.strerror}): "
            "choose another port (CREDIT_PORT, or --port of `dev`), or end what uses it"
        ) from error
