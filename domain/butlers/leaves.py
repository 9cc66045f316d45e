"""Whether a leave can be as it is asked for: its time, and who stands in meanwhile."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from domain.butlers.butlers import STANDING, Butler, Leave
from domain.errors import Fault
from domain.time import civil_date

REASON_LEAST, REASON_MOST = 2, 200
LONGEST = timedelta(days=366)
AHEAD = timedelta(days=366)


def faults_of(
    leave: Leave, *, butler: Butler, others: Mapping[str, Butler], now: datetime
) -> list[Fault]:
    """Everything that is wrong with it, field by field.

    ``others`` are whoever the stand-in leads to: who stands in for whom, as far as it goes.
    """
    found: dict[str, str] = {}
    for field, detail in (*_time(leave, butler, now), *_stand_in(leave, butler, others)):
        found.setdefault(field, detail)
    return [
        Fault(pointer=f"/{field}", code=field, detail=detail) for field, detail in found.items()
    ]


def _time(leave: Leave, butler: Butler, now: datetime) -> Iterator[tuple[str, str]]:
    if not REASON_LEAST <= len(leave.reason) <= REASON_MOST:
        yield "reason", f"“请假事由”应为 {REASON_LEAST} 至 {REASON_MOST} 个字。"
    if leave.ends <= leave.begins:
        yield "ends", "“结束时间”应晚于“开始时间”。"
    elif leave.ends <= now:
        yield "ends", "“结束时间”已经过去，不能补请。"
    elif leave.ends - leave.begins > LONGEST:
        yield "ends", f"一次请假最多 {LONGEST.days} 天。"
    # Who falls ill in the morning asks for the day.
    if civil_date(leave.begins) < civil_date(now):
        yield "begins", "“开始时间”不能早于今天。"
    elif leave.begins - now > AHEAD:
        yield "begins", f"最多提前 {AHEAD.days} 天请假。"
    other = next((one for one in _others(butler, leave) if leave.meets(one.begins, one.ends)), None)
    if other is not None:
        yield "begins", f"与已有的请假（{other.span}）重叠。"


def _others(butler: Butler, leave: Leave) -> Iterator[Leave]:
    return (one for one in butler.leaves if one.id != leave.id and one.state in STANDING)


def _stand_in(
    leave: Leave, butler: Butler, others: Mapping[str, Butler]
) -> Iterator[tuple[str, str]]:
    if not leave.stand_in or leave.ends <= leave.begins:
        return
    if leave.stand_in == butler.staff_id:
        yield "stand_in", "代班人不能是请假者本人。"
        return
    stand_in = others.get(leave.stand_in)
    if stand_in is None:
        yield "stand_in", "没有这位信用管家，请重新选择代班人。"
        return
    if not stand_in.serves:
        yield "stand_in", f"{stand_in.name}{stand_in.standing}，不能代班。"
        return
    met = [one for one in stand_in.granted if one.meets(leave.begins, leave.ends)]
    alone = next((one for one in met if not one.stand_in), None)
    if alone is not None:
        yield "stand_in", f"{stand_in.name}在此期间也请假（{alone.span}）且无人代班，不能代班。"
    elif _leads_back(stand_in, leave.begins, leave.ends, butler.staff_id, others):
        yield "stand_in", f"{stand_in.name}在此期间请假，由{butler.name}代班，不能互相代班。"


def _leads_back(
    stand_in: Butler,
    begins: datetime,
    ends: datetime,
    to: str,
    others: Mapping[str, Butler],
    seen: frozenset[str] = frozenset(),
) -> bool:
    """Whether, at some instant of this time, who stands in for whom leads back to somebody."""
    for leave in stand_in.granted:
        if not leave.stand_in or not leave.meets(begins, ends):
            continue
        if leave.stand_in == to:
            return True
        following = others.get(leave.stand_in)
        if following is None or following.staff_id in seen:
            continue
        within = (max(begins, leave.begins), min(ends, leave.ends))
        if _leads_back(following, *within, to, others, seen | {stand_in.staff_id}):
            return True
    return False
