"""What editors and reviewers are told, in the transaction of what it tells of."""

from collections.abc import Iterable

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.lectures.lectures import Lecture
from domain.lectures.questions import Question
from domain.lectures.series import Proposal, Series
from domain.lectures.versions import Version
from domain.staff.roles import Role
from domain.transactions import Act, Unit


class DeskTelling:
    """Nobody is told of what they did themselves."""

    def __init__(self, *, tell_staff: TellStaff, of_role: OfRole) -> None:
        self._tell_staff = tell_staff
        self._of_role = of_role

    async def submitted(self, unit: Unit, act: Act, version: Version) -> None:
        """Every reviewer who did not write it."""
        reviewers = set(await self._of_role(Role.REVIEWER)) - set(version.editors)
        text = f"《{version.programme.title}》第 {version.number} 版等待审核。"
        await self._each(unit, act, sorted(reviewers), version, "讲座等待审核", text)

    async def returned(self, unit: Unit, act: Act, version: Version) -> None:
        """Who wrote it, with the reason."""
        text = f"《{version.programme.title}》第 {version.number} 版被退回：{version.reason}"
        await self._each(unit, act, version.editors, version, "讲座被退回", text)

    async def shown(self, unit: Unit, act: Act, version: Version) -> None:
        """Who wrote it."""
        text = f"《{version.programme.title}》第 {version.number} 版已经发布。"
        await self._each(
            unit, act, version.editors, version, "讲座已发布", text, urgency=Urgency.DIGEST
        )

    async def withdrawn(self, unit: Unit, act: Act, version: Version, lecture: Lecture) -> None:
        """Who wrote what was shown, with the reason."""
        text = f"《{version.programme.title}》已下线：{lecture.reason}"
        await self._each(unit, act, version.editors, version, "讲座已下线", text)

    async def series_turned_down(
        self, unit: Unit, act: Act, series: Series, proposal: Proposal, *, reason: str
    ) -> None:
        """Who proposed it, with what and with the reason."""
        text = f"系列“{series.title}”改为“{proposal.title}”的修改未获同意：{reason}"
        if proposal.title == series.title:
            text = f"系列“{series.title}”简介的修改未获同意：{reason}"
        await self._tell_staff(
            unit,
            act,
            staff_id=proposal.by,
            title="讲座系列的修改未获同意",
            text=text,
            link="/console/lectures",
            urgency=Urgency.NOW,
            key=f"lecture:{series.id}:{series.revision}:turned_down",
        )

    async def answer_returned(
        self, unit: Unit, act: Act, question: Question, *, writer: str
    ) -> None:
        """Who wrote an answer to a question, with the reason, which may speak of who asked."""
        await self._tell_staff(
            unit,
            act,
            staff_id=writer,
            title="讲座提问的答复被退回",
            text=f"您写的一条讲座提问的答复被退回，请修改：{question.reason}",
            link=f"/console/lecture-questions/{question.id}",
            urgency=Urgency.NOW,
            key=f"lecture_question:{question.id}:{question.revision}:returned",
            about=question.person_id,
        )

    async def _each(
        self,
        unit: Unit,
        act: Act,
        whom: Iterable[str],
        version: Version,
        title: str,
        text: str,
        *,
        urgency: Urgency = Urgency.NOW,
    ) -> None:
        for staff_id in whom:
            if staff_id != act.actor:
                await self._tell_staff(
                    unit,
                    act,
                    staff_id=staff_id,
                    title=title,
                    text=text,
                    link=f"/console/lecture-versions/{version.id}",
                    urgency=urgency,
                    key=f"lecture:{version.id}:{version.revision}:{title}",
                )
