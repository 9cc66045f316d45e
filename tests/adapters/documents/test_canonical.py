"""Canonical JSON: one byte form, no floats."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.canonical import NotCanonical, canonical_json, sha256_hex

TEXTS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES))
def test_it_is_the_form_of_the_standard(value: dict[str, object]) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)
    assert json.loads(canonical_json(value)) == value


def test_members_are_ordered_by_utf_16_and_nothing_is_padded() -> None:
    value: dict[str, object] = {"\uffff": 1, "\U00010000": 2, "b": [True, None], "a": "甲\n\x01"}
    expected = '{"a":"甲\\n\\u0001","b":[true,null],"\U00010000":2,"\uffff":1}'
    assert canonical_json(value) == expected.encode()


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": [{"b": float("nan")}]},
        {"a": (0.5,)},
        {"a": 2**53},
        {"a": "\ud800"},
        {"a": object()},
    ],
)
def test_what_two_readers_may_print_differently_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)


def test_the_digest_is_lower_case_hex() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
