"""The identity of a scheme version rests on what it says, not on how it is written."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.identity import canonical_json, content_hash

CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), CONTENT, max_size=4))
@settings(max_examples=60)
def test_the_order_of_keys_does_not_matter(content: dict[str, object]) -> None:
    turned = dict(reversed(content.items()))
    assert content_hash(turned) == content_hash(content)


def test_lists_and_tuples_are_one() -> None:
    assert canonical_json({"a": (1, 2)}) == canonical_json({"a": [1, 2]}) == '{"a":[1,2]}'


def test_dates_are_iso_text_as_keys_and_as_values() -> None:
    content = {"a": {date(2021, 1, 1): date(2026, 1, 1)}}
    assert canonical_json(content) == '{"a":{"2021-01-01":"2026-01-01"}}'


def test_the_hash_is_that_of_the_canonical_text() -> None:
    # sha256 of {"a":1}, computed with another program.
    expected = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    assert content_hash({"a": 1}) == expected


def test_another_figure_is_another_version() -> None:
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})
