"""Arrears, theft and breach of use as the power company reports them, on days long past.

The days are fixed where the calendar is known, so that no clock on the way is provisional.
"""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.usage_records.records import UsageRecord
from domain.usage_records.reports import Kind, Paper, Report, Whose
from handlers.house import House
from tests.cast import Cast, Person, new_id_number
from tests.staffing import act

ISSUER = "越秀供电局（样例）"
DEMANDED = date(2025, 10, 31)
RIPE = date(2026, 5, 1)
SERVED = date(2026, 6, 2)
AMOUNT = 1_234_50


def reference() -> str:
    """A new one of the power company."""
    return f"GD-{uuid.uuid4().hex[:12].upper()}"


def enterprise_of(person: Person) -> Whose:
    enterprise = person.persona["enterprise"]
    return Whose(name=enterprise["name"], uscc=enterprise["uscc"])


def oneself(person: Person) -> Whose:
    return Whose(name=person.persona["name"], id_number=person.persona["id_number"])


def nobody_here() -> Whose:
    """Somebody who never came to this platform."""
    return Whose(name="万俟远", id_number=new_id_number())


def report_of(whose: Whose, kind: Kind = Kind.ARREARS, **given: Any) -> Report:
    """Large arrears demanded long ago, or what was found then."""
    arrears = kind is Kind.ARREARS
    report = Report(
        reference=reference(),
        kind=kind,
        whose=whose,
        account="0300012345678",
        paper=Paper(issuer=ISSUER, number="越供〔2025〕31号", on=DEMANDED),
        amount=AMOUNT if arrears else None,
        bill_due_on=DEMANDED - timedelta(days=20) if arrears else None,
        found="" if arrears else "绕越计量装置用电",
    )
    return replace(report, **given)


async def reported(cast: Cast, report: Report) -> UsageRecord:
    """Taken from a clerk, and looked at by the workers."""
    house = house_of(cast)
    await house.usage_desk.report(act(house, "clerk"), report=report)
    await cast.work()
    return await house.usage_desk.get(report.reference)


async def proposed(cast: Cast, report: Report) -> UsageRecord:
    """Of nobody here: told on paper, not objected to, proposed by the clerk."""
    house = house_of(cast)
    record = await reported(cast, report)
    about = {"reference": record.report.reference, "tag": None}
    await house.usage_desk.serve(act(house, "clerk"), **about, proof="送〔2026〕2号", on=SERVED)
    return await house.usage_desk.propose(act(house, "clerk"), **about)


async def entered(cast: Cast, person: Person, report: Report) -> UsageRecord:
    """Told in the mini program, objected to in vain, proposed and entered by two."""
    house = house_of(cast)
    record = await reported(cast, report)
    path = f"/v1/usage-records/{record.id}/objection"
    (await person.post(path, {"reason": "电费已经交过了"})).raise_for_status()
    clerk, checker = act(house, "clerk"), act(house, "checker")
    number = record.report.reference

    async def tag() -> str:
        return (await house.usage_desk.get(number)).tag

    await house.usage_desk.decide(
        checker, reference=number, tag=await tag(), upheld=False, answer="核实未交"
    )
    await house.usage_desk.propose(clerk, reference=number, tag=None)
    return await house.usage_desk.enter(checker, reference=number, tag=await tag())


def house_of(cast: Cast) -> House:
    assert cast.house
    return cast.house
