"""Anyone who holds a paper can check it: by its QR code, by number and check code, by file.

What is shown is the least that lets an altered sheet with a genuine code be seen: number,
issue date, masked subject, page count, the counts; of a natural person's paper no counts until
the check code beside the QR code is typed. Only an uploaded PDF proves every line. Whatever is
not ours gets one and the same answer, so nothing can be counted through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from domain.identifiers import mask_name, mask_organisation_name
from domain.looks import CERTIFICATE, PROMISE, Action, Look, LookBook
from domain.timestamps import SENTENCES as STAMP_SENTENCES
from domain.timestamps import WITHOUT, TimeStamp
from domain.transactions import ANYONE, Act


class Standing(Enum):
    """What a paper is worth now."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    NOT_OURS = "not_ours"


GENUINE = "报告真实有效。"
SENTENCES = {
    Standing.VALID: f"{GENUINE}请核对纸面上的编号、页数和各项数量是否与下方一致。",
    Standing.EXPIRED: "报告确由本平台出具，但已过有效期。",
    Standing.REVOKED: "报告确由本平台出具，但已被作废，不应再使用。",
    Standing.SUPERSEDED: "报告确由本平台出具，但已有更新的报告，请向对方索取新报告。",
    Standing.NOT_OURS: (
        "未查到由本平台出具的报告、承诺书或学习证书。请核对输入；如为扫码进入，该二维码不是本平台签发的。"
    ),
}
PROMISE_GENUINE = "承诺书真实有效。"
PROMISE_SENTENCES = {
    Standing.VALID: f"{PROMISE_GENUINE}请核对纸面上的编码、承诺人、受理单位和页数是否与下方一致。",
    Standing.EXPIRED: "承诺书确由本平台签发，但已过有效期。",
    Standing.REVOKED: "承诺书确由本平台签发，但承诺人已撤回承诺，不应再作为办理依据。",
    Standing.SUPERSEDED: "承诺书确由本平台签发，但已有更新的承诺书，请向对方索取。",
}
BROKEN = "承诺书确由本平台签发，但承诺人已被认定违诺，不应再作为办理依据。"
PROMISE_SAMPLE = "这是样例承诺书，由样例数据生成，不具有任何效力，不能用于办理任何事项。"
CERTIFICATE_GENUINE = "学习证书真实有效。"
# It does not expire and is not taken back.
CERTIFICATE_SENTENCES = {
    Standing.VALID: (
        f"{CERTIFICATE_GENUINE}请核对纸面上的编号、持有人、讲座和观看时长是否与下方一致。"
    )
}
CERTIFICATE_SAMPLE = "这是样例学习证书，由样例数据生成，不具有任何效力，不能用于办理任何事项。"
WITHHELD = f"{GENUINE}自然人报告的各项数量，须输入报告编号和校验码后显示。"
SAMPLE = "这是样例报告，由样例数据生成，不具有任何效力，不能用于办理任何事项。"
FILE_GENUINE = "文件与本平台出具的原件完全一致，每一行内容均未改动"
FILE_VALID = f"{FILE_GENUINE}，且在有效期内。"
CERTIFICATE_FILE_VALID = f"{FILE_GENUINE}。"
FILE_NOT_OURS = "该文件不是本平台签发的原件，或内容已被改动。"


@dataclass(frozen=True, kw_only=True)
class PaperCount:
    """One of the counts of the summary."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PaperFact:
    """Something the paper says, to be compared."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class IssuedPaper:
    """What is known of a paper of ours; of a promise ``report_id`` is its own id.

    ``expires_at`` is None of what does not expire.
    ``without_stamp`` is a file in hand that is older than the time-stamp of its paper.
    """

    report_id: str
    person_id: str
    subject_id: str
    about: str
    number: str
    purpose: str
    issued_on: date
    expires_at: datetime | None
    subject_name: str
    of_person: bool
    edition: str
    pages: int
    counts: Sequence[PaperCount]
    sample: bool
    standing: Standing
    time_stamp: TimeStamp = TimeStamp.NONE
    without_stamp: bool = False
    facts: Sequence[PaperFact] = ()
    told: str = ""

    @property
    def of_promise(self) -> bool:
        """Whether it is the letter of a promise, and no report."""
        return self.purpose == PROMISE

    @property
    def of_certificate(self) -> bool:
        """Whether it is a certificate of attendance, and no report."""
        return self.purpose == CERTIFICATE


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer; everything but the standing is None or empty when it is not ours."""

    standing: Standing
    sentence: str
    number: str | None = None
    issued_on: date | None = None
    expires_at: datetime | None = None
    subject: str | None = None
    edition: str | None = None
    pages: int | None = None
    counts: Sequence[PaperCount] = ()
    counts_withheld: bool = False
    sample: bool = False
    time_stamp: TimeStamp | None = None
    time_stamp_text: str = ""
    of_promise: bool = False
    of_certificate: bool = False
    facts: Sequence[PaperFact] = ()


class IssuedPapers(Protocol):
    """Finding a paper by what its holder has."""

    async def by_code(self, code: str, *, now: datetime) -> IssuedPaper | None:
        """By the 128-bit code of its QR."""

    async def by_number(self, *, number: str, check_code: str, now: datetime) -> IssuedPaper | None:
        """By what is printed to be typed; both must fit."""

    async def by_file(self, sha256: str, *, now: datetime) -> IssuedPaper | None:
        """By the SHA-256 (hex) of the very file issued."""


class Verification:
    """Three ways to check one paper; each recorded before it is answered."""

    def __init__(self, *, papers: IssuedPapers, looks: LookBook) -> None:
        self._papers = papers
        self._looks = looks

    async def by_code(self, act: Act, *, code: str) -> Verdict:
        """Who scanned the QR code."""
        paper = await self._papers.by_code(code, now=act.at)
        return await self._answer(act, paper, Action.VERIFY_CODE)

    async def by_number(self, act: Act, *, number: str, check_code: str) -> Verdict:
        """Who typed number and check code; blanks, dashes and case do not count."""
        paper = await self._papers.by_number(
            number=_typed(number), check_code=_typed(check_code), now=act.at
        )
        return await self._answer(act, paper, Action.VERIFY_NUMBER)

    async def by_file(self, act: Act, *, sha256: str) -> Verdict:
        """Who uploaded the PDF; only its hash came this far."""
        paper = await self._papers.by_file(sha256, now=act.at)
        return await self._answer(act, paper, Action.VERIFY_FILE)

    async def _answer(self, act: Act, paper: IssuedPaper | None, action: Action) -> Verdict:
        if paper is None:
            by_file = action is Action.VERIFY_FILE
            sentence = FILE_NOT_OURS if by_file else SENTENCES[Standing.NOT_OURS]
            return Verdict(standing=Standing.NOT_OURS, sentence=sentence)
        await self._looks.record(_look(act, paper, action))
        by_code = action is Action.VERIFY_CODE
        report = not (paper.of_promise or paper.of_certificate)
        withheld = paper.of_person and by_code and report
        mask = mask_name if paper.of_person else mask_organisation_name
        return Verdict(
            standing=paper.standing,
            sentence=_sentence(paper, action, withheld=withheld),
            number=paper.number,
            issued_on=paper.issued_on,
            expires_at=paper.expires_at,
            subject=mask(paper.subject_name),
            edition=paper.edition,
            pages=paper.pages,
            counts=() if withheld else paper.counts,
            counts_withheld=withheld,
            sample=paper.sample,
            time_stamp=TimeStamp.NONE if paper.without_stamp else paper.time_stamp,
            time_stamp_text=WITHOUT if paper.without_stamp else STAMP_SENTENCES[paper.time_stamp],
            of_promise=paper.of_promise,
            of_certificate=paper.of_certificate,
            facts=paper.facts,
        )


def _look(act: Act, paper: IssuedPaper, action: Action) -> Look:
    return Look(
        id=act.draw.id(),
        at=act.at,
        viewer=ANYONE,
        role="holder",
        about=paper.about,
        person_id=paper.person_id,
        subject_id=paper.subject_id,
        report_id=paper.report_id,
        report_number=paper.number,
        action=action,
        purpose=paper.purpose,
        authority="paper",
        trace_id=act.trace_id,
    )


def _sentence(paper: IssuedPaper, action: Action, *, withheld: bool) -> str:
    """A sample is never called genuine, whatever it would be worth."""
    words = _words(paper)
    told = paper.told or words.sentences[paper.standing]
    if paper.standing is Standing.VALID and action is Action.VERIFY_FILE:
        told = words.file_valid
    elif paper.standing is Standing.VALID and withheld:
        told = WITHHELD
    if not paper.sample:
        return told
    return words.sample + told.removeprefix(words.genuine)


@dataclass(frozen=True)
class _Words:
    """How a kind of paper is spoken of."""

    genuine: str
    sentences: Mapping[Standing, str]
    sample: str
    file_valid: str = FILE_VALID


def _words(paper: IssuedPaper) -> _Words:
    if paper.of_promise:
        return _Words(PROMISE_GENUINE, PROMISE_SENTENCES, PROMISE_SAMPLE)
    if paper.of_certificate:
        return _Words(
            CERTIFICATE_GENUINE, CERTIFICATE_SENTENCES, CERTIFICATE_SAMPLE, CERTIFICATE_FILE_VALID
        )
    return _Words(GENUINE, SENTENCES, SAMPLE)


def _typed(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()
