"""The table of a month: every cell a text or a count, and none a formula; charts in words too."""

import csv
from io import StringIO

import pytest

from domain.judging.sheets import Row, Sheet
from handlers.charts import HEIGHT, Column, columns, share
from handlers.sheet_files import HEADS, as_csv, cells
from tests.domain.judging.samples import AT

ROW = Row(
    key="p",
    opened=10,
    answered=9,
    minutes=12,
    resolved=8,
    reopened=1,
    rated=2,
    stars=9,
    complaints=3,
    upheld=1,
    withdrawn=1,
)


def sheet(*, version: int = 1, reason: str = "") -> Sheet:
    return Sheet(
        month="2026-02",
        version=version,
        drawn_at=AT,
        drawn_by="",
        reason=reason,
        total=ROW,
        places=(ROW,),
        butlers=(Row(key="s"),),
    )


def read(body: bytes) -> list[list[str]]:
    text = body.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def test_the_table_has_the_whole_each_place_and_each_butler() -> None:
    head, heads, *rows = read(as_csv(sheet(), places={"p": "东山大厦"}, butlers={"s": "周敏"}))
    assert head == ["信用管家月报 2026-02", "首版", "2026年3月2日 10:00生成"]
    assert heads == ["", "名称", *HEADS]
    assert [row[:2] for row in rows] == [["合计", ""], ["服务点", "东山大厦"], ["信用管家", "周敏"]]
    assert rows[1][2:] == ["10", "9", "12", "8", "1", "2", "4.50", "3", "1", "0", "1", "1"]
    assert rows[2][2:] == ["0", "0", "", "0", "0", "0", "", "0", "0", "0", "0", "0"]


def test_a_corrected_one_says_so() -> None:
    head, *_ = read(as_csv(sheet(version=2, reason="补录三张工单"), places={}, butlers={}))
    assert head[1] == "更正，第 2 版：补录三张工单"


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠SUM(A1)"]
)
def test_no_cell_is_taken_for_a_formula(name: str) -> None:
    rows = read(as_csv(sheet(), places={"p": name}, butlers={"s": name}))
    assert [row[1] for row in rows[3:]] == [f"'{name}", f"'{name}"]


def test_every_head_has_a_cell() -> None:
    assert len(cells(ROW)) == len(HEADS)


def test_a_chart_says_in_words_what_it_draws() -> None:
    given = [
        Column(label="1月", value=500, words="50%"),
        Column(label="2月", value=None, words="无"),
        Column(label="<3月>", value=5000, words="满"),
    ]
    drawn = columns("按时<比例>", given, most=1000)
    assert 'aria-label="按时&lt;比例&gt;：1月 50%；2月 无；&lt;3月&gt; 满"' in drawn
    assert drawn.count("<rect") == 2
    assert f'viewBox="0 0 360 {HEIGHT}"' in drawn
    assert "<3月>" not in drawn
    assert columns("尚无", [given[1]], most=1000) == columns("尚无", [], most=1000) == ""
    assert "style=" not in drawn


@pytest.mark.parametrize(("value", "width"), [(-5, 0), (0, 0), (250, 25), (1000, 100), (9999, 100)])
def test_a_bar_stays_within_its_frame(value: int, width: int) -> None:
    assert f'<rect width="{width}" height="8"/>' in share(value, most=1000)
