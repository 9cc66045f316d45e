"""The archive of all that is a person's: a ZIP for people (index.html) and programs (data.json).

It is written as a stream: whatever there is, no more than one paper and one part of the archive
are in memory. How ``data.json`` reads is told in docs/data-export.md; a change of its shape
raises ``VERSION``.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tornado.template import Loader

from domain.exports.ports import Contents, IncludedReport, Row, Section
from domain.time import SHANGHAI, in_words

FORMAT = "credit-yuexiu/my-data"
VERSION = 1
PART = 4 * 1024 * 1024
MOST_SHOWN = 500
PAGE = "export_index.html"
READABLE = 0o644 << 16


class ZipArchive:
    """Writes archives; ``pages`` is the folder of the page template."""

    def __init__(self, pages: Path, *, sample: bool) -> None:
        self._pages = pages
        self._sample = sample

    async def pieces(self, contents: Contents) -> AsyncIterator[bytes]:
        """The archive in parts of four megabytes, the last one shorter."""
        sink = _Sink()
        writer = _Writer(ZipFile(sink, "w"), contents.made_at)
        with writer.zip:
            files: list[Row] = []
            async for report in contents.reports:
                files.append(await writer.report(report))
                for piece in sink.taken():
                    yield piece
            async for image in contents.images:
                await writer.add(f"images/{image.id}.jpg", image.content, packed=True)
                for piece in sink.taken():
                    yield piece
            shown: list[_Shown] = []
            async for _ in writer.data(contents, files, shown):
                for piece in sink.taken():
                    yield piece
            page = await asyncio.to_thread(self._page, contents, files, shown)
            await writer.add("index.html", page)
            for piece in sink.taken():
                yield piece
        for piece in sink.taken(whole=True):
            yield piece

    def _page(self, contents: Contents, files: list[Row], shown: "list[_Shown]") -> bytes:
        template = Loader(str(self._pages)).load(PAGE)
        page: bytes = template.generate(
            made_at=in_words(contents.made_at),
            export_id=contents.export_id,
            sample=self._sample,
            version=VERSION,
            files=files,
            sections=shown,
            in_words=_in_words,
        )
        return page


@dataclass
class _Shown:
    """A section as the page shows it: its first rows, and how many there are."""

    name: str
    title: str
    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    rows: list[Row]
    count: int = 0

    def take(self, row: Row) -> None:
        self.count += 1
        if self.count <= MOST_SHOWN:
            self.rows.append(row)


class _Sink:
    """Where the ZIP is written to, and taken from; it cannot be sought, so nothing is kept."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, content: bytes) -> int:
        self._held += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self, *, whole: bool = False) -> list[bytes]:
        pieces = []
        while len(self._held) >= PART or (whole and self._held):
            pieces.append(bytes(self._held[:PART]))
            del self._held[:PART]
        return pieces


class _Writer:
    """Puts files into a ZIP; what is heavy is done in a thread."""

    def __init__(self, zip_file: ZipFile, made_at: datetime) -> None:
        self.zip = zip_file
        self._at = made_at.astimezone(SHANGHAI)

    async def report(self, report: IncludedReport) -> Row:
        """The files of one report; what the list of files says of them."""
        names: dict[str, object] = {"number": report.number, "note": report.note}
        if report.snapshot is not None:
            names["content"] = f"reports/{report.number}.json"
            await self.add(f"reports/{report.number}.json", report.snapshot)
        if report.pdf is not None:
            names["paper"] = f"reports/{report.number}.pdf"
            await self.add(f"reports/{report.number}.pdf", report.pdf, packed=True)
        return names

    async def add(self, name: str, content: bytes, *, packed: bool = False) -> None:
        """One file; what is packed already is stored as it is."""
        info = self._info(name, ZIP_STORED if packed else ZIP_DEFLATED)
        await asyncio.to_thread(self.zip.writestr, info, content)

    async def data(
        self, contents: Contents, files: list[Row], shown: list[_Shown]
    ) -> AsyncIterator[None]:
        """``data.json``; yields after each row, so that what is written can be taken."""
        head = {
            "format": FORMAT,
            "version": VERSION,
            "export_id": contents.export_id,
            "made_at": contents.made_at,
            "files": files,
        }
        with self.zip.open(self._info("data.json", ZIP_DEFLATED), "w") as out:
            out.write(_json(head)[:-1] + b',\n"sections": {')
            for place, section in enumerate(contents.sections):
                out.write(b",\n" if place else b"\n")
                shown.append(_shown(section))
                about = {"title": section.title, "columns": section.columns}
                out.write(_json(section.name) + b": " + _json(about)[:-1] + b', "rows": [')
                async for row in section.rows():
                    out.write(b",\n" if shown[-1].count else b"\n")
                    out.write(_json(row))
                    shown[-1].take(row)
                    yield
                out.write(b"]}")
            out.write(b"\n}}\n")
        yield

    def _info(self, name: str, kind: int) -> ZipInfo:
        info = ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = kind
        info.external_attr = READABLE
        return info


def _shown(section: Section) -> _Shown:
    return _Shown(
        name=section.name,
        title=section.title,
        columns=section.columns,
        words=section.words,
        rows=[],
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> object:
    """Instants in UTC to the millisecond, ending in Z, as in the API."""
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _in_words(value: object, words: Mapping[str, str]) -> str:
    """A value as a person reads it; ``words`` say what codes mean."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return in_words(value)
        case list() | tuple():
            return "、".join(_in_words(one, words) for one in value)
        case dict():
            parts = ((words.get(name, name), one) for name, one in value.items())
            return "，".join(f"{name}：{_in_words(one, words)}" for name, one in parts)
        case _:
            return words.get(str(value), str(value))
