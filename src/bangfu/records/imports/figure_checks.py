"""Are the lines of a sheet figures this account may enter (数据核对)? All faults at once.

Each line becomes a typed value for one figure, or carries what is wrong with it. Distinct texts
are looked at once, however many lines bear them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from bangfu.programme.tables.declared import ElementInfo
from bangfu.programme.tables.elements import (
    accepted_units,
    elements_by_name,
    near_miss,
    reading_of,
)
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.plausible import refuse_wrong_scale
from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.bulk_values import element_info, read_values
from bangfu.records.imports.faults import RowFault, fault_from
from bangfu.records.imports.finding_places import FoundPlace, PlaceFinder
from bangfu.records.places.choices import Level
from bangfu.vocabulary.period import parse_period

__all__ = ["CheckedFigures", "Elements", "check_figures"]


@dataclass(frozen=True, slots=True)
class Elements:
    """The data elements of the installation, by id and as readers of tables know them."""

    by_id: Mapping[int, DataElement]
    catalogue: Mapping[str, ElementInfo]
    ids: Mapping[str, int]

    @classmethod
    def all(cls) -> Elements:
        """All that are in the catalogue."""
        rows = list(DataElement.objects.all())
        return cls(
            {row.pk: row for row in rows},
            {row.element: element_info(row) for row in rows},
            {row.element: row.pk for row in rows},
        )


@dataclass(frozen=True, slots=True)
class CheckedFigures:
    """Lines with place_id, element_id, release and a typed value, and their faults by index."""

    lines: pl.DataFrame
    faults: dict[int, list[RowFault]]
    #: (element, unit as written, how many): what was converted to the inside unit.
    converted: tuple[tuple[str, str, int], ...]


class _Faults:
    """Collects faults line by line."""

    def __init__(self) -> None:
        self.by_line: dict[int, list[RowFault]] = {}

    def add(self, lines: pl.Series, fault: RowFault) -> None:
        for index in lines.to_list():
            self.by_line.setdefault(index, []).append(fault)


def check_figures(
    lines: pl.DataFrame,
    *,
    finder: PlaceFinder,
    elements: Elements,
    release: str,
    heads: Mapping[str, str],
) -> CheckedFigures:
    """Check the lines of `figure_rows`; ``heads`` names the columns as the sheet does."""
    lines = lines.with_columns(release=pl.lit(release)).with_row_index("line")
    faults = _Faults()
    lines = _with_places(lines, finder, heads, faults)
    lines = _with_elements(lines, elements, heads, faults)
    _check_periods(lines, heads, faults)
    _check_levels(lines, elements, heads, faults)
    is_asked = _check_units(lines, elements, heads, faults)
    lines = _with_values(lines, is_asked, elements, heads, faults)
    _check_scale(lines, elements, heads, faults)
    return CheckedFigures(lines, faults.by_line, _converted(lines, elements))


def _with_places(
    lines: pl.DataFrame, finder: PlaceFinder, heads: Mapping[str, str], faults: _Faults
) -> pl.DataFrame:
    found: list[tuple[int | None, str, str]] = []
    groups = lines.group_by("code", "names", maintain_order=True).agg("line")
    for code, names, members in groups.iter_rows():
        place = finder.find(code, tuple(names), heads["code"] if code else heads["name"])
        if isinstance(place, FoundPlace):
            found.append((place.place_id, place.level, place.name))
        else:
            found.append((None, "", ""))
            faults.add(pl.Series(members), place)
    table = pl.DataFrame(
        found,
        schema={"place_id": pl.Int64, "level": pl.String, "place": pl.String},
        orient="row",
    )
    spread = pl.concat([groups, table], how="horizontal").explode("line")
    return lines.join(
        spread.select("line", "place_id", "level", "place"), on="line", maintain_order="left"
    )


def _with_elements(
    lines: pl.DataFrame, elements: Elements, heads: Mapping[str, str], faults: _Faults
) -> pl.DataFrame:
    by_name = elements_by_name(elements.catalogue)
    ids: dict[str, int | None] = {}
    for written in lines.get_column("element").unique(maintain_order=True).to_list():
        element = by_name.get(written)
        ids[written] = None if element is None else elements.ids[element.id]
        if element is None:
            near = near_miss(written, by_name) if written else None
            fault = fault_from(
                "IMP-06",
                heads["element"],
                given=written,
                near=f"与「{near}」相近。" if near else "",
                near_en=f"Close to “{near}”. " if near else "",
            )
            faults.add(_at(lines, pl.col("element") == written), fault)
    return lines.with_columns(
        element_id=pl.col("element").replace_strict(ids, default=None, return_dtype=pl.Int64)
    )


def _at(lines: pl.DataFrame, condition: pl.Expr) -> pl.Series:
    return lines.filter(condition).get_column("line")


def _check_periods(lines: pl.DataFrame, heads: Mapping[str, str], faults: _Faults) -> None:
    for period in lines.get_column("period").unique(maintain_order=True).to_list():
        try:
            parse_period(period)
        except ValueError:
            fault = fault_from("IMP-07", heads["period"], given=period)
            faults.add(_at(lines, pl.col("period") == period), fault)


def _check_levels(
    lines: pl.DataFrame, elements: Elements, heads: Mapping[str, str], faults: _Faults
) -> None:
    pairs = lines.drop_nulls(["place_id", "element_id"]).select("element_id", "level").unique()
    for element_id, level in pairs.iter_rows():
        element = elements.by_id[element_id]
        asked = _asked_levels(element)
        if not asked or level in asked:
            continue
        wrong = (pl.col("element_id") == element_id) & (pl.col("level") == level)
        names = "、".join(str(Level(one).label) for one in asked if one in Level.values)
        rows = lines.filter(wrong & pl.col("place_id").is_not_null())
        for (place,), some in rows.group_by("place", maintain_order=True):
            fault = fault_from(
                "IMP-09",
                heads["element"],
                element=element.label_zh,
                element_en=element.label_en,
                levels=names,
                place=place,
            )
            faults.add(some.get_column("line"), fault)


def _asked_levels(element: DataElement) -> frozenset[str]:
    """The levels an element is asked at; a functional zone reports like a county."""
    levels = set(element.levels)
    return frozenset(levels | {Level.ZONE.value} if Level.COUNTY.value in levels else levels)


def _check_units(
    lines: pl.DataFrame, elements: Elements, heads: Mapping[str, str], faults: _Faults
) -> pl.Series:
    """Whether the unit of each line is one its element is asked in."""
    wrong: list[tuple[int, str]] = []
    pairs = lines.drop_nulls("element_id").select("element_id", "unit").unique()
    for element_id, unit in pairs.sort("element_id", "unit").iter_rows():
        element = elements.by_id[element_id]
        info = elements.catalogue[element.element]
        if element.kind in ("bool", "text") or reading_of(info, "", unit).shift is not None:
            continue
        wrong.append((element_id, unit))
        filled = (pl.col("element_id") == element_id) & (pl.col("unit") == unit)
        fault = fault_from(
            "IMP-08",
            heads["unit"],
            given=unit,
            element=element.label_zh,
            element_en=element.label_en,
            choices="、".join(accepted_units(info)),
        )
        faults.add(_at(lines, filled & (pl.col("text") != "")), fault)
    table = pl.DataFrame(wrong, schema={"element_id": pl.Int64, "unit": pl.String}, orient="row")
    joined = lines.select("element_id", "unit").join(
        table.with_columns(wrong=pl.lit(True)),
        on=["element_id", "unit"],
        how="left",
        maintain_order="left",
    )
    return joined.get_column("wrong").is_null() & joined.get_column("element_id").is_not_null()


def _with_values(
    lines: pl.DataFrame,
    is_asked: pl.Series,
    elements: Elements,
    heads: Mapping[str, str],
    faults: _Faults,
) -> pl.DataFrame:
    asked = lines.filter(is_asked)
    read = read_values(asked.select("element_id", "text", "unit"), elements.by_id)
    numbers = asked.get_column("line").to_list()
    for index, fault in read.faults.items():
        told = RowFault(fault.code, heads["value"], fault.message, fault.remedy)
        faults.by_line.setdefault(numbers[index], []).append(told)
    values = read.frame.with_columns(asked.get_column("line"))
    return lines.join(values, on="line", how="left", maintain_order="left").with_columns(
        pl.col("value_text").fill_null(""), pl.col("not_applicable").fill_null(False)
    )


def _check_scale(
    lines: pl.DataFrame, elements: Elements, heads: Mapping[str, str], faults: _Faults
) -> None:
    """A whole column ten thousand times off is refused, whatever each cell says."""
    sound = lines.drop_nulls("element_id").filter(
        pl.col("value_int").is_not_null() | pl.col("value_number").is_not_null()
    )
    for (element_id, unit), some in sound.group_by("element_id", "unit", maintain_order=True):
        element = elements.by_id[int(element_id)]
        info = elements.catalogue[element.element]
        findings = Findings()
        figures = some.select(
            value="value_int", value_decimal="value_number", reading=pl.lit(0, pl.UInt32)
        )
        refuse_wrong_scale(
            figures, [(info, (element.label_zh, str(unit)))], where="", findings=findings
        )
        if findings.any_fault:
            told = findings.faults[0].message
            fault = fault_from(
                "IMP-12",
                heads["unit"],
                element=element.label_zh,
                element_en=element.label_en,
                unit=unit,
                detail=told.zh,
                detail_en=told.en,
            )
            faults.add(some.get_column("line"), fault)


def _converted(lines: pl.DataFrame, elements: Elements) -> tuple[tuple[str, str, int], ...]:
    counted = (
        lines.filter(pl.col("value_int").is_not_null() | pl.col("value_number").is_not_null())
        .group_by("element_id", "unit")
        .len()
        .sort("element_id", "unit")
    )
    told = []
    for element_id, unit, count in counted.iter_rows():
        element = elements.by_id[element_id]
        if reading_of(elements.catalogue[element.element], "", unit).shift:
            told.append((element.label_zh, unit, count))
    return tuple(told)
