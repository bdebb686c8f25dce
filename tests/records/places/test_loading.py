"""Tables of places into the records."""

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.records.factories import a_tree, an_account

from bangfu.programme.places.importing import import_places
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed
from bangfu.records.places.loading import compare_places, load_places
from bangfu.records.places.models import Place, PlaceVersion
from bangfu.records.places.tree import tree_on
from bangfu.vocabulary.errors import FaultsFound

pytestmark = pytest.mark.django_db

DAY = date(2021, 1, 1)
COLUMNS = ("code", "name", "level", "parent_code", "code_system")
ROWS = [
    ("330000000000", "示例省", "province", None, "nbs"),
    ("330100000000", "示例市", "city", "330000000000", "nbs"),
    ("330111000000", "甲县", "county", "330100000000", "nbs"),
    ("330111101000", "甲一镇", "township", "330111000000", "nbs"),
    ("330111101201", "甲一村", "village", "330111101000", "nbs"),
]


def a_table(rows=ROWS, **columns):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def load(frame, actor=None, day=DAY):
    return load_places(frame, actor=actor or System(), valid_from=day)


def changed_row(which, **cells):
    return [
        tuple(
            cells.get(COLUMNS[n], cell) if row[1] == which else cell for n, cell in enumerate(row)
        )
        for row in ROWS
    ]


def codes(found):
    return [fault.code for fault in found.value.faults]


def test_a_table_becomes_the_tree_of_its_day_in_any_order_of_rows():
    result = load(a_table(ROWS[::-1]))
    rows = tree_on(DAY)
    assert (result.new, [row.name for row in rows]) == (5, [row[1] for row in ROWS])
    village = Place.objects.get(name="甲一村")
    assert village.path == rows[-1].path
    assert "jiayicun" in village.search_text


def test_the_second_load_changes_nothing():
    load(a_table())
    before = list(Place.objects.order_by("pk").values())
    result = load(a_table())
    assert (result.is_idle, result.same) == (True, 5)
    assert list(Place.objects.order_by("pk").values()) == before
    assert PlaceVersion.objects.count() == 5


def test_a_load_is_one_entry_with_its_digest():
    before = AuditEntry.objects.count()
    result = load(a_table())
    entry = AuditEntry.objects.order_by("sequence").last()
    assert AuditEntry.objects.count() == before + 1
    assert (entry.data["digest"], entry.data["new"]) == (result.digest, 5)


def test_what_a_later_table_says_otherwise_holds_from_its_day():
    load(a_table())
    later = date(2023, 1, 1)
    result = load(a_table(changed_row("甲一镇", name="甲新镇")), day=later)
    assert (result.changed, result.same) == (1, 4)
    names = {day: {row.name for row in tree_on(day)} for day in (DAY, later)}
    assert "甲一镇" in names[DAY]
    assert "甲新镇" in names[later]


def test_what_a_table_no_longer_lists_is_told_and_left_alone():
    load(a_table())
    result = load(a_table([*ROWS[:-1], ("330111101202", "甲二村", "village", ROWS[3][0], "nbs")]))
    assert (result.new, result.missing) == (1, 1)
    assert {row.name for row in tree_on(DAY)} >= {"甲一村", "甲二村"}


def test_a_look_before_the_load_writes_nothing():
    found = compare_places(a_table(), valid_from=DAY)
    assert (len(found.new), Place.objects.count()) == (5, 0)


def test_all_faults_are_told_at_once():
    rows = [
        *ROWS,
        ("330111101201", "重码村", "village", "330111101000", "nbs"),
        ("330111101203", "无上级村", "village", "330199999000", "nbs"),
        ("330111101204", "层级错", "hamlet", "330111101000", "nbs"),
        ("330111102000", "村下镇", "township", "330111101201", "nbs"),
        ("33011", "短码村", "village", "330111101000", "nbs"),
        ("330111101205", "体系错", "village", "330111101000", "gb"),
    ]
    with pytest.raises(FaultsFound) as found:
        load(a_table(rows))
    expected = {"LOD-03", "LOD-04", "LOD-05", "LOD-06", "PLC-01", "PLC-03"}
    assert set(codes(found)) == expected
    assert Place.objects.count() == 0
    assert all("第 " in fault.where for fault in found.value.faults)


def test_an_empty_table_and_a_foreign_one_are_refused():
    for frame in (a_table([]), pl.DataFrame({"姓名": ["某"]})):
        with pytest.raises(FaultsFound) as found:
            load(frame)
        assert codes(found) == ["LOD-01"]


def test_thousands_of_faults_are_counted_and_some_listed():
    rows = [*ROWS, *((f"33011110{n:04d}", "重", "hamlet", None, "nbs") for n in range(500))]
    with pytest.raises(FaultsFound) as found:
        load(a_table(rows))
    assert len(found.value.faults) == 201
    assert "500" in found.value.faults[-1].message.zh


def test_codes_of_two_systems_are_two_places():
    load(a_table())
    mca = [
        ("330111", "甲县", "county", None, "mca"),
        ("330111101", "另一镇", "township", "330111", "mca"),
    ]
    result = load(a_table(mca))
    assert result.new == 2
    assert Place.objects.filter(code_system="mca").count() == 2


def test_a_parent_is_never_looked_for_in_the_other_system():
    load(a_table())
    with pytest.raises(FaultsFound) as found:
        load(a_table([("330111101", "某镇", "township", "330111000000", "mca")]))
    assert codes(found) == ["LOD-05"]


def test_a_county_loads_what_lies_below_it_and_nothing_else():
    tree = a_tree()
    office = an_account("county", "county_office", tree["甲县"])
    own = [("330111101299", "新村", "village", "330111101000", "nbs")]
    other = [("330112101299", "新村", "village", "330112101000", "nbs")]
    assert load(a_table(own), office).new == 1
    for rows in (other, [("340000000000", "另一省", "province", None, "nbs")]):
        with pytest.raises(NotAllowed):
            load(a_table(rows), office)


def test_places_that_name_another_county_report_to_it_as_to_a_zone():
    rows = [
        *ROWS,
        ("330191000000", "示例新区", "county", "330100000000", "nbs"),
    ]
    zones = [None, None, None, "330191000000", "330191000000", None]
    load(a_table(rows, county_code=zones))
    zone = Place.objects.get(name="示例新区")
    village = Place.objects.get(name="甲一村")
    assert zone.level == "zone"
    assert village.path.split("/")[1:3] == zone.path.split("/")[1:3]
    assert village.reporting_path.startswith(zone.reporting_path)
    assert not village.path.startswith(zone.path)
    assert load(a_table(rows, county_code=zones)).is_idle


def test_the_civil_county_named_as_reporting_county_is_no_zone():
    load(a_table(county_code=[None, None, None, "330111000000", "330111000000"]))
    village = Place.objects.get(name="甲一村")
    assert (village.path, Place.objects.get(name="甲县").level) == (
        village.reporting_path,
        "county",
    )


def test_lives_of_the_rows_themselves_are_kept_and_found_again():
    days = {
        "valid_from": [DAY] * 4 + [date(2021, 6, 1)],
        "valid_to": [None] * 4 + [date(2022, 6, 1)],
    }
    load(a_table(**days))
    assert "甲一村" not in {row.name for row in tree_on(DAY)}
    assert "甲一村" in {row.name for row in tree_on(date(2021, 6, 1))}
    assert Place.objects.get(name="甲一村").ended_on == date(2022, 6, 1)
    assert load(a_table(**days)).is_idle


def test_other_names_are_searched_for_too():
    load(a_table(aliases=[None] * 4 + ["老王庄;王家墩"]))
    assert "wangjiadun" in Place.objects.get(name="甲一村").search_text


REFERENCE = Path(
    os.environ.get(
        "BANGFU_REFERENCE_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"
    )
)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference data")
def test_the_colliding_codes_of_two_systems_stay_apart():
    file = REFERENCE / "messy" / "nbs2023_vs_mca2026_code_conflicts.csv"
    conflicts = pl.read_csv(file, infer_schema=False)
    code = conflicts.columns[0]
    digits = conflicts.get_column(code).str.slice(0, 9).unique().to_list()
    counties = sorted({code[:6] for code in digits})
    for system, six, nine in (("nbs", "000000", "000"), ("mca", "", "")):
        rows = [(county + six, f"县{county}", "county", None, system) for county in counties]
        rows += [(c + nine, f"{system}{c}", "township", c[:6] + six, system) for c in digits]
        assert load(a_table(rows)).new == len(rows)
    assert len(digits) > 700
    for place in Place.objects.filter(level="township").select_related("parent"):
        assert place.code_system == place.parent.code_system
        assert place.name.startswith(place.code_system)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no reference data")
def test_a_real_city_is_entered_from_both_lists_and_they_are_never_joined():
    folder = REFERENCE / "divisions"
    upper = import_places(
        folder / "nbs2023_provinces_cities_counties.csv.gz", edition="2023", within=["61"]
    )
    nbs = import_places(
        folder / "nbs2021_villages_JS_ZJ_GD_SN.csv.gz", edition="2021", into=upper, within=["6102"]
    ).filter(pl.col("code").str.starts_with("6102") | (pl.col("level") == "province"))
    assert load(nbs).new == nbs.height > 400
    assert load(nbs).is_idle
    mca = import_places(folder / "mca_20260427_townships.csv.gz", edition="2026", within=["6102"])
    counties = sorted({code[:6] for code in mca["code"]})
    rows = [(code, f"县{code}", "county", None, "mca") for code in counties]
    rows += [(c, n, "township", c[:6], "mca") for c, n in mca.select("code", "name").iter_rows()]
    assert load(a_table(rows)).new == len(rows)
    found = Place.objects.filter(name="坡头街道").values_list("code_system", "code")
    assert set(found) >= {("nbs", "610204006000")}
    for place in Place.objects.exclude(parent=None).select_related("parent"):
        assert place.code_system == place.parent.code_system
