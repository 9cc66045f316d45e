"""The workers: an outage loses no request, a killed worker's work is done, once."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.jobs import MongoJobs
from adapters.mongo.outbox import Claimed, Outbox
from domain.credit_reports.service import FETCH
from domain.transactions import Act, Message, Unit
from server import jobs
from server.draw import SystemDraw, now
from server.jobs_command import run_again
from server.operate import OPERATOR
from server.wiring import Installation
from tests.cast import Cast, Person, new_uscc
from tests.conftest import Clock
from tests.outage import Outage

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Bench:
    """The workers' bench: what they do next, and what is left for them."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.database = installation.database
        self.workers = installation.workers

    async def work(self) -> None:
        """Until nothing is due."""
        while await self.workers.work_once():
            pass

    async def message(self, report: dict[str, Any]) -> dict[str, Any] | None:
        return await self.database["outbox"].find_one({"object_id": report["id"]})

    async def waits(self, report: dict[str, Any]) -> timedelta:
        """How long until the report's message is due, by the database's clock."""
        pipeline: list[dict[str, Any]] = [
            {"$match": {"object_id": report["id"]}},
            {"$project": {"left": {"$subtract": ["$next_at", "$$NOW"]}}},
        ]
        [row] = await self.database["outbox"].aggregate(pipeline).to_list(None)
        return timedelta(milliseconds=row["left"])

    async def due(self, report: dict[str, Any]) -> None:
        """Let the wait, or a lease, be over."""
        await self.database["outbox"].update_one(
            {"object_id": report["id"]}, {"$set": {"next_at": LONG_AGO}}
        )

    async def fails(self, report: dict[str, Any], times: int) -> None:
        """Work the report's message so often, whatever comes of it."""
        for _ in range(times):
            await self.due(report)
            await self.work()

    async def metrics(self) -> bytes:
        return await self.installation.house.metrics()

    async def again(self, message_id: str) -> None:
        """As the command does it."""
        store, draw = MongoJobs(self.database), SystemDraw()
        found = await store.one(message_id)
        assert found
        commit = self.workers._transactions.plain()
        act = Act(at=now(), actor=OPERATOR, trace_id="trace", draw=draw, commit=commit)
        await run_again(store, act, [found])

    async def claim(self) -> Claimed:
        """What a worker holds that is killed at once."""
        claimed = await Outbox(self.database).claim((FETCH,))
        assert claimed
        return claimed


@pytest.fixture
def bench(io_loop: IOLoop, installation: Installation) -> Iterator[Bench]:
    """Empty: what other tests left is done before and after."""
    bench = Bench(installation)
    io_loop.run_sync(bench.work)
    yield bench
    io_loop.run_sync(bench.work)


async def state(person: Person, report: dict[str, Any]) -> str:
    answer = await person.get(f"/v1/credit-reports/{report['id']}")
    return str(answer.json()["state"])


async def until(person: Person, report: dict[str, Any], wanted: str) -> None:
    async with asyncio.timeout(20):
        while await state(person, report) != wanted:
            pass


async def text(person: Person, report: dict[str, Any]) -> str:
    answer = await person.get(f"/v1/credit-reports/{report['id']}")
    return str(answer.json()["state_text"])


async def test_a_report_is_fetching_while_the_platform_is_asked(
    alice: Person, bench: Bench, outage: Outage
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind="slow", seconds=0.3)
    work = asyncio.ensure_future(bench.work())
    seen = set()
    while not work.done():
        seen.add(await state(alice, report))
    assert "fetching" in seen
    assert await state(alice, report) == "ready"
    assert await bench.message(report) is None


@pytest.mark.parametrize("kind", ["error", "malformed"])
async def test_an_outage_delays_a_report_and_loses_nothing(
    alice: Person, bench: Bench, outage: Outage, kind: str
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind=kind)
    await bench.work()
    assert await state(alice, report) == "delayed"
    assert "自动重试" in await text(alice, report)
    assert (await alice.request())["id"] == report["id"]
    await outage.end()
    await bench.due(report)
    await bench.work()
    assert await state(alice, report) == "ready"
    assert (await alice.content(report["id"]))["number"] == report["number"]


async def test_an_outage_is_asked_after_ever_more_rarely(
    alice: Person, bench: Bench, outage: Outage
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind="error")
    waits = []
    for attempt in (0, 1, 2, 10, 500):
        await bench.database["outbox"].update_one(
            {"object_id": report["id"]}, {"$set": {"attempts": attempt, "next_at": LONG_AGO}}
        )
        await bench.work()
        waits.append((await bench.waits(report)).total_seconds())
    assert waits == pytest.approx([5, 10, 20, 600, 600], abs=3)


async def test_after_three_days_without_an_answer_a_report_fails_in_words(
    alice: Person, bench: Bench, outage: Outage, clock: Clock
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind="error")
    clock.ahead = timedelta(days=2, hours=23)
    await bench.work()
    await alice.sign_in()
    assert await state(alice, report) == "delayed"
    clock.ahead = timedelta(days=3, minutes=1)
    await bench.due(report)
    await bench.work()
    await alice.sign_in()
    assert await state(alice, report) == "failed"
    assert await text(alice, report) == (
        "未能出具：市公共信用信息平台连续三天没有响应，请重新申请。"
    )
    assert await bench.message(report) is None


async def test_an_enterprise_the_platform_does_not_know_fails_in_words_and_for_good(
    alice: Person, bench: Bench
) -> None:
    report = await alice.request()
    forgotten = {"$set": {"uscc": new_uscc()}}
    await bench.database["credit_reports"].update_one({"_id": report["id"]}, forgotten)
    await bench.work()
    assert await state(alice, report) == "failed"
    assert "没有该主体的信息" in await text(alice, report)
    assert await bench.message(report) is None
    again = await alice.request()
    assert again["id"] != report["id"]


async def test_an_enterprise_struck_off_since_it_was_bound_has_a_report_that_says_so(
    cast: Cast, bench: Bench
) -> None:
    sections = {"registration": [{"status": "注销", "labels": ["注销"]}]}
    person = await cast.owner(sections=sections)
    report = await person.request()
    await bench.work()
    assert (await person.content(report["id"]))["labels"] == ["注销"]


async def test_the_work_of_a_killed_worker_is_taken_over_and_done_once(
    alice: Person, bench: Bench
) -> None:
    report = await alice.request()
    await bench.claim()
    await bench.work()
    assert await state(alice, report) == "queued"
    await bench.due(report)
    await bench.work()
    assert await state(alice, report) == "ready"
    papers = bench.database["credit_report_papers"]
    assert await papers.count_documents({"_id": report["id"]}) == 1


async def test_a_worker_killed_in_the_middle_leaves_a_report_that_can_be_finished(
    alice: Person, bench: Bench, outage: Outage
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind="timeout")
    work = asyncio.ensure_future(bench.work())
    await until(alice, report, "fetching")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await outage.end()
    await bench.due(report)
    await bench.work()
    assert await state(alice, report) == "ready"


async def test_a_worker_that_wakes_up_late_changes_nothing(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It made a paper too; only the one of who holds the message is issued."""
    report = await alice.request()
    maker = bench.installation.maker
    make, made = maker.make, []

    async def slowly(**given: Any) -> Any:
        paper = await make(**given)
        made.append(paper)
        if len(made) == 1:
            await bench.due(report)
            await bench.work()
        return paper

    monkeypatch.setattr(maker, "make", slowly)
    await bench.work()
    assert len(made) == 2
    row = await bench.database["credit_reports"].find_one({"_id": report["id"]})
    assert row
    assert row["issue"]["file_sha256"] == made[1].sha256 != made[0].sha256
    assert await alice.pdf(report["id"]) == made[1].pdf
    events = bench.database["audit_events"]
    issued = {"object_id": report["id"], "action": "credit_report.issued"}
    assert await events.count_documents(issued) == 1


async def test_two_workers_make_two_reports_not_one_twice(alice: Person, bench: Bench) -> None:
    reports = [await alice.request(purpose) for purpose in ("electricity", "bank-loan")]
    worked = await asyncio.gather(*(bench.workers.work_once() for _ in range(4)))
    assert sorted(worked) == [False, False, True, True]
    assert [await state(alice, report) for report in reports] == ["ready", "ready"]


async def test_a_fault_of_our_own_is_tried_again_later(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await alice.request()

    async def broken(**_: object) -> None:
        raise RuntimeError("no paper left")

    with monkeypatch.context() as patch:
        patch.setattr(bench.installation.maker, "make", broken)
        await bench.work()
    assert await state(alice, report) == "fetching"
    assert timedelta(seconds=20) < await bench.waits(report) <= timedelta(seconds=30)
    await bench.due(report)
    await bench.work()
    assert await state(alice, report) == "ready"


async def test_running_workers_are_woken_by_a_request(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: they would look by themselves only every hour in this test."""
    monkeypatch.setattr("server.jobs.IDLE", timedelta(hours=1))
    bench.workers.start()
    try:
        report = await alice.request()
        await until(alice, report, "ready")
    finally:
        await bench.workers.stop()


async def test_long_work_keeps_its_message_by_renewing_the_lease(
    alice: Person, bench: Bench, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "RENEW", timedelta(milliseconds=50))
    report = await alice.request()
    await outage.begin("platform", kind="slow", seconds=1)
    work = asyncio.ensure_future(bench.work())
    await until(alice, report, "fetching")
    await bench.due(report)
    async with asyncio.timeout(5):
        while await bench.waits(report) < timedelta():
            pass
    assert await Outbox(bench.database).claim((FETCH,)) is None
    await outage.end()
    await work
    assert await state(alice, report) == "ready"


@pytest.mark.parametrize("ended", ["consent", "subject"])
@pytest.mark.parametrize("when", ["queued", "fetching"])
async def test_a_right_that_ends_stops_a_report_in_the_making(
    ended: str, when: str, alice: Person, bench: Bench, outage: Outage
) -> None:
    consent = await alice.consent("credit-report", alice.subject_id)
    path = f"/v1/consents/{consent}" if ended == "consent" else f"/v1/subjects/{alice.subject_id}"
    report = await alice.request()
    if when == "fetching":
        await outage.begin("platform", kind="slow", seconds=0.5)
        work = asyncio.ensure_future(bench.work())
        await until(alice, report, "fetching")
    assert (await alice.send("DELETE", path)).status_code == 204
    if when == "fetching":
        await work
    else:
        await bench.work()
    kept = await bench.database["credit_reports"].find_one({"_id": report["id"]})
    assert kept
    assert kept["state"] == "failed"
    assert "授权已撤回" in kept["reason"]
    snapshots = bench.database["credit_report_snapshots"]
    assert await snapshots.count_documents({"_id": report["id"]}) == 0


async def test_what_fails_too_often_is_put_aside_told_and_done_when_it_is_run_again(
    alice: Person, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await alice.request()

    async def broken(**_: object) -> None:
        raise RuntimeError("no paper left for 林晓芸")

    with monkeypatch.context() as patch:
        patch.setattr(bench.installation.maker, "make", broken)
        await bench.fails(report, jobs.MOST_FAILURES - 1)
        message = await bench.message(report)
        assert message
        assert (message["failures"], message["error"]) == (jobs.MOST_FAILURES - 1, "RuntimeError")
        assert await bench.waits(report) > timedelta(minutes=9)
        assert "stuck_at" not in message
        await bench.fails(report, 1)
    message = await bench.message(report)
    assert message
    assert message["stuck_at"]
    assert await bench.workers.work_once() is False
    readiness = await bench.installation.house.readiness(now())
    assert readiness.ready
    assert [line for line in readiness.warnings if "jobs list --stuck" in line]
    assert b'credit_jobs_stuck{topic="%s"} 1.0' % FETCH.encode() in await bench.metrics()
    await bench.again(message["_id"])
    await bench.work()
    assert await state(alice, report) == "ready"
    again = {"object_id": message["_id"], "action": "job.again", "actor": "operator"}
    assert await bench.database["audit_events"].count_documents(again) == 1


async def test_work_that_ends_its_process_every_time_is_put_aside_too(
    alice: Person, bench: Bench
) -> None:
    report = await alice.request()
    for _ in range(jobs.MOST_FAILURES):
        await bench.due(report)
        await bench.claim()
    await bench.due(report)
    await bench.work()
    message = await bench.message(report)
    assert message
    assert message["stuck_at"]
    assert message["error"] == "WorkerLost"
    await bench.again(message["_id"])
    await bench.work()
    assert await state(alice, report) == "ready"


async def test_an_outage_is_no_fault_however_long(
    alice: Person, bench: Bench, outage: Outage
) -> None:
    report = await alice.request()
    await outage.begin("platform", kind="error")
    await bench.fails(report, jobs.MOST_FAILURES + 5)
    message = await bench.message(report)
    assert message
    assert "stuck_at" not in message
    await outage.end()
    await bench.fails(report, 1)
    assert await state(alice, report) == "ready"


async def test_what_is_overdue_is_told_while_it_is_and_not_after(
    alice: Person, bench: Bench
) -> None:
    async def told() -> list[str]:
        readiness = await bench.installation.house.readiness(now())
        return [line for line in readiness.warnings if "minutes behind" in line]

    report = await alice.request()
    assert await told() == []
    late = {"$set": {"next_at": now() - timedelta(minutes=11)}}
    await bench.database["outbox"].update_one({"object_id": report["id"]}, late)
    [line] = await told()
    assert "11 minutes behind, 1 due" in line
    metrics = (await bench.metrics()).decode()
    topic = f'{{topic="{FETCH}"}}'
    assert f"credit_jobs_overdue{topic} 1.0" in metrics
    overdue = float(metrics.split(f"credit_jobs_overdue_seconds{topic} ")[1].split()[0])
    assert 660 <= overdue < 690
    await bench.work()
    assert await told() == []
    assert f"credit_jobs_overdue{topic} 1.0" not in (await bench.metrics()).decode()


async def test_a_topic_that_is_slow_keeps_no_other_waiting(alice: Person, bench: Bench) -> None:
    """Ten messages that never end come first; a report passes them all."""
    started = asyncio.Event()

    async def never(_: Act, __: Claimed) -> None:
        started.set()
        await asyncio.Event().wait()

    async def work(unit: Unit) -> None:
        for _ in range(10):
            message = Message(id=uuid.uuid4().hex, topic="slow", object_id="x", trace_id="t")
            await unit.send(message)

    transactions = bench.workers._transactions
    await transactions.plain()(work)
    workers = jobs.Workers(
        outbox=Outbox(bench.database),
        transactions=transactions,
        topics={"slow": never, **bench.workers._topics},
        clock=now,
        draw=SystemDraw(),
        count=1,
    )
    workers.start()
    try:
        await started.wait()
        report = await alice.request()
        await until(alice, report, "ready")
        held = {"topic": "slow", "held_at": {"$exists": True}}
        assert await bench.database["outbox"].count_documents(held) == 1
    finally:
        await workers.stop()
        await bench.database["outbox"].delete_many({"topic": "slow"})


@pytest.mark.parametrize(("longest", "worked"), [(None, False), (timedelta(hours=1), True)])
async def test_a_topic_may_take_longer_than_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, longest: timedelta | None, worked: bool
) -> None:
    monkeypatch.setattr(jobs, "LONGEST", timedelta(milliseconds=50))

    async def long(_: Act, __: Claimed) -> None:
        await asyncio.sleep(0.2)

    async def work(unit: Unit) -> None:
        await unit.send(Message(id=message_id, topic="long", object_id="x", trace_id="t"))

    message_id = uuid.uuid4().hex
    transactions = bench.workers._transactions
    await transactions.plain()(work)
    workers = jobs.Workers(
        outbox=Outbox(bench.database),
        transactions=transactions,
        topics={"long": long},
        clock=now,
        draw=SystemDraw(),
        count=1,
        longest={"long": longest} if longest else None,
    )
    assert await workers.work_once()
    left = await bench.database["outbox"].find_one({"_id": message_id})
    assert (left is None) is worked
    assert worked or (left and left["error"] == "TimeoutError")
    await bench.database["outbox"].delete_one({"_id": message_id})
