"""Read the factors of an allotment exactly, and refuse what cannot be weighed (因素数据核对).

All faults of a table are listed together, place by place. Does not know what a factor measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["Factor", "read_factors"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of all places, scaled to whole numbers by ``scale`` (a power of ten)."""

    name: str
    weight: int
    values: list[int]
    scale: int

    @property
    def total(self) -> int:
        """Sum over all places, scaled."""
        return sum(self.values)

    def text(self, scaled: int) -> str:
        """A scaled value as an exact decimal number.

        >>> Factor("area_mu", 1, [125, 300], 10).text(425)
        '42.5'
        """
        whole, rest = divmod(scaled, self.scale)
        if not rest:
            return str(whole)
        digits = len(str(self.scale)) - 1
        return f"{whole}.{rest:0{digits}d}".rstrip("0")


def read_factors(units: pl.DataFrame, weights: Mapping[str, int]) -> list[Factor]:
    """The weighted columns of a table as exact numbers.

    Parameters
    ----------
    units : frame with ``place_code`` str and one column per factor; one row per place
        Integers, Decimals and Booleans are taken as they are, floats as the shortest decimal
        that reads back as the same float, which is what stood in the file.
    weights : mapping of str to int
        Weight of each factor. [unitless]

    Returns
    -------
    list of Factor
        In the order of ``weights``.

    Raises
    ------
    FaultsFound
        With every fault: a column missing, a column that is not a number, a value missing,
        negative or not finite, a place without code or given twice, a total of zero under a
        positive weight.

    Examples
    --------
    >>> units = pl.DataFrame({"place_code": ["a", "b"], "area_mu": [12.5, 30.0]})
    >>> read_factors(units, {"area_mu": 1})
    [Factor(name='area_mu', weight=1, values=[125, 300], scale=10)]
    """
    absent = [name for name in ("place_code", *weights) if name not in units.columns]
    if absent:
        raise FaultsFound(_absent(name, units.columns) for name in absent)
    faults = [*_code_faults(units["place_code"])]
    factors = []
    for name, weight in weights.items():
        column_faults = list(_column_faults(units, name))
        faults += column_faults
        if not column_faults:
            factors.append(_scaled(units[name], weight))
    faults += [_nothing_to_weigh(f.name) for f in factors if f.weight and not f.total]
    if faults:
        raise FaultsFound(faults)
    return factors


def _scaled(column: pl.Series, weight: int) -> Factor:
    if column.dtype.is_integer() or column.dtype == pl.Boolean:
        return Factor(column.name, weight, [int(value) for value in column], 1)
    exact = [Decimal(str(value)) for value in column]
    places = max(0, *(-int(value.as_tuple().exponent) for value in exact), 0)
    scale = 10**places
    return Factor(column.name, weight, [_times(value, scale) for value in exact], scale)


def _times(value: Decimal, scale: int) -> int:
    # as_integer_ratio is exact; a Decimal product would round to the digits of the context.
    num, den = value.as_integer_ratio()
    return num * scale // den


def _code_faults(codes: pl.Series) -> Iterator[Fault]:
    empty = codes.null_count()
    if empty:
        yield Fault(
            "ALLOT-01",
            "place_code",
            Text(f"有 {empty} 行没有区划代码。", f"{empty} rows have no place code."),
            Text("请补填代码。", "Fill in the codes."),
        )
    known = codes.drop_nulls()
    for code in known.filter(known.is_duplicated()).unique().sort():
        yield Fault(
            "ALLOT-02",
            str(code),
            Text("该地出现不止一次。", "The place stands in more than one row."),
            Text("请只保留一行。", "Keep one row."),
        )


def _column_faults(units: pl.DataFrame, name: str) -> Iterator[Fault]:
    column = units[name]
    if not (column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null)):
        yield Fault(
            "ALLOT-03",
            name,
            Text(
                f"这一栏应为数字，现为 {column.dtype}。", f"A number is wanted, not {column.dtype}."
            ),
            Text("请改为数字。", "Change the column to numbers."),
        )
        return
    finite = column.is_finite() if column.dtype.is_float() else column.is_not_null()
    negative = (column < 0) if column.dtype.is_numeric() else column.is_null()
    wrong = (~finite | negative).fill_null(True)
    for code, value in units.filter(wrong).select("place_code", name).iter_rows():
        yield _value_fault(f"{code} {name}", value)


def _value_fault(where: str, value: Any) -> Fault:
    if value is None:
        return Fault(
            "ALLOT-04",
            where,
            Text("因素数据缺失，不能按零计算。", "The figure is missing; it is not taken as zero."),
            Text(
                "请补报；或不采用这一因素。",
                "Have it reported, or do without this factor.",
            ),
        )
    return Fault(
        "ALLOT-05",
        where,
        Text(
            f"因素数据为 {value}，应为不小于零的数。",
            f"The figure is {value}; a number of zero or more is wanted.",
        ),
        Text("请核对原表。", "Check it against the source."),
    )


def _absent(name: str, present: list[str]) -> Fault:
    return Fault(
        "ALLOT-06",
        name,
        Text(
            f"表中没有这一栏；现有：{'、'.join(present)}。",
            f"The table has no such column; it has: {', '.join(present)}.",
        ),
        Text("请补上这一栏，或不采用这一因素。", "Add it, or do without this factor."),
    )


def _nothing_to_weigh(name: str) -> Fault:
    return Fault(
        "ALLOT-07",
        name,
        Text(
            "各地合计为零，这一因素的资金无法分配。",
            "The places add up to zero, so the money of this factor cannot be allotted.",
        ),
        Text("请核对数据，或将权重设为零。", "Check the figures, or set its weight to zero."),
    )
