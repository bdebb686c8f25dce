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
from bangfu.schemes.format.catalogue import DataElement
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import amount_text, fen_to_text
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


def read_weights(
    rows: pl.DataFrame,
    allotment: FactorAllotment,
    *,
    catalogue: Mapping[str, DataElement] | None = None,
    where: str = "",
) -> dict[str, int]:
    """Weights from a table ``factor, weight``; factors by id, label, or the element they rest on.

    Parameters
    ----------
    rows : frame with columns factor and weight
    allotment : FactorAllotment
    catalogue : mapping of id to DataElement, optional
        The names of elements, accepted beside those of the factors.
    where : str
        The file as people see it, for messages.

    Raises
    ------
    FaultsFound
        For an unknown factor, a weight that is no whole number of 0 or more, a factor twice.
    """
    words = _factor_words(allotment, catalogue or {})
    if not {"factor", "weight"} <= set(rows.columns):
        given = [name for name in rows.columns if name != "row"]
        message = Text(
            f"权重表应有 factor、weight 两列；现有：{'、'.join(given)}。",
            f"the weights need columns factor and weight; given: {', '.join(given)}.",
        )
        raise FaultsFound([Fault("ALT-01", where, message)])
    weights: dict[str, int] = {}
    faults: list[Fault] = []
    for name, weight in rows.select("factor", "weight").iter_rows():
        factor_id = words.get(_plain(str(name or "")))
        text = "" if weight is None else str(weight).strip()
        at = f"{where}「{name or ''}」".strip()
        if factor_id is None:
            faults.append(Fault("ALT-02", at, _no_such_factor(allotment)))
        elif not (text.isascii() and text.isdigit()):
            message = Text(
                f"权重写的是「{text}」，应为不小于 0 的整数，例如 30。",
                f'the weight is "{text}"; it must be a whole number of 0 or more, such as 30.',
            )
            faults.append(Fault("ALT-03", at, message))
        elif factor_id in weights:
            twice = Text("这个因素写了两次，请只留一行。", "given twice; keep one row.")
            faults.append(Fault("ALT-04", at, twice))
        else:
            weights[factor_id] = int(text)
    if faults:
        raise FaultsFound(faults)
    return weights


def _factor_words(
    allotment: FactorAllotment, catalogue: Mapping[str, DataElement]
) -> dict[str, str]:
    """Every word under which a factor may be written, to its id."""
    words: dict[str, str] = {}
    for factor in allotment.factors:
        element = catalogue.get(factor.element)
        of_element = (element.name, element.label.en, *element.aliases) if element else ()
        named = (factor.id, factor.element, factor.label.zh, factor.label.en, *of_element)
        for word in named:
            words.setdefault(_plain(word), factor.id)
    return words


def _plain(word: str) -> str:
    """A word without blanks and quotation marks, which nobody types alike."""
    return "".join(letter for letter in word if letter not in " \u3000“”\"'「」‘’")


def _no_such_factor(allotment: FactorAllotment) -> Text:
    zh = "、".join(factor.label.zh for factor in allotment.factors)
    en = ", ".join(f"{factor.label.en} ({factor.id})" for factor in allotment.factors)
    return Text(f"没有这个因素；可用：{zh}。", f"no such factor; accepted: {en}.")


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
    _refuse_bounds(request, table.height)
    _refuse_missing(work, table, units, allotment=allotment, year=request.year)
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
    if weights and sum(weights.values()) == 0:
        nothing = Text("权重全是 0，无法分配。", "all weights are 0: nothing can be allotted.")
        remedy = Text("请至少给一个因素大于 0 的权重。", "Give one factor a weight above 0.")
        raise FaultsFound([Fault("ALT-09", "--weights", nothing, remedy)])
    if not weights:
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


def _refuse_bounds(request: Request, places: int) -> None:
    """Refuse a floor or a cap that so many places and this pool cannot hold to."""
    pool, floor, cap = request.pool_fen, request.floor_fen, request.cap_fen
    if cap is not None and floor > cap:
        told = Text(
            f"保底 {fen_to_text(floor)} 高于封顶 {fen_to_text(cap)}。",
            f"the floor {amount_text(floor, 'en')} lies above the cap {amount_text(cap, 'en')}.",
        )
    elif floor * places > pool:
        told = Text(
            f"{places} 个单位各保底 {fen_to_text(floor)}，共 {fen_to_text(floor * places)}，"
            f"超过资金总额 {fen_to_text(pool)}。",
            f"{places} places at the floor of {amount_text(floor, 'en')} need "
            f"{amount_text(floor * places, 'en')}, more than the pool of {amount_text(pool, 'en')}.",
        )
    elif cap is not None and cap * places < pool:
        told = Text(
            f"{places} 个单位各封顶 {fen_to_text(cap)}，最多分出 {fen_to_text(cap * places)}，"
            f"资金总额 {fen_to_text(pool)} 分不完。",
            f"{places} places at the cap of {amount_text(cap, 'en')} take {amount_text(cap * places, 'en')} at "
            f"most; the pool of {amount_text(pool, 'en')} is more.",
        )
    else:
        return
    remedy = Text("请调整保底、封顶或资金总额。", "Change the floor, the cap or the pool.")
    raise FaultsFound([Fault("ALT-10", "--floor-fen --cap-fen", told, remedy)])


def _refuse_missing(
    work: Workspace,
    table: pl.DataFrame,
    units: pl.DataFrame,
    *,
    allotment: FactorAllotment,
    year: int,
) -> None:
    """Refuse factor figures that are not known: every place of every factor, by name."""
    faults = []
    for factor in allotment.factors:
        if factor.id not in table.columns:
            continue
        lacking = units.filter(table[factor.id].is_null())
        if lacking.is_empty():
            continue
        element = work.scheme.catalogue[factor.element]
        named = [f"{name}（{code}）" for code, name in lacking.select("place_code", "name").rows()]
        message = Text(
            f"{year} 年「{element.name}」缺 {len(named)} 个单位：{'、'.join(named)}。不能按零计算。",
            f'"{element.label.en}" of {year} is missing for {len(named)}: {", ".join(named)}. '
            "It is not taken as zero.",
        )
        remedy = Text("请补报，或不采用这一因素。", "Have it reported, or do without this factor.")
        faults.append(Fault("ALT-11", "indicators", message, remedy))
    if faults:
        raise FaultsFound(faults)


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
