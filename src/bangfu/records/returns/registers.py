"""A register as a return workbook (台账回传表): the rows of each place, and blank ones to add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bangfu.records.exports.tables import Head
from bangfu.records.places.models import Place
from bangfu.records.registers.actions import NewRow, add_row, change_row
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.periods import period_before
from bangfu.records.registers.reading import read_field
from bangfu.records.registers.shape import shape_of
from bangfu.records.registers.showing import written_value
from bangfu.records.returns.sheets import ReturnColumn, ReturnRow
from bangfu.records.returns.subject import Standing, Written
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["RegisterReturn"]

_KINDS: Final = {"int": "count"}
#: Blank rows for each place beside those it has.
_BLANK_ROWS: Final = 2
_MOST_BLANK: Final = 5


class RegisterReturn:
    """A register for one period."""

    def __init__(self, definition: RegisterDefinition, period: str) -> None:
        self.definition, self.period = definition, period
        self.shape = shape_of(definition.content)

    @property
    def title(self) -> str:
        """The register's name."""
        return self.definition.label_zh

    @property
    def head(self) -> Head:
        """Whose register it is."""
        return Head(made_by=self.definition.owner)

    @property
    def is_internal(self) -> bool:
        """Registers are kept for the office's own use."""
        return True

    @property
    def columns(self) -> Sequence[ReturnColumn]:
        """The fields the scheme declares."""
        return [
            ReturnColumn(
                id=field.id,
                label=field.label,
                kind=_KINDS.get(field.kind, field.kind),  # type: ignore[arg-type]
                unit=field.unit,
                choices=field.choices,
                required=field.required,
            )
            for field in self.shape.fields
        ]

    def rows(self, places: Sequence[Place]) -> list[ReturnRow]:
        """What each place has this period, then blank rows with last period's beside them."""
        held = self._held(places, self.period)
        before = self._held(places, period_before(self.period))
        rows: list[ReturnRow] = []
        for place in places:
            own, last = held[place.pk], {row.row_key: row for row in before[place.pk]}
            for row in own:
                earlier = last.pop(row.row_key, None)
                rows.append(self._row(len(rows) + 1, place, row, earlier))
            offered = list(last.values())
            wanted = max((self.definition.at_least or 0) - len(own), len(offered), _BLANK_ROWS)
            if self.shape.is_presence:
                wanted = 0 if own else 1
            for number in range(min(wanted, _MOST_BLANK)):
                earlier = offered[number] if number < len(offered) else None
                rows.append(self._row(len(rows) + 1, place, None, earlier))
        return rows

    def standing(self, rows: Sequence[ReturnRow]) -> dict[int, Standing]:
        """The rows as they are now; a removed one is closed."""
        refs = [row.ref for row in rows if row.ref is not None]
        held: dict[int, RegisterRow] = {}
        for start in range(0, len(refs), 1000):
            held |= RegisterRow.objects.in_bulk(refs[start : start + 1000])
        return {
            row.n: self._stands(held[row.ref]) if row.ref in held else Standing() for row in rows
        }

    def plain(self, column: str, text: str) -> str | Fault:
        """A value as it is written back."""
        field = self.shape.by_id[column]
        value, fault = read_field(field, text)
        return fault if fault is not None else written_value(field, value)

    def write(
        self, row: ReturnRow, cells: Mapping[str, str], standing: Standing, *, actor: Any
    ) -> Written:
        """Change the row, or add it where it was blank."""
        if row.ref is not None and standing.version is not None:
            seen = standing.version
            changed = change_row(row.ref, cells, seen_version=seen, actor=actor)
            return Written(len(cells), changed.pk)
        place = Place.objects.get(pk=row.place_id)
        new = NewRow(self.definition, place, self.period, cells)
        return Written(len(cells), add_row(new, actor=actor).pk)

    def _held(self, places: Sequence[Place], period: str) -> dict[int, list[RegisterRow]]:
        held: dict[int, list[RegisterRow]] = defaultdict(list)
        ids = [place.pk for place in places]
        for start in range(0, len(ids), 1000):
            rows = RegisterRow.objects.filter(
                definition=self.definition,
                period=period,
                is_removed=False,
                place__in=ids[start : start + 1000],
            )
            for row in rows.order_by("pk"):
                held[row.place_id].append(row)
        return held

    def _row(
        self, n: int, place: Place, row: RegisterRow | None, earlier: RegisterRow | None
    ) -> ReturnRow:
        return ReturnRow(
            n,
            place.pk,
            place.code,
            place.name,
            row.pk if row else None,
            self._texts(row) if row else {},
            self._texts(earlier) if earlier else {},
        )

    def _texts(self, row: RegisterRow) -> dict[str, str]:
        return {
            field.id: text
            for field in self.shape.fields
            if (text := written_value(field, row.values.get(field.id)))
        }

    def _stands(self, row: RegisterRow) -> Standing:
        closed = None
        if row.is_removed:
            closed = Text("这一行已被移除，没有采用。", "The row was removed and is not changed.")
        return Standing(self._texts(row), row.version, closed)
