"""What goes over the wire to an outside system and back, byte by byte."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from adapters.agencies.signature import Signature, signature
from adapters.outside import Outside
from domain.errors import Unavailable
from tests.stand_ins import Partner

Make = Callable[..., Outside]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[str]:
    """Where somebody listens who need not speak HTTP: host and port."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def sent_nothing(call: Awaitable[object]) -> bool:
    """Whether a failed call was surely not sent."""
    with pytest.raises(Unavailable) as raised:
        await call
    return raised.value.unsent


async def test_every_attempt_is_signed_anew_over_what_it_sends(
    outside: Make, partner: Partner
) -> None:
    partner.replies((500, b""), {})
    system = outside(auth=Signature(app_id="us", secret="hush"))
    await system.call("POST", "/v1/x", params={"a": "1 2/+~键"}, payload={"键": 1}, safe=True)
    first, second = partner.requests
    assert first.headers["X-Nonce"] != second.headers["X-Nonce"]
    for request in (first, second):
        assert request.uri == "/base/v1/x?a=1+2%2F%2B~%E9%94%AE"
        assert request.headers["X-Signature"] == signature(
            secret="hush",
            method="POST",
            path=request.uri,
            timestamp=request.headers["X-Timestamp"],
            nonce=request.headers["X-Nonce"],
            body='{"键":1}'.encode(),
        )


async def test_a_payload_is_told_as_json_and_its_lack_as_nothing(
    outside: Make, partner: Partner
) -> None:
    system = outside()
    await system.call("POST", "/", payload={})
    await system.call("POST", "/")
    await system.call("GET", "/")
    told = [
        (request.headers.get("Content-Type"), request.headers.get("Content-Length"))
        for request in partner.requests
    ]
    assert told == [("application/json", "2"), (None, "0"), (None, None)]


async def test_a_body_of_megabytes_is_sent_whole(outside: Make, partner: Partner) -> None:
    await outside().call("POST", "/", payload="x" * (3 << 20))
    assert len(partner.requests[0].body) == (3 << 20) + 2


async def test_an_answer_may_be_packed(outside: Make, partner: Partner) -> None:
    partner.headers["Content-Encoding"] = "gzip"
    partner.replies(gzip.compress('{"名": 1}'.encode()))
    assert (await outside().call("GET", "/")).body == {"名": 1}
    assert partner.requests[0].headers["Accept-Encoding"] == "gzip"


async def test_no_cookie_is_kept_and_no_other_address_followed(
    outside: Make, partner: Partner
) -> None:
    partner.headers |= {"Set-Cookie": "a=b", "Location": partner.url}
    partner.replies({}, (307, b""))
    system = outside()
    await system.call("GET", "/")
    await sent_nothing(system.call("GET", "/"))
    assert len(partner.requests) == 2
    assert all("Cookie" not in request.headers for request in partner.requests)


async def test_a_request_on_a_connection_that_breaks_is_lost_and_not_sent_again(
    outside: Make, observed: list[tuple[str, str]]
) -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(FINE)
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with listening(serve) as address:
        system = outside(base_url=f"http://{address}")
        assert (await system.call("GET", "/")).status == 200
        assert not await sent_nothing(system.call("GET", "/"))
    assert len(heads) == 2
    assert observed == [("partner", "ok"), ("partner", "lost")]


async def test_a_connection_that_never_stands_is_an_outage_soon(
    outside: Make, observed: list[tuple[str, str]]
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening(serve) as address:
        system = outside(base_url=f"https://{address}", connect_seconds=0.05)
        assert await sent_nothing(system.call("POST", "/"))
    assert observed == [("partner", "unreachable")]


async def test_a_proxy_that_will_not_connect_is_an_outage(
    outside: Make, observed: list[tuple[str, str]]
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with listening(serve) as address:
        system = outside(base_url="https://partner.invalid", proxy=f"http://{address}")
        assert await sent_nothing(system.call("POST", "/"))
    assert observed == [("partner", "unreachable")]
