"""Rules on the people posted (选派条件), checked on the table of staff.

Findings name a place, a post and a row, never a person.
"""

from __future__ import annotations

import polars as pl

from bangfu.engine.staffing import (
    PostCheck,
    check_concurrent_post,
    check_establishment,
    check_party_member,
    check_rank,
    check_term,
)
from bangfu.programme.holders import post_words
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import PersonRule
from bangfu.vocabulary.text import Text

__all__ = ["people"]

#: How a finding weighs, by the force of the clause it rests on.
_SEVERITIES = {"must": "block", "principle": "warn"}
_PARTY_WORDS = {
    "中共正式党员": "full",
    "正式党员": "full",
    "中共党员": "full",
    "中共预备党员": "probationary",
    "预备党员": "probationary",
    "群众": "none",
}
#: How offices write that nothing is held besides.
_NO_POSTS = ("无", "没有", "none")


def people(work: Workspace) -> None:
    """Check every rule on persons; add ``staff_findings`` and one check per rule."""
    rules = [rule for rule in work.scheme.staffing.person_rules if rule.kind != "note"]
    staff = work.tables.get("staff")
    if not rules:
        return
    if staff is None:
        work.skip(
            "people",
            "staff",
            Text(
                "没有选派人员表，职级、党员、在编、任期条件未核对。",
                "no table of staff: conditions on persons not checked.",
            ),
        )
        return
    holders = _holders(work, staff)
    parts = [_findings(work, rule, holders) for rule in rules]
    table = pl.concat(parts)
    work.result.tables["staff_findings"] = table
    for rule in rules:
        rows = table.filter(pl.col("rule") == rule.id)
        breaches = rows.filter(pl.col("finding") == "violation").height
        open_ = rows.height - breaches
        work.check(
            f"people.{rule.id}",
            breaches == 0,
            Text(
                f"{rule.label.zh}：不符 {breaches} 人，待核实 {open_} 人。",
                f"{rule.label.en}: {breaches} do not meet it, {open_} unknown.",
            ),
            clauses=rule.clauses,
            failing="warning",
        )


def _holders(work: Workspace, staff: pl.DataFrame) -> pl.DataFrame:
    """Postings in force with the layer of the unit they come from; ``holder`` is the row."""
    starts = pl.col("starts_on").fill_null(pl.date(1, 1, 1))
    ends = pl.col("ends_on").fill_null(pl.date(9999, 12, 31))
    day = pl.lit(work.as_of)
    current = staff.with_row_index("holder", offset=1).filter((starts <= day) & (day < ends))
    units = work.tables.get("units")
    layers = pl.lit(None, dtype=pl.String)
    if units is not None and "layer" in units.columns:
        words = {
            word: layer.id
            for quota in work.scheme.pairing.quotas
            for layer in quota.layers
            for word in (layer.label.zh, layer.label.en, *layer.aliases)
        }
        by_unit = dict(zip(units["unit_code"], units["layer"].replace(words), strict=True))
        layers = pl.col("unit_code").replace_strict(by_unit, default=None, return_dtype=pl.String)
    return current.with_columns(
        pl.format(
            "row {}", pl.coalesce("row", "holder") if "row" in current.columns else pl.col("holder")
        ).alias("holder"),
        pl.col("post").replace(post_words()),
        pl.col("party_status").replace(_PARTY_WORDS),
        _posts_apart(pl.col("concurrent_posts")),
        layers.alias("layer"),
    )


def _posts_apart(cell: pl.Expr) -> pl.Expr:
    """The posts held besides, apart by ``;`` as the engine takes them; 无 means none."""
    apart = cell.str.replace_all(r"\s", "").str.replace_all("[、，,；/]", ";")
    return apart.replace(dict.fromkeys(_NO_POSTS, "")).alias("concurrent_posts")


def _findings(work: Workspace, rule: PersonRule, holders: pl.DataFrame) -> pl.DataFrame:
    force = work.scheme.clauses[rule.clauses[0]].force if rule.clauses else "other"
    severity = _SEVERITIES.get(force, "info")
    check = PostCheck(rule.id, rule.posts, severity, rule.clauses)  # type: ignore[arg-type]
    if rule.layers:
        # A holder whose layer is not known is looked into, not passed over.
        unknown = pl.col("layer").is_null()
        holders = holders.filter(unknown | pl.col("layer").is_in(list(rule.layers))).with_columns(
            pl.when(unknown).then(None).otherwise(pl.col("rank")).alias("rank")
        )
    limit = work.figure(f"staffing.{rule.id}.limit")
    if rule.kind == "rank_at_least" and limit is not None:
        return check_rank(holders, check, scale=work.scheme.staffing.ranks, floor=limit.value)
    if rule.kind == "term_at_most" and limit is not None:
        return check_term(holders, check, years=int(limit.value[0]), on=work.as_of)
    if rule.kind == "concurrent_post" and limit is not None:
        named = (limit.value,) if limit.kind == "text" else limit.value
        return check_concurrent_post(holders, check, required=named)
    if rule.kind == "on_establishment":
        return check_establishment(holders, check)
    accepted = ("full", "probationary") if rule.kind == "party_member" else ("full",)
    return check_party_member(holders, check, accepted=accepted)
