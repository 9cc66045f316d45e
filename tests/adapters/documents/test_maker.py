"""Papers made in worker processes: the loop stays free, a dead worker is replaced."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from adapters.documents.canonical import NotCanonical
from adapters.documents.fonts import FontsMissing
from adapters.documents.keys import DocumentKeyError
from adapters.documents.maker import DocumentMaker, PaperSettings, SignedDocument
from adapters.documents.verifier import verify_file
from domain.errors import Unavailable
from tests.adapters.documents.papers import CHECK_CODE, CODE, SIGNED_AT
from tests.adapters.documents.snapshots import Json, snapshot


def clock() -> datetime:
    return SIGNED_AT


@pytest.fixture(scope="module")
def maker(settings: PaperSettings, io_loop: IOLoop) -> Iterator[DocumentMaker]:
    maker = DocumentMaker(settings, clock=clock)
    yield maker
    io_loop.run_sync(maker.aclose)


async def made(maker: DocumentMaker, one: Json) -> SignedDocument:
    return await maker.make(snapshot=one, code=CODE, check_code=CHECK_CODE)


def workers(maker: DocumentMaker) -> list[int]:
    return list(maker._pool._processes)


async def test_a_paper_is_made_and_authentic(maker: DocumentMaker, root_pem: bytes) -> None:
    document = await made(maker, snapshot())
    verdict = await asyncio.to_thread(verify_file, document.pdf, root_certificate_pem=root_pem)
    assert verdict.facts is not None
    assert verdict.facts.canonical_sha256 == document.canonical_sha256
    assert verdict.facts.signed_at == SIGNED_AT


async def test_the_loop_is_free_while_a_paper_is_made(maker: DocumentMaker) -> None:
    making = asyncio.ensure_future(made(maker, snapshot(penalties=500)))
    turns = 0
    while not making.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert making.result().pages > 10


async def test_a_dead_worker_is_replaced(maker: DocumentMaker) -> None:
    await maker.warm()
    for worker in workers(maker):
        os.kill(worker, signal.SIGKILL)
    assert (await made(maker, snapshot())).pages == 4


async def test_a_worker_that_dies_at_work_costs_no_report(maker: DocumentMaker) -> None:
    await maker.warm()
    making = [asyncio.ensure_future(made(maker, snapshot(seed=seed))) for seed in range(3)]
    await asyncio.sleep(0)
    for worker in workers(maker):
        os.kill(worker, signal.SIGKILL)
    assert [document.pages for document in await asyncio.gather(*making)] == [4, 4, 4]


async def test_when_workers_die_twice_the_caller_may_try_later(
    settings: PaperSettings, tmp_path: Path
) -> None:
    lost = DocumentMaker(replace(settings, templates=tmp_path), clock=clock)
    with pytest.raises(Unavailable) as failure:
        await made(lost, snapshot())
    assert failure.value.system == "documents"
    await lost.aclose()


async def test_a_snapshot_with_a_float_is_refused_and_the_worker_lives(
    maker: DocumentMaker,
) -> None:
    await maker.warm()
    before = workers(maker)
    with pytest.raises(NotCanonical):
        await made(maker, snapshot() | {"score": 0.5})
    assert workers(maker) == before


async def test_closing_ends_the_workers(settings: PaperSettings) -> None:
    maker = DocumentMaker(settings, clock=clock)
    await maker.warm()
    processes = list(maker._pool._processes.values())
    assert processes
    await maker.aclose()
    assert all(process.exitcode == 0 for process in processes)


def test_missing_fonts_and_keys_are_told_at_once(settings: PaperSettings, tmp_path: Path) -> None:
    with pytest.raises(FontsMissing):
        DocumentMaker(replace(settings, font_folders=(tmp_path,)))
    with pytest.raises(DocumentKeyError):
        DocumentMaker(replace(settings, keys=replace(settings.keys, qr_key=b"")))
