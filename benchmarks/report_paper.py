"""From a report's JSON to its signed PDF/A, on one core, in a warm process.

Run: ``.venv/bin/python -m benchmarks``
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.signature import Signature
from adapters.documents.keys import KeyMaterial, make_development_keys
from adapters.documents.maker import PaperPress, PaperSettings
from adapters.outside import Outside, System
from benchmarks.table import print_table
from content.catalogue import Content, load
from domain.credit_reports.forms.editions import build
from domain.credit_reports.reports import CreditReport, make_number
from server import development
from server.draw import SystemDraw, now
from tests.cast import Cast

TURNS = 15


async def snapshot(sandbox: str, content: Content, persona: str) -> dict[str, object]:
    """What a report of a persona is made from, fetched from the stand-in."""
    cast = Cast(api=sandbox, sandbox=sandbox, workers=None)
    known = await cast.known(persona)
    await cast.close()
    auth = Signature(app_id=development.PLATFORM["app_id"], secret=development.PLATFORM["secret"])
    system = System(name="platform", label="平台", base_url=f"{sandbox}/platform")
    outside = Outside(system, observe=lambda **_: None, auth=auth)
    said = await CreditPlatform(outside).fetch_sections(known["uscc"], request_id="benchmark")
    await outside.aclose()
    draw = SystemDraw()
    report = CreditReport(
        id=draw.id(),
        number=make_number(now(), "ABCD1234"),
        person_id=draw.id(),
        subject_id=draw.id(),
        principal_id=draw.id(),
        subject_name=str(known["enterprise"]),
        uscc=known["uscc"],
        purpose="electricity",
        consent_id=draw.id(),
        requested_at=now(),
    )
    return build(report, said, content.wording)


def milliseconds(press: PaperPress, report: dict[str, object]) -> tuple[float, int]:
    """The median time, and the pages."""
    draw = SystemDraw()
    times = []
    pages = 0
    for _ in range(TURNS):
        began = time.process_time()
        made = press.make(
            snapshot=report, code=draw.secret(), check_code="ABCDEFGH", signed_at=now()
        )
        times.append((time.process_time() - began) * 1000)
        pages = made.pages
    return statistics.median(times), pages


def run(bare: float) -> None:
    """Print the table; ``bare`` is how many requests a second a bare handler answers."""
    content = load(district="440104")
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        development.sandbox(port=0, api="http://127.0.0.1:1") as sandbox,
    ):
        keys = KeyMaterial.of(make_development_keys(Path(folder)))
        press = PaperPress(
            PaperSettings(
                templates=content.templates, keys=keys, public_url="https://credit.example"
            )
        )
        for persona, label in (
            ("new", "nothing on record"),
            ("clean", "an ordinary enterprise"),
            ("penalty-serious", "a long penalty"),
            ("many-penalties", "2,000 penalties, 260 licences"),
        ):
            report = asyncio.run(snapshot(sandbox, content, persona))
            time_ms, pages = milliseconds(press, report)
            rows.append((label, str(pages), f"{time_ms:,.0f} ms", f"{time_ms * bare / 1000:,.0f}"))
    print_table(
        "Report JSON to signed PDF/A, processor time of one core",
        ("report", "pages", "median", "bare requests in that time"),
        rows,
    )
