"""Signing a PDF: PAdES B-B by ECDSA on P-256, certified so that nothing may change after."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from cryptography.hazmat.primitives import serialization
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from adapters.documents.keys import DocumentKeys

FIELD = "Seal"
# Hexadecimal digits: a P-256 signature takes a sixth of it, a time-stamp token of the largest
# size that is taken the rest. Given, so that no trial run is made.
RESERVED = 24_576


@dataclass(frozen=True, kw_only=True)
class SignedPdf:
    """The signed bytes, which start with the unsigned ones, and the number of pages."""

    pdf: bytes
    pages: int


class Sealer:
    """Signs with one key."""

    def __init__(self, keys: DocumentKeys) -> None:
        certificate = keys.certificate.public_bytes(serialization.Encoding.PEM)
        private_key = keys.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._signer = SimpleSigner(
            signing_cert=next(load_certs_from_pemder_data(certificate)),
            signing_key=load_private_key_from_pemder_data(private_key, None),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # pyHanko's
        )
        self._metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )

    def sign(self, pdf: bytes, *, signed_at: datetime) -> SignedPdf:
        """Append one certification signature with an invisible field."""
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        pages = int(writer.root["/Pages"]["/Count"])
        signer = _DatedSigner(
            self._metadata, self._signer, new_field_spec=SigFieldSpec(FIELD), signed_at=signed_at
        )
        signed = signer.sign_pdf(writer, bytes_reserved=RESERVED)
        return SignedPdf(pdf=signed.getvalue(), pages=pages)


class _DatedSigner(PdfSigner):
    """PdfSigner states the time that it is told instead of reading a clock."""

    def __init__(
        self,
        metadata: PdfSignatureMetadata,
        signer: SimpleSigner,
        *,
        new_field_spec: SigFieldSpec,
        signed_at: datetime,
    ) -> None:
        super().__init__(metadata, signer, new_field_spec=new_field_spec)
        self._signed_at = signed_at

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._signed_at
        return session
