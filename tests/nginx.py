"""A real nginx on a loopback port: what it answers is what we are held against."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tornado.testing import bind_unused_port

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
TYPES = "types { video/mp4 mp4; application/vnd.apple.mpegurl m3u8; text/vtt vtt; }"


@contextmanager
def serving(folder: Path, root: Path, *, places: str = "", most_ranges: int = 64) -> Iterator[str]:
    """Its address, for as long as it runs; what it writes goes to ``folder``.

    It gives out ``root``; ``places`` are further locations.
    """
    socket, port = bind_unused_port()
    socket.close()
    folder.mkdir(parents=True, exist_ok=True)
    temporary = "".join(
        f"{name}_temp_path {folder / name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Who is root says so: the folders of tests are readable by their owner only.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"""{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors warn;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; sendfile on; keepalive_requests 1000000;
            {TYPES} default_type application/octet-stream;
            {temporary} max_ranges {most_ranges};
            server {{ listen 127.0.0.1:{port}; root {root}; {places} }}
        }}"""
    )
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen([*command, "-e", f"{folder}/errors"])
    try:
        yield _answering(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(10)


def _answering(url: str, process: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return url
    raise AssertionError(f"nginx does not answer: {process.poll()}")
