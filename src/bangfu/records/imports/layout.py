"""Where a sheet of figures holds what (表样识别): long form, or wide with a head of several rows.

    long    区划代码 | 指标 | 期间 | 数值 | 计量单位
    wide    乡镇 | 村 | 村集体经营性收入（万元）       | 户数
            |    | 2023年      | 2024年        | 2024年

A head is taken as it stands or not at all; one that is nearly a known one is told, never taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bangfu.programme.tables.declared import ElementInfo
from bangfu.programme.tables.elements import elements_by_name, near_miss
from bangfu.programme.tables.grids import Grid
from bangfu.programme.tables.heads import plain_head
from bangfu.vocabulary.period import parse_period

__all__ = ["FiguresLayout", "ValueColumn", "figures_layout", "period_of", "place_columns"]

_CODE_HEADS: Final = frozenset(
    {"place_code", "行政区划代码", "区划代码", "统计用区划代码", "地方代码", "村代码", "乡镇代码"}
    | {"县代码", "代码", "code"}
)
#: Heads of names, from the upper level to the lower; the last group names no level.
_NAME_HEADS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"县", "县区", "县市区", "县名", "县(市、区)", "区县", "所属县"}),
    frozenset({"乡镇", "镇", "乡镇街道", "乡镇(街道)", "镇街", "镇(街)", "乡镇名称", "所属乡镇"}),
    frozenset({"村", "村名", "行政村", "村(社区)", "村社区", "村名称", "行政村名称", "村别"}),
    frozenset({"地方", "地区", "地方名称", "名称", "单位名称", "填报单位", "place_name", "name"}),
)
_INDICATOR: Final = frozenset({"indicator", "指标", "指标名称", "数据元"})
_PERIOD: Final = frozenset({"period", "期间", "期别", "年份", "年度", "报告期", "所属期"})
_VALUE: Final = frozenset({"value", "数值", "指标值", "填报值"})
_UNIT: Final = frozenset({"unit", "计量单位", "单位"})
_SOURCE: Final = frozenset({"source", "数据来源", "来源"})
_BRACKET = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]\s*$")
_TITLE_UNIT = re.compile(r"(?:计量)?单位[:：]\s*([^\s,，;；、)）]+)")
_UNIT_TEXT = re.compile(
    r"万元|亿元|元|分|万?人|万?户|万?亩|个|%|％|万?公里|万?平方米|万?吨|万?千瓦"
)
_YEAR_HABITS: Final = (
    (re.compile(r"(?<!\d)(\d{4})年?([上下])半年"), lambda m: f"{m[1]}H{'上下'.index(m[2]) + 1}"),
    (re.compile(r"(?<!\d)(\d{4})年?第?([1-4一二三四])季度?"), lambda m: f"{m[1]}Q{_digit(m[2])}"),
    (re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月"), lambda m: f"{m[1]}-{int(m[2]):02d}"),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda m: m[1]),
)


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of figures of one element: its place on the sheet, its period and unit if told."""

    index: int
    element: str
    head: str
    period: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FiguresLayout:
    """Where a sheet holds places and figures; indexes count the columns of the grid from 0."""

    head_rows: int
    code: int | None
    names: tuple[int, ...]
    period: int | None = None
    unit: int | None = None
    source: int | None = None
    #: Long form: the columns of the indicator and of the value.
    indicator: int | None = None
    value: int | None = None
    #: Wide form.
    values: tuple[ValueColumn, ...] = ()
    #: Heads that are no element, and those that nearly are one: (head, element meant).
    private: tuple[str, ...] = ()
    near: tuple[tuple[str, str], ...] = field(default=())

    @property
    def is_long(self) -> bool:
        """Whether each line is one figure."""
        return self.indicator is not None


def figures_layout(grid: Grid, catalogue: Mapping[str, ElementInfo]) -> FiguresLayout | None:
    """How a sheet holds figures, or None where it is no sheet of figures."""
    return _long(grid) or _wide(grid, catalogue)


def place_columns(heads: Sequence[str]) -> tuple[int | None, tuple[int, ...]]:
    """The column of place codes and the columns of names, upper level first."""
    plain = [_plain(head) for head in heads]
    code = next((i for i, head in enumerate(plain) if head in _CODE_HEADS), None)
    names = [
        next((i for i, head in enumerate(plain) if head in level), None) for level in _NAME_HEADS
    ]
    return code, tuple(index for index in names if index is not None)


def period_of(text: str) -> str:
    """A period as the office writes it (2024年、2024年3月、2024年上半年), or nothing.

    >>> period_of("2024年度"), period_of("2024年一季度"), period_of("2024"), period_of("去年")
    ('2024', '2024Q1', '2024', '')
    """
    text = text.strip()
    try:
        return parse_period(text).text
    except ValueError:
        pass
    for habit, written in _YEAR_HABITS:
        match = habit.search(text)
        if match:
            return str(written(match))
    return ""


def _digit(text: str) -> str:
    return str("一二三四".index(text) + 1) if text in "一二三四" else text


def _plain(head: str) -> str:
    return plain_head(head).replace("（", "(").replace("）", ")").lstrip("*#").strip()


def _without_unit(head: str) -> str:
    return _BRACKET.sub("", head).strip().removeprefix("其中：").removeprefix("其中:")


def _long(grid: Grid) -> FiguresLayout | None:
    for row, cells in enumerate(grid.top, start=1):
        heads = [_plain(cell) for cell in cells]
        found = {
            name: next((i for i, head in enumerate(heads) if head in accepted), None)
            for name, accepted in (
                ("indicator", _INDICATOR),
                ("value", _VALUE),
                ("period", _PERIOD),
                ("unit", _UNIT),
                ("source", _SOURCE),
            )
        }
        code, names = place_columns(cells)
        if None not in (found["indicator"], found["value"]) and (code is not None or names):
            known = {*found.values(), code, *names}
            private = tuple(c for i, c in enumerate(cells) if c and i not in known)
            return FiguresLayout(
                row,
                code,
                names,
                found["period"],
                found["unit"],
                found["source"],
                found["indicator"],
                found["value"],
                private=private,
            )
    return None


def _wide(grid: Grid, catalogue: Mapping[str, ElementInfo]) -> FiguresLayout | None:
    by_name = {_plain(name): element for name, element in elements_by_name(catalogue).items()}
    head_rows = _last_head_row(grid.top, by_name)
    if head_rows == 0:
        return None
    rows = grid.top[:head_rows]
    parts = [_parts(rows, index) for index in range(len(rows[0]))]
    code, names = place_columns([part[-1] if part else "" for part in parts])
    if code is None and not names:
        code, names = _places_above(parts)
    if code is None and not names:
        return None
    titles = [cell for row in rows for cell in row]
    title_unit = next((m[1] for cell in titles if (m := _TITLE_UNIT.search(cell))), "")
    title_period = next((p for cell in titles if (p := _period_in_title(cell))), "")
    values: list[ValueColumn] = []
    private: list[str] = []
    near: list[tuple[str, str]] = []
    period = next((i for i, part in enumerate(parts) if part and _plain(part[-1]) in _PERIOD), None)
    for index, part in enumerate(parts):
        if index in (code, period, *names) or not part:
            continue
        element = next((by_name[p] for text in reversed(part) if (p := _name(text, by_name))), None)
        if element is not None:
            values.append(_value_column(index, part, element, (title_period, title_unit)))
            continue
        meant = near_miss(_without_unit(part[-1]), [e.label for e in catalogue.values()])
        if meant:
            near.append((part[-1], meant))
        else:
            private.append(part[-1])
    if not values:
        return None
    return FiguresLayout(
        head_rows,
        code,
        names,
        period=period,
        values=tuple(values),
        private=tuple(private),
        near=tuple(near),
    )


def _name(text: str, by_name: Mapping[str, ElementInfo]) -> str:
    """The accepted name a part of a head stands for, with or without its unit behind it."""
    for candidate in (_plain(text), _plain(_without_unit(text))):
        if candidate in by_name:
            return candidate
    return ""


def _parts(rows: Sequence[Sequence[str]], index: int) -> list[str]:
    """The texts above a column, upper first, each once; titles over the whole sheet count too."""
    texts = [" ".join(row[index].split()) for row in rows if index < len(row)]
    return [text for text in dict.fromkeys(texts) if text]


def _last_head_row(top: Sequence[Sequence[str]], by_name: Mapping[str, ElementInfo]) -> int:
    """The last row of the head, from 1; 0 where no row names an element."""
    last = 0
    for row, cells in enumerate(top, start=1):
        if any(cell and _name(cell, by_name) for cell in cells):
            last = row
    while 0 < last < len(top) and _is_head_tail(top[last - 1], top[last]):
        last += 1
    return last


def _is_head_tail(head: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the row below belongs to the head: periods, units or repeated heads alone."""
    filled = [(above, cell) for above, cell in zip(head, below, strict=False) if cell]
    return bool(filled) and all(
        cell == above
        or (not cell.isdigit() and period_of(cell) != "")
        or (cell.isdigit() and len(cell) == 4 and period_of(cell) != "" and above != cell)
        or _UNIT_TEXT.fullmatch(cell.strip("()（）"))
        for above, cell in filled
    )


def _places_above(parts: Sequence[Sequence[str]]) -> tuple[int | None, tuple[int, ...]]:
    """Place columns whose head stands higher than the last row of the head."""
    for depth in range(2, 5):
        code, names = place_columns([part[-depth] if len(part) >= depth else "" for part in parts])
        if code is not None or names:
            return code, names
    return None, ()


def _value_column(
    index: int, part: Sequence[str], element: ElementInfo, title: tuple[str, str]
) -> ValueColumn:
    period = next((p for text in reversed(part) if (p := _period_in_head(text))), title[0])
    return ValueColumn(
        index, element.id, " ".join(part[-2:]), period, _unit_of(part, title[1], element)
    )


def _period_in_head(text: str) -> str:
    return period_of(text)


def _period_in_title(text: str) -> str:
    return period_of(text) if re.search(r"\d{4}年", text) else ""


def _unit_of(part: Sequence[str], title_unit: str, element: ElementInfo) -> str:
    for text in reversed(part):
        bracket = _BRACKET.search(text)
        if bracket and _UNIT_TEXT.fullmatch(bracket[1].removeprefix("单位：").strip()):
            return bracket[1].removeprefix("单位：").strip()
        if _UNIT_TEXT.fullmatch(text.strip("()（）")):
            return text.strip("()（）")
    # The unit in the corner of a sheet speaks of money; counts keep their own.
    is_money = element.unit == "fen"
    return title_unit if is_money == (title_unit in ("元", "万元", "亿元", "分")) else ""
