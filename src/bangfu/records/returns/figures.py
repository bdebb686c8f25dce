"""A form as a return workbook (报表回传表): one row per place, its figures beside last period's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bangfu.records.catalogue.models import Form
from bangfu.records.exports.tables import Head
from bangfu.records.figures.actions import CellInput, open_submission, save_values
from bangfu.records.figures.comparing import figures_before
from bangfu.records.figures.models import Submission
from bangfu.records.figures.saving import observations_of, open_columns
from bangfu.records.figures.values import Value, read_value, value_of, write_value
from bangfu.records.places.models import Place
from bangfu.records.returns.sheets import REASON, ReturnColumn, ReturnRow
from bangfu.records.returns.subject import Standing, Written
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["FormReturn"]

_KINDS: Final = {"money": "money", "int": "count", "number": "number", "bool": "bool"}
_LONGEST_REASON: Final = 400


class FormReturn:
    """A form for one period."""

    def __init__(self, form: Form, period: str) -> None:
        self.form, self.period = form, parse_period(period)
        self._columns = open_columns(form)
        self._by_code = {column.element.element: column for column in self._columns}

    @property
    def title(self) -> str:
        """The form's name."""
        return self.form.label_zh

    @property
    def head(self) -> Head:
        """The form's own head."""
        form = self.form
        return Head(form.number, form.made_by, form.approval_number, form.valid_until, True)

    @property
    def is_internal(self) -> bool:
        """A form under way is never for publication."""
        return True

    @property
    def columns(self) -> Sequence[ReturnColumn]:
        """The form's columns, and one for the reason of changes."""
        asked = [
            ReturnColumn(
                id=column.element.element,
                label=Text(column.element.label_zh, column.element.label_en),
                kind=_KINDS.get(column.element.kind, "text"),  # type: ignore[arg-type]
                unit=column.unit
                or ("" if column.element.kind in ("bool", "text") else column.element.unit),
                required=column.required,
            )
            for column in self._columns
        ]
        return [*asked, ReturnColumn(REASON, Text("变动说明", "Reason of changes"), "text")]

    def rows(self, places: Sequence[Place]) -> list[ReturnRow]:
        """One row per place, prefilled with what is held."""
        standing = self._texts([place.pk for place in places])
        before = figures_before(
            [place.pk for place in places],
            [column.element_id for column in self._columns],
            self.period,
        )
        rows = []
        for n, place in enumerate(places, start=1):
            last = {
                column.element.element: text
                for column in self._columns
                if (held := before.get((place.pk, column.element_id))) is not None
                and (text := write_value(column.element, held.last, column.unit))
            }
            base = standing.get(place.pk, {})
            rows.append(ReturnRow(n, place.pk, place.code, place.name, None, base, last))
        return rows

    def standing(self, rows: Sequence[ReturnRow]) -> dict[int, Standing]:
        """The figures that stand, and the version of each return."""
        ids = [row.place_id for row in rows]
        texts = self._texts(ids)
        held = Submission.objects.filter(form=self.form, period=self.period.text, place__in=ids)
        versions = dict(held.values_list("place_id", "version"))
        return {
            row.n: Standing(texts.get(row.place_id, {}), versions.get(row.place_id)) for row in rows
        }

    def plain(self, column: str, text: str) -> str | Fault:
        """A figure as it is written back in the column's unit."""
        if column == REASON:
            return text.strip()[:_LONGEST_REASON]
        asked = self._by_code[column]
        read = read_value(asked.element, text, asked.unit)
        return read if isinstance(read, Fault) else write_value(asked.element, read, asked.unit)

    def write(
        self, row: ReturnRow, cells: Mapping[str, str], standing: Standing, *, actor: Any
    ) -> Written:
        """Save the cells as the figures' own action does; the reason goes with each of them."""
        place = Place.objects.get(pk=row.place_id)
        submission = open_submission(self.form, place, self.period.text, actor=actor)
        reason = cells.get(REASON) or None
        values = {
            code: CellInput(text, reason, base=standing.texts.get(code, ""))
            for code, text in cells.items()
            if code != REASON
        }
        if not values:
            return Written(0, submission.pk)
        done = save_values(submission, values, seen_version=submission.version, actor=actor)
        faults = tuple(fault for found in done.faults.values() for fault in found)
        return Written(done.saved, submission.pk, faults)

    def _texts(self, place_ids: Sequence[int]) -> dict[int, dict[str, str]]:
        elements = {column.element_id: column for column in self._columns}
        texts: dict[int, dict[str, str]] = {}
        for row in observations_of(self.form, self.period.text, place_ids, self._columns):
            column = elements[row.element_id]
            value: Value = value_of(row)
            text = write_value(column.element, value, column.unit)
            if text:
                texts.setdefault(row.place_id, {})[column.element.element] = text
        return texts
