"""Certificates of attendance: the holder and the PDF are ciphertext."""

import json
from dataclasses import asdict
from datetime import date

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.paging import newest_first
from adapters.mongo.transactions import Collision, session_of
from domain.lectures.certificates import Certificate, CertificatePaper
from domain.pages import Ask, Page
from domain.timestamps import TimeStamp
from domain.transactions import Unit
from domain.values import VerifiedIdentity

NAME, PAPERS = "lecture_certificates", "lecture_certificate_papers"
PLAIN = (
    *("number", "lecture_id", "recording", "person_id", "title", "speaker", "watched_minutes"),
    *("watched_percent", "issued_at", "sample", "revision"),
)


class MongoCertificates:
    """One of each person and recording."""

    def __init__(self, database: Database) -> None:
        self._certificates = database[NAME]
        self._papers = database[PAPERS]
        self._cipher = database.cipher

    async def add(self, unit: Unit, certificate: Certificate) -> None:
        """A new one; the transaction starts over when the person has one of this recording."""
        document = await self._document(certificate)
        try:
            await self._certificates.insert_one(document, session=session_of(unit))
        except DuplicateKeyError as error:
            raise Collision from error

    async def of_recording(
        self, unit: Unit, *, person_id: str, recording: str
    ) -> Certificate | None:
        """A person's, as this transaction sees it."""
        wanted = {"person_id": person_id, "recording": recording}
        row = await self._certificates.find_one(wanted, session=session_of(unit))
        return read_certificate(row) if row else None

    async def held(self, *, person_id: str, recording: str) -> Certificate | None:
        """A person's of a recording."""
        row = await self._certificates.find_one({"person_id": person_id, "recording": recording})
        return read_certificate(row) if row else None

    async def get(self, certificate_id: str) -> Certificate | None:
        """By id."""
        row = await self._certificates.find_one({"_id": certificate_id})
        return read_certificate(row) if row else None

    async def of(self, person_id: str, *, ask: Ask) -> Page[Certificate]:
        """A person's, the last issued first."""
        chosen = {"person_id": person_id}
        return await newest_first(
            self._certificates, chosen, ask, by="issued_at", read=read_certificate
        )

    async def replace(self, unit: Unit, certificate: Certificate, *, was: Certificate) -> None:
        """Save against the revision that was read; the transaction starts over if it moved on."""
        result = await self._certificates.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(certificate),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def keep_pdf(self, unit: Unit, *, certificate_id: str, pdf: bytes) -> None:
        """In place of the one before."""
        content = await self._cipher.random("report", pdf)
        await self._papers.replace_one(
            {"_id": certificate_id},
            {"_id": certificate_id, "v": 1, "content": content},
            upsert=True,
            session=session_of(unit),
        )

    async def pdf(self, certificate_id: str) -> bytes | None:
        """Its bytes."""
        row = await self._papers.find_one({"_id": certificate_id})
        return bytes(row["content"]) if row else None

    async def _document(self, certificate: Certificate) -> Document:
        held, holder = certificate.held_on, json.dumps(asdict(certificate.holder))
        document: Document = {
            "_id": certificate.id,
            "v": 1,
            "holder": await self._cipher.random("person", holder.encode()),
            "held_on": held.isoformat() if held else None,
            **{name: getattr(certificate, name) for name in PLAIN},
        }
        if certificate.paper is not None:
            paper = asdict(certificate.paper)
            paper |= {"time_stamp": certificate.paper.time_stamp.value}
            # What is not there is not unique.
            document["paper"] = {name: value for name, value in paper.items() if value != ""}
        return document


def read_certificate(row: Document) -> Certificate:
    """As the domain knows it."""
    paper, held = row.get("paper"), row["held_on"]
    return Certificate(
        id=row["_id"],
        holder=VerifiedIdentity(**json.loads(bytes(row["holder"]))),
        held_on=date.fromisoformat(held) if held else None,
        paper=_paper(paper) if paper else None,
        **{name: row[name] for name in PLAIN},
    )


def _paper(row: Document) -> CertificatePaper:
    return CertificatePaper(**{**row, "time_stamp": TimeStamp(row["time_stamp"])})
