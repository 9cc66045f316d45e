"""What is under way when a person leaves or takes a consent back: one order, recorded, whole."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.erasure.ways import Ways
from domain.pushes import AccountCancelled
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.erasing import due, erase, found, heard
from tests.outage import Outage
from tests.server.test_jobs import Bench, state, until

ENDED = "授权已撤回或企业已解除绑定"


@pytest.fixture
def bench(io_loop: IOLoop, installation: Installation) -> Iterator[Bench]:
    """Empty: what other tests left is done before and after."""
    bench = Bench(installation)
    io_loop.run_sync(bench.work)
    yield bench
    io_loop.run_sync(bench.work)


async def events(bench: Bench, object_id: str) -> list[str]:
    """What the audit log says happened to something, in order."""
    rows = bench.database["audit_events"].find({"object_id": object_id}).sort("_id", 1)
    return [row["action"] async for row in rows]


def between_fetch_and_issue(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[object]]
) -> None:
    """Something happens when the paper is made and not issued yet."""
    make = bench.installation.maker.make

    async def meanwhile(**given: Any) -> Any:
        paper = await make(**given)
        await happens()
        return paper

    monkeypatch.setattr(bench.installation.maker, "make", meanwhile)


async def nothing_of(bench: Bench, report: dict[str, Any]) -> bool:
    """Whether neither snapshot nor paper was written."""
    names = ("credit_report_snapshots", "credit_report_papers")
    return not any([await bench.database[name].find_one({"_id": report["id"]}) for name in names])


async def test_an_erasure_between_fetch_and_issue_wins(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await alice.request()
    person_id = await alice.own_subject()
    between_fetch_and_issue(bench, monkeypatch, lambda: erase(alice))
    await bench.workers.work_once()
    kept = await bench.database["credit_reports"].find_one({"_id": report["id"]})
    assert kept
    assert kept["state"] == "failed"
    assert "注销" in kept["reason"]
    assert await nothing_of(bench, report)
    told = await events(bench, report["id"])
    assert told == [
        "credit_report.requested",
        "credit_report.fetching",
        "credit_report.failed",
    ]
    assert "erasure.begun" in await events(bench, person_id)
    await bench.work()
    assert await bench.database["credit_reports"].find_one({"_id": report["id"]}) is None
    assert await bench.message(report) is None


async def test_an_erasure_while_the_platform_is_asked_wins(
    alice: Person, bench: Bench, outage: Outage
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind="slow", seconds=0.5)
    work = asyncio.ensure_future(bench.workers.work_once())
    await until(alice, report, "fetching")
    await erase(alice)
    await work
    assert (await events(bench, report["id"]))[-1] == "credit_report.failed"
    assert await nothing_of(bench, report)


async def test_a_report_issued_before_the_erasure_is_a_paper_that_verifies(
    alice: Person, cast: Cast, bench: Bench
) -> None:
    report = await alice.report()
    pdf = await alice.pdf(report["id"])
    await erase(alice)
    await bench.work()
    answer = await cast.client.post("/v1/verification/files", files={"file": pdf})
    assert answer.json()["status"] == "valid"


async def test_a_consent_withdrawn_between_fetch_and_issue_refuses_the_report(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = await alice.consent("credit-report", alice.subject_id)
    report = await alice.request()

    async def withdraw() -> None:
        assert (await alice.send("DELETE", f"/v1/consents/{consent}")).status_code == 204

    between_fetch_and_issue(bench, monkeypatch, withdraw)
    await bench.work()
    assert await state(alice, report) == "failed"
    assert await nothing_of(bench, report)
    assert "consent.withdrawn" in await events(bench, consent)
    assert (await events(bench, report["id"]))[-1] == "credit_report.failed"


async def test_a_withdrawal_and_an_issue_of_one_moment_come_one_after_the_other(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever commits first: issued and then withdrawn, or withdrawn and refused."""
    consent = await alice.consent("credit-report", alice.subject_id)
    report = await alice.request()
    sent: list[asyncio.Task[Any]] = []

    async def withdraw() -> None:
        path = f"/v1/consents/{consent}"
        sent.append(asyncio.ensure_future(alice.send("DELETE", path)))

    between_fetch_and_issue(bench, monkeypatch, withdraw)
    await bench.work()
    assert (await sent[0]).status_code == 204
    became = await state(alice, report)
    assert became in {"ready", "failed"}
    assert await nothing_of(bench, report) == (became == "failed")
    answer = await alice.get(f"/v1/credit-reports/{report['id']}/content")
    assert answer.status_code in {403, 409}


async def test_a_killed_sweep_is_taken_over_and_done_once(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies after some steps have committed; the next begins anew and finds the rest."""
    await alice.report()
    person_id = await alice.own_subject()
    number = await erase(alice)
    steps = 0
    keep = Ways.keep

    async def dies(self: Ways, *given: Any, **named: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == 2:
            raise asyncio.CancelledError
        return await keep(self, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Ways, "keep", dies)
        while steps < 2:
            # Other messages of the erasure are due as well.
            [worked] = await asyncio.gather(bench.workers.work_once(), return_exceptions=True)
            assert worked is not False, "nothing was left to be done"
    assert steps == 2
    await due(bench.installation)
    await bench.work()
    await due(bench.installation)
    await bench.work()
    erasure = await bench.database["erasures"].find_one({"number": number})
    assert erasure
    assert (erasure["state"], "leaver" in erasure) == ("done", False)
    assert await bench.database["people"].find_one({"_id": person_id}) is None
    swept = {"object_id": erasure["_id"], "action": {"$in": ["erasure.swept", "erasure.done"]}}
    assert await bench.database["audit_events"].count_documents(swept) > 1
    held = await bench.database["legal_hold"].find({"kept_at": erasure["requested_at"]}).to_list(99)
    assert len({row["_id"] for row in held}) == len(held) > 0


async def test_what_a_request_of_before_writes_after_the_first_sweep_goes_with_the_second(
    alice: Person, bench: Bench
) -> None:
    person_id = await alice.own_subject()
    consent = await bench.database["consents"].find_one({"person_id": person_id})
    assert consent
    await erase(alice)
    await bench.work()
    late = {**consent, "_id": f"late-{consent['_id']}"}
    await bench.database["consents"].insert_one(late)
    await due(bench.installation)
    await bench.work()
    places = await found(bench.database, person_id)
    assert set(places) <= {
        "credit_yuexiu.legal_hold",
        "credit_yuexiu.audit_events",
        "local.oplog.rs",
    }


async def test_two_erasures_at_once_are_one(
    alice: Person, bench: Bench, installation: Installation
) -> None:
    """The person asks while WeChat tells that the account was closed."""
    await alice.sign_in()
    hear = installation.erasure.hears[AccountCancelled]
    told = AccountCancelled(openid=alice.persona["openid"])
    person_id = await alice.own_subject()
    answer, _ = await asyncio.gather(
        alice.post("/v1/me/erasure", {"confirm": "注销"}),
        hear(heard(installation), told),
    )
    assert answer.status_code in {202, 401, 404}
    assert (await events(bench, person_id)).count("erasure.begun") == 1
