"""Keys of papers: made for development, read with clear errors."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.documents.keys import (
    DocumentKeyError,
    KeyFiles,
    load_keys,
    make_development_keys,
)


def test_development_keys_say_what_they_are(key_files: KeyFiles) -> None:
    keys = load_keys(key_files)
    for certificate in (keys.root_certificate, keys.certificate):
        assert "开发测试/DEVELOPMENT" in certificate.subject.rfc4514_string()
    assert keys.root_certificate_pem == key_files.root_certificate.read_bytes()
    assert list(keys.qr_public_keys) == [keys.qr_key_id]


def test_private_keys_are_readable_by_their_owner_only(key_files: KeyFiles) -> None:
    for path in (key_files.private_key, key_files.qr_key):
        assert path.stat().st_mode & 0o777 == 0o600


def test_keys_once_made_are_kept(tmp_path: Path) -> None:
    before = make_development_keys(tmp_path).private_key.read_bytes()
    assert make_development_keys(tmp_path).private_key.read_bytes() == before


def other_curve(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


SPOILT: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no root": ("root_certificate", Path.unlink, "cannot read .*root"),
    "no signing key": ("private_key", Path.unlink, "cannot read .*signing.key"),
    "an empty certificate": ("certificate", lambda path: path.write_bytes(b""), "not a PEM"),
    "a broken key": ("qr_key", lambda path: path.write_text("x"), "not an unencrypted PEM"),
    "another curve": ("private_key", other_curve, "not an ECDSA key on P-256"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_file_is_named(tmp_path: Path, what: str) -> None:
    files = make_development_keys(tmp_path)
    name, spoil, message = SPOILT[what]
    spoil(getattr(files, name))
    with pytest.raises(DocumentKeyError, match=message):
        load_keys(files)


def test_files_that_do_not_belong_together_are_refused(key_files: KeyFiles, tmp_path: Path) -> None:
    others = make_development_keys(tmp_path)
    for mixed, message in (
        (replace(key_files, private_key=others.private_key), "is not the key of"),
        (replace(key_files, root_certificate=others.root_certificate), "was not issued by"),
        (replace(key_files, qr_key=key_files.private_key), "is not an Ed25519 key"),
    ):
        with pytest.raises(DocumentKeyError, match=message):
            load_keys(mixed)
