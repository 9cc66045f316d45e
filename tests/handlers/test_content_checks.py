"""What people write and show is checked by WeChat: the reason of an objection, and images."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.mongo.content_checks import MongoContentChecks
from adapters.mongo.identity import MongoAccounts
from adapters.mongo.transactions import MongoTransactions
from domain.content_checks import CHECK, Check, ContentChecks, Judged, Scene, Unseen, Verdict
from domain.errors import TooMany, Unavailable
from domain.pushes import MediaChecked, Suggestion
from domain.transactions import Act, Again, Unit
from server.draw import SystemDraw
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.handlers.test_objections import SECTIONS, first_record
from tests.outage import Outage
from tests.problems import check_problem

REASON = "当事人并非本企业，处罚决定书送达有误。"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
URL = "https://credit.example/images/secret"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OUTAGE = Unavailable(system="wechat")


# -- the reason of an objection ------------------------------------------------------------


async def objecting(cast: Cast, reason: str, outage: Callable[[], Awaitable[None]]) -> Any:
    """An owner objects; ``outage`` begins just before."""
    owner = await cast.owner(sections=SECTIONS)
    report = await owner.report()
    record_id = await first_record(owner, report)
    await outage()
    body = {"record_id": record_id, "reason": reason}
    return owner, await owner.post(f"/v1/credit-reports/{report['id']}/objections", body)


async def nothing() -> None:
    return


async def check_of(installation: Installation, object_id: str) -> dict[str, Any]:
    found = await installation.database["content_checks"].find_one({"object_id": object_id})
    assert found
    return found


async def due(cast: Cast, installation: Installation, object_id: str) -> None:
    """Let every wait for a thing be over, and work."""
    outbox = installation.database["outbox"]
    await outbox.update_many({"object_id": object_id}, {"$set": {"next_at": LONG_AGO}})
    await cast.work()


async def test_a_risky_reason_is_refused_by_name_and_nothing_is_kept_of_it(
    cast: Cast, installation: Installation
) -> None:
    before = await installation.database["objections"].count_documents({})
    _, answer = await objecting(cast, f"{REASON}【违规】", nothing)
    problem = check_problem(answer, 422, "invalid")
    (fault,) = problem.errors
    assert fault.pointer == "/reason"
    assert "异议理由含有微信平台不允许发布的内容" in fault.detail
    assert await installation.database["objections"].count_documents({}) == before


@pytest.mark.parametrize(("marker", "verdict"), [("", "pass"), ("【复核】", "review")])
async def test_a_reason_that_passed_or_waits_for_a_human_goes_to_the_platform(
    cast: Cast, installation: Installation, marker: str, verdict: str
) -> None:
    owner, answer = await objecting(cast, REASON + marker, nothing)
    objection = answer.raise_for_status().json()
    check = await check_of(installation, objection["id"])
    assert check["verdict"] == verdict
    assert check.get("content") == (None if verdict == "pass" else REASON + marker)
    await due(cast, installation, objection["id"])
    assert (await owner.get(f"/v1/objections/{objection['id']}")).json()["state"] == "passed"


@pytest.mark.parametrize(("marker", "verdict"), [("", "pass"), ("【违规】", "risky")])
async def test_in_an_outage_the_objection_is_taken_waits_for_its_check_and_goes_on_whatever_it_says(
    cast: Cast, installation: Installation, outage: Outage, marker: str, verdict: str
) -> None:
    owner, answer = await objecting(
        cast, REASON + marker, lambda: outage.begin("wechat", kind="error")
    )
    assert answer.status_code == 201, answer.text
    objection = answer.json()
    check = await check_of(installation, objection["id"])
    assert check["verdict"] == "pending"
    await due(cast, installation, objection["id"])
    assert (await owner.get(f"/v1/objections/{objection['id']}")).json()["state"] == "raised"
    await outage.end()
    await due(cast, installation, check["_id"])
    assert (await check_of(installation, objection["id"]))["verdict"] == verdict
    await due(cast, installation, objection["id"])
    assert (await owner.get(f"/v1/objections/{objection['id']}")).json()["state"] == "passed"
    events = installation.database["audit_events"].find({"object_id": objection["id"]})
    assert f"content.{verdict}" in [event["action"] async for event in events]


async def test_an_outage_holds_an_objection_back_ten_minutes_and_no_longer(
    cast: Cast, installation: Installation, outage: Outage, clock: Any
) -> None:
    owner, answer = await objecting(cast, REASON, lambda: outage.begin("wechat", kind="error"))
    objection = answer.json()
    clock.ahead = timedelta(minutes=10, seconds=1)
    await due(cast, installation, objection["id"])
    assert (await owner.get(f"/v1/objections/{objection['id']}")).json()["state"] == "passed"


# -- images and their late results ---------------------------------------------------------


@dataclass
class Safety:
    """WeChat's checks as the test answers them."""

    trace_id: str
    answers: list[Exception | Judged]
    asked: int = 0

    async def text(self, *, text: str, openid: str, scene: int) -> Judged:
        assert text
        assert openid
        assert scene
        return self._next()

    async def image(self, *, media_url: str, openid: str, scene: int) -> str:
        assert (media_url, scene) == (URL, 2)
        assert openid
        self._next()
        return self.trace_id

    def _next(self) -> Judged:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else Judged(verdict=Verdict.PASS)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Images:
    """The images that are checked: always at one address, while the test leaves them there."""

    def __init__(self) -> None:
        self.here = True
        self.told: list[tuple[str, Judged]] = []

    async def address(self, act: Act, *, object_id: str) -> str | None:
        assert act
        assert object_id
        return URL if self.here else None

    async def decided(self, unit: Unit, act: Act, *, object_id: str, judged: Judged) -> None:
        assert unit
        assert act
        self.told.append((object_id, judged))


class Desk:
    """Checks of one thing over the real database, at a time that the test sets."""

    def __init__(self, installation: Installation, person_id: str) -> None:
        self.safety = Safety(trace_id=f"trace-{uuid.uuid4().hex[:12]}", answers=[])
        self.images = Images()
        self.store = MongoContentChecks(installation.database)
        self.checks = ContentChecks(
            store=self.store,
            safety=self.safety,
            openid_of=MongoAccounts(installation.database).openid_of,
            images=self.images,
        )
        self.object_id = SystemDraw().id()
        self.person_id = person_id
        self.now = NOW
        self._database = installation.database
        self._commit = MongoTransactions(installation.database, hmac_key=b"k" * 32).plain()

    def act(self) -> Act:
        return Act(
            at=self.now,
            actor=self.person_id,
            trace_id="t",
            draw=SystemDraw(),
            commit=self._commit,
        )

    async def begin(self, kind: str = "image") -> None:
        act = self.act()
        given: dict[str, Any] = {"object_id": self.object_id, "scene": Scene.COMMENT}
        if kind == "image":
            given["person_id"] = self.person_id
            await act.commit(lambda unit: self.checks.image(unit, act, **given))
        else:
            pending = Judged(verdict=Verdict.PENDING)
            await act.commit(
                lambda unit: self.checks.keep(unit, act, text="文字", judged=pending, **given)
            )
        # The server's own workers are left out of it.
        check = await self.check()
        await self._database["outbox"].delete_many({"object_id": check.id, "topic": CHECK})

    async def check(self) -> Check:
        check = await self.store.of(self.object_id)
        assert check
        return check

    async def work(self, attempt: int = 0) -> Again | None:
        check = await self.check()
        return await self.checks.work(self.act(), check_id=check.id, attempt=attempt)

    async def hear(self, suggestion: Suggestion | None = "pass") -> None:
        told = MediaChecked(trace_id=self.safety.trace_id, suggestion=suggestion)
        assert await self.checks.hear(self.act(), told) is None

    async def verdict(self) -> tuple[str, str]:
        check = await self.check()
        return check.verdict.value, check.reason


@pytest.fixture
def desk(io_loop: Any, installation: Installation, newcomer: Person) -> Desk:
    async def make() -> Desk:
        account = await installation.database["wechat_accounts"].find_one(
            {
                "openid": await installation.database.cipher.equal(
                    "account", newcomer.persona["openid"]
                )
            }
        )
        assert account
        return Desk(installation, account["person_id"])

    made: Desk = io_loop.run_sync(make)
    return made


@pytest.mark.parametrize("suggestion", ["pass", "review", "risky"])
async def test_the_result_of_an_image_comes_by_a_push(desk: Desk, suggestion: Suggestion) -> None:
    await desk.begin()
    assert await desk.work() == Again(after=timedelta(minutes=30))
    assert await desk.verdict() == ("pending", "")
    await desk.hear(suggestion)
    assert (await desk.verdict())[0] == suggestion
    assert await desk.work() is None
    assert desk.safety.asked == 1


@pytest.mark.parametrize("suggestion", ["pass", "review", "risky"])
async def test_the_room_of_the_image_is_told_the_verdict_once(
    desk: Desk, suggestion: Suggestion
) -> None:
    await desk.begin()
    await desk.work()
    assert desk.images.told == []
    await desk.hear(suggestion)
    await desk.hear(suggestion)
    assert desk.images.told == [(desk.object_id, Judged(verdict=Verdict(suggestion)))]


async def test_an_image_that_is_gone_is_not_asked_about(desk: Desk) -> None:
    await desk.begin()
    desk.images.here = False
    assert await desk.work() is None
    assert await desk.verdict() == ("review", "image_gone")
    assert desk.safety.asked == 0


async def test_a_result_that_overtakes_the_answer_is_joined(desk: Desk) -> None:
    await desk.begin()
    await desk.hear("risky")
    assert await desk.work() is None
    assert (await desk.verdict())[0] == "risky"


async def test_result_and_answer_in_the_same_moment_meet(desk: Desk) -> None:
    for _ in range(10):
        desk.object_id = SystemDraw().id()
        desk.safety.trace_id = f"trace-{uuid.uuid4().hex[:12]}"
        await desk.begin()
        await asyncio.gather(desk.work(), desk.hear("review"))
        assert (await desk.verdict())[0] == "review"


async def test_a_result_that_comes_twice_counts_once(desk: Desk) -> None:
    await desk.begin()
    await desk.work()
    await desk.hear("pass")
    once = await desk.check()
    await desk.hear("pass")
    await desk.hear("risky")
    assert await desk.check() == once


async def test_a_result_that_never_comes_leads_to_a_human_after_half_an_hour(desk: Desk) -> None:
    await desk.begin()
    await desk.work()
    desk.now += timedelta(minutes=29)
    assert await desk.work() == Again(after=timedelta(minutes=1))
    desk.now += timedelta(minutes=1)
    assert await desk.work() is None
    assert await desk.verdict() == ("review", "no_answer")
    await desk.hear("pass")
    assert await desk.verdict() == ("review", "no_answer")


async def test_an_image_that_wechat_could_not_fetch_leads_to_a_human(desk: Desk) -> None:
    await desk.begin()
    await desk.work()
    await desk.hear(None)
    assert await desk.verdict() == ("review", "not_checked")


@pytest.mark.parametrize("outage", [OUTAGE, TooMany("稍后", retry_after=60)])
@pytest.mark.parametrize("kind", ["text", "image"])
async def test_an_outage_is_pending_never_passed_and_tried_again_ever_more_rarely(
    desk: Desk, kind: str, outage: Exception
) -> None:
    desk.safety.answers = [outage, outage]
    await desk.begin(kind)
    assert await desk.work(0) == Again(after=timedelta(seconds=5))
    assert await desk.work(3) == Again(after=timedelta(seconds=40))
    assert await desk.verdict() == ("pending", "")
    assert await desk.checks.known(desk.object_id) == Judged(verdict=Verdict.PENDING)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(Unseen(), "not_seen"), (Unavailable(system="wechat", permanent=True), "no_answer")],
)
async def test_what_cannot_be_checked_any_more_leads_to_a_human(
    desk: Desk, error: Exception, reason: str
) -> None:
    desk.safety.answers = [error]
    await desk.begin("text")
    assert await desk.work() is None
    assert await desk.verdict() == ("review", reason)


async def test_an_outage_of_a_day_leads_to_a_human(desk: Desk) -> None:
    desk.safety.answers = [OUTAGE]
    await desk.begin("text")
    desk.now += timedelta(days=1)
    assert await desk.work(100) is None
    assert await desk.verdict() == ("review", "no_answer")


async def test_what_passed_is_not_kept_what_is_risky_is_for_the_office(desk: Desk) -> None:
    desk.safety.answers = [Judged(verdict=Verdict.PASS)]
    await desk.begin("text")
    assert (await desk.check()).content == "文字"
    await desk.work()
    assert (await desk.check()).content is None
