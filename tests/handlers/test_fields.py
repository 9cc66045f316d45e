"""Texts of requests: what is counted of them."""

from datetime import UTC, datetime

import pytest

from domain.errors import Invalid
from handlers.electricity_steps import VisitInput
from handlers.fields import parse
from handlers.tickets import DraftInput

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FULL = "周二下午" * 50


def test_white_space_around_a_text_is_dropped_and_not_counted() -> None:
    assert parse(VisitInput, {"wish": f" \n{FULL}　"}, now=NOW).wish == FULL


def test_a_text_is_measured_in_characters_whatever_was_judged_before() -> None:
    with pytest.raises(Invalid) as refused:
        parse(DraftInput, {"text": "字" * 4001}, now=NOW)
    assert [fault.detail for fault in refused.value.faults] == ["“草稿”最多 4000 个字。"]


def test_one_character_more_is_too_long() -> None:
    with pytest.raises(Invalid) as refused:
        parse(VisitInput, {"wish": f"{FULL}。"}, now=NOW)
    assert [fault.pointer for fault in refused.value.faults] == ["/wish"]
