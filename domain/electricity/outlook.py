"""Where an application stands, for its applicant: what happens next, by whom, and by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.electricity.applications import APPLICANTS, OVER, Application, By, Proof, State
from domain.electricity.filling import missing, outstanding
from domain.electricity.terms import Business, Clock, Paper, Terms, clock_of, papers_needed
from domain.electricity.ways import still_missing
from domain.time import civil_date, date_in_words, in_words
from domain.workdays import Calendar

NEXT: Mapping[State, str] = {
    State.DRAFT: "请填写完整、上传材料后提交。",
    State.SUBMITTED: "正在核验申请人身份。",
    State.IDENTITY_OK: "供电企业将受理申请，或告知还缺哪些材料。",
    State.REPORT_BLOCKED: "可以逐条提出异议或申请修复后再提交，也可以改按一般程序补交产权证明。",
    State.REPORT_OK: "请阅读并签署诚信守法用电承诺书。",
    State.PROMISE_SIGNED: "供电企业将受理申请，或告知还缺哪些材料。",
    State.ACCEPTED: "供电企业将约定现场勘查，或直接答复供电方案。",
    State.RETURNED: "请上传所缺材料后点“补交完成”。",
    State.SURVEY: "供电企业将按约定时间现场勘查，并答复供电方案。",
    State.PLAN_REPLIED: "供电企业将施工并装表接电。",
    State.EXTERNAL_WORKS: "外线工程完工后，供电企业将装表接电。",
    State.ENERGISED: "供电企业将办结归档。",
    State.CLOSED: "已办结。",
    State.WITHDRAWN: "已撤回，需要时可以重新申请。",
    State.REJECTED: "如有异议，请联系供电企业；条件具备后可以重新申请。",
}
AGREE = "请确认供电企业约定的勘查时间，或提出其他时间。"
BY_WHEN = "预计不晚于{day}。"
APPLICANT_BY = "请在{day}前办理。"
LAPSES = "不再填写的，{day}后自动删除。"
OVERDUE = "已超过{day}，可以联系供电企业催办。"
PROVISIONAL = "（当年节假日安排尚未公布，日期为暂定。）"


@dataclass(frozen=True, kw_only=True)
class Next:
    """Who has to act, and by when, if there is a day for it; ``text`` says it in words."""

    by: By | None
    text: str
    clock: Clock | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An application with what is shown beside it; ``labels`` names papers by their codes."""

    application: Application
    business: Business | None
    next: Next
    papers: Sequence[Paper]
    missing: Sequence[str]
    labels: Mapping[str, str]


class Outlook:
    """Shows applications as of now."""

    def __init__(self, *, terms: Terms, calendar: Calendar) -> None:
        self._terms = terms
        self._calendar = calendar

    def show(self, application: Application, *, now: datetime) -> Shown:
        """With its clock, and what is still to be handed in."""
        business = self._terms.businesses.get(application.wanted.business)
        papers = papers_needed(business, application.proof) if business else ()
        lacking = [paper.code for paper in missing(application, business)] if business else []
        if application.state is State.RETURNED:
            lacking = list(still_missing(application))
        return Shown(
            application=application,
            business=business,
            next=next_of(application, terms=self._terms, calendar=self._calendar, now=now),
            papers=papers,
            missing=lacking,
            labels=self._terms.papers,
        )


def next_of(application: Application, *, terms: Terms, calendar: Calendar, now: datetime) -> Next:
    """What happens next, as of now."""
    business = terms.businesses.get(application.wanted.business)
    clock = clock_of(application, business, calendar) if business else None
    overdue = clock is not None and clock.over(civil_date(now))
    return Next(
        by=by_of(application),
        text=_text(application, terms, clock, overdue=overdue),
        clock=clock,
        overdue=overdue,
    )


def by_of(application: Application) -> By | None:
    """Who has to act now; None when it is over."""
    if application.state in OVER:
        return None
    survey = application.survey
    asked = application.state is State.SURVEY and survey is not None and survey.agreed is None
    if application.state in APPLICANTS or asked:
        return By.APPLICANT
    return By.SUPPLIER


def _text(application: Application, terms: Terms, clock: Clock | None, *, overdue: bool) -> str:
    text = NEXT[application.state]
    survey = application.survey
    if application.state is State.SURVEY and survey is not None:
        text = f"约定勘查时间 {in_words(survey.begins_at)}。{text}"
        if survey.agreed is None:
            text = f"{AGREE}{text}"
    if application.state is State.DRAFT and application.number and application.proof is Proof.TITLE:
        text = "已填写的内容和材料继续有效，请补交产权证明后提交。"
    if application.state is State.DRAFT and not application.number:
        lapses = civil_date(application.changed_at + timedelta(days=terms.draft_days))
        return text + LAPSES.format(day=date_in_words(lapses))
    return text + _when(clock, overdue=overdue) + _later(application, terms)


def _when(clock: Clock | None, *, overdue: bool) -> str:
    if clock is None:
        return ""
    day = date_in_words(clock.due.day)
    if clock.by is By.APPLICANT:
        said = APPLICANT_BY.format(day=day)
    else:
        said = (OVERDUE if overdue else BY_WHEN).format(day=day)
    return said + (PROVISIONAL if clock.due.provisional else "")


def _later(application: Application, terms: Terms) -> str:
    if application.state in OVER:
        return ""
    return "".join(
        f"{terms.papers.get(one.paper, one.paper)}请在{date_in_words(one.due)}前补交。"
        for one in outstanding(application)
    )
