"""Classes from a decision table (分类认定), with conditions that may be unknown.

Each rule of the table is a verdict column computed beforehand. Does not know what the conditions
ask or what a class entails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from bangfu.engine.targeting.selection import require_verdicts
from bangfu.vocabulary.errors import ComputationError

__all__ = ["ClassRule", "Hit", "classify"]

#: How many rules may hold: the first that does, exactly one, or any number.
Hit = Literal["first", "unique", "collect"]


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One row of a decision table: the verdict column ``condition`` gives the class."""

    condition: str
    class_code: str


def classify(table: pl.DataFrame, rules: Sequence[ClassRule], *, hit: Hit) -> pl.DataFrame:
    """Put every row of a table into its class, or say why that cannot be done yet.

    Parameters
    ----------
    table : frame with a verdict column (Boolean, null = unknown) per rule; one row per unit
    rules : sequence of ClassRule
        In the order of the decision table, at least one. A last rule for all the rest needs a
        column that is always true.
    hit : {"first", "unique", "collect"}

    Returns
    -------
    frame
        ``table`` with ``class_code`` str, ``outcome`` str, ``classes_yes`` and
        ``classes_unknown`` lists of str (classes of the rules that hold and that are unknown, in
        the order of the rules, each once). Outcomes:

        - ``decided``: ``class_code`` is given (for ``collect``: every rule is known and at least
          one holds; ``class_code`` is given if it is one class only)
        - ``none``: every rule is known and none holds
        - ``unknown``: an unknown rule could change the answer
        - ``conflict``: under ``unique`` two rules hold; see ``classes_yes``

    Raises
    ------
    ComputationError
        If there is no rule, a condition is missing or is no verdict, or ``hit`` is unknown.

    Notes
    -----
    ``first``: the first rule that holds, provided no earlier rule is unknown. ``unique``: the one
    rule that holds while all others do not; two that hold are a conflict even if a third is
    unknown. Rules are counted, not classes: under ``unique`` two rules of the same class
    conflict too.

    Examples
    --------
    >>> table = pl.DataFrame({"weak": [True, None, False], "rest": [True, True, True]})
    >>> rules = [ClassRule("weak", "priority"), ClassRule("rest", "consolidating")]
    >>> classify(table, rules, hit="first").select("class_code", "outcome").rows()
    [('priority', 'decided'), (None, 'unknown'), ('consolidating', 'decided')]
    """
    if hit not in get_args(Hit):
        raise ComputationError("unknown hit policy", hit=hit, accepted=list(get_args(Hit)))
    if not rules:
        raise ComputationError("a decision table needs a rule", hit=hit)
    conditions = [rule.condition for rule in rules]
    require_verdicts(table, conditions)
    verdicts = table.select(
        pl.col(rule.condition).cast(pl.Boolean).alias(f"rule_{n}") for n, rule in enumerate(rules)
    )
    lists = verdicts.select(
        classes_yes=_classes([pl.col(name) for name in verdicts.columns], rules),
        classes_unknown=_classes([pl.col(name).is_null() for name in verdicts.columns], rules),
    )
    decide = {"first": _first, "unique": _unique, "collect": _collect}[hit]
    return table.with_columns(decide(verdicts, rules, lists).get_columns() + lists.get_columns())


def _classes(holds: list[pl.Expr], rules: Sequence[ClassRule]) -> pl.Expr:
    """The classes of the rules that hold, each once."""
    named = [
        pl.when(held).then(pl.lit(rule.class_code)) for held, rule in zip(holds, rules, strict=True)
    ]
    return pl.concat_list(named).list.drop_nulls().list.unique(maintain_order=True)


def _first(verdicts: pl.DataFrame, rules: Sequence[ClassRule], lists: pl.DataFrame) -> pl.DataFrame:
    code: pl.Expr = pl.lit(None, dtype=pl.String)
    outcome: pl.Expr = pl.lit("none")
    # From the last rule upwards, so that an earlier rule overrides what stands below it.
    for name, rule in zip(reversed(verdicts.columns), reversed(rules), strict=True):
        held, unknown = pl.col(name), pl.col(name).is_null()
        code = pl.when(held).then(pl.lit(rule.class_code)).when(~unknown).then(code)
        outcome = (
            pl.when(unknown)
            .then(pl.lit("unknown"))
            .when(held)
            .then(pl.lit("decided"))
            .otherwise(outcome)
        )
    return verdicts.select(class_code=code, outcome=outcome)


def _unique(
    verdicts: pl.DataFrame, rules: Sequence[ClassRule], lists: pl.DataFrame
) -> pl.DataFrame:
    yes = pl.sum_horizontal(pl.all().fill_null(False).cast(pl.Int64))
    unknown = pl.sum_horizontal(pl.all().is_null().cast(pl.Int64))
    counts = verdicts.select(yes=yes, unknown=unknown).with_columns(lists["classes_yes"])
    outcome = (
        pl.when(pl.col("yes") > 1)
        .then(pl.lit("conflict"))
        .when(pl.col("unknown") > 0)
        .then(pl.lit("unknown"))
        .when(pl.col("yes") == 1)
        .then(pl.lit("decided"))
        .otherwise(pl.lit("none"))
    )
    return _with_single_class(counts.with_columns(outcome=outcome))


def _collect(
    verdicts: pl.DataFrame, rules: Sequence[ClassRule], lists: pl.DataFrame
) -> pl.DataFrame:
    outcome = (
        pl.when(pl.col("classes_unknown").list.len() > 0)
        .then(pl.lit("unknown"))
        .when(pl.col("classes_yes").list.len() > 0)
        .then(pl.lit("decided"))
        .otherwise(pl.lit("none"))
    )
    return _with_single_class(lists.with_columns(outcome=outcome))


def _with_single_class(answers: pl.DataFrame) -> pl.DataFrame:
    single = (pl.col("outcome") == "decided") & (pl.col("classes_yes").list.len() == 1)
    code = pl.when(single).then(pl.col("classes_yes").list.first())
    return answers.select(class_code=code, outcome=pl.col("outcome"))
