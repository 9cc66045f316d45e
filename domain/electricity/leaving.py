"""Who erases their account takes back what they applied for themself."""

from domain.electricity import ways
from domain.electricity.keeping import WITH_SUPPLIER
from domain.electricity.ports import ApplicationStore, Deliver
from domain.pages import MOST, Ask
from domain.transactions import Act, Unit

BECAUSE = "申请人已注销账号"


class Leaving:
    """Ends a natural person's applications before the power is on, so that the supplier hears."""

    def __init__(self, *, store: ApplicationStore, deliver: Deliver) -> None:
        self._store = store
        self._deliver = deliver

    async def __call__(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """The newest hundred, which is more than anybody has open."""
        page = await self._store.of_about(person_id, ask=Ask(limit=MOST))
        for was in page.items:
            if was.state in ways.TAKEN_BACK:
                after = ways.withdrawn(was, reason=BECAUSE, now=act.at)
                await self._store.replace(unit, after, was=was)
                if was.state in WITH_SUPPLIER:
                    await self._deliver(unit, act, was=was, after=after)
                await unit.audit(act.event("electricity.withdrawn", was.id))
