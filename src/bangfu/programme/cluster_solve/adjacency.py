"""Neighbouring villages (相邻村): declared pairs, shared boundaries, or points near one another.

A row of the table may say its ``kind``: bridge or ferry joins villages whatever the map says,
barrier parts them; any other kind is a plain border.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from bangfu.engine.clusters.neighbours import (
    crossing,
    edges_of_boundaries,
    edges_of_points,
    plane_of,
)
from bangfu.engine.clusters.problem import Floats, Ints
from bangfu.programme.cluster_solve.request import Request
from bangfu.programme.cluster_solve.shapes import POLYGONS, read_barriers
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["find_edges"]

_JOINING: Final = frozenset(
    {"bridge", "ferry", "桥", "桥梁", "渡口", "渡船", "轮渡", "隧道", "tunnel"}
)
_PARTING: Final = frozenset({"barrier", "阻隔"})


def find_edges(
    folder: Path,
    table: pl.DataFrame | None,
    codes: list[str],
    coordinates: tuple[Floats | None, bool],
    rings: dict[str, list[Floats]] | None,
    request: Request,
) -> tuple[Ints, str]:
    """Pairs of neighbouring villages by position, and where they came from.

    Raises
    ------
    FaultsFound
        If there is neither a table of pairs, nor boundaries, nor coordinates.
    """
    position = {code: at for at, code in enumerate(codes)}
    plain, joined, parted = _declared(table, position)
    # Outlines of counties or townships are for the map; they make no neighbours.
    if rings is not None and not any(code in rings for code in codes):
        rings = None
    source = request.neighbours
    points, planar = coordinates
    plane = None if points is None else points if planar else plane_of(points)
    if source == "auto":
        source = "pairs" if len(plain) else "polygons" if rings is not None else "points"
    if source == "pairs":
        if table is None:
            raise _nothing("没有 adjacency 表", "there is no table adjacency")
        edges = plain
    elif source == "polygons":
        if rings is None:
            raise _nothing(f"没有 {POLYGONS}", f"there is no {POLYGONS}")
        edges = edges_of_boundaries([rings.get(code, []) for code in codes])
    else:
        if plane is None:
            raise _nothing(
                "没有 adjacency 表、边界或坐标（x_km、y_km 或 lon、lat），无法判断相邻",
                "without pairs, boundaries or coordinates nobody knows who is next to whom",
            )
        edges = np.concatenate([edges_of_points(plane, max_km=request.max_edge_km), plain])
    if plane is not None and points is not None and source != "pairs":
        edges = edges[~crossing(plane, edges, _barriers(folder, points, planar))]
    edges = np.concatenate([edges, joined])
    if len(parted):
        n = len(codes)
        low, high = edges.min(axis=1), edges.max(axis=1)
        cut = parted.min(axis=1) * n + parted.max(axis=1)
        edges = edges[~np.isin(low * n + high, cut)]
    return edges, source


def _barriers(folder: Path, points: Floats, planar: bool) -> list[Floats]:
    lines = read_barriers(folder)
    if planar:
        return lines
    # The plane is laid about the middle of the villages; lines are laid on the same one.
    return [plane_of(line, of=points) for line in lines]


def _declared(table: pl.DataFrame | None, position: dict[str, int]) -> tuple[Ints, Ints, Ints]:
    none = np.zeros((0, 2), dtype=np.int64)
    if table is None:
        return none, none, none
    kinds = (
        table["kind"].cast(pl.String).fill_null("").to_list()
        if "kind" in table.columns
        else [""] * table.height
    )
    faults = []
    sorts: dict[str, list[tuple[int, int]]] = {"plain": [], "joined": [], "parted": []}
    for (row, a, b), kind in zip(
        table.select("row", "a_code", "b_code").iter_rows(), kinds, strict=True
    ):
        strangers = [code for code in (a, b) if code not in position]
        if strangers:
            message = Text(
                f"「{'」「'.join(strangers)}」不是村。", f"{', '.join(strangers)}: no village."
            )
            faults.append(Fault("CLU-08", f"adjacency 第 {row} 行", message))
            continue
        sort = "joined" if kind in _JOINING else "parted" if kind in _PARTING else "plain"
        sorts[sort].append((position[a], position[b]))
    if faults:
        raise FaultsFound(faults[:200])
    plain, joined, parted = (
        np.array(pairs, dtype=np.int64).reshape(-1, 2) for pairs in sorts.values()
    )
    return plain, joined, parted


def _nothing(zh: str, en: str) -> FaultsFound:
    return FaultsFound([Fault("CLU-08", "", Text(f"{zh}。", f"{en}."))])
