"""``bangfu scheme``: list, show, check against the document, run the cases."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bangfu.cli.words import fault_lines, grid, language, say, screen, show
from bangfu.schemes.check import check_scheme, scheme_notices
from bangfu.schemes.figures import Dated, figure_text
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.json_schema import scheme_json_schema
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import (
    check_source,
    read_source,
    unnoticed_in_the_document,
    unnoticed_in_the_scheme,
)
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["register"]

_Id = Annotated[str, typer.Argument(help=say("方案编号或文件夹", "scheme id or folder"))]


def register(app: typer.Typer) -> None:
    """Add the commands to ``bangfu scheme``."""
    app.command(name="list", help=say("列出方案", "list schemes"))(_list)
    app.command(name="show", help=say("列出方案的取值与条款", "figures and their clauses"))(_show)
    app.command(
        name="check",
        help=say(
            "检查方案；--source 与原文核对", "check a scheme, with --source against the document"
        ),
    )(_check)
    app.command(name="cases", help=say("运行方案的算例", "run the cases of schemes"))(_cases)
    app.command(name="schema", help=say("方案文件的 JSON Schema", "JSON Schema of the files"))(
        _schema
    )


def _list() -> None:
    table = grid(
        say("编号", "id"),
        say("方案", "scheme"),
        say("期间", "period"),
        say("状态", "status"),
        say("条款", "clauses"),
        say("取值", "figures"),
        right=(4, 5),
    )
    states = {
        "in_force": say("执行中", "in force"),
        "ended": say("已结束", "ended"),
        "consultation_draft": say("征求意见稿", "consultation draft"),
    }
    broken: list[Fault] = []
    for name, folder in scheme_folders().items():
        try:
            loaded = load_scheme(folder)
        except FaultsFound as found:
            # One scheme that cannot be read must not hide the others.
            broken.append(Fault("SCH-00", name, _unreadable(found)))
            table.add_row(name, say("读不出来", "cannot be read"), "", "", "", "")
            continue
        period = loaded.about.period
        table.add_row(
            name,
            show(loaded.about.title.text),
            f"{period.starts_on.isoformat()} — {period.ends_on.isoformat()}",
            states[loaded.about.status],
            str(len(loaded.clauses)),
            str(len(loaded.figures)),
        )
    screen().print(table)
    if broken:
        print("\n".join(fault_lines(tuple(broken))), file=sys.stderr)
        raise typer.Exit(1)


def _unreadable(found: FaultsFound) -> Text:
    """The first fault of a scheme that cannot be read, and how many there are."""
    first, number = found.faults[0], len(found.faults)
    return Text(
        f"读不出来，有 {number} 处需要修改，如 {first.sentence('zh')}",
        f"cannot be read, {number} to mend, such as {first.sentence('en')}",
    )


def _show(
    scheme: _Id,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    loaded = load_scheme(scheme)
    rows = [row for dated in loaded.figures.values() for row in _figure_rows(loaded, dated)]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    console = screen()
    console.print(show(loaded.about.title.text), loaded.content_hash[:16], soft_wrap=True)
    if loaded.about.banner:
        console.print(show(loaded.about.banner.text), soft_wrap=True)
    heads = (say("路径", "path"), say("名称", "label"), say("取值", "figure"), say("自", "from"))
    table = grid(*heads, say("依据", "rests on"), whole=(0,))
    for row in rows:
        table.add_row(
            row["path"],
            row["label" if language() == "zh" else "label_en"],
            row["text" if language() == "zh" else "text_en"],
            row["from"],
            row["clause"] or (row["assumption"] or row["citation"] or "")[:40],
        )
    console.print(table)


def _figure_rows(scheme: Scheme, dated: Dated) -> list[dict[str, Any]]:
    origin = scheme.origin(dated.path)
    return [
        {
            "path": dated.path,
            "unit": figure.kind if figure else None,
            "value": _plain(figure.value) if figure else None,
            "text": figure_text(figure, "zh"),
            "text_en": figure_text(figure, "en"),
            "from": starts_on.isoformat(),
            "clause": ";".join(dated.clauses or origin.clauses) or None,
            "label": dated.label.zh,
            "label_en": dated.label.en,
            "stands_for": dated.ref,
            "assumption": origin.assumption.in_language(language()) if origin.assumption else None,
            "citation": origin.citation.in_language(language()) if origin.citation else None,
            "derived": origin.derived,
        }
        for starts_on, figure in origin.entries
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | str | list | dict):
        return value
    if isinstance(value, tuple):
        return list(value)
    return str(value)


def _check(
    scheme: _Id,
    source: Annotated[
        Path | None, typer.Option(help=say("原文文件（txt）", "the document, as text"))
    ] = None,
    found_only: Annotated[
        bool,
        typer.Option(
            help=say("只看方案的数字是否在原文中", "only whether the scheme's figures are found")
        ),
    ] = False,
    try_changes: Annotated[
        bool,
        typer.Option(
            help=say(
                "逐个改动数字，看核对能否发现",
                "change each figure in turn and tell what would not be noticed",
            )
        ),
    ] = False,
) -> None:
    loaded = load_scheme(scheme)
    faults = check_scheme(loaded)
    if faults:
        print("\n".join(fault_lines(faults)))
    else:
        print(
            say(
                f"{loaded.id}：{len(loaded.clauses)} 条条款、{len(loaded.figures)} 个取值，"
                "内部一致。",
                f"{loaded.id}: {len(loaded.clauses)} clauses, {len(loaded.figures)} figures, "
                "consistent.",
            )
        )
    for notice in scheme_notices(loaded):
        print(f"  · {notice.sentence(language())}")
    wrong = len(faults)
    if source is not None:
        wrong += _against_source(loaded, source, strict=not found_only)
        if try_changes and not wrong:
            _tell_unnoticed(loaded, source)
    raise typer.Exit(1 if wrong else 0)


def _against_source(scheme: Scheme, source: Path, *, strict: bool) -> int:
    """Compare with the document and show what departs; the number of faults."""
    report = check_source(scheme, read_source(source))
    faults = report.faults(strict=strict)
    if faults:
        print("\n".join(fault_lines(faults)))
    for notice in report.notices(strict=strict):
        print(f"  · {notice.sentence(language())}")
    counts = (
        len(report.found),
        len(report.literal),
        len(report.derived),
        len(report.missing),
        len(report.uncarried),
    )
    print(
        say(
            "原文核对：找到 {} 个，文字写法 {} 个，推算 {} 个，缺 {} 个；原文中未收录 {} 个。",
            "against the document: {} found, {} in words, {} derived, {} missing; "
            "{} of the document not carried.",
        ).format(*counts)
    )
    return len(faults)


def _tell_unnoticed(scheme: Scheme, source: Path) -> None:
    """Show the changes of one figure that the check would let pass."""
    text = read_source(source)
    unnoticed = [
        *unnoticed_in_the_scheme(scheme, text),
        *unnoticed_in_the_document(scheme, text),
    ]
    for each in unnoticed:
        print(f"  · {each.fault().sentence(language())}")
    print(
        say(
            f"逐个改动：有 {len(unnoticed)} 处改动核对不会发现。",
            f"each figure changed in turn: {len(unnoticed)} changes would not be noticed.",
        )
    )


def _cases(
    scheme: Annotated[
        str | None, typer.Argument(help=say("方案编号；不写则全部", "scheme id; all if left out"))
    ] = None,
) -> None:
    from bangfu.programme.cases import run_cases

    names = [scheme] if scheme else list(scheme_folders())
    failed = total = 0
    for name in names:
        for outcome in run_cases(load_scheme(name)):
            total += 1
            if outcome.problems:
                failed += 1
                print(f"{say('不符', 'FAILED')} {name}：{outcome.name}")
                for problem in outcome.problems:
                    print(f"    {show(problem)}")
    print(say(f"算例 {total} 个，不符 {failed} 个。", f"{total} cases, {failed} failed."))
    raise typer.Exit(1 if failed else 0)


def _schema() -> None:
    print(json.dumps(scheme_json_schema(), ensure_ascii=False, indent=2))
