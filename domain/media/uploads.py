"""Uploads in parts: any order, twice, after a break; each checked, and at the end all together.

A part that is in stays as it is: of no part more is kept than counts, however often it is sent.

A file is sent in parts of 8 MiB, each with its SHA-256. The end is checked by the SHA-256 over the
digests of all parts, in order: so a page in a browser, which cannot hash gigabytes at once, proves
with what it has that nothing is missing, doubled or out of place.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import Fault, Invalid, NotFound
from domain.files import shown_name
from domain.media.assets import KINDS, Asset, AssetState, Kind
from domain.media.ports import Assets, Belongs, MediaStore, Part, Parts, all_at_once
from domain.media.processing import SWEEP, planned, topic_of
from domain.transactions import Act, Again, Conflict, Unit

KIB, MIB, GIB = 2**10, 2**20, 2**30
PART_SIZE = 8 * MIB
MOST: Mapping[Kind, int] = {
    Kind.RECORDING: 4 * GIB,
    Kind.SLIDES: 200 * MIB,
    Kind.SUBTITLES: 2 * MIB,
    Kind.COVER: 10 * MIB,
    Kind.DOCUMENT: 50 * MIB,
}
# What is declared has its room at once: so nobody declares much that does not come.
MOST_OF_LECTURE, MOST_OF_EDITOR = 10, 20
GIVEN_UP_AFTER = timedelta(hours=24)
GIVE_UP = "media.give_up"
EVERY = timedelta(hours=1)
MOST_AT_ONCE = 100
# Who begins waits for who begins: so their sizes are summed up without a gap.
TURN = "media.begin"
DIGEST = re.compile(r"[0-9a-f]{64}")
FEW = 10
ANOTHER = "第 {} 段已经收到，这次的内容与它不同。文件若在上传期间被修改，请删除这个文件后重新上传。"


class NotUploading(Conflict):
    """All of it came already, or it is given up."""

    code = "not_uploading"
    title = "文件已经上传完毕"


class PartsMissing(Conflict):
    """Not all of it came."""

    code = "parts_missing"
    title = "文件还没有传完"


class PartIsIn(Conflict):
    """It came before, with other bytes."""

    code = "part_is_in"
    title = "这一段已经收到"


class NoRoom(Conflict):
    """The files of all lectures, and what was made of them, together have a limit."""

    code = "no_room"
    title = "存储空间不足"


class TooManyUploads(Conflict):
    """A lecture, and an editor, may have few that are not over."""

    code = "too_many_uploads"
    title = "未传完的文件太多"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """How far a file has come; ``missing`` are the numbers, from 1, of parts that did not."""

    asset: Asset
    missing: Sequence[int]

    @property
    def parts(self) -> int:
        """How many there are in all."""
        return parts_of(self.asset.size)


def parts_of(size: int) -> int:
    """In how many parts a file of so many bytes comes."""
    return -(-size // PART_SIZE)


def length_of(number: int, size: int) -> int:
    """How many bytes a part has, counted from 1; only the last one has fewer than the others."""
    return min(PART_SIZE, size - (number - 1) * PART_SIZE)


def whole_digest(parts: Sequence[Part]) -> str:
    """The SHA-256 (hex) over the digests of all parts, in order."""
    return hashlib.sha256(b"".join(bytes.fromhex(one.sha256) for one in parts)).hexdigest()


def size_in_words(size: int) -> str:
    """As people read it, to a tenth: 4 GB."""
    for unit, word in ((GIB, "GB"), (MIB, "MB"), (KIB, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {word}"
    return f"{size} 字节"


def parts_folder(asset_id: str) -> str:
    """Where the parts of a file are kept until they are joined."""
    return f"uploads/{asset_id}/"


def part_key(asset_id: str, part: Part) -> str:
    """Where a part is kept: one that comes at the same moment with other bytes has its own."""
    return f"{parts_folder(asset_id)}{part.number}-{part.sha256}"


def original_key(asset_id: str) -> str:
    """Where a file is kept as it came; it is never given out."""
    return f"originals/{asset_id}/file"


def folders_of(asset_id: str) -> Sequence[str]:
    """All that is kept of a file begins with one of these."""
    return (parts_folder(asset_id), f"originals/{asset_id}/", f"media/{asset_id}/")


class Uploads:
    """``most_in_all`` is how many bytes the files of all lectures may have together.

    What was made of them counts as well.
    """

    def __init__(
        self,
        *,
        assets: Assets,
        parts: Parts,
        store: MediaStore,
        belongs: Belongs,
        most_in_all: int,
    ) -> None:
        self._assets = assets
        self._parts = parts
        self._store = store
        self._belongs = belongs
        self._most_in_all = most_in_all

    async def begin(self, act: Act, *, kind: Kind, name: str, size: int, of: str) -> Upload:
        """A file that is to be sent.

        Raises:
            NotFound: what it is to belong to is not there, or not the caller's.
            Invalid: it is empty, or larger than a file of its kind may be.
            TooManyUploads: too many of the lecture, or of the caller, are not over.
            NoRoom: all files together would be too many bytes.
        """
        await self._belongs(of)
        _judge_size(kind, size)

        async def work(unit: Unit) -> Upload:
            _judge_open(await self._assets.uploading(unit), of=of, by=act.actor)
            total = await self._assets.total(unit)
            if total + size > self._most_in_all:
                raise NoRoom(_no_room(self._most_in_all, total, size))
            asset = Asset(
                id=act.draw.id(),
                of=of,
                kind=kind,
                name=shown_name(name),
                size=size,
                state=AssetState.UPLOADING,
                added_by=act.actor,
                added_at=act.at,
                changed_at=act.at,
            )
            await self._assets.add(unit, asset)
            await unit.audit(act.event("media.begun", asset.id, kind=kind.value))
            return Upload(asset=asset, missing=range(1, parts_of(size) + 1))

        return await act.commit(work, turn=TURN)

    async def put(
        self, act: Act, *, asset_id: str, number: int, content: bytes, sha256: str
    ) -> None:
        """One part, counted from 1, with the SHA-256 (hex) that its sender found.

        Raises:
            NotFound: there is no such file.
            NotUploading: all of it came already.
            PartIsIn: it came already, with other bytes.
            Invalid: it is no part of this file, has another length, or came altered.
        """
        asset = await self._found(asset_id)
        if asset.state is not AssetState.UPLOADING:
            raise NotUploading("这个文件已经传完，不再接收内容。")
        part = _judged(asset, number, content, sha256)
        here = await self._parts.one(asset_id, number)
        if here and here != part:
            raise PartIsIn(ANOTHER.format(number))
        await self._store.write(part_key(asset_id, part), all_at_once(content))

        async def work(unit: Unit) -> None:
            if not await self._parts.add(unit, asset_id, part, at=act.at):
                raise PartIsIn(ANOTHER.format(number))

        try:
            await act.commit(work)
        except PartIsIn:
            # Another was faster, and stays for good: so nobody needs these bytes any more.
            await self._store.remove_one(part_key(asset_id, part))
            raise

    async def state(self, *, asset_id: str) -> Upload:
        """How far a file is; raises NotFound."""
        asset = await self._found(asset_id)
        if asset.state is not AssetState.UPLOADING:
            return Upload(asset=asset, missing=())
        here = {part.number for part in await self._parts.of(asset_id)}
        wanted = range(1, parts_of(asset.size) + 1)
        return Upload(asset=asset, missing=[one for one in wanted if one not in here])

    async def finish(self, act: Act, *, asset_id: str, digest: str) -> Asset:
        """All parts came: the work on the file begins. Asked again, it is as it is.

        Raises:
            NotFound: there is no such file.
            PartsMissing: not all parts came.
            Invalid: ``digest``, the SHA-256 (hex) over the digests of the parts, is another.
        """

        async def work(unit: Unit) -> Asset:
            was = await self._found(asset_id)
            if was.state is not AssetState.UPLOADING:
                return was
            _judge_whole(was, await self._parts.of(asset_id), digest)
            after = planned(was, act.at)
            await self._assets.replace(unit, after, was=was)
            await unit.audit(act.event("media.uploaded", asset_id, kind=was.kind.value))
            await unit.send(act.message(topic_of(was), asset_id))
            return after

        return await act.commit(work)

    async def give_up(self, act: Act) -> Again:
        """Uploads of which nothing new came for 24 hours go."""
        for asset in await self._assets.given_up(act.at - GIVEN_UP_AFTER, most=MOST_AT_ONCE):
            await self._given_up(act, asset)
        return Again(after=EVERY)

    async def _given_up(self, act: Act, asset: Asset) -> None:
        async def work(unit: Unit) -> None:
            was = await self._assets.get(asset.id)
            if was is None or was.changed_at > act.at - GIVEN_UP_AFTER:
                return
            await self._assets.remove(unit, was)
            await self._parts.remove(unit, was.id)
            await unit.audit(act.event("media.given_up", was.id, kind=was.kind.value))
            await unit.send(act.message(SWEEP, was.id))

        await act.commit(work)

    async def _found(self, asset_id: str) -> Asset:
        asset = await self._assets.get(asset_id)
        if asset is None:
            raise NotFound
        return asset


def _no_room(most: int, total: int, size: int) -> str:
    return (
        f"全部讲座文件（含转换生成的）合计不能超过 {size_in_words(most)}，"
        f"现有 {size_in_words(total)}，这个文件有 {size_in_words(size)}，请先删除不用的文件。"
    )


def _judge_open(uploads: Sequence[Asset], *, of: str, by: str) -> None:
    counted = (
        ("这个讲座", MOST_OF_LECTURE, [one for one in uploads if one.of == of]),
        ("您", MOST_OF_EDITOR, [one for one in uploads if one.added_by == by]),
    )
    for whose, most, here in counted:
        if len(here) >= most:
            detail = f"{whose}已有 {len(here)} 个文件没有传完，请先传完或删除其中一些，再添加新的。"
            raise TooManyUploads(detail)


def _judge_size(kind: Kind, size: int) -> None:
    if size <= 0:
        raise _refused("/size", "empty", "文件是空的，请重新选择。")
    if size > MOST[kind]:
        detail = (
            f"{KINDS[kind]}不能超过 {size_in_words(MOST[kind])}，"
            f"这个文件有 {size_in_words(size)}，请压缩或拆分后再传。"
        )
        raise _refused("/size", "too_large", detail)


def _judged(asset: Asset, number: int, content: bytes, sha256: str) -> Part:
    count = parts_of(asset.size)
    if not 1 <= number <= count:
        raise _refused("/part", "no_such_part", f"这个文件共 {count} 段，没有第 {number} 段。")
    length = length_of(number, asset.size)
    if len(content) != length:
        detail = f"第 {number} 段应有 {length} 字节，实际收到 {len(content)} 字节，请重传这一段。"
        raise _refused("/part", "wrong_length", detail)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise _refused("/part", "altered", f"第 {number} 段在传输中发生了变化，请重传这一段。")
    return Part(number=number, size=length, sha256=found)


def _judge_whole(asset: Asset, parts: Sequence[Part], digest: str) -> None:
    here = {part.number for part in parts}
    missing = [one for one in range(1, parts_of(asset.size) + 1) if one not in here]
    if missing:
        some = "、".join(map(str, missing[:FEW])) + (" 等" if len(missing) > FEW else "")
        raise PartsMissing(f"还缺第 {some} 段，请继续上传。")
    if whole_digest(parts) != digest:
        detail = "收到的内容与您选择的文件不一致，文件可能在上传期间被修改，请删除后重新上传。"
        raise _refused("/digest", "altered", detail)


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid([Fault(pointer=pointer, code=code, detail=detail)])
