"""Every figure of a scheme by its path (取值索引), references resolved to full paths.

``funding.town_fund.unit_amount`` is step, entry, field; a value with a name of its own is
``funding.standard_per_town``. Knows where figures stand in the files, not what they are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from bangfu.schemes.derived import derivations_in, full_path, recompute
from bangfu.schemes.figures import Dated, Figure, read_figure
from bangfu.schemes.format import Bilingual, Cited, FigureText, SchemeFile, Value
from bangfu.schemes.format.common import DatedFigure, FigureRef
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["index_figures"]


def index_figures(
    steps: Mapping[str, BaseModel | None], about: SchemeFile, faults: list[Fault]
) -> dict[str, Dated]:
    """The figures of the step files by path; faults are added to the list given.

    Codes: SCH-06 a path used twice, SCH-07 a reference to nothing or in a circle, SCH-08 a figure
    that cannot be read, SCH-09 a figure that changes its kind, SCH-10 a derived figure that
    differs from the one written, SCH-12 figures that cannot be put together.
    """
    figures: dict[str, Dated] = {}
    for step, file in steps.items():
        if file is None:
            continue
        for dated in _figures_in(file, step, None, about.period.starts_on, faults):
            if dated.path in figures:
                faults.append(_fault("SCH-06", dated.path, "这个编号用了两次。", "used twice."))
            figures[dated.path] = dated
    _resolve_references(figures, faults)
    if not faults:
        recompute(figures, derivations_in(steps), faults)
    return figures


def _resolve_references(figures: dict[str, Dated], faults: list[Fault]) -> None:
    for path, dated in list(figures.items()):
        if dated.ref is None:
            continue
        full = full_path(figures, path, dated.ref)
        if full is None:
            faults.append(
                _fault(
                    "SCH-07",
                    path,
                    f"引用的取值「{dated.ref}」不存在。",
                    f"refers to {dated.ref!r}, which does not exist.",
                )
            )
        figures[path] = replace(dated, ref=full)
    for path in [path for path in figures if _goes_in_a_circle(figures, path)]:
        faults.append(
            _fault("SCH-07", path, "取值的引用成了循环。", "the reference goes in a circle.")
        )
        figures[path] = replace(figures[path], ref=None)


def _goes_in_a_circle(figures: Mapping[str, Dated], path: str) -> bool:
    seen: set[str] = set()
    current: str | None = path
    while current is not None:
        if current in seen:
            return True
        seen.add(current)
        current = figures[current].ref
    return False


def _figures_in(
    node: BaseModel, path: str, owner: Cited | None, first_day: date, faults: list[Fault]
) -> Iterator[Dated]:
    if isinstance(node, Value):
        yield _dated_value(node, path, first_day, faults)
        return
    owner = node if isinstance(node, Cited) else owner
    for name, info in type(node).model_fields.items():
        item = getattr(node, name)
        if info.annotation == FigureText:
            dated = _dated_inline(node, name, owner, path, first_day, faults)
            yield replace(dated, implied=item is not None and item == info.default)
        elif isinstance(item, BaseModel):
            yield from _figures_in(item, f"{path}.{name}", owner, first_day, faults)
        elif isinstance(item, tuple):
            for part in item:
                if isinstance(part, BaseModel):
                    own_id = getattr(part, "id", None)
                    sub = f"{path}.{own_id}" if own_id else f"{path}.{name}"
                    yield from _figures_in(part, sub, owner, first_day, faults)


def _dated_value(value: Value, path: str, first_day: date, faults: list[Fault]) -> Dated:
    raw = value.values
    if raw is None and "value" in value.model_fields_set:
        raw = {first_day: value.value}
    return Dated(
        path,
        value.label.text,
        entries=_entries(raw or {}, path, faults),
        clauses=value.clauses,
        assumption=_text(value.assumption),
        citation=_text(value.citation),
        printed=value.printed,
        name=value.name,
        per=value.per,
        derived=value.derived is not None,
        by_year_of_figures=value.dated_by == "figures",
    )


def _dated_inline(
    node: BaseModel,
    name: str,
    owner: Cited | None,
    path: str,
    first_day: date,
    faults: list[Fault],
) -> Dated:
    full, item = f"{path}.{name}", getattr(node, name)
    # The nearest word counts: the field's own clauses, its node's, the entry's.
    own = getattr(node, f"{name}_clauses", ()) or getattr(node, "clauses", ())
    assumption = getattr(node, "assumption", None) or (owner.assumption if owner else None)
    dated = Dated(
        full,
        owner.label.text if owner else Text(full, full),
        clauses=own or (owner.clauses if owner else ()),
        assumption=_text(assumption),
        citation=_text(owner.citation) if owner else None,
        printed=owner.printed if owner else (),
    )
    if isinstance(item, FigureRef):
        return replace(dated, ref=item.value, printed=())
    raw = item.values if isinstance(item, DatedFigure) else {first_day: item}
    return replace(dated, entries=_entries(raw, full, faults))


def _entries(
    raw: Mapping[date, Any], path: str, faults: list[Fault]
) -> tuple[tuple[date, Figure | None], ...]:
    entries: list[tuple[date, Figure | None]] = []
    for starts_on in sorted(raw):
        try:
            entries.append((starts_on, read_figure(raw[starts_on])))
        except ValueError as error:
            faults.append(
                _fault("SCH-08", path, f"取值读不懂：{error}", f"cannot be read: {error}")
            )
    kinds = {figure.kind for _, figure in entries if figure}
    if len(kinds) > 1:
        listed = ", ".join(sorted(kinds))
        faults.append(
            _fault("SCH-09", path, f"前后取值的类型不同：{listed}。", f"of mixed kinds: {listed}.")
        )
    return tuple(entries)


def _fault(code: str, where: str, zh: str, en: str) -> Fault:
    return Fault(code, where, Text(zh, en))


def _text(bilingual: Bilingual | None) -> Text | None:
    return bilingual.text if bilingual else None
