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
from pydantic import ValidationError

from bangfu.programme.case_claims import case_problems
from bangfu.programme.case_file import CaseFile, CasePlace
from bangfu.programme.chain import run
from bangfu.schemes.figures import read_figure
from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.load import Scheme
from bangfu.schemes.yaml_file import read_yaml_rows
from bangfu.vocabulary.errors import (
    BangfuError,
    ExpressionError,
    Fault,
    FaultsFound,
    SchemeFault,
)
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = [
    "CaseOutcome",
    "case_codes",
    "case_tables",
    "read_cases",
    "run_case",
    "run_cases",
]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A case that was run, and in what it departs from its claim."""

    name: str
    problems: tuple[Text, ...]


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
                            f"{path.name} #{position} {where}",
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
        problems = _refused(error)
    return CaseOutcome(case.name, problems)


def _refused(error: BangfuError) -> tuple[Text, ...]:
    if isinstance(error, FaultsFound):
        return tuple(Text(f.sentence("zh"), f.sentence("en")) for f in error.faults)
    if isinstance(error, ExpressionError):
        shown = f"{error.expression} ({error.code})"
        return (Text(f"{error.message.zh}：{shown}", f"{error.message.en}: {shown}"),)
    return (Text(str(error), str(error)),)


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
