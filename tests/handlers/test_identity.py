"""Sign-in, renewal, sign-out: who holds a token, and from when on nobody does."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from adapters.keys import Keys
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.outage import Outage
from tests.problems import check_problem
from tests.proof import Proof

DROPPED = 1000 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 30


async def refresh(person: Person, token: str | None = None) -> Any:
    body = {"refresh_token": token or person.tokens["refresh_token"]}
    return await person.cast.client.post("/v1/sessions/refresh", json=body)


async def is_in(person: Person) -> bool:
    """Whether the next request of this device is served."""
    answer = await person.get("/v1/me")
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def another_device(person: Person) -> Person:
    device = Person(person.cast, person.persona)
    await device.sign_in()
    return device


# -- signing in ----------------------------------------------------------------------------


async def test_a_code_opens_a_session(cast: Cast) -> None:
    person = Person(cast, await cast.persona())
    answer = await cast.client.post("/v1/sessions", json={"code": await person.code()})
    assert answer.status_code == 201
    person.tokens = answer.json()
    assert person.tokens["token_type"] == "Bearer"
    assert person.tokens["access_expires_in"] == 15 * 60
    assert person.tokens["refresh_expires_in"] == 30 * 24 * 3600
    assert (await person.get("/v1/me")).json()["verified"] is False


async def test_one_wechat_account_is_one_person_on_every_device(newcomer: Person) -> None:
    device = await another_device(newcomer)
    first, second = await newcomer.get("/v1/me"), await device.get("/v1/me")
    assert first.json()["id"] == second.json()["id"]


async def test_who_signs_in_on_five_devices_at_once_is_one_person(
    cast: Cast, installation: Installation
) -> None:
    persona = await cast.persona()
    devices = [Person(cast, persona) for _ in range(5)]
    await asyncio.gather(*(device.sign_in() for device in devices))
    people = {(await device.get("/v1/me")).json()["id"] for device in devices}
    assert len(people) == 1
    accounts = installation.database["wechat_accounts"]
    assert await accounts.count_documents({"person_id": people.pop()}) == 1


async def test_a_used_code_is_refused(newcomer: Person, stored: Stored) -> None:
    code = await newcomer.code()
    await newcomer.cast.client.post("/v1/sessions", json={"code": code})
    before = await stored()
    answer = await newcomer.cast.client.post("/v1/sessions", json={"code": code})
    check_problem(answer, 401, "wechat_code_rejected")
    assert await stored() == before


@pytest.mark.parametrize("code", ["unknown-or-expired", "x", "0" * 512])
async def test_a_code_that_wechat_does_not_know_is_refused(
    cast: Cast, stored: Stored, code: str
) -> None:
    before = await stored()
    answer = await cast.client.post("/v1/sessions", json={"code": code})
    check_problem(answer, 401, "wechat_code_rejected")
    assert await stored() == before


async def test_a_code_of_the_phone_button_signs_nobody_in(newcomer: Person) -> None:
    given = await newcomer.cast.sandbox.post(
        "/sandbox/wx/phone", json={"openid": newcomer.persona["openid"]}
    )
    answer = await newcomer.cast.client.post("/v1/sessions", json=given.json())
    check_problem(answer, 401, "wechat_code_rejected")


@pytest.mark.parametrize("code", ["", "汉字", "x" * 513, "a b", 7, None, ["x"]])
async def test_a_malformed_code_never_reaches_wechat(cast: Cast, code: object) -> None:
    answer = await cast.client.post("/v1/sessions", json={"code": code})
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/code"]


async def test_when_wechat_is_out_sign_in_says_so(
    cast: Cast, outage: Outage, stored: Stored
) -> None:
    person = Person(cast, await cast.persona())
    code = await person.code()
    before = await stored()
    await outage.begin("wechat", kind="error")
    answer = await cast.client.post("/v1/sessions", json={"code": code})
    check_problem(answer, 503, "unavailable")
    assert await stored() == before


# -- access tokens -------------------------------------------------------------------------


async def test_an_access_token_is_over_after_fifteen_minutes(
    newcomer: Person, clock: Clock
) -> None:
    clock.ahead = timedelta(minutes=14, seconds=50)
    assert await is_in(newcomer)
    clock.ahead = timedelta(minutes=15, seconds=1)
    check_problem(await newcomer.get("/v1/me"), 401, "sign_in_again")


async def test_a_refresh_token_is_no_access_token_and_the_reverse(newcomer: Person) -> None:
    bearer = {"Authorization": f"Bearer {newcomer.tokens['refresh_token']}"}
    answer = await newcomer.get("/v1/me", headers=bearer)
    check_problem(answer, 401, "sign_in_again")
    answer = await refresh(newcomer, newcomer.tokens["access_token"])
    check_problem(answer, 401, "sign_in_again")


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims, _: jwt.encode(claims, "", "none"),
        lambda claims, _: jwt.encode(claims, b"x" * 32, "HS256"),
        lambda claims, key: jwt.encode(claims, key * 2, "HS512"),
        lambda claims, key: jwt.encode({**claims, "aud": "refresh"}, key, "HS256"),
        lambda claims, key: jwt.encode({**claims, "exp": claims["iat"]}, key, "HS256"),
        lambda claims, key: jwt.encode({**claims, "sub": "somebody-else"}, key, "HS256"),
        lambda claims, key: jwt.encode({**claims, "sid": "no-session"}, key, "HS256"),
        lambda claims, key: jwt.encode({**claims, "sid": {"$ne": ""}}, key, "HS256"),
        lambda claims, key: jwt.encode({"aud": "access", "sub": claims["sub"]}, key, "HS256"),
        lambda *_: "garbage",
        lambda *_: "W1tb" * 9_000 + ".e30.e30",
    ],
    ids=[
        *("no algorithm", "another key", "another algorithm", "another audience", "over"),
        *("another person", "no such session", "a query", "claims missing", "garbage", "nested"),
    ],
)
async def test_a_forged_access_token_is_refused(
    newcomer: Person, data_folder: Path, forge: Any
) -> None:
    """The forger knows more than anybody can: even the key."""
    key = Keys(data_folder / "keys").derived("access-token")
    token = newcomer.tokens["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    control = {"Authorization": f"Bearer {jwt.encode(claims, key, 'HS256')}"}
    assert (await newcomer.get("/v1/me", headers=control)).status_code == 200
    forged = {"Authorization": f"Bearer {forge(claims, key)}"}
    check_problem(await newcomer.get("/v1/me", headers=forged), 401, "sign_in_again")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  x", "Basic eDp5", "bearer\tx"])
async def test_whatever_is_no_bearer_token_is_refused(newcomer: Person, header: str) -> None:
    newcomer.tokens = {}
    answer = await newcomer.get("/v1/me", headers={"Authorization": header})
    check_problem(answer, 401, "sign_in_again")


# -- renewal -------------------------------------------------------------------------------


async def test_a_renewed_session_goes_on(newcomer: Person, clock: Clock) -> None:
    me = (await newcomer.get("/v1/me")).json()
    clock.ahead = timedelta(hours=1)
    assert not await is_in(newcomer)
    answer = await refresh(newcomer)
    assert answer.status_code == 200
    newcomer.tokens = answer.json()
    assert (await newcomer.get("/v1/me")).json() == me


async def test_each_renewal_lengthens_the_session(newcomer: Person, clock: Clock) -> None:
    for day in (29, 58, 87):
        clock.ahead = timedelta(days=day)
        newcomer.tokens = (await refresh(newcomer)).raise_for_status().json()
    clock.ahead = timedelta(days=87 + 30, seconds=1)
    check_problem(await refresh(newcomer), 401, "sign_in_again")


async def test_the_same_token_within_a_minute_gives_the_identical_successor(
    newcomer: Person, clock: Clock
) -> None:
    """A reply that was lost on the way signs nobody out."""
    first = (await refresh(newcomer)).json()
    clock.ahead = timedelta(seconds=55)
    again = (await refresh(newcomer)).json()
    assert again["refresh_token"] == first["refresh_token"] != newcomer.tokens["refresh_token"]
    newcomer.tokens = again
    assert await is_in(newcomer)
    assert (await refresh(newcomer)).status_code == 200


async def test_a_token_used_again_after_a_minute_ends_the_session(
    newcomer: Person, clock: Clock
) -> None:
    successor = (await refresh(newcomer)).json()
    clock.ahead = timedelta(seconds=61)
    check_problem(await refresh(newcomer), 401, "sign_in_again")
    newcomer.tokens = successor
    assert not await is_in(newcomer)
    check_problem(await refresh(newcomer), 401, "sign_in_again")


async def test_a_token_whose_successor_was_used_ends_the_session_at_once(
    newcomer: Person,
) -> None:
    successor = (await refresh(newcomer)).json()
    newest = (await refresh(newcomer, successor["refresh_token"])).json()
    check_problem(await refresh(newcomer), 401, "sign_in_again")
    newcomer.tokens = newest
    assert not await is_in(newcomer)
    check_problem(await refresh(newcomer), 401, "sign_in_again")


async def test_reuse_on_one_device_leaves_the_others_signed_in(
    newcomer: Person, clock: Clock
) -> None:
    device = await another_device(newcomer)
    await refresh(newcomer)
    clock.ahead = timedelta(seconds=61)
    check_problem(await refresh(newcomer), 401, "sign_in_again")
    assert await is_in(device)


async def test_dropped_replies_sign_nobody_out(
    newcomer: Person, clock: Clock, proof: Proof
) -> None:
    """Each reply is lost once or more; who asks again goes on, and a later replay ends it all."""
    replays = []
    for number in range(DROPPED):
        lost = (await refresh(newcomer)).raise_for_status().json()
        again = (await refresh(newcomer)).raise_for_status().json()
        assert again["refresh_token"] == lost["refresh_token"]
        replays.append(newcomer.tokens["refresh_token"])
        newcomer.tokens = again
        clock.ahead += timedelta(seconds=(number % 7) * 10)
    assert await is_in(newcomer)
    check_problem(await refresh(newcomer, replays[len(replays) // 2]), 401, "sign_in_again")
    assert not await is_in(newcomer)
    check_problem(await refresh(newcomer), 401, "sign_in_again")
    proof("a renewal's reply dropped and asked for again", DROPPED, "nobody was signed out")


async def test_ten_renewals_at_once_sign_nobody_out_however_often(
    newcomer: Person, proof: Proof
) -> None:
    rounds = max(DROPPED // 10, 1)
    for _ in range(rounds):
        answers = await asyncio.gather(*(refresh(newcomer) for _ in range(10)))
        assert [answer.status_code for answer in answers] == [200] * 10
        assert len({answer.json()["refresh_token"] for answer in answers}) == 1
        newcomer.tokens = answers[0].json()
    assert await is_in(newcomer)
    proof("ten renewals of one session at once", rounds, "one successor, nobody signed out")


async def test_ten_renewals_at_once_give_one_successor(newcomer: Person) -> None:
    answers = await asyncio.gather(*(refresh(newcomer) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    newcomer.tokens = answers[0].json()
    assert (await refresh(newcomer)).status_code == 200


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "x" * 1000])
async def test_a_refresh_token_that_was_never_given_is_refused(
    newcomer: Person, token: str
) -> None:
    check_problem(await refresh(newcomer, token), 401, "sign_in_again")


# -- signing out ---------------------------------------------------------------------------


async def test_signing_out_holds_at_the_next_request_here_and_only_here(
    newcomer: Person,
) -> None:
    device = await another_device(newcomer)
    answer = await newcomer.send("DELETE", "/v1/sessions/current")
    assert (answer.status_code, answer.content) == (204, b"")
    check_problem(await newcomer.get("/v1/me"), 401, "sign_in_again")
    check_problem(await refresh(newcomer), 401, "sign_in_again")
    assert await is_in(device)


async def test_signing_out_everywhere_holds_at_the_next_request_of_every_device(
    newcomer: Person, charlie: Person
) -> None:
    device = await another_device(newcomer)
    assert (await newcomer.send("DELETE", "/v1/sessions")).status_code == 204
    for gone in (newcomer, device):
        check_problem(await gone.get("/v1/me"), 401, "sign_in_again")
        check_problem(await refresh(gone), 401, "sign_in_again")
    assert await is_in(charlie)
    await newcomer.sign_in()
    assert await is_in(newcomer)


async def test_requests_already_on_their_way_end_with_the_session(newcomer: Person) -> None:
    """Sign-out is seen by whatever is admitted after it, however much is under way."""
    device = await another_device(newcomer)
    asked = [asyncio.ensure_future(device.get("/v1/me")) for _ in range(20)]
    await newcomer.send("DELETE", "/v1/sessions")
    assert not await is_in(device)
    assert {(await answer).status_code for answer in asked} <= {200, 401}


async def test_who_signs_out_while_a_body_is_on_its_way_is_out(alice: Person, clock: Clock) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"subject_id": "'
        answer = await alice.send("DELETE", "/v1/sessions")
        assert answer.status_code == 204
        clock.ahead += timedelta(seconds=2)
        yield f'{alice.subject_id}", "purpose": "bidding"}}'.encode()

    answer = await alice.send(
        "POST",
        "/v1/credit-reports",
        content=slowly(),
        headers={"Content-Type": "application/json"},
    )
    check_problem(answer, 401, "sign_in_again")
