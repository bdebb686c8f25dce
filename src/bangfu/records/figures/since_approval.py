"""What changed after an approval (审核后有改动): the approved values beside those of now."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.records.catalogue.models import FormColumn
from bangfu.records.figures.models import ObservationChange, Submission
from bangfu.records.figures.saving import observations_of, open_columns
from bangfu.records.figures.values import Value, value_of

__all__ = ["SinceApproval", "changes_since_approval"]


@dataclass(frozen=True, slots=True)
class SinceApproval:
    """One cell that differs from what was approved."""

    column: FormColumn
    approved: Value
    now: Value


def changes_since_approval(row: Submission) -> tuple[SinceApproval, ...]:
    """The cells of a re-opened return that differ from what was approved last."""
    if row.approved_at is None:
        return ()
    columns = open_columns(row.form)
    held = {
        figure.element_id: figure
        for figure in observations_of(row.form, row.period, [row.place_id], columns)
    }
    approved: dict[int, Value] = {}
    changes = ObservationChange.objects.filter(
        observation__in=[figure.pk for figure in held.values()], changed_at__lte=row.approved_at
    ).select_related("observation")
    for change in changes.order_by("observation_id", "version"):
        approved[change.observation.element_id] = value_of(change)
    found = (
        SinceApproval(column, approved.get(column.element_id, Value()), value_of(figure))
        for column in columns
        if (figure := held.get(column.element_id)) is not None
    )
    return tuple(line for line in found if line.approved != line.now)
