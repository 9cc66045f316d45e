"""The parts of a snapshot that are printed or proved, as the domain's form promises them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, cast


class Field(TypedDict):
    """A label and its value."""

    label: str
    value: str


class Record(TypedDict):
    """One record, its fields in the order of the form."""

    fields: list[Field]


class Group(TypedDict):
    """Records of one kind."""

    title: str
    records: list[Record]


class Section(TypedDict):
    """One of the ten sections."""

    ordinal: str
    title: str
    groups: list[Group]
    paragraphs: list[str]


class Count(TypedDict):
    """One of the eight counts."""

    code: str
    label: str
    count: int


class Purpose(TypedDict):
    """What the report was requested for."""

    label: str


class Subject(TypedDict):
    """Of whom the report tells."""

    uscc: str
    name: str


class Snapshot(TypedDict):
    """A report of an organisation; instants are ISO 8601 in UTC."""

    edition: str
    form: str
    sample: bool
    number: str
    issuer: str
    generated_at: str
    data_as_of: str
    expires_at: str
    purpose: Purpose
    subject: Subject
    labels: list[str]
    summary: str
    counts: list[Count]
    sections: list[Section]
    notes: list[str]


def read(snapshot: Mapping[str, object]) -> Snapshot:
    """The snapshot with its types; a missing part shows as KeyError where it is used."""
    return cast("Snapshot", snapshot)


def instant(text: str) -> datetime:
    """An instant of a snapshot."""
    return datetime.fromisoformat(text)
