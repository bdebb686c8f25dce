"""The page of the scheme format (方案文件格式), from the pydantic models that read it."""

from __future__ import annotations

import inspect
import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bangfu.programme.case_file import CaseFile
from bangfu.schemes.format import Cited, ClausesFile, FigureText, ReadingsFile, SchemeFile
from bangfu.schemes.format.catalogue import CatalogueFile
from bangfu.schemes.load import STEP_FILES
from pages.markdown import code, page, table

__all__ = ["render"]

_INTRO = """\
A scheme is a folder of YAML files.
`scheme.yaml` and `clauses.yaml` are required; every other file may be left out.
A key that is not named here is refused, and so is a file that is not named here.
`bangfu scheme schema` prints the same format as JSON Schema, for editors."""
_FIGURE = """\
A field of type **figure** holds one figure of the policy.
It becomes a path such as `funding.town_fund.unit_amount`.
It is written as in the document: `2000万元`, `76`, `8%`, `quarter`, `3年`, `2025-12-31`, `2021/2026`.
A ratio is written as a mapping of whole weights.
`null` says that the document is silent; it is shown as 文件未明确、待定 and nothing is put in its place.
`{value: PATH}` points to a figure that stands elsewhere.
`{values: {DATE: figure, ...}}` gives a figure that changes, each from its day on."""
_CITED = """\
An entry with `clauses`, `assumption` and `citation` must give at least one of them.
They say which clauses of the document it rests on, what we assume, or where else it is taken from."""
_FILES: dict[str, tuple[type[BaseModel], ...]] = {
    "scheme.yaml": (SchemeFile,),
    "clauses.yaml": (ClausesFile,),
    "readings.yaml": (ReadingsFile,),
    **{f"{step}.yaml": (model,) for step, model in STEP_FILES.items()},
    "cases/*.yaml": (CaseFile,),
    "catalogue.yaml": (CatalogueFile,),
}
_PLAIN = {str: "text", int: "whole number", bool: "true or false", Any: "anything"}


def render(language: str) -> str:
    """The page; the format is described in English."""
    parts = [_INTRO, "## Figures", _FIGURE, "## What an entry rests on", _CITED]
    shown: set[type[BaseModel]] = set()
    for name, models in _FILES.items():
        parts.append(f"## {name}")
        for model in models:
            parts += _sections(model, shown)
    return page("The format of a scheme", parts, language=language)


def _sections(model: type[BaseModel], shown: set[type[BaseModel]]) -> list[str]:
    """A model, then the models its fields hold, each once on the page."""
    if model in shown:
        return []
    shown.add(model)
    parts = [f"### {model.__name__}", _docstring(model)]
    notes = _field_notes(model)
    rows = [
        [code(field.alias or name), _type_of(field), _default(field), notes.get(name, "")]
        for name, field in model.model_fields.items()
    ]
    parts.append(table(["Field", "Type", "Default", "Meaning"], rows))
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            parts += _sections(inner, shown)
    return parts


def _docstring(model: type[BaseModel]) -> str:
    text = inspect.getdoc(model) or ""
    return text.replace("``", "`")


def _field_notes(model: type[BaseModel]) -> dict[str, str]:
    """The ``#:`` comments above the fields, of the model and of those it builds on."""
    notes: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if not (isinstance(cls, type) and issubclass(cls, BaseModel)) or cls is BaseModel:
            continue
        pending: list[str] = []
        for line in inspect.getsource(cls).splitlines():
            stripped = line.strip()
            if stripped.startswith("#:"):
                pending.append(stripped[2:].strip())
            elif match := re.match(r"(\w+)\s*:", stripped):
                if pending:
                    notes[match[1]] = " ".join(pending).replace("``", "`")
                pending = []
            else:
                pending = []
    if issubclass(model, Cited):
        notes.setdefault("reading", "The reading that decides how this entry is taken.")
    return notes


def _type_of(field: FieldInfo) -> str:
    if field.annotation == FigureText:
        return "**figure**"
    pattern = next((m.pattern for m in field.metadata if getattr(m, "pattern", None)), "")
    return _type_text(field.annotation) + (f" {code(pattern)}" if pattern else "")


def _type_text(annotation: Any) -> str:
    if annotation == FigureText:
        return "**figure**"
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_text(inside[0])
    if origin is Literal:
        return " or ".join(code(str(option)) for option in inside)
    if origin in (Union, types.UnionType):
        known = [part for part in inside if part is not type(None)]
        return " or ".join(_type_text(part) for part in known)
    if origin in (tuple, list):
        if len(inside) == 2 and inside[1] is Ellipsis:
            return f"list of {_type_text(inside[0])}"
        return f"list of {len(inside)}: " + ", ".join(_type_text(part) for part in inside)
    if origin is dict:
        return f"mapping of {_type_text(inside[0])} to {_type_text(inside[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.__name__
    return _PLAIN.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is PydanticUndefined or default in (None, (), "", {}):
        return ""
    return "" if isinstance(default, BaseModel) else code(str(default))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models an annotation holds; those a figure is made of are described as a figure."""
    if annotation == FigureText:
        return []
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
