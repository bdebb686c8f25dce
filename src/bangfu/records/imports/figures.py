"""Importing figures (数据导入): long tables and wide ones, as offices keep them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from bangfu.programme.tables.findings import Notice
from bangfu.programme.tables.grids import Grid
from bangfu.records.figures.bulk import FigureWrite, changes_digest, write_figures
from bangfu.records.figures.bulk_compare import KEY, compare_with_held
from bangfu.records.figures.bulk_values import VALUE_COLUMNS
from bangfu.records.figures.models import Release
from bangfu.records.imports.faults import RowFault, fault_from, kept
from bangfu.records.imports.figure_checks import CheckedFigures, Elements, check_figures
from bangfu.records.imports.figure_rows import figure_rows
from bangfu.records.imports.figures_shown import shown_figures
from bangfu.records.imports.finding_places import PlaceFinder, choice_key
from bangfu.records.imports.kinds import (
    STAGED,
    ImportKind,
    Prepared,
    Staged,
    Writing,
    register,
    rows_by_code,
)
from bangfu.records.imports.layout import FiguresLayout, figures_layout
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["FIGURES"]

_VERB: Final = "figures.enter"
#: What a staged figure keeps, beside its place.
_DATA: Final = (
    "element_id", "period", "release", *VALUE_COLUMNS, "source", "text", "unit", "code", "names",
)  # fmt: skip
_TYPES: Final = {
    "number": pl.Int64,
    "place_id": pl.Int64,
    "element_id": pl.Int64,
    "period": pl.String,
    "release": pl.String,
    "value_int": pl.Int64,
    "value_number": pl.String,
    "value_text": pl.String,
    "not_applicable": pl.Boolean,
    "source": pl.String,
    "outcome": pl.String,
    "target": pl.Int64,
    "held_version": pl.Int64,
}


def _recognise(grid: Grid) -> int:
    layout = figures_layout(grid, Elements.all().catalogue)
    if layout is None:
        return 0
    return 3 if layout.is_long else 1 + min(len(layout.values), 5)


def _prepare(grids: Sequence[Grid], options: Mapping[str, Any], actor: Any) -> Prepared:
    elements = Elements.all()
    finder = PlaceFinder(actor, _VERB, options)
    release = _release(options)
    checked: list[tuple[Grid, CheckedFigures]] = []
    notices: list[Notice] = []
    file_faults: list[Fault] = []
    for grid in grids:
        layout = figures_layout(grid, elements.catalogue)
        if layout is None:
            notices.append(_not_read(grid))
            continue
        lines, left_out = figure_rows(grid, layout, options)
        notices += _notices(grid, layout, lines, left_out)
        file_faults += _near_heads(grid, layout)
        lines = lines.filter(pl.col("text") != "")
        heads = _heads(grid, layout)
        one = check_figures(lines, finder=finder, elements=elements, release=release, heads=heads)
        _add_doubtful(one, grid, layout, heads)
        notices += _conversions(grid, one)
        checked.append((grid, one))
    if not checked:
        raise FaultsFound([_no_figures(grids)])
    lines, faults = _joined(checked)
    rows = _compared(lines, faults)
    return Prepared(
        _staged(rows, faults),
        tuple(file_faults),
        tuple(notices),
        _choices(lines, faults, finder),
        rows_by_code(faults),
    )


def _release(options: Mapping[str, Any]) -> str:
    release = str(options.get("release") or Release.ANNUAL.value)
    if release not in Release.values:
        raise FaultsFound(
            [
                Fault(
                    "IMP-21",
                    "",
                    Text(f"没有「{release}」这个数据版次。", f"There is no release {release}."),
                )
            ]
        )
    return release


def _heads(grid: Grid, layout: FiguresLayout) -> dict[str, str]:
    """What the columns are called on the sheet, for messages."""
    row = grid.top[layout.head_rows - 1]

    def head(index: int | None, otherwise: str) -> str:
        return (row[index] if index is not None and index < len(row) else "") or otherwise

    return {
        "code": head(layout.code, "区划代码"),
        "name": head(layout.names[-1] if layout.names else None, "名称"),
        "element": head(layout.indicator, "指标"),
        "period": head(layout.period, "期间"),
        "unit": head(layout.unit, "计量单位"),
        "value": head(layout.value, "数值"),
    }


def _joined(
    checked: Sequence[tuple[Grid, CheckedFigures]],
) -> tuple[pl.DataFrame, dict[int, list[RowFault]]]:
    """The lines of all sheets, numbered through from 0."""
    frames: list[pl.DataFrame] = []
    faults: dict[int, list[RowFault]] = {}
    offset = 0
    for _, one in checked:
        frames.append(one.lines.with_columns(pl.col("line").cast(pl.Int64) + offset))
        faults |= {line + offset: some for line, some in one.faults.items()}
        offset += one.lines.height
    return pl.concat(frames), faults


def _compared(lines: pl.DataFrame, faults: dict[int, list[RowFault]]) -> pl.DataFrame:
    """Every line with its outcome; contradictions among the lines become faults."""
    faulty = pl.col("line").is_in(sorted(faults))
    sound = lines.filter(~faulty)
    first = pl.col("line").min().over(KEY)
    alike = pl.all_horizontal(pl.col(name).n_unique().over(KEY) == 1 for name in VALUE_COLUMNS)
    sound = sound.with_columns(first=first, alike=alike)
    rows_of = sound.filter(~pl.col("alike")).group_by(KEY).agg("line", "row_no")
    for *_, members, rows in rows_of.iter_rows():
        for line, row in zip(members, rows, strict=True):
            others = "、".join(str(other) for other in rows if other != row) or str(row)
            faults.setdefault(line, []).append(fault_from("IMP-10", "", rows=others))
    single = sound.filter(pl.col("alike") & (pl.col("line") == pl.col("first")))
    compared = compare_with_held(single.drop("first", "alike"))
    doubled = sound.filter(pl.col("alike") & (pl.col("line") != pl.col("first")))
    return pl.concat(
        [
            compared,
            doubled.drop("first", "alike").with_columns(outcome=pl.lit("doubled")),
            lines.filter(pl.col("line").is_in(sorted(faults))).with_columns(
                outcome=pl.lit("faulty")
            ),
        ],
        how="diagonal",
    ).sort("line")


def _staged(rows: pl.DataFrame, faults: Mapping[int, Sequence[RowFault]]) -> pl.DataFrame:
    held = pl.struct("held_int", "held_number", "held_text", "held_not_applicable")
    told = {
        line: json.dumps([kept(fault) for fault in some], ensure_ascii=False)
        for line, some in faults.items()
    }
    lines = rows.get_column("line")
    return rows.with_columns(
        number=pl.col("line") + 1,
        data=pl.struct(_DATA).struct.json_encode(),
        difference=pl.when(pl.col("outcome").is_in(["changed", "locked"]))
        .then(held.struct.json_encode())
        .otherwise(pl.lit("{}")),
        faults=pl.Series([told.get(line, "[]") for line in lines], dtype=pl.String),
        seen_version="held_version",
    ).select(STAGED)


def _choices(
    lines: pl.DataFrame, faults: Mapping[int, Sequence[RowFault]], finder: PlaceFinder
) -> dict[str, list[tuple[int, str]]]:
    """Names that stand for several places, with the places to choose from."""
    unclear = [line for line, some in faults.items() if any(f.code == "IMP-03" for f in some)]
    wanted = lines.filter(pl.col("line").is_in(unclear) & (pl.col("code") == ""))
    names = wanted.get_column("names").unique(maintain_order=True).to_list()
    return {choice_key(parts): finder.choices_for(parts) for parts in names[:50]}


def _add_doubtful(
    one: CheckedFigures, grid: Grid, layout: FiguresLayout, heads: Mapping[str, str]
) -> None:
    """Cells whose number lost its last digits are faults, whatever is left of them."""
    if not grid.doubtful:
        return
    for line, row, column in one.lines.select("line", "row_no", "column_no").iter_rows():
        value = (row, column - 1 - grid.first_column)
        if value in grid.doubtful:
            one.faults.setdefault(line, []).append(fault_from("IMP-11", heads["value"]))
        if layout.code is not None and (row, layout.code) in grid.doubtful:
            one.faults.setdefault(line, []).append(fault_from("IMP-11", heads["code"]))


def _write(rows: Sequence[Staged], writing: Writing) -> Mapping[int, str]:
    columns: dict[str, list[Any]] = {name: [] for name in _TYPES}
    for row in rows:
        columns["number"].append(row.number)
        columns["place_id"].append(row.place_id)
        columns["outcome"].append(row.outcome)
        columns["target"].append(row.target)
        columns["held_version"].append(row.seen_version)
        for name in ("element_id", "period", "release", *VALUE_COLUMNS, "source"):
            columns[name].append(row.data[name])
    frame = pl.DataFrame(columns, schema=_TYPES)
    write = FigureWrite(writing.actor.pk, writing.at, writing.batch_id)
    return write_figures(frame, write).outcomes


def _not_read(grid: Grid) -> Notice:
    return Notice(
        "IMP-N1",
        grid.where,
        Text("这张工作表没有认出指标，没有读取", "no data element was found; not read"),
    )


def _no_figures(grids: Sequence[Grid]) -> Fault:
    return Fault(
        "IMP-22",
        "、".join(grid.where for grid in grids[:5]),
        Text(
            "没有认出指标数据：表头里应有地方（区划代码或名称）和指标目录中的指标名称。",
            "No figures were found: the head should name places and data elements.",
        ),
        Text(
            "请核对表头；或在「表类」中选择这张表实际属于哪一类。",
            "Check the head, or choose another kind of table.",
        ),
    )


def _notices(grid: Grid, layout: FiguresLayout, lines: pl.DataFrame, left_out: int) -> list[Notice]:
    told: list[Notice] = []
    if left_out:
        text = Text(
            f"有 {left_out:,} 行合计、小计或栏号，没有读取",
            f"{left_out:,} rows of totals or column numbers were not read",
        )
        told.append(Notice("IMP-N2", grid.where, text, left_out))
    empty = int((lines.get_column("text") == "").sum())
    if empty:
        text = Text(
            f"有 {empty:,} 行没有数值，原有数据保持不变",
            f"{empty:,} rows hold no figure; what is held stays",
        )
        told.append(Notice("IMP-N3", grid.where, text, empty))
    if layout.private:
        heads = "、".join(layout.private[:20])
        text = Text(
            f"有 {len(layout.private)} 列不是目录中的指标，没有读取：{heads}",
            f"{len(layout.private)} columns are no data elements and were not read: {heads}",
        )
        told.append(Notice("IMP-N4", grid.where, text, len(layout.private)))
    return told


def _near_heads(grid: Grid, layout: FiguresLayout) -> list[Fault]:
    return [
        Fault(
            "IMP-23",
            grid.where,
            Text(
                f"表头「{head}」不是目录中的指标，与「{meant}」相近；这一列没有读取。",
                f"The head “{head}” is no data element but close to “{meant}”; not read.",
            ),
            Text(
                f"如是同一指标，请把表头改为「{meant}」后重新上传。",
                f"Write “{meant}” if it is meant, and upload the file again.",
            ),
        )
        for head, meant in layout.near
    ]


def _conversions(grid: Grid, one: CheckedFigures) -> list[Notice]:
    return [
        Notice(
            "IMP-N5",
            grid.where,
            Text(
                f"「{label}」{count:,} 个数值由{unit}换算",
                f'"{label}": {count:,} figures converted from {unit}',
            ),
            count,
        )
        for label, unit, count in one.converted
    ]


FIGURES: Final = register(
    ImportKind(
        "figures",
        Text("指标数据", "figures"),
        _VERB,
        _recognise,
        _prepare,
        _write,
        changes_digest,
        shown_figures,
    )
)
