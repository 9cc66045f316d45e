"""Every persona of the stand-ins in every edition that fits, on one fixed day.

The platform's stand-in is asked over its real protocol; only the instants of its answer are
replaced, so that the same personas give the same papers on any day.
"""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.signature import Signature
from adapters.outside import Outside, System
from content.catalogue import load
from domain.credit_reports.forms.editions import build
from domain.credit_reports.reports import CreditReport, Period
from domain.identifiers import parse_identity_number
from domain.sources import PlatformReport
from server import development

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PERIOD = Period(first=date(2023, 11, 24), last=DAY)
FIELDS = (
    *("market", "fire", "health", "tax", "environment", "urban-management", "court-enforcement"),
    *("human-resources", "culture-tourism", "education", "commerce", "public-security"),
)
# Who chose other fields than most: all of them, or none in which anything is on record.
ALL, OTHERS = "clean", "penalty-general"
CONTENT = load(district="440104")


@dataclass(frozen=True)
class Copy:
    """One persona's report in one edition, as a snapshot."""

    persona: str
    edition: str
    snapshot: dict[str, object]

    @property
    def name(self) -> str:
        """What its golden text is called."""
        return f"{self.persona}.{self.edition}"


@contextmanager
def platform_on(day: date) -> Iterator[str]:
    """The address of stand-ins whose dates count from ``day``."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--until-stdin-closes"]
    with subprocess.Popen(
        [*command, "--platform-latency", "0", "--today", day.isoformat()],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield json.loads(process.stdout.readline())["url"]
        process.stdin.close()


async def copies(url: str) -> AsyncIterator[Copy]:
    """Every persona in every fitting edition."""
    auth = Signature(app_id=development.PLATFORM["app_id"], secret=development.PLATFORM["secret"])
    outside = Outside(
        System(name="platform", label="平台", base_url=f"{url}/platform"),
        observe=lambda **_: None,
        auth=auth,
    )
    platform = CreditPlatform(outside)
    async with httpx.AsyncClient(base_url=url, trust_env=False) as hands:
        personas = (await hands.get("/sandbox/personas")).json()["items"]
    for persona in personas:
        for edition in editions(persona):
            said = await _said(platform, persona, edition)
            snapshot = build(_report(persona, edition), said, CONTENT.wording)
            yield Copy(persona["id"], edition, snapshot)
    await outside.aclose()


def editions(persona: dict[str, Any]) -> tuple[str, ...]:
    """Which reports may be made for a persona: none for a minor, two more for who owns."""
    number = parse_identity_number(persona["id_number"], today=DAY)
    own = ("person-full",) if number.is_adult(DAY) else ()
    successor = persona["id"] == "successor"
    owns = persona["uscc"] and not successor
    return (*own, *(("organisation-full", "no-violation") if owns else ()))


async def _said(platform: CreditPlatform, persona: dict[str, Any], edition: str) -> PlatformReport:
    if edition == "person-full":
        said = await platform.fetch_person(
            name=persona["name"], id_number=persona["id_number"], request_id="golden"
        )
    else:
        said = await platform.fetch_sections(persona["uscc"], request_id="golden")
    return replace(said, as_of=AT)


def _report(persona: dict[str, Any], edition: str) -> CreditReport:
    person, certificate = edition == "person-full", edition == "no-violation"
    return CreditReport(
        id="golden",
        number="20261123153000GOLDEN00",
        person_id="person",
        subject_id="subject",
        principal_id="subject",
        subject_name=persona["name"] if person else persona["enterprise"],
        uscc=None if person else persona["uscc"],
        purpose="bidding" if certificate else "electricity",
        consent_id="consent",
        requested_at=AT,
        edition=edition,
        period=PERIOD if certificate else None,
        fields=_fields(persona["id"]) if certificate else (),
    )


def _fields(persona_id: str) -> tuple[str, ...]:
    if persona_id == ALL:
        return tuple(CONTENT.wording.fields)
    return ("sports", "grain") if persona_id == OTHERS else FIELDS
