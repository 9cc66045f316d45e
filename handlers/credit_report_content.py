"""The shape of a report's content, as documented to readers. The bytes come from the snapshot."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel

from handlers.fields import Output


class Labelled(Output):
    """A code and its Chinese name."""

    code: str
    label: str


class OrganisationSubject(Output):
    """An organisation whose report it is."""

    kind: Literal["organisation"]
    uscc: str
    name: str


class PersonSubject(Output):
    """A natural person whose report it is; the number is masked."""

    kind: Literal["person"]
    name: str
    id_kind: str
    id_number: str


class CountView(Output):
    """One of the counts."""

    code: str
    label: str
    count: int


class FieldView(Output):
    """One field of a record; an empty value is written — —."""

    label: str
    value: str


class RecordView(Output):
    """One record; ``note`` is there while an objection to it stood."""

    id: str
    fields: list[FieldView]
    note: str = Field(default="", description="Said beside it while an objection stands")
    severity: Literal["minor", "general", "serious"] = Field(
        default="general", description="Of a penalty: its class for credit repair"
    )


class GroupView(Output):
    """Records of one kind."""

    title: str
    records: list[RecordView]


class SectionView(Output):
    """A section of the form."""

    code: str
    ordinal: str
    title: str
    groups: list[GroupView]
    paragraphs: list[str]


class PeriodView(Output):
    """From the first day to the last, both included."""

    model_config = ConfigDict(serialize_by_alias=True)

    first: str = Field(alias="from", json_schema_extra={"format": "date"})
    until: str = Field(json_schema_extra={"format": "date"})


class ResultView(Output):
    """What was found in one field of administration: a number for each of the counts."""

    code: str
    label: str
    counts: list[int]


class _Snapshot(Output):
    v: Literal[1]
    form: str
    sample: bool
    number: str
    issuer: str
    district: str
    generated_at: str
    data_as_of: str
    expires_at: str
    purpose: Labelled
    labels: list[str]
    summary: str
    counts: list[CountView]
    sections: list[SectionView]
    notes: list[str]


class OrganisationSnapshot(_Snapshot):
    """The full report of an organisation."""

    edition: Literal["organisation-full"]
    subject: OrganisationSubject


class PersonSnapshot(_Snapshot):
    """The full report of a natural person."""

    edition: Literal["person-full"]
    subject: PersonSubject


class NoViolationSnapshot(_Snapshot):
    """What was found in a period and in fields of administration; the last result is 领域未标明."""

    edition: Literal["no-violation"]
    subject: OrganisationSubject
    period: PeriodView
    fields: list[Labelled]
    results: list[ResultView]


class Snapshot(
    RootModel[
        Annotated[
            OrganisationSnapshot | PersonSnapshot | NoViolationSnapshot,
            Field(discriminator="edition"),
        ]
    ]
):
    """A report's immutable content, by edition."""
