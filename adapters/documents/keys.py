"""The keys papers are signed with: read from PEM files, or made for development."""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID

YEARS = 10
CURRENT = "current"
MARK = "开发测试/DEVELOPMENT"


class DocumentKeyError(Exception):
    """A key or certificate is missing, malformed or does not fit the others; it says which."""


@dataclass(frozen=True, kw_only=True)
class KeyFiles:
    """Where the keys lie, all PEM: the pinned root, the signing pair, the key of QR tokens."""

    root_certificate: Path
    certificate: Path
    private_key: Path
    qr_key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "KeyFiles":
        """The four under their usual names: in the folder, or where its link ``current`` leads.

        The link is followed once, so that all four are of one generation.
        """
        current = folder / CURRENT
        folder = current.resolve() if current.exists() else folder
        return cls(
            root_certificate=folder / "root.crt.pem",
            certificate=folder / "signing.crt.pem",
            private_key=folder / "signing.key.pem",
            qr_key=folder / "qr.key.pem",
        )


@dataclass(frozen=True, kw_only=True)
class KeyMaterial:
    """The content of the four files, as it is handed to whoever signs; never shown or logged."""

    files: KeyFiles
    root_certificate: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    private_key: bytes = field(repr=False)
    qr_key: bytes = field(repr=False)

    @classmethod
    def of(cls, files: KeyFiles) -> "KeyMaterial":
        """Read each once; raises DocumentKeyError."""
        return cls(
            files=files,
            root_certificate=_read(files.root_certificate),
            certificate=_read(files.certificate),
            private_key=_read(files.private_key),
            qr_key=_read(files.qr_key),
        )

    def keys(self) -> "DocumentKeys":
        """The keys, checked against each other; raises DocumentKeyError."""
        return _checked(self)

    def says_development(self) -> bool:
        """Whether one of them is marked as made for development."""
        subject = certificate_in(self.certificate, self.files.certificate).subject
        return MARK in subject.rfc4514_string() or MARK.encode() in self.private_key + self.qr_key


@dataclass(frozen=True, kw_only=True)
class DocumentKeys:
    """The keys, checked against each other."""

    root_certificate: x509.Certificate
    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey
    qr_key: Ed25519PrivateKey

    @property
    def root_certificate_pem(self) -> bytes:
        """What a verifier pins."""
        return self.root_certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def qr_key_id(self) -> str:
        """The short id a token carries."""
        return key_id(self.qr_key.public_key())

    @property
    def valid_until(self) -> datetime:
        """When the first of the two certificates ends."""
        return min(self.root_certificate.not_valid_after_utc, self.certificate.not_valid_after_utc)

    @property
    def qr_public_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """What a verifier of tokens needs, by short id."""
        return {self.qr_key_id: self.qr_key.public_key()}


def key_id(key: Ed25519PublicKey) -> str:
    """Eight characters that tell keys apart: the start of the key's SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.public_bytes_raw()).digest())[:8].decode()


def load_keys(files: KeyFiles) -> DocumentKeys:
    """Read the four files.

    Raises:
        DocumentKeyError: Missing, malformed, of the wrong kind, or not belonging together.
    """
    return KeyMaterial.of(files).keys()


def _checked(material: KeyMaterial) -> DocumentKeys:
    files = material.files
    root = certificate_in(material.root_certificate, files.root_certificate)
    certificate = certificate_in(material.certificate, files.certificate)
    private_key = _private_key(material.private_key, files.private_key)
    qr_key = _private_key(material.qr_key, files.qr_key)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey) or not isinstance(
        private_key.curve, ec.SECP256R1
    ):
        raise DocumentKeyError(f"{files.private_key} is not an ECDSA key on P-256")
    if not isinstance(qr_key, Ed25519PrivateKey):
        raise DocumentKeyError(f"{files.qr_key} is not an Ed25519 key")
    if certificate.public_key() != private_key.public_key():
        raise DocumentKeyError(f"{files.private_key} is not the key of {files.certificate}")
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise DocumentKeyError(
            f"{files.certificate} was not issued by {files.root_certificate}"
        ) from error
    return DocumentKeys(
        root_certificate=root, certificate=certificate, private_key=private_key, qr_key=qr_key
    )


def make_development_keys(folder: Path, *, at: datetime | None = None) -> KeyFiles:
    """A root, a signing certificate and a QR key that say they are for development.

    The certificates are in force from the day before ``at`` (now, unless given). What is already
    there is kept; the private keys are readable by their owner only.
    """
    files = KeyFiles.in_folder(folder)
    if files.qr_key.exists():
        return files
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root_key, signing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = _subject("根证书 ROOT"), _subject("报告签章 REPORT SEAL")
    by_root = partial(_issue, issuer=root_name, issuer_key=root_key, now=at or datetime.now(UTC))
    root = by_root(subject=root_name, key=root_key)
    certificate = by_root(subject=name, key=signing_key)
    files.root_certificate.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_private(files.private_key, signing_key)
    _write_private(files.qr_key, Ed25519PrivateKey.generate())
    return files


def says_development(files: KeyFiles) -> list[Path]:
    """Those of the files that say they are for development, by their mark.

    Raises:
        DocumentKeyError: a file cannot be read.
    """
    certificates = (files.root_certificate, files.certificate)
    marked = [
        path
        for path in certificates
        if MARK in certificate_in(_read(path), path).subject.rfc4514_string()
    ]
    keys = (files.private_key, files.qr_key)
    return marked + [path for path in keys if MARK.encode() in _read(path)]


def certificate_in(pem: bytes, path: Path) -> x509.Certificate:
    """The certificate in this PEM; raises DocumentKeyError, which names the path."""
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise DocumentKeyError(f"{path} is not a PEM certificate") from error


def _private_key(pem: bytes, path: Path) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise DocumentKeyError(f"{path} is not an unencrypted PEM private key") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentKeyError(f"cannot read {path}: {error.strerror}") from error


def _subject(role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{MARK} {role}"),
        ]
    )


def _issue(
    *,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    is_root = subject == issuer
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_usage(is_root=is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        # Readers of PEM skip what stands before it; whoever looks for it finds the mark.
        file.write(f"{MARK}\n".encode() + pem)
