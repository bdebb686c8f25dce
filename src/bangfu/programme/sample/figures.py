"""The table of figures of a sample (样例指标): values by place, element and year.

A value can be overwritten by what is planted, and taken away; units are those in which offices
write. Money is fen until it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from bangfu.programme.sample.lists import Member
from bangfu.programme.sample.needs import elements_needed
from bangfu.programme.sample.series import FEN_PER_YUAN, Draw, series_of
from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.territory import Place, Territory
from bangfu.schemes.format.catalogue import DataElement

__all__ = ["SOURCE", "Figures", "draw_figures"]

_COLUMNS: Final = ("place_code", "indicator", "period", "value", "unit", "status")
#: What the column ``source`` says everywhere.
SOURCE: Final = "合成样例"
_SHARE_PROVISIONAL: Final = 0.25
#: Offices that report collective income in 万元 rather than 元.
_SHARE_10K: Final = 0.7
_FEN_PER_10K: Final = 1_000_000
_STEP_10K: Final = 10_000
_COLLECTIVE: Final = "collective_"
#: Villages of a listed township that are weak themselves.
_WEAK_VILLAGE: Final = 0.45

_Key = tuple[str, str, int]


class Figures:
    """Values, with who reports in what unit and whose last year is still provisional."""

    def __init__(self, setting: Setting, territory: Territory) -> None:
        self._setting = setting
        self._territory = territory
        self._values: dict[_Key, int | None] = {}
        rng = setting.stream("offices")
        townships = [place.code for place in territory.at("township")]
        late, in_10k = (round(len(townships) * s) for s in (_SHARE_PROVISIONAL, _SHARE_10K))
        self._provisional = set(rng.sample(townships, late))
        self._in_10k = set(rng.sample(townships, in_10k))
        self._never_final: set[str] = set()
        self._offices: dict[str, str] = {}

    def get(self, code: str, element: str, year: int) -> int | None:
        """A value; None where it is missing."""
        return self._values.get((code, element, year))

    def is_missing(self, code: str, element: str, year: int) -> bool:
        """Whether a figure the place reports was taken away."""
        return self._values.get((code, element, year), 0) is None

    def has(self, code: str, element: str) -> bool:
        """Whether the place reports the element at all."""
        return (code, element, self._setting.last_year) in self._values

    def put(self, code: str, element: str, year: int, value: int | None) -> None:
        """Set a value, or take it away with None."""
        self._values[(code, element, year)] = value

    def reports_in_10k(self, place: Place) -> bool:
        """Whether the office of a place writes collective income in 万元, to the hundredth."""
        return self._office(place) in self._in_10k

    def mark_provisional(self, offices: Iterable[str]) -> None:
        """Make every figure of some offices provisional, in all years."""
        self._never_final.update(offices)

    def status(self, code: str, year: int) -> str:
        """Whether the figures of a place are final: some townships are late with the last year."""
        office = self._office_of(code)
        late = year == self._setting.last_year and office in self._provisional
        return "provisional" if late or office in self._never_final else "final"

    def round_to(self, code: str, steps: Callable[[DataElement], int]) -> None:
        """Round the figures of a place to whole steps; a step of 0 leaves an element alone."""
        for element_id in self._setting.scheme.catalogue:
            step = steps(self._setting.scheme.catalogue[element_id])
            for year in self._setting.years:
                value = self._values.get((code, element_id, year))
                if value is not None and step and abs(value) >= step:
                    self._values[(code, element_id, year)] = (value + step // 2) // step * step

    def frame(self) -> pl.DataFrame:
        """The table ``indicators`` as text; of the missing values every other has no row at all."""
        columns: dict[str, list[str | None]] = {name: [] for name in _COLUMNS}
        codes, names, periods, values, units, statuses = columns.values()
        missing = 0
        for (code, element_id, year), value in self._values.items():
            missing += value is None
            if value is None and missing % 2:
                continue
            element = self._setting.scheme.catalogue[element_id]
            text, unit = self._written(code, element, value)
            codes.append(code)
            names.append(element.name)
            periods.append(str(year))
            values.append(text)
            units.append(unit)
            statuses.append(self.status(code, year))
        frame = pl.DataFrame(columns, schema=dict.fromkeys(_COLUMNS, pl.String))
        return frame.with_columns(pl.lit(SOURCE).alias("source"))

    def _office(self, place: Place) -> str:
        return self._office_of(place.code)

    def _office_of(self, code: str) -> str:
        """The township a place reports to; the place itself where it lies in none."""
        if code not in self._offices:
            township = self._territory.above(self._territory.by_code[code], "township")
            self._offices[code] = township.code if township else code
        return self._offices[code]

    def _written(
        self, code: str, element: DataElement, value: int | None
    ) -> tuple[str | None, str]:
        """A value as its office writes it, exactly, with its unit."""
        if element.kind == "money":
            in_10k = (
                element.id.startswith(_COLLECTIVE)
                and self.reports_in_10k(self._territory.by_code[code])
                and (value is None or value % _STEP_10K == 0)
            )
            scale, unit = (_FEN_PER_10K, "万元") if in_10k else (FEN_PER_YUAN, "元")
            return (None if value is None else _decimal(value, scale)), unit
        if value is None:
            return None, element.unit
        if element.kind == "bool":
            return ("true" if value else "false"), ""
        if element.kind == "number":
            return _decimal(value, 100), element.unit
        return str(value), element.unit


def draw_figures(setting: Setting, territory: Territory, members: tuple[Member, ...]) -> Figures:
    """Draw every figure the scheme asks for, level by level.

    Notes
    -----
    A residents' committee without a collective reports nothing of a collective.
    """
    figures = Figures(setting, territory)
    needed = elements_needed(setting.scheme)
    listed = {member.place.code for member in members}
    rng = setting.stream("figures")
    for place in territory.places:
        helped = place.code in listed or place.parent_code in listed
        weak = place.code in listed or (helped and rng.random() < _WEAK_VILLAGE)
        committees = sum(village.kind == "村委会" for village in territory.villages_of(place))
        draw = Draw(place, rng, len(setting.years), helped, weak, committees)
        for element_id in needed[place.level]:
            is_collective = element_id.startswith(_COLLECTIVE)
            if is_collective and not _has_collective(place, setting):
                continue
            to_the_yuan = is_collective and not figures.reports_in_10k(place)
            values = series_of(setting.scheme.catalogue[element_id], draw)
            for year, value in zip(setting.years, values, strict=True):
                odd = rng.randrange(_STEP_10K // FEN_PER_YUAN) * FEN_PER_YUAN if to_the_yuan else 0
                figures.put(place.code, element_id, year, value + odd)
    return figures


def _has_collective(place: Place, setting: Setting) -> bool:
    """A village committee has one; another unit only where the office marks it so."""
    brought = {membership.name for membership in setting.scheme.about.memberships}
    return place.kind == "村委会" or bool(set(place.tags) - brought)


def _decimal(value: int, scale: int) -> str:
    """A whole number over a power of ten, without spare zeros.

    >>> _decimal(29_999_999, 100), _decimal(32_570_000, 1_000_000)
    ('299999.99', '32.57')
    """
    whole, rest = divmod(abs(value), scale)
    digits = str(scale + rest)[1:].rstrip("0") if rest else ""
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
