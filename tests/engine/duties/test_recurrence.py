"""Periods of a span and the day each is due."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.duties import (
    DaysAfter,
    EndOfPeriod,
    MonthDay,
    RestDays,
    due_date,
    periods_between,
)
from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.period import FOREVER, parse_period

NEW_YEAR = date(2025, 1, 1)


def texts(every, starts_on, ends_on):
    return [p.text for p in periods_between(every, starts_on=starts_on, ends_on=ends_on)]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("month", ["2025-03", "2025-04", "2025-05", "2025-06", "2025-07"]),
        ("quarter", ["2025Q1", "2025Q2", "2025Q3"]),
        ("half", ["2025H1", "2025H2"]),
        ("year", ["2025"]),
        ("once", ["2025-03-15/2025-07-02"]),
    ],
)
def test_every_natural_period_touched_by_the_span_is_listed(every, expected):
    assert expected == texts(every, date(2025, 3, 15), date(2025, 7, 2))


def test_the_last_day_of_the_span_is_excluded():
    assert texts("quarter", NEW_YEAR, date(2025, 4, 1)) == ["2025Q1"]
    assert texts("quarter", NEW_YEAR, date(2025, 4, 2)) == ["2025Q1", "2025Q2"]


def test_five_years_of_quarters_are_twenty():
    listed = texts("quarter", date(2021, 1, 1), date(2026, 1, 1))
    assert (len(listed), listed[0], listed[-1]) == (20, "2021Q1", "2025Q4")


def test_once_over_whole_years_is_written_as_a_span_of_years():
    (once,) = periods_between("once", starts_on=date(2021, 1, 1), ends_on=date(2026, 1, 1))
    assert parse_period("2021/2026") == once


def test_once_may_have_no_end():
    (once,) = periods_between("once", starts_on=NEW_YEAR, ends_on=FOREVER)
    assert once.ends_on == FOREVER


@settings(max_examples=60)
@given(
    every=st.sampled_from(["month", "quarter", "half", "year"]),
    starts_on=st.dates(date(1999, 1, 1), date(2040, 12, 31)),
    days=st.integers(1, 1500),
)
def test_periods_follow_each_other_and_cover_the_span(every, starts_on, days):
    ends_on = starts_on + timedelta(days=days)
    periods = periods_between(every, starts_on=starts_on, ends_on=ends_on)
    assert periods[0].contains(starts_on)
    assert periods[-1].contains(ends_on - timedelta(days=1))
    for earlier, later in pairwise(periods):
        assert earlier.ends_on == later.starts_on


@pytest.mark.parametrize(
    ("every", "ends_on", "message"),
    [
        ("week", date(2026, 1, 1), "unknown interval"),
        ("year", NEW_YEAR, "empty"),
        ("year", FOREVER, "without an end"),
    ],
)
def test_a_span_that_gives_no_list_is_refused(every, ends_on, message):
    with pytest.raises(ComputationError, match=message):
        periods_between(every, starts_on=NEW_YEAR, ends_on=ends_on)


@pytest.mark.parametrize(
    ("period", "rule", "expected"),
    [
        ("2025Q1", EndOfPeriod(), date(2025, 3, 31)),
        ("2024-02", EndOfPeriod(), date(2024, 2, 29)),
        ("2025", MonthDay(12, 31), date(2025, 12, 31)),
        ("2024", MonthDay(2, 29), date(2024, 2, 29)),
        ("2025", MonthDay(2, 29), date(2025, 2, 28)),
        ("2025", DaysAfter(15), date(2026, 1, 15)),
        ("2025", DaysAfter(0), date(2025, 12, 31)),
        ("2025", None, None),
    ],
)
def test_the_due_day_follows_its_rule(period, rule, expected):
    assert expected == due_date(parse_period(period), rule)


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        ("none", date(2025, 5, 31)),
        ("earlier", date(2025, 5, 30)),
        ("later", date(2025, 6, 3)),
    ],
)
def test_a_due_day_moves_off_a_run_of_rest_days(shift, expected):
    # Dragon Boat Festival 2025: 31 May to 2 June.
    holiday = frozenset({date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 2)})
    calendar = RestDays(holiday, shift)
    assert expected == due_date(parse_period("2025-05"), EndOfPeriod(), calendar=calendar)


@pytest.mark.parametrize(("month", "day"), [(4, 31), (13, 1), (2, 30), (1, 0)])
def test_a_day_that_never_comes_is_refused(month, day):
    with pytest.raises(ComputationError, match="no such day"):
        MonthDay(month, day)


def test_days_before_the_end_are_refused():
    with pytest.raises(ComputationError, match="negative"):
        DaysAfter(-1)


def test_an_unknown_shift_is_refused():
    with pytest.raises(ComputationError, match="shift"):
        RestDays(frozenset(), "sideways")
