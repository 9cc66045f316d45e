"""The shape of a report's content, as documented to readers. The bytes come from the snapshot."""

from typing import Literal

from handlers.fields import Output


class Labelled(Output):
    """A code and its Chinese name."""

    code: str
    label: str


class SnapshotSubject(Output):
    """Whose report it is."""

    kind: Literal["organisation"]
    uscc: str
    name: str


class CountView(Output):
    """One of the eight counts."""

    code: str
    label: str
    count: int


class FieldView(Output):
    """One field of a record; an empty value is written — —."""

    label: str
    value: str


class RecordView(Output):
    """One record."""

    id: str
    fields: list[FieldView]


class GroupView(Output):
    """Records of one kind."""

    title: str
    records: list[RecordView]


class SectionView(Output):
    """One of the ten sections."""

    code: str
    ordinal: str
    title: str
    groups: list[GroupView]
    paragraphs: list[str]


class Snapshot(Output):
    """A report's immutable content."""

    v: Literal[1]
    edition: Literal["organisation-full"]
    form: str
    sample: bool
    number: str
    issuer: str
    district: str
    generated_at: str
    data_as_of: str
    expires_at: str
    purpose: Labelled
    subject: SnapshotSubject
    labels: list[str]
    summary: str
    counts: list[CountView]
    sections: list[SectionView]
    notes: list[str]
