"""A scheme laid out by path (方案按路径展开), and which figures of two schemes mean the same.

Entries, the rules written in them and their figures; a figure under another path is matched by
its label, or by what it is compared with and asked of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from bangfu.schemes.figures import Figure
from bangfu.schemes.format import Bilingual, Cited, FigureText, Value
from bangfu.schemes.load import STEP_FILES, Scheme
from bangfu.vocabulary.text import Text

__all__ = ["Course", "Layout", "course_of", "lay_out", "pair_figures"]

#: What makes two figures of other paths mean the same, beside their step, kind and field.
_TRAITS: Final = (
    "measure",
    "element",
    "per_element",
    "op",
    "member_level",
    "posts",
    "purpose",
    "name",
)
#: A figure over time: each day from which it is another one.
Course: TypeAlias = tuple[tuple[date, Figure | None], ...]
_Meaning: TypeAlias = Callable[[Scheme, str, BaseModel, str], tuple[object, ...] | None]


@dataclass(frozen=True)
class Layout:
    """The entries, rules and figures of a scheme by path."""

    entries: dict[str, BaseModel]
    rules: dict[str, tuple[str, Text]]  # path -> path of its entry, text
    owners: dict[str, tuple[BaseModel, str]]  # path of a figure -> its node, its field


def lay_out(scheme: Scheme) -> Layout:
    """Every entry, rule and figure of a scheme by path."""
    layout = Layout({}, {}, {})
    for step, file in (("scheme", scheme.about), *((s, getattr(scheme, s)) for s in STEP_FILES)):
        _walk(file, step, step, layout)
    return layout


def _walk(node: BaseModel, path: str, entry: str, layout: Layout) -> None:
    if isinstance(node, Cited):
        layout.entries[path], entry = node, path
    if isinstance(node, Value):
        layout.owners[path] = (node, "")
    for name, info in type(node).model_fields.items():
        item, at = getattr(node, name), f"{path}.{name}"
        if info.annotation == FigureText:
            layout.owners[at] = (node, name)
        elif name == "id" or (isinstance(node, Value) and name in ("value", "values")):
            continue
        elif item not in (info.default, None, "", (), {}):
            _walk_item(item, at, entry, layout)


def _walk_item(item: Any, path: str, entry: str, layout: Layout) -> None:
    if isinstance(item, Bilingual):
        layout.rules[path] = (entry, item.text)
    elif isinstance(item, BaseModel):
        _walk(item, path, entry, layout)
    elif isinstance(item, Mapping):
        for key, part in item.items():
            _walk_item(part, f"{path}.{key}", entry, layout)
    elif isinstance(item, tuple) and any(isinstance(part, BaseModel) for part in item):
        for place, part in enumerate(item, start=1):
            key = _key(part) or str(place)
            # Entries with an id stand at step.id, as in the paths of figures.
            own = getattr(part, "id", None)
            _walk_item(part, f"{path.rpartition('.')[0] if own else path}.{key}", entry, layout)
    else:
        words = "、".join(map(str, item)) if isinstance(item, tuple) else str(item)
        layout.rules[path] = (entry, Text(words, words))


def _key(part: Any) -> str:
    """By what a part of a list is known: its id, its section, its pair of places."""
    for name in ("id", "section", "written"):
        if getattr(part, name, None):
            return str(getattr(part, name))
    pair = [getattr(part, name, None) or "" for name in ("helper", "recipient")]
    return ">".join(pair) if any(pair) else ""


def pair_figures(
    a: Scheme, b: Scheme, here: Layout, there: Layout
) -> tuple[dict[str, str], list[str], list[str]]:
    """Figures of A with those of B that mean the same, and the paths left over on each side.

    Notes
    -----
    The same path, else the same label in the same kind of entry, else the same traits (element,
    comparison, posts, year): each only where no second figure has it too.
    """
    pairs = {path: path for path in a.figures if path in b.figures}
    left = [path for path in a.figures if path not in pairs]
    right = [path for path in b.figures if path not in pairs]
    for meaning in (_by_label, _by_traits):
        known, other = _unique(a, here, left, meaning), _unique(b, there, right, meaning)
        found = {known[key]: other[key] for key in known.keys() & other.keys()}
        pairs |= found
        left = [path for path in left if path not in found]
        right = [path for path in right if path not in found.values()]
    return pairs, left, right


def _by_label(scheme: Scheme, path: str, node: BaseModel, field: str) -> tuple[object, ...]:
    return (path.split(".")[0], type(node).__name__, field, scheme.figures[path].label.zh)


def _by_traits(scheme: Scheme, path: str, node: BaseModel, field: str) -> tuple[object, ...] | None:
    traits = tuple(str(getattr(node, name, "")) for name in _TRAITS)
    if isinstance(node, Value):
        return (path.split(".")[0], "Value", node.name) if node.name else None
    if not any(traits):
        return None
    year = scheme.figures.get(f"{path.rpartition('.')[0]}.year")
    years = str([figure for _, figure in course_of(scheme, year.path)]) if year else ""
    return (path.split(".")[0], type(node).__name__, field, traits, years)


def _unique(
    scheme: Scheme, layout: Layout, paths: list[str], meaning: _Meaning
) -> dict[tuple[object, ...], str]:
    """Paths by meaning, where only one path has it."""
    found: dict[tuple[object, ...], list[str]] = {}
    for path in paths:
        if path in layout.owners:
            node, field = layout.owners[path]
            key = meaning(scheme, path, node, field)
            if key is not None:
                found.setdefault(key, []).append(path)
    return {key: same[0] for key, same in found.items() if len(same) == 1}


def course_of(scheme: Scheme, path: str) -> Course:
    """The figure over time; an entry that repeats the one before it is none."""
    course: list[tuple[date, Figure | None]] = []
    for day, figure in scheme.origin(path).entries:
        if not course or course[-1][1] != figure:
            course.append((day, figure))
    return tuple(course)
