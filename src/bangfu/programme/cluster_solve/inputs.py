"""From a programme folder to a village-cluster problem (片区组团的输入).

Only the tables that matter here are read; every fault of them is told at once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from bangfu.engine.clusters.problem import (
    ClusterProblem,
    CountyBound,
    Floats,
    Ints,
    Prices,
    Rules,
    standardised,
)
from bangfu.programme.cluster_solve.adjacency import find_edges
from bangfu.programme.cluster_solve.earlier import frozen_clusters
from bangfu.programme.cluster_solve.request import EVERY_COUNTY, Request
from bangfu.programme.cluster_solve.shapes import read_polygons
from bangfu.programme.tables.declared import SYNTHETIC, TABLES
from bangfu.programme.tables.findings import Notice
from bangfu.programme.tables.read import FolderTables, read_folder
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["ClusterInput", "read_cluster_input"]

_TABLES_READ: Final = ("places", "adjacency", "attributes", "locks", "frozen")
_HUB_TAGS: Final = frozenset({"hub", "重点村"})
_WEAK_TAGS: Final = frozenset({"weak", "相对薄弱村", "薄弱村"})
#: Attributes beyond this leave no digits for the others.
_LARGEST: Final = 1e12
#: Faults of one kind listed; the number of all is told.
_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class ClusterInput:
    """The problem, and what its positions are called.

    ``codes`` and ``names`` of the villages in the order of positions; ``cluster_ids`` of frozen
    clusters by hub; ``neighbours_from`` is where the relation of neighbours came from;
    ``counties`` and ``county_names`` are by number; ``rings`` are boundaries by code, those of
    other places than villages being outlines for the map.
    """

    problem: ClusterProblem
    codes: list[str]
    names: list[str]
    attribute_names: list[str]
    cluster_ids: dict[int, str]
    neighbours_from: str
    counties: list[str]
    county_names: list[str]
    rings: dict[str, list[Floats]] | None
    files: dict[str, str]
    notices: tuple[Notice, ...]
    synthetic: bool

    def position(self) -> dict[str, int]:
        """Position of each code."""
        return {code: at for at, code in enumerate(self.codes)}


def read_cluster_input(folder: Path, request: Request) -> ClusterInput:
    """Read the tables of a folder and put the problem together.

    Raises
    ------
    FaultsFound
        If a table, an attribute or a coordinate that is needed is missing, a code is no
        village, or there are fewer hubs than clusters.
    """
    folder = Path(folder)
    with _only(folder, _TABLES_READ) as view:
        read = read_folder(view, catalogue={}, required=("attributes",))
    places = read.tables["places"]
    villages = places.filter(pl.col("level") == "village").sort("code")
    if villages.is_empty():
        raise _fault("places", "没有村级的行", "has no row of level village")
    codes = villages["code"].to_list()
    position = {code: at for at, code in enumerate(codes)}
    figures, attribute_names = _figures(read, codes, request)
    coordinates, planar = _coordinates(villages, request)
    rings = read_polygons(folder)
    edges, source = find_edges(
        folder, read.tables.get("adjacency"), codes, (coordinates, planar), rings, request
    )
    frozen, cluster_ids = frozen_clusters(read.tables.get("frozen"), position)
    hubs = _hubs(villages, request, position, [cluster.hub for cluster in frozen])
    must, cannot = _locks(read.tables.get("locks"), position, hubs, villages)
    counties = _counties(villages, places)
    county_numbers = _numbered(counties)
    county_codes = counties.fill_null("").unique().sort().to_list()
    problem = ClusterProblem(
        attributes=figures,
        edges=edges,
        hubs=hubs,
        town=_numbered(villages["parent_code"]),
        county=county_numbers,
        weak=_tagged(villages, _WEAK_TAGS),
        rules=Rules(
            count=request.count or len(hubs),
            min_size=request.min_size,
            max_size=request.max_size,
            cover=request.cover,
            max_km=request.max_km,
            within_town=request.forbid_cross_town,
            within_county=request.forbid_cross_county,
            weak=request.min_weak,
            county_bounds=_county_bounds(request, county_codes),
        ),
        prices=Prices(
            request.price_km2, request.price_town, request.price_county, request.bonus_weak
        ),
        coordinates=coordinates,
        planar=planar,
        must=must,
        cannot=cannot,
        frozen=frozen,
    )
    return ClusterInput(
        problem=problem,
        codes=codes,
        names=villages["name"].to_list(),
        attribute_names=attribute_names,
        cluster_ids=cluster_ids,
        neighbours_from=source,
        counties=county_codes,
        county_names=_names_of(county_codes, places),
        rings=rings,
        files=read.files,
        notices=read.notices,
        synthetic=SYNTHETIC.name in places.columns
        and "true" in places[SYNTHETIC.name].cast(pl.String).to_list(),
    )


@contextmanager
def _only(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """A view of the folder that holds the tables needed and no others.

    A folder of a whole programme may hold persons and households; faults in them are no
    hindrance here, and reading them would take longer than the work.
    """
    stems = {*names, *(TABLES[name].label.zh for name in names)}
    if not folder.is_dir():
        yield folder
        return
    with tempfile.TemporaryDirectory() as base:
        view = Path(base) / folder.resolve().name
        view.mkdir()
        for path in folder.iterdir():
            wanted = path.stem in stems or path.stem.lower() in stems
            if wanted and path.is_file():
                (view / path.name).symlink_to(path.resolve())
        yield view


def _figures(read: FolderTables, codes: list[str], request: Request) -> tuple[Floats, list[str]]:
    table = read.tables["attributes"]
    names = [name for name in table.columns if name not in ("place_code", "row", SYNTHETIC.name)]
    unknown = sorted(set(request.weights) - set(names))
    if not names or unknown:
        listed = "、".join(names) or "（无）"
        raise _fault(
            "attributes",
            f"权重对应的列不存在：{'、'.join(unknown)}；可用：{listed}"
            if unknown
            else "没有属性列",
            f"no such attribute: {', '.join(unknown)}; there are: {', '.join(names)}"
            if unknown
            else "has no column of figures",
        )
    joined = pl.DataFrame({"place_code": codes}).join(
        table.select("place_code", *[pl.col(name).cast(pl.Float64) for name in names]),
        on="place_code",
        how="left",
        maintain_order="left",
    )
    faults = [
        Fault("CLU-03", code, _figure_fault(name, value))
        for name in names
        for code, value in joined.filter(
            pl.col(name).is_null() | ~pl.col(name).is_finite() | (pl.col(name).abs() > _LARGEST)
        )
        .select("place_code", name)
        .iter_rows()
    ]
    if faults:
        raise FaultsFound(_capped(faults))
    values = joined.select(names).to_numpy().astype(np.float64)
    weights = [float(request.weights.get(name, 1.0)) for name in names]
    if request.raw:
        return np.ascontiguousarray(values * np.array(weights)), names
    return standardised(values, weights=weights), names


def _figure_fault(name: str, value: float | None) -> Text:
    if value is None or not np.isfinite(value):
        return Text(f"缺少属性「{name}」。", f'The attribute "{name}" is missing.')
    return Text(
        f"属性「{name}」为 {value:g}，绝对值应不超过 {_LARGEST:g}。",
        f'The attribute "{name}" is {value:g}; its size is {_LARGEST:g} at most.',
    )


def _capped(faults: list[Fault]) -> list[Fault]:
    if len(faults) <= _LISTED:
        return faults
    rest = len(faults) - _LISTED
    more = Text(f"另有 {rest:,} 处同类问题。", f"{rest:,} more of this kind.")
    return [*faults[:_LISTED], Fault(faults[0].code, "", more)]


def _coordinates(villages: pl.DataFrame, request: Request) -> tuple[Floats | None, bool]:
    """x and y in km where every village has them, else longitude and latitude, else None."""
    for pair, planar in ((("x_km", "y_km"), True), (("lon", "lat"), False)):
        columns = villages.select(pair).cast(pl.Float64)
        if columns.null_count().sum_horizontal().item() == 0:
            return columns.to_numpy().astype(np.float64), planar
    if request.price_km2 == 0 and request.max_km is None:
        return None, True
    without = villages.filter(
        (pl.col("x_km").is_null() | pl.col("y_km").is_null())
        & (pl.col("lon").is_null() | pl.col("lat").is_null())
    )["code"].to_list()
    if not without:
        raise _fault(
            "places", "各村的坐标应都用 x_km、y_km，或都用 lon、lat",
            "give x_km and y_km for every village, or lon and lat for every village",
        )  # fmt: skip
    message = Text("缺少坐标（x_km、y_km 或 lon、lat）。", "Coordinates are missing.")
    raise FaultsFound(_capped([Fault("CLU-04", code, message) for code in without]))


def _hubs(
    villages: pl.DataFrame, request: Request, position: dict[str, int], standing: list[int]
) -> Ints:
    if request.hubs:
        unknown = [code for code in request.hubs if code not in position]
        if unknown:
            message = Text("--hubs 中的代码不是村。", "This code of --hubs is no village.")
            raise FaultsFound(_capped([Fault("CLU-05", code, message) for code in unknown]))
        chosen = [position[code] for code in request.hubs]
    else:
        chosen = np.flatnonzero(_tagged(villages, _HUB_TAGS)).tolist()
    hubs = np.unique(np.array([*chosen, *standing], dtype=np.int64))
    wanted = request.count or max(1, len(hubs))
    if len(hubs) < wanted:
        raise _fault(
            "places",
            f"标为重点村（标签 hub）的村有 {len(hubs)} 个，少于要建的片区数 {wanted}",
            f"{len(hubs)} villages are tagged hub, fewer than the {wanted} clusters asked for",
        )
    return hubs


def _tagged(villages: pl.DataFrame, tags: frozenset[str]) -> np.ndarray:
    given = villages["tags"].fill_null("").to_list()
    return np.array([bool(tags & set(cell.split(";"))) for cell in given], dtype=np.bool_)


def _counties(villages: pl.DataFrame, places: pl.DataFrame) -> pl.Series:
    """The county that a village reports to; where nothing is said, the one above it."""
    above = dict(places.select("code", "parent_code").iter_rows())
    level = dict(places.select("code", "level").iter_rows())

    def county(code: str) -> str | None:
        place: str | None = code
        while place is not None and level.get(place) != "county":
            place = above.get(place)
        return place

    given = villages["county_code"].cast(pl.String)
    found = [own or county(code) for own, code in zip(given, villages["code"], strict=True)]
    return pl.Series("county_code", found, dtype=pl.String)


def _names_of(codes: list[str], places: pl.DataFrame) -> list[str]:
    name = dict(places.select("code", "name").iter_rows())
    return [name.get(code) or code for code in codes]


def _numbered(names: pl.Series) -> Ints:
    """Equal numbers from 0 for equal names, rising; villages without one share one."""
    ranks = names.cast(pl.String).fill_null("").rank("dense").cast(pl.Int64) - 1
    return ranks.to_numpy().copy()


def _county_bounds(request: Request, codes: list[str]) -> tuple[CountyBound, ...]:
    """A bound for every county that is named, or that "*" stands for."""
    strange = sorted(set(request.per_county) - set(codes) - {EVERY_COUNTY})
    if strange:
        message = Text("--per-county 中的代码不是县。", "This code of --per-county is no county.")
        raise FaultsFound(_capped([Fault("CLU-05", code, message) for code in strange]))
    usual = request.per_county.get(EVERY_COUNTY)
    bounds = []
    for number, code in enumerate(codes):
        bound = request.per_county.get(code, usual)
        if bound is not None and code:
            bounds.append(CountyBound(number, *bound))
    return tuple(bounds)


def _locks(
    table: pl.DataFrame | None, position: dict[str, int], hubs: Ints, villages: pl.DataFrame
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    if table is None:
        return (), ()
    faults, locks = [], {"must": [], "cannot": []}  # type: ignore[var-annotated]
    hub_set = set(hubs.tolist())
    must_of: dict[int, int] = {}
    for row, place, hub, kind in table.select("row", "place_code", "hub_code", "lock").iter_rows():
        where = f"locks 第 {row} 行"
        if place not in position or hub not in position or position[hub] not in hub_set:
            message = Text(
                f"「{place}」应为村，「{hub}」应为重点村。",
                f"{place} is to be a village, {hub} a hub.",
            )
            faults.append(Fault("CLU-06", where, message))
            continue
        village, own = position[place], position[hub]
        if kind == "must" and village in hub_set and village != own:
            message = Text(f"「{place}」本身是重点村。", f"{place} is a hub itself.")
            faults.append(Fault("CLU-06", where, message))
        elif kind == "must" and must_of.setdefault(village, own) != own:
            message = Text(
                f"「{place}」不能同时归两个重点村。", f"{place} cannot belong to two hubs."
            )
            faults.append(Fault("CLU-06", where, message))
        elif village != own:
            locks[kind].append((village, own))
    both = set(locks["must"]) & set(locks["cannot"])
    for village, _ in sorted(both):
        code = villages["code"][village]
        message = Text("同一对村既要求又禁止。", "The same pair is demanded and forbidden.")
        faults.append(Fault("CLU-06", f"locks {code}", message))
    if faults:
        raise FaultsFound(_capped(faults))
    return tuple(locks["must"]), tuple(locks["cannot"])


def _fault(where: str, zh: str, en: str) -> FaultsFound:
    return FaultsFound([Fault("CLU-07", where, Text(f"{zh}。", f"{en}."))])
