"""``bangfu demo``: a site with the sample county in it, one account for each role, and open."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bangfu.cli.imports import into_the_site
from bangfu.cli.site import site_ready
from bangfu.cli.words import grid, say, screen

__all__ = ["register"]

SCHEME: Final = "zj-2025-villages"
PASSWORD: Final = "demo-bangfu-2026"
_ROOT: Final = ("330000000000", "示例省")
#: Sign-in name, role, and the level of the place it is held over.
_PEOPLE: Final = (
    ("province", "scheme_manager", "province"),
    ("city", "city_office", "city"),
    ("county", "county_office", "county"),
    ("finance", "finance", "county"),
    ("auditor", "auditor", "county"),
    ("township", "township_office", "township"),
    ("village", "village_clerk", "village"),
    ("secretary", "team_member", "village"),
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="demo", help=say("打开带样例县的网站", "open a site with a sample county"))(
        _demo
    )


def _demo(
    home: Annotated[Path, typer.Option(help=say("安装目录", "home folder"))] = Path("demo/site"),
    port: Annotated[int, typer.Option(help=say("端口", "port"))] = 8000,
    open_site: Annotated[
        bool, typer.Option("--serve/--no-serve", help=say("随后启动网站", "then serve"))
    ] = True,
) -> None:
    # Passwords of the sample stand on the screen; a second factor would only be in the way.
    os.environ.setdefault("BANGFU_SECOND_FACTOR", "offered")
    os.environ.setdefault("BANGFU_OFFICE", say("示例县（样例数据）", "Sample county"))
    site_ready(home, must_be_made=False)
    from django.conf import settings

    if not settings.HOME.is_made:
        _make(home)
    _print_people()
    if open_site:
        from bangfu.web.serving import serve

        serve(host="127.0.0.1", port=port, threads=8, with_worker=True)


def _make(home: Path) -> None:
    """All or nothing: a set-up that was broken off is made anew next time."""
    try:
        _set_up(home)
    except BaseException:
        from django.db import connection

        connection.close()
        shutil.rmtree(home, ignore_errors=True)
        raise


def _set_up(home: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from bangfu.programme.sample import make_sample
    from bangfu.records.audit.actions import System
    from bangfu.records.catalogue.adopting import adopt_scheme
    from bangfu.records.ground import clock
    from bangfu.records.operations.setting_up import set_up
    from bangfu.records.places.actions import NewPlace
    from bangfu.records.registers.declaring import declare_registers
    from bangfu.records.vault.keys import ensure_keys
    from bangfu.schemes.find import scheme_folders
    from bangfu.schemes.load import load_scheme

    settings.HOME.make()
    ensure_keys(settings.HOME.root)
    call_command("migrate", interactive=False, verbosity=0)
    scheme = load_scheme(scheme_folders()[SCHEME])
    tables = home / "sample"
    make_sample(scheme, tables, size="county", seed=1)
    code, name = _ROOT
    root = NewPlace("nbs", code, name, "province", None, date(2000, 1, 1))
    set_up(root, on=clock.today(), actor=System())
    _open_accounts("province")
    _under_the_province(tables / "places.csv", code)
    _import(tables / "places.csv", "places", valid_from="2020-01-01")
    adopt_scheme(SCHEME, actor=System())
    declare_registers(scheme, on=clock.today(), actor=System())
    _open_accounts("city", "county")
    _import(tables / "indicators.csv", "figures")
    _import(tables / "units.csv", "units", valid_from="2020-01-01")
    _import(tables / "pairings.csv", "pairings")
    for file in sorted((tables / "registers").glob("*.csv")):
        _import(file, f"registers/{file.stem}")
    _open_around_a_pair()


def _under_the_province(places: Path, code: str) -> None:
    """The sample ends with its city; here the city lies in the sample province."""
    with places.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["level"] == "city":
            row["parent_code"] = code
    with places.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _import(file: Path, kind: str, **options: str) -> None:
    """Through the same import as the pages'; a row that does not fit is left out and told."""
    print(f"{file.stem}:")
    try:
        into_the_site(file, kind, "province", options, dry_run=False, only_right=True)
    except typer.Exit:
        return


def _open_accounts(*levels: str) -> None:
    from bangfu.records.places.models import Place

    for name, role, level in _PEOPLE:
        if level in levels:
            place = Place.objects.filter(level=level).order_by("code")[0]
            _open(name, role, place)


def _open(name: str, role: str, scope: Any) -> None:
    from bangfu.records.accounts.actions import NewAccount, give_role, open_account
    from bangfu.records.accounts.models import Account
    from bangfu.records.audit.actions import System
    from bangfu.records.ground import clock
    from bangfu.records.places.models import Place

    if Account.objects.filter(sign_in_name=name).exists():
        return
    place = scope if isinstance(scope, Place) else scope.place
    label = dict(_labels())[role]
    new = NewAccount(name, f"{label}（样例）", place, PASSWORD, must_change_password=False)
    account = open_account(new, actor=System())
    give_role(account, role, scope, starts_on=clock.today(), actor=System())


def _open_around_a_pair() -> None:
    """The people of one paired village: its clerk, its town, its resident, its helper unit."""
    from bangfu.records.organisations.models import HelperLink

    link = HelperLink.objects.order_by("place__code", "pk").first()
    if link is None:
        raise RuntimeError("the sample has no pairs")
    _open("helper", "helper_unit", link.organisation)
    places = {"township": link.place.parent, "village": link.place}
    for name, role, level in _PEOPLE:
        if level in places:
            _open(name, role, places[level])


def _labels() -> Iterator[tuple[str, str]]:
    from bangfu.records.access.roles import ROLES

    for role, held in ROLES.items():
        yield role, held.label.zh


def _print_people() -> None:
    from bangfu.records.access.models import AccessGrant

    table = grid(say("登录名", "sign-in name"), say("角色", "role"), say("地方", "place"))
    from bangfu.records.access.roles import ROLES

    seen = set()
    grants = AccessGrant.objects.select_related("subject", "place").order_by("pk")
    for grant in grants:
        name = grant.subject.sign_in_name
        if name not in seen and not ROLES[grant.role].administrator:
            seen.add(name)
            label = ROLES[grant.role].label
            table.add_row(name, say(label.zh, label.en), grant.place.name)
    screen().print(table)
    print(
        say(
            f"以上账号的密码都是 {PASSWORD}（仅限样例）。",
            f"The password of all of them is {PASSWORD} (sample only).",
        )
    )
