"""Names as people have them, and as a hurried thumb types them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import NAME_MOST, name_fault, normal_name

NAMES = [
    "林晓芸",
    "欧阳〇",
    "𠮷田",  # beyond the first 65,536 characters
    "吐尔逊·买买提",
    "Ngũgĩ wa Thiong'o",
    "Jean-Luc O’Neil Jr.",
    "李" * NAME_MOST,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert name_fault(name) is None
    assert normal_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "林",
        "李" * (NAME_MOST + 1),
        "林7",
        "林\n芸",
        "林\u202e芸",
        "林😀",
        "林$芸",
        "\ud842芸",
        "\u3164\u3164",
        "林\uffa0",
        "\u115f\u1160",
        "\u0301\u0301",
    ],
)
def test_what_no_document_bears_is_no_name(name: str) -> None:
    fault = name_fault(name)
    assert fault
    assert fault.startswith("“姓名”")
    assert fault.endswith("。")


@pytest.mark.parametrize("dot", ["·", "・", "•"])
def test_the_dot_of_a_name_is_one_dot(dot: str) -> None:
    assert normal_name(f" 吐尔逊{dot}买买提\u3000") == "吐尔逊·买买提"


def test_a_name_composed_of_parts_is_the_same_name() -> None:
    assert normal_name(unicodedata.normalize("NFD", "Ngũgĩ")) == "Ngũgĩ"


@given(st.text(max_size=60))
def test_any_text_is_judged_and_a_kept_name_stays_as_it_is(text: str) -> None:
    name_fault(text)
    kept = normal_name(text)
    assert normal_name(kept) == kept
    assert name_fault(kept) == name_fault(text)
