"""Every entry of a scheme with its path (逐项遍历), so that one check can look at them all.

Paths are those of the figures: step, entry, part.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from bangfu.schemes.load import STEP_FILES, Scheme
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["entries", "fault", "listed"]


def entries(scheme: Scheme) -> Iterator[tuple[str, BaseModel]]:
    """Every part of the scheme files, files themselves and clauses included."""
    yield from _below("scheme", scheme.about)
    yield from _below("clauses", scheme.clauses_file)
    for reading in scheme.readings.values():
        yield from _below(f"readings.{reading.id}", reading)
    for step in STEP_FILES:
        yield from _below(step, getattr(scheme, step))


def _below(path: str, node: BaseModel) -> Iterator[tuple[str, BaseModel]]:
    yield path, node
    for name in type(node).model_fields:
        item = getattr(node, name)
        if isinstance(item, BaseModel):
            yield from _below(f"{path}.{name}", item)
        elif isinstance(item, dict):
            for key, part in item.items():
                if isinstance(part, BaseModel):
                    yield from _below(f"{path}.{name}.{key}", part)
        elif isinstance(item, tuple):
            for place, part in enumerate(item, start=1):
                if isinstance(part, BaseModel):
                    own_id = getattr(part, "id", None)
                    yield from _below(f"{path}.{own_id or f'{name}.{place}'}", part)


def fault(code: str, where: str, zh: str, en: str) -> Fault:
    """One fault in both languages; ``where`` is a path."""
    return Fault(code, where, Text(zh, en))


def listed(words: Iterator[str] | list[str] | set[str] | tuple[str, ...]) -> Text:
    """Accepted words as a list for a message, in both languages."""
    ordered = sorted(words)
    return Text("、".join(ordered) or "无", ", ".join(ordered) or "none")
