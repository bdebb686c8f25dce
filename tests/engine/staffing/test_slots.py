"""Required slots against holders in post."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.staffing import SlotRule, slot_coverage
from bangfu.vocabulary.errors import ComputationError

ON = date(2025, 6, 1)
SECRETARY = SlotRule("first_secretary", ("key",), ("first_secretary",), 1, clauses=("GD-11",))


def places(*rows):
    return pl.DataFrame(list(rows), schema=["place_code", "class"], orient="row")


def holders(*rows):
    schema = {
        "place_code": pl.String,
        "post": pl.String,
        "starts_on": pl.Date,
        "ends_on": pl.Date,
        "members": pl.Int64,
        "holder": pl.String,
    }
    return pl.DataFrame(list(rows), schema=schema)


def posting(place_code="A", post="first_secretary", **columns):
    return {"place_code": place_code, "post": post, "starts_on": date(2025, 1, 1)} | columns


def cover(rule, *rows, on=ON):
    """Coverage of the one place A of class key."""
    return slot_coverage(places(("A", "key")), [rule], holders(*rows), on=on).row(0, named=True)


def test_nobody_handed_the_table_in_is_unknown_and_an_empty_table_is_zero():
    listed = places(("A", "key"))
    unknown = slot_coverage(listed, [SECRETARY], None, on=ON).row(0, named=True)
    assert (unknown["required"], unknown["present"], unknown["gap"]) == (1, None, None)
    empty = slot_coverage(listed, [SECRETARY], holders(), on=ON).row(0, named=True)
    assert (empty["required"], empty["present"], empty["gap"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "present"),
    [
        (ON, None, 1),
        (date(2025, 6, 2), None, 0),
        (date(2025, 1, 1), ON, 0),
        (date(2025, 1, 1), date(2025, 6, 2), 1),
    ],
)
def test_a_post_is_held_from_its_first_day_to_the_day_before_its_end(starts_on, ends_on, present):
    row = posting(starts_on=starts_on, ends_on=ends_on)
    assert present == cover(SECRETARY, row)["present"]


def test_either_of_two_posts_fills_a_slot():
    either = SlotRule("either", ("key",), ("first_secretary", "work_team"), 1)
    assert cover(either, posting(post="work_team"))["gap"] == 0
    assert cover(either, posting(post="volunteer"))["gap"] == 1


def test_only_places_of_the_class_need_the_slot():
    listed = places(("A", "key"), ("B", "pioneer"))
    anyone = SlotRule("envoy", (), ("tech_envoy",), 1)
    table = slot_coverage(listed, [SECRETARY, anyone], holders(), on=ON)
    expected = [("A", "first_secretary"), ("A", "envoy"), ("B", "envoy")]
    assert expected == table.select("place_code", "slot").rows()
    assert table["clauses"].to_list() == ["GD-11", "", ""]


def test_too_few_and_too_many_are_told_apart():
    graduates = SlotRule("graduates", ("key",), ("volunteer",), 2, at_most=3)
    found = [
        cover(graduates, *[posting(post="volunteer")] * number) for number in (0, 1, 2, 3, 4, 5)
    ]
    assert [row["gap"] for row in found] == [2, 1, 0, 0, 0, 0]
    assert [row["excess"] for row in found] == [0, 0, 0, 0, 1, 2]


def test_a_team_counts_only_with_enough_members():
    team = SlotRule("team", ("key",), ("work_team",), 1, member_range=(5, None))
    small, full = (posting(post="work_team", members=number) for number in (4, 5))
    assert cover(team, small)["present"] == 0
    assert cover(team, full)["present"] == 1
    bounded = SlotRule("team", ("key",), ("work_team",), 1, member_range=(1, 4))
    assert cover(bounded, full)["present"] == 0


def test_a_team_of_unknown_size_leaves_the_gap_unknown_unless_it_does_not_matter():
    team = SlotRule("team", ("key",), ("work_team",), 1, member_range=(5, None))
    unsized = posting(post="work_team")
    alone = cover(team, unsized)
    assert (alone["present"], alone["gap"]) == (None, None)
    beside = cover(team, unsized, posting(post="work_team", members=6))
    assert (beside["present"], beside["gap"]) == (None, 0)


def test_a_holder_of_unknown_post_or_start_makes_the_count_unknown():
    assert cover(SECRETARY, posting(post=None))["gap"] is None
    assert cover(SECRETARY, posting(starts_on=None))["gap"] is None
    gone = posting(starts_on=None, ends_on=date(2025, 1, 1))
    assert cover(SECRETARY, gone)["gap"] == 1


def test_a_place_of_unknown_class_is_shown_as_unknown():
    table = slot_coverage(places(("A", None)), [SECRETARY], holders(posting()), on=ON)
    row = table.row(0, named=True)
    assert (row["required"], row["present"], row["gap"], row["excess"]) == (None, 1, None, None)


def test_one_holder_of_two_posts_counts_once_when_named():
    team = SlotRule("team", ("key",), ("first_secretary", "team_member"), 2)
    both = [posting(holder="p1"), posting(post="team_member", holder="p1")]
    assert cover(team, *both)["present"] == 1
    unnamed = [posting(), posting(post="team_member")]
    assert cover(team, *unnamed)["present"] == 2


def test_no_rules_give_an_empty_table_with_its_columns():
    table = slot_coverage(places(("A", "key")), [], holders(), on=ON)
    assert (table.height, "gap" in table.columns) == (0, True)


@settings(max_examples=40)
@given(
    number=st.integers(0, 6),
    unknown=st.integers(0, 3),
    at_least=st.integers(0, 4),
    spare=st.integers(0, 2),
)
def test_the_gap_is_given_exactly_when_unknown_holders_cannot_change_it(
    number, unknown, at_least, spare
):
    rule = SlotRule("s", ("key",), ("first_secretary",), at_least, at_most=at_least + spare)
    row = cover(rule, *[posting()] * number, *[posting(post=None)] * unknown)
    possible = {max(0, at_least - count) for count in range(number, number + unknown + 1)}
    assert (possible.pop() if len(possible) == 1 else None) == row["gap"]
    over = {max(0, count - at_least - spare) for count in range(number, number + unknown + 1)}
    assert (over.pop() if len(over) == 1 else None) == row["excess"]


def test_a_rule_that_cannot_be_met_is_refused():
    with pytest.raises(ComputationError, match="above at_most"):
        SlotRule("s", (), ("p",), 3, at_most=2)
    with pytest.raises(ComputationError, match="at least one post"):
        SlotRule("s", (), (), 1)


def test_faulty_tables_are_refused():
    with pytest.raises(ComputationError, match="not unique"):
        slot_coverage(places(("A", "key"), ("A", "key")), [SECRETARY], holders(), on=ON)
    team = SlotRule("team", (), ("work_team",), 1, member_range=(5, None))
    with pytest.raises(ComputationError, match="members"):
        slot_coverage(places(("A", "key")), [team], holders().drop("members"), on=ON)
    with pytest.raises(ComputationError, match="ends_on"):
        slot_coverage(places(("A", "key")), [team], holders().drop("ends_on"), on=ON)
