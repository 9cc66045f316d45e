"""Archives are written as a stream: what is in memory does not grow with what there is."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from adapters.documents.archive import MOST_SHOWN, PART, ZipArchive
from content.catalogue import FOLDER
from domain.exports.ports import Contents, IncludedImage, IncludedReport, Row, Section
from server.draw import SystemDraw

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PAPER = b"%PDF-" + bytes(PART // 2)
MEGABYTE = 1024 * 1024


async def papers(count: int) -> AsyncIterator[IncludedReport]:
    for number in range(count):
        yield IncludedReport(
            id=f"r{number}", number=f"N{number}", snapshot=b"{}", pdf=PAPER, note=""
        )


async def pictures(count: int) -> AsyncIterator[IncludedImage]:
    for number in range(count):
        yield IncludedImage(id=f"i{number}", content=b"pixels")


def section(count: int) -> Section:
    async def rows() -> AsyncIterator[Row]:
        for number in range(count):
            yield {
                "id": str(number),
                "at": AT,
                "words": ["一", "二"],
                "none": None,
                "yes": True,
                "state": "ready",
                "ways": {"share": "digest", "other": "post"},
            }

    columns = {"id": "编号", "at": "时间", "words": "词", "none": "空", "yes": "是否"}
    columns |= {"state": "状态", "ways": "方式"}
    words = {"state": {"ready": "可下载"}, "ways": {"share": "分享", "digest": "每天一次"}}
    return Section(name="notices", title="消息", columns=columns, rows=rows, words=words)


def contents(reports: int, rows: int) -> Contents:
    return Contents(
        export_id=SystemDraw().id(),
        made_at=AT,
        sections=[section(rows)],
        reports=papers(reports),
        images=pictures(1 if reports else 0),
    )


async def written(given: Contents) -> zipfile.ZipFile:
    archive = ZipArchive(FOLDER / "pages", sample=True)
    pieces = [piece async for piece in archive.pieces(given)]
    assert all(len(piece) == PART for piece in pieces[:-1])
    assert len(pieces[-1]) <= PART
    packed = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert packed.testzip() is None
    return packed


async def test_a_program_reads_the_data_and_a_person_the_page() -> None:
    packed = await written(contents(reports=2, rows=3))
    data = json.loads(packed.read("data.json"))
    assert data["made_at"] == "2026-11-23T07:30:00.000Z"
    assert packed.read("images/i0.jpg") == b"pixels"
    assert [one["paper"] for one in data["files"]] == ["reports/N0.pdf", "reports/N1.pdf"]
    [first, *_] = data["sections"]["notices"]["rows"]
    assert first == {
        "id": "0",
        "at": "2026-11-23T07:30:00.000Z",
        "words": ["一", "二"],
        "none": None,
        "yes": True,
        "state": "ready",
        "ways": {"share": "digest", "other": "post"},
    }
    page = packed.read("index.html").decode()
    for words in ("2026年11月23日 15:30", "一、二", "样例", 'href="reports/N1.pdf"'):
        assert words in page


async def test_the_page_says_in_words_what_the_data_say_in_codes() -> None:
    packed = await written(contents(reports=0, rows=1))
    page = packed.read("index.html").decode()
    assert "<dd>可下载</dd>" in page
    assert "<dd>分享：每天一次，other：post</dd>" in page
    assert "ready" not in page


async def test_an_archive_of_nothing_is_one() -> None:
    packed = await written(contents(reports=0, rows=0))
    assert packed.namelist() == ["data.json", "index.html"]
    assert json.loads(packed.read("data.json"))["sections"]["notices"]["rows"] == []


async def test_the_page_shows_the_first_rows_and_says_how_many_there_are() -> None:
    packed = await written(contents(reports=0, rows=MOST_SHOWN + 1))
    page = packed.read("index.html").decode()
    assert f"这里列出 {MOST_SHOWN} 条，共 {MOST_SHOWN + 1} 条" in page
    rows = json.loads(packed.read("data.json"))["sections"]["notices"]["rows"]
    assert len(rows) == MOST_SHOWN + 1


async def test_memory_does_not_grow_with_the_archive() -> None:
    archive = ZipArchive(FOLDER / "pages", sample=False)

    async def peak(reports: int) -> int:
        tracemalloc.start()
        async for _ in archive.pieces(contents(reports=reports, rows=10)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = await peak(4), await peak(40)
    assert many < few + MEGABYTE
