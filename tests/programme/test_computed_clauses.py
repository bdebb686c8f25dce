"""Computed clauses: the cases show each of them plainly, on its edge, and without its figures."""

import pytest

from bangfu.programme.computed_clauses import computed_clauses, shown_by_cases
from bangfu.schemes.coverage.record import read_record
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme

SCHEMES = sorted(scheme_folders({}))


@pytest.mark.parametrize("name", SCHEMES)
def test_every_computed_clause_has_an_ordinary_a_boundary_and_a_missing_case(name: str) -> None:
    scheme = load_scheme(name)
    record = read_record(scheme)
    assert record is not None, "renew the record: bangfu scheme clauses --renew"
    lacking = {
        clause: sorted({"ordinary", "boundary", "missing"} - shown)
        for clause, shown in shown_by_cases(scheme, record).items()
        if len(shown) < 3
    }
    assert lacking == {}


def test_what_decides_by_a_figure_is_computed_and_a_list_or_a_ledger_is_not() -> None:
    computed = computed_clauses(load_scheme("gd-2021"))
    assert computed["GD-05"] == ("staffing.team_members",)
    assert computed["GD-09"] == ("staffing.lead_concurrent_post",)
    assert "funding.town_fund" in computed["GD-60"]
    # The classes of towns come from the office's list, the numbers of towns from the annex.
    assert not {"GD-13", "GD-81"} & set(computed)
    # Visits without an interval make no instance, and a goal without a measure is judged.
    assert not {"GD-50", "GD-01"} & set(computed)


def test_the_number_of_computed_clauses_is_known() -> None:
    counts = {name: len(computed_clauses(load_scheme(name))) for name in SCHEMES}
    assert counts == {
        "gd-2021": 21,
        "js-2021": 10,
        "tc-2023": 32,
        "zj-2025-clusters": 7,
        "zj-2025-townships": 14,
        "zj-2025-villages": 18,
    }


def test_a_clause_that_no_case_names_shows_nothing() -> None:
    scheme = load_scheme("js-2021")
    shown = shown_by_cases(scheme, {})
    # A claim that nothing is made of a duty stands without a row that could name the clause.
    assert shown.pop("JS-37") == {"missing"}
    assert set(shown.values()) == {frozenset()}
