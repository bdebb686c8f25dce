"""Printed tables (附表): each row of a published table stands in the document as it is carried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bangfu.schemes.format import Quota, QuotaRow
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.report import Finding
from bangfu.vocabulary.text import Text

__all__ = ["row_findings"]

_SUM_WORDS: Final = re.compile(r"小计|合计|总计|共计")


def row_findings(scheme: Scheme, parts: Mapping[str, str]) -> Iterator[Finding]:
    """One finding per row, subtotal and total; ``reason`` is set where it is not found.

    ``parts`` are the sections with their lines. The numbers of a row must follow the name of its
    place, side by side, before another place is named; those of a sum stand in a line of sums.
    """
    for quota in scheme.pairing.quotas:
        clauses = quota.published.clauses
        where = tuple(
            dict.fromkeys(
                section
                for clause in clauses
                if clause in scheme.clauses
                for section in scheme.clauses[clause].sections
                if section in parts
            )
        )
        lines = [line for section in where for line in parts[section].split("\n")]
        sums = [_numbers(line) for line in lines if _SUM_WORDS.search(line)]
        for row in quota.published.rows:
            name = scheme.pairing.places.get(row.recipient or row.helper or "", "")
            beside = list(_beside(name, lines, set(scheme.pairing.places.values())))
            yield _finding(quota, row, name, clauses, where, beside)
        for row in (*quota.published.subtotals, quota.published.totals):
            name = scheme.pairing.places.get(row.helper or row.recipient or "", "")
            yield _finding(quota, row, f"{name}合计", clauses, where, sums)


def _finding(
    quota: Quota,
    row: QuotaRow,
    name: str,
    clauses: tuple[str, ...],
    sections: tuple[str, ...],
    printed: list[list[int]],
) -> Finding:
    wanted = [row.numbers[layer.id] for layer in quota.layers if layer.id in row.numbers]
    if row.total is not None and len(quota.layers) > 1:
        wanted.append(row.total)
    shown = " ".join(str(number) for number in wanted)
    found = any(_holds(numbers, wanted) for numbers in printed)
    key = ".".join(code for code in (row.helper, row.recipient) if code) or "totals"
    return Finding(
        f"pairing.{quota.id}.published.{key}",
        Text(f"{quota.label.zh} {name}", f"{quota.label.en}, {name}"),
        Text(shown, shown),
        clauses,
        sections,
        printed=shown if found else "",
        reason=None if found else Text("附表中没有这一行", "the table has no such row"),
    )


def _beside(name: str, lines: list[str], places: set[str]) -> Iterator[list[int]]:
    """The numbers after each mention of a place, up to the next place in the line."""
    if not name:
        return
    others = re.compile("|".join(re.escape(place) for place in sorted(places, key=len)[::-1]))
    for line in lines:
        for start in [match.end() for match in re.finditer(re.escape(name), line)]:
            following = others.search(line, start)
            yield _numbers(line[start : following.start() if following else len(line)])


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _holds(numbers: list[int], wanted: list[int]) -> bool:
    starts = range(len(numbers) - len(wanted) + 1)
    return any(numbers[start : start + len(wanted)] == wanted for start in starts)
