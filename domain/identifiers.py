"""Identifiers of enterprises and people, each judged by its own standard, and how they are masked.

Whatever a person types is folded first (full width, case, spaces, invisible characters);
what breaks a rule raises ``BadIdentifier`` with a sentence naming that rule.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_NAME = "身份证件号码"
_ADULT_AT = 18

# GB/T 2260, first two digits. Six-digit codes come and go; the province part stays, so that
# numbers issued under an abolished county still pass.
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71")
_RESIDENCE_PERMITS = frozenset({"810000", "820000", "830000"})

# A number's country code, and what a mobile number looks like there.
_MOBILES = {
    "86": re.compile(r"1[3-9][0-9]{9}"),
    "852": re.compile(r"[4-9][0-9]{7}"),
    "853": re.compile(r"6[0-9]{7}"),
    "886": re.compile(r"9[0-9]{8}"),
}


class BadIdentifier(ValueError):
    """What was typed breaks a rule: a stable ``code``, and a Chinese ``detail`` naming the rule."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class OrganisationCode:
    """组织机构代码: eight characters and a check character, without the hyphen (GB 11714)."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Uscc:
    """统一社会信用代码: 18 characters in upper case (GB 32100-2015)."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def registrar(self) -> str:
        """Who registered it: 9 market regulation, 5 civil affairs, 1 机构编制, N agriculture, …."""
        return self.value[0]

    @property
    def is_individual_business(self) -> bool:
        """Whether it names a 个体工商户, registered by market regulation as category 2."""
        return self.value.startswith("92")

    @property
    def region(self) -> str:
        """Six digits of the registering region; it may since be abolished."""
        return self.value[2:8]

    @property
    def organisation_code(self) -> OrganisationCode:
        """The 组织机构代码 inside, as it stands there."""
        return OrganisationCode(self.value[8:17])


class IdentityKind(Enum):
    """Which document carries the number; the public face check knows only the first."""

    RESIDENT = "resident"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENCE = "permanent_residence"


@dataclass(frozen=True)
class IdentityNumber:
    """公民身份号码 or a number of the same build; never shown by ``repr``."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return self.value

    @property
    def kind(self) -> IdentityKind:
        """The document, told by the first digits."""
        if self.value.startswith("9"):
            return IdentityKind.PERMANENT_RESIDENCE
        if self.value[:6] in _RESIDENCE_PERMITS:
            return IdentityKind.RESIDENCE_PERMIT
        return IdentityKind.RESIDENT

    @property
    def birth_date(self) -> date:
        """The date of birth in digits 7 to 14."""
        return _calendar_date(self.value[6:14])

    def is_adult(self, on: date) -> bool:
        """Whether 18 years are full on that day; born on 29 February, they are on 1 March."""
        born = self.birth_date
        return (on.year - _ADULT_AT, on.month, on.day) >= (born.year, born.month, born.day)


@dataclass(frozen=True, kw_only=True)
class PhoneNumber:
    """A telephone number: country code and national digits; never shown by ``repr``."""

    country: str
    national: str = field(repr=False)

    def __str__(self) -> str:
        return f"+{self.country}{self.national}"


def parse_organisation_code(text: str) -> OrganisationCode:
    """Read a 组织机构代码, with or without its hyphen (GB 11714).

    Raises:
        BadIdentifier: length, characters or check character.
    """
    value = _folded(text).replace("-", "")
    _require_length(value, 9, rule="organisation_code", name="组织机构代码")
    _require_alphabet(value, _ALPHANUMERIC, rule="organisation_code", name="组织机构代码")
    total = sum(
        weight * _ALPHANUMERIC.index(character)
        for weight, character in zip(_ORGANISATION_WEIGHTS, value[:8], strict=True)
    )
    if value[8] != "0123456789X"[-total % 11]:
        raise BadIdentifier("organisation_code_check", "组织机构代码的校验位不符，请核对每一位。")
    return OrganisationCode(value)


def parse_uscc(text: str) -> Uscc:
    """Read a 统一社会信用代码 (GB 32100-2015 with amendment 1).

    Letters may stand in positions 1 and 2, and any six digits in the region: both grow with
    time, and the registry knows better than a list here.

    Raises:
        BadIdentifier: length, characters, region or check character.
    """
    name = "统一社会信用代码"
    value = _folded(text)
    _require_length(value, 18, rule="uscc", name=name)
    _require_alphabet(value, USCC_ALPHABET, rule="uscc", name=name)
    if not value[2:8].isdigit():
        raise BadIdentifier("uscc_region", f"{name}的第 3 至 8 位是行政区划码，应为数字。")
    total = sum(
        pow(3, place, 31) * USCC_ALPHABET.index(character)
        for place, character in enumerate(value[:17])
    )
    if value[17] != USCC_ALPHABET[-total % 31]:
        raise BadIdentifier("uscc_check", f"{name}的校验位不符，请核对每一位。")
    return Uscc(value)


def parse_identity_number(text: str, *, today: date) -> IdentityNumber:
    """Read the 18-digit number of an identity document.

    Resident identity card (GB 11643-1999), residence permit of Hong Kong, Macao or Taiwan
    residents (810000, 820000, 830000), or foreigner's permanent residence card of 2023
    (9, region 2, country 3, birth 8, sequence 3, check 1).

    Raises:
        BadIdentifier: old 15-digit number, length, characters, region, date, a date after
            ``today``, or check digit.
    """
    value = _folded(text)
    if re.fullmatch("[0-9]{15}", value):
        raise BadIdentifier(
            "id_number_old", "15 位的旧身份证号码已停止使用，请填写二代证上的 18 位号码。"
        )
    _require_length(value, 18, rule="id_number", name=_ID_NAME)
    if not re.fullmatch("[0-9]{17}[0-9X]", value):
        raise BadIdentifier(
            "id_number_characters", f"{_ID_NAME}的前 17 位应为数字，最后一位应为数字或 X。"
        )
    if not _known_region(value):
        raise BadIdentifier("id_number_region", f"{_ID_NAME}开头的地区码不存在。")
    _require_birth_date(value[6:14], today=today)
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, value[:17], strict=True))
    if value[17] != _ID_CHECKS[total % 11]:
        raise BadIdentifier("id_number_check", f"{_ID_NAME}的校验位不符，请核对每一位。")
    return IdentityNumber(value)


def parse_mobile(text: str) -> PhoneNumber:
    """Read a mobile number: mainland, or with +852, +853 or +886 in front.

    Raises:
        BadIdentifier: a region not served, or digits that no mobile number there has.
    """
    digits = re.sub(r"[-()]", "", _folded(text))
    digits = re.sub(r"^00", "+", digits)
    country, national = "86", digits
    if digits.startswith("+"):
        found = next((code for code in _MOBILES if digits.startswith(f"+{code}")), None)
        if found is None:
            raise BadIdentifier(
                "phone_region", "目前支持内地、香港（+852）、澳门（+853）和台湾（+886）的手机号码。"
            )
        country, national = found, digits.removeprefix(f"+{found}")
    if not _MOBILES[country].fullmatch(national):
        raise BadIdentifier("phone_digits", "手机号码的位数或号段不对，请核对。")
    return PhoneNumber(country=country, national=national)


def mask_name(name: str) -> str:
    """A person's name: the first character, then a star for each hidden one (林晓芸 → 林**)."""
    return _masked(name, head=1, tail=0)


def mask_organisation_name(name: str) -> str:
    """An organisation's name: the first two and last two characters; of a short one the first."""
    return _masked(name, head=2, tail=2)


def mask_identity_number(value: str) -> str:
    """An identity number: the first three and last two characters."""
    return _masked(value, head=3, tail=2)


def mask_text(text: str) -> str:
    """An address, a phone as it was typed, an e-mail: the first three characters."""
    return _masked(text, head=3, tail=0)


def mask_phone(phone: str) -> str:
    """A phone number as ``PhoneNumber`` writes it: 138****0001; elsewhere +852 91****67."""
    if phone.startswith("+86"):
        return _masked(phone.removeprefix("+86"), head=3, tail=4)
    country = next((code for code in _MOBILES if phone.startswith(f"+{code}")), "")
    prefix = f"+{country} " if country else ""
    return prefix + _masked(phone.removeprefix(prefix.strip()), head=2, tail=2)


def _masked(text: str, *, head: int, tail: int) -> str:
    """Stars between head and tail; what is too short for both shows at most its first."""
    if len(text) <= head + tail:
        head, tail = int(len(text) > 1), 0
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[head + hidden :]


def _folded(text: str) -> str:
    """Full width to half, lower case to upper, without spaces and invisible marks."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if not character.isspace() and unicodedata.category(character) != "Cf"
    ).upper()


def _require_length(value: str, length: int, *, rule: str, name: str) -> None:
    if not value:
        raise BadIdentifier(f"{rule}_length", f"请填写{name}。")
    if len(value) != length:
        raise BadIdentifier(
            f"{rule}_length", f"{name}应为 {length} 位，您填写的是 {len(value)} 位。"
        )


def _require_alphabet(value: str, alphabet: str, *, rule: str, name: str) -> None:
    for place, character in enumerate(value, start=1):
        if character not in alphabet:
            raise BadIdentifier(
                f"{rule}_characters", f"{name}的第 {place} 位“{character}”不是规定的字符。"
            )


def _known_region(value: str) -> bool:
    province = value[1:3] if value.startswith("9") else value[:2]
    return bool(_PROVINCE.fullmatch(province)) or value[:6] in _RESIDENCE_PERMITS


def _require_birth_date(digits: str, *, today: date) -> None:
    try:
        born = _calendar_date(digits)
    except ValueError:
        raise BadIdentifier(
            "id_number_date", f"{_ID_NAME}的第 7 至 14 位是出生日期，这一天不存在。"
        ) from None
    if born > today:
        raise BadIdentifier("id_number_future", f"{_ID_NAME}中的出生日期晚于今天。")


def _calendar_date(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
