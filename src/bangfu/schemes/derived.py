"""Figures that follow from others (推算取值): worked out, compared with what is written.

A derived figure changes on every day on which one of its parts does, and when a part is changed
for a trial. It knows sums, differences and products of whole figures; no rates and no rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pydantic import BaseModel

from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.format import Value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["Derivation", "derivations_in", "full_path", "recompute"]

_Entries = tuple[tuple[date, Figure | None], ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one figure follows from others, named as they are written in its file."""

    path: str
    way: Literal["sum", "product", "difference"]
    parts: tuple[str, ...]


def derivations_in(steps: Mapping[str, BaseModel | None]) -> tuple[Derivation, ...]:
    """The derivations of the step files, in the order of the files."""
    return tuple(_derivations(steps))


def _derivations(steps: Mapping[str, BaseModel | None]) -> Iterator[Derivation]:
    for step, file in steps.items():
        values: Iterable[Value] = getattr(file, "values", ())
        for value in values:
            if value.derived is None:
                continue
            path = f"{step}.{value.id}"
            if value.derived.sum:
                yield Derivation(path, "sum", value.derived.sum)
            elif value.derived.product:
                yield Derivation(path, "product", value.derived.product)
            else:
                yield Derivation(path, "difference", value.derived.difference)


def full_path(figures: Mapping[str, Dated], path: str, name: str) -> str | None:
    """The path that a name stands for in the file of ``path``; None where there is none."""
    step = path.split(".", 1)[0]
    return next((p for p in (name, f"{step}.{name}") if p in figures and p != path), None)


def recompute(
    figures: dict[str, Dated],
    derivations: Iterable[Derivation],
    faults: list[Fault],
    *,
    compare: bool = True,
) -> None:
    """Work out every derived figure, parts first; ``compare`` it with the one written, if any.

    A figure that was set for a trial stays as it was set. Faults are added to the list given.
    """
    waiting = {derivation.path: derivation for derivation in derivations}
    for path in list(waiting):
        _work_out(path, figures, waiting, (), faults, compare=compare)


def _work_out(
    path: str,
    figures: dict[str, Dated],
    waiting: dict[str, Derivation],
    below: tuple[str, ...],
    faults: list[Fault],
    *,
    compare: bool,
) -> None:
    derivation = waiting.get(path)
    if derivation is None:
        return
    if path in below:
        faults.append(_fault("SCH-07", path, "推算成了循环。", "is derived from itself."))
        waiting.pop(path)
        return
    sources: list[Dated] = []
    for part in derivation.parts:
        source = full_path(figures, path, part)
        if source is None:
            zh, en = f"引用的取值「{part}」不存在。", f"refers to {part!r}, which does not exist."
            faults.append(_fault("SCH-07", path, zh, en))
            waiting.pop(path)
            return
        source = _origin(figures, source)
        _work_out(source, figures, waiting, (*below, path), faults, compare=compare)
        sources.append(figures[source])
    if waiting.pop(path, None) is None or figures[path].set_by_overlay:
        return
    entries = _entries(derivation, sources, faults)
    written = figures[path].entries
    if compare and written and entries and not _same(written, entries):
        clauses = figures[path].clauses
        zh = f"推算结果与所写取值不一致（条款 {'、'.join(clauses) or '无'}）。"
        en = f"the figure written differs from the one derived (clause {', '.join(clauses)})."
        faults.append(_fault("SCH-10", path, zh, en))
    figures[path] = replace(figures[path], entries=entries)


def _origin(figures: Mapping[str, Dated], path: str) -> str:
    while (ref := figures[path].ref) is not None:
        path = ref
    return path


def _entries(derivation: Derivation, sources: list[Dated], faults: list[Fault]) -> _Entries:
    if not all(source.entries for source in sources):
        return ()
    # Before the last part begins nothing is known; nothing is filled in.
    first = max(source.entries[0][0] for source in sources)
    days = sorted({first} | {d for source in sources for d, _ in source.entries if d > first})
    entries: list[tuple[date, Figure | None]] = []
    for day in days:
        parts = [source.on(day) for source in sources]
        try:
            combined = _combine(derivation.way, [part for part in parts if part is not None])
        except ValueError as error:
            zh = "只能推算金额和整数，且不能混算。"
            faults.append(_fault("SCH-12", derivation.path, zh, f"{error}."))
            return ()
        entries.append((day, None if None in parts else combined))
    return tuple(entries)


def _combine(way: str, parts: list[Figure]) -> Figure | None:
    kinds = [part.kind for part in parts]
    if not set(kinds) <= {"money", "count"}:
        raise ValueError("only amounts and whole numbers can be put together")
    if way == "product":
        if kinds.count("money") > 1:
            raise ValueError("amounts are not multiplied by each other")
    elif len(set(kinds)) > 1:
        raise ValueError("amounts and counts are not added")
    if not parts:
        return None
    total: int = parts[0].value
    for part in parts[1:]:
        if way == "product":
            total *= part.value
        else:
            total += part.value if way == "sum" else -part.value
    return Figure("money" if "money" in kinds else "count", total)


def _same(one: _Entries, other: _Entries) -> bool:
    """Whether two courses over time agree on every day that both know."""
    first = max(one[0][0], other[0][0])
    days = {first} | {day for day, _ in (*one, *other) if day > first}
    return all(_on(one, day) == _on(other, day) for day in days)


def _on(entries: _Entries, day: date) -> Figure | None:
    return [figure for starts_on, figure in entries if starts_on <= day][-1]


def _fault(code: str, where: str, zh: str, en: str) -> Fault:
    return Fault(code, where, Text(zh, en))
