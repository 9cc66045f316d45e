"""Reports and records that tests begin with."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.usage_records import moves
from domain.usage_records.records import State, Terms, UsageRecord
from domain.usage_records.reports import Kind, Paper, Report, Whose

CALENDAR = load_calendar(FOLDER)
TERMS = Terms(threshold=100_000, months=6, object_days=10, decide_days=10, years=3, kept_years=5)
USCC = "91440104000000019T"
CLERK, CHECKER = "clerk", "checker"


def noon(day: date) -> datetime:
    """Noon in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def report(kind: Kind = Kind.ARREARS, *, on: date = date(2025, 8, 31), **given: Any) -> Report:
    """Arrears of 1,000 yuan demanded on 31 August 2025, or what was found then."""
    arrears = kind is Kind.ARREARS
    about = Report(
        reference="GD-2025-0001",
        kind=kind,
        whose=Whose(name="样例公司", uscc=USCC),
        account="0300012345678",
        paper=Paper(issuer="越秀供电局（样例）", number="催〔2025〕1号", on=on),
        amount=100_000 if arrears else None,
        bill_due_on=on - timedelta(days=31) if arrears else None,
        found="" if arrears else "绕越计量装置用电",
    )
    return replace(about, **given)


def record(kind: Kind = Kind.ARREARS, *, on: date = date(2025, 8, 31), **given: Any) -> UsageRecord:
    """Taken on the day of its paper."""
    return moves.taken(
        report(kind, on=on, **given), record_id="r", by=CLERK, terms=TERMS, now=noon(on)
    )


def entered(
    kind: Kind = Kind.ARREARS, *, on: date = date(2025, 2, 28), **given: Any
) -> UsageRecord:
    """Entered long ago by two people."""
    was = replace(record(kind, on=on), state=State.ENTERED, entered_on=on + timedelta(days=250))
    return replace(was, **given)
