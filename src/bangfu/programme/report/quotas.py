"""The quota table (任务数安排表): recipients by layers of helpers, laid out like an annex.

One table for all classes: a block of columns per class, subtotals under each helper, the total at
the foot with the rule and the deviation below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import signed, whole
from bangfu.programme.report.parts import Cell, Column, Row, RowKind, Section, Table
from bangfu.schemes.format import Quota

__all__ = ["quotas_section"]

_ALL_LAYERS = "total"
_EMPTY = "—"

#: scope, helper_code, recipient_code
_Key = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class _Number:
    """One number of the table, with the rule beside it where there is one."""

    value: int
    published: int | None
    rule: int | None
    deviation: int | None


_Grid = dict[_Key, dict[tuple[str, str], _Number]]


def quotas_section(report: ReportContext) -> Section | None:
    """The cross table; the whole of all classes is in its last column."""
    quotas = report.scheme.pairing.quotas
    table = report.table("quotas")
    if not quotas:
        return None
    title = report.step_title("quotas")
    if table is None:
        return Section("quotas", title, report.nothing("quotas"))
    return Section("quotas", title, (_cross_table(report, quotas, table),))


def _cross_table(report: ReportContext, quotas: tuple[Quota, ...], table: pl.DataFrame) -> Table:
    grid, names = _read(table)
    places = [(quota.target_class, layer) for quota in quotas for layer in _layers(quota)]
    with_sum = len(quotas) > 1
    rows = [
        row
        for key, kind in _in_order(grid)
        for row in _rows(report, quotas, key, kind, grid[key], names)
    ]
    return Table(
        caption=report.word("任务数安排表", "Table of quotas"),
        columns=(
            Column(report.word("帮扶方", "Helper")),
            Column(report.word("受帮扶方", "Recipient")),
            *(Column(_layer_head(report, quotas, place), "number") for place in places),
            *((Column(report.word("各类合计", "All classes"), "number"),) if with_sum else ()),
            report.clause_column(),
        ),
        rows=tuple(rows),
        unit=report.word("个", "number of places"),
        spans=(
            ("", 2),
            *((report.class_label(quota.target_class), len(_layers(quota))) for quota in quotas),
            ("", 2 if with_sum else 1),
        ),
        remarks=(
            report.word(
                "文件公布的数为准；「按规则」为比例推算数，「相差」为公布数减推算数。",
                "The published number stands; “by the rule” is what the ratio gives, “deviation” "
                "the published number less it.",
            ),
        ),
    )


def _layers(quota: Quota) -> list[str]:
    layers = [layer.id for layer in quota.layers]
    return [*layers, _ALL_LAYERS] if len(layers) > 1 else layers


def _layer_head(report: ReportContext, quotas: tuple[Quota, ...], place: tuple[str, str]) -> str:
    class_id, layer_id = place
    if layer_id == _ALL_LAYERS:
        return report.word("小计", "Sum")
    return next(
        report.say(layer.label)
        for quota in quotas
        if quota.target_class == class_id
        for layer in quota.layers
        if layer.id == layer_id
    )


def _read(table: pl.DataFrame) -> tuple[_Grid, dict[str, str]]:
    """The numbers by row and column, and the names of the places."""
    grid: _Grid = {}
    names: dict[str, str] = {}
    for record in table.filter(pl.col("class") != "all").iter_rows(named=True):
        key = (record["scope"], record["helper_code"], record["recipient_code"])
        number = _Number(
            record["value"], record["published_value"], record["rule_value"], record["deviation"]
        )
        grid.setdefault(key, {})[record["class"], record["layer"]] = number
        for role in ("helper", "recipient"):
            if record[f"{role}_code"] is not None:
                names[record[f"{role}_code"]] = record[role]
    return grid, names


def _in_order(grid: _Grid) -> Iterator[tuple[_Key, RowKind]]:
    """Helper by helper with its subtotal, then the total."""
    helpers = dict.fromkeys(helper for scope, helper, _ in grid if scope == "row")
    for helper in helpers:
        for key in grid:
            if key[0] == "row" and key[1] == helper:
                yield key, "row"
        for key in grid:
            if key[0] == "subtotal" and key[1] == helper:
                yield key, "subtotal"
    for key in grid:
        if key[0] == "total":
            yield key, "total"


def _rows(
    report: ReportContext,
    quotas: tuple[Quota, ...],
    key: _Key,
    kind: RowKind,
    numbers: dict[tuple[str, str], _Number],
    names: dict[str, str],
) -> Iterator[Row]:
    """The row itself, and under it the rule and the deviation where the row has a rule."""
    scope, helper, recipient = key
    head = names.get(helper or "", "")
    second = names.get(recipient or "", "")
    if scope == "subtotal":
        second = report.word("小计", "Subtotal")
    elif scope == "total":
        head, second = report.word("合计", "Total"), ""
    present = [quota for quota in quotas if any(name == quota.target_class for name, _ in numbers)]
    clauses = [clause for quota in present for clause in quota.published.clauses]
    yield _row(report, quotas, (head, second), numbers, clauses=clauses, kind=kind)
    if not any(number.rule is not None for number in numbers.values()):
        return
    rules = [c for quota in present if quota.rule for c in quota.rule.clauses]
    lines = {
        report.word("按规则", "by the rule"): {k: whole(n.rule) for k, n in numbers.items()},
        report.word("相差", "deviation"): {k: signed(n.deviation) for k, n in numbers.items()},
    }
    for word, texts in lines.items():
        places = [(q.target_class, layer) for q in quotas for layer in _layers(q)]
        cells = [Cell(texts.get(place, ""), tone="muted") for place in places]
        tail = (Cell(),) if len(quotas) > 1 else ()
        yield Row((Cell(), Cell(word), *cells, *tail, report.clause_cell(rules)), "rule")


def _row(
    report: ReportContext,
    quotas: tuple[Quota, ...],
    heads: tuple[str, str],
    numbers: dict[tuple[str, str], _Number],
    *,
    clauses: list[str],
    kind: RowKind,
) -> Row:
    cells = [
        _number_cell(report, numbers.get((quota.target_class, layer)))
        for quota in quotas
        for layer in _layers(quota)
    ]
    if len(quotas) > 1:
        # The layer "total" repeats the sum of the others; each class counts once.
        found = [numbers.get((quota.target_class, _layers(quota)[-1])) for quota in quotas]
        cells.append(Cell(whole(sum(number.value for number in found if number))))
    return Row((Cell(heads[0]), Cell(heads[1]), *cells, report.clause_cell(clauses)), kind)


def _number_cell(report: ReportContext, number: _Number | None) -> Cell:
    if number is None:
        return Cell(_EMPTY, tone="muted")
    if number.published is not None and number.published != number.value:
        printed = report.word(f"公布 {number.published:,}", f"published {number.published:,}")
        return Cell(whole(number.value), (printed,))
    return Cell(whole(number.value))
