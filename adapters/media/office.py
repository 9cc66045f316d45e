"""PPT and PPTX as PDF, by LibreOffice where it is installed; elsewhere a PDF is asked for.

What a file may have LibreOffice do is much: fetch what it links, draw pictures of this machine,
begin other programs. So it is kept apart: it touches nothing but a folder that is gone afterwards
and what is installed (``confining``), its profile is laid anew each time, and it ends with us.
"""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from adapters.media import confining
from adapters.processes import limited
from domain.errors import Unavailable
from domain.files import UnfitFile

TO_CONVERT, GONE_AFTER = 180, 5
# Of LibreOffice, that reserves far more than it uses; and of each file that it writes.
MOST_OF_OFFICE, MOST_WRITTEN = 2**32, 2**29
# By the ending, and by nothing that a file says of itself: a text or a sheet may link more.
FILTERS = {".ppt": "MS PowerPoint 97", ".pptx": "Impress MS PowerPoint 2007 XML"}
PDF_OF_SLIDES = "pdf:impress_pdf_Export"
# A field of a slide may show the path of its file.
HERE = Path("/proc/self/cwd")
# What ``timeout`` says of what it ended, by asking and by force.
LATE = (124, 128 + signal.SIGKILL)
# What LibreOffice is told: it runs no macros, and follows no link, to a proxy that is not there.
# Dates on slides are written as here.
REGISTRY = 'xmlns:oor="http://openoffice.org/2001/registry"'
SCRIPTING = "Office.Common/Security/Scripting"
CLOSED = (
    (SCRIPTING, "DisableMacrosExecution", "true"),
    (SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
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
    """Slides of LibreOffice's making; ``file`` lies in the folder and ends with its kind.

    Raises:
        UnfitFile: LibreOffice is missing, cannot be kept apart, is late, or cannot read it.
        Unavailable: a program that ends it with us is missing.
    """
    office = shutil.which("soffice")
    if office is None:
        raise UnfitFile(NO_OFFICE, because="no_office")
    if not confining.version():
        raise UnfitFile(NOT_APART, because="not_apart")
    words = [*_apart(file, folder), office, *_told(file, folder)]
    await asyncio.to_thread(_lay_out, folder)
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=_settings(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = await process.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.to_thread(_sweep, folder)
    made = sorted((folder / "out").glob("*.pdf"))
    if code in LATE:
        raise UnfitFile(TOO_SLOW, because="too_slow")
    if code != 0 or not made:
        raise UnfitFile(NOT_CONVERTED, because="not_converted")
    return made[0]


def _apart(file: Path, folder: Path) -> list[str]:
    """Words before the command: its bounds, and that it ends in time and with its owner.

    LibreOffice leaves its first process; ``timeout`` ends it and whatever else was begun.
    """
    dies = shutil.which("setpriv")
    if not dies:
        raise Unavailable("服务器缺少 util-linux，无法转换 PPT。", system="media")
    return [
        *limited(memory=MOST_OF_OFFICE, written=MOST_WRITTEN),
        *(dies, "--pdeathsig", "TERM", "--no-new-privs", "--"),
        *(sys.executable, "-I", "-S", confining.__file__, str(folder), str(file.resolve()), "--"),
        *("timeout", "-k", str(GONE_AFTER), str(TO_CONVERT)),
    ]


def _told(file: Path, folder: Path) -> list[str]:
    return [
        *("--headless", "--norestore", f"-env:UserInstallation={_profile(folder).as_uri()}"),
        *(f"--infilter={FILTERS[file.suffix]}", "--convert-to", PDF_OF_SLIDES),
        *("--outdir", str(folder / "out"), str(HERE / file.relative_to(folder))),
    ]


def _settings(folder: Path) -> dict[str, str]:
    """None of ours. A file's name may be Chinese, and what a slide calls today is today here."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
    }


def _profile(folder: Path) -> Path:
    return folder / "profile"


def _lay_out(folder: Path) -> None:
    user = _profile(folder) / "user"
    for one in (user, folder / "tmp"):
        one.mkdir(parents=True, exist_ok=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in CLOSED
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


def _sweep(folder: Path) -> None:
    """Remove the socket that it leaves in /tmp when it is ended."""
    for left in confining.meeting_points(_profile(folder).as_uri()):
        left.unlink(missing_ok=True)
