"""Names of natural persons, as they stand on documents."""

import unicodedata

NAME_MOST = 50
# Not Nl, Cn or Co: 〇 is a name's character, and a rare one may be newer than our Unicode tables.
NOT_IN_NAMES = frozenset({"Cc", "Cf", "Cs", "Nd", "Sc", "Sk", "Sm", "So", "Zl", "Zp"})


def normal_name(name: str) -> str:
    """A name as kept: NFC, no blanks around; the dot of ethnic names in its standard form."""
    return unicodedata.normalize("NFC", name.strip()).replace("・", "·").replace("•", "·")


def name_fault(name: str) -> str | None:
    """What is wrong with a name, as a sentence; None when nothing is."""
    kept = normal_name(name)
    if not 1 < len(kept) <= NAME_MOST:
        return f"“姓名”应为 2 至 {NAME_MOST} 个字，请按证件填写。"
    if any(unicodedata.category(char) in NOT_IN_NAMES for char in kept):
        return "“姓名”中有姓名不会使用的符号，请按证件填写。"
    return None
