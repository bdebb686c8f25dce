"""``bangfu import places``, ``bangfu sample`` and ``bangfu doctor``."""

from __future__ import annotations

import importlib
import platform
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bangfu.cli.words import say
from bangfu.programme.output import versions
from bangfu.programme.places.importing import import_places
from bangfu.programme.tables.write import write_csv
from bangfu.schemes.check import check_scheme
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme
from bangfu.vocabulary.errors import BangfuError, Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["register"]


def register(app: typer.Typer, import_app: typer.Typer) -> None:
    """Add the commands to the application."""
    import_app.command(
        name="places",
        help=say("把区划代码表导入为 places.csv", "a list of division codes into places.csv"),
    )(_places)
    app.command(name="sample", help=say("生成合成样例数据", "make synthetic sample data"))(_sample)
    app.command(name="doctor", help=say("检查本机能否运行", "check that this computer is fit"))(
        _doctor
    )


def _places(
    file: Annotated[Path, typer.Argument(help=say("代码表（csv、csv.gz、xlsx）", "the list"))],
    edition: Annotated[str, typer.Option(help=say("版本年份，如 2021", "edition, such as 2021"))],
    into: Annotated[Path, typer.Option(help=say("数据文件夹", "programme folder"))],
    province: Annotated[
        str | None, typer.Option(help=say("只要这个省，如 44", "this province only, such as 44"))
    ] = None,
) -> None:
    places = import_places(file, edition=edition)
    if province is not None:
        digits = province.rstrip("0").ljust(2, "0")
        places = places.filter(places["code"].str.starts_with(digits))
    if places.is_empty():
        raise FaultsFound(
            [
                Fault(
                    "PLC-09",
                    file.name,
                    Text(
                        "没有可导入的地方；请核对文件和省份。",
                        "nothing to import; check file and province.",
                    ),
                )
            ]
        )
    into.mkdir(parents=True, exist_ok=True)
    target = into / "places.csv"
    if target.exists():
        raise FaultsFound(
            [
                Fault(
                    "PLC-10",
                    str(target),
                    Text("已有 places.csv，不覆盖。", "places.csv exists and is not overwritten."),
                    Text("请改用空文件夹，或先移走它。", "Use an empty folder or move it away."),
                )
            ]
        )
    write_csv(places, target)
    counts = places["level"].value_counts(sort=True)
    for level, number in counts.iter_rows():
        print(f"{level}\t{number:,}")
    print(
        say(
            f"已写入 {target}（{places.height:,} 行，{edition} 版）",
            f"{target} written ({places.height:,} rows, edition {edition})",
        )
    )


def _sample(
    out: Annotated[Path, typer.Argument(help=say("输出文件夹", "folder to write"))],
    scheme: Annotated[str, typer.Option(help=say("方案编号", "scheme id"))],
    size: Annotated[str, typer.Option(help="county | city")] = "county",
    seed: Annotated[int, typer.Option(help=say("随机种子", "seed"))] = 1,
) -> None:
    if size not in ("county", "city"):
        raise FaultsFound(
            [Fault("SMP-01", size, Text("规模可选 county 或 city。", "size is county or city."))]
        )
    # Loaded here because only this command needs it: the others start sooner without it.
    from bangfu.programme.sample.make import make_sample

    summary = make_sample(load_scheme(scheme), out, size=size, seed=seed)  # type: ignore[arg-type]
    for name, rows in summary.rows.items():
        print(f"{name}\t{rows:,}")
    print(
        say(
            f"合成样例已写入 {out}；埋设的情形见 truth.json。",
            f"synthetic sample written to {out}; what was planted is in truth.json.",
        )
    )


def _doctor() -> None:
    """Parts, schemes, disk and memory: what a run needs, each line good or bad."""
    good = True
    print(f"{platform.platform()} · Python {platform.python_version()} · {sys.executable}")
    for name, number in versions().items():
        print(f"  {name} {number}")
    good &= _line(sys.version_info >= (3, 11), say("Python 3.11 或更新", "Python 3.11 or newer"))
    for module in ("duckdb", "ibis", "polars", "pyarrow", "python_calamine"):
        good &= _line(_imports(module), say(f"{module} 可用", f"{module} loads"))
    good &= _line(_ibis_compiles(), say("表达式可编译执行", "expressions compile and run"))
    free = shutil.disk_usage(tempfile.gettempdir()).free // 2**20
    good &= _line(
        free > 500, say(f"临时盘可用 {free:,} MB", f"{free:,} MB free for temporary files")
    )
    print(f"  SQLite {sqlite3.sqlite_version}")
    for name, folder in scheme_folders().items():
        try:
            faults = check_scheme(load_scheme(folder))
        except BangfuError:
            faults = (Fault("SCH-00", name, Text("读不出来。", "cannot be loaded.")),)
        good &= _line(not faults, say(f"方案 {name}", f"scheme {name}"))
    raise typer.Exit(0 if good else 1)


def _line(ok: bool, words: str) -> bool:
    print(f"{say('正常', 'ok') if ok else say('异常', 'BAD')}  {words}")
    return ok


def _imports(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _ibis_compiles() -> bool:
    import polars as pl

    from bangfu.schemes.expression import ElementType, Scope, parse, run_expressions

    expression = parse("x > 1", Scope(elements={"x": ElementType("int")}))
    table = pl.DataFrame({"place_code": ["a", "b", "c"], "x": [1, 2, None]})
    return run_expressions({"y": expression}, table)["y"].to_list() == [False, True, None]
