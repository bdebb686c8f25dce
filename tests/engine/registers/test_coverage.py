"""Rows of registers present against rows required."""

import polars as pl
import pytest

from bangfu.engine.registers import coverage_totals, element_coverage, register_coverage
from bangfu.vocabulary.errors import ComputationError

PLACES = pl.DataFrame({"place_code": ["B", "A", "C"]})


def rows(*codes):
    return pl.DataFrame({"place_code": list(codes)}, schema={"place_code": pl.String})


def covered(table, at_least=2):
    return register_coverage(
        PLACES, table, register="reserve", at_least=at_least, unit="人", clauses="TC-29"
    )


def test_each_place_is_held_against_the_number_required():
    table = covered(rows("A", "A", "A", "B", "Z"))
    expected = [
        ("reserve", "B", 2, 1, 1, "人", "TC-29"),
        ("reserve", "A", 2, 3, 0, "人", "TC-29"),
        ("reserve", "C", 2, 0, 2, "人", "TC-29"),
    ]
    assert expected == table.rows()


def test_a_register_nobody_handed_in_is_unknown_not_empty():
    assert covered(None).select("present", "gap").rows() == [(None, None)] * 3
    assert covered(rows()).select("present", "gap").rows() == [(0, 2)] * 3


def test_a_yes_no_element_is_a_register_of_one_row():
    values = pl.DataFrame({"place_code": ["A", "B"], "value": [True, False]})
    table = element_coverage(PLACES, values, register="plan")
    expected = [("B", 1, 0, 1), ("A", 1, 1, 0), ("C", 1, None, None)]
    assert expected == table.select("place_code", "required", "present", "gap").rows()
    assert element_coverage(PLACES, None, register="plan")["gap"].to_list() == [None] * 3


def test_totals_say_the_share_and_its_interval():
    values = pl.DataFrame({"place_code": ["A", "B"], "value": [True, False]})
    both = pl.concat(
        [covered(rows("A", "A", "B", "B")), element_coverage(PLACES, values, register="plan")]
    )
    expected = [
        ("reserve", 3, 2, 1, 0, "2/3 (66.6%)"),
        ("plan", 3, 1, 1, 1, "1-2/3 (33.3-66.6%)"),
    ]
    assert expected == coverage_totals(both).rows()


def test_a_hundred_percent_means_every_place():
    many = pl.DataFrame({"place_code": [str(number) for number in range(10_000)]})
    short_of_one = many.head(9_999)
    table = register_coverage(many, short_of_one, register="r", at_least=1)
    assert coverage_totals(table)["share_text"].to_list() == ["9999/10000 (99.9%)"]
    whole = register_coverage(many, many, register="r", at_least=1)
    assert coverage_totals(whole)["share_text"].to_list() == ["10000/10000 (100.0%)"]


def test_totals_of_nothing_are_empty():
    assert coverage_totals(covered(rows()).clear()).height == 0


def test_faulty_calls_are_refused():
    twice = pl.DataFrame({"place_code": ["A", "A"], "value": [True, False]})
    with pytest.raises(ComputationError, match="not unique"):
        register_coverage(twice, rows(), register="r", at_least=1)
    with pytest.raises(ComputationError, match="not unique"):
        element_coverage(PLACES, twice, register="r")
    with pytest.raises(ComputationError, match="negative"):
        covered(rows(), at_least=-1)
    with pytest.raises(ComputationError, match="place_code"):
        covered(pl.DataFrame({"code": ["A"]}))
