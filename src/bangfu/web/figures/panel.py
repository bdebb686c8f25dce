"""The figures of one place, for its file (一村一档的数据部分)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bangfu.records.figures.models import Observation
from bangfu.records.figures.periods import released_on
from bangfu.records.figures.values import value_of, write_value
from bangfu.records.ground import clock
from bangfu.records.places.models import Place
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text
from bangfu.web.figures.embargo import sees_unreleased
from bangfu.web.figures.shown import label_of, with_commas
from bangfu.web.figures.units import reading_unit

__all__ = ["TEMPLATE", "PanelFigure", "figures_of_place"]

#: What shows the figures; it takes ``figures``, the answer of `figures_of_place`, and ``place``.
TEMPLATE: Final = "figures/panel.html"
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class PanelFigure:
    """One figure as the file of its place shows it."""

    observation: Observation
    label: Text
    text: str
    unit: str
    #: Filled where it may not be shown before that day.
    released_on: date | None


def figures_of_place(user: Any, place: Place) -> list[PanelFigure]:
    """The newest figures of a place, element by element; those not released yet say when."""
    rows = Observation.objects.visible_to(user).filter(place=place, collective__isnull=True)
    rows = rows.select_related("element", "approved_by", "submission")
    sees_all, today = sees_unreleased(user, place), clock.today()
    shown = []
    for row in rows.order_by("-period", "element_id", "release")[:_MOST]:
        day = released_on(row.element.release_calendar, parse_period(row.period), row.release)
        hidden = day if day is not None and today < day and not sees_all else None
        unit = reading_unit(row.element)
        text = "" if hidden else with_commas(write_value(row.element, value_of(row), unit))
        shown.append(PanelFigure(row, label_of(row.element), text, unit, hidden))
    return shown
