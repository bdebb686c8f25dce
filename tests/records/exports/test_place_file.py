import io
from datetime import date

import pytest
from docx import Document
from tests.records.factories import an_account
from tests.records.figures.returns import DAY, an_office, cells
from tests.records.registers.made_up import PROJECTS
from tests.records.registers.made_up import a_row as a_register_row

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.exports.actions import write_place_file
from bangfu.records.exports.place_docx import place_docx
from bangfu.records.exports.place_file import PlaceFile, Section
from bangfu.records.figures.actions import save_values
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed
from bangfu.records.registers.models import RegisterDefinition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def a_definition():
    return RegisterDefinition.objects.create(
        scheme="x",
        register="projects",
        content={"fields": PROJECTS["fields"], "classes": []},
        label_zh="示例项目台账",
        label_en="made-up projects",
        period_kind="year",
        declared_at=clock.now(),
    )


def texts(data):
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_a_place_goes_to_paper_with_figures_helpers_and_registers(tmp_path):
    office = an_office()
    save_values(office.open(), cells(), seen_version=1, actor=System())
    a_register_row(a_definition(), office.tree["甲一村"], project="茶厂", amount="32.5")
    out = tmp_path / "place.docx"
    done = write_place_file(office.tree["甲一村"], out, actor=office.clerk)
    text = texts(out.read_bytes())
    for words in (
        "甲一村一村一档",
        "截至2026年1月20日",
        "330111101201",
        "示例省 示例市 甲县 甲一镇",
        "仅供内部工作使用",
        "32.5",
        "茶厂",
        "（1）示例项目台账（2026，1 行）",
        "没有在册的帮扶单位",
        done.code,
    ):
        assert words in text
    entry = AuditEntry.objects.get(act="exports.place_file")
    assert (entry.data["sha256"], entry.place_id) == (done.sha256, office.tree["甲一村"].pk)


def test_another_places_clerk_gets_none(tmp_path):
    office = an_office()
    other = an_account("other", "village_clerk", office.tree["乙一村"])
    with pytest.raises(NotAllowed):
        write_place_file(office.tree["甲一村"], tmp_path / "x.docx", actor=other)


def test_control_characters_do_no_harm():
    section = Section("一、\x00", ("a\x07",), (("<w:p>&\x0b",),))
    file = PlaceFile("题\x01", "", (("名\x02", "值"),), (section,))
    data = place_docx(file, code="BF-1", made_on=date(2026, 1, 1), stamp="")
    assert "<w:p>&" in texts(data)
