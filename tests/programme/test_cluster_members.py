"""Clusters from rows: roles in either language, days that agree, and what is not known."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.cluster_members import Cluster, read_clusters

START, BUILT = date(2025, 6, 1), date(2027, 6, 1)


def read(*rows: tuple[str, str, str | None, date | None, date | None]) -> list[Cluster]:
    table = pl.DataFrame(
        [(*row, None) for row in rows],
        schema={
            "cluster_code": pl.String,
            "place_code": pl.String,
            "role": pl.String,
            "started_on": pl.Date,
            "built_on": pl.Date,
            "name": pl.String,
        },
        orient="row",
    )
    return read_clusters(table)


def cluster(starts: tuple[date, ...] = (), completions: tuple[date, ...] = ()) -> Cluster:
    return Cluster("P", "P", ("H",), ("A",), (), starts, completions)


def test_roles_are_read_in_either_language() -> None:
    (found,) = read(
        ("P", "A", "周边村", START, None),
        ("P", "H", "重点村", START, None),
        ("P", "B", "member", START, None),
    )
    assert (found.hubs, found.surrounding, found.unclear) == (("H",), ("A", "B"), ())
    assert found.places == ("H", "A", "B")


def test_a_village_without_a_role_leaves_the_hub_unknown() -> None:
    (found,) = read(("P", "H", "hub", START, None), ("P", "A", None, START, None))
    assert (found.unclear, found.hub) == (("A",), None)


def test_two_hubs_are_no_one_hub() -> None:
    (found,) = read(("P", "H", "hub", START, None), ("P", "G", "hub", START, None))
    assert found.hub is None


def test_a_village_given_twice_counts_once_and_the_hub_wins() -> None:
    (found,) = read(("P", "H", "member", START, None), ("P", "H", "hub", START, None))
    assert (found.hubs, found.surrounding) == (("H",), ())


def test_one_row_with_a_day_is_enough_and_two_days_are_none() -> None:
    one, two = read(
        ("P", "H", "hub", START, None),
        ("P", "A", "member", None, None),
        ("Q", "H", "hub", START, None),
        ("Q", "B", "member", BUILT, None),
    )
    assert (one.started_on, two.started_on) == (START, None)


def test_clusters_keep_the_order_of_their_first_rows() -> None:
    found = read(("Q", "A", "hub", START, None), ("P", "B", "hub", START, None))
    assert [each.code for each in found] == ["Q", "P"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((date(2025, 6, 1), date(2025, 6, 1)), True),
        ((date(2025, 6, 2), date(2025, 12, 31)), False),
        ((date(2025, 1, 1), date(2025, 5, 31)), False),
    ],
)
def test_both_ends_of_the_days_belong(days: tuple[date, date], expected: bool) -> None:
    assert expected is cluster((START,)).begun(*days)


def test_a_missing_start_is_unknown_and_a_missing_completion_is_not_yet() -> None:
    assert cluster().begun(date.min, BUILT) is None
    assert cluster().built(date.min, BUILT) is False


def test_what_is_built_has_begun_some_day_before() -> None:
    found = cluster(completions=(BUILT,))
    assert found.begun(date.min, BUILT) is True
    assert found.begun(date(2027, 1, 1), date(2027, 12, 31)) is None
    assert found.begun(date(2028, 1, 1), date(2028, 12, 31)) is False


def test_days_that_disagree_decide_only_where_all_of_them_do() -> None:
    found = cluster(starts=(START, date(2026, 6, 1)))
    assert found.begun(date(2025, 1, 1), date(2025, 12, 31)) is None
    assert found.begun(date.min, date(2026, 12, 31)) is True
    assert found.begun(date(2027, 1, 1), BUILT) is False
