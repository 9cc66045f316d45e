"""Signing the audit log's roots with the key of the papers, and checking them offline.

ECDSA on P-256 over the root's statement, under the same pinned root certificate as every paper;
a time stamp is a TimeStampToken (RFC 3161) over the digest of statement and signature.
"""

from collections.abc import Callable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.documents.keys import DocumentKeys
from adapters.documents.verifier import NoRootCertificate
from adapters.stamp_tokens import StampRoots, TokenRefused, check_token
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
    """A check of time stamps against the authority's pinned certificates.

    Raises:
        NoRootCertificate: what was given holds none.
    """
    try:
        roots = StampRoots(tsa_root_pem)
    except ValueError as malformed:
        raise NoRootCertificate from malformed

    def check(signed: SignedRoot) -> str:
        try:
            check_token(signed.token, digest=signed.digest, roots=roots)
        except TokenRefused as refused:
            return f"its time stamp does not prove it ({refused})"
        return ""

    return check
