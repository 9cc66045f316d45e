"""What was found here counts against signing before the platform has it."""

from collections.abc import Sequence
from datetime import date

from domain.promises.eligibility import Reason
from domain.promises.ports import PromiseStore, UsageEntries
from domain.promises.promises import STATES
from domain.promises.templates import Rule, Template
from domain.report_facts import ReportFacts

BROKEN = "no-broken-promise"
ELECTRICITY = "no-electricity-record"


class OwnRecords:
    """Broken promises and entries of electricity use, as far as the text has a rule for them."""

    def __init__(self, *, store: PromiseStore, usage: UsageEntries) -> None:
        self._store = store
        self._usage = usage

    async def against(
        self, template: Template, report: ReportFacts, *, about: str, today: date
    ) -> Sequence[Reason]:
        """Every reason; what the report has already is told once."""
        rules = {rule.code: rule for rule in template.rules}
        known = {record.id for record in report.records}
        found: list[Reason] = []
        if BROKEN in rules:
            found += await self._breaches(rules[BROKEN], about)
        if ELECTRICITY in rules:
            found += await self._entries(rules[ELECTRICITY], about, known, today)
        return found

    async def _breaches(self, rule: Rule, about: str) -> Sequence[Reason]:
        return [
            _reason(
                rule,
                sentence=rule.says.format(title=one.title, state=STATES[one.state], years=0),
                keeper=one.department,
                advice="可以在承诺详情中对认定提出异议；情况属实的，履行或修复后再签署。",
            )
            for one in await self._store.broken(about)
        ]

    async def _entries(
        self, rule: Rule, about: str, known: set[str], today: date
    ) -> Sequence[Reason]:
        return [
            _reason(
                rule,
                sentence=rule.says.format(title=one.title, state="", years=rule.years),
                keeper=one.keeper,
                advice=f"可以在“用电信用记录”中查看；认为有误的，向{one.keeper}申请核实撤销。",
            )
            for one in await self._usage(about, today=today, years=rule.years)
            if one.id not in known
        ]


def _reason(rule: Rule, *, sentence: str, keeper: str, advice: str) -> Reason:
    return Reason(
        code=rule.code,
        sentence=sentence,
        report_id="",
        record_id="",
        under="",
        keeper=keeper,
        advice=advice,
    )
