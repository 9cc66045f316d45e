"""Who is told of a step of an application, and in what words."""

from domain.electricity.applications import STATES, Application
from domain.transactions import Act, NoticeKind, Tell, Unit


class Telling:
    """Tells who applied, and who stands behind them."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    async def steps(self, unit: Unit, act: Act, *, was: Application, now: Application) -> None:
        """Whatever was added to the timeline, as one notice; the title names no secret."""
        text = "".join(step.text for step in now.steps[len(was.steps) :])
        if text:
            await self.say(unit, act, now, title=f"用电申请：{STATES[now.state]}", text=text)

    async def say(
        self, unit: Unit, act: Act, application: Application, *, title: str, text: str
    ) -> None:
        """A notice, to each once."""
        number = f"{application.number}：" if application.number else ""
        for person_id in dict.fromkeys((application.person_id, application.principal_person)):
            await self._tell(
                unit,
                act,
                kind=NoticeKind.ELECTRICITY,
                person_id=person_id,
                title=title,
                text=f"{number}{text}",
                link=f"/electricity/{application.id}",
            )
