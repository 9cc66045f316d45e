"""What WeChat lets a field of a template hold, by the type that its name begins with."""

import re
import unicodedata

_CHINESE = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"\d{4}(年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
_MOMENT = rf"({_DAY} )?{_CLOCK}"

RULES = {
    "thing": r"[\s\S]{1,20}",
    "number": r"(?=.{1,32}$)\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": rf"{_MOMENT}(~{_MOMENT})?",
    "date": rf"{_DAY}( {_CLOCK})?",
    "amount": r"[^\w\s]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "car_number": rf"({_CHINESE}|[A-Za-z0-9]){{1,8}}",
    "name": rf"({_CHINESE}|[·•]){{1,10}}|[A-Za-z .]{{1,20}}|({_CHINESE}|[A-Za-z ·]){{1,10}}",
    "phrase": rf"{_CHINESE}{{1,5}}",
}


def field_fault(name: str, value: object) -> str:
    """What WeChat says is wrong with it; empty when nothing is."""
    kind = re.fullmatch(r"([a-z_]+?)\d+", name)
    rule = RULES.get(kind[1]) if kind else None
    if rule is None:
        return "is of no known type"
    if not isinstance(value, str):
        return "is no string"
    if not value.strip():
        return "is empty"
    if any(unicodedata.category(char) == "Cc" for char in value) or not re.fullmatch(rule, value):
        return "invalid"
    return ""
