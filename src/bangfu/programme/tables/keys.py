"""Rows that say the same thing twice (重复行): refused with the rows, identical or not."""

from __future__ import annotations

import polars as pl

from bangfu.programme.tables.findings import FAULTS_PER_FILE, Findings, quoted, rows_text
from bangfu.programme.tables.raw import RawSheet
from bangfu.vocabulary.text import Text

__all__ = ["refuse_duplicates"]


def refuse_duplicates(frame: pl.DataFrame, sheet: RawSheet, findings: Findings) -> None:
    """Note a fault for each key that stands in several rows.

    Parameters
    ----------
    frame : frame with the key columns of the sheet's declaration and row UInt32
        Rows whose key is empty throughout are left out: they have their own fault.
    """
    key = list(sheet.declaration.key)
    if not key or _is_unique(frame, key):
        return
    twice = (
        frame.filter(pl.any_horizontal(pl.col(key).is_not_null()))
        .group_by(key, maintain_order=True)
        .agg("row")
        .filter(pl.col("row").list.len() > 1)
    )
    for *values, rows in twice.head(FAULTS_PER_FILE).iter_rows():
        _refuse(key, values, rows, sheet, findings)
    if twice.height > FAULTS_PER_FILE:
        findings.unlisted("TAB-23", sheet.where, twice.height - FAULTS_PER_FILE)


def _is_unique(frame: pl.DataFrame, key: list[str]) -> bool:
    """Compare numbers instead of texts: each column's texts are numbered first."""
    number = pl.Series([0], dtype=pl.UInt64).new_from_index(0, frame.height)
    size = 1
    for name in key:
        texts = frame.get_column(name).cast(pl.String).fill_null("")
        distinct = texts.unique()
        size *= max(len(distinct), 1)
        if size >= 2**63:
            return bool(frame.select(pl.struct(key).is_unique().all()).item())
        place = texts.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt64)
        number = number * len(distinct) + place
    return number.n_unique() == frame.height


def _refuse(
    key: list[str], values: list[object], rows: list[int], sheet: RawSheet, findings: Findings
) -> None:
    heads = "+".join(sheet.head.as_given(name) for name in key)
    given = "，".join(quoted("" if value is None else str(value)) for value in values)
    where = rows_text(rows)
    findings.fault(
        "TAB-23",
        sheet.where,
        Text(
            f"{where.zh}重复：「{heads}」都是「{given}」。",
            f"{where.en} repeat the same {heads}: {given}.",
        ),
        Text("请核对后只留一行。", "Keep one of them."),
    )
