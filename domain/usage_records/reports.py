"""What the power company reports, and whether it can be taken as it is."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from domain.errors import Fault
from domain.identifiers import BadIdentifier, parse_identity_number, parse_uscc
from domain.names import name_fault, normal_name

REFERENCE = re.compile(r"[0-9A-Z][0-9A-Z-]{3,39}")
ACCOUNT = re.compile(r"[0-9A-Z]{4,20}")
MOST_FEN = 10**13
NAME_MOST = 200
LINE_MOST = 100
TEXT_MOST = 500


class Kind(Enum):
    """What may enter the record (用电失信): three kinds and no other."""

    ARREARS = "arrears"
    THEFT = "theft"
    BREACH_OF_USE = "breach_of_use"

    @property
    def label(self) -> str:
        """As people read it."""
        return KINDS[self]


KINDS: Mapping[Kind, str] = {
    Kind.ARREARS: "欠缴电费",
    Kind.THEFT: "窃电",
    Kind.BREACH_OF_USE: "违约用电",
}


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Whom it is about: an enterprise by its uscc, or a natural person by their ID number."""

    name: str
    uscc: str = ""
    id_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document that proves something: who issued it, its number, its day."""

    issuer: str
    number: str
    on: date | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One thing that is reported.

    ``paper`` is the demand for payment of arrears (催告), whose day is the day of demand; of
    theft and breach of use it is the document that found it (用电检查结果通知书 and the like).
    ``excuse`` is why arrears are justified, empty where they are not. Money is in fen.
    """

    reference: str
    kind: Kind
    whose: Whose
    account: str
    paper: Paper
    amount: int | None = None
    bill_due_on: date | None = None
    found: str = ""
    excuse: str = ""
    paid_on: date | None = None


def normal(report: Report, *, today: date) -> Report:
    """As it is kept: numbers folded, so that the same report is the same however it is typed."""
    whose = report.whose
    return Report(
        reference=_folded(report.reference),
        kind=report.kind,
        whose=Whose(
            name=normal_name(whose.name),
            uscc=_read(parse_uscc, whose.uscc),
            id_number=_read(lambda text: parse_identity_number(text, today=today), whose.id_number),
        ),
        account=_folded(report.account),
        paper=Paper(
            issuer=report.paper.issuer.strip(),
            number=report.paper.number.strip(),
            on=report.paper.on,
        ),
        amount=report.amount,
        bill_due_on=report.bill_due_on,
        found=report.found.strip(),
        excuse=report.excuse.strip(),
        paid_on=report.paid_on,
    )


def faults_of(report: Report, *, today: date) -> list[Fault]:
    """Everything that is wrong with a normal report, field by field."""
    found = dict(_common(report, today))
    if report.kind is Kind.ARREARS:
        found |= dict(_arrears(report, today))
    else:
        found |= dict(_found(report))
    return [
        Fault(pointer=f"/{field}", code=field, detail=detail) for field, detail in found.items()
    ]


def _common(report: Report, today: date) -> Iterator[tuple[str, str]]:
    if not REFERENCE.fullmatch(report.reference):
        yield "reference", "“供电企业编号”应为 4 至 40 个字母、数字或横线，以字母或数字开头。"
    elif _is_identity(report.reference, today):
        yield "reference", "“供电企业编号”不能使用证件号码。"
    yield from _whose(report.whose, today)
    if not ACCOUNT.fullmatch(report.account):
        yield "account", "“户号”应为 4 至 20 个数字或字母。"
    paper = report.paper
    if not 1 < len(paper.issuer) <= LINE_MOST:
        yield "paper_issuer", f"“出具单位”应为 2 至 {LINE_MOST} 个字。"
    if not 1 < len(paper.number) <= LINE_MOST:
        yield "paper_number", f"“文书编号”应为 2 至 {LINE_MOST} 个字。"
    if paper.on is None:
        yield "paper_on", "请填写文书日期。"
    elif paper.on > today:
        yield "paper_on", "“文书日期”不能晚于今天。"


def _whose(whose: Whose, today: date) -> Iterator[tuple[str, str]]:
    if bool(whose.uscc) is bool(whose.id_number):
        yield "uscc", "请填写统一社会信用代码或身份证件号码，二者填一项。"
    try:
        if whose.uscc:
            parse_uscc(whose.uscc)
    except BadIdentifier as bad:
        yield "uscc", bad.detail
    try:
        if whose.id_number:
            parse_identity_number(whose.id_number, today=today)
    except BadIdentifier as bad:
        yield "id_number", bad.detail
    detail = name_fault(whose.name) if whose.id_number else None
    if detail:
        yield "name", detail
    elif not 1 < len(whose.name) <= NAME_MOST:
        yield "name", f"“名称或姓名”应为 2 至 {NAME_MOST} 个字。"


def _arrears(report: Report, today: date) -> Iterator[tuple[str, str]]:
    if report.amount is None or not 0 < report.amount <= MOST_FEN:
        yield "amount", "请填写大于零的欠费金额。"
    due, demanded = report.bill_due_on, report.paper.on
    if due is None:
        yield "bill_due_on", "请填写电费缴纳期限。"
    elif due > today:
        yield "bill_due_on", "“缴纳期限”还没有到，不能报送欠费。"
    elif demanded is not None and demanded <= due:
        yield "paper_on", "催告应在缴纳期限之后作出。"
    if report.found:
        yield "found", "欠缴电费不填写“查明情况”。"
    if len(report.excuse) > TEXT_MOST:
        yield "excuse", f"“正当理由”最多 {TEXT_MOST} 个字。"
    if report.paid_on is not None and report.paid_on > today:
        yield "paid_on", "“缴清日期”不能晚于今天。"


def _found(report: Report) -> Iterator[tuple[str, str]]:
    if not 1 < len(report.found) <= TEXT_MOST:
        yield "found", f"请用 2 至 {TEXT_MOST} 个字写明查明的情况。"
    if report.amount is not None and not 0 <= report.amount <= MOST_FEN:
        yield "amount", "“金额”不正确。"
    given = {
        "bill_due_on": report.bill_due_on is not None,
        "excuse": bool(report.excuse),
        "paid_on": report.paid_on is not None,
    }
    for field, there in given.items():
        if there:
            yield field, f"{report.kind.label}不填写这一项。"


def _is_identity(text: str, today: date) -> bool:
    try:
        parse_identity_number(text, today=today)
    except BadIdentifier:
        return False
    return True


def _read(parse: Callable[[str], object], text: str) -> str:
    """As the standard writes it; what is no such number stays as it was typed."""
    try:
        return str(parse(text)) if text else ""
    except BadIdentifier:
        return text


def _folded(text: str) -> str:
    return "".join(text.split()).upper()
