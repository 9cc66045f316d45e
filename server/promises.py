"""The parts of promises, joined: drafting, signing, letters, the register."""

from collections.abc import Mapping

from adapters.documents.audit_roots import RootSigner
from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.evidence.maker import EvidencePacker
from adapters.mongo.audit_trail import MongoTrail
from adapters.mongo.outbox import Claimed
from adapters.mongo.promise_register import MongoPromiseRegister
from adapters.mongo.promise_texts import MongoPromiseTexts
from adapters.mongo.promises import MongoPromises
from adapters.mongo.staff import MongoStaff
from adapters.mongo.subjects import MongoSubjects
from domain.audit.trail import Trails
from domain.consent import Consents
from domain.contributions import ACTS as CONTRIBUTED
from domain.counter.opening import Counter
from domain.notices import Notices
from domain.promises.acts import EVIDENCE_TAKEN
from domain.promises.after_signing import AfterSigning
from domain.promises.as_case import PromiseCases
from domain.promises.at_counter import AtCounter
from domain.promises.contributing import Collecting, Leave
from domain.promises.drafting import Drafts
from domain.promises.evidence import Evidences
from domain.promises.in_force import TextsInForce
from domain.promises.letters import PAPER, RAISE, Letters
from domain.promises.own_records import OwnRecords
from domain.promises.ports import Checks, FindReport, Matters, UsageEntries
from domain.promises.public_words import PublicWords
from domain.promises.register import Register
from domain.promises.reminding import REMIND, Reminding
from domain.promises.showing import Showing
from domain.promises.signing import Canonical, Signing
from domain.promises.snapshots import Stationery
from domain.promises.supervising import Supervising
from domain.promises.text_office import TextOffice
from domain.sources import IdentityCheck
from domain.subjects.service import Subjects
from domain.subjects.subjects import Actors
from domain.transactions import Act, Again
from server.ground import Ground, base_url
from server.jobs import Topic
from server.stamps import published


class PromiseParts:
    """Everything about promises."""

    def __init__(
        self,
        ground: Ground,
        *,
        subjects: Subjects,
        people: Actors,
        consents: Consents,
        agency: IdentityCheck,
        notices: Notices,
        find_report: FindReport,
        checks: Checks,
        usage: UsageEntries,
        counter: Counter,
        matters: Matters,
        leave: Leave,
    ) -> None:
        self._content = content = ground.content.promises
        self._turns = ground.transactions.turns
        self.store = MongoPromises(ground.database, drafts_last=content.drafts_last)
        versions = MongoPromiseTexts(ground.database)
        self.texts = TextsInForce(store=versions, templates=content.templates)
        self.text_office = self._rewriting(ground, versions)
        showing = self._showing(ground, notices, matters, leave)
        words = PublicWords(checks=checks)
        self.drafts = self._drafting(words, subjects, people, find_report, usage)
        self.at_counter = self._at_counter(people, consents, counter)
        self.signing = self._signing(ground, showing, words, subjects, people, consents, agency)
        self.after_signing = AfterSigning(
            drafts=self.drafts, store=self.store, showing=showing, words=words
        )
        self.supervising = self._supervising(ground, showing)
        self.evidences = self._evidences(ground)
        self._reminding = Reminding(store=self.store, showing=showing)
        self._letters = Letters(store=self.store, papers=ground.papers)

    @property
    def cases(self) -> PromiseCases:
        """Promises as grounds to look."""
        return PromiseCases(store=self.store, templates=self._content.templates)

    def _showing(self, ground: Ground, notices: Notices, matters: Matters, leave: Leave) -> Showing:
        shelf = MongoPromiseRegister(ground.database)
        self.register = Register(store=shelf)
        collecting = Collecting(store=self.store, collected=self._content.collected, leave=leave)
        return Showing(register=shelf, tell=notices.tell, matters=matters, collecting=collecting)

    def _rewriting(self, ground: Ground, versions: MongoPromiseTexts) -> TextOffice:
        return TextOffice(
            store=versions,
            templates=self._content.templates,
            texts=self.texts,
            staff=MongoStaff(ground.database),
        )

    def _drafting(
        self,
        words: PublicWords,
        subjects: Subjects,
        people: Actors,
        find_report: FindReport,
        usage: UsageEntries,
    ) -> Drafts:
        return Drafts(
            store=self.store,
            texts=self.texts,
            acting=subjects,
            people=people,
            find_report=find_report,
            words=words,
            own_records=OwnRecords(store=self.store, usage=usage),
            fresh=self._content.fresh,
        )

    def _at_counter(self, people: Actors, consents: Consents, counter: Counter) -> AtCounter:
        return AtCounter(
            drafts=self.drafts,
            store=self.store,
            people=people,
            require_consent=consents.require,
            counter=counter,
        )

    def _evidences(self, ground: Ground) -> Evidences:
        packer = EvidencePacker(
            signer=lambda: RootSigner(ground.paper_keys.current),
            published=published(ground.paper_keys, ground.settings),
            published_at=f"{base_url(ground.settings)}/.well-known/credit-yuexiu.json",
        )
        return Evidences(
            drafts=self.drafts,
            store=self.store,
            log=Trails(store=MongoTrail(ground.database, passing=[EVIDENCE_TAKEN, *CONTRIBUTED])),
            maker=packer,
            staff=MongoStaff(ground.database),
        )

    def _supervising(self, ground: Ground, showing: Showing) -> Supervising:
        return Supervising(
            store=self.store,
            drafts=self.drafts,
            showing=showing,
            calendar=ground.content.calendar,
            terms=self._content.terms,
        )

    def _signing(
        self,
        ground: Ground,
        showing: Showing,
        words: PublicWords,
        subjects: Subjects,
        people: Actors,
        consents: Consents,
        agency: IdentityCheck,
    ) -> Signing:
        return Signing(
            drafts=self.drafts,
            texts=self.texts,
            store=self.store,
            showing=showing,
            words=words,
            acting=subjects,
            hold_right=MongoSubjects(ground.database).hold,
            people=people,
            agency=agency,
            require_consent=consents.require,
            places=self._turns,
            canonical=Canonical(canonical_json, sha256_hex),
            calendar=ground.content.calendar,
            stationery=_stationery(ground),
            at_counter=self.at_counter,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {PAPER: self._make, RAISE: self._raise, REMIND: self._remind}

    def crowded(self) -> bool:
        """Whether many wait to sign: letters and messages wait as long."""
        return self._turns.crowded()

    async def _make(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._letters.make(act, promise_id=claimed.object_id, attempt=claimed.attempt)

    async def _remind(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._reminding.work(act, promise_id=claimed.object_id)

    async def _raise(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._letters.raise_one(
            act, promise_id=claimed.object_id, attempt=claimed.attempt
        )


def _stationery(ground: Ground) -> Stationery:
    wording = ground.content.wording
    return Stationery(
        issuer=wording.issuer,
        district=wording.district,
        notes=ground.content.promises.notes,
        sample=wording.sample,
    )
