"""The front door, and the files by which WeChat checks whose domain this is."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from tests.cast import Cast
from tests.problems import check_problem

PLACES = ("/", "/v/")


@pytest.fixture
def folder(data_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder of check files, with everything in it that is to be refused."""
    folder = data_folder / "checks"
    before = set(folder.iterdir())
    (tmp_path / "secret.txt").write_text("secret")
    (data_folder / "outside.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner_link.txt").symlink_to(folder / "MP_verify_sample.txt")
    (folder / "folder.txt").mkdir()
    (folder / "large.txt").write_bytes(b"a" * 4097)
    (folder / "page.html").write_text("<script>")
    (folder / "two.dots.txt").write_text("secret")
    (folder / ("n" * 61 + ".txt")).write_text("secret")
    os.mkfifo(folder / "pipe.txt")
    yield folder
    (data_folder / "outside.txt").unlink()
    for made in set(folder.iterdir()) - before:
        made.rmdir() if made.is_dir() and not made.is_symlink() else made.unlink()


@pytest.mark.parametrize("place", PLACES)
async def test_a_check_file_is_served_as_it_is(cast: Cast, folder: Path, place: str) -> None:
    (folder / "full.txt").write_bytes(b"a" * 4096)
    (folder / f"{'n' * 60}.txt").write_bytes(b"")
    for name, content in (
        ("MP_verify_sample", b"a5d1"),
        ("full", b"a" * 4096),
        ("n" * 60, b""),
    ):
        answer = await cast.client.get(f"{place}{name}.txt")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["Content-Type"] == "text/plain"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "name",
    [
        *("absent.txt", "link.txt", "inner_link.txt", "folder.txt", "large.txt", "pipe.txt"),
        *("page.html", "two.dots.txt", "n" * 61 + ".txt", ".txt", "%2e%2e%2foutside.txt"),
        *("..%2Foutside.txt", "..%5coutside.txt", "MP_verify_sample.txt%00.txt", "a/../link.txt"),
        *("MP_verify_sample%0a.txt", "%E5%90%8D.txt", "MP_verify_sample.txt/", "checks%2Fa.txt"),
    ],
)
@pytest.mark.usefixtures("folder")
async def test_nothing_else_is(cast: Cast, place: str, name: str) -> None:
    answer = await cast.client.get(f"{place}{name}")
    if answer.status_code == 200:  # what a QR code says is answered: this is no paper of ours
        assert place == "/v/"
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "未查到" in answer.text
    else:
        check_problem(answer, 404, "not_found")
    assert "secret" not in answer.text


@pytest.mark.usefixtures("folder")
async def test_a_path_that_climbs_is_refused_as_it_is_sent(api: str, io_loop: IOLoop) -> None:
    """A client would tidy it up first."""
    host, port = api.removeprefix("http://").split(":")

    def raw(path: str) -> bytes:
        with socket.create_connection((host, int(port)), 10) as wire:
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: wire.recv(65536), b""))

    for path in ("/../outside.txt", "/v/../../outside.txt", "//outside.txt", "/./link.txt"):
        answer = await io_loop.run_in_executor(None, raw, path)
        assert b" 404 " in answer.split(b"\r\n")[0], path
        assert b"secret" not in answer


async def test_the_bare_address_leads_to_the_page_to_check_a_paper(cast: Cast) -> None:
    answer = await cast.client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/v/")
    assert (await cast.client.get("/v/")).status_code == 200
