"""Presentations made for tests, and the real LibreOffice where there is one.

make_pptx      a PPTX of so many slides, each with words in a font, a picture, and fields
make_ppt       the same as PPT, by LibreOffice
stand_in       a shell script in place of LibreOffice
needs_apart    runs a test only where LibreOffice can be kept apart
needs_office   runs a test only where LibreOffice is as well
"""

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

WIDTH, HEIGHT = 12_192_000, 6_858_000
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{OFFICE}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
KINDS = "application/vnd.openxmlformats-officedocument.presentationml"
MACROS = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"


NOT_APART = "bubblewrap is missing or may not work here, and without it no PPT is converted"
NO_OFFICE = "no LibreOffice: apt-get install --no-install-recommends libreoffice-impress-nogui"


def _apart() -> bool:
    words = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    return shutil.which("bwrap") is not None and subprocess.run(words, check=False).returncode == 0


APART = _apart()
needs_apart = pytest.mark.skipif(not APART, reason=NOT_APART)
needs_office = pytest.mark.skipif(
    not (APART and shutil.which("soffice")), reason=NO_OFFICE if APART else NOT_APART
)


def stand_in(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that is begun in the room of a conversion, as LibreOffice is."""
    # As LibreOffice lies: what lies around it is seen.
    program = folder / "program/soffice"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def picture(color: str = "navy") -> bytes:
    """A PNG of one colour."""
    made = io.BytesIO()
    Image.new("RGB", (400, 300), color).save(made, "PNG")
    return made.getvalue()


def make_pptx(
    file: Path,
    words: Sequence[str] = ("信用修复",),
    *,
    fonts: Sequence[str] = ("微软雅黑",),
    images: Mapping[str, bytes] | None = None,
    links: Mapping[str, str] | None = None,
    fields: Sequence[str] = (),
    extra: Mapping[str, bytes | str] | None = None,
    kind: str = f"{KINDS}.presentation.main+xml",
) -> Path:
    """A slide for each of the words.

    The ``fonts`` take turns. ``images`` go into the file by their names, ``links`` are addresses
    of images by the word that names them (``embed`` or ``link``); ``fields`` are kinds of what is
    filled in.
    """
    images = images if images is not None else {"a.png": picture()}
    numbers = range(1, len(words) + 1)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _types(numbers, kind))
        packed.writestr("_rels/.rels", _related({"r1": ("officeDocument", "ppt/presentation.xml")}))
        packed.writestr("ppt/presentation.xml", _presentation(numbers))
        named = {f"r{n}": ("slide", f"slides/slide{n}.xml") for n in numbers}
        packed.writestr("ppt/_rels/presentation.xml.rels", _related(named))
        for n, word in zip(numbers, words, strict=True):
            font = fonts[(n - 1) % len(fonts)]
            slide = _slide(word, font, fields, [*_named(images), *_named(links or {}, "l")])
            packed.writestr(f"ppt/slides/slide{n}.xml", slide)
            packed.writestr(f"ppt/slides/_rels/slide{n}.xml.rels", _of_slide(images, links or {}))
        for name, content in images.items():
            packed.writestr(f"ppt/media/{name}", content)
        for name, more in (extra or {}).items():
            packed.writestr(name, more)
    return file


def make_ppt(file: Path, folder: Path) -> Path:
    """A PPTX as PPT, which LibreOffice makes without any bounds."""
    words = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'making').as_uri()}"]
    words += ["--convert-to", "ppt", "--outdir", str(folder), str(file)]
    subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return folder / f"{file.stem}.ppt"


def _named(images: Mapping[str, str] | Mapping[str, bytes], sort: str = "i") -> list[str]:
    if sort == "l":
        return [f'r:{how}="l{n}"' for n, how in enumerate(images)]
    return [f'r:embed="i{n}"' for n in range(len(images))]


def _types(numbers: range, kind: str) -> str:
    parts = {"ppt/presentation.xml": kind}
    parts |= {f"ppt/slides/slide{n}.xml": f"{KINDS}.slide+xml" for n in numbers}
    rows = "".join(
        f'<Override PartName="/{name}" ContentType="{one}"/>' for name, one in parts.items()
    )
    endings = "".join(
        f'<Default Extension="{ending}" ContentType="image/{ending}"/>'
        for ending in ("png", "svg", "eps")
    )
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    rels = f'<Default Extension="rels" ContentType="{_RELS}"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}{xml}{endings}{rows}</Types>'


_RELS = "application/vnd.openxmlformats-package.relationships+xml"


def _related(named: Mapping[str, tuple[str, str]], outside: Sequence[str] = ()) -> str:
    rows = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{_OUTSIDE if name in outside else ''}/>"
        for name, (kind, target) in named.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


_OUTSIDE = ' TargetMode="External"'


def _of_slide(images: Mapping[str, bytes], links: Mapping[str, str]) -> str:
    inside = {f"i{n}": ("image", f"../media/{name}") for n, name in enumerate(images)}
    outside = {f"l{n}": ("image", address) for n, address in enumerate(links.values())}
    return _related(inside | outside, tuple(outside))


def _presentation(numbers: range) -> str:
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in numbers)
    size = f'<p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/><p:notesSz cx="{HEIGHT}" cy="{WIDTH}"/>'
    return f"<p:presentation {NAMESPACES}><p:sldIdLst>{listed}</p:sldIdLst>{size}</p:presentation>"


def _slide(word: str, font: str, fields: Sequence[str], pictures: Sequence[str]) -> str:
    how = f'<a:rPr sz="4000"><a:latin typeface="{font}"/><a:ea typeface="{font}"/></a:rPr>'
    filled = "".join(
        f'<a:p><a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2{n}}}" type="{kind}">'
        '<a:rPr sz="1000"/><a:t>-</a:t></a:fld></a:p>'
        for n, kind in enumerate(fields)
    )
    text = (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f"<p:spPr>{_box(0, WIDTH)}</p:spPr><p:txBody><a:bodyPr/>"
        f"<a:p><a:r>{how}<a:t>{word}</a:t></a:r></a:p>{filled}</p:txBody></p:sp>"
    )
    each = WIDTH // max(len(pictures), 1)
    drawn = "".join(
        f'<p:pic><p:nvPicPr><p:cNvPr id="{9 + n}" name="p"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
        f"<p:blipFill><a:blip {one}/><a:stretch><a:fillRect/></a:stretch></p:blipFill>"
        f"<p:spPr>{_box(n * each, each, HEIGHT // 2)}</p:spPr></p:pic>"
        for n, one in enumerate(pictures)
    )
    group = "<p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
    tree = f"<p:spTree>{group}<p:grpSpPr/>{text}{drawn}</p:spTree>"
    return f"<p:sld {NAMESPACES}><p:cSld>{tree}</p:cSld></p:sld>"


def _box(left: int, width: int, top: int = 0) -> str:
    where = f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{HEIGHT // 2}"/>'
    return f'<a:xfrm>{where}</a:xfrm><a:prstGeom prst="rect"/>'
