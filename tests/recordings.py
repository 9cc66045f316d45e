"""Recordings, slides and subtitles made for tests, with the tools that are in the house.

make_recording  an MP4 (or another container) of so many seconds: a test picture or given slides
make_slides     pictures of slides with words, as files
make_pdf        a PDF of so many pages with words
make_large_pdf  a PDF that names very many pages and draws none
vtt             a subtitle file
sent            a file uploaded through the house's service, in parts
"""

import base64
import hashlib
import io
import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from domain.lectures.lectures import named
from domain.media.assets import Asset, Kind
from domain.media.uploads import PART_SIZE, Upload
from handlers.house import House
from tests.staffing import act

SLIDE = (640, 360)
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SUBJECTS = (
    *("信用修复的条件", "失信行为的分类", "办理流程", "所需材料", "常见问题", "承诺书怎么写"),
    *("异议申请", "信用报告怎么看", "用电信用", "企业如何参与", "典型案例", "小结与提问"),
)


def ffmpeg(*words: str) -> None:
    """Run it; what it says is shown when it fails."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y", *words]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def make_slides(folder: Path, count: int, size: tuple[int, int] = SLIDE) -> list[Path]:
    """Pictures that look like slides: a title, some lines, a number; each with other words."""
    folder.mkdir(parents=True, exist_ok=True)
    width, height = size
    title = ImageFont.truetype(FONT, height // 10)
    body = ImageFont.truetype(FONT, height // 18)
    files = []
    for number in range(count):
        image = Image.new("RGB", size, "white")
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, width, height // 6), fill="#14559c")
        subject = SUBJECTS[number % len(SUBJECTS)]
        draw.text((width // 20, height // 40), subject, font=title, fill="white")
        for line in range(3 + number % 3):
            words = f"{number + 1}.{line + 1} {SUBJECTS[(number * 3 + line) % len(SUBJECTS)]}"
            at = (width // 12, height // 5 + line * height // 8)
            draw.text(at, f"{words}，{subject}的要点", font=body, fill="#222222")
        draw.text((width * 9 // 10, height * 9 // 10), f"{number + 1}", font=body, fill="#666666")
        file = folder / f"slide-{number:03}.png"
        image.save(file)
        files.append(file)
    return files


def make_recording(
    file: Path,
    *,
    seconds: float = 6,
    size: tuple[int, int] = (320, 180),
    slides: Sequence[Path] = (),
    sound: bool = True,
    picture: bool = True,
    words: Sequence[str] = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"),
) -> Path:
    """A generated picture, or slides each for an equal time, and a tone.

    ``words`` are ffmpeg's for how it is written; the container is that of the file's name.
    """
    inputs: list[str] = []
    if picture and slides:
        listed = file.with_suffix(".slides")
        each = seconds / len(slides)
        lines = "".join(f"file '{one}'\nduration {each}\n" for one in slides)
        listed.write_text(f"{lines}file '{slides[-1]}'\n", encoding="utf-8")
        inputs += ["-f", "concat", "-safe", "0", "-i", str(listed)]
    elif picture:
        inputs += ["-f", "lavfi", "-i", f"testsrc=size={size[0]}x{size[1]}:rate=25"]
    if sound:
        inputs += ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100"]
    shown = [f"scale={size[0]}:{size[1]},fps=25,format=yuv420p"]
    pictured = ["-vf", ",".join(shown), "-g", "250"] if picture else []
    ffmpeg(*inputs, *pictured, *words, "-t", str(seconds), str(file))
    return file


def make_pdf(file: Path, *, pages: int = 3, size: tuple[int, int] = SLIDE) -> Path:
    """A PDF of slides, each with words that can be read out of it."""
    with pypdfium2.PdfDocument.new() as document:
        font = pypdfium2.raw.FPDFText_LoadStandardFont(document, b"Helvetica")
        for number in range(pages):
            page = document.new_page(*size)
            text = pypdfium2.raw.FPDFPageObj_CreateTextObj(document, font, 32.0)
            words = (f"Credit repair, slide {number + 1}\0").encode("utf-16-le")
            wide = (pypdfium2.raw.FPDF_WCHAR * (len(words) // 2)).from_buffer_copy(words)
            pypdfium2.raw.FPDFText_SetText(text, wide)
            pypdfium2.raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 40, size[1] - 80)
            pypdfium2.raw.FPDFPage_InsertObject(page, text)
            page.gen_content()
            page.close()
        document.save(str(file))
    return file


def make_large_pdf(file: Path, *, pages: int = 10_000) -> Path:
    """So many pages, none with anything on it."""
    made = io.BytesIO(b"%PDF-1.4\n")
    made.seek(0, io.SEEK_END)
    places = [made.tell()]
    made.write(b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
    places.append(made.tell())
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    made.write(f"2 0 obj<</Type/Pages/Count {pages}/Kids[{kids}]>>endobj\n".encode())
    for number in range(pages):
        places.append(made.tell())
        page = f"{number + 3} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 640 360]>>endobj\n"
        made.write(page.encode())
    begins = made.tell()
    made.write(f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode())
    made.write(b"".join(f"{place:010} 00000 n \n".encode() for place in places))
    end = f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{begins}\n%%EOF\n"
    made.write(end.encode())
    file.write_bytes(made.getvalue())
    return file


def vtt(*cues: tuple[str, str, str]) -> str:
    """A subtitle file of cues, each with its beginning, its end and its words."""
    return "WEBVTT\n" + "".join(f"\n{begin} --> {end}\n{words}\n" for begin, end, words in cues)


def pieces_of(content: bytes) -> list[bytes]:
    """The parts in which a file is sent."""
    return [content[at : at + PART_SIZE] for at in range(0, len(content), PART_SIZE)]


def digest_of(content: bytes) -> str:
    """The digest over the digests of its parts (hex)."""
    digests = [hashlib.sha256(piece).digest() for piece in pieces_of(content)]
    return hashlib.sha256(b"".join(digests)).hexdigest()


def digest_header(piece: bytes) -> dict[str, str]:
    """What is said of a part (RFC 9530)."""
    digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    return {"Content-Digest": f"sha-256=:{digest}:"}


async def a_lecture(house: House) -> str:
    """What files of a new lecture belong to."""
    version = await house.lectures.desk.create(act(house, "editor"), title="讲座")
    return named(version.lecture_id)


async def begun(house: House, kind: Kind, name: str, size: int, *, of: str) -> Upload:
    """An upload of which nothing came yet; each lecture has an editor of its own."""
    return await house.media.uploads.begin(
        act(house, f"editor of {of}"), kind=kind, name=name, size=size, of=of
    )


async def sent(house: House, kind: Kind, name: str, content: bytes, *, of: str) -> Asset:
    """A file that is all there, and waits to be worked on."""
    upload = await begun(house, kind, name, len(content), of=of)
    for number, piece in enumerate(pieces_of(content), 1):
        await house.media.uploads.put(
            act(house, "editor"),
            asset_id=upload.asset.id,
            number=number,
            content=piece,
            sha256=hashlib.sha256(piece).hexdigest(),
        )
    return await house.media.uploads.finish(
        act(house, "editor"), asset_id=upload.asset.id, digest=digest_of(content)
    )
