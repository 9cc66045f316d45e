"""Files of lectures in the console: sent over a line that breaks, worked on, shown, removed."""

import asyncio
import hashlib
import io
import os
import random
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import obstore
import pytest
from PIL import Image
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from adapters import disk
from adapters.disk import LEAST_FOR_MEDIA
from adapters.media.kinds import OLE
from adapters.mongo.media import MongoAssets
from domain.errors import Unavailable
from domain.media.assets import Asset, AssetState, Kind, StepState
from domain.media.processing import MOST_FAILURES, RECORDING, WORK
from domain.media.uploads import GIB, PART_SIZE, original_key
from domain.media.working import LATER
from domain.transactions import Again, Conflict
from server import app
from server.wiring import Installation
from tests.cast import Cast
from tests.children import children, gone, running
from tests.conftest import Clock
from tests.presenting import needs_apart, stand_in
from tests.problems import check_problem
from tests.proof import Proof
from tests.recordings import (
    a_lecture,
    begun,
    digest_header,
    digest_of,
    make_large_pdf,
    make_pdf,
    make_recording,
    pieces_of,
    sent,
    vtt,
)
from tests.staffing import SAME, Colleague, act

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
BREAKS = 50 if FULL else 8
CUE = ("00:01.000", "00:02.500", "信用修复")
chance = random.Random()  # noqa: S311 - when the line breaks, guards nothing


async def lecture(cast: Cast) -> str:
    assert cast.house
    return await a_lecture(cast.house)


async def begin(
    editor: Colleague, of: str, name: str, size: int, kind: str = "recording"
) -> httpx.Response:
    form = {"of": of, "kind": kind, "name": name, "size": str(size)}
    answer: httpx.Response = await editor.post("/console/media", form)
    return answer


async def put(
    editor: Colleague, asset_id: str, number: int | str, piece: bytes, **headers: str
) -> httpx.Response:
    told = {**SAME, "X-Xsrf": await editor.xsrf(), **digest_header(piece), **headers}
    path = f"/console/media/{asset_id}/parts/{number}"
    return await editor.client.put(path, content=piece, headers=told)


async def state(editor: Colleague, asset_id: str) -> dict[str, Any]:
    answer = await editor.client.get(
        f"/console/media/{asset_id}/state", headers={"X-By-Itself": "1"}
    )
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def finish(editor: Colleague, asset_id: str, digest: str) -> Any:
    return await editor.post(f"/console/media/{asset_id}/finish", {"digest": digest})


async def asset_of(cast: Cast, asset_id: str) -> Asset:
    assert cast.house
    found = await cast.house.media.assets.get(asset_id)
    assert found
    return found


async def worked(cast: Cast, kind: Kind, content: bytes, name: str = "文件") -> Asset:
    """A file that was sent, after all that could be done."""
    assert cast.house
    asset = await sent(cast.house, kind, name, content, of=await lecture(cast))
    await cast.work()
    return await asset_of(cast, asset.id)


async def kept(cast: Cast, key: str) -> bytes | None:
    """What is in the store under a key."""
    assert cast.house
    store = cast.house.media.store
    found = await store.head(key)
    if found is None:
        return None
    return b"".join([piece async for piece in store.read(key, start=0, end=found.size)])


# -- sending -----------------------------------------------------------------------------------


async def hung_up(editor: Colleague, asset_id: str, number: int, piece: bytes, upto: int) -> None:
    """A part of which so many bytes are sent, and the line gone before any answer is read."""
    url = urlsplit(str(editor.client.base_url))
    assert url.hostname
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    cookies = "; ".join(f"{name}={value}" for name, value in editor.client.cookies.items())
    told = {
        "Host": url.netloc,
        "Cookie": cookies,
        "Content-Length": str(len(piece)),
        "X-Xsrf": await editor.xsrf(),
        **SAME,
        **digest_header(piece),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    path = f"/console/media/{asset_id}/parts/{number}"
    writer.write(f"PUT {path} HTTP/1.1\r\n{head}\r\n".encode() + piece[:upto])
    await writer.drain()
    if upto == len(piece):
        # All of it came; it is the answer that is lost.
        await reader.readline()
    writer.transport.abort()


async def broken(editor: Colleague, asset_id: str, number: int, piece: bytes) -> None:
    """One way in which a line breaks, by chance."""
    way = chance.randrange(3)
    if way == 0:
        await hung_up(editor, asset_id, number, piece, chance.randrange(len(piece)))
    elif way == 1:
        await hung_up(editor, asset_id, number, piece, len(piece))
    else:
        at = chance.randrange(len(piece))
        altered = piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1 :]
        answer = await put(editor, asset_id, number, altered, **digest_header(piece))
        assert check_problem(answer, 422, "invalid").errors[0].code == "altered"


async def test_an_upload_broken_again_and_again_is_resumed_and_arrives_whole(
    cast: Cast, proof: Proof, editor: Colleague
) -> None:
    content = random.Random(7).randbytes(3 * PART_SIZE + 12_345)  # noqa: S311 - a file's bytes
    pieces = pieces_of(content)
    media = (
        (await begin(editor, await lecture(cast), "讲座.mp4", len(content)))
        .raise_for_status()
        .json()
    )
    assert (media["state"], media["parts"], media["missing"]) == ("uploading", 4, [1, 2, 3, 4])
    asset_id = media["id"]
    for turn in range(BREAKS):
        number = chance.randint(1, len(pieces))
        await broken(editor, asset_id, number, pieces[number - 1])
        # Which are in, the server says, as after a reload; now and then one of them comes.
        missing = (await state(editor, asset_id))["missing"]
        if missing and turn % (BREAKS // 3) == 0:
            number = chance.choice(missing)
            answer = await put(editor, asset_id, number, pieces[number - 1])
            assert answer.status_code == 204, answer.text
    for number in (await state(editor, asset_id))["missing"]:
        assert (await put(editor, asset_id, number, pieces[number - 1])).status_code == 204
    done = (await finish(editor, asset_id, digest_of(content))).raise_for_status().json()
    assert (done["state"], done["missing"]) == ("processing", [])

    await cast.work()
    assert (await asset_of(cast, asset_id)).sha256 == hashlib.sha256(content).hexdigest()
    whole = await kept(cast, original_key(asset_id))
    assert whole is not None
    assert hashlib.sha256(whole).hexdigest() == hashlib.sha256(content).hexdigest()
    proof("uploads broken off and resumed", BREAKS, "the stored file is the sent one")


async def test_parts_come_in_any_order_and_twice(cast: Cast, editor: Colleague) -> None:
    content = bytes(PART_SIZE) + b"end"
    asset_id = (await begin(editor, await lecture(cast), "a.vtt", len(content))).json()["id"]
    for number, piece in ((2, b"end"), (1, bytes(PART_SIZE)), (2, b"end")):
        assert (await put(editor, asset_id, number, piece)).status_code == 204
    assert (await finish(editor, asset_id, digest_of(content))).is_success
    await cast.work()
    assert await kept(cast, original_key(asset_id)) == content
    # Nothing is kept twice.
    assert not await lying(cast, asset_id)


async def lying(cast: Cast, asset_id: str) -> list[str]:
    """The parts of an upload whose bytes are kept."""
    assert cast.house
    store = cast.house.media.store
    folder = f"uploads/{asset_id}"
    listed = await obstore.list(store._store, folder).collect_async()  # type: ignore[attr-defined]  # of tests alone
    return sorted(one["path"].removeprefix(f"{folder}/") for one in listed)


async def test_of_a_part_that_is_sent_again_with_other_bytes_none_are_kept(
    cast: Cast, editor: Colleague
) -> None:
    """Neither when it comes after the other nor when it comes with it."""
    of, sizes = await lecture(cast), 3
    asset_id = (await begin(editor, of, "a.vtt", sizes)).json()["id"]
    sent_at_once = [b"%03d" % number for number in range(8)]
    answers = await asyncio.gather(*(put(editor, asset_id, 1, one) for one in sent_at_once))
    [first] = [
        piece for piece, one in zip(sent_at_once, answers, strict=True) if one.status_code == 204
    ]
    for one in answers:
        if one.status_code != 204:
            assert "第 1 段已经收到" in check_problem(one, 409, "part_is_in").detail
    check_problem(await put(editor, asset_id, 1, b"END"), 409, "part_is_in")
    assert await lying(cast, asset_id) == [f"1-{hashlib.sha256(first).hexdigest()}"]
    assert (await put(editor, asset_id, 1, first)).status_code == 204
    assert (await finish(editor, asset_id, digest_of(first))).is_success


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [
        ("recording", 4 * GIB + 1, "录像不能超过 4 GB"),
        ("slides", 201 * 2**20, "课件不能超过 200 MB，这个文件有 201 MB"),
        ("subtitles", 3 * 2**20, "字幕不能超过 2 MB"),
        ("cover", 11 * 2**20, "封面不能超过 10 MB"),
        ("document", 51 * 2**20, "附件不能超过 50 MB"),
        ("document", 0, "文件是空的"),
    ],
)
async def test_what_is_too_large_is_refused_before_a_byte_is_sent(
    cast: Cast, kind: str, size: int, said: str, editor: Colleague
) -> None:
    problem = check_problem(
        await begin(editor, await lecture(cast), "a", size, kind), 422, "invalid"
    )
    assert said in problem.detail
    assert problem.errors[0].pointer == "/size"


async def test_all_lectures_together_have_a_limit_however_many_begin_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.house
    assert cast.database is not None
    house, of = cast.house, await lecture(cast)
    there = await house.transactions.plain()(MongoAssets(cast.database).total)
    monkeypatch.setattr(house.media.uploads, "_most_in_all", there + 3 * GIB)
    asked = (begun(house, Kind.RECORDING, "a", GIB, of=of) for _ in range(5))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Conflict)]
    assert len(refused) == 2
    assert "这个文件有 1 GB，请先删除不用的文件" in refused[0].detail
    assert len(await house.media.assets.of(of)) == 3


async def test_what_is_made_of_a_file_counts_towards_the_limit_and_stops_at_it(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of slides is a few hundred bytes, and its picture a hundred thousand."""
    assert cast.house
    assert cast.database is not None
    house, of = cast.house, await lecture(cast)
    total, plain = MongoAssets(cast.database).total, house.transactions.plain()
    before, content = await plain(total), make_pdf(tmp_path / "a.pdf").read_bytes()
    asset = await worked(cast, Kind.SLIDES, content)
    made = sum(one.size for one in asset.renditions)
    assert made > len(content)
    assert await plain(total) == before + len(content) + made
    waiting = await sent(house, Kind.SLIDES, "b", content, of=of)
    for service in (house.media.uploads, house.media.processing):
        monkeypatch.setattr(service, "_most_in_all", before + len(content) + made)
    with pytest.raises(Conflict, match="含转换生成的"):
        await begun(house, Kind.COVER, "c", 1, of=of)
    await cast.work()
    failed = await asset_of(cast, waiting.id)
    assert (failed.state, failed.renditions) == (AssetState.FAILED, ())
    assert "已超过上限" in failed.steps[0].why
    await house.media.processing.remove(act(house), asset_id=asset.id)
    await house.media.processing.again(act(house), asset_id=waiting.id)
    await cast.work()
    assert (await asset_of(cast, waiting.id)).ready


async def test_while_the_disk_is_nearly_full_nothing_is_made_and_the_editor_reads_why(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: Colleague
) -> None:
    """The first picture takes the last of it: as any outage, it is over by itself."""
    assert cast.house
    house, content = cast.house, make_pdf(tmp_path / "a.pdf", pages=9).read_bytes()
    asset = await sent(house, Kind.SLIDES, "a", content, of=await lecture(cast))
    drawn: list[Path] = []

    def left(folder: Path) -> int:
        drawn[:] = folder.glob("step-*/pages/*.jpg")
        return 0 if drawn else LEAST_FOR_MEDIA

    monkeypatch.setattr(disk, "free", left)
    with pytest.raises(Unavailable):
        await house.media.processing.work(act(house), asset_id=asset.id)
    assert len(drawn) == 1
    stopped = await asset_of(cast, asset.id)
    assert (stopped.state, stopped.steps[-1].percent) == (AssetState.PROCESSING, 0)
    assert "服务器存储空间不足，稍后会自动再试" in await editor.page(f"/console/media/{asset.id}")
    monkeypatch.undo()
    await cast.work()
    ready = await asset_of(cast, asset.id)
    assert (ready.ready, ready.steps[-1].why) == (True, "")


async def test_each_part_is_judged(cast: Cast, editor: Colleague) -> None:
    of, content = await lecture(cast), b"x" * 100
    asset_id = (await begin(editor, of, "a.vtt", 100, "subtitles")).json()["id"]
    for number, piece, code in (
        ("2", content, "no_such_part"),
        ("0", content, "no_such_part"),
        ("x", content, "no_such_part"),
        ("1", content[:-1], "wrong_length"),
        ("1", content + b"x", "wrong_length"),
    ):
        problem = check_problem(await put(editor, asset_id, number, piece), 422, "invalid")
        assert problem.errors[0].code == code
    for header in ("", "sha-256=:AAAA:", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"):
        answer = await put(editor, asset_id, 1, content, **{"Content-Digest": header})
        check_problem(answer, 400, "header_missing")
    too_much = await put(editor, asset_id, 1, bytes(PART_SIZE + 1))
    check_problem(too_much, 413, "too_large")
    assert (await state(editor, asset_id))["missing"] == [1]
    nobody = "01a22c24-c0aa-7127-a18e-5fa2166c7097"
    check_problem(await put(editor, nobody, 1, content), 404, "not_found")


async def test_a_part_may_take_longer_than_other_requests(cast: Cast, editor: Colleague) -> None:
    """Over a line so poor that eight MiB take minutes."""
    assert cast.house
    server = HTTPServer(app.application(cast.house), body_timeout=0.1)
    socket, port = bind_unused_port()
    server.add_socket(socket)
    asset_id = (await begin(editor, await lecture(cast), "a.vtt", 2, "subtitles")).json()["id"]

    async def slowly() -> AsyncIterator[bytes]:
        for piece in (b"a", b"b"):
            await asyncio.sleep(0.2)
            yield piece

    told = {**SAME, "X-Xsrf": await editor.xsrf(), **digest_header(b"ab"), "Content-Length": "2"}
    path = f"http://127.0.0.1:{port}/console/media/{asset_id}/parts/1"
    answer = await editor.client.put(path, content=slowly(), headers=told)
    assert answer.status_code == 204
    server.stop()
    await server.close_all_connections()


async def test_the_end_is_refused_while_parts_are_missing_or_differ(
    cast: Cast, editor: Colleague
) -> None:
    content = bytes(PART_SIZE) + b"end"
    asset_id = (await begin(editor, await lecture(cast), "a.vtt", len(content))).json()["id"]
    await put(editor, asset_id, 1, content[:PART_SIZE])
    problem = check_problem(
        await finish(editor, asset_id, digest_of(content)), 409, "parts_missing"
    )
    assert "还缺第 2 段" in problem.detail
    await put(editor, asset_id, 2, b"end")
    check_problem(await finish(editor, asset_id, "0" * 64), 422, "invalid")
    assert (await finish(editor, asset_id, digest_of(content))).json()["state"] == "processing"
    # Whose answer was lost asks again; and nothing more is taken.
    assert (await finish(editor, asset_id, digest_of(content))).json()["state"] == "processing"
    check_problem(await put(editor, asset_id, 2, b"END"), 409, "not_uploading")
    assert cast.database is not None
    waiting = {"topic": RECORDING, "object_id": asset_id}
    assert await cast.database["outbox"].count_documents(waiting) == 1


async def test_a_file_belongs_to_a_lecture(editor: Colleague) -> None:
    for of in ("lecture:1", "ticket:01a22c24-c0aa-7127-a18e-5fa2166c7097", "x"):
        check_problem(await begin(editor, of, "a.vtt", 10, "subtitles"), 404, "not_found")


@pytest.mark.parametrize(("whose", "most"), [("这个讲座", 10), ("您", 20)])
async def test_only_so_many_uploads_of_a_lecture_and_of_an_editor_are_under_way(
    cast: Cast, editor: Colleague, whose: str, most: int
) -> None:
    """However many are begun at once; one that goes makes room for another."""
    same = await lecture(cast)
    lectures = [same if whose == "这个讲座" else await lecture(cast) for _ in range(most + 3)]
    answers = await asyncio.gather(*(begin(editor, of, "a.mp4", 4 * 2**20) for of in lectures))
    made = [one.json()["id"] for one in answers if one.status_code == 200]
    assert len(made) == most
    refused = [one for one in answers if one.status_code != 200]
    for one in refused:
        problem = check_problem(one, 409, "too_many_uploads")
        assert f"{whose}已有 {most} 个文件没有传完" in problem.detail
    await editor.post(f"/console/media/{made[0]}/removal", {})
    assert (await begin(editor, lectures[0], "a.mp4", 5)).status_code == 200
    check_problem(await begin(editor, lectures[0], "a.mp4", 5), 409, "too_many_uploads")
    # What came as a whole is none of them.
    piece = bytes(4 * 2**20)
    await put(editor, made[1], 1, piece)
    assert (await finish(editor, made[1], digest_of(piece))).is_success
    assert (await begin(editor, lectures[0], "a.mp4", 5)).status_code == 200


async def test_what_is_given_up_goes_after_a_day_without_a_new_part(
    cast: Cast, clock: Clock
) -> None:
    assert cast.house
    uploads, of = cast.house.media.uploads, await lecture(cast)
    old = await begun(cast.house, Kind.RECORDING, "a", PART_SIZE + 3, of=of)
    piece = bytes(PART_SIZE)
    sha256 = hashlib.sha256(piece).hexdigest()
    asset_id = old.asset.id
    clock.ahead = timedelta(hours=23)
    given = {"asset_id": asset_id, "number": 1, "content": piece, "sha256": sha256}
    await uploads.put(act(cast.house), **given)  # type: ignore[arg-type]  # as it is named
    clock.ahead = timedelta(hours=46)
    # The same once more is nothing new.
    await uploads.put(act(cast.house), **given)  # type: ignore[arg-type]  # as it is named
    await uploads.give_up(act(cast.house))
    assert (await uploads.state(asset_id=asset_id)).missing == [2]
    clock.ahead = timedelta(hours=48)
    await uploads.give_up(act(cast.house))
    await cast.work()
    assert await cast.house.media.assets.get(asset_id) is None
    assert await kept(cast, f"uploads/{asset_id}/1-{sha256}") is None
    assert cast.database is not None
    assert await cast.database["media_parts"].count_documents({"asset_id": asset_id}) == 0


# -- working -----------------------------------------------------------------------------------


async def test_a_recording_becomes_all_that_phones_need(cast: Cast, tmp_path: Path) -> None:
    content = make_recording(tmp_path / "a.mp4").read_bytes()
    asset = await worked(cast, Kind.RECORDING, content, "讲座.mp4")
    assert asset.ready, asset.steps
    assert asset.found.duration_ms == 6000
    assert [one.name for one in asset.renditions] == ["video", "hls", "audio", "poster"]
    sound = asset.rendition("audio")
    assert sound
    assert 0 < sound.kbit <= 32
    assert cast.house
    for rendition in asset.renditions:
        files = cast.house.media.files
        first = await files.file(asset_id=asset.id, rendition=rendition.name, name=rendition.first)
        assert first
        bytes_of = await kept(cast, first.key)
        assert bytes_of is not None
        assert (len(bytes_of), hashlib.sha256(bytes_of).hexdigest()) == (first.size, first.sha256)
        assert first.media_type == rendition.media_type
    segment = await cast.house.media.files.file(
        asset_id=asset.id, rendition="hls", name="360p-00001.ts"
    )
    assert segment


async def test_slides_become_pages_with_previews_and_words(cast: Cast, tmp_path: Path) -> None:
    asset = await worked(cast, Kind.SLIDES, make_pdf(tmp_path / "a.pdf", pages=4).read_bytes())
    assert asset.ready, asset.steps
    assert (asset.found.pages, asset.found.texts[3]) == (4, "Credit repair, slide 4")
    assert {one.name: one.files for one in asset.renditions} == {
        "document": 1,
        "pages": 4,
        "previews": 4,
    }


async def test_subtitles_in_gbk_are_kept_in_utf_8(cast: Cast) -> None:
    asset = await worked(cast, Kind.SUBTITLES, vtt(CUE).encode("gbk"))
    assert (asset.ready, list(asset.found.texts)) == (True, ["信用修复"])
    there = await kept(cast, f"media/{asset.id}/subtitles/subtitles.vtt")
    assert there == b"WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n" + "信用修复\n".encode()


async def test_pictures_are_made_anew_and_documents_kept(cast: Cast, tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.new("RGB", (3000, 1000), "navy").save(made, "PNG")
    cover = await worked(cast, Kind.COVER, made.getvalue())
    assert (cover.ready, cover.found.width, cover.found.height) == (True, 1920, 640)
    pdf = make_pdf(tmp_path / "a.pdf").read_bytes()
    document = await worked(cast, Kind.DOCUMENT, pdf)
    assert document.ready
    assert await kept(cast, f"media/{document.id}/document/document.pdf") == pdf


@pytest.mark.parametrize(
    ("kind", "content", "step", "said"),
    [
        (Kind.RECORDING, b"PK\x03\x04" + bytes(100), "probe", "而是压缩包或 Office 文档"),
        (Kind.SLIDES, b"\x89PNG" + bytes(100), "pdf", "不是 PDF 或 PPT、PPTX 课件，而是图片"),
        (Kind.SUBTITLES, "WEBVTT\n\n字幕\n".encode(), "cues", "字幕第 3 行有误"),
        (Kind.COVER, b"%PDF-1.7", "picture", "这里只能添加 JPG、PNG 或 WebP 图片"),
        (Kind.DOCUMENT, b"MZ" + bytes(100), "document", "文件内容不是"),
    ],
)
async def test_what_is_unfit_fails_with_a_reason_on_its_page(
    cast: Cast, kind: Kind, content: bytes, step: str, said: str, editor: Colleague
) -> None:
    asset = await worked(cast, kind, content)
    assert asset.state is AssetState.FAILED
    failed = next(one for one in asset.steps if one.state is StepState.FAILED)
    assert failed.name == step
    page = await editor.page(f"/console/media/{asset.id}")
    shown = re.search(r'data-test="why">([^<]+)<', page)
    assert shown
    assert said in shown[1]
    # It is said instead of offering what cannot succeed.
    assert 'data-test="again"' not in page
    assert 'data-test="unfit"' in page
    check_problem(await editor.post(f"/console/media/{asset.id}/again"), 409, "unfit_for_good")


async def test_ten_thousand_pages_fail_with_their_number(cast: Cast, tmp_path: Path) -> None:
    asset = await worked(cast, Kind.SLIDES, make_large_pdf(tmp_path / "a.pdf").read_bytes())
    assert "PDF 有 10000 页" in asset.steps[1].why


@needs_apart
async def test_what_failed_for_a_reason_that_is_gone_is_run_again_from_there(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: Colleague
) -> None:
    """As when LibreOffice is installed meanwhile, which a program stands in for."""
    content = OLE + bytes(600) + "PowerPoint Document".encode("utf-16-le")
    asset = await worked(cast, Kind.SLIDES, content)
    assert asset.state is AssetState.FAILED
    assert "LibreOffice" in asset.steps[1].why or "无法转换" in asset.steps[1].why
    # The folder for what it makes is the word before the last.
    does = f'while [ $# -gt 2 ]; do shift; done; mkdir -p "$1"; cp {tmp_path}/made.pdf "$1/a.pdf"'
    stand_in(tmp_path, does, monkeypatch)
    make_pdf(tmp_path / "made.pdf")
    assert 'data-test="again"' in await editor.page(f"/console/media/{asset.id}")
    answer = await editor.post(f"/console/media/{asset.id}/again")
    assert answer.headers["Location"] == f"/console/media/{asset.id}"
    check_problem(await editor.post(f"/console/media/{asset.id}/again"), 409, "not_failed")
    await cast.work()
    asset = await asset_of(cast, asset.id)
    assert (asset.ready, asset.found.pages) == (True, 3)


async def test_the_editor_sees_how_far_the_running_step_is(cast: Cast, editor: Colleague) -> None:
    assert cast.house
    content = vtt(CUE).encode()
    asset = await sent(cast.house, Kind.SUBTITLES, "a.vtt", content, of=await lecture(cast))
    assert await cast.house.media.assets.working(asset.id, step="join", percent=42)
    steps = (await state(editor, asset.id))["steps"]
    told = (steps[0]["words"], steps[0]["state"], steps[0]["percent"])
    assert told == ("合并并核对文件", "working", 42)
    page = await editor.page(f"/console/media/{asset.id}")
    assert "进行中（42%）" in page
    assert "data-media-follow" in page
    # The news is no change: the work goes on against what it had read.
    await cast.work()
    assert (await asset_of(cast, asset.id)).ready
    # Who tells late changes nothing of what is done.
    assert await cast.house.media.assets.working(asset.id, step="join", percent=7)
    assert (await state(editor, asset.id))["steps"][0]["percent"] == 100


async def test_what_nobody_comes_to_an_end_with_fails_and_can_be_run_again(cast: Cast) -> None:
    assert cast.house
    processing, content = cast.house.media.processing, vtt(CUE).encode()
    asset = await sent(cast.house, Kind.SUBTITLES, "a.vtt", content, of=await lecture(cast))
    await processing.work(act(cast.house), asset_id=asset.id, failures=MOST_FAILURES)
    asset = await asset_of(cast, asset.id)
    assert asset.state is AssetState.FAILED
    assert "处理多次中断" in asset.steps[0].why
    # News that comes late does not hide why.
    assert await cast.house.media.assets.working(asset.id, step="join", percent=7)
    assert (await asset_of(cast, asset.id)).steps == asset.steps
    await processing.again(act(cast.house), asset_id=asset.id)
    await processing.work(act(cast.house), asset_id=asset.id, failures=MOST_FAILURES - 1)
    assert (await asset_of(cast, asset.id)).ready


async def test_an_editors_files_of_one_kind_wait_for_each_other_and_others_get_through(
    cast: Cast,
) -> None:
    assert cast.house
    house, content, of = cast.house, vtt(CUE).encode(), await lecture(cast)
    mine = [await sent(house, Kind.SUBTITLES, name, content, of=of) for name in ("a", "b")]
    others = await sent(house, Kind.SUBTITLES, "c", content, of=await lecture(cast))
    beside = await sent(house, Kind.DOCUMENT, "d", b"MZ", of=of)

    async def work(asset: Asset) -> tuple[Again | None, AssetState]:
        again = await house.media.processing.work(act(house), asset_id=asset.id)
        return again, (await asset_of(cast, asset.id)).state

    # Whoever works on the first takes hours.
    assert await house.media.assets.working(mine[0].id, step="join", percent=1)
    assert await work(mine[1]) == (LATER, AssetState.PROCESSING)
    assert await work(others) == (None, AssetState.READY)
    assert await work(beside) == (None, AssetState.FAILED)
    # And when they were killed, another goes on.
    assert await work(mine[0]) == (None, AssetState.READY)
    assert await work(mine[1]) == (None, AssetState.READY)


async def test_recordings_have_places_of_their_own(cast: Cast) -> None:
    assert cast.house
    assert cast.database is not None
    of, topics = await lecture(cast), {}
    for kind in (Kind.RECORDING, Kind.SUBTITLES):
        asset = await sent(cast.house, kind, "a", vtt(CUE).encode(), of=of)
        [waiting] = await cast.database["outbox"].find({"object_id": asset.id}).to_list(None)
        topics[kind] = waiting["topic"]
    assert topics == {Kind.RECORDING: RECORDING, Kind.SUBTITLES: WORK}


async def has_come_to(cast: Cast, asset_id: str, step: str) -> None:
    """Wait until a step is worked on."""
    async with asyncio.timeout(60):
        while True:
            steps = (await asset_of(cast, asset_id)).steps
            if any(one.name == step and one.state is StepState.WORKING for one in steps):
                return
            await asyncio.sleep(0.02)


async def test_a_worker_that_is_stopped_ends_its_ffmpeg_and_commits_nothing(
    cast: Cast, tmp_path: Path
) -> None:
    assert cast.house
    content = make_recording(tmp_path / "a.mp4", seconds=15, size=(1280, 720)).read_bytes()
    before = frozenset(children())
    asset = await sent(cast.house, Kind.RECORDING, "a.mp4", content, of=await lecture(cast))
    working = asyncio.create_task(cast.work())
    await has_come_to(cast, asset.id, "hls")
    found = await running("hls_time", beside=before)
    working.cancel()
    await gone(*found)
    asset = await asset_of(cast, asset.id)
    assert (asset.state, asset.rendition("hls")) == (AssetState.PROCESSING, None)
    await cast.house.media.processing.remove(act(cast.house), asset_id=asset.id)


async def test_a_recording_that_is_removed_meanwhile_ends_its_ffmpeg_and_leaves_nothing(
    cast: Cast, tmp_path: Path
) -> None:
    assert cast.house
    content = make_recording(tmp_path / "a.mp4", seconds=30, size=(1280, 720)).read_bytes()
    before = frozenset(children())
    asset = await sent(cast.house, Kind.RECORDING, "a.mp4", content, of=await lecture(cast))
    working = asyncio.create_task(cast.work())
    await has_come_to(cast, asset.id, "hls")
    found = await running("hls_time", beside=before)
    await cast.house.media.processing.remove(act(cast.house, "editor"), asset_id=asset.id)
    await gone(*found)
    await working
    for key in (original_key(asset.id), f"media/{asset.id}/video/video.mp4"):
        assert await kept(cast, key) is None


# -- showing and removing ----------------------------------------------------------------------


async def test_the_staff_look_at_what_was_made_by_ranges(
    cast: Cast, tmp_path: Path, reviewer: Colleague
) -> None:
    content = make_recording(tmp_path / "a.mp4", seconds=2).read_bytes()
    asset = await worked(cast, Kind.RECORDING, content, "讲座 <1>.mp4")
    page = await reviewer.page(f"/console/media/{asset.id}")
    assert "讲座 &lt;1&gt;.mp4" in page
    assert 'data-test="player"' in page
    assert 'data-test="remove"' not in page
    assert asset.name in (await reviewer.page(f"/console/media?of={asset.of}")).replace(
        "&lt;1&gt;", "<1>"
    )
    path = f"/console/media/{asset.id}/video/video.mp4"
    whole = (await reviewer.client.get(path)).raise_for_status()
    assert (whole.headers["Content-Type"], whole.headers["Accept-Ranges"]) == ("video/mp4", "bytes")
    size = len(whole.content)
    for asked, status, begin, end in (
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, size),
        ("bytes=-5", 206, size - 5, size),
        (f"bytes=5-{size + 9}", 206, 5, size),
        ("lines=1-2", 200, 0, size),
    ):
        answer = await reviewer.client.get(path, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (status, whole.content[begin:end]), asked
        if status == 206:
            assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
    digits = "9" * 5000
    beyond = (f"bytes={digits}-", f"bytes=-{digits}", f"bytes=0-{digits}")
    for asked in (f"bytes={size}-", "bytes=-0", "bytes=9-5", *beyond):
        answer = await reviewer.client.get(path, headers={"Range": asked})
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
    told = await reviewer.client.head(path)
    assert (told.status_code, told.headers["Content-Length"], told.content) == (200, f"{size}", b"")
    # What came as it is, and what is not finished, is given to nobody.
    for other in (f"{asset.id}/file/file", f"{asset.id}/video/other.mp4", f"{asset.id}/../x"):
        assert (await reviewer.client.get(f"/console/media/{other}")).status_code == 404


async def test_the_page_sends_files_by_a_script_of_its_own(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    answer = await editor.get(f"/console/media?of={await lecture(cast)}")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("script-src 'self'; connect-src 'self'; media-src 'self'; ")
    script = re.search(
        r'<script src="(/console/scripts/upload\.[0-9a-f]{16}\.js)" defer>', answer.text
    )
    assert script
    content = await editor.client.get(script[1])
    assert "immutable" in content.headers["Cache-Control"]
    assert "crypto.subtle" in content.text
    assert "data-upload" in answer.text
    assert "<h1>《讲座》的文件</h1>" in answer.text
    # Beside each kind, what it may be.
    for kind, formats in (
        ("recording", "录像：MP4、MOV、"),
        ("slides", "课件：PDF、PPT、PPTX<"),
        ("subtitles", "字幕：WebVTT（.vtt），UTF-8 或 GBK 编码<"),
        ("cover", "封面：JPG、PNG、WebP 图片<"),
        ("document", "附件：PDF，或 JPG、PNG、WebP 图片<"),
    ):
        assert f'data-test="formats-{kind}">{formats}' in answer.text
    assert 'data-test="back">返回讲座<' in answer.text
    path = "/console/media?of=lecture:nothing"
    check_problem(await editor.client.get(path), 404, "not_found")
    assert "data-upload" not in await reviewer.page(f"/console/media?of={await lecture(cast)}")


async def test_a_file_that_is_removed_is_gone_with_all_its_bytes(
    cast: Cast, installation: Installation, editor: Colleague
) -> None:
    asset = await worked(cast, Kind.SUBTITLES, vtt(CUE).encode())
    answer = await editor.post(f"/console/media/{asset.id}/removal")
    assert answer.headers["Location"] == f"/console/media?of={asset.of}"
    path = f"/console/media/{asset.id}"
    assert (await editor.client.get(path)).status_code == 404
    assert (await editor.client.get(f"{path}/subtitles/subtitles.vtt")).status_code == 404
    check_problem(await editor.post(f"{path}/removal"), 404, "not_found")
    await cast.work()
    assert await kept(cast, original_key(asset.id)) is None
    assert await kept(cast, f"media/{asset.id}/subtitles/subtitles.vtt") is None
    events = installation.database["audit_events"].find({"object_id": asset.id})
    assert [row["action"] async for row in events.sort("_id", 1)] == [
        *("media.begun", "media.uploaded", "media.step_done", "media.step_done", "media.removed"),
    ]


async def test_a_file_removed_while_it_is_worked_on_leaves_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.house
    house, content = cast.house, vtt(CUE).encode()
    asset = await sent(house, Kind.SUBTITLES, "a.vtt", content, of=await lecture(cast))
    workshop = house.media.processing._workshop
    call = type(workshop).__call__

    async def removed_meanwhile(self: Any, one: Asset, step: str, **more: Any) -> Any:
        made = await call(self, one, step, **more)
        if step == "cues":
            await house.media.processing.remove(act(house, "editor"), asset_id=one.id)
        return made

    monkeypatch.setattr(type(workshop), "__call__", removed_meanwhile)
    await cast.work()
    assert await house.media.assets.get(asset.id) is None
    assert await kept(cast, original_key(asset.id)) is None
    assert await kept(cast, f"media/{asset.id}/subtitles/subtitles.vtt") is None


async def test_what_a_lecture_shows_is_not_removed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, editor: Colleague
) -> None:
    assert cast.house
    asset = await worked(cast, Kind.SUBTITLES, vtt(CUE).encode())

    async def shown(one: Asset) -> None:
        raise Conflict(f"讲座正在使用“{one.name}”，不能删除。")

    monkeypatch.setattr(cast.house.media.processing, "_unused", shown)
    answer = await editor.post(f"/console/media/{asset.id}/removal")
    assert "不能删除" in check_problem(answer, 409, "conflict").detail
    assert (await asset_of(cast, asset.id)).ready
