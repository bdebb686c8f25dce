"""Rules on the people posted: breaches, and what is not known."""

from datetime import date

import polars as pl
import pytest

from bangfu.engine.staffing import (
    PostCheck,
    check_concurrent_post,
    check_establishment,
    check_party_member,
    check_rank,
    check_term,
)
from bangfu.vocabulary.errors import ComputationError

SCALE = ["clerk", "deputy_section", "section", "deputy_division", "division"]
HEAD = PostCheck("head", ("team_lead",), "block", ("GD-07", "GD-08"))
ANYBODY = PostCheck("anybody", (), "warn")


def heads(post="team_lead", **columns):
    size = len(next(iter(columns.values())))
    base = {
        "place_code": [f"T{row}" for row in range(size)],
        "holder": [f"p{row}" for row in range(size)],
        "post": [post] * size,
    }
    return pl.DataFrame(base | columns)


def found(table):
    return table.select("holder", "finding").rows()


def test_a_rank_below_the_floor_is_a_breach_and_the_floor_itself_is_not():
    table = check_rank(
        heads(rank=["section", "deputy_division", "division"]),
        HEAD,
        scale=SCALE,
        floor="deputy_division",
    )
    expected = [("T0", "p0", "head", "violation", "section", "block", "GD-07;GD-08")]
    assert expected == table.rows()


def test_a_rank_missing_or_off_the_scale_is_unknown():
    table = check_rank(heads(rank=[None, "colonel"]), HEAD, scale=SCALE, floor="section")
    assert found(table) == [("p0", "unknown"), ("p1", "unknown")]


def test_another_post_is_not_bound_and_an_unknown_post_is_never_a_breach():
    member = heads(post="team_member", rank=["clerk"])
    assert found(check_rank(member, HEAD, scale=SCALE, floor="section")) == []
    unsaid = heads(post=None, rank=["clerk", "division"])
    assert found(check_rank(unsaid, HEAD, scale=SCALE, floor="section")) == [("p0", "unknown")]
    anybody = check_rank(unsaid, ANYBODY, scale=SCALE, floor="section")
    assert found(anybody) == [("p0", "violation")]


def test_a_probationary_member_is_not_a_full_one():
    table = check_party_member(heads(party_status=["full", "probationary", "none", None]), HEAD)
    assert found(table) == [("p1", "violation"), ("p2", "violation"), ("p3", "unknown")]


def test_probationary_members_count_where_the_rule_takes_them():
    holders = heads(party_status=["full", "probationary", "none", None])
    table = check_party_member(holders, HEAD, accepted=("full", "probationary"))
    assert found(table) == [("p2", "violation"), ("p3", "unknown")]


def test_members_must_be_on_the_establishment():
    table = check_establishment(heads(on_establishment=[True, False, None]), HEAD)
    assert found(table) == [("p1", "violation"), ("p2", "unknown")]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "on", "finding"),
    [
        (date(2021, 7, 1), date(2024, 7, 1), date(2024, 1, 1), []),
        (date(2021, 7, 1), date(2024, 7, 2), date(2024, 1, 1), ["violation"]),
        (date(2021, 7, 1), None, date(2024, 6, 30), []),
        (date(2021, 7, 1), None, date(2024, 7, 1), ["violation"]),
        (date(2024, 2, 29), date(2027, 2, 28), date(2025, 1, 1), []),
        (None, date(2027, 2, 28), date(2025, 1, 1), ["unknown"]),
        (None, None, date(2025, 1, 1), ["unknown"]),
    ],
)
def test_a_term_may_last_to_the_corresponding_day(starts_on, ends_on, on, finding):
    rows = heads(starts_on=[starts_on], ends_on=[ends_on]).with_columns(
        pl.col("starts_on", "ends_on").cast(pl.Date)
    )
    assert finding == check_term(rows, HEAD, years=3, on=on)["finding"].to_list()


def test_one_of_the_concurrent_posts_must_be_held():
    rows = heads(concurrent_posts=["deputy_secretary", "x;deputy_mayor", "x", "", None])
    table = check_concurrent_post(rows, HEAD, required=["deputy_secretary", "deputy_mayor"])
    assert found(table) == [("p2", "violation"), ("p3", "violation"), ("p4", "unknown")]


def test_no_rows_give_no_findings():
    rows = heads(rank=["section"]).clear()
    assert check_rank(rows, HEAD, scale=SCALE, floor="section").height == 0


@pytest.mark.parametrize(("scale", "floor"), [(SCALE, "colonel"), (["a", "a"], "a")])
def test_a_floor_must_stand_on_a_clean_scale(scale, floor):
    with pytest.raises(ComputationError, match="scale"):
        check_rank(heads(rank=["a"]), HEAD, scale=scale, floor=floor)


def test_what_a_rule_needs_must_be_there():
    with pytest.raises(ComputationError, match="party_status"):
        check_party_member(heads(rank=["a"]), HEAD)
    with pytest.raises(ComputationError, match="at least one concurrent"):
        check_concurrent_post(heads(concurrent_posts=["a"]), HEAD, required=[])
    with pytest.raises(ComputationError, match="at least one year"):
        check_term(heads(rank=["a"]), HEAD, years=0, on=date(2025, 1, 1))
    with pytest.raises(ComputationError, match="severity"):
        PostCheck("head", (), "fatal")
