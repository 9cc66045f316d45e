"""The credit platform's pages and records: its names for things, and ours.

Licences and penalties arrive under the codes of the 双公示 data standard of 2018.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import Field, NonNegativeInt

from adapters.agencies.answers import Instant, OptionalDate, Wire
from domain.sources import Severity, SourceRecord


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


class Record(Wire):
    """What every record has; the other fields of a kind are its values, by the names here."""

    id: str = Field(min_length=1)

    def neutral(self, section: Section) -> SourceRecord:
        """The record in the domain's words."""
        apart = {"id", "labels", "severity", "publicity_ends_on", "repaired_on"}
        return SourceRecord(
            section=section.value, id=self.id, values=self.model_dump(exclude=apart)
        )


class Registration(Record):
    """登记注册基础信息, one for each subject, with the labels its report wears."""

    name: str
    uscc: str
    legal_representative: str
    kind_text: str
    established_on: str
    domicile: str
    status: str
    valid_until: str
    labels: list[str]


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


class Penalty(Record):
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

    def neutral(self, section: Section) -> SourceRecord:
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


class SeriousListing(Record):
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


class Judgment(Record):
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


Record_co = TypeVar("Record_co", bound=Record, covariant=True)


class Page(Wire, Generic[Record_co]):
    """One page of one section; ``total`` counts the records of all its pages."""

    section: str
    page: int
    page_size: int
    total: NonNegativeInt
    as_of: Instant
    records: Sequence[Record_co]


PAGES: Mapping[Section, type[Page[Record]]] = {
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
}
