"""The secrets of an installation: two files, and the keys drawn from them.

``master.key`` (96 bytes) wraps the field-encryption keys; ``secret.key`` (64 bytes) is the root
from which one key per purpose is derived by HKDF (RFC 5869), so that no two uses share a key.
What the database remembers under these keys must be found again, so ``secret.key`` stays;
the keys of tokens are rotated apart from it (``token_keys.py``).
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER, NEXT, PREVIOUS = "master.key", "master.next.key", "master.previous.key"
SIZES = {MASTER: 96, "secret.key": 64}


class KeyFileError(Exception):
    """A key file is missing or malformed; the sentence says which and what to do."""


class Keys:
    """The keys of a folder, read once.

    ``next_master`` is there while field keys are being wrapped anew: either opens the database.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master = _read(folder / MASTER)
        self.next_master = _read(folder / NEXT) if (folder / NEXT).exists() else None
        self.root = _read(folder / "secret.key")

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""
        return derived(self.root, purpose)


def derived(root: bytes, purpose: str) -> bytes:
    """32 bytes of a root for one purpose."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(root)


def hash_of_secret(secret: str) -> str:
    """SHA-256 of 128 random bits, hex: it finds what they open, and cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


class SecretHashes:
    """How codes are kept: what is long is hashed, what is short is keyed as well."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of_code(self, code: str) -> str:
        """SHA-256 of a 128-bit code, hex: it cannot be guessed back."""
        return hash_of_secret(code)

    def of_check(self, *, number: str, check_code: str) -> str:
        """HMAC of a number with its check code, hex: useless to who has only the database."""
        typed = f"{number}\n{check_code}".encode()
        return hmac.new(self._key, typed, hashlib.sha256).hexdigest()


def make_keys(folder: Path) -> list[Path]:
    """Make the key files that are missing, readable by their owner only; which were made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name, size in SIZES.items():
        path = folder / name
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(size))
            made.append(path)
    return made


def stage_master(folder: Path, new: Path) -> None:
    """Put the new master key beside the present one, which still counts; again does no harm.

    Raises:
        KeyFileError: it is malformed, or another one is staged already.
    """
    key = _read(new, SIZES[MASTER])
    if key == _read(folder / MASTER):
        return
    staged = folder / NEXT
    if not staged.exists():
        _write(staged, key)
    elif _read(staged) != key:
        raise KeyFileError(
            f"{staged} is another key: an earlier re-wrapping has not ended; end it with "
            f"--new-master {staged}"
        )


def promote_master(folder: Path) -> None:
    """Let the staged master key, which opens everything by now, take the place of the present.

    Raises:
        KeyFileError: a file cannot be written.
    """
    if not (folder / NEXT).exists():
        return
    _write(folder / PREVIOUS, _read(folder / MASTER))
    try:
        (folder / NEXT).replace(folder / MASTER)
    except OSError as error:
        raise KeyFileError(f"cannot write {folder / MASTER}: {error.strerror}") from error


def _write(path: Path, key: bytes) -> None:
    """All of it or nothing, readable by its owner only."""
    beside = path.with_suffix(".part")
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise KeyFileError(f"cannot write the key file {path}: {error.strerror}") from error


def _read(path: Path, wanted: int | None = None) -> bytes:
    wanted = wanted or SIZES.get(path.name, SIZES[MASTER])
    try:
        key = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"cannot read the key file {path}: {error.strerror}") from error
    if len(key) != wanted:
        raise KeyFileError(f"the key file {path} has {len(key)} bytes instead of {wanted}")
    return key
