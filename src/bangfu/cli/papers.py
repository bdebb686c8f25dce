"""``bangfu scheme clauses | tasks | attach`` and ``bangfu succeed``: papers made from a scheme."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bangfu.cli.run import parse_day
from bangfu.cli.words import grid, language, say, screen, show
from bangfu.schemes.attach import attach_source, attachment_of, attachments_folder
from bangfu.schemes.coverage import (
    STATUSES,
    ClauseCoverage,
    clause_coverage,
    force_rules,
    read_record,
    write_record,
)
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["register"]

_Id = Annotated[str, typer.Argument(help=say("方案编号或文件夹", "scheme id or folder"))]
#: Written into a folder made for a successor, so that it may be made again.
_MARK: Final = "succession.json"


def register(app: typer.Typer, scheme_app: typer.Typer) -> None:
    """Add the commands to ``bangfu`` and ``bangfu scheme``."""
    scheme_app.command(
        name="clauses",
        help=say("每条条款由什么承载、是否实现", "what carries each clause, and whether it works"),
    )(_clauses)
    scheme_app.command(
        name="tasks", help=say("任务分工表（xlsx、docx）", "table of tasks by department")
    )(_tasks)
    scheme_app.command(
        name="attach",
        help=say("在本机为方案附原文", "attach the original document, on this computer only"),
    )(_attach)
    app.command(
        name="succeed",
        help=say("原方案结束后接续到新方案", "carry an ended scheme over to its successor"),
    )(_succeed)


def _clauses(
    scheme: Annotated[
        str | None, typer.Argument(help=say("方案编号；不写则全部", "scheme id; all if left out"))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    renew: Annotated[
        bool,
        typer.Option(help=say("重新运行算例并更新记录", "run the cases again, renew the record")),
    ] = False,
) -> None:
    loaded = [load_scheme(name) for name in ([scheme] if scheme else scheme_folders())]
    covered = {each.id: _covered(each, renew=renew) for each in loaded}
    if as_json:
        rows = [clause.row() for clauses in covered.values() for clause in clauses]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if scheme:
        _print_clauses(covered[loaded[0].id])
    _print_counts(covered)


def _covered(scheme: Scheme, *, renew: bool = False) -> tuple[ClauseCoverage, ...]:
    """The clauses with their state; the cases are run only where no record of them holds."""
    tests = None if renew else read_record(scheme)
    if tests is None:
        # Running the chain is slow to load, and most calls find a record.
        from bangfu.programme.exercised import clauses_exercised

        words = f"{scheme.id}：运行算例，请稍候…", f"{scheme.id}: running its cases…"
        print(say(*words), file=sys.stderr)
        tests = clauses_exercised(scheme)
        if renew:
            write_record(scheme, tests)
    return clause_coverage(scheme, tests)


def _print_clauses(clauses: tuple[ClauseCoverage, ...]) -> None:
    table = grid(
        say("条款", "clause"),
        say("约束力", "force"),
        say("状态", "state"),
        say("内容", "what it asks"),
        say("承载", "carried by"),
        say("算例", "cases"),
        right=(5,),
    )
    for clause in clauses:
        label = force_rules()[clause.force].label
        paths = [carrier.path for carrier in clause.carriers]
        more = f" +{len(paths) - 3}" if len(paths) > 3 else ""
        table.add_row(
            clause.id,
            show(label.text),
            show(STATUSES[clause.status]),
            show(clause.label),
            "\n".join(paths[:3]) + more,
            str(len(clause.tests)),
        )
    screen().print(table)


def _print_counts(covered: dict[str, tuple[ClauseCoverage, ...]]) -> None:
    heads = [show(word) for word in STATUSES.values()]
    numbers = tuple(range(1, len(heads) + 2))
    table = grid(say("方案", "scheme"), *heads, say("合计", "total"), right=numbers)
    whole: Counter[str] = Counter()
    for name, clauses in covered.items():
        counts = Counter(clause.status for clause in clauses)
        whole.update(counts)
        table.add_row(name, *(str(counts[status]) for status in STATUSES), str(len(clauses)))
    if len(covered) > 1:
        sums = (str(whole[status]) for status in STATUSES)
        table.add_row(say("合计", "total"), *sums, str(whole.total()))
    screen().print(table)


def _tasks(
    scheme: _Id,
    out: Annotated[Path, typer.Option(help=say("输出文件 .xlsx 或 .docx", "file to write"))],
    on: Annotated[
        str | None, typer.Option(help=say("制表日期，如 2025-12-31", "day of the table"))
    ] = None,
    replace: Annotated[
        bool, typer.Option(help=say("覆盖已有文件", "replace the file if there is one"))
    ] = False,
) -> None:
    from bangfu.programme.papers import task_table, tasks_docx, tasks_xlsx

    writers: dict[str, Callable[..., bytes]] = {".xlsx": tasks_xlsx, ".docx": tasks_docx}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise _refusal("PAP-01", out, "输出文件应为 .xlsx 或 .docx。", "write .xlsx or .docx.")
    if out.exists() and not replace:
        zh, en = "已有这个文件，不覆盖。", "the file exists and is not replaced."
        remedy = Text("请换个文件名，或加 --replace。", "Take another name, or add --replace.")
        raise _refusal("PAP-02", out, zh, en, remedy)
    loaded = load_scheme(scheme)
    coverage = clause_coverage(loaded, read_record(loaded) or {})
    day = parse_day(on) if on else date.today()
    table = task_table(loaded, coverage, on=day, language=language())
    _write(out, writer(table))
    units, tasks = len(table.counts), len(table.rows)
    print(
        say(
            f"已写入 {out}：{units} 个责任单位、{tasks} 项任务。",
            f"{out} written: {units} units, {tasks} tasks.",
        )
    )


def _write(out: Path, content: bytes) -> None:
    aside = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(out)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refusal("PAP-03", out, f"写不进去：{reason}。", f"not writable: {reason}.") from None
    finally:
        with suppress(OSError):
            aside.unlink()


def _attach(
    scheme: _Id,
    source: Annotated[
        Path | None, typer.Option(help=say("原文文件（txt）", "the document, as text"))
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help=say("存放的文件夹", "folder to keep it in"))
    ] = None,
) -> None:
    loaded = load_scheme(scheme)
    if source is not None:
        path = attach_source(loaded, source, folder=into)
        print(
            say(f"原文已索引到 {path}，只供本机使用。", f"indexed into {path}, for this computer.")
        )
    found = attachment_of(loaded, folder=into)
    if found is None:
        folder = into or attachments_folder()
        print(
            say(f"{loaded.id} 没有附原文（{folder}）。", f"{loaded.id}: none attached ({folder}).")
        )
        return
    print(
        say(
            f"{loaded.id}：{found.file_name}，{len(found.parts)} 节，sha256 {found.sha256}",
            f"{loaded.id}: {found.file_name}, {len(found.parts)} sections, sha256 {found.sha256}",
        )
    )


def _succeed(
    old: Annotated[str, typer.Argument(help=say("原方案", "the ended scheme"))],
    old_data: Annotated[Path, typer.Argument(help=say("原方案的数据文件夹", "its folder"))],
    new: Annotated[str, typer.Argument(help=say("新方案", "the successor"))],
    classes: Annotated[
        str, typer.Option(help=say("类别对应：原=新,原=新", "classes: old=new,old=new"))
    ],
    on: Annotated[str, typer.Option(help=say("接续日", "first day of the successor"))],
    out: Annotated[Path, typer.Option(help=say("新方案的数据文件夹", "folder to write"))],
) -> None:
    from bangfu.programme.catalogue import reader_catalogue
    from bangfu.programme.papers.handover import handover_xlsx
    from bangfu.programme.succession import carry_over
    from bangfu.programme.tables.read import read_folder
    from bangfu.programme.tables.write import OutputFolder, write_csv

    day, mapping = parse_day(on), _mapping(classes)
    before, after = load_scheme(old), load_scheme(new)
    folder = read_folder(
        old_data, catalogue=reader_catalogue(before.catalogue), required=["list_members"]
    )
    taken = carry_over(before, folder.tables, after, classes=mapping, on=day)
    record: dict[str, Any] = {
        "from": {"scheme": before.id, "scheme_hash": before.content_hash, "inputs": folder.files},
        "to": {"scheme": after.id, "scheme_hash": after.content_hash},
        "classes": mapping,
        "on": day.isoformat(),
        "matters": [
            {
                "matter": m.matter.zh,
                "matter_en": m.matter.en,
                "carried": m.carried,
                "left": m.left,
                "reason": m.reason.zh,
                "reason_en": m.reason.en,
            }
            for m in taken.matters
        ],
    }
    with OutputFolder(out, mark=_MARK) as target:
        for name in _files_of(taken.unchanged, folder.files):
            shutil.copyfile(old_data / name, target / name)
        for table_name, table in taken.tables.items():
            path = target / f"{table_name}.csv"
            path.parent.mkdir(exist_ok=True)
            write_csv(table, path)
        (target / "notes").mkdir()
        for table_name, table in taken.open.items():
            write_csv(table, target / "notes" / f"{table_name}_left.csv")
        paper = handover_xlsx(taken, before, after, on=day, language=language())
        (target / "notes" / "handover.xlsx").write_bytes(paper)
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (target / _MARK).write_text(text + "\n", encoding="utf-8")
    shown = grid(
        say("事项", "matter"),
        say("已移交", "carried"),
        say("未移交", "left"),
        say("说明", "why"),
        right=(1, 2),
    )
    for matter in taken.matters:
        counts = f"{matter.carried:,}", f"{matter.left:,}"
        shown.add_row(show(matter.matter), *counts, show(matter.reason))
    screen().print(shown)
    print(say(f"已写入 {out}；移交清单在 notes/handover.xlsx。", f"{out} written."))


def _mapping(classes: str) -> dict[str, str]:
    pairs = [part.split("=") for part in classes.replace("，", ",").split(",") if part.strip()]
    if not pairs or any(len(pair) != 2 or not all(map(str.strip, pair)) for pair in pairs):
        zh = f"类别对应写的是「{classes}」；应写作 原类别=新类别，多个用逗号分开。"
        raise _refusal("SUC-06", "--classes", zh, f"{classes!r}: write old=new,old=new.")
    mapping = {ours.strip(): theirs.strip() for ours, theirs in pairs}
    if len(mapping) < len(pairs):
        zh = f"同一个原类别写了两次：「{classes}」。"
        raise _refusal("SUC-07", "--classes", zh, f"{classes!r} names an old class twice.")
    return mapping


def _files_of(tables: list[str], files: dict[str, str]) -> list[str]:
    """The files of these tables, whatever language their names are in."""
    from bangfu.programme.tables.declared import TABLES

    stems = {TABLES[name].label.zh for name in tables} | set(tables)
    flat = [name for name in files if "/" not in name]
    return [n for n in flat if Path(n).stem in stems or Path(n).stem.lower() in stems]


def _refusal(
    code: str, where: Path | str, zh: str, en: str, remedy: Text | None = None
) -> FaultsFound:
    return FaultsFound([Fault(code, str(where), Text(zh, en), remedy)])
