"""Make a synthetic programme folder (合成样例): tables as an office hands them in, and the truth.

No row speaks of a real place, unit or person, and every file says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import polars as pl

from bangfu.programme.sample.conditions import Conditions
from bangfu.programme.sample.figures import draw_figures
from bangfu.programme.sample.ground import Ground
from bangfu.programme.sample.inventing import build_territory
from bangfu.programme.sample.ledgers import fill_registers
from bangfu.programme.sample.lists import Member, choose_members, plant_exits, plant_scope
from bangfu.programme.sample.oddities import distort_figures, note_oddities
from bangfu.programme.sample.planting import plant_goals
from bangfu.programme.sample.posts import fill_posts
from bangfu.programme.sample.screening import plant_screening
from bangfu.programme.sample.setting import SampleSize, Setting
from bangfu.programme.sample.territory import Place, Territory
from bangfu.programme.sample.truth import Truth
from bangfu.programme.tables.declared import SYNTHETIC, declaration_of
from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["TRUTH_FILE", "SampleSummary", "make_sample"]

#: The file that says what was planted, and by which an earlier sample is known.
TRUTH_FILE: Final = "truth.json"
_MARK: Final = "bangfu-sample"
_NOTE: Final = Text(
    "本文件夹为合成样例，地名、单位、数据均为虚构，不得作为真实情况引用。",
    "A synthetic sample: places, units and figures are invented and say nothing about real ones.",
)
_VALID_FROM: Final = "2020-01-01"
#: A village's neighbour below stands at most so many cells away.
_CELLS_DOWN: Final = 2

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written: the number of rows of each file, by its path inside the folder."""

    rows: dict[str, int]


def make_sample(scheme: Scheme, out: Path, *, size: SampleSize, seed: int) -> SampleSummary:
    """Write a synthetic programme folder for a scheme.

    Parameters
    ----------
    scheme : Scheme
        Its lists, elements, slots and registers say what the tables hold.
    out : Path
        The folder to write; missing, empty, or an earlier sample, which is replaced.
    size : {"county", "city", "province"}
        About one county of 150 villages, a city of 1,200, or a province of 25,000. A scheme of one
        city has no province: its largest size is the city.
    seed : int
        The same scheme, size and seed give the same bytes.

    Returns
    -------
    SampleSummary

    Raises
    ------
    FaultsFound
        If ``out`` holds something that is not an earlier sample (SMP-02), or cannot be written.

    Notes
    -----
    ``truth.json`` lists what was planted and, under ``expected``, the rows a run on its day
    ``as_of`` must give; under ``absent``, rows it must not give.
    """
    _refuse_other_content(Path(out))
    setting = Setting(scheme, size, seed)
    truth = Truth()
    tables = _tables(setting, truth)
    with OutputFolder(out, mark=TRUTH_FILE) as folder:
        rows = {}
        for name, frame in tables.items():
            path = folder / f"{name}.csv"
            path.parent.mkdir(exist_ok=True)
            write_csv(frame, path)
            rows[f"{name}.csv"] = frame.height
        text = json.dumps(_truth_file(setting, truth, rows), ensure_ascii=False, indent=1)
        (folder / TRUTH_FILE).write_text(text + "\n", encoding="utf-8")
    return SampleSummary(rows)


def _refuse_other_content(out: Path) -> None:
    """An earlier sample may be replaced; a truth.json of somebody else's may not."""
    mark = out / TRUTH_FILE
    if not mark.is_file():
        return
    try:
        is_ours = json.loads(mark.read_text(encoding="utf-8")).get("mark") == _MARK
    except (OSError, ValueError, AttributeError):
        is_ours = False
    if is_ours:
        return
    raise FaultsFound(
        [
            Fault(
                "SMP-02",
                str(mark),
                Text(
                    "这里的 truth.json 不是合成样例留下的，不会覆盖。",
                    "This truth.json was not left by a sample; the folder is not overwritten.",
                ),
                Text("请另选一个输出文件夹，或先清空它。", "Choose another folder, or empty it."),
            )
        ]
    )


def _tables(setting: Setting, truth: Truth) -> dict[str, pl.DataFrame]:
    """Every table of the folder by name; what is planted is noted on the way."""
    territory = build_territory(setting)
    conditions = Conditions(setting, territory)
    members = choose_members(setting, territory, conditions)
    figures = draw_figures(setting, territory, members)
    plant_scope(setting, territory, conditions, members, truth)
    ground = Ground(setting, territory, conditions, members, figures, truth)
    distort_figures(ground)
    plant_goals(ground)
    plant_screening(ground)
    note_oddities(ground)
    plant_exits(setting, members, truth)
    posts = fill_posts(setting, territory, members, truth)
    registers = fill_registers(setting, members, truth)
    rows: dict[str, Iterable[Row]] = {
        "places": (_place_row(place) for place in territory.places),
        "list_members": (_member_row(setting, member) for member in members),
        "units": posts.units,
        "leaders": posts.leaders,
        "staff": posts.staff,
        "pairings": posts.pairings,
        "adjacency": _adjacency(territory),
        "attributes": _attributes(territory, setting.stream("attributes")),
        **{f"registers/{name}": of_register for name, of_register in registers.items()},
    }
    frames = {name: _frame(name, list(of_table)) for name, of_table in rows.items()}
    # By far the largest table is made column by column.
    frames = {"places": frames.pop("places"), "indicators": _marked(figures.frame()), **frames}
    # A table nobody has rows for (no leaders in the scheme) is not part of the folder.
    return {name: frame for name, frame in frames.items() if frame.height}


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    """Rows as text in the declared order of columns, further columns after them, then the mark."""
    declaration = declaration_of(name)
    assert declaration is not None
    declared = [column.name for column in declaration.columns]
    given = list(dict.fromkeys(key for row in rows for key in row))
    order = [c for c in declared if c in given] + [c for c in given if c not in declared]
    columns = {column: [_text(row.get(column)) for row in rows] for column in order}
    return _marked(pl.DataFrame(columns, schema=dict.fromkeys(order, pl.String)))


def _marked(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(True).alias(SYNTHETIC.name))


def _text(value: object) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place_row(place: Place) -> Row:
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "parent_code": place.parent_code,
        "kind": place.kind,
        "code_system": "nbs",
        "valid_from": _VALID_FROM,
        "valid_to": None,
        "lon": place.lon,
        "lat": place.lat,
        "county_code": place.zone_code,
        "aliases": place.alias,
        "tags": ";".join(place.tags) or None,
    }


def _member_row(setting: Setting, member: Member) -> Row:
    return {
        "place_code": member.place.code,
        "class": member.target_class.label.zh,
        "entered_on": setting.scheme.about.period.starts_on,
        "exited_on": member.exited_on,
    }


def _adjacency(territory: Territory) -> Iterator[Row]:
    """Villages beside and below each other on the lattice; a gap of one cell is bridged."""
    by_cell = {village.cell: village.code for village in territory.at("village")}
    for cell, code in by_cell.items():
        assert cell is not None
        x, y = cell
        below = (by_cell.get((x, y + step)) for step in range(1, _CELLS_DOWN + 1))
        beside = by_cell.get((x + 1, y))
        for other in (beside, next((found for found in below if found), None)):
            if other is not None:
                first, second = sorted((code, other))
                yield {"a_code": first, "b_code": second}


def _attributes(territory: Territory, rng: Random) -> Iterator[Row]:
    for village in territory.at("village"):
        yield {
            "place_code": village.code,
            "population": village.people,
            "elevation_m": round(80 + 700 * village.weakness + rng.uniform(-40, 40)),
            "cultivated_mu": round(village.people * rng.uniform(0.4, 1.3)),
            "distance_to_town_km": round(rng.uniform(1, 18), 1),
        }


def _truth_file(setting: Setting, truth: Truth, rows: Mapping[str, int]) -> dict[str, object]:
    return {
        "mark": _MARK,
        SYNTHETIC.name: True,
        "note": {"zh": _NOTE.zh, "en": _NOTE.en},
        "scheme": setting.scheme.id,
        "scheme_hash": setting.scheme.content_hash,
        "size": setting.size,
        "seed": setting.seed,
        "as_of": setting.as_of.isoformat(),
        "rows": dict(rows),
        "planted": truth.planted,
        "expected": truth.expected,
        "absent": truth.absent,
    }
