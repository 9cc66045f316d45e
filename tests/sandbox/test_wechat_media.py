"""sandbox/wechat_media.py: checks by markers, and results that come later."""

import asyncio
import io
import json

import httpx
import pytest
from PIL import Image

from sandbox.base import RefusalError
from sandbox.personas import Persona
from sandbox.wechat import APP_ID, SECRET, WeChat, WeChatError
from sandbox.wechat_media import Media, Ruling, fetched, judged
from tests.sandbox.support import Json, MovingClock, People

TEXT = "/wechat/wxa/msg_sec_check"
IMAGE = "/wechat/wxa/media_check_async"
ASKED: Json = {"media_url": "https://x/y", "media_type": 2, "openid": "o", "scene": 1}
ALICE = Persona(
    id="alice",
    label="-",
    openid="o" + "a" * 27,
    name="陈雅丽",
    id_number="11010519491231002X",
    phone="13800138001",
)


async def nowhere(openid: str, event: Json) -> None:
    raise AssertionError(f"nothing is pushed: {openid} {event}")


@pytest.fixture
def token(sandbox: httpx.Client) -> dict[str, str]:
    body = {"appid": APP_ID, "secret": SECRET, "grant_type": "client_credential"}
    answer = sandbox.post("/wechat/cgi-bin/stable_token", json=body).json()
    return {"access_token": answer["access_token"]}


@pytest.fixture
def visitor(sandbox: httpx.Client, people: People) -> str:
    """Somebody who is in the mini program."""
    openid: str = people["clean"]["openid"]
    code = sandbox.post("/sandbox/wx/login", json={"openid": openid}).json()["code"]
    query = {"appid": APP_ID, "secret": SECRET, "grant_type": "authorization_code", "js_code": code}
    assert sandbox.get("/wechat/sns/jscode2session", params=query).json()["openid"] == openid
    return openid


@pytest.mark.parametrize(
    ("content", "suggest"),
    [("文字", "pass"), ("文【复核】字", "review"), ("【违规】【复核】", "risky")],
)
def test_a_text_is_judged_by_its_markers_and_a_risky_one_is_no_error(
    content: str, suggest: str
) -> None:
    answer = judged({"content": content})
    assert (answer["errcode"], answer["result"]["suggest"]) == (0, suggest)  # type: ignore[index]


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"content": ""}, 44002),
        ({"content": "字" * 2501}, 40097),
        ({"content": "😀" * 1251}, 40097),
        ({"version": 1}, 40129),
        ({"version": "2"}, 40129),
        ({"scene": 5}, 40129),
        ({"openid": ""}, 40003),
        ({"openid": "o" + "x" * 27}, 61010),
    ],
)
def test_a_check_that_wechat_would_not_make_is_refused(
    sandbox: httpx.Client, token: dict[str, str], visitor: str, change: Json, errcode: int
) -> None:
    body = {"content": "文字", "version": 2, "scene": 2, "openid": visitor}
    assert sandbox.post(TEXT, params=token, json=body).json()["errcode"] == 0
    assert sandbox.post(TEXT, params=token, json=body | change).json()["errcode"] == errcode


def test_escaped_or_empty_bodies_are_refused(
    sandbox: httpx.Client, token: dict[str, str], visitor: str
) -> None:
    body = {"content": "文字", "version": 2, "scene": 2, "openid": visitor}
    escaped = sandbox.post(TEXT, params=token, content=json.dumps(body))
    assert escaped.json()["errcode"] == 47001
    assert sandbox.post(TEXT, params=token, content=b"").json()["errcode"] == 44002
    assert sandbox.post(TEXT, json=body).json()["errcode"] == 41001


def test_a_visit_counts_for_two_hours(clock: MovingClock) -> None:
    wechat = WeChat(clock=clock)
    query = {"appid": APP_ID, "secret": SECRET, "grant_type": "authorization_code"}
    wechat.jscode2session({**query, "js_code": wechat.login_code(ALICE)})
    clock.move(7199)
    wechat.check_visit(ALICE.openid)
    clock.move(1)
    with pytest.raises(WeChatError) as caught:
        wechat.check_visit(ALICE.openid)
    assert caught.value.errcode == 61010


async def test_an_image_waits_until_its_result_is_stated_and_pushed() -> None:
    pushed: list[tuple[str, Json]] = []

    async def deliver(openid: str, event: Json) -> None:
        pushed.append((openid, event))

    media = Media(deliver=deliver)
    trace_id = str(media.ask(ASKED)["trace_id"])
    assert [one["result"] for one in media.all()] == [None]
    assert pushed == []
    await media.rule(trace_id, Ruling(suggest="risky", label=20002))
    ((openid, event),) = pushed
    assert openid == "o"
    assert (event["trace_id"], event["version"], event["errcode"]) == (trace_id, 2, 0)
    assert event["result"] == {"suggest": "risky", "label": "20002"}
    await media.rule(trace_id, Ruling(errcode=-1008))
    assert (pushed[1][1]["errcode"], pushed[1][1]["detail"]) == (-1008, [])


@pytest.mark.parametrize(
    ("change", "errcode"), [({"media_url": "file:///x"}, 47001), ({"media_type": 3}, 40004)]
)
def test_an_image_that_wechat_would_not_take_is_refused(change: Json, errcode: int) -> None:
    with pytest.raises(WeChatError) as caught:
        Media(deliver=nowhere).ask(ASKED | change)
    assert caught.value.errcode == errcode


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "suggest", "errcode"),
    [
        (picture("navy"), "pass", 0),
        (picture("red"), "risky", 0),
        (picture("yellow"), "review", 0),
        (b"<html>", "pass", -1008),
        (None, "pass", -1008),
    ],
)
@pytest.mark.parametrize("by_itself", [False, True])
async def test_an_image_is_fetched_at_its_address_and_judged_by_its_colour(
    content: bytes | None, suggest: str, errcode: int, by_itself: bool
) -> None:
    pushed: asyncio.Queue[Json] = asyncio.Queue()

    async def deliver(openid: str, event: Json) -> None:
        assert openid == "o"
        await pushed.put(event)

    async def fetch(url: str) -> bytes | None:
        assert url == "https://x/y"
        return content

    media = Media(deliver=deliver, fetch=fetch, by_itself=by_itself)
    trace_id = str(media.ask(ASKED)["trace_id"])
    if not by_itself:
        await media.look(trace_id)
    assert (await pushed.get())["errcode"] == errcode
    [asked] = media.all()
    assert asked["result"] is not None
    assert asked["result"]["suggest"] == suggest  # type: ignore[index]


async def test_what_no_server_gives_cannot_be_had(sandbox: httpx.Client) -> None:
    assert await fetched(str(sandbox.base_url.join("/sandbox/nothing"))) is None
    assert await fetched("http://127.0.0.1:1/") is None
    assert await fetched(str(sandbox.base_url.join("/icon.svg")))


async def test_a_result_for_nothing_is_not_stated() -> None:
    with pytest.raises(RefusalError):
        await Media(deliver=nowhere).rule("made-up", Ruling())
    with pytest.raises(RefusalError):
        await Media(deliver=nowhere).look("made-up")


def test_the_control_lists_images_and_states_results(
    sandbox: httpx.Client, token: dict[str, str], visitor: str
) -> None:
    body = ASKED | {"version": 2, "openid": visitor}
    trace_id = sandbox.post(IMAGE, params=token, json=body).json()["trace_id"]
    items = sandbox.get("/sandbox/media-checks").json()["items"]
    (mine,) = [one for one in items if one["trace_id"] == trace_id]
    assert (mine["openid"], mine["result"]) == (visitor, None)
    stated = sandbox.put(f"/sandbox/media-checks/{trace_id}", json={"suggest": "review"}).json()
    assert stated["result"]["suggest"] == "review"
    assert sandbox.put("/sandbox/media-checks/0-0-0", json={}).status_code == 404
