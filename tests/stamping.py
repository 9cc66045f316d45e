"""A time-stamp authority of the tests, with a certificate of its own."""

import asyncio
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper


class Tsa:
    """A time-stamp authority with a certificate of its own."""

    def __init__(self) -> None:
        at = datetime.now(UTC).replace(microsecond=0)
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TSA")])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(at - timedelta(days=1))
            .not_valid_after(at + timedelta(days=9))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(key, hashes.SHA256())
        )
        der = key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        certificate = self.certificate.public_bytes(serialization.Encoding.DER)
        self._stamper = DummyTimeStamper(
            tsa_cert=asn1_x509.Certificate.load(certificate),
            tsa_key=asn1_keys.PrivateKeyInfo.load(der),
            fixed_dt=at,
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def stamp(self, digest: bytes) -> bytes:
        return bytes(asyncio.run(self._stamper.async_timestamp(digest, "sha256")).dump())
