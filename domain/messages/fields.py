"""What each field of a WeChat template may hold, judged before anything is sent.

WeChat refuses a whole message for one field (47003). Free text is shortened; everything else is
right or refused, since half a number or a time says something else.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

LONGEST_THING = 20
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
CHINESE = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
DAY = r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}([-/.])\d{1,2}\1\d{1,2})"
CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
MOMENT = rf"(?:\d{{4}}年\d{{1,2}}月\d{{1,2}}日 )?{CLOCK}"

_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"(?=.{1,32}\Z)\d+(?:\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[!-~]{1,32}"),
    "time": re.compile(rf"{MOMENT}(?:~{MOMENT})?"),
    "date": re.compile(rf"{DAY}(?: {CLOCK})?"),
    "amount": re.compile(r"[^\w\s.]?\d{1,10}(?:\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[0-9+\-() ]{1,17}"),
    "car_number": re.compile(rf"(?=.{{1,8}}\Z){CHINESE}?[A-Za-z0-9]+{CHINESE}?"),
    "phrase": re.compile(rf"{CHINESE}{{1,5}}"),
}
NAME = re.compile(
    rf"(?:{CHINESE}|[·•]){{1,10}}|[A-Za-z .]{{1,20}}|(?:{CHINESE}|[A-Za-z ·]){{1,10}}"
)


class BadField(Exception):
    """A value that WeChat would refuse; it is not told, since it may name somebody."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the value of {name} breaks the rule of its type")
        self.name = name


def kind_of(name: str) -> str:
    """``thing`` of ``thing1``; empty when the name is none of WeChat's."""
    found = re.fullmatch(r"([a-z_]+?)(\d{1,2})", name)
    kind = found[1] if found else ""
    return kind if kind in KINDS else ""


def fitted(name: str, value: str) -> str:
    """The value as it may be sent.

    Raises:
        BadField: it cannot be, or the field is of no known type.
    """
    fit = KINDS.get(kind_of(name))
    seen = "".join(" " if char in "\r\n\t" else char for char in value).strip()
    if fit is None or not seen or any(unicodedata.category(char) in UNSEEN for char in seen):
        raise BadField(name)
    fits = fit(seen)
    if fits is None:
        raise BadField(name)
    return fits


def _shortened(value: str) -> str | None:
    """Twenty characters as WeChat counts them, the last of them an ellipsis."""
    return value if len(value) <= LONGEST_THING else f"{value[: LONGEST_THING - 1]}…"


def _shaped(shape: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda value: value if shape.fullmatch(value) else None


KINDS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "thing": _shortened,
    "name": _shaped(NAME),
    **{kind: _shaped(shape) for kind, shape in _SHAPES.items()},
}
