"""What a case claims, against what came out (算例与结果对照): every departure in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from bangfu.programme.case_file import CaseFile, Total
from bangfu.programme.result import RunResult
from bangfu.schemes.figures import read_figure
from bangfu.vocabulary.text import Text

__all__ = ["as_output", "case_problems", "matching_rows"]

#: Output tables that a result leaves out where they would have no row: none of it is zero rows.
_LEFT_OUT_WHERE_EMPTY: Final = frozenset(
    {"duties", "evaluation", "exit", "funding", "goals", "slots", "staff_findings"}
)


def case_problems(result: RunResult, case: CaseFile, codes: Mapping[str, str]) -> Iterator[Text]:
    for table_name, expected in case.output.items():
        if table_name in ("totals", "counts"):
            for row in expected:
                yield from _total_problems(
                    result, Total.model_validate(row), codes, counted=table_name == "counts"
                )
            continue
        if table_name == "headlines":
            for row in expected:
                yield from _headline_problems(result, row)
            continue
        table = _noted(result, table_name)
        for row in expected:
            yield from _row_problems(table, table_name, as_output(row, codes))


def _noted(result: RunResult, name: str) -> pl.DataFrame | None:
    """An output table, or the skipped items and checks of the run laid out as one."""
    if name == "skipped":
        rows = [(item.step, item.needs) for item in result.skipped]
        return pl.DataFrame(rows, schema=["step", "needs"], orient="row")
    if name == "checks":
        found = [(check.id, check.outcome) for check in result.checks]
        return pl.DataFrame(found, schema=["id", "outcome"], orient="row")
    return result.tables.get(name)


def _headline_problems(result: RunResult, row: Mapping[str, Any]) -> Iterator[Text]:
    found = {item.id: item.value for item in result.headlines}
    wanted = _plain(row.get("value"))
    if row["id"] not in found:
        known = ", ".join(found)
        yield Text(f"没有 {row['id']}；有 {known}", f"there is no {row['id']}; there are {known}")
    elif found[row["id"]] != wanted:
        yield _differs(row["id"], wanted, found[row["id"]])


def _total_problems(
    result: RunResult, total: Total, codes: Mapping[str, str], *, counted: bool
) -> Iterator[Text]:
    table = result.tables.get(total.table)
    if table is None and counted and total.equals == 0 and total.table in _LEFT_OUT_WHERE_EMPTY:
        return
    rows = None if table is None else matching_rows(table, as_output(total.where, codes))
    if rows is None:
        yield _no_table(total.table)
        return
    found = rows.height if counted else int(rows[total.column].sum())
    wanted = _plain(total.equals)
    if found != wanted:
        yield _differs(f"{total.table} {dict(total.where)}", wanted, found)


def _differs(what: str, wanted: object, found: object) -> Text:
    return Text(f"{what}：应为 {wanted}，得 {found}", f"{what}: should be {wanted}, is {found}")


def _no_table(name: str) -> Text:
    return Text(f"没有结果表 {name}", f"there is no output table {name}")


def _row_problems(
    table: pl.DataFrame | None, name: str, wanted: Mapping[str, Any]
) -> Iterator[Text]:
    """A row must stand in the table; otherwise the nearest rows are shown."""
    if table is None:
        yield _no_table(name)
        return
    unknown = [column for column in wanted if column not in table.columns]
    if unknown:
        missing, known = ", ".join(unknown), ", ".join(table.columns)
        yield Text(
            f"{name} 没有列 {missing}；有 {known}",
            f"{name} has no column {missing}; it has {known}",
        )
        return
    if not matching_rows(table, wanted).is_empty():
        return
    keys = {
        column: value
        for column, value in wanted.items()
        if column
        in (
            "place_code",
            "goal_id",
            "slot",
            "duty_id",
            "object_code",
            "register",
            "scope",
            "layer",
            "reading",
            "payer_role",
            "line",
            "class",
        )
        and value is not None
    }
    near = matching_rows(table, keys).select([c for c in wanted if c not in keys]).head(5)
    yield Text(
        f"{name}：没有 {dict(wanted)}；同一对象得到 {near.to_dicts()}",
        f"{name}: there is no {dict(wanted)}; of the same object there is {near.to_dicts()}",
    )


def matching_rows(table: pl.DataFrame, wanted: Mapping[str, Any]) -> pl.DataFrame:
    """Rows in which every column wanted has the value wanted, compared as text."""
    for column, value in wanted.items():
        plain = _plain(value)
        shown = pl.col(column).cast(pl.String)
        table = table.filter(
            pl.col(column).is_null() | (shown == "") if plain is None else shown == str(plain)
        )
    return table


def as_output(row: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, Any]:
    coded = {key: value for key, value in row.items() if key not in ("place", "object")}
    if "place" in row:
        coded["place_code"] = codes.get(row["place"], row["place"])
    if "object" in row:
        coded["object_code"] = codes.get(row["object"], row["object"])
    return coded


def _plain(value: Any) -> Any:
    """A value as the table holds it: an amount with its unit as fen, a date as ISO text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            figure = read_figure(value)
        except ValueError:
            return value
        return figure.value if figure and figure.kind == "money" else value
    return value
