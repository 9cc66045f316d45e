"""After WeChat moved the mini program: who had one openid is found under another."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.keys import Keys
from adapters.mongo.openids import MongoOpenids
from adapters.mongo.transactions import MongoTransactions
from domain.staff.roles import Role
from server.openids_command import BATCH, remap
from server.operate import Desk
from server.wiring import Installation
from tests.alerting import Alerting
from tests.cast import Cast, Person
from tests.served import run_command
from tests.server.test_operate import environment
from tests.staffing import hired

Told = list[str]
Remap = Callable[..., "asyncio.Future[Counter[str]]"]


def new_openid() -> str:
    return f"o{uuid.uuid4().hex[:27]}"


def line(person: Person, openid: str = "") -> str:
    """A row of WeChat's list, and from now on the person signs in under the new openid."""
    new = openid or new_openid()
    return f"{person.persona['openid']},{new}\n"


@pytest.fixture
def desk(installation: Installation, data_folder: Path) -> Desk:
    transactions = MongoTransactions(installation.database, hmac_key=b"k" * 32)
    keys = Keys(data_folder / "keys")
    return Desk(database=installation.database, keys=keys, transactions=transactions)


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def run(desk: Desk, installation: Installation, told: Told) -> Remap:
    """The command's work: over these lines, written with ``apply``."""
    appid = installation.house.appid

    async def work(*lines: str, apply: bool = True, old_appid: str = appid) -> Counter[str]:
        accounts = MongoOpenids(desk.database, old_appid=old_appid, new_appid=appid)
        return await remap(desk, accounts, lines, apply=apply, tell=told.append)

    return work


async def signed_in(openid: str, known: Cast) -> str:
    """Who one is when one signs in under another openid; WeChat knows it from now on."""
    device = Person(known, await known.persona(openid=openid))
    await device.sign_in()
    return str((await device.get("/v1/me")).json()["id"])


async def test_people_are_who_they_were_under_their_new_openids(
    charlie: Person, cast: Cast, run: Remap, desk: Desk
) -> None:
    person, new = (await charlie.get("/v1/me")).json()["id"], new_openid()
    assert await run("old,new\n", line(charlie, new)) == {"changed": 1}
    assert await signed_in(new, cast) == person
    assert (await charlie.get("/v1/me")).status_code == 200
    account = await desk.database["wechat_accounts"].find_one({"person_id": person})
    assert account
    events = desk.database["audit_events"]
    (event,) = await events.find({"object_id": account["_id"]}).to_list(9)
    assert (event["action"], event["actor"]) == ("account.openid_changed", "operator")
    assert new not in str(event)


async def test_without_apply_it_is_told_and_nothing_is_written(
    newcomer: Person, run: Remap, desk: Desk
) -> None:
    row = line(newcomer)
    events = desk.database["audit_events"]
    before = await events.count_documents({})
    assert await run(row, apply=False) == {"changed": 1}
    assert await events.count_documents({}) == before
    assert await run(row, apply=False) == {"changed": 1}
    assert await run(row) == {"changed": 1}


async def test_again_changes_nothing_more(newcomer: Person, run: Remap, desk: Desk) -> None:
    rows = [line(newcomer), f"{new_openid()},{new_openid()}\n"]
    assert await run(*rows) == {"changed": 1, "unknown": 1}
    events = desk.database["audit_events"]
    before = await events.count_documents({})
    assert await run(*rows) == {"already": 1, "unknown": 1}
    assert await events.count_documents({}) == before


async def test_whose_new_openid_has_an_account_is_named_and_left(
    newcomer: Person, charlie: Person, run: Remap, told: Told
) -> None:
    new = charlie.persona["openid"]
    assert await run(line(newcomer, new)) == {"conflict": 1}
    (sentence,) = told
    assert sentence.startswith("line 1: ")
    assert new not in sentence
    await newcomer.sign_in()
    assert (await newcomer.get("/v1/me")).json()["id"] != (await charlie.get("/v1/me")).json()["id"]


async def test_every_faulty_line_is_named_and_the_others_are_done(
    newcomer: Person, run: Remap, told: Told
) -> None:
    old, new = newcomer.persona["openid"], new_openid()
    count = await run(
        f"{old}\n",
        f"{old},{new},more\n",
        f"{old},{old}\n",
        f"{old},o汉字\n",
        "\n",
        f'"{old}", {new}\r\n',
        f"{new},{new_openid()}\n",
        "x" * 100_000,
    )
    assert count == {"changed": 1, "faulty": 6}
    assert [sentence.partition(":")[0] for sentence in told] == [
        f"line {number}" for number in (1, 2, 3, 4, 7, 8)
    ]
    assert "line 6" in told[4]
    assert not any(whole in sentence for sentence in told for whole in (old, new))


async def test_people_of_another_app_id_come_over(
    newcomer: Person, cast: Cast, run: Remap, desk: Desk
) -> None:
    person, new = (await newcomer.get("/v1/me")).json()["id"], new_openid()
    accounts = desk.database["wechat_accounts"]
    await accounts.update_one({"person_id": person}, {"$set": {"appid": "wx-before"}})
    row = line(newcomer, new)
    assert await run(row) == {"unknown": 1}
    assert await run(row, old_appid="wx-before") == {"changed": 1}
    assert await signed_in(new, cast) == person


async def test_who_signs_in_meanwhile_is_not_lost(
    newcomer: Person, cast: Cast, run: Remap, desk: Desk
) -> None:
    """Under the new openid, while the list is worked on: changed or left, never two of one."""
    new = new_openid()
    early = Person(cast, await cast.persona(openid=new))
    count, _ = await asyncio.gather(run(line(newcomer, new)), early.sign_in())
    assert count in ({"changed": 1}, {"conflict": 1})
    wanted = await desk.database.cipher.equal("account", new)
    assert await desk.database["wechat_accounts"].count_documents({"openid": wanted}) == 1


async def test_more_than_a_batch_is_worked_on_in_batches(newcomer: Person, run: Remap) -> None:
    rows = [f"{new_openid()},{new_openid()}\n" for _ in range(BATCH)]
    assert await run(*rows, line(newcomer)) == {"unknown": BATCH, "changed": 1}


async def test_the_command_reports_and_fails_when_a_line_was_left(
    newcomer: Person, mongo_uri: str, data_folder: Path, tmp_path: Path, installation: Installation
) -> None:
    file = tmp_path / "openids.csv"
    file.write_text("old,new\n" + line(newcomer), encoding="utf-8-sig")
    env = environment(
        mongo_uri=mongo_uri,
        keys_folder=data_folder / "keys",
        wechat_appid=installation.house.appid,
    )
    dry = await asyncio.to_thread(run_command, "openids", str(file), env=env)
    assert (dry.returncode, dry.stderr) == (0, "")
    assert "1 would change" in dry.stdout
    done = await asyncio.to_thread(run_command, "openids", str(file), "--apply", env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 changed\n" in done.stdout
    with file.open("a") as more:
        more.write("garbage\n")
    faulty = await asyncio.to_thread(run_command, "openids", str(file), "--apply", env=env)
    assert faulty.returncode == 1
    assert "1 changed before" in faulty.stdout
    assert "line 3: " in faulty.stdout
    assert newcomer.persona["openid"] not in faulty.stdout


async def test_staff_are_told_at_the_wechat_that_they_bound_under_its_new_openid(
    newcomer: Person, cast: Cast, run: Remap
) -> None:
    alerting, colleague = Alerting(cast), await hired(cast, Role.BUTLER)
    await colleague.close()
    await alerting.bind(colleague, newcomer)
    new = new_openid()
    assert await run(line(newcomer, new)) == {"changed": 1}
    found = await alerting.contacts.by_openid(new)
    assert found is not None
    assert found.staff_id == colleague.account.id
