"""The applicant's steps, and what the promise behind an application does to it."""

from dataclasses import replace
from datetime import datetime

from domain.electricity.applications import (
    BREACHES,
    OVER,
    POWERED,
    STATES,
    SUPPLYING,
    TO_BE_TAKEN,
    Against,
    Application,
    Breach,
    By,
    Proof,
    Returned,
    State,
    Wanted,
)
from domain.electricity.terms import TITLE_PROOF, proof_for
from domain.time import civil_date, date_in_words
from domain.transactions import Conflict
from domain.workdays import Calendar

TO_BE_SUBMITTED = (State.DRAFT, State.REPORT_BLOCKED, State.REPORT_OK)
# Waiting to be taken, by the one proof and by the other.
BY_TITLE = {State.PROMISE_SIGNED: State.IDENTITY_OK}
BY_CREDIT = {State.IDENTITY_OK: State.PROMISE_SIGNED}
# Until the power is on, an application may be taken back.
TAKEN_BACK = frozenset(State) - OVER - POWERED - {State.DRAFT}
# With the supplier, the power not on yet: the promise is still what it goes on by.
WITHOUT_POWER = TO_BE_TAKEN | SUPPLYING | {State.RETURNED}


def filled(application: Application, wanted: Wanted, *, now: datetime) -> Application:
    """The draft as filled in now, on whatever device; a title that is there needs no credit."""
    require(application, State.DRAFT, State.REPORT_BLOCKED)
    proof = application.proof
    if wanted.premises is not application.wanted.premises:
        proof = proof_for(wanted.premises)
    return replace(
        application,
        wanted=wanted,
        proof=proof,
        changed_at=now,
        revision=application.revision + 1,
    )


def ordinary(application: Application, *, now: datetime) -> Application:
    """By title proof from here: the same application, nothing typed twice."""
    require(application, State.DRAFT, State.REPORT_BLOCKED, State.REPORT_OK)
    text = "改按一般程序办理：补交产权证明即可，已填写的内容和材料继续有效。"
    return application.went(
        State.DRAFT, By.APPLICANT, text, now, proof=Proof.TITLE, against=(), report_id=""
    )


def submitted(application: Application, *, number: str, now: datetime) -> Application:
    """Handed in, by somebody whose real name is proven; again, with another report."""
    require(application, *TO_BE_SUBMITTED)
    first = replace(application, number=application.number or number, against=())
    handed = first.went(State.SUBMITTED, By.APPLICANT, "申请已提交。", now)
    return handed.went(State.IDENTITY_OK, By.SYSTEM, "申请人身份已核验。", now)


def judged(
    application: Application, *, report_id: str, against: tuple[Against, ...], now: datetime
) -> Application:
    """The report of the day speaks for it, or against it reason by reason."""
    require(application, State.IDENTITY_OK)
    if against:
        reasons = "".join(one.sentence for one in against)
        return application.went(
            State.REPORT_BLOCKED, By.SYSTEM, reasons, now, report_id=report_id, against=against
        )
    text = "公共信用信息报告已通过，请签署诚信守法用电承诺书。"
    return application.went(State.REPORT_OK, By.SYSTEM, text, now, report_id=report_id)


def promised(
    application: Application, *, promise_id: str, code: str, report_id: str, now: datetime
) -> Application:
    """The promise that takes the place of the title proof is signed, on a report of its own."""
    require(application, State.REPORT_OK)
    text = f"承诺书已签署（承诺编码 {code}），以信用报告和承诺代替产权证明。"
    return application.went(
        State.PROMISE_SIGNED,
        By.APPLICANT,
        text,
        now,
        promise_id=promise_id,
        promise_code=code,
        report_id=report_id,
    )


def handed_in(application: Application, *, now: datetime) -> Application:
    """What was missing is there: it goes back to where it was returned from."""
    require(application, State.RETURNED)
    returned = application.returned
    if returned is None:
        raise Conflict("这份申请没有需要补交的材料。")
    return application.went(
        returned.came_from, By.APPLICANT, "已补交材料，继续办理。", now, returned=None
    )


def still_missing(application: Application) -> tuple[str, ...]:
    """Papers it was returned for and of which nothing came since."""
    returned = application.returned
    if returned is None:
        return ()
    came = {one.paper for one in application.materials if one.added_at >= application.since}
    return tuple(paper for paper in returned.papers if paper not in came)


def withdrawn(application: Application, *, reason: str, now: datetime) -> Application:
    """Taken back before the power is on; a draft only if it was handed in before."""
    if not (application.state is State.DRAFT and application.number):
        require(application, *TAKEN_BACK)
    text = f"申请人撤回了申请：{reason}。" if reason else "申请人撤回了申请。"
    return application.went(State.WITHDRAWN, By.APPLICANT, text, now)


def unpromised(
    application: Application, *, because: str, calendar: Calendar, days: int, now: datetime
) -> Application:
    """The promise does not stand any more: before the power is on, a title proof is needed.

    Raises:
        Conflict: the power is on; what the promise was given for is done.
    """
    if application.state in POWERED:
        raise Conflict("凭这份承诺办理的用电已经接电，承诺不能撤回。")
    if application.state not in WITHOUT_POWER:
        return application.noted(By.SYSTEM, because, now, proof=Proof.TITLE)
    due = calendar.after(civil_date(now), days)
    wanted = (paper for paper in still_missing(application) if paper != TITLE_PROOF)
    returned = Returned(
        papers=(*wanted, TITLE_PROOF),
        reason=because,
        due=due.day,
        provisional=due.provisional,
        came_from=BY_TITLE.get(came_from(application), came_from(application)),
    )
    text = f"{because}请在{date_in_words(due.day)}前补交产权证明，按一般程序继续办理。"
    return application.went(
        State.RETURNED, By.SYSTEM, text, now, proof=Proof.TITLE, returned=returned
    )


def came_from(application: Application) -> State:
    """From where it was returned; where it is when it was not."""
    return application.returned.came_from if application.returned else application.state


def promised_again(application: Application, *, because: str, now: datetime) -> Application:
    """The promise stands after all: where the title proof is still awaited, it is no more."""
    returned = application.returned
    if application.state is not State.RETURNED or application.proof is not Proof.TITLE:
        return application.noted(By.SYSTEM, because, now)
    if returned is None or TITLE_PROOF not in returned.papers:
        return application.noted(By.SYSTEM, because, now)
    papers = tuple(paper for paper in returned.papers if paper != TITLE_PROOF)
    back = BY_CREDIT.get(returned.came_from, returned.came_from)
    if papers:
        left = replace(returned, papers=papers, came_from=back)
        return application.noted(By.SYSTEM, because, now, proof=Proof.CREDIT, returned=left)
    return application.went(back, By.SYSTEM, because, now, proof=Proof.CREDIT, returned=None)


def breached(application: Application, breach: Breach | None, *, now: datetime) -> Application:
    """What the office found of the promise since; None when a finding was undone."""
    text = BREACHES[breach] if breach else "违诺认定已撤销"
    return application.noted(By.OFFICE, f"{text}。", now, breach=breach)


def agreed(application: Application, *, yes: bool, wish: str, now: datetime) -> Application:
    """The applicant's answer to a proposed time of survey."""
    require(application, State.SURVEY)
    survey = application.survey
    if survey is None or survey.agreed is not None:
        raise Conflict("没有待确认的勘查时间。")
    text = "申请人确认了勘查时间。" if yes else f"申请人希望改约勘查时间：{wish}。"
    return application.noted(
        By.APPLICANT, text, now, survey=replace(survey, agreed=yes, wish="" if yes else wish)
    )


def visited(application: Application, *, wish: str, now: datetime) -> Application:
    """A good user asks for a visit at home: the manager comes for the papers."""
    if not application.green:
        raise Conflict("上门服务面向近年用电记录良好的用户，这份申请可以线上交材料或到营业厅办理。")
    if application.state in POWERED | OVER:
        raise Conflict("这份申请已经办完，不需要上门服务。")
    wanted = replace(application.wanted, home_visit=True)
    text = f"申请人希望上门服务：{wish}。" if wish else "申请人希望上门服务。"
    return application.noted(By.APPLICANT, text, now, wanted=wanted)


def require(application: Application, *states: State) -> None:
    """Raise Conflict, saying how it stands, when it is in none of these."""
    if application.state not in states:
        state = STATES[application.state]
        raise Conflict(f"这份申请目前的状态是“{state}”，不能这样办理。")
