"""The entries of a scheme that rest on each clause (条款承载), and what they do with it.

Looks at the files of a scheme only; whether an entry is exercised by a case is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from bangfu.schemes.checks.walk import entries
from bangfu.schemes.derived import derivations_in, full_path
from bangfu.schemes.format import (
    Bilingual,
    Clause,
    FigureText,
    Goal,
    PersonRule,
    Reading,
    Value,
)
from bangfu.schemes.format.common import DatedFigure, FigureRef
from bangfu.schemes.load import STEP_FILES, Scheme
from bangfu.vocabulary.text import Text

__all__ = ["Carrier", "Nature", "carriers_of", "open_figures"]

#: What an entry does with a clause: it takes part in a result; it is put to a person; it is a
#: figure kept that nothing works with; it only tells something.
Nature = Literal["computes", "judged", "figure", "label"]

#: Fields that hold an expression, in which a figure with a name may be used.
_EXPRESSIONS: Final = ("expression", "member_include", "condition", "include", "when", "watch")


@dataclass(frozen=True, slots=True)
class Carrier:
    """One entry that cites a clause.

    ``path`` is that of the figures (``duties.quarterly_visit``). ``open``: a figure it needs is
    null, since the document gives none.
    """

    path: str
    label: Text
    node: BaseModel
    nature: Nature
    open: bool


def carriers_of(scheme: Scheme) -> dict[str, tuple[Carrier, ...]]:
    """What cites each clause of a scheme, by clause id, in the order of the files.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    dict of str to tuple of Carrier
        Every clause of ``clauses.yaml``; an empty tuple where nothing cites it.

    Notes
    -----
    A figure with a name counts as part of a result where an entry refers to it, an expression
    names it, or another figure is worked out from it; otherwise it is kept and checked against
    the document, but moves nothing. A goal without a measure is put to a person.
    """
    used = _figures_used(scheme)
    open_paths = open_figures(scheme)
    found: dict[str, dict[str, Carrier]] = {clause: {} for clause in scheme.clauses}
    for path, node, clauses in _citing(scheme):
        opened = any(at == path or at.startswith(f"{path}.") for at in open_paths)
        carrier = Carrier(path, _label(node, path), node, _nature(node, path, used), opened)
        for clause in clauses:
            if clause in found:
                found[clause].setdefault(path, carrier)
    return {clause: tuple(carriers.values()) for clause, carriers in found.items()}


def _citing(scheme: Scheme) -> Iterator[tuple[str, BaseModel, tuple[str, ...]]]:
    for path, node in entries(scheme):
        if isinstance(node, Clause):
            continue
        for name in type(node).model_fields:
            if name == "clauses":
                yield path, node, tuple(getattr(node, name))
            elif name.endswith("_clauses") and getattr(node, name):
                part = name.removesuffix("_clauses")
                yield f"{path}.{part}", node, tuple(getattr(node, name))


def _nature(node: BaseModel, path: str, used: frozenset[str]) -> Nature:
    if isinstance(node, Value):
        return "computes" if path in used else "figure"
    if isinstance(node, Reading):
        return "label"
    if isinstance(node, PersonRule) and node.kind == "note":
        return "label"
    if isinstance(node, Goal) and node.measure == "judgement":
        return "judged"
    return "computes"


def _label(node: BaseModel, path: str) -> Text:
    label = getattr(node, "label", None)
    if isinstance(label, Bilingual):
        return label.text
    if isinstance(node, Reading):
        return node.problem.text
    written = getattr(node, "written", None) or path
    return Text(str(written), str(written))


def open_figures(scheme: Scheme) -> frozenset[str]:
    """Paths of the figures that are written null for the whole period of the scheme.

    A field that is left out asks nothing; one that is written null asks and has no answer in the
    document.
    """
    return frozenset(
        at for path, node in entries(scheme) for at in _open_fields(scheme, path, node)
    )


def _open_fields(scheme: Scheme, path: str, node: BaseModel) -> Iterator[str]:
    if isinstance(node, Value):
        if scheme.figures[path].kind is None:
            yield path
        return
    for name, info in type(node).model_fields.items():
        if info.annotation != FigureText or name not in node.model_fields_set:
            continue
        item, full = getattr(node, name), f"{path}.{name}"
        if isinstance(item, FigureRef):
            target = full_path(scheme.figures, full, item.value)
            unanswered = target is not None and scheme.origin(target).kind is None
        elif isinstance(item, DatedFigure):
            unanswered = all(raw is None for raw in item.values.values())
        else:
            unanswered = item is None
        if unanswered:
            yield full


def _figures_used(scheme: Scheme) -> frozenset[str]:
    """Paths of the values that an entry, an expression or another figure works with."""
    used = {dated.ref for dated in scheme.figures.values() if dated.ref is not None}
    used |= set(_named_in_expressions(scheme))
    steps = {step: getattr(scheme, step) for step in STEP_FILES}
    for derivation in derivations_in(steps):
        used.add(derivation.path)
        for part in derivation.parts:
            target = full_path(scheme.figures, derivation.path, part)
            if target is not None:
                used.add(target)
    return frozenset(used | {_origin(scheme.figures, path) for path in used})


def _origin(figures: Mapping[str, object], path: str) -> str:
    while (ref := getattr(figures[path], "ref", None)) is not None:
        path = ref
    return path


def _named_in_expressions(scheme: Scheme) -> Iterator[str]:
    words: set[str] = set()
    for _, node in entries(scheme):
        for name in _EXPRESSIONS:
            source = getattr(node, name, None)
            if isinstance(source, str):
                words |= set(re.findall(r"\w+", source))
        combine = getattr(node, "combine", None)
        if isinstance(combine, dict):
            words |= {word for source in combine.values() for word in re.findall(r"\w+", source)}
    for path, dated in scheme.figures.items():
        if dated.name is not None and dated.name in words:
            yield path
