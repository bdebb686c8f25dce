"""Figures of other periods beside those of this one (上期、同期对照)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bangfu.records.figures.models import Observation, Release
from bangfu.records.figures.periods import period_before
from bangfu.records.figures.values import Value, value_of
from bangfu.vocabulary.period import Period

__all__ = ["Before", "change_pct", "figures_before"]

#: The most settled telling first.
_BEST: Final = (Release.VERIFIED, Release.ANNUAL, Release.EXPECTED, Release.FLASH)
_UNKNOWN: Final = Value()


@dataclass(frozen=True, slots=True)
class Before:
    """What stood last period, and in the same period of the year before."""

    last: Value = _UNKNOWN
    year_before: Value = _UNKNOWN


def figures_before(
    place_ids: Collection[int], element_ids: Collection[int], period: Period
) -> Mapping[tuple[int, int], Before]:
    """By place and element, what stood before; what is not there is unknown.

    Of several tellings the most settled one is taken: 核定, then 年报, 预计, 快报.
    """
    last, year = period_before(period).text, period.previous().text
    rows = Observation.objects.filter(
        place__in=place_ids,
        element__in=element_ids,
        period__in={last, year},
        collective__isnull=True,
    ).only(
        "place_id", "element_id", "period", "release",
        "value_int", "value_number", "value_text", "not_applicable",
    )  # fmt: skip
    best: dict[tuple[int, int, str], tuple[int, Value]] = {}
    for row in rows:
        key, rank = (row.place_id, row.element_id, row.period), _BEST.index(Release(row.release))
        if key not in best or rank < best[key][0]:
            best[key] = (rank, value_of(row))
    unknown = (0, _UNKNOWN)
    return {
        (place, element): Before(
            best.get((place, element, last), unknown)[1],
            best.get((place, element, year), unknown)[1],
        )
        for place, element in {key[:2] for key in best}
    }


def change_pct(now: Value, before: Value) -> Decimal | None:
    """The change in percent, to a tenth, half away from zero; None from nothing or unknown.

    >>> change_pct(Value(value_int=150), Value(value_int=100))
    Decimal('50')
    """
    new, old = now.number, before.number
    if new is None or old is None or old <= 0:
        return None
    scaled = (new - old) * 1000 / old
    return Decimal(round_half_away(scaled)) / 10


def round_half_away(number: Decimal) -> int:
    """To a whole number, half away from zero, as offices round."""
    whole = int(abs(number) + Decimal("0.5"))
    return whole if number >= 0 else -whole
