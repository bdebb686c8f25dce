"""Units on several lists: each is counted once, and none is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.targeting.overlaps import distinct_units, lists_by_unit, overlapping_units

lists = st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from("12345")), max_size=3)


@settings(max_examples=100)
@given(lists)
def test_nothing_is_lost_or_counted_twice(given_lists: dict[str, list[str]]) -> None:
    everything = set().union(*given_lists.values())
    found = lists_by_unit(given_lists)
    assert set(found) == everything
    assert distinct_units(given_lists) == len(everything)
    for unit, names in found.items():
        assert list(names) == [name for name, units in given_lists.items() if unit in units]


def test_a_unit_named_twice_on_one_list_is_no_overlap() -> None:
    assert overlapping_units({"areas": ["1", "1"], "counties": ["2"]}) == {}
