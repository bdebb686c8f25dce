"""How firm a list is (名单稳定性): weights of a ranking moved, thresholds of criteria moved.

One weight or one threshold at a time; joint moves are not tried. Proposes nothing: it shows which
places stand or fall with a choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import polars as pl

from bangfu.engine.targeting import stability, verdict_text
from bangfu.programme.verdicts import component_columns, screening_year, verdicts_of
from bangfu.programme.whatif.ground import Ground, varied
from bangfu.programme.whatif.sides import with_county
from bangfu.schemes.expression import Names, parse
from bangfu.schemes.figures import Dated, Figure, figure_text
from bangfu.schemes.format import TargetList
from bangfu.schemes.overlay import apply_overlay
from bangfu.schemes.scope import scope_for
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["MOVES", "WEIGHTS", "moves_by_threshold", "require_change", "stays_by_weight"]

_PLACE: Final = dict.fromkeys(("list", "place_code", "name", "county_code", "county"), pl.String)
#: Columns of ``stability_weights.csv``.
WEIGHTS: Final = {
    **_PLACE,
    "verdict": pl.String,
    **dict.fromkeys(("runs", "inside", "outside", "undecided"), pl.Int64),
}
#: Columns of ``stability_thresholds.csv``.
MOVES: Final = {
    **dict.fromkeys(("list", "path", "label"), pl.String),
    "change_pct": pl.Int64,
    **dict.fromkeys(("value_base", "value_varied"), pl.String),
    **{name: kind for name, kind in _PLACE.items() if name != "list"},
    **dict.fromkeys(("verdict_base", "verdict_varied", "clauses"), pl.String),
}


class _Line(NamedTuple):
    """A figure the criteria of a list compare with, as it stands on the day."""

    dated: Dated
    key: str  # how an overlay names it
    figure: Figure
    clauses: tuple[str, ...]


def require_change(change_pct: int) -> None:
    """Refuse a change that is no change, or that would take a figure away.

    Raises
    ------
    FaultsFound
        STB-01.
    """
    if not 1 <= change_pct <= 99:
        text = Text(
            "变动幅度填 1 至 99 的整数（%）。", "the change is a whole number of 1 to 99 per cent."
        )
        raise FaultsFound([Fault("STB-01", f"--change-pct {change_pct}", text)])


def stays_by_weight(ground: Ground, *, change_pct: int) -> pl.DataFrame:
    """How often each place of a ranking stays on the list while one weight at a time is moved.

    Parameters
    ----------
    ground : Ground
    change_pct : int
        Each weight is raised and lowered by so much. [percent]

    Returns
    -------
    frame
        Columns ``WEIGHTS``; places that are in, or may be, in any run; the least firm first.
        ``inside`` of ``runs`` is how often a place stays in.
    """
    parts = [
        part
        for target_list in ground.work.scheme.targeting.lists
        if target_list.method == "ranking"
        and (part := _stays(ground, target_list, change_pct)) is not None
    ]
    if not parts:
        return pl.DataFrame(schema=WEIGHTS)
    return pl.concat(parts)


def _stays(ground: Ground, target_list: TargetList, change_pct: int) -> pl.DataFrame | None:
    work = ground.work
    size = work.whole(f"targeting.{target_list.id}.scoring.select")
    places = ground.competing(target_list)
    if size is None or places.is_empty():
        return None
    year = screening_year(work, target_list)
    figures, components = component_columns(work, target_list, places, year)
    counts = stability(figures, components, size=size, changes_pct=(-change_pct, change_pct))
    named = counts.with_columns(
        places["name"],
        verdict_text(counts["base"]).alias("verdict"),
        pl.lit(target_list.id).alias("list"),
    )
    touched = named.filter((pl.col("inside") > 0) | (pl.col("undecided") > 0))
    doubt = (pl.col("inside") * 2 - pl.col("runs")).abs()
    return (
        with_county(touched, ground.where)
        .sort(doubt, pl.col("county_code"), pl.col("place_code"))
        .select(WEIGHTS.keys())
    )


def moves_by_threshold(ground: Ground, *, change_pct: int) -> pl.DataFrame:
    """Who changes when one threshold of the criteria at a time is raised or lowered.

    Returns
    -------
    frame
        Columns ``MOVES``; one row per place, threshold and direction where the verdict changes.

    Notes
    -----
    Thresholds are the named figures the criteria compare with: amounts, counts and percentages.
    A changed amount is cut to whole fen, a percentage to hundredths of a per cent.
    """
    parts = [
        part
        for target_list in ground.work.scheme.targeting.lists
        if target_list.method == "criteria"
        for line in _lines(ground, target_list)
        for change in (-change_pct, change_pct)
        if (part := _moved(ground, target_list, line, change)) is not None
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=MOVES)


def _lines(ground: Ground, target_list: TargetList) -> Iterator[_Line]:
    """The figures with a name that the criteria use, each once."""
    work = ground.work
    clauses: dict[str, tuple[str, ...]] = {}
    for criterion in target_list.criteria:
        scope = scope_for(work.scheme, members=criterion.member_level is not None)
        for name in Names.of(parse(criterion.expression, scope).tree).constants:
            clauses[name] = (*clauses.get(name, ()), *criterion.clauses)
    year = screening_year(work, target_list)
    for path, dated in work.scheme.figures.items():
        if dated.name not in clauses:
            continue
        figure = dated.for_year(year) if dated.by_year_of_figures else work.figure(path)
        if figure is None or figure.kind not in ("money", "count", "pct"):
            continue
        day = next((day for day, _ in dated.entries if day.year == year), None)
        key = f"{path}@{day}" if dated.by_year_of_figures else path
        # A figure from elsewhere (a national mean) rests on the criteria that use it.
        yield _Line(dated, key, figure, dated.clauses or clauses[dated.name])


def _moved(
    ground: Ground, target_list: TargetList, line: _Line, change: int
) -> pl.DataFrame | None:
    other = _changed(line.figure, change)
    if other == line.figure:
        return None
    scheme = apply_overlay(ground.work.scheme, {line.key: _written(other)})
    universe = ground.universes[target_list.id]
    found = verdicts_of(varied(ground.work, scheme), target_list, universe)
    before = ground.verdicts.filter(pl.col("list") == target_list.id)
    both = before.rename({"verdict": "verdict_base"}).join(
        found.select("place_code", pl.col("verdict").alias("verdict_varied")),
        on="place_code",
        maintain_order="left",
    )
    moved = both.filter(pl.col("verdict_base") != pl.col("verdict_varied"))
    facts = {
        "path": line.dated.path,
        "label": line.dated.label.zh,
        "value_base": figure_text(line.figure),
        "value_varied": figure_text(other),
        "clauses": join_clauses(line.clauses),
    }
    return (
        with_county(moved, ground.where)
        .with_columns(pl.lit(change, dtype=pl.Int64).alias("change_pct"))
        .with_columns(pl.lit(text).alias(name) for name, text in facts.items())
        .select(MOVES.keys())
    )


def _changed(figure: Figure, change: int) -> Figure:
    """The figure changed by a percentage, cut towards nothing to what it can be."""
    exact = Fraction(figure.value) * (100 + change) / 100
    if figure.kind == "pct":
        return Figure("pct", Fraction(int(exact * 100), 100))
    return Figure(figure.kind, int(exact))


def _written(figure: Figure) -> str:
    """The figure as an overlay writes it."""
    if figure.kind == "money":
        return f"{figure.value}分"
    return figure_text(figure).replace(",", "")
