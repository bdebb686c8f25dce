"""The table of figures (指标数据表) as known at an instant, under the codes of a day.

A figure hangs on a place; where the place was merged or split before the day, its figures are
carried to what became of it (`carrying`). A village's figure is the sum of its collectives where
it has none of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from bangfu.records.figures.models import Observation, ObservationChange, Release
from bangfu.records.frames.asked import Asked
from bangfu.records.frames.carrying import Figure, FigureKey, carried, events_until
from bangfu.vocabulary.period import parse_period

__all__ = ["indicators_table"]

_SCHEMA = {
    "place_code": pl.String,
    "indicator": pl.String,
    "period": pl.String,
    "year": pl.Int32,
    "value": pl.Int64,
    "value_decimal": pl.String,
    "unit": pl.String,
    "status": pl.String,
    "source": pl.String,
}
#: The best telling of a figure first.
_BEST = {
    Release.VERIFIED.value: 0,
    Release.ANNUAL.value: 1,
    Release.EXPECTED.value: 2,
    Release.FLASH.value: 3,
}
_FINAL = {Release.VERIFIED.value, Release.ANNUAL.value}


def indicators_table(asked: Asked, codes: Mapping[int, str]) -> pl.DataFrame:
    """The figures of the places of the day, one for each place, element and period."""
    events = events_until(asked.on, asked.known_at)
    figures = carried(_figures(asked), events, adds_up=asked.adds_up)
    rows = [
        (
            codes[place_id],
            element,
            period,
            int(period[:4]),
            figure.whole,
            None if figure.decimal is None else format(figure.decimal.normalize(), "f"),
            figure.unit,
            "final" if figure.is_final else "provisional",
            figure.source or None,
        )
        for (place_id, element, period), figure in figures.items()
        if place_id in codes
    ]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return table.sort("place_code", "indicator", "period")


def _figures(asked: Asked) -> dict[FigureKey, Figure]:
    """The best telling of each figure; collectives summed where the place has none of its own."""
    own: dict[FigureKey, tuple[int, Figure]] = {}
    parts: dict[tuple[FigureKey, int], dict[int, Figure]] = defaultdict(dict)
    values = _values_known_at(asked.known_at) if asked.known_at else None
    rows = Observation.objects.select_related("element", "submission").order_by("pk")
    begun = _Begun(asked.on)
    for row in rows.iterator(chunk_size=5000):
        if not begun(row.period):
            continue
        value = _value(row) if values is None else values.get(row.pk)
        if value is None:
            continue
        key = (row.place_id, row.element.element, row.period)
        figure = Figure(*value, _unit(row), _is_final(row, asked.known_at), row.source)
        rank = _BEST.get(row.release, len(_BEST))
        if row.collective_id is not None:
            parts[key, rank][row.collective_id] = figure
        elif key not in own or rank < own[key][0]:
            own[key] = (rank, figure)
    found = {key: figure for key, (_rank, figure) in own.items()}
    for (key, _rank), collectives in sorted(parts.items(), key=lambda item: -item[0][1]):
        if key not in own:
            found[key] = _sum(collectives.values())
    return found


class _Begun:
    """Whether a period has begun by a day; a later one has no figure to be looked at."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._known: dict[str, bool] = {}

    def __call__(self, period: str) -> bool:
        if period not in self._known:
            self._known[period] = parse_period(period).starts_on <= self._on
        return self._known[period]


def _value(row: Observation) -> tuple[int | None, Decimal | None]:
    return row.value_int, row.value_number


def _values_known_at(at: datetime) -> dict[int, tuple[int | None, Decimal | None]]:
    """The value each figure had at an instant; figures entered later are not among them."""
    rows = ObservationChange.objects.filter(changed_at__lte=at).order_by("version")
    return {
        observation: (whole, number)
        for observation, whole, number in rows.values_list(
            "observation_id", "value_int", "value_number"
        )
    }


def _unit(row: Observation) -> str:
    return "fen" if row.element.kind == "money" else row.element.unit


def _is_final(row: Observation, at: datetime | None) -> bool:
    """Approved, as a yearly or verified figure; of a past instant, approved by then."""
    if not row.locked or row.release not in _FINAL:
        return False
    approved_at = row.submission.approved_at if row.submission else None
    return at is None or approved_at is None or approved_at <= at


def _sum(figures: Iterable[Figure]) -> Figure:
    """The sum of parts: unknown if any part is."""
    parts = list(figures)
    first = parts[0]
    whole = [part.whole for part in parts if part.whole is not None]
    decimals = [part.decimal for part in parts if part.decimal is not None]
    return Figure(
        sum(whole) if len(whole) == len(parts) else None,
        sum(decimals, Decimal(0)) if len(decimals) == len(parts) else None,
        first.unit,
        all(part.is_final for part in parts),
        first.source,
    )
