"""A province's register: merged, counted and printed as a town's is."""

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.records.factories import an_account
from tests.records.registers.made_up import a_register
from tests.records.registers.province import VILLAGES, a_province

from bangfu.records.audit.actions import System
from bangfu.records.exports.actions import How, write_export
from bangfu.records.exports.sources import register_table
from bangfu.records.places.models import Place
from bangfu.records.registers.bulk import MergeCounts, merge_rows
from bangfu.records.registers.coverage import coverage_of
from bangfu.records.registers.models import RegisterRow


@pytest.mark.django_db
def test_twenty_five_thousand_rows_go_in_are_counted_and_come_out(tmp_path):
    province, register = a_province(), a_register()
    user = an_account("province", "scheme_manager", province)
    ids = Place.objects.filter(level="village").order_by("pk").values_list("pk", flat=True)
    frame = pl.DataFrame(
        {"place_id": list(ids), "period": "2026", "project": "桥", "amount": 32_500_000}
    )
    counts = merge_rows(register, frame, actor=System(), batch_id=1)
    assert counts == MergeCounts(inserted=VILLAGES)
    changed = frame.with_columns(pl.lit(3, dtype=pl.Int64).alias("jobs"))
    assert merge_rows(register, changed, actor=System(), batch_id=3).updated == VILLAGES
    with CaptureQueriesContext(connection) as asked:
        found = coverage_of(register, "2026", province, user=user)
    assert (found.total.due, found.total.covered, len(found.lines)) == (VILLAGES, VILLAGES, 1)
    # The grants, the top places, the lists, then two for the counts; none of them by the village.
    assert len(asked) <= 7
    rows = RegisterRow.objects.visible_to(user).filter(definition=register)
    table = register_table(register, rows, area="大省", filters={})
    done = write_export(table, tmp_path / "all.xlsx", How(subtotals="township"), actor=user)
    assert done.rows == VILLAGES
