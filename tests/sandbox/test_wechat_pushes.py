"""WeChat's push: sealed as the real one does it, and sent again until it is answered."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler, url
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from sandbox.proxy import Upstream
from sandbox.wechat import APP_ID
from sandbox.wechat_pushes import AES_KEY, TOKEN, Event, Pushes
from tests.sandbox.support import MovingClock

CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
OPENID = "oSandbox00000000000000000001"


@dataclass
class Api:
    """Answers with these statuses, the last for ever, and keeps what came."""

    statuses: list[int] = field(default_factory=lambda: [200])
    requests: list[HTTPServerRequest] = field(default_factory=list)
    url: str = ""

    def opened(self) -> list[str]:
        """What was inside."""
        return [self._opened(one) for one in self.requests]

    def _opened(self, request: HTTPServerRequest) -> str:
        query = {name: one[0].decode() for name, one in request.query_arguments.items()}
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        body: Any = request.body.decode()
        plaintext: str = CRYPTO.decrypt_message(
            json.loads(body) if body.startswith("{") else body,
            query["msg_signature"],
            query["timestamp"],
            query["nonce"],
        )
        return plaintext


class PushHandler(RequestHandler):
    """The push address."""

    def initialize(self, *, api: Api) -> None:
        self.api = api

    def post(self) -> None:
        self.api.requests.append(self.request)
        self.set_status(
            self.api.statuses.pop(0) if len(self.api.statuses) > 1 else self.api.statuses[0]
        )
        self.finish("success")

    def get(self) -> None:
        self.set_status(self.api.statuses[0])
        self.finish(self.get_query_argument("echostr"))


@pytest.fixture
def scripted(io_loop: IOLoop) -> Iterator[Api]:
    api = Api()
    socket, port = bind_unused_port()
    api.url = f"http://127.0.0.1:{port}"
    server = HTTPServer(Application([url("/wechat/push", PushHandler, {"api": api})]))
    io_loop.add_callback(server.add_socket, socket)
    yield api
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@pytest.fixture
def pushes(scripted: Api, clock: MovingClock, io_loop: IOLoop) -> Iterator[Pushes]:
    pushes = Pushes(upstream=Upstream(scripted.url), clock=clock)
    yield pushes
    io_loop.run_sync(pushes.close)


async def test_in_json_a_list_is_at_the_top(pushes: Pushes, scripted: Api) -> None:
    items: list[Any] = [{"TemplateId": "t1"}, {"TemplateId": "t2"}]
    event = Event(event="subscribe_msg_popup_event", openid=OPENID, fields={"List": items})
    [sent] = await pushes.push(event)
    assert (sent.status, sent.body) == (200, "success")
    assert json.loads(scripted.opened()[0]) == {
        "ToUserName": "gh_97417a04a28d",
        "FromUserName": OPENID,
        "CreateTime": 1_795_419_000,
        "MsgType": "event",
        "Event": "subscribe_msg_popup_event",
        "List": items,
    }


async def test_in_xml_it_is_in_an_element_of_its_own(pushes: Pushes, scripted: Api) -> None:
    items: list[Any] = [{"TemplateId": "t1"}, {"TemplateId": "]]>"}]
    event = Event(event="subscribe_msg_popup_event", fields={"List": items}, format="xml")
    await pushes.push(event)
    assert scripted.opened()[0].endswith(
        "<Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent>"
        "<List><TemplateId><![CDATA[t1]]></TemplateId></List>"
        "<List><TemplateId>]]&gt;</TemplateId></List></SubscribeMsgPopupEvent></xml>"
    )


async def test_a_repeat_differs_outside_and_is_the_same_inside(
    pushes: Pushes, scripted: Api
) -> None:
    await pushes.push(Event(event="debug_demo", repeat=3))
    assert len(scripted.requests) == 3
    assert len(set(scripted.opened())) == 1
    for name in ("nonce", "msg_signature"):
        assert len({one.query_arguments[name][0] for one in scripted.requests}) == 3
    assert len({one.body for one in scripted.requests}) == 3


async def test_the_signed_time_may_lie_beside_the_real_one(pushes: Pushes, scripted: Api) -> None:
    await pushes.push(Event(event="debug_demo", seconds_off=-3600))
    assert scripted.requests[0].query_arguments["timestamp"] == [b"1795415400"]


@pytest.mark.parametrize(
    ("statuses", "sent"),
    [
        ([200], [200]),
        ([503, 200], [503, 200]),
        ([500, 502, 503, 200], [500, 502, 503]),
        ([403, 200], [403]),
        ([413, 200], [413]),
    ],
)
async def test_it_is_sent_three_times_at_most_until_it_is_answered(
    pushes: Pushes, scripted: Api, statuses: list[int], sent: list[int]
) -> None:
    scripted.statuses = statuses
    assert [one.status for one in await pushes.push(Event(event="debug_demo"))] == sent
    assert len(set(scripted.opened())) == 1


async def test_where_nobody_listens_there_is_no_answer(clock: MovingClock) -> None:
    socket, port = bind_unused_port()
    socket.close()
    pushes = Pushes(upstream=Upstream(f"http://127.0.0.1:{port}"), clock=clock)
    assert [one.status for one in await pushes.push(Event(event="debug_demo"))] == [0, 0, 0]
    assert not await pushes.check()
    await pushes.close()


async def test_an_address_is_accepted_that_echoes(pushes: Pushes, scripted: Api) -> None:
    assert await pushes.check()
    scripted.statuses = [404]
    assert not await pushes.check()
