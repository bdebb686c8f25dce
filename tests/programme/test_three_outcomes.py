"""A missing figure is unknown: never passed, never failed, never zero."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.schemes.load import load_scheme

ON = date(2025, 9, 1)
COUNTY, TOWN = "339900000000", "339901001000"
WAN = 1_000_000


def _tables(incomes: list[int | None], town_income: int | None) -> dict[str, pl.DataFrame]:
    """One township with a village per income, under an invented county of Wenzhou."""
    villages = [f"339901001{200 + n:03d}" for n in range(len(incomes))]
    places = pl.DataFrame(
        {
            "code": [COUNTY, TOWN, *villages],
            "name": ["示例县", "示例乡", *(f"示例村{n}" for n in range(len(villages)))],
            "level": ["county", "township", *["village"] * len(villages)],
            "parent_code": [None, COUNTY, *[TOWN] * len(villages)],
            "kind": [None, "乡", *["村委会"] * len(villages)],
            "code_system": "nbs",
            "tags": "山区海岛县",
        }
    )
    rows = [(TOWN, "disposable_income_per_resident_fen", town_income)]
    rows += [
        (code, "collective_operating_income_fen", income)
        for code, income in zip(villages, incomes, strict=True)
    ]
    indicators = pl.DataFrame(
        rows,
        schema={"place_code": pl.String, "indicator": pl.String, "value": pl.Int64},
        orient="row",
    ).with_columns(pl.lit("2024").alias("period"), pl.lit("final").alias("status"))
    return {"places": places, "indicators": indicators}


def _verdict(incomes: list[int | None], town_income: int | None) -> str:
    result = run(load_scheme("zj-2025-townships"), _tables(incomes, town_income), ON)
    return str(result.tables["targets"]["verdict"][0])


LOW, HIGH = 41_313_99, 41_314_00


@pytest.mark.parametrize(
    ("incomes", "town_income", "verdict"),
    [
        ([30 * WAN - 1, 50 * WAN], LOW, "yes"),
        ([30 * WAN, 50 * WAN], LOW, "no"),
        ([30 * WAN - 1], HIGH, "no"),
        ([None, 50 * WAN], LOW, "unknown"),
        ([None, 30 * WAN - 1], LOW, "yes"),
        ([None, 50 * WAN], HIGH, "no"),
        ([30 * WAN - 1], None, "unknown"),
        ([50 * WAN], None, "no"),
    ],
)
def test_a_township_is_decided_only_when_no_missing_figure_can_change_it(
    incomes: list[int | None], town_income: int | None, verdict: str
) -> None:
    assert verdict == _verdict(incomes, town_income)


def test_the_reason_shows_the_figures_and_the_range_of_a_count() -> None:
    tables = _tables([30 * WAN - 1, None, 50 * WAN], LOW)
    reason = run(load_scheme("zj-2025-townships"), tables, ON).tables["targets"]["reason"][0]
    assert "41313.99元" in reason
    assert "1至2" in reason


def test_a_village_with_one_missing_figure_is_unknown_and_the_others_are_not() -> None:
    codes = [f"339901001{200 + n:03d}" for n in range(3)]
    tables = _tables([10 * WAN, 10 * WAN, 10 * WAN], None)
    rows = [
        (code, element, value)
        for code in codes
        for element, value in (
            ("farmer_income_per_capita_fen", 20_000_00),
            ("low_income_households", 10),
            ("households", 100),
        )
        if not (code == codes[1] and element == "low_income_households")
    ]
    more = pl.DataFrame(
        rows, schema=["place_code", "indicator", "value"], orient="row"
    ).with_columns(pl.lit("2024").alias("period"), pl.lit("final").alias("status"))
    tables["indicators"] = pl.concat([tables["indicators"], more], how="diagonal")
    targets = run(load_scheme("zj-2025-villages"), tables, ON).tables["targets"]
    verdicts = dict(zip(targets["place_code"], targets["verdict"], strict=True))
    assert None is targets.filter(pl.col("place_code") == codes[1])["score"][0]
    assert [verdicts[code] for code in codes] == ["yes", "unknown", "yes"]
    fewer = run(
        load_scheme("zj-2025-villages"), tables, ON, {"targeting.villages.scoring.select": "1"}
    ).tables["targets"]
    # The one with a missing figure may still come first, so nobody is sure of the one place.
    assert fewer["verdict"].to_list() == ["unknown"] * 3
