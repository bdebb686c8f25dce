"""Goals over a series of years: who belongs, what is weighed, what the chosen reading counts."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.format import Benchmark, Goal
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Text

PROVINCE, FENG, SUINING = "320000000000", "320321000000", "320324000000"
INCOME, PEOPLE = "disposable_income_per_rural_resident_fen", "rural_population"
GOAL = "rural_income_key_counties"
ON = date(2026, 3, 1)
READINGS = {f"{span}.{kind}" for span in ("yearly", "cumulative")
            for kind in ("panel", "cross_section")}  # fmt: skip

Rows = list[tuple[str, str, str, int | None]]


def tables(rows: Rows, *, members: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    places = pl.DataFrame(
        {
            "code": [PROVINCE, FENG, SUINING],
            "name": ["江苏省", "丰县", "睢宁县"],
            "level": ["province", "county", "county"],
            "parent_code": [None, PROVINCE, PROVINCE],
            "code_system": "nbs",
        }
    )
    indicators = pl.DataFrame(
        rows,
        schema={
            "place_code": pl.String,
            "indicator": pl.String,
            "period": pl.String,
            "value": pl.Int64,
        },
        orient="row",
    ).with_columns(pl.lit("final").alias("status"))
    given = {"places": places, "indicators": indicators}
    return given if members is None else {**given, "list_members": members}


def incomes(code: str, values: dict[int, int | None]) -> Rows:
    return [(code, INCOME, str(year), value) for year, value in values.items()]


def goal_rows(result: RunResult, **where: str) -> pl.DataFrame:
    rows = result.tables["goals"].filter(pl.col("goal_id") == GOAL)
    for column, value in where.items():
        rows = rows.filter(pl.col(column) == value)
    return rows


STEADY = incomes(PROVINCE, {2020: 200, 2025: 300}) + incomes(FENG, {2020: 100, 2025: 151})


def test_every_reading_is_there_for_every_year_and_the_whole_span() -> None:
    rows = goal_rows(run(load_scheme("js-2021"), tables(STEADY), ON), place_code=FENG)
    assert set(rows["reading"]) == READINGS
    yearly = rows.filter(pl.col("reading") == "yearly.panel")
    assert yearly["period"].to_list() == ["2021", "2022", "2023", "2024", "2025"]
    whole = rows.filter(pl.col("reading") == "cumulative.panel")
    assert whole.select("period", "result").rows() == [("2025", "met")]


def test_the_reading_that_is_chosen_decides_the_headline() -> None:
    figures = incomes(PROVINCE, {year: 100 * 2 ** (year - 2020) for year in range(2020, 2026)})
    figures += incomes(FENG, {2020: 100, 2021: 100, 2022: 500, 2023: 1100, 2024: 2300, 2025: 4700})
    scheme = load_scheme("js-2021")
    counted = {
        reading: run(scheme, tables(figures), ON, {"readings.A28": reading}).headline(
            f"goals.{GOAL}.met"
        )
        for reading in READINGS
    }
    assert counted == {
        "yearly.panel": 0, "yearly.cross_section": 0,
        "cumulative.panel": 1, "cumulative.cross_section": 1,
    }  # fmt: skip


def test_one_missing_weight_leaves_the_whole_body_unknown() -> None:
    figures = STEADY + incomes(SUINING, {2020: 100, 2025: 151})
    people = [(code, PEOPLE, year, 10) for code in (FENG, SUINING) for year in ("2020", "2025")]
    found = [
        goal_rows(run(load_scheme("js-2021"), tables(figures + part), ON),
                  scope="body", reading="cumulative.panel")["result"][0]
        for part in (people, people[:-1], people[1:])
    ]  # fmt: skip
    # A panel keeps the weights of the base year: those of 2025 are not asked for.
    assert found == ["met", "met", "unknown"]


def test_a_place_that_left_is_in_the_panel_and_not_in_the_cross_section() -> None:
    members = pl.DataFrame(
        {"place_code": [FENG], "class": ["key_county"], "entered_on": [date(2021, 2, 18)],
         "exited_on": [date(2024, 6, 30)]}
    )  # fmt: skip
    result = run(load_scheme("js-2021"), tables(STEADY, members=members), ON)
    found = {
        reading: goal_rows(result, place_code=FENG, reading=reading).height for reading in READINGS
    }
    assert found == {
        "yearly.panel": 5, "yearly.cross_section": 3,
        "cumulative.panel": 1, "cumulative.cross_section": 0,
    }  # fmt: skip


def with_series(scheme: Scheme, entries: dict[int, int]) -> Scheme:
    """The goal compared with a yearly series of the scheme instead of the province's figures."""
    goal = next(goal for goal in scheme.goals.goals if goal.id == GOAL)
    changed: Goal = goal.model_copy(update={"benchmark": Benchmark(series="goals.mean")})
    series = Dated(
        f"goals.{GOAL}.benchmark.series",
        Text("全省农村平均", "provincial rural mean"),
        entries=tuple((date(year, 1, 1), Figure("money", v)) for year, v in entries.items()),
        by_year_of_figures=True,
    )
    return replace(
        scheme,
        goals=scheme.goals.model_copy(update={"goals": (changed,)}),
        figures={**scheme.figures, series.path: series},
    )


@pytest.mark.parametrize(("mean", "result"), [(151, "not_met"), (150, "met")])
def test_the_benchmark_may_be_a_series_of_the_scheme(mean: int, result: str) -> None:
    scheme = with_series(load_scheme("js-2021"), {2020: 100, 2025: mean})
    rows = goal_rows(run(scheme, tables(STEADY), ON), place_code=FENG, reading="cumulative.panel")
    assert rows["result"].to_list() == [result]


def test_a_year_without_an_entry_in_the_series_is_unknown() -> None:
    scheme = with_series(load_scheme("js-2021"), {2020: 100, 2024: 110})
    rows = goal_rows(run(scheme, tables(STEADY), ON), place_code=FENG, reading="cumulative.panel")
    assert rows["result"].to_list() == ["unknown"]


def test_other_goals_keep_their_rows() -> None:
    result = run(load_scheme("js-2021"), tables(STEADY), ON)
    goals = set(result.tables["goals"]["goal_id"])
    assert {GOAL, "economic_vitality", "support_stability", "industry_share"} <= goals


def test_a_list_without_places_is_named_as_skipped() -> None:
    result = run(load_scheme("js-2021"), tables(STEADY), ON)
    reasons = [item.reason.zh for item in result.skipped if item.step == "goals"]
    assert any("经济薄弱村" in reason for reason in reasons)
