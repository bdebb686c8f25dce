"""Results of goals on clusters, before they are rows of ``goals`` (片区目标结果).

What every goal on clusters shares: a result with its reason, the figures of years, headlines by
reading. Knows no goal of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

import polars as pl

from bangfu.engine.goals.rise import RISE_READINGS
from bangfu.programme.goals import GOAL_COLUMNS
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Cited
from bangfu.schemes.format.clusters import COUNT_READINGS, COVERAGE_READINGS
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = [
    "BODY",
    "READING_WORDS",
    "ResultRow",
    "YearlyFigures",
    "counting",
    "laid_out",
    "met_headline",
    "pct_text",
]

#: The code under which results of all clusters together stand.
BODY: Final = "body"
_RESULT: Final = {True: "met", False: "not_met", None: "unknown"}
#: Each reading as a headline and a reason name it.
READING_WORDS: Final = {
    "started": Text("启动", "begun"),
    "built": Text("建成", "built"),
    "relative_rate": Text("增幅相对提高", "relative rise of the rate"),
    "percentage_points": Text("增幅提高的百分点", "rise in percentage points"),
    "level": Text("收入水平提高", "rise of the level"),
    "villages": Text("按村", "by villages"),
    "population": Text("按人口", "by people"),
}


class ResultRow(NamedTuple):
    """One result, before it is laid out as a row of ``goals``."""

    scope: str
    reading: str
    code: str
    name: str
    owner: str
    period: str
    value: str | None
    threshold: str
    met: bool | None
    final: bool
    reason: str = ""


@dataclass
class YearlyFigures:
    """Figures of one element by year and place, read once per year."""

    work: Workspace
    element: str
    _values: dict[int, dict[str, int | bool | None]] = field(default_factory=dict)
    _final: dict[int, dict[str, bool]] = field(default_factory=dict)

    def value(self, place: str, year: int) -> int | None:
        """The figure of a place, as a whole number; True counts as one."""
        if year not in self._values:
            table = self.work.measurements.wide(year, [self.element])
            self._values[year] = dict(zip(table["place_code"], table[self.element], strict=True))
        found = self._values[year].get(place)
        return None if found is None else int(found)

    def is_final(self, place: str, year: int) -> bool:
        """Whether the figure is there and final."""
        if year not in self._final:
            table = self.work.measurements.final(year, [self.element])
            self._final[year] = dict(zip(table["place_code"], table[self.element], strict=True))
        return bool(self._final[year].get(place))

    def latest_year(self) -> int:
        """The last year up to the day of the run with any figure; else the year before it."""
        for year in range(self.work.as_of.year, self.work.as_of.year - 2, -1):
            table = self.work.measurements.wide(year, [self.element])
            if table[self.element].null_count() < table.height:
                return year
        return self.work.as_of.year - 1


def laid_out(goal: Cited, rows: Iterable[ResultRow], op: str = ">=") -> pl.DataFrame:
    """Rows of ``goals``, with the reason beside them."""
    laid = [
        (goal.id, row.scope, row.reading, row.code, row.name, row.owner, row.period, row.value,
         row.threshold, op, _RESULT[row.met], "final" if row.final else "provisional",
         join_clauses(goal.clauses), row.reason)
        for row in rows
    ]  # fmt: skip
    return pl.DataFrame(
        laid, schema=dict.fromkeys((*GOAL_COLUMNS, "reason"), pl.String), orient="row"
    )


def met_headline(work: Workspace, goal: Cited, reading: str, rows: Sequence[ResultRow]) -> None:
    """How many met a goal under one reading; the chosen reading is said to count."""
    own = [row for row in rows if row.reading == reading]
    if not own:
        return
    unknown, word = sum(row.met is None for row in own), READING_WORDS[reading]
    suffix, mark = counting(work, goal, reading)
    work.headline(
        Headline(
            f"clusters.{goal.id}{suffix}.met",
            Text(f"{goal.label.zh}（{word.zh}）：达标", f"{goal.label.en} ({word.en}): met"),
            sum(row.met is True for row in own),
            "个",
            goal.clauses,
            basis=Text(
                f"共 {len(own)} 个，待核实 {unknown} 个，{mark.zh}",
                f"of {len(own)}, unknown {unknown}, {mark.en}",
            ),
            step="clusters",
        )
    )


def counting(work: Workspace, goal: Cited, reading: str) -> tuple[str, Text]:
    """The end of a headline's id, and whether the reading counts; without a choice the first does."""
    chosen = work.scheme.chosen(goal.reading) if goal.reading else None
    first = (COUNT_READINGS[0], RISE_READINGS[0], COVERAGE_READINGS[0])
    if reading == chosen or (chosen is None and reading in first):
        return "", Text("按此计算", "this one counts")
    return f".{reading}", Text("供对照", "for comparison")


def pct_text(rate: Fraction | None) -> str:
    """A rate in per cent with two decimals, for people only."""
    if rate is None:
        return "待核实"
    hundredths = round(rate * 10_000)
    sign, size = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{size // 100}.{size % 100:02d}%"
