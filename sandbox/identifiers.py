"""Check digits of the two numbers that a persona carries, by their national standards."""

import re
from datetime import date

_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_RESIDENT_CHECKS = "10X98765432"
_PERMITS = {"81": "港澳居民居住证", "82": "港澳居民居住证", "83": "台湾居民居住证"}


def uscc_check_digit(first: str) -> str:
    """The 18th character for the first 17 of a 统一社会信用代码 (GB 32100-2015)."""
    total = sum(_USCC_ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(first))
    return _USCC_ALPHABET[-total % 31]


def organisation_check_digit(first: str) -> str:
    """The ninth character for the first eight of an organisation code (GB 11714)."""
    total = sum(
        int(char, 36) * weight for char, weight in zip(first, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


def resident_check_digit(first: str) -> str:
    """The 18th character for the first 17 digits of a resident's number (GB 11643-1999)."""
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(first))
    return _RESIDENT_CHECKS[total % 11]


def is_uscc(text: str) -> bool:
    """Whether both check digits of a 统一社会信用代码 hold."""
    return (
        _USCC.fullmatch(text) is not None
        and text[16] == organisation_check_digit(text[8:16])
        and text[17] == uscc_check_digit(text[:17])
    )


def id_kind(number: str) -> str:
    """The document that carries the number, told by its first digits."""
    if number.startswith("9"):
        return "外国人永久居留身份证"
    return _PERMITS.get(number[:2], "居民身份证")


def is_resident_number(text: str) -> bool:
    """Whether a number has a calendar date in it and the right check digit.

    The residence permits of Hong Kong, Macao and Taiwan residents (810000, 820000, 830000) and
    the foreigner's permanent residence card of 2023 (9, region, country) are built alike.
    """
    if _RESIDENT.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return False
    return text[17] == resident_check_digit(text[:17])
