"""What the pages of returns read (取数): the form, the place inside one's area, the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from bangfu.records.catalogue.models import Form, FormColumn
from bangfu.records.figures.checks import open_points
from bangfu.records.figures.comparing import Before, figures_before
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.figures.saving import observations_of, open_columns
from bangfu.records.figures.values import Value, value_of
from bangfu.records.places.models import Place
from bangfu.vocabulary.period import Period, parse_period
from bangfu.web.figures.shown import ShownCell, shown_cell

__all__ = ["FormOfPeriod", "cells_of", "form_of_period", "place_seen", "submissions_of"]


@dataclass(frozen=True, slots=True)
class FormOfPeriod:
    """A form and one of its periods, with the columns it has now."""

    form: Form
    period: Period
    columns: tuple[FormColumn, ...]


def form_of_period(form_id: int, period: str) -> FormOfPeriod:
    """The form of an address; 404 where there is no such form or period of it."""
    form = get_object_or_404(Form.objects.select_related("area"), pk=form_id)
    try:
        parsed = parse_period(period)
    except ValueError as error:
        raise Http404 from error
    if parsed.kind != form.period_kind:
        raise Http404
    return FormOfPeriod(form, parsed, tuple(open_columns(form)))


def place_seen(user: Any, place_id: int) -> Place:
    """A place inside one's area; outside it there is none."""
    return get_object_or_404(Place.objects.visible_to(user), pk=place_id)


def submissions_of(asked: FormOfPeriod, place_ids: Sequence[int]) -> dict[int, Submission]:
    """The returns there are, by place."""
    rows = Submission.objects.filter(
        form=asked.form, period=asked.period.text, place__in=place_ids
    ).select_related("form")
    return {row.place_id: row for row in rows}


def cells_of(asked: FormOfPeriod, place_ids: Sequence[int]) -> dict[int, list[ShownCell]]:
    """The cells of places as they stand, by place, in the order of the columns."""
    held: dict[tuple[int, int], Observation] = {
        (row.place_id, row.element_id): row
        for row in observations_of(asked.form, asked.period.text, place_ids, asked.columns)
    }
    elements = [column.element_id for column in asked.columns]
    before = figures_before(place_ids, elements, asked.period)
    return {
        place: [
            _cell(
                column, held.get((place, column.element_id)), before.get((place, column.element_id))
            )
            for column in asked.columns
        ]
        for place in place_ids
    }


def _cell(column: FormColumn, held: Observation | None, before: Before | None) -> ShownCell:
    stood = before or Before()
    cell = shown_cell(column, held, stood)
    # What was never filled is not shown as a fault before anybody began.
    if held is not None:
        value = value_of(held)
        cell.points = (
            open_points(column, value, held.reason, stood.last) if value != Value() else []
        )
    return cell
