"""Every field of a message obeys WeChat's rule of its type before it is sent."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages.fields import KINDS, BadField, fitted, kind_of

GOOD = [
    ("thing1", "信用报告已出具"),
    ("phrase2", "请查看"),
    ("time3", "15:01"),
    ("time3", "2026年11月23日 15:01"),
    ("time3", "2026年11月23日 15:01~2026年11月23日 16:00"),
    ("date4", "2026年11月23日"),
    ("date4", "2026-11-23"),
    ("date4", "2026/11/23 08:00"),
    ("number5", "3"),
    ("number5", "12.5"),
    ("letter6", "ABC"),
    ("symbol7", "！"),
    ("character_string8", "YX-2026/11(23)"),
    ("amount9", "¥100.00"),
    ("amount9", "100元"),
    ("phone_number10", "+86-020-12345678"),
    ("car_number11", "粤A12345"),
    ("name12", "欧阳敏"),
    ("name12", "Ann Lee"),
]
BAD = [
    ("thing1", ""),
    ("thing1", "   "),
    ("thing1", "信用\u202e报告"),
    ("thing1", "信用\x00报告"),
    ("phrase2", "请立即查看它"),
    ("phrase2", "ok"),
    ("time3", "25:00"),
    ("time3", "三点"),
    ("date4", "2026年13"),
    ("number5", "一"),
    ("number5", "1" * 33),
    ("letter6", "字"),
    ("letter6", "a" * 33),
    ("symbol7", "abc"),
    ("character_string8", "编号1"),
    ("character_string8", "x" * 33),
    ("amount9", "1" * 11),
    ("phone_number10", "1" * 18),
    ("car_number11", "粤A12345678"),
    ("name12", "名" * 11),
    ("name12", "a" * 21),
    ("enum1", "x"),
    ("thing", "x"),
    ("1thing", "x"),
    ("other3", "x"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_right_value_is_sent_as_it_is(name: str, value: str) -> None:
    assert fitted(name, value) == value


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_wechat_would_refuse_is_refused_before(name: str, value: str) -> None:
    with pytest.raises(BadField) as caught:
        fitted(name, value)
    assert value.strip() == "" or value not in str(caught.value) or len(value) == 1


def test_a_long_thing_is_shortened_to_twenty_with_an_ellipsis() -> None:
    assert fitted("thing1", "信" * 20) == "信" * 20
    assert fitted("thing1", "信" * 21) == "信" * 19 + "…"


def test_a_line_break_becomes_a_space() -> None:
    assert fitted("thing1", "报告\n已出具") == "报告 已出具"


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60))
def test_whatever_is_let_through_obeys_the_rule(kind: str, value: str) -> None:
    try:
        sent = fitted(f"{kind}1", value)
    except BadField:
        return
    assert kind_of(f"{kind}1") == kind
    assert 1 <= len(sent) <= 65
    assert sent.strip()
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in sent)
    if kind == "thing":
        assert len(sent) <= 20
    if kind == "phrase":
        assert len(sent) <= 5
    if kind in {"character_string", "letter", "number"}:
        assert len(sent) <= 32
        assert not re.search("[\u4e00-\u9fff]", sent)
