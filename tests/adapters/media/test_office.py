"""PPT and PPTX as PDF: by a stand-in how LibreOffice is bound, by the real one what comes of it."""

import asyncio
import math
import os
import re
import shutil
import socket
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from adapters.media import office, slides
from domain.files import UnfitFile
from tests.children import PATIENCE, children, command, gone
from tests.presenting import (
    MACROS,
    make_ppt,
    make_pptx,
    needs_apart,
    needs_office,
    picture,
    stand_in,
)
from tests.recordings import make_pdf

SLIDES = "slides.pptx"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where something stands in for LibreOffice: it keeps what it is told, does as a file says."""
    installed = tmp_path / "installed"
    stand_in(installed, f'echo "$@" > told\n. {installed}/does', monkeypatch)
    made = tmp_path / "room"
    made.mkdir()
    (made / SLIDES).write_text("the file\n")
    return made


def does(room: Path, script: str) -> None:
    (room.parent / "installed/does").write_text(script)


async def refused(room: Path) -> UnfitFile:
    with pytest.raises(UnfitFile) as unfit:
        await office.to_pdf(room / SLIDES, room)
    assert unfit.value.detail.endswith("另存为 PDF 后上传。")
    return unfit.value


@needs_apart
async def test_nothing_of_our_settings_is_told_to_libreoffice(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDIT_WECHAT_SECRET", "a secret of ours")
    does(room, "env > settings; exit 1")
    await refused(room)
    settings = (room / "settings").read_text()
    assert "CREDIT_" not in settings
    assert "TMPDIR=/room/" in settings
    assert "TZ=Asia/Shanghai" in settings


@needs_apart
async def test_ppt_becomes_pdf_by_libreoffice_in_a_profile_of_its_own(room: Path) -> None:
    pdf = make_pdf(room.parent / "installed/made.pdf")
    does(room, f"mkdir -p out; cp {pdf} out/slides.pdf")
    made = await office.to_pdf(room / SLIDES, room)
    assert await slides.judge_pdf(made) == 3
    closed = (room / "profile/user/registrymodifications.xcu").read_text()
    assert "DisableMacrosExecution" in closed
    told = (room / "told").read_text()
    assert "-env:UserInstallation=file:///room/profile" in told
    assert "--headless" in told
    assert "--infilter=Impress MS PowerPoint 2007 XML" in told


@needs_apart
async def test_libreoffice_and_what_it_begins_have_bounds_of_memory_and_of_what_they_write(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does(room, "sh -c 'ulimit -v; ulimit -f; ulimit -c' > bounds")
    await refused(room)
    # In KiB, and in blocks of 512 bytes.
    assert (room / "bounds").read_text().split() == [f"{2**22}", f"{2**20}", "0"]
    monkeypatch.setattr(office, "MOST_WRITTEN", 2**16)
    does(room, "mkdir -p out; head -c 99999 /dev/zero > out/a.pdf")
    assert (await refused(room)).because == "not_converted"


@needs_apart
async def test_libreoffice_sees_its_file_and_its_room_and_reaches_nobody(
    room: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "secret").write_text("a secret of the machine\n")
    does(
        room,
        f"""
        read came < /slides/{SLIDES} && echo "file: $came" >> found
        echo more >> /slides/{SLIDES} && echo "changed it" >> found
        for secret in {other}/secret /etc/passwd /proc/{os.getpid()}/environ; do
            read it < $secret && echo "$secret: $it" >> found
        done
        echo new > {other}/new && echo written >> found
        echo new > /usr/new && echo installed >> found
        echo "networks: $(grep -c : /proc/net/dev)" >> found
        exit 1
        """,
    )
    await refused(room)
    # The one network is the machine's with itself, of which it has its own.
    assert (room / "found").read_text() == "file: the file\nnetworks: 1\n"
    assert {path.name for path in other.iterdir()} == {"secret"}
    assert (room / SLIDES).read_text() == "the file\n"


@pytest.mark.parametrize("there", [True, False])
async def test_where_it_cannot_be_kept_apart_a_pdf_is_asked_for(
    room: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """As in a container that may not begin another, and where bubblewrap is missing."""
    office_here = room.parent / "installed/program"
    if there:
        (office_here / "bwrap").write_text("#!/bin/sh\necho no permission >&2; exit 1\n")
        (office_here / "bwrap").chmod(0o755)
    else:
        for tool in ("prlimit", "false"):
            (office_here / tool).symlink_to(shutil.which(tool) or tool)
        monkeypatch.setenv("PATH", str(office_here))
    does(room, "exit 0")
    assert (await refused(room)).because == "not_apart"
    assert not (room / "told").exists()


@needs_apart
@pytest.mark.parametrize("script", ["exit 1", "exit 0"])
async def test_what_libreoffice_cannot_read_is_asked_for_as_pdf(room: Path, script: str) -> None:
    does(room, script)
    assert (await refused(room)).because == "not_converted"


def asleep() -> set[int]:
    everyone = {int(process.name) for process in Path("/proc").glob("[0-9]*")}
    return {pid for pid in everyone if "sleep 612345" in command(pid)}


@needs_apart
async def test_libreoffice_that_never_ends_is_ended(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "TO_CONVERT", 1)
    does(room, "sleep 612345 & echo begun > child; wait")
    assert (await refused(room)).because == "too_slow"
    assert (room / "child").exists()
    await gone(*asleep())


async def test_without_libreoffice_a_pdf_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await refused(tmp_path)).because == "no_office"


def drawn(pdf: Path) -> list[tuple[str, Image.Image]]:
    """The words and the picture of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        (page.get_textpage().get_text_bounded(), page.render().to_pil().convert("RGB"))
        for page in document
    ]


def painted(image: Image.Image, color: tuple[int, int, int]) -> bool:
    """Whether a surface, and not a letter, has this colour, as near as a JPEG keeps it."""
    found = image.getcolors(image.width * image.height) or []
    return any(
        count > 200 and isinstance(one, tuple) and math.dist(one, color) < 20
        for count, one in found
    )


def new_room(folder: Path, name: str, file: Path) -> Path:
    made = folder / name
    made.mkdir()
    (made / f"slides{file.suffix}").symlink_to(file)
    return made


@needs_office
async def test_twelve_slides_in_chinese_with_pictures_become_pages_two_files_at_once(
    tmp_path: Path,
) -> None:
    words = [f"第{n}讲：直门将复，“一网通办”，生僻字𠮷䶮" for n in range(1, 13)]
    pptx = make_pptx(tmp_path / "信用修复.pptx", words, fonts=("微软雅黑", "宋体"))
    ppt = make_ppt(pptx, tmp_path)
    rooms = [new_room(tmp_path, file.suffix[1:], file) for file in (pptx, ppt)]
    made = await asyncio.gather(
        *(office.to_pdf(room / f"slides.{room.name}", room) for room in rooms)
    )
    for pdf in made:
        pages = drawn(pdf)
        assert ["".join(text.split()) for text, _ in pages] == words
        assert all(painted(image, (0, 0, 128)) for _, image in pages)
        # What stands in for the fonts of Windows, and what does not: it has no Chinese.
        fonts = set(re.findall(rb"/BaseFont\s*/[A-Z]+\+(\w+)", pdf.read_bytes()))
        assert {font[:13] for font in fonts} == {b"NotoSansCJKjp", b"NotoSerifCJKj"}


async def heard(server: socket.socket) -> bool:
    """Whether anybody wanted to connect."""
    server.setblocking(False)
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


@needs_office
async def test_a_hostile_file_shows_nothing_of_the_machine_and_reaches_nobody(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("other") / "secret.png"
    secret.write_bytes(picture("red"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        away = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        images = "".join(
            f'<image xlink:href="{address}" y="100" width="99" height="99"/>'
            for address in (secret.as_uri(), away)
        )
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="400" height="300"><rect width="400" height="99" fill="#00ff00"/>{images}</svg>'
        )
        eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
        file = make_pptx(
            tmp_path / "a.pptx",
            images={"a.svg": svg.encode(), "a.eps": eps},
            links={"link": secret.as_uri(), "embed": away},
            fields=("file", "file1", "file2", "file3", "author"),
            kind=MACROS,
            extra={"ppt/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)},
        )
        room = new_room(tmp_path, "room", file)
        await slides.judge_presentation(file)
        [(words, image)] = drawn(await office.to_pdf(room / SLIDES, room))
        assert not await heard(server)
    assert painted(image, (0, 255, 0))
    assert not painted(image, (255, 0, 0))
    # The words of a field are broken over lines.
    assert str(tmp_path) not in "".join(words.split())
    assert "信用修复" in words


def below(pid: int) -> set[int]:
    """A process, and all that it has begun."""
    return {pid}.union(*(below(child) for child in children(pid)))


async def at_work(room: Path, *, owner: int) -> set[int]:
    """All that a conversion has begun, once LibreOffice itself is among them."""
    async with asyncio.timeout(PATIENCE):
        while True:
            first = [pid for pid in children(owner) if str(room) in command(pid)]
            begun = set().union(*map(below, first))
            if any("soffice.bin" in command(pid) for pid in begun):
                return begun
            await asyncio.sleep(0.01)


def long_work(folder: Path) -> Path:
    return new_room(folder, "room", make_pptx(folder / "a.pptx", ["信用修复"] * 500))


@needs_office
async def test_a_conversion_that_nobody_waits_for_leaves_no_process(tmp_path: Path) -> None:
    room = long_work(tmp_path)
    task = asyncio.create_task(office.to_pdf(room / SLIDES, room))
    begun = await at_work(room, owner=os.getpid())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone(*begun)


@needs_office
async def test_libreoffice_ends_with_the_server_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from adapters.media import office\n"
        "asyncio.run(office.to_pdf(Path(sys.argv[1]), Path(sys.argv[1]).parent))"
    )
    room = long_work(tmp_path)
    words = [sys.executable, "-c", program, str(room / SLIDES)]
    server = await asyncio.create_subprocess_exec(*words)
    begun = await at_work(room, owner=server.pid)
    server.kill()
    await server.wait()
    await gone(*begun)
