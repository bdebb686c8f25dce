"""Registers (台账): what each listed place must keep, and what is there."""

from __future__ import annotations

import polars as pl

from bangfu.engine.registers import coverage_totals, register_coverage
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Register
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["registers"]


def registers(work: Workspace) -> None:
    """Count the rows of every register that has a number to reach; add ``registers``."""
    counted = [
        register
        for register in work.scheme.registers.registers
        if register.classes and work.whole(f"registers.{register.id}.at_least") is not None
    ]
    parts = [part for register in counted if (part := _coverage(work, register)) is not None]
    if not parts:
        return
    table = pl.concat(parts)
    names = work.listed.select("place_code", "name").unique("place_code")
    work.result.tables["registers"] = table.join(
        names, on="place_code", how="left", maintain_order="left"
    )
    _headlines(work, table)


def _coverage(work: Workspace, register: Register) -> pl.DataFrame | None:
    places = work.members_of(register.classes)
    if places.is_empty():
        return None
    rows = work.tables.get(f"registers/{register.id}")
    if rows is None:
        work.skip(
            "registers",
            f"registers/{register.id}",
            Text(
                f"{register.label.zh}：没有台账数据，待核实。",
                f"{register.label.en}: the register was not handed in.",
            ),
        )
    else:
        for column, wanted in register.where.items():
            known = column in rows.columns
            rows = rows.filter(pl.col(column).cast(pl.String) == wanted) if known else rows.clear()
    covered = register_coverage(
        places.select("place_code").unique(maintain_order=True),
        rows,
        register=register.id,
        at_least=work.whole(f"registers.{register.id}.at_least") or 0,
        clauses=join_clauses(register.clauses),
    )
    at_most = work.whole(f"registers.{register.id}.at_most")
    limit = pl.lit(at_most, dtype=pl.Int64)
    return covered.with_columns(
        limit.alias("at_most"),
        (pl.col("present") - limit).clip(lower_bound=0).alias("excess"),
    )


def _headlines(work: Workspace, table: pl.DataFrame) -> None:
    labels = {register.id: register for register in work.scheme.registers.registers}
    # One row too many misses the requirement as one too few does.
    counted = table.with_columns((pl.col("gap") + pl.col("excess").fill_null(0)).alias("gap"))
    for name, places, covered, unknown in (
        coverage_totals(counted).select("register", "places", "covered", "unknown").iter_rows()
    ):
        register = labels[name]
        work.headline(
            Headline(
                f"registers.{name}.covered",
                Text(f"{register.label.zh}：已达到", f"{register.label.en}: covered"),
                None if unknown else covered,
                "个",
                register.clauses,
                basis=Text(
                    f"共 {places} 个，待核实 {unknown} 个", f"of {places}, unknown {unknown}"
                ),
                step="registers",
            )
        )
