"""Past figures on a later tree (数据随区划变更承接): merged places' figures added, split ones' divided.

Only figures of periods that ended before the change are carried: what was reported afterwards is
the new place's own. An element whose figures do not add up (a mean, a rate) is unknown for the
new place, never guessed; weights divide without losing a fen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from bangfu.records.places.choices import EventKind
from bangfu.records.places.events import WHOLE
from bangfu.records.places.models import PlaceEventPart
from bangfu.vocabulary.period import parse_period

__all__ = ["CarriedEvent", "Figure", "FigureKey", "carried", "events_until"]

#: place id, element, period
FigureKey = tuple[int, str, str]
_CARRIES = (EventKind.MERGE.value, EventKind.SPLIT.value)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a place; both values None means unknown."""

    whole: int | None
    decimal: Decimal | None
    unit: str
    is_final: bool
    source: str


@dataclass(frozen=True, slots=True)
class CarriedEvent:
    """A merger or a split: its day, and (before, after, weight) of its parts."""

    on: date
    parts: tuple[tuple[int, int, int], ...]


def events_until(on: date, known_at: datetime | None) -> list[CarriedEvent]:
    """The mergers and splits that took effect by a day, as known at an instant, in order."""
    rows = PlaceEventPart.objects.filter(
        event__on__lte=on,
        event__kind__in=_CARRIES,
        before__isnull=False,
        after__isnull=False,
    )
    if known_at is not None:
        rows = rows.filter(event__recorded_at__lte=known_at)
    found: dict[tuple[date, int], list[tuple[int, int, int]]] = defaultdict(list)
    for day, event, before, after, weight in rows.order_by("pk").values_list(
        "event__on", "event_id", "before_id", "after_id", "weight_millionths"
    ):
        if before is not None and after is not None:
            found[day, event].append((before, after, weight))
    return [CarriedEvent(day, tuple(found[day, event])) for day, event in sorted(found)]


def carried(
    figures: Mapping[FigureKey, Figure],
    events: Sequence[CarriedEvent],
    *,
    adds_up: Collection[str],
) -> dict[FigureKey, Figure]:
    """The figures after all events, one event after the other."""
    held = dict(figures)
    ends: dict[str, date] = {}
    for event in events:
        places = {place for before, after, _weight in event.parts for place in (before, after)}
        touched = [key for key in held if key[0] in places]
        for element, period in sorted({key[1:] for key in touched}):
            ends.setdefault(period, parse_period(period).ends_on)
            if ends[period] <= event.on:
                _carry(held, event, element, period, adds_up)
    return held


def _carry(
    held: dict[FigureKey, Figure],
    event: CarriedEvent,
    element: str,
    period: str,
    adds_up: Collection[str],
) -> None:
    befores = list(dict.fromkeys(before for before, _after, _weight in event.parts))
    afters = list(dict.fromkeys(after for _before, after, _weight in event.parts))
    places = dict.fromkeys([*befores, *afters])
    given = {place: held.pop((place, element, period), None) for place in places}
    like = next(figure for figure in given.values() if figure is not None)
    shares: dict[int, list[Figure | None]] = {after: [] for after in afters}
    for before in befores:
        parts = [(after, weight) for b, after, weight in event.parts if b == before]
        for after, share in _divided(given[before], parts).items():
            shares[after].append(share)
    for after, received in shares.items():
        if after not in befores and given[after] is not None:
            received = [given[after], *received]
        whole_move = len(received) == 1 and _is_whole(event, after)
        if element in adds_up or whole_move:
            held[after, element, period] = _added(received, like)
        else:
            held[after, element, period] = replace(like, whole=None, decimal=None, is_final=False)


def _is_whole(event: CarriedEvent, after: int) -> bool:
    """Whether a place is just another one going on under a new number."""
    return [w for _before, to, w in event.parts if to == after] == [WHOLE]


def _divided(figure: Figure | None, parts: Sequence[tuple[int, int]]) -> dict[int, Figure | None]:
    """A figure by weights; whole amounts by the largest remainder, so that nothing is lost."""
    if figure is None or (figure.whole is None and figure.decimal is None):
        return dict.fromkeys((after for after, _weight in parts), figure)
    if figure.whole is None:
        value = Fraction(figure.decimal or 0)
        return {
            after: replace(figure, decimal=_decimal(value * weight / WHOLE))
            for after, weight in parts
        }
    total = sum(weight for _after, weight in parts)
    divided = {after: figure.whole * weight // WHOLE for after, weight in parts}
    if total == WHOLE:
        by_remainder = sorted(parts, key=lambda part: -((figure.whole or 0) * part[1] % WHOLE))
        for after, _weight in by_remainder[: figure.whole - sum(divided.values())]:
            divided[after] += 1
    return {after: replace(figure, whole=value) for after, value in divided.items()}


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.000001"))


def _added(received: Sequence[Figure | None], like: Figure) -> Figure:
    """The sum of what a place received; unknown if a part of it is."""
    known = [figure for figure in received if figure is not None]
    whole = [figure.whole for figure in known if figure.whole is not None]
    decimals = [figure.decimal for figure in known if figure.decimal is not None]
    return replace(
        like,
        whole=sum(whole) if len(whole) == len(received) else None,
        decimal=sum(decimals, Decimal(0)) if len(decimals) == len(received) else None,
        is_final=len(known) == len(received) and all(figure.is_final for figure in known),
    )
