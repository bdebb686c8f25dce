"""Two imports of one file at once, and an import while somebody edits the same cell."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from tests.records.factories import a_place, a_tree, an_account
from tests.records.imports.samples import elements, handed_in, long_table

from bangfu.records.audit.chain import first_break
from bangfu.records.figures.models import Observation, ObservationChange
from bangfu.records.ground.refusals import Stale
from bangfu.records.imports import merging
from bangfu.records.imports.actions import merge
from bangfu.records.imports.models import ImportBatch
from bangfu.records.jobs.worker import Worker
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db(transaction=True)


def _county_of(villages: int) -> tuple[Any, list[str]]:
    elements()
    tree = a_tree()
    codes = [f"3301111012{n:02d}" for n in range(10, 10 + villages)]
    for code in codes:
        a_place(f"村{code[-2:]}", code, "village", tree["甲一镇"])
    return an_account("county", "county_office", tree["甲县"]), codes


def _at_once(*works: Any) -> None:
    def run(work: Any) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_two_workers_writing_one_file_hold_every_figure_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merging, "_CHUNK", 7)
    actor, codes = _county_of(40)
    data = long_table(*([code, "户数", "2024", 300, "户", ""] for code in codes))
    batches = [handed_in(data, actor), handed_in(data, actor)]
    for batch in batches:
        merge(batch, seen_version=batch.version, actor=actor)
    _at_once(Worker("a").work_off, Worker("b").work_off)
    Worker("c").work_off()
    ended = ImportBatch.objects.order_by("id")
    assert [batch.state for batch in ended] == ["merged", "merged"]
    written = [batch.written for batch in ended]
    assert sum(one.get("new", 0) for one in written) == len(codes)
    assert sum(one.get("same", 0) for one in written) == len(codes)
    twice = Observation.objects.values("place", "element").annotate(n=Count("id"))
    assert not twice.filter(n__gt=1).exists()
    assert ObservationChange.objects.count() == len(codes)
    assert first_break() is None


def test_a_clerk_and_an_import_on_the_same_cells_lose_nothing_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merging, "_CHUNK", 3)
    actor, codes = _county_of(15)
    first = long_table(*([code, "户数", "2024", 300, "户", ""] for code in codes))
    batch = handed_in(first, actor)
    merge(batch, seen_version=batch.version, actor=actor)
    Worker("a").work_off()
    batch = handed_in(long_table(*([code, "户数", "2024", 400, "户", ""] for code in codes)), actor)
    merge(batch, seen_version=batch.version, actor=actor)
    clerk: dict[str, str] = {}

    def edit() -> None:
        for code in reversed(codes):
            held = Observation.objects.get(place__code=code)
            held.value_int = 350
            try:
                held.save_next_version()
                clerk[code] = "saved"
            except Stale:
                clerk[code] = "refused"

    _at_once(Worker("b").work_off, edit)
    batch = ImportBatch.objects.get(pk=batch.pk)
    assert batch.state == "merged"
    places = {place.pk: place.code for place in Place.objects.filter(code__in=codes)}
    told = {places[r.place_id or 0]: r.outcome for r in batch.rows.all()}
    for held in Observation.objects.select_related("place"):
        code = held.place.code
        steps = held.version - 1
        # Whoever wrote moved the version; whoever came too late was told.
        assert steps == (clerk[code] == "saved") + (told[code] == "changed")
        if told[code] == "stale":
            assert (held.value_int, clerk[code]) == (350, "saved")
