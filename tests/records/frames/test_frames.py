"""The records as tables of the programme: last year's report stays what it was."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.records.factories import a_tree, an_organisation

from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.output import write_results
from bangfu.programme.sample.make import make_sample
from bangfu.programme.tables.read import read_folder
from bangfu.records.accounts.pairs import end_pair, load_pairs, start_pair
from bangfu.records.audit.actions import System
from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.models import Observation, ObservationChange
from bangfu.records.frames import Asked, tables_on
from bangfu.records.ground import clock
from bangfu.records.organisations.actions import NewLink, rename_organisation
from bangfu.records.organisations.loading import Standing, load_organisations
from bangfu.records.places.actions import NewPlace
from bangfu.records.places.changes import SplitPart, merge_places, rename_place, split_place
from bangfu.records.places.events import Paper
from bangfu.records.places.loading import load_places
from bangfu.records.places.models import Place
from bangfu.schemes.load import load_scheme
from bangfu.vocabulary.errors import FaultsFound

pytestmark = pytest.mark.django_db

LAST_YEAR = date(2025, 12, 31)
MERGED_ON = date(2026, 7, 1)
NOW = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def today():
    with clock.set_to(NOW - timedelta(days=30)):
        yield


def an_element(name, kind="money", unit="fen"):
    return DataElement.objects.create(
        element=name, label_zh=name, label_en=name, kind=kind, unit=unit
    )


def a_figure(element, place, period, whole=None, number=None, **more):
    """An approved figure with its first change."""
    row = Observation.objects.create(
        element=element,
        place=place,
        period=period,
        value_int=whole,
        value_number=number,
        locked=more.pop("locked", True),
        entered_at=clock.now(),
        **more,
    )
    ObservationChange.objects.create(
        observation=row, version=1, value_int=whole, value_number=number, changed_at=clock.now()
    )
    return row


def figures_of(asked, element="income_fen"):
    table = tables_on(asked).get("indicators")
    if table is None:
        return {}
    rows = table.filter(pl.col("indicator") == element)
    return {(r["place_code"], r["period"]): r["value"] for r in rows.iter_rows(named=True)}


# --- the issue itself


@pytest.fixture
def loaded(tmp_path):
    """A sample county in the records: places, units, pairs, figures."""
    scheme = load_scheme("gd-2021")
    make_sample(scheme, tmp_path / "sample", size="county", seed=3)
    folder = read_folder(tmp_path / "sample", catalogue=reader_catalogue(scheme.catalogue))
    tables = folder.tables
    load_places(tables["places"], actor=System(), valid_from=date(2020, 1, 1))
    standing = Standing("nbs", date(2021, 1, 1))
    load_organisations(tables["units"], standing, actor=System())
    load_pairs(tables["pairings"], standing, actor=System())
    elements = {e.id: an_element(e.id, e.kind, e.unit) for e in scheme.catalogue.values()}
    places = {place.code: place for place in Place.objects.all()}
    for row in tables["indicators"].iter_rows(named=True):
        if row["indicator"] in elements:
            number = None if row["value_decimal"] is None else Decimal(row["value_decimal"])
            a_figure(
                elements[row["indicator"]],
                places[row["place_code"]],
                row["period"],
                row["value"],
                number,
            )
    return scheme, tables


def output_bytes(scheme, tables, asked, lists, out):
    """Every file of a run, but for the clock times in its record."""
    given = {**tables_on(asked), **lists}
    result = run(scheme, given, asked.on)
    result.seconds.clear()
    write_results(result, scheme, out, inputs={}, language="zh", generated_on=NOW)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def test_after_a_merger_last_years_report_is_the_same_and_this_years_is_on_the_new_tree(
    loaded, tmp_path
):
    scheme, tables = loaded
    lists = {"list_members": tables["list_members"]}
    adds_up = frozenset(e.id for e in scheme.catalogue.values() if e.adds_up)
    known_at = clock.now()
    fixed = Asked(LAST_YEAR, known_at, adds_up=adds_up)
    open_ended = Asked(LAST_YEAR, adds_up=adds_up)
    before = output_bytes(scheme, tables, fixed, lists, tmp_path / "a")
    towns = [Place.objects.get(code=code) for code in tables["list_members"]["place_code"][:2]]
    with clock.set_to(NOW):
        merge_places([towns[0], towns[1]], towns[0], Paper(MERGED_ON, "示例函1号"), actor=System())
        rename_place(towns[0], "示例合并镇", Paper(MERGED_ON), actor=System())
        assert output_bytes(scheme, tables, fixed, lists, tmp_path / "b") == before
        assert output_bytes(scheme, tables, open_ended, lists, tmp_path / "c") == before
        this_year = tables_on(Asked(NOW, adds_up=adds_up))["places"]
        after = output_bytes(scheme, tables, Asked(NOW, adds_up=adds_up), lists, tmp_path / "d")
    codes = set(this_year["code"])
    assert towns[0].code in codes
    assert towns[1].code not in codes
    assert "示例合并镇".encode() in after["report.html"] + after["targets.csv"]
    assert "示例合并镇".encode() not in before["report.html"] + before["targets.csv"]


def test_the_same_tables_as_the_folder_they_came_from(loaded):
    _scheme, tables = loaded
    out = tables_on(Asked(LAST_YEAR))
    columns = ["code", "name", "level", "parent_code", "kind", "code_system", "lon", "lat"]
    assert_frame_equal(
        out["places"].select(columns).sort("code"), tables["places"].select(columns).sort("code")
    )
    pairs = ["place_code", "helper", "kind"]
    assert set(out["pairings"].select(pairs).iter_rows()) == set(
        tables["pairings"]
        .filter(pl.col("starts_on").fill_null(date(2021, 1, 1)) <= LAST_YEAR)
        .select(pairs)
        .iter_rows()
    )
    figures = ["place_code", "indicator", "period", "value"]
    assert set(out["indicators"].select(figures).iter_rows()) == set(
        tables["indicators"].select(figures).iter_rows()
    )


# --- figures


def test_a_corrected_figure_is_what_it_was_at_an_earlier_instant():
    tree = a_tree()
    row = a_figure(an_element("income_fen"), tree["甲一村"], "2025", 100, locked=False)
    told = clock.now()
    with clock.set_to(NOW):
        row.value_int = 200
        row.save_next_version()
        ObservationChange.objects.create(
            observation=row, version=2, value_int=200, changed_at=clock.now()
        )
    code = tree["甲一村"].code
    assert figures_of(Asked(LAST_YEAR, told)) == {(code, "2025"): 100}
    assert figures_of(Asked(LAST_YEAR)) == {(code, "2025"): 200}


def test_a_figure_entered_later_was_not_known_before():
    tree = a_tree()
    told = clock.now()
    with clock.set_to(NOW):
        a_figure(an_element("income_fen"), tree["甲一村"], "2025", 100)
    assert figures_of(Asked(LAST_YEAR, told)) == {}


def test_the_best_telling_of_a_figure_wins():
    tree = a_tree()
    element = an_element("income_fen")
    for release, value in (("flash", 1), ("verified", 4), ("annual", 3), ("expected", 2)):
        a_figure(element, tree["甲一村"], "2025", value, release=release)
    assert list(figures_of(Asked(LAST_YEAR)).values()) == [4]


def test_a_village_is_the_sum_of_its_collectives_and_unknown_if_one_is():
    from bangfu.records.organisations.models import CollectiveOrganisation

    tree = a_tree()
    element = an_element("income_fen")
    for place, values in (("甲一村", (3, 4)), ("甲二村", (3, None))):
        for number, value in enumerate(values):
            body = CollectiveOrganisation.objects.create(
                place=tree[place], code=f"{place}{number}", name=f"示例社{number}",
                starts_on=date(2020, 1, 1),
            )  # fmt: skip
            a_figure(element, tree[place], "2025", value, collective=body)
    assert figures_of(Asked(LAST_YEAR)) == {
        (tree["甲一村"].code, "2025"): 7,
        (tree["甲二村"].code, "2025"): None,
    }


def test_merged_figures_are_added_where_they_add_up_and_unknown_where_not():
    tree = a_tree()
    total, mean = an_element("income_fen"), an_element("mean_fen")
    for name, value in (("甲一镇", 100), ("甲二镇", 23)):
        a_figure(total, tree[name], "2025", value)
        a_figure(mean, tree[name], "2025", value)
    merge_places([tree["甲二镇"]], tree["甲一镇"], Paper(MERGED_ON), actor=System())
    a_figure(total, tree["甲一镇"], "2026", 500)
    asked = Asked(NOW, adds_up=frozenset({"income_fen"}))
    code = tree["甲一镇"].code
    assert figures_of(asked) == {(code, "2025"): 123, (code, "2026"): 500}
    assert figures_of(asked, "mean_fen") == {(code, "2025"): None}
    assert figures_of(Asked(LAST_YEAR)) == {(code, "2025"): 100, (tree["甲二镇"].code, "2025"): 23}


def test_a_merged_figure_is_unknown_where_one_part_was_never_reported():
    tree = a_tree()
    a_figure(an_element("income_fen"), tree["甲一镇"], "2025", 100)
    merge_places([tree["甲二镇"]], tree["甲一镇"], Paper(MERGED_ON), actor=System())
    asked = Asked(NOW, adds_up=frozenset({"income_fen"}))
    assert figures_of(asked) == {(tree["甲一镇"].code, "2025"): None}


@pytest.mark.parametrize("value", [100, 101, 7, 0, -101])
def test_a_split_divides_past_figures_without_losing_a_fen(value):
    tree = a_tree()
    a_figure(an_element("income_fen"), tree["甲一镇"], "2025", value)
    news = [
        NewPlace("nbs", f"33011110{n}000", f"甲分{n}镇", "township", tree["甲县"], MERGED_ON)
        for n in (7, 8, 9)
    ]
    weights = (333_333, 333_333, 333_334)
    children = (tree["甲一村"], tree["甲二村"])
    parts = [SplitPart(new, weights[n], children if n == 0 else ()) for n, new in enumerate(news)]
    split_place(tree["甲一镇"], parts, Paper(MERGED_ON), actor=System())
    found = figures_of(Asked(NOW, adds_up=frozenset({"income_fen"})))
    assert len(found) == 3
    assert sum(found.values()) == value


# --- units and pairs


def test_units_bear_the_name_of_the_day():
    tree = a_tree()
    unit = an_organisation("U1", "示例扶贫办", tree["示例市"])
    rename_organisation(unit, "示例乡村振兴局", date(2021, 6, 1), seen_version=1, actor=System())
    names = {
        day: tables_on(Asked(day))["units"]["name"].to_list()
        for day in (date(2021, 5, 31), date(2021, 6, 1))
    }
    assert list(names.values()) == [["示例扶贫办"], ["示例乡村振兴局"]]


def test_the_end_of_a_pair_is_not_known_before_it_was_entered():
    tree = a_tree()
    unit = an_organisation("U1", "示例单位", tree["示例市"])
    link = start_pair(NewLink(tree["甲一村"], unit, date(2024, 1, 1)), actor=System())
    told = clock.now()
    with clock.set_to(NOW):
        end_pair(link, date(2025, 6, 1), seen_version=1, actor=System())
    ends = {
        at: tables_on(Asked(LAST_YEAR, at))["pairings"]["ends_on"].to_list() for at in (told, None)
    }
    assert ends == {told: [None], None: [date(2025, 6, 1)]}


# --- codes


def test_two_systems_of_codes_never_stand_in_one_table():
    from tests.records.factories import a_place

    tree = a_tree()
    a_place("另一镇", "330111101", "township", tree["甲县"], code_system="mca")
    with pytest.raises(FaultsFound) as found:
        tables_on(Asked(LAST_YEAR))
    assert [fault.code for fault in found.value.faults] == ["FRM-02"]
    table = tables_on(Asked(LAST_YEAR, code_system="nbs"))["places"]
    assert set(table["code_system"]) == {"nbs"}


def test_an_empty_day_is_refused():
    a_tree()
    with pytest.raises(FaultsFound):
        tables_on(Asked(date(1990, 1, 1)))


def test_one_territory_alone():
    tree = a_tree()
    table = tables_on(Asked(LAST_YEAR, within=tree["甲县"].pk))["places"]
    assert set(table["name"]) == {"甲县", "甲一镇", "甲二镇", "甲一村", "甲二村", "甲三村"}


def test_further_tables_are_taken_by_name():
    tree = a_tree()

    def registers(asked, codes):
        rows = [(codes[tree["甲一村"].pk], "2025")]
        return {
            "registers/industry": pl.DataFrame(rows, schema=["place_code", "period"], orient="row")
        }

    assert "registers/industry" in tables_on(Asked(LAST_YEAR), registers)
