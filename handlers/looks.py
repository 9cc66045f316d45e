"""Who looked at my credit."""

from collections.abc import Mapping
from http import HTTPStatus

from pydantic import Field

from domain.looks import (
    HELD,
    REPORT,
    STAFF,
    WHO,
    Authority,
    Look,
    ViewerRole,
    action_in_words,
    who_looked,
)
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Instant, Output, PageQuery


class LooksQuery(PageQuery):
    """Which page, of which subject."""

    subject_id: Id = Field(title="办理主体")


class AuthorityView(Output):
    """By what authority: its kind, in words, whether it stands now, and why not."""

    kind: str
    text: str
    stands: bool
    state: str


class LookView(Output):
    """One look."""

    id: str
    at: Instant
    who: str
    who_kind: ViewerRole
    action: str
    action_text: str
    report_number: str
    reason: str
    authority: AuthorityView


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
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Each look: when, who, what, on what ground."""
        query = self.query(LooksQuery)
        of = f"looks:{query.subject_id}"
        page = await self.house.looks.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            now=self.now,
            ask=self.ask(query, of=of),
        )
        others = {look.viewer for look in page.items if look.role in WHO} - {self.actor}
        names = await self.house.people.masked_names(list(others)) if others else {}
        grounds = await self.house.looks.authorities(page.items, reader=self.actor, now=self.now)
        items = [self._view(look, names, grounds[look.id]) for look in page.items]
        self.show(HTTPStatus.OK, LookViews(items=items, next=self.next_cursor(page, of=of)))

    def _view(self, look: Look, names: Mapping[str, str], ground: Authority) -> LookView:
        label = look.viewer_purpose or self.house.purposes.get(look.purpose, look.purpose)
        return LookView(
            id=look.id,
            at=look.at,
            who=who_looked(look, reader=self.actor, names=names),
            who_kind=look.role,
            action=look.action.value,
            action_text=action_in_words(look),
            report_number=look.report_number,
            reason=_reason(look, label),
            authority=AuthorityView(
                kind=ground.kind, text=ground.text, stands=ground.stands, state=ground.state
            ),
        )


def _reason(look: Look, label: str) -> str:
    """Why, as the subject is told."""
    if look.role == "holder":
        return f"核验{HELD.get(look.purpose, REPORT)}真伪"
    return f"{'理由' if look.role == STAFF else '用途'}：{label}"


ROUTES = [Route("/v1/looks", LooksHandler)]
