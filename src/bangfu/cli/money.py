"""``bangfu shares`` and ``bangfu allot``: what each payer owes, and a pool shared among towns."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from bangfu.cli.words import FIRST_YEAR, LAST_YEAR, grid, language, say, screen, show
from bangfu.engine.funding import split_by_ratio
from bangfu.programme.allot import Request, allot_county, read_weights
from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.designate import designate
from bangfu.programme.result import RunResult
from bangfu.programme.tables.cells import tidied
from bangfu.programme.tables.declared import FILE_FORMATS, Column, TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.read import read_folder, read_sheet
from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.programme.versions import software_versions
from bangfu.programme.workspace import Workspace
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import INT64_MAX, amount_text
from bangfu.vocabulary.text import Text

__all__ = ["register"]

_WEIGHTS = TableDeclaration(
    "weights",
    Text("权重表", "weights"),
    (
        Column("factor", "text", Text("因素", "factor"), required=True),
        Column("weight", "int", Text("权重", "weight"), required=True),
    ),
)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(name="shares", help=say("某年各方应承担的资金", "what each payer owes in a year"))(
        _shares
    )
    app.command(
        name="allot",
        help=say("按因素把一个县的资金分到乡镇", "allot a county's pool among its towns"),
    )(_allot)


def _shares(
    scheme: Annotated[str, typer.Option(help=say("方案编号", "scheme id"))],
    year: Annotated[int, typer.Option(help=say("年份", "year"))],
    amount_fen: Annotated[
        int | None,
        typer.Option(help=say("按比例分担这笔钱（分）", "share this amount by the ratio, in fen")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    _refuse_out_of_reach(year, amount_fen=amount_fen)
    loaded = load_scheme(scheme)
    if amount_fen is not None:
        rows = _split_amount(loaded, amount_fen, year)
        reasons = () if rows else _no_ratio(loaded, year)
    else:
        result = run(loaded, {}, _day_in(loaded, year))
        funding = result.tables.get("funding")
        rows = [] if funding is None else funding.filter(pl.col("year") == year).to_dicts()
        reasons = () if rows else _no_standard(loaded, result, year)
    if reasons:
        raise FaultsFound(reasons)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    _print_shares(loaded, rows)


def _refuse_out_of_reach(year: int, **amounts: int | None) -> None:
    """Years and amounts that no table could hold, all told at once."""
    faults = []
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = Text("年份写作四位数，如 2025。", "A year is written 2025.")
        faults.append(Fault("CLI-02", f"--year {year}", message))
    for name, amount in amounts.items():
        if amount is not None and not 0 <= amount <= INT64_MAX:
            message = Text(
                "金额以分为单位，须为 0 或正整数，且不超过 64 位整数的范围。",
                "An amount is in whole fen, not negative, and fits 64 bits.",
            )
            faults.append(Fault("CLI-03", f"--{name.replace('_', '-')} {amount}", message))
    if faults:
        raise FaultsFound(faults)


def _no_ratio(scheme: Scheme, year: int) -> tuple[Fault, ...]:
    """Why an amount cannot be shared: no line is shared by a ratio, or none in that year."""
    shared = [line for line in scheme.funding.lines if line.ratio is not None]
    message = (
        Text(
            f"{'、'.join(line.label.zh for line in shared)}：{year} 年的分担比例文件未明确、待定。",
            f"{', '.join(line.label.en for line in shared)}: no ratio is stated for {year}.",
        )
        if shared
        else Text(
            "这个方案的资金没有按比例分担的，不能拆分一笔钱。",
            "no money of this scheme is shared by a ratio; an amount cannot be split.",
        )
    )
    return (Fault("SHR-02", scheme.id, message),)


def _no_standard(scheme: Scheme, result: RunResult, year: int) -> tuple[Fault, ...]:
    """Why a year has no shares: what is missing, or the years there are."""
    if not scheme.funding.lines:
        none = Text("这个方案没有资金标准的条款。", "this scheme states no standard of money.")
        return (Fault("SHR-01", scheme.id, none),)
    lacking = [item for item in result.skipped if item.step == "funding"]
    funding = result.tables["funding"]
    years = sorted({int(one) for one in funding["year"].unique()})
    message = Text(
        f"{year} 年没有可计算的资金：文件未明确、待定，或不在执行期内。",
        f"nothing can be worked out for {year}: not stated, or outside the period.",
    )
    remedy = (
        Text(
            f"可计算的年份：{'、'.join(map(str, years))}。",
            f"Years that can: {', '.join(map(str, years))}.",
        )
        if years
        else Text(
            "需要名单和数据的，请用 bangfu run 在数据文件夹上计算。",
            "What needs a list and figures is computed by bangfu run on a folder.",
        )
    )
    return (
        Fault("SHR-01", f"{scheme.id} {year}", message, remedy),
        *(Fault("SHR-03", item.needs, item.reason) for item in lacking),
    )


def _day_in(scheme: Scheme, year: int) -> date:
    return max(date(year, 12, 31), scheme.about.period.starts_on)


def _split_amount(scheme: Scheme, amount_fen: int, year: int) -> list[dict[str, Any]]:
    """One amount shared by the ratio of each line that has one."""
    rows: list[dict[str, Any]] = []
    for line in scheme.funding.lines:
        figure = (
            scheme.figure(f"funding.{line.id}.ratio", date(year, 12, 31))
            if (line.ratio is not None)
            else None
        )
        if figure is None:
            continue
        payers = {payer.id: payer for payer in scheme.funding.payers}
        for payer_id, share in split_by_ratio(amount_fen, figure.value).items():
            rows.append(
                {
                    "line": line.id,
                    "payer": show(payers[payer_id].label.text),
                    "payer_role": payer_id,
                    "payee": show(line.payee.text),
                    "year": year,
                    "units": None,
                    "unit_fen": None,
                    "pool_fen": amount_fen,
                    "share_fen": share,
                    "basis": figure.show(language()),
                    "clauses": ";".join(line.clauses),
                }
            )
    return rows


def _print_shares(scheme: Scheme, rows: list[dict[str, Any]]) -> None:
    console = screen()
    table = grid(
        say("承担方", "payer"),
        say("受助方", "payee"),
        say("个数", "units"),
        say("每个", "each"),
        say("应承担", "share"),
        say("条款", "clauses"),
        right=(2, 3, 4),
    )
    totals: dict[str, int] = {}
    for row in rows:
        each = amount_text(row["unit_fen"], language()) if row["unit_fen"] is not None else ""
        units = "" if row["units"] is None else f"{row['units']:,}"
        clauses = row["clauses"].replace(";", ", ")
        table.add_row(
            row["payer"],
            row["payee"],
            units,
            each,
            amount_text(row["share_fen"], language()),
            clauses,
        )
        totals[row["payer_role"]] = totals.get(row["payer_role"], 0) + row["share_fen"]
    console.print(table)
    labels = {payer.id: show(payer.label.text) for payer in scheme.funding.payers}
    parts = say("，", ", ").join(
        f"{labels.get(role, say('文件未明确', 'not stated'))} {amount_text(fen, language())}"
        for role, fen in totals.items()
    )
    total = amount_text(sum(totals.values()), language())
    console.print(say(f"合计 {total}（{parts}）", f"total {total} ({parts})"), soft_wrap=True)


def _allot(
    data: Annotated[Path, typer.Argument(help=say("数据文件夹", "folder of tables"))],
    scheme: Annotated[str, typer.Option(help=say("方案编号", "scheme id"))],
    pool_fen: Annotated[int, typer.Option(help=say("资金总额（分）", "the pool, in fen"))],
    year: Annotated[int, typer.Option(help=say("因素数据的年份", "year of the factor figures"))],
    county: Annotated[str, typer.Option(help=say("县代码", "county code"))],
    out: Annotated[Path, typer.Option(help=say("结果文件夹", "folder for the result"))],
    weights: Annotated[
        Path | None, typer.Option(help=say("权重表 factor,weight", "CSV of factor,weight"))
    ] = None,
    floor_fen: Annotated[int, typer.Option(help=say("每镇保底（分）", "least per town"))] = 0,
    cap_fen: Annotated[
        int | None, typer.Option(help=say("每镇封顶（分）", "most per town"))
    ] = None,
) -> None:
    _refuse_out_of_reach(year, pool_fen=pool_fen, floor_fen=floor_fen, cap_fen=cap_fen)
    loaded = load_scheme(scheme)
    allotment = loaded.funding.allotment
    chosen: dict[str, int] = {}
    if weights is not None and allotment is not None:
        chosen = read_weights(
            _weights_table(weights), allotment, catalogue=loaded.catalogue, where=weights.name
        )
    folder = read_folder(
        data, catalogue=reader_catalogue(loaded.catalogue), required=["indicators"]
    )
    result = RunResult(loaded.id, loaded.content_hash, date(year, 12, 31), {})
    work = Workspace(loaded, folder.tables, _day_in(loaded, year), result)
    designate(work)
    request = Request(pool_fen, year, county, chosen, floor_fen, cap_fen)
    allotted = allot_county(work, request)
    clauses = ";".join(allotment.clauses) if allotment else ""
    table = allotted.table.with_columns(
        pl.lit(year).alias("year"),
        pl.col("place_code").replace(work.names).alias("name"),
        pl.lit(clauses).alias("clauses"),
    ).select("place_code", "name", "year", "amount_fen", "factors", "basis", "clauses")
    record = {
        "scheme": loaded.id,
        "scheme_hash": loaded.content_hash,
        "inputs": folder.files,
        "pool_fen": pool_fen,
        "year": year,
        "county": county,
        "weights": chosen,
        "floor_fen": floor_fen,
        "cap_fen": cap_fen,
        "versions": software_versions(),
    }
    with OutputFolder(out) as target:
        write_csv(table, target / "allotment.csv")
        write_csv(allotted.parts, target / "allotment_parts.csv")
        (target / "run.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    _print_allotment(table, pool_fen, out)


def _weights_table(path: Path) -> pl.DataFrame:
    """The table of weights as text, from any format tables are read in."""
    findings = Findings()
    if not path.is_file() or path.suffix.lower() not in FILE_FORMATS:
        message = Text(
            f"权重表应是一个 {'、'.join(FILE_FORMATS)} 文件。",
            f"the weights are a file of format {', '.join(FILE_FORMATS)}.",
        )
        remedy = Text("请核对路径。", "Check the path.")
        findings.fault("ALT-08", str(path), message, remedy)
        findings.raise_if_any()
    sheet = read_sheet(path, _WEIGHTS, findings=findings)
    findings.raise_if_any()
    if sheet is None:
        empty = Text("权重表里没有数据行。", "the table of weights has no rows.")
        raise FaultsFound([Fault("ALT-08", path.name, empty)])
    return tidied(sheet, findings).frame


def _print_allotment(table: pl.DataFrame, pool_fen: int, out: Path) -> None:
    console = screen()
    shown = grid(say("乡镇", "town"), say("分配", "amount"), right=(1,))
    for name, fen in table.select("name", "amount_fen").iter_rows():
        shown.add_row(name, amount_text(fen, language()))
    console.print(shown)
    total = int(table["amount_fen"].sum())
    console.print(
        say(
            f"合计 {amount_text(total, language())}，资金总额 {amount_text(pool_fen, language())}，"
            f"相差 {total - pool_fen} 分。每镇的计算见 {out / 'allotment.csv'}",
            f"total {amount_text(total, language())} of {amount_text(pool_fen, language())}, difference "
            f"{total - pool_fen} fen. Each town's working: {out / 'allotment.csv'}",
        ),
        soft_wrap=True,
    )
