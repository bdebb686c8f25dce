import pytest
from tests.records.figures.returns import DAY, FIGURES, an_office, cells
from tests.records.returns.clerk import opened, saved

from bangfu.records.audit.actions import System
from bangfu.records.figures.actions import CellInput, save_values
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.ground import clock
from bangfu.records.returns.actions import (
    differences,
    issue,
    merge_upload,
    receive,
    workbook_bytes,
)
from bangfu.records.returns.models import ReturnWorkbook

pytestmark = pytest.mark.django_db
INCOME = "collective_operating_income_fen"


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def given_out(office, actor=None):
    workbook = ReturnWorkbook(
        kind="figures", form=office.form, place=office.tree["甲一镇"], period="2025"
    )
    return issue(workbook, actor=actor or office.town)


def back(office, grid):
    return receive(saved(grid), "回传.xlsx", actor=office.town)


def merge(office, upload, choices=None):
    upload.refresh_from_db()
    return merge_upload(upload, choices or {}, seen_version=upload.version, actor=office.town)


def test_a_township_fills_its_villages_offline():
    office = an_office()
    grid = opened(workbook_bytes(given_out(office)))
    for village in ("甲一村", "甲二村"):
        for code, text in FIGURES.items():
            grid.put(village, code, float(text))
    upload = back(office, grid)
    merged = merge(office, upload)
    assert (merged.places, merged.cells, merged.faults) == (2, 12, [])
    values = Observation.objects.filter(element__element=INCOME).values_list("value_int", flat=True)
    assert list(values) == [32_500_000, 32_500_000]
    assert merge(office, back(office, grid)).cells == 0
    assert list(Submission.objects.values_list("version", flat=True)) == [2, 2]


def test_a_figure_changed_on_both_sides_waits_for_a_choice():
    office = an_office()
    submission = office.open()
    save_values(submission, cells(), seen_version=1, actor=System())
    grid = opened(workbook_bytes(given_out(office)))
    assert grid.get("甲一村", INCOME) == 32.5
    submission.refresh_from_db()
    save_values(
        submission, {INCOME: CellInput("45")}, seen_version=submission.version, actor=System()
    )
    grid.put("甲一村", INCOME, 40)
    grid.put("甲一村", "households", 321)
    upload = back(office, grid)
    states = {
        cell.column.id: cell.state
        for row in differences(upload, actor=office.town)
        for cell in row.moving
    }
    assert states == {INCOME: "conflict", "households": "changed"}
    assert (
        merge(office, upload).cells,
        Observation.objects.get(element__element=INCOME).value_int,
    ) == (
        1,
        45_000_000,
    )
    assert merge(office, upload, {f"cell:1:{INCOME}": "mine"}).cells == 1
    assert Observation.objects.get(element__element=INCOME).value_int == 40_000_000


def test_rows_sorted_without_their_keys_follow_the_printed_code():
    office = an_office()
    grid = opened(workbook_bytes(given_out(office)))
    grid.put("甲一村", INCOME, 11)
    grid.put("甲二村", INCOME, 22)
    one, two = grid.lines("甲一村")[0], grid.lines("甲二村")[0]
    grid.cells[one][1:], grid.cells[two][1:] = grid.cells[two][1:], grid.cells[one][1:]
    assert merge(office, back(office, grid)).cells == 2
    held = {row.place.name: row.value_int for row in Observation.objects.select_related("place")}
    assert held == {"甲一村": 11_000_000, "甲二村": 22_000_000}


def test_the_reason_goes_with_the_changed_figures():
    office = an_office()
    grid = opened(workbook_bytes(given_out(office)))
    grid.put("甲一村", INCOME, 11)
    grid.put("甲一村", "reason", "新建厂房出租")
    merge(office, back(office, grid))
    assert Observation.objects.get().reason == "新建厂房出租"


def test_a_return_under_review_is_told_and_left_alone():
    office = an_office()
    submission = office.open()
    save_values(submission, cells(), seen_version=1, actor=System())
    grid = opened(workbook_bytes(given_out(office)))
    Submission.objects.update(state="submitted", at_level="township")
    grid.put("甲一村", INCOME, 40)
    grid.put("甲二村", INCOME, 22)
    merged = merge(office, back(office, grid))
    assert merged.cells == 1
    assert len(merged.faults) == 1
    assert "甲一村" in merged.faults[0].where
