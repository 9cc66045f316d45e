"""What becomes of an application as the promise behind it is signed, taken back, found broken.

The other side of the port that promises have for what they are given for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.electricity import ways
from domain.electricity.applications import Application, Breach, State
from domain.electricity.filling import missing, outstanding
from domain.electricity.keeping import Keeping
from domain.electricity.ports import ApplicationStore
from domain.electricity.terms import Terms
from domain.transactions import Act, AuditEvent, Conflict, Unit
from domain.workdays import Calendar

TAKEN_BACK = "承诺已撤回。"
BROKEN = "承诺已被认定违诺。"
STANDS = "违诺认定已撤销，承诺继续有效，不再需要产权证明。"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A promise given for an application, as far as that needs to know: states by their codes."""

    id: str
    matter_id: str
    state: str
    code: str
    report_id: str
    answers: Mapping[str, str]


class Promised:
    """Keeps an application in step with its promise, in the transaction of the promise."""

    def __init__(
        self, *, store: ApplicationStore, keeping: Keeping, terms: Terms, calendar: Calendar
    ) -> None:
        self._store = store
        self._keeping = keeping
        self._terms = terms
        self._calendar = calendar

    async def moved(self, unit: Unit, act: Act, given: Given) -> None:
        """The promise was signed, taken back, or found to stand otherwise.

        Raises:
            Conflict: the application does not wait for it, or for another one, or lacks a paper;
                or the power is on, and what the promise was given for is done.
        """
        if not given.matter_id:
            return
        was = await self._store.get(given.matter_id)
        if was is None:
            # Its applicant's account was erased; the promise of an enterprise outlives that.
            return
        if was.promise_id == given.id:
            after = self._changed(act, was, given.state)
        elif given.state == "signed":
            after = self._signed(act, was, given)
        else:
            return
        if after == was:
            return
        await unit.audit(_event(act, was, after))
        await self._keeping.put(unit, act, was=was, after=after)

    def _signed(self, act: Act, was: Application, given: Given) -> Application:
        if given.answers != promise_answers(was):
            raise Conflict("承诺书的内容与用电申请不一致，请从用电申请重新生成承诺书。")
        # They were there when it was handed in, and could be taken out again since.
        if lacking := self._lacking(was):
            raise Conflict(f"用电申请缺少{'、'.join(lacking)}，请先上传再签署承诺书。")
        return ways.promised(
            was, promise_id=given.id, code=given.code, report_id=given.report_id, now=act.at
        )

    def _lacking(self, was: Application) -> list[str]:
        business = self._terms.businesses.get(was.wanted.business)
        following = {one.paper for one in outstanding(was)}
        papers = missing(was, business) if business else []
        return [paper.label for paper in papers if paper.code not in following]

    def _changed(self, act: Act, was: Application, state: str) -> Application:
        match state:
            case "withdrawn":
                return self._unpromised(act, was, TAKEN_BACK)
            case "ordered" | "proposed" if was.breach is not Breach.OPEN:
                return ways.breached(was, Breach.OPEN, now=act.at)
            case "broken" if was.breach is not Breach.CONFIRMED:
                return self._broken(act, was)
            case "signed" if was.breach is Breach.CONFIRMED:
                undone = ways.breached(was, None, now=act.at)
                return ways.promised_again(undone, because=STANDS, now=act.at)
            case "signed" if was.breach is Breach.OPEN:
                return ways.breached(was, Breach.CORRECTED, now=act.at)
        return was

    def _broken(self, act: Act, was: Application) -> Application:
        after = ways.breached(was, Breach.CONFIRMED, now=act.at)
        if was.state in ways.WITHOUT_POWER:
            return self._unpromised(act, after, BROKEN)
        return after

    def _unpromised(self, act: Act, was: Application, because: str) -> Application:
        return ways.unpromised(
            was,
            because=because,
            calendar=self._calendar,
            days=self._terms.return_days,
            now=act.at,
        )


def promise_answers(application: Application) -> Mapping[str, str]:
    """What the promise says of what is applied for; a blank left open is left out."""
    wanted = application.wanted
    said = {"address": wanted.address, "use": wanted.use, "account": wanted.account}
    return {name: value for name, value in said.items() if value}


def _event(act: Act, was: Application, after: Application) -> AuditEvent:
    if after.state is State.PROMISE_SIGNED and was.state is State.REPORT_OK:
        return act.event("electricity.promised", was.id, promise=after.promise_id)
    return act.event("electricity.promise_changed", was.id, promise=after.promise_id)
