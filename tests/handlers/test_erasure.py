"""Erasing one's account: told before, confirmed, at once out, gone after, told by a number."""

from server.wiring import Installation
from tests.cast import Cast
from tests.erasing import due, erase, found
from tests.paper import print_report

ALLOWED = {"credit_yuexiu.audit_events", "credit_yuexiu.legal_hold", "local.oplog.rs"}


async def test_an_account_is_erased_and_its_paper_still_verifies(
    cast: Cast, installation: Installation
) -> None:
    person = await cast.owner(name="欧阳震霆")
    await person.bind_phone()
    paper = await print_report(person)
    person_id = await person.own_subject()
    number = await erase(person)
    assert (await person.get("/v1/me")).status_code == 401
    await cast.work()
    status = (await cast.client.get(f"/v1/erasures/{number}")).json()
    assert status["state"] == "swept"
    await due(installation)
    await cast.work()
    status = (await cast.client.get(f"/v1/erasures/{number}")).json()
    assert status["state"] == "done"
    places, _ = await found(
        installation.database,
        [
            person.persona["name"],
            person.persona["id_number"],
            person.persona["phone"],
            person.persona["openid"],
            person_id,
        ],
    )
    assert set(places) <= ALLOWED
    verdict = (await cast.client.get(f"/v1/verification/{paper.code}")).json()
    assert verdict["status"] == "valid", verdict
    await person.sign_in()
    assert (await person.get("/v1/me")).json()["id"] != person_id
