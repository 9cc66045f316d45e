"""Mini-program codes and URL links: what is sent, and that an image is told from a refusal."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.outside import Outside
from domain.errors import DomainError, TooMany, Unavailable
from miniprogram_api.client import Client
from miniprogram_api.codes import BadScene, Codes
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.conftest import APPID, SECRET
from tests.miniprogram_api.scripted import WeChat
from tests.stand_ins import StandIns

DRAW = "/wxa/getwxacodeunlimit"
LINK = "/wxa/generate_urllink"
TOKEN = {"access_token": "t1", "expires_in": 7200}
JPEG = b"\xff\xd8\xff\xe0 picture"
PNG = b"\x89PNG\r\n\x1a\n picture"
SCENE = "9b-_Zx0123456789ABCDEF"
UNTIL = datetime(2026, 11, 30, tzinfo=UTC)

Make = Callable[..., StableToken]


@pytest.fixture
def codes(tokens: Make, wechat: WeChat) -> Codes:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    return Codes(tokens(), page="pages/invitation", version="release")


@pytest.mark.parametrize(("image", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
async def test_an_image_is_given_with_its_type(
    codes: Codes, wechat: WeChat, image: bytes, kind: str
) -> None:
    wechat.replies(DRAW, image)
    assert await codes.draw(SCENE) == (image, kind)
    (sent,) = wechat.asked(DRAW)
    assert sent.payload == {
        "scene": SCENE,
        "page": "pages/invitation",
        "check_path": True,
        "env_version": "release",
        "width": 430,
    }


@pytest.mark.parametrize("version", ["trial", "develop"])
async def test_a_page_that_is_not_published_yet_is_not_checked(
    tokens: Make, wechat: WeChat, version: Any
) -> None:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    wechat.replies(DRAW, JPEG)
    await Codes(tokens(), page="pages/invitation", version=version).draw(SCENE)
    payload: Any = wechat.asked(DRAW)[0].payload
    assert (payload["check_path"], payload["env_version"]) == (False, version)


@pytest.mark.parametrize("body", [b"<html>", b"", {"no": "image"}, {}, [], "text", (404, JPEG)])
async def test_what_is_no_image_is_never_given_for_one(
    codes: Codes, wechat: WeChat, body: object
) -> None:
    wechat.replies(DRAW, body)
    with pytest.raises(Unavailable, match="无法识别"):
        await codes.draw(SCENE)


@pytest.mark.parametrize(
    ("errcode", "error", "permanent"),
    [
        (40129, Unavailable, True),
        (41030, Unavailable, True),
        (45009, Unavailable, False),
        (44990, TooMany, None),
    ],
)
@pytest.mark.parametrize("path", [DRAW, LINK])
async def test_a_refusal_under_status_200_is_one(
    codes: Codes,
    wechat: WeChat,
    path: str,
    errcode: int,
    error: type[DomainError],
    *,
    permanent: bool | None,
) -> None:
    wechat.replies(path, {"errcode": errcode, "errmsg": "x rid: 1-2"})
    with pytest.raises(error) as raised:
        await (codes.draw(SCENE) if path == DRAW else codes.link(SCENE, until=UNTIL))
    assert getattr(raised.value, "permanent", None) is permanent


async def test_a_code_is_drawn_with_another_token_when_the_first_does_not_hold(
    codes: Codes, wechat: WeChat
) -> None:
    wechat.replies("/cgi-bin/stable_token", TOKEN, TOKEN | {"access_token": "t2"})
    wechat.replies(DRAW, {"errcode": 42001}, JPEG)
    assert await codes.draw(SCENE) == (JPEG, "image/jpeg")


@pytest.mark.parametrize("scene", ["", "a" * 33, "has space", "汉字", "50%", "a\n", 'a"b'])
async def test_a_scene_that_wechat_would_refuse_is_not_sent(
    codes: Codes, wechat: WeChat, scene: str
) -> None:
    for call in (codes.draw(scene), codes.link(scene, until=UNTIL)):
        with pytest.raises(BadScene):
            await call
    assert wechat.sent == []


@pytest.mark.parametrize("page", ["/pages/invitation", "pages/invitation?a=b", "", "pages//x"])
def test_a_page_that_wechat_would_refuse_stops_the_start(tokens: Make, page: str) -> None:
    with pytest.raises(BadScene):
        Codes(tokens(), page=page, version="release")


async def test_a_link_carries_the_same_scene_and_its_end(codes: Codes, wechat: WeChat) -> None:
    wechat.replies(LINK, {"errcode": 0, "errmsg": "ok", "url_link": "https://wxaurl.cn/x"})
    assert await codes.link(SCENE, until=UNTIL) == "https://wxaurl.cn/x"
    (sent,) = wechat.asked(LINK)
    assert sent.safe
    assert sent.payload == {
        "path": "pages/invitation",
        "query": f"scene={SCENE}",
        "expire_type": 0,
        "expire_time": int(UNTIL.timestamp()),
        "env_version": "release",
    }


async def test_the_stand_in_draws_and_links(outside: Outside, stand_ins: StandIns) -> None:
    assert stand_ins
    tokens = StableToken(Client(outside), appid=APPID, secret=SECRET)
    codes = Codes(tokens, page="pages/invitation", version="release")
    image, kind = await codes.draw(SCENE)
    assert (image[:3], kind) == (b"\xff\xd8\xff", "image/jpeg")
    until = datetime.fromtimestamp(int(datetime.now(UTC).timestamp()) + 3600, UTC)
    assert (await codes.link(SCENE, until=until)).startswith(stand_ins.url)
