"""How firm lists are: who falls with a weight or a threshold, and who stands close to one."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.whatif import (
    Ground,
    borderline_places,
    lay_ground,
    moves_by_threshold,
    require_change,
    require_margin,
    stays_by_weight,
)
from bangfu.schemes.load import load_scheme
from bangfu.schemes.overlay import apply_overlay
from bangfu.vocabulary.errors import FaultsFound

WAN = 1_000_000
INVENTED = Path(__file__).parents[2] / "schemes" / "invented"
COUNTY, TOWN = "990101000000", "990101001000"


def townships(incomes: dict[int, int], *, village_wan: int = 10, year: int = 2025) -> Ground:
    """A county with a township per income (number -> yuan), each with one village."""
    places = [(COUNTY, "甲县", "county", None, None)]
    figures = []
    for number, income in incomes.items():
        town = f"990101{number:03d}000"
        village = f"{town[:9]}201"
        places += [(town, f"乡{number}", "township", COUNTY, "乡"),
                   (village, f"村{number}", "village", town, "村委会")]  # fmt: skip
        figures += [(town, "disposable_income_per_resident_fen", income * 100),
                    (village, "collective_operating_income_fen", village_wan * WAN)]  # fmt: skip
    given = {
        "places": pl.DataFrame(
            places, schema=["code", "name", "level", "parent_code", "kind"], orient="row"
        ).with_columns(pl.lit("nbs").alias("code_system")),
        "indicators": pl.DataFrame(
            figures, schema=["place_code", "indicator", "value"], orient="row"
        ).with_columns(pl.lit(str(year)).alias("period"), pl.lit("final").alias("status")),
    }
    return lay_ground(load_scheme(INVENTED), given, date(2026, 6, 1))


def ranked(points: dict[str, tuple[int, int]], *, select: int) -> Ground:
    """Villages by name: collective income in 万元, low-income households of 100."""
    scheme = apply_overlay(
        load_scheme("zj-2025-villages"), {"targeting.villages.scoring.select": str(select)}
    )
    codes = {name: f"339901001{number}" for number, name in enumerate(points, start=201)}
    county = "339901000000"
    places = pl.DataFrame(
        [(county, "丙县", "county", None, None)]
        + [(code, name, "village", county, "村委会") for name, code in codes.items()],
        schema=["code", "name", "level", "parent_code", "kind"], orient="row",
    ).with_columns(pl.lit("nbs").alias("code_system"), pl.lit("山区海岛县").alias("tags"))  # fmt: skip
    figures = []
    for name, (income, poor) in points.items():
        figures += [(codes[name], "collective_operating_income_fen", income * WAN),
                    (codes[name], "farmer_income_per_capita_fen", 3 * WAN),
                    (codes[name], "low_income_households", poor),
                    (codes[name], "households", 100)]  # fmt: skip
    indicators = pl.DataFrame(
        figures, schema=["place_code", "indicator", "value"], orient="row"
    ).with_columns(pl.lit("2024").alias("period"), pl.lit("final").alias("status"))
    return lay_ground(scheme, {"places": places, "indicators": indicators}, date(2025, 12, 31))


def test_a_place_that_leads_in_one_thing_only_falls_with_its_weight() -> None:
    # Points: 稳 9000+5000+5000, 收 9500+5000+2000, 户 3000+5000+8000: the second seat is contested.
    ground = ranked({"稳": (6, 10), "收": (3, 4), "户": (42, 16), "远": (60, 0)}, select=2)
    found = stays_by_weight(ground, change_pct=10)
    counts = {row["name"]: (row["verdict"], row["inside"], row["outside"], row["runs"])
              for row in found.iter_rows(named=True)}  # fmt: skip
    assert counts["稳"] == ("yes", 7, 0, 7)
    assert counts["户"] == ("no", 2, 5, 7)
    assert counts["收"] == ("yes", 5, 2, 7)
    assert "远" not in counts
    assert found["county"].to_list() == ["丙县"] * 3


def test_the_base_of_the_stability_is_the_verdict_of_the_run() -> None:
    ground = ranked({"稳": (6, 10), "收": (3, 4), "户": (42, 16), "远": (60, 0)}, select=2)
    found = dict(stays_by_weight(ground, change_pct=10).select("place_code", "verdict").iter_rows())
    verdicts = dict(ground.verdicts.select("place_code", "verdict").iter_rows())
    assert {code: verdicts[code] for code in found} == found


def test_each_threshold_is_moved_both_ways_and_those_who_change_are_named() -> None:
    ground = townships({1: 11_000, 2: 12_500, 3: 13_500})
    found = moves_by_threshold(ground, change_pct=10)
    wanted = ("path", "change_pct", "value_varied", "name", "county", "verdict_base")
    assert found.select(wanted).rows() == [
        ("targeting.resident_income_line", -10, "1.08万元", "乡1", "甲县", "yes"),
        ("targeting.resident_income_line", 10, "1.32万元", "乡2", "甲县", "no"),
    ]
    assert found["clauses"].to_list() == ["EX-01", "EX-01"]


def test_a_yearly_series_is_moved_for_the_year_of_the_figures() -> None:
    scheme = load_scheme("zj-2025-townships")
    town, village, county = "339901001000", "339901001201", "339901000000"
    places = pl.DataFrame(
        [(county, "丙县", "county", None, None), (town, "示例乡", "township", county, "乡"),
         (village, "示例村", "village", town, "村委会")],
        schema=["code", "name", "level", "parent_code", "kind"], orient="row",
    ).with_columns(pl.lit("nbs").alias("code_system"))  # fmt: skip
    indicators = pl.DataFrame(
        {
            "place_code": [town, village],
            "indicator": ["disposable_income_per_resident_fen", "collective_operating_income_fen"],
            "period": "2024",
            "value": [4 * WAN, 10 * WAN],
            "status": "final",
        }
    )
    ground = lay_ground(scheme, {"places": places, "indicators": indicators}, date(2025, 12, 31))
    found = moves_by_threshold(ground, change_pct=10)
    # 41,314 yuan of 2024 less a tenth is 37,182.6; the township has 40,000.
    assert found.select("value_base", "value_varied", "verdict_base", "verdict_varied").rows() == [
        ("4.1314万元", "37,182.6元", "yes", "no")
    ]


def test_borderline_places_come_nearest_first_with_the_distance_in_yuan() -> None:
    ground = townships({1: 11_990, 2: 12_000, 3: 12_600, 4: 12_601, 5: 11_300})
    found = borderline_places(ground, margin_pct=5)
    line = found.filter(pl.col("path") == "targeting.resident_income_line")
    assert (line.select("name", "distance_yuan", "side").rows()) == [
        ("乡2", "0.00", "at"),
        ("乡1", "-10.00", "below"),
        ("乡3", "600.00", "above"),
    ]
    assert {"EX-01"} == set(line["clauses"])
    assert {("criterion", "2025", "2025")} == set(line.select("source", "period", "due").rows())


def test_the_members_a_criterion_counts_are_looked_at_one_by_one() -> None:
    found = borderline_places(townships({1: 9_000}, village_wan=19), margin_pct=5)
    line = found.filter(pl.col("path") == "targeting.village_income_line")
    assert line.select("name", "distance_fen").rows() == [("村1", -1 * WAN)]


def test_a_goal_of_a_later_year_is_measured_on_the_last_figures_there_are() -> None:
    found = borderline_places(townships({1: 9_000}, village_wan=19), margin_pct=5)
    goal = found.filter(pl.col("source") == "goal")
    wanted = ("id", "name", "period", "due", "distance_yuan", "clauses")
    assert (goal.select(wanted).rows()) == [
        ("village_income_2026", "村1", "2025", "2026", "-10000.00", "EX-02")
    ]


def test_a_list_that_the_office_gives_has_nothing_to_move() -> None:
    ground = lay_ground(load_scheme("gd-2021"), {}, date(2024, 6, 1))
    assert stays_by_weight(ground, change_pct=10).is_empty()
    assert moves_by_threshold(ground, change_pct=10).is_empty()
    assert borderline_places(ground, margin_pct=5).is_empty()


@pytest.mark.parametrize("change", [0, -5, 100])
def test_a_change_that_is_none_or_all_is_refused(change: int) -> None:
    with pytest.raises(FaultsFound, match="STB-01"):
        require_change(change)


@pytest.mark.parametrize("margin", [-1, 101])
def test_a_margin_out_of_reach_is_refused(margin: int) -> None:
    with pytest.raises(FaultsFound, match="STB-02"):
        require_margin(margin)
