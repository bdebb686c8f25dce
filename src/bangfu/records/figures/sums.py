"""The sum of a sheet against the figure of the place above (村合计=镇), and the row to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bangfu.records.catalogue.models import Form, FormColumn
from bangfu.records.figures.comparing import figures_before
from bangfu.records.figures.models import Observation
from bangfu.records.figures.values import Value, value_of
from bangfu.records.places.models import Place
from bangfu.vocabulary.period import Period
from bangfu.vocabulary.text import Text

__all__ = ["ColumnSum", "Culprit", "find_culprit", "sums_of"]

_SLIP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Culprit:
    """The row that most likely makes the difference, and why it is suspected."""

    place_id: int
    why: Text


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """One column of a sheet: the sum of what is known, and the place above beside it.

    ``total`` and ``above`` are in the inside unit; ``above`` is None where the place above states
    no figure.
    """

    column: FormColumn
    total: Decimal | None
    unknown: int
    above: Decimal | None
    culprit: Place | None
    why: Text | None

    @property
    def difference(self) -> Decimal | None:
        """What the place above has more than its parts."""
        if self.total is None or self.above is None:
            return None
        return self.above - self.total


def sums_of(
    form: Form,
    period: Period,
    columns: Sequence[FormColumn],
    area: Place,
    places: Sequence[Place],
) -> list[ColumnSum]:
    """The sums of a sheet, in the order of its columns; a column that does not add up has none."""
    adding = [column for column in columns if column.element.adds_up]
    values = _values(form, period, adding, [area.pk, *(place.pk for place in places)])
    elements = [column.element_id for column in adding]
    before = figures_before([place.pk for place in places], elements, period)
    sums = []
    for column in columns:
        if not column.element.adds_up:
            sums.append(ColumnSum(column, None, 0, None, None, None))
            continue
        key = column.element_id
        parts = {place.pk: values.get((place.pk, key), Value()) for place in places}
        last = {pk: before[pk, key].last for pk in parts if (pk, key) in before}
        above = values.get((area.pk, key), Value()).number
        sums.append(_sum(column, parts, last, above, {place.pk: place for place in places}))
    return sums


def _values(
    form: Form, period: Period, columns: Sequence[FormColumn], place_ids: Sequence[int]
) -> dict[tuple[int, int], Value]:
    rows = Observation.objects.filter(
        place__in=place_ids,
        element__in=[column.element_id for column in columns],
        period=period.text,
        release=form.release,
        collective__isnull=True,
    )
    return {(row.place_id, row.element_id): value_of(row) for row in rows}


def _sum(
    column: FormColumn,
    parts: Mapping[int, Value],
    last: Mapping[int, Value],
    above: Decimal | None,
    places: Mapping[int, Place],
) -> ColumnSum:
    known = [value.number for value in parts.values() if value.number is not None]
    unknown = sum(1 for value in parts.values() if value.is_unknown)
    total = sum(known, Decimal(0)) if known else None
    culprit = None
    if total is not None and above is not None and total != above:
        culprit = find_culprit(parts, last, above - total)
    place = places[culprit.place_id] if culprit else None
    return ColumnSum(column, total, unknown, above, place, culprit.why if culprit else None)


def find_culprit(
    parts: Mapping[int, Value], last: Mapping[int, Value], difference: Decimal
) -> Culprit | None:
    """The row that most likely makes a difference; None where no row stands out.

    Tried in this order: a row ten thousand times off against last period; a row whose figure is
    the very difference; a single empty row; the row that moved by the very difference.
    """
    numbers = {pk: value.number for pk, value in parts.items()}
    for pk, number in numbers.items():
        before = last[pk].number if pk in last else None
        if number is not None and before and _is_slip(number, before):
            return Culprit(pk, Text("与上期相差约一万倍，单位可能有误", "ten thousand times off"))
    for pk, number in numbers.items():
        if number and number == -difference:
            return Culprit(pk, Text("本行数值正好等于差额，可能重复计入", "equals the difference"))
    empty = [pk for pk, value in parts.items() if value.is_unknown]
    if len(empty) == 1:
        return Culprit(empty[0], Text("本行未填", "this row is empty"))
    for pk, number in numbers.items():
        before = last[pk].number if pk in last else None
        if number is not None and before is not None and number - before == -difference:
            return Culprit(pk, Text("本行比上期的变动正好等于差额", "moved by the difference"))
    return None


def _is_slip(number: Decimal, before: Decimal) -> bool:
    high, low = max(abs(number), abs(before)), min(abs(number), abs(before))
    return low > 0 and _SLIP / 3 <= high / low <= _SLIP * 3
