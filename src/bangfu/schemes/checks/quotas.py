"""Published tables (任务数表): a table of the document must add up as it is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bangfu.schemes.checks.walk import fault
from bangfu.schemes.format import Quota, QuotaRow
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault

__all__ = ["quota_faults"]


def quota_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-20 shape of a row, CHK-21 a sum that differs, CHK-22 places and rows used twice."""
    for quota in scheme.pairing.quotas:
        yield from _shape(scheme, quota)
        yield from _sums(quota)
        yield from _against_declared(scheme, quota)
    yield from _layers_named_twice(scheme)
    yield from _grand_total(scheme)


def _shape(scheme: Scheme, quota: Quota) -> Iterator[Fault]:
    layers = {layer.id for layer in quota.layers}
    for row in _all_rows(quota):
        where = _where(scheme, quota, row)
        if set(row.numbers) != layers:
            yield fault(
                "CHK-20",
                where,
                f"列应为 {'、'.join(sorted(layers))}，写的是 {'、'.join(sorted(row.numbers))}。",
                f"has the columns {', '.join(sorted(row.numbers))}; they must be "
                f"{', '.join(sorted(layers))}.",
            )
        for code in (row.helper, row.recipient):
            if code is not None and code not in scheme.pairing.places:
                zh, en = f"places 中没有 {code}。", f"places does not name {code}."
                yield fault("CHK-22", where, zh, en)
    for kind, rows in (("row", quota.published.rows), ("subtotal", quota.published.subtotals)):
        times = Counter((row.helper, row.recipient) for row in rows)
        for row in rows:
            if times[row.helper, row.recipient] > 1:
                where = _where(scheme, quota, row)
                yield fault("CHK-22", where, "这一行写了两次。", f"the {kind} is given twice.")


def _sums(quota: Quota) -> Iterator[Fault]:
    published = quota.published
    for row in _all_rows(quota):
        if row.total is not None:
            path = f"{_path(quota)}.{_row_key(row)}.total"
            yield from _differs(path, row.total, sum(row.numbers.values()))
    for subtotal in published.subtotals:
        part = [row for row in published.rows if _belongs(row, subtotal)]
        yield from _column_sums(quota, subtotal, part)
    yield from _column_sums(quota, published.totals, list(published.rows))
    if published.subtotals:
        yield from _column_sums(quota, published.totals, list(published.subtotals))


def _belongs(row: QuotaRow, subtotal: QuotaRow) -> bool:
    if subtotal.helper is not None:
        return row.helper == subtotal.helper
    return row.recipient == subtotal.recipient


def _column_sums(quota: Quota, whole: QuotaRow, parts: list[QuotaRow]) -> Iterator[Fault]:
    for layer, number in whole.numbers.items():
        path = f"{_path(quota)}.{_row_key(whole)}.{layer}"
        yield from _differs(path, number, sum(part.numbers.get(layer, 0) for part in parts))


def _differs(path: str, printed: int, found: int) -> Iterator[Fault]:
    if printed != found:
        yield fault(
            "CHK-21",
            path,
            f"写的是 {printed}，各项之和为 {found}。",
            f"says {printed}; the parts add up to {found}.",
        )


def _against_declared(scheme: Scheme, quota: Quota) -> Iterator[Fault]:
    """The total of the table, of the rule and of the class are one figure."""
    total = _total(quota)
    paths = [f"pairing.{quota.id}.rule.total"] if quota.rule else []
    for target_list in scheme.targeting.lists:
        for target_class in target_list.classes:
            if target_class.id == quota.target_class:
                paths.append(f"targeting.{target_list.id}.{target_class.id}.size")
    for path in paths:
        dated = scheme.origin(path)
        for _, figure in dated.entries[:1]:
            if figure is not None and figure.kind == "count" and figure.value != total:
                yield fault(
                    "CHK-21",
                    _path(quota),
                    f"合计 {total}，而 {path} 为 {figure.value}。",
                    f"adds up to {total}, but {path} is {figure.value}.",
                )


def _layers_named_twice(scheme: Scheme) -> Iterator[Fault]:
    times = Counter(layer.id for quota in scheme.pairing.quotas for layer in quota.layers)
    for layer in sorted(layer for layer, number in times.items() if number > 1):
        yield fault(
            "CHK-22",
            "pairing.quotas",
            f"列「{layer}」在几张表里重名，单位自己的任务数表无法对应。",
            f"the column {layer} stands in several tables; an office's own table could not tell.",
        )


def _grand_total(scheme: Scheme) -> Iterator[Fault]:
    if not scheme.pairing.quotas:
        return
    dated = scheme.origin("pairing.grand_total")
    for _, figure in dated.entries[:1]:
        if figure is not None and figure.kind == "count":
            found = sum(_total(quota) for quota in scheme.pairing.quotas)
            yield from _differs("pairing.grand_total", figure.value, found)


def _total(quota: Quota) -> int:
    totals = quota.published.totals
    return totals.total if totals.total is not None else sum(totals.numbers.values())


def _all_rows(quota: Quota) -> tuple[QuotaRow, ...]:
    published = quota.published
    return (*published.rows, *published.subtotals, published.totals)


def _path(quota: Quota) -> str:
    return f"pairing.{quota.id}.published"


def _row_key(row: QuotaRow) -> str:
    return ".".join(code for code in (row.helper, row.recipient) if code) or "totals"


def _where(scheme: Scheme, quota: Quota, row: QuotaRow) -> str:
    names = [scheme.pairing.places.get(code, code) for code in (row.helper, row.recipient) if code]
    return f"{_path(quota)} {' '.join(names) or '合计'}"
