"""The list of my sessions: what device, since when, and each can be ended from another."""

import asyncio
from datetime import timedelta

import pytest

from handlers.devices import device_of
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.problems import check_problem

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.49"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) MicroMessenger/8.0.50"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) MicroMessenger/7.0.20 WindowsWechat"


async def device(person: Person, user_agent: str = IPHONE) -> Person:
    """Another phone of the same WeChat account."""
    other = Person(person.cast, person.persona)
    body = {"code": await other.code()}
    headers = {"User-Agent": user_agent}
    answer = await other.cast.client.post("/v1/sessions", json=body, headers=headers)
    other.tokens = answer.raise_for_status().json()
    return other


async def sessions(person: Person) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await person.get("/v1/sessions")).json()["items"]
    return items


async def current(person: Person) -> str:
    return str(next(item["id"] for item in await sessions(person) if item["current"]))


@pytest.mark.parametrize(
    ("user_agent", "word"),
    [
        (IPHONE, "iPhone"),
        (ANDROID, "安卓手机"),
        (WINDOWS, "电脑"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) MacWechat/3.8", "电脑"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)", "其他设备"),
        ("", "其他设备"),
        ("林" * 10_000, "其他设备"),
    ],
)
def test_a_device_is_one_of_four_words(user_agent: str, word: str) -> None:
    assert device_of(user_agent) == word


async def test_every_device_is_listed_newest_first_and_this_one_is_marked(
    newcomer: Person,
) -> None:
    phone, desk = await device(newcomer, ANDROID), await device(newcomer, WINDOWS)
    listed = await sessions(phone)
    assert [item["device"] for item in listed[:2]] == ["电脑", "安卓手机"]
    assert [item["current"] for item in listed] == [False, True, False]
    assert [item["current"] for item in await sessions(desk)] == [True, False, False]
    assert set(listed[0]) == {"id", "device", "started_at", "last_used_at", "current"}


async def test_nothing_of_the_user_agent_is_kept_but_the_word(
    newcomer: Person, installation: Installation
) -> None:
    phone = await device(newcomer)
    row = await installation.database["sessions"].find_one({"_id": await current(phone)})
    assert row
    assert row["device"] == "iPhone"
    assert "MicroMessenger" not in str(row)


async def test_last_used_moves_with_each_renewal(newcomer: Person, clock: Clock) -> None:
    (before,) = await sessions(newcomer)
    clock.ahead = timedelta(hours=1)
    body = {"refresh_token": newcomer.tokens["refresh_token"]}
    answer = await newcomer.cast.client.post("/v1/sessions/refresh", json=body)
    newcomer.tokens = answer.json()
    (after,) = await sessions(newcomer)
    assert after["started_at"] == before["started_at"]
    assert str(after["last_used_at"]) > str(before["last_used_at"])


async def test_a_lost_phone_is_signed_out_from_another_and_told_why(newcomer: Person) -> None:
    lost = await device(newcomer)
    path = f"/v1/sessions/{await current(lost)}"
    assert (await newcomer.send("DELETE", path)).status_code == 204
    told = check_problem(await lost.get("/v1/me"), 401, "sign_in_again")
    assert "另一台设备" in told.detail
    body = {"refresh_token": lost.tokens["refresh_token"]}
    answer = await lost.cast.client.post("/v1/sessions/refresh", json=body)
    check_problem(answer, 401, "sign_in_again")
    assert [item["current"] for item in await sessions(newcomer)] == [True]
    assert (await newcomer.send("DELETE", path)).status_code == 204


async def test_ending_a_session_is_audited(newcomer: Person, installation: Installation) -> None:
    lost = await current(await device(newcomer))
    await newcomer.send("DELETE", f"/v1/sessions/{lost}")
    events = installation.database["audit_events"]
    me = (await newcomer.get("/v1/me")).json()["id"]
    assert await events.count_documents({"action": "session.ended", "object_id": lost}) == 1
    assert await events.find_one({"action": "session.ended", "object_id": lost, "actor": me})


async def test_anothers_session_is_not_found_and_goes_on(
    newcomer: Person, charlie: Person, stored: Stored
) -> None:
    path = f"/v1/sessions/{await current(newcomer)}"
    before = await stored()
    check_problem(await charlie.send("DELETE", path), 404, "not_found")
    check_problem(await charlie.send("DELETE", "/v1/sessions/unknown"), 404, "not_found")
    assert await stored() == before
    assert (await newcomer.get("/v1/me")).status_code == 200


async def test_sessions_that_are_over_are_not_listed(newcomer: Person, clock: Clock) -> None:
    await device(newcomer)
    clock.ahead = timedelta(days=31)
    await newcomer.sign_in()
    assert len(await sessions(newcomer)) == 1


async def test_the_list_shows_the_hundred_that_began_last(cast: Cast) -> None:
    person = await cast.newcomer()
    for _ in range(11):
        await asyncio.gather(*(device(person) for _ in range(10)))
    listed = await sessions(person)
    assert len(listed) == 100
    assert listed == sorted(listed, key=lambda item: str(item["started_at"]), reverse=True)
