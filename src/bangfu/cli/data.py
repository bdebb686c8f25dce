"""``bangfu import places``, ``bangfu sample`` and ``bangfu doctor``."""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from bangfu.cli.site import site_ready
from bangfu.cli.words import say, show
from bangfu.programme.places.importing import import_places
from bangfu.programme.tables.cells import tidied, typed_frame
from bangfu.programme.tables.declared import TABLES
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.read import read_sheet
from bangfu.programme.tables.tree import LEVEL_NAMES
from bangfu.programme.tables.write import write_csv
from bangfu.programme.versions import software_versions
from bangfu.schemes.check import check_scheme
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme
from bangfu.vocabulary.errors import BangfuError, Fault, FaultsFound
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = ["register"]

#: Digits of a code at each level, from the province down.
_CODE_LENGTHS = (2, 4, 6, 9, 12)


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
    file: Annotated[
        Path, typer.Argument(help=say("代码表（csv、xlsx、xls、parquet，可 gz）", "the list"))
    ],
    edition: Annotated[str, typer.Option(help=say("版本年份，如 2021", "edition, such as 2021"))],
    into: Annotated[Path, typer.Option(help=say("数据文件夹", "programme folder"))],
    province: Annotated[
        str | None,
        typer.Option(help=say("只要这个省或市县，如 44", "this province or area only, such as 44")),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help=say("并入已有的 places.csv", "add to the places.csv there")),
    ] = False,
) -> None:
    within = () if province is None else (_code_prefix(province),)
    if not file.is_file():
        message = Text("没有这个文件。", "there is no such file.")
        remedy = Text("请核对路径。", "Check the path.")
        raise FaultsFound([Fault("PLC-08", str(file), message, remedy)])
    target = into / "places.csv"
    earlier = _earlier_places(target, merge=merge)
    places = import_places(file, edition=edition, into=earlier, within=within)
    into.mkdir(parents=True, exist_ok=True)
    part = target.with_name(".places.csv.part")
    write_csv(places, part)
    part.replace(target)
    counts = dict(places["level"].value_counts().iter_rows())
    for level in LEVELS:
        if level in counts:
            print(f"{say(LEVEL_NAMES[level], level)}\t{counts[level]:,}")
    print(
        say(
            f"已写入 {target}（{places.height:,} 行，{edition} 版）",
            f"{target} written ({places.height:,} rows, edition {edition})",
        )
    )


def _code_prefix(area: str) -> str:
    """The digits that all codes of an area share: 44, 440000 and 440000000000 are one.

    >>> _code_prefix("440000"), _code_prefix("331000000000"), _code_prefix("610202")
    ('44', '3310', '610202')
    """
    if not re.fullmatch(r"\d{2,12}", area):
        message = Text(
            "应为省、市、县的代码，如 44 或 440100。",
            "it is the code of an area, such as 44 or 440100.",
        )
        raise FaultsFound([Fault("PLC-09", f"--province {area}", message)])
    digits = area.rstrip("0")
    length = next(length for length in _CODE_LENGTHS if length >= len(digits))
    return digits.ljust(length, "0")


def _earlier_places(target: Path, *, merge: bool) -> pl.DataFrame | None:
    """The table of places that is there already, where the list shall be added to it."""
    if not target.exists():
        return None
    if not merge:
        message = Text("已有 places.csv，不覆盖。", "places.csv exists and is not overwritten.")
        remedy = Text(
            "要并入请加 --merge；否则请改用空文件夹，或先移走它。",
            "Add --merge to add to it; otherwise use an empty folder or move it away.",
        )
        raise FaultsFound([Fault("PLC-10", str(target), message, remedy)])
    findings = Findings()
    sheet = read_sheet(target, TABLES["places"], findings=findings)
    places = None if sheet is None else typed_frame(tidied(sheet, findings), findings)
    findings.raise_if_any()
    return places


def _sample(
    out: Annotated[Path, typer.Argument(help=say("输出文件夹", "folder to write"))],
    scheme: Annotated[str, typer.Option(help=say("方案编号", "scheme id"))],
    size: Annotated[str, typer.Option(help="county | city | province")] = "county",
    seed: Annotated[int, typer.Option(help=say("随机种子", "seed"))] = 1,
) -> None:
    if size not in ("county", "city", "province"):
        told = Text(
            "规模可选 county、city 或 province。", "size is one of county, city and province."
        )
        raise FaultsFound([Fault("SMP-01", size, told)])
    # Loaded here because only this command needs it: the others start sooner without it.
    from bangfu.programme.sample.make import make_sample

    loaded = load_scheme(scheme)
    summary = make_sample(loaded, out, size=size, seed=seed)  # type: ignore[arg-type]
    for name, rows in summary.rows.items():
        print(f"{name}\t{rows:,}")
    print(
        say(
            f"合成样例已写入 {out}；埋设的情形见 truth.json。",
            f"synthetic sample written to {out}; what was planted is in truth.json.",
        )
    )
    if size == "province" and loaded.about.area_code:
        print(
            say(
                "该方案只在一个市实施，province 与 city 规模相同。",
                "this scheme runs in one city: the province is as large as the city.",
            )
        )


def _doctor() -> None:
    """Parts, schemes, disk and memory: what a run needs, each line good or bad."""
    good = True
    print(f"{platform.platform()} · Python {platform.python_version()} · {sys.executable}")
    for name, number in software_versions().items():
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
    good &= _site_is_fit()
    raise typer.Exit(0 if good else 1)


def _site_is_fit() -> bool:
    """The installation of the site, where ``BANGFU_HOME`` names one."""
    if not os.environ.get("BANGFU_HOME"):
        return True
    site_ready(None)
    from bangfu.records.operations.fitness import fitness

    # Every line is shown, so all are made before they are judged.
    lines = [_line(ok, show(words)) for ok, words in fitness()]
    return all(lines)


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
