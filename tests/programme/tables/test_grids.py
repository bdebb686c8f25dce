"""Sheets read as they stand: rows as on the sheet, merged heads spread, lost digits marked."""

from __future__ import annotations

import io

import xlsxwriter

from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.grids import Grid, read_grids


def _grid(data: bytes, suffix: str = ".xlsx") -> Grid:
    findings = Findings()
    (grid,) = read_grids(data, suffix, where="表", findings=findings)
    assert not findings.any_fault
    return grid


def _workbook() -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        page = book.add_worksheet("一季度")
        page.merge_range(0, 1, 0, 3, "2024年")
        page.merge_range(1, 1, 2, 1, "甲一镇")
        page.write(1, 2, "甲一村")
        page.write(1, 3, 3.3e17)
        page.write(4, 2, "甲二村")
        page.write(4, 3, 32.5)
    return kept.getvalue()


def test_rows_are_numbered_as_on_the_sheet_and_empty_ones_left_out() -> None:
    grid = _grid(_workbook())
    assert (grid.sheet, grid.first_column, grid.width) == ("一季度", 1, 3)
    assert grid.frame["row"].to_list() == [1, 2, 3, 5]
    assert grid.frame["c2"].to_list()[-1] == "32.5"


def test_a_merged_head_covers_its_columns_and_a_merged_name_its_rows() -> None:
    grid = _grid(_workbook())
    assert grid.top[0] == ("2024年", "2024年", "2024年")
    assert grid.frame["c0"].to_list()[1:3] == ["甲一镇", "甲一镇"]


def test_a_number_that_lost_its_digits_is_marked() -> None:
    assert _grid(_workbook()).doubtful == frozenset({(2, 2)})


def test_a_text_file_keeps_its_rows_and_codes() -> None:
    grid = _grid("村,代码\n甲一村,033\n\n甲二村,034\n".encode("gb18030"), ".csv")
    assert grid.top[0] == ("村", "代码")
    assert grid.frame["c1"].to_list() == ["代码", "033", "034"]
    assert grid.frame["row"].to_list() == [1, 2, 4]


def test_another_format_is_refused() -> None:
    findings = Findings()
    assert read_grids(b"", ".et", where="表.et", findings=findings) == []
    assert [fault.code for fault in findings.faults] == ["TAB-02"]
