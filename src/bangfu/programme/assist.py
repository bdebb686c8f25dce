"""Assistance (分层分类救助): the tier each household comes to by its figures, for people to decide.

Lays the facts beside the local line, runs the conditions of the scheme and counts by county.
Results hold codes of households, never names.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.engine.monitoring import assign_tiers, household_lines, ratio_pct_text
from bangfu.programme.household_facts import local_lines, read_facts
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.expression import parse, run_expressions
from bangfu.schemes.expression.types import Scope
from bangfu.schemes.format import Monitored, Tier
from bangfu.schemes.household_scope import household_scope, monitored_scope
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["TIER_COLUMNS", "assistance"]

TIER_COLUMNS: Final = (
    "household_code",
    "place_code",
    "county_code",
    "tier",
    "verdict",
    "ratio_pct",
    "boundary",
    "monitored",
    "reason",
    "clauses",
)
_OUTCOMES: Final = {True: "yes", False: "no"}


def assistance(work: Workspace) -> None:
    """Work out the tier of every household; add ``tiers``, ``tier_counts`` and headlines."""
    file = work.scheme.assistance
    if not file.tiers:
        return
    households = work.tables.get("households")
    if households is None:
        zh, en = "没有农户表，救助分层未测算。", "no table of households: no tiers worked out."
        work.skip("assistance", "households", Text(zh, en))
        return
    facts = _with_lines(work, read_facts(households, file.facts))
    tiers = _tiers(work, facts)
    work.result.tables["tiers"] = tiers.select(TIER_COLUMNS)
    work.result.tables["tier_counts"] = _counts(work, tiers)
    _headlines(work, tiers)
    work.notice(
        "assistance",
        Text(
            "救助分层由系统测算，仅供参考；是否救助、按哪一层救助，由民政部门调查核实后认定。",
            "Tiers are worked out for reference; whether and in which tier a household is helped "
            "is decided by the civil affairs department after inquiry.",
        ),
    )


def _with_lines(work: Workspace, facts: pl.DataFrame) -> pl.DataFrame:
    """The facts under their names, with the county and the lines of each household."""
    file = work.scheme.assistance
    assert file.line is not None
    counties = dict(zip(work.places["code"], work.places["county_of"], strict=True))
    lines = local_lines(work, file.line.element, work.as_of)
    months = work.whole("assistance.line.months")
    table = facts.with_columns(
        pl.col("place_code")
        .replace_strict(counties, default=None, return_dtype=pl.String)
        .alias("county_code")
    ).with_columns(
        pl.col("county_code")
        .replace_strict(lines, default=None, return_dtype=pl.Int64)
        .alias("line_fen"),
        pl.col(str(file.persons)).alias("persons"),
        pl.col(str(file.income)).alias("income_fen"),
    )
    columns = [_line_of(table, months).alias("own_line_fen")]
    for line in file.lines:
        multiple = work.whole(f"assistance.{line.id}.multiple")
        times = None if months is None or multiple is None else months * multiple
        columns.append(_line_of(table, times).alias(line.name))
    names = [pl.col(fact.id).alias(fact.name) for fact in file.facts]
    return table.with_columns(columns).with_columns(names)


def _line_of(table: pl.DataFrame, multiple: int | None) -> pl.Series:
    if multiple is None:
        return pl.repeat(None, table.height, dtype=pl.Int64, eager=True)
    return household_lines(table, multiple=multiple)


def _tiers(work: Workspace, facts: pl.DataFrame) -> pl.DataFrame:
    """Verdict, tier, flags and reasons of every household."""
    file = work.scheme.assistance
    scope = household_scope(file)
    conditions = {tier.id: _condition(work, tier) for tier in file.tiers}
    edges = {f"edge_{tier.id}": tier.boundary for tier in file.tiers if tier.boundary}
    notes = {f"note_{note.id}": note.when for note in file.notes}
    judged = _judge(facts, {**conditions, **edges, **notes}, scope)
    table = facts.with_columns(judged.drop("place_code").get_columns())
    if file.monitored is not None:
        named = {"monitored": _condition(work, file.monitored)}
        watched = _judge(table, named, monitored_scope(file))["monitored"]
    else:
        watched = pl.repeat(None, table.height, dtype=pl.Boolean, eager=True)
    assigned = assign_tiers(table, {tier.id: tier.tier for tier in file.tiers})
    return table.with_columns(
        assigned["tier"],
        assigned["verdict"],
        _ratios(table),
        (pl.any_horizontal(*edges) if edges else pl.lit(False)).alias("boundary"),
        watched.replace_strict(_OUTCOMES, default="unknown", return_dtype=pl.String).alias(
            "monitored"
        ),
    ).with_columns(_reason(work), _clauses(work))


def _condition(work: Workspace, entry: Tier | Monitored) -> str:
    option = work.scheme.chosen(entry.reading) if entry.reading else None
    return entry.when.get(option or "") or next(iter(entry.when.values()))


def _judge(facts: pl.DataFrame, conditions: dict[str, str], scope: Scope) -> pl.DataFrame:
    """Conditions household by household, in three-valued logic; the key is the household."""
    parsed = {name: parse(source, scope) for name, source in conditions.items()}
    keyed = facts.drop("place_code").with_columns(pl.col("household_code").alias("place_code"))
    return run_expressions(parsed, keyed)


def _ratios(table: pl.DataFrame) -> pl.Series:
    pairs = zip(table["income_fen"], table["own_line_fen"], strict=True)
    texts = [ratio_pct_text(income, line) for income, line in pairs]
    return pl.Series("ratio_pct", texts, dtype=pl.String)


def _reason(work: Workspace) -> pl.Expr:
    """In words: the ratio, each tier's outcome, what is missing, what people should look at."""
    file = work.scheme.assistance
    ratio = pl.when(pl.col("ratio_pct").is_not_null()).then(
        pl.format("人均收入为低保标准的{}%", "ratio_pct")
    )
    tiers = [
        pl.concat_str(
            pl.lit(f"第{tier.tier}层{tier.label.zh}："),
            pl.col(tier.id).replace_strict(
                {True: "符合", False: "不符合"}, default="待核实", return_dtype=pl.String
            ),
        )
        for tier in file.tiers
    ]
    needed = {**{fact.name: fact.label.zh for fact in file.facts}, "line_fen": "当地低保标准"}
    missing = pl.concat_str(
        [
            pl.when(pl.col(column).is_null()).then(pl.lit(f"{label}、")).otherwise(pl.lit(""))
            for column, label in needed.items()
        ]
    ).str.strip_chars_end("、")
    lacking = pl.when(missing != "").then(pl.format("缺：{}", missing))
    edge = pl.when(pl.col("boundary").fill_null(False)).then(pl.lit("恰在分界线上，请复核"))
    notes = [
        pl.when(pl.col(f"note_{note.id}").fill_null(False)).then(pl.lit(note.label.zh))
        for note in file.notes
    ]
    parts = [ratio, *tiers, lacking, edge, *notes]
    return pl.concat_str(parts, separator="；", ignore_nulls=True).alias("reason")


def _clauses(work: Workspace) -> pl.Expr:
    """The clauses of the tiers a household may come to; of all tiers where it comes to none."""
    tiers = work.scheme.assistance.tiers
    every = join_clauses(list(dict.fromkeys(c for tier in tiers for c in tier.clauses)))
    column = pl.lit(every)
    for tier in tiers:
        own = pl.lit(join_clauses(tier.clauses))
        column = pl.when(pl.col("tier") == tier.tier).then(own).otherwise(column)
    return column.alias("clauses")


def _counts(work: Workspace, tiers: pl.DataFrame) -> pl.DataFrame:
    """Households and persons by county, tier and verdict; persons unknown where one is."""
    persons = (
        pl.when(pl.col("persons").is_null().any()).then(None).otherwise(pl.col("persons").sum())
    )
    return (
        tiers.group_by("county_code", "tier", "verdict", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("households"),
            persons.alias("persons"),
            pl.col("boundary").fill_null(False).sum().cast(pl.Int64).alias("boundary"),
        )
        .sort("county_code", "tier", "verdict", nulls_last=True)
        .select(
            "county_code",
            pl.col("county_code")
            .replace_strict(work.names, default=None, return_dtype=pl.String)
            .alias("name"),
            "tier",
            "verdict",
            "households",
            "persons",
            "boundary",
        )
    )


def _headlines(work: Workspace, tiers: pl.DataFrame) -> None:
    file = work.scheme.assistance
    every = tuple(dict.fromkeys(c for tier in file.tiers for c in tier.clauses))
    certain = pl.col("verdict") == "yes"
    rows = [
        (tier.id, tier.label.text, (pl.col("tier") == tier.tier) & certain, tier.clauses)
        for tier in file.tiers
    ]
    rows += [
        ("none", Text("不属于各层", "In no tier"), pl.col("verdict") == "no", every),
        (
            "unknown",
            Text("救助待核实", "Assistance unknown"),
            pl.col("verdict") == "unknown",
            every,
        ),
        (
            "open_tier",
            Text("应予救助、层次待核实", "To be helped, tier open"),
            certain & pl.col("tier").str.contains(";"),
            every,
        ),
        ("boundary", Text("恰在分界线上", "Exactly on the edge"), pl.col("boundary"), every),
    ]
    if file.monitored is not None:
        watched = pl.col("monitored") == "yes"
        rows.append(("monitored", file.monitored.label.text, watched, file.monitored.clauses))
    for name, label, condition, clauses in rows:
        number = int(tiers.select(condition.fill_null(False).sum()).item())
        work.headline(
            Headline(f"assistance.{name}", label, number, "户", clauses, step="assistance")
        )
