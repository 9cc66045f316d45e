"""What is filled in: well-formed at any time, and complete when it is handed in.

Every fault is named at once. Only the title proof falls away where credit takes its place.
"""

import re
from collections.abc import Iterator

from domain.electricity.applications import Application, Later, Premises, Proof, Wanted
from domain.electricity.terms import Business, Category, Paper, Terms, papers_needed
from domain.errors import Fault
from domain.identifiers import BadIdentifier, Uscc, parse_mobile

REQUIRED = {
    "business": "请选择业务类型。",
    "premises": "请选择用电场所的产权情况。",
    "address": "请填写用电地址。",
    "capacity": "请填写需要的容量。",
    "use": "请填写用电用途。",
    "contact": "请填写联系人。",
    "phone": "请填写联系电话。",
}


def category_of(uscc: str | None) -> Category:
    """The applicant's category, as promises have it."""
    if uscc is None:
        return "person"
    return "individual_business" if Uscc(uscc).is_individual_business else "organisation"


def malformed(wanted: Wanted, *, uscc: str | None, terms: Terms) -> list[Fault]:
    """Whatever is filled in and cannot be so; what is left open is no fault yet."""
    return list(_malformed(wanted, uscc, terms))


def _malformed(wanted: Wanted, uscc: str | None, terms: Terms) -> Iterator[Fault]:
    business = terms.businesses.get(wanted.business)
    if wanted.business and business is None:
        yield _fault("business", "unknown", "没有这种业务，请重新选择。")
    if business is not None and category_of(uscc) not in business.categories:
        yield _fault("business", "category", f"{business.label}不由这类申请人办理，请重新选择。")
    if business is not None and wanted.capacity > business.most_watts:
        most = f"{business.most_watts / 1000:g}"
        yield _fault(
            "capacity", "too_much", f"{business.label}最多 {most} 千瓦，更大的请到营业厅办理。"
        )
    if wanted.account and not re.fullmatch(terms.account, wanted.account):
        yield _fault("account", "account", "户号应为 10 至 16 位数字，见电费单。")
    if business is not None and wanted.account and not business.increase:
        yield _fault("account", "not_wanted", "新装还没有户号，请留空；已有户号请选择增容。")
    if wanted.phone:
        try:
            parse_mobile(wanted.phone)
        except BadIdentifier as bad:
            yield _fault("phone", bad.code, bad.detail)


def incomplete(application: Application, *, terms: Terms, green: bool) -> list[Fault]:
    """Whatever keeps it from being handed in: fields, and papers that cannot follow later."""
    wanted = application.wanted
    faults = [
        _fault(name, "missing", words)
        for name, words in REQUIRED.items()
        if not getattr(wanted, name)
    ]
    business = terms.businesses.get(wanted.business)
    if business is not None and business.increase and not wanted.account:
        faults.append(_fault("account", "missing", "增容请填写现有户号，见电费单。"))
    if application.proof is Proof.CREDIT and wanted.premises is Premises.TITLED:
        detail = "有产权证明的场所按一般程序办理，请改按一般程序。"
        faults.append(_fault("premises", "titled", detail))
    faults += malformed(wanted, uscc=application.uscc, terms=terms)
    if business is not None:
        faults += [
            Fault(pointer=f"/papers/{paper.code}", code="missing", detail=f"请上传{paper.label}。")
            for paper in missing(application, business)
            if not (green and paper.deferrable)
        ]
    return faults


def missing(application: Application, business: Business) -> list[Paper]:
    """Papers that have to be there and are not; of the title proof nothing where credit serves."""
    there = {one.paper for one in application.materials}
    return [
        paper
        for paper in papers_needed(business, application.proof)
        if paper.required and paper.code not in there
    ]


def outstanding(application: Application) -> list[Later]:
    """Papers that may follow and have not."""
    return [one for one in application.later if not one.handed_in]


def _fault(name: str, code: str, detail: str) -> Fault:
    return Fault(pointer=f"/{name}", code=code, detail=detail)
