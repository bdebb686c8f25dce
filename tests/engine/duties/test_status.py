"""Deeds set against duties due."""

from datetime import date

import polars as pl
import pytest

from bangfu.engine.duties import (
    DUTY_STATES,
    EndOfPeriod,
    MonthDay,
    duty_instances,
    duty_status,
    unmatched_deeds,
)
from bangfu.vocabulary.errors import ComputationError

END = EndOfPeriod()
YEAR_2025 = (date(2025, 1, 1), date(2026, 1, 1))


def due_duties(every="quarter", due=END, at_least=1, objects=("A",)):
    table = pl.DataFrame(
        {
            "duty_id": "visit",
            "actor": "leader-1",
            "object_code": list(objects),
            "clauses": "ZJ-V-18",
        }
    )
    return duty_instances(table, every=every, span=YEAR_2025, due=due, at_least=at_least)


def deed(done_on, entered_on=None, **columns):
    row = {
        "duty_id": "visit",
        "actor": "leader-1",
        "object_code": "A",
        "done_on": done_on,
        "entered_on": entered_on or done_on,
    }
    return row | columns


def log(*rows):
    schema = {
        "duty_id": pl.String,
        "actor": pl.String,
        "object_code": pl.String,
        "done_on": pl.Date,
        "entered_on": pl.Date,
        "period": pl.String,
    }
    return pl.DataFrame(list(rows), schema=schema)


def states(instances, deeds, as_of):
    return duty_status(instances, deeds, as_of=as_of)["status"].to_list()


def test_without_a_deed_a_duty_is_overdue_open_or_not_yet_due():
    found = states(due_duties(), log(), date(2025, 6, 30))
    assert found == ["overdue", "open", "not_due", "not_due"]


def test_the_due_day_itself_is_still_open():
    assert states(due_duties(), log(), date(2025, 3, 31))[0] == "open"
    assert states(due_duties(), log(), date(2025, 4, 1))[0] == "overdue"


def test_the_day_done_decides_the_period_and_the_day_entered_is_kept():
    late_entry = log(deed(date(2025, 3, 31), entered_on=date(2025, 5, 20)))
    table = duty_status(due_duties(), late_entry, as_of=date(2025, 6, 1))
    assert table["status"].to_list() == ["done", "open", "not_due", "not_due"]
    assert date(2025, 5, 20) == table["entered_on"][0]


def test_a_deed_of_the_next_quarter_never_heals_the_last_one():
    found = states(due_duties(), log(deed(date(2025, 4, 1))), date(2025, 6, 1))
    assert found == ["overdue", "done", "not_due", "not_due"]


def test_a_deed_that_names_an_earlier_period_is_done_late():
    made_good = log(deed(date(2025, 4, 9), period="2025Q1"))
    found = states(due_duties(), made_good, date(2025, 6, 1))
    assert found == ["done_late", "open", "not_due", "not_due"]


def test_nothing_is_done_for_a_period_before_it_begins():
    early = log(deed(date(2025, 4, 9), period="2025Q3"))
    as_of = date(2025, 8, 1)
    assert states(due_duties(), early, as_of) == ["overdue", "overdue", "open", "not_due"]
    assert unmatched_deeds(due_duties(), early, as_of=as_of).height == 1


def test_a_deed_after_the_due_day_but_in_its_period_is_done_late():
    yearly = due_duties(every="year", due=MonthDay(10, 31))
    assert states(yearly, log(deed(date(2025, 10, 31))), date(2025, 12, 1)) == ["done"]
    assert states(yearly, log(deed(date(2025, 11, 1))), date(2025, 12, 1)) == ["done_late"]


def test_a_duty_without_a_due_day_is_never_overdue_or_late():
    undated = due_duties(every="year", due=None)
    assert states(undated, log(), date(2027, 1, 1)) == ["open"]
    late = log(deed(date(2026, 3, 1), period="2025"))
    assert states(undated, late, date(2027, 1, 1)) == ["done"]


def test_deeds_fill_the_numbers_in_the_order_they_were_done():
    twice = due_duties(every="year", at_least=2)
    deeds = log(deed(date(2025, 9, 1)), deed(date(2025, 2, 1)))
    table = duty_status(twice, deeds, as_of=date(2025, 12, 1))
    assert [date(2025, 2, 1), date(2025, 9, 1)] == table["done_on"].to_list()
    assert states(twice, log(deed(date(2025, 2, 1))), date(2025, 12, 1)) == ["done", "open"]


def test_a_deed_after_the_day_looked_at_is_left_aside():
    deeds = log(deed(date(2025, 3, 20)))
    assert states(due_duties(), deeds, date(2025, 3, 19))[0] == "open"
    assert states(due_duties(), deeds, date(2025, 3, 20))[0] == "done"


def test_a_deed_counts_only_for_its_actor_and_its_object():
    deeds = log(
        deed(date(2025, 2, 1), actor="leader-2"),
        deed(date(2025, 2, 1), object_code="B"),
        deed(date(2025, 2, 1), duty_id="study"),
        deed(None),
        deed(date(2026, 1, 1)),
    )
    as_of = date(2026, 2, 1)
    assert states(due_duties(), deeds, as_of) == ["overdue"] * 4
    assert deeds.rows() == unmatched_deeds(due_duties(), deeds, as_of=as_of).rows()


def test_without_an_actor_column_a_deed_counts_for_the_only_actor():
    deeds = log(deed(date(2025, 2, 1))).drop("actor", "period")
    assert states(due_duties(), deeds, date(2025, 3, 1))[0] == "done"


def test_without_an_actor_column_two_actors_are_refused():
    second = due_duties().with_columns(pl.lit("leader-2").alias("actor"))
    two = pl.concat([due_duties(), second])
    deeds = log(deed(date(2025, 2, 1))).drop("actor")
    with pytest.raises(ComputationError, match="several actors"):
        duty_status(two, deeds, as_of=date(2025, 3, 1))


def test_rows_keep_their_order_and_states_are_the_five():
    instances = due_duties(objects=("C", "A", "B"), at_least=2)
    deeds = log(deed(date(2025, 2, 1)), deed(date(2025, 5, 1), object_code="B"))
    table = duty_status(instances, deeds, as_of=date(2025, 8, 1))
    assert instances.rows() == table.select(instances.columns).rows()
    assert set(table["status"]) <= set(DUTY_STATES)


def test_a_deed_beyond_the_number_asked_for_is_not_called_unmatched():
    deeds = log(deed(date(2025, 2, 1)), deed(date(2025, 2, 2)))
    assert unmatched_deeds(due_duties(), deeds, as_of=date(2025, 3, 1)).height == 0
