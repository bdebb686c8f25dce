"""Markdown as the reference pages use it (页面写法): headings, tables, code.

Knows no content.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["code", "generated", "page", "table"]


def code(text: str) -> str:
    """A name as it stands in a file or on the command line; nothing for an empty one."""
    return f"`{text}`" if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; bars inside cells are escaped and line ends become spaces.

    >>> print(table(["name", "unit"], [["area", "mu"]]))
    | name | unit |
    |---|---|
    | area | mu |
    """
    lines = [_line(heads), "|" + "---|" * len(heads)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Sequence[object]) -> str:
    texts = [" ".join(str(cell).split()).replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(texts)} |"


def generated(language: str) -> str:
    """The line that says a page is made by the builder."""
    if language == "zh":
        return "<!-- 本页由 docs/build.py 生成，请勿手改。 -->"
    return "<!-- Made by docs/build.py; changes made by hand are lost. -->"


def page(title: str, parts: Iterable[str], *, language: str, other: str = "") -> str:
    """A whole page; ``other`` is the file of the same page in the other language."""
    link = f"[{'English' if language == 'zh' else '中文'}]({other})" if other else ""
    shown = [f"# {title}", generated(language), link, *parts]
    return "\n\n".join(part for part in shown if part) + "\n"
