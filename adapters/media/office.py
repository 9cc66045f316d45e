"""PPT and PPTX as PDF, by LibreOffice where it is installed; elsewhere a PDF is asked for.

What a file may have LibreOffice do is much: fetch what it links, draw pictures of this machine,
begin other programs. So bubblewrap keeps it apart: it reaches nobody, sees nothing but what is
installed and a folder that is gone afterwards, and ends with us, with all that it began.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.processes import ended, limited
from domain.files import UnfitFile

TO_BEGIN, TO_CONVERT = 20, 180
# Of LibreOffice, that reserves far more than it uses; and of each file that it writes.
MOST_OF_OFFICE, MOST_WRITTEN, MOST_BESIDE = 2**32, 2**29, 2**24
# What of the machine it sees, where Debian keeps it; all else is not there.
INSTALLED = (
    *("/usr", "/lib", "/lib64", "/bin", "/etc/fonts", "/var/cache/fontconfig"),
    *("/etc/libreoffice", "/var/lib/libreoffice", "/etc/ld.so.cache", "/etc/alternatives"),
)
# Its folder, as it sees it.
ROOM, PROFILE = Path("/room"), "profile"
# None of ours. A file's name may be Chinese, and what a slide calls today is today here.
SETTINGS = {
    "PATH": os.defpath,
    "HOME": str(ROOM),
    "TMPDIR": str(ROOM / "tmp"),
    "LC_ALL": "C.UTF-8",
    "TZ": "Asia/Shanghai",
    "FONTCONFIG_FILE": str(ROOM / "fonts.conf"),
}
# By the ending, and by nothing that a file says of itself: a text or a sheet may link more.
FILTERS = {".ppt": "MS PowerPoint 97", ".pptx": "Impress MS PowerPoint 2007 XML"}
PDF_OF_SLIDES = "pdf:impress_pdf_Export"
# What LibreOffice is told: it runs no macros, and dates on slides are written as here.
REGISTRY = 'xmlns:oor="http://openoffice.org/2001/registry"'
TOLD = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
)
# Fonts of Windows with strokes like these; for all others that are missing the sans one stands in,
# also for Latin letters, which DejaVu would make a tenth wider, and slides have no room for that.
SERIF = (
    *("宋体", "SimSun", "新宋体", "NSimSun", "仿宋", "FangSong", "仿宋_GB2312", "FangSong_GB2312"),
    *("楷体", "KaiTi", "楷体_GB2312", "KaiTi_GB2312", "华文宋体", "STSong", "华文中宋"),
    *("STZhongsong", "华文仿宋", "STFangsong", "华文楷体", "STKaiti", "方正小标宋简体"),
    *("方正小标宋_GBK", "Times New Roman", "Cambria"),
)
SERIF_HERE, SANS_HERE = "Noto Serif CJK SC", "Noto Sans CJK SC"

INSTEAD = "请在 PowerPoint 或 WPS 中另存为 PDF 后上传。"
NO_OFFICE = f"服务器没有安装 LibreOffice，无法转换 PPT。{INSTEAD}"
NOT_APART = f"服务器的系统不能隔离 LibreOffice，因此不转换 PPT。{INSTEAD}"
NOT_CONVERTED = f"PPT 无法转换，可能已损坏或设有密码。{INSTEAD}"
TOO_SLOW = f"PPT 过于复杂，无法在规定时间内转换。{INSTEAD}"


async def to_pdf(file: Path, folder: Path) -> Path:
    """Slides of LibreOffice's making, in the folder; ``file`` ends with its kind.

    Raises:
        UnfitFile: LibreOffice is missing, cannot be kept apart, is late, or cannot read it.
        Unavailable: the program that bounds it is missing.
    """
    office, apart = shutil.which("soffice"), shutil.which("bwrap")
    if office is None:
        raise UnfitFile(NO_OFFICE, because="no_office")
    if apart is None:
        raise UnfitFile(NOT_APART, because="not_apart")
    begin = [
        *limited(memory=MOST_OF_OFFICE, written=MOST_WRITTEN),
        *_apart(apart, file, folder, office),
    ]
    # It may be installed and not allowed, as in a container.
    if await _code([*begin, "true"], seconds=TO_BEGIN) != 0:
        raise UnfitFile(NOT_APART, because="not_apart")
    await asyncio.to_thread(_lay_out, folder)
    code = await _code([*begin, office, *_told(file)], seconds=TO_CONVERT)
    made = sorted((folder / "out").glob("*.pdf"))
    if code != 0 or not made:
        raise UnfitFile(NOT_CONVERTED, because="not_converted")
    return made[0]


async def _code(words: Sequence[str], *, seconds: float) -> int:
    """What it ends with; raises UnfitFile when it is late. All that it began ends with it."""
    process = await asyncio.create_subprocess_exec(
        *words,
        env=SETTINGS,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            return await process.wait()
    except TimeoutError:
        raise UnfitFile(TOO_SLOW, because="too_slow") from None
    finally:
        await ended(process)


def _apart(bwrap: str, file: Path, folder: Path, office: str) -> list[str]:
    """Words before the command: what it sees of the machine, and that it ends with its owner.

    It has no network, the file, a room of its own, and what is installed, to read.
    """
    installed = (*INSTALLED, str(Path(office).resolve().parents[1]))
    return [
        *(bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--proc", "/proc", "--dev", "/dev"),
        # Others of its kind it meets there by a socket, and does not begin without one.
        *("--size", str(MOST_BESIDE), "--tmpfs", "/tmp"),  # noqa: S108 - nobody else's
        *(word for path in installed for word in ("--ro-bind-try", path, path)),
        *("--ro-bind", str(file.resolve()), str(_seen(file))),
        *("--bind", str(folder.absolute()), str(ROOM), "--chdir", str(ROOM), "--"),
    ]


def _seen(file: Path) -> Path:
    """Where LibreOffice finds it: a field of a slide may show the path of its file."""
    return Path("/slides") / f"slides{file.suffix}"


def _told(file: Path) -> list[str]:
    return [
        *("--headless", "--norestore", f"-env:UserInstallation={(ROOM / PROFILE).as_uri()}"),
        *(f"--infilter={FILTERS[file.suffix]}", "--convert-to", PDF_OF_SLIDES),
        *("--outdir", str(ROOM / "out"), str(_seen(file))),
    ]


def _lay_out(folder: Path) -> None:
    user = folder / PROFILE / "user"
    for one in (user, folder / "tmp"):
        one.mkdir(parents=True, exist_ok=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in TOLD
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><oor:items {REGISTRY}>{items}</oor:items>'
    (user / "registrymodifications.xcu").write_text(text, encoding="utf-8")
    (folder / "fonts.conf").write_text("".join(_fonts()), encoding="utf-8")


def _fonts() -> Iterator[str]:
    """The machine's fonts, and what stands in for those that it lacks."""
    yield '<?xml version="1.0"?>\n<fontconfig>\n'
    yield '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
    for name in SERIF:
        test = f'<test name="family"><string>{name}</string></test>'
        yield f"<match>{test}{_added(SERIF_HERE, 'append')}</match>\n"
    yield f"<match>{_added(SANS_HERE, 'append_last')}</match>\n</fontconfig>\n"


def _added(name: str, where: str) -> str:
    font = f"<string>{name}</string>"
    return f'<edit name="family" mode="{where}" binding="strong">{font}</edit>'
