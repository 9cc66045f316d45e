"""sandbox/wechat_codes.py: codes and links by WeChat's rules."""

import httpx
import pytest

from sandbox.wechat import APP_ID, SECRET, WeChatError
from sandbox.wechat_codes import Links, drawn
from tests.sandbox.support import Json, MovingClock, PutFault

DRAW = "/wechat/wxa/getwxacodeunlimit"
LINK = "/wechat/wxa/generate_urllink"
GOOD = {"scene": "a!#$&'()*+,/:;=?@-._~9Z", "page": "pages/invitation"}


@pytest.fixture
def token(sandbox: httpx.Client) -> dict[str, str]:
    body = {"appid": APP_ID, "secret": SECRET, "grant_type": "client_credential"}
    answer = sandbox.post("/wechat/cgi-bin/stable_token", json=body).json()
    return {"access_token": answer["access_token"]}


def test_a_code_is_an_image_and_a_failure_is_json_both_under_200(
    sandbox: httpx.Client, token: dict[str, str]
) -> None:
    answer = sandbox.post(DRAW, params=token, json=GOOD)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8\xff")
    refused = sandbox.post(DRAW, params=token, json=GOOD | {"scene": "汉字"})
    assert (refused.status_code, refused.json()["errcode"]) == (200, 40129)
    assert sandbox.post(DRAW, json=GOOD).json()["errcode"] == 41001
    assert sandbox.get(DRAW, params=token).json()["errcode"] == 43002


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"scene": None}, 40169),
        ({"scene": ""}, 40169),
        ({"scene": "a" * 33}, 40169),
        ({"scene": "50%"}, 40129),
        ({"page": "/pages/invitation"}, 41030),
        ({"page": "pages/invitation?a=b"}, 41030),
        ({"page": "pages/nowhere"}, 41030),
        ({"page": "pages/nowhere", "check_path": False, "width": 279}, 40097),
        ({"env_version": "beta"}, 40097),
    ],
)
def test_what_wechat_would_not_draw_is_refused(change: Json, errcode: int) -> None:
    with pytest.raises(WeChatError) as caught:
        drawn(GOOD | change)
    assert caught.value.errcode == errcode


def test_an_unpublished_page_is_drawn_where_it_is_not_checked() -> None:
    page = {"page": "pages/nowhere", "check_path": False, "env_version": "develop"}
    assert drawn(GOOD | page).startswith(b"\xff\xd8\xff")


def test_a_link_leads_to_its_page_until_it_ends(clock: MovingClock) -> None:
    links = Links(clock=clock)
    body: Json = {
        "path": "pages/invitation",
        "query": "scene=abc",
        "expire_type": 0,
        "expire_time": int(clock.now) + 3600,
    }
    name = str(links.make(body, base="http://x")["url_link"]).rpartition("/")[2]
    assert links.follow(name) == "pages/invitation?scene=abc"
    clock.move(3600)
    assert links.follow(name) is None


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"path": "pages/nowhere"}, 40165),
        ({"query": "名=值"}, 40212),
        ({"env_version": "beta"}, 85402),
        ({"expire_interval": 31}, 85401),
        ({"expire_interval": 0}, 85401),
        ({"expire_type": 0, "expire_time": 1}, 85401),
    ],
)
def test_a_link_that_wechat_would_not_make_is_refused(
    clock: MovingClock, change: Json, errcode: int
) -> None:
    body = {"path": "pages/invitation", "query": "", "expire_type": 1, "expire_interval": 30}
    with pytest.raises(WeChatError) as caught:
        Links(clock=clock).make(body | change, base="http://x")
    assert caught.value.errcode == errcode


def test_a_phone_without_a_camera_finds_where_the_last_codes_lead(
    sandbox: httpx.Client, token: dict[str, str]
) -> None:
    for scene in ("first", "a+b"):
        sandbox.post(DRAW, params=token, json={"scene": scene, "page": "pages/staff_binding"})
    items = sandbox.get("/sandbox/wx/codes").json()["items"]
    assert items[:2] == ["#/staff_binding?code=a%2Bb", "#/staff_binding?code=first"]


def test_an_opened_link_shows_the_page_on_the_phone(
    sandbox: httpx.Client, token: dict[str, str]
) -> None:
    body = {"path": "pages/invitation", "query": "scene=ab%2B", "expire_type": 1}
    made = sandbox.post(LINK, params=token, json=body | {"expire_interval": 1}).json()
    opened = sandbox.get(made["url_link"])
    assert (opened.status_code, opened.headers["Location"]) == (302, "/#/invitation?code=ab%2B")
    assert sandbox.get("/wechat/wxaurl/made-up").status_code == 404


def test_any_errcode_comes_on_demand(
    sandbox: httpx.Client, token: dict[str, str], fault: PutFault
) -> None:
    fault("wechat", kind="errcode", errcode=45009, path="getwxacodeunlimit", times=1)
    assert sandbox.post(DRAW, params=token, json=GOOD).json()["errcode"] == 45009
    assert sandbox.post(DRAW, params=token, json=GOOD).content.startswith(b"\xff\xd8\xff")
