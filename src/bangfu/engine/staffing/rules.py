"""Rules on the people posted (选派条件): rank, party status, establishment, term, second post.

Knows the columns it is given, one row per posting; it knows no names. What is not known is a
finding to look into (待核实), never a breach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

import polars as pl

from bangfu.engine.numeric.columns import require_columns
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import ComputationError

__all__ = [
    "PostCheck",
    "check_concurrent_post",
    "check_establishment",
    "check_party_member",
    "check_rank",
    "check_term",
]

Severity = Literal["block", "warn", "info"]

_MONTHS_PER_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class PostCheck:
    """The name of a rule, the posts it binds (empty: all), how it binds, and its clauses."""

    rule: str
    posts: tuple[str, ...]
    severity: Severity
    clauses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.severity not in get_args(Severity):
            raise ComputationError(
                "unknown severity", given=self.severity, accepted=get_args(Severity)
            )


def check_rank(
    holders: pl.DataFrame, check: PostCheck, *, scale: Sequence[str], floor: str
) -> pl.DataFrame:
    """Find holders whose rank (职级) lies below a floor.

    Parameters
    ----------
    holders : DataFrame
        Columns place_code, holder, post, rank (text). One row per posting.
    check : PostCheck
        The rule.
    scale : sequence of str
        Every rank, the lowest first.
    floor : str
        The lowest rank allowed, itself included.

    Returns
    -------
    DataFrame
        Columns place_code, holder, rule, finding (violation or unknown), given (the value
        seen, as text), severity, clauses. Only findings; in the order of ``holders``.

    Raises
    ------
    ComputationError
        If a column is missing, the scale names a rank twice, or the floor is not on it.

    Notes
    -----
    A rank that is missing or not on the scale is unknown. A holder of unknown post is checked
    as well, and anything short of the rule is then unknown.

    Examples
    --------
    >>> heads = pl.DataFrame({"place_code": ["A", "B"], "holder": ["p1", "p2"],
    ...     "post": ["team_lead"] * 2, "rank": ["section", None]})
    >>> head = PostCheck("head_rank", ("team_lead",), "block", ("GD-08",))
    >>> scale = ["section", "deputy_division", "division"]
    >>> check_rank(heads, head, scale=scale, floor="deputy_division")["finding"].to_list()
    ['violation', 'unknown']
    """
    if len(set(scale)) != len(scale) or floor not in scale:
        raise ComputationError(
            "the floor must be on a scale without repeats", scale=list(scale), floor=floor
        )
    rank = pl.col("rank").cast(pl.String)
    allowed = list(scale[scale.index(floor) :])
    satisfied = pl.when(rank.is_in(list(scale))).then(rank.is_in(allowed))
    return _findings(holders, check, satisfied=satisfied, given=rank)


def check_party_member(
    holders: pl.DataFrame, check: PostCheck, *, accepted: Sequence[str] = ("full",)
) -> pl.DataFrame:
    """Find holders whose party status (政治面貌) is none of those accepted.

    Parameters
    ----------
    holders : DataFrame
        Columns place_code, holder, post, party_status (text, such as none, probationary, full).
    check : PostCheck
        The rule.
    accepted : sequence of str
        The statuses that satisfy it: full members (正式党员), unless others are given.

    Returns
    -------
    DataFrame
        Findings as in ``check_rank``.
    """
    status = pl.col("party_status").cast(pl.String)
    return _findings(holders, check, satisfied=status.is_in(list(accepted)), given=status)


def check_establishment(holders: pl.DataFrame, check: PostCheck) -> pl.DataFrame:
    """Find holders who are not on the establishment (在编).

    Parameters
    ----------
    holders : DataFrame
        Columns place_code, holder, post, on_establishment (bool).
    check : PostCheck
        The rule.

    Returns
    -------
    DataFrame
        Findings as in ``check_rank``.
    """
    on_establishment = pl.col("on_establishment").cast(pl.Boolean)
    return _findings(
        holders, check, satisfied=on_establishment, given=on_establishment.cast(pl.String)
    )


def check_term(holders: pl.DataFrame, check: PostCheck, *, years: int, on: date) -> pl.DataFrame:
    """Find holders whose term (任期) is longer than so many years.

    Parameters
    ----------
    holders : DataFrame
        Columns place_code, holder, post (text), starts_on, ends_on (date, half-open, null
        ends_on = no end set).
    check : PostCheck
        The rule.
    years : int
        The longest term allowed. [year]
    on : date
        The day looked at; it ends the term of those without an end, itself included.

    Returns
    -------
    DataFrame
        Findings as in ``check_rank``; ``given`` holds the two dates.

    Raises
    ------
    ComputationError
        If ``years`` is below 1.

    Notes
    -----
    A term that ends on the corresponding day (对应日), that day excluded, is not too long. An
    end already set beyond it is found at once, before the day comes.
    """
    if years < 1:
        raise ComputationError("a term is at least one year", years=years)
    starts_on = pl.col("starts_on").cast(pl.Date)
    ends_on = pl.col("ends_on").cast(pl.Date)
    limit = starts_on.dt.offset_by(f"{years * _MONTHS_PER_YEAR}mo")
    satisfied = pl.when(ends_on.is_not_null()).then(ends_on <= limit).otherwise(limit > on)
    given = pl.concat_str(
        starts_on.cast(pl.String), ends_on.cast(pl.String).fill_null(""), separator="/"
    )
    return _findings(holders, check, satisfied=satisfied, given=given)


def check_concurrent_post(
    holders: pl.DataFrame, check: PostCheck, *, required: Sequence[str]
) -> pl.DataFrame:
    """Find holders without the second post (兼任, 挂任) that goes with theirs.

    Parameters
    ----------
    holders : DataFrame
        Columns place_code, holder, post, concurrent_posts (text, several joined by ``;``; the
        empty text means none, null means not known).
    check : PostCheck
        The rule.
    required : sequence of str
        Posts of which one at least must be held.

    Returns
    -------
    DataFrame
        Findings as in ``check_rank``.

    Raises
    ------
    ComputationError
        If ``required`` is empty.
    """
    if not required:
        raise ComputationError("name at least one concurrent post", rule=check.rule)
    held = pl.col("concurrent_posts").cast(pl.String)
    each = held.str.split(";")
    satisfied = pl.any_horizontal(each.list.contains(post) for post in required)
    return _findings(holders, check, satisfied=satisfied, given=held)


def _findings(
    holders: pl.DataFrame, check: PostCheck, *, satisfied: pl.Expr, given: pl.Expr
) -> pl.DataFrame:
    needed = {"place_code", "holder", "post", *satisfied.meta.root_names()}
    require_columns(holders, sorted(needed))
    bound = pl.col("post").cast(pl.String).is_in(check.posts) if check.posts else pl.lit(True)
    # Kleene: a breach is sure only if the post is known and the rule is known to be broken.
    holds = ~bound | satisfied
    finding = (
        pl.when(~holds).then(pl.lit("violation")).when(holds.is_null()).then(pl.lit("unknown"))
    )
    return holders.select(
        pl.col("place_code", "holder").cast(pl.String),
        pl.lit(check.rule).alias("rule"),
        finding.alias("finding"),
        given.alias("given"),
        pl.lit(check.severity).alias("severity"),
        pl.lit(join_clauses(check.clauses)).alias("clauses"),
    ).filter(pl.col("finding").is_not_null())
