"""Papers as their reader sees them: rendered, read, scanned."""

import re
from typing import Any, cast

import pytest
import zxingcpp

from adapters.documents.canonical import canonical_json, sha256_hex
from adapters.documents.keys import KeyFiles, load_keys
from adapters.documents.maker import PaperPress, SignedDocument
from adapters.documents.qr import LONGEST_TOKEN, MODULE_MM
from adapters.documents.verifier import verify_token
from tests.adapters.documents.papers import (
    CHECK_CODE,
    CODE,
    HOST,
    PUBLIC_URL,
    attachments,
    in_grey,
    printed,
    texts,
)
from tests.adapters.documents.snapshots import record, snapshot

NUMBER = str(snapshot()["number"])
UNKNOWN = "\U0003134f"
MANY = 2000


def codes_in(picture: Any) -> list[Any]:
    """QR codes only: the lines of a table may look like a code of another kind."""
    return list(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode))


@pytest.fixture(scope="module")
def thick(press: PaperPress) -> SignedDocument:
    return printed(press, snapshot(penalties=MANY))


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def with_value(value: str) -> dict[str, Any]:
    one = cast("dict[str, Any]", snapshot(name=value or "甲"))
    one["sections"][8]["groups"][0]["records"] = [record(1, {"信息内容": value})]
    return one


def test_every_sheet_carries_number_page_and_domain(
    paper: SignedDocument, thick: SignedDocument
) -> None:
    for document in (paper, thick):
        pages = list(map(without_spaces, texts(document.pdf)))
        assert len(pages) == document.pages
        for place, page in enumerate(pages, start=1):
            assert f"报告编号{NUMBER}" in page
            assert f"第{place}页/共{document.pages}页" in page
            assert HOST in page


def test_a_sample_says_so_on_every_sheet_and_a_real_paper_never(press: PaperPress) -> None:
    marked = texts(printed(press, snapshot(sample=True)).pdf)
    plain = texts(printed(press, snapshot(sample=False) | {"issuer": "信用中心"}).pdf)
    assert all("样例" in page for page in marked)
    assert not any("样例" in page for page in plain)


def test_everything_of_the_snapshot_stands_on_the_paper(paper: SignedDocument) -> None:
    page = without_spaces("".join(texts(paper.pdf)))
    one = cast("dict[str, Any]", snapshot())
    fields = [
        field
        for section in one["sections"]
        for group in section["groups"]
        for entry in group["records"]
        for field in entry["fields"]
    ]
    said = [
        *(field[part] for field in fields for part in ("label", "value")),
        *(f"{section['ordinal']}、{section['title']}" for section in one["sections"]),
        *(paragraph for section in one["sections"] for paragraph in section["paragraphs"]),
        *(count["label"] for count in one["counts"]),
        *(one["summary"], one["form"], one["purpose"]["label"], *one["labels"], *one["notes"]),
    ]
    assert [text for text in said if without_spaces(text) not in page] == []
    assert page.count("查询期内无相关信息") == 3


def test_two_thousand_penalties_lose_nothing(thick: SignedDocument) -> None:
    page = without_spaces("".join(texts(thick.pdf)))
    one = cast("dict[str, Any]", snapshot(penalties=MANY))
    numbers = [entry["fields"][0]["value"] for entry in one["sections"][1]["groups"][1]["records"]]
    assert len(numbers) == MANY
    assert all(number in page for number in numbers)
    assert f"第1501至2000条，共{MANY}条" in page


HEADING = re.compile(r"[一二三四五六七八九十]、.*|信用信息概要|报告说明|.*\d ?条")


def test_no_heading_ends_a_sheet(press: PaperPress) -> None:
    for penalties in (*range(8), 61):
        for page in texts(printed(press, snapshot(penalties=penalties)).pdf):
            body = page.rpartition("报告编号 ")[0].strip()
            assert not HEADING.fullmatch(body.splitlines()[-1].strip()), body[-60:]


def test_the_qr_code_is_read_from_a_grey_scan(
    paper: SignedDocument, thick: SignedDocument, key_files: KeyFiles
) -> None:
    for document in (paper, thick):
        (found,) = codes_in(in_grey(document.pdf, document.pages - 1))
        address, _, token = found.text.partition("#")
        assert address == f"{PUBLIC_URL}/v/{CODE}"
        assert len(token) <= LONGEST_TOKEN
        facts = verify_token(found.text, load_keys(key_files).qr_public_keys).facts
        assert facts is not None
        assert (facts.number, facts.canonical_sha256) == (NUMBER, document.canonical_sha256)


def test_the_modules_of_the_qr_code_are_half_a_millimetre_on_paper(paper: SignedDocument) -> None:
    dpi = 300
    (found,) = codes_in(in_grey(paper.pdf, paper.pages - 1, dpi=dpi))
    corners = found.position
    width_mm = (corners.top_right.x - corners.top_left.x) / dpi * 25.4
    modules = round(width_mm / MODULE_MM)
    assert (modules - 17) % 4 == 0
    assert width_mm / modules >= 0.5


def test_number_and_check_code_can_be_typed_from_the_paper(paper: SignedDocument) -> None:
    last = texts(paper.pdf)[-1]
    assert f"{CHECK_CODE[:4]} {CHECK_CODE[4:]}" in last
    assert f"{PUBLIC_URL}/v/" in last
    assert "只有上传 PDF 原文件核验" in last


def test_the_attachment_is_the_canonical_snapshot(
    paper: SignedDocument, thick: SignedDocument
) -> None:
    for document, one in ((paper, snapshot()), (thick, snapshot(penalties=MANY))):
        assert attachments(document.pdf) == {"credit-report.json": canonical_json(one)}
        assert document.canonical_sha256 == sha256_hex(canonical_json(one))
        assert document.sha256 == sha256_hex(document.pdf)


def test_rare_characters_are_drawn(press: PaperPress) -> None:
    document = printed(press, snapshot(name="𠮷野䶮龙𬺓餐饮有限公司"))
    assert document.boxed == 0
    assert "𠮷野䶮龙𬺓餐饮有限公司" in texts(document.pdf)[0]


def test_a_character_that_no_font_has_is_boxed_and_counted(press: PaperPress) -> None:
    document = printed(press, snapshot(name=f"广州{UNKNOWN}记"))
    assert document.boxed == 2, "in the head and in the registration"
    assert texts(document.pdf)[0].count("U+3134F") == 2
    assert UNKNOWN.encode() in attachments(document.pdf)["credit-report.json"]


@pytest.mark.parametrize(
    "value",
    [
        "مؤسسة الائتمان שלום",
        "甲\x00\x01\x08\x0b\x1b\x7f\x85\u200b\u202e\u2066\ufeff乙",
        "第一行\n第二行\r\n第三行\t\u2028\u2029",
        "名" * 200,
        "W" * 200,
        f"{UNKNOWN}" * 200,
        "👩\u200d👩\u200d👧 辻\U000e0100 e\u0301",
        '#panic("x") *粗* _斜_ $x^2$ @ref <label> `raw` // /* \\ [内容] = 标题',
        "",
        " ",
        "长" * 10_000,
    ],
)
def test_a_paper_never_fails_for_a_name(press: PaperPress, value: str) -> None:
    document = printed(press, with_value(value))
    assert document.pages >= 3


def test_text_is_never_read_as_markup(press: PaperPress) -> None:
    name = "*粗* #strong[x] $x$ @ref <a> `r` // \\ -- ..."
    assert name in texts(printed(press, snapshot(name=name)).pdf)[0]


@pytest.mark.parametrize("others", [0, 1, 61])
def test_an_objection_can_be_read_beside_its_record(press: PaperPress, others: int) -> None:
    one = cast("dict[str, Any]", snapshot())
    noted = record(1, {"名称": "甲"}) | {"note": "主体已提出异议，正在核查。"}
    more = [record(n + 2, {"名称": f"乙{n}"}) for n in range(others)]
    one["sections"][8]["groups"][0]["records"] = [noted, *more]
    page = without_spaces("".join(texts(printed(press, one).pdf)))
    assert page.count("异议标注：主体已提出异议，正在核查。") == 1
