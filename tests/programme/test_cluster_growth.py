"""Growth after completion: which years are compared, and for which clusters at all."""

from datetime import date

import polars as pl
import pytest

from bangfu.engine.goals.rise import RISE_READINGS
from bangfu.programme.chain import run
from bangfu.schemes.format.clusters import GROWTH_READINGS
from bangfu.schemes.load import Scheme, load_scheme

HUB, VILLAGE = "339901001201", "339901001202"
WAN = 1_000_000
STARTED, BUILT = date(2025, 6, 1), date(2027, 6, 30)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme("zj-2025-clusters")


def growth(
    scheme: Scheme,
    on: date,
    incomes: dict[int, int],
    *,
    built: date | None = BUILT,
    status: str = "final",
    overlay: dict[str, str] | None = None,
) -> pl.DataFrame:
    """The growth rows of one surrounding village whose income is given by year, in 万元."""
    places = pl.DataFrame(
        {
            "code": ["339901001000", HUB, VILLAGE],
            "name": ["甲镇", "东村", "西村"],
            "level": ["township", "village", "village"],
            "parent_code": [None, "339901001000", "339901001000"],
            "code_system": "nbs",
        }
    )
    clusters = pl.DataFrame(
        {
            "cluster_code": "P",
            "place_code": [HUB, VILLAGE],
            "role": ["hub", "member"],
            "started_on": STARTED,
            "built_on": pl.Series([built, built], dtype=pl.Date),
        }
    )
    indicators = pl.DataFrame(
        [
            (VILLAGE, "collective_operating_income_fen", str(year), income * WAN, status)
            for year, income in incomes.items()
        ],
        schema={
            "place_code": pl.String,
            "indicator": pl.String,
            "period": pl.String,
            "value": pl.Int64,
            "status": pl.String,
        },
        orient="row",
    )
    tables = {"places": places, "clusters": clusters, "indicators": indicators}
    table = run(scheme, tables, on, overlay).tables["goals"]
    return table.filter((pl.col("goal_id") == "income_growth") & (pl.col("scope") == "each"))


BEFORE = {2022: 1000, 2023: 1100, 2024: 1210}


def test_the_latest_full_year_since_completion_is_tested(scheme: Scheme) -> None:
    incomes = {**BEFORE, 2027: 2000, 2028: 2240, 2029: 2240}
    in_2029 = growth(scheme, date(2029, 12, 31), incomes)
    assert in_2029["period"].unique().to_list() == ["2028"]
    assert in_2029["result"].to_list() == ["met", "not_met", "met"]
    in_2030 = growth(scheme, date(2030, 1, 1), incomes)
    assert in_2030["period"].unique().to_list() == ["2029"]
    assert in_2030["result"].to_list() == ["not_met", "not_met", "met"]


def test_the_year_of_completion_itself_is_no_full_year(scheme: Scheme) -> None:
    found = growth(scheme, date(2028, 12, 31), {**BEFORE, 2026: 1, 2027: 2000})
    assert found["result"].unique().to_list() == ["unknown"]
    assert found["reason"].unique().to_list() == ["建成后尚无完整年度"]


def test_a_cluster_not_built_has_no_growth_to_test(scheme: Scheme) -> None:
    assert growth(scheme, date(2029, 6, 1), BEFORE, built=None).is_empty()
    assert growth(scheme, date(2027, 6, 29), BEFORE).is_empty()


def test_early_figures_make_an_early_result(scheme: Scheme) -> None:
    incomes = {**BEFORE, 2027: 2000, 2028: 2240}
    final, early = (
        growth(scheme, date(2029, 6, 1), incomes, status=status)
        for status in ("final", "provisional")
    )
    assert final["result"].to_list() == early["result"].to_list()
    assert (final["status"][0], early["status"][0]) == ("final", "provisional")


def test_the_number_of_years_before_can_be_set(scheme: Scheme) -> None:
    incomes = {2021: 1000, **BEFORE, 2027: 2000, 2028: 2240}
    # Over three years the mean falls to two thirds of ten per cent.
    three = growth(scheme, date(2029, 6, 1), incomes, overlay={"clusters.growth_base_years": "3"})
    assert three["threshold"][0] == "8.00%"
    assert "建设前3年平均增幅6.67%" in three["reason"][0]


def test_without_a_line_nothing_is_tested(scheme: Scheme) -> None:
    unset = {"clusters.growth.threshold": "null"}
    assert growth(scheme, date(2029, 6, 1), BEFORE, overlay=unset).is_empty()


def test_the_format_and_the_engine_know_the_same_readings() -> None:
    assert GROWTH_READINGS == RISE_READINGS
