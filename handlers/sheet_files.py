"""A monthly sheet as a table for office programs: no cell of it is ever taken for a formula."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from domain.judging.rules import hundredths
from domain.judging.sheets import Row, Sheet
from domain.time import in_words

# So that the encoding is known where no header says it.
MARK = "\ufeff"
# Of full width too: some programs take those for the same.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADS = (
    *(
        "受理",
        "24 小时内首次答复",
        "首次答复中位数（分钟）",
        "办结",
        "重新打开",
        "评价",
        "平均星级",
    ),
    *("投诉", "成立", "不成立", "撤回", "未决"),
)


def as_csv(sheet: Sheet, *, places: Mapping[str, str], butlers: Mapping[str, str]) -> bytes:
    """Head, the whole, each place, each butler."""
    return as_table(_lines(sheet, places, butlers))


def as_table(lines: Iterable[Sequence[str]]) -> bytes:
    """Lines of cells as a file for office programs."""
    text = StringIO(newline="")
    table = csv.writer(text)
    for line in lines:
        table.writerow([_safe(cell) for cell in line])
    return f"{MARK}{text.getvalue()}".encode()


def cells(row: Row) -> Sequence[str]:
    """As they stand under ``HEADS``."""
    return (
        *(str(row.opened), str(row.answered), "" if row.minutes is None else str(row.minutes)),
        *(str(row.resolved), str(row.reopened), str(row.rated)),
        hundredths(row.mean) if row.rated else "",
        *(str(row.complaints), str(row.upheld), str(row.not_upheld)),
        *(str(row.withdrawn), str(row.undecided)),
    )


def _lines(
    sheet: Sheet, places: Mapping[str, str], butlers: Mapping[str, str]
) -> Sequence[Sequence[str]]:
    corrected = f"更正，第 {sheet.version} 版：{sheet.reason}" if sheet.is_corrected else "首版"
    return (
        (f"信用管家月报 {sheet.month}", corrected, f"{in_words(sheet.drawn_at)}生成"),
        ("", "名称", *HEADS),
        ("合计", "", *cells(sheet.total)),
        *(("服务点", places.get(one.key, one.key), *cells(one)) for one in sheet.places),
        *(("信用管家", butlers.get(one.key, one.key), *cells(one)) for one in sheet.butlers),
    )


def _safe(cell: str) -> str:
    """A text that a program could run begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
