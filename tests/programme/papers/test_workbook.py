"""Workbooks: numbers as numbers, texts as texts, ready to print, the same bytes each time."""

import re
import zipfile
from collections import defaultdict
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from bangfu.programme.papers.sheets import MOST_ROWS, Block, Column, Row, Sheet, cut
from bangfu.programme.papers.workbook import workbook_bytes

COLUMNS = (
    Column("名称", "text"),
    Column("编码", "code"),
    Column("金额", "money"),
    Column("个数", "count"),
)
HOSTILE = ("=1+1", "+8613800000000", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://a")')


def book(*rows: Row, title: str = "标题") -> bytes:
    sheet = Sheet("表", title, ("单位：万元",), (Block(COLUMNS, rows),))
    return workbook_bytes(
        [sheet],
        title=title,
        footer="仅供内部工作使用 A&B",
        created_on=date(2025, 1, 2),
        language="zh",
    )


def rows_of(content: bytes, tab: str = "表") -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(tab).to_python()


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return parts.read(name).decode("utf-8")


def test_money_is_a_number_in_ten_thousands() -> None:
    content = book(Row(("甲镇", "330102001000", 2_000_000_000, 3)), Row(("乙镇", "1", 123, 0)))
    assert rows_of(content)[3:] == [
        ["甲镇", "330102001000", 2000.0, 3.0],
        ["乙镇", "1", 0.000123, 0.0],
    ]


def test_an_unknown_cell_is_empty_and_not_zero() -> None:
    assert rows_of(book(Row(("甲镇", "", None, None))))[3] == ["甲镇", "", "", ""]


def test_a_number_that_is_not_known_may_be_told_in_words() -> None:
    assert rows_of(book(Row(("甲镇", "", "待核实", 1))))[3][2] == "待核实"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    content = book(Row((text, text, text, text)), title=text)
    assert rows_of(content)[3] == [text] * 4
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "quotePrefix" in part(content, "xl/styles.xml")


def test_a_text_longer_than_a_cell_is_cut_openly() -> None:
    cell = rows_of(book(Row(("长" * 40_000, "", None, None))))[3][0]
    assert isinstance(cell, str)
    assert (len(cell), cell[-1]) == (32_001, "…")


def test_the_sheet_prints_on_a4_landscape_with_page_numbers_and_the_head_on_each_page() -> None:
    content = book(Row(("甲镇", "1", 1, 1)), Row(("乙镇", "2", 2, 2)))
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert re.search(r'<pageSetup paperSize="9"[^>]*orientation="landscape"', sheet)
    assert "第 &amp;P 页，共 &amp;N 页" in sheet
    assert "A&amp;&amp;B" in sheet
    assert '<pane ySplit="3"' in sheet
    assert "$3:$3" in part(content, "xl/workbook.xml")


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert book(Row(("甲镇", "1", 1, 1))) == book(Row(("甲镇", "1", 1, 1)))


def test_a_long_list_is_cut_with_a_note_and_keeps_its_total() -> None:
    rows = [Row((str(n), "", None, n)) for n in range(MOST_ROWS + 5)]
    block = cut(
        COLUMNS, [*rows, Row(("合计", "", None, 9), "total")], len(rows), "前 {shown}，另 {more}"
    )
    assert len(block.rows) == MOST_ROWS + 1
    assert block.rows[-1].kind == "total"
    assert block.note == f"前 {MOST_ROWS:,}，另 5"


def test_a_short_list_has_no_note() -> None:
    assert cut(COLUMNS, [Row(("甲", "", None, 1))], 1, "前 {shown}，另 {more}").note == ""


def heights(content: bytes) -> dict[int, float]:
    rows = re.findall(
        r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', part(content, "xl/worksheets/sheet1.xml")
    )
    # A row of the usual height says nothing.
    return defaultdict(lambda: 15.0, {int(number): float(height) for number, height in rows})


def test_a_row_is_as_high_as_its_longest_text_wraps() -> None:
    low, high = ("甲镇", "1", 1, 1), ("驻镇帮扶工作队" * 4, "1", 1, 1)
    found = heights(book(Row(low), Row(high)))
    # 56 half-widths in a column of 12, of which 10 hold text: six lines.
    assert (found[4], found[5]) == (15.0, 15.0 + 5 * 12.75)


def test_a_row_is_never_higher_than_a_page_and_codes_do_not_wrap() -> None:
    found = heights(book(Row(("字" * 5000, "1", 1, 1)), Row(("甲", "3" * 500, 1, 1))))
    assert (found[4], found[5]) == (399.75, 15.0)


def test_the_head_of_the_last_table_stands_on_every_page() -> None:
    two = Sheet(
        "表",
        "标题",
        (),
        (Block(COLUMNS, [Row(("甲", "1", 1, 1))], "一"), Block(COLUMNS, [], "二")),
    )
    content = workbook_bytes(
        [two], title="标题", footer="", created_on=date(2025, 1, 2), language="zh"
    )
    (titles,) = re.findall(r"Print_Titles[^>]*>([^<]*)<", part(content, "xl/workbook.xml"))
    # Row 1 is the title, 2 to 4 the first table with its caption, 6 the second caption.
    assert titles == "表!$7:$7"
