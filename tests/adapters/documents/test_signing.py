"""The seal: what it covers, what it forbids, what an independent validator says of it."""

import asyncio
from io import BytesIO
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from adapters.documents.fonts import find_fonts
from adapters.documents.keys import KeyFiles, load_keys, make_development_keys
from adapters.documents.maker import SignedDocument
from adapters.documents.signing import Sealer
from adapters.documents.typesetting import Typesetter
from tests.adapters.documents.papers import SIGNED_AT

HELLO = "#set document(title: sys.inputs.sheet)\n你好"


def validated(pdf: bytes, root_pem: bytes) -> PdfSignatureStatus:
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=list(load_certs_from_pemder_data(root_pem)))
    return asyncio.run(async_validate_pdf_signature(signature, trust))


def test_the_signed_file_starts_with_the_unsigned_one(
    tmp_path: Path, key_files: KeyFiles, root_pem: bytes
) -> None:
    (tmp_path / "hello.typ").write_text(HELLO)
    typesetter = Typesetter(tmp_path, templates=["hello.typ"], fonts=find_fonts())
    unsigned = typesetter.set({"template": "hello.typ"}, canonical=b"{}", dated=SIGNED_AT)
    signed = Sealer(load_keys(key_files)).sign(unsigned, signed_at=SIGNED_AT)
    assert signed.pdf.startswith(unsigned)
    assert signed.pages == 1
    assert validated(signed.pdf, root_pem).bottom_line


def test_an_independent_validator_trusts_it_under_the_pinned_root(
    paper: SignedDocument, root_pem: bytes
) -> None:
    status = validated(paper.pdf, root_pem)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == SIGNED_AT
    assert status.md_algorithm == "sha256"
    assert status.pkcs7_signature_mechanism == "sha256_ecdsa"


def test_it_is_not_trusted_under_another_root(paper: SignedDocument, tmp_path: Path) -> None:
    other = make_development_keys(tmp_path).root_certificate.read_bytes()
    status = validated(paper.pdf, other)
    assert status.intact
    assert not status.trusted


def test_it_is_a_pades_certification_that_permits_no_change(paper: SignedDocument) -> None:
    (signature,) = PdfFileReader(BytesIO(paper.pdf)).embedded_signatures
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_its_field_is_invisible_and_fit_for_pdf_a(paper: SignedDocument) -> None:
    (signature,) = PdfFileReader(BytesIO(paper.pdf)).embedded_signatures
    hidden, printed = 1 << 1, 1 << 2
    assert list(signature.sig_field["/Rect"]) == [0, 0, 0, 0]
    assert signature.sig_field["/F"] & (hidden | printed) == printed
