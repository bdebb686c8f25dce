"""A class is given where the decision table decides it, and not before."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.targeting.classes import ClassRule, Hit, classify
from bangfu.vocabulary.errors import ComputationError

RULES = [ClassRule("weak", "priority"), ClassRule("fair", "middle"), ClassRule("strong", "pioneer")]
verdict_rows = st.lists(
    st.tuples(*[st.one_of(st.none(), st.booleans())] * 3), min_size=1, max_size=6
)


def _table(rows: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={rule.condition: pl.Boolean for rule in RULES}, orient="row")


def _by_hand(row: tuple[bool | None, ...], hit: Hit) -> tuple[str | None, str]:
    yes = [rule.class_code for rule, held in zip(RULES, row, strict=True) if held]
    if hit == "first":
        for rule, held in zip(RULES, row, strict=True):
            if held is None:
                return None, "unknown"
            if held:
                return rule.class_code, "decided"
        return None, "none"
    if hit == "unique" and len(yes) > 1:
        return None, "conflict"
    if None in row:
        return None, "unknown"
    return (yes[0] if len(yes) == 1 else None), ("decided" if yes else "none")


@settings(max_examples=60, deadline=None)
@given(rows=verdict_rows, hit=st.sampled_from(["first", "unique", "collect"]))
def test_every_row_is_decided_as_one_would_read_the_table(
    rows: list[tuple[bool | None, ...]], hit: Hit
) -> None:
    found = classify(_table(rows), RULES, hit=hit)

    assert [_by_hand(row, hit) for row in rows] == found.select("class_code", "outcome").rows()
    codes = [rule.class_code for rule in RULES]
    assert [[code for code, held in zip(codes, row, strict=True) if held] for row in rows] == found[
        "classes_yes"
    ].to_list()
    assert [
        [code for code, held in zip(codes, row, strict=True) if held is None] for row in rows
    ] == found["classes_unknown"].to_list()


def test_two_that_hold_are_a_conflict_even_if_a_third_is_unknown() -> None:
    found = classify(_table([(True, None, True)]), RULES, hit="unique")

    assert found["outcome"].item() == "conflict"
    assert found["classes_yes"].to_list() == [["priority", "pioneer"]]


def test_rules_of_one_class_are_listed_once() -> None:
    rules = [ClassRule("weak", "priority"), ClassRule("fair", "priority")]

    found = classify(_table([(True, True, None)]), rules, hit="collect")

    assert found.select("class_code", "outcome", "classes_yes").rows() == [
        ("priority", "decided", ["priority"])
    ]


def test_the_same_condition_may_stand_in_two_rules() -> None:
    rules = [ClassRule("weak", "priority"), ClassRule("weak", "watched")]

    found = classify(_table([(True, False, False)]), rules, hit="collect")

    assert found["classes_yes"].to_list() == [["priority", "watched"]]


def test_a_table_without_rows_stays_without_rows() -> None:
    found = classify(_table([]), RULES, hit="unique")

    assert found.is_empty()
    assert found.schema["classes_yes"] == pl.List(pl.String)


@pytest.mark.parametrize(
    ("rules", "hit", "message"),
    [
        ([], "first", "needs a rule"),
        (RULES, "last", "unknown hit"),
        ([ClassRule("rich", "x")], "first", "missing"),
        ([ClassRule("name", "x")], "first", "true, false or null"),
    ],
)
def test_a_decision_table_that_cannot_be_read_is_refused(
    rules: list[ClassRule], hit: Any, message: str
) -> None:
    table = _table([(True, True, True)]).with_columns(name=pl.lit("x"))

    with pytest.raises(ComputationError, match=message):
        classify(table, rules, hit=hit)
