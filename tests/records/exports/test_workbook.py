import csv
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from bangfu.records.exports.arranging import arranged, checked_columns
from bangfu.records.exports.plain_files import write_csv, write_parquet
from bangfu.records.exports.tables import ExportColumn, ExportRow, ExportTable, Head
from bangfu.records.exports.workbook import Printing, write_workbook
from bangfu.records.ground.refusals import Refused
from bangfu.vocabulary.text import Text

COLUMNS = (
    ExportColumn("county", Text("县", "County")),
    ExportColumn("place_code", Text("代码", "Code"), "code"),
    ExportColumn("place_name", Text("名称", "Name")),
    ExportColumn("income", Text("收入", "Income"), "money", is_summed=True),
    ExportColumn("jobs", Text("就业", "Jobs"), "count", "人", is_summed=True),
    ExportColumn("share", Text("比例", "Share"), "number", "%"),
    ExportColumn("done", Text("完成", "Done"), "bool"),
)
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x","y")', "桥"]


def a_table(rows=None, **more):
    if rows is None:
        rows = [
            ("甲县", "甲一镇", "330111101201", "甲一村", 32_500_001, 3, "12.5", True),
            ("甲县", "甲二镇", "330111102201", "甲三村", None, 4, None, False),
            ("乙县", "乙一镇", "330112101201", "乙一村", "不涉及", 5, "1", None),
        ]
    names = ("place_code", "place_name", "income", "jobs", "share", "done")
    lines = (
        ExportRow({"county": r[0], **dict(zip(names, r[2:], strict=True))}, r[0], r[1])
        for r in rows
    )
    facts = {"kind": "register", "subject": "x/y", "title": Text("示例台账", "Made-up register")}
    facts |= {"area": "示例市", "period": "2026", "columns": COLUMNS, "rows": lines, **more}
    return ExportTable(**facts)


def sheet(path):
    (name,) = CalamineWorkbook.from_path(str(path)).sheet_names
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def test_totals_and_subtotals_sum_what_is_known(tmp_path):
    path = tmp_path / "out.xlsx"
    how = Printing(subtotals="township", made_on=date(2026, 11, 22), code="BF-1")
    assert write_workbook(a_table(), path, how) == 3
    rows = sheet(path)
    named = {row[0]: row for row in rows}
    assert named["甲县 小计（2 行）"][3:5] == [32.500001, 7.0]
    assert "甲一镇 小计（1 行）" in named
    assert named["合计（3 行）"][3:5] == [32.500001, 12.0]
    (note,) = [row[0] for row in rows if str(row[0]).startswith("注：")]
    assert "收入 2" in note


def test_amounts_are_exact_in_every_unit(tmp_path):
    for unit, expected in (("元", 325000.01), ("万元", 32.500001), ("亿元", 0.0032500001)):
        path = tmp_path / f"{unit}.xlsx"
        write_workbook(a_table(), path, Printing(unit=unit))
        (row,) = [row for row in sheet(path) if row[2] == "甲一村"]
        assert row[3] == expected


def test_a_code_stays_text(tmp_path):
    path = tmp_path / "out.xlsx"
    write_workbook(a_table(), path, Printing())
    assert "330111101201" in [row[1] for row in sheet(path)]


def test_a_form_bears_its_head_and_one_without_a_number_is_marked(tmp_path):
    path = tmp_path / "out.xlsx"
    head = Head("帮统1表", "示例厅", "示统〔2026〕1号", date(2027, 12, 31), is_form=True)
    write_workbook(a_table(head=head, is_internal=True), path, Printing(code="BF-9"))
    text = "\n".join(str(cell) for row in sheet(path) for cell in row)
    for words in (
        "帮统1表",
        "制定机关：示例厅",
        "批准文号：示统〔2026〕1号",
        "有效期至：2027-12-31",
        "计量单位：万元、人、%",
        "填报单位：示例市",
        "仅供内部工作使用",
        "单位负责人",
        "版本号 BF-9",
    ):
        assert words in text
    write_workbook(a_table(head=Head(is_form=True)), path, Printing())
    text = "\n".join(str(cell) for row in sheet(path) for cell in row)
    assert "未编表号" in text
    assert "仅供内部工作使用" not in text


def test_no_text_becomes_a_formula(tmp_path):
    rows = [("甲县", "", "1", text, 1, 1, "1", True) for text in HOSTILE]
    path = tmp_path / "out.xlsx"
    write_workbook(a_table(rows), path, Printing())
    import zipfile

    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert [row[2].strip() for row in sheet(path) if row[0] == "甲县"] == [
        t.strip() for t in HOSTILE
    ]
    plain = tmp_path / "out.csv"
    write_csv(a_table(rows), plain, unit="元", language="zh")
    with plain.open(encoding="utf-8", newline="") as file:
        cells = [line["名称"] for line in csv.DictReader(file)]
    assert cells == [*(f"'{text}" for text in HOSTILE[:-1]), "桥"]


def test_csv_keeps_every_figure_and_negative_numbers(tmp_path):
    rows = [("甲县", "", "330111101201", "甲一村", -150, -2, "-0.5", None)]
    path = tmp_path / "out.csv"
    assert write_csv(a_table(rows), path, unit="元", language="zh") == 1
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.decode().splitlines() == [
        "县,代码,名称,收入（元）,就业（人）,比例（%）,完成",
        "甲县,330111101201,甲一村,-1.5,-2,-0.5,",
    ]


def test_parquet_keeps_types_and_tells_fen_by_name(tmp_path):
    path = tmp_path / "out.parquet"
    assert write_parquet(a_table(), path) == 3
    frame = pl.read_parquet(path)
    assert frame["income_fen"].to_list() == [32_500_001, None, None]
    assert frame["share"].to_list() == [Decimal("12.5"), None, Decimal("1")]
    assert frame.schema["place_code"] == pl.String


def test_the_offices_own_columns_order_and_titles():
    columns = checked_columns(
        [
            {"id": "place_name", "title": "村名"},
            {"own": "备注", "text": ""},
            {"id": "jobs"},
            {"id": "gone"},
        ]
    )
    table = arranged(a_table(), columns, "我们的台账")
    assert [(c.id, c.title.zh) for c in table.columns] == [
        ("place_name", "村名"),
        ("own_1", "备注"),
        ("jobs", "就业"),
    ]
    assert table.title.zh == "我们的台账"
    with pytest.raises(Refused):
        checked_columns([{"sql": "1; drop"}])
    with pytest.raises(Refused):
        checked_columns([])


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_list_still_prints(tmp_path, count):
    path = tmp_path / "out.xlsx"
    rows = [("甲县", "", "1", "甲一村", 1, 1, "1", True)] * count
    assert write_workbook(a_table(rows), path, Printing(subtotals="county")) == count
    assert f"合计（{count} 行）" in [row[0] for row in sheet(path)]


def test_a_table_of_one_column_prints(tmp_path):
    path = tmp_path / "out.xlsx"
    table = arranged(a_table(), [{"id": "place_name"}], "")
    write_workbook(table, path, Printing())
    assert "甲一村" in [row[0] for row in sheet(path)]


def test_an_amount_beyond_a_spreadsheets_digits_is_not_rounded_in_csv(tmp_path):
    rows = [("甲县", "", "1", "甲一村", 9_007_199_254_740_993, 1, "1", True)]
    path = tmp_path / "out.csv"
    write_csv(a_table(rows), path, unit="元", language="zh")
    assert "90071992547409.93" in path.read_text(encoding="utf-8")
