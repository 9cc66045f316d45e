"""The credit platform's pages and records: its names for things, and ours.

Licences and penalties arrive under the codes of the 双公示 data standard of 2018.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import Field, NonNegativeInt

from adapters.agencies.answers import Instant, OptionalDate, Wire
from domain.identifiers import mask_identity_number
from domain.sources import EnterpriseKind, Severity, SourceRecord

APART = {
    *("id", "subject_kind", "labels"),
    *("severity", "publicity_ends_on", "repaired_on", "field"),
}
"""What a record has beside its values."""


class Section(StrEnum):
    """What an organisation's record is asked for by."""

    REGISTRATION = "registration"
    LICENCES = "licences"
    PENALTIES = "penalties"
    HONOURS = "honours"
    SERIOUS_LISTS = "serious_lists"
    ABNORMAL_LISTS = "abnormal_lists"
    PROMISES = "promises"
    EVALUATIONS = "evaluations"
    JUDGMENTS = "judgments"
    OTHERS = "others"
    COMPULSORY_MEASURES = "compulsory_measures"
    CRIMINAL_JUDGMENTS = "criminal_judgments"


class PersonSection(StrEnum):
    """What a natural person's record is asked for by."""

    IDENTITY = "identity"
    LICENCES = "licences"
    HONOURS = "honours"
    PENALTIES = "penalties"
    SERIOUS_LISTS = "serious_lists"
    PROMISES = "promises"
    JUDGMENTS = "judgments"
    OTHERS = "others"


class Record(Wire):
    """What every record has; the other fields of a kind are its values, by the names here."""

    id: str = Field(min_length=1)

    def neutral(self, section: str) -> SourceRecord:
        """The record in the domain's words."""
        return SourceRecord(section=section, id=self.id, values=self.model_dump(exclude=APART))


class FieldRecord(Record):
    """A record of one field of administration; ``field`` is empty where the source is silent."""

    field: str

    def neutral(self, section: str) -> SourceRecord:
        """The record with its field."""
        return replace(super().neutral(section), field=self.field)


class Registration(Record):
    """登记注册基础信息, one for each organisation, with the labels its report wears."""

    name: str
    uscc: str
    subject_kind: EnterpriseKind = Field(alias="kind")
    legal_representative: str
    kind_text: str
    established_on: str
    domicile: str
    status: str
    valid_until: str
    labels: list[str]


class Identity(Record):
    """身份信息, one for each person, with the labels their report wears."""

    name: str
    id_kind: str
    id_number: str
    labels: list[str]

    def neutral(self, section: str) -> SourceRecord:
        """The record with its number masked: nothing behind needs the whole of it."""
        return SourceRecord(
            section=section,
            id=self.id,
            values={
                "name": self.name,
                "id_kind": self.id_kind,
                "id_number": mask_identity_number(self.id_number),
            },
        )


class Licence(Record):
    """行政许可."""

    document_number: str = Field(alias="XK_WSH")
    document_name: str = Field(alias="XK_XKWS")
    certificate_name: str = Field(alias="XK_XKZS")
    category: str = Field(alias="XK_XKLB")
    certificate_number: str = Field(alias="XK_XKBH")
    decided_on: str = Field(alias="XK_JDRQ")
    valid_from: str = Field(alias="XK_YXQZ")
    valid_until: str = Field(alias="XK_YXQZI")
    content: str = Field(alias="XK_NR")
    authority: str = Field(alias="XK_XKJG")
    authority_uscc: str = Field(alias="XK_XKJGDM")
    source: str = Field(alias="XK_SJLY")
    source_uscc: str = Field(alias="XK_SJLYDM")


class Penalty(FieldRecord):
    """行政处罚; ``fine`` and ``confiscated`` are decimal strings of 万元."""

    document_number: str = Field(alias="CF_WSH")
    category: str = Field(alias="CF_CFLB")
    decided_on: str = Field(alias="CF_JDRQ")
    content: str = Field(alias="CF_NR")
    fine: str = Field(alias="CF_NR_FK")
    confiscated: str = Field(alias="CF_NR_WFFF")
    suspended_licence: str = Field(alias="CF_NR_ZKDX")
    violation_type: str = Field(alias="CF_WFXW")
    violation_facts: str = Field(alias="CF_SY")
    legal_basis: str = Field(alias="CF_YJ")
    authority: str = Field(alias="CF_CFJG")
    authority_uscc: str = Field(alias="CF_CFJGDM")
    source: str = Field(alias="CF_SJLY")
    source_uscc: str = Field(alias="CF_SJLYDM")
    severity: Severity
    publicity_ends_on: OptionalDate = Field(alias="CF_GSJZQ")
    repaired_on: OptionalDate

    def neutral(self, section: str) -> SourceRecord:
        """The record with what decides how long and how loudly it is shown."""
        return replace(
            super().neutral(section),
            severity=self.severity,
            publicity_ends_on=self.publicity_ends_on,
            repaired_on=self.repaired_on,
        )


class Honour(Record):
    """诚实守信相关荣誉."""

    name: str
    level: str
    year: str
    granted_by: str
    granted_on: str


class SeriousListing(FieldRecord):
    """严重失信主体名单."""

    list_name: str
    reason: str
    listed_by: str
    listed_on: str
    document_number: str


class AbnormalListing(Record):
    """经营（活动）异常名录; ``removed_on`` is empty while it lasts."""

    reason: str
    listed_by: str
    listed_on: str
    removed_on: str


class Promise(Record):
    """信用承诺."""

    kind: str
    subject_matter: str
    promised_on: str
    received_by: str
    fulfilment: str


class Evaluation(Record):
    """信用评价."""

    name: str
    result: str
    evaluated_by: str
    year: str


class Judgment(FieldRecord):
    """司法判决及执行."""

    court: str
    province: str
    basis_number: str
    filed_on: str
    case_number: str
    obligation: str
    performance: str
    circumstances: str
    published_on: str


class Other(Record):
    """其他."""

    title: str
    content: str
    source: str
    recorded_on: str


class CompulsoryMeasure(FieldRecord):
    """行政强制."""

    document_number: str
    kind: str
    decided_on: str
    content: str
    subject_matter: str
    legal_basis: str
    authority: str
    authority_uscc: str
    source: str
    source_uscc: str


class CriminalJudgment(FieldRecord):
    """刑事裁判."""

    court: str
    case_number: str
    document_name: str
    charge: str
    decided_on: str
    result: str
    source: str


Record_co = TypeVar("Record_co", bound=Record, covariant=True)


class Page(Wire, Generic[Record_co]):
    """One page of one section; ``total`` counts the records of all its pages."""

    section: str
    page: int
    page_size: int
    total: NonNegativeInt
    as_of: Instant
    records: Sequence[Record_co]


PAGES: Mapping[str, type[Page[Record]]] = {
    Section.REGISTRATION: Page[Registration],
    Section.LICENCES: Page[Licence],
    Section.PENALTIES: Page[Penalty],
    Section.HONOURS: Page[Honour],
    Section.SERIOUS_LISTS: Page[SeriousListing],
    Section.ABNORMAL_LISTS: Page[AbnormalListing],
    Section.PROMISES: Page[Promise],
    Section.EVALUATIONS: Page[Evaluation],
    Section.JUDGMENTS: Page[Judgment],
    Section.OTHERS: Page[Other],
    Section.COMPULSORY_MEASURES: Page[CompulsoryMeasure],
    Section.CRIMINAL_JUDGMENTS: Page[CriminalJudgment],
    PersonSection.IDENTITY: Page[Identity],
}
"""How a page of each section reads; people's sections of the same name read alike."""
