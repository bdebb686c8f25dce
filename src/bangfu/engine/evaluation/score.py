"""Scores and ranks of an evaluation (考核评分、名次) from declared parts and weights.

Knows points, full marks and weights; it knows no indicator and no use of the result. A part
that is not known counts as anything from nothing to full marks: the score is an interval.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Final

import polars as pl

from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.money import INT64_MAX

__all__ = ["digest", "evaluate"]

#: The full score, in hundredths of a point: 100.00.
_FULL_CENTI: Final = 10_000


def evaluate(parts: pl.DataFrame, weights: Mapping[str, int]) -> pl.DataFrame:
    """Score and rank places by weighted parts, the full score being 100.

    Parameters
    ----------
    parts : DataFrame
        Columns place_code, part (text), points (whole number from 0 to max, null = unknown),
        max (whole number, the full marks of the part). One row per place and part.
    weights : mapping of str to int
        Weight of every part, 0 or more; relative, they need not sum to 100.

    Returns
    -------
    DataFrame
        Columns place_code, score_centi (hundredths of a point, 0..10000, null where it is an
        interval), score_low_centi, score_high_centi, rank_low, rank_high, parts (compact JSON:
        points, max and weight of each part, in the order of ``weights``). One row per place, in
        the order of first appearance.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a part stands twice for a place or has no weight,
        points lie outside 0..max, a weight is negative or all are 0, or the figures are too
        large to stay exact.

    Notes
    -----
    The score is the weighted mean of points / max, computed in whole numbers and rounded once,
    half up, to hundredths. Ranks follow the rounded score, so that places showing the same
    score share their ranks: rank_low is the best rank a place can hold, rank_high the worst. A
    part without a row is unknown like one without points.

    Examples
    --------
    >>> parts = pl.DataFrame({"place_code": ["A", "A", "B", "B"],
    ...     "part": ["income", "roads"] * 2,
    ...     "points": [9000, 8000, 7000, None], "max": [10000] * 4})
    >>> table = evaluate(parts, {"income": 3, "roads": 1})
    >>> table.select("score_centi", "score_low_centi", "score_high_centi", "rank_high").rows()
    [(8750, 8750, 8750, 1), (None, 5250, 7750, 2)]
    """
    marks = _checked_marks(parts, weights)
    unit = math.lcm(*marks["max"].drop_nulls().unique().to_list()) if marks.height else 1
    full = unit * sum(weights.values())
    if full * 2 * _FULL_CENTI > INT64_MAX:
        raise ComputationError("full marks and weights are too large", full=full)
    earned = pl.col("points") * (unit // pl.col("max")) * pl.col("weight")
    possible = pl.when(pl.col("points").is_null()).then(unit * pl.col("weight")).otherwise(earned)
    scored = (
        marks.with_columns(earned.fill_null(0).alias("low"), possible.alias("high"))
        .group_by("place_code", maintain_order=True)
        .agg(pl.col("low", "high").sum(), "part", "points", "max", "weight")
        .with_columns(
            _to_centi(pl.col("low"), full).alias("score_low_centi"),
            _to_centi(pl.col("high"), full).alias("score_high_centi"),
        )
    )
    return (
        scored.with_columns(
            # Weight 0 or a part worth less than a hundredth: the interval is a point.
            pl.when(pl.col("score_low_centi") == pl.col("score_high_centi"))
            .then("score_low_centi")
            .alias("score_centi"),
            *_ranks(scored),
            _parts_json(scored),
        )
    ).select(
        "place_code",
        "score_centi",
        "score_low_centi",
        "score_high_centi",
        "rank_low",
        "rank_high",
        "parts",
    )


def digest(parts: pl.DataFrame, weights: Mapping[str, int]) -> str:
    """Fingerprint the frozen input of an evaluation (数据封存).

    Parameters
    ----------
    parts, weights
        As in ``evaluate``.

    Returns
    -------
    str
        SHA-256 in hexadecimal over place_code, part, points, max and the weights. The order of
        rows, of columns and of weights, and columns beyond these, do not matter.

    Examples
    --------
    >>> parts = pl.DataFrame({"place_code": ["A", "B"], "part": ["income"] * 2,
    ...                       "points": [9000, None], "max": [10000] * 2})
    >>> digest(parts, {"income": 1}) == digest(parts.reverse(), {"income": 1})
    True
    """
    require_unique(parts, ["place_code", "part"])
    rows = _typed(parts).sort("place_code", "part").rows()
    content = {"parts": rows, "weights": sorted(weights.items())}
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _typed(parts: pl.DataFrame) -> pl.DataFrame:
    require_columns(parts, ["place_code", "part", "points", "max"])
    return parts.select(
        pl.col("place_code", "part").cast(pl.String),
        integer_column(parts, "points").alias("points"),
        integer_column(parts, "max").alias("max"),
    )


def _checked_marks(parts: pl.DataFrame, weights: Mapping[str, int]) -> pl.DataFrame:
    """Every place with every declared part, in the order of the weights."""
    if not weights or min(weights.values()) < 0 or sum(weights.values()) == 0:
        raise ComputationError(
            "weights must not be negative, and one must be above 0", weights=dict(weights)
        )
    require_unique(parts, ["place_code", "part"])
    typed = _typed(parts)
    undeclared = sorted(set(typed["part"]) - set(weights))
    if undeclared:
        raise ComputationError("parts without a weight", parts=undeclared)
    in_range = (pl.col("max") >= 1) & pl.col("points").is_between(0, pl.col("max")).fill_null(True)
    wrong = typed.filter(~in_range.fill_null(False))
    if wrong.height:
        raise ComputationError("points must lie in 0..max, max at least 1", rows=wrong.rows()[:10])
    declared = pl.DataFrame(
        {"part": list(weights), "weight": list(weights.values())},
        schema={"part": pl.String, "weight": pl.Int64},
    )
    places = typed.select("place_code").unique(maintain_order=True)
    return places.join(declared, how="cross", maintain_order="left_right").join(
        typed, on=["place_code", "part"], how="left", maintain_order="left"
    )


def _to_centi(earned: pl.Expr, full: int) -> pl.Expr:
    """Hundredths of a point out of 100, rounded half up; whole numbers throughout."""
    return (earned * (2 * _FULL_CENTI) + full) // (2 * full)


def _ranks(scored: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Best and worst rank: those surely ahead, and those who may be ahead or level."""
    low, high = scored["score_low_centi"], scored["score_high_centi"]
    not_ahead = low.sort().search_sorted(high, side="right").cast(pl.Int64)
    surely_behind = high.sort().search_sorted(low, side="left").cast(pl.Int64)
    best = (1 + scored.height - not_ahead).alias("rank_low")
    worst = (scored.height - surely_behind).alias("rank_high")
    return best, worst


def _parts_json(scored: pl.DataFrame) -> pl.Series:
    rows = scored.select("part", "points", "max", "weight").iter_rows()
    texts = [
        json.dumps(
            {
                part: {"points": points, "max": full_marks, "weight": weight}
                for part, points, full_marks, weight in zip(*lists, strict=True)
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for lists in rows
    ]
    return pl.Series("parts", texts, dtype=pl.String)
