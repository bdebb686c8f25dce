"""Words on the screen in the language asked for: --lang, else BANGFU_LANG, else Chinese."""

from __future__ import annotations

import os
import sys
from typing import Final

from rich.console import Console
from rich.table import Table

from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Language, Text

__all__ = [
    "FIRST_YEAR",
    "LANGUAGES",
    "LAST_YEAR",
    "fault_lines",
    "grid",
    "language",
    "say",
    "screen",
    "show",
]

#: What ``--lang`` and ``BANGFU_LANG`` may be.
LANGUAGES: Final = ("zh", "en")
#: Years a call may speak of.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
#: Columns of a page that is not a terminal (a file, a pipe).
_PAGE_WIDTH: Final = 120


def language() -> Language:
    """The language of this call, read before the command line is parsed."""
    words = sys.argv[1:]
    for position, word in enumerate(words):
        if word == "--lang" and position + 1 < len(words):
            return "en" if words[position + 1] == "en" else "zh"
        if word.startswith("--lang="):
            return "en" if word == "--lang=en" else "zh"
    return "en" if os.environ.get("BANGFU_LANG") == "en" else "zh"


def say(zh: str, en: str) -> str:
    """One of two texts."""
    return zh if language() == "zh" else en


def show(text: Text) -> str:
    """A bilingual text in the language of this call."""
    return text.in_language(language())


def screen() -> Console:
    """Where results are shown: texts as they are, since a name may hold brackets or colons."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = _PAGE_WIDTH
    return console


def grid(
    *heads: str, right: tuple[int, ...] = (), whole: tuple[int, ...] = (), bold: bool = False
) -> Table:
    """A table without lines whose cells are never cut short.

    ``right`` are columns of numbers; they and the columns ``whole`` are not broken over lines.
    """
    table = Table(box=None, pad_edge=False, header_style="bold" if bold else None)
    for position, head in enumerate(heads):
        if position in right:
            table.add_column(head, justify="right", no_wrap=True, overflow="fold")
        else:
            table.add_column(head, no_wrap=position in whole, overflow="fold")
    return table


def fault_lines(faults: tuple[Fault, ...]) -> list[str]:
    """Faults as lines, with a head that says how many there are."""
    head = say(f"有 {len(faults)} 处需要修改：", f"{len(faults)} to mend:")
    return [head, *(f"  - {fault.sentence(language())}" for fault in faults)]
