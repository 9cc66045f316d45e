"""Whether a promise may be signed: what a fresh credit report says against it, reason by reason.

Comparable procedure: Shenzhen credit regulation, articles 57 to 64 (no promise of who is on a
serious list or has broken an earlier one). Which rules count for which text is content.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.promises.templates import Rule
from domain.report_facts import ReportFacts, ReportRecord
from domain.time import date_in_words, first_day_beyond, years_before

KEPT = frozenset({"全部履行", "已履行", "履行完毕", "全部已履行"})
PENDING = frozenset({"", "履行中", "监管中", "未到期"})
PERFORMED = frozenset({"全部已履行", "全部履行", "已履行", "履行完毕"})
IN_BUSINESS = frozenset({"存续", "在业", "正常", "有效"})
# The value of each list by which a record is known, the day it counts from, and who set it down.
TITLE = {
    "serious_lists": "list_name",
    "abnormal_lists": "reason",
    "promises": "subject_matter",
    "judgments": "case_number",
    "penalties": "document_number",
    "others": "title",
}
DAY = {"penalties": "decided_on", "others": "recorded_on"}
KEEPER = {
    "serious_lists": "listed_by",
    "abnormal_lists": "listed_by",
    "promises": "received_by",
    "judgments": "court",
    "penalties": "authority",
    "others": "source",
    "registration": "",
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What stands against signing: the record in the report, who keeps it, what can be done."""

    code: str
    sentence: str
    report_id: str
    record_id: str
    under: str
    keeper: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class _Against:
    record: ReportRecord
    state: str = ""


Judge = Callable[[Rule, Sequence[ReportRecord], date], Iterator[_Against]]


def judged(rules: Sequence[Rule], report: ReportFacts, *, today: date) -> tuple[Reason, ...]:
    """Every reason against, in the order of the rules; none says that it may be signed."""
    return tuple(
        _reason(rule, against, report)
        for rule in rules
        for against in JUDGES[rule.code](rule, report.records, today)
    )


def _of(records: Sequence[ReportRecord], name: str) -> Iterator[ReportRecord]:
    return (record for record in records if record.list == name)


def _serious(_: Rule, records: Sequence[ReportRecord], __: date) -> Iterator[_Against]:
    return (_Against(record=record) for record in _of(records, "serious_lists"))


def _abnormal(_: Rule, records: Sequence[ReportRecord], __: date) -> Iterator[_Against]:
    return (_Against(record=record) for record in _of(records, "abnormal_lists"))


def _broken(_: Rule, records: Sequence[ReportRecord], __: date) -> Iterator[_Against]:
    for record in _of(records, "promises"):
        state = record.values.get("fulfilment", "")
        if state not in KEPT | PENDING:
            yield _Against(record=record, state=state)


def _unperformed(_: Rule, records: Sequence[ReportRecord], __: date) -> Iterator[_Against]:
    for record in _of(records, "judgments"):
        if record.values.get("performance", "") not in PERFORMED:
            yield _Against(record=record)


def _penalised(rule: Rule, records: Sequence[ReportRecord], today: date) -> Iterator[_Against]:
    for record in _of(records, "penalties"):
        if record.severity == "serious" and _within(record, rule.years, today):
            yield _Against(record=record)


def _electricity(rule: Rule, records: Sequence[ReportRecord], today: date) -> Iterator[_Against]:
    for record in _of(records, "others"):
        said = record.values.get("title", "") + record.values.get("content", "")
        if any(word in said for word in rule.words) and _within(record, rule.years, today):
            yield _Against(record=record)


def _closed(_: Rule, records: Sequence[ReportRecord], __: date) -> Iterator[_Against]:
    for record in _of(records, "registration"):
        state = record.values.get("status", "")
        if state not in IN_BUSINESS:
            yield _Against(record=record, state=state or "未登记")


JUDGES: Mapping[str, Judge] = {
    "no-serious-listing": _serious,
    "no-abnormal-listing": _abnormal,
    "no-broken-promise": _broken,
    "no-unperformed-judgment": _unperformed,
    "no-serious-penalty": _penalised,
    "no-electricity-record": _electricity,
    "in-business": _closed,
}
DATED = frozenset({"no-serious-penalty", "no-electricity-record"})


def _within(record: ReportRecord, years: int, today: date) -> bool:
    """Whether its day is not before the same day so many years ago; of no day, it counts."""
    text = record.values.get(DAY[record.list], "")
    try:
        return date.fromisoformat(text) >= years_before(today, years)
    except ValueError:
        return True


def _reason(rule: Rule, against: _Against, report: ReportFacts) -> Reason:
    record = against.record
    title = record.values.get(TITLE.get(record.list, ""), "") or record.under
    keeper = record.values.get(KEEPER[record.list], "") if KEEPER[record.list] else "登记机关"
    return Reason(
        code=rule.code,
        sentence=rule.says.format(title=title, state=against.state, years=rule.years),
        report_id=report.id,
        record_id=record.id,
        under=record.under,
        keeper=keeper,
        advice=_advice(rule, record, keeper),
    )


def _advice(rule: Rule, record: ReportRecord, keeper: str) -> str:
    """Who can change the record, and from when on."""
    who = keeper or "作出记录的单位"
    text = record.values.get(DAY.get(record.list, ""), "")
    until = ""
    if rule.code in DATED and text:
        try:
            ends = first_day_beyond(date.fromisoformat(text), rule.years)
            until = f"自{date_in_words(ends)}起不再影响。"
        except ValueError:
            until = ""
    return f"认为有误的，现在就可以提出异议；情况属实的，纠正后向{who}申请修复或移出。{until}"
