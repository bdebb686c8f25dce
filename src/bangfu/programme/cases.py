"""Cases of a scheme (算例): small invented places and figures, and what must come out.

A case is a claim a cadre can read aloud. It is run through the whole chain, like real tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field, ValidationError

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.figures import read_figure
from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.format.common import Model
from bangfu.schemes.load import Scheme
from bangfu.schemes.yaml_file import read_yaml_rows
from bangfu.vocabulary.errors import BangfuError, Fault, SchemeFault
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = [
    "CaseOutcome",
    "as_output",
    "case_codes",
    "case_problems",
    "case_tables",
    "matching_rows",
    "read_cases",
    "run_case",
    "run_cases",
]


class CasePlace(Model):
    """One place; ``within`` names the one above, made where it is not listed."""

    name: str
    level: str
    within: str | None = None
    kind: str | None = None
    tags: str | None = None
    target_class: str | None = Field(default=None, alias="class")
    code: str | None = None
    county: str | None = None
    entered_on: date | None = None
    exited_on: date | None = None


class CaseInput(Model):
    """Places, their figures (place, element, year, value), and any further tables as rows."""

    places: tuple[CasePlace, ...] = ()
    figures: tuple[tuple[Any, ...], ...] = ()
    tables: dict[str, tuple[dict[str, Any], ...]] = Field(default_factory=dict)


class Total(Model):
    """A sum over some rows of an output table."""

    table: str
    column: str = ""
    where: dict[str, Any] = Field(default_factory=dict)
    equals: Any


class CaseFile(Model):
    """One case."""

    name: str
    on: date
    set: dict[str, str] = Field(default_factory=dict)
    input: CaseInput = CaseInput()
    output: dict[str, tuple[dict[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A case that was run, and in what it departs from its claim."""

    name: str
    problems: tuple[str, ...]


def run_cases(scheme: Scheme) -> Iterator[CaseOutcome]:
    """Run every case of a scheme."""
    for case in read_cases(scheme.folder):
        yield run_case(scheme, case)


def read_cases(folder: Path) -> list[CaseFile]:
    """The cases of a scheme folder, faults of form listed together."""
    cases: list[CaseFile] = []
    faults: list[Fault] = []
    for path in sorted((folder / "cases").glob("*.yaml")):
        for position, raw in enumerate(read_yaml_rows(path), start=1):
            try:
                cases.append(CaseFile.model_validate(raw))
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    where = ".".join(str(part) for part in problem["loc"])
                    faults.append(
                        Fault(
                            "CAS-01",
                            f"{path.name} 第 {position} 例 {where}",
                            Text(f"{problem['msg']}。", f"{problem['msg']}."),
                        )
                    )
    if faults:
        raise SchemeFault(faults)
    return cases


def run_case(scheme: Scheme, case: CaseFile) -> CaseOutcome:
    """Run one case and compare."""
    codes = case_codes(case.input.places)
    try:
        result = run(scheme, case_tables(scheme, case, codes), case.on, case.set)
        problems = tuple(case_problems(result, case, codes))
    except BangfuError as error:
        problems = (str(error),)
    return CaseOutcome(case.name, problems)


def case_codes(places: tuple[CasePlace, ...]) -> dict[str, str]:
    """A code for each place named, also for those only named as above another."""
    codes = {place.name: place.code for place in places if place.code}
    names = dict.fromkeys(
        [name for place in places for name in (place.name, place.within, place.county) if name]
    )
    for number, name in enumerate(names, start=1):
        codes.setdefault(name, f"99{number:010d}")
    return {name: code for name, code in codes.items() if code}


def case_tables(
    scheme: Scheme, case: CaseFile, codes: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    tables: dict[str, pl.DataFrame] = {}
    if case.input.places:
        tables["places"] = _places(case.input.places, codes)
        listed = [place for place in case.input.places if place.target_class]
        if listed:
            tables["list_members"] = pl.DataFrame(
                [(codes[p.name], p.target_class, p.entered_on, p.exited_on) for p in listed],
                schema={
                    "place_code": pl.String,
                    "class": pl.String,
                    "entered_on": pl.Date,
                    "exited_on": pl.Date,
                },
                orient="row",
            )
    if case.input.figures:
        tables["indicators"] = _indicators(scheme, case.input.figures, codes)
    for name, rows in case.input.tables.items():
        tables[name] = pl.DataFrame([_coded(row, codes) for row in rows], infer_schema_length=None)
    return tables


def _places(places: tuple[CasePlace, ...], codes: Mapping[str, str]) -> pl.DataFrame:
    rows = [
        {
            "code": codes[p.name],
            "name": p.name,
            "level": p.level,
            "parent_code": codes[p.within] if p.within else None,
            "kind": p.kind,
            "county_code": codes[p.county] if p.county else None,
            "tags": p.tags,
        }
        for p in places
    ]
    named = {place.name for place in places}
    for place in places:
        if place.within and place.within not in named:
            named.add(place.within)
            above = LEVELS[max(LEVELS.index(place.level) - 1, 0)]
            rows.append(
                {
                    "code": codes[place.within],
                    "name": place.within,
                    "level": above,
                    "parent_code": None,
                    "kind": None,
                    "county_code": None,
                    "tags": None,
                }
            )
    schema = dict.fromkeys(
        ("code", "name", "level", "parent_code", "kind", "county_code", "tags"), pl.String
    )
    return pl.DataFrame(rows, schema=schema).with_columns(pl.lit("nbs").alias("code_system"))


def _indicators(
    scheme: Scheme, figures: tuple[tuple[Any, ...], ...], codes: Mapping[str, str]
) -> pl.DataFrame:
    by_name = {element.name: element for element in scheme.catalogue.values()}
    rows = []
    for place, name, year, value, *status in figures:
        element = by_name.get(name) or scheme.catalogue[name]
        whole, decimal = _inside(element, value)
        rows.append(
            (codes[place], element.id, str(year), whole, decimal, status[0] if status else "final")
        )
    return pl.DataFrame(
        rows,
        schema={
            "place_code": pl.String,
            "indicator": pl.String,
            "period": pl.String,
            "value": pl.Int64,
            "value_decimal": pl.String,
            "status": pl.String,
        },
        orient="row",
    )


def _inside(element: DataElement, value: Any) -> tuple[int | None, str | None]:
    if value is None:
        return None, None
    if isinstance(value, str) and element.unit:
        value = value.removesuffix(element.unit)
    if element.kind == "number":
        return None, str(value)
    if element.kind == "bool":
        return int(value in (True, 1, "有", "true")), None
    if element.kind == "money":
        figure = read_figure(value)
        return (int(figure.value) if figure else None), None
    return int(value), None


def _coded(row: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, Any]:
    """A row in which a place is named, with its code instead."""
    coded = {
        key: date.fromisoformat(value) if key.endswith("_on") and isinstance(value, str) else value
        for key, value in row.items()
        if key != "place"
    }
    if "place" in row:
        coded["place_code"] = codes[row["place"]]
    return coded


def case_problems(result: RunResult, case: CaseFile, codes: Mapping[str, str]) -> Iterator[str]:
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


def _headline_problems(result: RunResult, row: Mapping[str, Any]) -> Iterator[str]:
    found = {item.id: item.value for item in result.headlines}
    wanted = _plain(row.get("value"))
    if row["id"] not in found:
        yield f"没有 {row['id']}；有 {', '.join(found)}"
    elif found[row["id"]] != wanted:
        yield f"{row['id']}：应为 {wanted}，得 {found[row['id']]}"


def _total_problems(
    result: RunResult, total: Total, codes: Mapping[str, str], *, counted: bool
) -> Iterator[str]:
    table = result.tables.get(total.table)
    rows = None if table is None else matching_rows(table, as_output(total.where, codes))
    if rows is None:
        yield f"没有结果表 {total.table}"
        return
    found = rows.height if counted else int(rows[total.column].sum())
    wanted = _plain(total.equals)
    if found != wanted:
        yield f"{total.table} {dict(total.where)}：应为 {wanted}，得 {found}"


def _row_problems(
    table: pl.DataFrame | None, name: str, wanted: Mapping[str, Any]
) -> Iterator[str]:
    """A row must stand in the table; otherwise the nearest rows are shown."""
    if table is None:
        yield f"没有结果表 {name}"
        return
    unknown = [column for column in wanted if column not in table.columns]
    if unknown:
        yield f"{name} 没有列 {', '.join(unknown)}；有 {', '.join(table.columns)}"
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
    yield f"{name}：没有 {dict(wanted)}；同一对象得到 {near.to_dicts()}"


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
