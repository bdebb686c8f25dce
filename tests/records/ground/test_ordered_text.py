"""Paths in the database: what lies below another, and by which part."""

import pytest
from tests.records.factories import a_place, a_tree

from bangfu.records.ground.ordered_text import next_below, starts_with
from bangfu.records.places.models import Place
from bangfu.records.places.tree import is_only_top

pytestmark = pytest.mark.django_db


def test_the_next_part_below_a_path_is_the_place_just_below():
    tree = a_tree()
    county = tree["甲县"]
    rows = Place.objects.filter(path__startswith=county.path)
    found = rows.annotate(child=next_below("path", county.path)).values_list("name", "child")
    one, two = str(tree["甲一镇"].pk), str(tree["甲二镇"].pk)
    assert dict(found) == {
        "甲县": "",
        "甲一镇": one,
        "甲一村": one,
        "甲二村": one,
        "甲二镇": two,
        "甲三村": two,
    }


def test_starting_with_a_path_ends_at_a_slash():
    tree = a_tree()
    found = Place.objects.filter(starts_with("path", tree["甲一镇"].path))
    assert set(found.values_list("name", flat=True)) == {"甲一镇", "甲一村", "甲二村"}


def test_the_only_top_place_is_one_without_any_other():
    tree = a_tree()
    assert is_only_top(tree["示例省"])
    assert not is_only_top(tree["示例市"])
    a_place("另一省", "320000000000", "province", None)
    assert not is_only_top(tree["示例省"])
