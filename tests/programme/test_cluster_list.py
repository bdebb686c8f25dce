"""Clusters of declared size through the whole chain: who manages, who leads, and the goals met."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.load import Scheme, load_scheme

ON = date(2028, 3, 1)
COUNTY, OTHER_COUNTY = "339901000000", "339902000000"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme("zj-2025-clusters")


def places(*villages: tuple[str, str], tags: dict[str, str] | None = None) -> pl.DataFrame:
    """Villages under townships that end in a county of one city."""
    towns = sorted({town for _, town in villages})
    rows = [
        ("339900000000", "示例市", "city", None),
        (COUNTY, "示例县", "county", "339900000000"),
        (OTHER_COUNTY, "邻县", "county", "339900000000"),
        *((town, town, "township", f"{town[:6]}000000") for town in towns),
        *((code, f"村{code[-4:]}", "village", town) for code, town in villages),
    ]
    return pl.DataFrame(
        rows, schema=["code", "name", "level", "parent_code"], orient="row"
    ).with_columns(
        pl.lit("nbs").alias("code_system"),
        pl.col("code")
        .replace_strict(tags or {}, default=None, return_dtype=pl.String)
        .alias("tags"),
    )


def members(*rows: tuple[str, str, str, date | None]) -> pl.DataFrame:
    schema = {"cluster_code": pl.String, "place_code": pl.String, "role": pl.String,
              "started_on": pl.Date}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def many(scheme: Scheme, clusters: int, surrounding: int, start: date) -> RunResult:
    """So many clusters with so many surrounding villages in all, spread over them."""
    town = "339901001000"
    hubs = [f"339901001{n:03d}" for n in range(1, clusters + 1)]
    others = [f"3399020{n:05d}" for n in range(surrounding)]
    rows = [(f"P{n}", hub, "hub", start) for n, hub in enumerate(hubs)]
    rows += [(f"P{n % clusters}", code, "member", start) for n, code in enumerate(others)]
    table = places(*((code, town) for code in (*hubs, *others)))
    return run(scheme, {"places": table, "clusters": members(*rows)}, ON)


def goal(result: RunResult, goal_id: str, reading: str = "started") -> tuple[str, str]:
    rows = result.tables["goals"].filter(
        (pl.col("goal_id") == goal_id) & (pl.col("reading") == reading)
    )
    (found,) = rows.select("result", "value").rows()
    return found


@pytest.mark.parametrize(("number", "expected"), [(200, "met"), (199, "not_met")])
def test_200_clusters_of_2025_are_enough_and_199_are_not(
    scheme: Scheme, number: int, expected: str
) -> None:
    result = many(scheme, number, 0, date(2025, 12, 31))
    assert goal(result, "clusters_2025") == (expected, str(number))
    assert goal(result, "clusters_2025", "built") == ("not_met", "0")


@pytest.mark.parametrize(("number", "expected"), [(3000, "met"), (2999, "not_met")])
def test_3000_surrounding_villages_are_enough_and_2999_are_not(
    scheme: Scheme, number: int, expected: str
) -> None:
    result = many(scheme, 500, number, date(2027, 12, 31))
    assert goal(result, "surrounding_villages_2027") == (expected, str(number))
    assert goal(result, "clusters_2027") == ("met", "500")
    # The 500 are counted to the end of 2027; those of 2025 are a goal of that year alone.
    assert goal(result, "clusters_2025") == ("not_met", "0")


def test_six_villages_on_average_are_told_and_ask_nothing(scheme: Scheme) -> None:
    result = many(scheme, 2, 1, date(2025, 6, 1))
    told = [notice.message.zh for notice in result.notices if notice.step == "clusters"]
    assert ["6 个周边村" in text and "不是规定" in text for text in told] == [True]


A, B, C = "339901001201", "339901002201", "339902001201"
TOWNS = {A: "339901001000", B: "339901002000", C: "339902001000"}


@pytest.mark.parametrize(
    ("codes", "level", "manager"),
    [
        ((A,), "township", "339901001000"),
        ((A, B), "county", COUNTY),
        ((A, B, C), "city", "339900000000"),
    ],
)
def test_management_is_lifted_one_level_above_what_is_crossed(
    scheme: Scheme, codes: tuple[str, ...], level: str, manager: str
) -> None:
    rows = [("P", code, "hub" if code == A else "member", None) for code in codes]
    tables = {
        "places": places(*((code, TOWNS[code]) for code in codes)),
        "clusters": members(*rows),
    }
    found = run(scheme, tables, ON).tables["clusters"].row(0, named=True)
    assert (found["management_level"], found["manager_code"]) == (level, manager)


def test_two_townships_and_a_village_unknown_may_be_the_countys_or_the_citys(
    scheme: Scheme,
) -> None:
    rows = [("P", A, "hub", None), ("P", B, "member", None), ("P", "339801001201", "member", None)]
    tables = {"places": places((A, TOWNS[A]), (B, TOWNS[B])), "clusters": members(*rows)}
    found = run(scheme, tables, ON).tables["clusters"].row(0, named=True)
    assert (found["cross_town"], found["cross_county"]) == (True, None)
    assert found["management_level"] is None
    assert "管理层级未定" in found["reason"]


def test_a_county_that_reports_for_a_zone_is_the_county_crossed(scheme: Scheme) -> None:
    table = places((A, TOWNS[A]), (B, TOWNS[B])).with_columns(
        pl.when(pl.col("code") == B).then(pl.lit(OTHER_COUNTY)).alias("county_code")
    )
    tables = {"places": table, "clusters": members(("P", A, "hub", None), ("P", B, "member", None))}
    assert run(scheme, tables, ON).tables["clusters"]["cross_county"].to_list() == [True]


def test_weak_villages_inside_are_counted_once(scheme: Scheme) -> None:
    table = places((A, TOWNS[A]), (B, TOWNS[B]), tags={B: "山区海岛县;相对薄弱村"})
    rows = [("P", A, "hub", None), ("P", B, "member", None), ("Q", B, "hub", None)]
    result = run(scheme, {"places": table, "clusters": members(*rows)}, ON)
    assert result.tables["clusters"]["weak_villages"].to_list() == [1, 1]
    assert result.headline("clusters.weak_villages") == 1


def test_a_list_without_fault_passes_every_check(scheme: Scheme) -> None:
    rows = [("P", A, "hub", date(2026, 6, 1)), ("P", B, "member", date(2026, 6, 1))]
    tables = {"places": places((A, TOWNS[A]), (B, TOWNS[B])), "clusters": members(*rows)}
    result = run(scheme, tables, ON)
    assert {c.outcome for c in result.checks if c.id.startswith("clusters.")} == {"passed"}
    assert not result.failed


def test_a_cluster_without_a_hub_fails_the_run_and_is_named(scheme: Scheme) -> None:
    tables = {"places": places((A, TOWNS[A])), "clusters": members(("P", A, "member", None))}
    result = run(scheme, tables, ON)
    (check,) = (c for c in result.checks if c.id == "clusters.hub_missing")
    assert result.failed
    assert ("：P。" in check.message.zh, ": P." in check.message.en) == (True, True)


def test_an_upper_bound_that_is_set_is_kept(scheme: Scheme) -> None:
    rows = [("P", A, "hub", None), ("P", B, "member", None), ("P", C, "member", None)]
    tables = {"places": places(*TOWNS.items()), "clusters": members(*rows)}
    for bound, outcome in (("3", "passed"), ("2", "warning")):
        result = run(scheme, tables, ON, {"clusters.membership.at_most": bound})
        assert {c.outcome for c in result.checks if c.id == "clusters.size"} == {outcome}


def test_a_period_that_is_changed_moves_the_planned_end(scheme: Scheme) -> None:
    tables = {
        "places": places((A, TOWNS[A])),
        "clusters": members(("P", A, "hub", date(2024, 2, 29))),
    }
    found = run(scheme, tables, ON, {"clusters.building.longest": "4年"}).tables["clusters"]
    assert found["planned_end_from"].to_list() == [date(2026, 2, 28)]
    assert found["planned_end_to"].to_list() == [date(2028, 2, 29)]
    assert found["state"].to_list() == ["overdue"]


def test_a_planned_cluster_is_not_counted_before_its_day(scheme: Scheme) -> None:
    tables = {
        "places": places((A, TOWNS[A])),
        "clusters": members(("P", A, "hub", date(2025, 9, 1))),
    }
    before = run(scheme, tables, date(2025, 8, 31))
    assert before.tables["clusters"]["state"].to_list() == ["planned"]
    assert before.headline("clusters.clusters_2025") == 0
    assert run(scheme, tables, date(2025, 9, 1)).headline("clusters.clusters_2025") == 1


def test_without_a_list_the_declared_numbers_stand_and_nothing_is_counted(scheme: Scheme) -> None:
    result = run(scheme, {"places": places((A, TOWNS[A]))}, ON)
    declared = [result.headline(f"clusters.{name}.declared") for name in
                ("clusters_2025", "clusters_2027", "surrounding_villages_2027")]  # fmt: skip
    assert declared == [200, 500, 3000]
    assert "clusters" not in result.tables
    assert [item.needs for item in result.skipped if item.step == "clusters"] == ["clusters"]


def test_a_scheme_without_clusters_says_nothing_of_them() -> None:
    tables = {"places": places((A, TOWNS[A])), "clusters": members(("P", A, "hub", None))}
    result = run(load_scheme("zj-2025-villages"), tables, date(2026, 3, 1))
    assert "clusters" not in result.tables
    assert not [item for item in result.headlines if item.step == "clusters"]
