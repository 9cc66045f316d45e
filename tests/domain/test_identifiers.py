"""Each identifier by its standard: what is genuine passes, what is mistyped is named."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import (
    USCC_ALPHABET,
    BadIdentifier,
    IdentityKind,
    mask_identity_number,
    mask_name,
    mask_organisation_name,
    mask_phone,
    parse_identity_number,
    parse_mobile,
    parse_organisation_code,
    parse_uscc,
)

TODAY = date(2026, 11, 23)
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"

USCCS = ("91350100M000100Y43", "91110000600037341L", "11320100MB1886843H")
IDS = ("11010519491231002X", "440524188001010014", "911124198108030024")


def code_of(parse: Callable[..., Any], text: str, **more: object) -> str:
    with pytest.raises(BadIdentifier) as refused:
        parse(text, **more)
    assert refused.value.detail.endswith("。")
    return refused.value.code


def uscc_from(body: str) -> str:
    """Complete 17 characters, the check found as the value that brings the sum to 0 mod 31."""
    total = sum(USCC_ALPHABET.index(c) * 3**place for place, c in enumerate(body))
    return body + USCC_ALPHABET[-total % 31]


def organisation_code_from(body: str) -> str:
    """Complete 8 characters; the check's own weight is 1, modulus 11."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(ALPHANUMERIC.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + "0123456789X"[-total % 11]


def id_from(body: str) -> str:
    """Complete 17 digits as ISO 7064 MOD 11-2 describes it: doubling, one digit at a time."""
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - product) % 11]


def mistyped(value: str, alphabet: str) -> Iterator[tuple[int, str]]:
    """Every text that differs from ``value`` in exactly one place."""
    for place, right in enumerate(value):
        for wrong in alphabet.replace(right, ""):
            yield place, value[:place] + wrong + value[place + 1 :]


def swapped(value: str, first: int, second: int) -> str:
    characters = list(value)
    characters[first], characters[second] = characters[second], characters[first]
    return "".join(characters)


usccs = st.builds(
    lambda head, region, body: uscc_from(head + region + body),
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.text(DIGITS, min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)
organisation_codes = st.text(ALPHANUMERIC, min_size=8, max_size=8).map(organisation_code_from)
regions = st.one_of(
    st.builds(
        lambda province, rest: province + rest,
        st.sampled_from(["11", "15", "23", "37", "44", "46", "50", "54", "65", "71"]),
        st.text(DIGITS, min_size=4, max_size=4),
    ),
    st.sampled_from(["810000", "820000", "830000", "944124", "911840"]),
)
identity_numbers = st.builds(
    lambda region, born, sequence: id_from(f"{region}{born:%Y%m%d}{sequence}"),
    regions,
    st.dates(min_value=date(1900, 1, 1), max_value=TODAY),
    st.text(DIGITS, min_size=3, max_size=3),
)


# 统一社会信用代码


@pytest.mark.parametrize("value", USCCS)
def test_published_usccs_pass_and_hold_a_genuine_organisation_code(value: str) -> None:
    uscc = parse_uscc(value)
    assert str(uscc) == value
    assert parse_organisation_code(str(uscc.organisation_code)) == uscc.organisation_code


@given(usccs)
def test_every_generated_uscc_passes(value: str) -> None:
    assert parse_uscc(value).value == value


@pytest.mark.parametrize("head", ["N1", "N9", "Y1", "A1", "G1", "59", "93"])
def test_letters_in_the_first_two_places_pass(head: str) -> None:
    uscc = parse_uscc(uscc_from(head + "440104MA5CNB3Y1"))
    assert uscc.registrar == head[0]


def test_a_region_that_no_list_has_passes() -> None:
    assert parse_uscc(uscc_from("91999999MA5CNB3Y1")).region == "999999"


def test_an_individual_business_is_told_by_its_second_place() -> None:
    assert parse_uscc(uscc_from("92440104MA5CNB3Y1")).is_individual_business
    assert not parse_uscc(USCCS[0]).is_individual_business


@pytest.mark.parametrize(
    "typed",
    [
        "91350100m000100y43",
        " 9135 0100 M000 100Y 43\n",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "\ufeff91350100M000100Y43\u200b",
    ],
)
def test_case_width_spaces_and_invisible_marks_are_forgiven(typed: str) -> None:
    assert parse_uscc(typed).value == USCCS[0]


@given(usccs)
def test_every_single_mistyped_character_of_a_uscc_is_refused(value: str) -> None:
    for _, wrong in mistyped(value, USCC_ALPHABET):
        code_of(parse_uscc, wrong)


@given(usccs, st.integers(0, 17), st.integers(0, 17))
def test_two_swapped_characters_of_a_uscc_are_refused_unless_first_and_last(
    value: str, one: int, other: int
) -> None:
    wrong = swapped(value, one, other)
    if {one, other} == {0, 17}:
        # Both carry weight 1: the standard cannot see it.
        assert parse_uscc(wrong)
    elif wrong != value:
        code_of(parse_uscc, wrong)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91350100M000100Y4", "uscc_length"),
        ("91350100M000100Y433", "uscc_length"),
        ("", "uscc_length"),
        ("91350100M0O0100Y43", "uscc_characters"),
        ("91350100M000100-43", "uscc_characters"),
        ("9135０1٠0M000100Y43", "uscc_characters"),
        ("91A50100M000100Y43", "uscc_region"),
        ("91350100M000100Y44", "uscc_check"),
        ("9" * 10_000, "uscc_length"),
    ],
)
def test_a_bad_uscc_is_refused_by_the_rule_it_breaks(typed: str, code: str) -> None:
    assert code_of(parse_uscc, typed) == code


def test_the_sentence_says_where_the_wrong_character_stands() -> None:
    with pytest.raises(BadIdentifier, match="第 11 位“O”"):
        parse_uscc("91350100M0O0100Y43")


def test_nothing_typed_is_asked_for_and_not_counted() -> None:
    with pytest.raises(BadIdentifier, match=r"^请填写统一社会信用代码。$"):
        parse_uscc("")


# 组织机构代码


def test_the_published_organisation_code_passes_with_and_without_hyphen() -> None:
    assert parse_organisation_code("D2143569-X") == parse_organisation_code("d2143569x")


@given(organisation_codes)
def test_every_generated_organisation_code_passes(value: str) -> None:
    assert parse_organisation_code(f"{value[:8]}-{value[8]}").value == value


@given(organisation_codes)
def test_a_substitution_escapes_only_where_both_characters_agree_modulo_11(value: str) -> None:
    # The check counts modulo 11 over 36 characters: 1, C, N and Y weigh the same.
    for place, wrong in mistyped(value, ALPHANUMERIC):
        difference = ALPHANUMERIC.index(value[place]) - ALPHANUMERIC.index(wrong[place])
        if place < 8 and difference % 11 == 0:
            assert parse_organisation_code(wrong)
        else:
            code_of(parse_organisation_code, wrong)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("D214356-X", "organisation_code_length"),
        ("D21435ü9-X", "organisation_code_characters"),
        ("D2143569-1", "organisation_code_check"),
    ],
)
def test_a_bad_organisation_code_is_refused_by_the_rule_it_breaks(typed: str, code: str) -> None:
    assert code_of(parse_organisation_code, typed) == code


# 身份证件号码


@pytest.mark.parametrize(
    ("value", "born"),
    [(IDS[0], date(1949, 12, 31)), (IDS[1], date(1880, 1, 1)), (IDS[2], date(1981, 8, 3))],
)
def test_published_identity_numbers_pass(value: str, born: date) -> None:
    assert parse_identity_number(value, today=TODAY).birth_date == born


@given(identity_numbers)
def test_every_generated_identity_number_passes(value: str) -> None:
    number = parse_identity_number(value.lower(), today=TODAY)
    assert number.value == value
    assert f"{number.birth_date:%Y%m%d}" == value[6:14]


@pytest.mark.parametrize(
    ("region", "kind"),
    [
        ("440104", IdentityKind.RESIDENT),
        ("440199", IdentityKind.RESIDENT),
        ("510229", IdentityKind.RESIDENT),
        ("810000", IdentityKind.RESIDENCE_PERMIT),
        ("820000", IdentityKind.RESIDENCE_PERMIT),
        ("830000", IdentityKind.RESIDENCE_PERMIT),
        ("944840", IdentityKind.PERMANENT_RESIDENCE),
    ],
)
def test_abolished_regions_permits_and_foreigners_cards_pass(
    region: str, kind: IdentityKind
) -> None:
    number = parse_identity_number(id_from(region + "19920229003"), today=TODAY)
    assert number.kind is kind


@given(identity_numbers)
def test_every_single_mistyped_digit_of_an_identity_number_is_refused(value: str) -> None:
    for _, wrong in mistyped(value, DIGITS + "X"):
        code_of(parse_identity_number, wrong, today=TODAY)


@given(identity_numbers, st.integers(0, 16))
def test_two_swapped_neighbours_of_an_identity_number_are_refused(value: str, place: int) -> None:
    wrong = swapped(value, place, place + 1)
    if wrong != value:
        code_of(parse_identity_number, wrong, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("440524880101001", "id_number_old"),
        ("1101051949123100X", "id_number_length"),
        ("1101051949123100XX", "id_number_characters"),
        ("11010519491231OO2X", "id_number_characters"),
        (id_from("00010519900101002"), "id_number_region"),
        (id_from("16010519900101002"), "id_number_region"),
        (id_from("81010019900101002"), "id_number_region"),
        (id_from("99912419900101002"), "id_number_region"),
        (id_from("44010420230229002"), "id_number_date"),
        (id_from("44010420231301002"), "id_number_date"),
        (id_from("44010400000101002"), "id_number_date"),
        (id_from("44010420261124002"), "id_number_future"),
        ("110105194912310021", "id_number_check"),
    ],
)
def test_a_bad_identity_number_is_refused_by_the_rule_it_breaks(typed: str, code: str) -> None:
    assert code_of(parse_identity_number, typed, today=TODAY) == code


def test_who_is_born_today_has_a_number() -> None:
    assert parse_identity_number(id_from("44010420261123002"), today=TODAY).birth_date == TODAY


@pytest.mark.parametrize(
    ("born", "on", "adult"),
    [
        ("20081123", date(2026, 11, 22), False),
        ("20081123", date(2026, 11, 23), True),
        ("20080229", date(2026, 2, 28), False),
        ("20080229", date(2026, 3, 1), True),
    ],
)
def test_eighteen_full_years_make_an_adult(born: str, on: date, adult: bool) -> None:
    number = parse_identity_number(id_from(f"440104{born}002"), today=TODAY)
    assert number.is_adult(on) is adult


def test_no_number_shows_in_a_repr() -> None:
    assert "1949" not in repr(parse_identity_number(IDS[0], today=TODAY))
    assert "0001" not in repr(parse_mobile("13800000001"))


# 手机号码


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("138 0000 0001", "+8613800000001"),
        ("+86 138-0000-0001", "+8613800000001"),
        ("１９９００００００００", "+8619900000000"),
        ("\u202d13800000001\u202c", "+8613800000001"),
        ("+852 9123 4567", "+85291234567"),
        ("00853 6123 4567", "+85361234567"),
        ("(+886) 912-345-678", "+886912345678"),
    ],
)
def test_mobile_numbers_are_read_as_people_write_them(typed: str, normal: str) -> None:
    assert str(parse_mobile(typed)) == normal


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12800000001", "phone_digits"),
        ("1380000000", "phone_digits"),
        ("02083330000", "phone_digits"),
        ("+852 2123 4567", "phone_digits"),
        ("+853 2812 3456", "phone_digits"),
        ("+886 2 2345 6789", "phone_digits"),
        ("+1 202 555 0100", "phone_region"),
        ("١٣٨٠٠٠٠٠٠٠١", "phone_digits"),
        ("", "phone_digits"),
    ],
)
def test_what_is_no_mobile_number_is_refused(typed: str, code: str) -> None:
    assert code_of(parse_mobile, typed) == code


# Whatever is typed


@pytest.mark.parametrize("parse", [parse_uscc, parse_organisation_code, parse_mobile])
@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused(parse: Callable[..., Any], text: str) -> None:
    try:
        parsed = parse(text)
    except BadIdentifier:
        return
    assert parse(str(parsed)) == parsed


@given(st.one_of(st.text(max_size=30), st.text(DIGITS + "xX \uff18", min_size=18, max_size=18)))
def test_any_text_is_an_identity_number_or_refused(text: str) -> None:
    try:
        number = parse_identity_number(text, today=TODAY)
    except BadIdentifier:
        return
    assert parse_identity_number(str(number), today=TODAY) == number


# Masks


@pytest.mark.parametrize(
    ("mask", "shown", "masked"),
    [
        (mask_name, "林晓芸", "林**"),
        (mask_name, "𠮷田", "𠮷*"),
        (mask_name, "阿卜杜拉·买买提", "阿*******"),
        (mask_name, "林", "*"),
        (mask_name, "", ""),
        (mask_organisation_name, "广州市越秀区示例贸易有限公司", "广州**********公司"),
        (mask_organisation_name, "示例商店", "示***"),
        (mask_identity_number, "11010519491231002X", "110*************2X"),
        (mask_phone, "+8613800000001", "138****0001"),
        (mask_phone, "+85291234567", "+852 91****67"),
    ],
)
def test_masks_keep_what_lets_the_owner_recognise_it(
    mask: Callable[[str], str], shown: str, masked: str
) -> None:
    assert mask(shown) == masked


@given(st.text(max_size=40))
def test_a_mask_never_shows_a_whole_name(name: str) -> None:
    for masked in (mask_name(name), mask_organisation_name(name)):
        assert len(masked) == len(name)
        assert "*" in masked or not name
