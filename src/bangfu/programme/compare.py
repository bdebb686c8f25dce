"""Goals over a series of years (逐年比较的目标): growth above a mean, shares, stable support.

Each year is set against another figure of the same years; every way of reading the goal is
computed and shown. Rows are added to the table ``goals``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from bangfu.engine.goals import assess_body_growth, assess_growth, assess_judgement
from bangfu.engine.goals.above import Benchmark, assess_above, assess_pooled_above
from bangfu.engine.goals.shares import assess_share_change, summed_shares
from bangfu.engine.numeric.growth import growth_pct_text_column
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Goal
from bangfu.schemes.format.goals import COMPARED_MEASURES
from bangfu.schemes.scope import figure_value
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["comparisons"]

_BODY: Final = "body"
_WHOLE_BODY: Final = Text("全部单位", "the whole body")
_PANEL: Final = "panel"
_CROSS_SECTION: Final = "cross_section"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Results of a goal for one year under one reading, for each place or for the whole body."""

    scope: str
    reading: str
    year: int
    results: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Span:
    """Two years that are compared, and the word for how far they lie apart."""

    word: str
    year: int
    base: int


def comparisons(work: Workspace) -> None:
    """Test the goals that compare years; add their rows to ``goals`` and their headlines."""
    found = [goal for goal in work.scheme.goals.goals if goal.measure in COMPARED_MEASURES]
    parts = [part for goal in found for part in _tested(work, goal)]
    if not parts:
        return
    earlier = work.result.tables.get("goals")
    rows = pl.concat(parts)
    work.result.tables["goals"] = rows if earlier is None else pl.concat([earlier, rows])


def _tested(work: Workspace, goal: Goal) -> Iterator[pl.DataFrame]:
    first, last = (work.whole(f"goals.{goal.id}.{name}") for name in ("base_year", "year"))
    if first is None or last is None or last <= first:
        return
    if _listed(work, goal).is_empty():
        zh, en = f"{goal.label.zh}：没有检验对象。", f"{goal.label.en}: nothing to test."
        work.skip("goals", "list_members、places", Text(zh, en))
        return
    tests = {"growth_above": _above, "share_not_below": _shares, "fall_within": _falls}
    outcomes = list(tests[goal.measure](work, goal, first, last))
    for outcome in outcomes:
        yield _laid_out(work, goal, outcome)
    _headline(work, goal, outcomes)


def _listed(work: Workspace, goal: Goal) -> pl.DataFrame:
    """The places of the goal that were ever on its list."""
    rows = work.listed.filter(pl.col("list") == goal.target_list)
    return rows.filter(pl.col("class").is_in(list(goal.classes))) if goal.classes else rows


def _members(work: Workspace, goal: Goal, year: int, first: int) -> pl.DataFrame:
    """The places on the list at the end of a year: place_code, name.

    The list is made in the first year of the goal; the base year before it has the same members.
    """
    day = date(max(year, first + 1), 12, 31)
    entered = pl.col("entered_on").fill_null(date.min) <= day
    still = pl.col("exited_on").is_null() | (pl.col("exited_on") > day)
    return _listed(work, goal).filter(entered & still).select("place_code", "name")


def _figures(work: Workspace, codes: pl.DataFrame, element: str, year: int) -> pl.DataFrame:
    """place_code, value and status of an element in a year, in the order of ``codes``."""
    values = work.measurements.wide(year, [element]).rename({element: "value"})
    final = work.measurements.final(year, [element]).rename({element: "is_final"})
    table = codes.select("place_code")
    for part in (values, final):
        table = table.join(part, on="place_code", how="left", maintain_order="left")
    status = pl.when(pl.col("is_final").fill_null(False)).then(pl.lit("final"))
    return table.select(
        "place_code",
        pl.col("value").cast(pl.Int64),
        status.otherwise(pl.lit("provisional")).alias("status"),
    )


def _pair(work: Workspace, codes: pl.DataFrame, element: str, span: _Span) -> pl.DataFrame:
    """The figures of both years side by side: current, base and their statuses."""
    now = _figures(work, codes, element, span.year)
    before = _figures(work, codes, element, span.base)
    return now.rename({"value": "current", "status": "current_status"}).with_columns(
        before["value"].alias("base"), before["status"].alias("base_status")
    )


def _above(work: Workspace, goal: Goal, first: int, last: int) -> Iterator[_Outcome]:
    """Growth above the benchmark: each year and cumulative, fixed members and those of the year."""
    spans = [_Span("yearly", year, year - 1) for year in range(first + 1, last + 1)]
    for span in [*spans, _Span("cumulative", last, first)]:
        benchmark = _benchmark(work, goal, span)
        for kind in (_PANEL, _CROSS_SECTION):
            yield from _above_one(work, goal, span, (kind, first, benchmark))


def _above_one(
    work: Workspace, goal: Goal, span: _Span, reading: tuple[str, int, Benchmark]
) -> Iterator[_Outcome]:
    kind, first, benchmark = reading
    assert goal.element is not None
    assert goal.op is not None
    panel = kind == _PANEL
    element = (goal.panel_element if panel else None) or goal.element
    now_codes = _members(work, goal, first if panel else span.year, first)
    base_codes = _members(work, goal, first if panel else span.base, first)
    name = f"{span.word}.{kind}"
    each = assess_above(_pair(work, now_codes, element, span), benchmark, op=goal.op)
    yield _Outcome("each", name, span.year, each)
    # A panel keeps its weights as it keeps its members: only the figures move.
    weight_years = (first, first) if panel else (span.year, span.base)
    now, before = (
        _weighed(work, goal, _figures(work, codes, element, year), weight_year)
        for codes, year, weight_year in zip(
            (now_codes, base_codes), (span.year, span.base), weight_years, strict=True
        )
    )
    body = assess_pooled_above(now, before, benchmark, body_code=_BODY, op=goal.op)
    yield _Outcome(_BODY, name, span.year, body)


def _weighed(work: Workspace, goal: Goal, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Figures with the weight of each place; every place counts alike without an element."""
    if goal.weight_element is None:
        return figures.with_columns(pl.lit(1, dtype=pl.Int64).alias("weight"))
    weights = _figures(work, figures, goal.weight_element, year)
    both_final = (pl.col("status") == "final") & (weights["status"] == "final")
    return figures.with_columns(
        weights["value"].alias("weight"),
        pl.when(both_final).then(pl.lit("final")).otherwise(pl.lit("provisional")).alias("status"),
    )


def _benchmark(work: Workspace, goal: Goal, span: _Span) -> Benchmark:
    """The figures compared with: those of the province, or the yearly series of the scheme."""
    assert goal.benchmark is not None
    if goal.benchmark.element is None:
        series = work.scheme.origin(f"goals.{goal.id}.benchmark.series")
        current, base = (figure_value(series.for_year(year)) for year in (span.year, span.base))
        return Benchmark(_whole(current), _whole(base))
    province = pl.DataFrame({"place_code": [work.scheme.about.province_code]})
    row = _pair(work, province, goal.benchmark.element, span).row(0, named=True)
    final = row["current_status"] == row["base_status"] == "final"
    return Benchmark(row["current"], row["base"], final)


def _whole(value: int | str | None) -> int | None:
    return value if isinstance(value, int) else None


def _shares(work: Workspace, goal: Goal, first: int, last: int) -> Iterator[_Outcome]:
    """The share of one element in another, each year against the year before."""
    assert goal.element is not None
    assert goal.per_element is not None
    chosen = work.scheme.chosen(goal.reading) if goal.reading else None
    op = goal.op_by_reading.get(chosen or "", goal.op or ">=")
    for year in range(first + 1, last + 1):
        codes = _members(work, goal, year, first)
        span = _Span("yearly", year, year - 1)
        part = _pair(work, codes, goal.element, span)
        whole = _pair(work, codes, goal.per_element, span)
        table = part.select(
            "place_code",
            pl.col("current").alias("part_now"),
            whole["current"].alias("whole_now"),
            pl.col("base").alias("part_before"),
            whole["base"].alias("whole_before"),
            _both(part["current_status"], whole["current_status"]).alias("now_status"),
            _both(part["base_status"], whole["base_status"]).alias("before_status"),
        )
        yield _Outcome("each", "", year, assess_share_change(table, op=op))
        body = summed_shares(table, body_code=_BODY)
        yield _Outcome(_BODY, "", year, assess_share_change(body, op=op))


def _both(one: pl.Series, other: pl.Series) -> pl.Series:
    flags = (one == "final") & (other == "final")
    return pl.Series(["final" if flag else "provisional" for flag in flags], dtype=pl.String)


def _falls(work: Workspace, goal: Goal, first: int, last: int) -> Iterator[_Outcome]:
    """The change on the year before; without a limit it is shown and people judge."""
    assert goal.element is not None
    limit = work.figure(f"goals.{goal.id}.threshold")
    for year in range(first + 1, last + 1):
        table = _pair(
            work, _members(work, goal, year, first), goal.element, _Span("yearly", year, year - 1)
        )
        if limit is None:
            yield _Outcome("each", "", year, _shown(table))
            continue
        rate = -Fraction(limit.value)
        yield _Outcome("each", "", year, assess_growth(table, op=">=", rate_pct=rate))
        if not table.is_empty():
            body = assess_body_growth(table, body_code=_BODY, op=">=", rate_pct=rate)
            yield _Outcome(_BODY, "", year, body)


def _shown(table: pl.DataFrame) -> pl.DataFrame:
    """The change of each place, open until a person has judged it."""
    changes = growth_pct_text_column(table, current="current", base="base")
    return assess_judgement(
        table.select(
            "place_code",
            pl.lit(None, dtype=pl.Boolean).alias("verdict"),
            pl.lit("provisional").alias("status"),
            changes.alias("value_text"),
        )
    )


def _laid_out(work: Workspace, goal: Goal, outcome: _Outcome) -> pl.DataFrame:
    """Engine results as rows of the output table ``goals``."""
    is_body = outcome.scope == _BODY
    name = (
        pl.lit(_WHOLE_BODY.zh)
        if is_body
        else pl.col("place_code").replace_strict(
            work.names, default=pl.col("place_code"), return_dtype=pl.String
        )
    )
    return outcome.results.select(
        pl.lit(goal.id).alias("goal_id"),
        pl.lit(outcome.scope).alias("scope"),
        pl.lit(outcome.reading).alias("reading"),
        "place_code",
        name.alias("name"),
        pl.col("place_code").alias("owner_code"),
        pl.lit(str(outcome.year)).alias("period"),
        pl.coalesce("value_text", pl.col("value_num").cast(pl.String)).alias("value"),
        "threshold",
        "op",
        "result",
        "status",
        pl.lit(join_clauses(goal.clauses)).alias("clauses"),
    )


def _headline(work: Workspace, goal: Goal, outcomes: list[_Outcome]) -> None:
    """How many places met the goal in every year, under the reading that counts."""
    chosen = ""
    if goal.measure == "growth_above":
        chosen = (work.scheme.chosen(goal.reading) if goal.reading else None) or (
            f"cumulative.{_PANEL}"
        )
    each = [o.results for o in outcomes if o.scope == "each" and o.reading == chosen]
    rows = pl.concat(each)
    if rows.is_empty() or (rows["result"] == "judgement").any():
        return
    failed = (pl.col("result") == "not_met").any()
    open_ = (pl.col("result") == "unknown").any()
    places = rows.group_by("place_code").agg(failed.alias("failed"), open_.alias("open"))
    met = places.filter(~pl.col("failed") & ~pl.col("open")).height
    unknown = places.filter(~pl.col("failed") & pl.col("open")).height
    work.headline(
        Headline(
            f"goals.{goal.id}.met",
            Text(f"{goal.label.zh}：达标", f"{goal.label.en}: met"),
            met,
            "个",
            goal.clauses,
            basis=Text(
                f"共 {places.height} 个，待核实 {unknown} 个",
                f"of {places.height}, unknown {unknown}",
            ),
            step="goals",
        )
    )
