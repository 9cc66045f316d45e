"""Whether a file or a QR code is ours and unchanged: offline, by pinned keys alone.

The seal is checked over the raw bytes first, so that no reader of PDF ever meets a file that
we did not sign.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import cast

from asn1crypto import cms, core  # type: ignore[import-untyped]  # it ships no types
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_detached_cms, async_validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
    StandardCMSSignatureStatus,
)
from pyhanko_certvalidator import ValidationContext

from adapters.documents import qr
from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.snapshot import instant, read
from adapters.documents.stamping import Seal, digest_of, seals
from adapters.documents.typesetting import (
    ATTACHMENT,
    CERTIFICATE_ATTACHMENT,
    PROMISE_ATTACHMENT,
)
from adapters.stamp_tokens import Stamped, StampRoots, TokenRefused, judge_token
from domain.lectures.certificates import EDITION as CERTIFICATE

DATA = frozenset({ATTACHMENT, PROMISE_ATTACHMENT, CERTIFICATE_ATTACHMENT})
PLAIN, WITH_STAMP, RAISED = "B-B", "B-T", "with document time-stamp"
NO_STAMP = "未附可信时间戳，签章时间由签章方自述。"
STAMP_CHECKED = "可信时间戳机构已证明签章时间。"
STAMP_NOT_CHECKED = "附有时间戳；未提供时间戳机构的根证书，没有核对它由谁签发。"


class Reason(StrEnum):
    """Why a verdict is what it is."""

    AUTHENTIC = "authentic"
    NOT_SIGNED = "not_signed"
    SEVERAL_SIGNATURES = "several_signatures"
    NOT_WHOLE = "not_whole"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    STAMP_REFUSED = "stamp_refused"
    NOT_CERTIFIED = "not_certified"
    NO_DATA = "no_data"
    UNREADABLE = "unreadable"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a reason, not a secret


SENTENCES: Mapping[Reason, str] = {
    Reason.AUTHENTIC: "本平台出具的原件，内容未经改动。",
    Reason.NOT_SIGNED: "文件没有电子签章，不是本平台出具的原件。",
    Reason.SEVERAL_SIGNATURES: "文件带有不止一个签章，不是本平台出具的原件。",
    Reason.NOT_WHOLE: "文件在签章之后被追加、截断或改写，不能作为原件。",
    Reason.ALTERED: "文件内容与签章不符，已被改动。",
    Reason.NOT_OURS: "签章不是本平台的，不能证明文件由本平台出具。",
    Reason.STAMP_REFUSED: "时间戳无效，或不是所信任的时间戳机构签发的，文件不能作为原件。",
    Reason.NOT_CERTIFIED: "签章没有禁止改动，不是本平台出具的原件。",
    Reason.NO_DATA: "文件中没有可核对的结构化数据，不是本平台出具的原件。",
    Reason.UNREADABLE: "文件无法读取，不是本平台出具的原件。",
    Reason.TOKEN_REFUSED: "二维码不是本平台签发的，或内容已被改动。",
}


@dataclass(frozen=True, kw_only=True)
class FileCount:
    """One of the eight counts."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What an authentic file says of itself and of its seal; of its subject nothing.

    ``expires_at`` is None of a certificate of attendance, which does not expire. ``signed_at`` is
    the signer's own statement; ``stamped_at`` that of a time-stamp authority, whose certificate
    was checked only if its root was given.
    """

    number: str
    issuer: str
    sample: bool
    generated_at: datetime
    expires_at: datetime | None
    counts: tuple[FileCount, ...]
    pages: int
    canonical_sha256: str
    signer: str
    signed_at: datetime
    level: str
    time_stamp: str
    stamped_at: datetime | None
    stamped_by: str | None


@dataclass(frozen=True, kw_only=True)
class FileVerdict:
    """The answer for a file; ``facts`` only when it is authentic."""

    authentic: bool
    reason: Reason
    sentence: str
    facts: FileFacts | None = None


@dataclass(frozen=True, kw_only=True)
class TokenVerdict:
    """The answer for a QR code; an authentic one may have expired, see ``facts.expires_at``."""

    authentic: bool
    reason: Reason
    sentence: str
    facts: qr.TokenFacts | None = None


class NoRootCertificate(Exception):
    """What was given as the root holds no certificate."""


class _Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def verify_file(
    pdf: bytes, *, root_certificate_pem: bytes, stamp_roots: StampRoots | None = None
) -> FileVerdict:
    """Whether these bytes are a paper sealed under the pinned root, all of them, unchanged.

    There may be several roots, the current and retired ones. A time-stamp that is there must
    hold, by an authority under ``stamp_roots`` if they are given.

    Not for the event loop: it computes for some tens of milliseconds. Whatever the bytes are,
    it answers.

    Raises:
        NoRootCertificate: the root is none.
    """
    try:
        roots = list(load_certs_from_pemder_data(root_certificate_pem))
        for certificate in roots:
            _ = certificate.native  # read when asked only: what is malformed shows here
    except (ValueError, TypeError, KeyError) as malformed:
        raise NoRootCertificate from malformed
    if not roots:
        raise NoRootCertificate
    return asyncio.run(_verdict(pdf, roots, stamp_roots))


def verify_token(url_or_token: str, public_keys: Mapping[str, Ed25519PublicKey]) -> TokenVerdict:
    """Whether the text of a QR code, or only its token, was issued under one of these keys."""
    try:
        facts = qr.read_token(url_or_token.strip().rpartition("#")[2], public_keys)
    except qr.TokenRefused:
        reason = Reason.TOKEN_REFUSED
        return TokenVerdict(authentic=False, reason=reason, sentence=SENTENCES[reason])
    reason = Reason.AUTHENTIC
    return TokenVerdict(authentic=True, reason=reason, sentence=SENTENCES[reason], facts=facts)


async def _verdict(pdf: bytes, roots: list[object], stamp_roots: StampRoots | None) -> FileVerdict:
    try:
        return _file_verdict(Reason.AUTHENTIC, await _facts(pdf, roots, stamp_roots))
    except _Refused as refused:
        return _file_verdict(refused.reason)
    except TokenRefused:
        return _file_verdict(Reason.STAMP_REFUSED)
    except Exception:  # noqa: BLE001 - hostile bytes raise anything in parsers, and prove nothing
        return _file_verdict(Reason.UNREADABLE)


def _file_verdict(reason: Reason, facts: FileFacts | None = None) -> FileVerdict:
    return FileVerdict(
        authentic=facts is not None, reason=reason, sentence=SENTENCES[reason], facts=facts
    )


async def _facts(pdf: bytes, roots: list[object], stamp_roots: StampRoots | None) -> FileFacts:
    """All that is told comes from the paper as sealed; what may follow is a time-stamp only."""
    paper, seal, appended = _parts(pdf)
    signed_data = await _check_bytes(paper, seal, roots)
    reader = PdfFileReader(BytesIO(paper))
    signature = await _check_signature(reader, roots)
    on_seal = await _stamp_on_seal(signed_data, stamp_roots)
    on_file = None
    if appended is not None:
        await _check_appended(pdf, reader, appended, roots)
        on_file = await _stamp_on_file(pdf, appended, stamp_roots)
    stamp = on_seal or on_file
    checked = STAMP_CHECKED if stamp_roots else STAMP_NOT_CHECKED
    canonical = _attached(reader)
    attached = cast("Mapping[str, object]", json.loads(canonical))
    if canonical_json(attached) != canonical:
        raise _Refused(Reason.NO_DATA)
    data = read(attached)
    return FileFacts(
        number=data["number"],
        issuer=data["issuer"],
        sample=data["sample"],
        generated_at=instant(data["generated_at"]),
        expires_at=_expiry(attached),
        counts=tuple(FileCount(**count) for count in data["counts"]),
        pages=int(reader.root["/Pages"]["/Count"]),
        canonical_sha256=sha256_hex(canonical),
        signer=str(signature.signer_cert.subject.native["common_name"]),
        signed_at=cast("datetime", signature.self_reported_timestamp),
        level=_level(on_seal, on_file),
        time_stamp=checked if stamp else NO_STAMP,
        stamped_at=stamp.at if stamp else None,
        stamped_by=stamp.authority if stamp else None,
    )


def _expiry(said: Mapping[str, object]) -> datetime | None:
    """None where the day is there for the code alone, which wants one."""
    return None if said.get("edition") == CERTIFICATE else instant(str(said["expires_at"]))


def _level(on_seal: Stamped | None, on_file: Stamped | None) -> str:
    level = WITH_STAMP if on_seal else PLAIN
    return f"{level} {RAISED}" if on_file else level


def _parts(pdf: bytes) -> tuple[bytes, Seal, Seal | None]:
    """The paper with its seal, and the seal of a document time-stamp appended to it.

    Each begins at the first byte; the last ends at the last, and the first where the paper did.
    """
    found = seals(pdf)
    if not found:
        raise _Refused(Reason.NOT_SIGNED)
    seal, *more = found
    if len(more) > 1:
        raise _Refused(Reason.SEVERAL_SIGNATURES)
    appended = more[0] if more else None
    last = appended or seal
    if not seal.start < seal.resume <= seal.end or last.end != len(pdf):
        raise _Refused(Reason.NOT_WHOLE)
    if appended and not seal.end < appended.start < appended.resume < appended.end:
        raise _Refused(Reason.NOT_WHOLE)
    return pdf[: seal.end], seal, appended


async def _check_bytes(paper: bytes, seal: Seal, roots: list[object]) -> cms.SignedData:
    """The seal over every byte but its own, by whoever holds a certificate under the root."""
    signed_data = cms.ContentInfo.load(seal.contents(paper))["content"]
    # Only who issued the certificate is asked here; whether it was in force, with its own time.
    certificate = extract_certs_for_validation(signed_data).signer_cert
    sealed = signed_data.copy()
    _drop_stamp(sealed["signer_infos"][0])
    status = await async_validate_detached_cms(
        seal.covered(paper),
        sealed,
        signer_validation_context=_trust(roots, certificate.not_valid_before),
    )
    _judge(status)
    return signed_data


async def _check_signature(reader: PdfFileReader, roots: list[object]) -> EmbeddedPdfSignature:
    """The only signature, a certification of the entire file that permits no change."""
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise _Refused(Reason.SEVERAL_SIGNATURES if signatures else Reason.NOT_SIGNED)
    signature: EmbeddedPdfSignature = signatures[0]
    status = await _pdf_status(signature, roots)
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _Refused(Reason.NOT_WHOLE)
    if signature.docmdp_level is not MDPPerm.NO_CHANGES or not status.bottom_line:
        raise _Refused(Reason.NOT_CERTIFIED)
    return signature


async def _check_appended(
    pdf: bytes, paper: PdfFileReader, appended: Seal, roots: list[object]
) -> None:
    """What follows the paper is one revision that adds a document time-stamp and nothing else."""
    reader = PdfFileReader(BytesIO(pdf))
    if reader.xrefs.total_revisions != paper.xrefs.total_revisions + 1 or "/DSS" in reader.root:
        raise _Refused(Reason.NOT_WHOLE)
    signatures, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    if (len(signatures), len(stamps), len(reader.embedded_signatures)) != (1, 1, 2):
        raise _Refused(Reason.SEVERAL_SIGNATURES)
    covered = [0, appended.start, appended.resume, appended.end - appended.resume]
    if list(stamps[0].byte_range) != covered:
        raise _Refused(Reason.NOT_WHOLE)
    status = await _pdf_status(signatures[0], roots)
    if status.modification_level is not ModificationLevel.LTA_UPDATES or not status.bottom_line:
        raise _Refused(Reason.NOT_WHOLE)


async def _pdf_status(signature: EmbeddedPdfSignature, roots: list[object]) -> PdfSignatureStatus:
    _drop_stamp(signature.signer_info)
    status = await async_validate_pdf_signature(
        signature, _trust(roots, cast("datetime", signature.self_reported_timestamp))
    )
    _judge(status)
    return status


async def _stamp_on_seal(
    signed_data: cms.SignedData, stamp_roots: StampRoots | None
) -> Stamped | None:
    """A time-stamp of the signature; nothing else may stand where nothing is signed."""
    [signer] = signed_data["signer_infos"]
    if b"".join(signer[name].dump() for name in signer) != signer.contents:
        raise _Refused(Reason.ALTERED)  # What is no known part would pass unread.
    attributes = signer["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return None
    [attribute] = attributes
    [token] = attribute["values"]
    if attribute["type"].native != "signature_time_stamp_token":
        raise TokenRefused("another attribute")
    return await judge_token(token.dump(), digest=digest_of(signer), roots=stamp_roots)


async def _stamp_on_file(pdf: bytes, appended: Seal, stamp_roots: StampRoots | None) -> Stamped:
    token = cms.ContentInfo.load(appended.contents(pdf)).dump()
    digest = hashlib.sha256(appended.covered(pdf)).digest()
    return await judge_token(token, digest=digest, roots=stamp_roots)


def _drop_stamp(signer: cms.SignerInfo) -> None:
    """Leave the signature alone: its time-stamp is by somebody else, and judged apart."""
    if not isinstance(signer["unsigned_attrs"], core.Void):
        del signer["unsigned_attrs"]


def _judge(status: StandardCMSSignatureStatus) -> None:
    if not (status.intact and status.valid):
        raise _Refused(Reason.ALTERED)
    if not status.trusted:
        raise _Refused(Reason.NOT_OURS)


def _trust(roots: list[object], moment: datetime) -> ValidationContext:
    return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False)


def _attached(reader: PdfFileReader) -> bytes:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    files = [names[place] for place in range(1, len(names), 2)]
    found = [file["/EF"]["/F"].data for file in files if file["/F"] in DATA]
    if len(found) != 1:
        raise _Refused(Reason.NO_DATA)
    return bytes(found[0])
