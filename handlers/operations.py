"""For operators and machines: live, ready, measured; and the public keys."""

from http import HTTPStatus

from pydantic import Field

from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Output

METRICS = "text/plain; version=0.0.4"


class Live(Output):
    """The process answers."""

    status: str


class Ready(Output):
    """Every part it needs works; warnings do not stop it."""

    status: str
    checks: dict[str, str]
    warnings: list[str]


class SigningCertificate(Output):
    """One that signs papers, or did."""

    sha256: str
    pem: str
    current: bool


class PublicKeys(Output):
    """What is needed to check our papers offline."""

    root_certificate_pem: str
    retired_root_certificates_pem: list[str]
    signing_certificates: list[SigningCertificate]
    qr_keys: dict[str, str] = Field(description="By short id, retired ones too")
    evidence_verify_sha256: str = Field(
        description="SHA-256 of the verify.py that is packed with the evidence of a promise"
    )
    time_stamp_roots_pem: str | None = Field(
        description="The time-stamp authority's; null where none is configured"
    )


class LiveHandler(BaseHandler):
    """Liveness."""

    @endpoint(Audience.PUBLIC, Permission.READ_PUBLIC, "Is the process alive", answers={200: Live})
    async def get(self) -> None:
        """Asks nothing but itself."""
        self.show(HTTPStatus.OK, Live(status="alive"))


class ReadyHandler(BaseHandler):
    """Readiness."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "May requests be sent here",
        answers={200: Ready, 503: Ready},
    )
    async def get(self) -> None:
        """503 when a part that must work does not."""
        readiness = await self.house.readiness(self.now)
        self.show(
            HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE,
            Ready(
                status="ready" if readiness.ready else "not ready",
                checks=dict(readiness.checks),
                warnings=list(readiness.warnings),
            ),
        )


class MetricsHandler(BaseHandler):
    """Metrics."""

    @endpoint(Audience.OPERATOR, Permission.OPERATE, "Prometheus metrics", answers={200: METRICS})
    async def get(self) -> None:
        """Labels are route templates, never paths."""
        self.answer(HTTPStatus.OK, f"{METRICS}; charset=utf-8", await self.house.metrics())


class PublicKeysHandler(BaseHandler):
    """Public keys."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The keys that check our papers offline",
        answers={200: PublicKeys},
    )
    async def get(self) -> None:
        """The root certificate of the signatures and the keys of the QR tokens, PEM."""
        self.show(HTTPStatus.OK, PublicKeys.model_validate(self.house.public_keys()))


ROUTES = [
    Route("/healthz", LiveHandler),
    Route("/readyz", ReadyHandler),
    Route("/metrics", MetricsHandler),
    Route("/.well-known/credit-yuexiu.json", PublicKeysHandler),
]
