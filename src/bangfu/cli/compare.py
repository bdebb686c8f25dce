"""``bangfu scheme diff``, ``whatif`` and ``stability``: policies compared, tried, and tested."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bangfu.cli.difference_screen import show_differences
from bangfu.cli.run import parse_day
from bangfu.cli.stability_screen import show_stability
from bangfu.cli.whatif_screen import show_whatif
from bangfu.cli.words import say, screen
from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import default_as_of
from bangfu.programme.tables.read import FolderTables, read_folder
from bangfu.programme.versions import software_versions
from bangfu.programme.whatif import (
    borderline_places,
    lay_ground,
    moves_by_threshold,
    require_change,
    require_margin,
    stays_by_weight,
    what_if,
)
from bangfu.programme.whatif.output import difference_record, write_tables, write_whatif
from bangfu.schemes.differences import SchemeDifferences, compare_schemes
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import parse_settings
from bangfu.schemes.questions import Question, shared_questions
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["register"]

_Id = Annotated[str, typer.Argument(help=say("方案编号或文件夹", "scheme id or folder"))]
_Data = Annotated[Path, typer.Argument(help=say("数据文件夹", "folder of tables"))]
_Out = Annotated[Path | None, typer.Option(help=say("结果文件夹", "folder for the result"))]
_AsOf = Annotated[
    str | None, typer.Option(help=say("截至日期，如 2025-12-31", "the day looked at"))
]
_Top = Annotated[int, typer.Option(min=0, help=say("屏幕上最多列几个", "names on the screen"))]
_NoList = Annotated[
    bool,
    typer.Option(
        "--ignore-list",
        help=say(
            "不用主管部门名单，按认定条件测算", "leave the office's list aside: use the criteria"
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``bangfu scheme``."""
    app.command(
        name="diff", help=say("两个方案或两个版本对照", "two policies or two versions side by side")
    )(_diff)
    app.command(
        name="whatif",
        help=say("政策测算：改动取值，看影响谁、多少钱", "try figures: who, how much"),
    )(_whatif)
    app.command(
        name="stability",
        help=say("名单稳定性与临界情形", "how firm the lists are, and who is close to a threshold"),
    )(_stability)


def _diff(
    a: Annotated[str, typer.Argument(help=say("甲：方案编号或文件夹", "A: id or folder"))],
    b: Annotated[str, typer.Argument(help=say("乙：方案编号或文件夹", "B: id or folder"))],
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    every: Annotated[
        bool,
        typer.Option("--all", help=say("不同政策也逐项列出", "list every item of two policies")),
    ] = False,
) -> None:
    found = compare_schemes(load_scheme(a), load_scheme(b))
    questions = (shared_questions(found.a), shared_questions(found.b))
    if as_json:
        print(json.dumps(_diff_record(found, *questions), ensure_ascii=False, indent=2))
        return
    show_differences(found, questions, every=every)


def _diff_record(
    found: SchemeDifferences, of_a: tuple[Question, ...], of_b: tuple[Question, ...]
) -> dict[str, Any]:
    return {
        "a": _identity(found.a),
        "b": _identity(found.b),
        "same_policy": found.same_policy,
        "differences": [difference_record(row) for row in found.rows],
        "questions": [
            {
                "id": one.id,
                "question": one.text.zh,
                "question_en": one.text.en,
                "a": _answers(one),
                "b": _answers(other),
            }
            for one, other in zip(of_a, of_b, strict=True)
        ],
    }


def _identity(scheme: Scheme) -> dict[str, Any]:
    title = scheme.about.title
    return {"id": scheme.id, "title": title.zh, "title_en": title.en, "hash": scheme.content_hash}


def _answers(question: Question) -> list[dict[str, Any]]:
    return [
        {"text": each.text.zh, "text_en": each.text.en, "clauses": list(each.clauses)}
        for each in question.answers
    ]


def _whatif(
    scheme: _Id,
    data: _Data,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("试改取值：路径[@日期]=取值", "PATH[@DATE]=VALUE")),
    ] = None,
    out: _Out = None,
    as_of: _AsOf = None,
    top: _Top = 20,
    ignore_list: _NoList = False,
) -> None:
    overlay = parse_settings(setting or [])
    if not overlay:
        message = Text("没有写要改什么。", "nothing to try is given.")
        remedy = Text(
            "请加 --set 路径=取值；路径见 bangfu scheme show。",
            "Add --set PATH=VALUE; bangfu scheme show lists the paths.",
        )
        raise FaultsFound([Fault("WIF-01", "--set", message, remedy)])
    loaded = load_scheme(scheme)
    folder = _read(loaded, data, ignore_list=ignore_list)
    day = parse_day(as_of) if as_of else default_as_of(loaded, date.today())
    found = what_if(loaded, folder.tables, day, overlay, on_step=_progress)
    if out is not None:
        write_whatif(found, out, inputs=folder.files)
    _progress("")
    show_whatif(found, top=top)
    _tell_folder(out)


def _stability(
    scheme: _Id,
    data: _Data,
    change_pct: Annotated[
        int, typer.Option(help=say("权重、门槛上下变动的百分比", "change of weights, thresholds"))
    ] = 10,
    margin_pct: Annotated[
        int,
        typer.Option(help=say("临界幅度（门槛的百分比）", "margin, in per cent of a threshold")),
    ] = 5,
    out: _Out = None,
    as_of: _AsOf = None,
    top: _Top = 20,
    ignore_list: _NoList = False,
) -> None:
    require_change(change_pct)
    require_margin(margin_pct)
    loaded = load_scheme(scheme)
    folder = _read(loaded, data, ignore_list=ignore_list)
    day = parse_day(as_of) if as_of else default_as_of(loaded, date.today())
    _progress("stability")
    ground = lay_ground(loaded, folder.tables, day)
    tables = {
        "stability_weights": stays_by_weight(ground, change_pct=change_pct),
        "stability_thresholds": moves_by_threshold(ground, change_pct=change_pct),
        "borderline": borderline_places(ground, margin_pct=margin_pct),
    }
    if out is not None:
        record = {
            "scheme": loaded.id,
            "scheme_hash": loaded.content_hash,
            "as_of": day.isoformat(),
            "change_pct": change_pct,
            "margin_pct": margin_pct,
            "inputs": folder.files,
            "versions": software_versions(),
            "rows": {name: table.height for name, table in tables.items()},
        }
        write_tables(tables, out, mark="stability.json", record=record)
    _progress("")
    show_stability(ground, tables, change_pct=change_pct, margin_pct=margin_pct, top=top)
    _tell_folder(out)


def _read(scheme: Scheme, data: Path, *, ignore_list: bool) -> FolderTables:
    _progress(say("读取数据", "reading tables"))
    folder = read_folder(data, catalogue=reader_catalogue(scheme.catalogue))
    if ignore_list:
        folder.tables.pop("list_members", None)
    return folder


def _progress(step: str) -> None:
    """The step under way, on one line of a terminal; nothing where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{step}{'…' if step else ''}", end="", file=sys.stderr, flush=True)


def _tell_folder(out: Path | None) -> None:
    if out is not None:
        path = out.resolve()
        screen().print(say(f"全部明细：{path}", f"All rows: {path}"), soft_wrap=True)
