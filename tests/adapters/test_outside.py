"""Calling an outside system: limits, retries, the breaker, and silence about secrets."""

import asyncio
import gzip
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from structlog.typing import EventDict

from adapters.breaker import Breaker
from adapters.outside import Outside
from domain.errors import Unavailable
from tests.stand_ins import Partner

SECRET = "s3cr3t-value"

Make = Callable[..., Outside]


async def failure(call: Awaitable[object]) -> Unavailable:
    with pytest.raises(Unavailable) as raised:
        await call
    return raised.value


async def test_an_answer_comes_with_its_status_and_json(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    partner.replies({"名": ["值", 1, None]})
    answer = await outside().call("POST", "/v1/x", params={"a": "1 2"}, payload={"键": "𠮷"})
    assert (answer.status, answer.body) == (200, {"名": ["值", 1, None]})
    [request] = partner.requests
    assert request.uri == "/base/v1/x?a=1+2"
    assert request.body == '{"键":"𠮷"}'.encode()
    assert observed == [("partner", "ok")]


async def test_a_refusal_is_an_answer_even_without_json(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    partner.replies((404, {"code": "not_found"}), (401, b"<html>"))
    system = outside()
    first, second = [await system.call("GET", "/") for _ in range(2)]
    assert (first.status, first.body) == (404, {"code": "not_found"})
    assert (second.status, second.body) == (401, None)
    assert observed == [("partner", "refused")] * 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ((500, b"oops"), "error"),
        ((503, {}), "error"),
        ((302, b""), "error"),
        (b"", "malformed"),
        (b'{"half": ', "malformed"),
        (b"\xff\xfe", "malformed"),
        (b'{"n": NaN}', "malformed"),
        (b"[" * 100_000, "malformed"),
        (b"1" * 5_000, "malformed"),
    ],
)
async def test_trouble_is_a_passing_outage(
    outside: Make, partner: Partner, observed: list[tuple[str, str]], reply: object, outcome: str
) -> None:
    partner.replies(reply)
    error = await failure(outside().call("GET", "/"))
    assert (error.system, error.permanent) == ("partner", False)
    assert error.detail.startswith("对方系统")
    assert observed == [("partner", outcome)]
    assert len(partner.requests) == 1


async def test_what_is_not_gzip_though_said_to_be_is_malformed(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    partner.headers["Content-Encoding"] = "gzip"
    partner.replies(b"plain")
    await failure(outside().call("GET", "/"))
    assert observed == [("partner", "malformed")]


async def test_a_body_is_measured_after_unpacking_and_refused_for_good(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    partner.headers["Content-Encoding"] = "gzip"
    partner.replies(gzip.compress(b'"' + b"x" * (9 << 20) + b'"'))
    error = await failure(outside().call("GET", "/", safe=True))
    assert error.permanent
    assert observed == [("partner", "oversized")]


async def test_being_told_to_slow_down_is_not_tried_again(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    partner.replies((429, {}))
    await failure(outside().call("GET", "/", safe=True))
    assert observed == [("partner", "throttled")]


async def test_no_answer_at_all_is_a_timeout(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    released = asyncio.Event()

    async def never(_: object) -> object:
        await released.wait()
        return {}

    partner.reply = never
    error = await failure(outside(total_seconds=0.05).call("GET", "/"))
    released.set()
    assert "超时" in error.detail
    assert observed == [("partner", "timeout")]


async def test_the_whole_call_has_a_limit_however_steadily_it_trickles(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    async def spaces() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    partner.reply = lambda _: spaces()
    await failure(outside(total_seconds=0.1).call("GET", "/"))
    assert observed == [("partner", "timeout")]


async def test_nobody_at_the_address_is_an_outage(
    outside: Make, unused_tcp_port: int, observed: list[tuple[str, str]]
) -> None:
    system = outside(base_url=f"http://127.0.0.1:{unused_tcp_port}")
    error = await failure(system.call("GET", "/"))
    assert "无法连接" in error.detail
    assert observed == [("partner", "unreachable")]


async def test_more_calls_than_connections_wait_and_then_are_turned_away(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    arrived, released = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> object:
        arrived.set()
        await released.wait()
        return {}

    partner.reply = slow
    system = outside(connections=1, connect_seconds=0.05, failures_to_rest=1)
    first = asyncio.ensure_future(system.call("GET", "/"))
    await arrived.wait()
    await failure(system.call("GET", "/"))
    released.set()
    assert (await first).status == 200
    assert observed == [("partner", "crowded"), ("partner", "ok")]


async def test_only_what_is_safe_is_tried_again(outside: Make, partner: Partner) -> None:
    partner.replies((500, b""), {"second": True})
    system = outside()
    answer = await system.call("POST", "/", payload={}, safe=True)
    assert answer.body == {"second": True}
    assert len(partner.requests) == 2


async def test_tries_are_bounded_and_wait_ever_longer_at_random(
    outside: Make, partner: Partner, naps: list[float]
) -> None:
    partner.replies((500, b""))
    system = outside(attempts=4, failures_to_rest=9)
    await failure(system.call("GET", "/", safe=True))
    assert len(partner.requests) == 4
    assert len(naps) == 3
    assert all(0 <= nap <= 0.2 * 2**n for n, nap in enumerate(naps))


async def test_an_answer_that_asks_to_come_back_is_tried_again(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    partner.replies({"errcode": -1}, {"errcode": 0})
    answer = await outside().call("GET", "/", safe=True, busy=lambda body: body == {"errcode": -1})
    assert answer.body == {"errcode": 0}
    assert observed == [("partner", "busy"), ("partner", "ok")]


async def test_a_failing_system_is_left_to_rest_and_then_probed_once(
    outside: Make, partner: Partner, observed: list[tuple[str, str]]
) -> None:
    now = 100.0
    system = outside(clock=lambda: now, failures_to_rest=3, rest_seconds=10)
    partner.replies((500, b""))
    for _ in range(3):
        await failure(system.call("GET", "/"))
    error = await failure(system.call("GET", "/", safe=True))
    assert "暂停" in error.detail
    assert len(partner.requests) == 3
    now += 10
    partner.replies({})
    assert (await system.call("GET", "/")).status == 200
    assert (await system.call("GET", "/")).status == 200
    assert [outcome for _, outcome in observed] == ["error"] * 3 + ["resting", "ok", "ok"]


async def test_refusals_never_put_a_system_to_rest(outside: Make, partner: Partner) -> None:
    partner.replies((400, {}))
    system = outside(failures_to_rest=1)
    assert [(await system.call("GET", "/")).status for _ in range(3)] == [400] * 3


def test_a_breaker_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(failures_to_rest=2, rest_seconds=10)
    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(1)
    assert breaker.admits(1)
    breaker.failed(2)
    assert not breaker.admits(11.9)


def test_a_resting_breaker_lets_one_through_each_rest_even_if_that_one_is_lost() -> None:
    breaker = Breaker(failures_to_rest=1, rest_seconds=10)
    breaker.failed(0)
    assert [breaker.admits(at) for at in (9, 10, 10, 19, 20, 20)] == [
        *(False, True, False),
        *(False, True, False),
    ]


def test_a_failed_probe_rests_again_and_a_good_one_ends_it() -> None:
    breaker = Breaker(failures_to_rest=1, rest_seconds=10)
    breaker.failed(0)
    assert breaker.admits(10)
    breaker.failed(12)
    assert not breaker.admits(21)
    assert breaker.admits(22)
    breaker.succeeded()
    assert breaker.admits(22)
    assert breaker.admits(22)


@pytest.mark.parametrize("reply", [(500, b"x"), b"{", {"ok": SECRET}, (403, {"why": SECRET})])
async def test_no_secret_reaches_an_error_a_trace_or_a_log(
    outside: Make,
    partner: Partner,
    caplog: pytest.LogCaptureFixture,
    logged: list[EventDict],
    reply: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    partner.replies(reply)
    call = outside(attempts=2).call(
        "POST",
        "/sns",
        params={"secret": SECRET},
        payload={"name": SECRET},
        headers={"X-Key": SECRET},
        safe=True,
    )
    [result] = await asyncio.gather(call, return_exceptions=True)
    told = repr(result)
    if isinstance(result, Unavailable):
        told += "".join(traceback.format_exception(result)) + repr(vars(result))
        assert result.__context__ is None
    assert SECRET not in told + caplog.text + repr(logged)


async def test_a_failure_is_logged_with_its_path_and_cause(
    outside: Make, unused_tcp_port: int, logged: list[EventDict]
) -> None:
    system = outside(base_url=f"http://127.0.0.1:{unused_tcp_port}")
    await failure(system.call("GET", "/v1/x"))
    [line] = logged
    assert line == {
        "event": "outside_call_failed",
        "log_level": "warning",
        "system": "partner",
        "path": "/v1/x",
        "outcome": "unreachable",
        "cause": "ClientConnectorError",
    }


@pytest.fixture
def unused_tcp_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return int(closed.getsockname()[1])


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\x00 image", b"", b"<html>"])
async def test_who_takes_bytes_is_given_what_is_no_json(
    outside: Make, partner: Partner, content: bytes
) -> None:
    partner.replies(content)
    assert (await outside().call("POST", "/x", binary=True)).body == content
    with pytest.raises(Unavailable):
        await outside().call("POST", "/x")


async def test_who_takes_bytes_still_reads_json_and_no_more_than_there_may_be(
    outside: Make, partner: Partner
) -> None:
    partner.replies({"errcode": 40001}, b"\xff" * (8 * 1024 * 1024 + 1))
    assert (await outside().call("POST", "/x", binary=True)).body == {"errcode": 40001}
    with pytest.raises(Unavailable) as raised:
        await outside().call("POST", "/x", binary=True)
    assert raised.value.permanent
