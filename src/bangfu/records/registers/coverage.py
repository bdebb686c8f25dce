"""Whether a register is kept where it is due (台账覆盖): places due, with rows, complete, missing.

Due are the places of the register's classes. Where the site does not know who belongs to a class,
every place of the class's level is taken, and that is said. Reads columns of rows, never what
they say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground.ordered_text import next_below, subtree_range
from bangfu.records.places.models import Membership, Place
from bangfu.records.places.tree import is_only_top
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.shape import RegisterShape, ShapeClass, shape_of
from bangfu.vocabulary.period import parse_period

__all__ = ["Coverage", "CoverageLine", "DuePlaces", "coverage_of", "due_places", "missing_text"]


@dataclass(frozen=True, slots=True)
class DuePlaces:
    """The places that must keep a register, and whether a list says so."""

    places: GatedQuerySet[Place]
    #: Levels at which all places were taken because no list is known here.
    assumed_levels: tuple[str, ...]


@dataclass(slots=True)
class CoverageLine:
    """The count below one place, or of the place itself."""

    place_id: int
    name: str = ""
    code: str = ""
    level: str = ""
    due: int = 0
    #: Places with the rows asked for (with at least one where no number is asked for).
    covered: int = 0
    #: Places with some row.
    present: int = 0
    rows: int = 0
    complete_rows: int = 0
    #: Rows that are still to be entered; None where the document asks for no number.
    gap: int | None = None

    @property
    def missing(self) -> int:
        """Places that do not have what is asked for."""
        return self.due - self.covered


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one register and period below a place."""

    base: Place
    period: str
    at_least: int | None
    assumed_levels: tuple[str, ...]
    total: CoverageLine
    lines: list[CoverageLine] = field(default_factory=list)


def due_places(definition: RegisterDefinition, period: str) -> DuePlaces:
    """The places at which a register is due in a period."""
    shape = shape_of(definition.content)
    told = parse_period(period)
    held = Membership.objects.filter(
        starts_on__lt=told.ends_on, ends_on__gt=told.starts_on, known_to__isnull=True
    )
    condition, assumed = Q(pk__in=[]), []
    for level in dict.fromkeys(one.level for one in shape.classes if one.level):
        groups = _groups(shape, level, definition.scheme)
        members = held.filter(group__in=groups)
        if members.exists():
            listed = members.filter(place_id=OuterRef("pk"))
            condition |= Q(Exists(listed), level=level)
        else:
            assumed.append(level)
            condition |= Q(level=level)
    places: GatedQuerySet[Place] = Place.objects.filter(condition, ended_on__gt=told.starts_on)
    return DuePlaces(places, tuple(assumed))


def coverage_of(definition: RegisterDefinition, period: str, base: Place, *, user: Any) -> Coverage:
    """Coverage below a place, child by child, as far as an account may see.

    Two statements whatever the number of places: how many are due below each child, and the
    rows of those places that have any.
    """
    due = due_places(definition, period)
    low, high = subtree_range(base.reporting_path)
    inside = due.places.open_to(user, "registers.read")
    if not is_only_top(base):
        inside = inside.filter(reporting_path__gte=low, reporting_path__lt=high)
    total = CoverageLine(base.pk, base.name, base.code, base.level)
    lines: dict[str, CoverageLine] = {}
    asked = definition.at_least
    for child, number in _due_by_child(inside, base):
        lines[child] = CoverageLine(int(child or base.pk))
        for line in (total, lines[child]):
            line.due += number
            line.gap = None if asked is None else (line.gap or 0) + asked * number
    for child, found, complete in _rows_by_place(definition, period, inside, base):
        for line in (total, lines[child]):
            _count(line, found, complete, asked)
    _name(lines.values())
    ordered = sorted(lines.values(), key=lambda line: (line.code, line.place_id))
    return Coverage(base, period, asked, due.assumed_levels, total, ordered)


def missing_text(definition: RegisterDefinition, coverage: Coverage) -> str:
    """Who is still missing, as a message to the group."""
    short = [line for line in coverage.lines if line.missing]
    if not short:
        return f"《{definition.label_zh}》{coverage.period}：{coverage.base.name}已全部登记。"
    single = all(line.due == 1 for line in short)
    told = [_who(line, single=single) for line in short]
    return (
        f"《{definition.label_zh}》{coverage.period}：{coverage.base.name}"
        f"应登记 {coverage.total.due:,} 个，尚缺 {coverage.total.missing:,} 个："
        f"{'、'.join(told)}。请尽快登记。"
    )


def _who(line: CoverageLine, *, single: bool) -> str:
    if not single:
        return f"{line.name}（{line.missing:,} 个）"
    return f"{line.name}（缺 {line.gap} 条）" if line.present and line.gap else line.name


def _groups(shape: RegisterShape, level: str, scheme: str) -> list[str]:
    """Under which words the site may hold the classes of a level."""
    classes: Iterable[ShapeClass] = (one for one in shape.classes if one.level == level)
    return [word for one in classes for word in (one.id, f"{scheme}:{one.id}", one.label.zh)]


def _due_by_child(inside: GatedQuerySet[Place], base: Place) -> QuerySet[Place, Any]:
    rows = inside.annotate(child=next_below("reporting_path", base.reporting_path)).order_by()
    return rows.values_list("child").annotate(number=Count("pk"))


def _rows_by_place(
    definition: RegisterDefinition, period: str, inside: GatedQuerySet[Place], base: Place
) -> QuerySet[RegisterRow, Any]:
    """For each due place with rows: the child it lies below, its rows, its complete ones."""
    rows = RegisterRow.objects.filter(
        definition=definition,
        period=period,
        is_removed=False,
        counts=True,
        place__in=inside.values("pk"),
    )
    child = next_below("place__reporting_path", base.reporting_path)
    counted = rows.annotate(child=child).order_by().values("place_id", "child")
    return counted.annotate(
        found=Count("pk"), full=Count("pk", filter=Q(complete=True))
    ).values_list("child", "found", "full")


def _count(line: CoverageLine, found: int, complete: int, asked: int | None) -> None:
    """Add the rows of one due place."""
    line.rows += found
    line.complete_rows += complete
    line.present += found > 0
    # Only complete rows fulfil a number that is asked for.
    line.covered += (complete >= asked) if asked is not None else (found > 0)
    if asked is not None:
        line.gap = (line.gap or 0) - min(asked, complete)


def _name(lines: Iterable[CoverageLine]) -> None:
    held = {line.place_id: line for line in lines}
    named = Place.objects.filter(pk__in=held).values_list("pk", "name", "code", "level")
    for pk, name, code, level in named:
        line = held[pk]
        line.name, line.code, line.level = name, code, level
