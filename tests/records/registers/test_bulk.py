import polars as pl
import pytest
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import a_register, a_row

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.registers.actions import change_row, remove_row
from bangfu.records.registers.bulk import MergeCounts, merge_rows
from bangfu.records.registers.models import RegisterRow, RegisterRowChange

pytestmark = pytest.mark.django_db


def lines(*rows):
    return pl.DataFrame(
        [
            {"place_id": place.pk, "period": "2026", "project": project, "amount": amount}
            for place, project, amount in rows
        ],
        schema_overrides={"amount": pl.Int64, "place_id": pl.Int64},
    )


def test_the_same_table_twice_changes_nothing():
    tree, register = a_tree(), a_register()
    table = lines((tree["甲一村"], "桥", 100), (tree["甲二村"], "路", None))
    assert MergeCounts(2, 0, 0) == merge_rows(register, table, actor=System(), batch_id=1)
    assert MergeCounts(0, 0, 2) == merge_rows(register, table, actor=System(), batch_id=2)
    assert 2 == RegisterRowChange.objects.count() == RegisterRow.objects.count()
    assert list(RegisterRow.objects.order_by("pk").values_list("complete", flat=True)) == [
        True,
        False,
    ]


def test_a_row_typed_by_hand_is_met_again_and_updated():
    tree, register = a_tree(), a_register()
    row = a_row(register, tree["甲一村"], project="桥", amount="0.0001")
    table = lines((tree["甲一村"], "桥", 100)).with_columns(pl.lit(3).alias("jobs"))
    assert MergeCounts(0, 1, 0) == merge_rows(register, table, actor=System(), batch_id=7)
    row.refresh_from_db()
    assert (row.version, row.values["jobs"]) == (2, 3)
    assert list(row.changes.order_by("version").values_list("import_batch", flat=True)) == [None, 7]


def test_an_empty_cell_keeps_what_is_held():
    tree, register = a_tree(), a_register()
    a_row(register, tree["甲一村"], project="桥", amount="1", jobs="3")
    table = lines((tree["甲一村"], "桥", 1_000_000)).with_columns(
        pl.lit(None, dtype=pl.Int64).alias("jobs")
    )
    assert merge_rows(register, table, actor=System(), batch_id=1).unchanged == 1


def test_identical_lines_are_one_row_and_alike_lines_are_two():
    tree, register = a_tree(), a_register()
    table = lines(*[(tree["甲一村"], "桥", 100)] * 2).with_columns(pl.Series("jobs", [1, 1]))
    alike = pl.concat([table, table.head(1).with_columns(pl.lit(2, dtype=pl.Int64).alias("jobs"))])
    counts = merge_rows(register, alike, actor=System(), batch_id=1)
    assert MergeCounts(2, 0, 0, 1) == counts
    assert merge_rows(register, alike, actor=System(), batch_id=2).unchanged == 2


def test_a_row_somebody_removed_stays_removed():
    tree, register = a_tree(), a_register()
    row = a_row(register, tree["甲一村"], project="桥", amount="0.0001")
    remove_row(row.pk, "重复登记", seen_version=1, actor=System())
    merge_rows(register, lines((tree["甲一村"], "桥", 100)), actor=System(), batch_id=1)
    row.refresh_from_db()
    assert row.is_removed


def test_one_place_out_of_reach_stops_the_whole_table():
    tree, register = a_tree(), a_register()
    clerk = an_account("clerk", "township_office", tree["甲一镇"])
    table = lines((tree["甲一村"], "桥", 100), (tree["乙一村"], "路", 100))
    with pytest.raises(NotAllowed):
        merge_rows(register, table, actor=clerk, batch_id=1)
    assert RegisterRow.objects.count() == 0


def test_unknown_columns_and_wrong_periods_are_refused():
    tree, register = a_tree(), a_register()
    table = lines((tree["甲一村"], "桥", 100))
    for wrong in (
        table.with_columns(pl.lit("x").alias("nothing")),
        table.with_columns(pl.lit("2026Q1").alias("period")),
        table.drop("period"),
    ):
        with pytest.raises(Refused):
            merge_rows(register, wrong, actor=System(), batch_id=1)


def test_a_bulk_is_one_entry_of_the_log():
    tree, register = a_tree(), a_register()
    merge_rows(register, lines((tree["甲一村"], "桥", 100)), actor=System(), batch_id=5)
    entry = AuditEntry.objects.get(act="registers.merge")
    assert (entry.data["batch"], entry.data["inserted"]) == (5, 1)


def test_a_row_changed_in_bulk_can_be_changed_by_hand_after():
    tree, register = a_tree(), a_register()
    merge_rows(register, lines((tree["甲一村"], "桥", 100)), actor=System(), batch_id=1)
    merge_rows(
        register,
        lines((tree["甲一村"], "桥", 100)).with_columns(pl.lit(9).alias("jobs")),
        actor=System(),
        batch_id=2,
    )
    row = RegisterRow.objects.get()
    assert change_row(row.pk, {"jobs": "10"}, seen_version=2, actor=System()).version == 3
