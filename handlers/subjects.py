"""For whom the caller acts."""

from http import HTTPStatus

from pydantic import Field

from domain.identifiers import mask_name
from domain.subjects.subjects import Role, Subject, SubjectKind
from domain.time import last_day
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Output, Uscc


class NewSubject(Input):
    """An enterprise to act for."""

    uscc: Uscc = Field(title="统一社会信用代码")


class SubjectView(Output):
    """Self, an enterprise, or a person helped; the id stands in each request made for it."""

    id: str
    kind: SubjectKind
    name: str
    uscc: str | None
    role: Role
    principal_id: str
    scope: list[str]
    ends_on: str | None = Field(description="The last day, YYYY-MM-DD; null: no end is set")
    suspended: bool


class Subjects(Output):
    """All subjects of the caller, self first; at most 201."""

    items: list[SubjectView]


def show_subject(subject: Subject) -> SubjectView:
    """A natural person's name is masked, an enterprise's is public."""
    name = subject.name if subject.kind == "enterprise" else mask_name(subject.name)
    return SubjectView(
        id=subject.id,
        kind=subject.kind,
        name=name or "本人（未实名认证）",
        uscc=subject.uscc,
        role=subject.role,
        principal_id=subject.principal_id,
        scope=list(subject.scope),
        ends_on=last_day(subject.ends_at).isoformat() if subject.ends_at else None,
        suspended=subject.suspended_at is not None,
    )


class SubjectsHandler(BaseHandler):
    """All subjects of the caller."""

    @endpoint(
        Audience.PERSON, Permission.MANAGE_OWN_SUBJECTS, "My subjects", answers={200: Subjects}
    )
    async def get(self) -> None:
        """Self first, then the enterprises."""
        subjects = await self.house.subjects.of(person_id=self.actor, now=self.now)
        self.show(HTTPStatus.OK, Subjects(items=[show_subject(one) for one in subjects]))

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_SUBJECTS,
        "Act for an enterprise as its legal representative",
        body=NewSubject,
        idempotent=True,
        asks_outside=True,
        answers={201: SubjectView},
        refusals=frozenset({403, 409, 503}),
        rate="bind",
        service="subjects",
    )
    async def post(self) -> None:
        """Matched against the registry."""
        uscc = self.read(NewSubject).uscc
        await self.show_once(
            lambda act: self.house.subjects.bind(act, uscc=uscc),
            lambda subject: (HTTPStatus.CREATED, show_subject(subject)),
        )


class SubjectHandler(BaseHandler):
    """One binding."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_SUBJECTS,
        "Stop acting for an enterprise",
        answers={204: None},
        refusals=frozenset({404}),
        rate="bind",
    )
    async def delete(self, subject_id: str) -> None:
        """Its reports can no longer be read from here."""
        await self.house.subjects.unbind(self.act(), subject_id=subject_id)
        self.no_content()


ROUTES = [
    Route("/v1/subjects", SubjectsHandler),
    Route("/v1/subjects/{subject_id}", SubjectHandler),
]
