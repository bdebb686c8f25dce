"""All tables of a day together (某日数据表)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from bangfu.records.frames.asked import Asked
from bangfu.records.frames.figures import indicators_table
from bangfu.records.frames.places import frame_tree, places_table
from bangfu.records.frames.units import pairings_table, units_table
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["Further", "tables_on"]

#: Gives further tables by name for a day: registers, lists, posts. It gets the codes by place id.
Further = Callable[[Asked, Mapping[int, str]], Mapping[str, pl.DataFrame]]


def tables_on(asked: Asked, *further: Further) -> dict[str, pl.DataFrame]:
    """The tables of the programme from the records; empty ones are left out, places never.

    Raises
    ------
    FaultsFound
        If no place is held on the day, or places of two systems of codes are and none is asked
        for: codes of two systems never stand in one table.
    """
    rows = frame_tree(asked)
    systems = sorted({row.code_system for row in rows})
    if not rows or len(systems) > 1:
        raise FaultsFound([_one_system(asked.on, systems)])
    codes = {row.place_id: row.code for row in rows}
    tables = {"places": places_table(rows, asked)}
    others = {
        "indicators": indicators_table(asked, codes),
        "units": units_table(asked, codes),
        "pairings": pairings_table(asked, codes),
    }
    for source in further:
        others.update(source(asked, codes))
    tables.update({name: table for name, table in others.items() if table.height})
    return tables


def _one_system(on: date, systems: list[str]) -> Fault:
    if not systems:
        return Fault("FRM-01", "", Text(f"{on} 没有任何地方。", f"No place is held on {on}."))
    return Fault(
        "FRM-02",
        "",
        Text(
            f"地方分属两套代码（{'、'.join(systems)}），不能放在一张表里。",
            f"Places bear codes of two systems ({', '.join(systems)}); one table holds one.",
        ),
        Text("请指定用哪一套代码。", "Say which system is wanted."),
    )
