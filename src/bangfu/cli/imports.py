"""``bangfu import figures|units|pairings|register FILE`` into the site, and ``bangfu worker``."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangfu.cli.site import HomeOption, site_ready
from bangfu.cli.words import fault_lines, language, say
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

if TYPE_CHECKING:
    from bangfu.records.imports.models import ImportBatch

__all__ = ["into_the_site", "register"]

_File = Annotated[Path, typer.Argument(help=say("xlsx、xls、csv 或 parquet", "the file"))]
_As = Annotated[str, typer.Option("--as", help=say("以谁的登录名导入", "sign-in name"))]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help=say("只核对、不写入", "check only, write nothing"))
]
_OnlyRight = Annotated[
    bool, typer.Option("--only-right", help=say("只导入无误的行", "leave faulty rows out"))
]
_ROWS_SHOWN = 50


def register(app: typer.Typer, import_app: typer.Typer) -> None:
    """Add the commands to ``bangfu`` and ``bangfu import``."""
    import_app.command(name="figures", help=say("导入指标数据到网站", "figures into the site"))(
        _figures
    )
    import_app.command(name="units", help=say("导入单位到网站", "organisations into the site"))(
        _units
    )
    import_app.command(name="pairings", help=say("导入结对关系到网站", "pairs into the site"))(
        _pairings
    )
    import_app.command(name="register", help=say("导入台账到网站", "a register into the site"))(
        _register
    )
    app.command(name="worker", help=say("执行后台任务", "run the site's jobs"))(_worker)


def _figures(
    file: _File,
    sign_in_name: _As,
    period: Annotated[str, typer.Option(help=say("表里没写时的期间", "period if not told"))] = "",
    release: Annotated[str, typer.Option(help="flash | expected | annual | verified")] = "annual",
    code_system: Annotated[str, typer.Option(help="nbs | mca")] = "",
    dry_run: _DryRun = False,
    only_right: _OnlyRight = False,
    home: HomeOption = None,
) -> None:
    site_ready(home)
    options = {"period": period, "release": release, "code_system": code_system}
    into_the_site(file, "figures", sign_in_name, options, dry_run=dry_run, only_right=only_right)


def _units(
    file: _File,
    sign_in_name: _As,
    valid_from: Annotated[str, typer.Option(help=say("成立日", "from which day"))] = "",
    dry_run: _DryRun = False,
    only_right: _OnlyRight = False,
    home: HomeOption = None,
) -> None:
    site_ready(home)
    options = {"valid_from": valid_from}
    into_the_site(file, "units", sign_in_name, options, dry_run=dry_run, only_right=only_right)


def _pairings(
    file: _File,
    sign_in_name: _As,
    valid_from: Annotated[str, typer.Option(help=say("结对开始日", "from which day"))] = "",
    code_system: Annotated[str, typer.Option(help="nbs | mca")] = "",
    dry_run: _DryRun = False,
    only_right: _OnlyRight = False,
    home: HomeOption = None,
) -> None:
    site_ready(home)
    options = {"valid_from": valid_from, "code_system": code_system}
    into_the_site(file, "pairings", sign_in_name, options, dry_run=dry_run, only_right=only_right)


def _register(
    name: Annotated[str, typer.Argument(help=say("台账编号", "id of the register"))],
    file: _File,
    sign_in_name: _As,
    period: Annotated[str, typer.Option(help=say("表里没写时的期间", "period if not told"))] = "",
    code_system: Annotated[str, typer.Option(help="nbs | mca")] = "",
    dry_run: _DryRun = False,
    only_right: _OnlyRight = False,
    home: HomeOption = None,
) -> None:
    site_ready(home)
    options = {"period": period, "code_system": code_system}
    kind = f"registers/{name}"
    into_the_site(file, kind, sign_in_name, options, dry_run=dry_run, only_right=only_right)


def into_the_site(
    file: Path,
    kind: str,
    sign_in_name: str,
    options: Mapping[str, Any],
    *,
    dry_run: bool,
    only_right: bool,
) -> None:
    """Check a file and write it, as the pages would; ends the call with 1 or 2 if need be."""
    from bangfu.records.imports.actions import hand_in, merge
    from bangfu.records.imports.choices import Outcome
    from bangfu.records.imports.storage import keep_file

    actor = _account(sign_in_name)
    batch = hand_in(
        keep_file(file.name, _chunks(file)), kind=kind, options=dict(options), actor=actor
    )
    batch = _seen_through(batch)
    _print_counts(batch.counts)
    _print_faults(batch)
    faulty = batch.rows_as(Outcome.FAULTY)
    if dry_run:
        raise typer.Exit(1 if faulty else 0)
    if not batch.rows_as(Outcome.NEW, Outcome.CHANGED):
        print(say("没有需要写入的内容。", "There is nothing to write."))
        raise typer.Exit(_code(batch.counts))
    batch = merge(batch, seen_version=batch.version, only_right=only_right, actor=actor)
    batch = _seen_through(batch)
    print(say("已写入：", "written:"))
    _print_counts(batch.written)
    raise typer.Exit(_code({**batch.counts, **batch.written}))


def _code(counts: Mapping[str, int]) -> int:
    """1 where rows were left out, 0 otherwise."""
    return int(any(counts.get(name) for name in ("faulty", "locked", "stale", "shut")))


def _account(sign_in_name: str) -> Any:
    from bangfu.records.accounts.models import Account

    account = Account.objects.filter(sign_in_name=sign_in_name.strip().lower()).first()
    if account is None or not account.is_active:
        raise FaultsFound(
            [
                Fault(
                    "IMP-40",
                    "--as",
                    Text(
                        "没有这个登录名，或账号已停用。",
                        "There is no such account, or it is closed.",
                    ),
                )
            ]
        )
    return account


def _chunks(file: Path) -> Any:
    if not file.is_file():
        message = Text("没有这个文件。", "There is no such file.")
        raise FaultsFound([Fault("PLC-08", str(file), message, Text("请核对路径。", "Check it."))])
    with file.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            yield chunk


def _seen_through(batch: ImportBatch) -> ImportBatch:
    from bangfu.records.imports.models import ImportBatch
    from bangfu.records.jobs.worker import Worker

    assert batch.job_id is not None
    job = Worker("cli").see_through(batch.job_id)
    if job.state != job.State.DONE:
        raise FaultsFound([_fault(data) for data in job.faults] or [_called_off()])
    return ImportBatch.objects.get(pk=batch.pk)


def _fault(data: Mapping[str, str]) -> Fault:
    return Fault(data["code"], data["where"], Text(data["zh"], data["en"]))


def _called_off() -> Fault:
    return Fault("IMP-41", "", Text("任务已取消。", "The job was called off."))


def _print_counts(counts: Mapping[str, int]) -> None:
    from bangfu.records.imports.choices import Outcome

    for outcome in Outcome:
        if counts.get(outcome.value):
            label = outcome.label if language() == "zh" else outcome.value
            print(f"{label}\t{counts[outcome.value]:,}")


def _print_faults(batch: ImportBatch) -> None:
    from bangfu.records.imports.faults import shown_fault

    faults = [
        shown_fault(data, f"{sheet} {say(f'第 {row_no} 行', f'row {row_no}')}".strip())
        for sheet, row_no, some in batch.rows.filter(outcome="faulty")
        .order_by("number")
        .values_list("sheet", "row_no", "faults")[:_ROWS_SHOWN]
        for data in some
    ]
    if faults:
        print("\n".join(fault_lines(tuple(faults))))


def _worker(
    home: HomeOption = None,
    name: Annotated[str, typer.Option(help=say("名称", "its name"))] = "worker",
    once: Annotated[
        bool, typer.Option("--once", help=say("做完等待的任务即退出", "end when idle"))
    ] = False,
) -> None:
    site_ready(home)
    from bangfu.records.jobs.worker import Worker
    from bangfu.records.operations.daily import ask_for_today, start_daily_thread

    worker = Worker(name)
    if once:
        ask_for_today()
        count = worker.work_off()
        print(say(f"完成 {count} 项任务。", f"{count} jobs done."))
        return
    stop = threading.Event()
    # A handler may take no lock: it only notes the signal, and this thread ends the work.
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: told.append(number))
    start_daily_thread(stop)
    hands = threading.Thread(target=worker.run, args=(stop,), name=name)
    hands.start()
    while hands.is_alive() and not told:
        hands.join(timeout=0.5)
    stop.set()
    hands.join()
