"""Signing the audit log's roots with the key of the papers, and checking them offline.

ECDSA on P-256 over the root's statement, under the same pinned root certificate as every paper;
a time stamp is a TimeStampToken (RFC 3161) over the digest of statement and signature.
"""

import asyncio
import hashlib
from collections.abc import Callable

from asn1crypto import cms, tsp  # type: ignore[import-untyped]  # it ships no types
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from adapters.documents.keys import DocumentKeys
from adapters.documents.verifier import NoRootCertificate
from domain.audit.roots import SignedRoot

Check = Callable[[SignedRoot], str]


class RootSigner:
    """Signs roots with the key of the papers."""

    def __init__(self, keys: DocumentKeys) -> None:
        self._keys = keys

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hex."""
        return fingerprint(self._keys.certificate)

    @property
    def certificate_pem(self) -> str:
        """The certificate."""
        return self._keys.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, content: bytes) -> bytes:
        """Its signature, DER."""
        return self._keys.private_key.sign(content, ec.ECDSA(hashes.SHA256()))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def signature_check(root_certificate_pem: bytes) -> Check:
    """A check of roots against the pinned certificates; it says what is wrong, or nothing.

    Raises:
        NoRootCertificate: what was given holds none.
    """
    try:
        pinned = x509.load_pem_x509_certificates(root_certificate_pem)
        for one in pinned:
            one.public_key()
    except ValueError as malformed:
        raise NoRootCertificate from malformed

    def check(signed: SignedRoot) -> str:
        try:
            certificate = x509.load_pem_x509_certificate(signed.certificate_pem.encode())
            key = certificate.public_key()
        except ValueError:
            return "it names no certificate"
        if not any(_issued(certificate, one) for one in pinned):
            return "its certificate is not one that the given root certificate issued"
        if fingerprint(certificate) != signed.root.signer or not isinstance(
            key, ec.EllipticCurvePublicKey
        ):
            return "it is not signed by the certificate that it names"
        at = signed.root.at
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            return "its certificate was not in force at its time"
        try:
            key.verify(signed.signature, signed.root.content(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "its signature does not fit: the root was altered"
        return ""

    return check


def _issued(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def stamp_check(tsa_root_pem: bytes) -> Check:
    """A check of time stamps against the authority's pinned certificate.

    Raises:
        NoRootCertificate: what was given is none.
    """
    try:
        pinned = list(load_certs_from_pemder_data(tsa_root_pem))
        for certificate in pinned:
            _ = certificate.native  # read when asked only: what is malformed shows here
    except (ValueError, TypeError, KeyError) as malformed:
        raise NoRootCertificate from malformed
    if not pinned:
        raise NoRootCertificate

    def check(signed: SignedRoot) -> str:
        try:
            return asyncio.run(_stamp_fault(signed, pinned))
        except Exception:  # noqa: BLE001 - hostile bytes raise anything in parsers, and prove nothing
            return "its time stamp cannot be read"

    return check


async def _stamp_fault(signed: SignedRoot, pinned: list[object]) -> str:
    signed_data = cms.ContentInfo.load(signed.token)["content"]
    content = signed_data["encap_content_info"]["content"].parsed
    if not isinstance(content, tsp.TSTInfo):
        return "its time stamp is none"
    stamped_at = content["gen_time"].native
    if content["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256":
        return "its time stamp is not over SHA-256"
    digest = hashlib.sha256(signed.root.content() + signed.signature).digest()
    status = await validate_tst_signed_data(
        signed_data,
        ValidationContext(
            trust_roots=pinned,
            moment=stamped_at,
            allow_fetching=False,
            other_certs=[one.chosen for one in signed_data["certificates"]],
        ),
        lambda _: digest,
    )
    if not (status["intact"] and status["valid"]):
        return "its time stamp does not fit it"
    return "" if status["trust_problem_indic"] is None else "its time stamp is not the authority's"
