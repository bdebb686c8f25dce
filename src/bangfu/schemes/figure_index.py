"""Every figure of a scheme by its path (取值索引), references resolved to full paths.

``funding.town_fund.unit_amount`` is step, entry, field; a value with a name of its own is
``funding.standard_per_town``. Knows where figures stand in the files, not what they are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from bangfu.schemes.derived import derivations_in, full_path, recompute
from bangfu.schemes.figures import Dated, Figure, Printed, read_figure
from bangfu.schemes.format import Bilingual, Cited, FigureText, SchemeFile, Value
from bangfu.schemes.format.common import DatedFigure, FigureRef, PrintedAs
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["index_figures"]


def index_figures(
    steps: Mapping[str, BaseModel | None], about: SchemeFile, faults: list[Fault]
) -> dict[str, Dated]:
    """The figures of the step files by path; faults are added to the list given.

    Codes: SCH-06 a path used twice, SCH-07 a reference to nothing or in a circle, SCH-08 a figure
    that cannot be read, SCH-09 a figure that changes its kind, SCH-10 a derived figure that
    differs from the one written, SCH-12 figures that cannot be put together, SCH-14 printed words
    of a field that has no figure.
    """
    figures: dict[str, Dated] = {}
    for step, file in steps.items():
        if file is None:
            continue
        for dated in _figures_in(file, step, _Owner(), about.period.starts_on, faults):
            if dated.path in figures:
                faults.append(_fault("SCH-06", dated.path, "这个编号用了两次。", "used twice."))
            figures[dated.path] = dated
        _refuse_stray_words(file, step, figures, faults)
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


@dataclass(frozen=True, slots=True)
class _Owner:
    """The nearest entry that says what its figures rest on, and its path."""

    entry: Cited | None = None
    path: str = ""


def _figures_in(
    node: BaseModel, path: str, owner: _Owner, first_day: date, faults: list[Fault]
) -> Iterator[Dated]:
    if isinstance(node, Value):
        yield _dated_value(node, path, first_day, faults)
        return
    owner = _Owner(node, path) if isinstance(node, Cited) else owner
    for name, info in type(node).model_fields.items():
        item = getattr(node, name)
        if info.annotation == FigureText:
            dated = _dated_inline(node, name, owner, f"{path}.{name}", first_day, faults)
            yield replace(dated, implied=item is not None and item == info.default)
            continue
        for sub, part in _parts(item, path, name):
            yield from _figures_in(part, sub, owner, first_day, faults)


def _parts(item: Any, path: str, name: str) -> Iterator[tuple[str, BaseModel]]:
    """The nodes in a field with their paths; an entry of a list is known by its id."""
    if isinstance(item, BaseModel):
        yield f"{path}.{name}", item
    elif isinstance(item, tuple):
        for part in item:
            if isinstance(part, BaseModel):
                own_id = getattr(part, "id", None)
                yield (f"{path}.{own_id}" if own_id else f"{path}.{name}"), part


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
        printed=_shared_words(value),
        own_printed=_own_words(value, "value", path, faults),
        name=value.name,
        per=value.per,
        derived=value.derived is not None,
        by_year_of_figures=value.dated_by == "figures",
    )


def _dated_inline(
    node: BaseModel,
    name: str,
    owner: _Owner,
    full: str,
    first_day: date,
    faults: list[Fault],
) -> Dated:
    item, entry = getattr(node, name), owner.entry
    # The nearest word counts: the field's own clauses, its node's, the entry's.
    own = getattr(node, f"{name}_clauses", ()) or getattr(node, "clauses", ())
    assumption = getattr(node, "assumption", None) or (entry.assumption if entry else None)
    dated = Dated(
        full,
        entry.label.text if entry else Text(full, full),
        clauses=own or (entry.clauses if entry else ()),
        assumption=_text(assumption),
        citation=_text(entry.citation) if entry else None,
        printed=_shared_words(entry) if entry else (),
        own_printed=(
            _own_words(entry, full.removeprefix(f"{owner.path}."), full, faults) if entry else ()
        ),
    )
    if isinstance(item, FigureRef):
        return replace(dated, ref=item.value, printed=())
    raw = item.values if isinstance(item, DatedFigure) else {first_day: item}
    return replace(dated, entries=_entries(raw, full, faults))


def _shared_words(entry: Cited) -> tuple[str, ...]:
    return () if isinstance(entry.printed, dict) else entry.printed


def _own_words(entry: Cited, name: str, path: str, faults: list[Fault]) -> tuple[Printed, ...]:
    """The words an entry gives for one of its fields."""
    if not isinstance(entry.printed, dict) or name not in entry.printed:
        return ()
    given = entry.printed[name]
    own: list[Printed] = []
    for words in given if isinstance(given, tuple) else (given,):
        if isinstance(words, PrintedAs):
            said = _entries({date.min: words.says}, f"{path}.printed", faults)
            own.append(Printed(words.words, said[0][1] if said else None))
        else:
            own.append(Printed(words))
    return tuple(own)


def _refuse_stray_words(
    node: BaseModel, path: str, figures: Mapping[str, Dated], faults: list[Fault]
) -> None:
    """Printed words are given for figures that stand in the entry, and for no others."""
    if isinstance(node, Cited) and isinstance(node.printed, dict):
        for name in node.printed:
            dated = figures.get(path if isinstance(node, Value) else f"{path}.{name}")
            if dated is not None and dated.own_printed and dated.ref is None:
                continue
            faults.append(
                _fault(
                    "SCH-14",
                    f"{path}.printed.{name}",
                    "没有这个取值，或它引自别处，不能写原文写法。",
                    "there is no such figure, or it stands elsewhere; no printed words can be "
                    "given for it.",
                )
            )
    for field in type(node).model_fields:
        for sub, part in _parts(getattr(node, field), path, field):
            _refuse_stray_words(part, sub, figures, faults)


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
