"""The daily evaluation: each butler's figures over the rolling period, and what they bring about.

It finds and takes no measure: where a rule is met, the butler is heard. Once for a period and its
facts: what a judgement was already made of counts no more, and one is pending at a time.
"""

from datetime import datetime, timedelta

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.judging import judgement_moves as moves
from domain.judging.facts import Figures
from domain.judging.figures import Counting
from domain.judging.judgements import Judgement
from domain.judging.period import Period, day_begins, rolling
from domain.judging.ports import Butlers
from domain.judging.rules import Finding, found
from domain.judging.stores import JudgementStore
from domain.judging.terms import Terms
from domain.staff.roles import Role
from domain.time import civil_date, date_in_words
from domain.transactions import Act, Again, Unit
from domain.workdays import DAY, Calendar

EVALUATE = "judging.evaluate"
LEAST_NAP = timedelta(minutes=1)
# Well after midnight, when what happened the day before has been committed.
AT = timedelta(hours=1)


class Evaluating:
    """What a worker does with the standing message of the evaluation."""

    def __init__(
        self,
        *,
        counting: Counting,
        store: JudgementStore,
        butlers: Butlers,
        tell_staff: TellStaff,
        of_role: OfRole,
        calendar: Calendar,
        terms: Terms,
    ) -> None:
        self._counting = counting
        self._store = store
        self._butlers = butlers
        self._tell_staff = tell_staff
        self._of_role = of_role
        self._calendar = calendar
        self._terms = terms

    async def work(self, act: Act) -> Again:
        """Evaluate until today, and sleep until tomorrow; again on the same day finds nothing."""
        period = rolling(act.at, self._terms.days)
        if act.at >= period.ends + AT:
            serving = {one.staff_id for one in await self._butlers.all() if one.serves}
            for staff_id, figures in (await self._counting.of_all(period)).items():
                if staff_id in serving:
                    await self._judge(act, staff_id, period, figures)
        return Again(after=next_run(act.at))

    async def _judge(self, act: Act, staff_id: str, period: Period, figures: Figures) -> None:
        last = await self._store.last_of(staff_id)
        if last is not None and (last.is_pending or last.ends >= period.ends):
            return
        finding = found(figures, terms=self._terms, judged_to=last.ends if last else None)
        if finding is None:
            return
        judgement = await self._found(act, finding, staff_id, period, figures)

        async def work(unit: Unit) -> None:
            there = await self._store.last_of(staff_id)
            if (there.id if there else "") != (last.id if last else ""):
                return
            await self._store.add(unit, judgement)
            event = act.event("judgement.found", judgement.id, level=finding.level.value)
            await unit.audit(event)
            await self._tell(unit, act, judgement)

        await act.commit(work)

    async def _found(
        self, act: Act, finding: Finding, staff_id: str, period: Period, figures: Figures
    ) -> Judgement:
        return moves.found_now(
            finding,
            judgement_id=act.draw.id(),
            staff_id=staff_id,
            begins=period.begins,
            ends=period.ends,
            figures=figures,
            evidence=await self._counting.evidence(staff_id, period),
            terms=self._terms,
            calendar=self._calendar,
            now=act.at,
        )

    async def _tell(self, unit: Unit, act: Act, judgement: Judgement) -> None:
        until = date_in_words(judgement.hear_until.day)
        told = {judgement.staff_id: f"评价达到处理标准，请在{until}前陈述意见。"}
        for staff_id in await self._of_role(Role.OFFICE):
            told.setdefault(staff_id, f"有信用管家的评价达到处理标准，{until}后可以提请。")
        for staff_id, text in told.items():
            await self._tell_staff(
                unit,
                act,
                staff_id=staff_id,
                title="信用管家评价",
                text=text,
                link=f"/console/judgements/{judgement.id}",
                urgency=Urgency.NOW,
                key=f"judgement:{judgement.id}:found",
            )


def next_run(now: datetime) -> timedelta:
    """How long until an hour after midnight in Shanghai."""
    today = day_begins(civil_date(now)) + AT
    following = today if now < today else day_begins(civil_date(now) + DAY) + AT
    return max(following - now, LEAST_NAP)
