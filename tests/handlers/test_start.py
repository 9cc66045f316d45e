"""What is known before sign-in, and services that an operator closes."""

import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.services import MongoServices
from domain.errors import Invalid
from domain.services import FRESH, SENTENCE_MOST, SERVICES, Services
from domain.transactions import Act
from handlers.endpoint import Audience
from handlers.routes import ROUTES
from server.draw import SystemDraw
from server.wiring import Installation
from tests.access.recipes import RECIPES
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.problems import check_problem

SENTENCE = "系统升级，预计 18:00 恢复。"
MOST_BYTES = 8 * 1024
GUARDED = {
    f"{method} {route.path}": declared.service
    for route in ROUTES
    for method, declared in route.endpoints().items()
    if declared.service and declared.audience is Audience.PERSON
}


class Operator:
    """Another process over the same database: what it changes, this server sees in time."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        self._house = installation.house
        self._clock = clock
        self._services = Services(MongoServices(installation.database))

    def act(self) -> Act:
        commit = self._house.transactions.plain()
        return Act(
            at=self._clock(), actor="operator", trace_id="t", draw=SystemDraw(), commit=commit
        )

    async def close(self, code: str, sentence: str = SENTENCE) -> None:
        await self._services.close(self.act(), code=code, sentence=sentence)
        self._clock.ahead += FRESH

    async def open(self, code: str) -> None:
        await self._services.open(self.act(), code=code)
        self._clock.ahead += FRESH


@pytest.fixture
def operator(io_loop: IOLoop, installation: Installation, clock: Clock) -> Iterator[Operator]:
    operator = Operator(installation, clock)
    yield operator

    async def open_all() -> None:
        for code in SERVICES:
            await operator.open(code)

    io_loop.run_sync(open_all)


async def start(cast: Cast) -> dict[str, Any]:
    answer = await cast.client.get("/v1/start")
    body: dict[str, Any] = answer.raise_for_status().json()
    return body


async def test_the_start_tells_everything_that_is_known_before_sign_in(cast: Cast) -> None:
    told = await start(cast)
    assert {one["code"]: one["open"] for one in told["services"]} == dict.fromkeys(SERVICES, True)
    assert [one["sentence"] for one in told["services"]] == [""] * len(SERVICES)
    assert told["office"]["telephone"] == "020-00000000"
    assert "越秀" in told["office"]["address"]
    assert "工作日" in told["office"]["hours"]
    assert (told["min_client_version"], told["banner"], told["sample"]) == ("1.0.0", "", True)
    texts = (await cast.client.get("/v1/agreements")).json()["items"]
    assert told["agreements"] == [
        {name: text[name] for name in ("name", "title", "version", "text_hash")} for text in texts
    ]


async def test_who_knows_the_start_is_answered_304_until_it_changes(
    cast: Cast, operator: Operator
) -> None:
    first = await cast.client.get("/v1/start")
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await cast.client.get("/v1/start", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
    for unknown in ('"other"', "", tag.strip('"'), '"', ", ,"):
        again = await cast.client.get("/v1/start", headers={"If-None-Match": unknown})
        assert (again.status_code, again.content) == (200, first.content)
    await operator.close("shares")
    changed = await cast.client.get("/v1/start", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


async def test_with_every_service_closed_by_the_longest_sentence_it_stays_within_8_kb(
    cast: Cast, operator: Operator
) -> None:
    for code in SERVICES:
        await operator.close(code, "𠮷" * SENTENCE_MOST)
    answer = await cast.client.get("/v1/start")
    assert [one["open"] for one in answer.json()["services"]] == [False] * len(SERVICES)
    # What a district may write longer than the sample does: office, banner, agreements.
    room = len(("𠮷" * (60 + 60 + 100)).encode()) + 8 * 250
    assert len(answer.content) + room <= MOST_BYTES


@pytest.mark.parametrize("cell", GUARDED)
async def test_a_closed_service_answers_its_sentence_and_changes_nothing(
    cell: str, alice: Person, operator: Operator, stored: Callable[[], Awaitable[dict[str, int]]]
) -> None:
    request = await RECIPES[cell](alice)
    method = cell.split(maxsplit=1)[0]
    await operator.close(str(GUARDED[cell]))
    before = await stored()
    key = str(uuid.uuid4())
    asked: dict[str, Any] = {"headers": request.headers}
    asked |= {"files": request.files} if request.files else {"json": request.body}
    answer = await alice.send(method, request.path, key=key, **asked)
    problem = check_problem(answer, 503, "service_closed")
    assert (problem.title, problem.detail) == ("服务暂停办理", SENTENCE)
    assert await stored() == before
    await operator.open(str(GUARDED[cell]))
    answer = await alice.send(method, request.path, key=key, **asked)
    assert answer.is_success, answer.text


async def test_while_a_service_is_closed_reading_and_the_others_go_on(
    alice: Person, operator: Operator
) -> None:
    report = await alice.report()
    await operator.close("credit-report")
    for path in ("/v1/credit-reports", f"/v1/credit-reports/{report['id']}"):
        assert (await alice.get(path)).status_code == 200
    assert (await alice.get(f"/v1/credit-reports/{report['id']}/content")).status_code == 200
    answer = await alice.post("/v1/subjects", {"uscc": alice.persona["enterprise"]["uscc"]})
    assert answer.status_code in {201, 409}, answer.text


async def test_a_closed_service_asks_a_visitor_to_sign_in_first(
    cast: Cast, operator: Operator
) -> None:
    await operator.close("subjects")
    answer = await cast.client.post("/v1/subjects", json={"uscc": "91350100M000100Y43"})
    check_problem(answer, 401, "sign_in_again")


async def test_another_process_sees_a_change_within_ten_seconds(
    cast: Cast, installation: Installation, clock: Clock, operator: Operator
) -> None:
    await start(cast)
    await operator._services.close(operator.act(), code="shares", sentence=SENTENCE)
    clock.ahead += timedelta(seconds=10)
    closed = [one["code"] for one in (await start(cast))["services"] if not one["open"]]
    assert closed == ["shares"]
    house = installation.house
    assert [one.code for one in await house.services.all(house.clock()) if not one.open] == closed


async def test_closing_and_opening_are_audited_as_the_operators(
    installation: Installation, operator: Operator
) -> None:
    events = installation.database["audit_events"]
    before = await events.count_documents({"actor": "operator"})
    await operator.open("objections")
    assert await events.count_documents({"actor": "operator"}) == before
    await operator.close("objections")
    await operator.close("objections", "另一句话。")
    await operator.open("objections")
    rows = events.find({"actor": "operator", "object_id": "objections"}).sort("_id", -1)
    told = [row["action"] for row in await rows.to_list(3)]
    assert told == ["service.opened", "service.closed", "service.closed"]


@pytest.mark.parametrize(
    ("code", "sentence", "pointer"),
    [
        ("lottery", SENTENCE, "/code"),
        ("shares", "", "/sentence"),
        ("shares", "  ", "/sentence"),
        ("shares", "字" * (SENTENCE_MOST + 1), "/sentence"),
        ("shares", "一行\n两行", "/sentence"),
        ("shares", "倒\u202e写", "/sentence"),
    ],
)
async def test_what_cannot_be_shown_closes_nothing(
    operator: Operator,
    stored: Callable[[], Awaitable[dict[str, int]]],
    code: str,
    sentence: str,
    pointer: str,
) -> None:
    before = await stored()
    with pytest.raises(Invalid) as refused:
        await operator.close(code, sentence)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert await stored() == before
