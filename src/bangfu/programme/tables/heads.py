"""The head of a sheet (表头): which row it is, and which declared column each cell names.

Knows the declaration of one table; it does not look at the cells below the head.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programme.tables.declared import TableDeclaration
from bangfu.programme.tables.findings import Findings, quoted
from bangfu.vocabulary.text import Text

__all__ = ["Head", "find_head", "plain_head"]


@dataclass(frozen=True, slots=True)
class Head:
    """The head that was found.

    ``row`` is its row on the sheet, from 1. ``names`` holds one name per sheet column: the
    declared name, or the text given, or ``column_7`` where the cell is empty. ``given`` is the
    text as it stands on the sheet.
    """

    row: int
    names: tuple[str, ...]
    given: tuple[str, ...]

    def as_given(self, name: str) -> str:
        """The head of a column as people see it on their sheet."""
        return next(
            (given for own, given in zip(self.names, self.given, strict=True) if own == name),
            name,
        )


def plain_head(text: str) -> str:
    """A head without case, full-width forms and blanks, for comparing.

    >>> plain_head(" Ｐlace_Code\\n")
    'place_code'
    """
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").lower().split())


def find_head(
    rows: Sequence[Sequence[str]], declaration: TableDeclaration, *, where: str, findings: Findings
) -> Head | None:
    """Find the head among the first rows of a sheet.

    Parameters
    ----------
    rows : sequence of rows of text
        The first rows, from row 1; merged cells already filled in.
    declaration : TableDeclaration
        The table the sheet should hold.

    Returns
    -------
    Head or None
        None where the sheet is empty or two columns claim the same name (a fault is noted).

    Notes
    -----
    The head is the row that names the most declared columns, the first of equals; a head lower
    than row 1 is reported. A sheet none of whose rows names a column is read from its first row
    that is not empty, so that the missing columns are named in the message.
    """
    accepted = {
        plain_head(head): column.name
        for column in declaration.columns
        for head in reversed(column.heads)
    }
    filled = [index for index, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        return None
    best = max(filled, key=lambda index: (_named(rows[index], accepted), -index))
    head = _head_of(best + 1, rows[best], accepted)
    if best != filled[0] or best > 0:
        findings.notice(
            "TAB-N1",
            where,
            Text(
                f"第 {head.row} 行读作表头：{'、'.join(quoted(text) for text in head.given)}",
                f"row {head.row} was read as the head: {', '.join(map(quoted, head.given))}",
            ),
        )
    return head if _is_unambiguous(head, where, findings) else None


def _named(row: Sequence[str], accepted: dict[str, str]) -> int:
    return len({accepted[plain_head(cell)] for cell in row if plain_head(cell) in accepted})


def _head_of(row: int, cells: Sequence[str], accepted: dict[str, str]) -> Head:
    given = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    names = [
        accepted.get(plain_head(text), text) if text else f"column_{index}"
        for index, text in enumerate(given, start=1)
    ]
    # An exact declared name beats an accepted other head of the same column.
    exact = {text for text in given if text in accepted.values()}
    names = [
        text if name in exact and text != name else name
        for name, text in zip(names, given, strict=True)
    ]
    shown = [text or name for text, name in zip(given, names, strict=True)]
    return Head(row, tuple(names), tuple(shown))


def _is_unambiguous(head: Head, where: str, findings: Findings) -> bool:
    twice = sorted({name for name in head.names if head.names.count(name) > 1})
    for name in twice:
        heads = [given for own, given in zip(head.names, head.given, strict=True) if own == name]
        findings.fault(
            "TAB-08",
            where,
            Text(
                f"第 {head.row} 行表头有 {len(heads)} 列都是「{name}」（{'、'.join(heads)}）。",
                f'Row {head.row}: {len(heads)} columns are "{name}" ({", ".join(heads)}).',
            ),
            Text("请只保留一列，或给其余各列改名。", "Keep one column, or rename the others."),
        )
    return not twice


def near_heads(head: Head, wanted: Sequence[str]) -> list[str]:
    """Heads on the sheet that look like a wanted one: to be offered, never taken.

    >>> near_heads(Head(1, ("placecode",), ("placecode",)), ["place_code"])
    ['placecode']
    """
    plain = {plain_head(given): given for given in head.given}
    found = [
        plain[near]
        for name in wanted
        for near in difflib.get_close_matches(plain_head(name), list(plain), n=2, cutoff=0.75)
    ]
    return list(dict.fromkeys(found))
