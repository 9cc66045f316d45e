"""From a snapshot to what the template draws: every choice of layout, nothing of looks.

A group of records takes one of four forms: ``none``; a ``table`` with a row for each record when
they are alike and short; ``records``, a grid of labels and values for each; and ``close`` for the
rare report of thousands, running text under numbered marks, which costs a fifth of the grids.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from math import ceil
from typing import TypedDict, cast

from adapters.documents.fonts import Speller, Text
from domain.time import SHANGHAI

EDITIONS = {"organisation-full": "法人和非法人组织 · 完整版"}
CLOSE_FROM = 60
CHAPTER = 500
HALF_ROW_EMS = 15.4
COLUMN_EMS = (4.0, 14.0)
KEY_LINE_EMS = 58
MOST_COLUMNS = 5
TALL_LINES = 32
LINE_EMS = 40
WIDE, NARROW = 1.0, 0.58
# Black discs, since texts of penalties often number their own points with white ones.
MARKS = "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"

Drawing = dict[str, object]


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

    label: str
    count: int


class Named(TypedDict):
    """The part of a purpose that is printed."""

    label: str


class Subject(TypedDict):
    """Of whom the report tells."""

    uscc: str
    name: str


class Snapshot(TypedDict):
    """The parts of a snapshot that are printed."""

    edition: str
    form: str
    sample: bool
    number: str
    issuer: str
    generated_at: str
    data_as_of: str
    expires_at: str
    purpose: Named
    subject: Subject
    labels: list[str]
    summary: str
    counts: list[Count]
    sections: list[Section]
    notes: list[str]


def printed(snapshot: Mapping[str, object]) -> Snapshot:
    """The snapshot as the form promises it; a missing part shows as KeyError where it is read."""
    return cast("Snapshot", snapshot)


def instant(text: str) -> datetime:
    """An instant of a snapshot."""
    return datetime.fromisoformat(text)


def draw(snapshot: Snapshot, speller: Speller) -> Drawing:
    """Everything of a snapshot that stands on the sheet, its texts spelled."""
    spell = speller.spell
    return {
        "number": snapshot["number"],
        "sample": snapshot["sample"],
        "edition": EDITIONS.get(snapshot["edition"], ""),
        "name": spell(snapshot["subject"]["name"]),
        "uscc": snapshot["subject"]["uscc"],
        "labels": [
            {"text": spell(label), "alarm": label.startswith("失信")}
            for label in snapshot["labels"]
        ],
        "facts": [
            {"name": name, "value": spell(value)}
            for name, value in (
                ("报告编号", snapshot["number"]),
                ("版本号", snapshot["form"]),
                ("出具单位", snapshot["issuer"]),
                ("查询用途", snapshot["purpose"]["label"]),
                ("生成时间", _in_words(snapshot["generated_at"])),
                ("数据截至", _in_words(snapshot["data_as_of"])),
                ("有效期至", _in_words(snapshot["expires_at"])),
            )
        ],
        "summary": spell(snapshot["summary"]),
        "counts": [
            {"label": spell(count["label"]), "count": count["count"]}
            for count in snapshot["counts"]
        ],
        "sections": [_section(section, speller) for section in snapshot["sections"]],
        "notes": [spell(note) for note in snapshot["notes"]],
    }


def _in_words(text: str) -> str:
    local = instant(text).astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def _section(section: Section, speller: Speller) -> Drawing:
    return {
        "heading": speller.spell(f"{section['ordinal']}、{section['title']}"),
        "groups": [_group(group, speller) for group in section["groups"]],
        "paragraphs": [speller.spell(paragraph) for paragraph in section["paragraphs"]],
    }


def _group(group: Group, speller: Speller) -> Drawing:
    records = group["records"]
    common = {"title": speller.spell(group["title"]), "total": len(records)}
    if not records:
        return {"form": "none", **common}
    if len(records) > CLOSE_FROM:
        return {"form": "close", **common, "chapters": list(_chapters(records, speller))}
    if _alike_and_short(records):
        return {"form": "table", **common, **_table(records, speller)}
    return {"form": "records", **common, "records": [_grid(r["fields"], speller) for r in records]}


def _chapters(records: Sequence[Record], speller: Speller) -> Iterator[Drawing]:
    first = 1
    for labels, alike in groupby(records, key=_labels):
        key = _marked(labels)
        remaining = list(alike)
        while remaining:
            chapter, remaining = remaining[:CHAPTER], remaining[CHAPTER:]
            yield {
                "first": first,
                "last": first + len(chapter) - 1,
                "key": speller.spell(key),
                "key_lines": ceil(_ems(key) / KEY_LINE_EMS),
                "records": [speller.spell(_marked(_values(record))) for record in chapter],
            }
            first += len(chapter)


def _marked(texts: Sequence[str]) -> str:
    return "　".join(f"{_mark(place)}\u00a0{text}" for place, text in enumerate(texts))


def _mark(place: int) -> str:
    return MARKS[place] if place < len(MARKS) else f"〔{place + 1}〕"


def _labels(record: Record) -> list[str]:
    return [field["label"] for field in record["fields"]]


def _values(record: Record) -> list[str]:
    return [field["value"] for field in record["fields"]]


def _alike_and_short(records: Sequence[Record]) -> bool:
    """Whether the records can be rows: few columns, each narrow enough for its texts."""
    first = records[0]["fields"]
    labels = [field["label"] for field in first]
    return (
        len(records) > 1
        and len(labels) <= MOST_COLUMNS
        and all(
            [field["label"] for field in record["fields"]] == labels
            and all(_ems(field["value"]) <= 4 * COLUMN_EMS[1] for field in record["fields"])
            for record in records
        )
    )


def _table(records: Sequence[Record], speller: Speller) -> Drawing:
    columns = list(zip(*(record["fields"] for record in records), strict=True))
    least, most = COLUMN_EMS
    return {
        "widths": [
            min(most, max(least, _ems(column[0]["label"]), *(_ems(f["value"]) for f in column)))
            for column in columns
        ],
        "header": [speller.spell(column[0]["label"]) for column in columns],
        "rows": [[speller.spell(f["value"]) for f in record["fields"]] for record in records],
    }


def _grid(fields: Sequence[Field], speller: Speller) -> Drawing:
    """Two short fields share a row, a long one has its own."""
    rows: list[list[Text]] = []
    half_open = False
    for field in fields:
        cells = [speller.spell(field["label"]), speller.spell(field["value"])]
        short = _ems(field["value"]) <= HALF_ROW_EMS
        if short and half_open:
            rows[-1] += cells
        else:
            rows.append(cells)
        half_open = short and not half_open
    lines = len(rows) + sum(_ems(field["value"]) for field in fields) / LINE_EMS
    return {"rows": rows, "tall": lines > TALL_LINES}


def _ems(text: str) -> float:
    return sum(WIDE if character >= "\u1100" else NARROW for character in text)
