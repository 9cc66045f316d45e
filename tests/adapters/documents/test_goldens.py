"""Every persona in every edition that fits reads as its golden text does.

``make goldens`` writes the texts anew; what changed is then read in the diff. Of a paper of
more than twenty sheets the golden has the first two, the last, and a hash of those between.
"""

import hashlib
import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from adapters.documents.maker import PaperPress
from tests.adapters.documents.papers import printed, texts
from tests.adapters.documents.personas import DAY, Copy, copies, platform_on

GOLDEN = Path(__file__).parent / "golden"
WRITE = "WRITE_GOLDENS"
LONG = 20


@pytest.fixture(scope="module")
def all_copies(io_loop: IOLoop) -> Iterator[list[Copy]]:
    async def collected(url: str) -> list[Copy]:
        return [one async for one in copies(url)]

    with platform_on(DAY) as url:
        yield io_loop.run_sync(lambda: collected(url))


def text_of(pdf: bytes) -> str:
    """The text of every sheet, between marks."""
    pages = [page.replace("\r\n", "\n").strip() for page in texts(pdf)]
    if len(pages) > LONG:
        between = "\n".join(pages[2:-1])
        digest = hashlib.sha256(between.encode()).hexdigest()
        pages = [*pages[:2], f"（{len(pages) - 3} 页，SHA-256 {digest}）", pages[-1]]
    return "\n\n==== 下一页 ====\n\n".join(pages) + "\n"


def test_every_persona_in_every_edition_reads_as_kept(
    all_copies: list[Copy], press: PaperPress
) -> None:
    changed = []
    for one in all_copies:
        file, found = GOLDEN / f"{one.name}.txt", text_of(printed(press, one.snapshot).pdf)
        if os.environ.get(WRITE):
            GOLDEN.mkdir(exist_ok=True)
            file.write_text(found, "utf-8")
        kept = file.read_text("utf-8") if file.exists() else ""
        changed += unified_diff(kept.splitlines(), found.splitlines(), one.name, "now", "", "", 1)
    assert not changed, "\n".join(changed[:200])


def test_every_persona_in_every_edition_has_its_golden_and_no_other_is_kept(
    all_copies: list[Copy],
) -> None:
    assert {one.edition for one in all_copies} == {
        *("organisation-full", "person-full", "no-violation"),
    }
    assert len({one.persona for one in all_copies}) >= 20
    assert {file.name for file in GOLDEN.iterdir()} == {f"{one.name}.txt" for one in all_copies}
