"""Goals (目标): every goal tested for each place, and for the whole body where it speaks of one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from bangfu.engine.goals import (
    assess_bodies,
    assess_body_count,
    assess_body_growth,
    assess_body_share,
    assess_growth,
    assess_judgement,
    assess_level,
)
from bangfu.programme.conditions import Judge, members_of
from bangfu.programme.geography import ANCESTOR_COLUMNS
from bangfu.programme.reasons import figure_expression
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.figures import figure_text
from bangfu.schemes.format import Goal
from bangfu.schemes.format.goals import COMPARED_MEASURES
from bangfu.schemes.scope import figure_value
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["GOAL_COLUMNS", "goals"]

GOAL_COLUMNS = (
    "goal_id",
    "scope",
    "reading",
    "place_code",
    "name",
    "owner_code",
    "period",
    "value",
    "threshold",
    "op",
    "result",
    "status",
    "clauses",
)
_BODY = "body"
_WHOLE_BODY = Text("全部单位", "the whole body")


class _Outcome(NamedTuple):
    """Results of a goal under one reading, for each place or for the whole body."""

    reading: str
    scope: str
    results: pl.DataFrame


def goals(work: Workspace) -> None:
    """Test every goal; add the table ``goals`` and its headlines."""
    if not work.scheme.goals.goals:
        return
    if work.listed.is_empty():
        work.skip(
            "goals",
            "list_members、indicators",
            Text("没有列入的单位，目标无从检验。", "no listed places; no goal can be tested."),
        )
        return
    parts = []
    for goal in work.scheme.goals.goals:
        if goal.measure in COMPARED_MEASURES:
            continue
        tested = list(_tested(work, goal))
        parts.extend(tested)
        for part in tested:
            _headline(work, goal, part)
    if parts:
        work.result.tables["goals"] = pl.concat(parts).select(GOAL_COLUMNS)


def _tested(work: Workspace, goal: Goal) -> Iterator[pl.DataFrame]:
    """The results of one goal, one frame per reading and scope."""
    year = work.whole(f"goals.{goal.id}.year")
    if year is None:
        return
    objects = _objects(work, goal)
    if objects.is_empty():
        work.skip(
            "goals",
            "places",
            Text(f"{goal.label.zh}：没有检验对象。", f"{goal.label.en}: nothing to test."),
        )
        return
    for outcome in _results(work, goal, objects, year):
        yield _laid_out(work, goal, objects, outcome)


def _objects(work: Workspace, goal: Goal) -> pl.DataFrame:
    """The places tested, as rows of places with ``owner``, the listed place they belong to."""
    of_list = work.listed.filter(pl.col("list") == goal.target_list)
    if goal.classes:
        of_list = of_list.filter(pl.col("class").is_in(list(goal.classes)))
    listed = work.places.filter(pl.col("code").is_in(of_list["place_code"].to_list()))
    if goal.member_level is None or (goal.measure == "condition" and not goal.member_level):
        return listed.with_columns(pl.col("code").alias("owner"))
    if listed.is_empty():
        return listed.with_columns(pl.col("code").alias("owner"))
    owner = ANCESTOR_COLUMNS[listed["level"][0]]
    members = members_of(work, goal.member_level, goal.member_include)
    return members.filter(pl.col(owner).is_in(listed["code"].to_list())).with_columns(
        pl.col(owner).alias("owner")
    )


def _results(work: Workspace, goal: Goal, objects: pl.DataFrame, year: int) -> Iterator[_Outcome]:
    match goal.measure:
        case "level":
            yield _Outcome("", "each", _level(work, goal, objects, year))
        case "growth":
            yield from _growth(work, goal, objects, year)
        case "condition":
            yield _Outcome("", "each", _condition(work, goal, objects, year))
        case "body_count" | "body_share":
            yield from _body(work, goal, objects, year)
        case _:
            yield _Outcome("", "each", _for_judgement(objects["code"]))


def _for_judgement(codes: pl.Series) -> pl.DataFrame:
    """A goal without a measure: open until a person has decided."""
    return assess_judgement(
        pl.DataFrame(
            {"place_code": codes, "verdict": None, "status": "provisional"},
            schema={"place_code": pl.String, "verdict": pl.Boolean, "status": pl.String},
        )
    )


def _element_id(work: Workspace, goal: Goal) -> str:
    if goal.element_by_reading and goal.reading:
        option = work.scheme.chosen(goal.reading) or ""
        return goal.element_by_reading.get(option, goal.element or "")
    return goal.element or ""


def _series(
    work: Workspace, objects: pl.DataFrame, element: str, year: int, name: str
) -> pl.DataFrame:
    """place_code, the figure of a year under ``name`` and its status under ``<name>_status``."""
    codes = objects.select(pl.col("code").alias("place_code"))
    values = work.measurements.wide(year, [element]).rename({element: name})
    final = work.measurements.final(year, [element]).rename({element: "is_final"})
    table = codes.join(values, on="place_code", how="left", maintain_order="left").join(
        final, on="place_code", how="left", maintain_order="left"
    )
    status = (
        pl.when(pl.col("is_final").fill_null(False))
        .then(pl.lit("final"))
        .otherwise(pl.lit("provisional"))
    )
    return table.select("place_code", name, status.alias(f"{name}_status"))


def _level(work: Workspace, goal: Goal, objects: pl.DataFrame, year: int) -> pl.DataFrame:
    element = _element_id(work, goal)
    threshold = figure_value(work.figure(f"goals.{goal.id}.threshold"))
    table = _series(work, objects, element, year, "value").rename({"value_status": "status"})
    table = table.with_columns(pl.col("value").cast(pl.Int64))
    if not isinstance(threshold, int):
        _skip_without_figure(work, goal)
        return _for_judgement(table["place_code"])
    assert goal.op is not None
    results = assess_level(table, op=goal.op, threshold=threshold)
    shown = table.select(figure_expression(work.scheme.catalogue[element], "value").alias("shown"))
    return results.with_columns(
        shown["shown"].alias("value_text"),
        pl.lit(figure_text(work.figure(f"goals.{goal.id}.threshold"))).alias("threshold"),
    )


def _skip_without_figure(work: Workspace, goal: Goal) -> None:
    work.skip(
        "goals",
        f"goals.{goal.id}.threshold",
        Text(f"{goal.label.zh}：数值文件未明确、待定。", f"{goal.label.en}: no figure is stated."),
    )


def _growth(work: Workspace, goal: Goal, objects: pl.DataFrame, year: int) -> Iterator[_Outcome]:
    """Both readings: on the year before, and yearly average since the base year."""
    rate = work.figure(f"goals.{goal.id}.threshold")
    base_year = work.whole(f"goals.{goal.id}.base_year")
    if rate is None or goal.op is None:
        return
    spans = {"growth_yoy": year - 1}
    if base_year is not None:
        spans["growth_annual_avg"] = base_year
    element = _element_id(work, goal)
    now = _series(work, objects, element, year, "current")
    for reading, base in spans.items():
        before = _series(work, objects, element, base, "base")
        table = now.join(before, on="place_code", how="left", maintain_order="left")
        years = year - base
        if years < 1:
            continue
        assert isinstance(rate.value, Fraction)
        each = assess_growth(table, op=goal.op, rate_pct=rate.value, years=years)
        yield _Outcome(reading, "each", each)
        body = assess_body_growth(
            table, body_code=_BODY, op=goal.op, rate_pct=rate.value, years=years
        )
        yield _Outcome(reading, _BODY, body)


def _condition(work: Workspace, goal: Goal, objects: pl.DataFrame, year: int) -> pl.DataFrame:
    assert goal.condition is not None
    judge = Judge(work, year)
    found = judge.judge(objects, {"met": goal.condition})
    final = judge.statuses(objects, {"met": goal.condition})
    result = pl.col("met").replace_strict(
        {True: "met", False: "not_met"}, default="unknown", return_dtype=pl.String
    )
    known = found["met"].is_not_null() & final
    return found.select(
        "place_code",
        pl.lit(None, dtype=pl.Int64).alias("value_num"),
        pl.lit(None, dtype=pl.String).alias("value_text"),
        pl.lit(goal.condition).alias("threshold"),
        pl.lit("").alias("op"),
        result.alias("result"),
        pl.Series("status", ["final" if flag else "provisional" for flag in known]),
    )


def _body(work: Workspace, goal: Goal, objects: pl.DataFrame, year: int) -> Iterator[_Outcome]:
    """Number or share this year, for the body and for each owner if asked.

    It is compared with the figure of the goal, or with last year's where the goal has none.
    """
    assert goal.condition is not None
    assert goal.op is not None
    path = f"goals.{goal.id}.threshold"
    figure = work.figure(path)
    if figure is not None:
        yield from _body_against(work, goal, objects, year)
        return
    if "threshold" in goal.model_fields_set:
        _skip_without_figure(work, goal)
        yield _Outcome("", _BODY, _for_judgement(pl.Series([_BODY])))
        return
    now = _yearly_condition(work, goal.condition, objects, year, "now")
    before = _yearly_condition(work, goal.condition, objects, year - 1, "before")
    table = now.join(before, on="place_code", how="left", maintain_order="left").with_columns(
        objects["owner"]
    )
    assess = assess_body_count if goal.measure == "body_count" else assess_body_share
    yield _Outcome("", _BODY, assess(table.drop("owner"), body_code=_BODY, op=goal.op))
    if goal.per_place:
        owners = assess_bodies(table, body="owner", op=goal.op, shares=goal.measure == "body_share")
        yield _Outcome("", "each", owners)


def _body_against(
    work: Workspace, goal: Goal, objects: pl.DataFrame, year: int
) -> Iterator[_Outcome]:
    assert goal.condition is not None
    assert goal.op is not None
    figure = work.figure(f"goals.{goal.id}.threshold")
    assert figure is not None
    now = _yearly_condition(work, goal.condition, objects, year, "now")
    shares = goal.measure == "body_share"
    if shares:
        share = Fraction(figure.value)
        whole = assess_body_share(now, body_code=_BODY, op=goal.op, threshold_pct=share)
    else:
        whole = assess_body_count(now, body_code=_BODY, op=goal.op, threshold=int(figure.value))
    yield _Outcome("", _BODY, whole)
    if goal.per_place:
        against = Fraction(figure.value)
        owned = now.with_columns(objects["owner"])
        owners = assess_bodies(owned, body="owner", op=goal.op, shares=shares, threshold=against)
        yield _Outcome("", "each", owners)


def _yearly_condition(
    work: Workspace, condition: str, objects: pl.DataFrame, year: int, name: str
) -> pl.DataFrame:
    judge = Judge(work, year)
    found = judge.judge(objects, {name: condition})
    final = judge.statuses(objects, {name: condition})
    status = pl.Series(f"{name}_status", ["final" if flag else "provisional" for flag in final])
    return found.with_columns(status)


def _laid_out(
    work: Workspace, goal: Goal, objects: pl.DataFrame, outcome: _Outcome
) -> pl.DataFrame:
    """Engine results as rows of the output table."""
    owners = objects.select(
        pl.col("code").alias("place_code"), pl.col("owner").alias("owner_code"), "name"
    )
    value = pl.coalesce("value_text", pl.col("value_num").cast(pl.String))
    return outcome.results.join(owners, on="place_code", how="left", maintain_order="left").select(
        pl.lit(goal.id).alias("goal_id"),
        pl.lit(outcome.scope).alias("scope"),
        pl.lit(outcome.reading).alias("reading"),
        "place_code",
        pl.when(pl.col("place_code") == _BODY)
        .then(pl.lit(_WHOLE_BODY.zh))
        .otherwise(pl.col("name").fill_null(pl.col("place_code").replace(work.names)))
        .alias("name"),
        pl.coalesce("owner_code", "place_code").alias("owner_code"),
        pl.lit(str(work.whole(f"goals.{goal.id}.year"))).alias("period"),
        value.alias("value"),
        pl.col("threshold").cast(pl.String),
        pl.col("op").cast(pl.String),
        "result",
        "status",
        pl.lit(join_clauses(goal.clauses)).alias("clauses"),
    )


def _headline(work: Workspace, goal: Goal, part: pl.DataFrame) -> None:
    """How many met the goal, of how many; nothing for the body or where people judge."""
    if part.is_empty() or part["scope"][0] == _BODY or goal.measure == "judgement":
        return
    reading = part["reading"][0]
    suffix = f".{reading}" if reading else ""
    met = part.filter(pl.col("result") == "met").height
    unknown = part.filter(pl.col("result") == "unknown").height
    words = {
        "growth_yoy": ("（较上年）", " (on the year before)"),
        "growth_annual_avg": ("（年均）", " (yearly average)"),
        "": ("", ""),
    }[reading]
    work.headline(
        Headline(
            f"goals.{goal.id}{suffix}.met",
            Text(f"{goal.label.zh}{words[0]}：达标", f"{goal.label.en}{words[1]}: met"),
            met,
            "个",
            goal.clauses,
            basis=Text(
                f"共 {part.height} 个，待核实 {unknown} 个", f"of {part.height}, unknown {unknown}"
            ),
            step="goals",
        )
    )
