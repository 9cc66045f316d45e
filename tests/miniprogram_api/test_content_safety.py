"""Text and image checks: the verdict is read where it stands, long texts are cut."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters.outside import Outside
from domain.content_checks import Judged, Unseen, Verdict
from domain.errors import DomainError, TooMany, Unavailable
from miniprogram_api import content_safety
from miniprogram_api.client import Client
from miniprogram_api.content_safety import ContentSafety, parts
from miniprogram_api.stable_token import StableToken
from tests.miniprogram_api.conftest import APPID, SECRET
from tests.miniprogram_api.scripted import Sent, WeChat
from tests.stand_ins import StandIns

TEXT = "/wxa/msg_sec_check"
IMAGE = "/wxa/media_check_async"
TOKEN = {"access_token": "t1", "expires_in": 7200}
PERSON = {"openid": "o1", "scene": 2}

Make = Callable[..., StableToken]


def said(suggest: object, label: object = 100) -> dict[str, object]:
    return {"errcode": 0, "errmsg": "ok", "result": {"suggest": suggest, "label": label}}


@pytest.fixture
def safety(tokens: Make, wechat: WeChat) -> ContentSafety:
    wechat.replies("/cgi-bin/stable_token", TOKEN)
    return ContentSafety(tokens())


@pytest.mark.parametrize(
    ("body", "verdict", "reason"),
    [
        (said("pass"), Verdict.PASS, ""),
        (said("pass", "100"), Verdict.PASS, ""),
        (said("risky", 20003), Verdict.RISKY, "abuse"),
        (said("risky", "20002"), Verdict.RISKY, "porn"),
        (said("review", 21000), Verdict.REVIEW, "other"),
        (said("review", 99999) | {"detail": []}, Verdict.REVIEW, "other"),
        (said("risky", 20001) | {"detail": {"errcode": -1}}, Verdict.RISKY, "politics"),
    ],
)
async def test_the_verdict_stands_in_the_result(
    safety: ContentSafety, wechat: WeChat, body: object, verdict: Verdict, reason: str
) -> None:
    wechat.replies(TEXT, body)
    assert await safety.text(text="文字", **PERSON) == Judged(verdict=verdict, reason=reason)  # type: ignore[arg-type]
    (sent,) = wechat.asked(TEXT)
    assert sent.payload == {"content": "文字", "version": 2, "scene": 2, "openid": "o1"}


@pytest.mark.parametrize(
    "body",
    [
        {"errcode": 0, "errmsg": "ok"},
        said("good"),
        said(None),
        said("pass", None),
        {"errcode": 0, "result": []},
        (500, {}),
    ],
)
async def test_what_is_no_verdict_is_an_outage_never_a_pass(
    safety: ContentSafety, wechat: WeChat, body: object
) -> None:
    wechat.replies(TEXT, body)
    with pytest.raises(Unavailable):
        await safety.text(text="文字", **PERSON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("errcode", "error"),
    [
        (61010, Unseen),
        (40003, Unseen),
        (43104, Unseen),
        (44991, TooMany),
        (45009, Unavailable),
        (40129, Unavailable),
        (-1, Unavailable),
    ],
)
@pytest.mark.parametrize("path", [TEXT, IMAGE])
async def test_a_refusal_has_its_meaning(
    safety: ContentSafety, wechat: WeChat, path: str, errcode: int, error: type[DomainError]
) -> None:
    wechat.replies(path, {"errcode": errcode, "errmsg": "no"})
    with pytest.raises(error):
        await ask(safety, path)


async def ask(safety: ContentSafety, path: str) -> object:
    if path == TEXT:
        return await safety.text(text="文字", openid="o1", scene=2)
    return await safety.image(media_url="https://x/y", openid="o1", scene=2)


async def test_an_image_is_handed_over_once_for_its_id(
    safety: ContentSafety, wechat: WeChat
) -> None:
    wechat.replies(IMAGE, {"errcode": 0, "trace_id": "60f96f1d-3845297a-1976a3ae"})
    assert await ask(safety, IMAGE) == "60f96f1d-3845297a-1976a3ae"
    (sent,) = wechat.asked(IMAGE)
    assert not sent.safe
    assert sent.payload == {
        "media_url": "https://x/y",
        "media_type": 2,
        "version": 2,
        "scene": 2,
        "openid": "o1",
    }


async def test_a_slow_check_is_given_up_before_its_writer_gives_up(
    safety: ContentSafety, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_safety, "_SECONDS", 0.01)
    wechat.open.clear()
    with pytest.raises(Unavailable, match="超时"):
        await ask(safety, TEXT)
    wechat.open.set()
    await asyncio.sleep(0)


async def test_of_a_long_text_the_worst_part_counts(safety: ContentSafety, wechat: WeChat) -> None:
    text = "好。" * 1250 + "坏。" + "好。" * 1300

    def reply(sent: Sent) -> object:
        payload: Any = sent.payload
        assert len(payload["content"]) <= 2500
        return said("risky", 20003) if "坏" in payload["content"] else said("pass")

    wechat.replies(TEXT, reply)
    judged = await safety.text(text=text, openid="o1", scene=2)
    assert judged == Judged(verdict=Verdict.RISKY, reason="abuse")
    assert len(wechat.asked(TEXT)) == 3


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", [0]),
        ("a" * 10, [10]),
        ("a" * 11, [10, 1]),
        ("一二三。四五六。七八九十", [8, 4]),
        ("一二三四五六七八九。十", [10, 1]),
        ("。" * 25, [10, 10, 5]),
        ("a\nbbbbbbbbbbb", [2, 10, 1]),
        ("😀" * 6, [5, 1]),
        ("a" + "😀" * 5, [5, 1]),
        ("😀。" + "😀" * 5, [2, 5]),
    ],
)
def test_a_text_is_cut_where_sentences_end(text: str, lengths: list[int]) -> None:
    cut = list(parts(text, 10))
    assert [len(part) for part in cut] == lengths
    assert "".join(cut) == text


async def test_the_stand_in_judges_by_markers_and_only_who_was_there(
    outside: Outside, stand_ins: StandIns
) -> None:
    safety = ContentSafety(StableToken(Client(outside), appid=APPID, secret=SECRET))
    openid = stand_ins.persona("clean")["openid"]
    with pytest.raises(Unseen):
        await safety.text(text="文字", openid="o" + "x" * 27, scene=2)
    await outside.call(
        "GET",
        "/sns/jscode2session",
        params={
            "appid": APPID,
            "secret": SECRET,
            "js_code": stand_ins.code("login", openid),
            "grant_type": "authorization_code",
        },
    )
    for marker, verdict in (("", "pass"), ("【复核】", "review"), ("【违规】", "risky")):
        judged = await safety.text(text=f"文字{marker}", openid=openid, scene=2)
        assert judged.verdict.value == verdict
    assert await safety.image(media_url="https://x/y", openid=openid, scene=2)
