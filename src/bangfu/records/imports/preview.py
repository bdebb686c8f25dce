"""Reading a file and saying what it would change (预览), before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.grids import Grid, read_grids
from bangfu.records.audit.actions import System, action, note
from bangfu.records.ground import clock
from bangfu.records.imports.choices import BatchState
from bangfu.records.imports.flows import FLOW, SYSTEM
from bangfu.records.imports.kinds import ImportKind, Prepared, kind_named, kinds
from bangfu.records.imports.models import ImportBatch
from bangfu.records.imports.staging import drop_staged, stage
from bangfu.records.imports.storage import kept_bytes, suffix_of
from bangfu.records.jobs.ending import fault_data
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import job
from bangfu.records.jobs.running import JobRun
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["step", "stopped"]


def step(batch: ImportBatch, verb: str) -> None:
    """Take one of the worker's steps and keep it."""
    batch.state = FLOW.after(verb, batch.state, roles=SYSTEM)
    if batch.state in (BatchState.MERGED, BatchState.CANCELLED, BatchState.FAILED):
        batch.finished_at = clock.now()
    batch.save_next_version()


def stopped(ended: Job) -> None:
    """A job of an import ended without success: the import says so."""
    batch = ImportBatch.objects.filter(pk=ended.arguments["batch"], job=ended).first()
    if batch is None or not FLOW.verbs(batch.state, SYSTEM):
        return
    batch.findings = {**batch.findings, "stopped": ended.faults}
    verb = "cancel" if ended.state == Job.State.CANCELLED else "fail"
    if batch.state == BatchState.MERGING:
        _stop_writing(batch, verb, dict(ended.checkpoint.get("written", {})), actor=System())
    else:
        step(batch, verb)


@action("imports.stop")
def _stop_writing(batch: ImportBatch, verb: str, written: dict[str, int], *, actor: System) -> None:
    """What was written before the end stays, and the log says what it was."""
    changes, batch.digest = kind_named(batch.kind).digest(batch.pk)
    batch.written = written
    step(batch, verb)
    note(
        batch, file=batch.sha256, state=batch.state, written=written, changes=changes,
        digest=batch.digest,
    )  # fmt: skip


@job("imports.preview", label=Text("读取核对", "reading and checking"), stopped=stopped)
def _preview(run: JobRun) -> dict[str, Any]:
    batch = ImportBatch.objects.select_related("asked_by").get(pk=run.arguments["batch"])
    if batch.state == BatchState.PREVIEWED:
        # An earlier worker came to the end and died before it could say so.
        return {"rows": batch.rows.count()}
    with run.unit({}):
        step(batch, "read")
    drop_staged(batch, run)
    grids = _grids(batch)
    kind = _kind_of(batch, grids)
    run.renew()
    prepared = kind.prepare(grids, batch.options, batch.asked_by)
    with run.unit({}, total=prepared.rows.height):
        batch.kind = kind.name
        step(batch, "check")
    stage(batch, prepared.rows, run)
    with run.unit():
        batch.counts = dict(prepared.rows.get_column("outcome").value_counts().iter_rows())
        batch.findings = _findings(prepared)
        step(batch, "preview")
    return {"rows": prepared.rows.height}


def _grids(batch: ImportBatch) -> list[Grid]:
    findings = Findings()
    data = kept_bytes(batch.sha256)
    suffix = suffix_of(batch.file_name)
    grids = read_grids(data, suffix, where=batch.file_name, findings=findings)
    findings.raise_if_any()
    if not grids:
        raise FaultsFound(
            [
                Fault(
                    "IMP-24",
                    batch.file_name,
                    Text("表里没有内容。", "There is nothing in it."),
                    Text("请核对文件。", "Check the file."),
                )
            ]
        )
    return grids


def _kind_of(batch: ImportBatch, grids: Sequence[Grid]) -> ImportKind:
    """The kind somebody chose, else the one the heads speak for most clearly."""
    if batch.kind:
        return kind_named(batch.kind)
    scores = [(max(kind.recognise(grid) for grid in grids), kind) for kind in kinds()]
    best = max(score for score, _ in scores)
    if best == 0:
        raise FaultsFound([_no_kind(batch)])
    return next(kind for score, kind in scores if score == best)


def _no_kind(batch: ImportBatch) -> Fault:
    labels = "、".join(kind.label.zh for kind in kinds())
    return Fault(
        "IMP-25",
        batch.file_name,
        Text(
            f"从表头看不出是哪一类表。可导入：{labels}。",
            f"The head does not say which kind of table it is. Accepted: "
            f"{', '.join(kind.label.en for kind in kinds())}.",
        ),
        Text(
            "请选择表类后重新读取，或核对表头。",
            "Choose the kind and read it again, or check the head.",
        ),
    )


def _findings(prepared: Prepared) -> dict[str, Any]:
    return {
        "faults": [fault_data(fault) for fault in prepared.faults],
        "notices": [
            {"code": n.code, "where": n.where, "zh": n.message.zh, "en": n.message.en}
            for n in prepared.notices
        ],
        "choices": {name: list(map(list, places)) for name, places in prepared.choices.items()},
        "by_code": prepared.by_code,
    }
