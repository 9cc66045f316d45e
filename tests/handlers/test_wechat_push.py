"""The push address: WeChat is answered at once, and each thing it tells is acted on once."""

import asyncio
import hashlib
import json
import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import bson
import httpx
import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from structlog.testing import capture_logs
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port

from adapters.mongo import transactions
from adapters.mongo.embedded import EmbeddedMongo
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.pushes import MongoPushes
from domain.push_inbox import HEAR, KEPT, Hearing, PushInbox
from domain.pushes import (
    AccountCancelled,
    AuthorisationRevoked,
    MediaChecked,
    SubscriptionChosen,
    SubscriptionSent,
    Told,
)
from domain.transactions import Act, Again, Unit
from server import app, development, wiring
from server.draw import SystemDraw, now
from server.jobs import Workers
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.problems import check_problem
from tests.proof import Proof
from tests.pushing import Pusher, Sealed, content
from tests.served import free_port

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
FLOOD = 10_000 if FULL else 300

chance = random.Random()  # noqa: S311 - any will do

PATH = "/wechat/push"
WECHAT = Pusher()


def observed(*, kind: str, outcome: str) -> None:
    """Counts for nobody."""
    assert kind + outcome


def key_of(told: Told) -> str:
    """By what the tests tell their news apart."""
    match told:
        case MediaChecked():
            return told.trace_id
        case SubscriptionChosen() | SubscriptionSent():
            return told.template_id
        case AccountCancelled() | AuthorisationRevoked():
            return told.openid


class Ears:
    """Listens to everything, and notes what it heard in its commit, as a listener does."""

    def __init__(self, installation: Installation, *, deaf: bool = False) -> None:
        self.database = installation.database
        self.heard: list[Told] = []
        self.fails_after_commit: set[str] = set()
        self.not_yet: set[str] = set()
        self.both: set[str] = set()
        store = MongoPushes(installation.database, hmac_key=b"")
        self._hearing = Hearing(
            store=store,
            listeners={} if deaf else dict.fromkeys(get_args(Told), self.hear),
            observe=observed,
        )
        self.workers = Workers(
            outbox=Outbox(installation.database),
            transactions=installation.workers._transactions,
            topics={HEAR: self._work},
            clock=now,
            draw=SystemDraw(),
            count=1,
        )

    async def hear(self, act: Act, told: Told, /) -> Again | None:
        key = key_of(told)
        if key in self.not_yet:
            self.not_yet.remove(key)
            return Again(after=timedelta())

        async def note(unit: Unit) -> None:
            await unit.audit(act.event("test.heard", key))

        await act.commit(note)
        if key in self.both:
            return Again(after=timedelta())
        if key in self.fails_after_commit:
            self.fails_after_commit.remove(key)
            raise ConnectionError(key)
        self.heard.append(told)
        return None

    async def work(self) -> None:
        while await self.workers.work_once():
            pass

    async def due(self) -> None:
        """Let every wait and lease be over."""
        past = now() - timedelta(days=1)
        await self.database["outbox"].update_many({"topic": HEAR}, {"$set": {"next_at": past}})

    async def times(self, *keys: str) -> Counter[str]:
        """How often each was acted on, by what was committed."""
        chosen = {"action": "test.heard", "object_id": {"$in": list(keys)}}
        return Counter(
            [row["object_id"] async for row in self.database["audit_events"].find(chosen)]
        )

    async def _work(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._hearing.hear(act, telling_id=claimed.object_id)


@pytest.fixture
def ears(io_loop: IOLoop, installation: Installation) -> Iterator[Ears]:
    """Nothing is left to be heard before and after."""
    ears = Ears(installation)
    io_loop.run_sync(ears.work)
    ears.heard.clear()
    yield ears
    io_loop.run_sync(ears.work)


def new(prefix: str = "o") -> str:
    return f"{prefix}{uuid.uuid4().hex[:27]}"


async def push(client: httpx.AsyncClient, sealed: Sealed, path: str = PATH) -> httpx.Response:
    return await client.post(path, params=sealed.query, content=sealed.body)


async def told_by(cast: Cast, **event: Any) -> list[dict[str, Any]]:
    """Have the stand-in push, and what it was answered."""
    answer = await cast.sandbox.post("/sandbox/wx/pushes", json=event)
    sent: list[dict[str, Any]] = answer.raise_for_status().json()["sent"]
    return sent


SUCCESS = {"status": 200, "body": "success"}
ITEM = {"TemplateId": "template-1", "PopupScene": "0"}
MANY = [
    {**ITEM, "SubscribeStatusString": "accept"},
    {"TemplateId": "template-2", "SubscribeStatusString": "reject", "PopupScene": 0},
]
ARRIVED = {"TemplateId": "template-1", "MsgID": "1700827132819554304"}
MEDIA = {"appid": "wx8f16a5be77871234", "trace_id": "60f96f1d-3845297a-1976a3ae", "version": 2}
DETAIL = {"strategy": "content_model", "errcode": 0, "suggest": "pass", "label": 100, "prob": 90}
WHO = "oTestHeard0000000000000000000"

EVENTS: list[tuple[str, dict[str, Any], list[Told]]] = [
    (
        "subscribe_msg_popup_event",
        {"List": MANY},
        [
            SubscriptionChosen(openid=WHO, template_id="template-1", accepted=True, dialogue=True),
            SubscriptionChosen(openid=WHO, template_id="template-2", accepted=False, dialogue=True),
        ],
    ),
    (
        "subscribe_msg_change_event",
        {"List": {**ITEM, "SubscribeStatusString": "reject"}},
        [SubscriptionChosen(openid=WHO, template_id="template-1", accepted=False, dialogue=False)],
    ),
    (
        "subscribe_msg_sent_event",
        {"List": {**ARRIVED, "ErrorCode": "0", "ErrorStatus": "success"}},
        [
            SubscriptionSent(
                openid=WHO,
                template_id="template-1",
                message_id="1700827132819554304",
                errcode=0,
            )
        ],
    ),
    (
        "wxa_media_check",
        {**MEDIA, "errcode": 0, "result": {"suggest": "pass", "label": "100"}, "detail": []},
        [MediaChecked(trace_id=MEDIA["trace_id"], suggestion="pass")],
    ),
    (
        "wxa_media_check",
        {**MEDIA, "errcode": 0, "result": {"suggest": "risky", "label": 20002}, "detail": DETAIL},
        [MediaChecked(trace_id=MEDIA["trace_id"], suggestion="risky", reason="porn")],
    ),
    (
        "wxa_media_check",
        {**MEDIA, "errcode": 0, "result": {"suggest": "review", "label": "none"}},
        [MediaChecked(trace_id=MEDIA["trace_id"], suggestion="review", reason="other")],
    ),
    (
        "wxa_media_check",
        {**MEDIA, "errcode": -1008, "errmsg": "download failed", "detail": [DETAIL, DETAIL]},
        [MediaChecked(trace_id=MEDIA["trace_id"], suggestion=None)],
    ),
    (
        "wxa_media_check",
        {"trace_id": MEDIA["trace_id"], "isrisky": 0, "status_code": 0},
        [MediaChecked(trace_id=MEDIA["trace_id"], suggestion=None)],
    ),
    (
        "user_authorization_cancellation",
        {"OpenID": "oTestGone00000000000000000000", "AppID": "wx0123456789abcdef"},
        [AccountCancelled(openid="oTestGone00000000000000000000")],
    ),
    (
        "user_authorization_revoke",
        {"OpenID": "oTestGone00000000000000000000", "RevokeInfo": "8,6"},
        [AuthorisationRevoked(openid="oTestGone00000000000000000000", revoked=("8", "6"))],
    ),
]
# Far enough apart to be pushes of their own, however long the tests take.
AGO = iter(range(0, 400_000, 3_600))


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("event", "fields", "told"), EVENTS)
async def test_what_wechat_tells_is_heard_in_our_words(
    ears: Ears, cast: Cast, event: str, fields: dict[str, Any], told: list[Told], form: str
) -> None:
    made = int(time.time()) - next(AGO)
    order = {"event": event, "openid": WHO, "fields": fields, "format": form, "create_time": made}
    assert await told_by(cast, **order) == [SUCCESS]
    # Answered when it was kept; nobody has acted on it yet.
    assert await ears.database["wechat_tellings"].count_documents({}) == len(told)
    assert ears.heard == []
    await ears.work()
    assert sorted(ears.heard, key=repr) == sorted(told, key=repr)
    assert await ears.database["wechat_tellings"].count_documents({}) == 0


async def test_wechat_finds_the_address_to_be_ours(cast: Cast) -> None:
    answer = await cast.sandbox.get("/sandbox/wx/pushes")
    assert answer.json() == {"accepted": True}


def echo(**changed: str) -> dict[str, str]:
    return WECHAT.check("4375120", **changed)


async def test_the_echo_is_bare_text(cast: Cast) -> None:
    answer = await cast.client.get(PATH, params=echo())
    assert (answer.status_code, answer.text) == (200, "4375120")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        dict,
        lambda: echo(signature="0" * 40),
        lambda: echo(signature="é" * 40),
        lambda: echo(timestamp=str(int(time.time()) - 3600)),
        lambda: echo(timestamp=str(int(time.time()) + 3600)),
        lambda: WECHAT.check("<script> alert(1)</script>"),
        lambda: {**echo(), "nonce": ["1514711492", "1514711492"]},
    ],
)
async def test_nobody_else_is_echoed(cast: Cast, query: Callable[[], dict[str, Any]]) -> None:
    check_problem(await cast.client.get(PATH, params=query()), 403, "push_refused")


async def test_a_repeat_is_answered_success_and_not_acted_on(ears: Ears, cast: Cast) -> None:
    gone = new()
    first = WECHAT.push("user_authorization_cancellation", OpenID=gone)
    for _ in range(3):
        assert (await push(cast.client, first)).text == "success"
    # As WeChat does it: the same inside, all else new; and as it does when it writes anew.
    plaintext = json.dumps(content("user_authorization_cancellation", OpenID=new())).encode()
    for sealed in (WECHAT.seal(plaintext), WECHAT.seal(plaintext), WECHAT.seal(b" " + plaintext)):
        assert (await push(cast.client, sealed)).text == "success"
    await ears.work()
    assert len(ears.heard) == 2
    assert await ears.times(gone) == {gone: 1}


async def test_outside_the_window_a_repeat_is_refused(
    ears: Ears, cast: Cast, clock: Clock, stored: Stored
) -> None:
    sealed = WECHAT.push("user_authorization_cancellation", OpenID=new())
    assert (await push(cast.client, sealed)).text == "success"
    await ears.work()
    before = await stored()
    for ahead in (timedelta(minutes=6), timedelta(days=1), KEPT + timedelta(days=1)):
        clock.ahead = ahead
        check_problem(await push(cast.client, sealed), 403, "push_refused")
    assert await stored() == before


@pytest.mark.parametrize("later", [timedelta(days=2), KEPT + timedelta(days=1)])
async def test_a_caught_push_does_not_come_back_with_its_numbers_changed_about(
    ears: Ears, cast: Cast, clock: Clock, later: timedelta
) -> None:
    """The signature sorts time and nonce: a nonce that looks like a time may be sent as one."""
    gone = new()
    plaintext = json.dumps(content("user_authorization_cancellation", OpenID=gone)).encode()
    caught = WECHAT.seal(plaintext, nonce=str(int((now() + later).timestamp())))
    assert (await push(cast.client, caught)).text == "success"
    clock.ahead = later
    about = {"timestamp": caught.query["nonce"], "nonce": caught.query["timestamp"]}
    answer = await push(cast.client, Sealed({**caught.query, **about}, caught.body))
    assert answer.status_code == (200 if later < KEPT else 403)
    await ears.work()
    assert await ears.times(gone) == {gone: 1}


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<xml><Encrypt>&c;</Encrypt></xml>"""
FILES = (
    b"""<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>"""
)


def bad_pushes() -> Iterator[tuple[str, Sealed]]:
    good = WECHAT.push("user_authorization_cancellation", OpenID=new())
    when = int(time.time())
    yield "nested entities", Sealed(good.query, ENTITIES)
    yield "an entity of a file", Sealed(good.query, FILES)
    yield "nested entities inside", WECHAT.seal(ENTITIES)
    yield "deep inside", WECHAT.seal(b'{"a":' * 5_000 + b"1" + b"}" * 5_000)
    yield "deep outside", Sealed(good.query, b'{"a":' * 9_000 + b"1" + b"}" * 9_000)
    yield "from the future", WECHAT.push("debug_demo", at=when + 3600)
    yield "stale", WECHAT.push("debug_demo", at=when - 3600)
    yield (
        "of an old event",
        WECHAT.seal(json.dumps(content("debug_demo", at=when - 7 * 86400)).encode()),
    )
    plain = {
        "timestamp": good.query["timestamp"],
        "nonce": "1",
        "signature": good.query["signature"],
    }
    yield "in the clear", Sealed(plain, json.dumps(content("debug_demo")).encode())
    yield (
        "in the clear, called encrypted",
        Sealed(good.query, json.dumps(content("debug")).encode()),
    )
    yield "nothing", Sealed({}, b"")
    yield "another token's", WECHAT.but(token="another").push("debug_demo")
    yield "another key's", WECHAT.but(key="B" * 43).push("debug_demo")
    yield "another mini program's", WECHAT.but(appid="wx0123456789abcdee").push("debug_demo")


# By name: what is sealed now would be stale, and refused for that, when its turn comes.
@pytest.mark.parametrize("what", [name for name, _ in bad_pushes()])
async def test_what_is_no_push_of_wechat_to_us_is_refused_and_leaves_nothing(
    what: str, cast: Cast, stored: Stored
) -> None:
    before = await stored()
    sealed = dict(bad_pushes())[what]
    refused = check_problem(await push(cast.client, sealed), 403, "push_refused")
    assert refused.errors == []
    assert await stored() == before


async def test_a_push_of_ten_megabytes_is_too_large(cast: Cast, stored: Stored) -> None:
    before = await stored()
    sealed = WECHAT.seal(b"{" + b" " * 10 * 1024 * 1024 + b"}")
    check_problem(await push(cast.client, sealed), 413, "too_large")
    assert await stored() == before


async def test_other_methods_are_not_allowed(cast: Cast) -> None:
    answer = await cast.client.put(PATH, content=b"{}")
    check_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


async def pushed(cast: Cast, kind: str, outcome: str) -> float:
    """What the metrics have counted."""
    answer = await cast.client.get("/metrics", headers={"Authorization": "Bearer operator"})
    name = f'credit_wechat_pushes_total{{kind="{kind}",outcome="{outcome}"}} '
    lines = answer.raise_for_status().text.splitlines()
    return next((float(line.removeprefix(name)) for line in lines if line.startswith(name)), 0)


@pytest.mark.parametrize(
    ("kind", "inside"),
    [
        ("other", content("debug_demo", debug_str="hello world")),
        ("user_info_modified", content("user_info_modified", OpenID=WHO)),
        ("wxa_punish_event", content("wxa_punish_event", punish="违规")),
        ("message", {**content("-"), "MsgType": "text", "Content": "您好", "MsgId": "2"}),
        ("unreadable", content("user_authorization_cancellation", OpenID={"$gt": ""})),
        ("unreadable", content("subscribe_msg_popup_event", List=[])),
        ("unreadable", content("wxa_media_check", trace_id="../../etc")),
    ],
    ids=lambda one: str(one)[:20],
)
async def test_what_nothing_follows_from_is_acknowledged_and_counted(
    ears: Ears, cast: Cast, kind: str, inside: dict[str, Any]
) -> None:
    before = await pushed(cast, kind, "kept"), await pushed(cast, kind, "repeat")
    sealed = WECHAT.seal(json.dumps({**inside, "CreateTime": int(time.time())}).encode())
    assert (await push(cast.client, sealed)).text == "success"
    assert (await push(cast.client, sealed)).text == "success"
    await ears.work()
    assert ears.heard == []
    after = await pushed(cast, kind, "kept"), await pushed(cast, kind, "repeat")
    assert after == (before[0] + 1, before[1] + 1)


async def test_refusals_are_counted_by_their_reason(cast: Cast) -> None:
    before = await pushed(cast, "", "signature")
    await push(cast.client, WECHAT.but(token="another").push("debug_demo"))
    assert await pushed(cast, "", "signature") == before + 1


async def test_of_three_choices_each_is_heard_once_though_a_worker_dies_between(
    ears: Ears, cast: Cast
) -> None:
    templates = [new("t"), new("t"), new("t")]
    chosen = [{"TemplateId": one, "SubscribeStatusString": "accept"} for one in templates]
    await push(cast.client, WECHAT.push("subscribe_msg_popup_event", List=chosen))
    ears.fails_after_commit = set(templates[1:])
    await ears.work()
    assert await ears.database["outbox"].count_documents({"topic": HEAR}) == 2
    await ears.due()
    await ears.work()
    assert await ears.times(*templates) == dict.fromkeys(templates, 1)
    assert await ears.database["outbox"].count_documents({"topic": HEAR}) == 0


async def test_who_cannot_act_yet_is_told_again(ears: Ears, cast: Cast) -> None:
    trace = new("t")
    ears.not_yet.add(trace)
    await push(cast.client, WECHAT.push("wxa_media_check", trace_id=trace, version=2, errcode=0))
    await ears.work()
    assert await ears.times(trace) == {trace: 1}


async def test_a_listener_that_commits_and_comes_again_is_at_fault(ears: Ears, cast: Cast) -> None:
    """It would not be asked again: so it fails, and its test sees it."""
    trace = new("t")
    ears.both.add(trace)
    await push(cast.client, WECHAT.push("wxa_media_check", trace_id=trace, version=2, errcode=0))
    with capture_logs() as logs:
        await ears.work()
    assert [one["error"] for one in logs if one["event"] == "message_failed"] == ["TypeError"]
    await ears.due()
    await ears.work()
    assert await ears.times(trace) == {trace: 1}


async def test_what_nobody_listens_for_is_laid_aside(
    ears: Ears, cast: Cast, installation: Installation
) -> None:
    await push(cast.client, WECHAT.push("user_authorization_cancellation", OpenID=new()))
    await Ears(installation, deaf=True).work()
    await ears.work()
    assert ears.heard == []
    for name in ("wechat_tellings", "outbox"):
        assert await ears.database[name].count_documents({"topic": HEAR}) == 0


async def test_sanctions_of_wechat_raise_an_alarm_once(cast: Cast) -> None:
    sealed = WECHAT.push("wxa_punish_event", reason=new())
    with capture_logs() as logs:
        for _ in range(2):
            assert (await push(cast.client, sealed)).text == "success"
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["wechat_sanctions"]


async def test_while_the_database_is_down_wechat_is_not_told_success(
    tmp_path: Path, sandbox: str, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it sends again, and nothing is lost. Other writes are refused in the same way."""
    monkeypatch.setattr(transactions, "SECONDS", 2)
    mongo = EmbeddedMongo(tmp_path / "mongo", port=free_port())
    url = f"http://127.0.0.1:{free_port()}"
    settings = development.settings(sandbox=sandbox, public_url=url, data_folder=data_folder)
    alone = await wiring.build(settings, mongo_uri=mongo.start())
    server = HTTPServer(app.application(alone.house))
    server.listen(int(url.rpartition(":")[2]), "127.0.0.1")
    sealed = WECHAT.push("user_authorization_cancellation", OpenID=new())
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        mongo.stop()
        check_problem(await push(client, sealed), 503, "unavailable")
        mongo.start()
        assert (await push(client, sealed)).text == "success"
    assert await alone.database["wechat_tellings"].count_documents({}) == 1
    server.stop()
    await server.close_all_connections()
    await alone.close()
    mongo.stop()


async def test_what_is_kept_is_readable_by_nobody_else(
    ears: Ears, cast: Cast, mongo_uri: str
) -> None:
    gone = new()
    await push(cast.client, WECHAT.push("user_authorization_cancellation", OpenID=gone))
    bare: Any = AsyncIOMotorClient(mongo_uri)
    rows = []
    for name in ("wechat_pushes", "wechat_tellings", "outbox"):
        rows += await bare[ears.database.database.name][name].find().to_list(None)
    bare.close()
    assert rows
    assert gone.encode() not in b"".join(bson.encode(row) for row in rows)
    assert hashlib.sha256(gone.encode()).hexdigest() not in str(rows)


async def test_without_credentials_the_address_is_not_there(
    installation: Installation,
) -> None:
    closed = PushInbox(
        opener=None, store=MongoPushes(installation.database, hmac_key=b""), observe=observed
    )
    socket, port = bind_unused_port()
    server = HTTPServer(app.application(replace(installation.house, pushes=closed)))
    server.add_socket(socket)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        check_problem(await push(client, WECHAT.push("debug_demo")), 404, "not_found")
        check_problem(await client.get(PATH, params=echo()), 404, "not_found")
    server.stop()
    await server.close_all_connections()


@pytest.fixture
def second(io_loop: IOLoop, mongo_uri: str, sandbox: str, data_folder: Path) -> Iterator[str]:
    """Another server over the same database; its address."""
    socket, port = bind_unused_port()
    url = f"http://127.0.0.1:{port}"
    settings = development.settings(sandbox=sandbox, public_url=url, data_folder=data_folder)
    other = io_loop.run_sync(lambda: wiring.build(settings, mongo_uri=mongo_uri))
    server = HTTPServer(app.application(other.house))
    io_loop.add_callback(server.add_socket, socket)
    yield url
    server.stop()
    io_loop.run_sync(server.close_all_connections)
    io_loop.run_sync(other.close)


async def test_in_a_flood_with_repeats_over_two_servers_each_is_acted_on_once(
    ears: Ears, installation: Installation, cast: Cast, second: str, proof: Proof
) -> None:
    """Half of the pushes are repeats: as they were, or sealed anew."""
    pushes: list[Sealed] = []
    keys = [new() for _ in range(FLOOD // 2)]
    for key in keys:
        plaintext = json.dumps(content("user_authorization_cancellation", OpenID=key)).encode()
        sealed = WECHAT.seal(plaintext)
        pushes += [sealed, sealed if chance.random() < 0.5 else WECHAT.seal(plaintext)]
    chance.shuffle(pushes)
    waiting = iter(pushes)
    answers: Counter[str] = Counter()

    async def send(client: httpx.AsyncClient) -> None:
        for sealed in waiting:
            answers[(await push(client, sealed)).text] += 1

    others = [ears, Ears(installation)]
    working = asyncio.Event()

    async def listen(one: Ears) -> None:
        while await one.workers.work_once() or not working.is_set():
            pass

    async with httpx.AsyncClient(base_url=second, trust_env=False, timeout=30) as client:
        listeners = [asyncio.ensure_future(listen(one)) for one in others]
        await asyncio.gather(*(send(each) for each in (cast.client, client) for _ in range(8)))
        working.set()
        await asyncio.gather(*listeners)
    assert answers == {"success": len(pushes)}
    assert await ears.times(*keys) == dict.fromkeys(keys, 1)
    proof("pushes of WeChat, half of them repeats, over two servers", FLOOD, "each acted on once")
