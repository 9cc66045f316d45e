"""Signing: the text as read, the report still fresh, the face of this very moment, one number.

The number is taken inside the signing transaction just before the row that carries it, and who
shares a counter queues in the process: so there is no gap, no repeat, and nobody starves. The
text is held there too: once a publication has committed, no signature of the text before it
does. Staff never sign for anybody: the signer is always the caller.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.counter.cases import METHOD
from domain.errors import DomainError, NotFound, Stale
from domain.promises.at_counter import IDENTITY_AGREEMENT, AtCounter, proven_at_counter
from domain.promises.drafting import Drafts
from domain.promises.eligibility import Reason
from domain.promises.in_force import READ_AGAIN, TextsInForce
from domain.promises.letters import PAPER
from domain.promises.ports import (
    Acting,
    HoldRight,
    Places,
    PromiseStore,
    RequireConsent,
    SigningCheck,
)
from domain.promises.promises import (
    AlreadySigned,
    Basis,
    IdentityProof,
    NotAsRead,
    NotEligible,
    Promise,
    Publication,
    Signature,
    code_of,
    counter_of,
)
from domain.promises.public_words import PublicWords
from domain.promises.reminding import REMIND
from domain.promises.showing import Showing, agreed
from domain.promises.shown import Shown
from domain.promises.snapshots import Json, Stationery, snapshot
from domain.promises.templates import Template
from domain.sources import DocumentNotServed, IdentityCheck
from domain.subjects.subjects import Actors, Duty, NotVerified, Subject
from domain.time import civil_date
from domain.transactions import Act, Conflict, InFlight, Unit
from domain.values import VerifiedIdentity
from domain.workdays import Calendar, Deadline

CHECK_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a signer brings: the hashes of both texts as read, and the agency's receipt."""

    text_hash: str
    publication_hash: str
    check_id: str
    receipt: str


class Canonical:
    """RFC 8785 bytes of a snapshot, and their SHA-256 (hex)."""

    def __init__(self, write: Callable[[Json], bytes], digest: Callable[[bytes], str]) -> None:
        self.write = write
        self.digest = digest


class Signing:
    """What turns a draft into a promise, and takes a promise back."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        texts: TextsInForce,
        store: PromiseStore,
        showing: Showing,
        words: PublicWords,
        acting: Acting,
        hold_right: HoldRight,
        people: Actors,
        agency: IdentityCheck,
        require_consent: RequireConsent,
        places: Places,
        canonical: Canonical,
        calendar: Calendar,
        stationery: Stationery,
        at_counter: AtCounter,
    ) -> None:
        self._drafts = drafts
        self._texts = texts
        self._store = store
        self._showing = showing
        self._words = words
        self._acting = acting
        self._hold_right = hold_right
        self._people = people
        self._agency = agency
        self._require_consent = require_consent
        self._places = places
        self._canonical = canonical
        self._calendar = calendar
        self._stationery = stationery
        self._at_counter = at_counter

    async def begin_check(self, act: Act, *, promise_id: str) -> SigningCheck:
        """An identity check for this signing and no other.

        Raises:
            NotFound: no draft of the caller's.
            AlreadySigned, Conflict: it is no draft any more.
            CounterRequired: no face check for the document; the counter proves it instead.
            ConsentRequired: sensitive data needs its separate consent first.
            Unavailable: the agency does not answer.
        """
        promise = await self._drafts.own(act, promise_id)
        promise.require_draft()
        await self._require_consent(person_id=act.actor, agreement=IDENTITY_AGREEMENT)
        identity = await self._identity(act)
        check_id = act.draw.id()
        try:
            ticket = await self._agency.begin(
                request_id=check_id, name=identity.name, id_number=identity.id_number
            )
        except DocumentNotServed as refusal:
            raise await self._at_counter.lead(act, promise) from refusal
        check = SigningCheck(
            id=check_id,
            promise_id=promise.id,
            person_id=act.actor,
            ticket=ticket.ticket,
            begun_at=act.at,
            expires_at=act.at + min(CHECK_LASTS, timedelta(seconds=ticket.expires_in)),
        )

        async def work(unit: Unit) -> SigningCheck:
            await self._store.add_check(unit, check)
            await unit.audit(act.event("promise.check_begun", promise.id, check=check.id))
            return check

        return await act.commit(work)

    async def sign(self, act: Act, *, promise_id: str, signed: Signed) -> Shown:
        """Sign what was read; what is refused is recorded, and changes nothing.

        Raises:
            NotFound: no draft of the caller's.
            AlreadySigned: signed meanwhile; the sentence has the promise code.
            NotAsRead: the text, or what would be public, is another one than was read.
            NotEligible: the report speaks against it now.
            Invalid: the report is too old, or the receipt unknown.
            ReceiptMismatch, Conflict: the receipt is another check's, spent, or the face failed.
            NotRepresentative, NotInBusiness: the registry names another representative.
            Unavailable: the agency or the registry does not answer, or too many sign.
        """
        async with self._places.place():
            promise = await self._drafts.own(act, promise_id)
            promise.require_draft()
            async with _refusals_recorded(act, promise):
                work = await self._prepared(act, promise, signed)
        async with _refusals_recorded(act, promise):
            return await self._in_turn(act, promise, work)

    async def _prepared(
        self, act: Act, promise: Promise, signed: Signed
    ) -> Callable[[Unit], Awaitable[Shown]]:
        """What is left to be done inside the transaction, once all else speaks for it."""
        template = await self._in_force(act, promise, signed.text_hash)
        publication = agreed(promise, template, read=signed.publication_hash, now=act.at)
        await self._words.require(promise)
        basis = await self._drafts.basis(
            act, template=template, report_id=promise.basis.report_id, about=promise.about
        )
        refuse_ineligible(basis)
        await self._represented(act, promise)
        check, proof = await self._proven(act, promise, signed)
        subject = await self._acting.require(
            person_id=act.actor, subject_id=promise.subject_id, duty=Duty.PROMISE, now=act.at
        )
        signature = await self._signature(act, template, publication, subject, proof)
        ready = replace(promise, basis=basis)

        async def work(unit: Unit) -> Shown:
            await self._hold(unit, act, subject, template)
            await self._store.spend(unit, check, receipt=signed.receipt)
            await self._at_counter.settle(unit, act, promise)
            return await self._bind(unit, act, ready, signature, template, was=promise, by=signed)

        return work

    async def _signature(
        self,
        act: Act,
        template: Template,
        publication: Publication,
        subject: Subject,
        proof: IdentityProof,
    ) -> Signature:
        today = civil_date(act.at)
        return Signature(
            at=act.at,
            signer=(await self._identity(act)).name,
            role=subject.role,
            proof=proof,
            publication=publication,
            due=due_on(template, today, self._calendar),
            duty=template.term.duty if template.term else "",
            valid_until=valid_until(template, today),
        )

    async def _in_turn(
        self, act: Act, promise: Promise, work: Callable[[Unit], Awaitable[Shown]]
    ) -> Shown:
        counter = counter_of(self._stationery.district, civil_date(act.at))
        try:
            return await act.commit(work, turn=counter)
        except Stale:
            now = await self._store.get(promise.id)
            if now is not None:
                now.require_draft()
            raise

    async def _bind(
        self,
        unit: Unit,
        act: Act,
        ready: Promise,
        signature: Signature,
        template: Template,
        *,
        was: Promise,
        by: Signed,
    ) -> Shown:
        """Number, promise, snapshot, entry, event and message: all of it, or nothing."""
        day, district = civil_date(act.at), self._stationery.district
        number = await self._store.next_number(unit, counter_of(district, day))
        numbered = replace(signature, code=code_of(district, day, number))
        canonical = self._canonical.write(self._snapshot(ready, template, numbered))
        digest = self._canonical.digest(canonical)
        after = was.signed(replace(numbered, canonical_sha256=digest), basis=ready.basis)
        await self._store.replace(unit, after, was=was)
        await self._store.keep(unit, promise_id=was.id, snapshot=canonical)
        await self._showing.signed(unit, act, after, template)
        facts = {
            "canonical": digest,
            "text": template.text_hash,
            "publication": numbered.publication.text_hash,
            "check": numbered.proof.check_id,
            **receipt_facts(numbered.proof, by.receipt),
        }
        await unit.audit(act.event("promise.signed", was.id, **facts))
        await unit.send(act.message(PAPER, was.id))
        if signature.due is not None:
            await unit.send(act.message(REMIND, was.id))
        told = f"承诺编码 {numbered.code}，可随时查看和下载。"
        await self._showing.told(unit, act, after, "承诺书已签署", told)
        return await self._drafts.show(after, now=act.at)

    def _snapshot(self, promise: Promise, template: Template, signature: Signature) -> Json:
        return snapshot(promise, template, signature, self._stationery)

    async def _in_force(self, act: Act, promise: Promise, read: str) -> Template:
        template = await self._texts.find(promise.template, now=act.at, fresh=True)
        if template is None or not template.text_hash == promise.text_hash == read:
            raise NotAsRead(READ_AGAIN)
        return template

    async def _proven(
        self, act: Act, promise: Promise, signed: Signed
    ) -> tuple[SigningCheck, IdentityProof]:
        check = await self._store.check(signed.check_id)
        if check is None or (check.promise_id, check.person_id) != (promise.id, act.actor):
            raise Conflict("这次核验不属于这份承诺书，请重新刷脸。")
        known = proven_at_counter(check, receipt=signed.receipt, act=act)
        if known is not None:
            return check, known
        if check.expires_at <= act.at:
            raise Conflict("这次核验已超过十分钟，请重新刷脸。")
        found = await self._agency.confirm(receipt=signed.receipt, request_id=check.id)
        if not found.passed:
            raise Conflict("人脸核验未通过，请确认是本人操作后再试，或到信用服务窗口签署。")
        proof = IdentityProof(
            check_id=check.id, method=found.method, confirmed_at=found.confirmed_at
        )
        return check, proof

    async def _represented(self, act: Act, promise: Promise) -> None:
        """That the registry still names whom the enterprise is represented by."""
        if promise.uscc is not None:
            # What it ends it ends by itself: the answer of this request is the signature's.
            apart = replace(act, commit=act.apart or act.commit)
            await self._acting.match_again(apart, principal_id=promise.principal_id)

    async def _hold(self, unit: Unit, act: Act, subject: Subject, template: Template) -> None:
        """Text and right to sign end before this commits, which then never does, or after."""
        await self._texts.hold(unit, template, now=act.at)
        if subject.uscc is None:
            return
        for right in {subject.id, subject.principal_id}:
            await self._hold_right(unit, right, otherwise=NotFound())

    async def _identity(self, act: Act) -> VerifiedIdentity:
        identity = (await self._people.get(act.actor)).identity
        if identity is None:
            raise NotVerified
        return identity


@asynccontextmanager
async def _refusals_recorded(act: Act, promise: Promise) -> AsyncIterator[None]:
    try:
        yield
    except (AlreadySigned, InFlight):
        raise
    except DomainError as refusal:
        event = act.event("promise.refused", promise.id, because=refusal.code)
        await act.record(lambda unit: unit.audit(event))
        raise


def receipt_facts(proof: IdentityProof, receipt: str) -> dict[str, str]:
    """What the log keeps of an agency's receipt, which is random: its SHA-256, for ever.

    The counter gives none. What is brought back from there is a case number, short enough to be
    found again by its hash, and somebody's: of it the log keeps nothing.
    """
    if proof.method == METHOD:
        return {}
    return {"receipt": hashlib.sha256(receipt.encode()).hexdigest()}


def refuse_ineligible(basis: Basis) -> None:
    """Raise NotEligible with every reason in words."""
    if basis.reasons:
        raise NotEligible("".join(_sentence(reason) for reason in basis.reasons))


def _sentence(reason: Reason) -> str:
    return reason.sentence


def due_on(template: Template, signed_on: date, calendar: Calendar) -> Deadline | None:
    """By when what was promised is to be done; the day of signing is not counted."""
    term = template.term
    if term is None:
        return None
    if term.counting == "working":
        return calendar.after(signed_on, term.days)
    return calendar.within(signed_on, term.days)


def valid_until(template: Template, signed_on: date) -> date | None:
    """The last day it binds; None for as long as what it was given for lasts."""
    if template.valid_days is None:
        return None
    return signed_on + timedelta(days=template.valid_days)
