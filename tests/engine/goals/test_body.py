"""Results of the whole body: counts, shares, summed growth."""

from fractions import Fraction
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.goals import assess_body_count, assess_body_growth, assess_body_share
from bangfu.engine.goals.result import comparison
from bangfu.vocabulary.errors import ComputationError

YES, NO = True, False
EIGHT = Fraction(8)


def members(now, before, status="final", **columns):
    base = {
        "place_code": [f"T{number}" for number in range(len(now))],
        "now": pl.Series(now, dtype=pl.Boolean),
        "before": pl.Series(before, dtype=pl.Boolean),
        "now_status": [status] * len(now),
        "before_status": ["final"] * len(now),
    }
    return pl.DataFrame(base | columns)


def one(table):
    (row,) = table.rows(named=True)
    return row


def count(table, **arguments):
    return one(assess_body_count(table, body_code="zj-76", **arguments))


def share(table, **arguments):
    return one(assess_body_share(table, body_code="zj-76", **arguments))


def test_fewer_townships_below_the_mean_than_last_year():
    row = count(members([YES, NO, NO], [YES, YES, NO]), op="<")
    expected = {
        "place_code": "zj-76",
        "value_num": 1,
        "value_text": "1",
        "threshold": "2",
        "op": "<",
        "result": "met",
        "status": "final",
    }
    assert expected == row
    assert count(members([YES, NO], [YES, NO]), op="<")["result"] == "not_met"


def test_an_unknown_member_decides_only_where_both_ends_agree():
    undecided = count(members([YES, None, NO], [YES, YES, NO]), op="<")
    assert (
        undecided["value_text"],
        undecided["value_num"],
        undecided["result"],
        undecided["status"],
    ) == ("1-2", None, "unknown", "provisional")
    decided = count(members([YES, None, NO], [YES, YES, YES]), op="<")
    assert (decided["result"], decided["status"]) == ("met", "provisional")


def test_a_share_may_be_compared_with_a_percentage_and_just_enough_is_enough():
    reached = members([YES] * 4 + [NO], [NO] * 5).drop("before", "before_status")
    row = share(reached, op=">=", threshold_pct=Fraction(80))
    assert (row["value_text"], row["threshold"], row["result"]) == ("4/5", "80%", "met")
    assert share(reached, op=">", threshold_pct=Fraction(80))["result"] == "not_met"
    assert share(reached, op=">=", threshold_pct=Fraction("80.01"))["result"] == "not_met"


def test_an_unknown_member_leaves_a_share_open_only_where_it_matters():
    three = members([YES, YES, None], [NO] * 3).drop("before", "before_status")
    open_row = share(three, op=">=", threshold_pct=Fraction(80))
    assert (open_row["value_text"], open_row["result"]) == ("2-3/3", "unknown")
    decided = share(three, op=">=", threshold_pct=Fraction(60))
    assert (decided["result"], decided["status"]) == ("met", "provisional")


def test_a_number_may_be_compared_with_a_figure():
    started = members([YES] * 3, [NO] * 3).drop("before", "before_status")
    assert count(started, op=">=", threshold=3)["result"] == "met"
    assert count(started, op=">=", threshold=4)["result"] == "not_met"


def test_a_provisional_member_makes_the_body_provisional():
    row = count(members([NO, NO], [YES, NO], status="provisional"), op="<")
    assert (row["result"], row["status"]) == ("met", "provisional")


ANSWERS = st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 2), min_size=1, max_size=4)


def settled(answers):
    """Every way in which the unknown answers may turn out."""
    choices = [[True, False] if answer is None else [answer] for answer in answers]
    return product(*choices)


@settings(max_examples=60)
@given(ANSWERS, st.sampled_from([">=", ">", "<=", "<"]))
def test_a_body_is_decided_exactly_when_every_way_to_settle_the_unknown_agrees(answers, op):
    now, before = ([pair[index] for pair in answers] for index in (0, 1))
    outcomes = {
        comparison(op)(sum(later), sum(earlier))
        for later, earlier in product(settled(now), settled(before))
    }
    word = {True: "met", False: "not_met"}
    expected = word[outcomes.pop()] if len(outcomes) == 1 else "unknown"
    assert expected == count(members(now, before), op=op)["result"]
    assert expected == share(members(now, before), op=op)["result"]


def test_shares_of_bodies_of_different_size_are_cross_multiplied():
    # 2 of 4 now, 1 of 3 before: the shares rise although the body grew.
    table = members([YES, YES, NO, NO], [YES, NO, NO, None], in_before=[True, True, True, False])
    row = share(table, op=">")
    assert (
        row["value_text"],
        row["threshold"],
        row["result"],
        row["status"],
    ) == ("2/4", "1/3", "met", "final")
    assert share(table, op="<=")["result"] == "not_met"


def test_equal_shares_have_not_risen():
    table = members([YES, NO, YES, NO], [YES, NO, None, None], in_before=[True, True, False, False])
    assert share(table, op=">")["result"] == "not_met"
    assert share(table, op=">=")["result"] == "met"


def test_an_unknown_share_is_shown_as_an_interval():
    row = share(members([YES, None], [YES, NO]), op=">")
    assert (
        row["value_text"],
        row["result"],
        row["status"],
    ) == ("1-2/2", "unknown", "provisional")


def sums(current, base, **columns):
    table = {
        "place_code": [f"V{number}" for number in range(len(current))],
        "current": current,
        "base": base,
        "current_status": ["final"] * len(current),
        "base_status": ["final"] * len(current),
    }
    return pl.DataFrame(table | columns)


def summed(table, **arguments):
    options = {"op": ">=", "rate_pct": EIGHT} | arguments
    return one(assess_body_growth(table, body_code="villages", **options))


def test_the_growth_of_the_sum_is_not_the_mean_of_the_growths():
    # 100 percent and 0 percent average 50, the sum grows by 1 percent only.
    row = summed(sums([20, 1000], [10, 1000]))
    assert (
        row["value_text"],
        row["threshold"],
        row["result"],
        row["status"],
    ) == ("0.99", "8", "not_met", "final")


def test_weights_count_people():
    table = sums([120, 100], [100, 100], weight=[1, 9])
    assert summed(table)["value_text"] == "2.00"
    assert summed(table.with_columns(weight=pl.Series([9, 1])))["result"] == "met"


def test_a_body_with_an_unknown_figure_or_weight_is_unknown():
    assert summed(sums([120, None], [100, 100]))["result"] == "unknown"
    row = summed(sums([120, 120], [100, 100], weight=[1, None]))
    assert (row["result"], row["status"], row["value_text"]) == ("unknown", "provisional", None)


def test_the_sum_of_a_province_may_pass_64_bits():
    large = 4 * 10**18
    table = sums([large, large], [large // 2, large // 2], weight=[10**6, 10**6])
    assert summed(table)["value_text"] == "100.00"


def test_the_body_has_a_yearly_average_too():
    table = sums([11_600], [10_000])
    assert summed(table, years=2)["result"] == "not_met"
    assert summed(table, years=1)["result"] == "met"


def test_faulty_bodies_are_refused():
    empty = members([], [])
    with pytest.raises(ComputationError, match="no members"):
        count(empty, op="<")
    nobody_before = members([YES], [YES], in_before=[False])
    with pytest.raises(ComputationError, match="no members in a year"):
        share(nobody_before, op=">")
    with pytest.raises(ComputationError, match="membership"):
        share(members([YES], [YES], in_now=pl.Series([None], dtype=pl.Boolean)), op=">")
    with pytest.raises(ComputationError, match="weight is negative"):
        summed(sums([1], [1], weight=[-1]))
    with pytest.raises(ComputationError, match="unknown comparison"):
        count(members([YES], [YES]), op="==")
    with pytest.raises(ComputationError, match="before"):
        count(members([YES], [YES]).drop("before"), op="<")
