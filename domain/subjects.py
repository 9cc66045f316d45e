"""For whom a person acts: for themself, or for an enterprise they legally represent.

The subject stands in each request and is looked up here; nothing remembers a current one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from domain.errors import DomainError, Fault, Invalid, Kind, NotFound
from domain.identifiers import BadIdentifier, parse_uscc
from domain.sources import Match, RegisteredEnterprise, Registry
from domain.transactions import Act, Conflict, Unit
from domain.values import VerifiedIdentity

SubjectKind = Literal["self", "enterprise"]
Role = Literal["self", "legal_representative"]

IN_BUSINESS = "存续"


class NotVerified(DomainError):
    """Only who has proved their real name may act."""

    code = "not_verified"
    kind = Kind.FORBIDDEN
    title = "请先完成实名认证"

    def __init__(self) -> None:
        super().__init__("请先完成实名认证，再办理这项业务。")


class NotRepresentative(DomainError):
    """The registry names somebody else."""

    code = "not_representative"
    kind = Kind.FORBIDDEN
    title = "与登记信息不一致"


class NotInBusiness(Conflict):
    """A struck-off enterprise has nobody who acts for it here."""

    code = "not_in_business"
    title = "该企业已注销或吊销"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whom a person acts for. The subject ``self`` has the person's own id."""

    id: str
    person_id: str
    kind: SubjectKind
    name: str
    uscc: str | None
    role: Role
    since: datetime
    ended_at: datetime | None = None


class SubjectStore(Protocol):
    """Bindings of persons to enterprises."""

    async def get(self, subject_id: str) -> Subject | None:
        """By id, ended ones too."""

    async def standing(self, *, person_id: str) -> tuple[Subject, ...]:
        """The enterprises a person acts for now, at most 100."""

    async def add(self, unit: Unit, subject: Subject) -> None:
        """A new binding."""

    async def end(self, unit: Unit, subject: Subject) -> None:
        """It stands no more."""


class Actor(Protocol):
    """The narrow part of a person that subjects need."""

    @property
    def since(self) -> datetime:
        """Since when the person is known."""

    @property
    def identity(self) -> VerifiedIdentity | None:
        """None while unproven."""


class Actors(Protocol):
    """People, narrowly."""

    async def get(self, person_id: str) -> Actor:
        """NotFound when erased."""


class Subjects:
    """Listing, binding and requiring subjects."""

    def __init__(
        self, *, store: SubjectStore, actors: Actors, registry: Registry, most: int = 100
    ) -> None:
        self._store = store
        self._actors = actors
        self._registry = registry
        self._most = most

    async def of(self, *, person_id: str) -> tuple[Subject, ...]:
        """Self first, then the enterprises in the order they were bound."""
        person = await self._actors.get(person_id)
        own = Subject(
            id=person_id,
            person_id=person_id,
            kind="self",
            name=person.identity.name if person.identity else "",
            uscc=None,
            role="self",
            since=person.since,
        )
        return (own, *await self._store.standing(person_id=person_id))

    async def require(self, *, person_id: str, subject_id: str) -> Subject:
        """The subject, if the person acts for it now.

        Raises:
            NotFound: there is none, or it is another person's.
        """
        if subject_id == person_id:
            return (await self.of(person_id=person_id))[0]
        subject = await self._store.get(subject_id)
        if subject is None or subject.person_id != person_id or subject.ended_at is not None:
            raise NotFound
        return subject

    async def bind(self, act: Act, *, uscc: str) -> Subject:
        """Act for an enterprise as its legal representative, matched against the registry.

        Raises:
            Invalid: the uscc breaks GB 32100.
            NotVerified: the person's real name is not proven.
            NotRepresentative: the registry names somebody else, or knows no such enterprise.
            NotInBusiness: struck off.
            Conflict: more than the bound number of enterprises.
            Unavailable: the registry does not answer.
        """
        wanted = _judged(uscc)
        identity = (await self._actors.get(act.actor)).identity
        if identity is None:
            raise NotVerified
        match = await self._registry.match_representative(
            uscc=wanted, name=identity.name, id_number=identity.id_number
        )
        enterprise = _represented(match)

        async def work(unit: Unit) -> Subject:
            standing = await self._store.standing(person_id=act.actor)
            for subject in standing:
                if subject.uscc == enterprise.uscc:
                    return subject
            if len(standing) >= self._most:
                raise Conflict(f"最多可绑定 {self._most} 家企业。")
            subject = _bound(act, enterprise)
            await self._store.add(unit, subject)
            await unit.audit(act.event("subject.bound", subject.id))
            return subject

        return await act.commit(work)

    async def unbind(self, act: Act, *, subject_id: str) -> None:
        """Stop acting for an enterprise.

        Raises:
            NotFound: none of the caller's; nobody parts from themself.
        """
        subject = await self._store.get(subject_id)
        if subject is None or subject.person_id != act.actor:
            raise NotFound
        ended = replace(subject, ended_at=act.at)

        async def work(unit: Unit) -> None:
            await self._store.end(unit, ended)
            await unit.audit(act.event("subject.unbound", ended.id))

        if subject.ended_at is None:
            await act.commit(work)


def _judged(uscc: str) -> str:
    try:
        return str(parse_uscc(uscc))
    except BadIdentifier as bad:
        raise Invalid([Fault(pointer="/uscc", code=bad.code, detail=bad.detail)]) from bad


def _bound(act: Act, enterprise: RegisteredEnterprise) -> Subject:
    return Subject(
        id=act.draw.id(),
        person_id=act.actor,
        kind="enterprise",
        name=enterprise.name,
        uscc=enterprise.uscc,
        role="legal_representative",
        since=act.at,
    )


def _represented(match: Match) -> RegisteredEnterprise:
    if match.enterprise is None or not match.matched:
        raise NotRepresentative("登记的法定代表人（负责人）与您的实名信息不一致，无法绑定该企业。")
    if match.enterprise.status != IN_BUSINESS:
        raise NotInBusiness(f"该企业登记状态为“{match.enterprise.status}”，不能绑定。")
    return match.enterprise
