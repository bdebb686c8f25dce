"""The page of data elements (指标目录), from the catalogue all schemes share."""

from __future__ import annotations

from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.load import load_catalogue
from pages.markdown import code, page, table

__all__ = ["render"]

_INTRO = """\
A data element is defined once and shared by every scheme.
The table `indicators` accepts an element under its id, its Chinese name, its English label or an alias.
Money is kept in whole fen inside; a table may give it in 元, 万元 or 亿元 and the conversion is reported.
The range is the one in which a median is believed: a column ten thousand times off is refused."""


def render(language: str) -> str:
    """The page; it exists in English only, its terms in both languages."""
    elements = load_catalogue().values()
    overview = table(
        ["Id", "Chinese name", "English label", "Kind", "Unit", "Levels", "Range", "Source"],
        [_row(element) for element in elements],
    )
    return page("Data elements (指标目录)", [_INTRO, overview, *_notes()], language=language)


def _row(element: DataElement) -> list[str]:
    spread = "" if element.plausible is None else " – ".join(element.plausible)
    return [
        code(element.id),
        element.name,
        element.label.en,
        element.kind,
        element.unit,
        ", ".join(element.levels),
        spread,
        f"{element.owner} ({element.legal_class})",
    ]


def _notes() -> list[str]:
    lines = []
    for element in load_catalogue().values():
        if element.definition is not None:
            aliases = f" Aliases: {', '.join(element.aliases)}." if element.aliases else ""
            lines.append(
                f"- {code(element.id)}: {element.definition.en} {element.definition.zh}{aliases}"
            )
    return ["## What is counted", "\n".join(lines)]
