"""Returns for tests: the village form of a scheme on the sample tree, filled with made-up figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.records.factories import a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.catalogue.adopting import adopt_scheme
from bangfu.records.catalogue.models import Form
from bangfu.records.figures.actions import CellInput, open_submission, save_values
from bangfu.records.figures.models import Submission
from bangfu.records.places.models import Place

__all__ = ["DAY", "FIGURES", "VILLAGE_YEAR", "Office", "an_office", "filled"]

#: The day on which these tests happen, and the year whose figures are due.
DAY = date(2026, 1, 20)
YEAR = "2025"
VILLAGE_YEAR = "zj-2025-villages.village.year"
#: A whole village return, as a clerk writes it.
FIGURES = {
    "collective_operating_income_fen": "32.5",
    "farmer_income_per_capita_fen": "28000",
    "low_income_households": "12",
    "households": "320",
    "relocated_whole_village_persons": "0",
    "relocated_scattered_persons": "0",
}


class Office:
    """The sample tree, the adopted form, and one account of each post in 甲县."""

    def __init__(self) -> None:
        self.tree: dict[str, Place] = a_tree()
        adopt_scheme("zj-2025-villages", actor=System())
        self.form = Form.objects.get(form=VILLAGE_YEAR)
        self.clerk = an_account("clerk", "village_clerk", self.tree["甲一村"])
        self.town = an_account("town", "township_office", self.tree["甲一镇"])
        self.county = an_account("county", "county_office", self.tree["甲县"])
        self.city = an_account("city", "city_office", self.tree["示例市"])

    def open(self, village: str = "甲一村", *, actor: Any = None) -> Submission:
        """The village's return of the year."""
        return open_submission(self.form, self.tree[village], YEAR, actor=actor or System())


def an_office() -> Office:
    """A fresh office."""
    return Office()


def cells(**changes: str) -> dict[str, CellInput]:
    """The whole return with some cells written otherwise."""
    return {code: CellInput(text) for code, text in {**FIGURES, **changes}.items()}


def filled(office: Office, village: str = "甲一村", *, actor: Any = None) -> Submission:
    """A village's return, filled and saved."""
    who = actor or office.clerk
    row = office.open(village, actor=who)
    save_values(row, cells(), seen_version=row.version, actor=who)
    row.refresh_from_db()
    return row
