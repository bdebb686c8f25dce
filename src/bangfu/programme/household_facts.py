"""Facts about households (农户数据): the declared columns, each value read or said to be wrong.

Reads codes and figures, never names; what is missing stays unknown. Knows no tier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from bangfu.engine.monitoring import line_on
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Fact
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["local_lines", "read_facts"]

_WORDS: Final[dict[str, bool | None]] = {
    "yes": True,
    "true": True,
    "是": True,
    "符合": True,
    "no": False,
    "false": False,
    "否": False,
    "不符合": False,
    "unknown": None,
    "待核实": None,
}
_SHOWN: Final = 5


def read_facts(households: pl.DataFrame, facts: tuple[Fact, ...]) -> pl.DataFrame:
    """The facts a scheme declares, household by household.

    Parameters
    ----------
    households : frame
        The input table: household_code, place_code, and columns named by the facts.
    facts : tuple of Fact

    Returns
    -------
    frame
        household_code, place_code (text) and a column per fact under its id: Int64, Boolean or
        String, null = unknown. A fact without a column is unknown for all.

    Raises
    ------
    FaultsFound
        AST-01 no codes of households, AST-02 a code twice, AST-03 a cell that cannot be read;
        all at once. Rows are named by number, the head counted; households never.
    """
    if "household_code" not in households.columns:
        raise FaultsFound([_no_codes()])
    codes = households["household_code"].cast(pl.String).str.strip_chars()
    faults = _code_faults(codes)
    columns = [codes.alias("household_code"), households["place_code"].cast(pl.String)]
    for fact in facts:
        if fact.id in households.columns:
            text = households[fact.id].cast(pl.String).str.strip_chars()
        else:
            text = pl.repeat(None, households.height, dtype=pl.String, eager=True)
        column = _read(text, fact)
        faults.extend(_cell_faults(text, column, fact))
        columns.append(column.alias(fact.id))
    if faults:
        raise FaultsFound(faults)
    return pl.DataFrame(columns)


def local_lines(work: Workspace, element: str, day: date) -> dict[str, int]:
    """The line in force on a day by county code; counties whose line is unknown are left out."""
    table = work.tables.get("indicators")
    if table is None:
        return {}
    rows = table.filter(pl.col("indicator") == element).select("place_code", "period", "value")
    entries: dict[str, list[tuple[date, int | None]]] = {}
    for code, period, value in rows.iter_rows():
        entries.setdefault(code, []).append((parse_period(period).starts_on, value))
    found = {code: line_on(lines, day) for code, lines in entries.items()}
    return {code: line for code, line in found.items() if line is not None}


def _read(text: pl.Series, fact: Fact) -> pl.Series:
    match fact.type:
        case "int" | "money":
            return text.cast(pl.Int64, strict=False)
        case "bool":
            return text.str.to_lowercase().replace_strict(
                _WORDS, default=None, return_dtype=pl.Boolean
            )
        case _:
            words: Mapping[str, str] = {word: word for word in fact.choices}
            return text.replace_strict(words, default=None, return_dtype=pl.String)


def _cell_faults(text: pl.Series, column: pl.Series, fact: Fact) -> list[Fault]:
    """The rows whose cell holds something that is no value of the fact."""
    said = text.is_not_null() & (text != "")
    if fact.type == "bool":
        said = said & ~text.str.to_lowercase().is_in(["unknown", "待核实"])
    wrong = (said & column.is_null()).arg_true().to_list()
    accepted = {
        "int": Text("整数", "a whole number"),
        "money": Text("以分为单位的整数", "a whole number of fen"),
        "bool": Text("yes、no、unknown（是、否、待核实）", "yes, no or unknown"),
        "choice": Text("、".join(fact.choices), ", ".join(fact.choices)),
    }[fact.type]
    if not wrong:
        return []
    rows = ", ".join(str(row + 2) for row in wrong[:_SHOWN])
    return [
        Fault(
            "AST-03",
            f"households {fact.id}",
            Text(
                f"有 {len(wrong)} 行读不懂（第 {rows} 行等），应为{accepted.zh}；不知道的请留空。",
                f"{len(wrong)} rows cannot be read (row {rows}); accepted: {accepted.en}; leave "
                "empty what is not known.",
            ),
        )
    ]


def _code_faults(codes: pl.Series) -> list[Fault]:
    empty = (codes.is_null() | (codes == "")).arg_true().to_list()
    twice = (codes.is_duplicated() & codes.is_not_null() & (codes != "")).arg_true().to_list()
    faults = []
    for code, rows, zh, en in (
        ("AST-01", empty, "没有农户编号", "no code of the household"),
        ("AST-02", twice, "农户编号重复", "a code of a household stands twice"),
    ):
        if rows:
            shown = ", ".join(str(row + 2) for row in rows[:_SHOWN])
            faults.append(
                Fault(
                    code,
                    "households household_code",
                    Text(f"{zh}：{len(rows)} 行（第 {shown} 行等）。", f"{en}: row {shown}."),
                )
            )
    return faults


def _no_codes() -> Fault:
    return Fault(
        "AST-01",
        "households household_code",
        Text(
            "缺农户编号这一列。结果只用编号，不用姓名和身份证号。",
            "the column of household codes is missing. Results hold codes, never names.",
        ),
    )
