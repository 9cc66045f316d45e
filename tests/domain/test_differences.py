"""What is marked between two texts: what is read as one is marked as one."""

from difflib import Match, SequenceMatcher

import pytest

from domain import differences
from domain.differences import MOST_STEPS, Mark, compared


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


def test_what_is_the_same_is_told_without_matching(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MOST_STEPS", 0)
    same = "一段\n" * 3000
    (section,) = compared({"甲": same}, {"甲": same})
    assert not section.differs
    assert marked("承诺的期限", "承诺之期限") == [("gone", "的"), ("new", "之")]
    (section,) = compared({"甲": f"{same}旧\n{same}"}, {"甲": f"{same}新\n{same}"})
    assert sum(line[0].mark is Mark.SAME for line in section.lines) == 6001


ALTERNATING = ("".join(f"的{chr(first + n)}" for n in range(300)) for first in (0x4E00, 0x6E00))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (*ALTERNATING,),
        ("甲\n" + "同\n" * 2000 + "乙", "丙\n" + "同\n" * 1900 + "丁"),
        ("甲" + "同" * 3000 + "乙", "丙" + "同" * 2900 + "丁"),
        ("\n".join(f"{n}" for n in range(4000)), "\n".join(f"{n * 2}" for n in range(4000))),
    ],
)
def test_what_is_everywhere_is_not_matched_without_end(
    monkeypatch: pytest.MonkeyPatch, was: str, now: str
) -> None:
    taken = []
    find = SequenceMatcher.find_longest_match

    def counted(self: SequenceMatcher[str], alo: int, ahi: int, blo: int, bhi: int) -> Match:
        taken.append(sum(1 + len(self.b2j.get(one, ())) for one in self.a[alo:ahi]))
        return find(self, alo, ahi, blo, bhi)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", counted)
    (section,) = compared({"甲": was}, {"甲": now})
    # Once line by line, once more within the lines.
    assert sum(taken) <= 2 * MOST_STEPS * (len(was) + len(now))
    told = [piece for line in section.lines for piece in line]
    for mark, text in ((Mark.GONE, was), (Mark.NEW, now)):
        read = "".join(piece.text for piece in told if piece.mark in {Mark.SAME, mark})
        assert read == text.replace("\n", "")


def test_a_long_paragraph_is_not_marked_as_a_whole_for_a_word_at_each_end() -> None:
    middle = "".join(chr(0x4E00 + n * n % 700) for n in range(1500))
    assert marked(f"前文{middle}的结尾", f"后文{middle}之结尾") == [
        *[("gone", "前"), ("new", "后")],
        *[("gone", "的"), ("new", "之")],
    ]
