"""Made-up workbooks for tests of imports."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from tests.records.factories import a_tree, an_account

from bangfu.records.catalogue.models import DataElement
from bangfu.records.imports.actions import hand_in, merge
from bangfu.records.imports.models import ImportBatch
from bangfu.records.imports.storage import keep_file
from bangfu.records.jobs.worker import Worker

__all__ = [
    "LONG_HEAD", "a_county", "codes_of", "elements", "handed_in", "long_table", "merged", "work_off",
    "workbook",
]  # fmt: skip

LONG_HEAD = ["行政区划代码", "指标", "期间", "数值", "计量单位", "数据来源"]


def elements() -> dict[str, DataElement]:
    """Four elements of villages, one of each kind that matters."""
    wanted = (
        ("collective_income_fen", "村集体经营性收入", "money", "fen", 100_000, 10**11),
        ("households", "户数", "int", "户", 1, 20_000),
        ("growth_pct", "较上年增长", "number", "%", None, None),
        ("has_plan", "有一村一策", "bool", "", None, None),
    )
    made = {}
    for element, label, kind, unit, low, high in wanted:
        made[element] = DataElement.objects.create(
            element=element,
            label_zh=label,
            label_en=element.replace("_", " "),
            kind=kind,
            unit=unit,
            levels=["village"],
            plausible_low=low,
            plausible_high=high,
        )
    return made


def workbook(
    rows: Sequence[Sequence[Any]],
    *,
    merged: Sequence[tuple[int, int, int, int, str]] = (),
    sheet: str = "Sheet1",
) -> bytes:
    """An xlsx of one sheet; ``merged`` are ranges (top, left, bottom, right, text) from 0."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(number, column, cell)
        for top, left, bottom, right, text in merged:
            page.merge_range(top, left, bottom, right, text)
    return kept.getvalue()


def long_table(*rows: Sequence[Any]) -> bytes:
    """A long table with the usual head."""
    return workbook([LONG_HEAD, *rows])


def handed_in(data: bytes, actor: Any, *, name: str = "数据.xlsx", **more: Any) -> ImportBatch:
    """A file handed in and read."""
    batch = hand_in(keep_file(name, [data]), actor=actor, **more)
    return work_off(batch)


def work_off(batch: ImportBatch) -> ImportBatch:
    """Let a worker do what waits; the batch as it is then."""
    Worker("test").work_off()
    return ImportBatch.objects.get(pk=batch.pk)


def a_county() -> Any:
    """The office of 甲县 in the sample tree, with the elements it is asked for."""
    elements()
    tree = a_tree()
    return an_account("county", "county_office", tree["甲县"])


def merged(batch: ImportBatch, actor: Any, **more: Any) -> ImportBatch:
    """A previewed import, written."""
    return work_off(merge(batch, seen_version=batch.version, actor=actor, **more))


def codes_of(batch: ImportBatch) -> list[tuple[int, str]]:
    """Row and code of every fault."""
    rows = batch.rows.filter(outcome="faulty").order_by("number")
    return [(row.row_no, fault["code"]) for row in rows for fault in row.faults]
