"""Time stamps in signed papers: on the seal at once (B-T), or appended over the whole file later.

The authority is asked elsewhere. Here is what it is asked about, and where its token goes; the
bytes of a paper are never rearranged, only room that was reserved is filled.
"""

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import cms  # type: ignore[import-untyped]  # it ships no types
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

FIELD = "TimeStamp"
# Hexadecimal digits: a token of the largest size taken, and a little.
RESERVED = 24_576
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


@dataclass(frozen=True, kw_only=True)
class Seal:
    """Where a signature lies: ``/Contents`` from ``start`` to ``resume``, covering to ``end``."""

    start: int
    resume: int
    end: int

    def covered(self, pdf: bytes) -> bytes:
        """The bytes that it covers."""
        return pdf[: self.start] + pdf[self.resume : self.end]

    def contents(self, pdf: bytes) -> bytes:
        """The signature, and the zeros behind it."""
        return bytes.fromhex(pdf[self.start + 1 : self.resume - 1].decode("ascii"))

    def filled(self, pdf: bytes, contents: bytes) -> bytes:
        """The file with other contents in the same room; raises NoRoom."""
        room = self.resume - self.start - 2
        digits = contents.hex().encode()
        if len(digits) > room:
            raise NoRoom
        return pdf[: self.start + 1] + digits.ljust(room, b"0") + pdf[self.resume - 1 :]


class NoRoom(Exception):
    """The token is larger than what was reserved for it."""


def seals(pdf: bytes) -> list[Seal]:
    """All of a file, in order; whether they make sense is for who asks to judge."""
    return [
        Seal(start=start, resume=resume, end=resume + length)
        for start, resume, length in (map(int, found) for found in _BYTE_RANGE.findall(pdf))
    ]


def signature_digest(pdf: bytes) -> bytes:
    """What a stamp on the seal is about: the SHA-256 of the signature's value."""
    [seal] = seals(pdf)
    return digest_of(_signer(_opened(seal.contents(pdf))))


def digest_of(signer: cms.SignerInfo) -> bytes:
    """The SHA-256 of a signature's value."""
    return hashlib.sha256(signer["signature"].native).digest()


def stamped(pdf: bytes, token: bytes) -> bytes:
    """The paper with the token beside its signature; raises NoRoom."""
    [seal] = seals(pdf)
    container = _opened(seal.contents(pdf))
    _signer(container)["unsigned_attrs"] = cms.CMSAttributes(
        [
            cms.CMSAttribute(
                {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]}
            )
        ]
    )
    return seal.filled(pdf, container.dump())


@dataclass(frozen=True, kw_only=True)
class Raisable:
    """A paper with room for a document time-stamp, and the digest that the stamp is about."""

    pdf: bytes
    digest: bytes

    def raised(self, token: bytes) -> bytes:
        """The paper with its document time-stamp; raises NoRoom."""
        return seals(self.pdf)[-1].filled(self.pdf, token)


def raisable(pdf: bytes) -> Raisable:
    """Append room for a document time-stamp; the bytes before it stay as they are."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    room = DocumentTimestamp(bytes_reserved=RESERVED)  # type: ignore[no-untyped-call]  # pyHanko's
    embedding = PdfCMSEmbedder(new_field_spec=SigFieldSpec(FIELD)).write_cms(
        field_name=FIELD, writer=writer
    )
    next(embedding)
    embedding.send(SigObjSetup(sig_placeholder=room))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    return Raisable(pdf=output.getvalue(), digest=prepared.document_digest)


def _opened(contents: bytes) -> cms.ContentInfo:
    return cms.ContentInfo.load(contents)


def _signer(container: cms.ContentInfo) -> cms.SignerInfo:
    [signer] = container["content"]["signer_infos"]
    return signer
