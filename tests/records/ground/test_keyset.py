"""Pages by key: every row once, forwards and backwards, whatever the order."""

import base64
import json

import pytest
from tests.records.factories import a_tree

from bangfu.records.ground.keyset import capped_count, keyset_page
from bangfu.records.ground.refusals import Refused
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db

ORDERS = [("code", "id"), ("-id",), ("level", "-code", "id"), ("-level", "id")]


def walk(order, size, *, start="", step="next_cursor"):
    seen, cursor = [], start
    while True:
        page = keyset_page(Place.objects.all(), order=order, cursor=cursor, size=size)
        seen.append([row.pk for row in page.items])
        cursor = getattr(page, step)
        if cursor is None:
            return seen, page


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 4, 11, 50])
def test_every_row_comes_once_and_in_order(order, size):
    a_tree()
    pages, _ = walk(order, size)
    expected = list(Place.objects.order_by(*order).values_list("pk", flat=True))
    assert [pk for page in pages for pk in page] == expected


@pytest.mark.parametrize("order", ORDERS)
def test_the_way_back_shows_the_same_pages(order):
    a_tree()
    forwards, last = walk(order, 4)
    backwards, _ = walk(order, 4, start=last.previous_cursor, step="previous_cursor")
    assert list(reversed(backwards)) == forwards[:-1]


def mark(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "parts", [("n", "3301", "abc"), ("n", "3301", 2**63), ("n", "33\x0001", 1), ("n", "3301", None)]
)
def test_a_mark_with_foreign_keys_is_refused(parts):
    with pytest.raises(Refused):
        keyset_page(Place.objects.all(), order=("code", "id"), cursor=mark(*parts))


@pytest.mark.parametrize(
    "cursor", ["x", "bm9uc2Vuc2U", "W10", "WyJuIiwxXQ", "WyJ6IiwiYSIsMV0", "🙂", "WyJuIixbMV0sMV0"]
)
def test_a_damaged_mark_is_refused(cursor):
    with pytest.raises(Refused):
        keyset_page(Place.objects.all(), order=("code", "id"), cursor=cursor)


def test_a_count_is_exact_to_its_limit_and_says_so_beyond():
    a_tree()
    assert capped_count(Place.objects.all(), 11) == (11, False)
    assert capped_count(Place.objects.all(), 10) == (10, True)
