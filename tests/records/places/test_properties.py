"""Whatever happens to places, in whatever order: nothing past is altered, nothing overlaps."""

import itertools
import random
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.factories import a_tree

from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.records.places.actions import NewPlace
from bangfu.records.places.changes import (
    SplitPart,
    abolish_place,
    correct_place,
    found_by_paper,
    merge_places,
    recode_place,
    rename_place,
    split_place,
    transfer_place,
)
from bangfu.records.places.checks import verify_places
from bangfu.records.places.events import WHOLE, Paper
from bangfu.records.places.groups import end_reporting, start_reporting
from bangfu.records.places.models import Place, PlaceVersion, ReportingLine
from bangfu.records.places.today import apply_due_changes
from bangfu.records.places.tree import tree_on
from bangfu.vocabulary.period import FOREVER

pytestmark = pytest.mark.django_db

START = date(2024, 1, 1)
KINDS = (
    "rename", "recode", "transfer", "merge", "split", "found", "abolish", "correct",
    "report", "unreport", "pass",
)  # fmt: skip

#: A kind, the seed of its choices, and the days between the clock and the paper.
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 10**6), st.integers(-200, 60)),
    min_size=1,
    max_size=10,
)


def happen(kind, rng, on, number):
    """One event at random; refused ones count as nothing."""
    places = list(Place.objects.exclude(level__in=("province", "zone")))
    place, other = rng.choice(places), rng.choice(places)
    paper = Paper(on, f"示例函{number}号")
    code = f"{rng.randrange(10**12):012d}"
    parent = Place.objects.get(pk=place.parent_id)
    if kind == "rename":
        rename_place(place, f"改名{number}", paper, actor=System())
    elif kind == "recode":
        recode_place(place, "nbs", rng.choice([code, other.code]), paper, actor=System())
    elif kind == "transfer":
        transfer_place(place, other, paper, actor=System())
    elif kind == "merge":
        new = NewPlace("nbs", code, f"合并{number}", place.level, parent, on)
        merge_places([place, other], rng.choice([place, new]), paper, actor=System())
    elif kind == "split":
        new = NewPlace("nbs", code, f"分设{number}", place.level, parent, on)
        weight = rng.randrange(WHOLE)
        below = tuple(Place.objects.filter(parent=place)[:1])
        parts = [SplitPart(place, weight), SplitPart(new, WHOLE - weight, below)]
        split_place(place, parts, paper, actor=System())
    elif kind == "found":
        level = {"city": "county", "county": "township"}.get(place.level, "village")
        above = place if place.level != "village" else parent
        new = NewPlace("nbs", code, f"新设{number}", level, above, on)
        found_by_paper(new, paper, actor=System())
    elif kind == "abolish":
        heir = rng.choice([None, other])
        abolish_place(place, paper, actor=System(), children_to=heir)
    elif kind == "correct":
        days = (on, rng.choice([FOREVER, on + timedelta(days=30)]))
        right = rng.choice([{"name": f"更正{number}"}, {"parent_id": other.pk}])
        correct_place(place, days, right, paper, actor=System())
    elif kind == "report":
        start_reporting(place, Place.objects.get(level="zone"), on, actor=System())
    elif kind == "unreport":
        line = ReportingLine.objects.filter(known_to=None).order_by("pk").first()
        if line is not None:
            end_reporting(line, on, actor=System())


def a_tree_with_a_zone():
    tree = a_tree()
    new = NewPlace("nbs", "330191000000", "示例新区", "zone", tree["示例市"], date(2020, 1, 1))
    from bangfu.records.places.actions import found_place

    found_place(new, actor=System())


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=EVENTS)
def test_any_sequence_of_events_leaves_history_whole(events):
    with transaction.atomic():
        _live_through(events)
        transaction.set_rollback(True)


def _live_through(events):
    with clock.set_to(START):
        a_tree_with_a_zone()
    remembered = {}
    today = START
    for number, (kind, seed, days) in enumerate(events):
        today += timedelta(days=20)
        with clock.set_to(today):
            apply_due_changes(today, actor=System())
            rows = {day: tree_on(day, clock.now()) for day in (START, today)}
            remembered[clock.now()] = rows
        with clock.set_to(today + timedelta(days=1)):
            apply_due_changes(clock.today(), actor=System())
            try:
                with transaction.atomic():
                    on = clock.today() + timedelta(days=days)
                    happen(kind, random.Random(seed), on, number)
            except Refused:
                continue
            assert verify_places() == []
    for known_at, trees in remembered.items():
        for day, rows in trees.items():
            assert tree_on(day, known_at) == rows
    _every_day_of_a_life_has_one_version()


def _every_day_of_a_life_has_one_version():
    for day in (START, date(2024, 3, 1), date(2024, 6, 1), date(2025, 1, 1)):
        rows = tree_on(day)
        assert len({row.place_id for row in rows}) == len(rows)
        assert len({(row.code_system, row.code) for row in rows}) == len(rows)
        paths = {row.place_id: row.path for row in rows}
        for row in rows:
            above = paths[row.parent_id] if row.parent_id else "/"
            assert row.path == f"{above}{row.place_id}/"
    for place_id in Place.objects.values_list("pk", flat=True):
        spans = list(
            PlaceVersion.objects.filter(place_id=place_id, known_to=None)
            .order_by("valid_from")
            .values_list("valid_from", "valid_to")
        )
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
