"""Saving a return: what is right is kept, what somebody else wrote is never overwritten."""

import pytest
from django.db.models.query import QuerySet
from tests.records.factories import an_account
from tests.records.figures.returns import DAY, YEAR, an_office, cells, filled

from bangfu.records.figures.actions import (
    CellInput,
    SheetRow,
    StaleCells,
    open_submission,
    save_sheet,
    save_values,
)
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.figures.saving import open_points_of
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def value(row, code):
    figure = Observation.objects.get(place=row.place_id, element__element=code)
    return figure.value_int


def test_what_is_right_is_kept_and_every_fault_stands_beside_its_cell():
    office = an_office()
    row = office.open(actor=office.clerk)
    wrong = {"collective_operating_income_fen": "32.5万", "households": "同上"}
    result = save_values(row, cells(**wrong), seen_version=row.version, actor=office.clerk)
    assert {code: [f.code for f in found] for code, found in result.faults.items()} == {
        "collective_operating_income_fen": ["DAT-01"],
        "households": ["DAT-02"],
    }
    assert result.saved == 4
    assert value(row, "low_income_households") == 12


def test_an_incomplete_draft_is_kept():
    office = an_office()
    row = office.open(actor=office.clerk)
    one = {"households": CellInput("320")}
    save_values(row, one, seen_version=row.version, actor=office.clerk)
    row.refresh_from_db()
    assert (row.state, row.saved_by_id, Observation.objects.count()) == (
        "draft", office.clerk.pk, 1,
    )  # fmt: skip


def test_saving_the_same_twice_changes_nothing():
    office = an_office()
    row = office.open(actor=office.clerk)
    seen = row.version
    save_values(row, cells(), seen_version=seen, actor=office.clerk)
    again = save_values(row, cells(), seen_version=seen, actor=office.clerk)
    assert (again.saved, ObservationChange.objects.count()) == (0, 6)


def test_two_editors_of_one_cell_the_second_sees_all_three_sides():
    office = an_office()
    row = filled(office)
    seen = row.version
    mine = {"households": CellInput("330", base="320")}
    theirs = {"households": CellInput("340", base="320")}
    save_values(row, theirs, seen_version=seen, actor=office.town)
    with pytest.raises(StaleCells) as stale:
        save_values(row, mine, seen_version=seen, actor=office.clerk)
    (conflict,) = stale.value.conflicts
    assert (conflict.mine, conflict.theirs, conflict.base) == ("330", "340", "320")
    assert value(row, "households") == 340


def test_two_editors_of_different_cells_both_keep_their_own():
    office = an_office()
    row = filled(office)
    seen = row.version
    theirs = {"households": CellInput("340", base="320")}
    save_values(row, theirs, seen_version=seen, actor=office.town)
    mine = {
        "households": CellInput("320", base="320"),
        "low_income_households": CellInput("15", base="12"),
    }
    save_values(row, mine, seen_version=seen, actor=office.clerk)
    assert (value(row, "households"), value(row, "low_income_households")) == (340, 15)


def test_without_a_base_a_stale_page_never_overwrites():
    office = an_office()
    row = filled(office)
    seen = row.version
    save_values(row, cells(households="340"), seen_version=seen, actor=office.town)
    with pytest.raises(StaleCells):
        save_values(row, cells(households="330"), seen_version=seen, actor=office.clerk)
    assert value(row, "households") == 340


def test_unknown_not_applicable_and_zero_are_three_things():
    office = an_office()
    row = office.open(actor=office.clerk)
    values = {
        "relocated_whole_village_persons": CellInput("不涉及", reason="没有搬迁任务"),
        "relocated_scattered_persons": CellInput("0"),
        "households": CellInput(""),
    }
    save_values(row, values, seen_version=row.version, actor=office.clerk)
    held = {
        figure.element.element: (figure.value_int, figure.not_applicable)
        for figure in Observation.objects.select_related("element")
    }
    assert held == {
        "relocated_whole_village_persons": (None, True),
        "relocated_scattered_persons": (0, False),
    }


def test_not_applicable_needs_a_reason_before_it_is_handed_in():
    office = an_office()
    row = office.open(actor=office.clerk)
    given = {"households": CellInput("不涉及")}
    save_values(row, given, seen_version=row.version, actor=office.clerk)
    assert [f.code for f in open_points_of(row)["households"]] == ["DAT-21"]


def test_a_large_change_asks_for_a_reason_and_a_given_one_settles_it():
    office = an_office()
    before = open_submission(office.form, office.tree["甲一村"], "2024", actor=office.clerk)
    save_values(before, cells(), seen_version=before.version, actor=office.clerk)
    row = filled(office)
    assert open_points_of(row) == {}
    many = {"low_income_households": CellInput("30")}
    save_values(row, many, seen_version=row.version, actor=office.clerk)
    assert [f.code for f in open_points_of(row)["low_income_households"]] == ["DAT-22"]
    row.refresh_from_db()
    why = {"low_income_households": CellInput("30", reason="行政村合并")}
    save_values(row, why, seen_version=row.version, actor=office.clerk)
    assert open_points_of(row) == {}


def test_ten_thousand_times_off_is_asked_about():
    office = an_office()
    row = office.open(actor=office.clerk)
    slip = {"collective_operating_income_fen": CellInput("325000")}
    save_values(row, slip, seen_version=row.version, actor=office.clerk)
    (point,) = open_points_of(row)["collective_operating_income_fen"]
    assert point.code == "DAT-23"
    assert "万元" in point.message.zh


def test_a_column_the_form_has_not_is_a_fault():
    office = an_office()
    row = office.open(actor=office.clerk)
    given = {"nonsense": CellInput("1")}
    result = save_values(row, given, seen_version=row.version, actor=office.clerk)
    assert [f.code for f in result.faults["nonsense"]] == ["DAT-08"]


def test_who_may_enter_and_who_may_not():
    office = an_office()
    row = office.open(actor=office.clerk)
    given = {"households": CellInput("1")}
    for account in (office.clerk, office.town, office.county):
        row.refresh_from_db()
        save_values(row, given, seen_version=row.version, actor=account)
    strangers = [
        an_account("neighbour", "village_clerk", office.tree["甲二村"]),
        an_account("leader", "leader", office.tree["甲县"]),
        an_account("abroad", "county_office", office.tree["乙县"]),
        an_account("nobody"),
    ]
    for account in strangers:
        with pytest.raises(NotAllowed):
            save_values(row, given, seen_version=row.version, actor=account)


def test_opening_twice_gives_one_return():
    office = an_office()
    assert office.open().pk == office.open().pk
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("period", ["2025Q4", "2027", "2025/2027", "nonsense", ""])
def test_a_period_the_form_has_not_is_refused(period):
    office = an_office()
    with pytest.raises(Refused):
        open_submission(office.form, office.tree["甲一村"], period, actor=office.clerk)


def test_a_place_of_another_level_does_not_fill_the_form():
    office = an_office()
    with pytest.raises(Refused) as refused:
        open_submission(office.form, office.tree["甲一镇"], YEAR, actor=office.town)
    assert [f.code for f in refused.value.faults] == ["DAT-34"]


def sheet_row(row, **changes):
    return SheetRow(row.pk, row.version, cells(**changes))


def test_a_sheet_keeps_the_rows_that_can_be_kept():
    office = an_office()
    one, two = office.open("甲一村", actor=office.town), office.open("甲二村", actor=office.town)
    stale = sheet_row(two, households="111")
    save_values(two, cells(households="222"), seen_version=two.version, actor=office.town)
    results = save_sheet([sheet_row(one), stale], actor=office.town)
    assert [(r.saved, len(r.conflicts)) for r in results] == [(6, 0), (0, 1)]
    assert (value(one, "households"), value(two, "households")) == (320, 222)


def test_a_killed_save_leaves_nothing_half_written(monkeypatch):
    office = an_office()
    row = office.open(actor=office.clerk)

    held = QuerySet.bulk_create
    calls = []

    def second_dies(self, *args, **kwargs):
        calls.append(self.model)
        if self.model is ObservationChange:
            raise RuntimeError("killed")
        return held(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "bulk_create", second_dies)
    with pytest.raises(RuntimeError):
        save_values(row, cells(), seen_version=row.version, actor=office.clerk)
    monkeypatch.undo()
    assert ObservationChange in calls
    assert Observation.objects.count() == 0
    row.refresh_from_db()
    assert (row.version, row.saved_at) == (1, None)
