"""How long a rule keeps: by the calendar of Shanghai, never a day too short."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.erasure.erasures import Erasure, State, Swept, make_number
from domain.erasure.rules import Kind, Rule

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def rule(**lasts: int) -> Rule:
    return Rule(
        code="looks", kind=Kind.LOOK, title="查看记录", source="样例", keeps="查看记录", **lasts
    )


@pytest.mark.parametrize(
    ("since", "lasts", "ends"),
    [
        (AT, {"years": 5}, datetime(2031, 11, 23, 7, 30, tzinfo=UTC)),
        (AT, {"days": 184}, AT + timedelta(days=184)),
        # 29 February in Shanghai, still the 28th in UTC.
        (
            datetime(2028, 2, 28, 16, 30, tzinfo=UTC),
            {"years": 5},
            datetime(2033, 2, 28, 16, 30, tzinfo=UTC),
        ),
        (
            datetime(2028, 2, 29, 4, 0, tzinfo=UTC),
            {"years": 1, "days": 1},
            datetime(2029, 3, 2, 4, 0, tzinfo=UTC),
        ),
    ],
)
def test_a_rule_ends_on_its_day(since: datetime, lasts: dict[str, int], ends: datetime) -> None:
    assert rule(**lasts).ends(since) == ends


def test_an_erasure_that_is_done_knows_nobody_and_the_last_end() -> None:
    erasure = Erasure(id="stand-in", number="ZX", requested_at=AT, because="asked")
    first = Swept(gone=3, kept=1, kept_until=AT + timedelta(days=2))
    second = Swept(gone=1, kept=1, kept_until=AT + timedelta(days=1))
    swept = erasure.swept(first, state=State.SWEPT, now=AT)
    done = swept.swept(second, state=State.DONE, now=AT + timedelta(minutes=15))
    assert (done.gone, done.kept) == (4, 2)
    assert done.kept_until == AT + timedelta(days=2)
    assert done.leaver is None
    assert done.done_at == AT + timedelta(minutes=15)
    assert swept.done_at is None


def test_a_number_names_the_day_in_shanghai() -> None:
    assert make_number(datetime(2026, 11, 23, 16, 1, tzinfo=UTC), "0123456789") == (
        "ZX202611240123456789"
    )
