"""``python -m sandbox``: start the stand-ins on 127.0.0.1 and say where they are."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import date
from socket import socket

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from sandbox.app import application, build
from sandbox.grid_control import Pace

HOST = "127.0.0.1"
DESCRIPTION = (
    "Stand-ins for WeChat, the credit platform, the identity agency, a time-stamp authority, "
    "the power company and an SMS gateway, and a phone in the browser. Prints one line of JSON, "
    "its address, when ready."
)
MAX_BODY = 32 << 20
"""Bytes: a persona with thousands of records fits."""


def main() -> int:
    """Serve until SIGINT, SIGTERM or, if asked to, the end of standard input."""
    options = _parser().parse_args()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING)
    try:
        sockets = bind_sockets(options.port, HOST)
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot listen on {HOST}:{options.port}: {error.strerror}\n")
        return 1
    asyncio.run(_serve(sockets, options))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=DESCRIPTION,
    )
    parser.add_argument(
        "--port", type=int, default=8081, help="0 takes any free one (default: %(default)s)"
    )
    parser.add_argument(
        "--api",
        metavar="URL",
        default="http://127.0.0.1:8080",
        help="our API, reached through /backend (default: %(default)s)",
    )
    parser.add_argument(
        "--platform-latency",
        metavar="SECONDS",
        type=float,
        default=0.02,
        help="how long the credit platform thinks (default: %(default)s)",
    )
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        help="the day from which the dates of the personas count (default: today)",
    )
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="end when standard input does, and so with whoever started this",
    )
    parser.add_argument(
        "--push-events",
        action="store_true",
        help="push to our API what people answer in WeChat's dialogues and what became of messages",
    )
    parser.add_argument(
        "--check-images",
        action="store_true",
        help="WeChat fetches and judges images by itself: red is risky, yellow is for review",
    )
    parser.add_argument(
        "--grid-runs",
        action="store_true",
        help="the power company acts on applications by itself, a step every few seconds",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="a line on standard error for each request"
    )
    return parser


async def _serve(sockets: list[socket], options: argparse.Namespace) -> None:
    sandbox = build(
        api_url=options.api,
        clock=time.time,
        platform_latency=options.platform_latency,
        today=options.today,
        push_events=options.push_events,
        check_images=options.check_images,
    )
    sandbox.company.pace = Pace(auto=options.grid_runs)
    server = HTTPServer(application(sandbox), max_body_size=MAX_BODY)
    server.add_sockets(sockets)
    told_to_end = _told_to_end(by_stdin=options.until_stdin_closes)
    sys.stdout.write(json.dumps({"url": f"http://{HOST}:{sockets[0].getsockname()[1]}"}) + "\n")
    sys.stdout.flush()
    await told_to_end.wait()
    server.stop()
    await server.close_all_connections()
    await sandbox.pushes.close()
    await sandbox.company.callbacks.close()
    await sandbox.upstream.close()


def _told_to_end(*, by_stdin: bool) -> asyncio.Event:
    """Set by SIGINT, by SIGTERM and, if so, by the end of standard input."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)

    def read_to_the_end() -> None:
        # Not through sys.stdin: a thread blocked in it would hold up the exit on a signal.
        while os.read(0, 4096):
            pass
        with suppress(RuntimeError):  # a signal was faster and the loop is gone
            loop.call_soon_threadsafe(told.set)

    if by_stdin:
        threading.Thread(target=read_to_the_end, daemon=True).start()
    return told


if __name__ == "__main__":
    sys.exit(main())
