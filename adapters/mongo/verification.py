"""Finding an issued paper by what its holder has: reports, promises, certificates, legal hold."""

from dataclasses import replace
from datetime import datetime

from adapters.mongo.certificates import read_certificate
from adapters.mongo.credit_reports import read_report
from adapters.mongo.database import Database, Document
from adapters.mongo.legal_hold import MongoLegalHold
from adapters.mongo.promises import read_promise
from domain.credit_reports.reports import State
from domain.lectures.certificates import watched_in_words
from domain.looks import CERTIFICATE, PROMISE
from domain.papers import Hashes
from domain.promises.promises import AGAINST, STATES
from domain.promises.promises import State as PromiseState
from domain.time import civil_date, date_in_words
from domain.verification import BROKEN, IssuedPaper, PaperCount, PaperFact, Standing

STANDINGS = {
    State.READY: Standing.VALID,
    State.EXPIRED: Standing.EXPIRED,
    State.SUPERSEDED: Standing.SUPERSEDED,
    State.REVOKED: Standing.REVOKED,
}


class MongoIssuedPapers:
    """Unique indexes of each kind of paper; each asked again of what an erasure left."""

    def __init__(self, database: Database, *, hashes: Hashes) -> None:
        self._reports = database["credit_reports"]
        self._promises = database["promises"]
        self._certificates = database["lecture_certificates"]
        self._hold = MongoLegalHold(database)
        self._hashes = hashes

    async def by_code(self, code: str, *, now: datetime) -> IssuedPaper | None:
        """By the 128-bit code of its QR."""
        return await self._find("code_hash", self._hashes.of_code(code), now)

    async def by_number(self, *, number: str, check_code: str, now: datetime) -> IssuedPaper | None:
        """By what is printed to be typed; both must fit."""
        wanted = self._hashes.of_check(number=number, check_code=check_code)
        return await self._find("check_hash", wanted, now)

    async def by_file(self, sha256: str, *, now: datetime) -> IssuedPaper | None:
        """By the SHA-256 (hex) of the file as issued, or as handed out since it was raised."""
        either = [{"issue.file_sha256": sha256}, {"issue.raised_sha256": sha256}]
        row = await self._reports.find_one({"$or": either})
        if row is not None:
            paper = issued_paper(row, now)
            raised = row["issue"].get("raised_sha256")
            return paper and replace(paper, without_stamp=raised not in {None, sha256})
        either = [{"paper.file_sha256": sha256}, {"paper.raised_sha256": sha256}]
        row = await self._promises.find_one({"$or": either})
        if row is not None:
            raised = row["paper"].get("raised_sha256")
            return replace(issued_letter(row, now), without_stamp=raised not in {None, sha256})
        row = await self._certificates.find_one({"$or": either})
        if row is not None:
            raised = row["paper"].get("raised_sha256")
            return replace(issued_certificate(row), without_stamp=raised not in {None, sha256})
        return await self._hold.paper_of_file(sha256, now=now)

    async def _find(self, field: str, value: str, now: datetime) -> IssuedPaper | None:
        row = await self._reports.find_one({f"issue.{field}": value})
        if row is not None:
            return issued_paper(row, now)
        row = await self._promises.find_one({f"paper.{field}": value})
        if row is not None:
            return issued_letter(row, now)
        row = await self._certificates.find_one({f"paper.{field}": value})
        if row is not None:
            return issued_certificate(row)
        return await self._hold.paper(field, value, now=now)


def issued_paper(row: Document, now: datetime) -> IssuedPaper | None:
    """The paper of a stored report, if it has one."""
    report = read_report(row)
    if report.issue is None:
        return None
    return IssuedPaper(
        report_id=report.id,
        person_id=report.person_id,
        subject_id=report.subject_id,
        about=report.about,
        number=report.number,
        purpose=report.purpose,
        issued_on=civil_date(report.requested_at),
        expires_at=report.issue.expires_at,
        subject_name=report.subject_name,
        of_person=report.uscc is None,
        edition=report.edition,
        pages=report.issue.pages,
        counts=[
            PaperCount(code=count.code, label=count.label, count=count.count)
            for count in report.issue.counts
        ],
        sample=report.issue.sample,
        time_stamp=report.issue.time_stamp,
        standing=STANDINGS[report.state_at(now)],
    )


def issued_letter(row: Document, now: datetime) -> IssuedPaper:
    """The letter of a signed promise."""
    promise = read_promise(row)
    signature, paper = promise.signature, promise.paper
    if signature is None or paper is None:
        raise ValueError("a letter is of a signed promise")
    standing = Standing.VALID if now < paper.expires_at else Standing.EXPIRED
    if promise.state in {PromiseState.WITHDRAWN, *AGAINST}:
        standing = Standing.REVOKED
    facts = (
        ("承诺书", promise.title),
        ("承诺类型", promise.kind.label),
        ("受理单位", promise.department),
        ("履行状态", STATES[promise.state]),
    )
    return IssuedPaper(
        report_id=promise.id,
        person_id=promise.person_id,
        subject_id=promise.subject_id,
        about=promise.about,
        number=signature.code,
        purpose=PROMISE,
        issued_on=civil_date(signature.at),
        expires_at=paper.expires_at,
        subject_name=promise.promisor,
        of_person=promise.uscc is None,
        edition=PROMISE,
        pages=paper.pages,
        counts=(),
        sample=promise.sample or paper.sample,
        time_stamp=paper.time_stamp,
        standing=standing,
        told=BROKEN if promise.state in AGAINST else "",
        facts=tuple(PaperFact(label=label, value=value) for label, value in facts),
    )


def issued_certificate(row: Document) -> IssuedPaper:
    """The paper of a certificate of attendance, which does not expire."""
    one = read_certificate(row)
    if one.paper is None:
        raise ValueError("a certificate without its paper is not checked")
    facts = [("讲座", f"《{one.title}》"), ("主讲人", one.speaker)]
    if one.held_on is not None:
        facts.append(("讲座日期", date_in_words(one.held_on)))
    watched = watched_in_words(minutes=one.watched_minutes, percent=one.watched_percent)
    facts.append(("观看时长", watched))
    return IssuedPaper(
        report_id=one.id,
        person_id=one.person_id,
        subject_id=one.person_id,
        about=one.person_id,
        number=one.number,
        purpose=CERTIFICATE,
        issued_on=civil_date(one.issued_at),
        expires_at=None,
        subject_name=one.holder.name,
        of_person=True,
        edition=CERTIFICATE,
        pages=one.paper.pages,
        counts=(),
        sample=one.sample,
        time_stamp=one.paper.time_stamp,
        standing=Standing.VALID,
        facts=tuple(PaperFact(label=label, value=value) for label, value in facts),
    )
