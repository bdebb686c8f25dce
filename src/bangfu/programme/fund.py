"""Money (资金): the lines of a scheme worked out year by year, payer by payer, to the fen.

Knows the scheme's lines, the quota tables and the list; how an amount is shared or topped up is
the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from bangfu.engine.funding import raise_pool, split_by_ratio, top_up
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.figures import Figure, figure_text
from bangfu.schemes.format import FundLine, Payer
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["FUNDING_SCHEMA", "fund"]

FUNDING_SCHEMA = {
    "line": pl.String,
    "payer": pl.String,
    "payer_role": pl.String,
    "payer_code": pl.String,
    "payee": pl.String,
    "payee_code": pl.String,
    "purpose": pl.String,
    "year": pl.Int64,
    "units": pl.Int64,
    "unit_fen": pl.Int64,
    "pool_fen": pl.Int64,
    "share_fen": pl.Int64,
    "basis": pl.String,
    "clauses": pl.String,
}


@dataclass(frozen=True)
class _Group:
    """Units counted together: who helps, who receives, how many, on what the count rests."""

    helper: str | None
    payee_code: str | None
    units: int
    units_by_class: dict[str, int]
    basis: str


def fund(work: Workspace) -> None:
    """Work out every funding line and add the table ``funding`` and its headlines."""
    lines = work.scheme.funding.lines
    if not lines:
        return
    rows = [row for line in lines for row in _line_rows(work, line)]
    table = pl.DataFrame(rows, schema=FUNDING_SCHEMA, orient="row")
    work.result.tables["funding"] = table
    _headlines(work, table)


def _line_rows(work: Workspace, line: FundLine) -> Iterator[dict[str, object]]:
    path = f"funding.{line.id}"
    span = work.figure(f"{path}.years")
    period = span.value if span else work.scheme.about.period
    years = range(period.starts_on.year, _last_year(period.ends_on) + 1)
    groups_of_all = None if line.element else _groups(work, line)
    for year in years:
        unit_fen = _unit_amount(work, line, date(year, 1, 1))
        if unit_fen is None:
            work.skip(
                "funding",
                f"{path}.unit_amount",
                Text(
                    f"{line.label.zh}：{year} 年标准文件未明确、待定。",
                    f"{line.label.en}: no standard is stated for {year}.",
                ),
            )
            continue
        groups = _head_groups(work, line, year) if groups_of_all is None else groups_of_all
        for group in groups:
            yield from _payer_rows(work, line, group, year=year, unit_fen=unit_fen)


def _last_year(ends_on: date) -> int:
    return ends_on.year - 1 if (ends_on.month, ends_on.day) == (1, 1) else ends_on.year


def _unit_amount(work: Workspace, line: FundLine, day: date) -> int | None:
    """What the line pays per unit in a year: the standard, or what is missing to it."""
    path = f"funding.{line.id}"
    standard = _money(work, f"{path}.unit_amount", day)
    already = _money(work, f"{path}.top_up_from", day)
    if standard is None or already is None:
        return standard
    if line.reading and work.scheme.chosen(line.reading) == "additional":
        return standard
    return top_up(standard, already)


def _money(work: Workspace, path: str, day: date) -> int | None:
    """An amount in fen on a day; None where nothing is stated."""
    return work.whole(path, _within(work, path, day))


def _within(work: Workspace, path: str, day: date) -> date:
    """The day, or the first on which the figure holds: a scheme may start within a year."""
    return max(day, work.scheme.origin(path).entries[0][0])


def _groups(work: Workspace, line: FundLine) -> list[_Group]:
    if line.by == "recipient":
        return _quota_groups(work, line)
    listed = work.members_of(line.classes)
    if listed.is_empty():
        return _declared_group(work, line)
    key = "county_code" if line.by == "county" else None
    if key is None:
        by_class = _count_by(listed, "class")
        return [_Group(None, None, listed.height, by_class, "名单")]
    groups = []
    for (county,), part in sorted(listed.group_by(key), key=lambda item: str(item[0])):
        groups.append(_Group(None, county, part.height, _count_by(part, "class"), "名单"))
    return groups


def _declared_group(work: Workspace, line: FundLine) -> list[_Group]:
    """Without a list, the sizes the document declares."""
    sizes = {name: work.declared_size(name) for name in line.classes}
    known = {name: size for name, size in sizes.items() if size is not None}
    if len(known) < len(sizes):
        work.skip(
            "funding",
            "list_members",
            Text(
                f"{line.label.zh}：缺名单，文件也未明确个数。",
                f"{line.label.en}: there is no list and the document gives no number.",
            ),
        )
        return []
    return [_Group(None, None, sum(known.values()), known, "文件个数")]


def _quota_groups(work: Workspace, line: FundLine) -> list[_Group]:
    """Units by recipient, from the quota tables of the classes."""
    counts: dict[tuple[str | None, str | None], dict[str, int]] = {}
    for quota in work.scheme.pairing.quotas:
        if quota.target_class not in line.classes:
            continue
        for row in quota.published.rows:
            by_class = counts.setdefault((row.helper, row.recipient), {})
            number = sum(row.numbers.values())
            by_class[quota.target_class] = by_class.get(quota.target_class, 0) + number
    return [
        _Group(helper, recipient, sum(by_class.values()), by_class, "任务安排表")
        for (helper, recipient), by_class in counts.items()
    ]


def _head_groups(work: Workspace, line: FundLine, year: int) -> list[_Group]:
    """Heads by county, from an indicator of the listed places; unknown where one is missing."""
    if line.element is None or work.listed.is_empty():
        return []
    heads = work.listed.join(
        work.measurements.wide(year, [line.element]), on="place_code", how="left"
    ).rename({line.element: "heads"})
    known = heads.filter(pl.col("heads").is_not_null())
    if known.height < heads.height:
        element = work.scheme.catalogue[line.element]
        work.skip(
            "funding",
            f"indicators {element.name} {year}",
            Text(
                f"{line.label.zh}：{year} 年有 {heads.height - known.height} 个单位没有"
                f"「{element.name}」，未计入，待核实。",
                f"{line.label.en}: {heads.height - known.height} places lack "
                f"{element.label.en} of {year}; they are left out until known.",
            ),
        )
    groups = []
    for (county,), part in sorted(known.group_by("county_code"), key=lambda item: str(item[0])):
        number = int(part["heads"].sum())
        if number:
            groups.append(_Group(None, county, number, {}, element_basis(line.element, year)))
    return groups


def element_basis(element: str, year: int) -> str:
    """How a count of heads is said to rest on an indicator."""
    return f"{element}@{year}"


def _payer_rows(
    work: Workspace, line: FundLine, group: _Group, *, year: int, unit_fen: int
) -> Iterator[dict[str, object]]:
    pool_fen = raise_pool(group.units, unit_fen)
    shares, basis = _shares(work, line, group, year=year, unit_fen=unit_fen)
    for payer_id, share_fen in shares.items():
        payer = next((p for p in work.scheme.funding.payers if p.id == payer_id), None)
        code = _payer_code(work, payer, group)
        yield {
            "line": line.id,
            "payer": _payer_name(work, payer, code),
            "payer_role": payer_id,
            "payer_code": code,
            "payee": work.name_of(group.payee_code) or line.payee.zh,
            "payee_code": group.payee_code,
            "purpose": line.purpose.zh,
            "year": year,
            "units": group.units,
            "unit_fen": unit_fen,
            "pool_fen": pool_fen,
            "share_fen": share_fen,
            "basis": f"{group.basis}；{basis}" if basis else group.basis,
            "clauses": join_clauses(line.clauses),
        }


def _shares(
    work: Workspace, line: FundLine, group: _Group, *, year: int, unit_fen: int
) -> tuple[dict[str, int], str]:
    """What each payer gives to a pool, and by what rule."""
    pool_fen = raise_pool(group.units, unit_fen)
    if line.payer is not None:
        return {line.payer: pool_fen}, ""
    path = f"funding.{line.id}.ratio"
    ratio = work.figure(path, _within(work, path, date(year, 1, 1)))
    if ratio is None:
        return {"unallocated": pool_fen}, "比例待定"
    shares = split_by_ratio(pool_fen, ratio.value)
    basis = figure_text(Figure("ratio", ratio.value))
    base = line.share_base
    if base is None or line.reading is None:
        return shares, basis
    classes = base.options.get(work.scheme.chosen(line.reading) or "", line.classes)
    units = sum(group.units_by_class.get(name, 0) for name in classes)
    if units == group.units:
        return shares, basis
    smaller = split_by_ratio(raise_pool(units, unit_fen), ratio.value)[base.payer]
    left = shares[base.payer] - smaller
    return {**shares, base.payer: smaller, "not_stated": left}, f"{basis}；{line.reading}"


def _payer_code(work: Workspace, payer: Payer | None, group: _Group) -> str | None:
    if payer is None:
        return None
    match payer.at:
        case "province":
            return work.scheme.about.province_code
        case "helper":
            return group.helper
        case "recipient" | "county":
            return group.payee_code
        case _:
            return None


def _payer_name(work: Workspace, payer: Payer | None, code: str | None) -> str:
    if payer is None:
        return "文件未明确"
    if code is None or payer.at == "province":
        return payer.label.zh
    return f"{work.name_of(code)}（{payer.label.zh}）"


def _count_by(table: pl.DataFrame, column: str) -> dict[str, int]:
    return {str(name): count for name, count in table[column].value_counts().iter_rows()}


def _headlines(work: Workspace, table: pl.DataFrame) -> None:
    """Money by year, by payer and by helper, for the first year and the whole span."""
    clauses = tuple(dict.fromkeys(c for line in work.scheme.funding.lines for c in line.clauses))
    lines = [line for line in work.scheme.funding.lines if not line.element]
    regular = table.filter(pl.col("line").is_in([line.id for line in lines]))
    if regular.is_empty():
        return
    year = _year_to_show(work, regular)
    this_year = regular.filter(pl.col("year") == year)
    work.headline(
        _money_headline(
            "fund.year", Text(f"{year} 年应筹资金", f"Money to raise in {year}"), this_year, clauses
        )
    )
    for (role,), part in _grouped(this_year, ["payer_role"]):
        payer = next((p for p in work.scheme.funding.payers if p.id == role), None)
        label = payer.label.text if payer else Text("文件未明确由谁承担", "payer not stated")
        work.headline(
            _money_headline(
                f"fund.year.{role}",
                Text(f"{year} 年{label.zh}承担", f"{year}, borne by: {label.en}"),
                part,
                clauses,
            )
        )
    helpers = [payer.id for payer in work.scheme.funding.payers if payer.at == "helper"]
    helping = this_year.filter(pl.col("payer_role").is_in(helpers))
    for (role, code), part in _grouped(helping, ["payer_role", "payer_code"]):
        name = work.name_of(code)
        work.headline(
            _money_headline(
                f"fund.year.{role}.{code}",
                Text(f"{year} 年{name}承担", f"{year}, borne by {name}"),
                part,
                clauses,
            )
        )
    first, last = int(regular["year"].min()), int(regular["year"].max())  # type: ignore[arg-type]
    work.headline(
        _money_headline(
            "fund.all_years",
            Text(f"{first}-{last} 年合计", f"All years {first}-{last}"),
            regular,
            clauses,
        )
    )


def _year_to_show(work: Workspace, table: pl.DataFrame) -> int:
    years = sorted(int(year) for year in table["year"].unique())
    return work.as_of.year if work.as_of.year in years else years[-1]


def _grouped(table: pl.DataFrame, by: list[str]) -> list[tuple[tuple[str, ...], pl.DataFrame]]:
    return [
        (tuple(str(part) for part in key), group)
        for key, group in table.group_by(by, maintain_order=True)
    ]


def _money_headline(
    headline_id: str, label: Text, table: pl.DataFrame, clauses: tuple[str, ...]
) -> Headline:
    return Headline(
        headline_id, label, int(table["share_fen"].sum()), "fen", clauses, step="funding"
    )
