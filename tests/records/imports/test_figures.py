"""Importing figures: what is read, what is refused, what is written."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.records.factories import a_place
from tests.records.imports.samples import (
    a_county,
    codes_of,
    handed_in,
    long_table,
    merged,
    work_off,
    workbook,
)

from bangfu.records.access.models import AccessGrant
from bangfu.records.audit.chain import first_break
from bangfu.records.audit.models import AuditEntry
from bangfu.records.catalogue.models import Form, FormColumn
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.records.imports import merging
from bangfu.records.imports.actions import cancel, merge, read_again
from bangfu.records.imports.marked_copy import marked_copy
from bangfu.records.imports.models import ImportBatch
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db

A1, A2, A3, B1 = "330111101201", "330111101202", "330111102201", "330112101201"


def test_a_long_table_is_previewed_then_written_with_its_history() -> None:
    actor = a_county()
    data = long_table(
        [A1, "村集体经营性收入", "2024", 32.5, "万元", "三资系统"],
        [A2, "村集体经营性收入", "2024", "180000", "元", ""],
        [A1, "户数", "2024", 312, "户", ""],
    )
    batch = handed_in(data, actor)
    assert (batch.state, batch.kind, batch.counts) == ("previewed", "figures", {"new": 3})
    assert Observation.objects.count() == 0
    batch = merged(batch, actor)
    assert (batch.state, batch.written) == ("merged", {"new": 3})
    held = Observation.objects.get(place__code=A1, element__element="collective_income_fen")
    assert (held.value_int, held.version, held.source) == (32_500_000, 1, "三资系统")
    assert ObservationChange.objects.filter(import_batch=batch.pk).count() == 3
    entry = AuditEntry.objects.filter(act="imports.finish").get()
    assert (entry.data["digest"], entry.data["changes"]) == (batch.digest, 3)
    assert first_break() is None


def test_the_same_file_again_changes_nothing() -> None:
    actor = a_county()
    data = long_table([A1, "户数", "2024", 312, "户", ""])
    merged(handed_in(data, actor), actor)
    again = handed_in(data, actor)
    assert again.counts == {"same": 1}


def test_a_changed_figure_shows_old_and_new_before_anything_is_written() -> None:
    actor = a_county()
    merged(handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor), actor)
    batch = handed_in(long_table([A1, "户数", "2024", 315, "户", ""]), actor)
    row = batch.rows.get()
    assert (row.outcome, row.difference["held_int"], row.data["value_int"]) == ("changed", 312, 315)
    assert Observation.objects.get().value_int == 312
    merged(batch, actor)
    held = Observation.objects.get()
    assert (held.value_int, held.version, held.changes.count()) == (315, 2, 2)


def test_a_wide_table_with_a_merged_head_is_read_as_the_office_keeps_it() -> None:
    actor = a_county()
    head = [
        ["2024年村级情况统计表", None, None, None, None],
        [None, None, None, None, "单位：万元"],
        ["乡镇", "村", "村集体经营性收入（万元）", None, "户数"],
        [None, None, "2023年", "2024年", None],
    ]
    rows = [
        ["甲一镇", "甲一村", 30, 32.5, 312],
        [None, "甲二村", None, 18, 200],
        ["合计", None, 30, 50.5, 512],
    ]
    ranges = [(0, 0, 0, 4, "2024年村级情况统计表"), (2, 0, 3, 0, "乡镇"), (2, 1, 3, 1, "村")]
    ranges += [
        (2, 2, 2, 3, "村集体经营性收入（万元）"),
        (2, 4, 3, 4, "户数"),
        (4, 0, 5, 0, "甲一镇"),
    ]
    batch = handed_in(workbook([*head, *rows], merged=ranges), actor)
    assert (batch.state, batch.counts) == ("previewed", {"new": 5}), batch.findings
    merged(batch, actor)
    held = Observation.objects.order_by("place__code", "element_id", "period")
    got = [(o.place.name, o.element.label_zh, o.period, o.value_int) for o in held]
    assert got == [
        ("甲一村", "村集体经营性收入", "2023", 30_000_000),
        ("甲一村", "村集体经营性收入", "2024", 32_500_000),
        ("甲一村", "户数", "2024", 312),
        ("甲二村", "村集体经营性收入", "2024", 18_000_000),
        ("甲二村", "户数", "2024", 200),
    ]


def test_all_faults_are_told_at_once_with_their_rows() -> None:
    actor = a_county()
    batch = handed_in(
        long_table(
            [A1, "户数", "2024", "三百", "户", ""],
            [A2, "户数", "去年", 200, "户", ""],
            ["330199999999", "户数", "2024", 200, "户", ""],
            [B1, "户数", "2024", 200, "户", ""],
            [A1, "户籍数量统计", "2024", 200, "户", ""],
            [A1, "村集体经营性收入", "2024", 200, "亩", ""],
            ["330111101000", "户数", "2024", 200, "户", ""],
            [A3, "户数", "2024", 200, "户", ""],
        ),
        actor,
    )
    assert codes_of(batch) == [
        (2, "DAT-01"),
        (3, "IMP-07"),
        (4, "IMP-01"),
        (5, "IMP-01"),
        (6, "IMP-06"),
        (7, "IMP-08"),
        (8, "IMP-09"),
    ]
    assert batch.counts == {"faulty": 7, "new": 1}


def test_identical_rows_are_told_and_count_once_and_contradicting_ones_are_refused() -> None:
    actor = a_county()
    batch = handed_in(
        long_table(
            [A1, "户数", "2024", 312, "户", ""],
            [A1, "户数", "2024", 312, "户", ""],
            [A2, "户数", "2024", 200, "户", ""],
            [A2, "户数", "2024", 201, "户", ""],
        ),
        actor,
    )
    assert batch.counts == {"new": 1, "doubled": 1, "faulty": 2}
    assert codes_of(batch) == [(4, "IMP-10"), (5, "IMP-10")]
    assert "第 5 行" in batch.rows.get(row_no=4).faults[0]["zh"]
    merged(batch, actor, only_right=True)
    assert Observation.objects.count() == 1


def test_faulty_rows_keep_everything_out_unless_the_right_ones_are_asked_for_alone() -> None:
    actor = a_county()
    rows = [[A1, "户数", "2024", 312, "户", ""], [A2, "户数", "2024", "x", "户", ""]]
    batch = handed_in(long_table(*rows), actor)
    with pytest.raises(Refused, match="IMP-20"):
        merge(batch, seen_version=batch.version, actor=actor)
    assert merged(batch, actor, only_right=True).written == {"new": 1}


def test_a_whole_column_ten_thousand_times_off_is_refused_with_both_readings() -> None:
    actor = a_county()
    rows = [[code, "村集体经营性收入", "2024", 200_000, "万元", ""] for code in (A1, A2, A3)]
    batch = handed_in(long_table(*rows), actor)
    assert batch.counts == {"faulty": 3}
    told = batch.rows.first().faults[0]
    assert (told["code"], "20亿元" in told["zh"], "20万元" in told["zh"]) == ("IMP-12", True, True)


def test_an_approved_figure_is_never_overwritten() -> None:
    actor = a_county()
    merged(handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor), actor)
    Observation.objects.update(locked=True)
    batch = handed_in(long_table([A1, "户数", "2024", 400, "户", ""]), actor)
    assert batch.counts == {"locked": 1}
    with pytest.raises(Refused, match="IMP-29"):
        merge(batch, seen_version=batch.version, actor=actor)
    assert Observation.objects.get().value_int == 312


def test_a_figure_approved_after_the_preview_is_left_alone() -> None:
    actor = a_county()
    merged(handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor), actor)
    batch = handed_in(long_table([A1, "户数", "2024", 400, "户", ""]), actor)
    Observation.objects.update(locked=True)
    assert merged(batch, actor).written == {"locked": 1}
    assert Observation.objects.get().value_int == 312


def test_figures_of_a_return_under_review_are_left_alone() -> None:
    actor = a_county()
    element = Observation.element.field.related_model.objects.get(element="households")
    form = Form.objects.create(
        scheme="s", form="f", label_zh="表", label_en="form", level="village", period_kind="year"
    )
    FormColumn.objects.create(form=form, element=element, position=1)
    place = Place.objects.get(code=A1)
    row = Submission.objects.create(form=form, place=place, period="2024", state="submitted")
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    assert batch.counts == {"locked": 1}
    Submission.objects.update(state="draft")
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    assert merged(batch, actor).written == {"new": 1}
    row.refresh_from_db()
    assert (row.version, row.saved_by_id) == (2, actor.pk)


def test_a_clerks_change_after_the_preview_stands() -> None:
    actor = a_county()
    merged(handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor), actor)
    batch = handed_in(long_table([A1, "户数", "2024", 400, "户", ""]), actor)
    held = Observation.objects.get()
    held.value_int = 350
    held.save_next_version()
    batch = merged(batch, actor)
    assert batch.written == {"stale": 1}
    assert Observation.objects.get().value_int == 350
    assert batch.rows.get().outcome == "stale"


def test_two_previews_of_one_file_write_it_once() -> None:
    actor = a_county()
    data = long_table([A1, "户数", "2024", 312, "户", ""])
    first, second = handed_in(data, actor), handed_in(data, actor)
    assert merged(first, actor).written == {"new": 1}
    assert merged(second, actor).written == {"same": 1}
    assert (Observation.objects.count(), ObservationChange.objects.count()) == (1, 1)


def test_a_right_withdrawn_after_the_preview_writes_nothing() -> None:
    actor = a_county()
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    merge(batch, seen_version=batch.version, actor=actor)
    AccessGrant.objects.update(ends_on=clock.today())
    assert work_off(batch).written == {"shut": 1}
    assert Observation.objects.count() == 0


def test_an_empty_cell_keeps_what_is_held_and_unknown_is_said_in_words() -> None:
    actor = a_county()
    merged(handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor), actor)
    batch = handed_in(long_table([A1, "户数", "2024", None, "户", ""]), actor)
    assert batch.counts == {}
    batch = handed_in(long_table([A1, "户数", "2024", "待核实", "户", ""]), actor)
    merged(batch, actor)
    assert Observation.objects.get().value_int is None


def test_a_name_that_stands_for_several_places_waits_for_a_choice() -> None:
    actor = a_county()
    twin = a_place("甲一村", "330111102202", "village", Place.objects.get(name="甲二镇"))
    head = ["村", "户数"]
    batch = handed_in(workbook([["2024年"], head, ["甲一村", 312]]), actor)
    assert codes_of(batch) == [(3, "IMP-03")]
    offered = batch.findings["choices"]["甲一村"]
    assert [name for _, name in offered] == ["甲县甲一镇甲一村", "甲县甲二镇甲一村"]
    read_again(
        batch,
        kind="figures",
        options={"choices": {"甲一村": twin.pk}},
        seen_version=batch.version,
        actor=actor,
    )
    batch = work_off(batch)
    assert (batch.counts, batch.rows.get().place_id) == ({"new": 1}, twin.pk)


def test_a_choice_outside_ones_area_is_no_choice() -> None:
    actor = a_county()
    other = Place.objects.get(code=B1)
    options = {"choices": {"甲九村": other.pk}}
    data = workbook([["2024年"], ["村", "户数"], ["甲九村", 312]])
    assert codes_of(handed_in(data, actor, options=options)) == [(3, "IMP-01")]


def test_a_nine_digit_code_is_not_taken_without_its_system_nor_against_its_name() -> None:
    actor = a_county()
    town = a_place(
        "甲三镇", "330111103", "township", Place.objects.get(name="甲县"), code_system="mca"
    )
    Observation.element.field.related_model.objects.update(levels=["township"])
    data = workbook([["2024年"], ["区划代码", "乡镇", "户数"], ["330111103", "甲三镇", 3120]])
    assert codes_of(handed_in(data, actor)) == [(3, "IMP-05")]
    batch = handed_in(data, actor, options={"code_system": "mca"})
    assert batch.rows.get().place_id == town.pk
    wrong = workbook([["2024年"], ["区划代码", "乡镇", "户数"], ["330111101", "甲三镇", 3120]])
    assert codes_of(handed_in(wrong, actor, options={"code_system": "nbs"})) == [(3, "IMP-04")]


def test_a_head_that_is_nearly_an_element_is_told_and_not_taken() -> None:
    actor = a_county()
    data = workbook([["2024年"], ["村", "户数", "村集体经营性收人（万元）"], ["甲一村", 312, 5]])
    batch = handed_in(data, actor)
    assert (batch.counts, batch.findings["faults"][0]["code"]) == ({"new": 1}, "IMP-23")


def test_a_cell_whose_digits_are_lost_is_refused() -> None:
    actor = a_county()
    batch = handed_in(long_table([3.3e17, "户数", "2024", 312, "户", ""]), actor)
    assert "IMP-11" in [code for _, code in codes_of(batch)]


def test_hostile_text_in_cells_is_only_text() -> None:
    actor = a_county()
    rows = [
        ["=cmd|' /C calc'!A0", "户数", "2024", 312, "户", ""],
        [A1, "'; DROP TABLE figures_observation; --", "2024", 1, "户", ""],
        [A2, "户数", "2024", "<script>alert(1)</script>", "户", "x" * 5000],
    ]
    batch = handed_in(long_table(*rows), actor)
    assert batch.counts == {"faulty": 3}


def test_a_file_that_is_no_table_ends_in_words() -> None:
    actor = a_county()
    for data, name in ((b"PK\x03\x04broken", "坏.xlsx"), (b"a,b\n1,2\n", "别的.csv")):
        batch = handed_in(data, actor, name=name)
        assert (batch.state, batch.counts) == ("failed", {})
        assert batch.findings["stopped"]


def test_an_import_called_off_between_units_keeps_whole_units(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actor = a_county()
    monkeypatch.setattr(merging, "_CHUNK", 1)
    batch = handed_in(long_table(*([c, "户数", "2024", 9, "户", ""] for c in (A1, A2, A3))), actor)
    batch = merge(batch, seen_version=batch.version, actor=actor)
    calls = []

    def off_after_two(*_: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            cancel(ImportBatch.objects.get(pk=batch.pk), actor=actor)

    monkeypatch.setattr(merging.time, "sleep", off_after_two)
    batch = work_off(batch)
    assert (batch.state, Observation.objects.count()) == ("cancelled", 2)
    assert batch.written == {"new": 2}
    assert (ObservationChange.objects.count(), first_break()) == (2, None)


def test_the_marked_copy_shows_each_fault_at_its_cell() -> None:
    actor = a_county()
    rows = [[A1, "户数", "2024", 312, "户", ""], [A2, "户数", "2024", "三百", "户", ""]]
    copy = _cells_of(marked_copy(handed_in(long_table(*rows), actor)))
    assert copy[0][-1] == "问题"
    assert copy[1][-1] == ""
    assert "DAT-01" in copy[2][-1]


def _cells_of(data: bytes) -> list[list[Any]]:
    """All cells of the first sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return list(book.get_sheet_by_index(0).iter_rows())
