"""People: an id of our own, on which a phone, a proven name and WeChat accounts hang.

A real name is proven in two steps: name and ID number are judged by the rules and handed to
the identity agency, which gives a ticket; the receipt that the person brings back from the
agency is confirmed by us with the agency, for the very check that was begun, and counts once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.counter.cases import METHOD, CounterCase, Reason
from domain.counter.opening import Counter
from domain.errors import DomainError, Fault, Invalid, Kind, NotFound
from domain.identifiers import BadIdentifier, IdentityNumber, mask_name, parse_identity_number
from domain.names import name_fault, normal_name
from domain.people.people import (
    Check,
    CheckFailed,
    MinorNotServed,
    Myself,
    Person,
)
from domain.people.ports import Moves, OpenidOf, PersonStore, PhoneNumbers, RequireConsent
from domain.samples import PHONE, Samples
from domain.sources import Confirmation, DocumentNotServed, IdentityCheck
from domain.time import civil_date
from domain.transactions import Act, Conflict, Unit
from domain.values import VerifiedIdentity

CHECK_LASTS = timedelta(minutes=10)

IDENTITY_AGREEMENT = "identity"

MOST_FAILURES = 3


class People:
    """Phone, real name, and what a person sees of themself."""

    def __init__(
        self,
        *,
        store: PersonStore,
        agency: IdentityCheck,
        phones: PhoneNumbers,
        openid_of: OpenidOf,
        require_consent: RequireConsent,
        moves: Moves,
        counter: Counter,
        samples: Samples,
    ) -> None:
        self._store = store
        self._agency = agency
        self._phones = phones
        self._openid_of = openid_of
        self._require_consent = require_consent
        self._moves = moves
        self._counter = counter
        self._samples = samples

    async def get(self, *, person_id: str) -> Person:
        """The person.

        Raises:
            NotFound: erased.
        """
        return await self._store.get(person_id)

    async def masked_names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """The proven names of people as others may see them, by id; who has none is left out."""
        names = await self._store.names(person_ids)
        return {person_id: mask_name(name) for person_id, name in names.items()}

    async def myself(self, *, person_id: str) -> Myself:
        """The person, and the counter case that is open for them.

        Raises:
            NotFound: erased.
        """
        return Myself(
            person=await self._store.get(person_id),
            case=await self._counter.standing(person_id=person_id),
        )

    async def set_phone(self, act: Act, *, code: str) -> Myself:
        """Reachable under the number that WeChat vouches for by a one-time code.

        A reviewer's is the samples' number, whatever the code.

        Raises:
            DomainError: WeChat refuses the code, or it is another account's.
            Unavailable: WeChat does not answer.
        """
        phone = await self._phone(act, code)

        async def work(unit: Unit) -> Myself:
            before = await self.myself(person_id=act.actor)
            after = before.person.with_phone(phone)
            await self._store.save(unit, after, was=before.person)
            await unit.audit(act.event("person.phone_set", after.id))
            return replace(before, person=after)

        return await act.commit(work)

    async def _phone(self, act: Act, code: str) -> str:
        if (await self._store.get(act.actor)).reviewer:
            return PHONE
        openid = await self._openid_of(session_id=act.session_id, now=act.at)
        return str(await self._phones.number(code=code, openid=openid))

    async def begin_check(self, act: Act, *, name: str, id_number: str) -> Check:
        """Judge name and number by the rules and begin a check with the agency.

        Raises:
            Invalid: name or number is malformed; every fault is named. A sample's number is
                none, but for a reviewer, who has no other.
            MinorNotServed: under 18.
            ConsentRequired: sensitive data needs its separate consent first.
            Conflict: verified already.
            CounterRequired: no face check for this document, or three failed within a day.
            Unavailable: the agency does not answer.
        """
        number = _judged(name=name, id_number=id_number, today=civil_date(act.at))
        person = await self._store.get(act.actor)
        _keep_apart(person, sample=self._samples.person(str(number)) is not None)
        await self._require_consent(person_id=act.actor, agreement=IDENTITY_AGREEMENT)
        _refuse_verified(person)
        given = VerifiedIdentity(name=normal_name(name), id_number=str(number))
        if len(person.recent(act.at)) >= MOST_FAILURES:
            raise await self._to_counter(act, given, Reason.CHECKS_FAILED)
        check_id = act.draw.id()
        try:
            ticket = await self._agency.begin(
                request_id=check_id, name=given.name, id_number=given.id_number
            )
        except DocumentNotServed as refusal:
            raise await self._to_counter(act, given, Reason.DOCUMENT_NOT_SERVED) from refusal
        check = Check(
            id=check_id,
            person_id=act.actor,
            name=given.name,
            id_number=given.id_number,
            ticket=ticket.ticket,
            begun_at=act.at,
            expires_at=act.at + min(CHECK_LASTS, timedelta(seconds=ticket.expires_in)),
        )

        async def work(unit: Unit) -> Check:
            await self._store.add_check(unit, check)
            await unit.audit(act.event("identity_check.begun", check.id))
            return check

        return await act.commit(work)

    async def finish_check(self, act: Act, *, check_id: str, receipt: str) -> Myself:
        """Prove the name by the agency's one-time receipt for this check.

        An identity that another person has proven moves here with all that is theirs: the
        caller's WeChat leads to that person from then on. The agency answers the same receipt
        again for the same check, and it is spent in our transaction; so an act cut off in the
        middle can be repeated, also by who the caller has become.

        Raises:
            NotFound: no such check of the caller's.
            ConsentRequired: it was withdrawn since.
            CheckFailed: the agency says it is not the person.
            CounterRequired: it says so for the third time within a day.
            Conflict: the check is over, the receipt was spent or belongs to another check, or
                the caller is verified already.
            SignInAgain: this WeChat leads to another person by now.
            Unavailable: the agency does not answer.
        """
        check = await self._store.check(check_id)
        if check is None or act.actor not in {check.person_id, check.led_to}:
            raise NotFound
        if check.led_to == act.actor and await self._store.spent(check, receipt=receipt):
            return await self.myself(person_id=act.actor)
        await self._require_consent(person_id=act.actor, agreement=IDENTITY_AGREEMENT)
        if check.failed:
            raise await self._failure(act, check)
        if check.done or check.expires_at <= act.at:
            raise Conflict("这次核验已结束，请重新发起实名认证。")
        confirmation = await self._agency.confirm(receipt=receipt, request_id=check.id)
        if not confirmation.passed:
            raise await self._failure(act, check)

        async def work(unit: Unit) -> Myself:
            return await self._prove(unit, act, check, receipt=receipt, by=confirmation)

        return await act.commit(work)

    async def _prove(
        self, unit: Unit, act: Act, check: Check, *, receipt: str, by: Confirmation
    ) -> Myself:
        await self._moves.here(unit, act)
        caller = await self._store.get(act.actor)
        _refuse_verified(caller)
        owner = await self._store.owner(unit, id_number=check.id_number)
        after = (owner or caller).proven(check.given, method=by.method, at=act.at)
        finished = replace(check, done=True, led_to=after.id)
        await self._store.finish_check(unit, finished, receipt=receipt)
        if owner is not None:
            await self._moves.bring(unit, act, person_id=owner.id)
        after = await self._become(unit, act, after, caller=caller, owner=owner)
        await self._counter.settle(unit, act, of=act.actor, led_to=after.id)
        return Myself(person=after)

    async def prove_at_counter(self, unit: Unit, act: Act, case: CounterCase) -> str:
        """Two clerks have compared the document: as if the face had passed; who it led to.

        Raises:
            NotFound: erased meanwhile.
            Conflict: verified already, or the consent was withdrawn since.
        """
        caller = await self._store.get(case.person_id)
        _refuse_verified(caller)
        try:
            await self._require_consent(person_id=caller.id, agreement=IDENTITY_AGREEMENT)
        except DomainError as refusal:
            if refusal.kind is not Kind.FORBIDDEN:
                raise
            raise Conflict("当事人已撤回实名认证的授权，请其在手机上重新同意后再办。") from refusal
        owner = await self._store.owner(unit, id_number=case.given.id_number)
        after = (owner or caller).proven(case.given, method=METHOD, at=act.at)
        if owner is not None:
            await self._moves.bring_from(unit, act, left=caller.id, person_id=owner.id)
        await self._become(unit, act, after, caller=caller, owner=owner)
        return after.id

    async def _become(
        self, unit: Unit, act: Act, after: Person, *, caller: Person, owner: Person | None
    ) -> Person:
        if owner is not None:
            # WeChat's word on the phone in hand is newer than on the one that was left.
            after = replace(after, phone=caller.phone or owner.phone)
            await self._store.save(unit, caller.left(), was=caller)
        await self._store.save(unit, after, was=owner or caller)
        method = after.verification.method if after.verification else ""
        await unit.audit(act.event("person.verified", after.id, method=method))
        return after

    async def _failure(self, act: Act, check: Check) -> DomainError:
        """Count the failed check once, and say how to go on.

        Committed under no request's key: whoever asks again is told by what is kept.
        """

        async def work(unit: Unit) -> DomainError:
            person = await self._store.get(act.actor)
            _refuse_verified(person)
            after = person
            if await self._store.fail_check(unit, check):
                after = person.failed(act.at)
                await self._store.save(unit, after, was=person)
                await unit.audit(act.event("identity_check.failed", check.id))
            left = MOST_FAILURES - len(after.recent(act.at))
            if left > 0:
                return CheckFailed(left=left)
            case = await self._counter.open(
                unit, act, given=check.given, reason=Reason.CHECKS_FAILED
            )
            return self._counter.required(case)

        return await act.record(work)

    async def _to_counter(self, act: Act, given: VerifiedIdentity, reason: Reason) -> DomainError:
        async def work(unit: Unit) -> DomainError:
            case = await self._counter.open(unit, act, given=given, reason=reason)
            return self._counter.required(case)

        return await act.record(work)


def _refuse_verified(person: Person) -> None:
    if person.verification is not None:
        raise Conflict("您已完成实名认证，无需重复办理。")


def _keep_apart(person: Person, *, sample: bool) -> None:
    if person.reviewer == sample:
        return
    detail = "这是样例号码，不是您的证件号码，请按证件填写。"
    if person.reviewer:
        detail = "审核体验账号只能使用样例身份，请填写提供的样例姓名和号码。"
    raise Invalid([Fault(pointer="/id_number", code="id_number_sample", detail=detail)])


def _judged(*, name: str, id_number: str, today: date) -> IdentityNumber:
    faults = []
    bad_name = name_fault(name)
    if bad_name:
        faults.append(Fault(pointer="/name", code="name", detail=bad_name))
    number = None
    try:
        number = parse_identity_number(id_number, today=today)
    except BadIdentifier as bad:
        faults.append(Fault(pointer="/id_number", code=bad.code, detail=bad.detail))
    if faults or number is None:
        raise Invalid(faults)
    if not number.is_adult(today):
        raise MinorNotServed
    return number
