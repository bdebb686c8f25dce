"""Duties (履职事项): every recurring duty laid out as dated instances, actor by actor."""

from __future__ import annotations

from datetime import date

import polars as pl

from bangfu.engine.duties import EndOfPeriod, MonthDay, duty_instances
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Duty
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["DUTY_COLUMNS", "duties"]

DUTY_COLUMNS = (
    "duty_id",
    "actor",
    "actor_name",
    "object_code",
    "object_name",
    "period",
    "number",
    "due",
    "clauses",
)
_ASSIGNMENT = {
    "duty_id": pl.String,
    "actor": pl.String,
    "object_code": pl.String,
    "clauses": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}


def duties(work: Workspace) -> None:
    """Lay out all duties of the scheme; add the table ``duties`` and its headlines."""
    parts = [
        part for duty in work.scheme.duties.duties if (part := _instances(work, duty)) is not None
    ]
    if not parts:
        return
    table = pl.concat(parts)
    names = pl.col("object_code").replace_strict(
        {**_unit_names(work), **work.names}, default=pl.col("object_code"), return_dtype=pl.String
    )
    table = table.with_columns(names.alias("object_name"), _actor_name(work).alias("actor_name"))
    work.result.tables["duties"] = table.select(DUTY_COLUMNS)
    _headlines(work, table)


def _instances(work: Workspace, duty: Duty) -> pl.DataFrame | None:
    path = f"duties.{duty.id}"
    every = work.figure(f"{path}.every")
    if every is None:
        work.skip(
            "duties",
            f"{path}.every",
            Text(
                f"{duty.label.zh}：间隔文件未明确、待定，未生成提醒。",
                f"{duty.label.en}: no interval is stated; no instances are made.",
            ),
        )
        return None
    assignments = _assignments(work, duty)
    if assignments.is_empty():
        needs = "units" if duty.about == "units" else "list_members"
        work.skip(
            "duties",
            needs,
            Text(
                f"{duty.label.zh}：没有对象，未生成。", f"{duty.label.en}: no objects, none made."
            ),
        )
        return None
    return duty_instances(
        assignments,
        every=every.value,
        span=_span(work, duty),
        at_least=work.whole(f"{path}.at_least") or 1,
        due=_due(duty),
    )


def _span(work: Workspace, duty: Duty) -> tuple[date, date]:
    """The days the duty runs: those it names, within the period of the scheme."""
    period = work.scheme.about.period
    starts = work.figure(f"duties.{duty.id}.starts_on")
    ends = work.figure(f"duties.{duty.id}.ends_on")
    return (
        starts.value if starts else period.starts_on,
        ends.value if ends else period.ends_on,
    )


def _due(duty: Duty) -> EndOfPeriod | MonthDay | None:
    if duty.due.rule == "end_of_period":
        return EndOfPeriod()
    if duty.due.rule == "day_of_year":
        return MonthDay(duty.due.month or 12, duty.due.day or 31)
    return None


def _assignments(work: Workspace, duty: Duty) -> pl.DataFrame:
    """Who owes the duty to what: one row per actor and object."""
    clauses = join_clauses(duty.clauses)
    if duty.about == "units":
        units = work.tables.get("units")
        if units is None:
            return pl.DataFrame(schema=_ASSIGNMENT)
        return _frame(duty, units["unit_code"], units["unit_code"], clauses)
    if duty.about == "jurisdiction":
        codes = pl.Series("object_code", _jurisdictions(work, duty), dtype=pl.String)
        return _frame(duty, codes, codes, clauses)
    places = work.listed.filter(pl.col("class").is_in(list(duty.classes)))
    actors = places["place_code"] if duty.actor.at == "object" else _above(work, places, duty)
    return _frame(duty, actors, places["place_code"], clauses).with_columns(
        places["entered_on"].alias("valid_from"), places["support_ends_on"].alias("valid_to")
    )


def _frame(duty: Duty, actors: pl.Series, objects: pl.Series, clauses: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"actor": actors.cast(pl.String), "object_code": objects.cast(pl.String)}
    ).select(
        pl.lit(duty.id).alias("duty_id"),
        pl.format("{}@{}", pl.lit(duty.actor.role), pl.col("actor").fill_null("?")).alias("actor"),
        "object_code",
        pl.lit(clauses).alias("clauses"),
        pl.lit(None, dtype=pl.Date).alias("valid_from"),
        pl.lit(None, dtype=pl.Date).alias("valid_to"),
    )


def _above(work: Workspace, places: pl.DataFrame, duty: Duty) -> pl.Series:
    """The place above each object at which the actor sits."""
    if duty.actor.at == "province":
        return pl.Series([work.scheme.about.province_code] * places.height, dtype=pl.String)
    return places[f"{duty.actor.at}_code"]


def _jurisdictions(work: Workspace, duty: Duty) -> list[str]:
    """Places of a level that owe the duty for themselves: those named, else those with targets."""
    if duty.jurisdiction_codes:
        return list(duty.jurisdiction_codes)
    if duty.jurisdiction_level == "province":
        return [work.scheme.about.province_code]
    column = f"{duty.jurisdiction_level}_code"
    if column not in work.listed.columns:
        return []
    return sorted(code for code in work.listed[column].unique() if code is not None)


def _unit_names(work: Workspace) -> dict[str, str]:
    units = work.tables.get("units")
    return {} if units is None else dict(zip(units["unit_code"], units["name"], strict=True))


def _actor_name(work: Workspace) -> pl.Expr:
    """The actor in words: the role, and the place or unit it belongs to."""
    roles = {duty.actor.role: duty.actor.label.zh for duty in work.scheme.duties.duties}
    names = {**_unit_names(work), **work.names}
    role = pl.col("actor").str.split("@").list.first()
    at = pl.col("actor").str.split("@").list.last()
    return pl.concat_str(
        at.replace_strict(names, default=at, return_dtype=pl.String),
        role.replace_strict(roles, default=role, return_dtype=pl.String),
        separator=" ",
    )


def _headlines(work: Workspace, table: pl.DataFrame) -> None:
    """How many instances each duty makes in the year of the run (or its last year)."""
    years = pl.col("period").str.slice(0, 4).cast(pl.Int64)
    for duty in work.scheme.duties.duties:
        rows = table.filter(pl.col("duty_id") == duty.id)
        if rows.is_empty():
            continue
        found = rows.with_columns(years.alias("year"))
        years_found = sorted({int(each) for each in found["year"]})
        year = work.as_of.year if work.as_of.year in years_found else years_found[-1]
        number = found.filter(pl.col("year") == year).height
        work.headline(
            Headline(
                f"duties.{duty.id}",
                Text(f"{year} 年{duty.label.zh}", f"{duty.label.en}, {year}"),
                number,
                "次",
                duty.clauses,
                step="duties",
            )
        )
