"""Papers say truthfully what proves their time, and get later what was not to be had at once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.documents.canonical import sha256_hex
from adapters.documents.verifier import FileFacts, verify_file
from adapters.stamp_tokens import StampRoots
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.handlers.test_verification import by_file
from tests.outage import Outage

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RAISE = "credit_report.raise"


async def offline(cast: Cast, pdf: bytes) -> FileFacts:
    """What a verifier finds who has nothing but the published keys."""
    keys = (await cast.client.get("/.well-known/credit-yuexiu.json")).json()
    verdict = await asyncio.to_thread(
        verify_file,
        pdf,
        root_certificate_pem=keys["root_certificate_pem"].encode(),
        stamp_roots=StampRoots(keys["time_stamp_roots_pem"].encode()),
    )
    assert verdict.facts is not None, verdict
    return verdict.facts


async def standing(person: Person, report_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = (await person.get(f"/v1/credit-reports/{report_id}")).json()
    return answer


async def raise_now(installation: Installation, cast: Cast, report_id: str) -> None:
    """The waiting is skipped, nothing else."""
    outbox = installation.database["outbox"]
    due = {"$set": {"next_at": LONG_AGO}}
    await outbox.update_one({"object_id": report_id, "topic": RAISE}, due)
    await cast.work()


async def waiting(installation: Installation, report_id: str) -> int:
    found = {"object_id": report_id, "topic": RAISE}
    return await installation.database["outbox"].count_documents(found)


async def test_a_paper_carries_a_time_stamp_that_anybody_can_check(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    report = await alice.report()
    assert (report["time_stamp"], report["time_stamp_text"]) == (
        "stamped",
        "签章时间已由可信时间戳机构证明。",
    )
    pdf = await alice.pdf(report["id"])
    facts = await offline(cast, pdf)
    assert facts.level == "B-T"
    assert facts.time_stamp == "可信时间戳机构已证明签章时间。"
    assert facts.stamped_at is not None
    assert abs((facts.stamped_at - facts.signed_at).total_seconds()) < 300
    assert (await by_file(cast, pdf))["time_stamp"] == "stamped"
    assert await waiting(installation, report["id"]) == 0


@pytest.mark.parametrize("kind", ["error", "timeout", "malformed"])
async def test_while_the_authority_is_down_a_paper_says_so_and_is_raised_later(
    alice: Person, cast: Cast, installation: Installation, outage: Outage, kind: str
) -> None:
    await outage.begin("timestamps", kind=kind)
    report = await alice.report()
    assert report["time_stamp"] == "pending"
    assert "可信时间戳待补" in report["time_stamp_text"]
    first = await alice.pdf(report["id"])
    facts = await offline(cast, first)
    assert (facts.level, facts.stamped_at) == ("B-B", None)
    assert (await by_file(cast, first))["time_stamp"] == "pending"

    # Still down: asked in vain, and still pending.
    await raise_now(installation, cast, report["id"])
    assert (await standing(alice, report["id"]))["time_stamp"] == "pending"
    assert await waiting(installation, report["id"]) == 1

    await outage.end()
    await raise_now(installation, cast, report["id"])
    assert (await standing(alice, report["id"]))["time_stamp"] == "stamped"
    assert await waiting(installation, report["id"]) == 0
    raised = await alice.pdf(report["id"])
    assert raised.startswith(first)
    assert (await offline(cast, raised)).level == "B-B with document time-stamp"

    # Both are known, and each is told for what it is.
    later, earlier = await by_file(cast, raised), await by_file(cast, first)
    assert (later["status"], later["time_stamp"]) == ("valid", "stamped")
    assert (earlier["status"], earlier["time_stamp"]) == ("valid", "none")
    assert "可重新下载" in earlier["time_stamp_text"]
    assert later["number"] == earlier["number"] == report["number"]
    assert (await offline(cast, first)).level == "B-B"


async def test_both_hashes_are_kept_and_the_raising_is_audited(
    alice: Person, cast: Cast, installation: Installation, outage: Outage
) -> None:
    await outage.begin("timestamps", kind="error")
    report = await alice.report()
    first = await alice.pdf(report["id"])
    await outage.end()
    await raise_now(installation, cast, report["id"])
    row = await installation.database["credit_reports"].find_one({"_id": report["id"]})
    raised = sha256_hex(await alice.pdf(report["id"]))
    assert row is not None
    assert (row["issue"]["file_sha256"], row["issue"]["raised_sha256"]) == (
        sha256_hex(first),
        raised,
    )
    event = await installation.database["audit_events"].find_one(
        {"object_id": report["id"], "action": "credit_report.raised"}
    )
    assert event is not None
    assert event["facts"] == {"file": raised}


async def test_a_paper_taken_back_meanwhile_stays_so_when_it_is_raised(
    alice: Person, cast: Cast, installation: Installation, outage: Outage
) -> None:
    await outage.begin("timestamps", kind="error")
    report = await alice.report()
    first = await alice.pdf(report["id"])
    path = f"/v1/credit-reports/{report['id']}"
    tag = (await alice.get(path)).headers["ETag"]
    await alice.send(
        "PUT", f"{path}/revocation", json={"reason": "不再需要"}, headers={"If-Match": tag}
    )
    await outage.end()
    await raise_now(installation, cast, report["id"])
    after = await standing(alice, report["id"])
    assert (after["state"], after["time_stamp"]) == ("revoked", "stamped")
    assert (await by_file(cast, first))["status"] == "revoked"


async def test_a_report_of_before_time_stamps_is_read_and_has_none(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    report = await alice.report()
    pdf = await alice.pdf(report["id"])
    await installation.database["credit_reports"].update_one(
        {"_id": report["id"]}, {"$unset": {"issue.time_stamp": ""}}
    )
    assert (await standing(alice, report["id"]))["time_stamp"] == "none"
    assert (await by_file(cast, pdf))["time_stamp"] == "none"
