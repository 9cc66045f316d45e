"""Time-stamp tokens (RFC 3161): what one says, and whether it is to be believed.

The same judgement for a token just received, in a paper, and on an audit root.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp, x509  # type: ignore[import-untyped]  # it ships no types
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_tst_signed_data,
)
from pyhanko_certvalidator import ValidationContext

PURPOSE = "time_stamping"
SIGNING_CERTIFICATE = {"signing_certificate_v2": "sha256", "signing_certificate": "sha1"}


class TokenRefused(Exception):
    """The token does not prove what it is to prove; the word says why, for a log."""


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """What a believed token says; ``authority`` is whose certificate signed it."""

    at: datetime
    authority: str


class StampRoots:
    """Whom to believe: the root certificates of time-stamp authorities."""

    def __init__(self, pem: bytes) -> None:
        """Read them; raises ValueError when there is none, or what is there is malformed."""
        try:
            self.certificates = tuple(load_certs_from_pemder_data(pem))
            for certificate in self.certificates:
                _ = certificate.native  # read when asked only: what is malformed shows here
        except (TypeError, KeyError) as malformed:
            raise ValueError("malformed") from malformed
        if not self.certificates:
            raise ValueError("no certificate")


def check_token(
    token: bytes, *, digest: bytes, roots: StampRoots | None, nonce: int | None = None
) -> Stamped:
    """What the token says of this SHA-256; without ``roots``, whoever signed it.

    Not for the event loop: it computes for some milliseconds. Whatever the bytes are, it
    answers or refuses.

    Raises:
        TokenRefused: it is about something else, broken, or not by whom we believe.
    """
    return asyncio.run(judge_token(token, digest=digest, roots=roots, nonce=nonce))


async def judge_token(
    token: bytes, *, digest: bytes, roots: StampRoots | None, nonce: int | None = None
) -> Stamped:
    """The same, for who is in a loop of its own already."""
    try:
        return await _judged(token, digest, roots, nonce)
    except TokenRefused:
        raise
    except Exception as malformed:
        raise TokenRefused("malformed") from malformed


async def _judged(
    token: bytes, digest: bytes, roots: StampRoots | None, nonce: int | None
) -> Stamped:
    signed, info = _opened(token)
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise TokenRefused("imprint_algorithm")
    if imprint["hashed_message"].native != digest:
        raise TokenRefused("imprint")
    if nonce is not None and info["nonce"].native != nonce:
        raise TokenRefused("nonce")
    at: datetime = info["gen_time"].native
    signer = extract_certs_for_validation(signed).signer_cert
    _check_certificate(signed, signer, at)
    trusted = roots.certificates if roots else (signer,)
    await _check_signature(signed, digest, at, trusted)
    return Stamped(at=at, authority=str(signer.subject.native.get("common_name", "")))


def _opened(token: bytes) -> tuple[cms.SignedData, tsp.TSTInfo]:
    container = cms.ContentInfo.load(token, strict=True)
    if container["content_type"].native != "signed_data":
        raise TokenRefused("not_signed")
    signed = container["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise TokenRefused("not_a_token")
    return signed, tsp.TSTInfo.load(bytes(content["content"]), strict=True)


def _check_certificate(signed: cms.SignedData, signer: x509.Certificate, at: datetime) -> None:
    """A certificate for this purpose alone, named by the signature, in force at that time."""
    purposes = [
        extension["extn_value"].parsed.native
        for extension in signer["tbs_certificate"]["extensions"]
        if extension["extn_id"].native == "extended_key_usage" and extension["critical"].native
    ]
    if purposes != [[PURPOSE]]:
        raise TokenRefused("purpose")
    if not signer.not_valid_before <= at <= signer.not_valid_after:
        raise TokenRefused("certificate_not_in_force")
    if not _named(signed, signer):
        raise TokenRefused("certificate_not_named")


def _named(signed: cms.SignedData, signer: x509.Certificate) -> bool:
    """Whether the signed attributes bind this certificate (ESSCertID, RFC 5035)."""
    found = []
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        usual = SIGNING_CERTIFICATE.get(attribute["type"].native)
        if usual is None:
            continue
        first = attribute["values"][0]["certs"][0]
        algorithm = usual if usual == "sha1" else first["hash_algorithm"]["algorithm"].native
        expected = hashlib.new(algorithm, signer.dump(), usedforsecurity=False).digest()
        found.append(first["cert_hash"].native == expected)
    return bool(found) and all(found)


async def _check_signature(
    signed: cms.SignedData, digest: bytes, at: datetime, trusted: Sequence[x509.Certificate]
) -> None:
    context = ValidationContext(trust_roots=list(trusted), moment=at, allow_fetching=False)
    found = await validate_tst_signed_data(signed, context, lambda _: digest)
    if not (found["intact"] and found["valid"]):
        raise TokenRefused("signature")
    if found["validation_path"] is None or found["trust_problem_indic"] is not None:
        raise TokenRefused("authority")
