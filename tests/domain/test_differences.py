"""What is marked between two texts: what is read as one is marked as one."""

import pytest

from domain.differences import Mark, compared


def marked(was: str, now: str) -> list[tuple[str, str]]:
    """What of one line went and what came, in order."""
    (section,) = compared({"甲": was}, {"甲": now})
    (line,) = section.lines
    return [(one.mark.value, one.text) for one in line if one.mark is not Mark.SAME]


@pytest.mark.parametrize(
    ("was", "now", "gone", "new"),
    [
        # A time, beside a day that stays.
        ("2026年11月23日 15:30", "2026年11月23日 15:45", "15:30", "15:45"),
        # A day: its number, not one digit of it.
        ("2026年11月23日 15:30", "2026年11月28日 15:30", "23", "28"),
        # A line of the timeline.
        ("12:30 常见问题", "12:36.500 常见问题", "12:30", "12:36.500"),
        # How much must be watched, how many may register.
        ("80%", "85%", "80", "85"),
        ("名额 1,200 人", "名额 1,500 人", "1,200", "1,500"),
        # A file, also with a name that is partly Chinese.
        ("课件-slides_v1.pdf", "课件-slides_v2.pdf", "slides_v1.pdf", "slides_v2.pdf"),
        # An address, an account of WeChat Channels, a word.
        (
            "见 https://a.cn/x?n=1 一页",
            "见 https://a.cn/y?n=1 一页",
            *["https://a.cn/" + e for e in ("x?n=1", "y?n=1")],
        ),
        ("由 Café 王敏主讲", "由 Cafés 王敏主讲", "Café", "Cafés"),
        # Chinese is read sign by sign.
        ("公布承诺期限", "公布规定期限", "承诺", "规定"),
    ],
)
def test_times_numbers_and_words_are_marked_whole_and_chinese_sign_by_sign(
    was: str, now: str, gone: str, new: str
) -> None:
    assert marked(was, now) == [("gone", gone), ("new", new)]


def test_lines_with_little_in_common_stand_one_after_the_other() -> None:
    assert marked("12:30 3", "14:05 4") == [("gone", "12:30 3"), ("new", "14:05 4")]
