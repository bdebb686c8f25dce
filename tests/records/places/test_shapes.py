"""Outlines: read, checked, shifted, matched; the original kept."""

import gzip
import hashlib
import json
import math
import os
from datetime import date
from pathlib import Path

import pytest
from tests.records.factories import a_place, a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.places.models import PlaceShape, ShapeFile
from bangfu.records.places.outlines import (
    _shifted,
    area_km2,
    read_outlines,
    simplified,
    to_wgs84,
)
from bangfu.records.places.shapes import Sheet, import_shapes
from bangfu.vocabulary.errors import FaultsFound

SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1], [120.0, 30.0]]
DAY = date(2026, 1, 1)


def a_feature(ring=SQUARE, kind="Polygon", **properties):
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def a_file(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def a_sheet(*features, datum="wgs84", name="示例.geojson"):
    return Sheet(name, a_file(*features), datum, "nbs", DAY, "示例来源")


@pytest.mark.parametrize(
    ("ring", "word"),
    [
        (SQUARE[:-1], "首尾相接"),
        ([[120, 30], [121, 30], [120, 30]], "首尾相接"),
        ([[30.0, 120.0], [30.1, 120.0], [30.1, 120.1], [30.0, 120.0]], "颠倒"),
        ([[120, 30], [121, 30], [122, 30], [120, 30]], "面积"),
        ([["a", "b"]] * 4, "我国范围"),
        ([[120, 30], [math.inf, 30], [121, 31], [120, 30]], "我国范围"),
        ([[120]] * 4, "我国范围"),
        ("ring", "首尾相接"),
        ([], "首尾相接"),
    ],
)
def test_an_outline_that_is_not_fit_is_told_and_left_out(ring, word):
    outlines, faults = read_outlines(a_file(a_feature(ring), a_feature()), "wgs84")
    assert len(outlines) == 1
    assert word in faults[0].message.zh


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b"\xff\xfe", b'{"type":"FeatureCollection","features":[]}', b"[" * 9000],
)
def test_what_is_no_geojson_is_refused(data):
    with pytest.raises(FaultsFound) as found:
        read_outlines(data, "wgs84")
    assert [fault.code for fault in found.value.faults] == ["SHP-01"]


@pytest.mark.parametrize(
    "feature", [None, 3, {}, {"geometry": None}, {"geometry": {"type": "Point"}}]
)
def test_a_feature_of_another_kind_is_told(feature):
    outlines, faults = read_outlines(a_file(feature, a_feature()), "wgs84")
    assert (len(outlines), len(faults)) == (1, 1)


@pytest.mark.parametrize("point", [(120.15, 30.28), (108.7, 35.0), (75.9, 39.5), (126.6, 45.8)])
def test_shifting_there_and_back_ends_where_it_began(point):
    back = to_wgs84(_shifted(point), "gcj02")
    assert back == pytest.approx(point, abs=1e-7)
    assert 100 < math.dist(_shifted(point), point) * 111_320 < 1000


def test_a_known_point_is_shifted_as_the_public_maps_shift_it():
    # Tiananmen: WGS 84 and GCJ-02 coordinates as they are commonly printed.
    assert _shifted((116.391265, 39.907355)) == pytest.approx((116.397508, 39.908759), abs=2e-5)


def test_area_is_that_of_the_ground():
    width = 0.1 * 111.32 * math.cos(math.radians(30.05))
    square = [(x, y) for x, y in SQUARE]
    assert area_km2([[square]]) == pytest.approx(width * 0.1 * 111.32, rel=0.01)
    hole = [(120.02, 30.02), (120.04, 30.02), (120.04, 30.04), (120.02, 30.04), (120.02, 30.02)]
    assert area_km2([[square, hole]]) < area_km2([[square]])


def test_simplifying_keeps_the_shape_within_its_tolerance():
    ring = [
        (120 + math.cos(n / 500 * 2 * math.pi) / 10, 30 + math.sin(n / 500 * 2 * math.pi) / 10)
        for n in range(500)
    ]
    ring.append(ring[0])
    short = simplified(ring)
    assert short[0] == short[-1]
    assert len(short) < 80
    assert area_km2([[short]]) == pytest.approx(area_km2([[ring]]), rel=0.02)


@pytest.mark.django_db
def test_outlines_go_to_their_places_by_code_and_by_name():
    tree = a_tree()
    sheet = a_sheet(a_feature(code="330111"), a_feature(kind="MultiPolygon", name="乙县"))
    report = import_shapes(sheet, actor=System())
    assert (report.by_code, report.by_name, report.faults) == (1, 1, [])
    assert set(PlaceShape.objects.values_list("place_id", flat=True)) == {
        tree["甲县"].pk,
        tree["乙县"].pk,
    }


@pytest.mark.django_db
def test_the_original_is_kept_and_the_same_file_is_imported_once():
    a_tree()
    sheet = a_sheet(a_feature(code="330111000000"), datum="gcj02")
    import_shapes(sheet, actor=System())
    report = import_shapes(sheet, actor=System())
    file = ShapeFile.objects.get()
    assert bytes(file.content) == sheet.data
    assert file.sha256 == hashlib.sha256(sheet.data).hexdigest()
    assert (report.held, PlaceShape.objects.count()) == (1, 1)
    first = PlaceShape.objects.get().rings[0][0][0]
    assert 0.002 < math.dist(first, SQUARE[0]) < 0.01


@pytest.mark.django_db
def test_a_code_that_is_not_held_is_not_guessed_by_its_name():
    a_tree()
    report = import_shapes(a_sheet(a_feature(code="999999", name="甲县")), actor=System())
    assert [fault.code for fault in report.faults] == ["SHP-07"]
    assert PlaceShape.objects.count() == 0


@pytest.mark.django_db
def test_a_name_that_recurs_is_no_key():
    tree = a_tree()
    a_place("甲一村", "330112101299", "village", tree["乙一镇"])
    report = import_shapes(a_sheet(a_feature(name="甲一村")), actor=System())
    assert [fault.code for fault in report.faults] == ["SHP-06"]


@pytest.mark.django_db
def test_a_datum_must_be_declared_and_stay_the_same():
    a_tree()
    with pytest.raises(Refused):
        import_shapes(a_sheet(a_feature(code="330111"), datum="local"), actor=System())
    import_shapes(a_sheet(a_feature(code="330111")), actor=System())
    with pytest.raises(Refused):
        import_shapes(a_sheet(a_feature(code="330111"), datum="gcj02"), actor=System())


@pytest.mark.django_db
def test_outlines_reach_only_places_one_may_change():
    tree = a_tree()
    county = an_account("county", "county_office", tree["甲县"])
    sheet = a_sheet(a_feature(code="330111"), a_feature(code="330112"))
    report = import_shapes(sheet, actor=county)
    assert (report.by_code, len(report.faults)) == (1, 1)
    with pytest.raises(NotAllowed):
        import_shapes(sheet, actor=an_account("town", "township_office", tree["甲一镇"]))


REFERENCE = Path(
    os.environ.get(
        "BANGFU_REFERENCE_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"
    )
)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference data")
def test_the_outlines_of_counties_in_circulation_are_read():
    file = REFERENCE / "boundaries" / "counties_zhejiang_gcj02.geojson.gz"
    outlines, faults = read_outlines(gzip.decompress(file.read_bytes()), "gcj02")
    assert len(outlines) > 80
    assert faults == []
    assert 90_000 < sum(area_km2(outline.polygons) for outline in outlines) < 115_000
