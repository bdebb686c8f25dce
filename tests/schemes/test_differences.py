"""Two schemes side by side: nothing is missed, nothing is invented, and the sides can be exchanged."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.differences import Difference, compare_schemes
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import apply_overlay

INVENTED = Path(__file__).parent / "invented"
BUILT_IN = ("gd-2021", "tc-2023", "zj-2025-townships", "zj-2025-villages")
SCHEME = load_scheme(INVENTED)

Edited = Callable[..., Scheme]

overlays = st.fixed_dictionaries(
    {},
    optional={
        "funding.standard_per_town": st.integers(1, 900).map(lambda n: f"{n}万元"),
        "funding.standard_per_town@2025-01-01": st.integers(1, 900).map(lambda n: f"{n}万元"),
        "goals.village_income_2026.threshold": st.integers(1, 90).map(lambda n: f"{n}万元"),
        "goals.income_growth_2026.threshold": st.integers(1, 20).map(lambda n: f"{n}%"),
        "exit.goals_met.retention": st.integers(1, 5).map(lambda n: f"{n}年"),
        "readings.A901": st.sampled_from(["both", "either"]),
    },
)


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """A version of the invented scheme with one text of a file replaced."""

    def edit(file: str, old: str, new: str) -> Scheme:
        folder = tmp_path / "version"
        shutil.copytree(INVENTED, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return load_scheme(folder)

    return edit


def mirrored(row: Difference) -> Difference:
    """The row as it reads with the sides exchanged; the label is always that of A."""
    kind = {"added": "removed", "removed": "added", "changed": "changed"}[row.kind]
    return replace(
        row, kind=kind, path_a=row.path_b, path_b=row.path_a, before=row.after, after=row.before,
        clauses_a=row.clauses_b, clauses_b=row.clauses_a, label=SCHEME.about.title.text,
    )  # fmt: skip


def assert_mirror(a: Scheme, b: Scheme) -> None:
    there = [mirrored(row) for row in compare_schemes(a, b).rows]
    back = [replace(row, label=SCHEME.about.title.text) for row in compare_schemes(b, a).rows]
    assert sorted(map(repr, there)) == sorted(map(repr, back))


@given(overlay=overlays)
@settings(max_examples=25, deadline=None)
def test_a_scheme_does_not_differ_from_itself(overlay: dict[str, str]) -> None:
    trial = apply_overlay(SCHEME, overlay)
    assert compare_schemes(trial, trial).rows == ()
    assert compare_schemes(trial, apply_overlay(SCHEME, overlay)).rows == ()


@given(one=overlays, other=overlays)
@settings(max_examples=25, deadline=None)
def test_exchanging_the_sides_exchanges_the_differences(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert_mirror(apply_overlay(SCHEME, one), apply_overlay(SCHEME, other))


@pytest.mark.parametrize("b", BUILT_IN[1:])
def test_two_policies_mirror_each_other(b: str) -> None:
    assert_mirror(load_scheme(BUILT_IN[0]), load_scheme(b))


def test_a_changed_figure_is_told_with_both_values_its_day_and_its_clause() -> None:
    trial = apply_overlay(SCHEME, {"funding.standard_per_town@2025-01-01": "400万元"})
    rows = {row.path_a: row for row in compare_schemes(SCHEME, trial).of("figures")}
    row = rows["funding.standard_per_town"]
    assert row.before
    assert row.after
    assert (row.before.zh, row.after.zh) == ("300万元", "400万元")
    assert date(2025, 1, 1) == row.on
    assert row.clauses_b == ("EX-06",)
    # What stands for the figure and what is derived from it follow.
    assert {"funding.town_fund.unit_amount", "funding.pool_per_year"} < set(rows)


def test_the_same_value_set_again_is_no_difference() -> None:
    same = {"goals.village_income_2026.threshold": "20万元", "readings.A901": "both"}
    assert compare_schemes(SCHEME, apply_overlay(SCHEME, same)).rows == ()
    later = {"goals.village_income_2026.threshold@2025-06-01": "200000元"}
    assert compare_schemes(SCHEME, apply_overlay(SCHEME, later)).rows == ()


def test_a_reading_chosen_otherwise_is_told_in_words() -> None:
    (row,) = compare_schemes(SCHEME, apply_overlay(SCHEME, {"readings.A901": "either"})).rows
    assert row.before
    assert row.after
    assert (row.part, row.path_a, row.field) == ("readings", "A901", "chosen")
    assert (row.before.zh, row.after.zh) == ("两项都满足", "满足其中一项")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("force: goal\n    mechanism: indicator-target\n    bound: [县级人民政府]\n    object: 所辖村",
         "force: must\n    mechanism: indicator-target\n    bound: [县级人民政府]\n    object: 所辖村",
         "force"),
        ("bound: [县级人民政府]\n    object: 所辖村", "bound: [乡镇人民政府]\n    object: 所辖村",
         "bound"),
    ],
)  # fmt: skip
def test_a_clause_that_binds_otherwise_is_told(
    edited: Edited, old: str, new: str, field: str
) -> None:
    (row,) = compare_schemes(SCHEME, edited("clauses.yaml", old, new)).rows
    assert ("clauses", "EX-02", field) == (row.part, row.path_b, row.field)


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "field"),
    [
        ("goals.yaml", 'op: ">="\n    threshold: 20万元', 'op: ">"\n    threshold: 20万元',
         "goals.village_income_2026", "op"),
        ("targeting.yaml", "居民人均可支配收入 < 居民收入门槛", "居民人均可支配收入 <= 居民收入门槛",
         "targeting.townships.income_below_line", "expression"),
        ("scheme.yaml", "status: in_force", "status: ended", "scheme", "status"),
        ("pairing.yaml", "numbers: {province_units: 2, city_units: 1}, total: 3",
         "numbers: {province_units: 1, city_units: 2}, total: 3",
         "pairing.provincial_towns", "published.rows.>990100000000.numbers.city_units"),
    ],
)  # fmt: skip
def test_a_rule_that_reads_otherwise_is_told(
    edited: Edited, file: str, old: str, new: str, path: str, field: str
) -> None:
    version = edited(file, old, new)
    rows = compare_schemes(SCHEME, version).of("rules")
    assert version.content_hash != SCHEME.content_hash
    assert (path, field) in {(row.path_a, row.field) for row in rows}


def test_a_figure_under_a_new_path_is_matched_by_what_it_means(edited: Edited) -> None:
    version = edited("goals.yaml", "id: village_income_2026", "id: collective_income_2026")
    version = apply_overlay(version, {"goals.collective_income_2026.threshold": "25万元"})
    rows = compare_schemes(SCHEME, version).of("figures")
    found = [(row.path_a, row.path_b, row.kind) for row in rows]
    assert found == [("goals.village_income_2026.threshold", "goals.collective_income_2026.threshold",
             "changed")]  # fmt: skip


def test_a_figure_and_an_entry_that_only_one_side_has_are_told_once(edited: Edited) -> None:
    goal = """  - id: income_growth_2026"""
    more = (
        """  - id: income_2026
    label: {zh: 居民收入达标, en: Residents' income}
    clauses: [EX-03]
    target_list: townships
    measure: level
    element: disposable_income_per_resident_fen
    op: ">="
    threshold: 15000元
    year: 2026
"""
        + goal
    )
    rows = compare_schemes(SCHEME, edited("goals.yaml", goal, more)).rows
    assert {"added"} == {row.kind for row in rows}
    assert [row.path_b for row in rows if row.part == "rules"] == ["goals.income_2026"]
    figures = {row.path_b: row.after.zh for row in rows if row.part == "figures" and row.after}
    assert figures == {"goals.income_2026.threshold": "1.5万元", "goals.income_2026.year": "2026"}


def test_two_policies_are_compared_on_the_days_both_know() -> None:
    found = compare_schemes(load_scheme("tc-2023"), load_scheme("zj-2025-villages"))
    row = next(row for row in found.of("figures") if row.path_a == "targeting.villages.size")
    assert row.before
    assert row.after
    assert ("31", "575", date(2025, 1, 1)) == (row.before.zh, row.after.zh, row.on)
    assert not found.same_policy
