"""Who looked at my credit."""

from http import HTTPStatus

from pydantic import Field

from domain.looks import Action, Look
from domain.transactions import ANYONE
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Instant, Output, PageQuery

ACTIONS = {
    Action.READ: "查看了报告",
    Action.DOWNLOAD: "下载了报告文件",
    Action.VERIFY_CODE: "扫码核验了报告",
    Action.VERIFY_NUMBER: "输入编号核验了报告",
    Action.VERIFY_FILE: "上传文件核验了报告",
}


class LooksQuery(PageQuery):
    """Which page, of which subject."""

    subject_id: Id = Field(title="办理主体")


class LookView(Output):
    """One look."""

    id: str
    at: Instant
    who: str
    action: str
    action_text: str
    report_number: str
    reason: str


class LookViews(Output):
    """Newest first."""

    items: list[LookView]
    next: str | None


class LooksHandler(BaseHandler):
    """Looks at a subject's reports."""

    @endpoint(
        Audience.PERSON,
        Permission.READ_OWN_REPORTS,
        "Who looked at my reports",
        query=LooksQuery,
        answers={200: LookViews},
    )
    async def get(self) -> None:
        """Each look: when, who, what, on what ground."""
        query = self.query(LooksQuery)
        of = f"looks:{query.subject_id}"
        page = await self.house.looks.of(
            person_id=self.actor, subject_id=query.subject_id, ask=self.ask(query, of=of)
        )
        items = [self._view(look) for look in page.items]
        self.show(HTTPStatus.OK, LookViews(items=items, next=self.next_cursor(page, of=of)))

    def _view(self, look: Look) -> LookView:
        holder = look.viewer == ANYONE
        label = self.house.purposes.get(look.purpose, look.purpose)
        return LookView(
            id=look.id,
            at=look.at,
            who="持有报告的人" if holder else "本人",
            action=look.action.value,
            action_text=ACTIONS[look.action],
            report_number=look.report_number,
            reason="核验报告真伪" if holder else f"用途：{label}",
        )


ROUTES = [Route("/v1/looks", LooksHandler)]
