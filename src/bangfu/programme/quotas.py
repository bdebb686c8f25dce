"""Quotas (任务数): the published tables reconciled, the rule beside them, an office's table checked.

The published table wins over the rule; the deviation is shown. A table the office hands in is
compared with it cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bangfu.engine.funding import split_by_ratio
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import PublishedTable, Quota, QuotaRow
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["QUOTAS_SCHEMA", "quotas"]

QUOTAS_SCHEMA = {
    "scope": pl.String,
    "class": pl.String,
    "helper_code": pl.String,
    "helper": pl.String,
    "recipient_code": pl.String,
    "recipient": pl.String,
    "layer": pl.String,
    "rule_value": pl.Int64,
    "published_value": pl.Int64,
    "value": pl.Int64,
    "deviation": pl.Int64,
    "clauses": pl.String,
}
#: The layer under which the sum over all layers of a row stands.
ALL_LAYERS = "total"


def quotas(work: Workspace) -> None:
    """Lay out and reconcile every quota table; add the table ``quotas`` and its checks."""
    tables = work.scheme.pairing.quotas
    if not tables:
        return
    rows: list[dict[str, object]] = []
    for quota in tables:
        rows.extend(_rows_of(work, quota))
        _reconcile(work, quota)
        _headlines(work, quota)
    rows.append(_grand_total(work))
    work.result.tables["quotas"] = pl.DataFrame(rows, schema=QUOTAS_SCHEMA, orient="row")
    _compare_office_table(work)


def _rows_of(work: Workspace, quota: Quota) -> Iterator[dict[str, object]]:
    published = quota.published
    rule = _rule_values(work, quota)
    by_rule = quota.reading is not None and work.scheme.chosen(quota.reading) == "rule"
    scopes = [("row", row) for row in published.rows]
    scopes += [("subtotal", row) for row in published.subtotals]
    scopes += [("total", published.totals)]
    for scope, row in scopes:
        numbers = dict(row.numbers)
        if len(quota.layers) > 1:
            numbers[ALL_LAYERS] = row.total if row.total is not None else sum(numbers.values())
        for layer, number in numbers.items():
            rule_value = rule.get(layer) if scope == "total" else None
            yield {
                "scope": scope,
                "class": quota.target_class,
                "helper_code": row.helper,
                "helper": work.name_of(row.helper),
                "recipient_code": row.recipient,
                "recipient": work.name_of(row.recipient),
                "layer": layer,
                "rule_value": rule_value,
                "published_value": number,
                "value": rule_value if by_rule and rule_value is not None else number,
                "deviation": None if rule_value is None else number - rule_value,
                "clauses": join_clauses(_clauses_of(quota, rule_value)),
            }


def _clauses_of(quota: Quota, rule_value: int | None) -> tuple[str, ...]:
    """The clauses of the printed table, and of the rule where it stands beside."""
    if rule_value is None or quota.rule is None:
        return quota.published.clauses
    return tuple(dict.fromkeys((*quota.published.clauses, *quota.rule.clauses)))


def _rule_values(work: Workspace, quota: Quota) -> dict[str, int]:
    """What the stated ratio gives for each layer, applied to the total only."""
    if quota.rule is None:
        return {}
    path = f"pairing.{quota.id}.rule"
    total, ratio = work.whole(f"{path}.total"), work.figure(f"{path}.ratio")
    if total is None or ratio is None:
        return {}
    return {**split_by_ratio(total, ratio.value), ALL_LAYERS: total}


def _reconcile(work: Workspace, quota: Quota) -> None:
    """Rows, subtotals and totals of the printed table must add up."""
    faults = list(_sums_that_differ(work, quota.published))
    rows, subtotals = len(quota.published.rows), len(quota.published.subtotals)
    ok = Text(
        f"{quota.label.zh}：{rows} 行、{subtotals} 个小计和合计相符。",
        f"{quota.label.en}: {rows} rows, {subtotals} subtotals and the totals agree.",
    )
    wrong = Text(
        f"{quota.label.zh}：{'；'.join(zh for zh, _ in faults)}。",
        f"{quota.label.en}: {'; '.join(en for _, en in faults)}.",
    )
    work.check(
        f"quotas.{quota.id}", not faults, wrong if faults else ok, clauses=quota.published.clauses
    )


def _sums_that_differ(work: Workspace, table: PublishedTable) -> Iterator[tuple[str, str]]:
    for row in (*table.rows, *table.subtotals, table.totals):
        if row.total is not None and row.total != sum(row.numbers.values()):
            yield _difference(_row_name(work, row), row.total, sum(row.numbers.values()))
    for subtotal in table.subtotals:
        part = [row for row in table.rows if row.helper == subtotal.helper]
        for layer, number in subtotal.numbers.items():
            found = sum(row.numbers.get(layer, 0) for row in part)
            if found != number:
                yield _difference(f"{work.name_of(subtotal.helper)} {layer}", number, found)
    for layer, number in table.totals.numbers.items():
        found = sum(row.numbers.get(layer, 0) for row in table.rows)
        if found != number:
            yield _difference(f"合计 {layer}", number, found)


def _difference(where: str, printed: int, found: int) -> tuple[str, str]:
    return (
        f"{where} 写 {printed}，各项之和 {found}",
        f"{where} says {printed}, parts add to {found}",
    )


def _row_name(work: Workspace, row: QuotaRow) -> str:
    return " ".join(work.name_of(code) for code in (row.helper, row.recipient) if code) or "合计"


def _headlines(work: Workspace, quota: Quota) -> None:
    totals = quota.published.totals
    total = totals.total if totals.total is not None else sum(totals.numbers.values())
    work.headline(
        Headline(
            f"quotas.{quota.target_class}",
            quota.label.text,
            total,
            "个",
            quota.published.clauses,
            step="quotas",
        )
    )
    rule = _rule_values(work, quota)
    if not rule:
        return
    for layer in quota.layers:
        published, by_rule = totals.numbers[layer.id], rule[layer.id]
        difference = published - by_rule
        zh = f"相差 {difference:+d}" if difference else "与比例一致"
        en = f"deviation {difference:+d}" if difference else "as the ratio gives"
        work.headline(
            Headline(
                f"quotas.{quota.target_class}.{layer.id}",
                Text(f"{quota.label.zh}：{layer.label.zh}", f"{quota.label.en}: {layer.label.en}"),
                published,
                "个",
                quota.published.clauses,
                basis=Text(
                    f"按比例应为 {by_rule}，{zh}",
                    f"the ratio gives {by_rule}, {en}",
                ),
                step="quotas",
            )
        )


def _grand_total(work: Workspace) -> dict[str, object]:
    """The sum over all classes, against the total the document names."""
    total = 0
    for quota in work.scheme.pairing.quotas:
        totals = quota.published.totals
        total += totals.total if totals.total is not None else sum(totals.numbers.values())
    stated = work.whole("pairing.grand_total")
    clauses = work.scheme.pairing.grand_total_clauses
    if stated is not None:
        work.check(
            "quotas.grand_total",
            total == stated,
            Text(
                f"各类合计 {total:,}，文件为 {stated:,}。",
                f"all classes add up to {total:,}; the document says {stated:,}.",
            ),
            clauses=clauses,
        )
    work.headline(
        Headline(
            "quotas.grand_total",
            Text("各类合计", "All classes"),
            total,
            "个",
            clauses,
            step="quotas",
        )
    )
    return {
        "scope": "total",
        "class": "all",
        "helper_code": None,
        "helper": "",
        "recipient_code": None,
        "recipient": "",
        "layer": ALL_LAYERS,
        "rule_value": None,
        "published_value": stated,
        "value": total,
        "deviation": None if stated is None else total - stated,
        "clauses": join_clauses(clauses),
    }


def _compare_office_table(work: Workspace) -> None:
    """Name every cell in which ``published_quotas`` of the folder departs from the document."""
    office = work.tables.get("published_quotas")
    if office is None:
        return
    layer_of = _layer_words(work)
    printed = {
        (row.helper or "", row.recipient or "", layer): number
        for quota in work.scheme.pairing.quotas
        for row in quota.published.rows
        for layer, number in row.numbers.items()
    }
    wrong: list[tuple[str, str]] = []
    for helper, recipient, layer, value in office.select(
        "helper_code", "recipient_code", "layer", "value"
    ).iter_rows():
        key = (helper or "", recipient or "", layer_of.get(layer, layer))
        where = f"{work.name_of(helper)}→{work.name_of(recipient)} {layer}"
        if key not in printed:
            if key[2] != ALL_LAYERS:
                wrong.append((f"{where}：文件中没有这一格", f"{where}: no such cell"))
        elif value != printed[key]:
            wrong.append(
                (
                    f"{where}：表中 {value}，文件附表 {printed[key]}",
                    f"{where}: the table says {value}, the document {printed[key]}",
                )
            )
    work.check(
        "quotas.office_table",
        not wrong,
        Text(
            f"任务数表（published_quotas）与文件附表不符：{'；'.join(zh for zh, _ in wrong)}。"
            if wrong
            else f"任务数表（published_quotas）{office.height} 格与文件附表相符。",
            f"published_quotas departs from the document: {'; '.join(en for _, en in wrong)}."
            if wrong
            else f"published_quotas: all {office.height} cells agree with the document.",
        ),
        clauses=tuple(
            dict.fromkeys(
                c for quota in work.scheme.pairing.quotas for c in quota.published.clauses
            )
        ),
    )


def _layer_words(work: Workspace) -> dict[str, str]:
    """Every word under which a layer may be written, to its id."""
    words = {}
    for quota in work.scheme.pairing.quotas:
        for layer in quota.layers:
            for word in (layer.id, layer.label.zh, layer.label.en, *layer.aliases):
                words[word] = layer.id
    return words
