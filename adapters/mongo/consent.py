"""Consents, standing and withdrawn."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.consent import Agreement, Consent, KeptText
from domain.pages import Ask, Page
from domain.transactions import Unit


class MongoConsents:
    """``standing`` is there only while the consent holds, and is unique."""

    def __init__(self, database: Database) -> None:
        self._consents = database["consents"]
        self._texts = database["agreement_texts"]
        self._standing = reads(self._consents, _consent, by="standing")

    async def standing(
        self, *, person_id: str, agreement: str, subject_id: str | None
    ) -> Consent | None:
        """The one not withdrawn; reads of one moment share one command."""
        return await self._standing.ask(_key(person_id, agreement, subject_id))

    async def get(self, consent_id: str) -> Consent | None:
        """By id."""
        row = await self._consents.find_one({"_id": consent_id})
        return _consent(row) if row else None

    async def of(self, *, person_id: str, ask: Ask) -> Page[Consent]:
        """A person's, newest first."""
        return await newest_first(
            self._consents, {"person_id": person_id}, ask, by="given_at", read=_consent
        )

    async def add(self, unit: Unit, consent: Consent, text: Agreement) -> None:
        """Keep a new one, and the text it was given to."""
        document: Document = {
            "_id": consent.id,
            "v": 1,
            "person_id": consent.person_id,
            "agreement": consent.agreement,
            "title": consent.title,
            "version": consent.version,
            "text_hash": consent.text_hash,
            "subject_id": consent.subject_id,
            "given_at": consent.given_at,
            "withdrawn_at": None,
            "standing": _key(consent.person_id, consent.agreement, consent.subject_id),
        }
        try:
            await self._consents.insert_one(document, session=session_of(unit))
            await self._texts.update_one(
                *_kept(text, consent.given_at), upsert=True, session=session_of(unit)
            )
        except DuplicateKeyError as error:
            raise Collision from error

    async def keep(self, texts: Sequence[Agreement], *, now: datetime) -> None:
        """Keep these texts, unless they are kept; processes that start together may meet here."""
        for text in texts:
            with suppress(DuplicateKeyError):
                await self._texts.update_one(*_kept(text, now), upsert=True)

    async def text(self, text_hash: str) -> KeptText | None:
        """A text that somebody may have agreed to."""
        row = await self._texts.find_one({"_id": text_hash})
        if row is None:
            return None
        return KeptText(
            text_hash=row["_id"],
            name=row["agreement"],
            title=row["title"],
            version=row["version"],
            text=row["text"],
        )

    async def withdraw(self, unit: Unit, consent: Consent) -> None:
        """It stands no more."""
        await self._consents.update_one(
            {"_id": consent.id, "withdrawn_at": None},
            {"$set": {"withdrawn_at": consent.withdrawn_at}, "$unset": {"standing": ""}},
            session=session_of(unit),
        )

    async def withdraw_all(self, unit: Unit, *, person_id: str, now: datetime) -> int:
        """None of a person's stands any more; how many did."""
        result = await self._consents.update_many(
            {"person_id": person_id, "withdrawn_at": None},
            {"$set": {"withdrawn_at": now}, "$unset": {"standing": ""}},
            session=session_of(unit),
        )
        return result.modified_count

    async def hold(
        self, unit: Unit, *, person_id: str, agreement: str, subject_id: str | None
    ) -> bool:
        """Whether one stands; a write, so that a withdrawal at the same moment collides with it."""
        result = await self._consents.update_one(
            {"standing": _key(person_id, agreement, subject_id)},
            {"$inc": {"held": 1}},
            session=session_of(unit),
        )
        return result.matched_count == 1


def _key(person_id: str, agreement: str, subject_id: str | None) -> str:
    return f"{person_id}:{agreement}:{subject_id or ''}"


def _kept(text: Agreement, at: datetime) -> tuple[Document, Document]:
    fields = {
        "v": 1,
        "agreement": text.name,
        "title": text.title,
        "version": text.version,
        "text": text.text,
        "kept_at": at,
    }
    return {"_id": text.text_hash}, {"$setOnInsert": fields}


def _consent(row: Document) -> Consent:
    return Consent(
        id=row["_id"],
        person_id=row["person_id"],
        agreement=row["agreement"],
        title=row["title"],
        version=row["version"],
        text_hash=row["text_hash"],
        subject_id=row["subject_id"],
        given_at=row["given_at"],
        withdrawn_at=row["withdrawn_at"],
    )
