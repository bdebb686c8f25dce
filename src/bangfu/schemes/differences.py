"""Two schemes, or two versions of one, side by side (方案对照): what was added, removed, changed.

Compares figures over time, rules, clauses and the readings chosen; figures that moved to another
path are still matched by what they mean. Knows no tables: what a change does is for the what-if.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pydantic import BaseModel

from bangfu.schemes.figures import NOT_STATED, Dated, Figure, figure_text
from bangfu.schemes.format import Cited, Clause, Reading
from bangfu.schemes.laid_out import Course, Layout, course_of, lay_out, pair_figures
from bangfu.schemes.load import STEP_FILES, Scheme
from bangfu.vocabulary.text import Text

__all__ = ["Difference", "Kind", "Part", "SchemeDifferences", "compare_schemes"]

Part = Literal["figures", "rules", "clauses", "readings"]
Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; ``before`` is how A has it, ``after`` how B has it.

    ``kind`` is seen from A: ``added`` stands in B only. ``on`` is the first day from which a
    figure differs in this way. ``field`` names the part of the entry (``threshold``, ``force``).
    """

    part: Part
    step: str
    kind: Kind
    label: Text
    path_a: str | None
    path_b: str | None
    field: str
    before: Text | None
    after: Text | None
    on: date | None = None
    clauses_a: tuple[str, ...] = ()
    clauses_b: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemeDifferences:
    """All that differs between A and B, by step; ``same_policy`` where both bear one id."""

    a: Scheme
    b: Scheme
    rows: tuple[Difference, ...]

    @property
    def same_policy(self) -> bool:
        """Whether these are two versions of one policy."""
        return self.a.id == self.b.id

    def of(self, part: Part) -> tuple[Difference, ...]:
        """The differences of one part."""
        return tuple(row for row in self.rows if row.part == part)


def compare_schemes(a: Scheme, b: Scheme) -> SchemeDifferences:
    """Compare two schemes, or two versions (also a trial with an overlay) of one.

    Parameters
    ----------
    a, b : Scheme

    Returns
    -------
    SchemeDifferences
        Empty if A and B say the same; the same with the sides exchanged if the arguments are.

    Notes
    -----
    A figure is compared by what it comes to, not by where it is written: a reference replaced by
    the figure it stood for is no difference. Two versions are compared on every day; two policies
    on the days both know, for their periods differ anyway. Figures that only one side has are
    listed unless they are null there. The order of entries is no difference.

    Examples
    --------
    >>> from bangfu.schemes.load import load_scheme
    >>> compare_schemes(load_scheme("tc-2023"), load_scheme("tc-2023")).rows
    ()
    """
    here, there = lay_out(a), lay_out(b)
    rows = [
        *_figure_rows(a, b, here, there),
        *_rule_rows(here, there),
        *_clause_rows(a, b),
        *_reading_rows(a, b),
    ]
    order = {step: place for place, step in enumerate(["scheme", "clauses", *STEP_FILES])}
    rows.sort(key=lambda row: (order.get(row.step, len(order)), *_place(row)))
    return SchemeDifferences(a, b, tuple(rows))


def _place(row: Difference) -> tuple[str, ...]:
    """Where a row stands; the same whichever scheme comes first."""
    paths = sorted(path for path in (row.path_a, row.path_b) if path is not None)
    return (*paths, row.part, row.field, row.on.isoformat() if row.on else "")


def _figure_rows(a: Scheme, b: Scheme, here: Layout, there: Layout) -> Iterator[Difference]:
    pairs, left, right = pair_figures(a, b, here, there)
    for path_a, path_b in pairs.items():
        yield from _changes(a, b, path_a, path_b)
    for path in left:
        yield from _one_sided(a, path, "removed")
    for path in right:
        yield from _one_sided(b, path, "added")


def _changes(a: Scheme, b: Scheme, path_a: str, path_b: str) -> Iterator[Difference]:
    """One row for each day from which the two figures differ in a new way."""
    one, other = course_of(a, path_a), course_of(b, path_b)
    if one == other:
        return
    days = sorted({day for day, _ in (*one, *other)})
    if a.id != b.id and one and other:
        first = max(one[0][0], other[0][0])
        days = [first, *(day for day in days if day > first)]
    shown: tuple[Text | None, Text | None] | None = None
    for day in days:
        sides = (_text_on(one, day), _text_on(other, day))
        if sides[0] != sides[1] and sides != shown:
            row = _row(b, path_b, "changed")
            yield replace(
                row,
                path_a=path_a,
                label=a.figures[path_a].label,
                before=sides[0],
                after=sides[1],
                on=day,
                clauses_a=_clauses(a, path_a),
            )
        shown = sides


def _text_on(course: Course, day: date) -> Text | None:
    """The figure of a day in words; None where it has not begun."""
    begun = [figure for starts_on, figure in course if starts_on <= day]
    return _words(begun[-1]) if begun else None


def _words(figure: Figure | None) -> Text:
    return NOT_STATED if figure is None else Text(figure_text(figure), figure_text(figure, "en"))


def _one_sided(scheme: Scheme, path: str, kind: Kind) -> Iterator[Difference]:
    row = _row(scheme, path, kind)
    for day, figure in course_of(scheme, path):
        if figure is not None:
            text = _words(figure)
            yield (
                replace(row, after=text, on=day)
                if kind == "added"
                else replace(row, before=text, on=day)
            )


def _row(scheme: Scheme, path: str, kind: Kind) -> Difference:
    """A row about a figure of one scheme; the other side is left open."""
    parts, inside = path.split("."), scheme.figures[path]
    field = parts[-1] if len(parts) > 2 else ""
    row = Difference("figures", parts[0], kind, inside.label, path, None, field, None, None)
    clauses = _clauses(scheme, path)
    if kind == "removed":
        return replace(row, clauses_a=clauses)
    return replace(row, path_a=None, path_b=path, clauses_b=clauses)


def _clauses(scheme: Scheme, path: str) -> tuple[str, ...]:
    dated: Dated = scheme.figures[path]
    return dated.clauses or scheme.origin(path).clauses


def _rule_rows(here: Layout, there: Layout) -> Iterator[Difference]:
    """Entries on one side only, and the parts of shared entries that read otherwise."""
    for path in here.entries.keys() | there.entries.keys():
        one, other = here.entries.get(path), there.entries.get(path)
        if one is None or other is None:
            yield _entry_row(path, one, other)
    for path in here.rules.keys() | there.rules.keys():
        entry, before = here.rules.get(path, ("", None))
        entry_b, after = there.rules.get(path, ("", None))
        entry = entry or entry_b
        lone = (entry in here.entries) != (entry in there.entries)
        if before == after or lone:
            continue
        node = here.entries.get(entry)
        label = node.label.text if isinstance(node, Cited) else Text(entry, entry)
        field = path.removeprefix(f"{entry}.")
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        step = path.split(".")[0]
        yield Difference("rules", step, kind, label, entry, entry, field, before, after)


def _entry_row(path: str, one: BaseModel | None, other: BaseModel | None) -> Difference:
    node = one or other
    assert isinstance(node, Cited)
    step, text = path.split(".")[0], node.label.text
    row = Difference("rules", step, "removed", text, path, None, "entry", text, None)
    if one is not None:
        return replace(row, clauses_a=node.clauses)
    return replace(
        row, kind="added", path_a=None, path_b=path, before=None, after=text, clauses_b=node.clauses
    )


def _clause_rows(a: Scheme, b: Scheme) -> Iterator[Difference]:
    for clause_id in a.clauses.keys() | b.clauses.keys():
        one, other = a.clauses.get(clause_id), b.clauses.get(clause_id)
        yield from _sides("clauses", clause_id, _clause_parts(one), _clause_parts(other))


def _clause_parts(clause: Clause | None) -> dict[str, Text]:
    if clause is None:
        return {}
    plain = {
        "force": clause.force,
        "bound": "、".join(clause.bound),
        "object": clause.object,
        "mechanism": clause.mechanism,
        "sections": "、".join(clause.sections),
        "open_point": clause.open_point or "",
    }
    return {"label": clause.label.text} | {name: Text(word, word) for name, word in plain.items()}


def _reading_rows(a: Scheme, b: Scheme) -> Iterator[Difference]:
    for reading_id in a.readings.keys() | b.readings.keys():
        one, other = a.readings.get(reading_id), b.readings.get(reading_id)
        yield from _sides("readings", reading_id, _reading_parts(one), _reading_parts(other))


def _reading_parts(reading: Reading | None) -> dict[str, Text]:
    if reading is None:
        return {}
    option = reading.options.get(reading.chosen or "")
    chosen = reading.chosen or ""
    return {
        "label": reading.problem.text,
        "chosen": option.text if option else Text(chosen, chosen),
        "why": reading.why.text,
        "options": Text(
            "；".join(text.zh for text in reading.options.values()),
            "; ".join(text.en for text in reading.options.values()),
        ),
    }


def _sides(
    part: Part, known_as: str, one: Mapping[str, Text], other: Mapping[str, Text]
) -> Iterator[Difference]:
    """What differs between two clauses, or two readings, of one id; ``label`` says what it is."""
    cited = (known_as,) if part == "clauses" else ()
    if not one or not other:
        label = (one or other)["label"]
        kind: Kind = "removed" if one else "added"
        row = Difference(part, part, kind, label, None, None, "entry", None, None)
        if one:
            yield replace(row, path_a=known_as, before=label, clauses_a=cited)
        else:
            yield replace(row, path_b=known_as, after=label, clauses_b=cited)
        return
    for field in one:
        if one[field] != other[field]:
            yield Difference(
                part, part, "changed", one["label"], known_as, known_as, field,
                one[field], other[field], clauses_a=cited, clauses_b=cited,
            )  # fmt: skip
