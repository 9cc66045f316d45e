"""The audit log in the console, for the security auditor: searched, and opened one by one."""

from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.audit.searching import MOST_DAYS, Event, Wanted
from domain.errors import Fault, Invalid
from domain.pages import Page
from domain.staff.roles import Right
from domain.time import civil_date, in_words
from domain.transactions import ANYONE, SYSTEM
from handlers.console import ConsoleHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import CivilDate, OneLine, PageQuery
from handlers.pages import HTML

Word = Annotated[OneLine, StringConstraints(max_length=64)]
WEEK = timedelta(days=6)
WHO: Mapping[str, str] = {SYSTEM: "系统", ANYONE: "未登录的人"}


class AuditQuery(PageQuery):
    """Who, what, about what, and between which days; nothing is searched before days are given."""

    actor: Word = Field(default="", title="操作人")
    action: Word = Field(default="", title="操作")
    about: Word = Field(default="", title="对象")
    since: CivilDate | None = Field(default=None, title="开始日期")
    until: CivilDate | None = Field(default=None, title="截止日期")

    def wanted(self) -> Wanted | None:
        """As the domain takes it; None before anything is searched.

        Raises:
            Invalid: one of the days is missing.
        """
        if not any((self.since, self.until, self.actor, self.action, self.about)):
            return None
        if self.since is None or self.until is None:
            detail = "请填写开始日期和截止日期。"
            raise Invalid([Fault(pointer="/query/since", code="missing", detail=detail)])
        return Wanted(
            since=self.since,
            until=self.until,
            actor=self.actor,
            action=self.action,
            about=self.about,
        )


class AuditSearchHandler(ConsoleHandler):
    """Events."""

    @endpoint(
        Audience.STAFF,
        Right.READ_AUDIT,
        "Search the audit log by who, what, about what and days; audited itself, as a page",
        query=AuditQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Newest first, each with whether it is sealed."""
        query, page, more = self.query(AuditQuery), None, None
        wanted = query.wanted()
        if wanted is not None:
            of = f"audit:{wanted}"
            page = await self.house.audit_search.search(
                self.act(), wanted, ask=self.ask(query, of=of)
            )
            more = self.next_cursor(page, of=of)
        self._show(query, page, more, today=civil_date(self.now))

    def _show(
        self, query: AuditQuery, page: Page[Event] | None, more: str | None, *, today: date
    ) -> None:
        self.page(
            HTTPStatus.OK,
            "console_audit.html",
            query=query,
            since=query.since or today - WEEK,
            until=query.until or today,
            events=page.items if page else None,
            next=more,
            acts=self.house.audit_words,
            who=WHO,
            most=MOST_DAYS,
            in_words=in_words,
        )


class AuditEventHandler(ConsoleHandler):
    """One event."""

    back = ("/console/audit", "返回审计查询")

    @endpoint(
        Audience.STAFF,
        Right.READ_AUDIT,
        "One event of the audit log with its facts and the state of its proof, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, event_id: str) -> None:
        """The path to its root is checked as it is shown; that it was opened is audited."""
        self.page(
            HTTPStatus.OK,
            "console_audit_event.html",
            opened=await self.house.audit_search.open(self.act(), event_id=event_id),
            acts=self.house.audit_words,
            who=WHO,
            in_words=in_words,
        )


ROUTES = [
    Route("/console/audit", AuditSearchHandler),
    Route("/console/audit/{event_id}", AuditEventHandler),
]
