"""What a document can do to places."""

from datetime import date, timedelta

import pytest
from tests.records.factories import a_place, a_tree, an_account

from bangfu.records.access.policies import may
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.places.actions import NewPlace, found_place
from bangfu.records.places.changes import (
    SplitPart,
    abolish_place,
    correct_life,
    correct_place,
    found_by_paper,
    merge_places,
    reclassify_place,
    recode_place,
    rename_place,
    split_place,
    transfer_place,
)
from bangfu.records.places.events import WHOLE, Paper
from bangfu.records.places.models import Place, PlaceEvent, PlaceEventPart, PlaceVersion
from bangfu.records.places.today import apply_due_changes, rewrite_today
from bangfu.records.places.tree import tree_on

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
DAY = date(2026, 7, 1)
BEFORE = DAY - timedelta(days=1)
PAPER = Paper(DAY, "示例政函〔2026〕1号")


@pytest.fixture(autouse=True)
def today():
    with clock.set_to(TODAY):
        yield


def names_on(day, known_at=None):
    return {row.name for row in tree_on(day, known_at)}


def chain(day, name):
    """The names above a place on a day."""
    rows = tree_on(day)
    by_id = {row.place_id: row for row in rows}
    row = next(row for row in rows if row.name == name)
    return [by_id[int(part)].name for part in row.path.strip("/").split("/")]


def codes(refused):
    return {fault.code for fault in refused.value.faults}


def visible(user):
    return set(Place.objects.visible_to(user).values_list("name", flat=True))


def test_a_rename_holds_from_its_day_and_the_old_name_before():
    tree = a_tree()
    rename_place(tree["甲一镇"], "甲新镇", PAPER, actor=System())
    assert "甲一镇" in names_on(BEFORE)
    assert "甲一镇" not in names_on(DAY)
    assert Place.objects.get(pk=tree["甲一镇"].pk).name == "甲新镇"


def test_a_place_is_found_by_its_former_name():
    tree = a_tree()
    rename_place(tree["甲一镇"], "甲新镇", PAPER, actor=System())
    words = Place.objects.get(pk=tree["甲一镇"].pk).search_text
    assert "甲一镇" in words
    assert "jiaxinzhen" in words


def test_an_earlier_rename_entered_late_does_not_undo_the_later_one():
    tree = a_tree()
    rename_place(tree["甲一镇"], "第二名", PAPER, actor=System())
    rename_place(tree["甲一镇"], "第一名", Paper(date(2023, 1, 1)), actor=System())
    found = {day: names_on(day) for day in (date(2022, 1, 1), date(2024, 1, 1), DAY)}
    assert "甲一镇" in found[date(2022, 1, 1)]
    assert "第一名" in found[date(2024, 1, 1)]
    assert "第二名" in found[DAY]


def test_a_code_may_pass_to_another_place_at_another_date():
    tree = a_tree()
    recode_place(tree["甲一村"], "nbs", "330111101299", PAPER, actor=System())
    recode_place(tree["甲二村"], "nbs", "330111101201", PAPER, actor=System())
    bearer = {
        day: next(row.name for row in tree_on(day) if row.code == "330111101201")
        for day in (BEFORE, DAY)
    }
    assert bearer == {BEFORE: "甲一村", DAY: "甲二村"}


def test_a_code_borne_by_another_place_that_day_is_refused():
    tree = a_tree()
    with pytest.raises(Refused) as refused:
        recode_place(tree["甲一村"], "nbs", "330111101202", PAPER, actor=System())
    assert codes(refused) == {"PLC-06"}
    assert PlaceEvent.objects.count() == 0


def test_the_same_digits_of_another_system_are_another_code():
    tree = a_tree()
    a_place("城关镇", "330111101", "township", tree["乙县"], code_system="mca")
    recode_place(tree["乙一镇"], "mca", "330111102", PAPER, actor=System())
    assert {row.code_system for row in tree_on(DAY)} == {"nbs", "mca"}


def test_a_town_becomes_a_subdistrict():
    tree = a_tree()
    reclassify_place(tree["甲一镇"], "街道", PAPER, actor=System())
    kinds = {day: {r.name: r.kind for r in tree_on(day)}["甲一镇"] for day in (BEFORE, DAY)}
    assert kinds == {BEFORE: "", DAY: "街道"}


def test_a_transfer_moves_the_whole_subtree_and_the_rights_of_sight():
    tree = a_tree()
    old = an_account("old", "county_office", tree["甲县"])
    new = an_account("new", "county_office", tree["乙县"])
    transfer_place(tree["甲一镇"], tree["乙县"], PAPER, actor=System())
    moved = {"甲一镇", "甲一村", "甲二村"}
    assert visible(old) & moved == set()
    assert visible(new) >= moved
    assert may(new, "figures.approve", Place.objects.get(name="甲一村"))
    assert chain(BEFORE, "甲一村") == ["示例省", "示例市", "甲县", "甲一镇", "甲一村"]
    assert chain(DAY, "甲一村") == ["示例省", "示例市", "乙县", "甲一镇", "甲一村"]


def test_a_transfer_with_a_future_date_waits_for_its_day():
    tree = a_tree()
    old = an_account("old", "county_office", tree["甲县"])
    coming = date(2027, 1, 1)
    transfer_place(tree["甲一镇"], tree["乙县"], Paper(coming), actor=System())
    assert "甲一镇" in visible(old)
    assert chain(coming, "甲一镇")[2] == "乙县"
    with clock.set_to(coming):
        moved = apply_due_changes(coming, actor=System())
        assert (moved, "甲一镇" in visible(old)) == (3, False)
        assert apply_due_changes(coming, actor=System()) == 0


def test_a_place_below_one_of_its_own_level_is_refused():
    tree = a_tree()
    with pytest.raises(Refused) as refused:
        transfer_place(tree["甲一镇"], tree["甲二镇"], PAPER, actor=System())
    assert codes(refused) == {"PLC-04"}


def test_a_merger_keeps_what_lay_below_and_ends_what_was_merged():
    tree = a_tree()
    merge_places([tree["甲一镇"], tree["甲二镇"]], tree["甲一镇"], PAPER, actor=System())
    assert "甲二镇" in names_on(BEFORE)
    assert "甲二镇" not in names_on(DAY)
    assert chain(DAY, "甲三村")[-2] == "甲一镇"
    assert chain(BEFORE, "甲三村")[-2] == "甲二镇"
    assert Place.objects.get(pk=tree["甲二镇"].pk).ended_on == DAY


def test_a_merger_into_a_new_place_founds_it_that_day():
    tree = a_tree()
    new = NewPlace("nbs", "330111109000", "甲合镇", "township", tree["甲县"], DAY)
    event = merge_places([tree["甲一镇"], tree["甲二镇"]], new, PAPER, actor=System())
    assert names_on(DAY) >= {"甲合镇"}
    assert "甲合镇" not in names_on(BEFORE)
    weights = set(event.parts.values_list("before__name", "after__name", "weight_millionths"))
    assert weights == {("甲一镇", "甲合镇", WHOLE), ("甲二镇", "甲合镇", WHOLE)}


def test_the_one_successor_keeps_the_file_of_a_merged_place():
    tree = a_tree()
    office = an_account("heir", "township_office", tree["甲一镇"])
    assert "甲二镇" not in visible(office)
    merge_places([tree["甲二镇"]], tree["甲一镇"], PAPER, actor=System())
    assert "甲二镇" in visible(office)


def test_a_split_gives_every_place_below_one_home():
    tree = a_tree()
    new = NewPlace("nbs", "330111109000", "甲分镇", "township", tree["甲县"], DAY)
    parts = [
        SplitPart(tree["甲一镇"], 600_000),
        SplitPart(new, 400_000, (tree["甲二村"],)),
    ]
    event = split_place(tree["甲一镇"], parts, PAPER, actor=System())
    assert chain(DAY, "甲二村")[-2] == "甲分镇"
    assert chain(DAY, "甲一村")[-2] == "甲一镇"
    assert sum(event.parts.values_list("weight_millionths", flat=True)) == WHOLE


def test_a_split_that_ends_the_old_place_must_house_every_place_below():
    tree = a_tree()
    news = [
        NewPlace("nbs", f"33011110{n}000", f"甲分{n}镇", "township", tree["甲县"], DAY)
        for n in (8, 9)
    ]
    parts = [SplitPart(news[0], 500_000, (tree["甲一村"],)), SplitPart(news[1], 500_000)]
    with pytest.raises(Refused) as refused:
        split_place(tree["甲一镇"], parts, PAPER, actor=System())
    assert codes(refused) == {"PLC-17"}
    assert Place.objects.filter(name__startswith="甲分").count() == 0


@pytest.mark.parametrize("weights", [(500_000, 400_000), (1_100_000, -100_000), (WHOLE,)])
def test_weights_add_up_to_the_whole(weights):
    tree = a_tree()
    places = [tree["甲一镇"], tree["甲二镇"]]
    parts = [SplitPart(places[n], weight) for n, weight in enumerate(weights)]
    with pytest.raises(Refused) as refused:
        split_place(tree["甲一镇"], parts, PAPER, actor=System())
    assert "PLC-16" in codes(refused)


def test_a_place_with_others_below_is_not_abolished_over_their_heads():
    tree = a_tree()
    with pytest.raises(Refused) as refused:
        abolish_place(tree["甲一镇"], PAPER, actor=System())
    assert codes(refused) == {"PLC-05"}
    abolish_place(tree["甲一镇"], PAPER, actor=System(), children_to=tree["甲二镇"])
    assert chain(DAY, "甲一村")[-2] == "甲二镇"


def test_what_was_abolished_cannot_be_renamed():
    tree = a_tree()
    abolish_place(tree["甲一村"], PAPER, actor=System())
    with pytest.raises(Refused) as refused:
        rename_place(tree["甲一村"], "新名", Paper(date(2026, 8, 1)), actor=System())
    assert codes(refused) == {"PLC-10"}


def test_a_new_place_may_bear_the_code_of_one_that_ended():
    tree = a_tree()
    abolish_place(tree["甲一村"], PAPER, actor=System())
    new = NewPlace("nbs", "330111101201", "甲四村", "village", tree["甲一镇"], DAY)
    found_by_paper(new, PAPER, actor=System())
    assert {r.name for r in tree_on(DAY) if r.code == "330111101201"} == {"甲四村"}


def test_a_correction_loses_nothing():
    with clock.set_to(date(2026, 10, 1)):
        tree = a_tree()
    with clock.set_to(date(2026, 11, 1)):
        rename_place(tree["甲一镇"], "甲错镇", PAPER, actor=System())
    told = PlaceVersion.objects.get(name="甲错镇").known_from
    with clock.set_to(date(2026, 11, 20)):
        days = (DAY, date(9999, 12, 31))
        correct_place(tree["甲一镇"], days, {"name": "甲对镇"}, PAPER, actor=System())
    assert "甲错镇" in names_on(DAY, told)
    assert "甲对镇" not in names_on(DAY, told)
    assert "甲对镇" in names_on(DAY)
    assert "甲错镇" not in names_on(DAY)
    assert PlaceVersion.objects.filter(name="甲错镇").count() == 1


def test_a_wrong_day_of_founding_is_corrected():
    tree = a_tree()
    correct_life(tree["甲一村"], date(2021, 5, 1), date(9999, 12, 31), Paper(TODAY), actor=System())
    assert "甲一村" not in names_on(date(2021, 4, 30))
    assert "甲一村" in names_on(date(2021, 5, 1))


def test_a_life_that_reaches_before_its_parent_is_refused():
    tree = a_tree()
    with pytest.raises(Refused) as refused:
        correct_life(
            tree["甲一村"], date(2019, 1, 1), date(9999, 12, 31), Paper(TODAY), actor=System()
        )
    assert codes(refused) == {"PLC-05"}


def test_the_same_button_twice_is_one_change():
    tree = a_tree()
    paper = Paper(DAY, key="one-click")
    first = rename_place(tree["甲一镇"], "甲新镇", paper, actor=System())
    second = rename_place(tree["甲一镇"], "甲新镇", paper, actor=System())
    assert first.pk == second.pk
    assert (PlaceEvent.objects.count(), PlaceEventPart.objects.count()) == (1, 1)


def test_a_change_seen_in_an_older_version_is_refused():
    tree = a_tree()
    seen = {tree["甲一镇"].pk: Place.objects.get(pk=tree["甲一镇"].pk).version}
    rename_place(tree["甲一镇"], "甲新镇", Paper(DAY, seen=seen), actor=System())
    with pytest.raises(Stale):
        rename_place(tree["甲一镇"], "又一名", Paper(DAY, seen=seen), actor=System())


def test_a_row_whose_path_moved_is_not_written_back_by_who_read_it_before():
    tree = a_tree()
    held = Place.objects.get(pk=tree["甲一村"].pk)
    transfer_place(tree["甲一镇"], tree["乙县"], PAPER, actor=System())
    held.lon = 120.0
    with pytest.raises(Stale):
        held.save_next_version()


def test_only_who_answers_for_both_sides_transfers():
    tree = a_tree()
    county = an_account("county", "county_office", tree["甲县"])
    with pytest.raises(NotAllowed):
        transfer_place(tree["甲一镇"], tree["乙县"], PAPER, actor=county)
    rename_place(tree["甲一镇"], "甲新镇", PAPER, actor=county)
    town = an_account("town", "township_office", tree["甲二镇"])
    with pytest.raises(NotAllowed):
        rename_place(tree["甲二镇"], "不许", PAPER, actor=town)


def test_only_who_answers_for_the_top_enters_a_place_beside_it():
    tree = a_tree()
    new = NewPlace("nbs", "340000000000", "另一省", "province", None, DAY)
    county = an_account("county", "county_office", tree["甲县"])
    with pytest.raises(NotAllowed):
        found_place(new, actor=county)
    keeper = an_account("keeper", "system_administrator", tree["示例省"])
    assert found_place(new, actor=keeper).parent is None


def test_a_change_is_one_entry_of_the_log_that_names_its_paper():
    tree = a_tree()
    before = AuditEntry.objects.count()
    rename_place(tree["甲一镇"], "甲新镇", PAPER, actor=System())
    entry = AuditEntry.objects.order_by("sequence").last()
    assert AuditEntry.objects.count() == before + 1
    assert (entry.act, entry.data["document_number"]) == ("places.rename", "示例政函〔2026〕1号")


@pytest.mark.parametrize("name", ["", "  ", "甲" * 81, "甲\n镇"])
def test_a_name_nobody_can_read_is_refused(name):
    tree = a_tree()
    with pytest.raises(Refused) as refused:
        rename_place(tree["甲一镇"], name, PAPER, actor=System())
    assert codes(refused) <= {"PLC-02"}


def test_nothing_to_rewrite_after_any_change():
    tree = a_tree()
    merge_places([tree["甲二镇"]], tree["甲一镇"], PAPER, actor=System())
    assert rewrite_today(TODAY) == set()
