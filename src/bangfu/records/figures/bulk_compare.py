"""What many figures would change (成批比对), found by one join and not row by row.

Reads only. A figure that is approved, or belongs to a return under review, is told as locked.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import polars as pl
from django.db.models import QuerySet

from bangfu.records.catalogue.models import FormColumn
from bangfu.records.figures.models import Observation, Submission

__all__ = ["COMPARED", "KEY", "OPEN_STATES", "compare_with_held", "forms_of", "plain", "returns_of"]

#: What tells one figure of a place from another.
KEY: Final = ("place_id", "element_id", "period", "release")
#: What `compare_with_held` adds.
COMPARED: Final = (
    "outcome",
    "target",
    "held_version",
    "held_int",
    "held_number",
    "held_text",
    "held_not_applicable",
)
#: States in which a return takes figures.
OPEN_STATES: Final = (Submission.State.DRAFT, Submission.State.RETURNED)
_HELD: Final = {
    "place_id": pl.Int64,
    "element_id": pl.Int64,
    "period": pl.String,
    "release": pl.String,
    "target": pl.Int64,
    "held_version": pl.Int64,
    "held_int": pl.Int64,
    "held_number": pl.String,
    "held_text": pl.String,
    "held_not_applicable": pl.Boolean,
    "locked": pl.Boolean,
}
_PLACES_NAMED: Final = 3000


def compare_with_held(figures: pl.DataFrame) -> pl.DataFrame:
    """What figures would change.

    Parameters
    ----------
    figures : frame with the columns of ``KEY`` and of a typed value
        Each key once; value_number as plain decimal text.

    Returns
    -------
    the frame with outcome String (new, changed, same, locked), target and held_version Int64
    (null for a new figure), held_int, held_number, held_text, held_not_applicable; same order
    """
    held = _held(figures)
    joined = figures.join(held, on=list(KEY), how="left", maintain_order="left")
    closed = _closed_returns(figures)
    joined = joined.join(closed, on=list(KEY), how="left", maintain_order="left")
    shut = pl.col("locked").fill_null(False) | pl.col("closed").fill_null(False)
    outcome = (
        pl.when(pl.col("target").is_not_null() & _is_same())
        .then(pl.lit("same"))
        .when(shut)
        .then(pl.lit("locked"))
        .when(pl.col("target").is_null())
        .then(pl.lit("new"))
        .otherwise(pl.lit("changed"))
    )
    return joined.with_columns(outcome=outcome).drop("locked", "closed")


def _is_same() -> pl.Expr:
    return (
        pl.col("value_int").eq_missing(pl.col("held_int"))
        & pl.col("value_number").eq_missing(pl.col("held_number"))
        & (pl.col("value_text") == pl.col("held_text"))
        & (pl.col("not_applicable") == pl.col("held_not_applicable"))
    )


def _held(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures held for the elements and periods of a frame, places from first to last."""
    places = figures.get_column("place_id")
    if places.is_empty():
        return pl.DataFrame(schema=_HELD)
    found = Observation.objects.filter(
        element_id__in=figures.get_column("element_id").unique().to_list(),
        period__in=figures.get_column("period").unique().to_list(),
        release__in=figures.get_column("release").unique().to_list(),
        place_id__gte=places.min(),
        place_id__lte=places.max(),
        collective=None,
    )
    rows = found.values_list(
        "place_id",
        "element_id",
        "period",
        "release",
        "id",
        "version",
        "value_int",
        "value_number",
        "value_text",
        "not_applicable",
        "locked",
    )
    rows = _at_few(rows, places)
    return pl.DataFrame(
        [(*row[:7], plain(row[7]), *row[8:]) for row in rows.iterator(chunk_size=10_000)],
        schema=_HELD,
        orient="row",
    )


def _at_few(rows: QuerySet[Any, Any], places: pl.Series) -> QuerySet[Any, Any]:
    """Name the places in the query where they are few; else the range of them must do."""
    distinct = places.unique().sort().to_list()
    return rows.filter(place_id__in=distinct) if len(distinct) <= _PLACES_NAMED else rows


def plain(number: Decimal | None) -> str | None:
    """A measure as `read_values` writes it."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _closed_returns(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures that belong to a return under review or approved, by their key."""
    schema = {
        "place_id": pl.Int64,
        "element_id": pl.Int64,
        "period": pl.String,
        "release": pl.String,
    }
    forms = forms_of(figures)
    closed = returns_of(figures).exclude(state__in=OPEN_STATES)
    found = closed.values_list("form_id", "place_id", "period", "form__release")
    rows = [
        (place_id, element_id, period, release)
        for form_id, place_id, period, release in found
        for element_id in forms[form_id]
    ]
    table = pl.DataFrame(rows, schema=schema, orient="row").unique()
    return table.with_columns(closed=pl.lit(True))


def forms_of(figures: pl.DataFrame) -> dict[int, list[int]]:
    """The forms that ask for some of the elements, with those elements."""
    element_ids = figures.get_column("element_id").unique().to_list()
    forms: dict[int, list[int]] = {}
    columns = FormColumn.objects.filter(element_id__in=element_ids, is_open=True)
    for form_id, element_id in columns.values_list("form_id", "element_id"):
        forms.setdefault(form_id, []).append(element_id)
    return forms


def returns_of(figures: pl.DataFrame) -> QuerySet[Submission]:
    """The returns that may hold some of the figures."""
    found = Submission.objects.filter(
        form_id__in=list(forms_of(figures)),
        form__release__in=figures.get_column("release").unique().to_list(),
        period__in=figures.get_column("period").unique().to_list(),
    )
    return _at_few(found, figures.get_column("place_id"))
