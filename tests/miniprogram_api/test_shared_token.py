"""The access token between processes: one fetch for all, and nobody waits long for a dead one."""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application
from wechatpy.exceptions import WeChatClientException

from adapters.mongo.database import Database, connect
from adapters.mongo.migrations import migrate
from adapters.mongo.wechat_tokens import MongoWeChatTokens
from domain.errors import Unavailable
from miniprogram_api.client import Client
from miniprogram_api.shared_token import Found, SharedToken
from miniprogram_api.stable_token import StableToken
from server.draw import now
from tests.miniprogram_api.scripted import WeChat
from tests.miniprogram_api.test_stable_token import CALL, FETCH, OUTAGE, Ok, post, token, used
from tests.proof import Proof
from tests.stand_ins import Partner, PartnerHandler

ROOT = Path(__file__).parents[2]
MASTER = b"m" * 96
REQUESTS = 300
PROCESSES = 2
A_TOKEN = SharedToken(value="t1", renew_in=6000, ends_in=7000)

Make = Callable[..., StableToken]


@pytest.fixture
def database(io_loop: IOLoop, mongo_uri: str) -> Iterator[Database]:
    database = connect(mongo_uri, name=f"tokens_{uuid.uuid4().hex[:12]}", master_key=MASTER)

    async def prepare() -> None:
        await migrate(database, now=now())
        await database.cipher.prepare()

    async def drop() -> None:
        await database.client.drop_database(database.database.name)
        await database.close()

    io_loop.run_sync(prepare)
    yield database
    io_loop.run_sync(drop)


@pytest.fixture
def shelf(database: Database) -> Callable[[str], MongoWeChatTokens]:
    return lambda holder: MongoWeChatTokens(database, appid="wx", holder=holder)


@pytest.fixture
def process(wechat: WeChat, shelf: Callable[[str], MongoWeChatTokens]) -> Make:
    """The token as one process keeps it."""

    def make(holder: str) -> StableToken:
        return StableToken(
            Client(wechat), appid="wx", secret="s", shelf=shelf(holder), jitter=lambda: 10.0
        )

    wechat.replies(CALL, {"errcode": 0})
    return make


@pytest.fixture
def partner(io_loop: IOLoop) -> Iterator[Partner]:
    partner = Partner()
    routes = [("/.*", PartnerHandler, {"partner": partner})]
    server = HTTPServer(Application(routes, log_function=lambda _: None))
    socket, port = bind_unused_port()
    server.add_socket(socket)
    partner.url = f"http://127.0.0.1:{port}"
    yield partner
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@asynccontextmanager
async def processes(**env: str) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Two real ones, connected and ready."""
    command = [sys.executable, "-m", "tests.miniprogram_api.token_process"]
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**os.environ, **env}, stdin=pipe, stdout=pipe
        )
        for _ in range(PROCESSES)
    ]
    try:
        for each in started:
            assert each.stdout
            assert await each.stdout.readline() == b"ready\n"
        yield started
    finally:
        for each in started:
            if each.returncode is None:
                each.kill()
            await each.wait()


async def test_three_hundred_calls_over_two_processes_fetch_one_token_two_at_the_most(
    database: Database, mongo_uri: str, partner: Partner, proof: Proof
) -> None:
    def reply(request: HTTPServerRequest) -> object:
        if urlsplit(request.uri or "").path == FETCH:
            return {"access_token": f"t-{uuid.uuid4().hex}", "expires_in": 7200}
        return {"used": parse_qs(urlsplit(request.uri or "").query)["access_token"][0]}

    partner.reply = reply
    env = {
        "MONGO": mongo_uri,
        "DATABASE": database.database.name,
        "MASTER": MASTER.hex(),
        "WECHAT": partner.url,
        "CALLS": str(REQUESTS // PROCESSES),
    }
    async with processes(**env) as started:
        told = await asyncio.gather(*(each.communicate(b"go\n") for each in started))
    tokens = [each for out, _ in told for each in json.loads(out)]
    fetches = [one for one in partner.requests if one.path == FETCH]
    assert len(tokens) == REQUESTS
    assert 1 <= len(fetches) <= 2
    name = "concurrent calls over two processes on an empty access token"
    proof(name, REQUESTS, f"{len(fetches)} fetch(es), two at the most; every call made")


async def test_a_token_that_another_process_fetched_is_used(process: Make, wechat: WeChat) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"))
    await post(process("one"))
    await post(process("two"))
    assert used(wechat) == ["t1", "t1"]


async def test_the_copy_is_ciphertext(
    database: Database, shelf: Callable[[str], MongoWeChatTokens]
) -> None:
    await shelf("one").keep(A_TOKEN)
    row = await database["wechat_tokens"].find_one({"token": {"$type": "binData"}})
    assert row
    assert row["token"] == "t1"  # the driver decrypts


async def test_a_token_refused_in_one_process_is_replaced_once_for_both(
    process: Make, wechat: WeChat
) -> None:
    one, two = process("one"), process("two")
    wechat.replies(FETCH, token("t1"), token("t2"), token("t3"))
    await post(one)
    await post(two)
    spoilt = {"access_token": "t1"}
    wechat.replies(CALL, lambda sent: {"errcode": 40001 if sent.params == spoilt else 0})
    await post(one)
    await post(two)
    assert used(wechat) == ["t1", "t1", "t1", "t2", "t1", "t2"]
    assert len(wechat.asked(FETCH)) == 2


async def test_a_process_that_died_with_the_lease_delays_the_others_two_seconds_at_most(
    process: Make,
    wechat: WeChat,
    database: Database,
    shelf: Callable[[str], MongoWeChatTokens],
) -> None:
    assert (await shelf("dead").look(bad=None)).mine
    assert not (await shelf("alive").look(bad=None)).mine
    row = await database["wechat_tokens"].find_one(
        {}, {"left": {"$subtract": ["$fetching_until", "$$NOW"]}}
    )
    assert row
    assert 0 < row["left"] <= 2000
    wechat.replies(FETCH, token("t1"))
    await asyncio.wait_for(post(process("alive")), 10)
    assert used(wechat) == ["t1"]


async def test_a_lease_given_back_lets_the_next_one_fetch(
    shelf: Callable[[str], MongoWeChatTokens],
) -> None:
    assert (await shelf("one").look(bad=None)).mine
    await shelf("two").give_up()
    assert not (await shelf("two").look(bad=None)).mine
    await shelf("one").give_up()
    assert (await shelf("two").look(bad=None)).mine


async def test_when_a_fetch_fails_the_shared_token_that_holds_is_used(
    process: Make, wechat: WeChat, shelf: Callable[[str], MongoWeChatTokens]
) -> None:
    await shelf("one").keep(SharedToken(value="t1", renew_in=-5, ends_in=200))
    wechat.replies(FETCH, OUTAGE)
    await post(process("two"))
    assert used(wechat) == ["t1"]
    assert len(wechat.asked(FETCH)) == 1


class Broken:
    """A database that does not answer."""

    async def look(self, *, bad: str | None) -> Found:
        assert bad is None
        raise Unavailable(system="database")

    async def keep(self, token: SharedToken) -> None:
        assert token
        raise Unavailable(system="database")

    async def give_up(self) -> None:
        raise Unavailable(system="database")


async def test_without_the_database_each_process_fetches_by_itself(wechat: WeChat) -> None:
    tokens = StableToken(Client(wechat), appid="wx", secret="s", shelf=Broken())
    wechat.replies(FETCH, token("t1"))
    wechat.replies(CALL, {"errcode": 0})
    await asyncio.gather(*(post(tokens) for _ in range(10)))
    assert used(wechat) == ["t1"] * 10
    assert len(wechat.asked(FETCH)) == 1


async def test_all_who_wait_for_a_fetch_share_its_failure(process: Make, wechat: WeChat) -> None:
    wechat.replies(FETCH, OUTAGE)
    tokens = process("one")
    results = await asyncio.gather(*(post(tokens) for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {Unavailable}
    assert len(wechat.asked(FETCH)) == 1


async def test_calls_that_always_say_40001_are_two_and_one_clean_failure(
    process: Make, wechat: WeChat
) -> None:
    wechat.replies(FETCH, token("t1"), token("t2"), token("t3"))
    wechat.replies(CALL, {"errcode": 40001})
    with pytest.raises(WeChatClientException) as raised:
        await process("one").post(CALL, reads=Ok, payload={})
    assert raised.value.errcode == 40001
    assert used(wechat) == ["t1", "t2"]


async def test_a_token_endpoint_that_always_says_40001_is_called_twice(
    process: Make, wechat: WeChat
) -> None:
    wechat.replies(FETCH, {"errcode": 40001, "errmsg": "invalid credential, rid: 1-2-3"})
    with pytest.raises(Unavailable) as raised:
        await post(process("one"))
    assert raised.value.detail == "微信暂时无法响应，请稍后再试。"
    assert len(wechat.asked(FETCH)) == 2
    assert used(wechat) == []
