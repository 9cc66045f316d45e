"""The choices of layout."""

from typing import Any, cast

import pytest

from adapters.documents.fonts import Speller, drawable, find_fonts
from adapters.documents.sheet import CHAPTER, CLOSE_FROM, draw
from adapters.documents.snapshot import read
from tests.adapters.documents.snapshots import Json, record, snapshot

DRAWABLE = drawable(find_fonts())


def drawn(one: Json) -> dict[str, Any]:
    return cast("dict[str, Any]", draw(read(one), Speller(DRAWABLE)))


def form_of(records: list[Json]) -> dict[str, Any]:
    one = cast("dict[str, Any]", snapshot())
    one["sections"][8]["groups"][0]["records"] = records
    return cast("dict[str, Any]", drawn(one)["sections"][8]["groups"][0])


def test_times_are_those_of_shanghai() -> None:
    facts = {fact["name"]: fact["value"] for fact in drawn(snapshot())["facts"]}
    assert facts["生成时间"] == "2026年11月23日 15:30:00"
    assert facts["有效期至"] == "2026年12月23日 15:30:00"


def test_a_group_without_records_says_so() -> None:
    assert form_of([])["form"] == "none"


def test_records_alike_and_short_are_rows_of_a_table() -> None:
    group = form_of([record(n, {"名称": "甲", "日期": ""}) for n in range(2)])
    assert (group["form"], group["header"]) == ("table", ["名称", "日期"])
    assert group["rows"] == [["甲", "— —"]] * 2


@pytest.mark.parametrize(
    "records",
    [
        [record(1, {"名称": "甲"})],
        [record(1, {"名称": "甲"}), record(2, {"名字": "乙"})],
        [record(n, {"名称": "长" * 60}) for n in range(2)],
        [record(n, {f"第{c}列": "中等长度的一段文字" for c in range(6)}) for n in range(2)],
        [record(n, {f"第{c}列": "W" * 20 for c in range(3)}) for n in range(2)],
    ],
    ids=["only one", "not alike", "too tall", "too many columns", "unbreakable"],
)
def test_records_that_would_not_fit_a_table_stand_one_by_one(records: list[Json]) -> None:
    assert form_of(records)["form"] == "records"


def test_two_short_fields_share_a_row_and_a_long_one_has_its_own() -> None:
    fields = {"甲": "短", "乙": "短", "丙": "短", "丁": "长" * 20, "戊": ""}
    (one,) = form_of([record(1, fields)])["records"]
    assert one["rows"] == [
        ["甲", "短", "乙", "短"],
        ["丙", "短"],
        ["丁", "长" * 20],
        ["戊", "— —"],
    ]
    assert not one["tall"]


def test_a_record_taller_than_most_of_a_page_may_break() -> None:
    (one,) = form_of([record(1, {"内容": "长" * 2000})])["records"]
    assert one["tall"]


def test_records_by_the_thousand_are_set_close_in_chapters_with_a_key() -> None:
    total = CHAPTER + 3
    group = form_of([record(n, {"名称": f"甲{n}", "日期": ""}) for n in range(total)])
    assert group["form"] == "close"
    assert [(c["first"], c["last"]) for c in group["chapters"]] == [
        (1, CHAPTER),
        (CHAPTER + 1, total),
    ]
    assert group["chapters"][0]["key"] == "❶\u00a0名称　❷\u00a0日期"
    assert group["chapters"][1]["records"][0] == f"❶\u00a0甲{CHAPTER}　❷\u00a0— —"


def test_close_records_of_another_kind_begin_a_chapter_with_its_own_key() -> None:
    kinds = [record(n, {"名称" if n < 40 else "标题": "甲"}) for n in range(CLOSE_FROM + 1)]
    chapters = form_of(kinds)["chapters"]
    assert [chapter["key"] for chapter in chapters] == ["❶\u00a0名称", "❶\u00a0标题"]
    assert [chapter["last"] for chapter in chapters] == [40, CLOSE_FROM + 1]


def test_no_field_is_lost_however_many_there_are() -> None:
    fields = {f"栏{n}": f"值{n}" for n in range(30)}
    (chapter,) = form_of([record(n, fields) for n in range(CLOSE_FROM + 1)])["chapters"]
    assert all(f"值{n}" in chapter["records"][0] for n in range(30))


def test_an_objection_stands_beside_its_record_in_every_form() -> None:
    fields = {"名称": "甲", "日期": ""}
    noted = record(1, fields) | {"note": "主体已提出异议。"}
    said = "※ 异议标注：主体已提出异议。"
    (one,) = form_of([noted])["records"]
    assert one["note"] == said
    assert form_of([noted, record(2, fields)])["notes"] == [said, None]
    (chapter,) = form_of([noted, *(record(n, fields) for n in range(CLOSE_FROM))])["chapters"]
    assert chapter["notes"][:2] == [said, None]


def test_a_person_is_named_with_document_and_masked_number() -> None:
    person = {"kind": "person", "name": "林晓芸", "id_kind": "居民身份证", "id_number": "110***2X"}
    sheet = drawn(snapshot() | {"edition": "person-full", "subject": person})
    assert sheet["identifier"] == {"name": "居民身份证", "value": "110***2X"}
    assert sheet["subtitle"] == "自然人 · 完整版"
    assert "再输入校验码" in sheet["how_to_check"]


def test_a_certificate_has_its_period_in_words() -> None:
    chosen = {
        "edition": "no-violation",
        "period": {"from": "2023-11-24", "until": "2026-11-23"},
        "fields": [{"code": "market", "label": "市场监督管理"}],
        "results": [{"code": "market", "label": "市场监督管理", "counts": [1, 0, 0, 0]}],
    }
    certificate = drawn(snapshot() | chosen)["certificate"]
    assert certificate["period"] == "2023年11月24日 至 2026年11月23日"
    assert certificate["results"] == [{"label": "市场监督管理", "counts": [1, 0, 0, 0]}]
    assert drawn(snapshot())["certificate"] is None
