"""XLSX, XLS and Parquet: numbers that are codes, dates, merged heads, damage."""

import datetime as dt
import io
import os
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from bangfu.programme.tables.declared import TABLES, TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.parquet_files import read_parquet_sheet
from bangfu.programme.tables.raw import RawSheet
from bangfu.programme.tables.workbooks import read_workbook
from bangfu.vocabulary.errors import FaultsFound

REFERENCE = Path(
    os.environ.get(
        "BANGFU_REFERENCE_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"
    )
)


def a_workbook(*sheets: tuple[str, list[list[object]]], merged: str = "") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(index, column, cell, day)
                    elif cell != "":
                        sheet.write(index, column, cell)
            if merged:
                sheet.merge_range(merged, "示例登记表")
    return target.getvalue()


def sheet_of(data: bytes, name: str = "staff") -> tuple[RawSheet, Findings]:
    findings = Findings()
    sheet = read_workbook(data, TABLES[name], where=f"{name}.xlsx", findings=findings)
    findings.raise_if_any()
    assert sheet is not None
    return sheet, findings


def fault_codes(data: bytes, table: TableDeclaration = TABLES["staff"]) -> list[str]:
    findings = Findings()
    read_workbook(data, table, where="staff.xlsx", findings=findings)
    with pytest.raises(FaultsFound) as caught:
        findings.raise_if_any()
    return [fault.code for fault in caught.value.faults]


def test_numbers_booleans_and_dates_come_back_as_they_are_read() -> None:
    rows: list[list[object]] = [
        ["place_code", "post", "on_establishment", "starts_on", "remark"],
        [330102001001, "驻村", True, dt.date(2024, 3, 5), 32.5],
        ["330102001002", "驻村", "否", "2024-03-06", 0.1 + 0.2],
    ]
    sheet, _ = sheet_of(a_workbook(("甲", rows)))
    assert sheet.frame.rows() == [
        ("330102001001", "驻村", "true", "2024-03-05", "32.5", 2),
        ("330102001002", "驻村", "否", "2024-03-06", "0.3", 3),
    ]


def test_a_code_too_long_for_a_number_is_refused() -> None:
    rows: list[list[object]] = [["place_code", "post"], [330102199001011234, "驻村"]]
    assert fault_codes(a_workbook(("甲", rows))) == ["TAB-20"]


def test_a_month_that_became_a_day_is_refused() -> None:
    rows: list[list[object]] = [
        ["place_code", "indicator", "period", "value"],
        [330102001001, "x", dt.date(2024, 3, 1), 1],
        [330102001001, "x", dt.date(2024, 3, 5), 1],
    ]
    assert fault_codes(a_workbook(("甲", rows)), TABLES["indicators"]) == ["TAB-18"]


def test_the_head_is_found_under_merged_titles_and_told() -> None:
    rows: list[list[object]] = [
        [""], ["填报日期"], ["place_code", "post"], ["", ""], ["330102001001", "驻村"],
    ]  # fmt: skip
    sheet, findings = sheet_of(a_workbook(("甲", rows), merged="A1:B1"))
    assert sheet.frame.rows() == [("330102001001", "驻村", 5)]
    (notice,) = findings.notices
    assert notice.message.zh == "第 3 行读作表头：place_code、post"


def test_a_head_merged_over_two_rows_names_its_column() -> None:
    rows: list[list[object]] = [
        ["", "place_code", "基本情况", ""],
        ["", "", "post", "职级"],
        ["", "330102001001", "驻村", "科级"],
    ]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
        sheet.merge_range("B1:B2", "place_code")
        sheet.merge_range("C1:D1", "基本情况")
    read, _ = sheet_of(target.getvalue())
    assert read.frame.select("place_code", "post", "rank", "row").rows() == [
        ("330102001001", "驻村", "科级", 3)
    ]


def test_the_sheet_named_as_the_table_is_read_and_others_are_told() -> None:
    rows: list[list[object]] = [["place_code", "post"], ["330102001001", "驻村"]]
    data = a_workbook(("说明", [["请勿改动"]]), ("staff", rows), ("空", []))
    sheet, findings = sheet_of(data)
    assert sheet.where == "staff.xlsx [staff]"
    assert [notice.message.zh for notice in findings.notices] == [
        "工作簿里另有工作表没有读取：说明"
    ]


@pytest.mark.parametrize("cut", [0, 4, 100])
def test_a_broken_workbook_is_told(cut: int) -> None:
    whole = a_workbook(("甲", [["place_code", "post"]]))
    assert fault_codes(whole[:-cut] if cut else b"<html></html>") == ["TAB-02"]


def test_a_stray_cell_at_the_far_corner_does_not_take_all_memory() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["place_code", "post"])
        sheet.write(1_048_575, 16_383, "x")
    assert fault_codes(target.getvalue()) == ["TAB-02"]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference data")
def test_the_yearbook_of_2012_is_read_under_its_merged_head() -> None:
    data = (REFERENCE / "messy" / "nbs_yearbook_table1-1_admin_2012.xls").read_bytes()
    declaration = TABLES["attributes"]
    findings = Findings()
    sheet = read_workbook(data, declaration, where="attributes.xls", findings=findings)
    assert sheet is not None
    whole = sheet.frame.filter(pl.nth(0) == "全国").row(0)
    assert "40446" in whole


def test_parquet_keeps_codes_and_figures_exact(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "place_code": [330102001001, 330102001002],
            "post": ["驻村", None],
            "on_establishment": [True, None],
            "starts_on": [dt.date(2024, 3, 5), None],
            "remark": [["a", "b"], None],
            "score": [32.5, 0.1 + 0.2],
            "count": [3.0, None],
        }
    )
    frame.write_parquet(tmp_path / "staff.parquet")
    findings = Findings()
    data = (tmp_path / "staff.parquet").read_bytes()
    sheet = read_parquet_sheet(data, TABLES["staff"], where="staff.parquet", findings=findings)
    assert sheet is not None
    assert sheet.frame.rows() == [
        ("330102001001", "驻村", "true", "2024-03-05", "a;b", "32.5", "3", 2),
        ("330102001002", None, None, None, None, "0.3", None, 3),
    ]
    assert not findings.any_fault


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pl.DataFrame({"place_code": [3.3e17], "post": ["x"]}), "TAB-20"),
        (pl.DataFrame({"place_code": [{"a": 1}], "post": ["x"]}), "TAB-02"),
    ],
)
def test_parquet_that_cannot_be_read_exactly_is_refused(frame: pl.DataFrame, code: str) -> None:
    target = io.BytesIO()
    frame.write_parquet(target)
    findings = Findings()
    read_parquet_sheet(target.getvalue(), TABLES["staff"], where="staff.parquet", findings=findings)
    with pytest.raises(FaultsFound) as caught:
        findings.raise_if_any()
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_cut_parquet_file_is_told() -> None:
    target = io.BytesIO()
    pl.DataFrame({"place_code": ["a"]}).write_parquet(target)
    findings = Findings()
    data = target.getvalue()[:-10]
    assert read_parquet_sheet(data, TABLES["staff"], where="s", findings=findings) is None
    assert findings.any_fault
