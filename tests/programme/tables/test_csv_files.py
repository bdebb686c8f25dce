"""CSV files as offices hand them in: encodings, quotes, blank lines, damage."""

import polars as pl
import pytest

from bangfu.programme.tables.cells import tidied
from bangfu.programme.tables.csv_files import plain_utf8, read_csv_sheet
from bangfu.programme.tables.declared import TABLES
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.raw import RawSheet
from bangfu.vocabulary.errors import FaultsFound

UNITS = "unit_code,name,kind\nU1,示例农业农村局,机关\nU2,示例银行,企业\n"


def sheet_of(data: bytes) -> RawSheet:
    findings = Findings()
    sheet = read_csv_sheet(data, TABLES["units"], where="units.csv", findings=findings)
    findings.raise_if_any()
    assert sheet is not None
    return sheet


def fault_of(data: bytes) -> tuple[str, str]:
    findings = Findings()
    assert read_csv_sheet(data, TABLES["units"], where="units.csv", findings=findings) is None
    with pytest.raises(FaultsFound) as caught:
        findings.raise_if_any()
    (fault,) = caught.value.faults
    return fault.code, fault.message.zh


def rows_of(sheet: RawSheet) -> list[tuple[object, ...]]:
    return sheet.frame.select("row", "unit_code", "name").rows()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_same_table_in_every_accepted_encoding(encoding: str, line_end: str) -> None:
    sheet = sheet_of(UNITS.replace("\n", line_end).encode(encoding))
    assert rows_of(sheet) == [(2, "U1", "示例农业农村局"), (3, "U2", "示例银行")]


def test_a_long_text_is_checked_across_pieces() -> None:
    text = ("a" + "村" * 400_000).encode()
    assert plain_utf8(text, where="", findings=Findings()) == text


def test_rows_count_as_on_the_sheet_past_blank_lines_and_line_ends_in_cells() -> None:
    text = 'unit_code,name,kind\n\nU1,"上\n下",x\n,,\nU2,b\n'
    assert rows_of(sheet_of(text.encode())) == [(3, "U1", "上\n下"), (5, "U2", "b")]


def test_chinese_heads_and_a_title_above_the_head_are_accepted() -> None:
    text = "帮扶单位登记表,,\n单位代码,单位名称,备注\nU1,甲局,\n"
    sheet = sheet_of(text.encode())
    assert rows_of(sheet) == [(3, "U1", "甲局")]
    assert sheet.head.as_given("name") == "单位名称"


def test_a_last_column_without_head_is_dropped_only_when_empty() -> None:
    assert sheet_of(b"unit_code,name,\nU1,a,\n").frame.columns == ["unit_code", "name", "row"]
    kept = sheet_of(b"unit_code,name,\nU1,a,x\n").frame
    assert kept.columns == ["unit_code", "name", "column_3", "row"]


def test_too_many_cells_are_told_row_by_row() -> None:
    findings = Findings()
    data = b"unit_code,name\nU1,a,b,c\nU2,a\nU3,a,b\n"
    assert read_csv_sheet(data, TABLES["units"], where="units.csv", findings=findings) is None
    with pytest.raises(FaultsFound) as caught:
        findings.raise_if_any()
    assert [fault.message.zh for fault in caught.value.faults] == [
        "第 2 行有 4 格，表头只有 2 列。",
        "第 4 行有 3 格，表头只有 2 列。",
    ]


def test_empty_cells_beyond_the_head_do_no_harm() -> None:
    assert rows_of(sheet_of(b"unit_code,name\nU1,a,,\nU2,b\n")) == [(2, "U1", "a"), (3, "U2", "b")]


def test_a_quotation_mark_inside_a_text_is_kept() -> None:
    assert rows_of(sheet_of(b'unit_code,name\nU1,a"b\nU2,c\n')) == [
        (2, "U1", 'a"b'),
        (3, "U2", "c"),
    ]


@pytest.mark.parametrize("tail", ["", 'U9,x",机关\n'])
def test_an_open_quotation_mark_does_not_swallow_rows(tail: str) -> None:
    rows = "".join(f"U{n},a,b\n" for n in range(5))
    code, message = fault_of(f'unit_code,name,kind\nU0,"a,b\n{rows}{tail}'.encode())
    assert code == "TAB-06"
    assert "引号没有成对" in message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (UNITS.encode()[:40] + b"\xe5\x00" + UNITS.encode()[40:], "空字符"),
        (UNITS.encode().replace("局".encode(), b"\xe5\xb1"), "第 2 行的文字既不是 UTF-8"),
        (UNITS.encode("gb18030") + b"\xff\xff\n", "第 4 行的文字既不是 UTF-8"),
        (UNITS.encode("utf-16"), "UTF-16"),
    ],
)
def test_a_damaged_or_foreign_encoding_is_refused(data: bytes, said: str) -> None:
    code, message = fault_of(data)
    assert code == "TAB-07"
    assert said in message


@pytest.mark.parametrize("mark", ["\t", ";", "，"])
def test_another_separator_is_named(mark: str) -> None:
    code, _ = fault_of(UNITS.replace(",", mark).encode())
    assert code == "TAB-06"


def test_two_columns_of_one_name_are_refused() -> None:
    code, message = fault_of("unit_code,单位名称,单位名称\nU1,a,b\n".encode())
    assert code == "TAB-08"
    assert "2 列都是「name」（单位名称、单位名称）" in message


def test_cells_are_text_and_empty_is_null() -> None:
    frame = tidied(sheet_of(b'unit_code,name,kind\n007,"",\n'), Findings()).frame
    assert frame.drop("row").rows() == [("007", None, None)]
    assert frame.drop("row").dtypes == [pl.String] * 3


def test_a_row_of_blanks_is_no_row() -> None:
    frame = tidied(sheet_of("unit_code,name\n \u3000,\t\nU1,a\n".encode()), Findings()).frame
    assert frame.get_column("row").to_list() == [3]
