"""Listing, binding and requiring subjects; matching a representative with the registry again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.errors import Fault, Invalid, NotFound
from domain.identifiers import BadIdentifier, parse_uscc
from domain.sources import Match, RegisteredEnterprise, Registry
from domain.subjects.subjects import (
    OWN_RIGHT,
    Actors,
    Duty,
    Footing,
    NotInBusiness,
    NotRepresentative,
    NotVerified,
    OutOfScope,
    Subject,
    SubjectStore,
    footing_of,
    own,
)
from domain.transactions import Act, Conflict, NoticeKind, Tell, Unit

IN_BUSINESS = "存续"
MOST = 100


class Subjects:
    """For whom a person acts."""

    def __init__(
        self,
        *,
        store: SubjectStore,
        actors: Actors,
        registry: Registry,
        tell: Tell,
        most: int = MOST,
    ) -> None:
        self._store = store
        self._actors = actors
        self._registry = registry
        self._tell = tell
        self._most = most

    async def of(self, *, person_id: str, now: datetime) -> tuple[Subject, ...]:
        """Self first, then the others in the order they began; suspended ones too."""
        standing = await self._store.standing(person_id=person_id, now=now)
        return (await self._self(person_id), *standing)

    async def require(
        self, *, person_id: str, subject_id: str, duty: Duty, now: datetime
    ) -> Subject:
        """The subject, if the person may do this for it now.

        Raises:
            NotFound: there is none, or it is another person's, or its right has ended.
            OutOfScope: the scope does not cover it.
        """
        if subject_id == person_id:
            return await self._self(person_id)
        subject = await self._store.get(subject_id)
        if subject is None or subject.person_id != person_id or not subject.holds(now):
            raise NotFound
        if not subject.may(duty):
            raise OutOfScope
        return subject

    async def footing(
        self, *, person_id: str, subject_id: str, principal_id: str, duty: Duty, now: datetime
    ) -> Footing:
        """By what right the person may do this with what was made under subject and principal.

        Raises:
            NotFound, OutOfScope: as for ``footing_of``.
        """
        among: tuple[Footing, ...] = ()
        if principal_id != person_id:
            among = await self._store.standing(person_id=person_id, now=now)
        return footing_of(
            person_id,
            subject_id=subject_id,
            principal_id=principal_id,
            among=among,
            duty=duty,
            now=now,
        )

    async def representing(self, uscc: str) -> tuple[Subject, ...]:
        """The standing legal representatives of an enterprise."""
        return await self._store.representing(uscc)

    async def bind(self, act: Act, *, uscc: str) -> Subject:
        """Act for an enterprise as its legal representative, matched against the registry.

        Whoever was its representative here before is so no more; a sample has as many as there
        are reviewers.

        Raises:
            Invalid: the uscc breaks GB 32100.
            NotVerified: the person's real name is not proven.
            NotRepresentative: the registry names somebody else, or knows no such enterprise.
            NotInBusiness: struck off.
            Conflict: more than the bound number of enterprises.
            Unavailable: the registry does not answer.
        """
        wanted = _judged(uscc)
        match = await self._match(person_id=act.actor, uscc=wanted)
        enterprise = _represented(match)

        async def work(unit: Unit) -> Subject:
            standing = await self._store.standing(person_id=act.actor, now=act.at)
            enterprises = [one for one in standing if one.role in OWN_RIGHT]
            for subject in enterprises:
                if subject.uscc == enterprise.uscc:
                    return subject
            if len(enterprises) >= self._most:
                raise Conflict(f"最多可绑定 {self._most} 家企业。")
            if not match.sample:
                for before in await self._store.representing(enterprise.uscc):
                    if before.person_id == act.actor:
                        # Bound since by another request of the caller's.
                        return before
                    await self.end(unit, act, before, because="replaced")
            subject = _bound(act, enterprise)
            await self._store.add(unit, subject)
            await unit.audit(act.event("subject.bound", subject.id))
            return subject

        return await act.commit(work)

    async def unbind(self, act: Act, *, subject_id: str) -> None:
        """Stop acting for an enterprise; what was delegated under it is suspended.

        Raises:
            NotFound: none of the caller's by own right; nobody parts from themself.
        """
        subject = await self._store.get(subject_id)
        if subject is None or subject.person_id != act.actor or subject.role not in OWN_RIGHT:
            raise NotFound

        async def work(unit: Unit) -> None:
            await self.end(unit, act, subject, because="unbound")

        if subject.ended_at is None:
            await act.commit(work)

    async def match_again(self, act: Act, *, principal_id: str) -> None:
        """Match the representative with the registry again; who is so no more loses the right.

        The binding ends, what was delegated under it is suspended, and all are told, before
        this raises.

        Raises:
            NotFound: the binding has ended.
            NotRepresentative, NotInBusiness: it just did.
            Unavailable: the registry does not answer.
        """
        principal = await self._store.get(principal_id)
        if principal is None or principal.uscc is None or principal.ended_at is not None:
            raise NotFound
        match = await self._match(person_id=principal.person_id, uscc=principal.uscc)
        try:
            _represented(match)
        except (NotRepresentative, NotInBusiness) as ended:
            because = "replaced" if isinstance(ended, NotRepresentative) else "struck_off"

            async def work(unit: Unit) -> None:
                await self.end(unit, act, principal, because=because)

            await act.commit(work)
            raise

    async def _match(self, *, person_id: str, uscc: str) -> Match:
        identity = (await self._actors.get(person_id)).identity
        if identity is None:
            raise NotVerified
        return await self._registry.match_representative(
            uscc=uscc, name=identity.name, id_number=identity.id_number
        )

    async def end(self, unit: Unit, act: Act, principal: Subject, *, because: str) -> None:
        """End a right by itself, in this transaction; what was delegated under it is suspended."""
        await self._store.replace(unit, replace(principal, ended_at=act.at))
        await unit.audit(act.event("subject.unbound", principal.id, because=because))
        if because in ENDED:
            await self._tell(
                unit,
                act,
                kind=NoticeKind.ACCOUNT,
                person_id=principal.person_id,
                title="企业绑定已解除",
                text=ENDED[because].format(name=principal.name),
                link="/enterprises",
            )
        await self._suspend(unit, act, await self._store.under(unit, principal.id, now=act.at))

    async def _suspend(self, unit: Unit, act: Act, under: Sequence[Subject]) -> None:
        for subject in under:
            if subject.suspended_at is not None:
                continue
            await self._store.replace(unit, replace(subject, suspended_at=act.at))
            await unit.audit(act.event("subject.suspended", subject.id))
            await self._tell(
                unit,
                act,
                kind=NoticeKind.DELEGATION,
                person_id=subject.person_id,
                title="代办权限已暂停",
                text=f"您为{subject.name}代办的权限已暂停，需由现任法定代表人重新确认。",
                link="/enterprises",
            )

    async def _self(self, person_id: str) -> Subject:
        person = await self._actors.get(person_id)
        right = own(person_id)
        return Subject(
            id=right.id,
            person_id=right.person_id,
            role=right.role,
            principal_id=right.principal_id,
            principal_person=right.principal_person,
            kind="self",
            name=person.identity.name if person.identity else "",
            uscc=None,
            since=person.since,
        )


ENDED = {
    "replaced": "登记的法定代表人（负责人）已变更，您与{name}的绑定已解除。如有疑问，"
    "请向登记机关核实后重新绑定。",
    "struck_off": "{name}已注销或吊销，您与该企业的绑定已解除。",
}


def _judged(uscc: str) -> str:
    try:
        return str(parse_uscc(uscc))
    except BadIdentifier as bad:
        raise Invalid([Fault(pointer="/uscc", code=bad.code, detail=bad.detail)]) from bad


def _bound(act: Act, enterprise: RegisteredEnterprise) -> Subject:
    subject_id = act.draw.id()
    return Subject(
        id=subject_id,
        person_id=act.actor,
        role="legal_representative",
        principal_id=subject_id,
        principal_person=act.actor,
        kind="enterprise",
        name=enterprise.name,
        uscc=enterprise.uscc,
        since=act.at,
    )


def _represented(match: Match) -> RegisteredEnterprise:
    if match.enterprise is None or not match.matched:
        raise NotRepresentative("登记的法定代表人（负责人）与您的实名信息不一致，无法绑定该企业。")
    if match.enterprise.status != IN_BUSINESS:
        raise NotInBusiness(f"该企业登记状态为“{match.enterprise.status}”，不能绑定。")
    return match.enterprise
