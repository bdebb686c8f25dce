"""One row for each time a duty must be done."""

from datetime import date

import polars as pl
import pytest

from bangfu.engine.duties import DaysAfter, EndOfPeriod, duty_instances
from bangfu.vocabulary.errors import ComputationError

YEAR_2025 = (date(2025, 1, 1), date(2026, 1, 1))


def assignments(**columns):
    base = {
        "duty_id": ["visit", "visit"],
        "actor": ["leader-1", "leader-2"],
        "object_code": ["A", "B"],
        "clauses": ["ZJ-V-18", "ZJ-V-18"],
    }
    return pl.DataFrame(base | columns)


def test_quarterly_visits_of_575_villages_are_2300_a_year():
    codes = [f"{number:04d}" for number in range(575)]
    villages = pl.DataFrame(
        {"duty_id": "visit", "actor": "leader", "object_code": codes, "clauses": "ZJ-V-18"}
    )
    assert duty_instances(villages, every="quarter", span=YEAR_2025).height == 2300


def test_half_yearly_appraisals_of_36_are_72_a_year():
    codes = [f"{number:02d}" for number in range(36)]
    heads = pl.DataFrame(
        {"duty_id": "appraisal", "actor": "org", "object_code": codes, "clauses": "TC-58"}
    )
    assert duty_instances(heads, every="half", span=YEAR_2025).height == 72


def test_rows_stand_by_assignment_then_period_then_number():
    table = duty_instances(
        assignments(), every="half", span=YEAR_2025, at_least=2, due=EndOfPeriod()
    )
    expected = [
        (actor, period, number)
        for actor in ("leader-1", "leader-2")
        for period in ("2025H1", "2025H2")
        for number in (1, 2)
    ]
    assert expected == table.select("actor", "period", "number").rows()
    assert [date(2025, 6, 30)] * 2 + [date(2025, 12, 31)] * 2 == table["due"].to_list()[:4]
    assert table["clauses"].to_list() == ["ZJ-V-18"] * 8


def test_a_day_the_document_does_not_state_stays_unknown():
    table = duty_instances(assignments(), every="year", span=YEAR_2025)
    assert table["due"].to_list() == [None, None]
    assert pl.Date == table["due"].dtype


def test_the_days_of_the_period_are_carried_half_open():
    table = duty_instances(assignments(), every="year", span=YEAR_2025, due=DaysAfter(31))
    first = table.row(0, named=True)
    assert (date(2025, 1, 1), date(2026, 1, 1), date(2026, 1, 31)) == (
        first["starts_on"],
        first["ends_on"],
        first["due"],
    )


def test_a_place_listed_for_part_of_the_span_owes_only_the_periods_it_touches():
    table = duty_instances(
        assignments(valid_from=[date(2025, 4, 1), None], valid_to=[None, date(2025, 4, 1)]),
        every="quarter",
        span=YEAR_2025,
    )
    expected = [
        ("leader-1", "2025Q2"),
        ("leader-1", "2025Q3"),
        ("leader-1", "2025Q4"),
        ("leader-2", "2025Q1"),
    ]
    assert expected == table.select("actor", "period").rows()


def test_a_place_taken_off_and_put_back_within_a_period_counts_once():
    table = duty_instances(
        assignments(
            actor=["leader-1"] * 2,
            object_code=["A"] * 2,
            valid_from=[date(2025, 1, 1), date(2025, 3, 1)],
            valid_to=[date(2025, 2, 1), date(2025, 5, 1)],
        ),
        every="quarter",
        span=YEAR_2025,
    )
    assert table["period"].to_list() == ["2025Q1", "2025Q2"]


def test_no_assignments_give_an_empty_table_with_its_columns():
    table = duty_instances(assignments().clear(), every="quarter", span=YEAR_2025)
    assert table.height == 0
    expected = [
        "duty_id",
        "actor",
        "object_code",
        "period",
        "number",
        "due",
        "clauses",
        "starts_on",
        "ends_on",
    ]
    assert expected == table.columns


def test_an_actor_not_known_still_leaves_the_duty():
    table = duty_instances(assignments(actor=[None, None]), every="year", span=YEAR_2025)
    assert table["actor"].to_list() == [None, None]


def test_less_than_once_is_refused():
    with pytest.raises(ComputationError, match="at least once"):
        duty_instances(assignments(), every="year", span=YEAR_2025, at_least=0)


def test_a_missing_column_is_named():
    with pytest.raises(ComputationError, match="object_code"):
        duty_instances(assignments().drop("object_code"), every="year", span=YEAR_2025)
