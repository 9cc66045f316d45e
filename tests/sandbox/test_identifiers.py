"""sandbox/identifiers.py: values printed in the standards, and what must not pass."""

import pytest

from sandbox.identifiers import (
    id_kind,
    is_resident_number,
    is_uscc,
    organisation_check_digit,
    resident_check_digit,
)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L", "11320100MB1886843H"])
def test_published_codes_hold(code: str) -> None:
    assert is_uscc(code)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y44",  # the last check digit
        "91350100M000100X4E",  # the organisation's check digit
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100m000100y43",
        "9I350100M000100Y43",
    ],
)
def test_other_codes_do_not(code: str) -> None:
    assert not is_uscc(code)


def test_the_printed_organisation_code_holds() -> None:
    assert organisation_check_digit("D2143569") == "X"


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_printed_resident_numbers_hold(number: str) -> None:
    assert is_resident_number(number)


@pytest.mark.parametrize(
    "number",
    ["110105194912310021", "11010519491331002X", "1101051949123100", "11010519491231002x"],
)
def test_other_resident_numbers_do_not(number: str) -> None:
    assert not is_resident_number(number)


@pytest.mark.parametrize(
    ("first", "document"),
    [
        ("44010419900101001", "居民身份证"),
        ("81000019900101001", "港澳居民居住证"),
        ("82000019900101001", "港澳居民居住证"),
        ("83000019900101001", "台湾居民居住证"),
        ("94427619900101001", "外国人永久居留身份证"),
    ],
)
def test_other_documents_numbers_are_built_alike(first: str, document: str) -> None:
    number = first + resident_check_digit(first)
    assert is_resident_number(number)
    assert id_kind(number) == document
