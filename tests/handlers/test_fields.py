"""Texts of requests: what is counted of them."""

from datetime import UTC, datetime

import pytest

from domain.errors import Invalid
from handlers.console import ConsoleForm
from handlers.console_electricity import MoveForm
from handlers.console_lecture_edit import LectureForm
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


@pytest.mark.parametrize(
    "typed",
    ["0001-01-01T08:15", "1999-12-31T23:59", "2100-01-01T00:00", "9999-12-31T09:00"],
)
@pytest.mark.parametrize(
    ("form", "values", "field", "label"),
    [
        (LectureForm, {"move": "write"}, "begins_at", "开始时间"),
        (MoveForm, {"move": "survey", "tag": "1"}, "begins", "勘查开始时间"),
    ],
)
def test_a_time_of_a_form_is_one_of_this_century(
    form: type[ConsoleForm], values: dict[str, str], field: str, label: str, typed: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parse(form, {**values, "xsrf": "x", field: typed}, now=NOW)
    (fault,) = refused.value.faults
    assert fault.detail == f"“{label}”应在 2000 年至 2099 年之间。"


def test_a_time_of_a_form_is_shanghais() -> None:
    form = parse(
        LectureForm, {"move": "write", "xsrf": "x", "begins_at": "2000-01-01T00:00"}, now=NOW
    )
    assert form.begins_at == datetime(1999, 12, 31, 16, tzinfo=UTC)
