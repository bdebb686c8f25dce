"""The map of village clusters (片区图) as SVG: land, borders, hubs, weak villages, a scale.

Drawn for talking it over: what is in which cluster, where a cluster crosses a township or county,
and which weak villages stay outside. Knows nothing of how the clusters came about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

from bangfu.engine.clusters.neighbours import plane_of
from bangfu.engine.clusters.problem import Cluster, Floats
from bangfu.programme.cluster_solve.cells import Cells, cells_of_points, cells_of_rings
from bangfu.programme.cluster_solve.inputs import ClusterInput
from bangfu.programme.cluster_solve.rows import cluster_ids

__all__ = ["svg"]

#: Width of the map and height of the legend, in units of the picture.
_WIDTH, _MARGIN, _LEGEND = 1200.0, 24.0, 64.0
#: Soft fills, told apart by lightness too; neighbours never share one.
_FILLS = ("#a8c8e8", "#f2c48d", "#b5d6a7", "#e3b3c6", "#d6d08a", "#b9b3dc", "#9fd3cb", "#e0b59d")
_LAND, _INK = "#f3f2ee", "#22313f"
_WEAK, _TOWN = "#b3261e", "#6d737a"
#: Names of hubs are written where so many clusters at most are drawn.
_MOST_NAMES = 150


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where km lie on the picture, and how thick its lines are: thinner where more is drawn."""

    low: Floats
    high: Floats
    scale: float
    pen: float

    def at(self, points: Floats) -> Floats:
        left = _MARGIN + (points[..., 0] - self.low[0]) * self.scale
        top = _MARGIN + (self.high[1] - points[..., 1]) * self.scale
        return np.stack([left, top], axis=-1)

    @property
    def height(self) -> float:
        return float((self.high[1] - self.low[1]) * self.scale) + 2 * _MARGIN


def svg(data: ClusterInput, clusters: tuple[Cluster, ...]) -> str | None:
    """The picture; None where there are no coordinates."""
    points = data.problem.coordinates
    if points is None or not len(points):
        return None
    flat = points if data.problem.planar else plane_of(points)
    outlines = _outlines(data)
    cells = _cells(data, flat, outlined=bool(outlines))
    sheet = _sheet([flat, *(ring for own in (outlines or cells.rings) for ring in own)])
    of = {village: at for at, cluster in enumerate(clusters) for village in cluster.villages}
    title = f"片区组团 {len(clusters)} 个" + ("（合成样例）" if data.synthetic else "")
    height = sheet.height + _LEGEND
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" '
        f'role="img" font-family="sans-serif"><title>{escape(title)}</title>',
        f'<rect width="{_WIDTH:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        *_clip(outlines, sheet),
        *_land(data, clusters, cells, sheet, of),
        *_border_lines(data, cells, sheet, of, outlined=bool(outlines)),
        "</g>",
        *_outline_lines(outlines, sheet),
        *_county_names(data, sheet.at(flat)),
        *_marks(data, clusters, sheet.at(flat), of),
        *_names(data, clusters, sheet.at(flat)),
        *_legend(sheet, title),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _outlines(data: ClusterInput) -> list[list[Floats]]:
    """Outlines of the counties, where they were given."""
    if data.rings is None or not all(code in data.rings for code in data.counties):
        return []
    return [_laid(data, code) for code in data.counties]


def _laid(data: ClusterInput, code: str) -> list[Floats]:
    """The rings of a place on the plane of the villages."""
    own = (data.rings or {}).get(code, [])
    if data.problem.planar:
        return own
    return [plane_of(ring, of=data.problem.coordinates) for ring in own]


def _cells(data: ClusterInput, flat: Floats, *, outlined: bool) -> Cells:
    if data.rings is not None and any(code in data.rings for code in data.codes):
        return cells_of_rings([_laid(data, code) for code in data.codes])
    if outlined:
        # The outline ends the land, so a cell may reach as far as it likes.
        return cells_of_points(flat, reach=float(np.ptp(flat, axis=0).max()))
    return cells_of_points(flat)


def _sheet(rings: list[Floats]) -> _Sheet:
    """Room for all of these, the points of the villages first."""
    all_points = np.concatenate([ring for ring in rings if len(ring)])
    low, high = all_points.min(axis=0), all_points.max(axis=0)
    width = max(1e-9, float(high[0] - low[0]))
    # A tall province keeps to a sheet of paper.
    scale = min((_WIDTH - 2 * _MARGIN) / width, 1.4 * _WIDTH / max(1e-9, float(high[1] - low[1])))
    return _Sheet(low, high, scale, max(0.4, min(1.0, 45.0 / np.sqrt(len(rings[0])))))


def _clip(outlines: list[list[Floats]], sheet: _Sheet) -> Iterator[str]:
    """A group that ends where the counties end."""
    if not outlines:
        yield "<g>"
        return
    land = "".join(_path(own, sheet) for own in outlines)
    yield f'<clipPath id="land"><path clip-rule="evenodd" d="{land}"/></clipPath>'
    yield '<g clip-path="url(#land)">'


def _outline_lines(outlines: list[list[Floats]], sheet: _Sheet) -> Iterator[str]:
    land = "".join(_path(own, sheet) for own in outlines)
    if land:
        yield f'<path d="{land}" fill="none" stroke="{_INK}" stroke-width="{1.6 * sheet.pen:.2f}"/>'


def _county_names(data: ClusterInput, at: Floats) -> Iterator[str]:
    """Names of counties in the middle of their villages, behind everything that is marked."""
    numbers = np.unique(data.problem.county)
    if len(numbers) < 2:
        return
    size = max(9.0, min(34.0, 150.0 / np.sqrt(len(numbers))))
    for number in numbers.tolist():
        x, y = at[data.problem.county == number].mean(axis=0)
        yield (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}" fill="{_INK}" '
            f'fill-opacity="0.28" letter-spacing="{size / 4:.0f}" text-anchor="middle">'
            f"{escape(data.county_names[number])}</text>"
        )


def _land(
    data: ClusterInput,
    clusters: tuple[Cluster, ...],
    cells: Cells,
    sheet: _Sheet,
    of: dict[int, int],
) -> Iterator[str]:
    """Every village as a surface: grey outside, in the colour of its cluster inside."""
    ids = cluster_ids(data, clusters)
    colour = _colours(len(clusters), cells, of)
    outside = "".join(_path(cells.rings[v], sheet) for v in range(len(data.codes)) if v not in of)
    yield f'<path d="{outside}" fill="{_LAND}" stroke="#e4e2da" stroke-width="0.4"/>'
    for at, cluster in enumerate(clusters):
        weak = int(data.problem.weak[list(cluster.members)].sum())
        told = (
            f"{ids[cluster.hub]} {data.names[cluster.hub]}：{len(cluster.villages)} 个村"
            f"，其中相对薄弱村 {weak} 个"
        )
        yield f'<g fill="{_FILLS[colour[at]]}" stroke="#ffffff" stroke-width="0.5">'
        yield f"<title>{escape(told)}</title>"
        for village in cluster.villages:
            yield (
                f'<path d="{_path(cells.rings[village], sheet)}">'
                f"<title>{escape(data.names[village])}（{escape(told)}）</title></path>"
            )
        yield "</g>"


def _colours(n: int, cells: Cells, of: dict[int, int]) -> list[int]:
    """A colour per cluster, not that of a neighbour; the least used of those left."""
    near: dict[int, set[int]] = defaultdict(set)
    for border in cells.borders:
        one, other = of.get(border.one, -1), of.get(border.other, -1)
        if one >= 0 and other >= 0 and one != other:
            near[one].add(other)
            near[other].add(one)
    colour, used = [-1] * n, [0] * len(_FILLS)
    for at in sorted(range(n), key=lambda at: -len(near[at])):
        taken = {colour[other] for other in near[at]}
        free = [c for c in range(len(_FILLS)) if c not in taken] or list(range(len(_FILLS)))
        colour[at] = min(free, key=lambda c: used[c])
        used[colour[at]] += 1
    return colour


def _border_lines(
    data: ClusterInput, cells: Cells, sheet: _Sheet, of: dict[int, int], *, outlined: bool
) -> Iterator[str]:
    problem = data.problem
    county, town, cluster = [], [], []
    for border in cells.borders:
        one, other = border.one, border.other
        if other >= 0 and problem.county[one] != problem.county[other]:
            county.append(border.ends)
        elif other >= 0 and problem.town[one] != problem.town[other]:
            town.append(border.ends)
        if of.get(one, -1) != of.get(other, -1):
            cluster.append(border.ends)
    yield _lines(cluster, sheet, "#5b6b7a", 0.9)
    yield _lines(town, sheet, _TOWN, 0.9, dash="4 2.5")
    if not outlined:
        yield _lines(county, sheet, _INK, 1.8)


def _lines(
    pieces: Iterable[Floats], sheet: _Sheet, colour: str, width: float, dash: str = ""
) -> str:
    drawn = []
    for piece in pieces:
        (x1, y1), (x2, y2) = sheet.at(piece)
        drawn.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{"".join(drawn)}" fill="none" stroke="{colour}" '
        f'stroke-width="{width * sheet.pen:.2f}" '
        f'stroke-linecap="round"{dashes}/>'
    )


def _path(rings: list[Floats], sheet: _Sheet) -> str:
    drawn = []
    for ring in rings:
        if len(ring) >= 3:
            drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in sheet.at(ring)) + "Z")
    return "".join(drawn)


def _marks(
    data: ClusterInput, clusters: tuple[Cluster, ...], at: Floats, of: dict[int, int]
) -> Iterator[str]:
    """Hubs as dots; weak villages as rings, filled where they are in a cluster."""
    dot = _dot(at)
    for village in np.flatnonzero(data.problem.weak).tolist():
        x, y = at[village]
        fill = _WEAK if village in of else "#ffffff"
        name = escape(data.names[village])
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{0.55 * dot:.2f}" fill="{fill}" '
            f'stroke="{_WEAK}" stroke-width="{0.25 * dot:.2f}"><title>{name}（相对薄弱村）</title>'
            "</circle>"
        )
    for cluster in clusters:
        x, y = at[cluster.hub]
        name = escape(data.names[cluster.hub])
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{dot:.2f}" fill="{_INK}" stroke="#ffffff" '
            f'stroke-width="{0.3 * dot:.2f}"><title>{name}（重点村）</title></circle>'
        )


def _dot(at: Floats) -> float:
    span = at.max(axis=0) - at.min(axis=0)
    step = float(np.sqrt(max(1.0, float(span[0])) * max(1.0, float(span[1])) / len(at)))
    return min(7.0, max(1.2, 0.2 * step))


def _names(data: ClusterInput, clusters: tuple[Cluster, ...], at: Floats) -> Iterator[str]:
    """Names of hubs, the larger clusters first, where there is room for them."""
    if len(clusters) > _MOST_NAMES:
        return
    size = 15.0 if len(clusters) <= 40 else 12.0
    dot, taken = _dot(at), [(x - 4, y - 4, x + 4, y + 4) for x, y in at[[c.hub for c in clusters]]]
    for cluster in sorted(clusters, key=lambda c: -len(c.villages)):
        name = data.names[cluster.hub]
        x, y = at[cluster.hub]
        half = size * sum(0.5 if ord(c) > 0x2E80 else 0.28 for c in name)
        for top in (y - dot - 3, y + dot + size):
            box = (x - half, top - size, x + half, top + 2)
            if half < x < _WIDTH - half and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield (
                    f'<text x="{x:.1f}" y="{top:.1f}" font-size="{size:.0f}" fill="{_INK}" '
                    'text-anchor="middle" paint-order="stroke" stroke="#ffffff" '
                    f'stroke-width="3">{escape(name)}</text>'
                )
                break


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(sheet: _Sheet, title: str) -> Iterator[str]:
    top = sheet.height + 8
    km = _round_length(160 / sheet.scale)
    yield (
        f'<g font-size="15" fill="{_INK}"><text x="{_MARGIN}" y="{top + 34:.0f}" font-size="20" '
        f'font-weight="bold">{escape(title)}</text>'
    )
    y, x = top + 28, 330.0
    marks = (
        (f'<circle cx="8" cy="0" r="6" fill="{_INK}"/>', "重点村"),
        (f'<circle cx="8" cy="0" r="5" fill="{_WEAK}"/>', "相对薄弱村（已入）"),
        (
            f'<circle cx="8" cy="0" r="4" fill="#ffffff" stroke="{_WEAK}" stroke-width="2"/>',
            "相对薄弱村（未入）",
        ),
        (f'<path d="M0 0H18" stroke="{_INK}" stroke-width="2"/>', "县界"),
        (f'<path d="M0 0H18" stroke="{_TOWN}" stroke-dasharray="4 2.5"/>', "乡镇界"),
    )
    for mark, label in marks:
        yield f'<g transform="translate({x:.0f} {y:.0f})">{mark}</g>'
        yield f'<text x="{x + 24:.0f}" y="{y + 5:.0f}">{label}</text>'
        x += 24 + 15 * len(label) + 22
    right = _WIDTH - _MARGIN
    left = right - km * sheet.scale
    yield (
        f'<path d="M{left:.1f} {y + 2:.1f}v5H{right:.1f}v-5" fill="none" stroke="{_INK}"/>'
        f'<text x="{(left + right) / 2:.1f}" y="{y - 3:.1f}" text-anchor="middle" '
        f'font-size="13">{km:g} 千米</text></g>'
    )


def _round_length(km: float) -> float:
    """A length of 1, 2 or 5 times a power of ten, not longer than this."""
    power = 10.0 ** np.floor(np.log10(max(km, 1e-6)))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= km))
