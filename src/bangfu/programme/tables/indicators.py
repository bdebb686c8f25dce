"""The table of indicators (指标数据表): every figure into its inside unit, exactly.

Money becomes whole fen, counts whole numbers, measures exact decimal text. Knows the elements it
is given; what a figure means for a place is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from bangfu.programme.tables.cells import TRUTH, tell_problems
from bangfu.programme.tables.decimals import decimal_text, whole_units
from bangfu.programme.tables.declared import ElementInfo
from bangfu.programme.tables.elements import (
    Reading,
    accepted_units,
    elements_by_name,
    near_miss,
    reading_of,
)
from bangfu.programme.tables.findings import Findings, always, quoted, rows_text
from bangfu.programme.tables.plausible import refuse_wrong_scale
from bangfu.programme.tables.raw import RawSheet
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["converted_indicators"]

#: Columns of the result before those the sheet adds.
_RESULT: Final = (
    "place_code",
    "indicator",
    "period",
    "year",
    "value",
    "value_decimal",
    "unit",
    "status",
    "source",
)


@dataclass(frozen=True, slots=True)
class _Readings:
    """One Reading for each indicator and unit that may meet; ``of_row`` is an index into them."""

    all: tuple[Reading, ...]
    written: tuple[tuple[str, str], ...]
    of_row: pl.Series

    def spread(self, values: list[str | int | None], dtype: pl.DataType) -> pl.Series:
        """One value per reading laid out over the rows."""
        return pl.Series(values, dtype=dtype).gather(self.of_row)


def converted_indicators(
    frame: pl.DataFrame,
    sheet: RawSheet,
    *,
    catalogue: Mapping[str, ElementInfo],
    findings: Findings,
) -> pl.DataFrame:
    """Convert the figures of a typed sheet of indicators.

    Parameters
    ----------
    frame : frame with the declared columns of ``indicators``, ``value`` still text; n rows
    sheet : RawSheet
        Where the frame came from, for messages.
    catalogue : mapping of id to ElementInfo
        The elements known.

    Returns
    -------
    frame with columns place_code, indicator, period String, year Int32, value Int64 [inside
    unit: fen, persons, 0 or 1], value_decimal String, unit, status, source String, further
    columns of the sheet, row UInt32; n rows in the same order
        ``value`` holds money, counts and booleans; ``value_decimal`` the exact text of measures.
        Both are null where the figure is unknown. An indicator that no element is named after
        keeps its name, its unit and its text as written in ``value_decimal``.
    """
    given = frame.get_column("value")
    readings = _readings_of(frame, catalogue, sheet, findings)
    kinds = readings.spread([reading.kind for reading in readings.all], pl.String())
    shift = readings.spread([reading.shift for reading in readings.all], pl.Int64())
    wrong_unit = shift.is_null() & given.is_not_null()
    wrong_rows = pl.DataFrame([readings.of_row.alias("reading"), frame.get_column("row")])
    _refuse_units(wrong_rows.filter(wrong_unit), readings, sheet, catalogue, findings)
    _tell_conversions(readings, given, sheet, findings)
    shift = shift.fill_null(0)

    counted = whole_units(_only(given, (kinds == "int") & ~wrong_unit), shift)
    measured = _measures(given, (kinds == "number") & ~wrong_unit, shift)
    truth = _truth(_only(given, kinds == "bool"), sheet, findings)
    head = sheet.head.as_given("value")
    for read in (counted, measured):
        tell_problems(given, read.get_column("problem"), sheet, head, findings)
    result = frame.with_columns(
        indicator=readings.spread([reading.indicator for reading in readings.all], pl.String()),
        year=_years(frame.get_column("period")),
        value=counted.get_column("value").zip_with(kinds != "bool", truth),
        value_decimal=measured.get_column("text").zip_with(kinds != "unknown", given),
        unit=readings.spread([reading.unit for reading in readings.all], pl.String()),
    )
    refuse_wrong_scale(
        result.select("value", "value_decimal", reading=readings.of_row),
        [
            (catalogue.get(r.indicator), w)
            for r, w in zip(readings.all, readings.written, strict=True)
        ],
        where=sheet.where,
        findings=findings,
    )
    further = [name for name in frame.columns if name not in (*_RESULT, "row")]
    return result.select(*_RESULT, *further, "row")


def _measures(given: pl.Series, mask: pl.Series, shift: pl.Series) -> pl.DataFrame:
    """Exact texts where the mask holds, nothing elsewhere; measures are few among figures."""
    rows = mask.arg_true()
    read = decimal_text(given.gather(rows), shift.gather(rows))
    nothing = pl.Series("text", [None], dtype=pl.String).new_from_index(0, len(given))
    sound = pl.Series("problem", [0], dtype=pl.UInt8).new_from_index(0, len(given))
    return pl.DataFrame(
        [
            nothing.scatter(rows, read.get_column("text")),
            sound.scatter(rows, read.get_column("problem")),
        ]
    )


def _only(given: pl.Series, mask: pl.Series) -> pl.Series:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(given))
    return given.zip_with(mask, nothing)


def _readings_of(
    frame: pl.DataFrame, catalogue: Mapping[str, ElementInfo], sheet: RawSheet, findings: Findings
) -> _Readings:
    names, name_of_row = _numbered(frame.get_column("indicator"))
    units, unit_of_row = _numbered(frame.get_column("unit"))
    by_name = elements_by_name(catalogue)
    strange = pl.Series([name for name in names if name and name not in by_name], dtype=pl.String)
    _tell_unknown(frame.select("indicator", "row"), strange, by_name, sheet, findings)
    written = tuple((name, unit) for name in names for unit in units)
    readings = tuple(reading_of(by_name.get(name), name, unit) for name, unit in written)
    of_row = name_of_row * len(units) + unit_of_row
    return _Readings(readings, written, of_row)


def _numbered(column: pl.Series) -> tuple[list[str], pl.Series]:
    """The distinct texts of a column, and for each row which of them it holds."""
    filled = column.fill_null("")
    distinct = filled.unique(maintain_order=True)
    return distinct.to_list(), filled.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)


def _tell_unknown(
    frame: pl.DataFrame,
    names: pl.Series,
    by_name: Mapping[str, ElementInfo],
    sheet: RawSheet,
    findings: Findings,
) -> None:
    """Keep and report what no element is named after; refuse what nearly is one."""
    head = sheet.head.as_given("indicator")
    kept: list[str] = []
    for name in names:
        rows = frame.filter(pl.col("indicator") == name).get_column("row").to_list()
        near = near_miss(name, by_name)
        if near is None:
            kept.append(name)
            continue
        where = rows_text(rows)
        findings.fault(
            "TAB-27",
            sheet.where,
            Text(
                f"{where.zh}「{head}」填的是「{quoted(name)}」，没有这个指标，与「{near}」相近。",
                f'{where.en}: column "{head}" holds "{quoted(name)}", which is no indicator '
                f'but close to "{near}".',
            ),
            Text(
                f"如是同一指标，请改为「{near}」；如是另一指标，请换一个不易混淆的名称。",
                f'Write "{near}" if it is meant, otherwise choose a name that is clearly another.',
            ),
        )
    if kept:
        named = [quoted(name) for name in kept]
        findings.notice(
            "TAB-N6",
            sheet.where,
            Text(
                f"有 {len(kept)} 个指标不在目录中，原样保留、不参与计算：{'、'.join(named)}",
                f"{len(kept)} indicators are in no catalogue; kept as written and not used: "
                f"{', '.join(named)}",
            ),
            len(kept),
        )


def _refuse_units(
    frame: pl.DataFrame,
    readings: _Readings,
    sheet: RawSheet,
    catalogue: Mapping[str, ElementInfo],
    findings: Findings,
) -> None:
    """One fault for each indicator and unit that do not go together; ``frame`` holds the rows."""
    head = sheet.head.as_given("unit")
    wrong = frame.group_by("reading", maintain_order=True).agg("row")
    for index, rows in wrong.iter_rows():
        name, unit = readings.written[index]
        element = catalogue[readings.all[index].indicator]
        where = rows_text(rows)
        choices = "、".join(accepted_units(element))
        zh = f"填的是「{quoted(unit)}」" if unit else "是空的"
        en = f'holds "{quoted(unit)}"' if unit else "is empty"
        findings.fault(
            "TAB-14",
            sheet.where,
            Text(
                f"{where.zh}「{head}」{zh}。「{name}」的计量单位只能是 {choices}。",
                f'{where.en}: column "{head}" {en}. Units of "{name}": {choices}.',
            ),
            Text("请改为其中一个，数值与单位要对应。", "Use one of them, and check the figures."),
        )


def _tell_conversions(
    readings: _Readings, given: pl.Series, sheet: RawSheet, findings: Findings
) -> None:
    counts = readings.of_row.filter(given.is_not_null()).value_counts(sort=True)
    for index, count in sorted(counts.iter_rows()):
        reading, (name, unit) = readings.all[index], readings.written[index]
        if not reading.shift or reading.kind == "unknown":
            continue
        inside = "分" if reading.unit == "fen" else reading.unit
        findings.notice(
            "TAB-N7",
            sheet.where,
            Text(
                f"「{name}」{count:,} 个数值由{unit}换算为{inside}",
                f'"{name}": {count:,} figures converted from {unit} to {reading.unit}',
            ),
            count,
        )


def _truth(given: pl.Series, sheet: RawSheet, findings: Findings) -> pl.Series:
    lower = given.str.to_lowercase()
    wrong = lower.is_not_null() & ~lower.is_in(list(TRUTH))
    if wrong.any():
        bad = pl.DataFrame([sheet.frame.get_column("row"), given.alias("given")]).filter(wrong)
        says = always(
            Text("这个指标只能填 true 或 false", "this indicator accepts true or false"),
            Text("不知道的请留空。", "Leave it empty if unknown."),
        )
        findings.cells("TAB-17", sheet.where, sheet.head.as_given("value"), bad, says)
    numbers = {text: int(truth) for text, truth in TRUTH.items()}
    return lower.replace_strict(numbers, default=None, return_dtype=pl.Int64)


def _years(periods: pl.Series) -> pl.Series:
    """The year in which each period starts; null for a period that was refused."""
    years: dict[str, int | None] = {}
    for text in periods.drop_nulls().unique():
        try:
            years[text] = parse_period(text).year
        except ValueError:
            years[text] = None
    return periods.replace_strict(years, default=None, return_dtype=pl.Int32)
