"""sandbox/proxy.py: what reaches the API and what comes back, over HTTP."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.support import Api


def test_method_path_query_and_headers_reach_the_api(sandbox: httpx.Client) -> None:
    sent = {
        "Authorization": "Bearer a.b.c",
        "Idempotency-Key": "key-12345678",
        "If-Match": '"v1"',
        "Range": "bytes=0-9",
    }
    answer = sandbox.put("/backend/v1/x%2Fy?a=1&b=%E4%BF%A1", json={"名": 1}, headers=sent)
    told = answer.json()
    assert (told["method"], told["path"]) == ("PUT", "/v1/x%2Fy?a=1&b=%E4%BF%A1")
    assert told["headers"].items() >= sent.items()
    assert told["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert told["length"] == len(answer.request.content)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_every_method_passes(sandbox: httpx.Client, method: str) -> None:
    assert sandbox.request(method, "/backend/").json()["method"] == method


def test_nothing_is_asked_for_that_the_caller_did_not_ask_for(address: str) -> None:
    with httpx.Client(trust_env=False) as client:
        request = httpx.Request("GET", f"{address}/backend/")
        told = client.send(request).json()
    assert {name.lower() for name in told["headers"]} <= {"host", "x-forwarded-for"}


def test_statuses_and_etags_come_back(sandbox: httpx.Client) -> None:
    answer = sandbox.get("/backend/teapot")
    assert answer.status_code == 418
    assert answer.headers["ETag"] == '"of-the-api"'
    assert answer.headers["Server"].startswith("BaseHTTP")


def test_a_part_of_a_file_comes_back_as_one(sandbox: httpx.Client) -> None:
    answer = sandbox.get("/backend/partial", headers={"Range": "bytes=2-5"})
    assert (answer.status_code, answer.content) == (206, b"2345")
    assert answer.headers["Content-Range"] == "bytes 2-5/10"


def test_not_modified_comes_back(sandbox: httpx.Client) -> None:
    answer = sandbox.get("/backend/partial", headers={"If-None-Match": '"of-the-api"'})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_head_has_the_headers_only(sandbox: httpx.Client) -> None:
    answer = sandbox.head("/backend/")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) > 0


def test_an_upload_passes_whole(sandbox: httpx.Client) -> None:
    upload = {"file": ("报告.pdf", b"%PDF" * 1_000_000, "application/pdf")}
    told = sandbox.post("/backend/v1/verification/files", files=upload).json()
    assert told["length"] > 4_000_000
    assert told["length"] == int(told["headers"]["Content-Length"])
    assert told["headers"]["Content-Type"].startswith("multipart/form-data; boundary=")


def test_an_upload_of_unknown_length_passes_whole(sandbox: httpx.Client) -> None:
    pieces = (b"x" * 100_000 for _ in range(40))
    told = sandbox.post("/backend/", content=pieces).json()
    assert told["length"] == 4_000_000
    assert told["headers"]["Transfer-Encoding"] == "chunked"


def test_an_upload_arrives_while_it_is_sent(sandbox: httpx.Client, api: Api) -> None:
    def pieces() -> Iterator[bytes]:
        api.arrived.clear()
        yield b"first"
        assert api.arrived.wait(timeout=5)
        yield b"second"

    assert sandbox.post("/backend/", content=pieces()).json()["length"] == len("firstsecond")


def test_a_download_arrives_while_it_is_made(sandbox: httpx.Client, api: Api) -> None:
    api.go_on.clear()
    with sandbox.stream("GET", "/backend/halting") as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"ab"
        api.go_on.set()
        assert b"".join(pieces) == b"cd"


def test_a_caller_may_leave_halfway(sandbox: httpx.Client, api: Api) -> None:
    api.go_on.clear()
    with sandbox.stream("GET", "/backend/halting") as answer:
        assert answer.status_code == 200
    api.go_on.set()
    assert sandbox.get("/backend/").status_code == 200


def test_a_caller_may_leave_before_the_api_answers(sandbox: httpx.Client, api: Api) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = f"http://127.0.0.1:{silent.getsockname()[1]}"
        sandbox.put("/sandbox/api", json={"url": mute}).raise_for_status()
        try:
            with pytest.raises(httpx.ReadTimeout):
                sandbox.get("/backend/", timeout=0.2)
        finally:
            sandbox.put("/sandbox/api", json={"url": api.url}).raise_for_status()
    assert sandbox.get("/backend/").status_code == 200


def test_an_api_that_is_down_is_a_502_that_says_where_it_was_sought(
    sandbox: httpx.Client, api: Api
) -> None:
    sandbox.put("/sandbox/api", json={"url": "http://127.0.0.1:9"}).raise_for_status()
    try:
        answer = sandbox.post("/backend/", content=b"x" * 1_000_000)
    finally:
        sandbox.put("/sandbox/api", json={"url": api.url}).raise_for_status()
    assert answer.status_code == 502
    assert answer.json()["code"] == "api_unreachable"
    assert "127.0.0.1:9" in answer.json()["message"]
    assert sandbox.get("/backend/").status_code == 200
