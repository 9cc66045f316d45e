"""What a lecture must say before it is shown, and what no version may say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import Invalid
from domain.lectures.lectures import Lecture, Phase, Standing, phase_of
from domain.lectures.programme import (
    LABELS,
    Access,
    Chapter,
    Cue,
    LiveKind,
    Programme,
    check,
    check_whole,
    moment_of,
    page_at,
)
from domain.media.assets import AssetState, Kind
from domain.transactions import Conflict
from tests.domain.lectures.samples import ASSETS, MINUTE, NOW, OF, WHOLE, asset


def faults_of(programme: Programme, assets: Any = ASSETS) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check_whole(programme, assets, of=OF)
    return {one.pointer: one.detail for one in refused.value.faults}


def test_a_whole_one_passes() -> None:
    check_whole(WHOLE, ASSETS, of=OF)


def test_an_empty_draft_may_be_kept_and_not_be_shown() -> None:
    check(Programme())
    assert set(faults_of(Programme(), {})) == {
        *("/title", "/series", "/topic", "/speaker", "/audience", "/begins_at", "/ends_at"),
        *("/outline", "/recording"),
    }


def test_everything_it_says_has_a_label() -> None:
    assert set(LABELS) == set(Programme.__dataclass_fields__)


@pytest.mark.parametrize(
    ("said", "pointer", "words"),
    [
        ({"title": "长" * 61}, "/title", "最多 60 个字"),
        ({"ends_at": NOW}, "/ends_at", "晚于"),
        ({"ends_at": NOW + timedelta(days=3, minutes=1)}, "/ends_at", "3 天"),
        ({"live_address": "finder01"}, "/live_address", "视频号 ID"),
        ({"live_address": "sph 01 23"}, "/live_address", "视频号 ID"),
        ({"live_kind": LiveKind.OTHER, "live_address": "http://a.cn/"}, "/live_address", "https"),
        ({"live_kind": LiveKind.OTHER, "live_address": "https://"}, "/live_address", "https"),
        ({"live_kind": LiveKind.OTHER, "live_address": "https://a b"}, "/live_address", "空格"),
        ({"live_kind": LiveKind.NONE}, "/live_address", "不填直播地址"),
        ({"places": 0}, "/places", "1 至"),
        ({"certificate_percent": 101}, "/certificate_percent", "1 至 100"),
        ({"attachments": tuple("abcdefghijk")}, "/attachments", "最多 10 个"),
        ({"chapters": (Chapter(at_ms=0, title=""),)}, "/chapters/0", "标题"),
        (
            {"chapters": (Chapter(at_ms=5, title="一"), Chapter(at_ms=5, title="二"))},
            "/chapters/1",
            "晚于前一个",
        ),
        ({"cues": (Cue(at_ms=2, page=1), Cue(at_ms=1, page=2))}, "/cues/1", "晚于前一个"),
        ({"cues": (Cue(at_ms=0, page=0),)}, "/cues/0", "从 1 起"),
    ],
)
def test_what_no_version_may_say_is_named(said: dict[str, Any], pointer: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(replace(WHOLE, **said))
    (told,) = [one.detail for one in refused.value.faults if one.pointer == pointer]
    assert words in told


@pytest.mark.parametrize(
    ("said", "pointer", "words"),
    [
        ({"live_kind": LiveKind.NONE, "live_address": "", "recording": ""}, "/recording", "须有录"),
        ({"recording": ""}, "/subtitles", "没有录像"),
        ({"slides": ""}, "/cues", "录像和课件"),
        ({"access": Access.REGISTERED, "places": None}, "/places", "报名名额"),
        ({"slides": "recording"}, "/slides", "已不存在"),
        ({"cover": "gone"}, "/cover", "已不存在"),
        ({"attachments": ("cover",)}, "/attachments", "已不存在"),
        ({"chapters": (Chapter(at_ms=5 * MINUTE, title="尾"),)}, "/chapters/0", "晚于录像的结尾"),
        ({"cues": (Cue(at_ms=1, page=13),)}, "/cues/0", "超过课件的 12 页"),
    ],
)
def test_what_keeps_it_from_being_shown_is_named(
    said: dict[str, Any], pointer: str, words: str
) -> None:
    assert words in faults_of(replace(WHOLE, **said))[pointer]


def test_a_file_of_another_lecture_or_one_that_is_not_ready_is_refused() -> None:
    others = {**ASSETS, "slides": asset(Kind.SLIDES, of="lecture:l2")}
    assert "已不存在" in faults_of(WHOLE, others)["/slides"]
    unready = {**ASSETS, "recording": asset(Kind.RECORDING, state=AssetState.PROCESSING)}
    assert faults_of(WHOLE, unready)["/recording"] == "录像“recording.bin”尚未处理完成，不能送审。"
    failed = {**ASSETS, "recording": asset(Kind.RECORDING, state=AssetState.FAILED)}
    assert faults_of(WHOLE, failed)["/recording"].endswith("处理失败，请换用其他文件后送审。")


def test_pages_and_moments_lead_to_each_other() -> None:
    cues = (Cue(at_ms=0, page=1), Cue(at_ms=1000, page=3), Cue(at_ms=2000, page=1))
    assert [page_at(cues, at) for at in (0, 999, 1000, 1999, 2000, 9999)] == [1, 1, 3, 3, 1, 1]
    assert page_at((), 5) == page_at((Cue(at_ms=9, page=4),), 5) == 1
    assert (moment_of(cues, 3), moment_of(cues, 1), moment_of(cues, 2)) == (1000, 0, None)


def test_what_it_is_follows_from_the_time() -> None:
    hour, live = timedelta(hours=1), replace(WHOLE, recording="")
    moments = (NOW - hour, NOW, NOW + hour / 2, NOW + hour)
    phases = [Phase.UPCOMING, Phase.LIVE, Phase.LIVE]
    assert [phase_of(live, at) for at in moments] == [*phases, Phase.ENDED]
    assert [phase_of(WHOLE, at) for at in moments] == [*phases, Phase.REPLAY]
    replay_only = replace(WHOLE, live_kind=LiveKind.NONE, live_address="")
    assert [phase_of(replay_only, at) for at in moments] == [Phase.UPCOMING] + [Phase.REPLAY] * 3


def test_one_that_is_withdrawn_may_be_shown_again_and_not_be_withdrawn_twice() -> None:
    new = Lecture(id="l1", created_at=NOW, changed_at=NOW)
    shown = new.showing("v1", WHOLE, now=NOW)
    gone = shown.withdrawn(reason="内容有误", now=NOW + timedelta(days=1))
    assert (shown.standing, gone.standing, gone.reason) == (
        *(Standing.SHOWN, Standing.WITHDRAWN),
        "内容有误",
    )
    again = gone.showing("v2", WHOLE, now=NOW + timedelta(days=2))
    assert (again.shown, again.reason, again.shown_at, again.revision) == (True, "", NOW, 3)
    for one in (new, gone):
        with pytest.raises(Conflict, match="不能下线"):
            one.withdrawn(reason="x", now=NOW)
