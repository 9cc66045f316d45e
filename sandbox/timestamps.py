"""The time-stamp authority: RFC 3161 over HTTP, with a certificate chain made at the start."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import ClassVar

from asn1crypto import algos, cms, core, tsp, x509  # type: ignore[import-untyped]  # no types
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tornado.web import RequestHandler

from sandbox.base import StandIn
from sandbox.clock import Clock
from sandbox.faults import Faults, Misbehaviour, System

QUERY = "application/timestamp-query"
REPLY = "application/timestamp-reply"
POLICY = "1.3.6.1.4.1.13762.3"
DIGEST_BYTES = 32


class TimeStampResp(core.Sequence):  # type: ignore[misc]  # untyped
    """As RFC 3161 has it: a refusal holds no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class RejectionError(Exception):
    """A request that is answered by a rejection with this failure."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


class Authority:
    """A root, a certificate under it that may only stamp, and its key."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        name = _name("时间戳根证书 TIME-STAMP ROOT")
        now = datetime.fromtimestamp(clock(), UTC)
        self._root = _issue(name, root_key, name, root_key, now)
        self._certificate = _issue(_name("时间戳机构 TSA"), self._key, name, root_key, now)

    @property
    def root_pem(self) -> bytes:
        """What whoever checks a stamp trusts."""
        return self._root.public_bytes(serialization.Encoding.PEM)

    def answer(self, query: bytes) -> bytes:
        """The DER response to a DER request: granted, or a rejection that says why."""
        try:
            token = self._token(_read(query))
        except RejectionError as rejection:
            status = {"status": "rejection", "fail_info": {rejection.failure}}
            return bytes(TimeStampResp({"status": status}).dump())
        granted = {"status": {"status": "granted"}, "time_stamp_token": token}
        return bytes(TimeStampResp(granted).dump())

    def _token(self, request: tsp.TimeStampReq) -> cms.ContentInfo:
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": request["message_imprint"],
                "serial_number": secrets.randbits(63),
                "gen_time": datetime.fromtimestamp(int(self._clock()), UTC),
                "accuracy": {"seconds": 1},
            }
        )
        if request["nonce"].native is not None:
            info["nonce"] = request["nonce"]
        return self._signed(info.dump(), with_certificates=bool(request["cert_req"].native))

    def _signed(self, content: bytes, *, with_certificates: bool) -> cms.ContentInfo:
        certificate = _loaded(self._certificate)
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("message_digest", hashlib.sha256(content).digest()),
                _attribute(
                    "signing_certificate_v2",
                    tsp.SigningCertificateV2({"certs": [_identified(certificate)]}),
                ),
            ]
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(content),
                },
                "signer_infos": [_signer(certificate, attributes, signature)],
            }
        )
        if with_certificates:
            signed["certificates"] = [certificate, _loaded(self._root)]
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})


class TimestampsHandler(StandIn):
    """/timestamps."""

    system = System.TIMESTAMPS

    def initialize(self, *, faults: Faults, authority: Authority) -> None:
        """Take the authority."""
        self.faults = faults
        self._authority = authority

    def post(self) -> None:
        """Stamp a digest."""
        if self.request.headers.get("Content-Type") != QUERY:
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            return
        reply = self._authority.answer(self.request.body)
        if self._fault is not None and self._fault.kind is Misbehaviour.MALFORMED:
            reply = reply[: len(reply) // 2]
        self.set_header("Content-Type", REPLY)
        self.finish(reply)


class RootHandler(RequestHandler):
    """/sandbox/timestamps/root.pem."""

    def initialize(self, *, authority: Authority) -> None:
        """Take the authority."""
        self._authority = authority

    def get(self) -> None:
        """The root certificate."""
        self.set_header("Content-Type", "application/x-pem-file")
        self.finish(self._authority.root_pem)


def _read(query: bytes) -> tsp.TimeStampReq:
    try:
        request = tsp.TimeStampReq.load(query, strict=True)
        imprint = request["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        digest = imprint["hashed_message"].native
        version = request["version"].native
    except (ValueError, TypeError) as malformed:
        raise RejectionError("bad_data_format") from malformed
    if version != "v1":
        raise RejectionError("bad_request")
    if algorithm != "sha256":
        raise RejectionError("bad_alg")
    if len(digest) != DIGEST_BYTES:
        raise RejectionError("bad_data_format")
    return request


def _signer(
    certificate: x509.Certificate, attributes: cms.CMSAttributes, signature: bytes
) -> cms.SignerInfo:
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.IssuerAndSerialNumber(
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _identified(certificate: x509.Certificate) -> tsp.ESSCertIDv2:
    return tsp.ESSCertIDv2(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "cert_hash": hashlib.sha256(certificate.dump()).digest(),
        }
    )


def _loaded(certificate: certificates.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _name(role: str) -> certificates.Name:
    return certificates.Name(
        [
            certificates.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            certificates.NameAttribute(NameOID.COMMON_NAME, f"沙箱/SANDBOX {role}"),
        ]
    )


def _issue(
    subject: certificates.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: certificates.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> certificates.Certificate:
    is_root = subject == issuer
    builder = (
        certificates.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(certificates.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_usage(is_root=is_root), critical=True)
        .add_extension(
            certificates.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            certificates.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not is_root:
        # RFC 3161, 2.3: for this purpose only, and critical.
        stamping = certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamping, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, is_root: bool) -> certificates.KeyUsage:
    return certificates.KeyUsage(
        digital_signature=not is_root,
        content_commitment=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
