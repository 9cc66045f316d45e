"""Law 2: the same key and body give the same answer, and what was done is done once."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from domain.credit_reports.reports import CreditReport
from domain.transactions import Unit
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.outage import Outage
from tests.problems import check_problem

KEY = "test-key-0001"


@pytest.fixture
def keyless(mongo_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    """A client that cannot decrypt."""
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        yield client


async def ask(person: Person, *, key: str = KEY, purpose: str = "electricity") -> httpx.Response:
    body = {"subject_id": person.subject_id, "purpose": purpose}
    return await person.post("/v1/credit-reports", body, key=key)


async def test_the_same_request_again_gets_the_same_bytes_and_is_done_once(
    alice: Person, installation: Installation
) -> None:
    first = await ask(alice)
    await alice.report()
    again = await ask(alice)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    rows = installation.database["credit_reports"]
    assert await rows.count_documents({"subject_id": alice.subject_id}) == 1


async def test_a_one_time_code_is_not_spent_by_a_repeat(newcomer: Person) -> None:
    """WeChat would refuse it a second time."""
    given = await newcomer.cast.sandbox.post(
        "/sandbox/wx/phone", json={"openid": newcomer.persona["openid"]}
    )
    answers = [await newcomer.post("/v1/me/phone", given.json(), key=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


async def test_the_same_key_with_another_body_is_refused(alice: Person) -> None:
    await ask(alice)
    check_problem(await ask(alice, purpose="bank-loan"), 422, "idempotency_key_reused")


async def test_the_same_key_at_another_address_is_refused(alice: Person) -> None:
    report = await alice.report()
    other = await alice.report("bank-loan")
    path = "/v1/credit-reports/{}/file-addresses"
    assert (await alice.post(path.format(report["id"]), key=KEY)).status_code == 201
    answer = await alice.post(path.format(other["id"]), key=KEY)
    check_problem(answer, 422, "idempotency_key_reused")


async def test_a_key_belongs_to_its_caller(alice: Person, cast: Cast) -> None:
    bob = await cast.owner()
    first, second = await ask(alice), await ask(bob)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] != second.json()["id"]


async def test_a_key_belongs_to_a_person_not_to_a_device(alice: Person) -> None:
    first = await ask(alice)
    device = Person(alice.cast, alice.persona)
    device.subject_id = alice.subject_id
    await device.sign_in()
    assert (await ask(device)).content == first.content


async def test_the_same_request_in_flight_is_told_to_wait(
    alice: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first holds the key in its open transaction while the second comes."""
    inside, go_on = asyncio.Event(), asyncio.Event()
    store = installation.house.credit_reports._store
    add = store.add

    async def slowly(unit: Unit, report: CreditReport) -> None:
        inside.set()
        await go_on.wait()
        await add(unit, report)

    monkeypatch.setattr(store, "add", slowly)
    first = asyncio.ensure_future(ask(alice))
    await inside.wait()
    second = await ask(alice)
    check_problem(second, 409, "in_flight")
    assert int(second.headers["Retry-After"]) >= 1
    go_on.set()
    assert (await first).status_code == 202
    assert (await ask(alice)).content == (await first).content


async def test_the_same_request_many_times_at_once_is_done_once(
    alice: Person, installation: Installation
) -> None:
    answers = await asyncio.gather(*(ask(alice) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.content for answer in answers if answer.status_code == 202}) == 1
    rows = installation.database["credit_reports"]
    assert await rows.count_documents({"subject_id": alice.subject_id}) == 1


async def test_a_refusal_is_not_kept(alice: Person) -> None:
    """What was mended may be sent under the key that was refused."""
    check_problem(await ask(alice, purpose="gambling"), 422, "invalid")
    assert (await ask(alice)).status_code == 202


async def test_after_an_outage_the_same_request_is_done(newcomer: Person, outage: Outage) -> None:
    await newcomer.consent("identity")
    body = {name: newcomer.persona[name] for name in ("name", "id_number")}
    await outage.begin("identity", kind="error")
    answer = await newcomer.post("/v1/me/identity-checks", body, key=KEY)
    check_problem(answer, 503, "unavailable")
    await outage.end()
    answer = await newcomer.post("/v1/me/identity-checks", body, key=KEY)
    assert answer.status_code == 201


async def test_a_key_in_a_transaction_that_failed_is_free_again(
    alice: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("in the middle")

    store = installation.house.credit_reports._store
    with monkeypatch.context() as patch:
        patch.setattr(store, "add", broken)
        check_problem(await ask(alice), 500, "internal")
    assert (await ask(alice)).status_code == 202


async def test_replies_are_kept_as_ciphertext_and_keys_as_hashes(
    newcomer: Person, keyless: MongoClient[dict[str, Any]], installation: Installation
) -> None:
    await newcomer.consent("identity")
    body = {name: newcomer.persona[name] for name in ("name", "id_number")}
    answer = await newcomer.post("/v1/me/identity-checks", body, key=KEY)
    rows = [*keyless[installation.database.database.name]["idempotent_replies"].find()]
    told = repr(rows)
    for secret in (KEY, answer.json()["ticket"], *body.values()):
        assert secret not in told
    assert {row["reply"].subtype for row in rows} == {6}


async def test_a_reply_is_kept_for_seven_days(installation: Installation) -> None:
    indexes = await installation.database["idempotent_replies"].index_information()
    assert indexes["at_1"]["expireAfterSeconds"] == 7 * 24 * 3600


@pytest.mark.parametrize("key", ["", "1234567", "x" * 129, "tab\tin the key", "blank in the key"])
async def test_a_key_is_eight_to_128_visible_characters(alice: Person, key: str) -> None:
    body = {"subject_id": alice.subject_id, "purpose": "electricity"}
    answer = await alice.post("/v1/credit-reports", body, headers={"Idempotency-Key": key})
    problem = check_problem(answer, 400, "header_missing")
    assert [fault.pointer for fault in problem.errors] == ["/header/Idempotency-Key"]


@pytest.mark.parametrize("length", [8, 128])
async def test_a_key_of_any_allowed_length_is_taken(alice: Person, length: int) -> None:
    key = uuid.uuid4().hex * 4
    assert (await ask(alice, key=key[:length])).status_code == 202


async def test_sign_in_needs_no_key(newcomer: Person) -> None:
    """Its code is a key of its own: WeChat takes it once."""
    code = await newcomer.code()
    answer = await newcomer.cast.client.post("/v1/sessions", json={"code": code})
    assert answer.status_code == 201


async def test_a_key_is_held_while_an_outside_system_is_asked(newcomer: Person) -> None:
    answer = await newcomer.cast.sandbox.post(
        "/sandbox/wx/phone", json={"openid": newcomer.persona["openid"]}
    )
    body = {"code": answer.json()["code"]}
    key = "phone-twice-at-once"
    answers = await asyncio.gather(
        *(newcomer.post("/v1/me/phone", body, key=key) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    again = await newcomer.post("/v1/me/phone", body, key=key)
    assert again.status_code == 200
