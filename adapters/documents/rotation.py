"""Installing new signing keys beside running servers, all at once, and retiring the old ones.

A generation of keys is a folder of its own; the link ``current`` leads to the one in force and is
replaced in one step, so that no reader ever meets half of two.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from adapters.documents.key_ring import (
    CERTIFICATE,
    QR_KEY,
    RETIRED,
    fingerprint,
    load_retired,
    pem_of,
    public_pem,
)
from adapters.documents.keys import CURRENT, DocumentKeyError, DocumentKeys, KeyFiles, load_keys

GENERATIONS = "generations"
SHORT = 16


def rotate(folder: Path, *, new: Path, now: datetime) -> DocumentKeys:
    """Install what ``new`` holds of the four files; what it lacks stays as it is.

    Raises:
        DocumentKeyError: there is nothing new, or it does not fit; nothing has changed then.
    """
    old_files = KeyFiles.in_folder(folder)
    old = load_keys(old_files)
    load_retired(folder)
    chosen = [_chosen(new / path.name, path) for path in _paths(old_files)]
    if all(path in _paths(old_files) for path in chosen):
        raise DocumentKeyError(f"{new} holds none of {', '.join(p.name for p in chosen)}")
    generation = folder / GENERATIONS / f"{now:%Y%m%dT%H%M%S%f}"
    partial = generation.with_suffix(".partial")
    keys = _laid(chosen, partial)
    if (keys.certificate, keys.qr_key_id) == (old.certificate, old.qr_key_id):
        shutil.rmtree(partial)
        raise DocumentKeyError(f"{new} holds the keys that are in use already")
    if not keys.certificate.not_valid_before_utc <= now < keys.valid_until:
        shutil.rmtree(partial)
        raise DocumentKeyError(f"{new}: the signing certificate is not in force now")
    _retire(folder, old)
    partial.rename(generation)
    _sync(generation.parent)
    _lead(folder, generation)
    return keys


def _chosen(new: Path, old: Path) -> Path:
    return new if new.exists() else old


def _paths(files: KeyFiles) -> tuple[Path, ...]:
    return (files.root_certificate, files.certificate, files.private_key, files.qr_key)


def _laid(chosen: list[Path], partial: Path) -> DocumentKeys:
    """The four copied into one folder, on the disk, and checked."""
    partial.mkdir(parents=True, mode=0o700)
    try:
        for path in chosen:
            _write(partial / path.name, path.read_bytes())
        return load_keys(KeyFiles.in_folder(partial))
    except OSError as error:
        shutil.rmtree(partial)
        raise DocumentKeyError(f"cannot copy {error.filename}: {error.strerror}") from error
    except DocumentKeyError:
        shutil.rmtree(partial)
        raise


def _retire(folder: Path, old: DocumentKeys) -> None:
    """Publish the old public parts as retired, before anything new is in force."""
    retired = folder / RETIRED
    retired.mkdir(mode=0o700, exist_ok=True)
    for name, content in _public_parts(old):
        _write(retired / f".{name}", content)
        (retired / f".{name}").replace(retired / name)
    _sync(retired)


def _public_parts(old: DocumentKeys) -> Iterator[tuple[str, bytes]]:
    for certificate in (old.root_certificate, old.certificate):
        yield f"{fingerprint(certificate)[:SHORT]}{CERTIFICATE}", pem_of(certificate)
    for short, key in old.qr_public_keys.items():
        yield f"{short}{QR_KEY}", public_pem(key)


def _lead(folder: Path, generation: Path) -> None:
    link = folder / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(generation.relative_to(folder), target_is_directory=True)
    link.replace(folder / CURRENT)
    _sync(folder)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
