"""One error shape for every kind of failure."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator

import pytest

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.problems import check_problem


async def test_an_unknown_address_is_404(newcomer: Person) -> None:
    check_problem(await newcomer.get("/v1/nothing"), 404, "not_found")


@pytest.mark.parametrize(("path", "back"), [("/console/nothing", "/console"), ("/nothing", "/v/")])
async def test_a_browser_reads_that_an_address_is_unknown_on_a_page(
    newcomer: Person, path: str, back: str
) -> None:
    answer = await newcomer.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "没有这个地址。" in answer.text
    assert f'href="{back}"' in answer.text


async def test_an_address_that_is_no_text_is_refused_and_its_connection_goes_on(api: str) -> None:
    host, port = api.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for path in ("/v1/lectures/%FF", "/media/%ED%A0%80/b/c/d", "/lectures/%C0%AF"):
        for method, body in (("GET", b""), ("POST", b"{}")):
            head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode())
            await writer.drain()
            writer.write(body)
            said = (await reader.readuntil(b"\r\n\r\n")).decode()
            size = re.search(r"Content-Length: (\d+)", said)
            assert size
            problem = json.loads(await reader.readexactly(int(size[1])))
            assert "Connection: close" not in said
            allowed = method == "GET"
            assert problem["code"] == ("malformed" if allowed else "method_not_allowed")
    writer.close()


async def test_a_wrong_method_is_405_and_says_what_is_allowed(newcomer: Person) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = await newcomer.send(method, "/v1/agreements")
        check_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET, HEAD"
    answer = await newcomer.send("TRACE", "/v1/consents")
    check_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    "path", ["/", "/v/", "/v/QRcodeOfNoPaperAtAll22", "/v1/agreements", "/pages.css", "/nowhere"]
)
async def test_what_anybody_may_read_a_head_asks_about(cast: Cast, path: str) -> None:
    whole, head = await cast.client.get(path), await cast.client.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    its_own = {"x-trace-id", "date"}
    assert {k: v for k, v in head.headers.items() if k not in its_own} == {
        k: v for k, v in whole.headers.items() if k not in its_own
    }


@pytest.mark.parametrize("path", ["/v1/consents", "/o/none", "/v1/live", "/console"])
async def test_a_head_is_405_where_a_look_is_recorded_or_somebody_is_asked_who_they_are(
    newcomer: Person, path: str
) -> None:
    answer = await newcomer.send("HEAD", path)
    assert answer.status_code == 405
    assert "HEAD" not in answer.headers["Allow"]
    assert answer.content == b""


async def test_without_a_token_the_answer_is_401(cast: Cast) -> None:
    answer = await cast.client.get("/v1/me")
    check_problem(answer, 401, "sign_in_again")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"uscc": NaN}',
        b"[" * 60_000,  # deeper than any parser should follow
        b'{"uscc": ' + b"9" * 60_000 + b"}",
    ],
    ids=["cut", "empty", "not utf-8", "not a number", "deep", "endless number"],
)
async def test_what_is_not_json_is_refused(newcomer: Person, body: bytes) -> None:
    answer = await newcomer.send(
        "POST", "/v1/subjects", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    check_problem(
        answer, answer.status_code, "malformed" if answer.status_code == 400 else "invalid"
    )


async def test_another_media_type_is_415(newcomer: Person) -> None:
    answer = await newcomer.send(
        "POST", "/v1/subjects", content=b"uscc=1", headers={"Content-Type": "text/plain"}
    )
    check_problem(answer, 415, "wrong_media_type")


async def test_every_faulty_field_is_named_at_once(newcomer: Person) -> None:
    answer = await newcomer.post(
        "/v1/me/identity-checks", {"name": "7", "id_number": "440104198808080000", "extra/~": 1}
    )
    problem = check_problem(answer, 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {"/name", "/id_number", "/extra~1~0"}


async def test_of_very_many_faults_fifty_are_named_and_the_others_counted(
    newcomer: Person,
) -> None:
    answer = await newcomer.post("/v1/subjects", {f"k{number}": 0 for number in range(5_000)})
    problem = check_problem(answer, 422, "invalid")
    *named, more = problem.errors
    assert len({fault.pointer for fault in named}) == len(named) == 50
    assert more.code == "more"
    assert more.detail == "另有 4951 处不符合要求。"  # with the missing uscc there are 5,001
    assert len(answer.content) < 20_000


async def test_a_fault_in_the_query_points_into_the_query(newcomer: Person) -> None:
    answer = await newcomer.get("/v1/consents?limit=0&cursor=&other=1")
    problem = check_problem(answer, 422, "invalid")
    assert {fault.pointer for fault in problem.errors} == {
        "/query/limit",
        "/query/cursor",
        "/query/other",
    }


async def test_a_post_of_value_without_a_key_is_400(newcomer: Person) -> None:
    answer = await newcomer.send(
        "POST", "/v1/subjects", json={"uscc": "91350100M000100Y43"}, headers={"Idempotency-Key": ""}
    )
    problem = check_problem(answer, 400, "header_missing")
    assert problem.errors[0].pointer == "/header/Idempotency-Key"


async def test_a_write_without_if_match_is_428_and_a_stale_one_412(alice: Person) -> None:
    report = await alice.report()
    path = f"/v1/credit-reports/{report['id']}/revocation"
    answer = await alice.send("PUT", path, json={"reason": "测试"})
    check_problem(answer, 428, "if_match_missing")
    answer = await alice.send("PUT", path, json={"reason": "测试"}, headers={"If-Match": '"0-x"'})
    problem = check_problem(answer, 412, "stale")
    assert "系统" in problem.detail


async def test_a_declared_body_of_50_mb_is_413_before_it_is_read(api: str) -> None:
    host, port = api.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as wire:
        head = (
            "POST /v1/sessions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            f"Content-Length: {50 * 1024 * 1024}\r\n\r\n"
        )
        wire.setblocking(False)
        answer = await _exchange(wire, head.encode())
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("length", ["abc", "0x5", "-1", "9" * 5000], ids=lambda text: text[:5])
async def test_a_content_length_that_is_none_is_malformed(api: str, length: str) -> None:
    host, port = api.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as wire:
        wire.setblocking(False)
        head = f"GET /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n"
        answer = await _exchange(wire, head.encode())
    assert b" 400 " in answer.split(b"\r\n")[0]


async def test_a_chunked_body_of_50_mb_is_413_while_it_streams(newcomer: Person) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 1024 * 1024

    answer = await newcomer.send(
        "POST", "/v1/subjects", content=chunks(), headers={"Content-Type": "application/json"}
    )
    check_problem(answer, 413, "too_large")


async def test_too_often_is_429_and_says_when_to_come_back(newcomer: Person) -> None:
    answers = [await newcomer.post("/v1/me/erasure", {"word": f"x{n}"}) for n in range(11)]
    problem = check_problem(answers[-1], 429, "too_many")
    assert problem.detail
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600


async def test_an_outage_outside_is_503_with_retry_after(newcomer: Person, cast: Cast) -> None:
    await cast.sandbox.put("/sandbox/faults/identity", json={"kind": "error"})
    try:
        await newcomer.consent("identity")
        body = {
            "name": newcomer.persona["name"],
            "id_number": newcomer.persona["id_number"],
        }
        answer = await newcomer.post("/v1/me/identity-checks", body)
    finally:
        await cast.sandbox.delete("/sandbox/faults/identity")
    check_problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


async def test_an_internal_fault_is_500_and_tells_nothing(
    newcomer: Person,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(**_: object) -> None:
        raise RuntimeError("secret detail 440104")

    monkeypatch.setattr(installation.house.subjects, "of", broken)
    answer = await newcomer.get("/v1/subjects")
    problem = check_problem(answer, 500, "internal")
    assert "secret" not in answer.text
    assert problem.errors == []


async def test_a_conflict_is_409(alice: Person) -> None:
    answer = await alice.post(
        "/v1/me/identity-checks",
        {"name": alice.persona["name"], "id_number": alice.persona["id_number"]},
    )
    check_problem(answer, 409, "conflict")


async def test_without_consent_the_answer_is_403(newcomer: Person) -> None:
    answer = await newcomer.post(
        "/v1/me/identity-checks",
        {"name": newcomer.persona["name"], "id_number": newcomer.persona["id_number"]},
    )
    check_problem(answer, 403, "consent_required")


async def test_a_browser_is_told_in_words(cast: Cast) -> None:
    answer = await cast.client.post("/v/", data={"number": ""}, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "缺少“校验码”" in answer.text


async def _exchange(wire: socket.socket, request: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(wire, request)
    return await asyncio.wait_for(loop.sock_recv(wire, 65536), 10)
