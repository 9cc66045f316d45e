"""sandbox/control.py: what is left that the stand-ins' own tests do not use."""

import httpx
import pytest

from tests.sandbox.support import People


def test_personas_are_listed_as_the_phone_page_needs_them(people: People) -> None:
    assert len(people) >= 12
    assert people["clean"].keys() == {
        *("id", "label", "description", "openid", "name", "id_number", "phone"),
        *("uscc", "enterprise", "successor"),
    }
    assert people["charlie"]["uscc"] is None
    assert people["charlie"]["enterprise"] is None


@pytest.mark.parametrize("path", ["/sandbox/wx/login", "/sandbox/wx/phone"])
def test_a_stranger_gets_no_code(sandbox: httpx.Client, people: People, path: str) -> None:
    for openid in ("o" + "z" * 27, people["clean"]["id_number"]):
        answer = sandbox.post(path, json={"openid": openid})
        assert answer.status_code == 404
        assert answer.json()["code"] == "unknown_openid"


def test_only_an_address_can_be_the_api(sandbox: httpx.Client) -> None:
    for url in ("file:///etc/passwd", "127.0.0.1:8080", "http://127.0.0.1:8080/v1"):
        assert sandbox.put("/sandbox/api", json={"url": url}).status_code == 400


def test_an_address_that_is_not_there_is_a_404_in_json(sandbox: httpx.Client) -> None:
    for path in ("/wechat/cgi-bin/token", "/sandbox/nothing", "/identity/v1/"):
        answer = sandbox.post(path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "no_such_address"


def test_a_wrong_method_is_a_405_in_json(sandbox: httpx.Client) -> None:
    answer = sandbox.delete("/sandbox/personas")
    assert answer.status_code == 405
    assert answer.json()["code"] == "http_405"


def test_a_successor_is_listed_with_the_enterprise_to_take_over(people: People) -> None:
    assert people["succession"]["successor"] == "successor"
    assert people["successor"]["uscc"] == people["succession"]["uscc"]
