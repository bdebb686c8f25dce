"""Figures before their day of release (发布前): seen by who enters and reviews, by nobody else."""

from __future__ import annotations

from typing import Any

from bangfu.records.access.policies import may
from bangfu.records.figures.periods import released_on
from bangfu.records.ground import clock
from bangfu.records.places.models import Place
from bangfu.web.figures.loading import FormOfPeriod
from bangfu.web.figures.shown import ShownCell

__all__ = ["hide_unreleased", "sees_unreleased"]


def sees_unreleased(user: Any, place: Place) -> bool:
    """Whether an account works on the figures of a place, and so sees them before release."""
    return may(user, "figures.enter", place) or may(user, "figures.approve", place)


def hide_unreleased(cells: list[ShownCell], asked: FormOfPeriod, place: Place, user: Any) -> None:
    """Blank the figures whose day has not come, for who does not work on them."""
    if sees_unreleased(user, place):
        return
    today = clock.today()
    for cell in cells:
        calendar = cell.column.element.release_calendar
        day = released_on(calendar, asked.period, asked.form.release)
        if day is not None and today < day:
            cell.text = cell.base = cell.reason = cell.change = ""
            cell.released_on = day
