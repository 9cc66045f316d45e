"""Complaints through the API and the console: made, heard, handled by somebody else, decided."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tornado.ioloop import IOLoop

from domain.judging.complaints import MOST_OF_CYCLE
from domain.judging.escalating import ESCALATE
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.judging import (
    WORDS,
    back,
    butler_at_work,
    complained,
    house_of,
    id_of,
    press,
    rate,
    resolved_by,
    ticket,
)
from tests.outage import Outage
from tests.problems import check_problem
from tests.staffing import PAGE, Colleague, at_work

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def butler(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: butler_at_work(cast))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def officer(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def told(installation: Installation, colleague: Colleague) -> list[str]:
    """What the alerts of somebody say of complaints, oldest first."""
    chosen = {"staff_id": colleague.account.id, "key": {"$regex": "^complaint:"}}
    found = installation.database["alerts"].find(chosen).sort("at", 1)
    return [row["text"].partition("：")[2] async for row in found]


async def test_heard_taken_answered_upheld_and_everybody_told(
    charlie: Person,
    butler: Colleague,
    officer: Colleague,
    installation: Installation,
    cast: Cast,
) -> None:
    number = await resolved_by(cast, charlie, butler)
    made = await complained(charlie, number)
    assert (made["state"], made["handled_by"], made["overdue"]) == ("opened", "信用办", False)
    assert "还剩" in made["time_text"]
    page = f"/console/complaints/{made['number']}"
    assert WORDS in await butler.page(page)
    answer = await press(butler, page, "statement", {"move": "state", "text": "当天在外勤走访"})
    assert answer.status_code == 303, answer.text
    for form in (
        {"move": "take"},
        {"move": "answer", "text": "正在核实，请稍候"},
        {"move": "uphold", "text": "三次来访均无人接待"},
    ):
        answer = await press(officer, page, "handling", form)
        assert answer.status_code == 303, answer.text
    shown = (await charlie.get(f"/v1/complaints/{made['number']}")).json()
    assert (shown["state"], shown["reason"]) == ("upheld", "三次来访均无人接待")
    assert [one["text"] for one in shown["answers"]] == ["正在核实，请稍候"]
    assert [one["by"] for one in shown["steps"]] == [
        *("投诉人", "信用管家", "信用办", "信用办", "信用办")
    ]
    assert "当天在外勤走访" not in str(shown)
    notices = (await charlie.get("/v1/notices?limit=100")).json()["items"]
    about = [one for one in notices if one["title"] == "投诉办理进展"]
    assert len(about) == 5
    assert all(one["link"] == f"/tickets/{number}" for one in about)
    assert await told(installation, butler) == [
        "有人投诉，您可以作出一次回应。",
        "经核实，投诉成立：三次来访均无人接待",
    ]
    assert "请尽快受理。" in await told(installation, officer)


async def test_nothing_is_upheld_before_the_butler_had_a_word_or_time_for_one(
    charlie: Person, butler: Colleague, officer: Colleague, cast: Cast, clock: Clock
) -> None:
    made = await complained(charlie, await resolved_by(cast, charlie, butler))
    page = f"/console/complaints/{made['number']}"
    await press(officer, page, "handling", {"move": "take"})
    uphold = {"move": "uphold", "text": "核实"}
    answer = await press(officer, page, "handling", uphold)
    assert answer.status_code == 409
    assert "之后才能认定投诉成立" in answer.text
    clock.ahead = timedelta(hours=4)
    await back(officer, clock())
    assert (await press(officer, page, "handling", uphold)).status_code == 303


async def test_nobody_handles_a_complaint_about_a_ticket_they_took_part_in(
    charlie: Person,
    butler: Colleague,
    officer: Colleague,
    supervisor: Colleague,
    cast: Cast,
    installation: Installation,
) -> None:
    number = await resolved_by(cast, charlie, butler)
    answered = {
        "at": house_of(cast).clock(),
        "what": "answered",
        "by": "staff",
        "actor": officer.account.id,
        "facts": {},
    }
    await installation.database["tickets"].update_one(
        {"number": number}, {"$push": {"log": answered}}
    )
    made = await complained(charlie, number)
    page = f"/console/complaints/{made['number']}"
    assert "您参与过这个工单的办理" in await officer.page(page)
    refused = await press(officer, page, "handling", {"move": "take"})
    assert refused.status_code == 409
    both = await at_work(cast, Role.OFFICE, Role.BUTLER)
    assert (await press(both, page, "handling", {"move": "take"})).status_code == 409
    await both.close()
    assert (await press(butler, page, "handling", {"move": "take"})).status_code == 403
    assert (await press(supervisor, page, "handling", {"move": "take"})).status_code == 303


async def test_a_butler_sees_no_complaint_about_another(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    other = await butler_at_work(cast)
    made = await complained(charlie, await resolved_by(cast, charlie, other))
    page = f"/console/complaints/{made['number']}"
    assert (await butler.get(page)).status_code == 404
    form = {"tag": '"0"', "move": "state", "text": "不是我"}
    assert (await butler.post(f"{page}/statement", form, headers=PAGE)).status_code == 404
    assert (await butler.get("/console/complaints")).status_code == 403
    await other.close()


async def test_a_complaint_comes_once_whatever_the_network_does(
    charlie: Person, butler: Colleague, cast: Cast, installation: Installation
) -> None:
    number = await resolved_by(cast, charlie, butler)
    path, key = f"/v1/tickets/{number}/complaints", str(uuid.uuid4())
    first = await charlie.post(path, {"text": WORDS}, key=key)
    again = await charlie.post(path, {"text": WORDS}, key=key)
    assert (first.status_code, again.json()) == (201, first.json())
    other = await charlie.post(path, {"text": WORDS})
    check_problem(other, 409, "conflict")
    assert first.json()["number"] in other.json()["detail"]
    assert await installation.database["complaints"].count_documents({"ticket_number": number}) == 1


async def test_stars_and_words_at_once_make_one_complaint(
    charlie: Person, butler: Colleague, cast: Cast, installation: Installation
) -> None:
    number = await resolved_by(cast, charlie, butler)
    path = f"/v1/tickets/{number}"
    rated, worded = await asyncio.gather(
        charlie.send("PUT", f"{path}/rating", json={"stars": 1}, headers={"If-Match": '"1.0"'}),
        charlie.post(f"{path}/complaints", {"text": WORDS}),
    )
    assert (rated.status_code, worded.status_code) == (200, 201)
    rows = installation.database["complaints"].find({"ticket_number": number})
    assert [row["cause"] async for row in rows] == ["words"]


async def test_what_stars_opened_takes_words_and_the_citizen_may_withdraw_it(
    charlie: Person, alice: Person, butler: Colleague, cast: Cast
) -> None:
    number = await resolved_by(cast, charlie, butler)
    await rate(charlie, number, 2)
    made = await complained(charlie, number)
    assert (made["cause"], made["stars"], made["text"]) == ("words", 2, WORDS)
    path = f"/v1/complaints/{made['number']}"
    check_problem(await alice.get(path), 404, "not_found")
    check_problem(await alice.post(f"{path}/withdrawal"), 404, "not_found")
    check_problem(await alice.get(f"/v1/tickets/{number}/complaints"), 404, "not_found")
    body = {"text": WORDS}
    check_problem(await alice.post(f"/v1/tickets/{number}/complaints", body), 404, "not_found")
    withdrawn = await charlie.post(f"{path}/withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    check_problem(await charlie.post(f"{path}/withdrawal"), 409, "conflict")


async def test_the_butler_and_the_office_are_called_three_times_of_one_resolution(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    number = await resolved_by(cast, charlie, butler)
    for _ in range(MOST_OF_CYCLE):
        made = await complained(charlie, number)
        await charlie.post(f"/v1/complaints/{made['number']}/withdrawal")
    refused = await charlie.post(f"/v1/tickets/{number}/complaints", {"text": WORDS})
    check_problem(refused, 409, "conflict")
    assert "重新打开" in refused.json()["detail"]
    # Its stars still count.
    await rate(charlie, number, 1)
    given = (await charlie.get(f"/v1/tickets/{number}/complaints")).json()["items"]
    assert given[0]["cause"] == "stars"


async def test_one_can_complain_before_anything_was_resolved_and_without_a_butler(
    charlie: Person, butler: Colleague, cast: Cast, installation: Installation
) -> None:
    mine = await id_of(charlie)
    for number, about in (
        (await ticket(cast, of=mine, butler=butler.account.id), butler.account.id),
        (await ticket(cast, of=mine), ""),
    ):
        made = await complained(charlie, number)
        row = await installation.database["complaints"].find_one({"number": made["number"]})
        assert (row["about"], row["cycle"]) == (about, 0)


@pytest.mark.parametrize("text", ["", "不好", "【违规】的内容", "啊" * 501, "坏\u202e字符一二三"])
async def test_words_that_cannot_be_are_refused(
    charlie: Person, butler: Colleague, cast: Cast, text: str
) -> None:
    number = await resolved_by(cast, charlie, butler)
    answer = await charlie.post(f"/v1/tickets/{number}/complaints", {"text": text})
    check_problem(answer, 422, "invalid")
    assert (await charlie.get(f"/v1/tickets/{number}/complaints")).json()["items"] == []


async def test_its_clock_tells_handler_supervisor_and_office_each_step_once(
    charlie: Person,
    butler: Colleague,
    officer: Colleague,
    supervisor: Colleague,
    cast: Cast,
    clock: Clock,
    installation: Installation,
) -> None:
    made = await complained(charlie, await resolved_by(cast, charlie, butler))
    page = f"/console/complaints/{made['number']}"
    await press(officer, page, "handling", {"move": "take"})
    outbox = installation.database["outbox"]
    for hours in (13, 13, 19, 19, 25, 25):
        clock.ahead = timedelta(hours=hours)
        await outbox.update_many({"topic": ESCALATE}, {"$set": {"next_at": LONG_AGO}})
        await cast.work()
    steps = ("已过一半", "四分之三", "仍未办结")
    mine = [text for text in await told(installation, officer) if "时限" in text]
    assert [step for step in steps if any(step in text for text in mine)] == list(steps)
    assert len(mine) == 3
    above = [text for text in await told(installation, supervisor) if "时限" in text]
    assert ["四分之三" in above[0], "仍未办结" in above[1], len(above)] == [True, True, 2]
    assert await outbox.count_documents({"topic": ESCALATE}) == 0
    await charlie.sign_in()
    shown = (await charlie.get(f"/v1/complaints/{made['number']}")).json()
    assert shown["overdue"] is True
    assert "已超过 24 小时时限" in shown["time_text"]
    await back(supervisor, clock())
    assert "已超过 24 小时时限" in await supervisor.listed("/console/complaints")


async def test_words_that_wechat_has_not_passed_are_read_by_the_office_alone(
    charlie: Person, butler: Colleague, officer: Colleague, cast: Cast, outage: Outage
) -> None:
    number = await resolved_by(cast, charlie, butler)
    await outage.begin("wechat", kind="error")
    page = f"/console/complaints/{(await complained(charlie, number))['number']}"
    assert "文字内容待核验" in await butler.page(page)
    shown = await officer.page(page)
    assert WORDS in shown
    assert "尚未经微信内容安全检测" in shown
    await outage.end()
    await cast.work()
    assert WORDS in await butler.page(page)
    assert "尚未经" not in await officer.page(page)


async def test_a_page_that_is_out_of_date_decides_nothing(
    charlie: Person, butler: Colleague, officer: Colleague, cast: Cast
) -> None:
    made = await complained(charlie, await resolved_by(cast, charlie, butler))
    page = f"/console/complaints/{made['number']}/handling"
    form = {"tag": '"9"', "move": "take"}
    refused = await officer.post(page, form, headers=PAGE)
    assert refused.status_code == 412
    assert "刚刚有了变动（投诉人：收到投诉" in refused.text


async def test_lists_by_state_and_pages_of_what_is_not_there(
    charlie: Person, butler: Colleague, officer: Colleague, cast: Cast
) -> None:
    made = await complained(charlie, await resolved_by(cast, charlie, butler))
    assert made["number"] in await officer.listed("/console/complaints?state=opened")
    assert made["number"] not in await officer.listed("/console/complaints?state=upheld")
    assert (await officer.get("/console/complaints/TS000000000000")).status_code == 404
