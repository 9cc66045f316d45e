"""Subtitles: read in the encodings that people have, refused with the line that is wrong."""

import io
from contextlib import suppress

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from domain.files import UnfitFile
from domain.media.subtitles import Cue, decoded, read_cues, written

GOOD = """WEBVTT - 信用修复

STYLE
::cue { background: url(http://example.com/x) }

NOTE 一条备注
两行

intro
00:01.000 --> 00:02.500 line:85% align:center region:r1
<v 主讲人>信用修复</v>怎么办？
第二行 &amp; 末行

01:00:00.000 --> 01:00:01.000
完
"""


def test_cues_are_read_with_their_moments_places_and_words() -> None:
    first, last = read_cues(GOOD)
    assert (first.begin, first.end, first.placed) == (1000, 2500, "line:85% align:center")
    assert first.words == "信用修复怎么办？ 第二行 & 末行"
    assert (last.begin, last.end, last.words) == (3_600_000, 3_601_000, "完")


def test_what_is_written_is_read_alike_here_and_elsewhere() -> None:
    text = written(read_cues(GOOD))
    assert read_cues(text) == read_cues(GOOD)
    assert "url" not in text
    heard = webvtt.from_buffer(io.StringIO(text))
    assert [one.start for one in heard] == ["00:00:01.000", "01:00:00.000"]
    assert heard[1].text == "完"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<v 主讲人>信用<c.red>修复</c>", "信用修复"),
        # Players show nothing of what stands behind either.
        ("信用<v 主讲人", "信用"),
        ("信用<<修复>了", "信用了"),
        ("&#20449;&#x7528;", "信用"),
        (f"信用&#{'9' * 5000};修复", "信用\ufffd修复"),
    ],
)
def test_marks_and_numbers_of_characters_are_read_as_players_read_them(
    text: str, words: str
) -> None:
    assert Cue(begin=0, end=1, text=text).words == words


@pytest.mark.parametrize("sign", ["<", "<a", "&#", "&", " ", "\t", "<>", "1", "-->", "line:"])
def test_two_mebibytes_of_anything_are_read_or_refused(sign: str) -> None:
    """Each of them is all that a file of subtitles may have."""
    much = sign * (2 * 2**20 // len(sign))
    for text in (much, f"WEBVTT {much}", f"WEBVTT\n\n00:01.000 --> 00:02.000 {much}\n{much}"):
        with suppress(UnfitFile):
            assert [len(cue.words) <= len(much) for cue in read_cues(text)] == [True]
    assert len(Cue(begin=0, end=1, text=much).words) <= len(much)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_chinese_is_read_in_every_encoding_that_people_have(encoding: str, ending: str) -> None:
    content = GOOD.replace("\n", ending).encode(encoding)
    assert read_cues(decoded(content)) == read_cues(GOOD)


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03", b"\x89PNG\r\n\x1a\n\xff\xff", b"\xff"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitFile, match="不是文字"):
        decoded(content)


CUE = "00:01.000 --> 00:02.000\n字"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "第 1 行有误：应为 WEBVTT"),
        ("WEBVTTX\n\n" + CUE, "第 1 行有误：应为 WEBVTT"),
        ("字幕\n\n" + CUE, "第 1 行有误：应为 WEBVTT"),
        ("1\n00:00:01,000 --> 00:00:02,000\n字\n", "这是 SRT 字幕"),
        ("WEBVTT\n" + CUE, "第 2 行有误：WEBVTT 之后应空一行"),
        ("WEBVTT\n\n只有文字\n", "第 3 行有误：这里应是一条字幕的时间"),
        ("WEBVTT\n\n编号\n文字\n", "第 3 行有误：这里应是一条字幕的时间"),
        ("WEBVTT\n\n00:01 --> 00:02.000\n字", "第 3 行有误：时间写法不对"),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\n字", "第 3 行有误：时间写法不对"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\n字", "第 3 行有误：时间写法不对"),
        ("WEBVTT\n\n1\n00:01.000-->00:02.000\n字", "第 4 行有误：时间写法不对"),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\n字", "第 3 行有误：结束时间没有晚于开始时间"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "第 3 行有误：时间之后没有字幕文字"),
        (f"WEBVTT\n\n{CUE}\n{CUE}", "第 5 行有误：两条字幕之间应空一行"),
        (f"WEBVTT\n\n00:05.000 --> 00:06.000\n字\n\n{CUE}", "第 6 行有误：这一条的开始时间早于"),
        ("WEBVTT\n\nNOTE 没有字幕\n", "没有任何一条字幕"),
        ("WEBVTT\n" + f"\n{CUE}\n" * 20_001, "超过 20000 条"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UnfitFile) as refused:
        read_cues(text)
    assert said in refused.value.detail


MOMENTS = st.integers(0, 99 * 3_600_000)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n-<>&", exclude_categories=("C", "Z")),
    min_size=1,
    max_size=40,
)


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 10_000), WORDS), min_size=1, max_size=20))
def test_all_that_can_be_written_is_read_again(rows: list[tuple[int, int, str]]) -> None:
    cues = [Cue(begin=begin, end=begin + lasts, text=text) for begin, lasts, text in sorted(rows)]
    assert list(read_cues(decoded(written(cues).encode()))) == cues


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused_in_words(content: bytes) -> None:
    said = "。"
    try:
        read_cues(decoded(b"WEBVTT\n\n" + content))
    except UnfitFile as refused:
        said = refused.detail
    assert said.endswith("。")
