"""Retention of the policies after an exit, and proposals to leave."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.exit import propose_exits, retained_until, retention_state
from bangfu.vocabulary.errors import ComputationError


@pytest.mark.parametrize(
    ("decided_on", "expected"),
    [
        (date(2026, 12, 20), date(2029, 12, 20)),
        (date(2026, 12, 31), date(2029, 12, 31)),
        (date(2024, 2, 29), date(2027, 2, 28)),
    ],
)
def test_the_policies_stay_to_the_corresponding_day(decided_on, expected):
    assert expected == retained_until(decided_on, years=3)


@settings(max_examples=40)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 10))
def test_the_last_day_is_retained_and_the_next_is_not(decided_on, years):
    last = retained_until(decided_on, years=years)
    states = [
        retention_state(day, decided_on, years=years)
        for day in (decided_on, last, last + timedelta(days=1))
    ]
    assert states == ["exited_retained", "exited_retained", "exited_closed"]


def test_before_the_decision_there_is_no_state():
    with pytest.raises(ComputationError, match="not left"):
        retention_state(date(2026, 12, 19), date(2026, 12, 20), years=3)


def test_no_years_is_no_retention():
    with pytest.raises(ComputationError, match="at least one year"):
        retained_until(date(2026, 12, 20), years=0)


def results(*rows):
    schema = dict.fromkeys(("place_code", "goal_id", "result", "status"), pl.String)
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def proposal(*states):
    rows = [("A", f"goal{number}", *state) for number, state in enumerate(states)]
    table = propose_exits(results(*rows), [f"goal{number}" for number in range(len(states))])
    return table["proposal"].item()


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([("met", "final"), ("met", "final")], "yes"),
        ([("met", "final"), ("met", "provisional")], "unknown"),
        ([("met", "final"), ("unknown", "provisional")], "unknown"),
        ([("met", "final"), ("judgement", "provisional")], "unknown"),
        ([("met", "final"), ("met", None)], "unknown"),
        ([("met", "final"), (None, "final")], "unknown"),
        ([("met", "final"), ("not_met", "final")], "no"),
        ([("unknown", "provisional"), ("not_met", "provisional")], "no"),
    ],
)
def test_only_goals_met_finally_propose_an_exit(states, expected):
    assert expected == proposal(*states)


def test_a_required_goal_without_a_result_is_unknown_and_named():
    table = propose_exits(results(("A", "income", "met", "final")), ["income", "growth"])
    assert table.rows() == [("A", "unknown", '{"income":"met/final","growth":"missing"}')]


def test_goals_not_required_do_not_count():
    rows = [("A", "income", "met", "final"), ("A", "roads", "not_met", "final")]
    assert propose_exits(results(*rows), ["income"])["proposal"].to_list() == ["yes"]


def test_places_keep_the_order_in_which_they_appear():
    rows = [(code, "income", "met", "final") for code in ("C", "A", "B")]
    assert propose_exits(results(*rows), ["income"])["place_code"].to_list() == ["C", "A", "B"]


def test_no_results_give_no_proposals():
    table = propose_exits(results(), ["income"])
    assert (table.height, table.columns) == (0, ["place_code", "proposal", "parts"])


def test_a_proposal_without_goals_or_with_two_answers_is_refused():
    with pytest.raises(ComputationError, match="at least one required goal"):
        propose_exits(results(), [])
    twice = [("A", "income", "met", "final"), ("A", "income", "not_met", "final")]
    with pytest.raises(ComputationError, match="not unique"):
        propose_exits(results(*twice), ["income"])
