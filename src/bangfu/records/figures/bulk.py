"""Many figures at once (数据成批写入), with the meaning of the single path.

Compare first (`bulk_compare`), write then: what a file would do is known before anything is
written. A figure that is approved or under review is never overwritten, nor is one that somebody
changed after the comparison; every figure that moves gets its next version and a line of history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import polars as pl
from cryptography.hazmat.primitives import hashes
from django.db import transaction
from django.db.models import F

from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.bulk_compare import (
    COMPARED,
    KEY,
    OPEN_STATES,
    compare_with_held,
    forms_of,
    plain,
    returns_of,
)
from bangfu.records.figures.bulk_values import VALUE_COLUMNS
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.ground.bulk_rows import (
    insert_new_rows,
    insert_rows,
    instant,
    reserve_ids,
    update_rows,
)
from bangfu.vocabulary.period import parse_period

__all__ = ["FigureWrite", "Written", "changes_digest", "write_figures"]

#: What a new or changed figure carries beside its value.
_FIXED: Final = {"reason": "", "locked": False, "version": 1}
_LINES_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class FigureWrite:
    """Who writes, when, out of which import; whence the figures come."""

    actor_id: int | None
    at: datetime
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of rows, by their number: new, changed, same, locked or stale."""

    outcomes: dict[int, str] = field(default_factory=dict)


def write_figures(figures: pl.DataFrame, write: FigureWrite) -> Written:
    """Write compared figures, in the transaction of the caller.

    Parameters
    ----------
    figures : frame as `compare_with_held` gives it, with number Int64 and source String
        Rows whose outcome is new or changed; ``held_version`` is what was compared.

    Returns
    -------
    Written
        A row is written only if what was compared still stands. Where somebody was quicker and
        wrote the same, the outcome is ``same``; where something else, ``stale``.
    """
    with transaction.atomic():
        returns = _locked(figures)
        now = compare_with_held(figures.drop(*COMPARED, strict=False)).with_columns(
            seen=figures.get_column("held_version"),
            wanted=figures.get_column("outcome"),
        )
        outcome = (
            pl.when(pl.col("outcome").is_in(["same", "locked"]))
            .then("outcome")
            .when(pl.col("held_version").eq_missing(pl.col("seen")))
            .then("outcome")
            .otherwise(pl.lit("stale"))
        )
        now = now.with_columns(outcome=outcome)
        outcomes = dict(now.select("number", "outcome").iter_rows())
        outcomes |= _insert(now.filter(pl.col("outcome") == "new"), write)
        _update(now.filter(pl.col("outcome") == "changed"), write)
        _mark_saved(returns, now, write)
    return Written(outcomes)


def _locked(figures: pl.DataFrame) -> list[tuple[int, int, int, str]]:
    """Lock what the rows may touch, always in one order: returns first, then figures.

    Gives the open returns: (id, form, place, period).
    """
    returns = (
        returns_of(figures)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "form_id", "place_id", "period", "state")
    )
    held = list(returns)
    targets = figures.get_column("target").drop_nulls().to_list()
    rows = Observation.objects.select_for_update().filter(pk__in=targets).order_by("pk")
    list(rows.values_list("pk", flat=True))
    return [row[:4] for row in held if row[4] in OPEN_STATES]


def _mark_saved(
    returns: Sequence[tuple[int, int, int, str]], now: pl.DataFrame, write: FigureWrite
) -> None:
    """A return whose figures moved stands in its next version, as after saving it by hand."""
    moved = now.filter(pl.col("outcome").is_in(["new", "changed"]))
    keys = set(moved.select("place_id", "period", "element_id").iter_rows())
    forms = forms_of(moved)
    touched = [
        pk
        for pk, form_id, place_id, period in returns
        if any((place_id, period, element_id) in keys for element_id in forms.get(form_id, ()))
    ]
    Submission.objects.filter(pk__in=touched).update(
        version=F("version") + 1, saved_at=write.at, saved_by_id=write.actor_id
    )


def _insert(figures: pl.DataFrame, write: FigureWrite) -> dict[int, str]:
    """Insert new figures; those another writer was quicker with come back: same or stale."""
    if figures.is_empty():
        return {}
    ids, at = reserve_ids(Observation, figures.height), instant(write.at)
    carried = ("method", "occurred_on", *KEY, *VALUE_COLUMNS, "source")
    columns = ("id", *carried, *_FIXED, "entered_at", "entered_by_id")
    rows = [
        (new_id, *row, *_FIXED.values(), at, write.actor_id)
        for new_id, row in zip(ids, _with_method(figures).select(carried).iter_rows(), strict=True)
    ]
    inserted = insert_new_rows(Observation, columns, rows)
    figures = figures.with_columns(target=pl.Series(ids, dtype=pl.Int64), held_version=pl.lit(0))
    taken = figures.filter(~pl.col("target").is_in(sorted(inserted)))
    _add_history(figures.filter(pl.col("target").is_in(sorted(inserted))), write)
    if taken.is_empty():
        return {}
    again = compare_with_held(taken.drop(*COMPARED, strict=False))
    is_same = pl.col("outcome") == "same"
    told = again.select("number", pl.when(is_same).then(pl.lit("same")).otherwise(pl.lit("stale")))
    return dict(told.iter_rows())


def _with_method(figures: pl.DataFrame) -> pl.DataFrame:
    """How each figure was come by, by its element, and the last day of its period."""
    elements = DataElement.objects.filter(
        pk__in=figures.get_column("element_id").unique().to_list()
    )
    methods = {
        pk: "estimate" if legal_class == "estimate" else "administrative"
        for pk, legal_class in elements.values_list("pk", "legal_class")
    }
    days = {
        text: parse_period(text).last_day.isoformat()
        for text in figures.get_column("period").unique()
    }
    return figures.with_columns(
        method=pl.col("element_id").replace_strict(methods, return_dtype=pl.String),
        occurred_on=pl.col("period").replace_strict(days, return_dtype=pl.String),
    )


def _update(figures: pl.DataFrame, write: FigureWrite) -> None:
    if figures.is_empty():
        return
    at = instant(write.at)
    carried = ("method", "occurred_on", *VALUE_COLUMNS, "source")
    rows = _with_method(figures).select("target", *carried, pl.col("held_version") + 1).iter_rows()
    columns = ("id", *carried, "version", "reason", "entered_at", "entered_by_id")
    update_rows(Observation, columns, [(*row, "", at, write.actor_id) for row in rows])
    _add_history(figures, write)


def _add_history(figures: pl.DataFrame, write: FigureWrite) -> None:
    columns = (
        "observation_id",
        "version",
        *VALUE_COLUMNS,
        "reason",
        "changed_at",
        "changed_by_id",
        "import_batch",
    )
    at = instant(write.at)
    rows = figures.select("target", pl.col("held_version") + 1, *VALUE_COLUMNS).iter_rows()
    insert_rows(
        ObservationChange,
        columns,
        ((*row, "", at, write.actor_id, write.batch_id) for row in rows),
    )


def changes_digest(batch_id: int) -> tuple[int, str]:
    """How many lines of history an import left, and their SM3 hash, line by line in order."""
    digest = hashes.Hash(hashes.SM3())
    count = 0
    for row in _lines(batch_id):
        digest.update("|".join("" if cell is None else str(cell) for cell in row).encode() + b"\n")
        count += 1
    return count, digest.finalize().hex()


def _lines(batch_id: int) -> Iterable[tuple[Any, ...]]:
    found = ObservationChange.objects.filter(import_batch=batch_id).order_by("pk")
    rows = found.values_list(
        "observation_id", "version", "value_int", "value_number", "value_text", "not_applicable"
    )
    for row in rows.iterator(chunk_size=_LINES_AT_ONCE):
        yield (*row[:3], plain(row[3]), *row[4:])
