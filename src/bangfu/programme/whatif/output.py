"""The folder a trial leaves behind (测算结果文件夹): tables and ``whatif.json``, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.programme.versions import software_versions
from bangfu.programme.whatif.trial import WhatIf
from bangfu.schemes.differences import Difference

__all__ = ["difference_record", "whatif_record", "write_tables", "write_whatif"]

#: The file by which an earlier trial is known, and may be replaced.
WHATIF_MARK: Final = "whatif.json"


def write_whatif(found: WhatIf, out: Path, *, inputs: Mapping[str, str]) -> None:
    """Write every table of a trial as CSV and its record, all at once.

    Raises
    ------
    FaultsFound
        If ``out`` holds anything but an earlier trial, or cannot be written.
    """
    tables = {
        "whatif_targets": found.targets,
        "whatif_verdicts": found.matrix,
        "whatif_counties": found.counties,
        "whatif_money": found.money,
        "whatif_goals": found.goals,
        "whatif_goal_places": found.goal_places,
        "whatif_counts": found.counts,
        "whatif_other": found.rest,
    }
    write_tables(tables, out, mark=WHATIF_MARK, record=whatif_record(found, inputs))


def write_tables(
    tables: Mapping[str, pl.DataFrame], out: Path, *, mark: str, record: Mapping[str, Any]
) -> None:
    """Write tables as CSV and a record as JSON into a folder known by the record's name."""
    with OutputFolder(out, mark=mark) as folder:
        for name, table in tables.items():
            write_csv(table, folder / f"{name}.csv")
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (folder / mark).write_text(text + "\n", encoding="utf-8")


def whatif_record(found: WhatIf, inputs: Mapping[str, str]) -> dict[str, Any]:
    """``whatif.json``: what was tried on what, and every headline before and after."""
    after = {item.id: item for item in found.trial.headlines}
    before = {item.id: item for item in found.base.headlines}
    return {
        "scheme": found.base.scheme_id,
        "scheme_hash": found.base.scheme_hash,
        "overlay": dict(found.trial.overlay),
        "as_of": found.base.as_of.isoformat(),
        "inputs": dict(inputs),
        "versions": software_versions(),
        "changes_nothing": found.is_empty,
        "repeats_the_scheme": list(found.idle),
        "not_used_in_this_run": list(found.unused),
        "settings": [difference_record(row) for row in found.settings],
        "moved_in_rank": found.moved_in_rank,
        "summary": [
            {
                "id": item.id,
                "label": item.label.zh,
                "label_en": item.label.en,
                "unit": item.unit,
                "base": before[item.id].value if item.id in before else None,
                "trial": after[item.id].value if item.id in after else None,
                "clauses": list(item.clauses),
            }
            for item in {**before, **after}.values()
        ],
        "newly_failed_checks": [
            {"id": check.id, "message": check.message.zh, "message_en": check.message.en}
            for check in found.new_failures
        ],
    }


def difference_record(row: Difference) -> dict[str, Any]:
    """One difference between two schemes as JSON."""
    sides = {"before": row.before, "after": row.after}
    return {
        "part": row.part,
        "step": row.step,
        "kind": row.kind,
        "label": row.label.zh,
        "label_en": row.label.en,
        "path_a": row.path_a,
        "path_b": row.path_b,
        "field": row.field,
        **{name: text.zh if text else None for name, text in sides.items()},
        **{f"{name}_en": text.en if text else None for name, text in sides.items()},
        "on": row.on.isoformat() if row.on else None,
        "clauses_a": list(row.clauses_a),
        "clauses_b": list(row.clauses_b),
    }
