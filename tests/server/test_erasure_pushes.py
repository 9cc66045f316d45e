"""What WeChat says by itself: a closed account goes, a telephone taken back goes, once."""

from typing import Any

from domain.pushes import AccountCancelled, AuthorisationRevoked
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.erasing import found, heard

NOBODY = "oNobody0000000000000000000000"


async def hear(installation: Installation, told: AccountCancelled | AuthorisationRevoked) -> None:
    """As the worker of the pushes does."""
    assert await installation.erasure.hears[type(told)](heard(installation), told) is None


async def audited(installation: Installation, object_id: str) -> list[dict[str, Any]]:
    rows = installation.database["audit_events"].find({"object_id": object_id}).sort("_id", 1)
    return [row async for row in rows]


async def test_a_closed_account_takes_everything_along(
    cast: Cast, alice: Person, installation: Installation
) -> None:
    await alice.report()
    person_id = await alice.own_subject()
    told = AccountCancelled(openid=alice.persona["openid"])
    for _ in range(2):
        await hear(installation, told)
        await cast.work()
    begun = [
        row for row in await audited(installation, person_id) if row["action"] == "erasure.begun"
    ]
    assert [row["facts"]["because"] for row in begun] == ["account_cancelled"]
    assert (await alice.get("/v1/me")).status_code == 401
    places = await found(installation.database, alice.persona["id_number"])
    assert set(places) <= {"credit_yuexiu.erasures", "local.oplog.rs"}


async def test_a_number_taken_back_is_forgotten_and_nothing_else(
    alice: Person, installation: Installation
) -> None:
    await alice.bind_phone()
    person_id = await alice.own_subject()
    told = AuthorisationRevoked(openid=alice.persona["openid"], revoked=("8", "6"))
    await hear(installation, told)
    me = (await alice.get("/v1/me")).json()
    assert (me["phone"], me["verified"]) == (None, True)
    await hear(installation, told)
    events = await audited(installation, person_id)
    facts = [row["facts"] for row in events if row["action"] == "authorisation.revoked"]
    assert facts == [{"revoked": "8,6", "erased": "phone"}, {"revoked": "8,6", "erased": ""}]


async def test_of_the_rest_there_is_nothing_to_erase_and_that_is_recorded(
    alice: Person, installation: Installation
) -> None:
    await alice.bind_phone()
    person_id = await alice.own_subject()
    revoked = ("6", "19", "20", "x" * 40, "6")
    told = AuthorisationRevoked(openid=alice.persona["openid"], revoked=revoked)
    await hear(installation, told)
    assert (await alice.get("/v1/me")).json()["phone"]
    last = (await audited(installation, person_id))[-1]
    assert last["facts"] == {"revoked": "6,19,20", "erased": ""}


async def test_an_openid_that_nobody_has_changes_nothing(installation: Installation) -> None:
    count = installation.database["audit_events"].count_documents
    before = await count({})
    await hear(installation, AccountCancelled(openid=NOBODY))
    await hear(installation, AuthorisationRevoked(openid=NOBODY, revoked=("8",)))
    assert await count({}) == before


def test_an_openid_is_in_no_text_of_the_news() -> None:
    assert NOBODY not in repr(AccountCancelled(openid=NOBODY))
    assert NOBODY not in repr(AuthorisationRevoked(openid=NOBODY, revoked=("8",)))
