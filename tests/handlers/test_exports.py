"""All my data as one archive: readable by a person and by a program, and nobody else's."""

import asyncio
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.documents import archive as archives
from adapters.mongo.exports import MongoExports
from adapters.mongo.looks import MongoLooks
from adapters.mongo.transactions import session_of
from domain.errors import Unavailable
from domain.exports.exports import ExportGone
from domain.exports.making import MOST_ATTEMPTS, Making
from domain.transactions import Unit
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import LONG_AGO, due, erase
from tests.problems import check_problem
from tests.sharing import BANK, share


def unpacked(archive: bytes) -> zipfile.ZipFile:
    packed = zipfile.ZipFile(io.BytesIO(archive))
    assert packed.testzip() is None
    return packed


def data_in(archive: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(unpacked(archive).read("data.json"))
    return data


def rows(data: dict[str, Any], section: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["sections"][section]["rows"]
    return found


async def requested(person: Person) -> dict[str, Any]:
    answer = await person.post("/v1/me/exports")
    assert answer.status_code == 202
    export: dict[str, Any] = answer.json()
    return export


async def address(person: Person, export: dict[str, Any]) -> str:
    answer = await person.post(f"/v1/me/exports/{export['id']}/file-addresses")
    return str(answer.raise_for_status().json()["url"])


async def test_an_export_has_a_reference_at_once_and_is_made_behind_the_scenes(
    alice: Person, installation: Installation
) -> None:
    export = await requested(alice)
    assert (export["state"], export["size"], export["ready_at"]) == ("requested", None, None)
    answer = await alice.post(f"/v1/me/exports/{export['id']}/file-addresses")
    check_problem(answer, 409, "export_not_ready")
    while await installation.workers.work_once():
        pass
    ready = (await alice.get(f"/v1/me/exports/{export['id']}")).json()
    assert ready["state"] == "ready"
    assert (await alice.get("/v1/me/exports")).json()["items"] == [ready]
    archive = (await alice.cast.client.get(await address(alice, ready))).content
    assert len(archive) == ready["size"]
    assert hashlib.sha256(archive).hexdigest() == ready["sha256"]
    titles = [one["title"] for one in (await alice.get("/v1/notices")).json()["items"]]
    assert "您的数据已可下载" in titles


async def test_it_holds_who_i_am_what_i_agreed_to_and_my_reports(alice: Person) -> None:
    report = await alice.report()
    await alice.content(report["id"])
    await share(alice, report["id"])
    archive = await alice.archive()
    data = data_in(archive)
    assert (data["format"], data["version"]) == ("credit-yuexiu/my-data", 1)
    [person] = rows(data, "person")
    assert (person["name"], person["id_number"]) == (
        alice.persona["name"],
        alice.persona["id_number"],
    )
    assert rows(data, "wechat_accounts")[0]["openid"] == alice.persona["openid"]
    assert [one["uscc"] for one in rows(data, "subjects")] == [alice.persona["enterprise"]["uscc"]]
    texts = {one["text_hash"]: one["text"] for one in rows(data, "agreement_texts")}
    for consent in rows(data, "consents"):
        text = texts[consent["text_hash"]]
        assert hashlib.sha256(text.encode()).hexdigest() == consent["text_hash"]
    assert rows(data, "shares")[0]["recipient"] == BANK
    assert [one["action"] for one in rows(data, "looks")] == ["查看了报告"]
    packed = unpacked(archive)
    assert packed.read(f"reports/{report['number']}.pdf").startswith(b"%PDF-")
    content = json.loads(packed.read(f"reports/{report['number']}.json"))
    assert content["number"] == report["number"]


async def test_a_person_reads_the_page_and_nothing_in_it_is_code(alice: Person) -> None:
    report = await alice.report()
    await share(alice, report["id"], recipient="<script>alert(1)</script>银行")
    page = unpacked(await alice.archive()).read("index.html").decode()
    assert alice.persona["name"] in page
    assert f"reports/{report['number']}.pdf" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_an_unverified_person_exports_too(newcomer: Person) -> None:
    await newcomer.consent("privacy")
    data = data_in(await newcomer.archive())
    [person] = rows(data, "person")
    assert person["name"] is None
    assert rows(data, "wechat_accounts")[0]["openid"] == newcomer.persona["openid"]
    assert len(rows(data, "sessions")) == 1
    assert [one["title"] for one in rows(data, "consents")] == ["信用越秀隐私保护指引"]
    assert data["files"] == []


async def test_the_session_key_and_other_peoples_names_are_not_in_it(
    alice: Person, installation: Installation
) -> None:
    agent = await alice.cast.agent(alice)
    row = await installation.database["wechat_accounts"].find_one(
        {"person_id": (await alice.get("/v1/me")).json()["id"]}
    )
    assert row is not None
    text = unpacked(await alice.archive()).read("data.json").decode()
    assert row["session_key"] not in text
    assert agent.persona["phone"] not in text
    given = rows(json.loads(text), "delegations_given")
    assert [one["name"][1:] for one in given] == ["*" * (len(agent.persona["name"]) - 1)]
    received = rows(data_in(await agent.archive()), "delegations_received")
    assert [one["name"] for one in received] == [agent.persona["name"]]


async def test_nobody_else_finds_it(alice: Person, charlie: Person) -> None:
    export = await alice.export()
    path = f"/v1/me/exports/{export['id']}"
    check_problem(await charlie.get(path), 404, "not_found")
    check_problem(await charlie.post(f"{path}/file-addresses"), 404, "not_found")
    assert (await charlie.get("/v1/me/exports")).json()["items"] == []


async def test_one_at_a_time(alice: Person, installation: Installation) -> None:
    answers = await asyncio.gather(*(requested(alice) for _ in range(5)))
    assert len({one["id"] for one in answers}) == 1
    while await installation.workers.work_once():
        pass
    newer = await alice.export()
    assert newer["id"] != answers[0]["id"]
    assert [one["id"] for one in (await alice.get("/v1/me/exports")).json()["items"]] == [
        newer["id"]
    ]
    kept = installation.database["data_export_parts"]
    assert await kept.count_documents({"export_id": answers[0]["id"]}) == 0


async def test_each_fetch_is_a_look_by_oneself_at_every_report_in_it(
    alice: Person, installation: Installation
) -> None:
    await alice.report()
    url = await address(alice, await alice.export())
    for _ in range(2):
        assert (await alice.cast.client.get(url)).status_code == 200
    items = (await alice.get(f"/v1/looks?subject_id={alice.subject_id}")).json()["items"]
    assert [(one["action"], one["who"]) for one in items] == [("export", "本人")] * 2
    fetched = {"action": "data_export.fetched"}
    assert await installation.database["audit_events"].count_documents(fetched) >= 2


async def test_ones_own_report_is_ones_own_after_withdrawal_an_enterprises_is_not(
    cast: Cast,
) -> None:
    person = await cast.owner()
    enterprise = await person.report()
    consent = await person.consent("credit-report", person.subject_id)
    await person.for_oneself()
    own = await person.report()
    mine = await person.consent("credit-report", person.subject_id)
    for one in (consent, mine):
        assert (await person.send("DELETE", f"/v1/consents/{one}")).status_code == 204
    files = {one["number"]: one for one in data_in(await person.archive())["files"]}
    assert files[own["number"]]["paper"] == f"reports/{own['number']}.pdf"
    assert "paper" not in files[enterprise["number"]]
    assert files[enterprise["number"]]["note"] == "企业的报告只在您仍有查看权限时提供内容。"


async def test_a_right_that_ends_after_the_making_closes_the_archive(alice: Person) -> None:
    await alice.report()
    export = await alice.export()
    url = await address(alice, export)
    consent = await alice.consent("credit-report", alice.subject_id)
    await alice.send("DELETE", f"/v1/consents/{consent}")
    check_problem(await alice.cast.client.get(url), 404, "not_found")
    answer = await alice.post(f"/v1/me/exports/{export['id']}/file-addresses")
    problem = check_problem(answer, 409, "export_not_ready")
    assert "请重新导出" in problem.detail
    assert (await alice.export())["id"] != export["id"]


async def test_an_address_ends_with_ten_minutes_and_with_the_session(
    alice: Person, clock: Clock
) -> None:
    url = await address(alice, await alice.export())
    clock.ahead = timedelta(minutes=10, seconds=1)
    check_problem(await alice.cast.client.get(url), 404, "not_found")
    clock.ahead = timedelta()
    url = await address(alice, await alice.export())
    await alice.send("DELETE", "/v1/sessions/current")
    check_problem(await alice.cast.client.get(url), 404, "not_found")


async def test_it_is_gone_after_seven_days(
    alice: Person, clock: Clock, installation: Installation
) -> None:
    export = await alice.export()
    clock.ahead = timedelta(days=7, seconds=1)
    await alice.sign_in()
    check_problem(await alice.get(f"/v1/me/exports/{export['id']}"), 404, "not_found")
    assert (await alice.get("/v1/me/exports")).json()["items"] == []
    for name in ("data_exports", "data_export_parts", "data_export_addresses"):
        indexes = await installation.database[name].index_information()
        assert any("expireAfterSeconds" in one for one in indexes.values())


async def test_what_is_kept_of_an_archive_is_ciphertext(
    alice: Person, installation: Installation
) -> None:
    export = await alice.export()
    stored = (
        await installation.database["data_export_parts"]
        .aggregate(
            [
                {"$match": {"export_id": export["id"]}},
                {"$project": {"kind": {"$type": "$content"}, "size": {"$binarySize": "$content"}}},
            ]
        )
        .to_list(None)
    )
    assert {one["kind"] for one in stored} == {"binData"}
    assert sum(one["size"] for one in stored) > export["size"]


async def test_an_account_removed_while_its_export_is_made_leaves_nothing(
    alice: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = await requested(alice)
    add_part = MongoExports.add_part

    async def removed_first(store: MongoExports, *given: Any, **more: Any) -> None:
        await installation.database["data_exports"].delete_one({"_id": export["id"]})
        await add_part(store, *given, **more)

    monkeypatch.setattr(MongoExports, "add_part", removed_first)
    while await installation.workers.work_once():
        pass
    for name in ("data_exports", "data_export_parts"):
        chosen = {"$or": [{"_id": export["id"]}, {"export_id": export["id"]}]}
        assert await installation.database[name].count_documents(chosen) == 0
    assert await installation.database["outbox"].count_documents({"object_id": export["id"]}) == 0


async def test_a_part_that_is_made_anew_collides_with_the_removal_of_its_export(
    alice: Person, installation: Installation
) -> None:
    """The row says already that it has so many parts: that alone would collide with nothing."""
    house, database = installation.house, installation.database
    store, commit = MongoExports(database), house.transactions.plain()
    export = await store.get((await requested(alice))["id"])
    assert export

    async def add(unit: Unit) -> None:
        await store.drop_parts(unit, export.id)
        await store.add_part(unit, export, ordinal=0, content=b"x")

    await commit(add)
    exports, parts = database["data_exports"], database["data_export_parts"]
    meanwhile = [export.id]

    async def interrupted(unit: Unit) -> None:
        await exports.find_one({"_id": export.id}, session=session_of(unit))
        while meanwhile:
            await exports.delete_one({"_id": meanwhile.pop()})
        await add(unit)

    with pytest.raises(ExportGone):
        await commit(interrupted)
    await parts.delete_many({"export_id": export.id})


async def test_what_cannot_be_made_is_told_after_some_attempts(
    alice: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = await requested(alice)

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Making, "_make", broken)
    outbox = installation.database["outbox"]
    for _ in range(MOST_ATTEMPTS + 1):
        await outbox.update_one({"object_id": export["id"]}, {"$set": {"next_at": LONG_AGO}})
        await installation.workers.work_once()
    failed = (await alice.get(f"/v1/me/exports/{export['id']}")).json()
    assert failed["state"] == "failed"
    assert "重新申请" in failed["state_text"]
    assert await outbox.count_documents({"object_id": export["id"]}) == 0
    monkeypatch.undo()
    assert (await alice.export())["state"] == "ready"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Archives in many parts, as large ones are."""
    monkeypatch.setattr(archives, "PART", 2000)
    return 2000


async def test_an_archive_is_kept_in_parts_and_fetched_whole(
    alice: Person, installation: Installation, small_parts: int
) -> None:
    report = await alice.report()
    export = await alice.export()
    parts = installation.database["data_export_parts"]
    assert await parts.count_documents({"export_id": export["id"]}) > export["size"] // small_parts
    whole = (await alice.cast.client.get(await address(alice, export))).content
    assert hashlib.sha256(whole).hexdigest() == export["sha256"]
    assert f"reports/{report['number']}.pdf" in unpacked(whole).namelist()


@pytest.mark.usefixtures("small_parts")
async def test_an_archive_that_loses_a_part_never_looks_whole(
    alice: Person, installation: Installation
) -> None:
    await alice.report()
    export = await alice.export()
    url = await address(alice, export)
    chosen = {"export_id": export["id"], "ordinal": 2}
    await installation.database["data_export_parts"].delete_one(chosen)
    with pytest.raises(httpx.RemoteProtocolError):
        await alice.cast.client.get(url)


@pytest.mark.usefixtures("small_parts")
async def test_who_takes_the_making_over_begins_anew(
    alice: Person, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = await requested(alice)
    add_part = MongoExports.add_part

    async def cut_off(store: MongoExports, *given: Any, **more: Any) -> None:
        if more["ordinal"] == 3:
            raise RuntimeError
        await add_part(store, *given, **more)

    monkeypatch.setattr(MongoExports, "add_part", cut_off)
    await installation.workers.work_once()
    parts = installation.database["data_export_parts"]
    assert await parts.count_documents({"export_id": export["id"]}) == 3
    half = (await alice.get(f"/v1/me/exports/{export['id']}")).json()
    assert (half["state"], half["size"]) == ("making", None)
    monkeypatch.setattr(MongoExports, "add_part", add_part)
    outbox = installation.database["outbox"]
    await outbox.update_one({"object_id": export["id"]}, {"$set": {"next_at": LONG_AGO}})
    whole = data_in(await alice.archive())
    assert whole["export_id"] == export["id"]


async def test_a_look_that_cannot_be_recorded_gives_no_archive(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await alice.report()
    url = await address(alice, await alice.export())

    async def unwritten(*_: object) -> dict[int, Exception]:
        return {0: Unavailable(system="database")}

    monkeypatch.setattr(MongoLooks, "_insert", unwritten)
    check_problem(await alice.cast.client.get(url), 503, "unavailable")


async def test_an_erased_accounts_exports_go_with_it(
    alice: Person, installation: Installation
) -> None:
    await alice.report()
    export = await alice.export()
    url = await address(alice, export)
    await erase(alice)
    check_problem(await alice.cast.client.get(url), 404, "not_found")
    for _ in range(2):
        while await installation.workers.work_once():
            pass
        await due(installation)
    found = {"$or": [{"_id": export["id"]}, {"export_id": export["id"]}]}
    for name in ("data_exports", "data_export_parts", "data_export_addresses"):
        assert await installation.database[name].count_documents(found) == 0, name
