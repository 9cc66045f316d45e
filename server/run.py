"""One process from start to stop: database, parts, HTTP, workers, and the end on a signal."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

from adapters.mongo.embedded import EmbeddedMongo
from server import app, wiring
from server.settings import Settings

DRAIN_SECONDS = 10


def serve(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is told the address.

    Raises:
        EmbeddedMongoError, KeyFileError, ContentError, UndeclaredRoute: the start is refused.
    """
    if settings.mongo_uri is not None:
        asyncio.run(_serve(settings, settings.mongo_uri.get_secret_value(), ready))
        return
    with EmbeddedMongo(settings.data_folder / "mongo", port=settings.mongo_port) as uri:
        asyncio.run(_serve(settings, uri, ready))


async def _serve(settings: Settings, mongo_uri: str, ready: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    installation = await wiring.build(settings, mongo_uri=mongo_uri)
    server = app.server(installation.house)
    try:
        server.listen(settings.port, settings.bind)
        installation.workers.start()
        await installation.maker.warm()
        ready(f"http://{settings.bind}:{settings.port}")
        await stop.wait()
        server.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(server.close_all_connections(), DRAIN_SECONDS)
    finally:
        await installation.close()
