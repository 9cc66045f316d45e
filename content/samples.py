"""Reading the sample personas that WeChat's reviewer is given; they ship with the program."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import Field, ValidationError

from content.files import ContentError, Strict, read
from domain.identifiers import BadIdentifier, parse_identity_number, parse_uscc
from domain.names import name_fault
from domain.samples import Sample, SampleRecords, Samples
from domain.sources import EnterpriseKind, RegisteredEnterprise, Severity, SourceRecord

FOLDER = Path(__file__).parent / "samples"
LABEL = "样例"


class _Record(Strict):
    section: str
    values: dict[str, str]
    field: str = ""
    severity: Severity | None = None
    publicity_ends_on: date | None = None


class _Records(Strict):
    labels: list[str]
    records: list[_Record] = Field(min_length=1)

    def neutral(self, owner: str) -> SampleRecords:
        return SampleRecords(
            labels=tuple(self.labels),
            records=tuple(
                SourceRecord(id=f"{owner}-{place}", **record.model_dump())
                for place, record in enumerate(self.records, start=1)
            ),
        )


class _Enterprise(_Records):
    uscc: str
    name: str
    kind: EnterpriseKind
    status: str


class _Persona(Strict):
    name: str
    id_number: str
    person: _Records
    enterprise: _Enterprise


def load_samples(folder: Path = FOLDER) -> Samples:
    """Every persona of the folder.

    Raises:
        ContentError: one is malformed, its numbers are no numbers, or it is not labelled 样例.
    """
    return Samples([_sample(path) for path in _files(folder)])


def _files(folder: Path) -> Sequence[Path]:
    found = sorted(folder.glob("*.json"))
    if not found:
        raise ContentError(f"{folder.name} holds no sample personas")
    return found


def _sample(path: Path) -> Sample:
    try:
        persona = _Persona.model_validate_json(read(path))
    except ValidationError as error:
        raise ContentError(f"{path.name}: {error.error_count()} faults: {error}") from error
    enterprise = persona.enterprise
    try:
        parse_identity_number(persona.id_number, today=date.max)
        parse_uscc(enterprise.uscc)
    except BadIdentifier as bad:
        raise ContentError(f"{path.name}: {bad.code}") from bad
    if name_fault(persona.name) or LABEL not in persona.name or LABEL not in enterprise.name:
        raise ContentError(f"{path.name}: both names must say {LABEL}")
    return Sample(
        name=persona.name,
        id_number=persona.id_number,
        records=persona.person.neutral(f"{path.stem}-person"),
        enterprise=RegisteredEnterprise(
            uscc=enterprise.uscc,
            name=enterprise.name,
            kind=enterprise.kind,
            status=enterprise.status,
        ),
        enterprise_records=enterprise.neutral(f"{path.stem}-enterprise"),
    )
