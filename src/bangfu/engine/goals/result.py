"""What a goal comes to (目标结果): met, not met, unknown (待核实) or for judgement (需评定).

Holds the words and the columns that every way of assessing shares. It knows no goal.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final, Literal

import polars as pl

from bangfu.engine.numeric.growth import Comparison
from bangfu.vocabulary.errors import ComputationError

__all__ = [
    "RESULT_COLUMNS",
    "GoalResult",
    "GoalStatus",
    "all_final",
    "comparison",
    "result_of",
    "result_table",
]

GoalResult = Literal["met", "not_met", "unknown", "judgement"]
GoalStatus = Literal["provisional", "final"]

RESULT_COLUMNS: Final = pl.Schema(
    {
        "place_code": pl.String,
        "value_num": pl.Int64,
        "value_text": pl.String,
        "threshold": pl.String,
        "op": pl.String,
        "result": pl.String,
        "status": pl.String,
    }
)

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


def comparison(op: Comparison) -> Callable[[Any, Any], Any]:
    """The comparison of that name, for numbers and for columns (以上 ``>=``, 高于 ``>``).

    >>> comparison(">=")(40, 40)
    True
    """
    if op not in _COMPARE:
        raise ComputationError("unknown comparison", given=op, accepted=tuple(_COMPARE))
    return _COMPARE[op]


def result_of(met: bool | None) -> GoalResult:
    """The word for yes, no or unknown.

    >>> result_of(None)
    'unknown'
    """
    if met is None:
        return "unknown"
    return "met" if met else "not_met"


def all_final(table: pl.DataFrame, columns: list[str]) -> pl.Series:
    """Whether every status column of a row says final; an unknown status does not.

    >>> all_final(pl.DataFrame({"status": ["final", "provisional", None]}), ["status"]).to_list()
    [True, False, False]
    """
    finals = [(pl.col(name).cast(pl.String) == "final").fill_null(False) for name in columns]
    return table.select(pl.all_horizontal(finals).alias("final")).to_series()


def result_table(table: pl.DataFrame) -> pl.DataFrame:
    """Turn met (bool) and final (bool) into result and status, in the common columns.

    A result that is unknown stays provisional: what is missing may still come.
    """
    result = (
        pl.when(pl.col("met").is_null())
        .then(pl.lit("unknown"))
        .when("met")
        .then(pl.lit("met"))
        .otherwise(pl.lit("not_met"))
    )
    settled = pl.col("final") & pl.col("met").is_not_null()
    status = pl.when(settled).then(pl.lit("final")).otherwise(pl.lit("provisional"))
    return table.with_columns(result.alias("result"), status.alias("status")).select(
        pl.col(name).cast(dtype) for name, dtype in RESULT_COLUMNS.items()
    )
