"""Outlines handed in: told what fitted, put nowhere twice, drawn on the place file."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.factories import a_tree, an_account

from bangfu.records.ground import clock
from bangfu.records.places.models import PlaceShape, ShapeFile

pytestmark = pytest.mark.django_db
SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1], [120.0, 30.0]]


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def county(tree):
    client = Client()
    client.force_login(an_account("county", "county_office", tree["甲县"]))
    return client


def geojson(*codes, name="", ring=SQUARE):
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code in codes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def hand_in(client, data, **more):
    given = {"datum": "wgs84", "code_system": "nbs", "on": "2026-01-01", "source": "示例来源"}
    file = SimpleUploadedFile("边界.geojson", data)
    return client.post("/places/outlines/", {**given, **more, "file": file})


def test_a_file_is_put_to_its_places_and_the_misfits_are_told(tree, county):
    answer = hand_in(county, geojson(tree["甲一村"].code, "999999999999", tree["乙一村"].code))
    report = answer.context["report"]
    assert (answer.status_code, report.by_code, len(report.faults)) == (200, 1, 2)
    assert "999999999999" in answer.content.decode()
    assert [shape.place.name for shape in PlaceShape.objects.all()] == ["甲一村"]


def test_the_same_file_twice_puts_nothing_twice(tree, county):
    data = geojson(tree["甲一村"].code)
    assert [hand_in(county, data).context["report"].held for _ in range(2)] == [0, 1]
    assert (ShapeFile.objects.count(), PlaceShape.objects.count()) == (1, 1)


def test_the_same_file_in_another_datum_is_refused(tree, county):
    data = geojson(tree["甲一村"].code)
    hand_in(county, data)
    assert hand_in(county, data, datum="gcj02").status_code == 409


def test_no_datum_is_guessed(tree, county):
    assert hand_in(county, geojson(tree["甲一村"].code), datum="").status_code == 400
    assert ShapeFile.objects.count() == 0


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b"\xff\xfe", b'{"type": "FeatureCollection", "features": []}']
)
def test_what_is_no_file_of_outlines_is_refused_with_words(county, data):
    answer = hand_in(county, data)
    assert answer.status_code == 409
    assert "SHP-01" in answer.content.decode()


def test_the_outline_is_drawn_on_the_place_file(tree, county):
    hand_in(county, geojson(tree["甲一村"].code))
    with clock.set_to(date(2026, 11, 22)):
        told = county.get(f"/places/{tree['甲一村'].pk}/").content.decode()
    assert 'fill-rule="evenodd"' in told
    assert "示例来源" in told


def test_an_outline_is_not_drawn_before_its_day(tree, county):
    hand_in(county, geojson(tree["甲一村"].code), on="2199-01-01")
    assert 'fill-rule="evenodd"' not in county.get(f"/places/{tree['甲一村'].pk}/").content.decode()


def test_hostile_words_of_a_file_are_shown_as_text(tree, county):
    answer = hand_in(county, geojson("", name="<script>alert(1)</script>"))
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(("role", "place"), [("township_office", "甲一镇"), ("finance", "甲县")])
def test_who_may_not_change_places_may_hand_in_nothing(tree, role, place):
    client = Client()
    client.force_login(an_account("reader", role, tree[place]))
    assert client.get("/places/outlines/").status_code == 403
    assert hand_in(client, geojson(tree["甲一村"].code)).status_code == 403
    assert "/places/outlines/" not in client.get("/places/").content.decode()


def test_an_outline_too_small_to_see_breaks_no_page(tree, county):
    near = 0.000001
    ring = [[120.0, 30.0], [120.0 + near, 30.0], [120.0 + near, 30.0 + near], [120.0, 30.0]]
    assert hand_in(county, geojson(tree["甲一村"].code, ring=ring)).context["report"].by_code == 1
    assert county.get(f"/places/{tree['甲一村'].pk}/").status_code == 200
