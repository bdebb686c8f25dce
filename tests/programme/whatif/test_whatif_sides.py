"""Two results side by side: every row of either side is there, and every cell that differs."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.result import RunResult
from bangfu.programme.whatif.money import money_changes
from bangfu.programme.whatif.outcomes import goal_changes
from bangfu.programme.whatif.rest import rest_changes
from bangfu.programme.whatif.sides import side_by_side
from bangfu.programme.whatif.targets import target_changes, verdict_matrix

WHERE = pl.DataFrame({"place_code": ["a", "b"], "county_code": ["x", "x"], "county": ["甲县"] * 2})


def result(**tables: pl.DataFrame) -> RunResult:
    return RunResult("s", "h", date(2025, 1, 1), {}, tables=tables)


def test_null_keys_meet_each_other() -> None:
    base = pl.DataFrame({"k": [None, "a"], "v": [1, 2]}, schema={"k": pl.String, "v": pl.Int64})
    both = side_by_side(base, base, ["k"], ["v"])
    assert both.rows() == [(None, 1, 1, True, True), ("a", 2, 2, True, True)]


def test_a_place_that_leaves_the_universe_is_out_of_scope() -> None:
    def targets(codes: list[str]) -> pl.DataFrame:
        return pl.DataFrame(
            {"list": "l", "place_code": codes, "name": codes, "level": "village", "class": None,
             "verdict": "yes", "score": 1, "rank": 1, "reason": "", "clauses": ""}
        )  # fmt: skip

    one, other = result(targets=targets(["a", "b"])), result(targets=targets(["a"]))
    assert target_changes(one, other, WHERE).select(
        "place_code", "change", "verdict_base", "verdict_trial"
    ).rows() == [("b", "out", "yes", "out_of_scope")]
    matrix = verdict_matrix(one, other)
    assert matrix["places"].sum() == 2


def test_a_line_worked_out_on_both_sides_owes_nothing_where_a_payee_is_missing() -> None:
    def funding(payees: list[str]) -> pl.DataFrame:
        return pl.DataFrame(
            {"line": "f", "purpose": "p", "payer_role": "r", "payer_code": None,
             "payee_code": payees, "year": 2025, "share_fen": 5, "units": 1, "payer": "r",
             "payee": payees, "clauses": ""}, schema_overrides={"payer_code": pl.String},
        )  # fmt: skip

    money = money_changes(result(funding=funding(["x", "y"])), result(funding=funding(["x"])))
    assert money.select("payee_code", "base_fen", "trial_fen", "difference_fen").rows() == [
        ("x", 5, 5, 0),
        ("y", 5, 0, -5),
    ]
    lost = money_changes(result(funding=funding(["x"])), result())
    assert lost.select("base_fen", "trial_fen", "difference_fen").rows() == [(5, None, None)]


def test_each_year_of_a_goal_is_counted_by_itself() -> None:
    def goals(results: list[str]) -> pl.DataFrame:
        return pl.DataFrame(
            {"goal_id": "g", "scope": "each", "reading": "", "period": ["2024", "2025"],
             "place_code": "a", "result": results, "clauses": ""}
        )  # fmt: skip

    one, other = result(goals=goals(["met", "not_met"])), result(goals=goals(["met", "met"]))
    total = goal_changes(one, other, WHERE).filter(pl.col("county_code") == "")
    assert total.select("period", "met_base", "met_trial").rows() == [
        ("2024", 1, 1),
        ("2025", 0, 1),
    ]


def test_every_other_cell_that_differs_is_listed() -> None:
    base = pl.DataFrame({"place_code": ["a", "b"], "name": ["甲", "乙"], "state": ["x", "y"]})
    trial = pl.DataFrame({"place_code": ["a"], "name": ["甲"], "state": ["z"]})
    found = rest_changes(result(exits=base), result(exits=trial), WHERE)
    assert found.select("place_code", "name", "column", "base", "trial").rows() == [
        ("b", "乙", "row", "yes", None),
        ("a", "甲", "state", "x", "z"),
    ]


@pytest.mark.parametrize("name", ["exits", "a_table_of_tomorrow"])
def test_a_table_of_one_side_only_is_listed_row_by_row(name: str) -> None:
    table = pl.DataFrame({"place_code": ["a"], "number": [3], "tags": [["p", "q"]]})
    found = rest_changes(result(), result(**{name: table}), WHERE)
    assert [(name, "a", "row", None, "yes")] == found.select(
        "table", "place_code", "column", "base", "trial"
    ).rows()


def test_results_without_tables_do_not_differ() -> None:
    assert target_changes(result(), result(), WHERE).is_empty()
    assert money_changes(result(), result()).is_empty()
    assert rest_changes(result(), result(), WHERE).is_empty()
