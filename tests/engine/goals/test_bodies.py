"""Many bodies judged in one pass are judged as each alone."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.goals import assess_bodies, assess_body_count, assess_body_share

answers = st.sampled_from([True, False, None])
statuses = st.sampled_from(["final", "provisional", None])
members = st.lists(
    st.tuples(st.sampled_from("XYZ"), answers, answers, statuses, statuses), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(rows=members, op=st.sampled_from([">=", ">", "<=", "<"]))
@pytest.mark.parametrize("shares", [True, False])
def test_each_body_comes_out_as_alone(shares, rows, op):
    table = pl.DataFrame(
        [(f"m{number}", *row) for number, row in enumerate(rows)],
        schema={
            "place_code": pl.String,
            "town": pl.String,
            "now": pl.Boolean,
            "before": pl.Boolean,
            "now_status": pl.String,
            "before_status": pl.String,
        },
        orient="row",
    )
    alone = assess_body_share if shares else assess_body_count
    expected = pl.concat(
        [
            alone(part.drop("town"), body_code=str(town), op=op)
            for (town,), part in table.group_by("town", maintain_order=True)
        ]
    )
    assert expected.rows() == assess_bodies(table, body="town", op=op, shares=shares).rows()
    bare = table.drop("before", "before_status")
    against = {"threshold_pct": Fraction(50)} if shares else {"threshold": 2}
    expected = pl.concat(
        [
            alone(part.drop("town"), body_code=str(town), op=op, **against)
            for (town,), part in bare.group_by("town", maintain_order=True)
        ]
    )
    (threshold,) = against.values()
    found = assess_bodies(bare, body="town", op=op, shares=shares, threshold=threshold)
    assert expected.rows() == found.rows()
