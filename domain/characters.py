"""How long a text is to who reads it: an emoji of seven code points is one character.

The clusters of Unicode's annex 29, as far as the standard library tells them apart; what it does
not (jamo of old Hangul, marks before their letter) counts a little more than it looks.
"""

import unicodedata

JOINER = "\u200d"
ATTACHED = frozenset({"Mn", "Me", "Mc"})
# Tones of skin, tags of flags, voiced marks of half width, and what only keeps letters apart.
MODIFIERS = ("\U0001f3fb", "\U0001f3ff")
TAGS = ("\U000e0020", "\U000e007f")
OTHERS = frozenset("\u200c\uff9e\uff9f")
FLAGS = ("\U0001f1e6", "\U0001f1ff")
PICTURES = frozenset({"So", "Sm", "Sk"})
FIRST_OF_EMOJI = "\U0001f000"
# One character may be made of many; who needs more of them on average writes nothing to be read.
MOST_PARTS = 12


def count(text: str) -> int:
    """How many characters somebody sees; a line break is one."""
    seen, joined, flag, before = 0, False, False, ""
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        if _attached(char):
            joined = char == JOINER and _picture(before)
            seen = max(seen, 1)
            continue
        half = FLAGS[0] <= char <= FLAGS[1]
        if not (joined and _picture(char)) and not (half and flag):
            seen += 1
        flag, joined, before = half and not flag, False, char
    return seen


def length_fault(text: str, *, label: str, most: int) -> str | None:
    """What is wrong with the length of a text, as a sentence; None when nothing is.

    Counted as it is seen, and held to so many code points besides: marks heaped on one letter
    would be as long as anybody likes.
    """
    seen = count(text)
    if seen > most:
        return f"“{label}”最多 {most} 个字，现在有 {seen} 个字，请精简后再提交。"
    if len(text) > most * MOST_PARTS:
        return f"“{label}”中叠加的符号太多，请删去后再提交。"
    return None


def _attached(char: str) -> bool:
    """Whether it belongs to the character before it."""
    return (
        char == JOINER
        or char in OTHERS
        or unicodedata.category(char) in ATTACHED
        or MODIFIERS[0] <= char <= MODIFIERS[1]
        or TAGS[0] <= char <= TAGS[1]
    )


def _picture(char: str) -> bool:
    """Whether a joiner can join it to another: an emoji, also one newer than our tables."""
    return char >= FIRST_OF_EMOJI or (char != "" and unicodedata.category(char) in PICTURES)
