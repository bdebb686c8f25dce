"""What the database itself refuses, and what the checker finds."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from tests.records.factories import a_place, a_tree

from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.places.changes import SplitPart, rename_place, split_place
from bangfu.records.places.checks import verify_places
from bangfu.records.places.events import Paper
from bangfu.records.places.groups import start_reporting
from bangfu.records.places.models import Place, PlaceEventPart, PlaceVersion, ReportingLine

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 1)


def a_copy(version, **more):
    """Another version like one that is held."""
    values = {
        f.attname: getattr(version, f.attname)
        for f in PlaceVersion._meta.concrete_fields
        if not f.primary_key
    }
    return PlaceVersion(**{**values, **more})


def refused(row):
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


def test_two_versions_of_a_place_on_one_day_are_refused_by_the_database():
    version = PlaceVersion.objects.get(place=a_tree()["甲一村"])
    before = PlaceVersion.objects.count()
    refused(a_copy(version, code="330111101999"))
    refused(a_copy(version, code="330111101999", valid_from=DAY, valid_to=date(2026, 7, 2)))
    assert PlaceVersion.objects.count() == before


def test_one_code_for_two_places_on_one_day_is_refused_by_the_database():
    tree = a_tree()
    version = PlaceVersion.objects.get(place=tree["甲一村"])
    other = PlaceVersion.objects.get(place=tree["甲二村"])
    version.code = other.code
    refused(version)


def test_neighbours_in_either_time_are_no_overlap():
    version = PlaceVersion.objects.get(place=a_tree()["甲一村"])
    PlaceVersion.objects.filter(pk=version.pk).update(valid_to=DAY)
    a_copy(version, valid_from=DAY).save()
    at = datetime(2026, 8, 1, tzinfo=UTC)
    held = PlaceVersion.objects.get(place=version.place, valid_from=DAY)
    with clock.set_to(at):
        PlaceVersion.objects.filter(pk=held.pk).update(known_from=at, known_to=at)
    a_copy(version, valid_from=DAY).save()
    assert PlaceVersion.objects.filter(place=version.place).count() == 3


def test_a_version_that_ends_before_it_begins_is_refused_by_the_database():
    version = PlaceVersion.objects.get(place=a_tree()["甲一村"])
    version.valid_to = version.valid_from
    refused(version)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="for a PostgreSQL without btree_gist")
def test_without_the_extension_triggers_refuse_the_same():
    from importlib import import_module

    tree = a_tree()
    module = import_module("bangfu.records.places.migrations.0002_no_overlap")
    with connection.cursor() as cursor:
        # The foreign keys of the rows above wait for the end of the transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        module.allow(None, editor)
        module.forbid_by_trigger(editor)
    version = PlaceVersion.objects.get(place=tree["甲一村"])
    refused(a_copy(version, code="330111101999"))
    version.code = PlaceVersion.objects.get(place=tree["甲二村"]).code
    refused(version)


# --- the checker


def codes():
    return {fault.code for fault in verify_places()}


def test_a_sound_tree_has_no_findings():
    a_tree()
    assert verify_places() == []


@pytest.mark.parametrize(
    "column", [{"path": "/1/"}, {"name": "别的名"}, {"code": "330111109999"}, {"ended_on": DAY}]
)
def test_a_column_changed_behind_the_versions_is_found(column):
    tree = a_tree()
    Place.objects.filter(pk=tree["甲一村"].pk).update(**column)
    [finding] = verify_places()
    assert (finding.code, str(tree["甲一村"].pk) in finding.where) == ("VPL-08", True)


def test_a_place_without_a_version_is_found():
    tree = a_tree()
    PlaceVersion.objects.filter(place=tree["甲一村"]).delete()
    assert codes() == {"VPL-01"}


def test_a_parent_that_ends_too_early_is_found():
    tree = a_tree()
    PlaceVersion.objects.filter(place=tree["甲一镇"]).update(valid_to=DAY)
    assert "VPL-03" in codes()


def test_weights_that_do_not_add_up_are_found():
    tree = a_tree()
    parts = [SplitPart(tree["甲一镇"], 600_000), SplitPart(tree["甲二镇"], 400_000)]
    split_place(tree["甲一镇"], parts, Paper(DAY), actor=System())
    assert verify_places() == []
    PlaceEventPart.objects.filter(weight_millionths=400_000).update(weight_millionths=300_000)
    assert codes() == {"VPL-05"}


def test_a_reporting_line_to_no_zone_and_two_at_one_time_are_found():
    tree = a_tree()
    zone = a_place("示例新区", "330191000000", "zone", tree["示例市"])
    start_reporting(tree["甲一镇"], zone, DAY, actor=System())
    assert verify_places() == []
    ReportingLine.objects.create(place=tree["甲一镇"], reports_to=tree["乙县"], starts_on=DAY)
    assert codes() >= {"VPL-06", "VPL-07"}


def test_a_due_change_that_was_not_applied_is_found():
    tree = a_tree()
    with clock.set_to(date(2026, 6, 1)):
        rename_place(tree["甲一镇"], "甲新镇", Paper(DAY), actor=System())
        assert verify_places() == []
    assert {fault.code for fault in verify_places(DAY)} == {"VPL-08"}
