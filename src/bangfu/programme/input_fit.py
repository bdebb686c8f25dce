"""Whether the tables fit the scheme (数据与方案是否对得上): said in words, never a silent nothing.

Tables may be sound and still speak of another province, of codes the scheme does not use, of
levels or periods it has no use for. Refuses nothing and decides nothing about a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from bangfu.programme.workspace import Workspace
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = ["tell_unfitting_input"]

_LEVEL_NAMES: Final[Mapping[str, str]] = dict(
    zip(LEVELS, ("省级", "地级", "县级", "乡级", "村级"), strict=True)
)
#: Significant digits of a code of a province, in every code system.
_PROVINCE_DIGITS: Final = 2
#: Indicators or periods named in one sentence.
_NAMED: Final = 5


def tell_unfitting_input(work: Workspace) -> None:
    """Note a day after the scheme's end, other codes or another province, figures left unused."""
    _tell_ended(work)
    if not work.places.is_empty():
        _tell_codes(work)
        _tell_province(work)
    indicators = work.tables.get("indicators")
    if indicators is not None and not indicators.is_empty():
        _tell_levels(work, indicators)
        _tell_periods(work, indicators)


def _tell_ended(work: Workspace) -> None:
    """After the period of a scheme its last figures are used: nobody may overlook that."""
    ends_on = work.scheme.about.period.ends_on
    if work.as_of < ends_on:
        return
    message = Text(
        f"截至日期 {work.as_of} 在方案执行期之后（{ends_on} 起期满），仍按最后的取值计算。",
        f"{work.as_of} lies after the period of the scheme (over from {ends_on} on); "
        "its last figures are used.",
    )
    work.check("input.period", False, message, failing="warning")


def _tell_codes(work: Workspace) -> None:
    """Every scheme names places by statistical codes; codes of civil affairs meet none of them."""
    if not (work.places["code_system"] == "mca").any():
        return
    message = Text(
        "区划表用的是民政行政区划代码（mca），方案里的地方用统计用区划代码（nbs）：凡按代码对照的"
        "（所属市、县名单、任务数、方案区域）都对不上，不表示没有。请改用统计用区划代码的区划表。",
        "The table places uses civil-affairs codes (mca), the scheme statistical codes (nbs): whatever "
        "is matched by code (cities, lists of counties, quotas, the area of the scheme) finds nothing, "
        "which does not mean that there is none. Use a table with statistical codes.",
    )
    work.check("input.code_system", False, message, failing="warning")


def _tell_province(work: Workspace) -> None:
    about = work.scheme.about
    digits = about.province_code[:_PROVINCE_DIGITS]
    strange = work.places.filter(~pl.col("code").str.starts_with(digits))
    if strange.is_empty():
        return
    named = "、".join(strange["name"].head(3))
    message = Text(
        f"区划表的 {work.places.height:,} 行中有 {strange.height:,} 行不在{about.jurisdiction.zh}"
        f"（代码不以 {digits} 开头），如 {named}。请核对数据和方案是否配套。",
        f"{strange.height:,} of {work.places.height:,} places do not lie in "
        f"{about.jurisdiction.en} (their codes do not begin with {digits}), such as {named}. "
        "Check that the tables belong to this scheme.",
    )
    work.check("input.province", False, message, failing="warning")


def _tell_levels(work: Workspace, indicators: pl.DataFrame) -> None:
    """Figures reported for a level the element is not defined for."""
    placed = indicators.select("place_code", "indicator").join(
        work.places.select("code", "level"), left_on="place_code", right_on="code", how="inner"
    )
    for (indicator, level), rows in sorted(placed.group_by("indicator", "level")):
        element = work.scheme.catalogue.get(str(indicator))
        if element is None or level in element.levels:
            continue
        proper = "、".join(_LEVEL_NAMES[one] for one in element.levels)
        message = Text(
            f"「{element.name}」有 {rows.height:,} 个数填在{_LEVEL_NAMES[str(level)]}，这个指标用于"
            f"{proper}，请核对地方代码。",
            f'"{element.label.en}": {rows.height:,} figures stand at level {level}; the element '
            f"is one of {', '.join(element.levels)}. Check the place codes.",
        )
        work.notice("read", message)


def _tell_periods(work: Workspace, indicators: pl.DataFrame) -> None:
    """Figures of half-years, quarters, months or days: the scheme is computed by years."""
    known = pl.col("indicator").is_in(list(work.scheme.catalogue))
    others = indicators.filter(known & (pl.col("period").str.len_chars() != len("2024")))
    if others.is_empty():
        return
    periods = others["period"].unique().sort()
    named = "、".join(periods.head(_NAMED)) + ("等" if len(periods) > _NAMED else "")
    message = Text(
        f"有 {others.height:,} 个数的期间不是整年（{named}），方案按年计算，没有采用。"
        "请填全年数，期间写作 2024。",
        f"{others.height:,} figures are not of a whole year ({named.rstrip('等')}) and were not "
        "used: the scheme is computed by years. Give the figure of the year, with the period 2024.",
    )
    work.notice("read", message)
