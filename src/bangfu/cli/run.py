"""``bangfu run``: a scheme on a folder of tables, with the result on the screen."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bangfu.cli.words import FIRST_YEAR, LAST_YEAR, grid, language, say, screen, show
from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import default_as_of, run
from bangfu.programme.output import write_results
from bangfu.programme.result import Headline, Notice, RunResult
from bangfu.programme.tables.findings import Notice as ReadingNotice
from bangfu.programme.tables.read import read_folder
from bangfu.schemes.attach import attachment_of
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import parse_settings
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import amount_text
from bangfu.vocabulary.text import Text

__all__ = ["parse_day", "register"]

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STEP_WORDS = {
    "targets": Text("筛选认定", "designation"),
    "quotas": Text("任务数", "quotas"),
    "named_places": Text("文件所列地名", "places named"),
    "funding": Text("资金", "money"),
    "slots": Text("名额", "posts"),
    "people": Text("选派条件", "conditions on persons"),
    "duties": Text("履职", "duties"),
    "goals": Text("目标", "goals"),
    "evaluation": Text("评价", "evaluation"),
    "exit": Text("退出", "exit"),
    "registers": Text("台账", "registers"),
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        name="run", help=say("在一个文件夹的表格上运行方案", "run a scheme on a folder of tables")
    )(_run)


def _run(
    scheme: Annotated[str, typer.Argument(help=say("方案编号或文件夹", "scheme id or folder"))],
    data: Annotated[Path, typer.Argument(help=say("数据文件夹", "folder of tables"))],
    out: Annotated[Path, typer.Option(help=say("结果文件夹", "folder for the result"))],
    as_of: Annotated[
        str | None, typer.Option(help=say("截至日期，如 2025-12-31", "the day looked at"))
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("试改取值：路径[@日期]=取值", "PATH[@DATE]=VALUE")),
    ] = None,
) -> None:
    loaded = load_scheme(scheme)
    day = default_as_of(loaded, date.today()) if as_of is None else _day_of_run(loaded, as_of)
    overlay = parse_settings(setting or [])
    _progress(say("读取数据", "reading tables"))
    folder = read_folder(data, catalogue=reader_catalogue(loaded.catalogue))
    result = run(
        loaded,
        folder.tables,
        day,
        overlay,
        on_step=lambda step: _progress(show(_STEP_WORDS.get(step, Text(step, step)))),
    )
    result.notices[:0] = [Notice("read", _with_place(notice)) for notice in folder.notices]
    _progress(say("写出结果", "writing the result"))
    write_results(
        result,
        loaded,
        out,
        inputs=folder.files,
        language=language(),
        generated_on=date.today(),
        attachment=attachment_of(loaded),
    )
    _progress("")
    _show(result, out, show(loaded.about.title.text))
    raise typer.Exit(1 if result.failed else 0)


def _with_place(notice: ReadingNotice) -> Text:
    """What was noticed in reading, with the file it was noticed in."""
    zh, en = notice.message.zh, notice.message.en
    return (
        Text(f"{notice.where}：{zh}", f"{notice.where}: {en}") if notice.where else notice.message
    )


def _day_of_run(scheme: Scheme, text: str) -> date:
    """The day asked for; before the scheme begins there are no figures to run on."""
    day = parse_day(text)
    starts_on = scheme.about.period.starts_on
    if day >= starts_on:
        return day
    message = Text(
        f"方案自 {starts_on} 起执行，截至日期不能更早。",
        f"the scheme runs from {starts_on}; the day cannot lie before that.",
    )
    remedy = Text(f"请改为 --as-of {starts_on} 或以后。", f"Use --as-of {starts_on} or later.")
    raise FaultsFound([Fault("CLI-04", f"--as-of {text}", message, remedy)])


def parse_day(text: str) -> date:
    """A date of the command line, within the years a programme may lie in."""
    message = Text(
        "读不出这一天；日期写作 2025-12-31，年份在 1900 至 2200 之间。",
        "this is no day; a date is written 2025-12-31, with a year from 1900 to 2200.",
    )
    try:
        day = date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FaultsFound([Fault("CLI-01", f"--as-of {text}", message)])
    return day


def _progress(step: str) -> None:
    """The step under way, on one line of a terminal; nothing where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{step}{'…' if step else ''}", end="", file=sys.stderr, flush=True)


def _show(result: RunResult, out: Path, title: str) -> None:
    console = screen()
    console.print(f"{title}  {result.scheme_id}  {result.as_of.isoformat()}", soft_wrap=True)
    heads = (say("项目", "item"), say("数值", "figure"), say("说明", "basis"))
    table = grid(*heads, say("条款", "clauses"), right=(1,), bold=True)
    for item in result.headlines:
        table.add_row(
            show(item.label),
            headline_text(item),
            show(item.basis) if item.basis else "",
            _clauses(item.clauses),
        )
    console.print(table)
    _show_findings(result, console)
    report = (out / "report.html").resolve()
    console.print(say(f"报告：{report}", f"Report: {report}"), soft_wrap=True)


def _show_findings(result: RunResult, console: Console) -> None:
    marks = {"failed": say("不符", "FAILED"), "warning": say("注意", "note")}
    for outcome, mark in marks.items():
        for check in result.checks:
            if check.outcome == outcome:
                text = f"{mark}{say('：', ': ')}{show(check.message)} {_clauses(check.clauses)}"
                console.print(text.rstrip(), soft_wrap=True)
    passed = sum(check.outcome == "passed" for check in result.checks)
    console.print(
        say(
            f"核对相符 {passed} 项；未计算 {len(result.skipped)} 项（见报告）。",
            f"{passed} checks agree; {len(result.skipped)} items not computed (see the report).",
        ),
        soft_wrap=True,
    )


def headline_text(item: Headline) -> str:
    """A headline figure with its unit; unknown where it cannot be said."""
    if item.value is None:
        return say("待核实", "unknown")
    if item.unit == "fen":
        return amount_text(item.value, language())
    return f"{item.value:,}"


def _clauses(clauses: tuple[str, ...]) -> str:
    shown = ", ".join(clauses[:4])
    return shown + (" …" if len(clauses) > 4 else "")
