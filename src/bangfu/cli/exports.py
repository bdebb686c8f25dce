"""``bangfu export places|figures|register``: what an account may see, as the office keeps it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangfu.cli.site import HomeOption, site_ready
from bangfu.cli.words import language, say
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

if TYPE_CHECKING:
    from bangfu.records.exports.tables import ExportTable

__all__ = ["register"]

_As = Annotated[str, typer.Option("--as", help=say("以谁的登录名导出", "sign-in name"))]
_Out = Annotated[Path, typer.Option(help=say("写到哪个文件（.xlsx .csv .parquet）", "the file"))]
_Unit = Annotated[str, typer.Option(help="元 | 万元 | 亿元")]
_Subtotals = Annotated[str, typer.Option(help=say("小计：county 或 township", "county | township"))]
_Layout = Annotated[str, typer.Option(help=say("我的台账的名称", "name of a saved layout"))]
_Place = Annotated[str, typer.Option(help=say("只要这个代码以下", "at or below this code"))]
_Period = Annotated[str, typer.Option(help=say("期别，如 2025", "period, such as 2025"))]


@dataclass(frozen=True, slots=True)
class _Call:
    """How the file is to be written."""

    out: Path
    sign_in_name: str
    unit: str
    subtotals: str
    layout: str


def register(app: typer.Typer) -> None:
    """Add ``bangfu export``."""
    export_app = typer.Typer(
        help=say("从网站导出", "export from the site"), no_args_is_help=True, rich_markup_mode=None
    )
    export_app.command(name="places", help=say("地方名单", "the list of places"))(_places)
    export_app.command(name="figures", help=say("一张报表的数据", "the figures of a form"))(
        _figures
    )
    export_app.command(name="register", help=say("一本台账的行", "the rows of a register"))(
        _register
    )
    export_app.command(name="place", help=say("一村一档（docx）", "the file of one place"))(_file)
    app.add_typer(export_app, name="export")


def _places(
    out: _Out,
    sign_in_name: _As,
    level: Annotated[str, typer.Option(help=say("层级，如 village", "level"))] = "",
    place: _Place = "",
    layout: _Layout = "",
    unit: _Unit = "万元",
    subtotals: _Subtotals = "",
    home: HomeOption = None,
) -> None:
    site_ready(home)

    def table(actor: Any) -> ExportTable:
        from bangfu.records.exports.sources import places_table
        from bangfu.records.ground import clock
        from bangfu.records.places.choices import Level
        from bangfu.records.places.models import Place

        rows = Place.objects.open_to(actor, "exports.run").filter(ended_on__gt=clock.today())
        filters: dict[str, str] = {}
        if level:
            _one_of("--level", level, Level.values)
            rows, filters["level"] = rows.filter(level=level), level
        if place:
            base = _place(place, actor)
            rows, filters["place"] = (
                rows.filter(reporting_path__startswith=base.reporting_path),
                place,
            )
        return places_table(rows, area=_area(place, actor), filters=filters)

    _export(table, _Call(out, sign_in_name, unit, subtotals, layout))


def _figures(
    form: Annotated[str, typer.Argument(help=say("报表代码", "code of the form"))],
    period: _Period,
    out: _Out,
    sign_in_name: _As,
    place: _Place = "",
    only_approved: Annotated[
        bool, typer.Option("--only-approved", help=say("只要已审核的", "approved figures only"))
    ] = False,
    layout: _Layout = "",
    unit: _Unit = "万元",
    subtotals: _Subtotals = "",
    home: HomeOption = None,
) -> None:
    site_ready(home)

    def table(actor: Any) -> ExportTable:
        from bangfu.records.catalogue.models import Form
        from bangfu.records.exports.sources import figures_table

        held = Form.objects.filter(form=form).first()
        if held is None:
            known = sorted(Form.objects.values_list("form", flat=True))
            raise _not_found(say("报表", "form"), form, known)
        _check_period(period)
        return figures_table(
            held,
            period,
            user=actor,
            under=_place(place, actor) if place else None,
            area=_area(place, actor),
            only_approved=only_approved,
        )

    _export(table, _Call(out, sign_in_name, unit, subtotals, layout))


def _register(
    name: Annotated[str, typer.Argument(help=say("方案/台账，如 gd-2021/projects", "SCHEME/ID"))],
    out: _Out,
    sign_in_name: _As,
    period: Annotated[
        str, typer.Option(help=say("期别；不写为全部", "period; all if left out"))
    ] = "",
    place: _Place = "",
    layout: _Layout = "",
    unit: _Unit = "万元",
    subtotals: _Subtotals = "",
    home: HomeOption = None,
) -> None:
    site_ready(home)

    def table(actor: Any) -> ExportTable:
        from bangfu.records.exports.sources import register_table
        from bangfu.records.registers.models import RegisterDefinition, RegisterRow

        scheme, _sep, code = name.partition("/")
        held = RegisterDefinition.objects.filter(scheme=scheme, register=code).first()
        if held is None:
            pairs = RegisterDefinition.objects.values_list("scheme", "register")
            raise _not_found(
                say("台账", "register"), name, sorted("/".join(pair) for pair in pairs)
            )
        rows = RegisterRow.objects.open_to(actor, "exports.run").filter(
            definition=held, is_removed=False
        )
        filters: dict[str, str] = {}
        if period:
            _check_period(period)
            rows, filters["period"] = rows.filter(period=period), period
        if place:
            base = _place(place, actor)
            rows = rows.filter(place__reporting_path__startswith=base.reporting_path)
            filters["place"] = place
        return register_table(held, rows, area=_area(place, actor), filters=filters)

    _export(table, _Call(out, sign_in_name, unit, subtotals, layout))


def _file(
    code: Annotated[str, typer.Argument(help=say("地方代码", "code of the place"))],
    out: _Out,
    sign_in_name: _As,
    home: HomeOption = None,
) -> None:
    site_ready(home)
    from bangfu.records.exports.actions import write_place_file

    _one_of("--out", out.suffix.removeprefix(".").lower(), ("docx",))
    actor = _account(sign_in_name)
    place = _place(code, actor)
    done = _moved_into_place(out, lambda draft: write_place_file(place, draft, actor=actor))
    print(say(f"已写到 {out}，版本号 {done.code}。", f"written to {out}, version {done.code}."))


def _export(table_for: Callable[[Any], ExportTable], call: _Call) -> None:
    """Write one table as the call asks."""
    from bangfu.records.exports.actions import FORMATS, How, write_export
    from bangfu.records.exports.arranging import arranged

    file_format = call.out.suffix.removeprefix(".").lower()
    _one_of("--out", file_format, FORMATS)
    _one_of("--subtotals", call.subtotals, ("", "county", "township"))
    actor = _account(call.sign_in_name)
    table = table_for(actor)
    how = How(file_format, call.unit, call.subtotals, language())  # type: ignore[arg-type]
    if call.layout:
        held = _layout(call.layout, actor, table)
        table = arranged(table, held.columns, held.title)
    done = _moved_into_place(call.out, lambda draft: write_export(table, draft, how, actor=actor))
    print(
        say(
            f"已导出 {done.rows:,} 行到 {call.out}，版本号 {done.code}。",
            f"{done.rows:,} rows written to {call.out}, version {done.code}.",
        )
    )


def _moved_into_place(out: Path, write: Callable[[Path], Any]) -> Any:
    """Write beside the place and move it there, so that the file is never half-written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=out.parent, suffix=out.suffix)
    os.close(descriptor)
    try:
        done = write(Path(draft))
        Path(draft).chmod(0o644)
        Path(draft).replace(out)
    finally:
        Path(draft).unlink(missing_ok=True)
    return done


def _account(sign_in_name: str) -> Any:
    from bangfu.records.accounts.models import Account

    found = Account.objects.filter(sign_in_name=sign_in_name.strip().lower(), is_active=True)
    account = found.first()
    if account is None:
        raise FaultsFound(
            [
                Fault(
                    "EXP-10",
                    "--as",
                    Text(
                        f"没有登录名「{sign_in_name}」的在用账号。",
                        f"There is no active account {sign_in_name}.",
                    ),
                )
            ]
        )
    return account


def _layout(name: str, actor: Any, table: ExportTable) -> Any:
    from bangfu.records.exports.models import ExportLayout

    own = ExportLayout.objects.filter(account=actor, kind=table.kind, subject=table.subject)
    held = own.filter(name=name).first()
    if held is None:
        known = sorted(own.values_list("name", flat=True))
        raise _not_found(say("我的台账", "layout"), name, known)
    return held


def _place(code: str, actor: Any) -> Any:
    from bangfu.records.places.models import Place

    found = list(Place.objects.visible_to(actor).filter(code=code)[:2])
    if len(found) != 1:
        raise _not_found(say("范围内的地方代码", "place in your area"), code, [])
    return found[0]


def _area(code: str, actor: Any) -> str:
    if code:
        return str(_place(code, actor).name)
    from bangfu.records.access.gate import granted_paths, grants_held
    from bangfu.records.places.models import Place

    ids = [
        int(path.strip("/").split("/")[-1])
        for path in granted_paths(grant.path for grant in grants_held(actor))
    ]
    names = Place.objects.filter(pk__in=ids).order_by("code").values_list("name", flat=True)
    return "、".join(names[:3])


def _check_period(text: str) -> None:
    from bangfu.vocabulary.period import parse_period

    try:
        parse_period(text)
    except ValueError as error:
        raise FaultsFound(
            [
                Fault(
                    "EXP-11",
                    "--period",
                    Text(
                        f"期别「{text}」写法不对，可写 2024、2024H1、2024Q1、2024-03。",
                        f"{text!r} is no period; accepted: 2024, 2024H1, 2024Q1, 2024-03.",
                    ),
                )
            ]
        ) from error


def _one_of(option: str, given: str, known: Any) -> None:
    if given in known:
        return
    accepted = " | ".join(one for one in known if one)
    raise FaultsFound(
        [
            Fault(
                "EXP-12",
                option,
                Text(
                    f"给的是「{given}」，可用：{accepted}。",
                    f"given {given!r}; accepted: {accepted}.",
                ),
            )
        ]
    )


def _not_found(what: str, given: str, known: list[str]) -> FaultsFound:
    shown = "、".join(known[:20]) or "—"
    return FaultsFound(
        [
            Fault(
                "EXP-13",
                "",
                Text(
                    f"没有{what}「{given}」。可用：{shown}。",
                    f"no {what} {given!r}; known: {shown}.",
                ),
            )
        ]
    )
