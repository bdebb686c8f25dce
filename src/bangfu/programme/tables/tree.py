"""The tree of places (行政区划上下级): parents that exist, stand higher, and form no circle.

Knows levels and codes as they stand in the table; it knows no list of real places.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from bangfu.programme.tables.findings import Findings, Says, always, rows_text
from bangfu.programme.tables.raw import RawSheet
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = ["LEVEL_NAMES", "refuse_bad_tree"]

#: The Chinese word of each level.
LEVEL_NAMES: Final[Mapping[str, str]] = dict(
    zip(LEVELS, ("省级", "地级", "县级", "乡级", "村级"), strict=True)
)


def refuse_bad_tree(places: pl.DataFrame, sheet: RawSheet, findings: Findings) -> None:
    """Note parents that are missing, that do not stand higher, and circles.

    Parameters
    ----------
    places : frame with columns code, name, level, parent_code String, row UInt32
        The topmost places of the folder have no ``parent_code``.
    """
    order = {level: place for place, level in enumerate(LEVELS)}
    ranked = places.select(
        "code",
        "name",
        "level",
        "parent_code",
        "row",
        rank=pl.col("level").replace_strict(order, default=None, return_dtype=pl.Int8),
    )
    above = ranked.select(
        parent_code="code", parent_name="name", parent_level="level", parent_rank="rank"
    ).unique("parent_code", keep="first")
    known = pl.col("parent_code").is_in(above.get_column("parent_code").implode())
    _tell_missing(ranked.filter(~known), sheet, findings)
    wrong = ranked.join(above, on="parent_code", how="inner", maintain_order="left").filter(
        pl.col("rank") <= pl.col("parent_rank")
    )
    circle = _circle(ranked) if wrong.height else []
    _tell_circle(circle, ranked, sheet, findings)
    _tell_order(wrong.filter(~pl.col("code").is_in(circle)), sheet, findings)


def _tell_missing(missing: pl.DataFrame, sheet: RawSheet, findings: Findings) -> None:
    says = always(
        Text("本表没有这个上级", "no such place in this table"),
        Text(
            "请补上级那一行；最上一级的上级代码请留空。",
            "Add the row of the place above; the topmost places leave the column empty.",
        ),
    )
    bad = missing.select("row", given="parent_code")
    findings.cells("TAB-24", sheet.where, sheet.head.as_given("parent_code"), bad, says)


def _tell_order(wrong: pl.DataFrame, sheet: RawSheet, findings: Findings) -> None:
    head = sheet.head.as_given("level")
    for row, level, parent_name, parent_level in wrong.select(
        "row", "level", "parent_name", "parent_level"
    ).iter_rows():
        says = _says_order(level, parent_name, parent_level)
        one = pl.DataFrame({"row": [row], "given": [level]})
        findings.cells("TAB-25", sheet.where, head, one, says)


def _says_order(level: str, parent_name: str, parent_level: str) -> Says:
    return always(
        Text(
            f"上级「{parent_name}」是{LEVEL_NAMES[parent_level]}，不高于{LEVEL_NAMES[level]}",
            f'the place above, "{parent_name}", is a {parent_level} and does not stand higher',
        ),
        Text("请核对这一行的层级和上级代码。", "Check the level and the code of the place above."),
    )


def _circle(ranked: pl.DataFrame) -> list[str]:
    """Codes that lead back to themselves."""
    parent = dict(ranked.select("code", "parent_code").iter_rows())
    state: dict[str, int] = {}
    found: list[str] = []
    for start in parent:
        walked: list[str] = []
        code: str | None = start
        while code in parent and code not in state:
            assert code is not None
            state[code] = 0
            walked.append(code)
            code = parent[code]
        if code is not None and state.get(code) == 0:
            found += walked[walked.index(code) :]
        state |= dict.fromkeys(walked, 1)
    return found


def _tell_circle(
    circle: list[str], ranked: pl.DataFrame, sheet: RawSheet, findings: Findings
) -> None:
    if not circle:
        return
    rows = ranked.filter(pl.col("code").is_in(circle)).get_column("row").to_list()
    where = rows_text(rows)
    findings.fault(
        "TAB-26",
        sheet.where,
        Text(
            f"{where.zh}互为上级，绕成一圈：{'、'.join(circle[:5])}。",
            f"{where.en} are each other's place above: {', '.join(circle[:5])}.",
        ),
        Text("请改正其中一行的上级代码。", "Correct the code of the place above in one of them."),
    )
