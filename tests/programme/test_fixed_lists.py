"""A list the document fixes: there without the office's table, dated by it."""

from datetime import date

import polars as pl

from bangfu.programme.fixed_lists import fixed_members
from bangfu.schemes.load import load_scheme

LISTS = {each.id: each for each in load_scheme("js-2021").targeting.lists}
FIXED, OPEN = LISTS["key_counties"], LISTS["areas"]
SCHEMA = {"place_code": pl.String, "class": pl.String, "entered_on": pl.Date, "exited_on": pl.Date}


def held(*rows: tuple[str, date | None, date | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(code, "key_county", start, end) for code, start, end in rows], schema=SCHEMA, orient="row"
    )


def test_the_places_of_the_document_stand_without_a_table() -> None:
    found = fixed_members(FIXED, None)
    assert found is not None
    assert found["place_code"].to_list() == list(FIXED.codes)
    assert found["entered_on"].null_count() == 12


def test_the_office_adds_dates_and_further_places_but_removes_none() -> None:
    day = date(2023, 5, 1)
    found = fixed_members(FIXED, held(("320321000000", day, None), ("320722000000", day, None)))
    assert found is not None
    assert found["place_code"].to_list() == [*FIXED.codes, "320722000000"]
    assert found.filter(pl.col("entered_on") == day)["place_code"].to_list() == [
        "320321000000",
        "320722000000",
    ]


def test_a_list_without_codes_is_left_to_the_office() -> None:
    assert fixed_members(OPEN, None) is None
    rows = held()
    assert fixed_members(OPEN, rows) is rows
