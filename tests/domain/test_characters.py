"""A text is as long as it looks."""

import pytest

from domain.characters import count, length_fault

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", 0),
        ("信用越秀", 4),
        ("𠮷野家", 3),
        ("a\r\nb\n", 4),
        ("é", 1),
        ("ạ̈", 1),
        ("👍", 1),
        ("👍🏽", 1),
        (FAMILY, 1),
        (FAMILY * 3, 3),
        ("❤️‍🔥", 1),
        ("🇨🇳", 1),
        ("🇨🇳🇭🇰🇲", 3),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("1️⃣", 1),
        ("한국", 2),
        ("한", 1),
        ("ｶﾞ", 1),
        ("क\u200dक", 2),
        ("\u0301", 1),
        ("a\u200db", 2),
    ],
)
def test_each_character_that_is_seen_counts_once(text: str, seen: int) -> None:
    assert count(text) == seen


@pytest.mark.parametrize("emoji", ["😀", FAMILY, "👍🏽", "🇨🇳"])
def test_ten_thousand_of_one_emoji_are_refused_by_their_number(emoji: str) -> None:
    fault = length_fault(emoji * 10_000, label="问题", most=2000)
    assert fault == "“问题”最多 2000 个字，现在有 10000 个字，请精简后再提交。"
    assert length_fault(emoji * 2000, label="问题", most=2000) is None


def test_marks_heaped_on_one_letter_are_refused() -> None:
    fault = length_fault("a" + "\u0301" * 24_000, label="问题", most=2000)
    assert fault is not None
    assert "叠加的符号太多" in fault
