"""From a snapshot to what the template draws: every choice of layout, nothing of looks.

A group of records takes one of four forms: ``none``; a ``table`` with a row for each record when
they are alike and fit; ``records``, a grid of labels and values for each; and ``close`` for the
rare report of thousands, running text under numbered marks, which costs a fifth of the grids.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil

from adapters.documents.fonts import RUN, Speller, Text
from adapters.documents.snapshot import Group, Record, Section, Snapshot, instant
from domain.time import SHANGHAI, date_in_words

EMPTY = "— —"
NOTE = "※ 异议标注："
# Black discs, since texts of penalties often number their own points with white ones.
MARKS = "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"

CLOSE_FROM = 60
CHAPTER = 500

# Widths of the template, in ems of the text that stands there.
HALF_ROW = 15.2
ROW = 40.0
KEY_ROW = 58.0
TABLE = 51.0
COLUMN = (4.0, 14.0)
COLUMN_PADDING = 1.4
TALLEST_CELL = 3
TALLEST_UNBROKEN = 32

Drawing = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """How the papers of an edition are titled, and which template draws them."""

    template: str
    title: str
    subtitle: str


EDITIONS: Mapping[str, Edition] = {
    "organisation-full": Edition(
        template="credit_report.typ",
        title="公共信用信息报告",
        subtitle="法人和非法人组织 · 完整版",
    ),
    "person-full": Edition(
        template="credit_report.typ", title="公共信用信息报告", subtitle="自然人 · 完整版"
    ),
    "no-violation": Edition(
        template="no_violation.typ", title="信用报告", subtitle="无违法违规证明版"
    ),
}
TEMPLATES = frozenset(edition.template for edition in EDITIONS.values())
HOW_TO_CHECK = (
    "扫描二维码，或在核验网址输入报告编号和校验码，可查看本报告是否有效，以及出具日期、页数和"
    "各项数量，请与纸面逐一比对。"
)
HOW_TO_CHECK_A_PERSONS = (
    "扫描二维码可查看本报告是否有效；再输入校验码，才显示各项数量，请与纸面逐一比对。也可在核验网址"
    "输入报告编号和校验码。"
)


def draw(snapshot: Snapshot, speller: Speller) -> Drawing:
    """Everything of a snapshot that stands on the sheet, its texts spelled."""
    spell = speller.spell
    edition, subject = EDITIONS[snapshot["edition"]], snapshot["subject"]
    person = subject["kind"] == "person"
    return {
        "template": edition.template,
        "title": edition.title,
        "subtitle": edition.subtitle,
        "number_name": "报告编号",
        "number": snapshot["number"],
        "sample": snapshot["sample"],
        "name": spell(subject["name"]),
        "identifier": {
            "name": spell(subject.get("id_kind", "")) if person else "统一社会信用代码",
            "value": subject.get("id_number", "") if person else subject.get("uscc", ""),
        },
        "how_to_check": HOW_TO_CHECK_A_PERSONS if person else HOW_TO_CHECK,
        "labels": [
            {"text": spell(label), "alarm": label.startswith("失信")}
            for label in snapshot["labels"]
        ],
        "facts": [{"name": name, "value": spell(value)} for name, value in _facts(snapshot)],
        "summary": spell(snapshot["summary"]),
        "counts": [
            {"label": spell(count["label"]), "count": count["count"]}
            for count in snapshot["counts"]
        ],
        "sections": [_section(section, speller) for section in snapshot["sections"]],
        "notes": [spell(note) for note in snapshot["notes"]],
        "certificate": _certificate(snapshot, speller),
    }


def _certificate(snapshot: Snapshot, speller: Speller) -> Drawing | None:
    """Period, fields and what was found in each; None where nothing could be chosen."""
    if "period" not in snapshot:
        return None
    first, last = (_day(snapshot["period"][end]) for end in ("from", "until"))
    return {
        "period": f"{first} 至 {last}",
        "fields": [speller.spell(field["label"]) for field in snapshot["fields"]],
        "results": [
            {"label": speller.spell(result["label"]), "counts": result["counts"]}
            for result in snapshot["results"]
        ],
    }


def _day(text: str) -> str:
    return date_in_words(date.fromisoformat(text))


def _facts(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    return (
        ("报告编号", snapshot["number"]),
        ("版本号", snapshot["form"]),
        ("出具单位", snapshot["issuer"]),
        ("查询用途", snapshot["purpose"]["label"]),
        ("生成时间", _in_words(snapshot["generated_at"])),
        ("数据截至", _in_words(snapshot["data_as_of"])),
        ("有效期至", _in_words(snapshot["expires_at"])),
    )


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
    if widths := _column_widths(records):
        return {"form": "table", **common, "widths": widths, **_table(records, speller)}
    return {"form": "records", **common, "records": [_grid(record, speller) for record in records]}


def _labels(record: Record) -> list[str]:
    return [field["label"] for field in record["fields"]]


def _values(record: Record) -> list[str]:
    return [field["value"] or EMPTY for field in record["fields"]]


def _note(record: Record, speller: Speller) -> Text | None:
    note = record.get("note")
    return speller.spell(NOTE + note) if note else None


# ---- records by the thousand ----


def _chapters(records: Sequence[Record], speller: Speller) -> Iterator[Drawing]:
    first = 1
    for labels, group in groupby(records, key=_labels):
        alike, key = list(group), _marked(labels)
        for start in range(0, len(alike), CHAPTER):
            chapter = alike[start : start + CHAPTER]
            yield {
                "first": first,
                "last": first + len(chapter) - 1,
                "key": speller.spell(key),
                "key_lines": ceil(ems(key) / KEY_ROW),
                "records": [speller.spell(_marked(_values(record))) for record in chapter],
                "notes": [_note(record, speller) for record in chapter],
            }
            first += len(chapter)


def _marked(texts: Sequence[str]) -> str:
    return "　".join(f"{_mark(place)}\u00a0{text}" for place, text in enumerate(texts))


def _mark(place: int) -> str:
    return MARKS[place] if place < len(MARKS) else f"〔{place + 1}〕"


# ---- records as rows ----


def _column_widths(records: Sequence[Record]) -> list[float]:
    """The width of each column; empty when the records are not alike or do not fit."""
    labels, rows = _labels(records[0]), [_values(record) for record in records]
    tallest = max((ems(value) for row in rows for value in row), default=0) / COLUMN[1]
    if len(rows) == 1 or tallest > TALLEST_CELL or any(_labels(r) != labels for r in records):
        return []
    columns = zip(labels, *rows, strict=True)
    widths = [max(map(_least_width, column)) + COLUMN_PADDING for column in columns]
    return widths if sum(widths) <= TABLE else []


def _least_width(text: str) -> float:
    runs = re.findall(f"[!-~]{{1,{RUN}}}", text)
    least, most = COLUMN
    return max(least, min(most, ems(text)), *map(ems, runs))


def _table(records: Sequence[Record], speller: Speller) -> Drawing:
    return {
        "header": [speller.spell(label) for label in _labels(records[0])],
        "rows": [[speller.spell(value) for value in _values(record)] for record in records],
        "notes": [_note(record, speller) for record in records],
    }


# ---- records one by one ----


def _grid(record: Record, speller: Speller) -> Drawing:
    """Two short fields share a row, a long one has its own."""
    rows: list[list[Text]] = []
    half_open, lines = False, 0.0
    for field in record["fields"]:
        label, value = field["label"], field["value"] or EMPTY
        cells, width = [speller.spell(label), speller.spell(value)], ems(value)
        short = width <= HALF_ROW
        if short and half_open:
            rows[-1] += cells
        else:
            rows.append(cells)
            lines += 1 + width / ROW
        half_open = short and not half_open
    return {"rows": rows, "tall": lines > TALLEST_UNBROKEN, "note": _note(record, speller)}


def ems(text: str) -> float:
    """About how wide a text is: a Chinese character is 1, a letter by its kind."""
    return sum(map(_em, text))


def _em(character: str) -> float:
    if character >= "\u1100":
        return 1.0
    if character in "MW@%":
        return 0.95
    return 0.7 if character.isupper() else 0.58
