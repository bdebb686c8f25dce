"""Figures in the wrong scale (万元误作元): a whole column ten thousand times off is refused.

Looks at medians against the plausible range of an element; single figures are left to the checks
of data quality.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from bangfu.programme.tables.declared import ElementInfo
from bangfu.programme.tables.findings import Findings
from bangfu.vocabulary.money import fen_to_text
from bangfu.vocabulary.text import Text

__all__ = ["refuse_wrong_scale"]

_SCALE: Final = 10_000


def refuse_wrong_scale(
    figures: pl.DataFrame,
    groups: Sequence[tuple[ElementInfo | None, tuple[str, str]]],
    *,
    where: str,
    findings: Findings,
) -> None:
    """Note a fault for each indicator and unit whose median is 10,000 times off.

    Parameters
    ----------
    figures : frame with columns value Int64 [inside unit], value_decimal String, reading UInt32
        The figures read; ``reading`` is an index into ``groups``.
    groups : sequence of (element, (indicator, unit as written))

    Notes
    -----
    Refused where the median lies outside the plausible range and ten thousand times it, or a ten
    thousandth of it, lies inside. With an even number of figures the lower of the two in the
    middle counts as the median.
    """
    bounded = [
        index for index, (element, _) in enumerate(groups) if element and _is_bounded(element)
    ]
    if not bounded:
        return
    number = pl.coalesce("value", pl.col("value_decimal").cast(pl.Float64, strict=False))
    is_whole = pl.col("value").is_not_null()
    medians = (
        figures.filter(pl.col("reading").is_in(bounded))
        .select("reading", pl.when(is_whole).then("value").otherwise(number.floor().cast(pl.Int64)))
        .drop_nulls()
        .group_by("reading")
        .agg(pl.col("value").sort().get((pl.len() - 1) // 2), pl.len().alias("count"))
        .sort("reading")
    )
    for index, median, count in medians.iter_rows():
        element, written = groups[index]
        if element is not None:
            _refuse(element, written, (median, count), where, findings)


def _is_bounded(element: ElementInfo) -> bool:
    return element.plausible_low is not None or element.plausible_high is not None


def _is_plausible(element: ElementInfo, value: int, over: int = 1) -> bool:
    """Whether ``value / over`` lies in the range, without dividing."""
    low, high = element.plausible_low, element.plausible_high
    return (low is None or value >= low * over) and (high is None or value <= high * over)


def _refuse(
    element: ElementInfo,
    written: tuple[str, str],
    figures: tuple[int, int],
    where: str,
    findings: Findings,
) -> None:
    median, count = figures
    if _is_plausible(element, median):
        return
    if _is_plausible(element, median * _SCALE):
        other = _shown(element, median * _SCALE)
    elif abs(median) >= _SCALE and _is_plausible(element, median, _SCALE):
        # A count of less than one is no other reading of the figure.
        other = _shown(element, median // _SCALE)
    else:
        return
    name, unit = written
    as_given = _shown(element, median)
    range_text = _range(element)
    findings.fault(
        "TAB-15",
        where,
        Text(
            f"「{name}」以「{unit}」填报的 {count:,} 个数，中位数读作 {as_given}，不在合理范围"
            f"（{range_text}）；相差一万倍则读作 {other}。",
            f'"{name}" in "{unit}", {count:,} figures: the median reads {as_given}, outside the '
            f"plausible range ({range_text}); ten thousand times off it would read {other}.",
        ),
        Text(
            "请核对「unit」栏是元还是万元，改正后重交；数值无误的，请联系数据目录管理员调整合理范围。",
            'Check whether "unit" is 元 or 万元; if the figures are right, have the range changed.',
        ),
    )


def _range(element: ElementInfo) -> str:
    low, high = element.plausible_low, element.plausible_high
    shown = ["" if bound is None else _shown(element, bound) for bound in (low, high)]
    return "~".join(shown)


def _shown(element: ElementInfo, value: int) -> str:
    return fen_to_text(value) if element.unit == "fen" else f"{value:,}{element.unit}"
