"""``bangfu shares`` and ``bangfu allot``: what each payer owes, and a pool shared among towns."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from bangfu.cli.words import language, say, show
from bangfu.engine.funding import split_by_ratio
from bangfu.programme.allot import Request, allot_county, read_weights
from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.designate import designate
from bangfu.programme.output import versions
from bangfu.programme.result import RunResult
from bangfu.programme.tables.read import read_folder
from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.programme.workspace import Workspace
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import fen_to_text
from bangfu.vocabulary.text import Text

__all__ = ["register"]


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
    loaded = load_scheme(scheme)
    result = run(loaded, {}, _day_in(loaded, year))
    funding = result.tables.get("funding")
    rows = (
        _split_amount(loaded, amount_fen, year)
        if amount_fen is not None
        else []
        if funding is None
        else funding.filter(pl.col("year") == year).to_dicts()
    )
    if not rows:
        raise FaultsFound(
            [
                Fault(
                    "SHR-01",
                    f"{scheme} {year}",
                    Text(
                        "这一年没有可计算的资金标准：文件未明确，或需要名单与数据。",
                        "no standard can be worked out for this year: none is stated, or a list is needed.",
                    ),
                )
            ]
        )
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    _print_shares(rows)


def _day_in(scheme: Scheme, year: int) -> date:
    period = scheme.about.period
    return min(max(date(year, 12, 31), period.starts_on), date(9999, 1, 1))


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


def _print_shares(rows: list[dict[str, Any]]) -> None:
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for head, right in (
        (say("承担方", "payer"), False),
        (say("受助方", "payee"), False),
        (say("个数", "units"), True),
        (say("每个", "each"), True),
        (say("应承担", "share"), True),
        (say("条款", "clauses"), False),
    ):
        table.add_column(head, justify="right" if right else "left")
    totals: dict[str, int] = {}
    for row in rows:
        each = fen_to_text(row["unit_fen"]) if row["unit_fen"] is not None else ""
        units = "" if row["units"] is None else f"{row['units']:,}"
        table.add_row(
            row["payer"], row["payee"], units, each, fen_to_text(row["share_fen"]), row["clauses"]
        )
        totals[row["payer_role"]] = totals.get(row["payer_role"], 0) + row["share_fen"]
    console.print(table)
    parts = "，".join(f"{role} {fen_to_text(fen)}" for role, fen in totals.items())
    console.print(
        say(
            f"合计 {fen_to_text(sum(totals.values()))}（{parts}）",
            f"total {fen_to_text(sum(totals.values()))} ({parts})",
        )
    )


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
    loaded = load_scheme(scheme)
    allotment = loaded.funding.allotment
    chosen: dict[str, int] = {}
    if weights is not None and allotment is not None:
        chosen = read_weights(_csv(weights), allotment)
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
        "versions": versions(),
    }
    with OutputFolder(out) as target:
        write_csv(table, target / "allotment.csv")
        write_csv(allotted.parts, target / "allotment_parts.csv")
        (target / "run.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    _print_allotment(table, pool_fen, out)


def _csv(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise FaultsFound(
            [
                Fault(
                    "ALT-08",
                    path.name,
                    Text(
                        f"权重表读不出来：{type(error).__name__}。",
                        f"the weights cannot be read: {type(error).__name__}.",
                    ),
                )
            ]
        ) from None


def _print_allotment(table: pl.DataFrame, pool_fen: int, out: Path) -> None:
    console = Console(highlight=False)
    shown = Table(box=None, pad_edge=False)
    shown.add_column(say("乡镇", "town"))
    shown.add_column(say("分配", "amount"), justify="right")
    for name, fen in table.select("name", "amount_fen").iter_rows():
        shown.add_row(name, fen_to_text(fen))
    console.print(shown)
    total = int(table["amount_fen"].sum())
    console.print(
        say(
            f"合计 {fen_to_text(total)}，资金总额 {fen_to_text(pool_fen)}，"
            f"相差 {total - pool_fen} 分。每镇的计算见 {out / 'allotment.csv'}",
            f"total {fen_to_text(total)} of {fen_to_text(pool_fen)}, difference "
            f"{total - pool_fen} fen. Each town's working: {out / 'allotment.csv'}",
        )
    )
