"""The parts of a snapshot that are printed or proved, as the domain's form promises them."""

from collections.abc import Mapping
from datetime import datetime
from typing import NotRequired, TypedDict, cast


class Field(TypedDict):
    """A label and its value."""

    label: str
    value: str


class Record(TypedDict):
    """One record, its fields in the order of the form; ``note`` while an objection stands."""

    fields: list[Field]
    note: NotRequired[str]


class Group(TypedDict):
    """Records of one kind."""

    title: str
    records: list[Record]


class Section(TypedDict):
    """A section of the form."""

    ordinal: str
    title: str
    groups: list[Group]
    paragraphs: list[str]


class Count(TypedDict):
    """One of the counts."""

    code: str
    label: str
    count: int


class Purpose(TypedDict):
    """What the report was requested for."""

    label: str


class Subject(TypedDict):
    """Of whom the report tells: an organisation has a uscc, a person a masked number."""

    kind: str
    name: str
    uscc: NotRequired[str]
    id_kind: NotRequired[str]
    id_number: NotRequired[str]


Period = TypedDict("Period", {"from": str, "until": str})
"""The first and the last day of a certificate."""


class Labelled(TypedDict):
    """A field of administration."""

    label: str


class Result(TypedDict):
    """What was found in one field: a number for each of the counts."""

    label: str
    counts: list[int]


class Snapshot(TypedDict):
    """A report; instants are ISO 8601 in UTC. The last three are of a certificate."""

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
    period: NotRequired[Period]
    fields: NotRequired[list[Labelled]]
    results: NotRequired[list[Result]]


def read(snapshot: Mapping[str, object]) -> Snapshot:
    """The snapshot with its types; a missing part shows as KeyError where it is used."""
    return cast("Snapshot", snapshot)


def instant(text: str) -> datetime:
    """An instant of a snapshot."""
    return datetime.fromisoformat(text)
