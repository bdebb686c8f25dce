"""Money comes out to the fen, by payer and by pair, and a reading moves it where it should."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.schemes.load import load_scheme

YI = 10_000_000_000
WAN = 1_000_000
ON = date(2024, 6, 1)


def test_guangdong_raises_180_2_yi_a_year_in_6_3_1() -> None:
    result = run(load_scheme("gd-2021"), {}, ON)
    found = [
        result.headline(f"fund.year{part}")
        for part in ("", ".province", ".helper_city", ".own_city")
    ]
    assert found == [1802 * YI // 10, 10812 * YI // 100, 5406 * YI // 100, 1802 * YI // 100]
    assert result.headline("fund.all_years") == 901 * YI


@pytest.mark.parametrize(
    ("city", "hundredths_of_yi"),
    [
        ("440100000000", 1608),
        ("440300000000", 990),
        ("440400000000", 744),
        ("440600000000", 858),
        ("441900000000", 960),
        ("442000000000", 246),
    ],
)
def test_each_helping_city_pays_for_its_pairs(city: str, hundredths_of_yi: int) -> None:
    result = run(load_scheme("gd-2021"), {}, ON)
    assert hundredths_of_yi * YI // 100 == result.headline(f"fund.year.helper_city.{city}")


def test_the_narrow_reading_leaves_a_part_that_nobody_is_said_to_bear() -> None:
    table = run(load_scheme("gd-2021"), {}, ON, {"readings.A40": "priority_only"}).tables["funding"]
    year = table.filter(pl.col("year") == 2024)
    by_role = dict(year.group_by("payer_role").agg(pl.col("share_fen").sum()).iter_rows())
    assert by_role["helper_city"] == 600 * 2000 * WAN * 3 // 10
    assert by_role["not_stated"] == 301 * 2000 * WAN * 3 // 10
    assert sum(by_role.values()) == 901 * 2000 * WAN


def test_after_the_stated_years_nothing_is_guessed() -> None:
    table = run(load_scheme("gd-2021"), {}, date(2025, 12, 31)).tables["funding"]
    assert list(range(2021, 2026)) == sorted(table["year"].unique().to_list())


def test_a_changed_standard_moves_the_pool_and_nothing_else() -> None:
    result = run(load_scheme("gd-2021"), {}, ON, {"funding.town_fund.unit_amount": "1800万元"})
    assert result.headline("fund.year") == 901 * 1800 * WAN


def test_tongchuan_pays_6720_wan_a_year_in_three_parts() -> None:
    result = run(load_scheme("tc-2023"), {}, ON)
    found = [
        result.headline(f"fund.year{part}")
        for part in ("", ".central_province", ".city", ".county")
    ]
    assert found == [6720 * WAN, 3300 * WAN, 2040 * WAN, 1380 * WAN]
    assert result.headline("fund.all_years") == 20160 * WAN


def test_tongchuans_other_reading_puts_the_standard_on_top() -> None:
    scheme = load_scheme("tc-2023")
    reading = next(r for r in scheme.readings.values() if "additional" in r.options)
    result = run(scheme, {}, ON, {f"readings.{reading.id}": "additional"})
    county = 2 * 600 * WAN + 13 * 120 * WAN
    assert county == result.headline("fund.year.county")
