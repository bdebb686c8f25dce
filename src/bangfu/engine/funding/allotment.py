"""Allot a pool to places by weighted factors (因素法分配), with floor, cap and hold-harmless.

Every fen of every place is explained by parts that add up to it. Knows neither which factors a
policy names nor their weights; a factor that is not known is never taken as zero.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from bangfu.engine.funding.factors import Factor, read_factors
from bangfu.engine.numeric.apportion import apportion_with_bounds, largest_remainder
from bangfu.vocabulary.errors import Fault, FaultsFound, ShareError
from bangfu.vocabulary.money import INT64_MAX
from bangfu.vocabulary.text import Text

__all__ = ["AllotmentResult", "Explanation", "HoldHarmless", "allot"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a place gets its amount: ``parts`` sum to ``amount_fen`` exactly.

    ``parts`` holds one entry per factor (whole fen, cut down), then ``rounding_fen`` (what
    cutting and the largest remainder leave) and ``bounds_fen`` (what floor, cap and hold-harmless
    add or take).
    """

    place_code: str
    amount_fen: int
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AllotmentResult:
    """An allotment and its reasons.

    ``table``: place_code str, amount_fen Int64, factors str (compact JSON, per factor value,
    total, weight and share_fen before bounds), basis str (codes joined by ``;``: ``factors``,
    then ``floor``, ``hold_harmless`` or ``cap`` where that bound holds), rounding_fen Int64,
    bounds_fen Int64; one row per place in the order given; amount_fen sums to ``pool_fen``.

    ``parts``: place_code str, part str, part_fen Int64; per place the parts of its explanation.
    """

    pool_fen: int
    table: pl.DataFrame
    parts: pl.DataFrame

    def explain(self, place_code: str) -> Explanation:
        """The parts of one place.

        Raises
        ------
        KeyError
            If the place is not in the allotment.
        """
        row = self.table.filter(pl.col("place_code") == place_code)
        if row.is_empty():
            raise KeyError(place_code)
        parts = self.parts.filter(pl.col("place_code") == place_code)
        named = dict(parts.select("part", "part_fen").iter_rows())
        return Explanation(place_code, row["amount_fen"].item(), named)


@dataclass(frozen=True, slots=True)
class HoldHarmless:
    """A guarantee (保底): at least ``share_pct`` percent of last year's amount of every place.

    ``last_year_fen`` must name every place; a place that is new has 0, said in so many words.
    """

    last_year_fen: Mapping[str, int]
    share_pct: int


def allot(
    pool_fen: int,
    units: pl.DataFrame,
    *,
    weights: Mapping[str, int],
    floor_fen: int = 0,
    cap_fen: int | None = None,
    hold_harmless: HoldHarmless | None = None,
) -> AllotmentResult:
    """Allot a pool to places in proportion to weighted factors.

    Parameters
    ----------
    pool_fen : int
        Amount to allot, all of it. [fen]
    units : frame with ``place_code`` str and a column per factor, not negative; one row per place
    weights : mapping of str to int
        Weight of each factor, not negative, one positive. [unitless]
    floor_fen, cap_fen : int, optional
        Least and greatest amount of every place. [fen]
    hold_harmless : HoldHarmless, optional
        A floor for each place from last year's amount, rounded up to a fen.

    Returns
    -------
    AllotmentResult

    Raises
    ------
    FaultsFound
        If figures are missing, negative or cannot be weighed: all of them, place by place.
    ShareError
        If the pool is negative or beyond 64 bits, no weight is positive, there is no place, or
        the bounds cannot hold.

    Notes
    -----
    Each factor has a sub-pool in proportion to its weight, and a place the part of it that it has
    of the factor's total. The exact shares are summed as fractions over one denominator and
    rounded once, by the largest remainder (ties to the place given first). With bounds, shares
    within them stay proportional to the exact shares; see
    :func:`bangfu.engine.numeric.apportion_with_bounds`. A factor of weight zero is shown and
    moves nothing; its figures are required all the same.

    Examples
    --------
    >>> units = pl.DataFrame({"place_code": ["a", "b"], "area_mu": [1, 3], "villages": [5, 5]})
    >>> result = allot(1_000, units, weights={"area_mu": 60, "villages": 40})
    >>> result.table.select("place_code", "amount_fen").rows()
    [('a', 350), ('b', 650)]
    >>> result.explain("a").parts
    {'area_mu': 150, 'villages': 200, 'rounding_fen': 0, 'bounds_fen': 0}
    """
    _refuse_call(pool_fen, units, weights)
    factors = read_factors(units, weights)
    codes: list[str] = units["place_code"].to_list()
    exact = _exact_shares(factors, codes)
    unbounded = largest_remainder(pool_fen, exact)
    bounds = _Bounds(floor_fen, cap_fen, _guaranteed(hold_harmless, codes))
    amounts = bounds.hold(pool_fen, exact) if bounds.are_set() else unbounded

    shares = {factor.name: _share_column(pool_fen, factor, factors) for factor in factors}
    cut = [sum(parts) for parts in zip(*shares.values(), strict=True)]
    rest = {
        "rounding_fen": [unbounded[code] - sum_ for code, sum_ in zip(codes, cut, strict=True)],
        "bounds_fen": [amounts[code] - unbounded[code] for code in codes],
    }
    table = pl.DataFrame(
        {
            "place_code": codes,
            "amount_fen": [amounts[code] for code in codes],
            "factors": _factors_json(factors, shares),
            "basis": [bounds.basis(code, amounts[code]) for code in codes],
            **rest,
        }
    )
    return AllotmentResult(pool_fen, table, _long_parts(codes, shares | rest))


@dataclass(frozen=True, slots=True)
class _Bounds:
    floor_fen: int
    cap_fen: int | None
    guaranteed: Mapping[str, int]

    def are_set(self) -> bool:
        return bool(self.floor_fen or self.cap_fen is not None or self.guaranteed)

    def hold(self, pool_fen: int, weights: Mapping[str, int]) -> dict[str, int]:
        if self.floor_fen < 0:
            raise ShareError("the floor is negative", floor_fen=self.floor_fen)
        floor = {code: max(self.floor_fen, self.guaranteed.get(code, 0)) for code in weights}
        cap = dict.fromkeys(weights, self.cap_fen)
        return apportion_with_bounds(pool_fen, weights, floor=floor, cap=cap)

    def basis(self, code: str, amount_fen: int) -> str:
        """Why the amount is what it is, as codes."""
        reasons = ["factors"]
        if self.floor_fen and amount_fen == self.floor_fen:
            reasons.append("floor")
        if self.guaranteed and amount_fen == self.guaranteed[code]:
            reasons.append("hold_harmless")
        if amount_fen == self.cap_fen:
            reasons.append("cap")
        return ";".join(reasons)


def _refuse_call(pool_fen: int, units: pl.DataFrame, weights: Mapping[str, int]) -> None:
    if type(pool_fen) is not int or not 0 <= pool_fen <= INT64_MAX:
        raise ShareError("the pool must be whole fen of 64 bits, not negative", pool_fen=pool_fen)
    wrong = {name: w for name, w in weights.items() if type(w) is not int or w < 0}
    if wrong or not any(weights.values()):
        raise ShareError(
            "weights must be whole numbers, not negative, one positive", weights=dict(weights)
        )
    reserved = [name for name in ("rounding_fen", "bounds_fen", "place_code") if name in weights]
    if reserved:
        raise ShareError("a factor bears a name kept for the result", reserved=reserved)
    if units.is_empty():
        raise ShareError("there is no place to allot to", pool_fen=pool_fen)


def _exact_shares(factors: list[Factor], codes: list[str]) -> dict[str, int]:
    """The share of each place of the pool, as numerators over one common denominator."""
    weighed = [factor for factor in factors if factor.weight]
    common = math.lcm(*(factor.total for factor in weighed))
    shares = [0] * len(codes)
    for factor in weighed:
        step = factor.weight * (common // factor.total)
        shares = [share + step * value for share, value in zip(shares, factor.values, strict=True)]
    return dict(zip(codes, shares, strict=True))


def _share_column(pool_fen: int, factor: Factor, factors: list[Factor]) -> list[int]:
    """What each place gets from one factor's sub-pool, cut down to whole fen."""
    if not factor.weight:
        return [0] * len(factor.values)
    den = factor.total * sum(other.weight for other in factors)
    step = pool_fen * factor.weight
    return [step * value // den for value in factor.values]


def _guaranteed(hold_harmless: HoldHarmless | None, codes: list[str]) -> dict[str, int]:
    if hold_harmless is None:
        return {}
    share_pct, last_year = hold_harmless.share_pct, hold_harmless.last_year_fen
    if type(share_pct) is not int or not 0 <= share_pct <= 100:
        raise ShareError("hold-harmless is a whole percentage, 0 to 100", share_pct=share_pct)
    missing = [code for code in codes if last_year.get(code) is None]
    if missing:
        raise FaultsFound(_no_last_year(code) for code in missing)
    negative = {code: last_year[code] for code in codes if last_year[code] < 0}
    if negative:
        raise ShareError("an amount of last year is negative", negative=negative)
    return {code: -(-last_year[code] * share_pct // 100) for code in codes}


def _no_last_year(code: str) -> Fault:
    return Fault(
        "ALLOT-08",
        code,
        Text(
            "缺上年分配额，无法保底。", "Last year's amount is missing, so nothing is guaranteed."
        ),
        Text("请补填；新纳入的地方填 0。", "Fill it in; a new place has 0."),
    )


def _factors_json(factors: list[Factor], shares: Mapping[str, list[int]]) -> list[str]:
    """Written by hand, because exact decimals must stand in it as numbers."""
    pieces = []
    for factor in factors:
        head = f"{json.dumps(factor.name, ensure_ascii=False)}:{{"
        tail = f'"total":{factor.text(factor.total)},"weight":{factor.weight},"share_fen":'
        pieces.append(
            [
                f'{head}"value":{factor.text(value)},{tail}{share}}}'
                for value, share in zip(factor.values, shares[factor.name], strict=True)
            ]
        )
    return [f"{{{','.join(row)}}}" for row in zip(*pieces, strict=True)]


def _long_parts(codes: list[str], shares: Mapping[str, list[int]]) -> pl.DataFrame:
    wide = pl.DataFrame({"place_code": codes, **shares})
    long = wide.with_row_index("row").unpivot(
        list(shares), index=["row", "place_code"], variable_name="part", value_name="part_fen"
    )
    return long.sort("row", maintain_order=True).drop("row")
