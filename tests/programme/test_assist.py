"""Tiers of assistance in a run: codes only, counted by county, decided by people."""

from datetime import date

import polars as pl

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.load import load_scheme

FENG, PEI = "320321000000", "320322000000"
ON = date(2024, 12, 31)


def ran(households: pl.DataFrame | None, **settings: str) -> RunResult:
    tables = {
        "places": pl.DataFrame(
            {"code": [FENG, PEI], "name": ["丰县", "沛县"], "level": "county",
             "parent_code": None, "code_system": "nbs"},
            schema_overrides={"parent_code": pl.String},
        ),
        "indicators": pl.DataFrame(
            {"place_code": [FENG, PEI], "indicator": "subsistence_line_fen",
             "period": ["2024-07", "2025-07"], "value": [80_000, 90_000]}
        ),
    }  # fmt: skip
    if households is not None:
        tables["households"] = households
    return run(load_scheme("js-2021"), tables, ON, settings)


def households(**columns: object) -> pl.DataFrame:
    standard: dict[str, object] = {
        "household_code": ["H1", "H2"], "place_code": [FENG, PEI], "persons": "2",
        "income_fen": "2000000", "rigid_spending_fen": "0", "asset_test": "是", "category": "无",
    }  # fmt: skip
    return pl.DataFrame({**standard, **columns})


def test_texts_of_a_file_are_read_and_a_line_not_yet_in_force_is_unknown() -> None:
    tiers = ran(households()).tables["tiers"]
    assert tiers.select("household_code", "verdict", "tier").rows() == [
        ("H1", "yes", "2"),
        ("H2", "unknown", "2"),
    ]
    assert "缺：当地低保标准" in tiers["reason"][1]


def test_names_never_reach_a_result() -> None:
    result = ran(households(户主姓名=["张某甲", "李某乙"], id_number=["A123", "B456"]))
    for table in result.tables.values():
        text = table.write_csv()
        assert not [word for word in ("张某甲", "李某乙", "A123", "B456") if word in text]


def test_counts_by_county_add_up_to_the_households() -> None:
    counts = ran(households()).tables["tier_counts"]
    assert counts.select("county_code", "name", "verdict", "households", "persons").rows() == [
        (FENG, "丰县", "yes", 1, 2),
        (PEI, "沛县", "unknown", 1, 2),
    ]


def test_people_decide_and_the_result_says_so() -> None:
    notices = [notice for notice in ran(households()).notices if notice.step == "assistance"]
    assert "民政部门" in notices[0].message.zh


def test_the_multiple_can_be_changed_for_a_trial() -> None:
    rows = households(place_code=FENG, income_fen=["3840000", "5760000"])
    assert ran(rows).tables["tiers"]["verdict"].to_list() == ["yes", "no"]
    changed = ran(rows, **{"assistance.income_multiple": "3"}).tables["tiers"]
    assert changed["verdict"].to_list() == ["yes", "yes"]
    assert changed["boundary"].to_list() == [False, True]


def test_a_household_in_no_known_county_is_unknown() -> None:
    tiers = ran(households(place_code=["329999000000", FENG])).tables["tiers"]
    assert tiers["verdict"].to_list() == ["unknown", "yes"]
    assert tiers["county_code"].to_list() == [None, FENG]


def test_without_the_table_nothing_is_worked_out() -> None:
    result = ran(None)
    assert "tiers" not in result.tables
    assert ("assistance", "households") in {(s.step, s.needs) for s in result.skipped}
