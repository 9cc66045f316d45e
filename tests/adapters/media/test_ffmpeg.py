"""ffmpeg as a child: it ends with who asked for it, in time, and reads nothing but its file."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from adapters.media import ffmpeg
from adapters.media.ffmpeg import Broken, Input, run, said_of
from domain.errors import Unavailable
from domain.files import UnfitFile
from tests.children import children, gone, running

# Never over by itself.
ENDLESS = ["-f", "lavfi", "-i", "testsrc=size=64x36:rate=5", "-f", "null", "-"]
SLOW = ["-re", *ENDLESS]


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_it_ends_with_who_waits_for_it() -> None:
    before = frozenset(children())
    work = asyncio.create_task(run(SLOW, seconds=600))
    new = await running("testsrc", beside=before)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not children() & new


async def test_it_ends_when_it_is_late() -> None:
    before = children()
    with pytest.raises(UnfitFile, match="无法在规定时间内处理完"):
        await run(SLOW, seconds=0.3)
    assert children() == before


async def test_it_ends_with_its_owner_even_when_that_is_killed() -> None:
    program = f"""
        import asyncio
        from adapters.media.ffmpeg import run
        asyncio.run(run({SLOW!r}, seconds=600))
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", textwrap.dedent(program)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    found = await running("testsrc", owner=process.pid)
    assert {environment(pid) for pid in found} == {b""}
    process.send_signal(signal.SIGKILL)
    await process.wait()
    await gone(*found)


@pytest.mark.parametrize("reading", ["hls", "concat"])
async def test_it_opens_no_address_and_only_what_is_named(tmp_path: Path, reading: str) -> None:
    """Were a playlist ever taken for a recording, it would still lead nowhere."""
    opened = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(1)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    file = tmp_path / "a"
    address = f"http://127.0.0.1:{port}/a.ts"
    file.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n{address}\n#EXT-X-ENDLIST\n"
        if reading == "hls"
        else f"ffconcat version 1.0\nfile {address}\n"
    )
    with pytest.raises(Broken):
        await run([*Input(path=file, format=reading).words, "-f", "null", "-"], seconds=20)
    server.close()
    await server.wait_closed()
    assert opened == []


async def test_it_writes_no_more_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "MOST_WRITTEN", 100_000)
    words = ["-f", "lavfi", "-i", "testsrc=size=640x360:rate=25", "-c:v", "rawvideo"]
    with pytest.raises(Broken):
        await run([*words, "-f", "rawvideo", f"file:{tmp_path}/a"], seconds=20)
    assert os.stat(tmp_path / "a").st_size <= 100_000  # noqa: PTH116 - what is on the disk


async def test_a_disk_that_is_full_is_held_against_no_file() -> None:
    words = ["-f", "lavfi", "-i", "testsrc=size=64x36:duration=2", "-c:v", "rawvideo"]
    with pytest.raises(Unavailable, match="存储空间不足"):
        await run([*words, "-f", "rawvideo", "file:/dev/full"], seconds=20)


async def test_what_it_says_at_length_is_kept_at_both_ends() -> None:
    words = ["-loglevel", "debug", "-f", "lavfi", "-i", "testsrc=rate=25:size=64x36:duration=40"]
    said = (await said_of([*words, "-stats", "-f", "null", "-"], seconds=60)).said
    assert "Input #0" in said
    assert "frame= 1000" in said
    assert len(said) <= 2 * ffmpeg.KEPT


async def test_how_far_it_is_is_told() -> None:
    told = []

    async def tell(percent: int) -> None:
        told.append(percent)

    words = ["-f", "lavfi", "-i", "testsrc=size=64x36:duration=4", "-f", "null", "-"]
    await run(words, seconds=20, lasts=4000, tell=tell, until=80)
    assert told == sorted(told)
    assert told[-1] == 80
