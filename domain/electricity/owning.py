"""Whose an application is: of who began it, and of who represents the applicant by now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.electricity.applications import Application, State
from domain.electricity.ports import ApplicationStore
from domain.errors import NotFound
from domain.subjects.subjects import OWN_RIGHT, Duty, OutOfScope, Subject
from domain.transactions import Act


class Acting(Protocol):
    """For whom a person acts."""

    async def require(
        self, *, person_id: str, subject_id: str, duty: Duty, now: datetime
    ) -> Subject:
        """The subject; NotFound when it is not theirs, OutOfScope when not for this."""

    async def match_again(self, act: Act, *, principal_id: str) -> None:
        """Match a representative again; raises when the right has ended."""

    async def of(self, *, person_id: str, now: datetime) -> Sequence[Subject]:
        """All subjects of a person."""


class Owning:
    """Finds a person's applications; one that is not theirs is not found."""

    def __init__(self, *, store: ApplicationStore, acting: Acting) -> None:
        self._store = store
        self._acting = acting

    async def get(self, *, person_id: str, application_id: str, now: datetime) -> Application:
        """One application.

        Raises:
            NotFound: the caller has nothing to do with it.
            OutOfScope: the caller acts for the applicant, but not in this.
        """
        application = await self._store.get(application_id)
        if application is None or _private(application, person_id):
            raise NotFound
        rights = [
            one
            for one in await self._acting.of(person_id=person_id, now=now)
            if one.holds(now) and _concerns(one, application)
        ]
        if not rights:
            raise NotFound
        if not any(one.may(Duty.ELECTRICITY) for one in rights):
            raise OutOfScope
        return application

    async def of_act(self, act: Act, application_id: str) -> Application:
        """The same for an act."""
        return await self.get(person_id=act.actor, application_id=application_id, now=act.at)


def mine(application: Application, person_id: str) -> bool:
    """Whether the person may see it in a list: what was never handed in only its beginner."""
    return not _private(application, person_id)


def _private(application: Application, person_id: str) -> bool:
    never = application.state is State.DRAFT and not application.number
    return never and application.person_id != person_id


def _concerns(right: Subject, application: Application) -> bool:
    if right.id == application.subject_id:
        return True
    return right.role in OWN_RIGHT and right.about == application.about
