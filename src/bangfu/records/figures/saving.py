"""Saving returns (保存填报): one place or a whole sheet; what is right is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.access.roles import roles_with
from bangfu.records.audit.actions import action, note
from bangfu.records.catalogue.models import Form, FormColumn
from bangfu.records.figures.cells import CellInput, Conflict, Intended, RowPlan, plan_row
from bangfu.records.figures.checks import open_points
from bangfu.records.figures.comparing import figures_before
from bangfu.records.figures.flows import FLOW
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.figures.values import Value, value_of
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, Stale, refuse
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = [
    "CellInput",
    "SaveResult",
    "SheetRow",
    "StaleCells",
    "observations_of",
    "open_columns",
    "open_points_of",
    "save_sheet",
    "save_values",
]


class StaleCells(Stale):
    """Somebody else changed the same cells; nothing was written. ``conflicts`` has three sides."""

    def __init__(self, *, seen: int, current: int, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        difference = {c.label.zh: (c.mine, c.theirs) for c in conflicts}
        super().__init__(seen=seen, current=current, difference=difference)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One return of a sheet as somebody filled it."""

    submission_id: int
    seen_version: int
    values: Mapping[str, CellInput]


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What became of one return: cells written, faults by element, conflicts left unwritten."""

    submission: Submission
    saved: int
    faults: Mapping[str, tuple[Fault, ...]]
    conflicts: tuple[Conflict, ...] = ()


def save_values(
    submission: Submission,
    values: Mapping[str, CellInput],
    *,
    seen_version: int,
    actor: Any,
    occurred_on: date | None = None,
) -> SaveResult:
    """Save cells of one return by element code (保存填报); incomplete ones too.

    Raises
    ------
    StaleCells
        Where somebody else changed cells that this person changes too; nothing is written.
        Saving the same twice changes nothing and is no conflict.
    """
    row = SheetRow(submission.pk, seen_version, values)
    return _save_alone(row, occurred_on, actor=actor)


def save_sheet(
    rows: Sequence[SheetRow], *, actor: Any, occurred_on: date | None = None
) -> list[SaveResult]:
    """Save the rows of a sheet, returns of one form and period, in one transaction.

    A row with conflicts is left unwritten and told; the others are kept.
    """
    return _save_sheet(list(rows), occurred_on, actor=actor) if rows else []


@action("figures.save")
def _save_alone(row: SheetRow, occurred_on: date | None, *, actor: Any) -> SaveResult:
    (result,) = _save([row], occurred_on, actor)
    if result.conflicts:
        raise StaleCells(
            seen=row.seen_version,
            current=result.submission.version,
            conflicts=result.conflicts,
        )
    return result


@action("figures.save")
def _save_sheet(rows: list[SheetRow], occurred_on: date | None, *, actor: Any) -> list[SaveResult]:
    return _save(rows, occurred_on, actor)


def _save(rows: Sequence[SheetRow], occurred_on: date | None, actor: Any) -> list[SaveResult]:
    held = _locked_rows(rows)
    form = _one_form(held.values())
    columns = open_columns(form)
    standing = _standing(list(held.values()), columns)
    results, writes = [], []
    for row in rows:
        submission = held[row.submission_id]
        closed = _why_closed(submission, actor)
        if closed is not None:
            if len(rows) == 1:
                raise closed
            results.append(SaveResult(submission, 0, {"": closed.faults}))
            continue
        plan = plan_row(
            columns,
            row.values,
            standing.get(submission.place_id, {}),
            is_stale=row.seen_version != submission.version,
            where=submission.place.name,
        )
        done = [] if plan.conflicts else plan.writes
        writes += [(submission, cell) for cell in done]
        results.append(_result(submission, plan, len(done)))
    _write(writes, standing, occurred_on, actor)
    _advance([r for r in results if r.saved], actor)
    if not any(r.saved for r in results):
        note(results[0].submission, cells=0)
    return results


def _result(submission: Submission, plan: RowPlan, saved: int) -> SaveResult:
    return SaveResult(submission, saved, dict(plan.faults), tuple(plan.conflicts))


def _locked_rows(rows: Sequence[SheetRow]) -> dict[int, Submission]:
    """The returns, locked in the order of their ids so that two sheets never wait in a circle."""
    ids = sorted({row.submission_id for row in rows})
    found = (
        Submission.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("form", "place")
        .order_by("pk")
    )
    held = {submission.pk: submission for submission in found}
    if len(held) != len(rows):
        raise refuse(
            "DAT-11", Text("有的报表不存在或重复。", "A return is missing or given twice.")
        )
    return held


def _one_form(submissions: Iterable[Submission]) -> Form:
    held = list(submissions)
    keys = {(s.form_id, s.period) for s in held}
    if len(keys) != 1:
        raise refuse(
            "DAT-12", Text("一次只能保存同一报表、同一期别。", "One form and period at a time.")
        )
    return held[0].form


def _why_closed(submission: Submission, actor: Any) -> Refused | None:
    """Why a return takes no figures now; a person without the right is refused outright."""
    require(actor, "figures.enter", submission.place)
    try:
        FLOW.after("save", submission.state, roles=roles_with("figures.enter"))
    except Refused as refused:
        return refused
    return None


def open_columns(form: Form) -> list[FormColumn]:
    """The columns a form has now, in order."""
    return list(form.columns.filter(is_open=True).select_related("element"))


def observations_of(
    form: Form, period: str, place_ids: Sequence[int], columns: Sequence[FormColumn]
) -> Any:
    """The figures of places in the cells of a form."""
    return Observation.objects.filter(
        place__in=place_ids,
        element__in=[column.element_id for column in columns],
        period=period,
        release=form.release,
        collective__isnull=True,
    )


def _standing(
    submissions: Sequence[Submission], columns: Sequence[FormColumn]
) -> dict[int, dict[int, Observation]]:
    first = submissions[0]
    places = [s.place_id for s in submissions]
    rows = observations_of(first.form, first.period, places, columns).select_for_update()
    standing: dict[int, dict[int, Observation]] = {}
    for row in rows.order_by("pk"):
        standing.setdefault(row.place_id, {})[row.element_id] = row
    return standing


def _write(
    writes: Sequence[tuple[Submission, Intended]],
    standing: Mapping[int, Mapping[int, Observation]],
    occurred_on: date | None,
    actor: Any,
) -> None:
    now = clock.now()
    fresh: list[Observation] = []
    known: list[Observation] = []
    for submission, cell in writes:
        held = standing.get(submission.place_id, {}).get(cell.column.element_id)
        row = held or _blank(submission, cell)
        if held is not None:
            row.version += 1
        _fill(row, cell)
        row.submission, row.entered_at, row.entered_by_id = submission, now, actor.pk
        row.occurred_on = occurred_on or parse_period(submission.period).last_day
        (known if held else fresh).append(row)
    Observation.objects.bulk_create(fresh, batch_size=500)
    Observation.objects.bulk_update(known, _WRITTEN, batch_size=100)
    ObservationChange.objects.bulk_create(
        [_change(row, actor) for row in (*fresh, *known)], batch_size=500
    )


_WRITTEN = (
    "value_int", "value_number", "value_text", "not_applicable", "reason", "version",
    "submission", "entered_at", "entered_by", "occurred_on", "source", "method",
)  # fmt: skip


def _blank(submission: Submission, cell: Intended) -> Observation:
    return Observation(
        element_id=cell.column.element_id,
        place_id=submission.place_id,
        period=submission.period,
        release=submission.form.release,
    )


def _fill(row: Observation, cell: Intended) -> None:
    value, element = cell.value, cell.column.element
    row.value_int, row.value_number = value.value_int, value.value_number
    row.value_text, row.not_applicable = value.value_text, value.not_applicable
    row.reason = cell.reason
    row.source = "填报"
    row.method = "estimate" if element.legal_class == "estimate" else "administrative"


def _change(row: Observation, actor: Any) -> ObservationChange:
    return ObservationChange(
        observation=row,
        version=row.version,
        value_int=row.value_int,
        value_number=row.value_number,
        value_text=row.value_text,
        not_applicable=row.not_applicable,
        reason=row.reason,
        changed_at=row.entered_at,
        changed_by_id=actor.pk,
    )


def _advance(results: Sequence[SaveResult], actor: Any) -> None:
    for result in results:
        submission = result.submission
        submission.saved_at, submission.saved_by_id = clock.now(), actor.pk
        submission.save_next_version()
        note(submission, cells=result.saved, version=submission.version)


def open_points_of(submission: Submission) -> dict[str, list[Fault]]:
    """What must be settled before a return is handed in, by element code."""
    columns = open_columns(submission.form)
    held = {
        row.element_id: row
        for row in observations_of(
            submission.form, submission.period, [submission.place_id], columns
        )
    }
    before = figures_before(
        [submission.place_id],
        [column.element_id for column in columns],
        parse_period(submission.period),
    )
    points: dict[str, list[Fault]] = {}
    for column in columns:
        row = held.get(column.element_id)
        key = (submission.place_id, column.element_id)
        last = before[key].last if key in before else Value()
        value, reason = (value_of(row), row.reason) if row else (Value(), "")
        found = open_points(column, value, reason, last)
        if found:
            points[column.element.element] = found
    return points
