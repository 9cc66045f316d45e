"""Files in ranges: held against nginx on the very same file, and at every reader's pace."""

import asyncio
import os
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application

from domain.media.ports import File
from handlers import ranges
from handlers.endpoint import Audience, Permission, endpoint
from handlers.giving import ASKED_BYTES, ASKED_SECONDS, STALLED_SECONDS, FileHandler
from handlers.ranges import Representation
from server.wiring import Installation
from tests.filing import FolderStore, keep
from tests.nginx import serving
from tests.proof import Proof
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
EXAMPLES = 5_000 if FULL else 150
WHOLE = bytes(range(256)) * 400 + b"the end of the film"
SIZE = len(WHOLE)
LARGE = 24 * 1024**2
GLANCES = 60
NONE: Mapping[str, str] = {}
COMPARED = ("Content-Range", "Content-Length", "Content-Type", "Accept-Ranges", "Last-Modified")


class Served:
    """Files as our handler gives them, by the two ways a store may keep them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.here, self.elsewhere = FolderStore(folder), FolderStore(folder, local=False)
        self.files: dict[str, File] = {}
        self.still, self.asked = True, 0

    async def may(self) -> bool:
        self.asked += 1
        return self.still

    def add(self, name: str, content: bytes, media_type: str = "video/mp4") -> File:
        file = File(
            asset_id="asset",
            rendition="video",
            name=name,
            media_type=media_type,
            size=0,
            sha256="",
            stored_at=datetime.now(UTC),
        )
        self.files[name] = keep(self.folder, file, content)
        return self.files[name]


@pytest.fixture(scope="module")
def served(
    io_loop: IOLoop, listening: tuple[Installation, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Our handler over a folder, beside the whole product."""
    own, port = bind_unused_port()
    served = Served(tmp_path_factory.mktemp("kept"), f"http://127.0.0.1:{port}")

    class Given(FileHandler):
        @endpoint(
            Audience.PUBLIC, Permission.FETCH_FILE_BY_ADDRESS, "A file", answers={200: "video/mp4"}
        )
        async def get(self, way: str, name: str) -> None:
            store = served.elsewhere if way == "elsewhere" else served.here
            hand_over = "/handed/" if way == "handed" else ""
            await self.give(served.files[name], store=store, hand_over=hand_over, still=served.may)

        async def head(self, way: str, name: str) -> None:
            await self.get(way, name)

    given_to = {"house": listening[0].house, "path_template": "/{way}/{name}"}
    server = HTTPServer(Application([("/(here|elsewhere|handed)/(.+)", Given, given_to)]))
    io_loop.add_callback(server.add_socket, own)
    yield served
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@pytest.fixture(scope="module")
def nginx(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("nginx"), served.folder / "media/asset/video") as url:
        yield url


@pytest.fixture(scope="module")
def film(served: Served) -> File:
    return served.add("film.mp4", WHOLE)


@pytest.fixture(scope="module")
def nothing(served: Served) -> File:
    return served.add("nothing.mp4", b"")


class Pair:
    """The same request to both."""

    def __init__(self, ours: str, theirs: str) -> None:
        self.ours, self.theirs = ours, theirs

    async def ask(
        self, client: httpx.AsyncClient, headers: Mapping[str, str], method: str = "GET"
    ) -> tuple[httpx.Response, httpx.Response]:
        """The tag in a header is each one's own: TAG stands for it."""
        plain = [await client.head(url) for url in (self.ours, self.theirs)]
        answers = []
        for url, head in zip((self.ours, self.theirs), plain, strict=True):
            own = {k: v.replace("TAG", head.headers["ETag"]) for k, v in headers.items()}
            answers.append(await client.request(method, url, headers=own))
        return answers[0], answers[1]


def same(ours: httpx.Response, theirs: httpx.Response) -> None:
    """Status, headers and bytes; of a refusal the body is each one's own."""
    assert ours.status_code == theirs.status_code
    if ours.status_code >= 400:
        assert ours.headers.get("Content-Range") == theirs.headers.get("Content-Range")
        assert ours.headers["Content-Type"] == "application/problem+json"
        return
    assert ("ETag" in ours.headers) == ("ETag" in theirs.headers)
    for name in COMPARED:
        assert _plain(ours.headers.get(name)) == _plain(theirs.headers.get(name)), name
    assert _parts(ours) == _parts(theirs)


def _plain(value: str | None) -> str | None:
    return re.sub(r"boundary=\d{20}$", "boundary=", value) if value else value


def _parts(answer: httpx.Response) -> list[bytes]:
    found = re.search(r"boundary=(\d+)", answer.headers.get("Content-Type", ""))
    return answer.content.split(found[1].encode()) if found else [answer.content]


FORMS = [
    *("bytes=0-0", "bytes=0-499", "bytes=500-999", "bytes=0-", "bytes=1-", "bytes=9500-"),
    *("bytes=-1", "bytes=-500", "bytes=-0", "bytes=-999999999", f"bytes=-{SIZE}"),
    *(f"bytes=0-{SIZE - 1}", f"bytes=0-{SIZE}", f"bytes={SIZE - 1}-", f"bytes={SIZE}-"),
    *(f"bytes={SIZE - 1}-{SIZE + 5}", f"bytes={SIZE + 1}-", f"bytes={SIZE}-{SIZE + 9}"),
    *("bytes=5-4", "bytes=5-5", "bytes=99-1", "bytes=0-0,-1", "bytes=0-0,5-9,-4"),
    *("bytes=0-9,20-29", "bytes=20-29,0-9", "bytes=0-9,5-14", "bytes=0-9,0-9", "bytes=5-4,0-1"),
    *(f"bytes={SIZE}-,0-1", f"bytes=0-1,{SIZE}-", "bytes=0-,0-", "bytes=0-,-1", "bytes=-5,-5"),
    *(f"bytes=0-{SIZE - 2},-1", f"bytes=0-{SIZE - 2},-2", "bytes=-0,-0", "bytes=0-0,-0"),
    *("bytes= 0-9", "bytes=0 -9", "bytes=0- 9", "bytes=0-9 ,20-29", "bytes=0-9, 20-29"),
    *("bytes= -5", "bytes=- 5", "bytes=-5 ,0-1", "bytes= 0 - 9 , 20 - 29", "bytes =0-9"),
    *("bytes=", "bytes", "bytes=-", "bytes=,", "bytes=,0-1", "bytes=0-1,", "bytes=0-1,,2-3"),
    *("bytes=a-b", "bytes=0-b", "bytes=a-9", "bytes=0-9-", "bytes=0--9", "bytes=--9", "bytes=+1-2"),
    *("bytes=1", "bytes=1,2", "bytes=0-9;20-29", "bytes=0x1-0x9", "bytes=1.0-2", "bytes=0-1 2"),
    *("BYTES=0-9", "Bytes=0-9", "octets=0-9", "items=0-9", "0-9", "bytes:0-9", "=0-9", "none"),
    *("bytes=0-9223372036854775807", "bytes=0-9223372036854775808", "bytes=9223372036854775807-"),
    *("bytes=-9223372036854775807", "bytes=-9223372036854775808", "bytes=99999999999999999999-"),
    *("bytes=0000000000000000000000005-0000000000000000000000009", "bytes=00-09"),
    "bytes=" + ",".join(f"{n * 10}-{n * 10}" for n in range(63)),
    "bytes=" + ",".join(f"{n * 10}-{n * 10}" for n in range(64)),
    "bytes=" + ",".join(f"{n * 10}-{n * 10}" for n in range(65)),
    "bytes=" + ",".join(["0-0"] * 65 + ["wrong"]),
    "bytes=" + ",".join(["9-5"] * 70 + ["0-0"]),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("way", ["here", "elsewhere"])
@pytest.mark.usefixtures("film")
async def test_every_form_of_a_range_is_answered_as_nginx_answers_it(
    served: Served, nginx: str, way: str, method: str
) -> None:
    pair = Pair(f"{served.url}/{way}/film.mp4", f"{nginx}/film.mp4")
    met = set()
    async with httpx.AsyncClient() as client:
        for form in FORMS:
            ours, theirs = await pair.ask(client, {"Range": form}, method)
            same(ours, theirs)
            met.add(ours.status_code)
    assert met == {200, 206, 416}


@pytest.mark.usefixtures("nothing")
async def test_a_file_of_no_bytes_is_answered_as_nginx_answers_it(
    served: Served, nginx: str
) -> None:
    pair = Pair(f"{served.url}/here/nothing.mp4", f"{nginx}/nothing.mp4")
    async with httpx.AsyncClient() as client:
        for form in ["none", *FORMS]:
            same(*await pair.ask(client, {"Range": form}))


def conditions(changed: datetime) -> list[dict[str, str]]:
    """Of tags and dates, alone, together and with a range; ``TAG`` stands for the file's."""
    now, other = f"{changed:%a, %d %b %Y %H:%M:%S} GMT", '"another"'
    before = format_datetime(changed - timedelta(hours=1), usegmt=True)
    after = format_datetime(changed + timedelta(hours=1), usegmt=True)
    old = f"{changed:%A, %d-%b-%y %H:%M:%S} GMT"
    asctime = f"{changed:%a %b} {changed.day:2d} {changed:%H:%M:%S %Y}"
    dates = [now, before, after, old, asctime, "yesterday", "0", "Thu, 99 Foo 2026 00:00:00 GMT"]
    tags = ["TAG", "W/TAG", other, "*", f"{other}, TAG", f"TAG,{other}", f"W/TAG , {other}"]
    tags += ["TAG TAG", '""', "unquoted", f"{other} ,\tW/{other}"]
    alone = [{name: tag} for name in ("If-None-Match", "If-Match") for tag in tags]
    alone += [{n: d} for n in ("If-Modified-Since", "If-Unmodified-Since") for d in dates]
    both = [{"If-None-Match": t, "If-Modified-Since": d} for t in tags[:3] for d in dates[:3]]
    both += [{"If-Match": t, "If-Unmodified-Since": d} for t in tags[:3] for d in dates[:3]]
    both += [{"If-Match": "TAG", "If-None-Match": "TAG"}, {"If-Match": "*", "If-None-Match": "*"}]
    ranged = [{"Range": "bytes=5-9", **one} for one in [*alone, *both]]
    resumed = [{"Range": "bytes=5-9", "If-Range": one} for one in [*tags, *dates]]
    resumed += [{"Range": "bytes=5-9,-1", "If-Range": one} for one in ("TAG", now, other)]
    resumed += [{"If-Range": "TAG"}, {"Range": "bytes=x", "If-Range": other}]
    resumed += [{"Range": f"bytes={SIZE}-", "If-Range": "TAG"}]
    return [*alone, *both, *ranged, *resumed]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_every_condition_is_judged_as_nginx_judges_it(
    served: Served, nginx: str, film: File, method: str, proof: Proof
) -> None:
    pair = Pair(f"{served.url}/here/film.mp4", f"{nginx}/film.mp4")
    table, met = conditions(film.stored_at), set()
    async with httpx.AsyncClient() as client:
        for headers in table:
            ours, theirs = await pair.ask(client, headers, method)
            same(ours, theirs)
            met.add(ours.status_code)
    assert met == {200, 206, 304, 412, 416}
    count = len(FORMS) * 2 + len(table)
    proof(f"forms of ranges and conditions by {method}, beside nginx", count, "the same answer")


NUMBER = st.one_of(st.integers(0, SIZE + 5), st.sampled_from([0, SIZE, SIZE - 1]), st.just(""))
ONE = st.one_of(
    st.tuples(NUMBER, NUMBER).map(lambda pair: f"{pair[0]}-{pair[1]}"),
    st.tuples(NUMBER, NUMBER).map(lambda pair: f" {pair[0]} -{pair[1]} "),
    st.text("0123456789- ,ab=", max_size=8),
)
HEADER = st.lists(ONE, min_size=1, max_size=6).map(lambda some: f"bytes={','.join(some)}".strip())


@pytest.mark.usefixtures("film")
def test_a_range_that_chance_wrote_is_answered_as_nginx_answers_it(
    nginx: str, film: File, proof: Proof
) -> None:
    """Ours is asked by its rule alone: that the rule is followed is held above."""
    met: dict[int, int] = {}
    shown = Representation(size=SIZE, tag='"x"', changed_at=film.stored_at)
    with httpx.Client() as client:

        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        @given(header=HEADER)
        def judge(header: str) -> None:
            theirs = client.get(f"{nginx}/film.mp4", headers={"Range": header})
            ours = ranges.answer({"Range": header}, shown)
            assert ours.status == theirs.status_code
            if len(ours.spans) == 1 and ours.status == 206:
                assert ours.spans[0].of(SIZE) == theirs.headers["Content-Range"]
            if len(ours.spans) > 1:
                said = re.findall(rb"Content-Range: (bytes [^\r]+)", theirs.content)
                assert [span.of(SIZE).encode() for span in ours.spans] == said
            met[theirs.status_code] = met.get(theirs.status_code, 0) + 1

        judge()
    assert set(met) == {200, 206, 416}
    proof("range headers written by chance, beside nginx", sum(met.values()), f"the same: {met}")


async def test_the_tag_is_the_hash_that_is_stored_and_stays_the_same(
    served: Served, film: File
) -> None:
    async with httpx.AsyncClient() as client:
        first = await client.get(f"{served.url}/here/film.mp4")
        second = await client.get(f"{served.url}/elsewhere/film.mp4")
    assert first.headers["ETag"] == f'"{film.sha256}"' == second.headers["ETag"]
    assert first.content == second.content == WHOLE


@pytest.mark.parametrize("way", ["here", "elsewhere"])
async def test_one_connection_carries_many_ranges(served: Served, way: str) -> None:
    """The next answer begins where the last ended, whichever way the bytes went."""
    served.add("film.mp4", WHOLE)
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(limits=limits) as client:
        ports = set()
        for at in range(0, 4000, 100):
            header = {"Range": f"bytes={at}-{at + 99},{at + 200}-{at + 299}"}
            answer = await client.get(f"{served.url}/{way}/film.mp4", headers=header)
            assert answer.status_code == 206
            assert WHOLE[at : at + 100] in answer.content
            stream = answer.extensions["network_stream"]
            ports.add(stream.get_extra_info("client_addr"))
    assert len(ports) == 1


async def test_a_file_that_the_store_lost_is_not_found_and_logged(served: Served) -> None:
    lost = served.add("lost.mp4", b"here")
    (served.folder / lost.key).unlink()
    cut = served.add("cut.mp4", b"here")
    (served.folder / cut.key).write_bytes(b"he")
    async with httpx.AsyncClient() as client:
        with capture_logs() as logs:
            for name in ("lost.mp4", "cut.mp4"):
                answer = await client.get(f"{served.url}/here/{name}")
                assert answer.status_code == 404
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert "ETag" not in answer.headers
    assert [one["event"] for one in logs] == ["file_lost"] * 2


class Reader:
    """Reads a large file over a bare socket, as slowly as it likes."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self.socket.setblocking(False)
        self.at = (host, int(port))

    async def ask(self, path: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, self.at)
        await loop.sock_sendall(self.socket, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    async def take(self, size: int) -> bytes:
        loop, taken = asyncio.get_running_loop(), bytearray()
        while len(taken) < size:
            piece = await loop.sock_recv(self.socket, size - len(taken))
            if not piece:
                break
            taken += piece
        return bytes(taken)


async def test_what_is_not_taken_is_not_read(served: Served) -> None:
    """A slow reader holds back what is read for it: memory is not filled with the file."""
    served.add("large.mp4", b"\0" * LARGE)
    served.elsewhere.read_bytes = 0
    reader = Reader(served.url)
    await reader.ask("/elsewhere/large.mp4")
    head = await reader.take(10_000)
    await until(lambda: served.elsewhere.read_bytes > 0, within=10)
    seen = -1
    while seen != served.elsewhere.read_bytes:
        seen = served.elsewhere.read_bytes
        await asyncio.sleep(0.2)
    assert seen < LARGE / 2
    header, _, begun = head.partition(b"\r\n\r\n")
    assert f"Content-Length: {LARGE}".encode() in header
    assert len(await reader.take(LARGE - len(begun))) == LARGE - len(begun)
    assert served.elsewhere.read_bytes == LARGE
    reader.socket.close()


@pytest.mark.parametrize("way", ["here", "elsewhere"])
async def test_who_goes_away_is_sent_no_more(served: Served, way: str) -> None:
    """The connection is let go, and nothing is logged: whoever stops a film is no news."""
    served.add("large.mp4", b"\0" * LARGE)
    before = _open_files(served)
    with capture_logs() as logs:
        for _ in range(5):
            reader = Reader(served.url)
            await reader.ask(f"/{way}/large.mp4")
            await reader.take(5_000)
            reader.socket.close()
        await until(lambda: _open_files(served) <= before, within=10)
    assert [one for one in logs if one["log_level"] != "info"] == []
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{served.url}/{way}/large.mp4")
    assert len(answer.content) == LARGE


@pytest.mark.parametrize("way", ["here", "elsewhere"])
async def test_who_may_not_read_on_is_cut_off_and_whoever_may_reads_to_the_end(
    served: Served, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    assert (ASKED_BYTES, ASKED_SECONDS) == (8 * 1024**2, 30)
    served.add("large.mp4", b"\0" * LARGE)
    served.asked = 0
    async with httpx.AsyncClient() as client:
        assert len((await client.get(f"{served.url}/{way}/large.mp4")).content) == LARGE
    assert served.asked in {LARGE // ASKED_BYTES - 1, LARGE // ASKED_BYTES}
    for bytes_, seconds in ((ASKED_BYTES, ASKED_SECONDS), (LARGE * 2, 0)):
        monkeypatch.setattr("handlers.giving.ASKED_BYTES", bytes_)
        monkeypatch.setattr("handlers.giving.ASKED_SECONDS", seconds)
        reader = Reader(served.url)
        with capture_logs() as logs:
            await reader.ask(f"/{way}/large.mp4")
            await reader.take(10_000)
            served.still = False
            try:
                assert len(await reader.take(LARGE)) < LARGE * 2 // 3
            finally:
                served.still = True
                reader.socket.close()
        assert [one for one in logs if one["log_level"] != "info"] == []


async def test_who_hangs_up_before_it_begins_is_no_news(served: Served) -> None:
    """Also between the head and the first byte, while the file is being opened."""
    served.add("large.mp4", b"\0" * LARGE)
    before = _open_files(served)

    async def glance(size: int) -> None:
        reader = Reader(served.url)
        await reader.ask("/here/large.mp4")
        await reader.take(size)
        reader.socket.close()

    with capture_logs() as logs:
        for size in (0, 1, 300, 1_000):
            await asyncio.gather(*(glance(size) for _ in range(GLANCES)))
        await until(lambda: _open_files(served) <= before, within=10)
    assert [one for one in logs if one["log_level"] != "info"] == []


def _open_files(served: Served) -> int:
    """How many of the kept files this process has open."""
    opened = [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return sum(one.is_relative_to(served.folder) for one in opened)


async def test_who_takes_nothing_any_more_is_let_go(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert STALLED_SECONDS == 60
    monkeypatch.setattr("handlers.giving.STALLED_SECONDS", 0.2)
    served.add("large.mp4", b"\0" * LARGE)
    for way in ("here", "elsewhere"):
        reader = Reader(served.url)
        await reader.ask(f"/{way}/large.mp4")
        await until(lambda: _open_files(served) == 1, within=10)
        await until(lambda: _open_files(served) == 0, within=10)
        assert len(await reader.take(LARGE + 1000)) < LARGE
        reader.socket.close()


async def test_nginx_in_front_is_handed_the_file_and_reads_the_headers(
    served: Served, tmp_path: Path
) -> None:
    file = served.add("handed film.mp4", WHOLE)
    places = (
        f"location /handed/ {{ internal; alias {served.folder}/; }}"
        f"location /film {{ proxy_pass {served.url}/handed/handed%20film.mp4; }}"
    )
    async with httpx.AsyncClient() as client:
        bare = await client.get(f"{served.url}/handed/handed film.mp4")
        assert (bare.status_code, bare.content) == (200, b"")
        assert bare.headers["X-Accel-Redirect"] == f"/handed/{file.key.replace(' ', '%20')}"
        with serving(tmp_path, served.folder / "empty", places=places) as url:
            whole = await client.get(f"{url}/film")
            assert (whole.status_code, whole.content) == (200, WHOLE)
            assert whole.headers["Content-Type"] == "video/mp4"
            part = await client.get(f"{url}/film", headers={"Range": "bytes=-9"})
            assert (part.status_code, part.content) == (206, WHOLE[-9:])
            assert (await client.get(f"{url}/handed/{file.key}")).status_code == 404


def test_a_date_in_none_of_the_three_forms_is_none() -> None:
    assert ranges.http_date("Sun, 06 Nov 1994 08:49:37 GMT") == datetime(
        1994, 11, 6, 8, 49, 37, tzinfo=UTC
    )
    assert ranges.http_date("1994-11-06T08:49:37Z") is None


def test_a_moment_between_two_seconds_is_the_earlier_one() -> None:
    at = datetime(2026, 3, 1, 8, 0, 0, 900_000, tzinfo=UTC)
    one: Any = Representation(size=1, tag='"a"', changed_at=at)
    assert one.last_modified == "Sun, 01 Mar 2026 08:00:00 GMT"
    assert ranges.answer({"If-Modified-Since": one.last_modified}, one).status == 304
    assert (
        ranges.answer({"If-Modified-Since": one.last_modified}, replace(one, tag='"b"')).spans == ()
    )
