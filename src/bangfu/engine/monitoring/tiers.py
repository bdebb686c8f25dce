"""Tiers of assistance (分层分类救助): the first tier that applies, with three outcomes.

Knows yes, no and unknown for each tier and household, and the arithmetic of a local line; it
knows neither what a tier asks nor what it gives. What comes out is a proposal for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.vocabulary.errors import ComputationError

__all__ = ["assign_tiers", "household_lines", "line_on", "ratio_pct_text"]

#: Steps of the printed ratio in one whole: 0.01 percent.
_STEPS = 10_000


def assign_tiers(table: pl.DataFrame, tiers: Mapping[str, str]) -> pl.DataFrame:
    """Give each household the first tier that applies to it.

    Parameters
    ----------
    table : DataFrame
        Columns household_code (text) and one per tier (bool, null = unknown). One row per
        household.
    tiers : mapping of str to str
        Column of each tier and the word for it, in the order in which they are tried.

    Returns
    -------
    DataFrame
        Columns household_code, verdict (``yes``: some tier applies for certain, ``no``: none
        does, ``unknown``), tier: the word of the tier; several joined with ``;`` where what is
        unknown leaves them open; empty where none can apply. In the order of ``table``.

    Raises
    ------
    ComputationError
        If a column is missing, a household stands twice or has no code, or there are no tiers.

    Notes
    -----
    A tier behind an unknown one stays open: with tier 2 unknown and tier 3 certain the household
    is helped for certain (``yes``) and its tier is ``2;3``.

    Examples
    --------
    >>> table = pl.DataFrame({"household_code": ["A", "B", "C"],
    ...     "two": [True, None, False], "three": [True, True, None]})
    >>> assign_tiers(table, {"two": "2", "three": "3"}).rows()
    [('A', 'yes', '2'), ('B', 'yes', '2;3'), ('C', 'unknown', '3')]
    """
    if not tiers:
        raise ComputationError("there must be a tier")
    require_unique(table, ["household_code"])
    require_columns(table, tiers)
    columns = [table[name].cast(pl.Boolean) for name in tiers]
    outcomes = [_first(answers, tuple(tiers.values())) for answers in zip(*columns, strict=True)]
    return pl.DataFrame(
        {
            "household_code": table["household_code"],
            "verdict": pl.Series([verdict for verdict, _ in outcomes], dtype=pl.String),
            "tier": pl.Series([tier for _, tier in outcomes], dtype=pl.String),
        }
    )


def household_lines(table: pl.DataFrame, *, multiple: int) -> pl.Series:
    """The line of whole households: line per head times heads times a multiple.

    Parameters
    ----------
    table : DataFrame
        Columns line_fen (per head and period, null = unknown) and persons (null = unknown).
    multiple : int
        How many periods, or how many times the line; at least 1.

    Returns
    -------
    Series of Int64, (n,) [fen]
        Null where the line or the heads are unknown, or the heads are below 1.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, ``multiple`` is below 1, or a line leaves 64 bits.

    Examples
    --------
    800 yuan a month, three people, twelve months.

    >>> table = pl.DataFrame({"line_fen": [80_000, None], "persons": [3, 2]})
    >>> household_lines(table, multiple=12).to_list()
    [2880000, None]
    """
    if multiple < 1:
        raise ComputationError("multiple must be at least 1", multiple=multiple)
    pairs = zip(integer_column(table, "line_fen"), integer_column(table, "persons"), strict=True)
    lines = [
        None if line is None or heads is None or heads < 1 else line * heads * multiple
        for line, heads in pairs
    ]
    if any(line is not None and abs(line) >= 2**63 for line in lines):
        raise ComputationError("a line of a household does not fit 64 bits", multiple=multiple)
    return pl.Series("household_line_fen", lines, dtype=pl.Int64)


def ratio_pct_text(income_fen: int | None, line_fen: int | None) -> str | None:
    """Income of a household in percent of its line, two decimals; for display only.

    Parameters
    ----------
    income_fen, line_fen : int or None
        Of the same household and period. [fen]

    Returns
    -------
    str or None
        Rounded half to even. None where a figure is unknown or the line is zero or below.

    Examples
    --------
    >>> ratio_pct_text(4_320_000, 2_880_000)
    '150.00'
    """
    if income_fen is None or line_fen is None or line_fen <= 0:
        return None
    steps, rest = divmod(abs(income_fen) * _STEPS, line_fen)
    if 2 * rest > line_fen or (2 * rest == line_fen and steps % 2):
        steps += 1
    sign = "-" if income_fen < 0 and steps else ""
    return f"{sign}{steps // 100}.{steps % 100:02d}"


def line_on(entries: Iterable[tuple[date, int | None]], day: date) -> int | None:
    """The local line in force on a day: the last one that has begun.

    Parameters
    ----------
    entries : iterable of (date, int or None)
        First day of each line, and the line; None = announced and not known. [fen]
    day : date

    Returns
    -------
    int or None
        None where no line has begun, or the last one that has is unknown: an older line never
        stands in for it.

    Examples
    --------
    >>> lines = [(date(2024, 7, 1), 84_000), (date(2023, 7, 1), 80_000)]
    >>> line_on(lines, date(2024, 6, 30)), line_on(lines, date(2024, 7, 1))
    (80000, 84000)
    """
    begun = [(starts_on, line) for starts_on, line in entries if starts_on <= day]
    return max(begun, key=lambda entry: entry[0])[1] if begun else None


def _first(answers: Sequence[bool | None], words: Sequence[str]) -> tuple[str, str]:
    """Verdict and tiers left open, for one household."""
    possible: list[str] = []
    for answer, word in zip(answers, words, strict=True):
        if answer is None:
            possible.append(word)
        elif answer:
            possible.append(word)
            return "yes", ";".join(possible)
    return ("unknown" if possible else "no"), ";".join(possible)
