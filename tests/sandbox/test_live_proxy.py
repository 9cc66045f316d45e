"""sandbox/live_proxy.py: a socket whose API does not answer is closed and said to be so.

That frames pass both ways, and the code of an end, is in tests/journeys/test_live.py.
"""

import asyncio

from tornado.websocket import websocket_connect

from sandbox.live_proxy import UNREACHABLE, _sendable


def test_a_socket_whose_api_opens_none_is_closed(address: str) -> None:
    async def code() -> int | None:
        url = f"{address.replace('http', 'ws', 1)}/backend/v1/live"
        connection = await websocket_connect(url)
        async with asyncio.timeout(20):
            assert await connection.read_message() is None
        connection.close()
        return connection.close_code

    assert asyncio.run(code()) == UNREACHABLE


def test_a_code_that_nobody_sends_is_not_passed_on() -> None:
    assert _sendable(4401, "登录已结束") == (4401, "登录已结束")
    for code in (None, 1005, 1006, 999):
        assert _sendable(code, None) == (None, None)
