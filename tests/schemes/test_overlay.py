"""Overlays: figures and readings changed for a trial, the scheme on disk untouched."""

from datetime import date
from pathlib import Path

import pytest

from bangfu.schemes.figures import Figure
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import apply_overlay, parse_settings
from bangfu.vocabulary.errors import FaultsFound

INVENTED = Path(__file__).parent / "invented"
STANDARD = "funding.standard_per_town"
IN_2024, IN_2025 = date(2024, 6, 1), date(2025, 6, 1)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def codes(refusal: pytest.ExceptionInfo[FaultsFound]) -> list[str]:
    return [fault.code for fault in refusal.value.faults]


def test_settings_are_paths_and_values() -> None:
    assert parse_settings(["a.b=8%", " c.d@2025-01-01 = province=2,city=1 "]) == {
        "a.b": "8%",
        "c.d@2025-01-01": "province=2,city=1",
    }


def test_all_wrong_settings_are_listed() -> None:
    with pytest.raises(FaultsFound) as refusal:
        parse_settings(["a.b", "=8%", "c=1", "c=2"])
    assert codes(refusal) == ["SET-01", "SET-01", "SET-06"]


def test_no_overlay_gives_the_scheme_itself(scheme: Scheme) -> None:
    assert apply_overlay(scheme, {}) is scheme


def test_a_figure_is_changed_throughout(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {STANDARD: "400万元"})
    assert trial.figure(STANDARD, IN_2024) == Figure("money", 400_000_000)
    assert trial.figure(STANDARD, date(2027, 6, 1)) == Figure("money", 400_000_000)
    assert trial.overlay == {STANDARD: "400万元"}
    assert trial.content_hash == scheme.content_hash


def test_the_scheme_itself_stays_as_it_was(scheme: Scheme) -> None:
    apply_overlay(scheme, {STANDARD: "400万元", "readings.A901": "either"})
    assert scheme.figure(STANDARD, IN_2024) == Figure("money", 300_000_000)
    assert scheme.chosen("A901") == "both"


def test_a_figure_is_changed_from_a_day_on(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {f"{STANDARD}@2025-01-01": "400万元"})
    found = [trial.figure(STANDARD, day) for day in (IN_2024, IN_2025, date(2027, 1, 1))]
    assert found == [Figure("money", 300_000_000), Figure("money", 400_000_000), None]


def test_two_days_of_one_figure_are_both_kept(scheme: Scheme) -> None:
    trial = apply_overlay(
        scheme, {f"{STANDARD}@2025-01-01": "400万元", f"{STANDARD}@2026-01-01": "500万元"}
    )
    found = [trial.figure(STANDARD, date(year, 6, 1)) for year in (2024, 2025, 2026)]
    assert [figure.value // 100_000_000 for figure in found if figure] == [3, 4, 5]


def test_what_refers_to_a_figure_follows_it(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {STANDARD: "400万元"})
    assert trial.figure("funding.town_fund.unit_amount", IN_2024) == Figure("money", 400_000_000)


def test_a_field_that_refers_may_be_set_alone(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {"funding.town_fund.unit_amount": "1万元"})
    assert trial.figure("funding.town_fund.unit_amount", IN_2024) == Figure("money", 1_000_000)
    assert trial.figure(STANDARD, IN_2024) == Figure("money", 300_000_000)


def test_what_is_derived_from_a_figure_follows_it(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {STANDARD: "400万元", "targeting.townships.size": "10"})
    assert trial.figure("funding.pool_per_year", IN_2024) == Figure("money", 4_000_000_000)


def test_a_derived_figure_that_is_set_stays_as_set(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {STANDARD: "400万元", "funding.pool_per_year": "1亿元"})
    assert trial.figure("funding.pool_per_year", IN_2024) == Figure("money", 10_000_000_000)


def test_overlays_add_up(scheme: Scheme) -> None:
    first = apply_overlay(scheme, {STANDARD: "400万元"})
    both = apply_overlay(first, {"targeting.townships.size": "10"})
    assert both.figure("funding.pool_per_year", IN_2024) == Figure("money", 4_000_000_000)
    assert set(both.overlay) == {STANDARD, "targeting.townships.size"}


def test_a_figure_may_be_set_to_nothing(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {STANDARD: "null"})
    assert trial.figure(STANDARD, IN_2024) is None
    assert trial.figure("funding.pool_per_year", IN_2024) is None


def test_a_figure_that_is_not_stated_may_be_set(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {"evaluation.goals_share.weight": "100"})
    assert trial.figure("evaluation.goals_share.weight", IN_2024) == Figure("count", 100)


def test_a_reading_is_chosen(scheme: Scheme) -> None:
    assert apply_overlay(scheme, {"readings.A901": "either"}).chosen("A901") == "either"


@pytest.mark.parametrize(
    ("path", "raw", "code"),
    [
        ("funding.standard", "400万元", "SET-02"),
        (STANDARD, "1.234元", "SET-03"),
        (f"{STANDARD}@2025-02-30", "400万元", "SET-03"),
        (STANDARD, "400", "SET-04"),
        ("readings.A901", "neither", "SET-05"),
        ("readings.A999", "both", "SET-05"),
        ("readings.A901@2025-01-01", "either", "SET-02"),
    ],
)
def test_what_cannot_be_set_is_refused(scheme: Scheme, path: str, raw: str, code: str) -> None:
    with pytest.raises(FaultsFound) as refusal:
        apply_overlay(scheme, {path: raw})
    assert codes(refusal) == [code]


def test_an_unknown_path_lists_near_ones(scheme: Scheme) -> None:
    with pytest.raises(FaultsFound, match=STANDARD):
        apply_overlay(scheme, {"funds.standard_per_town": "1元"})


def test_all_refusals_are_listed_at_once(scheme: Scheme) -> None:
    with pytest.raises(FaultsFound) as refusal:
        apply_overlay(scheme, {"a.b": "1", STANDARD: "8%", "readings.A901": "x"})
    assert codes(refusal) == ["SET-02", "SET-04", "SET-05"]
