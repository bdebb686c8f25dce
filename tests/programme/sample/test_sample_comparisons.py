"""A sample of a scheme that compares with the province: its goals come out decided."""

import polars as pl
import pytest

from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.programme.sample.make import make_sample
from bangfu.programme.sample.setting import Setting
from bangfu.programme.tables.read import read_folder
from bangfu.schemes.load import Scheme, load_scheme


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme("js-2021")


@pytest.fixture(scope="module")
def result(scheme: Scheme, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("jiangsu") / "sample"
    make_sample(scheme, folder, size="county", seed=1)
    tables = read_folder(folder, catalogue=reader_catalogue(scheme.catalogue)).tables
    return run(scheme, tables, Setting(scheme, "county", 1).as_of)


def test_growth_beside_the_province_is_decided_in_every_reading(result: RunResult) -> None:
    goals = result.tables["goals"].filter(pl.col("result").is_in(["met", "not_met", "unknown"]))
    decided = goals.group_by("goal_id").agg(
        pl.col("reading").n_unique(), (pl.col("result") == "unknown").sum().alias("unknown")
    )
    assert sorted(decided.rows()) == [
        ("low_income_income", 4, 0),
        ("rural_income_areas", 4, 0),
        ("rural_income_old_areas", 4, 0),
        ("weak_village_income", 4, 0),
    ]


def test_the_figures_reach_back_to_the_base_year_and_hold_the_province(
    scheme: Scheme, result: RunResult
) -> None:
    assert Setting(scheme, "county", 1).years == (2020, 2021, 2022, 2023, 2024, 2025)
    low_income = result.tables["goals"].filter(
        pl.col("goal_id") == "low_income_income", pl.col("scope") == "each"
    )
    assert low_income["place_code"].drop_nulls().unique().to_list() == ["320000000000"]


def test_a_scheme_that_compares_with_nothing_keeps_three_years_and_no_province() -> None:
    setting = Setting(load_scheme("gd-2021"), "county", 1)
    assert setting.years == (2023, 2024, 2025)
    assert setting.compared == ()
