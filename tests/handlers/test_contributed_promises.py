"""Promises at the municipal platform: made, performed, broken, undone, taken back, asked again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.contributions import HAND_OVER
from domain.contributions import State as Contributed
from domain.staff.roles import Role
from handlers.house import House
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.contributing import contributed
from tests.erasing import LONG_AGO, due, erase
from tests.outage import Outage
from tests.promising import FINDER, drafted, found_broken, shown, signed
from tests.staffing import Colleague, act, at_work

FIELDS = ("kind", "subject_matter", "promised_on", "received_by", "fulfilment")


@pytest.fixture(autouse=True)
def every_report_is_new(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is asked for again within the hour is not the last one."""
    monkeypatch.setattr(installation.house.credit_reports, "_reuse", timedelta())


@pytest.fixture
def officer(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


def house_of(cast: Cast) -> House:
    assert cast.house
    return cast.house


async def taken(cast: Cast, promise: dict[str, Any]) -> dict[str, Any]:
    await cast.work()
    found = await contributed(cast, promise["id"])
    assert found is not None
    return found


async def reasons(person: Person) -> list[dict[str, Any]]:
    """What a report that is made now, and what was found here, say against a promise."""
    draft = await drafted(person, report_id=(await person.report())["id"])
    found: list[dict[str, Any]] = draft["reasons"]
    return found


async def in_report(person: Person, promise: dict[str, Any]) -> str:
    """How the next report says that it is performed; empty where it says nothing of it."""
    report = await person.content((await person.report())["id"])
    rows = [
        record
        for section in report["sections"]
        for group in section["groups"]
        for record in group["records"]
        if record["id"] == promise["id"]
    ]
    found = [
        one["value"] for row in rows for one in row["fields"] if one["label"] == "承诺履约状态"
    ]
    return "".join(found)


async def test_a_signed_promise_stands_in_the_next_report(alice: Person, cast: Cast) -> None:
    promise = await signed(alice)
    told = await taken(cast, promise)
    assert told["uscc"] == alice.persona["enterprise"]["uscc"]
    assert told["section"] == "promises"
    assert tuple(told["values"]) == FIELDS
    assert (told["values"]["kind"], told["values"]["fulfilment"]) == ("证明事项型", "履行中")
    assert told["values"]["received_by"] == "广州越秀供电局（样例）"
    assert told["details"]["code"] == promise["signature"]["code"]
    assert told["details"]["publicity"] == "可向社会公开"
    assert await in_report(alice, promise) == "履行中"
    assert await reasons(alice) == []


async def test_a_breach_counts_once_wherever_it_is_read_and_no_more_when_undone(
    alice: Person, cast: Cast
) -> None:
    promise = await signed(alice)
    await cast.work()
    before = (await alice.report())["id"]
    broken = await found_broken(cast, promise)
    own = (await drafted(alice, report_id=before))["reasons"]
    assert [(one["code"], one["record_id"]) for one in own] == [("no-broken-promise", "")]
    told = await taken(cast, promise)
    assert told["values"]["fulfilment"] == "全部未履行"
    assert told["details"]["unperformed"] == "至今未交"
    assert told["details"]["found_by_uscc"] == FINDER.uscc
    assert await in_report(alice, promise) == "全部未履行"
    said = await reasons(alice)
    assert [(one["code"], one["record_id"]) for one in said] == [
        ("no-broken-promise", promise["id"])
    ]
    path = f"/v1/promises/{promise['id']}/objection"
    (await alice.post(path, {"reason": "已经按期履行"})).raise_for_status()
    code = promise["signature"]["code"]
    tag = (await house_of(cast).supervising.get(code)).tag
    await house_of(cast).supervising.decide(
        act(house_of(cast), "checker"), code=code, tag=tag, upheld=True, reason="确已履行"
    )
    # The report of before still says so, and is believed no more.
    assert (await drafted(alice, report_id=said[0]["report_id"]))["reasons"] == []
    told = await taken(cast, promise)
    assert told["version"] > broken.revision
    assert (told["values"]["fulfilment"], told["details"]["unperformed"]) == ("履行中", "")
    assert await in_report(alice, promise) == "履行中"
    assert await reasons(alice) == []


async def test_a_promise_found_kept_is_told_with_who_found_it(alice: Person, cast: Cast) -> None:
    promise = await signed(alice, "voluntary")
    code, house = promise["signature"]["code"], house_of(cast)
    tag = (await house.supervising.get(code)).tag
    await house.supervising.keep(act(house, "office"), code=code, tag=tag, finder=FINDER)
    told = await taken(cast, promise)
    assert told["values"]["fulfilment"] == "全部履行"
    assert told["details"]["found_by"] == FINDER.name


async def test_a_promise_taken_back_leaves_the_list(alice: Person, cast: Cast) -> None:
    promise = await signed(alice, "voluntary")
    await cast.work()
    assert await in_report(alice, promise) == "履行中"
    tag = (await shown(alice, promise)).headers["ETag"]
    answer = await alice.send(
        "PUT",
        f"/v1/promises/{promise['id']}/withdrawal",
        json={"reason": "改走一般程序"},
        headers={"If-Match": tag},
    )
    assert answer.status_code == 200, answer.text
    assert (await taken(cast, promise))["withdrawn"]
    assert await in_report(alice, promise) == ""


async def test_a_promise_that_is_not_public_is_collected_with_who_may_see_it(
    alice: Person, cast: Cast
) -> None:
    promise = await signed(alice, "delivery-address")
    told = await taken(cast, promise)
    assert told["details"]["publicity"] == "特定范围内公开"
    assert "13800138000" not in str(told)


async def test_of_a_natural_person_it_is_known_by_name_and_number(cast: Cast) -> None:
    owner = await cast.owner()
    await owner.for_oneself()
    promise = await signed(owner)
    told = await taken(cast, promise)
    assert (told["uscc"], told["id_number"]) == (None, owner.persona["id_number"])
    assert await in_report(owner, promise) == "履行中"


async def test_what_changes_nothing_for_the_reader_is_not_told(alice: Person, cast: Cast) -> None:
    promise = await signed(alice)
    first = await taken(cast, promise)
    code, house = promise["signature"]["code"], house_of(cast)
    tag = (await house.supervising.get(code)).tag
    await house.supervising.order(act(house, "office"), code=code, tag=tag, what="交费", days=5)
    assert await taken(cast, promise) == first
    contribution = await house.contributions.of(promise["id"])
    assert contribution is not None
    assert contribution.state is Contributed.TAKEN


async def test_an_outage_of_the_platform_loses_no_promise(
    alice: Person, cast: Cast, installation: Installation, outage: Outage
) -> None:
    await outage.begin("platform", kind="error", path="/v1/contributions")
    promise = await signed(alice, "voluntary")
    await cast.work()
    assert await contributed(cast, promise["id"]) is None
    await outage.end()
    await installation.database["outbox"].update_one(
        {"topic": HAND_OVER, "object_id": promise["id"]}, {"$set": {"next_at": LONG_AGO}}
    )
    assert (await taken(cast, promise))["values"]["fulfilment"] == "履行中"


async def test_what_the_platform_refused_for_good_the_office_sends_again(
    alice: Person, cast: Cast, officer: Colleague
) -> None:
    promise = await signed(alice)
    await cast.work()
    house, code = house_of(cast), promise["signature"]["code"]
    contributions = house.contributions
    entry = await contributions._sources["promise"](promise["id"])
    assert entry is not None
    # It knows the request that will come, as another one.
    taken_before = replace(entry, version=entry.version + 3, details={"code": "别的"})
    await contributions._platform.contribute(taken_before)
    await found_broken(cast, promise)
    await cast.work()
    page = await officer.page(f"/console/promises/{code}")
    assert 'data-test="contribution" data-state="refused"' in page
    assert f"处理报送 {code}" in await officer.page("/console")
    path = f"/v1/promises/{promise['id']}/objection"
    (await alice.post(path, {"reason": "已经按期履行"})).raise_for_status()
    answer = await officer.post(f"/console/promises/{code}/contribution")
    assert answer.status_code == 303, answer.text
    assert (await taken(cast, promise))["values"]["fulfilment"] == "全部未履行"
    page = await officer.page(f"/console/promises/{code}")
    assert 'data-test="contribution" data-state="taken"' in page
    assert 'data-test="contribute-again"' not in page
    assert f"处理报送 {code}" not in await officer.page("/console")
    again = await officer.post(f"/console/promises/{code}/contribution")
    assert again.status_code == 409
    assert "已接收" in again.text
    found = await cast.database["audit_events"].find_one(
        {"object_id": promise["id"], "action": "contribution.again"}
    )
    assert found is not None
    assert found["actor"] == officer.account.id


async def test_what_was_not_told_before_its_promisor_left_is_told_no_more(
    cast: Cast, installation: Installation, outage: Outage
) -> None:
    owner = await cast.owner()
    await owner.for_oneself()
    await outage.begin("platform", kind="error", path="/v1/contributions")
    promise = await signed(owner, "voluntary")
    await erase(owner)
    await cast.work()
    await due(installation)
    await outage.end()
    await installation.database["outbox"].update_one(
        {"topic": HAND_OVER, "object_id": promise["id"]}, {"$set": {"next_at": LONG_AGO}}
    )
    await cast.work()
    assert await contributed(cast, promise["id"]) is None
    contribution = await house_of(cast).contributions.of(promise["id"])
    assert contribution is not None
    assert contribution.state is Contributed.DROPPED
