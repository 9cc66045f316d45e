"""Sample personas, for WeChat's reviewer: labelled, invented, and kept apart from real people.

Their ID numbers and codes stand the check digit and are issued to nobody; so a sample identity
proves that whoever holds it is a reviewer, and nobody else can prove it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.sources import RegisteredEnterprise, SourceRecord

PHONE = "+8613800000000"


@dataclass(frozen=True, kw_only=True)
class SampleRecords:
    """What a platform would say of a sample."""

    labels: tuple[str, ...]
    records: tuple[SourceRecord, ...]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An invented person, who represents an invented enterprise."""

    name: str
    id_number: str
    records: SampleRecords
    enterprise: RegisteredEnterprise
    enterprise_records: SampleRecords


class Samples:
    """All samples, by what they are known by."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._by_number: dict[str, Sample] = {}
        self._by_uscc: dict[str, Sample] = {}
        for sample in samples:
            self._by_number[sample.id_number] = sample
            self._by_uscc[sample.enterprise.uscc] = sample

    def __iter__(self) -> Iterator[Sample]:
        return iter(self._by_number.values())

    def person(self, id_number: str) -> Sample | None:
        """The sample with this ID number."""
        return self._by_number.get(id_number)

    def enterprise(self, uscc: str) -> Sample | None:
        """The sample whose enterprise has this code."""
        return self._by_uscc.get(uscc)
