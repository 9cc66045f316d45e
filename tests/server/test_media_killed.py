"""Servers killed at each step of the work on a file: another goes on, and all is made once."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from domain.media.assets import Kind
from domain.media.processing import STEPS
from tests.killed import Ground, ground, inside
from tests.proof import Proof
from tests.recordings import a_lecture, make_pdf, make_recording, make_slides, sent
from tests.server.test_killed import leave_no_lease, nothing_left
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
# A step, and how many seconds into it the server is killed: none is after all it made was stored.
AT_THE_END = [(step, "") for step in STEPS[Kind.RECORDING]]
AMID = [(step, " 0.05") for step in ("join", "probe", "video", "hls", "audio", "changes")]
RECORDING = [*AT_THE_END, *AMID] if FULL else [("hls", " 0.1"), ("poster", "")]
SLIDES = [("join", ""), ("pdf", ""), ("pages", " 0.5"), ("pages", "")] if FULL else [("pages", "")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[dict[str, Any]](house.mongo_uri, tz_aware=True) as client:
        yield client[house.database]


def in_order(kills: list[tuple[str, str]], kind: Kind) -> list[tuple[str, str]]:
    """As the steps come; amid a step before at its end."""
    return sorted(kills, key=lambda kill: (STEPS[kind].index(kill[0]), not kill[1]))


async def killed_at(house: Ground, rows: Any, kills: list[tuple[str, str]]) -> None:
    """One server after the other dies of the file, then one lives."""
    flag = house.folder / "media-step"
    for step, after in kills:
        flag.write_text(f"{step}{after}")
        leave_no_lease(rows)
        await house.server().dead()
        assert not flag.exists()
    leave_no_lease(rows)
    server = house.server()
    await server.listening()
    await until(lambda: nothing_left(rows))
    server.kill()


def check_made_once(house: Ground, rows: Any, content: bytes, kind: Kind) -> None:
    [asset] = rows["media_assets"].find()
    assert asset["state"] == "ready"
    assert asset["sha256"] == hashlib.sha256(content).hexdigest()
    for step in STEPS[kind]:
        done = {"action": "media.step_done", "facts.step": step, "object_id": asset["_id"]}
        assert rows["audit_events"].count_documents(done) == 1, step
    names = [one["name"] for one in asset["renditions"]]
    assert len(names) == len(set(names))
    files = list(rows["media_files"].find())
    assert {one["rendition"] for one in files} == set(names)
    folder = house.folder / "media"
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    keys = {f"media/{asset['_id']}/{one['rendition']}/{one['name']}": one for one in files}
    # What is given out, the file as it came, and nothing besides.
    assert there == {*keys, f"originals/{asset['_id']}/file"}
    for key, one in keys.items():
        kept = (folder / key).read_bytes()
        assert (len(kept), hashlib.sha256(kept).hexdigest()) == (one["size"], one["sha256"])


async def test_a_recording_whose_servers_are_killed_at_each_step_is_made_once(
    house: Ground, rows: Any, tmp_path: Path, proof: Proof
) -> None:
    slides = make_slides(tmp_path / "slides", 3)
    file = make_recording(tmp_path / "a.mp4", seconds=18, slides=slides, size=(640, 360))
    async with inside(house) as parts:
        of = await a_lecture(parts.house)
        await sent(parts.house, Kind.RECORDING, "a.mp4", file.read_bytes(), of=of)
    kills = in_order(RECORDING, Kind.RECORDING)
    await killed_at(house, rows, kills)
    check_made_once(house, rows, file.read_bytes(), Kind.RECORDING)
    [asset] = rows["media_assets"].find()
    assert asset["found"]["changes"] == [6000, 12_000]
    proof("servers killed while they work on a recording", len(kills), "each rendition made once")


async def test_slides_whose_servers_are_killed_are_made_once(
    house: Ground, rows: Any, tmp_path: Path, proof: Proof
) -> None:
    file = make_pdf(tmp_path / "a.pdf", pages=12)
    async with inside(house) as parts:
        of = await a_lecture(parts.house)
        await sent(parts.house, Kind.SLIDES, "a.pdf", file.read_bytes(), of=of)
    kills = in_order(SLIDES, Kind.SLIDES)
    await killed_at(house, rows, kills)
    check_made_once(house, rows, file.read_bytes(), Kind.SLIDES)
    proof("servers killed while they work on slides", len(kills), "each page made once")
