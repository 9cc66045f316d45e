"""Consents: each names the exact text it was given to, and is taken back in one call.

Legal ground: Personal Information Protection Law art. 14 (informed, renewed when the text
changes), 15 (withdrawal as easy as giving), 29 (separate consent for sensitive data).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from domain.errors import DomainError, Fault, Invalid, Kind, NotFound
from domain.pages import Ask, Page
from domain.transactions import Act, Conflict, Unit

Scope = Literal["person", "subject"]


class ConsentRequired(DomainError):
    """Nothing is done without the consent named in the sentence."""

    code = "consent_required"
    kind = Kind.FORBIDDEN
    title = "需要您先同意"


class AgreementChanged(Conflict):
    """The text changed since it was shown; it must be read again."""

    code = "agreement_changed"
    title = "协议内容已更新"


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A text a person can agree to; ``text_hash`` is the SHA-256 of exactly that text, hex."""

    name: str
    title: str
    version: str
    scope: Scope
    text: str
    text_hash: str


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A person's consent to one text, for a subject when the agreement is about one."""

    id: str
    person_id: str
    agreement: str
    title: str
    version: str
    text_hash: str
    subject_id: str | None
    given_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class KeptText:
    """A text that is or was in force, as it was shown."""

    text_hash: str
    name: str
    title: str
    version: str
    text: str


class ConsentStore(Protocol):
    """Consents, standing and withdrawn."""

    async def standing(
        self, *, person_id: str, agreement: str, subject_id: str | None
    ) -> Consent | None:
        """The one not withdrawn."""

    async def get(self, consent_id: str) -> Consent | None:
        """By id."""

    async def of(self, *, person_id: str, ask: Ask) -> Page[Consent]:
        """A person's, newest first."""

    async def add(self, unit: Unit, consent: Consent, text: Agreement) -> None:
        """Keep a new one, and the text it was given to."""

    async def withdraw(self, unit: Unit, consent: Consent) -> None:
        """It stands no more."""

    async def keep(self, texts: Sequence[Agreement], *, now: datetime) -> None:
        """Keep these texts, unless they are kept."""

    async def text(self, text_hash: str) -> KeptText | None:
        """A text that somebody may have agreed to."""

    async def withdraw_all(self, unit: Unit, *, person_id: str, now: datetime) -> int:
        """None of a person's stands any more; how many did."""

    async def hold(
        self, unit: Unit, *, person_id: str, agreement: str, subject_id: str | None
    ) -> bool:
        """Whether one stands, and goes on standing until this commits."""


class Acting(Protocol):
    """For whom a person may act."""

    async def __call__(self, *, person_id: str, subject_id: str, now: datetime) -> object:
        """Raise NotFound when the subject is not theirs, OutOfScope when they may not sign."""


class Consents:
    """Giving, withdrawing and requiring consent."""

    def __init__(
        self, *, store: ConsentStore, agreements: Mapping[str, Agreement], acting: Acting
    ) -> None:
        self._store = store
        self._agreements = agreements
        self._acting = acting

    def agreements(self) -> tuple[Agreement, ...]:
        """All texts in force."""
        return tuple(self._agreements.values())

    async def keep_texts(self, *, now: datetime) -> None:
        """Keep every text in force, so that what was agreed to can be shown after it changed."""
        await self._store.keep(self.agreements(), now=now)

    async def text(self, *, text_hash: str) -> KeptText:
        """The very text with this hash, in force or not.

        Raises:
            NotFound: none was kept.
        """
        text = await self._store.text(text_hash)
        if text is None:
            raise NotFound("没有留存这份文本。")
        return text

    async def give(
        self, act: Act, *, agreement: str, text_hash: str, subject_id: str | None
    ) -> Consent:
        """Consent to the text with this hash; a consent to the same text stands already: it.

        Raises:
            Invalid: no such agreement, or its scope and the subject do not fit.
            NotFound: the caller does not act for the subject.
            OutOfScope: nobody signs for another.
            AgreementChanged: the text in force is another one.
        """
        text = self._text(agreement, text_hash=text_hash, subject_id=subject_id)
        if subject_id is not None:
            await self._acting(person_id=act.actor, subject_id=subject_id, now=act.at)

        async def work(unit: Unit) -> Consent:
            standing = await self._store.standing(
                person_id=act.actor, agreement=agreement, subject_id=subject_id
            )
            if standing is not None and standing.text_hash == text_hash:
                return standing
            if standing is not None:
                await self._store.withdraw(unit, replace(standing, withdrawn_at=act.at))
            consent = _given(act, text, subject_id)
            await self._store.add(unit, consent, text)
            event = act.event("consent.given", consent.id, agreement=agreement, text=text_hash)
            await unit.audit(event)
            return consent

        return await act.commit(work)

    async def withdraw(self, act: Act, *, consent_id: str) -> None:
        """Take a consent back; what rests on it stops at the next request.

        Raises:
            NotFound: none of the caller's.
        """
        consent = await self._store.get(consent_id)
        if consent is None or consent.person_id != act.actor:
            raise NotFound

        async def work(unit: Unit) -> None:
            await self._store.withdraw(unit, replace(consent, withdrawn_at=act.at))
            await unit.audit(act.event("consent.withdrawn", consent.id))

        if consent.withdrawn_at is None:
            await act.commit(work)

    async def of(self, *, person_id: str, ask: Ask) -> Page[Consent]:
        """A person's consents, withdrawn ones too."""
        return await self._store.of(person_id=person_id, ask=ask)

    async def require(
        self, *, person_id: str, agreement: str, subject_id: str | None = None
    ) -> Consent:
        """The standing consent to the text in force.

        Raises:
            ConsentRequired: there is none.
        """
        text = self._agreements[agreement]
        consent = await self._store.standing(
            person_id=person_id, agreement=agreement, subject_id=subject_id
        )
        if consent is None or consent.text_hash != text.text_hash:
            raise ConsentRequired(f"请先阅读并同意《{text.title}》。")
        return consent

    async def hold(
        self, unit: Unit, *, person_id: str, agreement: str, subject_id: str | None = None
    ) -> bool:
        """Whether one stands until this commits: a withdrawal meanwhile comes before or after.

        Which of its texts it was given to is judged by ``require``.
        """
        return await self._store.hold(
            unit, person_id=person_id, agreement=agreement, subject_id=subject_id
        )

    async def withdraw_all(self, unit: Unit, act: Act, *, person_id: str) -> None:
        """Take all of a person's consents back, in this transaction."""
        count = await self._store.withdraw_all(unit, person_id=person_id, now=act.at)
        if count:
            await unit.audit(act.event("consent.all_withdrawn", person_id, count=str(count)))

    def _text(self, agreement: str, *, text_hash: str, subject_id: str | None) -> Agreement:
        text = self._agreements.get(agreement)
        if text is None:
            raise Invalid([_fault("/agreement", "unknown", "没有这份协议。")])
        if (text.scope == "subject") != (subject_id is not None):
            wanted = "需要写明为谁授权" if text.scope == "subject" else "不针对具体主体"
            raise Invalid([_fault("/subject_id", "scope", f"《{text.title}》{wanted}。")])
        if text.text_hash != text_hash:
            raise AgreementChanged(f"《{text.title}》已更新，请重新阅读后再同意。")
        return text


def _given(act: Act, text: Agreement, subject_id: str | None) -> Consent:
    return Consent(
        id=act.draw.id(),
        person_id=act.actor,
        agreement=text.name,
        title=text.title,
        version=text.version,
        text_hash=text.text_hash,
        subject_id=subject_id,
        given_at=act.at,
    )


def _fault(pointer: str, code: str, detail: str) -> Fault:
    return Fault(pointer=pointer, code=code, detail=detail)
