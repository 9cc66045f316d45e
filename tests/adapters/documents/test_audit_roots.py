"""Roots of the audit log: signed under the pinned certificate, stamped by an authority or not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.documents.audit_roots import RootSigner, signature_check, stamp_check
from adapters.documents.keys import KeyFiles, load_keys, make_development_keys
from adapters.documents.verifier import NoRootCertificate
from domain.audit.roots import FIRST_PREVIOUS, Root, SignedRoot
from domain.timestamps import TimeStamp
from tests.stamping import Tsa

AT = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    return make_development_keys(tmp_path / "keys")


@pytest.fixture
def sign(files: KeyFiles) -> Callable[..., SignedRoot]:
    signer = RootSigner(load_keys(files))

    def make(at: datetime = AT) -> SignedRoot:
        root = Root(
            installation="here",
            number=0,
            at=at,
            size=3,
            head=b"h" * 32,
            previous=FIRST_PREVIOUS,
            signer=signer.fingerprint,
        )
        return SignedRoot(
            root=root,
            signature=signer.sign(root.content()),
            certificate_pem=signer.certificate_pem,
            stamping=TimeStamp.PENDING,
        )

    return make


def test_a_root_is_trusted_under_its_pinned_certificate_alone(
    files: KeyFiles, sign: Callable[..., SignedRoot], tmp_path: Path
) -> None:
    check = signature_check(files.root_certificate.read_bytes())
    signed = sign()
    assert check(signed) == ""
    for name in ("installation", "previous"):
        altered = replace(signed, root=replace(signed.root, **{name: "else"}))
        assert "altered" in check(altered)
    assert "altered" in check(replace(signed, signature=b"nonsense"))
    assert "names no certificate" in check(replace(signed, certificate_pem=""))
    other = make_development_keys(tmp_path / "other").root_certificate.read_bytes()
    assert "not one that" in signature_check(other)(signed)
    both = other + files.root_certificate.read_bytes()
    assert signature_check(both)(signed) == ""


def test_a_certificate_signs_only_while_it_is_in_force(
    files: KeyFiles, sign: Callable[..., SignedRoot]
) -> None:
    check = signature_check(files.root_certificate.read_bytes())
    for days in (-2, 365 * 11):
        assert "not in force" in check(sign(AT + timedelta(days=days)))


def test_a_time_stamp_fits_its_root_and_its_authority_alone(
    sign: Callable[..., SignedRoot],
) -> None:
    tsa, signed, other = Tsa(), sign(), sign(AT - timedelta(hours=1))
    stamped = replace(signed, token=tsa.stamp(signed.digest), stamping=TimeStamp.STAMPED)

    judged = stamp_check(tsa.pem)
    assert judged(stamped) == ""
    assert "does not prove it (imprint)" in judged(replace(stamped, token=tsa.stamp(other.digest)))
    assert "does not prove it (imprint)" in judged(replace(stamped, signature=other.signature))
    assert "does not prove it (authority)" in stamp_check(Tsa().pem)(stamped)
    for token in (b"", b"nonsense", stamped.token[:-9], stamped.token[:200]):
        assert (
            judged(replace(stamped, token=token)) == "its time stamp does not prove it (malformed)"
        )


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\n!\n"])
def test_what_is_no_certificate_is_said_to_be_none(content: bytes) -> None:
    for make in (signature_check, stamp_check):
        with pytest.raises(NoRootCertificate):
            make(content)
