"""What falls due in a year, and which posts there must be, from lists of the declared sizes."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.load import load_scheme


def _listed(classes: dict[str, tuple[str, int]]) -> dict[str, pl.DataFrame]:
    """Places of the classes' levels under one invented county, all of them listed."""
    rows = [
        ("619900000000", "示例市", "city", None, None),
        ("619901000000", "示例县", "county", "619900000000", None),
    ]
    members = []
    for number, (name, (level, size)) in enumerate(classes.items()):
        for index in range(size):
            code = f"6199019{number}{index:04d}"
            kind = "镇" if level == "township" else "村委会"
            rows.append((code, f"示例{number}-{index}", level, "619901000000", kind))
            members.append((code, name))
    places = pl.DataFrame(
        rows, schema=["code", "name", "level", "parent_code", "kind"], orient="row"
    ).with_columns(pl.lit("nbs").alias("code_system"))
    listed = pl.DataFrame(members, schema=["place_code", "class"], orient="row")
    return {"places": places, "list_members": listed}


@pytest.fixture(scope="module")
def tongchuan() -> RunResult:
    tables = _listed(
        {
            "provincial_town": ("township", 3),
            "city_town": ("township", 2),
            "provincial_village": ("village", 18),
            "city_village": ("village", 13),
        }
    )
    return run(load_scheme("tc-2023"), tables, date(2024, 6, 1))


def _in_2024(result: RunResult, *clauses: str) -> int:
    table = result.tables["duties"].filter(pl.col("period").str.starts_with("2024"))
    cited = pl.any_horizontal(pl.col("clauses").str.contains(clause) for clause in clauses)
    return table.filter(cited).height


def test_slots_of_tongchuan_are_146(tongchuan: RunResult) -> None:
    table = tongchuan.tables["slots"]
    assert table["required"].sum() == 146
    per_place = dict(table.group_by("place_code").agg(pl.col("required").sum()).iter_rows())
    assert sorted(per_place.values(), key=lambda n: (n != 6, -n)) == [6] * 3 + [4] * 31 + [2] * 2
    assert 146 == tongchuan.headline("slots.required") == tongchuan.headline("slots.declared")


@pytest.mark.parametrize(
    ("clause", "number"),
    [
        ("TC-67", 3),
        ("TC-68", 31),
        ("TC-58", 2 * 36),
        ("TC-28", 31),
        ("TC-75", 5 + 31),
        ("TC-72", 36),
    ],
)
def test_duties_of_tongchuan_in_a_year(tongchuan: RunResult, clause: str, number: int) -> None:
    assert number == _in_2024(tongchuan, clause)


def test_filing_has_no_due_day_because_none_is_stated(tongchuan: RunResult) -> None:
    rows = tongchuan.tables["duties"].filter(pl.col("clauses").str.contains("TC-72"))
    assert rows.height == rows["due"].null_count()


def test_zhejiang_studies_304_a_year() -> None:
    tables = _listed(
        {"mountain_island_township": ("township", 69), "other_township": ("township", 7)}
    )
    result = run(load_scheme("zj-2025-townships"), tables, date(2026, 6, 1))
    rows = result.tables["duties"].filter(
        pl.col("clauses").str.contains("ZJ-T-20") & pl.col("period").str.starts_with("2026")
    )
    assert rows.height == 304
    assert rows["period"].n_unique() == 4


def test_zhejiang_visits_2300_a_year() -> None:
    result = run(
        load_scheme("zj-2025-villages"),
        _listed({"weak_village": ("village", 575)}),
        date(2026, 6, 1),
    )
    rows = result.tables["duties"].filter(
        pl.col("clauses").str.contains("ZJ-V-18") & pl.col("period").str.starts_with("2026")
    )
    assert rows.height == 2300


def test_without_a_table_of_holders_presence_is_unknown_not_zero(tongchuan: RunResult) -> None:
    assert tongchuan.tables["slots"]["present"].null_count() == tongchuan.tables["slots"].height
    assert tongchuan.headline("slots.filled") is None


def test_either_first_secretary_or_team_fills_the_slot() -> None:
    tables = _listed({"provincial_village": ("village", 2)})
    codes = tables["list_members"]["place_code"].to_list()
    tables["staff"] = pl.DataFrame(
        {
            "place_code": codes,
            "post": ["第一书记", "work_team"],
            "starts_on": [date(2023, 5, 1)] * 2,
            "ends_on": [None, None],
        },
        schema={
            "place_code": pl.String,
            "post": pl.String,
            "starts_on": pl.Date,
            "ends_on": pl.Date,
        },
    )
    table = run(load_scheme("tc-2023"), tables, date(2024, 6, 1)).tables["slots"]
    resident = table.filter(pl.col("slot").str.contains("secretary|resident"))
    assert resident["present"].to_list() == [1, 1]


def test_a_place_that_left_keeps_its_visits_for_three_years() -> None:
    tables = _listed({"weak_village": ("village", 1)})
    tables["list_members"] = tables["list_members"].with_columns(
        pl.lit(date(2025, 12, 31)).alias("exited_on"),
        pl.lit(None, dtype=pl.Date).alias("entered_on"),
    )
    result = run(load_scheme("zj-2025-villages"), tables, date(2026, 6, 1))
    exits = result.tables["exits"].row(0, named=True)
    assert (date(2025, 12, 31), date(2028, 12, 31)) == (
        exits["decided_on"],
        exits["retained_until"],
    )
    assert exits["state"] == "exited_retained"
    visits = result.tables["duties"].filter(pl.col("clauses").str.contains("ZJ-V-18"))
    assert visits["period"].max() == "2027Q4"
