"""Importing registers: lines become rows, equal lines count once, others' changes stand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records.factories import a_tree, an_account
from tests.records.imports.samples import handed_in, work_off, workbook
from tests.records.registers.made_up import a_register

from bangfu.records.imports.actions import merge
from bangfu.records.imports.models import ImportBatch
from bangfu.records.registers.models import RegisterRow, RegisterRowChange

pytestmark = pytest.mark.django_db


def _merged(batch: ImportBatch, actor: Any, **more: Any) -> ImportBatch:
    return work_off(merge(batch, seen_version=batch.version, actor=actor, **more))


def _table(register: Any, *rows: list[Any]) -> bytes:
    labels = {field["id"]: field["label"]["zh"] for field in register.content["fields"]}
    head = ["村", labels["project"], f"{labels['amount']}（万元）", labels["jobs"]]
    return workbook([head, *rows])


def test_lines_become_rows_with_their_history_and_again_they_are_the_same() -> None:
    register, actor = a_register(), an_account("county", "county_office", a_tree()["甲县"])
    data = _table(register, ["甲一村", "桥", 1.5, 3], ["甲一村", "路", 2, None])
    kind, options = f"registers/{register.register}", {"period": "2026"}
    batch = handed_in(data, actor, kind=kind, options=options)
    assert batch.counts == {"new": 2}, batch.findings
    batch = _merged(batch, actor)
    assert batch.written == {"new": 2}
    assert RegisterRow.objects.get(values__project="桥").values["amount"] == 1_500_000
    assert RegisterRowChange.objects.filter(import_batch=batch.pk).count() == 2
    assert handed_in(data, actor, kind=kind, options=options).counts == {"same": 2}


def test_equal_lines_count_once_and_faulty_ones_are_told() -> None:
    register, actor = a_register(), an_account("county", "county_office", a_tree()["甲县"])
    rows = [
        ["甲一村", "桥", 1, 3],
        ["甲一村", "桥", 1, 3],
        ["乙一村", "桥", 1, 3],
        ["甲一村", "渠", 1, "三"],
    ]
    options = {"period": "2026"}
    batch = handed_in(
        _table(register, *rows), actor, kind=f"registers/{register.register}", options=options
    )
    assert batch.counts == {"new": 1, "doubled": 1, "faulty": 2}
    codes = [f["code"] for row in batch.rows.filter(outcome="faulty") for f in row.faults]
    assert sorted(codes) == ["IMP-01", "REG-01"]


def test_a_row_changed_after_the_preview_stands() -> None:
    register, actor = a_register(), an_account("county", "county_office", a_tree()["甲县"])
    kind, options = f"registers/{register.register}", {"period": "2026"}
    _merged(
        handed_in(_table(register, ["甲一村", "桥", 1, 3]), actor, kind=kind, options=options),
        actor,
    )
    batch = handed_in(_table(register, ["甲一村", "桥", 1, 5]), actor, kind=kind, options=options)
    assert batch.counts == {"changed": 1}
    RegisterRow.objects.update(version=9)
    assert _merged(batch, actor).written == {"stale": 1}
    assert RegisterRow.objects.get().values["jobs"] == 3


def test_a_register_nobody_keeps_is_refused() -> None:
    actor = an_account("county", "county_office", a_tree()["甲县"])
    with pytest.raises(Exception, match="IMP-26"):
        handed_in(workbook([["a"]]), actor, kind="registers/nothing")
