"""Allotting a county's pool among its places by factors (因素法), with every share explained.

The weights are never the software's: where the policy gives none, they are handed in, or the
allotment is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from bangfu.engine.funding import AllotmentResult, allot
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import FactorAllotment
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["Request", "allot_county", "read_weights"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be allotted: a pool in fen, for a county, in a year, by these weights."""

    pool_fen: int
    year: int
    county_code: str
    weights: Mapping[str, int]
    floor_fen: int = 0
    cap_fen: int | None = None


def read_weights(rows: pl.DataFrame, allotment: FactorAllotment) -> dict[str, int]:
    """Weights from a table ``factor, weight``; factors by id, element or Chinese label.

    Raises
    ------
    FaultsFound
        For an unknown factor, a weight that is no whole number of 0 or more, a factor twice.
    """
    words = {
        word: factor.id
        for factor in allotment.factors
        for word in (factor.id, factor.element, factor.label.zh, factor.label.en)
    }
    if not {"factor", "weight"} <= set(rows.columns):
        raise FaultsFound(
            [
                Fault(
                    "ALT-01",
                    "",
                    Text(
                        f"权重表应有 factor、weight 两列；现有：{'、'.join(rows.columns)}。",
                        f"the weights need columns factor and weight; given: {', '.join(rows.columns)}.",
                    ),
                )
            ]
        )
    weights: dict[str, int] = {}
    faults: list[Fault] = []
    accepted = "、".join(factor.label.zh for factor in allotment.factors)
    for name, weight in rows.select("factor", "weight").iter_rows():
        factor_id = words.get(str(name).strip())
        text = str(weight).strip()
        if factor_id is None:
            faults.append(
                Fault(
                    "ALT-02",
                    str(name),
                    Text(
                        f"没有这个因素；可用：{accepted}。",
                        f"no such factor; accepted: {accepted}.",
                    ),
                )
            )
        elif not text.isdigit():
            faults.append(
                Fault(
                    "ALT-03",
                    str(name),
                    Text(
                        f"权重写的是「{text}」，应为不小于 0 的整数，例如 30。",
                        f"the weight is {text!r}; it must be a whole number of 0 or more, such as 30.",
                    ),
                )
            )
        elif factor_id in weights:
            faults.append(Fault("ALT-04", str(name), Text("这个因素写了两次。", "given twice.")))
        else:
            weights[factor_id] = int(text)
    if faults:
        raise FaultsFound(faults)
    return weights


def allot_county(work: Workspace, request: Request) -> AllotmentResult:
    """Allot a pool among the listed places of a county (all its townships where no list is held).

    Raises
    ------
    FaultsFound
        Without an allotment in the scheme, without weights, without places in the county, or with
        a factor figure missing (all missing ones are listed).
    """
    allotment = work.scheme.funding.allotment
    if allotment is None:
        raise FaultsFound(
            [
                Fault(
                    "ALT-05",
                    work.scheme.id,
                    Text(
                        "这个方案没有按因素分配资金的条款。",
                        "this scheme allots no money by factors.",
                    ),
                )
            ]
        )
    weights = _weights(work, allotment, request)
    units = _units(work, allotment, request)
    factors = {factor.id: factor.element for factor in allotment.factors if weights.get(factor.id)}
    values = work.measurements.wide(request.year, factors.values())
    table = units.join(values, on="place_code", how="left", maintain_order="left").select(
        "place_code", *(pl.col(element).alias(name) for name, element in factors.items())
    )
    return allot(
        request.pool_fen,
        table,
        weights={name: weights[name] for name in factors},
        floor_fen=request.floor_fen,
        cap_fen=request.cap_fen,
    )


def _weights(work: Workspace, allotment: FactorAllotment, request: Request) -> dict[str, int]:
    weights = dict(request.weights)
    if not weights:
        stated = {f.id: work.whole(f"funding.allotment.{f.id}.weight") for f in allotment.factors}
        weights = {name: weight for name, weight in stated.items() if weight is not None}
    if not weights or sum(weights.values()) == 0:
        names = "、".join(factor.label.zh for factor in allotment.factors)
        raise FaultsFound(
            [
                Fault(
                    "ALT-06",
                    join_clauses(allotment.clauses),
                    Text(
                        f"文件只列因素（{names}），没有给权重，不能替你定。",
                        "the document names the factors and gives no weights; none is invented.",
                    ),
                    Text(
                        "请用 --weights 给出权重表（factor,weight 两列）。",
                        "Give them with --weights (columns factor, weight).",
                    ),
                )
            ]
        )
    return weights


def _units(work: Workspace, allotment: FactorAllotment, request: Request) -> pl.DataFrame:
    """The places that share: listed ones of the county, else all townships the scheme speaks of."""
    listed = work.members_of(allotment.classes).filter(pl.col("county_code") == request.county_code)
    if not listed.is_empty():
        return listed.select("place_code", "name")
    towns = work.result.tables.get("targets", pl.DataFrame(schema={"place_code": pl.String}))
    inside = work.places.filter(
        (pl.col("county_of") == request.county_code)
        & pl.col("code").is_in(towns["place_code"].to_list())
    )
    if inside.is_empty():
        counties = sorted({str(code) for code in work.places["county_of"].drop_nulls()})[:10]
        raise FaultsFound(
            [
                Fault(
                    "ALT-07",
                    request.county_code,
                    Text(
                        "区划表中这个县没有可分配的乡镇。",
                        "no township of this county is in places.",
                    ),
                    Text(
                        f"表中的县代码如：{'、'.join(counties)}。",
                        f"Counties: {', '.join(counties)}.",
                    ),
                )
            ]
        )
    return inside.select(pl.col("code").alias("place_code"), "name")
