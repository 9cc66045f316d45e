"""Evaluation and exit: found from the facts, heard, proposed by one and decided by another."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.outbox import SINCE_EVER, Claimed, Outbox
from domain.butlers.butlers import ButlerState
from domain.butlers.keeping import LEFT
from domain.judging.evaluating import EVALUATE
from domain.judging.judgements import Judgement
from domain.pages import Ask
from domain.staff.roles import Role
from domain.time import SHANGHAI
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.judging import DAY, Resolved, butler_at_work, house_of, press, ticket
from tests.staffing import PAGE, Colleague, act, at_work

NOON = 12


@pytest.fixture
def butler(io_loop: IOLoop, cast: Cast, clock: Clock) -> Iterator[Colleague]:
    at_noon(clock)
    colleague = io_loop.run_sync(lambda: butler_at_work(cast))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def officer(io_loop: IOLoop, cast: Cast, clock: Clock) -> Iterator[Colleague]:
    at_noon(clock)
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast, clock: Clock) -> Iterator[Colleague]:
    at_noon(clock)
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


def at_noon(clock: Clock) -> None:
    """The evaluation of the day is due, whenever this runs: it is past noon in Shanghai."""
    now = clock().astimezone(SHANGHAI)
    if now.hour != NOON:
        at = now.replace(hour=NOON, minute=0)
        clock.ahead += (at if at > now else at + DAY) - now


async def worked(cast: Cast, butler: Colleague, *, in_time: int, late: int, ago: int = 3) -> None:
    """So many resolutions some days ago."""
    opened_at = house_of(cast).clock() - ago * DAY
    for number in range(in_time + late):
        one = Resolved(
            resolver=butler.account.id,
            opened_at=opened_at + number * timedelta(minutes=1),
            in_time=number < in_time,
        )
        await ticket(cast, cycles=[one])


async def evaluated(cast: Cast, installation: Installation, butler: Colleague) -> list[Judgement]:
    """After the evaluation of the day: the butler's judgements, newest first."""
    await Outbox(installation.database).stand(EVALUATE)
    await installation.database["outbox"].update_one(
        {"_id": EVALUATE}, {"$set": {"next_at": SINCE_EVER}}
    )
    await cast.work()
    desk = house_of(cast).judging.judgement_desk
    return list((await desk.of(butler.account.id, ask=Ask())).items)


async def heard(butler: Colleague, judgement: Judgement) -> str:
    """The butler has a word; the page."""
    page = f"/console/judgements/{judgement.id}"
    answer = await press(butler, page, "statement", {"move": "state", "text": "上月代班三栋楼"})
    assert answer.status_code == 303, answer.text
    return page


async def test_suspended_by_two_after_a_hearing_handed_over_and_restored_by_two(
    butler: Colleague,
    officer: Colleague,
    supervisor: Colleague,
    cast: Cast,
    installation: Installation,
) -> None:
    await worked(cast, butler, in_time=8, late=2)
    [judgement] = await evaluated(cast, installation, butler)
    assert judgement.level.value == "suspension"
    assert (judgement.figures.counted, judgement.figures.late) == (10, 2)
    assert len(judgement.evidence.late) == 2
    alert = await installation.database["alerts"].find_one(
        {"staff_id": butler.account.id, "key": f"judgement:{judgement.id}:found"}
    )
    assert "陈述意见" in alert["text"]
    page = f"/console/judgements/{judgement.id}"
    early = {"move": "propose", "level": "suspension", "text": "数据属实"}
    assert (await press(officer, page, "proposal", early)).status_code == 409
    await heard(butler, judgement)
    assert (await press(officer, page, "proposal", early)).status_code == 303
    serving = house_of(cast).butlers.butlers
    assert (await serving.get(butler.account.id)).state is ButlerState.ACTIVE
    agreed = {"move": "decide", "text": "同意"}
    assert (await press(officer, page, "decision", agreed)).status_code == 403
    assert (await press(supervisor, page, "decision", agreed)).status_code == 303
    suspended = await serving.get(butler.account.id)
    assert (suspended.state, suspended.reason) == (ButlerState.SUSPENDED, "同意")
    left = {"topic": LEFT, "object_id": butler.account.id}
    assert await installation.database["outbox"].count_documents(left) == 1
    restore = {"move": "restore", "text": "已整改"}
    assert (await press(officer, page, "proposal", restore)).status_code == 303
    assert (await press(supervisor, page, "decision", agreed)).status_code == 303
    assert (await serving.get(butler.account.id)).state is ButlerState.ACTIVE
    assert "已恢复服务" in await butler.page(page)


async def test_the_same_facts_are_judged_once_and_newer_ones_again(
    butler: Colleague,
    officer: Colleague,
    supervisor: Colleague,
    cast: Cast,
    clock: Clock,
    installation: Installation,
) -> None:
    await worked(cast, butler, in_time=8, late=2)
    [judgement] = await evaluated(cast, installation, butler)
    assert len(await evaluated(cast, installation, butler)) == 1
    page = await heard(butler, judgement)
    drop = {"move": "propose", "level": "nothing", "text": "系统停机所致"}
    assert (await press(officer, page, "proposal", drop)).status_code == 303
    agreed = {"move": "decide", "text": "同意"}
    assert (await press(supervisor, page, "decision", agreed)).status_code == 303
    assert "不作处理" in await butler.page(page)
    clock.ahead += DAY
    assert len(await evaluated(cast, installation, butler)) == 1
    await worked(cast, butler, in_time=0, late=1, ago=1)
    clock.ahead += DAY
    latest, before = await evaluated(cast, installation, butler)
    assert (before.id, latest.figures.late) == (judgement.id, 3)


async def test_two_workers_of_one_day_find_a_butler_once(
    butler: Colleague, cast: Cast, installation: Installation
) -> None:
    await worked(cast, butler, in_time=8, late=2)
    evaluate = installation.workers._topics[EVALUATE]
    claimed = Claimed(
        id=EVALUATE, topic=EVALUATE, object_id=EVALUATE, trace_id="t", attempt=0, fence=0
    )
    house = house_of(cast)
    await asyncio.gather(*(evaluate(act(house), claimed) for _ in range(3)))
    page = await house.judging.judgement_desk.of(butler.account.id, ask=Ask())
    assert len(page.items) == 1
    told = {"staff_id": butler.account.id, "key": f"judgement:{page.items[0].id}:found"}
    assert await installation.database["alerts"].count_documents(told) == 1


async def test_exit_takes_a_butler_out_and_fewer_than_five_never_are_judged(
    butler: Colleague,
    officer: Colleague,
    supervisor: Colleague,
    cast: Cast,
    installation: Installation,
) -> None:
    beginner = await butler_at_work(cast)
    await worked(cast, beginner, in_time=0, late=4)
    await worked(cast, butler, in_time=1, late=9)
    [judgement] = await evaluated(cast, installation, butler)
    assert await evaluated(cast, installation, beginner) == []
    page = await heard(butler, judgement)
    leave = {"move": "propose", "level": "exit", "text": "数据属实"}
    assert (await press(officer, page, "proposal", leave)).status_code == 303
    agreed = {"move": "decide", "text": "同意"}
    assert (await press(supervisor, page, "decision", agreed)).status_code == 303
    left = await house_of(cast).butlers.butlers.get(butler.account.id)
    assert left.state is ButlerState.EXITED
    overview = await supervisor.page("/console/performance")
    row = re.search(rf'data-butler="{beginner.account.id}".*?</tr>', overview, re.DOTALL)
    assert row
    assert "不足 5 件，不排名" in row[0]
    await beginner.close()


async def test_a_butler_sees_and_answers_their_own_judgement_alone(
    butler: Colleague, supervisor: Colleague, cast: Cast, installation: Installation
) -> None:
    other = await butler_at_work(cast)
    await worked(cast, other, in_time=1, late=9)
    [judgement] = await evaluated(cast, installation, other)
    page = f"/console/judgements/{judgement.id}"
    assert (await butler.get(page)).status_code == 404
    form = {"tag": '"0"', "move": "state", "text": "不是我"}
    assert (await butler.post(f"{page}/statement", form, headers=PAGE)).status_code == 404
    assert judgement.id not in await butler.listed("/console/judgements")
    assert judgement.id in await other.listed("/console/judgements")
    assert judgement.id in await supervisor.listed("/console/judgements?state=hearing")
    other_page = f"/console/performance/{other.account.id}"
    assert (await butler.get(other_page)).status_code == 404
    assert (await supervisor.get(other_page)).status_code == 200
    await other.close()


async def test_what_moved_on_meanwhile_is_not_decided(
    butler: Colleague, officer: Colleague, cast: Cast, installation: Installation
) -> None:
    await worked(cast, butler, in_time=8, late=2)
    [judgement] = await evaluated(cast, installation, butler)
    page = f"/console/judgements/{judgement.id}"
    form = {"tag": '"9"', "move": "propose", "level": "warning", "text": "x"}
    answer = await officer.post(f"{page}/proposal", form, headers=PAGE)
    assert answer.status_code == 412
    assert (await officer.get(f"/console/judgements/{house_of(cast).draw.id()}")).status_code == 404
