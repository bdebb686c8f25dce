"""Layouts of the code lists in circulation (区划代码表版式) and how each is recognised.

Knows heads and digits; a list of an edition (版本) says what was valid at its cut-off day, not
since when, so no date is made up from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from bangfu.programme.tables.declared import Column, TableDeclaration
from bangfu.vocabulary.text import Text

__all__ = [
    "CODE_LIST",
    "LAYOUTS",
    "Layout",
    "LayoutName",
    "edition_columns",
    "is_edition",
    "layout_of",
]

LayoutName = Literal["five_levels", "levels", "editions", "paths", "plain"]

_EDITION = re.compile(r"\d{4}|\d{8}|\d{4}-\d{2}(-\d{2})?")
_NAME_OF_EDITION = re.compile(r"name_(\d{4})")


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: the heads by which it is known, and what it holds."""

    name: LayoutName
    heads: tuple[str, ...]
    holds: Text


#: In the order in which they are tried: the richest first.
LAYOUTS: Final = (
    Layout(
        "five_levels",
        (
            "village_code", "village_name", "town_code", "town_name", "county_code",
            "county_name", "city_code", "city_name", "province_name",
        ),
        Text("逐村列出省、市、县、乡、村（12 位）", "villages with all levels above, 12 digits"),
    ),
    Layout(
        "levels",
        ("code", "name", "level", "parent_code"),
        Text("代码、名称、层级、上级代码", "code, name, level and code above"),
    ),
    Layout(
        "editions",
        ("town_code",),
        Text("乡级代码与各年版名称 name_2017、name_2018……", "towns with a name per edition"),
    ),
    Layout(
        "paths",
        ("code", "path"),
        Text("代码与全路径，如「中国,陕西省,铜川市」（6 或 9 位）",
             "code and full path, 6 or 9 digits"),
    ),
    Layout("plain", ("code", "name"), Text("代码、名称", "code and name")),
)  # fmt: skip

_OTHER_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("code6", "code9", "code12", "行政区划代码", "区划代码"),
    "name": ("path_name",),
    "path": (),
    "level": (),
    "parent_code": (),
}
_ZH: Final = {
    "code": "代码", "name": "名称", "path": "全路径", "level": "层级", "parent_code": "上级代码",
}  # fmt: skip


def _column(name: str) -> Column:
    kind: Literal["code", "text"] = "code" if name.endswith("code") else "text"
    return Column(name, kind, Text(_ZH.get(name, name), name), also=_OTHER_HEADS.get(name, ()))


#: What the reader looks for in the head of a code list, whatever its layout.
CODE_LIST: Final = TableDeclaration(
    "code_list",
    Text("区划代码表", "code list"),
    tuple(
        _column(name)
        for name in dict.fromkeys([*(head for layout in LAYOUTS for head in layout.heads)])
    ),
    free=True,
)


def is_edition(text: str) -> bool:
    """Whether a text names an edition: a year, or the day of the list.

    >>> is_edition("2021"), is_edition("2026-04-27"), is_edition("latest")
    (True, True, False)
    """
    return _EDITION.fullmatch(text) is not None


def edition_columns(heads: Iterable[str]) -> dict[str, str]:
    """The columns of names by edition.

    >>> edition_columns(["town_code", "name_2020", "name_2021"])
    {'2020': 'name_2020', '2021': 'name_2021'}
    """
    matches = [(head, _NAME_OF_EDITION.fullmatch(head)) for head in heads]
    return {match[1]: head for head, match in matches if match}


def layout_of(heads: Iterable[str]) -> Layout | None:
    """The layout a list has by its heads, or None.

    >>> layout_of(["village_code", "village_name"]).name
    'plain'
    >>> layout_of(["id", "label"]) is None
    True
    """
    given = set(heads)
    for layout in LAYOUTS:
        if layout.name == "editions" and not edition_columns(given):
            continue
        if given.issuperset(layout.heads):
            return layout
    pairs = (("village_code", "village_name"), ("town_code", "town_name"))
    return LAYOUTS[-1] if any(given.issuperset(pair) for pair in pairs) else None
