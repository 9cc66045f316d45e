"""What was found here counts against signing before the platform has it, and as long as here."""

from collections.abc import Sequence
from datetime import date

from domain.promises.eligibility import Reason
from domain.promises.ports import PromiseStore, UsageEntries
from domain.promises.promises import AGAINST, STATES
from domain.promises.templates import Rule, Template

BROKEN = "no-broken-promise"
ELECTRICITY = "no-electricity-record"


class OwnRecords:
    """Broken promises and entries of electricity use, as far as the text has a rule for them."""

    def __init__(self, *, store: PromiseStore, usage: UsageEntries) -> None:
        self._store = store
        self._usage = usage

    async def against(
        self, template: Template, said: Sequence[Reason], *, about: str, today: date
    ) -> Sequence[Reason]:
        """Every reason: those that the report ``said``, and what was found here beside them.

        What the report says by the same rule is told once. A record that does not speak against
        it there yet, such as a promise that was still running, hides nothing that was found since;
        and a breach that was undone here since counts no more, whatever the report still says.
        """
        rules = {rule.code: rule for rule in template.rules}
        found = [reason for reason in said if not await self._undone(reason, about)]
        if BROKEN in rules:
            found += await self._breaches(rules[BROKEN], about, _known(said, BROKEN))
        if ELECTRICITY in rules:
            known = _known(said, ELECTRICITY)
            found += await self._entries(rules[ELECTRICITY], about, known, today)
        return found

    async def _undone(self, reason: Reason, about: str) -> bool:
        """Whether it is a promise made here that is found broken no more."""
        if reason.code != BROKEN:
            return False
        promise = await self._store.get(reason.record_id)
        if promise is None or promise.about != about:
            return False
        return promise.state not in AGAINST

    async def _breaches(self, rule: Rule, about: str, known: set[str]) -> Sequence[Reason]:
        return [
            _reason(
                rule,
                sentence=rule.says.format(title=one.title, state=STATES[one.state], years=0),
                keeper=one.department,
                advice="可以在承诺详情中对认定提出异议；情况属实的，履行或修复后再签署。",
            )
            for one in await self._store.broken(about)
            if one.id not in known
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


def _known(said: Sequence[Reason], rule: str) -> set[str]:
    return {reason.record_id for reason in said if reason.code == rule}


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
