"""Where files are worked on: each step reads the file as it came and leaves what it made."""

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from adapters.disk import hold_room
from adapters.media import kinds, office, slides
from adapters.media.changes import find_changes
from adapters.media.encoding import Source, make_audio, make_hls, make_poster, make_video
from adapters.media.inspecting import PDF as PDF_TYPE
from adapters.media.probing import Probed, probe
from adapters.media.shelf import Shelf, Shown
from domain.files import Inspect, UnfitFile
from domain.media import processing
from domain.media.assets import Asset, Found
from domain.media.ports import Made, MediaStore, Part, Parts, Tell
from domain.media.subtitles import decoded, read_cues, written
from domain.media.uploads import original_key, part_key

STALE = timedelta(days=2)
NEWS_SECONDS = 1.0
LOST = "有一段内容在服务器上丢失或损坏，请删除这个文件后重新上传。"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a step works with: the file on this machine, a folder that is gone afterwards."""

    asset: Asset
    file: Path
    folder: Path
    shelf: Shelf
    tell: Tell

    def made(self, found: Found | None = None, needless: frozenset[str] = frozenset()) -> Made:
        """What it gave."""
        return Made(
            renditions=self.shelf.renditions,
            files=self.shelf.files,
            found=found,
            needless=needless,
        )


class LocalWorkshop:
    """Steps, by their names; ``folder`` holds what is on the way, on this machine.

    ``inspect_cover`` and ``inspect_document`` look into pictures and documents.
    """

    def __init__(
        self,
        *,
        store: MediaStore,
        parts: Parts,
        folder: Path,
        inspect_cover: Inspect,
        inspect_document: Inspect,
    ) -> None:
        self._store = store
        self._parts = parts
        self._folder = folder
        self._inspect_cover = inspect_cover
        self._inspect_document = inspect_document
        self._probed: tuple[str, Probed] | None = None
        self._steps: Mapping[str, Callable[[Bench], Awaitable[Made]]] = {
            processing.PROBE: self._probe,
            processing.VIDEO: self._video,
            processing.HLS: self._hls,
            processing.AUDIO: self._audio,
            processing.POSTER: self._poster,
            processing.CHANGES: self._changes,
            processing.PDF: self._pdf,
            processing.PAGES: self._pages,
            processing.CUES: self._cues,
            processing.PICTURE: self._picture,
            processing.DOCUMENT: self._document,
        }

    async def __call__(self, asset: Asset, step: str, *, at: datetime, tell: Tell) -> Made:
        """Work one step; raises UnfitFile, and Unavailable while the disk has too little left."""
        hold_room(self._folder)
        rarely = self._with_room(_rarely(tell))
        if step == processing.JOIN:
            return Made(sha256=await self._joined(asset, rarely))
        async with (
            self._here(asset, last=asset.steps[-1].name == step) as file,
            self._room() as room,
        ):
            shelf = Shelf(self._store, asset_id=asset.id, at=at)
            bench = Bench(asset=asset, file=file, folder=room, shelf=shelf, tell=rarely)
            return await self._steps[step](bench)

    def clean(self) -> None:
        """Remove what killed processes left here; nothing takes two days."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.iterdir():
            if left.stat().st_mtime < time.time() - STALE.total_seconds():
                shutil.rmtree(left, ignore_errors=True)

    def _with_room(self, tell: Tell) -> Tell:
        """News comes while more is made: so each is a moment to see whether there is room."""

        async def told(percent: int) -> None:
            hold_room(self._folder)
            await tell(percent)

        return told

    async def _joined(self, asset: Asset, tell: Tell) -> str:
        """Put the parts together; the SHA-256 of all."""
        whole, got = hashlib.sha256(), 0

        async def pieces() -> AsyncIterator[bytes]:
            nonlocal got
            for part in await self._parts.of(asset.id):
                async for piece in self._part(asset, part):
                    whole.update(piece)
                    got += len(piece)
                    yield piece
                await tell(got * 100 // asset.size)

        # With what a killed server left of the same.
        await self._store.remove(f"{original_key(asset.id).rpartition('/')[0]}/")
        size = await self._store.write(original_key(asset.id), pieces())
        if size != asset.size:
            raise UnfitFile(LOST, because="lost")
        return whole.hexdigest()

    async def _part(self, asset: Asset, part: Part) -> AsyncIterator[bytes]:
        hashed = hashlib.sha256()
        try:
            async for piece in self._store.read(part_key(asset.id, part), start=0, end=part.size):
                hashed.update(piece)
                yield piece
        except FileNotFoundError:
            raise UnfitFile(LOST, because="lost") from None
        if hashed.hexdigest() != part.sha256:
            raise UnfitFile(LOST, because="lost")

    @asynccontextmanager
    async def _here(self, asset: Asset, *, last: bool) -> AsyncIterator[Path]:
        """The file as it came, on this machine; brought here once for all steps."""
        stored = await self._store.head(original_key(asset.id))
        if stored is None or stored.size != asset.size:
            raise UnfitFile(LOST, because="lost")
        if path := self._store.path(original_key(asset.id)):
            yield Path(path)
            return
        folder = self._folder / f"source-{asset.id}"
        file = folder / "file"
        if not file.exists() or file.stat().st_size != asset.size:
            await self._bring(asset, folder, file)
        yield file
        if last:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _bring(self, asset: Asset, folder: Path, file: Path) -> None:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as coming:
            read = self._store.read(original_key(asset.id), start=0, end=asset.size)
            async for piece in read:
                hold_room(folder)
                await asyncio.to_thread(coming.write, piece)
        await asyncio.to_thread(Path(coming.name).replace, file)

    @asynccontextmanager
    async def _room(self) -> AsyncIterator[Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix="step-", dir=self._folder.absolute()))
        try:
            yield room
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, room, ignore_errors=True))

    async def _source(self, bench: Bench) -> Source:
        """What it is, found once for all steps unless another process found it."""
        known = self._probed
        if known is None or known[0] != bench.asset.id:
            known = self._probed = (bench.asset.id, await self._looked_at(bench))
        return Source(path=bench.file, probed=known[1])

    async def _looked_at(self, bench: Bench) -> Probed:
        with bench.file.open("rb") as file:
            reading = kinds.recording(file.read(kinds.HEAD))
        return await probe(bench.file, reading, tell=bench.tell)

    async def _probe(self, bench: Bench) -> Made:
        probed = await self._looked_at(bench)
        self._probed = (bench.asset.id, probed)
        picture = probed.picture
        needless = frozenset[str]()
        needless |= frozenset() if picture else processing.OF_PICTURE
        needless |= frozenset() if probed.sound else processing.OF_SOUND
        found = Found(
            duration_ms=probed.duration_ms,
            width=picture.width if picture else 0,
            height=picture.height if picture else 0,
            media_type=kinds.MEDIA_TYPES[probed.format],
        )
        return bench.made(found, needless)

    async def _video(self, bench: Bench) -> Made:
        source, file = await self._source(bench), bench.folder / "video.mp4"
        width, height = await make_video(source, file, tell=bench.tell)
        await bench.shelf.put(_lasting(source, "video", file.name, width, height), [file])
        return bench.made()

    async def _hls(self, bench: Bench) -> Made:
        source = await self._source(bench)
        largest = (await make_hls(source, bench.folder, tell=bench.tell))[0]
        shown = _lasting(source, "hls", "index.m3u8", largest.width, largest.height)
        counted = replace(shown, counted=largest.size.name)
        await bench.shelf.put(counted, sorted(bench.folder.iterdir()))
        return bench.made()

    async def _audio(self, bench: Bench) -> Made:
        source, file = await self._source(bench), bench.folder / "audio.m4a"
        await make_audio(source, file, tell=bench.tell)
        await bench.shelf.put(_lasting(source, "audio", file.name), [file])
        return bench.made()

    async def _poster(self, bench: Bench) -> Made:
        file = bench.folder / "poster.jpg"
        width, height = await make_poster(await self._source(bench), file)
        shown = Shown(name="poster", first=file.name, width=width, height=height)
        await bench.shelf.put(shown, [file])
        return bench.made()

    async def _changes(self, bench: Bench) -> Made:
        changes = await find_changes(await self._source(bench), tell=bench.tell)
        return bench.made(replace(bench.asset.found, changes=tuple(changes)))

    async def _pdf(self, bench: Bench) -> Made:
        with bench.file.open("rb") as file:
            kind = kinds.slides(file.read(kinds.HEAD))
        pdf = bench.folder / "slides.pdf"
        if kind == "pdf":
            pdf.symlink_to(bench.file.absolute())
        else:
            pdf = await self._converted(bench, kind, pdf)
        pages = await slides.judge_pdf(pdf)
        await bench.shelf.put(Shown(name="document", first=pdf.name), [pdf])
        return bench.made(Found(pages=pages, media_type=PDF_TYPE))

    async def _converted(self, bench: Bench, kind: str, pdf: Path) -> Path:
        await slides.judge_presentation(bench.file)
        named = bench.folder / f"slides.{kind}"
        named.symlink_to(bench.file.absolute())
        return (await office.to_pdf(named, bench.folder)).replace(pdf)

    async def _pages(self, bench: Bench) -> Made:
        pdf = bench.folder / "slides.pdf"
        key = f"media/{bench.asset.id}/document/{pdf.name}"
        stored = await self._store.head(key)
        if stored is None:
            raise UnfitFile(LOST, because="lost")
        with pdf.open("wb") as file:
            async for piece in self._store.read(key, start=0, end=stored.size):
                await asyncio.to_thread(file.write, piece)
        large, small = bench.folder / "pages", bench.folder / "previews"
        large.mkdir()
        small.mkdir()
        drawn = await slides.draw_all(pdf, large, small, tell=bench.tell)
        width, height = drawn[0].width, drawn[0].height
        for folder in (large, small):
            side = slides.PREVIEW if folder is small else slides.SIDE
            fit = min(1.0, side / max(width, height))
            shown = Shown(
                name=folder.name,
                first="0001.jpg",
                width=round(width * fit),
                height=round(height * fit),
            )
            await bench.shelf.put(shown, sorted(folder.iterdir()))
        found = bench.asset.found
        texts = tuple(page.text for page in drawn)
        return bench.made(replace(found, width=width, height=height, texts=texts))

    async def _cues(self, bench: Bench) -> Made:
        file = bench.folder / "subtitles.vtt"
        found = await asyncio.to_thread(_read_subtitles, bench.file, file)
        await bench.shelf.put(Shown(name="subtitles", first=file.name), [file])
        return bench.made(found)

    async def _picture(self, bench: Bench) -> Made:
        return await self._inspected(bench, self._inspect_cover, "cover")

    async def _document(self, bench: Bench) -> Made:
        return await self._inspected(bench, self._inspect_document, "document")

    async def _inspected(self, bench: Bench, inspect: Inspect, name: str) -> Made:
        fit = await inspect(await asyncio.to_thread(bench.file.read_bytes))
        ending = "pdf" if fit.media_type == PDF_TYPE else "jpg"
        file = bench.folder / f"{name}.{ending}"
        file.write_bytes(fit.content)
        shown = Shown(name=name, first=file.name, width=fit.width, height=fit.height)
        await bench.shelf.put(shown, [file])
        found = Found(width=fit.width, height=fit.height, media_type=fit.media_type)
        return bench.made(found)


def _read_subtitles(came: Path, file: Path) -> Found:
    """Outside the loop: what the cues are, written anew; raises UnfitFile."""
    cues = read_cues(decoded(came.read_bytes()))
    file.write_text(written(cues), encoding="utf-8")
    return Found(
        duration_ms=max(cue.end for cue in cues),
        media_type="text/vtt",
        texts=tuple(cue.words for cue in cues),
        changes=tuple(cue.begin for cue in cues),
    )


def _lasting(source: Source, name: str, first: str, width: int = 0, height: int = 0) -> Shown:
    lasts = source.probed.duration_ms
    return Shown(name=name, first=first, width=width, height=height, duration_ms=lasts)


def _rarely(tell: Tell) -> Tell:
    """Pass on what is new, at most each second."""
    told, last = time.monotonic(), 0

    async def rarely(percent: int) -> None:
        nonlocal told, last
        now = time.monotonic()
        if percent != last and now - told >= NEWS_SECONDS:
            told, last = now, percent
            await tell(percent)

    return rarely
