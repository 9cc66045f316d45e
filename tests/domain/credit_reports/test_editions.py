"""Which edition fits whom, and what may be chosen for a certificate."""

from datetime import date
from typing import Any

import pytest

from domain.credit_reports.forms.editions import EDITIONS, Asked, Choice, choose, earliest
from domain.credit_reports.reports import Period
from domain.errors import Invalid
from tests.domain.credit_reports.wording import WORDING

TODAY = date(2026, 11, 23)
PERIOD = Period(first=date(2024, 1, 1), last=TODAY)


def chosen(edition: str | None = "no-violation", **given: Any) -> Choice:
    whose = given.pop("subject", "enterprise")
    asked: Any = {"purpose": "electricity", "period": PERIOD, "fields": ("market",), **given}
    return choose(WORDING, Asked(edition=edition, **asked), subject=whose, today=TODAY)


def faults(edition: str | None = "no-violation", **given: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        chosen(edition, **given)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("subject", "edition"), [("enterprise", "organisation-full"), ("self", "person-full")]
)
def test_without_an_edition_it_is_the_full_report_that_fits(subject: str, edition: str) -> None:
    assert chosen(None, subject=subject, period=None, fields=()) == Choice(
        purpose="electricity", edition=edition
    )


def test_the_order_in_which_fields_were_chosen_does_not_matter() -> None:
    assert chosen(fields=("tax", "market")) == chosen(fields=("market", "tax"))


def test_every_edition_has_its_words() -> None:
    assert EDITIONS.keys() == WORDING.texts.keys()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"edition": "gold"}, [("/edition", "unknown")]),
        ({"subject": "self"}, [("/edition", "other_subject")]),
        ({"edition": "person-full"}, [("/edition", "other_subject")]),
        (
            {"edition": "organisation-full"},
            [("/period", "not_taken"), ("/fields", "not_taken")],
        ),
        ({"purpose": "gambling"}, [("/purpose", "unknown")]),
        ({"period": None}, [("/period", "missing")]),
        ({"fields": ()}, [("/fields", "missing")]),
        ({"fields": ("market", "gold")}, [("/fields/1", "unknown")]),
        ({"fields": ("market", "tax", "market")}, [("/fields/2", "twice")]),
        (
            {"period": Period(first=date(1986, 11, 23), last=TODAY), "fields": ("gold",)},
            [("/period/from", "too_long"), ("/fields/0", "unknown")],
        ),
        (
            {"period": Period(first=TODAY, last=date(2026, 11, 24))},
            [("/period/until", "future")],
        ),
        (
            {"period": Period(first=TODAY, last=date(2026, 11, 22))},
            [("/period/from", "order")],
        ),
        ({"period": Period(first=date(2021, 11, 22), last=TODAY)}, [("/period/from", "too_long")]),
    ],
)
def test_what_cannot_be_chosen_is_named(
    given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert faults(**given) == expected


def test_a_period_of_forty_years_is_refused_by_a_clear_sentence() -> None:
    with pytest.raises(Invalid) as refused:
        chosen(period=Period(first=date(1986, 11, 23), last=TODAY))
    assert refused.value.detail == (
        "证明期间最长 5 年，截至2026年11月23日的证明最早可从2021年11月23日开始。"
    )


def test_the_longest_period_and_one_day_may_be_chosen() -> None:
    for first in (date(2021, 11, 23), TODAY):
        assert chosen(period=Period(first=first, last=TODAY)).period is not None


def test_a_leap_day_has_an_earliest_day_too() -> None:
    assert earliest(date(2028, 2, 29), 5) == date(2023, 3, 1)
    assert earliest(date(2, 1, 1), 5) == date(1, 1, 1)
