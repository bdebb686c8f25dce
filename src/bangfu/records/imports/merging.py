"""Writing what a file brings (写入), unit by unit; each unit is whole or absent."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.bulk_rows import update_rows
from bangfu.records.imports.choices import BatchState, Outcome
from bangfu.records.imports.kinds import ImportKind, Staged, Writing, kind_named
from bangfu.records.imports.models import ImportBatch, ImportRow
from bangfu.records.imports.preview import step, stopped
from bangfu.records.imports.staging import rows_to_write
from bangfu.records.jobs.registry import job
from bangfu.records.jobs.running import JobRun
from bangfu.records.places.models import Place
from bangfu.vocabulary.text import Text

__all__ = ["finish"]

#: Rows of one transaction. With history and locks about a tenth of a second.
_CHUNK: Final = 1_000
#: Left to other writers between two units: SQLite has one at a time, and those who wait look
#: again only every so often. [s]
_BREATH_S: Final = 0.02


@job("imports.merge", label=Text("写入数据", "writing"), stopped=stopped)
def _merge(run: JobRun) -> dict[str, Any]:
    batch = ImportBatch.objects.select_related("asked_by").get(pk=run.arguments["batch"])
    if batch.state == BatchState.MERGED:
        # An earlier worker came to the end and died before it could say so.
        return {"written": batch.written}
    kind = kind_named(batch.kind)
    actor = Account.objects.get(pk=run.arguments["actor"])
    total = batch.rows_as(Outcome.NEW, Outcome.CHANGED)
    written: Counter[str] = Counter(run.checkpoint.get("written", {}))
    after = int(run.checkpoint.get("number", 0))
    while rows := list(rows_to_write(batch, after=after, size=_CHUNK)):
        after = rows[-1].number
        writing = Writing(actor, clock.now(), batch.pk)
        done = written.total() + len(rows)
        with run.unit(done=done, total=total):
            written.update(_write(kind, rows, writing))
            # Known only now: the checkpoint of this unit.
            run.keep({"number": after, "written": dict(written)})
        time.sleep(_BREATH_S)
    changes, digest = kind.digest(batch.pk)
    with run.unit():
        finish(batch, written=dict(written), changes=changes, digest=digest, actor=actor)
    return {"written": dict(written), "changes": changes}


def _write(kind: ImportKind, rows: Sequence[Staged], writing: Writing) -> Counter[str]:
    """Write rows whose places are still open to the actor; what became of them, counted."""
    place_ids = {row.place_id for row in rows if row.place_id is not None}
    open_now = set(
        Place.objects.open_to(writing.actor, kind.verb)
        .filter(pk__in=place_ids)
        .values_list("pk", flat=True)
    )
    open_rows = [row for row in rows if row.place_id is None or row.place_id in open_now]
    outcomes = dict(kind.write(open_rows, writing)) if open_rows else {}
    told = {row.id: outcomes.get(row.number, Outcome.SHUT.value) for row in rows}
    moved = [(row.id, told[row.id]) for row in rows if told[row.id] != row.outcome]
    update_rows(ImportRow, ("id", "outcome"), moved)
    return Counter(told.values())


@action("imports.finish")
def finish(
    batch: ImportBatch, *, written: dict[str, int], changes: int, digest: str, actor: Any
) -> None:
    """The one entry of the log for a whole import: what it changed, under a digest."""
    batch.written, batch.digest = written, digest
    step(batch, "finish")
    note(batch, kind=batch.kind, file=batch.sha256, written=written, changes=changes, digest=digest)
