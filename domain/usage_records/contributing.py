"""What the municipal platform is told of an entry."""

from collections.abc import Mapping

from domain.time import date_in_words
from domain.usage_records.records import STANDING, UsageRecord

KIND = "usage_record"
LIST = "others"


def values_of(record: UsageRecord) -> Mapping[str, str]:
    """By the platform's names; whoever reads a report sees what it was and whether it is paid."""
    report = record.report
    paper = report.paper
    said = [f"{paper.issuer} {paper.number}"]
    if report.amount is not None:
        said.append(f"金额 {report.amount // 100}.{report.amount % 100:02d} 元")
    if report.found:
        said.append(report.found)
    if record.paid_on is not None:
        said.append(f"已于{date_in_words(record.paid_on)}缴清")
    return {
        "title": report.kind.label,
        "content": "；".join(said),
        "source": paper.issuer,
        "recorded_on": record.entered_on.isoformat() if record.entered_on else "",
    }


def withdrawn(record: UsageRecord) -> bool:
    """Whether it stands no more."""
    return record.state not in STANDING
