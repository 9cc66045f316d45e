"""The outside world of WeChat's reviewer: samples are answered here, all else by the agency.

Nothing of a sample is ever sent outside, and no sample meets anything real: a sample person
represents a sample enterprise only, and no real one does.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from domain.contributions import Entry, Platform
from domain.objections.desk import Asked, Desk, Standing, Taken
from domain.samples import SampleRecords, Samples
from domain.sources import (
    CheckTicket,
    Confirmation,
    CreditSource,
    IdentityCheck,
    Match,
    PlatformReport,
    Registry,
    SubjectKind,
)

METHOD = "sample"
PREFIX = "sample."
LASTS_SECONDS = 600

Clock = Callable[[], datetime]


class SampleRegistry(Registry):
    """Samples first; the registry is asked only what has nothing of a sample in it."""

    def __init__(self, samples: Samples, registry: Registry) -> None:
        self._samples = samples
        self._registry = registry

    async def match_representative(self, *, uscc: str, name: str, id_number: str) -> Match:
        """Ask whether this person is the enterprise's legal representative."""
        sample = self._samples.enterprise(uscc)
        if sample is None and self._samples.person(id_number) is None:
            return await self._registry.match_representative(
                uscc=uscc, name=name, id_number=id_number
            )
        if sample is None or (sample.name, sample.id_number) != (name, id_number):
            return Match(matched=False, enterprise=None)
        return Match(matched=True, enterprise=sample.enterprise, sample=True)


class SampleSource(CreditSource):
    """Records of samples, marked as such; the platform's of all others."""

    def __init__(self, samples: Samples, source: CreditSource, *, clock: Clock) -> None:
        self._samples = samples
        self._source = source
        self._clock = clock

    async def fetch_sections(self, uscc: str, *, request_id: str) -> PlatformReport:
        """Read all sections of an organisation."""
        sample = self._samples.enterprise(uscc)
        if sample is None:
            return await self._source.fetch_sections(uscc, request_id=request_id)
        return self._said(sample.enterprise.kind, sample.enterprise_records)

    async def fetch_person(self, *, name: str, id_number: str, request_id: str) -> PlatformReport:
        """Read all sections of a person."""
        sample = self._samples.person(id_number)
        if sample is None:
            return await self._source.fetch_person(
                name=name, id_number=id_number, request_id=request_id
            )
        return self._said("person", sample.records)

    def _said(self, kind: SubjectKind, records: SampleRecords) -> PlatformReport:
        return PlatformReport(
            kind=kind,
            as_of=self._clock(),
            labels=records.labels,
            records=records.records,
            sample=True,
        )


class SampleCheck(IdentityCheck):
    """A sample shows no face: its ticket is its receipt, and only we can have made it."""

    def __init__(self, samples: Samples, check: IdentityCheck, *, key: bytes, clock: Clock) -> None:
        self._samples = samples
        self._check = check
        self._key = key
        self._clock = clock

    async def begin(self, *, request_id: str, name: str, id_number: str) -> CheckTicket:
        """Open a check."""
        sample = self._samples.person(id_number)
        if sample is None:
            return await self._check.begin(request_id=request_id, name=name, id_number=id_number)
        ticket = self._ticket(request_id, passed=sample.name == name)
        return CheckTicket(ticket=ticket, expires_in=LASTS_SECONDS)

    async def confirm(self, *, receipt: str, request_id: str) -> Confirmation:
        """Redeem the ticket of a sample, or a receipt of the agency's."""
        for passed in (True, False):
            made = self._ticket(request_id, passed=passed)
            if hmac.compare_digest(made.encode(), receipt.encode()):
                return Confirmation(passed=passed, method=METHOD, confirmed_at=self._clock())
        return await self._check.confirm(receipt=receipt, request_id=request_id)

    def _ticket(self, request_id: str, *, passed: bool) -> str:
        content = f"{request_id}\n{passed}".encode()
        return PREFIX + hmac.new(self._key, content, hashlib.sha256).hexdigest()


class SampleContributions(Platform):
    """What was found of samples stays with us; the platform gets all else."""

    def __init__(self, samples: Samples, platform: Platform) -> None:
        self._samples = samples
        self._platform = platform

    async def contribute(self, entry: Entry) -> None:
        """Have it taken."""
        identity = entry.identity
        enterprise = self._samples.enterprise(entry.uscc) if entry.uscc else None
        person = self._samples.person(identity.id_number) if identity else None
        if enterprise is None and person is None:
            await self._platform.contribute(entry)


class SampleObjections(Desk):
    """What is objected to of samples stays with us; the platform gets all else."""

    def __init__(self, samples: Samples, desk: Desk, *, clock: Clock) -> None:
        self._samples = samples
        self._desk = desk
        self._clock = clock

    async def hand_in(self, asked: Asked) -> Taken:
        """Have it taken."""
        identity = asked.identity
        enterprise = self._samples.enterprise(asked.uscc) if asked.uscc else None
        person = self._samples.person(identity.id_number) if identity else None
        if enterprise is None and person is None:
            return await self._desk.hand_in(asked)
        return Taken(number=f"{PREFIX}{asked.request_id}", received_at=self._clock())

    async def ask(self, number: str) -> Standing:
        """How it stands: one to a sample is being checked for ever."""
        if not number.startswith(PREFIX):
            return await self._desk.ask(number)
        return Standing(progress="checking", opinion="", decided_at=None)
