"""A trial says who and how much, by county: one threshold, one weight, one share, one reading."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.whatif import WhatIf, what_if
from bangfu.programme.whatif.money import money_totals
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import apply_overlay
from bangfu.vocabulary.errors import FaultsFound

WAN = 1_000_000
ON = date(2026, 6, 1)
INVENTED = Path(__file__).parents[2] / "schemes" / "invented"
SCHEME = load_scheme(INVENTED)
COUNTIES = {"990101000000": "甲县", "990201000000": "乙县"}
#: Residents' income of 2025 in yuan, villages' income of 2025 and 2026 in 万元.
TOWNS = {
    "990101001000": (11_000, ((10, 18), (30, 31))),
    "990101002000": (11_900, ((25, 26), (27, 28))),
    "990201001000": (12_500, ((15, 16),)),
    "990201002000": (11_500, ((19, 22),)),
}
IN_A, NEAR_A, NEAR_B, IN_B = TOWNS
SPLIT = "funding.town_fund.ratio"


def tables(*, list_members: tuple[str, ...] = ()) -> dict[str, pl.DataFrame]:
    """Two counties with two townships each; the first of 甲 and the last of 乙 are proposed."""
    places = [(code, name, "county", None, None) for code, name in COUNTIES.items()]
    figures: list[tuple[str, str, str, int]] = []
    for code, (income, villages) in TOWNS.items():
        places.append((code, f"乡{code[5:9]}", "township", f"{code[:6]}000000", "乡"))
        figures.append((code, "disposable_income_per_resident_fen", "2025", income * 100))
        for number, (before, now) in enumerate(villages, start=201):
            village = f"{code[:9]}{number}"
            places.append((village, f"村{number}", "village", code, "村委会"))
            for year, value in (("2025", before), ("2026", now)):
                figures.append((village, "collective_operating_income_fen", year, value * WAN))
    found = {
        "places": pl.DataFrame(
            places, schema=["code", "name", "level", "parent_code", "kind"], orient="row"
        ).with_columns(pl.lit("nbs").alias("code_system")),
        "indicators": pl.DataFrame(
            figures, schema=["place_code", "indicator", "period", "value"], orient="row"
        ).with_columns(pl.lit("final").alias("status")),
    }
    if list_members:
        found["list_members"] = pl.DataFrame(
            {"place_code": list_members, "class": ["city_town"] * len(list_members)}
        )
    return found


def tried(*, scheme: Scheme = SCHEME, **overlay: str) -> WhatIf:
    named = {key.replace("__", "."): raw for key, raw in overlay.items()}
    return what_if(scheme, tables(), ON, named)


def by_county(found: WhatIf, *columns: str) -> dict[str, tuple[int, ...]]:
    return {row["county"]: tuple(row[name] for name in columns)
            for row in found.counties.iter_rows(named=True)}  # fmt: skip


def who(found: WhatIf) -> dict[str, str]:
    return dict(found.targets.select("place_code", "change").iter_rows())


def test_a_threshold_brings_in_one_township_with_its_money_posts_and_duties() -> None:
    found = tried(targeting__village_income_line="26万元")
    assert who(found) == {NEAR_A: "in"}
    assert by_county(found, "yes_base", "yes_trial", "newly_in", "newly_out") == {
        "甲县": (1, 2, 1, 0)
    }
    money = money_totals(found.money, ["payee", "year"])
    expected = [("甲县", year, 300 * WAN, 600 * WAN, 300 * WAN) for year in (2024, 2025, 2026)]
    assert expected == money.filter(pl.col("difference_fen") != 0).rows()
    changed = found.counts.filter(pl.col("difference") != 0)
    posts = changed.filter(pl.col("step") == "slots")
    assert posts.select("id", "county", "base", "trial").rows() == [("work_team", "甲县", 1, 2)]
    visits = changed.filter((pl.col("id") == "leader_visit") & (pl.col("period") == "2025"))
    assert visits.select("county", "base", "trial").rows() == [("甲县", 4, 8)]


def test_a_stricter_threshold_takes_one_out_of_the_other_county() -> None:
    found = tried(targeting__resident_income_line="11200元")
    assert who(found) == {IN_B: "out"}
    assert by_county(found, "newly_out", "newly_in") == {"乙县": (1, 0)}
    matrix = {row[1:3]: row[3] for row in found.matrix.iter_rows()}
    assert matrix == {("yes", "yes"): 1, ("yes", "no"): 1, ("no", "no"): 2}


def test_a_reading_brings_in_one_in_each_county() -> None:
    found = tried(readings__A901="either")
    assert who(found) == {NEAR_A: "in", NEAR_B: "in"}
    assert by_county(found, "newly_in") == {"甲县": (1,), "乙县": (1,)}
    assert [row.part for row in found.settings] == ["readings"]


def test_a_share_moves_money_between_payers_and_nothing_else() -> None:
    found = tried(funding__town_fund__ratio="province=1,city=1")
    assert found.targets.is_empty()
    assert found.goal_places.is_empty()
    year = found.money.filter(pl.col("year") == 2025)
    shares = year.select("payee", "payer_role", "difference_fen").rows()
    assert {("甲县", "province", -50 * WAN), ("甲县", "city", 50 * WAN),
            ("乙县", "province", -50 * WAN), ("乙县", "city", 50 * WAN)} == set(shares)  # fmt: skip
    assert found.money["difference_fen"].sum() == 0


def test_a_goal_threshold_names_the_villages_that_no_longer_miss_it() -> None:
    found = tried(goals__village_income_2026__threshold="18万元")
    rows = found.goals.filter(pl.col("goal_id") == "village_income_2026")
    wanted = ("county", "tested_trial", "met_base", "met_trial", "difference_met")
    assert rows.select(wanted).rows() == [("", 3, 2, 3, 1), ("甲县", 2, 1, 2, 1)]
    named = found.goal_places.select("place_code", "county", "result_base", "result_trial")
    assert [(f"{IN_A[:9]}201", "甲县", "not_met", "met")] == named.rows()


def test_a_weight_of_a_ranking_moves_one_village_out_and_one_in() -> None:
    scheme = apply_overlay(
        load_scheme("zj-2025-villages"), {"targeting.villages.scoring.select": "1"}
    )
    codes = ("339901001201", "339902001201")
    places = pl.DataFrame(
        {
            "code": ["339901000000", "339902000000", *codes],
            "name": ["丙县", "丁县", "村丙", "村丁"],
            "level": ["county", "county", "village", "village"],
            "parent_code": [None, None, "339901000000", "339902000000"],
            "kind": [None, None, "村委会", "村委会"],
            "code_system": "nbs",
            "tags": "山区海岛县",
        }
    )
    #: The first is poor in collective income, the second in low-income households.
    figures = {
        "collective_operating_income_fen": (6 * WAN, 42 * WAN),
        "farmer_income_per_capita_fen": (3 * WAN, 3 * WAN),
        "low_income_households": (4, 12),
        "households": (100, 100),
    }
    rows = [(code, name, value) for name, pair in figures.items()
            for code, value in zip(codes, pair, strict=True)]  # fmt: skip
    indicators = pl.DataFrame(
        rows, schema=["place_code", "indicator", "value"], orient="row"
    ).with_columns(pl.lit("2024").alias("period"), pl.lit("final").alias("status"))
    given = {"places": places, "indicators": indicators}
    weight = "targeting.villages.scoring.low_income_share.weight"
    found = what_if(scheme, given, date(2025, 12, 31), {weight: "3"})
    assert {codes[0]: "out", codes[1]: "in"} == who(found)
    assert by_county(found, "newly_in", "newly_out") == {"丙县": (0, 1), "丁县": (1, 0)}
    assert found.moved_in_rank == 2


def test_a_weight_of_the_evaluation_shows_every_score_it_makes() -> None:
    found = tried(evaluation__goals_share__weight="1")
    scored = found.rest.filter(pl.col("table") == "evaluation")
    assert sorted(scored.select("place_code", "county").unique().rows()) == [
        (IN_A, "甲县"),
        (IN_B, "乙县"),
    ]
    assert not found.is_empty


def test_a_standard_that_is_taken_away_leaves_the_amount_unknown_not_zero() -> None:
    found = tried(funding__standard_per_town="null")
    assert found.money["trial_fen"].unique().to_list() == [None]
    assert found.money["difference_fen"].unique().to_list() == [None]
    assert not found.is_empty


def test_setting_what_the_scheme_says_already_is_no_change() -> None:
    overlay = {"targeting.village_income_line": "200000元", "readings.A901": "both"}
    found = what_if(SCHEME, tables(), ON, overlay)
    assert found.is_empty
    assert found.settings == ()
    assert tuple(f"{key}={raw}" for key, raw in overlay.items()) == found.idle
    assert found.trial is found.base


def test_a_figure_that_nothing_is_computed_with_is_named() -> None:
    found = tried(funding__pool_per_year="1亿元")
    assert found.is_empty
    assert found.idle == ()
    assert found.unused == ("funding.pool_per_year",)


def test_a_figure_that_is_used_but_moves_nobody_changes_nothing() -> None:
    found = tried(targeting__village_income_line="21万元")
    assert found.is_empty
    assert found.unused == ()


def test_where_the_office_holds_a_list_the_money_stays_with_it() -> None:
    given = tables(list_members=(IN_A,))
    found = what_if(SCHEME, given, ON, {"targeting.village_income_line": "26万元"})
    assert found.ruled_by_list == ("townships",)
    assert who(found) == {NEAR_A: "in"}
    assert found.money.filter(pl.col("difference_fen") != 0).is_empty()


def test_published_quotas_carry_the_money_without_any_table() -> None:
    found = what_if(
        load_scheme("gd-2021"), {}, date(2024, 6, 1), {"funding.standard_per_town": "1800万元"}
    )
    per_year = money_totals(found.money, ["year"])
    assert {-901 * 200 * WAN} == set(per_year["difference_fen"])
    assert found.money["payee"].n_unique() == 13


@pytest.mark.parametrize("overlay", [{"targeting.nothing": "1"}, {"readings.A901": "none"}])
def test_what_cannot_be_set_is_refused(overlay: dict[str, str]) -> None:
    with pytest.raises(FaultsFound):
        what_if(SCHEME, tables(), ON, overlay)
