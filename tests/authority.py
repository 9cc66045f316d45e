"""A time-stamp authority of the tests' own, which can lie: tokens as a script wants them."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, tsp, x509  # type: ignore[import-untyped]  # it ships no types
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
DAY = timedelta(days=1)


class Authority:
    """A root and a certificate that may stamp, unless told otherwise."""

    def __init__(
        self,
        *,
        purposes: tuple[ObjectIdentifier, ...] = (STAMPING,),
        critical: bool = True,
        begins: timedelta = -DAY,
        ends: timedelta = DAY,
    ) -> None:
        root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root_name, now = named("时间戳测试根"), datetime.now(UTC)
        self._usage = (purposes, critical)
        self._root = self._issued(root_name, root_key, root_name, root_key, (now - DAY, now + DAY))
        self.certificate = self._issued(
            named("时间戳测试机构"), self._key, root_name, root_key, (now + begins, now + ends)
        )

    @property
    def root_pem(self) -> bytes:
        return self._root.public_bytes(serialization.Encoding.PEM)

    def reply(self, query: bytes, **lies: Any) -> bytes:
        """A granted response to this request; ``lies`` replace fields of what is stamped."""
        request = tsp.TimeStampReq.load(query)
        told = {"nonce": request["nonce"].native, "imprint": request["message_imprint"]} | lies
        return granted(self.token_of(**told))

    def token(self, digest: bytes) -> bytes:
        """An honest one, DER."""
        return bytes(self.token_of(imprint=imprint(digest)).dump())

    def token_of(
        self,
        *,
        imprint: tsp.MessageImprint,
        nonce: int | None = None,
        at: datetime | None = None,
        named_certificate: bytes | None = None,
        spoil: bool = False,
    ) -> cms.ContentInfo:
        info = {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": imprint,
            "serial_number": 7,
            "gen_time": (at or datetime.now(UTC)).replace(microsecond=0),
            **({} if nonce is None else {"nonce": nonce}),
        }
        content = tsp.TSTInfo(info).dump()
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        named_hash = hashlib.sha256(named_certificate or der).digest()
        signing = tsp.SigningCertificateV2(
            {"certs": [{"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": named_hash}]}
        )
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
                {"type": "signing_certificate_v2", "values": [signing]},
            ]
        )
        signature = self._key.sign(attributes.dump() + b"x" * spoil, ec.ECDSA(hashes.SHA256()))
        return _signed(x509.Certificate.load(der), attributes, content, signature)

    def _issued(
        self,
        subject: certificates.Name,
        key: ec.EllipticCurvePrivateKey,
        issuer: certificates.Name,
        issuer_key: ec.EllipticCurvePrivateKey,
        lasting: tuple[datetime, datetime],
    ) -> certificates.Certificate:
        is_root = subject == issuer
        builder = (
            certificates.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(certificates.random_serial_number())
            .not_valid_before(lasting[0])
            .not_valid_after(lasting[1])
            .add_extension(certificates.BasicConstraints(ca=is_root, path_length=None), True)
        )
        purposes, critical = self._usage
        if purposes and not is_root:
            builder = builder.add_extension(certificates.ExtendedKeyUsage(purposes), critical)
        return builder.sign(issuer_key, hashes.SHA256())


def named(name: str) -> certificates.Name:
    return certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, name)])


def imprint(digest: bytes, algorithm: str = "sha256") -> tsp.MessageImprint:
    return tsp.MessageImprint(
        {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
    )


def granted(token: cms.ContentInfo, status: str = "granted") -> bytes:
    return bytes(
        tsp.TimeStampResp({"status": {"status": status}, "time_stamp_token": token}).dump()
    )


def rejection() -> bytes:
    """As RFC 3161 has it: the status alone."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_alg"}}).dump()
    return b"\x30" + bytes([len(status)]) + bytes(status)


def _signed(
    certificate: x509.Certificate, attributes: cms.CMSAttributes, content: bytes, signature: bytes
) -> cms.ContentInfo:
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": signature,
    }
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(content),
                },
                "certificates": [certificate],
                "signer_infos": [signer],
            },
        }
    )
