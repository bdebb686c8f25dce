"""``bangfu init | serve | verify | backup | restore``: one installation of the site."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bangfu.cli.words import fault_lines, grid, say, screen
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["HomeOption", "register", "site_ready"]

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help=say(
            "安装目录（默认取 BANGFU_HOME，否则 ./bangfu-home）",
            "home folder (BANGFU_HOME, else ./bangfu-home)",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(name="init", help=say("初始化一套安装", "set up an installation"))(_init)
    app.command(name="serve", help=say("启动网站", "start the site"))(_serve)
    app.command(name="verify", help=say("校验日志链、授权和数据", "prove log, grants and data"))(
        _verify
    )
    app.command(name="backup", help=say("备份（不停机）", "back up while people work"))(_backup)
    app.command(name="restore", help=say("从备份恢复到空目录", "restore into an empty home"))(
        _restore
    )


def site_ready(home: Path | None, *, must_be_made: bool = True) -> None:
    """Make the records usable in this process; refuse in words where they cannot be."""
    if home is not None:
        os.environ["BANGFU_HOME"] = str(home.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.web.settings")
    try:
        import django
    except ModuleNotFoundError as error:
        raise FaultsFound([_not_installed()]) from error
    django.setup()
    from django.conf import settings

    if must_be_made and not settings.HOME.is_made:
        raise FaultsFound([_not_made(settings.HOME.root)])


def _not_installed() -> Fault:
    return Fault(
        "SITE-01",
        "",
        Text("没有安装网站部分。", "The site is not installed."),
        Text("请运行 pip install 'bangfu[site]'。", "Run pip install 'bangfu[site]'."),
    )


def _not_made(root: Path) -> Fault:
    return Fault(
        "SITE-02",
        str(root),
        Text("这里还没有初始化。", "There is no installation here yet."),
        Text("请先运行 bangfu init。", "Run bangfu init first."),
    )


def _init(
    province_code: Annotated[
        str, typer.Option(help=say("省级统计用区划代码（12 位）", "12-digit code of the province"))
    ],
    province_name: Annotated[str, typer.Option(help=say("省名", "name of the province"))],
    home: HomeOption = None,
    valid_from: Annotated[
        str, typer.Option(help=say("该代码自何日起有效", "day from which the code holds"))
    ] = "2000-01-01",
) -> None:
    site_ready(home, must_be_made=False)
    from django.conf import settings
    from django.core.management import call_command

    from bangfu.records.audit.actions import System
    from bangfu.records.ground import clock
    from bangfu.records.operations.setting_up import set_up
    from bangfu.records.places.actions import NewPlace
    from bangfu.records.vault.keys import ensure_keys

    settings.HOME.make()
    ensure_keys(settings.HOME.root)
    call_command("migrate", interactive=False, verbosity=0)
    root = NewPlace(
        code_system="nbs",
        code=province_code,
        name=province_name,
        level="province",
        parent=None,
        valid_from=date.fromisoformat(valid_from),
    )
    first = set_up(root, on=clock.today(), actor=System())
    if not first:
        print(say("已经初始化过，没有改动。", "It was set up before; nothing changed."))
        return
    table = grid(say("登录名", "sign-in name"), say("角色", "role"), say("初始密码", "password"))
    for account in first:
        table.add_row(account.sign_in_name, account.role, account.password)
    screen().print(table)
    print(
        say(
            "初始密码只显示这一次，请分别交给三位管理员；首次登录须修改。",
            "The passwords are shown this once; hand them to three different people.",
        )
    )


def _serve(
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help=say("监听地址", "address"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=say("端口", "port"))] = 8000,
    threads: Annotated[int, typer.Option(help=say("线程数", "threads"))] = 8,
    worker: Annotated[bool, typer.Option(help=say("同时执行后台任务", "run jobs as well"))] = True,
) -> None:
    site_ready(home)
    from bangfu.web.serving import serve

    serve(host=host, port=port, threads=threads, with_worker=worker)


def _verify(home: HomeOption = None) -> None:
    site_ready(home)
    from bangfu.records.operations.verification import verify

    findings = verify()
    for name, faults in findings.items():
        print(f"{name}: {say('无误', 'sound') if not faults else len(faults)}")
        for line in fault_lines(tuple(faults)) if faults else []:
            print(f"  {line}")
    if any(findings.values()):
        raise typer.Exit(1)


def _backup(
    home: HomeOption = None,
    into: Annotated[
        Path | None, typer.Option(help=say("备份目录（默认在安装目录下）", "folder for backups"))
    ] = None,
) -> None:
    site_ready(home)
    from django.conf import settings

    from bangfu.records.ground import clock
    from bangfu.records.operations.backup import back_up

    made = back_up(into or settings.HOME.backups, at=clock.now())
    print(
        say(
            f"已备份：{made.path}（{made.size_bytes:,} 字节，附件 {made.attachments} 个，"
            f"日志至第 {made.chain_sequence} 条）",
            f"backed up: {made.path} ({made.size_bytes:,} bytes, {made.attachments} attachments, "
            f"log up to entry {made.chain_sequence})",
        )
    )


def _restore(
    backup: Annotated[Path, typer.Argument(help=say("备份文件", "the backup"))],
    home: HomeOption = None,
) -> None:
    site_ready(home, must_be_made=False)
    from django.conf import settings
    from django.core.management import call_command

    from bangfu.records.operations.restore import restore_files
    from bangfu.records.operations.verification import verify

    restore_files(backup, home_root=settings.HOME.root)
    settings.HOME.make()
    call_command("migrate", interactive=False, verbosity=0)
    findings = [fault for faults in verify().values() for fault in faults]
    print(say("已恢复。", "Restored."))
    for line in fault_lines(tuple(findings)) if findings else []:
        print(line)
    if findings:
        raise typer.Exit(1)
