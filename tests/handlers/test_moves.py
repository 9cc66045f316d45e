"""A proven identity moves to the WeChat whose owner shows the face; nothing is lost on the way."""

import asyncio
from typing import Any

import httpx

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.handlers.conftest import Stored
from tests.handlers.test_people import begin, finish, me, phone_code, set_phone
from tests.problems import check_problem

PAPERS = ("subjects", "consents", "credit_reports", "credit_report_papers")


async def another_wechat(person: Person) -> Person:
    """A new WeChat in the hand of the same person: same face, same number."""
    real = {name: person.persona[name] for name in ("name", "id_number")}
    device = await person.cast.newcomer()
    device.persona = {**device.persona, **real, "enterprise": person.persona.get("enterprise")}
    await device.consent("identity")
    return device


async def receipt_of(device: Person) -> tuple[dict[str, Any], str]:
    check = await device.begin_check()
    return check, await device.face(check["ticket"])


async def renew(device: Person) -> httpx.Response:
    body = {"refresh_token": device.tokens["refresh_token"]}
    answer = await device.cast.client.post("/v1/sessions/refresh", json=body)
    if answer.status_code == 200:
        device.tokens = answer.json()
    return answer


async def move(device: Person) -> dict[str, Any]:
    check, receipt = await receipt_of(device)
    answer = (await finish(device, check, receipt)).raise_for_status()
    (await renew(device)).raise_for_status()
    shown: dict[str, Any] = answer.json()
    return shown


async def notices(installation: Installation, person_id: str) -> list[dict[str, Any]]:
    chosen = {"person_id": person_id, "kind": "account"}
    return await installation.database["notices"].find(chosen).to_list(100)


async def test_the_identity_moves_with_all_that_is_the_persons(alice: Person) -> None:
    report = await alice.report()
    before, phone = await me(alice), await another_wechat(alice)
    moved = await move(phone)
    assert moved == await me(phone)
    assert (moved["id"], moved["name"]) == (before["id"], before["name"])
    reports = (await phone.get(f"/v1/credit-reports?subject_id={alice.subject_id}")).json()
    assert report["id"] in [item["id"] for item in reports["items"]]
    assert len((await phone.get("/v1/subjects")).json()["items"]) == 2
    assert (await phone.content(report["id"]))["number"] == report["number"]
    phone.subject_id = alice.subject_id
    assert (await phone.report("bidding"))["state"] == "ready"


async def test_the_old_wechat_is_out_told_why_and_begins_anew(
    alice: Person, installation: Installation
) -> None:
    owner = (await me(alice))["id"]
    report = await alice.report()
    second = Person(alice.cast, alice.persona)
    await second.sign_in()
    await move(await another_wechat(alice))
    for gone in (alice, second):
        told = check_problem(await gone.get("/v1/me"), 401, "sign_in_again")
        assert "转到另一个微信" in told.detail
        assert "转到另一个微信" in check_problem(await renew(gone), 401, "sign_in_again").detail
    path = f"/v1/credit-reports/{report['id']}/content"
    assert "转到另一个微信" in check_problem(await alice.get(path), 401, "sign_in_again").detail
    await alice.sign_in()
    blank = await me(alice)
    assert blank["id"] != owner
    assert (blank["verified"], blank["name"], blank["phone"]) == (False, None, None)
    check_problem(await alice.get(path), 404, "not_found")
    (told_there,) = await notices(installation, blank["id"])
    (told_here,) = await notices(installation, owner)
    for notice in (told_there, told_here):
        assert "020-00000000" in notice["text"]
        assert "年" in notice["text"]
    assert "转出" in told_there["title"]


async def test_a_move_is_audited_without_personal_data(
    charlie: Person, installation: Installation
) -> None:
    phone = await another_wechat(charlie)
    left = (await me(phone))["id"]
    moved = await move(phone)
    events = installation.database["audit_events"]
    event = await events.find_one({"action": "person.moved", "object_id": moved["id"]})
    assert event
    assert event["actor"] == event["facts"]["left"] == left
    assert await events.count_documents({"action": "person.moved", "actor": left}) == 1
    mine = await events.find({"actor": left}).to_list(100)
    for secret in ("openid", "id_number", "name"):
        assert charlie.persona[secret] not in str(mine)


async def test_the_session_goes_on_as_the_person_after_one_renewal(charlie: Person) -> None:
    phone, owner = await another_wechat(charlie), (await me(charlie))["id"]
    check, receipt = await receipt_of(phone)
    assert (await finish(phone, check, receipt)).json()["id"] == owner
    check_problem(await phone.get("/v1/me"), 401, "sign_in_again")
    assert (await renew(phone)).status_code == 200
    assert (await me(phone))["id"] == owner


async def test_every_device_of_the_wechat_comes_along(charlie: Person) -> None:
    phone, owner = await another_wechat(charlie), (await me(charlie))["id"]
    desk = Person(phone.cast, {**phone.persona})
    await desk.sign_in()
    await move(phone)
    assert (await renew(desk)).status_code == 200
    assert (await me(desk))["id"] == owner
    assert len((await phone.get("/v1/sessions")).json()["items"]) == 2


async def test_a_lost_reply_is_harmless(charlie: Person, stored: Stored) -> None:
    """The same request under the same key, by who the caller has become meanwhile."""
    phone = await another_wechat(charlie)
    check, receipt = await receipt_of(phone)
    path = f"/v1/me/identity-checks/{check['id']}/receipt"
    first = await phone.post(path, {"receipt": receipt}, key="the-same-key")
    lost = await phone.post(path, {"receipt": receipt}, key="the-same-key")
    check_problem(lost, 401, "sign_in_again")
    await renew(phone)
    before = await stored()
    again = await phone.post(path, {"receipt": receipt}, key="the-same-key")
    assert (again.status_code, again.json()) == (200, first.json())
    check_problem(await finish(phone, check, "another-receipt"), 409, "conflict")
    assert await stored() == before


async def test_the_phone_in_hand_takes_the_place_of_the_one_left(charlie: Person) -> None:
    await set_phone(charlie, await phone_code(charlie))
    silent = await another_wechat(charlie)
    old = charlie.persona["phone"]
    assert (await move(silent))["phone"] == f"{old[:3]}****{old[-4:]}"
    spoken = await another_wechat(charlie)
    await set_phone(spoken, await phone_code(spoken))
    new = spoken.persona["phone"]
    assert (await move(spoken))["phone"] == f"{new[:3]}****{new[-4:]}"


async def test_a_name_that_has_changed_since_is_the_new_one(charlie: Person) -> None:
    phone = await another_wechat(charlie)
    # The agency knows this number under one name only: the persona's. A stranger has any.
    stranger = {"name": "欧阳某", "id_number": "11010519491231002X"}
    phone.persona |= stranger
    await move(phone)
    renamed = await another_wechat(phone)
    renamed.persona |= {"name": "司马某"}
    assert (await move(renamed))["name"] == "司**"


async def test_who_does_not_show_the_face_learns_and_moves_nothing(
    charlie: Person, newcomer: Person, stored: Stored, installation: Installation
) -> None:
    """A number that is proven here and one that is not are answered alike."""
    owner = (await me(charlie))["id"]
    await newcomer.consent("identity")
    theirs = {name: charlie.persona[name] for name in ("name", "id_number")}
    answer, own = await begin(newcomer, **theirs), await begin(newcomer)
    assert answer.status_code == own.status_code == 201
    assert set(answer.json()) == set(own.json())
    receipts = [await newcomer.face(a.json()["ticket"], "fail") for a in (answer, own)]
    before = await stored()
    problems = [
        check_problem(await finish(newcomer, a.json(), receipt), 409, "identity_check_failed")
        for a, receipt in zip((answer, own), receipts, strict=True)
    ]
    assert len({problem.title for problem in problems}) == 1
    after = await stored()
    assert {name: after[name] for name in PAPERS} == {name: before[name] for name in PAPERS}
    assert (await me(charlie))["id"] == owner
    assert await notices(installation, owner) == []


async def test_who_is_verified_takes_no_second_identity_over(
    charlie: Person, newcomer: Person
) -> None:
    theirs = {name: charlie.persona[name] for name in ("name", "id_number")}
    await newcomer.consent("identity")
    other = (await begin(newcomer, **theirs)).json()
    receipt = await newcomer.face(other["ticket"])
    own, own_receipt = await receipt_of(newcomer)
    assert (await finish(newcomer, own, own_receipt)).status_code == 200
    check_problem(await finish(newcomer, other, receipt), 409, "conflict")
    assert (await me(charlie))["verified"] is True


async def test_a_move_and_a_move_back_leave_one_owner(
    alice: Person, installation: Installation
) -> None:
    owner, phone = (await me(alice))["id"], await another_wechat(alice)
    for device, left in ((phone, alice), (alice, phone), (phone, alice)):
        if device.tokens and (await device.get("/v1/me")).status_code == 401:
            await device.sign_in()
            await device.consent("identity")
        assert (await move(device))["id"] == owner
        check_problem(await left.get("/v1/me"), 401, "sign_in_again")
    accounts = installation.database["wechat_accounts"]
    assert await accounts.count_documents({"person_id": owner}) == 1
    assert len(await notices(installation, owner)) == 3


async def one_owner(devices: list[Person], installation: Installation) -> str:
    """Exactly one WeChat leads to exactly one person with the number; the others are blank."""
    verified = []
    for device in devices:
        await device.sign_in()
        shown = await me(device)
        if shown["verified"]:
            verified.append(shown["id"])
    assert len(verified) == 1
    cipher = installation.database.cipher
    number = await cipher.equal("person", devices[0].persona["id_number"])
    rows = await installation.database["people"].find({"id_number": number}).to_list(10)
    assert [row["_id"] for row in rows] == verified
    accounts = installation.database["wechat_accounts"]
    assert await accounts.count_documents({"person_id": verified[0]}) == 1
    return str(verified[0])


async def test_accounts_that_race_for_an_identity_leave_one_owner(
    cast: Cast, installation: Installation
) -> None:
    first = await cast.newcomer()
    await first.consent("identity")
    devices = [first, *[await another_wechat(first) for _ in range(2)]]
    ready = [(device, *await receipt_of(device)) for device in devices]
    answers = await asyncio.gather(*(finish(*each) for each in ready))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    await one_owner(devices, installation)


async def test_accounts_that_race_for_a_proven_identity_leave_one_owner(
    alice: Person, installation: Installation
) -> None:
    owner = (await me(alice))["id"]
    devices = [await another_wechat(alice) for _ in range(3)]
    ready = [(device, *await receipt_of(device)) for device in devices]
    answers = await asyncio.gather(
        *(finish(*each) for each in ready),
        *(Person(alice.cast, alice.persona).sign_in() for _ in range(3)),
        *(renew(alice) for _ in range(3)),
        return_exceptions=True,
    )
    assert any(getattr(answer, "status_code", 0) == 200 for answer in answers[:3])
    assert await one_owner([alice, *devices], installation) == owner
    sessions = installation.database["sessions"]
    accounts = {
        row["_id"]: row["person_id"]
        async for row in installation.database["wechat_accounts"].find()
    }
    async for session in sessions.find({"ended_at": None, "person_id": owner}):
        assert accounts[session["account_id"]] == owner


async def test_one_wechat_with_two_receipts_at_once_takes_one_identity(
    alice: Person, charlie: Person, newcomer: Person, installation: Installation
) -> None:
    """What it has become by the first, the second finds out: nobody is left without a WeChat."""
    await newcomer.consent("identity")
    owners = {(await me(person))["id"] for person in (alice, charlie)}
    ready = []
    for person in (alice, charlie):
        theirs = {name: person.persona[name] for name in ("name", "id_number")}
        check = (await begin(newcomer, **theirs)).json()
        ready.append((newcomer, check, await newcomer.face(check["ticket"])))
    answers = await asyncio.gather(*(finish(*each) for each in ready))
    first, second = sorted(answer.status_code for answer in answers)
    assert (first, second) in {(200, 401), (200, 409)}
    await newcomer.sign_in()
    assert (await me(newcomer))["id"] in owners
    accounts = installation.database["wechat_accounts"]
    for owner in owners:
        assert await accounts.count_documents({"person_id": owner}) == 1
