"""Whether registers are kept (台账覆盖): rows present against rows required, place by place.

Counts rows of a register and answers of yes/no elements; it knows nothing of what a row says.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.engine.numeric.columns import require_columns, require_unique
from bangfu.vocabulary.errors import ComputationError

__all__ = ["coverage_totals", "element_coverage", "register_coverage"]

_UNKNOWN: Final = pl.lit(None, dtype=pl.Int64)
_PER_MILLE: Final = 1000


def register_coverage(
    places: pl.DataFrame,
    rows: pl.DataFrame | None,
    *,
    register: str,
    at_least: int,
    unit: str = "",
    clauses: str = "",
) -> pl.DataFrame:
    """Count the rows each place has in a register, against the number it must have.

    Parameters
    ----------
    places : DataFrame
        Column place_code (text). One row per place that must keep the register.
    rows : DataFrame or None
        Column place_code; one row per entry, other columns ignored. None means that nobody
        handed the register in.
    register : str
        Name of the register.
    at_least : int
        Rows required of each place. [count]
    unit : str
        What a row stands for (名, 项, 户); carried along.
    clauses : str
        Clause ids joined by ``;``; carried along.

    Returns
    -------
    DataFrame
        Columns register, place_code, required, present, gap (missing rows, at least 0), unit,
        clauses. One row per place, in the order of ``places``. present and gap are null where
        ``rows`` is None, and 0 rows are 0 where it is not.

    Raises
    ------
    ComputationError
        If a column is missing, a place is listed twice or ``at_least`` is negative.

    Examples
    --------
    >>> places = pl.DataFrame({"place_code": ["A", "B"]})
    >>> reserve = pl.DataFrame({"place_code": ["A", "A", "A"]})
    >>> register_coverage(places, reserve, register="reserve", at_least=2)["gap"].to_list()
    [0, 2]
    """
    if at_least < 0:
        raise ComputationError("at_least must not be negative", at_least=at_least)
    listed = _listed(places)
    if rows is None:
        counted = listed.with_columns(_UNKNOWN.alias("present"))
    else:
        require_columns(rows, ["place_code"])
        counts = rows.group_by(pl.col("place_code").cast(pl.String)).agg(
            pl.len().cast(pl.Int64).alias("present")
        )
        counted = listed.join(
            counts, on="place_code", how="left", maintain_order="left"
        ).with_columns(pl.col("present").fill_null(0))
    return _coverage(counted, register=register, at_least=at_least, unit=unit, clauses=clauses)


def element_coverage(
    places: pl.DataFrame,
    values: pl.DataFrame | None,
    *,
    register: str,
    unit: str = "",
    clauses: str = "",
) -> pl.DataFrame:
    """Read a yes/no element (有无) as a register of which one row is required.

    Parameters
    ----------
    places : DataFrame
        Column place_code (text). One row per place.
    values : DataFrame or None
        Columns place_code, value (bool, null = unknown). At most one row per place.
    register, unit, clauses
        As in ``register_coverage``.

    Returns
    -------
    DataFrame
        As ``register_coverage``: required 1; present 1 for yes, 0 for no, null for a place
        without an answer.

    Raises
    ------
    ComputationError
        If a column is missing, or a place is listed, or answered, twice.
    """
    listed = _listed(places)
    if values is None:
        counted = listed.with_columns(_UNKNOWN.alias("present"))
    else:
        require_unique(values, ["place_code"])
        require_columns(values, ["value"])
        answers = values.select(
            pl.col("place_code").cast(pl.String),
            pl.col("value").cast(pl.Boolean).cast(pl.Int64).alias("present"),
        )
        counted = listed.join(answers, on="place_code", how="left", maintain_order="left")
    return _coverage(counted, register=register, at_least=1, unit=unit, clauses=clauses)


def coverage_totals(coverage: pl.DataFrame) -> pl.DataFrame:
    """Sum the coverage of each register over its places.

    Parameters
    ----------
    coverage : DataFrame
        As ``register_coverage`` and ``element_coverage`` return it; several may be stacked.

    Returns
    -------
    DataFrame
        Columns register, places, covered (gap 0), short (gap above 0), unknown, share_text
        such as ``560/575 (97.3%)``. One row per register, in order of appearance.

    Notes
    -----
    Where some places are unknown the share is an interval, ``560-570/575 (97.3-99.1%)``.
    Percentages are cut, not rounded, so that 100.0% stands only for complete coverage.
    """
    totals = coverage.group_by("register", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("places"),
        (pl.col("gap") == 0).sum().cast(pl.Int64).alias("covered"),
        (pl.col("gap") > 0).sum().cast(pl.Int64).alias("short"),
        pl.col("gap").null_count().cast(pl.Int64).alias("unknown"),
    )
    texts = [
        _share_text(covered, covered + unknown, total=total)
        for covered, unknown, total in totals.select("covered", "unknown", "places").iter_rows()
    ]
    return totals.with_columns(pl.Series("share_text", texts, dtype=pl.String))


def _listed(places: pl.DataFrame) -> pl.DataFrame:
    require_unique(places, ["place_code"])
    return places.select(pl.col("place_code").cast(pl.String))


def _coverage(
    counted: pl.DataFrame, *, register: str, at_least: int, unit: str, clauses: str
) -> pl.DataFrame:
    return counted.select(
        pl.lit(register).alias("register"),
        "place_code",
        pl.lit(at_least, dtype=pl.Int64).alias("required"),
        "present",
        (at_least - pl.col("present")).clip(lower_bound=0).alias("gap"),
        pl.lit(unit).alias("unit"),
        pl.lit(clauses).alias("clauses"),
    )


def _share_text(low: int, high: int, *, total: int) -> str:
    low_text, high_text = _percent_text(low, total), _percent_text(high, total)
    if low == high:
        return f"{low}/{total} ({low_text}%)"
    return f"{low}-{high}/{total} ({low_text}-{high_text}%)"


def _percent_text(part: int, total: int) -> str:
    whole, tenth = divmod(part * _PER_MILLE // total, 10)
    return f"{whole}.{tenth}"
