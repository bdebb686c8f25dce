"""Changes between two versions of a list."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.exit import list_changes
from bangfu.vocabulary.errors import ComputationError


def version(**classes):
    schema = {"place_code": pl.String, "class": pl.String}
    return pl.DataFrame(list(classes.items()), schema=schema, orient="row")


def test_added_removed_and_reclassified_are_told_apart():
    table = list_changes(
        version(A="key", B="key", C="key", D=None), version(B="key", C="pioneer", D="key", E="key")
    )
    expected = [
        ("A", "removed", "key", None),
        ("C", "reclassified", "key", "pioneer"),
        ("D", "reclassified", None, "key"),
        ("E", "added", None, "key"),
    ]
    assert expected == table.rows()


def test_a_member_without_a_class_is_still_a_member():
    table = list_changes(version(A=None), version(A=None, B=None))
    assert table.rows() == [("B", "added", None, None)]


LISTS = st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from(["key", "pioneer"]))


@settings(max_examples=40)
@given(LISTS, LISTS)
def test_the_changes_lead_from_one_version_to_the_other(before, after):
    rebuilt = dict(before)
    for code, change, _, new_class in list_changes(version(**before), version(**after)).rows():
        if change == "removed":
            del rebuilt[code]
        else:
            rebuilt[code] = new_class
    assert after == rebuilt


def test_a_place_listed_twice_is_refused():
    twice = pl.concat([version(A="key"), version(A="pioneer")])
    with pytest.raises(ComputationError, match="not unique"):
        list_changes(version(), twice)
