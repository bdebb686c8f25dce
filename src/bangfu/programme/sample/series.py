"""Plausible figures (样例数值): for each data element a few years at one place.

Incomes follow the wealth of the place; places that are helped are lifted over the goals towards
the last year, many of them only just. An element without a rule of its own is drawn from the low
end of its plausible range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bangfu.programme.sample.territory import Place
from bangfu.schemes.figures import read_figure
from bangfu.schemes.format.catalogue import DataElement

__all__ = ["FEN_PER_YUAN", "Draw", "series_of"]

FEN_PER_YUAN: Final = 100
_FEN_PER_10K: Final = 1_000_000
#: Collective income is kept to a hundredth of 万元. [fen]
_COLLECTIVE_STEP: Final = 10_000
_HUNDREDTHS: Final = 100
#: Median operating income of a collective three years before the last. [10,000 yuan]
_COLLECTIVE_MEDIAN: Final = 35.0
#: The line of the goals towards which helped villages are lifted. [10,000 yuan]
_LINE: Final = 30.0


@dataclass
class Draw:
    """What a rule may look at: the place, whether it is helped, and its figures so far.

    ``committees`` is the number of village committees below the place.
    """

    place: Place
    rng: Random
    years: int
    helped: bool
    weak: bool
    committees: int
    own: dict[str, list[int]] = field(default_factory=dict)


Rule = Callable[[Draw], list[int]]


def series_of(element: DataElement, draw: Draw) -> list[int]:
    """Figures of an element at a place, year by year, in the inside unit."""
    rule = _RULES.get(element.id)
    values = rule(draw) if rule else _within_range(element, draw)
    draw.own[element.id] = values
    return values


def _operating_income(draw: Draw) -> list[int]:
    """Log-normal round the median; helped villages end on a spike just above the line."""
    rng = draw.rng
    if draw.weak:
        before = rng.uniform(11, 21)
        last = rng.random()
        if last < 0.4:
            end = _LINE + rng.uniform(0, 0.6)
        elif last < 0.8:
            end = _LINE + 0.6 + rng.expovariate(1 / 5)
        else:
            end = rng.uniform(19, 29.4)
        path = [before]
        for _ in range(max(draw.years - 2, 1)):
            path.append(min(path[-1] * rng.uniform(1.1, 1.35), 28.5))
        amounts = [*path[: draw.years - 1], end]
    else:
        start = _COLLECTIVE_MEDIAN * draw.place.wealth**1.5 * rng.lognormvariate(0.1, 0.35)
        amounts = [start]
        for _ in range(draw.years - 1):
            amounts.append(amounts[-1] * rng.uniform(1.02, 1.12))
    return [_to_step(amount) for amount in amounts]


def _to_step(ten_thousand_yuan: float) -> int:
    return round(ten_thousand_yuan * _FEN_PER_10K / _COLLECTIVE_STEP) * _COLLECTIVE_STEP


def _mean_growing(start: float, growth: float) -> Rule:
    """A mean of many collectives, which grows at an even pace. [10,000 yuan]"""
    return lambda draw: [_to_step(start * (1 + growth) ** year) for year in range(draw.years)]


def _share_of_operating(low: float, high: float) -> Rule:
    """A collective's other figures, as a share of its operating income."""

    def rule(draw: Draw) -> list[int]:
        base = draw.own.get("collective_operating_income_fen") or _operating_income(draw)
        share = draw.rng.uniform(low, high)
        return [_to_step(value * share / _FEN_PER_10K) for value in base]

    return rule


def _income_per_head(start_yuan: int) -> Rule:
    """Yuan per head by wealth; most helped places grow by 8 per cent or more in the last year."""

    def rule(draw: Draw) -> list[int]:
        rng = draw.rng
        amounts = [start_yuan * draw.place.wealth * rng.uniform(0.97, 1.03)]
        for year in range(1, draw.years):
            growth = rng.uniform(0.04, 0.085)
            if draw.helped and year == draw.years - 1:
                growth = rng.uniform(0.081, 0.125) if rng.random() < 0.82 else growth * 0.9
            amounts.append(amounts[-1] * (1 + growth))
        return [round(amount) * FEN_PER_YUAN for amount in amounts]

    return rule


def _steady(draw_one: Callable[[Draw], float], drift: float = 0.0) -> Rule:
    """The same number every year, or one that drifts by a share of itself."""

    def rule(draw: Draw) -> list[int]:
        start = draw_one(draw)
        return [round(start * (1 + drift) ** year) for year in range(draw.years)]

    return rule


def _yearly(draw_one: Callable[[Draw], float]) -> Rule:
    """A number drawn anew each year."""
    return lambda draw: [round(draw_one(draw)) for _ in range(draw.years)]


def _growing_to(draw_last: Callable[[Draw], int]) -> Rule:
    """A small count that reaches its last value step by step."""

    def rule(draw: Draw) -> list[int]:
        last = draw_last(draw)
        return [max(0, last - (draw.years - 1 - year)) for year in range(draw.years)]

    return rule


def _present(chance: float) -> Rule:
    """A yes/no that, once there, stays."""

    def rule(draw: Draw) -> list[int]:
        first = draw.rng.randrange(draw.years) if draw.rng.random() < chance else draw.years
        return [int(year >= first) for year in range(draw.years)]

    return rule


def _part_of(whole: str, chance_of_all: float, low: float, high: float) -> Rule:
    """A part of another element of the same place: often all of it."""

    def rule(draw: Draw) -> list[int]:
        share = 1.0 if draw.rng.random() < chance_of_all else draw.rng.uniform(low, high)
        return [math.floor(value * share) for value in draw.own.get(whole, [0] * draw.years)]

    return rule


def _points(draw: Draw) -> float:
    return min(10_000, 6_500 * draw.place.wealth * draw.rng.uniform(0.93, 1.12))


def _relocated(draw: Draw) -> float:
    """Few villages move anybody, and only where help is given."""
    moves = draw.helped and draw.rng.random() < 0.15
    return draw.rng.randint(4, 60) if moves else 0


def _within_range(element: DataElement, draw: Draw) -> list[int]:
    """Any element without a rule: near the low end of what is plausible."""
    if element.kind == "bool":
        return _present(0.85)(draw)
    low, high = _bounds(element)
    scale = _HUNDREDTHS if element.kind == "number" else 1
    top = low + max(1, min((high - low) // 4, 10 if element.kind == "int" else high))
    return [draw.rng.randint(low * scale, top * scale) for _ in range(draw.years)]


def _bounds(element: DataElement) -> tuple[int, int]:
    if element.plausible is None:
        return 0, 10
    low, high = (read_figure(end) for end in element.plausible)
    return (int(low.value) if low else 0), (int(high.value) if high else 10)


_RULES: Final[Mapping[str, Rule]] = {
    "collective_operating_income_fen": _operating_income,
    "collective_total_income_fen": _share_of_operating(1.05, 1.4),
    "collective_net_return_fen": _share_of_operating(-0.04, 0.5),
    "disposable_income_per_resident_fen": _income_per_head(40_500),
    "disposable_income_per_rural_resident_fen": _income_per_head(27_500),
    "disposable_income_per_urban_resident_fen": _income_per_head(45_500),
    "farmer_income_per_capita_fen": _income_per_head(28_500),
    "mean_collective_operating_income_fen": _mean_growing(60, 0.08),
    "low_income_per_capita_income_fen": _income_per_head(9_800),
    "low_income_panel_income_fen": _income_per_head(9_800),
    "population": _steady(lambda d: d.place.people, -0.004),
    "rural_population": _steady(lambda d: d.place.people, -0.012),
    "households": _steady(lambda d: max(1, d.place.people / 3.1)),
    "low_income_households": _steady(
        lambda d: (
            d.place.people / 3.1 * d.rng.uniform(*((0.05, 0.16) if d.helped else (0.01, 0.07)))
        )
    ),
    "formerly_poor_population": _steady(lambda d: d.place.people * d.rng.uniform(0.02, 0.14)),
    "elderly_population": _steady(lambda d: d.place.people * d.rng.uniform(0.18, 0.32)),
    "area_mu": _steady(lambda d: d.rng.uniform(40_000, 240_000) * _HUNDREDTHS),
    "administrative_villages": _steady(lambda d: d.committees),
    "four_along_locations": _steady(lambda d: d.rng.randint(0, 4)),
    "open_risk_persons": _yearly(lambda d: d.rng.choice((0, 0, 0, 0, 0, 0, 1, 2, 5))),
    "leading_industries": _growing_to(lambda d: d.rng.choice((0, 1, 1, 1, 2, 2))),
    "development_points": _yearly(_points),
    "public_service_points": _yearly(_points),
    "relocated_whole_village_persons": _yearly(_relocated),
    "relocated_scattered_persons": _yearly(_relocated),
    "relocated_persons_year": _yearly(_relocated),
    "reserve_cadres": _growing_to(lambda d: d.rng.choice((1, 2, 2, 2, 3, 3))),
    "parcel_point_present": _present(0.88),
    "social_work_station_present": _present(0.88),
    "social_work_registered_persons": _steady(lambda d: d.place.people * d.rng.uniform(0.03, 0.09)),
    "social_work_served_persons": _part_of("social_work_registered_persons", 0.75, 0.6, 0.99),
    "settlements_30_households": _steady(lambda d: d.rng.randint(1, 9)),
    "settlements_with_hardened_road": _part_of("settlements_30_households", 0.8, 0.5, 0.9),
    "construction_quota_mu": _steady(lambda d: d.rng.uniform(300, 1500) * _HUNDREDTHS),
    "rural_industry_quota_mu": _part_of("construction_quota_mu", 0, 0.09, 0.2),
    "flexible_quota_mu": _part_of("construction_quota_mu", 0, 0.02, 0.055),
    "sewage_treatment_pct": _yearly(lambda d: d.rng.uniform(45, 96) * _HUNDREDTHS),
}
