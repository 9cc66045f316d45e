"""People: an id of our own, on which a phone, a proven name and WeChat accounts hang.

A real name is proven in two steps: name and ID number are judged by the rules and handed to
the identity agency, which gives a ticket; the receipt that the person brings back from the
agency is confirmed by us with the agency, for the very check that was begun, and counts once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.errors import DomainError, Fault, Invalid, Kind, NotFound
from domain.identifiers import BadIdentifier, IdentityNumber, mask_name, parse_identity_number
from domain.names import name_fault, normal_name
from domain.sources import Confirmation, IdentityCheck
from domain.time import civil_date
from domain.transactions import Act, Conflict, Unit
from domain.values import VerifiedIdentity

CHECK_LASTS = timedelta(minutes=10)
IDENTITY_AGREEMENT = "identity"


class MinorNotServed(DomainError):
    """Credit reports are made for persons of full civil capacity only.

    Source: Standard for public credit information reports (2022 edition), which limits
    subjects to persons of full civil capacity.
    """

    code = "minor_not_served"
    kind = Kind.FORBIDDEN
    title = "暂不为未成年人提供此服务"

    def __init__(self) -> None:
        super().__init__(
            "您未满 18 周岁，公共信用信息报告只面向成年人。"
            "如需帮助，请由监护人陪同到信用服务窗口咨询。"
        )


class CheckFailed(Conflict):
    """The agency did not confirm that this is the person."""

    code = "identity_check_failed"
    title = "身份核验未通过"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """How and when a real name was proven."""

    method: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person. Name, ID number and phone are None until given and proven."""

    id: str
    since: datetime
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    verification: Verification | None = None
    revision: int = 0

    def with_phone(self, phone: str) -> "Person":
        """Reachable under this number."""
        return replace(self, phone=phone, revision=self.revision + 1)

    def proven(self, check: "Check", *, method: str, at: datetime) -> "Person":
        """Name and ID number of the check hold from now on."""
        return replace(
            self,
            name=check.name,
            id_number=check.id_number,
            verification=Verification(method=method, at=at),
            revision=self.revision + 1,
        )

    def left(self) -> "Person":
        """Nobody's any more: whose WeChat led here took another identity up."""
        return replace(self, phone=None, revision=self.revision + 1)

    @property
    def identity(self) -> VerifiedIdentity | None:
        """Name and ID number once proven."""
        if self.name is None or self.id_number is None:
            return None
        return VerifiedIdentity(name=self.name, id_number=self.id_number)


@dataclass(frozen=True, kw_only=True)
class Check:
    """An identity check that was begun with the agency."""

    id: str
    person_id: str
    name: str
    id_number: str
    ticket: str
    begun_at: datetime
    expires_at: datetime
    done: bool = False
    led_to: str | None = None


class PersonStore(Protocol):
    """People and their identity checks."""

    async def get(self, person_id: str) -> Person:
        """The person; NotFound when erased."""

    async def names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """The proven names of people, by id; who has none is left out."""

    async def save(self, unit: Unit, person: Person, *, was: Person) -> None:
        """Against the revision read.

        The transaction starts over when it moved on, and when the ID number was proven by
        somebody else meanwhile.
        """

    async def owner(self, unit: Unit, *, id_number: str) -> Person | None:
        """Who has proven this ID number, as this transaction sees it."""

    async def add_check(self, unit: Unit, check: Check) -> None:
        """A check begun."""

    async def check(self, check_id: str) -> Check | None:
        """By id."""

    async def finish_check(self, unit: Unit, check: Check, *, receipt: str) -> None:
        """Done, by a receipt that no other check has used; Conflict otherwise."""

    async def spent(self, check: Check, *, receipt: str) -> bool:
        """Whether this check was finished by this receipt."""


class RequireConsent(Protocol):
    """The narrow part of consents that people need."""

    async def __call__(self, *, person_id: str, agreement: str) -> object:
        """Raise ConsentRequired when there is none."""


class PhoneNumbers(Protocol):
    """Where a phone number is vouched for."""

    async def number(self, *, code: str, openid: str) -> object:
        """The number, written +CC… as text, if the code is this account's."""


class OpenidOf(Protocol):
    """The WeChat account behind a session."""

    async def __call__(self, *, session_id: str, now: datetime) -> str:
        """Raise SignInAgain when the session has ended."""


class Moves(Protocol):
    """Where WeChat accounts lead, narrowly."""

    async def here(self, unit: Unit, act: Act) -> object:
        """The account of this request, while it leads to the caller; else SignInAgain."""

    async def bring(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """Lead it to the person from now on, and every other account away."""


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
    ) -> None:
        self._store = store
        self._agency = agency
        self._phones = phones
        self._openid_of = openid_of
        self._require_consent = require_consent
        self._moves = moves

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

    async def set_phone(self, act: Act, *, code: str) -> Person:
        """Reachable under the number that WeChat vouches for by a one-time code.

        Raises:
            DomainError: WeChat refuses the code, or it is another account's.
            Unavailable: WeChat does not answer.
        """
        openid = await self._openid_of(session_id=act.session_id, now=act.at)
        phone = str(await self._phones.number(code=code, openid=openid))

        async def work(unit: Unit) -> Person:
            person = await self._store.get(act.actor)
            after = person.with_phone(phone)
            await self._store.save(unit, after, was=person)
            await unit.audit(act.event("person.phone_set", person.id))
            return after

        return await act.commit(work)

    async def begin_check(self, act: Act, *, name: str, id_number: str) -> Check:
        """Judge name and number by the rules and begin a check with the agency.

        Raises:
            Invalid: name or number is malformed; every fault is named.
            MinorNotServed: under 18.
            ConsentRequired: sensitive data needs its separate consent first.
            Conflict: verified already.
            Unavailable: the agency does not answer.
        """
        number = _judged(name=name, id_number=id_number, today=civil_date(act.at))
        await self._require_consent(person_id=act.actor, agreement=IDENTITY_AGREEMENT)
        person = await self._store.get(act.actor)
        _refuse_verified(person)
        check_id = act.draw.id()
        ticket = await self._agency.begin(
            request_id=check_id, name=normal_name(name), id_number=str(number)
        )
        check = Check(
            id=check_id,
            person_id=act.actor,
            name=normal_name(name),
            id_number=str(number),
            ticket=ticket.ticket,
            begun_at=act.at,
            expires_at=act.at + min(CHECK_LASTS, timedelta(seconds=ticket.expires_in)),
        )

        async def work(unit: Unit) -> Check:
            await self._store.add_check(unit, check)
            await unit.audit(act.event("identity_check.begun", check.id))
            return check

        return await act.commit(work)

    async def finish_check(self, act: Act, *, check_id: str, receipt: str) -> Person:
        """Prove the name by the agency's one-time receipt for this check.

        An identity that another person has proven moves here with all that is theirs: the
        caller's WeChat leads to that person from then on. The agency answers the same receipt
        again for the same check, and it is spent in our transaction; so an act cut off in the
        middle can be repeated, also by who the caller has become.

        Raises:
            NotFound: no such check of the caller's.
            ConsentRequired: it was withdrawn since.
            CheckFailed: the agency says it is not the person.
            Conflict: the check is over, the receipt was spent or belongs to another check, or
                the caller is verified already.
            SignInAgain: this WeChat leads to another person by now.
            Unavailable: the agency does not answer.
        """
        check = await self._store.check(check_id)
        if check is None or act.actor not in {check.person_id, check.led_to}:
            raise NotFound
        if check.led_to == act.actor and await self._store.spent(check, receipt=receipt):
            return await self._store.get(act.actor)
        await self._require_consent(person_id=act.actor, agreement=IDENTITY_AGREEMENT)
        if check.done or check.expires_at <= act.at:
            raise Conflict("这次核验已结束，请重新发起实名认证。")
        confirmation = await self._agency.confirm(receipt=receipt, request_id=check.id)
        if not confirmation.passed:
            raise CheckFailed("人脸核验未通过，请确认是本人操作后再试一次。")

        async def work(unit: Unit) -> Person:
            return await self._prove(unit, act, check, receipt=receipt, by=confirmation)

        return await act.commit(work)

    async def _prove(
        self, unit: Unit, act: Act, check: Check, *, receipt: str, by: Confirmation
    ) -> Person:
        await self._moves.here(unit, act)
        caller = await self._store.get(act.actor)
        _refuse_verified(caller)
        owner = await self._store.owner(unit, id_number=check.id_number)
        after = (owner or caller).proven(check, method=by.method, at=act.at)
        finished = replace(check, done=True, led_to=after.id)
        await self._store.finish_check(unit, finished, receipt=receipt)
        if owner is not None:
            # WeChat's word on the phone in hand is newer than on the one that was left.
            after = replace(after, phone=caller.phone or owner.phone)
            await self._store.save(unit, caller.left(), was=caller)
            await self._moves.bring(unit, act, person_id=owner.id)
        await self._store.save(unit, after, was=owner or caller)
        await unit.audit(act.event("person.verified", after.id, method=by.method))
        return after


def _refuse_verified(person: Person) -> None:
    if person.verification is not None:
        raise Conflict("您已完成实名认证，无需重复办理。")


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
