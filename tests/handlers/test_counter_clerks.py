"""The counter from behind: one clerk confirms, another releases, and the person is told."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from domain.counter.cases import CaseState
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.counters import (
    asked_to_sign,
    confirmed,
    led_to_counter,
    move,
    new_hong_kong,
    released,
    somebody_from_hong_kong,
)
from tests.handlers.test_people import begin, finish, me
from tests.problems import check_problem
from tests.promising import drafted, faced, sign
from tests.staffing import PAGE, Colleague, act, at_work


def confirmation(person: Person, **given: str) -> dict[str, str]:
    """What a clerk types who has the document in hand."""
    ending = person.persona["id_number"][-6:]
    return {"move": "confirm", "document": "hong-kong-macao", "ending": ending, **given}


@pytest.fixture
def visitor(io_loop: IOLoop, cast: Cast) -> Person:
    """Somebody whose document has no face check."""
    return io_loop.run_sync(lambda: somebody_from_hong_kong(cast))


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.OFFICE))
    yield colleague
    io_loop.run_sync(colleague.close)


@pytest.fixture
def supervisor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SUPERVISOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def titles(person: Person) -> list[str]:
    items = (await person.get("/v1/notices?limit=100")).raise_for_status().json()["items"]
    return [f"{one['title']} {one['text']}" for one in items]


async def test_two_clerks_prove_a_name_as_the_face_would(
    cast: Cast,
    visitor: Person,
    office: Colleague,
    supervisor: Colleague,
    installation: Installation,
) -> None:
    number = await led_to_counter(visitor)
    assert number in await office.page("/console/counter")
    page = await office.page(f"/console/counter/{number}")
    assert "何**" in page
    assert visitor.persona["name"] not in page
    assert visitor.persona["id_number"] not in page
    assert (
        await move(cast, office, number, "confirmation", confirmation(visitor))
    ).status_code == 303
    shown = (await me(visitor))["counter"]
    assert (shown["state"], len(shown["steps"])) == ("confirmed", 1)
    assert f"复核窗口业务 {number}" in await supervisor.page("/console")
    assert number not in await office.page("/console")
    assert (await move(cast, supervisor, number, "release", {"move": "release"})).status_code == 303
    shown = await me(visitor)
    assert (shown["verified"], shown["counter"]) == (True, None)
    assert shown["verification"]["method"] == "counter"
    told = await titles(visitor)
    assert sum("窗口业务有进展" in one for one in told) == 2
    assert any("复核通过" in one for one in told)
    check_problem(await begin(visitor), 409, "conflict")
    row = await installation.database["counter_cases"].find_one({"number": number})
    assert row
    events = installation.database["audit_events"].find({"object_id": row["_id"]}).sort("at", 1)
    done = [event async for event in events]
    assert [event["action"].partition(".")[2] for event in done] == [
        "opened",
        "confirmed",
        "released",
    ]
    assert {done[1]["actor"], done[2]["actor"]} == {office.account.id, supervisor.account.id}
    assert visitor.persona["id_number"][-6:] not in str(done)


async def test_what_does_not_match_is_said_and_recorded(
    cast: Cast, visitor: Person, office: Colleague, installation: Installation
) -> None:
    number = await led_to_counter(visitor)
    wrong = confirmation(visitor, ending="999999", note="看过原件")
    answer = await move(cast, office, number, "confirmation", wrong, headers=PAGE)
    assert answer.status_code == 422
    assert 'data-test="mismatch"' in answer.text
    assert "看过原件" in answer.text
    assert "999999" not in answer.text
    told = check_problem(
        await move(cast, office, number, "confirmation", {**wrong, "document": "library-card"}),
        422,
        "invalid",
    )
    assert [fault.pointer for fault in told.errors] == ["/document"]
    assert (await me(visitor))["counter"]["state"] == "open"
    events = installation.database["audit_events"]
    assert await events.count_documents({"action": "counter_case.mismatched"}) >= 1


async def test_a_case_returned_or_refused_says_why(
    cast: Cast, visitor: Person, office: Colleague, supervisor: Colleague
) -> None:
    number = await led_to_counter(visitor)
    early = await move(cast, supervisor, number, "release", {"move": "release"})
    assert "待核对证件" in check_problem(early, 409, "conflict").detail
    await move(cast, office, number, "confirmation", confirmation(visitor))
    again = check_problem(
        await move(cast, office, number, "confirmation", confirmation(visitor)), 409, "conflict"
    )
    assert "待复核" in again.detail
    refusal = {"move": "refuse", "reason": "证件过期"}
    own = check_problem(await move(cast, office, number, "confirmation", refusal), 409, "conflict")
    assert "由您核对" in own.detail
    missing = await move(cast, supervisor, number, "release", {"move": "return"})
    assert check_problem(missing, 422, "invalid").errors[0].pointer == "/reason"
    back = {"move": "return", "reason": "照片与本人不符"}
    assert (await move(cast, supervisor, number, "release", back)).status_code == 303
    shown = (await me(visitor))["counter"]
    assert shown["state"] == "returned"
    assert "照片与本人不符" in shown["steps"][-1]["text"]
    assert (await move(cast, office, number, "confirmation", refusal)).status_code == 303
    shown = await me(visitor)
    assert (shown["verified"], shown["counter"]) == (False, None)
    assert any("证件过期" in one for one in await titles(visitor))
    assert await led_to_counter(visitor) != number


async def test_who_gives_something_else_is_confirmed_anew(
    visitor: Person, cast: Cast, supervisor: Colleague
) -> None:
    number = await led_to_counter(visitor)
    seen = await confirmed(cast, number)
    assert await led_to_counter(visitor, id_number=new_hong_kong()) == number
    stale = {"move": "release", "tag": seen.tag}
    path = f"/console/counter/{number}/release"
    check_problem(await supervisor.post(path, stale), 412, "stale")
    check_problem(
        await move(cast, supervisor, number, "release", {"move": "release"}), 409, "conflict"
    )
    assert (await me(visitor))["verified"] is False


async def test_a_confirmation_that_nobody_releases_is_over_after_its_days(
    visitor: Person, cast: Cast, clock: Clock
) -> None:
    assert cast.house
    number = await led_to_counter(visitor)
    case = await confirmed(cast, number)
    assert case.confirmation
    clock.ahead = case.confirmation.until - clock() + timedelta(minutes=1)
    late = await asyncio.gather(
        cast.house.clerks.release(
            act(cast.house, "second-clerk"), number=number, tag=case.tag, named="吴静"
        ),
        return_exceptions=True,
    )
    assert "复核期限" in str(late[0])
    assert await cast.house.clerks.expire(act(cast.house), case_id=case.id) is None
    assert (await cast.house.clerks.get(number)).state is CaseState.OPEN
    assert await cast.house.clerks.expire(act(cast.house), case_id=case.id) is None
    assert len((await cast.house.clerks.get(number)).steps) == 2


async def test_a_confirmation_waits_for_its_time(visitor: Person, cast: Cast) -> None:
    assert cast.house
    case = await confirmed(cast, await led_to_counter(visitor))
    again = await cast.house.clerks.expire(act(cast.house), case_id=case.id)
    assert again
    assert again.after <= timedelta(days=1)


async def test_two_releases_at_once_prove_it_once(visitor: Person, cast: Cast) -> None:
    assert cast.house
    case = await confirmed(cast, await led_to_counter(visitor))
    answers = await asyncio.gather(
        *(
            cast.house.clerks.release(
                act(cast.house, clerk), number=case.number, tag=case.tag, named="吴静"
            )
            for clerk in ("second-clerk", "third-clerk")
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Exception) for one in answers) == 1
    assert (await me(visitor))["verified"] is True


async def test_an_identity_proven_elsewhere_moves_to_who_stands_at_the_counter(
    charlie: Person, visitor: Person, cast: Cast, installation: Installation
) -> None:
    await visitor.consent("identity")
    theirs = {name: charlie.persona[name] for name in ("name", "id_number")}
    for _ in range(3):
        check = (await begin(visitor, **theirs)).json()
        await finish(visitor, check, await visitor.face(check["ticket"], "fail"))
    number = (await me(visitor))["counter"]["number"]
    owner = (await me(charlie))["id"]
    await released(cast, number)
    check_problem(await charlie.get("/v1/me"), 401, "sign_in_again")
    await visitor.sign_in()
    shown = await me(visitor)
    assert (shown["id"], shown["verified"]) == (owner, True)
    row = await installation.database["counter_cases"].find_one({"number": number})
    assert row
    assert row["person_id"] == owner


async def test_without_the_consent_nothing_is_proven(visitor: Person, cast: Cast) -> None:
    assert cast.house
    case = await confirmed(cast, await led_to_counter(visitor))
    items = (await visitor.get("/v1/consents")).json()["items"]
    given = next(one for one in items if one["agreement"] == "identity")
    (await visitor.send("DELETE", f"/v1/consents/{given['id']}")).raise_for_status()
    with pytest.raises(Exception, match="授权"):
        await cast.house.clerks.release(
            act(cast.house, "second-clerk"), number=case.number, tag=case.tag, named="吴静"
        )
    assert (await me(visitor))["verified"] is False


async def test_a_case_is_found_by_its_number_and_no_other(
    visitor: Person, office: Colleague
) -> None:
    number = await led_to_counter(visitor)
    found = await office.page(f"/console/find?q={number}")
    assert f'href="/console/counter/{number}"' in found
    check_problem(await office.client.get("/console/counter/GT0000000000"), 404, "not_found")


# -- signing -------------------------------------------------------------------------------


def by_counter(promise: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """What signing takes, by the counter's proof."""
    return {
        "text_hash": promise["text_hash"],
        "publication_hash": promise["publication"]["text_hash"],
        "check_id": case["check_id"],
        "receipt": case["receipt"],
    }


async def case_of(person: Person, promise: dict[str, Any]) -> dict[str, Any]:
    answer = await person.get(f"/v1/promises/{promise['id']}/counter-case")
    case: dict[str, Any] = answer.raise_for_status().json()
    return case


async def test_a_promise_is_signed_on_ones_own_phone_after_two_clerks(
    cast: Cast, alice: Person, office: Colleague, supervisor: Colleague
) -> None:
    promise = await drafted(alice)
    case = await asked_to_sign(alice, promise)
    assert (await asked_to_sign(alice, promise))["number"] == case["number"]
    assert (case["check_id"], case["receipt"]) == (None, None)
    ending = alice.persona["id_number"][-6:]
    form = {"move": "confirm", "document": "resident-card", "ending": ending}
    assert (await move(cast, office, case["number"], "confirmation", form)).status_code == 303
    assert (
        await move(cast, supervisor, case["number"], "release", {"move": "release"})
    ).status_code == 303
    case = await case_of(alice, promise)
    assert case["state"] == "released"
    answer = await sign(alice, promise, **by_counter(promise, case))
    assert answer.status_code == 201, answer.text
    assert answer.json()["signature"]["method"] == "counter"
    again = await sign(alice, promise, **by_counter(promise, case))
    check_problem(again, 409, "already_signed")


async def test_the_proof_is_for_this_promise_this_person_and_this_while(
    alice: Person, charlie: Person, cast: Cast, clock: Clock
) -> None:
    promise, other = await drafted(alice), await drafted(alice)
    number = (await asked_to_sign(alice, promise))["number"]
    await released(cast, number)
    case = await case_of(alice, promise)
    check_problem(await sign(alice, other, **by_counter(other, case)), 409, "conflict")
    await charlie.for_oneself()
    theirs = await drafted(charlie)
    check_problem(await sign(charlie, theirs, **by_counter(theirs, case)), 409, "conflict")
    wrong = {**by_counter(promise, case), "receipt": "GT0000000000"}
    check_problem(await sign(alice, promise, **wrong), 409, "conflict")
    check_problem(await charlie.get(f"/v1/promises/{promise['id']}/counter-case"), 404, "not_found")
    clock.ahead = timedelta(minutes=31)
    await alice.sign_in()
    late = await sign(alice, promise, **by_counter(promise, case))
    assert "时限" in check_problem(late, 409, "conflict").detail
    assert (await asked_to_sign(alice, promise))["number"] != number


async def test_a_face_after_all_needs_no_counter(alice: Person, cast: Cast) -> None:
    promise = await drafted(alice)
    case = await asked_to_sign(alice, promise)
    assert (await sign(alice, promise, **await faced(alice, promise))).status_code == 201
    assert cast.house
    assert (await cast.house.clerks.get(case["number"])).state is CaseState.SETTLED


async def test_a_draft_that_is_gone_is_not_proven(alice: Person, cast: Cast) -> None:
    promise = await drafted(alice)
    case = await confirmed(cast, (await asked_to_sign(alice, promise))["number"])
    (await alice.send("DELETE", f"/v1/promises/{promise['id']}")).raise_for_status()
    assert cast.house
    with pytest.raises(Exception, match="删除"):
        await cast.house.clerks.release(
            act(cast.house, "second-clerk"), number=case.number, tag=case.tag, named="吴静"
        )


async def test_whose_document_has_no_face_check_is_led_there_by_signing(
    visitor: Person, cast: Cast
) -> None:
    """Who was verified at the counter is led there for each signing."""
    await released(cast, await led_to_counter(visitor))
    await visitor.for_oneself()
    promise = await drafted(visitor)
    path = f"/v1/promises/{promise['id']}/identity-checks"
    told = check_problem(await visitor.post(path), 403, "counter_required")
    case = await case_of(visitor, promise)
    assert case["number"] in told.detail
    await released(cast, case["number"])
    answer = await sign(visitor, promise, **by_counter(promise, await case_of(visitor, promise)))
    assert answer.json()["signature"]["method"] == "counter"
