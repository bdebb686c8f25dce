"""``bangfu clusters``: form village clusters on a folder, or check an answer edited by hand.

What solves is imported when it is called for: the other commands do without its parts.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from bangfu.cli.words import say
from bangfu.programme.cluster_solve.parts import require_solver
from bangfu.programme.cluster_solve.request import (
    CERTIFICATE,
    EVERY_COUNTY,
    Request,
    request_from,
    with_settings,
)
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["register"]

#: Seconds a solve may take where nothing is said.
_USUAL_SECONDS = 60.0
_COUNTY_BOUND = re.compile(r"(?:(?P<code>[^=]+)=)?(?P<least>\d*)\.\.(?P<most>\d*)")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        name="clusters",
        help=say("片区组团：求解，或核验改过的方案", "form or check village clusters"),
    )(_clusters)


def _clusters(
    data: Annotated[Path, typer.Argument(help=say("数据文件夹", "folder of tables"))],
    out: Annotated[
        Path | None, typer.Option(help=say("结果文件夹", "folder for the result"))
    ] = None,
    evaluate: Annotated[
        Path | None,
        typer.Option(help=say("只核验这份片区表", "only check this table of clusters")),
    ] = None,
    count: Annotated[int | None, typer.Option(help=say("片区总数", "clusters in all"))] = None,
    min_size: Annotated[
        int | None,
        typer.Option(help=say("每片区最少村数，含重点村（默认 3）", "least size, hub counted")),
    ] = None,
    max_size: Annotated[
        int | None,
        typer.Option(help=say("每片区最多村数，含重点村（默认 12）", "most, hub counted")),
    ] = None,
    cover: Annotated[
        int | None, typer.Option(help=say("至少纳入的周边村数", "least number of members"))
    ] = None,
    min_weak: Annotated[
        int | None,
        typer.Option(help=say("至少纳入的相对薄弱村数", "least number of weak members")),
    ] = None,
    per_county: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "每县片区数：最少..最多，或 县代码=最少..最多，可重复",
                "clusters per county: LEAST..MOST, or CODE=LEAST..MOST, may be repeated",
            )
        ),
    ] = None,
    price_km2: Annotated[
        str | None, typer.Option(help=say("每平方千米距离的价", "price per squared km to the hub"))
    ] = None,
    price_town: Annotated[
        str | None, typer.Option(help=say("跨乡镇每村的价", "price per member of another town"))
    ] = None,
    price_county: Annotated[
        str | None, typer.Option(help=say("跨县每村的价", "price per member of another county"))
    ] = None,
    bonus_weak: Annotated[
        str | None, typer.Option(help=say("纳入薄弱村的加分", "bonus per weak member"))
    ] = None,
    max_km: Annotated[
        str | None, typer.Option(help=say("到重点村最远千米数", "most km to the hub"))
    ] = None,
    forbid_cross_town: Annotated[
        bool, typer.Option("--forbid-cross-town", help=say("不得跨乡镇", "no other town"))
    ] = False,
    forbid_cross_county: Annotated[
        bool, typer.Option("--forbid-cross-county", help=say("不得跨县", "no other county"))
    ] = False,
    weights: Annotated[
        list[str] | None,
        typer.Option(help=say("属性权重：名称=数，可重复", "NAME=NUMBER, may be repeated")),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help=say("属性不作标准化", "attributes as they are"))
    ] = False,
    hubs: Annotated[
        list[str] | None,
        typer.Option(help=say("重点村代码，以分号或逗号相隔", "codes of hubs, joined by ; or ,")),
    ] = None,
    neighbours: Annotated[str | None, typer.Option(help="auto | pairs | polygons | points")] = None,
    max_edge_km: Annotated[
        str | None,
        typer.Option(
            help=say("按点判断相邻的最远千米数", "points further apart are no neighbours")
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help=say("随机种子", "seed"))] = 1,
    time_limit: Annotated[
        str | None, typer.Option(help=say("求解限时（秒，默认 60）", "seconds for the solve"))
    ] = None,
    choices_limit: Annotated[
        str | None,
        typer.Option(
            help=say(
                "测算政策选择代价的限时（秒，默认为求解剩余时间，0 为不测算）",
                "seconds for the costs of policy choices; else what the solve leaves, 0 for none",
            )
        ),
    ] = None,
) -> None:
    require_solver()
    settings = {
        "count": count,
        "min_size": min_size,
        "max_size": max_size,
        "cover": cover,
        "min_weak": min_weak,
        "per_county": _county_bounds(per_county or []) or None,
        "price_km2": _number("--price-km2", price_km2),
        "price_town": _number("--price-town", price_town),
        "price_county": _number("--price-county", price_county),
        "bonus_weak": _number("--bonus-weak", bonus_weak),
        "max_km": _number("--max-km", max_km),
        "forbid_cross_town": forbid_cross_town or None,
        "forbid_cross_county": forbid_cross_county or None,
        "weights": _weights(weights or []) or None,
        "raw": raw or None,
        "hubs": _codes(hubs or []) or None,
        "neighbours": neighbours,
        "max_edge_km": _number("--max-edge-km", max_edge_km),
    }
    if evaluate is not None:
        base = request_from(evaluate.parent / CERTIFICATE) or Request()
        _check(data, evaluate, with_settings(base, settings))
    if out is None:
        raise _fault("--out", "请写明结果文件夹", "say where the result shall be")
    if not 0 <= seed < 2**31:
        raise _fault("--seed", "应为 0 至 2147483647 的整数", "is a whole number of 31 bits")
    limits = (_seconds("--time-limit", time_limit), _seconds("--choices-limit", choices_limit))
    _solve(data, out, with_settings(Request(), settings), limits, seed)


def _solve(
    data: Path, out: Path, request: Request, limits: tuple[float | None, float | None], seed: int
) -> None:
    from bangfu.cli.clusters_screen import show_solved
    from bangfu.programme.cluster_solve.run import solve_folder, write_solved

    seconds, choice_seconds = limits
    if seconds is not None and not seconds > 0:
        raise _fault("--time-limit", "限时应大于 0 秒", "the time limit is above 0 seconds")
    solved = solve_folder(
        data,
        request,
        seconds=_USUAL_SECONDS if seconds is None else seconds,
        seed=seed,
        choice_seconds=choice_seconds,
    )
    write_solved(solved, out)
    show_solved(solved, out)
    raise typer.Exit(1 if solved.failed else 0)


def _check(data: Path, answer: Path, request: Request) -> None:
    """``--evaluate``: the value of an answer and what it breaks; the same as JSON in a pipe."""
    from bangfu.cli.clusters_screen import show_check
    from bangfu.programme.cluster_solve.run import check_answer, evaluation_record

    read, _, evaluation = check_answer(data, answer, request)
    if sys.stdout.isatty():
        show_check(read, evaluation)
    else:
        print(json.dumps(evaluation_record(read, evaluation), ensure_ascii=False, indent=2))
    raise typer.Exit(0 if evaluation.kept else 1)


def _number(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise _fault(f"{option} {text}", "应为数字，如 0.02", "is a number, such as 0.02") from None


def _seconds(option: str, text: str | None) -> float | None:
    seconds = _number(option, text)
    if seconds is not None and not 0 <= seconds < float("inf"):
        raise _fault(f"{option} {text}", "应为不小于 0 的秒数", "is a number of seconds, 0 or more")
    return seconds


def _county_bounds(given: list[str]) -> dict[str, tuple[int, int | None]]:
    bounds: dict[str, tuple[int, int | None]] = {}
    for text in given:
        found = _COUNTY_BOUND.fullmatch(text.strip())
        if found is None or not (found["least"] or found["most"]):
            raise _fault(
                f"--per-county {text}",
                "应写作 最少..最多（可缺一）或 县代码=最少..最多，如 1..8",
                "is LEAST..MOST (one may be left out) or CODE=LEAST..MOST, such as 1..8",
            )
        most = int(found["most"]) if found["most"] else None
        bounds[(found["code"] or EVERY_COUNTY).strip()] = (int(found["least"] or 0), most)
    return bounds


def _weights(given: list[str]) -> dict[str, float]:
    weights = {}
    for item in (part for text in given for part in text.replace(";", ",").split(",") if part):
        name, sign, number = item.rpartition("=")
        value = _number(f"--weights {item}", number)
        if not sign or value is None:
            raise _fault(
                f"--weights {item}",
                "应写作 名称=数，如 income=2",
                "is NAME=NUMBER, such as income=2",
            )
        weights[name.strip()] = value
    return weights


def _codes(given: list[str]) -> tuple[str, ...]:
    joined = ";".join(given).replace(",", ";")
    return tuple(code.strip() for code in joined.split(";") if code.strip())


def _fault(where: str, zh: str, en: str) -> FaultsFound:
    return FaultsFound([Fault("CLU-01", where, Text(f"{zh}。", f"{en}."))])
