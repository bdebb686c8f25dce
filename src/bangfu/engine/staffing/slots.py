"""Posts to fill and posts filled (选派到位): required slots against the people in post.

Knows how many of which post a place of a class needs, and who holds one on a day; it knows
neither ranks nor party status, and no policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from bangfu.engine.numeric.columns import require_columns, require_unique
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import ComputationError

__all__ = ["SlotRule", "in_post", "slot_coverage"]

_SCHEMA: Final = pl.Schema(
    {
        "place_code": pl.String,
        "slot": pl.String,
        "required": pl.Int64,
        "at_most": pl.Int64,
        "present": pl.Int64,
        "gap": pl.Int64,
        "excess": pl.Int64,
        "clauses": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class SlotRule:
    """How many holders of a post a place of certain classes needs.

    ``classes`` empty means every place. Any of ``posts`` fills the slot (第一书记或工作队).
    ``at_most`` None means no upper bound. ``member_range`` counts a holder, then a unit such as
    a team, only while its number of members lies within (low, high), both included; high may
    be None.
    """

    id: str
    classes: tuple[str, ...]
    posts: tuple[str, ...]
    at_least: int
    at_most: int | None = None
    member_range: tuple[int, int | None] | None = None
    clauses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.posts:
            raise ComputationError("a slot needs at least one post that fills it", slot=self.id)
        if self.at_least < 0 or (self.at_most is not None and self.at_most < self.at_least):
            raise ComputationError(
                "at_least must not be negative, nor above at_most",
                slot=self.id,
                at_least=self.at_least,
                at_most=self.at_most,
            )


def slot_coverage(
    places: pl.DataFrame, rules: Sequence[SlotRule], holders: pl.DataFrame | None, *, on: date
) -> pl.DataFrame:
    """Count, for each place and slot, the holders in post on a day.

    Parameters
    ----------
    places : DataFrame
        Columns place_code, class (text). One row per place.
    rules : sequence of SlotRule
        The slots, in the order wanted.
    holders : DataFrame or None
        Columns place_code, post (text), starts_on, ends_on (date, half-open, null ends_on =
        still in post); optional members (count), needed by a rule with ``member_range``;
        optional holder (text): the same holder in two rows counts once per slot. None means
        that nobody handed the table in.
    on : date
        The day looked at.

    Returns
    -------
    DataFrame
        Columns place_code, slot, required, at_most (null = no bound), present, gap (how many
        are missing, at least 0), excess (how many are too many, at least 0), clauses. One row
        per place and rule that applies; places in their order, then rules in theirs.

    Raises
    ------
    ComputationError
        If a column is missing, a place stands twice, or a rule asks for members and the holders
        have no such column.

    Notes
    -----
    ``present`` is null where it is not known: no table at all, or a holder whose post, first
    day or number of members is missing and might count. ``gap`` and ``excess`` are then given
    only if they are the same with and without those holders. A place of unknown class has a
    row for every rule, with required, gap and excess unknown.

    Examples
    --------
    >>> places = pl.DataFrame({"place_code": ["A", "B"], "class": ["key", "key"]})
    >>> holders = pl.DataFrame({"place_code": ["A"], "post": ["first_secretary"],
    ...     "starts_on": [date(2025, 1, 1)], "ends_on": [None]})
    >>> rule = SlotRule("secretary", ("key",), ("first_secretary", "work_team"), 1)
    >>> slot_coverage(places, [rule], holders, on=date(2025, 6, 1))["gap"].to_list()
    [0, 1]
    """
    require_unique(places, ["place_code"])
    require_columns(places, ["class"])
    if holders is not None:
        require_columns(holders, ["place_code", "post", "starts_on", "ends_on"])
    listed = places.select(
        pl.col("place_code").cast(pl.String), pl.col("class").cast(pl.String)
    ).with_row_index("place_row")
    parts = [_cover_one(listed, rule, holders, on=on) for rule in rules]
    if not parts:
        return _SCHEMA.to_frame()
    ordered = pl.concat(
        part.with_columns(pl.lit(number).alias("rule_row")) for number, part in enumerate(parts)
    )
    return ordered.sort("place_row", "rule_row").select(list(_SCHEMA))


def in_post(on: date) -> pl.Expr:
    """Whether a row with starts_on, ends_on is in post on a day; null if the start is unknown.

    >>> rows = pl.DataFrame({"starts_on": [date(2025, 1, 1)], "ends_on": [date(2025, 6, 1)]})
    >>> rows.select(in_post(date(2025, 6, 1))).item()
    False
    """
    ends_on = pl.col("ends_on").cast(pl.Date)
    return (pl.col("starts_on").cast(pl.Date) <= on) & (ends_on.is_null() | (ends_on > on))


def _cover_one(
    listed: pl.DataFrame, rule: SlotRule, holders: pl.DataFrame | None, *, on: date
) -> pl.DataFrame:
    applies = pl.col("class").is_in(rule.classes) if rule.classes else pl.lit(True)
    required = pl.when(applies).then(pl.lit(rule.at_least, dtype=pl.Int64))
    places = listed.with_columns(required.alias("required")).filter(applies.fill_null(True))
    if holders is None:
        unknown = pl.lit(None, dtype=pl.Int64)
        counted = places.with_columns(unknown.alias("sure"), unknown.alias("possible"))
    else:
        counts = _count_holders(holders, rule, on=on)
        counted = places.join(counts, on="place_code", how="left").with_columns(
            pl.col("sure", "possible").fill_null(0)
        )
    return counted.with_columns(
        pl.lit(rule.id).alias("slot"),
        pl.lit(rule.at_most, dtype=pl.Int64).alias("at_most"),
        _if_equal(pl.col("sure"), pl.col("possible")).alias("present"),
        _gap(pl.col("required")).alias("gap"),
        _excess(rule).alias("excess"),
        pl.lit(join_clauses(rule.clauses)).alias("clauses"),
    ).select("place_row", *_SCHEMA)


def _count_holders(holders: pl.DataFrame, rule: SlotRule, *, on: date) -> pl.DataFrame:
    """Per place, the holders who surely count and those who possibly do, the sure included."""
    fills = in_post(on) & pl.col("post").cast(pl.String).is_in(rule.posts)
    if rule.member_range is not None:
        if "members" not in holders.columns:
            raise ComputationError("the holders have no column members", slot=rule.id)
        low, high = rule.member_range
        members = pl.col("members").cast(pl.Int64)
        fills = fills & (members >= low)
        if high is not None:
            fills = fills & (members <= high)
    # No name starts with this sign, so a row without one stays apart.
    row = pl.format("\x1f{}", pl.int_range(pl.len()))
    holder = (
        pl.coalesce(pl.col("holder").cast(pl.String), row) if "holder" in holders.columns else row
    )
    return (
        holders.select(
            pl.col("place_code").cast(pl.String), holder.alias("holder"), fills.alias("fills")
        )
        .group_by("place_code", "holder")
        # Kleene: one sure row makes the holder sure, an unknown one leaves them possible.
        .agg(pl.col("fills").any(ignore_nulls=False))
        .group_by("place_code")
        .agg(
            pl.col("fills").sum().cast(pl.Int64).alias("sure"),
            pl.col("fills").fill_null(True).sum().cast(pl.Int64).alias("possible"),
        )
    )


def _gap(required: pl.Expr) -> pl.Expr:
    largest = (required - pl.col("sure")).clip(lower_bound=0)
    smallest = (required - pl.col("possible")).clip(lower_bound=0)
    return _if_equal(smallest, largest)


def _excess(rule: SlotRule) -> pl.Expr:
    at_most = pl.lit(rule.at_most, dtype=pl.Int64)
    if rule.at_most is None:
        # Without a bound nobody is too many, even where the number present is unknown.
        return pl.when(pl.col("required").is_not_null()).then(pl.lit(0, dtype=pl.Int64))
    smallest = (pl.col("sure") - at_most).clip(lower_bound=0)
    largest = (pl.col("possible") - at_most).clip(lower_bound=0)
    return pl.when(pl.col("required").is_not_null()).then(_if_equal(smallest, largest))


def _if_equal(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """The value where both ends agree, null otherwise."""
    return pl.when(low == high).then(low)
