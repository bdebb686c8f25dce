"""Importing places, units and pairs: compared before, written once, within one's area."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records.factories import a_tree, an_account, an_organisation
from tests.records.imports.samples import handed_in, work_off, workbook

from bangfu.records.audit.chain import first_break
from bangfu.records.imports.actions import merge
from bangfu.records.imports.models import ImportBatch
from bangfu.records.organisations.models import HelperLink, Organisation
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db

PLACES_HEAD = ["代码", "名称", "level", "parent_code", "code_system"]


def _merged(batch: ImportBatch, actor: Any, **more: Any) -> ImportBatch:
    return work_off(merge(batch, seen_version=batch.version, actor=actor, **more))


def test_places_are_compared_and_entered_upper_levels_first() -> None:
    actor = an_account("county", "county_office", a_tree()["甲县"])
    data = workbook(
        [
            PLACES_HEAD,
            ["330111103201", "甲九村村委会", "village", "330111103000", "nbs"],
            ["330111103000", "甲三镇", "township", "330111000000", "nbs"],
            ["330111101201", "甲一村", "village", "330111101000", "nbs"],
            ["330111101202", "甲二新村", "village", "330111101000", "nbs"],
        ]
    )
    batch = handed_in(data, actor, options={"valid_from": "2025-01-01"})
    assert (batch.kind, batch.counts) == ("places", {"new": 2, "same": 1, "changed": 1})
    batch = _merged(batch, actor)
    assert (batch.state, batch.written) == ("merged", {"new": 2, "changed": 1}), batch.findings
    village = Place.objects.get(code="330111103201")
    assert village.parent is not None
    assert village.parent.name == "甲三镇"
    assert Place.objects.get(code="330111101202").name == "甲二新村"
    assert handed_in(data, actor).counts == {"same": 4}
    assert first_break() is None


def test_a_place_held_outside_ones_area_is_not_shown_nor_changed() -> None:
    actor = an_account("county", "county_office", a_tree()["甲县"])
    row = ["330112101201", "别的名字", "village", "330112101000", "nbs"]
    batch = handed_in(workbook([PLACES_HEAD, row]), actor)
    held = batch.rows.get()
    assert (held.outcome, held.faults[0]["code"], held.difference) == ("faulty", "IMP-01", {})


def test_units_then_their_pairs() -> None:
    tree = a_tree()
    actor = an_account("county", "county_office", tree["甲县"])
    units = workbook(
        [
            ["单位代码", "单位名称", "单位类型", "行政区划代码"],
            ["U1", "示例农业局", "office", "330111000000"],
            ["U2", "示例银行", "bank", "330111000000"],
        ]
    )
    batch = handed_in(units, actor, options={"valid_from": "2024-01-01"})
    assert (batch.kind, batch.counts) == ("units", {"new": 2})
    assert _merged(batch, actor).state == "merged"
    assert Organisation.objects.count() == 2
    assert handed_in(units, actor).counts == {"same": 2}
    pairs = workbook(
        [
            ["行政区划代码", "帮扶方", "结对类型", "开始日期"],
            ["330111101201", "U1", "", "2025-01-01"],
            ["330111101202", "U2", "", "2025-01-01"],
            ["330112101201", "U2", "", "2025-01-01"],
            ["330111101202", "U9", "", "2025-01-01"],
        ]
    )
    batch = handed_in(pairs, actor)
    assert (batch.kind, batch.counts) == ("pairings", {"new": 2, "faulty": 2}), batch.findings
    assert _merged(batch, actor, only_right=True).state == "merged"
    assert HelperLink.objects.count() == 2
    assert handed_in(pairs, actor).counts == {"same": 2, "faulty": 2}


def test_a_unit_is_not_renamed_by_an_import_nor_shown_from_elsewhere() -> None:
    tree = a_tree()
    an_organisation("U1", "甲县农业局", tree["甲县"])
    an_organisation("U2", "乙县农业局", tree["乙县"])
    actor = an_account("county", "county_office", tree["甲县"])
    head = ["单位代码", "单位名称", "行政区划代码"]
    rows = [["U1", "新名字", "330111000000"], ["U2", "新名字", "330111000000"]]
    batch = handed_in(workbook([head, *rows]), actor, kind="units")
    told = [row.faults[0] for row in batch.rows.order_by("number")]
    assert [fault["code"] for fault in told] == ["IMP-13", "IMP-15"]
    assert "乙县农业局" not in told[1]["zh"]


def test_a_table_of_places_with_faults_is_refused_whole_with_every_fault() -> None:
    actor = an_account("county", "county_office", a_tree()["甲县"])
    rows = [
        ["330111103201", "甲九村", "hamlet", "330111103000", "nbs"],
        ["330111103202", None, "village", "330111103000", "nbs"],
    ]
    batch = handed_in(workbook([PLACES_HEAD, *rows]), actor, kind="places")
    assert batch.state == "failed"
    assert len(batch.findings["stopped"]) == 2
