"""Locks on approved figures (锁定): an approved figure is not changed while it is approved."""

from __future__ import annotations

from typing import Any

from bangfu.records.figures.models import Submission
from bangfu.records.figures.saving import observations_of, open_columns
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["lock_figures", "unlock_figures"]


def lock_figures(row: Submission, *, approved_by: Any) -> int:
    """Lock the figures of a return; how many."""
    figures = observations_of(row.form, row.period, [row.place_id], open_columns(row.form))
    changed: int = figures.update(locked=True, approved_by_id=approved_by.pk)
    return changed


def unlock_figures(row: Submission) -> int:
    """Unlock the figures of a return, but for those another approved return stands on."""
    figures = observations_of(row.form, row.period, [row.place_id], open_columns(row.form))
    others = Submission.objects.filter(
        place=row.place_id,
        period=row.period,
        state=Submission.State.APPROVED,
        form__release=row.form.release,
    ).exclude(pk=row.pk)
    shared = others.filter(form__columns__is_open=True).values_list(
        "form__columns__element_id", flat=True
    )
    free = figures.exclude(element__in=list(shared))
    if not free.exists() and figures.exists():
        raise refuse(
            "DAT-46",
            Text(
                "这张报表的数据同时用于另一张已审核的报表。",
                "Another approved return stands on the same figures.",
            ),
            remedy=Text("请一并重新打开那张报表。", "Re-open that return as well."),
        )
    changed: int = free.update(locked=False)
    return changed
