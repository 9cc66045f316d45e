"""The keys of a running server: those in force, taken anew when their files change, and the past.

The files are looked at whenever keys are used. What is half-written or does not fit together is
refused: the keys in force stay, and readiness tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.documents.keys import (
    DocumentKeyError,
    DocumentKeys,
    KeyFiles,
    KeyMaterial,
    certificate_in,
    key_id,
)

RETIRED = "retired"
CERTIFICATE, QR_KEY = ".crt.pem", ".pub.pem"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Retired:
    """The public parts of keys that sign no more: what they signed still verifies."""

    certificates: tuple[x509.Certificate, ...]
    qr_keys: Mapping[str, Ed25519PublicKey]


@dataclass(frozen=True)
class _Held:
    material: KeyMaterial
    keys: DocumentKeys
    retired: Retired


class KeyRing:
    """Watches a folder of keys; ``development`` lets marked ones in."""

    def __init__(self, folder: Path, *, development: bool) -> None:
        """Load them; raises DocumentKeyError."""
        self._folder = folder
        self._development = development
        self._warning = ""
        self._seen = _looks(folder)
        self._held = self._load()

    @property
    def material(self) -> KeyMaterial:
        """What signs now."""
        return self._now().material

    @property
    def current(self) -> DocumentKeys:
        """The keys that sign now."""
        return self._now().keys

    @property
    def valid_until(self) -> datetime:
        """When what signs now ends."""
        return self._now().keys.valid_until

    @property
    def warning(self) -> str:
        """Why new files are refused; empty when they are in use."""
        self._now()
        return self._warning

    @property
    def qr_public_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """What checks every token there is, by short id."""
        held = self._now()
        return {**held.retired.qr_keys, **held.keys.qr_public_keys}

    def published(self) -> dict[str, object]:
        """What checks every paper there is: roots, signing certificates, keys of QR tokens."""
        held = self._now()
        past = [one for one in held.retired.certificates if one != held.keys.certificate]
        roots = [one for one in past if _is_root(one) and one != held.keys.root_certificate]
        signing = [held.keys.certificate, *(one for one in past if not _is_root(one))]
        return {
            "root_certificate_pem": held.keys.root_certificate_pem.decode(),
            "retired_root_certificates_pem": [pem_of(one).decode() for one in roots],
            "signing_certificates": [
                {
                    "sha256": fingerprint(one),
                    "pem": pem_of(one).decode(),
                    "current": one == held.keys.certificate,
                }
                for one in signing
            ],
            "qr_keys": {short: public_pem(key).decode() for short, key in self._tokens(held)},
        }

    def _tokens(self, held: _Held) -> list[tuple[str, Ed25519PublicKey]]:
        return list({**held.retired.qr_keys, **held.keys.qr_public_keys}.items())

    def _now(self) -> _Held:
        looks = _looks(self._folder)
        if looks != self._seen:
            self._seen = looks
            try:
                self._held, self._warning = self._load(), ""
                log.warning("signing_keys_changed", signs=fingerprint(self._held.keys.certificate))
            except DocumentKeyError as refused:
                self._warning = f"new signing keys are refused, the old ones sign: {refused}"
                log.error("signing_keys_refused", why=str(refused))  # noqa: TRY400 - all is said
        return self._held

    def _load(self) -> _Held:
        material = KeyMaterial.of(KeyFiles.in_folder(self._folder))
        keys = material.keys()
        if not self._development and material.says_development():
            raise DocumentKeyError(f"{material.files.certificate} or its keys are for development")
        return _Held(material, keys, load_retired(self._folder))


def load_retired(folder: Path) -> Retired:
    """What lies in the subfolder; raises DocumentKeyError for what is malformed."""
    certificates, qr_keys = [], {}
    for path in _retired(folder):
        pem = _content(path)
        if path.name.endswith(CERTIFICATE):
            certificates.append(certificate_in(pem, path))
        else:
            key = _public_key(pem, path)
            qr_keys[key_id(key)] = key
    return Retired(certificates=tuple(certificates), qr_keys=qr_keys)


def pem_of(certificate: x509.Certificate) -> bytes:
    """As PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def public_pem(key: Ed25519PublicKey) -> bytes:
    """As PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate, hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _is_root(certificate: x509.Certificate) -> bool:
    return certificate.subject == certificate.issuer


def _looks(folder: Path) -> tuple[object, ...]:
    """What changes when a file does."""
    files = KeyFiles.in_folder(folder)
    paths = (files.root_certificate, files.certificate, files.private_key, files.qr_key)
    return tuple(_look(path) for path in (*paths, *_retired(folder)))


def _look(path: Path) -> tuple[object, ...]:
    try:
        found = path.stat()
    except OSError as error:
        return (path, error.errno)
    return (path, found.st_mtime_ns, found.st_size, found.st_ino)


def _retired(folder: Path) -> list[Path]:
    places = (folder / RETIRED).glob("*.pem")
    # A name that begins with a dot is being written.
    return sorted(
        path
        for path in places
        if path.name.endswith((CERTIFICATE, QR_KEY)) and not path.name.startswith(".")
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentKeyError(f"cannot read {path}: {error.strerror}") from error


def _public_key(pem: bytes, path: Path) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise DocumentKeyError(f"{path} is not a PEM public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise DocumentKeyError(f"{path} is not an Ed25519 key")
    return key
