"""Printed tables (附表): each row of a published table stands in the document as it is carried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bangfu.schemes.format import Quota, QuotaRow
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.report import Finding
from bangfu.vocabulary.text import Text

__all__ = ["row_findings", "row_key"]

_SUM_WORDS: Final = re.compile(r"小计|合计|总计|共计")


@dataclass(eq=False)
class _Row:
    """A row of a quota: the numbers it should print, and what became of it."""

    quota: Quota
    row: QuotaRow
    name: str
    sections: tuple[str, ...]
    is_sum: bool
    found: bool = False

    @property
    def wanted(self) -> list[int]:
        numbers = self.row.numbers
        wanted = [numbers[layer.id] for layer in self.quota.layers if layer.id in numbers]
        if self.row.total is not None and len(self.quota.layers) > 1:
            wanted.append(self.row.total)
        return wanted


@dataclass
class _Printed:
    """Runs of numbers as printed; a number that one row has taken is no other row's."""

    runs: list[list[int | None]] = field(default_factory=list)

    def take(self, wanted: list[int]) -> bool:
        for run in self.runs:
            for start in range(len(run) - len(wanted) + 1):
                if run[start : start + len(wanted)] == wanted:
                    run[start : start + len(wanted)] = [None] * len(wanted)
                    return True
        return False


def row_findings(scheme: Scheme, parts: Mapping[str, str]) -> Iterator[Finding]:
    """One finding per row, subtotal and total; ``reason`` is set where it is not found.

    ``parts`` are the sections with their lines. The numbers of a row must follow the name of its
    place, side by side, before another place is named; those of a sum stand in a line of sums.
    Longer rows choose first, so that a single number is not found among those of a longer row.
    """
    rows = list(_rows(scheme, parts))
    places = set(scheme.pairing.places.values())
    printed: dict[tuple[tuple[str, ...], str], _Printed] = {}
    for each in sorted(rows, key=lambda row: -len(row.wanted)):
        key = (each.sections, "" if each.is_sum else each.name)
        if key not in printed:
            lines = [line for section in each.sections for line in parts[section].split("\n")]
            printed[key] = _sums(lines) if each.is_sum else _beside(each.name, lines, places)
        each.found = printed[key].take(each.wanted)
    for each in rows:
        yield _finding(each)


def row_key(row: QuotaRow) -> str:
    """How the path of a finding names a row: its places, or ``totals``."""
    return ".".join(code for code in (row.helper, row.recipient) if code) or "totals"


def _rows(scheme: Scheme, parts: Mapping[str, str]) -> Iterator[_Row]:
    for quota in scheme.pairing.quotas:
        published = quota.published
        named = (scheme.clauses[each] for each in published.clauses if each in scheme.clauses)
        standing = (section for clause in named for section in clause.sections)
        where = tuple(dict.fromkeys(section for section in standing if section in parts))
        for row in published.rows:
            name = scheme.pairing.places.get(row.recipient or row.helper or "", "")
            yield _Row(quota, row, name, where, is_sum=False)
        for row in (*published.subtotals, published.totals):
            name = scheme.pairing.places.get(row.helper or row.recipient or "", "")
            yield _Row(quota, row, f"{name}合计", where, is_sum=True)


def _finding(each: _Row) -> Finding:
    quota, row = each.quota, each.row
    shown = " ".join(str(number) for number in each.wanted)
    return Finding(
        f"pairing.{quota.id}.published.{row_key(row)}",
        Text(f"{quota.label.zh} {each.name}", f"{quota.label.en}, {each.name}"),
        Text(shown, shown),
        quota.published.clauses,
        each.sections,
        printed=shown if each.found else "",
        reason=None if each.found else Text("附表中没有这一行", "the table has no such row"),
    )


def _sums(lines: list[str]) -> _Printed:
    return _Printed([[*_numbers(line)] for line in lines if _SUM_WORDS.search(line)])


def _beside(name: str, lines: list[str], places: set[str]) -> _Printed:
    """The numbers after each mention of a place, up to the next place in the line."""
    printed = _Printed()
    if not name:
        return printed
    others = re.compile("|".join(re.escape(place) for place in sorted(places, key=len)[::-1]))
    for line in lines:
        for start in [match.end() for match in re.finditer(re.escape(name), line)]:
            following = others.search(line, start)
            printed.runs.append(
                [*_numbers(line[start : following.start() if following else len(line)])]
            )
    return printed


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]
