"""The change screen: nothing before the confirmation, then once, and only what was seen."""

from datetime import date

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.places.changes import rename_place
from bangfu.records.places.events import Paper
from bangfu.records.places.models import Place, PlaceEvent, PlaceVersion
from bangfu.records.places.tree import tree_on

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 1)
PAPER = {"on": "2026-07-01", "document_number": "示例函〔2026〕1号", "remark": ""}


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def city(tree):
    client = Client()
    client.force_login(an_account("keeper", "system_administrator", tree["示例市"]))
    return client


def preview(client, place, kind, **given):
    return client.post(f"/places/{place.pk}/change/{kind}/", {**PAPER, **given, "step": "preview"})


def confirm(client, place, kind, seen, **given):
    data = {**PAPER, **given, "step": "confirm", "key": seen["key"], "seen": seen["seen"]}
    return client.post(f"/places/{place.pk}/change/{kind}/", data)


def go(client, place, kind, **given):
    """Preview, then confirm what was previewed."""
    shown = preview(client, place, kind, **given)
    assert shown.status_code == 200, shown.content.decode()
    return confirm(client, place, kind, shown.context, **given)


def names():
    return {row.name for row in tree_on(DAY)}


def test_a_preview_shows_the_change_and_changes_nothing(tree, city):
    before = (PlaceVersion.objects.count(), PlaceEvent.objects.count(), AuditEntry.objects.count())
    told = preview(city, tree["甲一镇"], "transfer", to=tree["乙县"].code).content.decode()
    assert "甲县／甲一镇" in told
    assert "乙县／甲一镇" in told
    after = (PlaceVersion.objects.count(), PlaceEvent.objects.count(), AuditEntry.objects.count())
    assert after == before


def test_a_preview_counts_who_would_lose_and_gain_sight(tree, city):
    an_account("old", "county_office", tree["甲县"])
    an_account("new", "county_office", tree["乙县"])
    found = preview(city, tree["甲一镇"], "transfer", to=tree["乙县"].code).context["found"]
    assert [(label.zh, count) for label, count in found.losing] == [("县级主管部门", 1)]
    assert [(label.zh, count) for label, count in found.gaining] == [("县级主管部门", 1)]
    assert found.moved == 3


def test_the_same_confirmation_twice_is_one_change(tree, city):
    shown = preview(city, tree["甲一镇"], "rename", name="甲新镇").context
    answers = [confirm(city, tree["甲一镇"], "rename", shown, name="甲新镇") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert PlaceEvent.objects.count() == 1


def test_what_changed_since_the_preview_is_not_overwritten(tree, city):
    shown = preview(city, tree["甲一镇"], "rename", name="甲新镇").context
    rename_place(tree["甲一镇"], "他人改名", Paper(DAY), actor=System())
    answer = confirm(city, tree["甲一镇"], "rename", shown, name="甲新镇")
    assert answer.status_code == 412
    assert "甲新镇" not in names()


@pytest.mark.parametrize("key", ["", "short", "x" * 200, "<script>" * 4])
def test_no_confirmation_without_a_preview(tree, city, key):
    answer = confirm(city, tree["甲一镇"], "rename", {"key": key, "seen": "1:1"}, name="甲新镇")
    assert answer.status_code == 409
    assert "甲新镇" not in names()


@pytest.mark.parametrize("seen", ["", "a:b", "1", "1:1,", "9" * 30 + ":1"])
def test_no_confirmation_without_what_was_seen(tree, city, seen):
    key = "k" * 24
    answer = confirm(city, tree["甲一镇"], "rename", {"key": key, "seen": seen}, name="甲新镇")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("name", "kind", "given", "expected"),
    [
        ("甲一镇", "rename", {"name": "甲新镇"}, "甲新镇"),
        ("甲一镇", "reclassify", {"new_kind": "街道"}, "甲一镇"),
        ("甲一镇", "recode", {"code_system": "nbs", "code": "330111109000"}, "甲一镇"),
        ("甲一镇", "transfer", {"to": "330112000000 乙县"}, "甲一镇"),
        ("甲一镇", "merge", {"with_1": "330111102000"}, "甲一镇"),
        (
            "甲一镇",
            "merge",
            {"with_1": "330111102000", "new_name": "甲合镇", "new_code": "330111109000"},
            "甲合镇",
        ),
        ("甲一村", "abolish", {}, "甲二村"),
        ("甲一镇", "abolish", {"children_to": "330111102000"}, "甲二镇"),
        (
            "甲一镇",
            "found",
            {"name": "新村", "level": "village", "code_system": "nbs", "code": "330111101299"},
            "新村",
        ),
        ("甲一镇", "correct", {"name": "甲对镇"}, "甲对镇"),
    ],
)
def test_every_event_is_made_from_the_screen(tree, city, name, kind, given, expected):
    answer = go(city, tree[name], kind, **given)
    assert answer.status_code == 302
    assert expected in names()
    assert PlaceEvent.objects.get().document_number == "示例函〔2026〕1号"


def test_a_split_from_the_screen_asks_where_each_place_below_goes(tree, city):
    given = {
        "stays": "60",
        "name_2": "甲分镇",
        "code_2": "330111109000",
        "weight_2": "40",
        f"child_{tree['甲一村'].pk}": "1",
        f"child_{tree['甲二村'].pk}": "2",
    }
    assert go(city, tree["甲一镇"], "split", **given).status_code == 302
    rows = {row.name: row for row in tree_on(DAY)}
    assert rows["甲二村"].parent_id == rows["甲分镇"].place_id
    assert rows["甲一村"].parent_id == tree["甲一镇"].pk
    event = PlaceEvent.objects.get()
    assert set(event.parts.values_list("weight_millionths", flat=True)) == {600_000, 400_000}


@pytest.mark.parametrize(
    ("kind", "given", "status"),
    [
        ("rename", {"name": ""}, 400),
        ("rename", {"name": "甲" * 81}, 400),
        ("rename", {"name": "甲一镇"}, 409),
        ("rename", {"name": "甲新镇", "on": "昨天"}, 400),
        ("rename", {"name": "甲新镇", "on": "1234-01-01"}, 400),
        ("rename", {"name": "甲新镇", "on": "2019-01-01"}, 409),
        ("recode", {"code_system": "gb", "code": "1"}, 400),
        ("recode", {"code_system": "nbs", "code": "12"}, 409),
        ("transfer", {"to": "999999999999"}, 400),
        ("merge", {"with_1": "330111102000", "new_name": "甲合镇"}, 400),
        ("merge", {"with_1": "330111102000", "into": "330112101000"}, 400),
        ("split", {"stays": "60", "name_2": "甲", "code_2": "330111109000", "weight_2": "x"}, 400),
        ("split", {"stays": "NaN", "name_2": "甲", "code_2": "330111109000", "weight_2": "1"}, 400),
        ("split", {"stays": "60", "name_2": "甲", "code_2": "330111109000", "weight_2": "30"}, 400),
        ("abolish", {}, 409),
        ("correct", {}, 400),
        ("nothing", {}, 404),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(tree, city, kind, given, status):
    before = PlaceVersion.objects.count()
    answer = preview(city, tree["甲一镇"], kind, **given)
    assert answer.status_code == status
    assert (PlaceVersion.objects.count(), PlaceEvent.objects.count()) == (before, 0)


def test_places_of_another_area_cannot_be_drawn_in(tree):
    client = Client()
    client.force_login(an_account("county", "county_office", tree["甲县"]))
    answer = preview(client, tree["甲一镇"], "transfer", to=tree["乙县"].code)
    assert answer.status_code == 400
    assert Place.objects.get(pk=tree["甲一镇"].pk).parent_id == tree["甲县"].pk


def test_who_may_not_change_divisions_is_refused_also_by_post(tree):
    client = Client()
    client.force_login(an_account("town", "township_office", tree["甲一镇"]))
    assert preview(client, tree["甲一镇"], "rename", name="甲新镇").status_code == 403
