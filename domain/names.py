"""Names: of natural persons as they stand on documents, and as somebody claims to be called."""

import unicodedata

NAME_MOST = 50
# Not Nl, Cn or Co: 〇 is a name's character, and a rare one may be newer than our Unicode tables.
NOT_IN_NAMES = frozenset({"Cc", "Cf", "Cs", "Nd", "Sc", "Sk", "Sm", "So", "Zl", "Zp"})
# Letters and marks that leave the paper white; Unicode does not count all of them as invisible.
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U00016fe4\U0001d159"
)
CLAIMED_LEAST, CLAIMED_MOST = 2, 60
IN_CLAIMED = frozenset(" ·-（）()")


def visible(text: str) -> int:
    """How many of its characters leave ink of their own: no blanks, no marks on others."""
    return sum(unicodedata.category(char)[0] not in "MZ" and char not in BLANK for char in text)


def normal_name(name: str) -> str:
    """A name as kept: NFC, no blanks around; the dot of ethnic names in its standard form."""
    return unicodedata.normalize("NFC", name.strip()).replace("・", "·").replace("•", "·")


def name_fault(name: str) -> str | None:
    """What is wrong with a name, as a sentence; None when nothing is."""
    kept = normal_name(name)
    if not 1 < len(kept) <= NAME_MOST:
        return f"“姓名”应为 2 至 {NAME_MOST} 个字，请按证件填写。"
    unusual = any(unicodedata.category(char) in NOT_IN_NAMES or char in BLANK for char in kept)
    if unusual or visible(kept) == 0:
        return "“姓名”中有姓名不会使用的符号，请按证件填写。"
    return None


def claimed_fault(name: str) -> str | None:
    """What is wrong with a name somebody gives themself; None when nothing is.

    Letters of any script, digits, and what joins them: with quotes and full stops it could pass
    for a sentence of ours where it is shown.
    """
    if not CLAIMED_LEAST <= len(name) <= CLAIMED_MOST:
        return f"“您是谁”请填写 {CLAIMED_LEAST} 至 {CLAIMED_MOST} 个字的姓名或单位名称。"
    letters = [char for char in name if _is_letter(char)]
    others = [char for char in name if not _is_letter(char)]
    if not letters or any(_strange(char) for char in others):
        return "“您是谁”只能填写文字、数字、空格、“·”“-”和圆括号。"
    return None


def _is_letter(char: str) -> bool:
    """Or a digit, or a character that our Unicode tables do not know."""
    category = unicodedata.category(char)
    return char not in BLANK and (category[0] in "LN" or category in {"Cn", "Co"})


def _strange(char: str) -> bool:
    mark = unicodedata.category(char)[0] == "M" and char not in BLANK
    return not mark and char not in IN_CLAIMED
