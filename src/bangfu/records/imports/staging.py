"""Staged rows (暂存): written in chunks, taken back whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl
from django.db.models import Max

from bangfu.records.ground.bulk_rows import insert_rows
from bangfu.records.imports.kinds import STAGED, Staged
from bangfu.records.imports.models import ImportBatch, ImportRow
from bangfu.records.jobs.running import JobRun

__all__ = ["drop_staged", "rows_to_write", "stage"]

#: Rows of one transaction: well below a second on a small machine.
_CHUNK: Final = 5_000


def stage(batch: ImportBatch, rows: pl.DataFrame, run: JobRun) -> None:
    """Write the rows of a batch, chunk by chunk."""
    columns = ("batch_id", *STAGED)
    for start in range(0, rows.height, _CHUNK):
        chunk = rows.slice(start, _CHUNK)
        reached = start + chunk.height
        with run.unit({"staged": reached}, done=reached, total=rows.height):
            insert_rows(ImportRow, columns, ((batch.pk, *row) for row in chunk.iter_rows()))


def drop_staged(batch: ImportBatch, run: JobRun) -> None:
    """Take back what an earlier reading staged."""
    last = batch.rows.aggregate(last=Max("number"))["last"] or 0
    for start in range(1, last + 1, _CHUNK):
        with run.unit():
            batch.rows.filter(number__range=(start, start + _CHUNK - 1)).delete()


def rows_to_write(batch: ImportBatch, *, after: int, size: int) -> Iterator[Staged]:
    """The next rows that are new or changed, by number."""
    found = batch.rows.filter(outcome__in=("new", "changed"), number__gt=after).order_by("number")
    columns = ("id", "number", "place_id", "data", "outcome", "target", "seen_version")
    for row in found.values_list(*columns)[:size]:
        yield Staged(*row)
