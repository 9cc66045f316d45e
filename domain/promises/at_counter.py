"""Signing with an identity proven at the counter: on one's own phone, for one promise, for a while.

Whom the face check does not serve has two clerks see the document; what they give is an identity
check of that very signing, passed already, which is spent once like any other.
"""

from domain.counter.cases import METHOD, CounterCase, Reason
from domain.counter.opening import Counter
from domain.errors import DomainError, NotFound
from domain.promises.drafting import Drafts
from domain.promises.ports import PromiseStore, RequireConsent, SigningCheck
from domain.promises.promises import IdentityProof, Promise
from domain.subjects.subjects import Actors, NotVerified
from domain.transactions import Act, Conflict, Unit
from domain.values import VerifiedIdentity

IDENTITY_AGREEMENT = "identity"
OVER = "窗口核验已过签署时限，请到信用服务窗口重新办理。"


class AtCounter:
    """The counter, as promises know it."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        store: PromiseStore,
        people: Actors,
        require_consent: RequireConsent,
        counter: Counter,
    ) -> None:
        self._drafts = drafts
        self._store = store
        self._people = people
        self._require_consent = require_consent
        self._counter = counter

    async def ask(self, act: Act, *, promise_id: str) -> CounterCase:
        """Have the identity for this signing proven at the counter; the same case while open.

        Raises:
            NotFound: no draft of the caller's.
            AlreadySigned, Conflict: it is no draft any more.
            ConsentRequired: sensitive data needs its separate consent first.
        """
        promise = await self._drafts.own(act, promise_id)
        promise.require_draft()
        await self._require_consent(person_id=act.actor, agreement=IDENTITY_AGREEMENT)
        given = await self._identity(act.actor)
        return await act.commit(
            lambda unit: self._open(unit, act, promise, given, Reason.SIGNING_ASKED)
        )

    async def lead(self, act: Act, promise: Promise) -> DomainError:
        """The refusal that names the case: the face check does not serve the signer's document."""
        given = await self._identity(act.actor)
        case = await act.record(
            lambda unit: self._open(unit, act, promise, given, Reason.DOCUMENT_NOT_SERVED)
        )
        return self._counter.required(case)

    async def of(self, act: Act, *, promise_id: str) -> CounterCase:
        """How the newest case of a signing stands.

        Raises:
            NotFound: no draft of the caller's, or no case.
        """
        promise = await self._drafts.own(act, promise_id)
        case = await self._counter.of_signing(promise_id=promise.id)
        if case is None or case.person_id != act.actor:
            raise NotFound
        return case

    async def prove(self, unit: Unit, act: Act, case: CounterCase) -> str:
        """Two clerks know who is about to sign: a check of this signing, passed for a while.

        Raises:
            AlreadySigned, Conflict: there is no such draft of theirs any more.
        """
        promise = await self._store.get(case.object_id)
        if promise is None or promise.person_id != case.person_id or case.good_until is None:
            raise Conflict("这份承诺书已被当事人删除，不能再签署。")
        promise.require_draft()
        check = SigningCheck(
            id=case.id,
            promise_id=promise.id,
            person_id=case.person_id,
            ticket=case.number,
            begun_at=act.at,
            expires_at=case.good_until,
            method=METHOD,
        )
        await self._store.add_check(unit, check)
        return case.person_id

    async def settle(self, unit: Unit, act: Act, promise: Promise) -> None:
        """It was signed: the counter need not wait for anybody."""
        await self._counter.settle(unit, act, of=promise.id, led_to=act.actor)

    async def _open(
        self, unit: Unit, act: Act, promise: Promise, given: VerifiedIdentity, reason: Reason
    ) -> CounterCase:
        return await self._counter.open(
            unit, act, given=given, reason=reason, promise_id=promise.id
        )

    async def _identity(self, person_id: str) -> VerifiedIdentity:
        identity = (await self._people.get(person_id)).identity
        if identity is None:
            raise NotVerified
        return identity


def proven_at_counter(check: SigningCheck, *, receipt: str, act: Act) -> IdentityProof | None:
    """The proof that a check of the counter is; None for one of the agency's.

    Raises:
        Conflict: it is over, or the receipt is another's.
    """
    if check.method != METHOD:
        return None
    if check.expires_at <= act.at:
        raise Conflict(OVER)
    if receipt != check.ticket:
        raise Conflict("这个窗口业务编号不属于这次核验，请核对后再签署。")
    return IdentityProof(check_id=check.id, method=METHOD, confirmed_at=check.begun_at)
