"""Who leaves for good acts for nobody, and nobody acts for them: at once, and all are told."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Protocol

from domain.subjects.delegations import TITLES, Delegation
from domain.subjects.service import Subjects
from domain.subjects.subjects import Subject
from domain.transactions import Act, Tell, Unit

LEFT = "erased"


class LeavingSubjects(Protocol):
    """Subjects, narrowly."""

    async def held_by(self, unit: Unit, *, person_id: str) -> Sequence[Subject]:
        """The first 200 that a person has not ended, expired and suspended ones too."""

    async def held_under(self, unit: Unit, *, principal_id: str) -> Sequence[Subject]:
        """The first 200 that others hold under a principal and that have not ended."""

    async def replace(self, unit: Unit, subject: Subject) -> None:
        """Save its end."""


class LeavingDelegations(Protocol):
    """Delegations, narrowly."""

    async def open_with(
        self, unit: Unit, *, person_id: str, abouts: Sequence[str]
    ) -> Sequence[Delegation]:
        """Those about these that the person gave or took on, and that are not closed."""

    async def replace(self, unit: Unit, delegation: Delegation, *, was: Delegation) -> None:
        """Save against the revision read."""


class Leaving:
    """Agents of an enterprise wait for a successor; helpers, and what was taken on, end."""

    def __init__(
        self,
        *,
        subjects: Subjects,
        store: LeavingSubjects,
        delegations: LeavingDelegations,
        tell: Tell,
    ) -> None:
        self._subjects = subjects
        self._store = store
        self._delegations = delegations
        self._tell = tell

    async def __call__(
        self, unit: Unit, act: Act, *, person_id: str, abouts: Sequence[str]
    ) -> None:
        """In the transaction in which the person leaves."""
        while held := await self._store.held_by(unit, person_id=person_id):
            for subject in held:
                await self._subjects.end(unit, act, subject, because=LEFT)
        while helpers := await self._store.held_under(unit, principal_id=person_id):
            for helper in helpers:
                await self._store.replace(unit, replace(helper, ended_at=act.at))
                await unit.audit(act.event("subject.unbound", helper.id, because=LEFT))
        for delegation in await self._delegations.open_with(
            unit, person_id=person_id, abouts=[*abouts, person_id]
        ):
            await self._close(unit, act, delegation, person_id)

    async def _close(self, unit: Unit, act: Act, delegation: Delegation, person_id: str) -> None:
        received = delegation.accepted_by == person_id
        waits = delegation.uscc is not None and delegation.accepted_by is not None
        if not received and waits:
            # An agent of the enterprise: suspended, and told so, with the binding.
            return
        because: Literal["resigned", "withdrawn"] = "resigned" if received else "withdrawn"
        after = delegation.closed(act.at, because)
        await self._delegations.replace(unit, after, was=delegation)
        await unit.audit(act.event(f"delegation.{because}", after.id, because=LEFT))
        title = TITLES[delegation.kind]
        if received:
            await self._tell(
                unit,
                act,
                person_id=delegation.principal_person,
                title=f"{title}已注销账号",
                text=f"一名{title}已注销账号，代办已结束。如仍需代办，请重新委托。",
                link="/delegations",
            )
        elif delegation.accepted_by is not None:
            await self._tell(
                unit,
                act,
                person_id=delegation.accepted_by,
                title="代办授权已结束",
                text="委托您代办的人已注销账号，代办授权随之结束。",
                link="/enterprises",
            )
