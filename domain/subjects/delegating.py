"""Inviting agents and helpers, accepting, confirming after a succession, ending."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from domain.errors import NotFound
from domain.names import normal_name
from domain.pages import Ask, Page
from domain.subjects.delegations import (
    MOST,
    NOT_INVITED,
    TITLES,
    Delegation,
    DelegationKind,
    DelegationStore,
    InvitationOver,
    InvitedAnother,
    PhoneNeeded,
    State,
    Told,
    as_subject,
    invited,
    judged,
)
from domain.subjects.service import Subjects
from domain.subjects.subjects import (
    SCOPES,
    Actor,
    Actors,
    Duty,
    NotVerified,
    Subject,
    SubjectStore,
)
from domain.time import day_ends
from domain.transactions import Act, Conflict, NoticeKind, Tell, Unit


class RequireConsent(Protocol):
    """Consents, narrowly: whether the credit of a subject may be asked for at all."""

    async def __call__(self, *, person_id: str, subject_id: str) -> object:
        """Raise ConsentRequired when there is none."""


class Delegations:
    """Inviting, accepting, confirming, ending."""

    def __init__(
        self,
        *,
        store: DelegationStore,
        subjects: SubjectStore,
        acting: Subjects,
        actors: Actors,
        require_consent: RequireConsent,
        tell: Tell,
    ) -> None:
        self._store = store
        self._subjects = subjects
        self._acting = acting
        self._actors = actors
        self._require_consent = require_consent
        self._tell = tell

    async def invite(
        self,
        act: Act,
        *,
        subject_id: str,
        kind: DelegationKind,
        name: str,
        phone: str,
        scope: Sequence[str],
        ends_on: date,
    ) -> Told:
        """Invite an agent for an enterprise, or a helper for oneself.

        Raises:
            NotFound: not the caller's subject.
            OutOfScope: only who acts by own right invites.
            NotVerified: the caller's real name is not proven.
            Invalid: kind, telephone, scope or end, every fault named.
            ConsentRequired: for reports, before the enterprise's authorisation was given.
            Conflict: too many at once.
        """
        principal = await self._principal(act, subject_id)
        number = judged(principal, kind=kind, phone=phone, scope=scope, ends_on=ends_on, now=act.at)
        await self._refuse_unauthorised(principal, scope)
        delegation = invited(
            act,
            principal,
            kind=kind,
            name=normal_name(name),
            phone=number,
            scope=tuple(word for word in SCOPES[kind] if word in scope),
            ends_at=day_ends(ends_on),
        )
        invitation = act.draw.secret()

        async def work(unit: Unit) -> Told:
            await self._refuse_too_many(unit, delegation.about, act.at)
            await self._store.add(unit, delegation, invitation=invitation)
            await unit.audit(act.event("delegation.invited", delegation.id, kind=kind))
            return Told(delegation=delegation, state=State.INVITED, invitation=invitation)

        return await act.commit(work)

    async def of(self, *, person_id: str, subject_id: str, now: datetime, ask: Ask) -> Page[Told]:
        """All delegations of a subject, whoever gave them, newest first.

        Raises:
            NotFound, OutOfScope: only who acts by own right sees them.
        """
        subject = await self._acting.require(
            person_id=person_id, subject_id=subject_id, duty=Duty.SIGN, now=now
        )
        page = await self._store.of(subject.about, ask=ask)
        return Page(items=tuple([await self._told(one, now) for one in page.items]), next=page.next)

    async def preview(self, *, person_id: str, invitation: str, now: datetime) -> Told:
        """What the caller is invited to.

        Raises:
            NotVerified, PhoneNeeded: the caller cannot be known yet.
            NotFound: there is no such invitation, or it is for somebody else.
            InvitationOver: it can be accepted no more.
        """
        delegation, person = await self._invited(person_id, invitation)
        if not delegation.is_for(person):
            raise NotFound(NOT_INVITED)
        return await self._told(delegation, now)

    async def accept(self, act: Act, *, invitation: str) -> Told:
        """Take it on; the same person may repeat it.

        Raises:
            NotVerified, PhoneNeeded: the caller cannot be known yet.
            NotFound: there is no such invitation.
            InvitedAnother: it is for somebody else; that is recorded.
            InvitationOver: withdrawn, lapsed, or who invited acts for the subject no more; that
                is recorded too.
            Conflict: the caller represents the subject or acts for it already.
        """
        delegation, person = await self._invited(act.actor, invitation)
        if not delegation.is_for(person):
            await _record_refusal(act, delegation, InvitedAnother.code)
            raise InvitedAnother
        if delegation.accepted_by == act.actor and delegation.closed_at is None:
            return await self._told(delegation, act.at)
        try:
            await self._refuse_over(delegation, act)
        except InvitationOver as over:
            await _record_refusal(act, delegation, over.code)
            raise
        after = delegation.accepted(act)
        subject = as_subject(act, after)

        async def work(unit: Unit) -> Told:
            await self._refuse_ended(unit, after)
            await self._subjects.end_expired(unit, person_id=act.actor, now=act.at)
            for standing in await self._subjects.standing(person_id=act.actor, now=act.at):
                if (standing.about, standing.role) == (subject.about, subject.role):
                    raise Conflict("您已在为该主体代办，请先结束原来的授权。")
            await self._store.replace(unit, after, was=delegation)
            await self._subjects.add(unit, subject)
            await unit.audit(act.event("delegation.accepted", after.id))
            await self._tell_giver(unit, act, after, "已接受您的邀请")
            return Told(delegation=after, state=State.ACTIVE)

        return await act.commit(work)

    async def confirm(self, act: Act, *, delegation_id: str, subject_id: str) -> Told:
        """A representative takes on an agent whom a former one invited.

        Raises:
            NotFound: no such delegation of this enterprise, or not the caller's subject.
            Conflict: it does not wait for confirmation.
            ConsentRequired: before the enterprise's authorisation was given.
        """
        principal = await self._principal(act, subject_id)
        delegation = await self._store.get(delegation_id)
        if delegation is None or delegation.about != principal.about:
            raise NotFound
        told = await self._told(delegation, act.at)
        if told.state is State.ACTIVE and delegation.principal_id == principal.id:
            return told
        subject = await self._subjects.get(delegation.id)
        if told.state is not State.SUSPENDED or subject is None:
            raise Conflict("这项代办授权目前不需要确认。")
        await self._refuse_unauthorised(principal, delegation.scope)
        after = delegation.under(principal)
        resumed = replace(
            subject,
            principal_id=principal.id,
            principal_person=principal.person_id,
            suspended_at=None,
        )

        async def work(unit: Unit) -> Told:
            await self._subjects.hold(unit, principal.id, otherwise=NotFound())
            await self._store.replace(unit, after, was=delegation)
            await self._subjects.replace(unit, resumed)
            await unit.audit(act.event("delegation.confirmed", after.id))
            await self._tell_receiver(unit, act, after, "代办授权已恢复", "已由现任法定代表人确认")
            return Told(delegation=after, state=State.ACTIVE)

        return await act.commit(work)

    async def end(self, act: Act, *, delegation_id: str) -> None:
        """Withdraw it as its giver, or resign as its receiver; it holds from the next request.

        Raises:
            NotFound: none of the caller's.
        """
        delegation = await self._store.get(delegation_id)
        if delegation is None:
            raise NotFound
        received = delegation.accepted_by == act.actor
        if not received and not await self._gives(act, delegation):
            raise NotFound

        async def work(unit: Unit) -> None:
            current = await self._store.get(delegation_id)
            if current is None or current.closed_at is not None:
                return
            after = current.closed(act.at, "resigned" if received else "withdrawn")
            subject = await self._subjects.get(delegation_id)
            await self._store.replace(unit, after, was=current)
            if subject is not None and subject.ended_at is None:
                await self._subjects.replace(unit, replace(subject, ended_at=act.at))
            await unit.audit(act.event(f"delegation.{after.closed_because}", after.id))
            if received:
                await self._tell_giver(unit, act, after, "已辞去代办")
            else:
                await self._tell_receiver(unit, act, after, "代办授权已收回", "已被收回")

        await act.commit(work)

    async def _principal(self, act: Act, subject_id: str) -> Subject:
        subject = await self._acting.require(
            person_id=act.actor, subject_id=subject_id, duty=Duty.SIGN, now=act.at
        )
        if not subject.name:
            raise NotVerified
        return subject

    async def _gives(self, act: Act, delegation: Delegation) -> bool:
        subjects = await self._acting.of(person_id=act.actor, now=act.at)
        return any(
            one.about == delegation.about and one.holds(act.at) and one.may(Duty.SIGN)
            for one in subjects
        )

    async def _refuse_unauthorised(self, principal: Subject, scope: Sequence[str]) -> None:
        if "report" in scope:
            await self._require_consent(person_id=principal.person_id, subject_id=principal.id)

    async def _refuse_ended(self, unit: Unit, delegation: Delegation) -> None:
        """What ends in the very moment of accepting has ended."""
        current = await self._store.get(delegation.id)
        if current is None or current.closed_at is not None:
            raise InvitationOver
        if delegation.uscc:
            over = InvitationOver()
            await self._subjects.hold(unit, delegation.principal_id, otherwise=over)

    async def _refuse_too_many(self, unit: Unit, about: str, now: datetime) -> None:
        if await self._store.open(unit, about, now=now) >= MOST:
            raise Conflict(f"最多可同时授权 {MOST} 人，请先收回不再需要的授权。")

    async def _invited(self, person_id: str, invitation: str) -> tuple[Delegation, Actor]:
        person = await self._actors.get(person_id)
        if person.identity is None:
            raise NotVerified
        if person.phone is None:
            raise PhoneNeeded
        delegation = await self._store.invited(invitation)
        if delegation is None:
            raise NotFound(NOT_INVITED)
        giver = await self._actors.get(delegation.principal_person)
        if giver.reviewer != person.reviewer:
            # Samples and real people never meet.
            raise NotFound(NOT_INVITED)
        return delegation, person

    async def _refuse_over(self, delegation: Delegation, act: Act) -> None:
        if delegation.state(act.at) is not State.INVITED:
            raise InvitationOver
        if delegation.principal_person == act.actor:
            raise Conflict("不能邀请自己代办。")
        try:
            await self._acting.require(
                person_id=delegation.principal_person,
                subject_id=delegation.principal_id,
                duty=Duty.SIGN,
                now=act.at,
            )
        except NotFound as gone:
            raise InvitationOver from gone

    async def _told(self, delegation: Delegation, now: datetime) -> Told:
        subject = None
        if delegation.accepted_at is not None and delegation.closed_at is None:
            subject = await self._subjects.get(delegation.id)
        suspended = subject is not None and subject.suspended_at is not None
        return Told(delegation=delegation, state=delegation.state(now, suspended=suspended))

    async def _tell_giver(self, unit: Unit, act: Act, delegation: Delegation, what: str) -> None:
        await self._tell(
            unit,
            act,
            kind=NoticeKind.DELEGATION,
            person_id=delegation.principal_person,
            title=f"{TITLES[delegation.kind]}{what}",
            text=f"{delegation.name}{what}（{delegation.subject_name}）。",
            link="/delegations",
        )

    async def _tell_receiver(
        self, unit: Unit, act: Act, delegation: Delegation, title: str, what: str
    ) -> None:
        if delegation.accepted_by is not None:
            await self._tell(
                unit,
                act,
                kind=NoticeKind.DELEGATION,
                person_id=delegation.accepted_by,
                title=title,
                text=f"您为{delegation.subject_name}代办的授权{what}。",
                link="/enterprises",
            )


async def _record_refusal(act: Act, delegation: Delegation, code: str) -> None:
    async def work(unit: Unit) -> None:
        await unit.audit(act.event("delegation.refused", delegation.id, code=code))

    await act.record(work)
