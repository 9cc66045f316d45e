"""Staff are told over processes that are killed: each thing once by each channel, and none lost."""

import asyncio
import os
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from domain.alerts.alerts import Channel, Urgency
from domain.alerts.binding import BOUND
from domain.alerts.contacts import Choice
from domain.alerts.telling import CARRY
from domain.staff.roles import Role
from server import development, wiring
from server.wiring import Installation
from tests.alerting import Alerting, new_phone
from tests.cast import Cast, Person
from tests.killed import Ground, Succession, ground
from tests.proof import Proof
from tests.server.test_killed import cast_at, leave_no_lease
from tests.staffing import hired
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
KILLS, COLLEAGUES = (40, 30) if FULL else (2, 3)
# Twice as many, by both channels, still come one by one within an hour.
EACH = 3
SEND = {"kind": "slow", "seconds": 0.2, "path": "/cgi-bin/message/subscribe/send"}
SAID = re.compile(r"工作提醒：(.+?)。")

chance = random.Random()  # noqa: S311 - which moment, guards nothing


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path) as house:
        yield house


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The minutes by which all servers are ahead."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("MORTAL_CLOCK_FILE", str(file))
    return file


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[dict[str, Any]](house.mongo_uri, tz_aware=True) as client:
        yield client["credit_yuexiu"]


@asynccontextmanager
async def beside(house: Ground, cast: Cast) -> AsyncIterator[Installation]:
    """The parts over the same database, in this process, whose workers never run."""
    settings = development.settings(
        sandbox=house.sandbox, public_url="http://127.0.0.1:1", data_folder=house.folder, workers=0
    )
    installation = await wiring.build(settings, mongo_uri=house.mongo_uri)
    cast.house, cast.database = installation.house, installation.database
    try:
        yield installation
    finally:
        await installation.close()


async def reachable(cast: Cast, alerting: Alerting) -> tuple[str, Person, str]:
    """Somebody with a WeChat and a telephone, who is told at any hour: id, person, number."""
    colleague, person, phone = await hired(cast, Role.BUTLER), await cast.newcomer(), new_phone()
    await colleague.close()
    await alerting.bind(colleague, person)
    await alerting.accept(person, times=EACH)
    choice = Choice(
        ways={Urgency.NOW: (Channel.WECHAT, Channel.SMS)}, quiet=False, digest_at=time(9)
    )
    contacts = (await alerting.contacts.get(colleague.account.id)).chosen(choice)
    doing = alerting.act()
    with_phone = vars(contacts) | {"phone": f"+86{phone}", "phone_at": doing.at}
    kept = type(contacts)(**with_phone)
    await doing.commit(lambda unit: alerting.contacts.replace(unit, kept))
    return colleague.account.id, person, phone


async def test_each_alert_comes_once_by_each_channel_though_servers_are_killed(
    house: Ground, rows: Any, clock: Path, proof: Proof
) -> None:
    """Two schedulers tell the same; workers die while they send; whoever is left goes on."""
    line = Succession(house, kills=KILLS, workers=2, **development.sms(house.sandbox))
    async with cast_at(line.now, house) as cast, beside(house, cast):
        alerting = Alerting(cast)
        told = [await reachable(cast, alerting) for _ in range(COLLEAGUES)]
        # That they bound something was told them too; it may be on its way already.
        rows["alerts"].delete_many({})
        rows["outbox"].delete_many({"topic": CARRY})
        (await cast.sandbox.put("/sandbox/faults/wechat", json=SEND)).raise_for_status()
        titles = [f"第 {number} 件" for number in range(EACH)]
        keys = [(staff_id, title) for staff_id, *_ in told for title in titles]
        for staff_id, title in keys:
            both = (alerting.tell(staff_id, f"k:{title}", title=title) for _ in range(2))
            await asyncio.gather(*both)
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            line.now.kill()
            leave_no_lease(rows)
            await line.succeed(cast)
        leave_no_lease(rows)
        await until(lambda: at_rest(rows))
        # When WeChat has said nothing for long, an SMS follows, and its receipt is asked for.
        on_later(clock)
        await until(lambda: ended(rows))
        assert rows["alerts"].count_documents({"state": "delivered"}) == len(keys)
        for _, person, phone in told:
            wechat = [one["data"]["thing1"] for one in await alerting.received(person)]
            sms = [SAID.findall(text)[0] for text in await alerting.texts(phone)]
            assert (len(set(wechat)), len(set(sms))) == (len(wechat), len(sms))
            assert {*wechat, *sms} - {BOUND} == {*titles}
    proof("alerts to staff, workers killed", KILLS, f"{len(keys)} told, each once by each channel")


def on_later(clock: Path) -> None:
    clock.write_text("20")


def at_rest(rows: Any) -> bool:
    """Nothing waits, and nothing is on its way but what nobody has answered for."""
    sending = rows["alert_pushes"].count_documents({"state": "sending"})
    waiting = rows["alerts"].count_documents({"state": "waiting"})
    return bool(sending == waiting == 0)


def ended(rows: Any) -> bool:
    """Nothing is on its way; what waits for its time is due now."""
    leave_no_lease(rows)
    return not rows["alerts"].count_documents({"state": {"$in": ["waiting", "pushed"]}})
