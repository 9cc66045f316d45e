"""Canonical JSON: one byte form, no floats."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.canonical import NotCanonical, canonical_json, sha256_hex

TEXTS = st.text(st.characters(codec="utf-8"))
NAMES = st.text(st.characters(codec="ascii"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, VALUES))
def test_it_is_the_form_of_the_standard(value: dict[str, object]) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)
    assert json.loads(canonical_json(value)) == value


def test_members_are_ordered_and_nothing_is_padded() -> None:
    value: dict[str, object] = {"b": [True, None], "a": '甲\n\x01\x7f/\u2028"', "B": -1}
    assert canonical_json(value).decode() == (
        '{"B":-1,"a":"甲\\n\\u0001\x7f/\u2028\\"","b":[true,null]}'
    )


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": [{"b": float("nan")}]},
        {"a": (0.5,)},
        {"a": 2**53},
        {"a": {"甲": 1}},
        {"a": {1: 1}},
        {"a": "\ud800"},
        {"a": object()},
    ],
)
def test_what_two_readers_may_print_differently_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)


def test_the_digest_is_lower_case_hex() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
