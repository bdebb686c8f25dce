"""Places close to a threshold of money (临界情形): whom a small error or a small effort would move.

Looks at the amounts that criteria and goals compare with; a place without the figure is unknown
and not borderline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from bangfu.engine.targeting import borderline
from bangfu.programme.conditions import members_of
from bangfu.programme.geography import ANCESTOR_COLUMNS
from bangfu.programme.verdicts import screening_year
from bangfu.programme.whatif.ground import Ground
from bangfu.programme.whatif.sides import with_county
from bangfu.programme.workspace import Workspace
from bangfu.schemes.expression import parse
from bangfu.schemes.expression.tree import Aggregate, Compare, Constant, Element, Node, walk
from bangfu.schemes.format import Goal
from bangfu.schemes.scope import element_of_name, scope_for
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.place import Level
from bangfu.vocabulary.text import Text

__all__ = ["BORDERLINE", "borderline_places", "require_margin"]

#: Columns of ``borderline.csv``.
BORDERLINE: Final = {
    **dict.fromkeys(("source", "id", "label", "list", "path"), pl.String),
    **dict.fromkeys(("place_code", "name", "county_code", "county"), pl.String),
    **dict.fromkeys(("element", "period", "due"), pl.String),
    **dict.fromkeys(("value_fen", "threshold_fen", "distance_fen"), pl.Int64),
    **dict.fromkeys(("distance_yuan", "side", "clauses"), pl.String),
}


@dataclass(frozen=True)
class _Line:
    """A threshold of money, the element compared with it, and the places it is asked of."""

    source: Literal["criterion", "goal"]
    id: str
    label: str
    list: str
    path: str
    element: str
    year: int
    threshold_fen: int
    places: pl.DataFrame
    clauses: tuple[str, ...]


def require_margin(margin_pct: int) -> None:
    """Refuse a margin that is none.

    Raises
    ------
    FaultsFound
        STB-02.
    """
    if not 0 <= margin_pct <= 100:
        text = Text(
            "临界幅度填 0 至 100 的整数（%）。",
            "the margin is a whole number of 0 to 100 per cent.",
        )
        raise FaultsFound([Fault("STB-02", f"--margin-pct {margin_pct}", text)])


def borderline_places(ground: Ground, *, margin_pct: int) -> pl.DataFrame:
    """The places within a margin of each threshold of money, nearest first.

    Parameters
    ----------
    ground : Ground
    margin_pct : int
        Margin in per cent of the threshold, which belongs to it. [percent]

    Returns
    -------
    frame
        Columns ``BORDERLINE``; by threshold (criteria, then goals), then by distance.
        ``distance_fen`` is figure less threshold; ``period`` the year of the figure, ``due`` the
        year it is asked for.

    Notes
    -----
    Where nobody has a figure for the year asked for, the last earlier year with figures is shown,
    so that those who will only just make it, or miss it, are known in time.
    """
    lines = [*_criteria(ground), *_goals(ground)]
    parts = [part for line in lines if (part := _near(ground, line, margin_pct)) is not None]
    return pl.concat(parts) if parts else pl.DataFrame(schema=BORDERLINE)


def _criteria(ground: Ground) -> Iterator[_Line]:
    work = ground.work
    for each in work.scheme.targeting.lists:
        for criterion in each.criteria:
            level = criterion.member_level
            for element, constant, of_members in _compared(work, criterion.expression, level):
                year = screening_year(work, each)
                found = _amount(work, constant, year)
                places = ground.competing(each)
                if of_members and level is not None:
                    places = _below(work, places, level, criterion.member_include)
                if found is not None:
                    path, fen = found
                    label, clauses = criterion.label.zh, criterion.clauses
                    yield _Line("criterion", criterion.id, label, each.id, path, element, year,
                                fen, places, clauses)  # fmt: skip


def _goals(ground: Ground) -> Iterator[_Line]:
    work = ground.work
    for goal in work.scheme.goals.goals:
        year = work.whole(f"goals.{goal.id}.year")
        if year is None:
            continue
        for element, path, fen in _goal_amounts(work, goal, year):
            places = _tested(work, goal)
            yield _Line("goal", goal.id, goal.label.zh, goal.target_list, path, element, year,
                        fen, places, goal.clauses)  # fmt: skip


def _goal_amounts(work: Workspace, goal: Goal, year: int) -> Iterator[tuple[str, str, int]]:
    """Element, path and amount of every threshold of money that a goal states."""
    path = f"goals.{goal.id}.threshold"
    figure = work.figure(path) if goal.measure == "level" else None
    if figure is not None and figure.kind == "money" and goal.element:
        option = work.scheme.chosen(goal.reading) if goal.reading else None
        yield goal.element_by_reading.get(option or "", goal.element), path, int(figure.value)
    if goal.condition:
        for element, constant, of_members in _compared(work, goal.condition, None):
            found = _amount(work, constant, year)
            if found is not None and not of_members:
                yield element, *found


def _compared(
    work: Workspace, source: str, member_level: Level | None
) -> Iterator[tuple[str, str, bool]]:
    """Element id and named value of each comparison of own money; whether it is of members."""
    tree = parse(source, scope_for(work.scheme, members=member_level is not None)).tree
    inside = [node.argument for node in walk(tree) if isinstance(node, Aggregate)]
    for root, of_members in ((tree, False), *((node, True) for node in inside)):
        for node in walk(root):
            if isinstance(node, Compare):
                for pair in zip(node.operands, node.operands[1:], strict=False):
                    yield from _pair(work, pair, of_members)


def _pair(
    work: Workspace, pair: tuple[Node, Node], of_members: bool
) -> Iterator[tuple[str, str, bool]]:
    for one, other in (pair, pair[::-1]):
        if (
            isinstance(one, Element)
            and one.origin == "own"
            and one.type.unit == "fen"
            and isinstance(other, Constant)
        ):
            yield element_of_name(work.scheme, one.name).id, other.name, of_members


def _amount(work: Workspace, name: str, year: int) -> tuple[str, int] | None:
    """The path and the amount of a named value, for the year of the figures where it is yearly."""
    for path, dated in work.scheme.figures.items():
        if dated.name == name:
            figure = dated.for_year(year) if dated.by_year_of_figures else work.figure(path)
            return (path, int(figure.value)) if figure and figure.kind == "money" else None
    return None


def _below(work: Workspace, places: pl.DataFrame, level: Level, include: str) -> pl.DataFrame:
    """The members of some places, all of one level."""
    if places.is_empty():
        return places
    owner = pl.col(ANCESTOR_COLUMNS[places["level"][0]])
    return members_of(work, level, include).filter(owner.is_in(places["code"].to_list()))


def _tested(work: Workspace, goal: Goal) -> pl.DataFrame:
    """The places a goal is asked of: the listed ones, or their members."""
    of_list = work.listed.filter(pl.col("list") == goal.target_list)
    if goal.classes:
        of_list = of_list.filter(pl.col("class").is_in(list(goal.classes)))
    listed = work.places.filter(pl.col("code").is_in(of_list["place_code"].to_list()))
    if goal.member_level is None:
        return listed
    return _below(work, listed, goal.member_level, goal.member_include)


def _near(ground: Ground, line: _Line, margin_pct: int) -> pl.DataFrame | None:
    year, table = _figures(ground.work, line)
    margin = abs(line.threshold_fen) * margin_pct // 100
    near = borderline(table, "value_fen", threshold=line.threshold_fen, margin=margin)
    if near.is_empty():
        return None
    yuan = pl.col("distance_fen").cast(pl.Decimal(38, 2)) / 100
    facts = {
        "source": line.source,
        "id": line.id,
        "label": line.label,
        "list": line.list,
        "path": line.path,
        "element": line.element,
        "period": str(year),
        "due": str(line.year),
        "clauses": join_clauses(line.clauses),
    }
    return (
        with_county(near.rename({"distance": "distance_fen"}), ground.where)
        .with_columns(pl.lit(line.threshold_fen, dtype=pl.Int64).alias("threshold_fen"))
        .with_columns(yuan.cast(pl.String).alias("distance_yuan"))
        .with_columns(pl.lit(text).alias(name) for name, text in facts.items())
        .select(BORDERLINE.keys())
    )


def _figures(work: Workspace, line: _Line) -> tuple[int, pl.DataFrame]:
    """The year looked at and the figures: the year asked for, else the last one before it."""
    codes = line.places.select(pl.col("code").alias("place_code"), "name")
    earlier = sorted((year for year in work.measurements.years() if year < line.year), reverse=True)
    for year in (line.year, *earlier):
        values = work.measurements.wide(year, [line.element]).rename({line.element: "value_fen"})
        table = codes.join(values, on="place_code", how="left", maintain_order="left")
        if table["value_fen"].null_count() < table.height:
            return year, table
    return line.year, codes.with_columns(pl.lit(None, dtype=pl.Int64).alias("value_fen"))
