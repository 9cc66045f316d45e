"""Phone and real name: what is proven, by whom, and what is stored when it is not."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from server.wiring import Installation
from tests.cast import Cast, Person, new_id_number
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.outage import Outage
from tests.problems import check_problem


async def phone_code(person: Person) -> str:
    answer = await person.cast.sandbox.post(
        "/sandbox/wx/phone", json={"openid": person.persona["openid"]}
    )
    return str(answer.raise_for_status().json()["code"])


async def set_phone(person: Person, code: str) -> httpx.Response:
    return await person.post("/v1/me/phone", {"code": code})


async def begin(person: Person, **given: Any) -> httpx.Response:
    real = {name: person.persona[name] for name in ("name", "id_number")}
    return await person.post("/v1/me/identity-checks", {**real, **given})


async def finish(person: Person, check: dict[str, Any], receipt: str) -> httpx.Response:
    return await person.post(f"/v1/me/identity-checks/{check['id']}/receipt", {"receipt": receipt})


async def me(person: Person) -> dict[str, Any]:
    answer: dict[str, Any] = (await person.get("/v1/me")).raise_for_status().json()
    return answer


async def test_a_phone_is_set_by_its_code_and_shown_masked(newcomer: Person) -> None:
    answer = await set_phone(newcomer, await phone_code(newcomer))
    assert answer.status_code == 200
    phone = newcomer.persona["phone"]
    assert answer.json()["phone"] == (await me(newcomer))["phone"] == f"{phone[:3]}****{phone[-4:]}"
    assert phone not in answer.text


async def test_a_code_of_another_wechat_account_is_refused(
    newcomer: Person, charlie: Person, stored: Stored
) -> None:
    code = await phone_code(charlie)
    before = await stored()
    check_problem(await set_phone(newcomer, code), 422, "wechat_phone_code_rejected")
    assert await stored() == before
    assert (await me(newcomer))["phone"] is None


async def test_a_phone_code_counts_once(newcomer: Person) -> None:
    code = await phone_code(newcomer)
    assert (await set_phone(newcomer, code)).status_code == 200
    check_problem(await set_phone(newcomer, code), 422, "wechat_phone_code_rejected")


@pytest.mark.parametrize("code", ["unknown-or-expired", "x" * 512])
async def test_a_phone_code_that_wechat_does_not_know_is_refused(
    newcomer: Person, stored: Stored, code: str
) -> None:
    before = await stored()
    check_problem(await set_phone(newcomer, code), 422, "wechat_phone_code_rejected")
    assert await stored() == before


async def test_a_login_code_gives_no_phone(newcomer: Person) -> None:
    answer = await set_phone(newcomer, await newcomer.code())
    check_problem(answer, 422, "wechat_phone_code_rejected")


async def test_a_new_phone_takes_the_place_of_the_old(cast: Cast) -> None:
    """WeChat's word of today counts; a number may be two people's, as a family's."""
    first = await cast.newcomer(phone="13800138001")
    second = await cast.newcomer(phone="13800138001")
    for person in (first, second, first):
        assert (await set_phone(person, await phone_code(person))).status_code == 200
        assert (await me(person))["phone"] == "138****8001"


# -- real name -----------------------------------------------------------------------------


async def test_a_real_name_is_proven_by_the_receipt_and_shown_masked(
    newcomer: Person, installation: Installation
) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    answer = await finish(newcomer, check, await newcomer.face(check["ticket"]))
    assert answer.status_code == 200
    shown = answer.json()
    assert shown == await me(newcomer)
    number = newcomer.persona["id_number"]
    assert (shown["verified"], shown["name"]) == (True, "林**")
    assert shown["id_number"] == f"{number[:3]}{'*' * 13}{number[-2:]}"
    assert number not in answer.text
    assert shown["verification"]["method"] == "face"
    events = installation.database["audit_events"]
    event = await events.find_one({"action": "person.verified", "object_id": shown["id"]})
    assert event
    assert event["facts"] == {"method": "face"}


async def test_a_ticket_lasts_as_long_as_the_agency_says(newcomer: Person, clock: Clock) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"])
    clock.ahead = timedelta(minutes=10, seconds=1)
    newcomer.tokens = (
        await newcomer.cast.client.post(
            "/v1/sessions/refresh", json={"refresh_token": newcomer.tokens["refresh_token"]}
        )
    ).json()
    check_problem(await finish(newcomer, check, receipt), 409, "conflict")
    assert (await me(newcomer))["verified"] is False


async def test_a_face_that_is_not_the_persons_proves_nothing(
    newcomer: Person, stored: Stored
) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"], "fail")
    before = await stored()
    check_problem(await finish(newcomer, check, receipt), 409, "identity_check_failed")
    assert await stored() == {**before, "audit_events": before["audit_events"] + 1}
    assert (await me(newcomer))["verified"] is False


async def test_who_failed_may_try_again(newcomer: Person) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    await finish(newcomer, check, await newcomer.face(check["ticket"], "fail"))
    await newcomer.verify()
    assert (await me(newcomer))["verified"] is True


async def test_a_name_that_is_not_the_numbers_fails_at_the_agency(newcomer: Person) -> None:
    await newcomer.consent("identity")
    check = (await begin(newcomer, name="陈大文")).json()
    receipt = await newcomer.face(check["ticket"])
    check_problem(await finish(newcomer, check, receipt), 409, "identity_check_failed")


async def test_a_receipt_of_another_check_is_refused(
    newcomer: Person, cast: Cast, stored: Stored
) -> None:
    accomplice = await cast.newcomer()
    await accomplice.consent("identity")
    await newcomer.consent("identity")
    check, other = await newcomer.begin_check(), await accomplice.begin_check()
    receipt = await accomplice.face(other["ticket"])
    before = await stored()
    check_problem(await finish(newcomer, check, receipt), 409, "receipt_mismatch")
    assert await stored() == before


async def test_a_check_of_another_person_is_not_found(newcomer: Person, cast: Cast) -> None:
    accomplice = await cast.newcomer()
    await accomplice.consent("identity")
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"])
    check_problem(await finish(accomplice, check, receipt), 404, "not_found")
    assert (await finish(newcomer, check, receipt)).status_code == 200


@pytest.mark.parametrize("receipt", ["never-given", "x" * 512])
async def test_a_receipt_that_the_agency_never_gave_is_refused(
    newcomer: Person, stored: Stored, receipt: str
) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    before = await stored()
    check_problem(await finish(newcomer, check, receipt), 422, "receipt_unknown")
    assert await stored() == before


async def test_the_same_receipt_again_is_answered_again_and_proves_nothing_more(
    newcomer: Person, stored: Stored
) -> None:
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"])
    first = await finish(newcomer, check, receipt)
    before = await stored()
    again = await finish(newcomer, check, receipt)
    assert (again.status_code, again.json()) == (200, first.json())
    check_problem(await finish(newcomer, check, "another"), 409, "conflict")
    assert await stored() == before


async def test_an_answer_lost_on_its_way_costs_no_receipt(
    newcomer: Person, outage: Outage, stored: Stored
) -> None:
    """The agency confirms the same receipt again for the same check."""
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"])
    before = await stored()
    await outage.begin("identity", kind="malformed", path="/confirm")
    check_problem(await finish(newcomer, check, receipt), 503, "unavailable")
    assert await stored() == before
    await outage.end()
    assert (await finish(newcomer, check, receipt)).status_code == 200


async def test_who_is_verified_stays_who_they_are(newcomer: Person) -> None:
    """A second check, begun before the first was done, for another identity."""
    await newcomer.consent("identity")
    own = await newcomer.begin_check()
    other = (await begin(newcomer, name="陈大文", id_number=new_id_number())).json()
    receipt = await newcomer.face(other["ticket"])
    assert (await finish(newcomer, own, await newcomer.face(own["ticket"]))).status_code == 200
    check_problem(await finish(newcomer, other, receipt), 409, "conflict")
    assert (await me(newcomer))["name"] == "林**"
    check_problem(await begin(newcomer), 409, "conflict")


async def test_consent_withdrawn_in_the_middle_stops_the_check(
    newcomer: Person, stored: Stored
) -> None:
    consent = await newcomer.consent("identity")
    check = await newcomer.begin_check()
    receipt = await newcomer.face(check["ticket"])
    await newcomer.send("DELETE", f"/v1/consents/{consent}")
    before = await stored()
    check_problem(await finish(newcomer, check, receipt), 403, "consent_required")
    assert await stored() == before


# -- who and what is refused before the agency is asked ------------------------------------


def born(years_ago: int, *, days: int = 0) -> str:
    """A birthday, YYYYMMDD; ``days`` later than so many years before today."""
    today = date.today()  # noqa: DTZ011 - a day off matters nowhere but in the tests of the rule
    day = today.replace(year=today.year - years_ago, day=min(today.day, 28))
    return f"{day + timedelta(days=days):%Y%m%d}"


async def test_a_minor_is_refused_in_words_and_nothing_is_stored(
    newcomer: Person, stored: Stored
) -> None:
    await newcomer.consent("identity")
    before = await stored()
    answer = await begin(newcomer, id_number=new_id_number(born(17)))
    problem = check_problem(answer, 403, "minor_not_served")
    assert "18" in problem.detail
    assert await stored() == before


async def test_an_adult_since_last_week_is_served(newcomer: Person) -> None:
    await newcomer.consent("identity")
    number = new_id_number(born(18, days=-7))
    assert (await begin(newcomer, id_number=number)).status_code == 201


async def test_without_consent_the_agency_is_not_asked(newcomer: Person, stored: Stored) -> None:
    before = await stored()
    problem = check_problem(await begin(newcomer), 403, "consent_required")
    assert "实名认证" in problem.detail
    assert await stored() == before


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"id_number": "440104198808080000"}, {"/id_number"}),  # check digit
        ({"id_number": "440104198813080014"}, {"/id_number"}),  # thirteenth month
        ({"id_number": "990104198808080014"}, {"/id_number"}),  # no such region
        ({"id_number": "44010419880808001"}, {"/id_number"}),  # 17 characters
        ({"id_number": "4" * 10_000}, {"/id_number"}),
        ({"name": "7"}, {"/name"}),
        ({"name": "林" * 10_000}, {"/name"}),
        ({"name": "林\u202e芸"}, {"/name"}),  # turns the text around
        ({"name": None, "id_number": 7}, {"/name", "/id_number"}),
        ({"name": "x", "id_number": "x", "gender": "f"}, {"/name", "/id_number", "/gender"}),
    ],
)
async def test_every_faulty_field_is_named_and_nothing_is_stored(
    newcomer: Person, stored: Stored, given: dict[str, Any], pointers: set[str]
) -> None:
    await newcomer.consent("identity")
    before = await stored()
    problem = check_problem(await begin(newcomer, **given), 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == pointers
    assert await stored() == before


@pytest.mark.parametrize("name", ["吐尔逊·买买提", "𠮷野家", "欧阳〇", "Ngūgī wa Thiong'o"])
async def test_a_rare_name_is_a_name(cast: Cast, name: str) -> None:
    person = await cast.resident(name=name)
    shown = (await me(person))["name"]
    assert shown
    assert shown != name
