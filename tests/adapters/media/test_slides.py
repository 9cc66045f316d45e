"""Slides: drawn page by page, refused by name; PPT and PPTX looked into before anything else."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from adapters.media import kinds, slides
from domain.files import UnfitFile
from tests.children import children, command
from tests.presenting import make_pptx
from tests.recordings import make_large_pdf, make_pdf


async def drawn(file: Path, folder: Path, told: list[int] | None = None) -> list[slides.Page]:
    async def tell(percent: int) -> None:
        if told is not None:
            told.append(percent)

    (folder / "large").mkdir()
    (folder / "small").mkdir()
    return list(await slides.draw_all(file, folder / "large", folder / "small", tell=tell))


async def test_each_page_becomes_a_picture_a_preview_and_its_words(tmp_path: Path) -> None:
    file, told = make_pdf(tmp_path / "a.pdf", pages=3), list[int]()
    pages = await drawn(file, tmp_path, told)
    assert [page.text for page in pages] == [f"Credit repair, slide {n}" for n in (1, 2, 3)]
    assert told == [33, 66, 100]
    for number, page in enumerate(pages, 1):
        with Image.open(tmp_path / f"large/{number:04}.jpg") as large:
            assert large.size == (page.width, page.height) == (1600, 900)
        with Image.open(tmp_path / f"small/{number:04}.jpg") as small:
            assert small.size == (320, 180)


async def test_a_page_of_any_size_is_drawn_no_larger_than_the_others(tmp_path: Path) -> None:
    """Fourteen thousand points are the most that a page may have (ISO 32000-1, annex C)."""
    for size, made in (((14_400, 14_400), (1600, 1600)), ((20, 10), (1600, 800))):
        folder = tmp_path / f"{size[0]}"
        folder.mkdir()
        [page] = await drawn(make_pdf(folder / "a.pdf", pages=1, size=size), folder)
        assert (page.width, page.height) == made


async def test_ten_thousand_pages_are_refused_and_none_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slides, "draw", None)
    with pytest.raises(UnfitFile, match="有 10000 页，课件最多 500 页") as refused:
        await slides.judge_pdf(make_large_pdf(tmp_path / "a.pdf"))
    assert refused.value.because == "too_many_pages"
    assert await slides.judge_pdf(make_large_pdf(tmp_path / "b.pdf", pages=500)) == 500


def encrypted(content: bytes) -> bytes:
    writer, made = copy_into_new_writer(PdfFileReader(io.BytesIO(content))), io.BytesIO()
    writer.encrypt(owner_pass="owner", user_pass="user")
    writer.write(made)
    return made.getvalue()


async def test_what_is_encrypted_or_broken_is_refused(tmp_path: Path) -> None:
    content = make_pdf(tmp_path / "a.pdf").read_bytes()
    for made, because, said in (
        (encrypted(content), "encrypted", "设有密码"),
        (b"%PDF-1.7\nand no more", "broken", "无法打开"),
        (make_large_pdf(tmp_path / "c.pdf", pages=0).read_bytes(), "broken", "无法打开"),
    ):
        file = tmp_path / "b.pdf"
        file.write_bytes(made)
        with pytest.raises(UnfitFile, match=said) as refused:
            await slides.judge_pdf(file)
        assert refused.value.because == because


async def test_a_page_that_holds_the_process_up_is_refused_and_the_process_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slides, "A_PAGE", 0)
    before = children()
    with pytest.raises(UnfitFile, match="PDF 第 1 页过于复杂"):
        await drawn(make_pdf(tmp_path / "a.pdf", pages=2), tmp_path)
    # What multiprocessing keeps for itself apart.
    assert {pid for pid in children() - before if "resource_tracker" not in command(pid)} == set()


def office_file(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(name, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n\r\n%PDF-1.7\n", "pdf"),
        (office_file(slides.PRESENTATION), "pptx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "ppt"),
    ],
)
def test_slides_are_told_by_their_content(content: bytes, kind: str) -> None:
    assert kinds.slides(content) == kind


def test_what_is_no_slides_is_said() -> None:
    with pytest.raises(UnfitFile, match="不是 PDF 或 PPT、PPTX 课件，而是图片"):
        kinds.slides(b"\x89PNG\r\n")


async def test_a_zip_without_slides_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.pptx"
    file.write_bytes(office_file(slides.PRESENTATION))
    await slides.judge_presentation(file)
    for content in (office_file("word/document.xml"), b"PK\x03\x04 and no more"):
        file = tmp_path / f"{len(content)}.pptx"
        file.write_bytes(content)
        with pytest.raises(UnfitFile, match="不是 PowerPoint 演示文稿"):
            await slides.judge_presentation(file)


def packed(size: int, *, says: int | None = None, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A presentation with so many bytes, that ``says`` it has fewer, with a digest of those."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing, compresslevel=9) as archive:
        archive.writestr(slides.PRESENTATION, "<x/>")
        with archive.open("ppt/media/a.bmp", "w", force_zip64=True) as file:
            for _ in range(size // 2**20):
                file.write(bytes(2**20))
        if says is not None:
            listed = archive.getinfo("ppt/media/a.bmp")
            listed.file_size, listed.CRC = says, zlib.crc32(bytes(says))
    return made.getvalue()


@pytest.mark.parametrize(
    ("size", "says", "packing", "because"),
    [
        (2**30 + 2**20, None, zipfile.ZIP_DEFLATED, "too_large"),
        (2**30 + 2**20, 2**20, zipfile.ZIP_DEFLATED, "too_large"),
        (2**21, 2**20, zipfile.ZIP_DEFLATED, "wrong_type"),
        (2**20, None, zipfile.ZIP_LZMA, "wrong_type"),
    ],
)
async def test_a_presentation_that_unpacks_to_too_much_is_refused_whatever_it_says(
    tmp_path: Path, size: int, says: int | None, packing: int, because: str
) -> None:
    file = tmp_path / "a.pptx"
    file.write_bytes(packed(size, says=says, packing=packing))
    assert file.stat().st_size < 2**21
    with pytest.raises(UnfitFile) as refused:
        await slides.judge_presentation(file)
    assert refused.value.because == because


def old(*streams: str) -> bytes:
    """What begins as an Office file of before 2007 and names these streams."""
    return kinds.OLE + bytes(500) + b"".join(name.encode("utf-16-le") for name in streams)


@pytest.mark.parametrize(
    ("content", "because", "said"),
    [
        (old("WordDocument"), "wrong_type", "不是 PowerPoint 演示文稿"),
        (old(), "wrong_type", "不是 PowerPoint 演示文稿"),
        # A PPTX with a password is put into a file of the older kind.
        (old("EncryptionInfo", "EncryptedPackage"), "encrypted", "PPT 设有密码，请去掉密码"),
        (old("PowerPoint Document", "EncryptedSummary"), "encrypted", "PPT 设有密码，请去掉密码"),
    ],
)
async def test_what_is_locked_or_no_presentation_is_said_before_it_is_converted(
    tmp_path: Path, content: bytes, because: str, said: str
) -> None:
    file = tmp_path / "a.ppt"
    file.write_bytes(content)
    with pytest.raises(UnfitFile, match=said) as refused:
        await slides.judge_presentation(file)
    assert refused.value.because == because
    file.write_bytes(old("PowerPoint Document"))
    await slides.judge_presentation(file)


async def test_two_thousand_pages_are_refused_before_they_are_converted(tmp_path: Path) -> None:
    file = make_pptx(tmp_path / "a.pptx", ["信用"] * 2000, images={})
    with pytest.raises(UnfitFile, match="PPTX 有 2000 页，课件最多 500 页") as refused:
        await slides.judge_presentation(file)
    assert refused.value.because == "too_many_pages"
    await slides.judge_presentation(make_pptx(tmp_path / "b.pptx", ["信用"] * 500, images={}))


async def test_a_presentation_that_unpacks_to_much_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.pptx"
    file.write_bytes(packed(2**26))
    assert file.stat().st_size < 2**26
    # It is refused by raising, as the tests before show.
    await slides.judge_presentation(file)
