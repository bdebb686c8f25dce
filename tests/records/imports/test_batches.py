"""The way of an import: who may take which step, and what stands when a worker dies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.records.factories import a_tree, an_account
from tests.records.imports.samples import (
    a_county,
    handed_in,
    long_table,
    merged,
    work_off,
)

from bangfu.records.audit.models import AuditEntry
from bangfu.records.figures.models import ObservationChange
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.imports.actions import cancel, merge, read_again
from bangfu.records.imports.models import ImportBatch
from bangfu.records.jobs.models import Job
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db

A1, A2, A3, B1 = "330111101201", "330111101202", "330111102201", "330112101201"


def _died_at_the_end(batch: ImportBatch) -> None:
    """As if the worker had been killed between its last unit and the word that it is done."""
    Job.objects.filter(pk=batch.job_id).update(
        state="running", lease_until=clock.now() - timedelta(minutes=1), finished_at=None
    )


def test_a_worker_that_died_behind_its_last_unit_leaves_nothing_to_repeat() -> None:
    actor = a_county()
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    _died_at_the_end(batch)
    batch = work_off(batch)
    assert (batch.state, batch.rows.count()) == ("previewed", 1)
    batch = merged(batch, actor)
    _died_at_the_end(batch)
    batch = work_off(batch)
    assert batch.job is not None
    assert (batch.state, batch.job.state) == ("merged", "done")
    assert AuditEntry.objects.filter(act="imports.finish").count() == 1
    assert ObservationChange.objects.count() == 1


def test_a_file_missing_from_the_home_folder_is_told() -> None:
    actor = a_county()
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    ImportBatch.objects.filter(pk=batch.pk).update(sha256="0" * 64)
    batch.refresh_from_db()
    read_again(batch, kind="figures", options={}, seen_version=batch.version, actor=actor)
    batch = work_off(batch)
    assert (batch.state, batch.findings["stopped"][0]["code"]) == ("failed", "IMP-32")


def test_somebody_elses_import_is_not_read_again_nor_merged_nor_called_off() -> None:
    actor = a_county()
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    other = an_account("other", "county_office", Place.objects.get(name="甲县"))
    seen = batch.version
    for act in (
        lambda: merge(batch, seen_version=seen, actor=other),
        lambda: read_again(batch, kind="figures", options={}, seen_version=seen, actor=other),
        lambda: cancel(batch, actor=other),
    ):
        with pytest.raises(Refused, match="IMP-36"):
            act()


def test_who_may_not_import_hands_nothing_in() -> None:
    tree = a_tree()
    leader = an_account("leader", "leader", tree["甲县"])
    with pytest.raises(NotAllowed):
        handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), leader)


def test_a_page_read_before_the_file_was_read_again_does_not_write() -> None:
    actor = a_county()
    batch = handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)
    seen = batch.version
    read_again(batch, kind="figures", options={}, seen_version=seen, actor=actor)
    batch = work_off(batch)
    with pytest.raises(Stale):
        merge(batch, seen_version=seen, actor=actor)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"colour": "red"}, "IMP-27"),
        ({"release": "last"}, "IMP-21"),
        ({"code_system": "x"}, "IMP-28"),
    ],
)
def test_unknown_options_are_refused(options: dict[str, str], code: str) -> None:
    actor = a_county()
    with pytest.raises(Refused, match=code):
        handed_in(long_table(), actor, options=options)
