"""The table of tasks: every clause under every unit it binds, as workbook and as document."""

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from bangfu.programme.papers import TaskTable, task_table, tasks_docx, tasks_xlsx
from bangfu.schemes.coverage import clause_coverage
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language

INVENTED = Path(__file__).parents[2] / "schemes" / "invented"


def table_of(scheme: Scheme, language: Language = "zh") -> TaskTable:
    return task_table(scheme, clause_coverage(scheme, {}), on=date(2025, 6, 30), language=language)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


@pytest.fixture(scope="module")
def table(scheme: Scheme) -> TaskTable:
    return table_of(scheme)


def test_every_clause_stands_under_every_unit_it_binds(scheme: Scheme, table: TaskTable) -> None:
    expected = {(unit, c.id) for c in scheme.clauses.values() for unit in c.bound}
    assert {(row.unit, row.clause.split("（")[0]) for row in table.rows} == expected
    assert len(table.rows) == len(expected)


def test_tasks_of_one_unit_stand_together(table: TaskTable) -> None:
    units = [row.unit for row in table.rows]
    assert sorted(units, key=units.index) == units


def test_the_others_that_are_bound_are_named_beside(table: TaskTable) -> None:
    row = next(row for row in table.rows if row.unit == "省直单位")
    assert (row.also, row.clause, row.force) == ("市直单位", "EX-04（3、annex）", "刚性要求")


def test_intervals_and_years_come_from_what_carries_the_clause(table: TaskTable) -> None:
    due = {row.clause.split("（")[0]: row.due for row in table.rows}
    assert due["EX-07"] == "每季度1次；每半年1次；台账每季度报送"
    assert due["EX-02"] == "2026年"
    assert due["EX-06"] == "2024-2026年"
    assert due["EX-08"] == "退出后政策保留2年"
    assert due["EX-04"] == "文件未明确、待定"


def test_what_carries_a_task_is_named_by_kind(table: TaskTable) -> None:
    carried = {row.clause.split("（")[0]: row.carried_by for row in table.rows}
    assert carried["EX-07"] == "履职：市领导到镇、县级研判；台账：到镇记录"


def test_counts_add_up_to_the_rows(table: TaskTable) -> None:
    assert sum(sum(found.values()) for found in table.counts.values()) == len(table.rows)


def test_a_clause_that_sets_no_task_is_left_out(scheme: Scheme, tmp_path: Path) -> None:
    copy = tmp_path / "scheme"
    shutil.copytree(INVENTED, copy)
    path = copy / "clauses.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("force: principle", "force: other"), encoding="utf-8")
    assert "派出单位" not in table_of(load_scheme(copy)).counts


def test_the_workbook_holds_tasks_counts_and_the_meaning_of_force(table: TaskTable) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(tasks_xlsx(table)))
    assert book.sheet_names == ["任务分工", "按单位统计", "约束力说明"]
    tasks = book.get_sheet_by_name("任务分工").to_python()
    head = next(n for n, row in enumerate(tasks) if row[0] == "序号")
    assert tasks[head] == list(table.heads)
    assert "填报说明" in str(tasks[2][0])
    numbers = [row[0] for row in tasks[head + 1 : head + 1 + len(table.rows)]]
    assert numbers == [float(n) for n in range(1, len(table.rows) + 1)]
    counts = book.get_sheet_by_name("按单位统计").to_python()
    assert next(row for row in counts if row[0] == "合计")[-1] == float(len(table.rows))


def test_the_document_is_a4_landscape_with_its_head_on_every_page(table: TaskTable) -> None:
    document = docx.Document(BytesIO(tasks_docx(table)))
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    tasks, meanings = document.tables
    first = tasks.rows[0]._tr
    assert first.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in tasks.rows[0].cells] == list(table.heads)
    assert len(tasks.rows) == len(table.rows) + 1
    assert len(meanings.rows) == len(table.meanings) + 1
    widths = sum(column.width.mm for column in tasks.columns)
    assert widths <= section.page_width.mm - section.left_margin.mm - section.right_margin.mm + 1
    assert " PAGE " in section.footer._element.xml


def test_the_document_names_its_fonts_and_those_to_fall_back_on(table: TaskTable) -> None:
    document = docx.Document(BytesIO(tasks_docx(table)))
    title = document.paragraphs[0]
    assert title.text == table.title
    assert title.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    parts = {str(p.partname): p.blob for p in document.part.package.iter_parts()}
    assert "仿宋_GB2312" in parts["/word/fontTable.xml"].decode("utf-8")


def test_the_same_table_gives_the_same_bytes(table: TaskTable) -> None:
    assert tasks_docx(table) == tasks_docx(table)
    assert tasks_xlsx(table) == tasks_xlsx(table)


def test_english_has_english_heads_and_tasks(scheme: Scheme) -> None:
    table = table_of(scheme, "en")
    assert table.heads[2] == "Task"
    assert table.rows[0].force == "duty"
    assert "quarterly, 1 time(s)" in next(r.due for r in table.rows if r.clause.startswith("EX-07"))
