"""Outlines put to places (边界导入): by code, else by name, with a report of what did not fit."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.choices import Datum
from bangfu.records.places.history import begin_change
from bangfu.records.places.models import Place, PlaceShape, ShapeFile
from bangfu.records.places.outlines import Outline, area_km2, read_outlines, simplified
from bangfu.records.places.tree import TreeRow, tree_on
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["ShapeReport", "Sheet", "import_shapes"]

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of outlines as handed in, in the datum its sender declares."""

    name: str
    data: bytes
    datum: str
    code_system: str
    on: date
    source: str = ""


@dataclass
class ShapeReport:
    """What came of a file: outlines by code, by name, already held, and those that did not fit."""

    by_code: int = 0
    by_name: int = 0
    held: int = 0
    faults: list[Fault] = field(default_factory=list)


@action("places.import_shapes")
def import_shapes(sheet: Sheet, *, actor: Any) -> ShapeReport:
    """Keep a file of outlines and put each outline to its place (导入边界)."""
    require(actor, "places.change")
    if sheet.datum not in Datum.values:
        raise refuse(
            "SHP-03",
            Text(
                "须声明坐标系：wgs84、cgcs2000、gcj02、bd09 之一。",
                "Declare the datum: wgs84, cgcs2000, gcj02 or bd09.",
            ),
        )
    if len(sheet.data) > _LARGEST:
        raise refuse("SHP-04", Text("文件超过 64 MB。", "The file is larger than 64 MB."))
    outlines, faults = read_outlines(sheet.data, sheet.datum)
    begin_change()
    digest = hashlib.sha256(sheet.data).hexdigest()
    file, made = ShapeFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "name": sheet.name[:200],
            "datum": sheet.datum,
            "content": sheet.data,
            "source": sheet.source[:200],
        },
    )
    if not made and file.datum != sheet.datum:
        raise refuse(
            "SHP-05",
            Text(
                f"同一文件已按 {file.datum} 导入过，坐标系不一致。",
                f"The same file was imported as {file.datum}.",
            ),
        )
    report = ShapeReport(faults=faults)
    _put(outlines, sheet, file, report, actor)
    note(
        file, sha256=digest, by_code=report.by_code, by_name=report.by_name, held=report.held,
        faults=len(report.faults),
    )  # fmt: skip
    return report


def _put(
    outlines: list[Outline], sheet: Sheet, file: ShapeFile, report: ShapeReport, actor: Any
) -> None:
    rows = [row for row in tree_on(sheet.on) if row.code_system == sheet.code_system]
    allowed = _allowed(actor)
    rows = [row for row in rows if allowed is None or row.place_id in allowed]
    by_code = {row.code: row for row in rows}
    counts = Counter(row.name for row in rows)
    by_name = {row.name: row for row in rows if counts[row.name] == 1}
    held = set(PlaceShape.objects.filter(file=file).values_list("place_id", flat=True))
    fresh: list[PlaceShape] = []
    for outline in outlines:
        row, is_code = _match(outline, by_code, by_name)
        if row is None:
            report.faults.append(_unmatched(outline, counts[outline.name]))
        elif row.place_id in held:
            report.held += 1
        else:
            held.add(row.place_id)
            report.by_code += is_code
            report.by_name += not is_code
            fresh.append(_shape(row, outline, file, sheet.on))
    PlaceShape.objects.bulk_create(fresh, batch_size=200)


def _match(
    outline: Outline, by_code: dict[str, TreeRow], by_name: dict[str, TreeRow]
) -> tuple[TreeRow | None, bool]:
    """Whose outline it is. A code that is not held is no reason to guess by the name alone."""
    if outline.code:
        padded = outline.code.ljust(12, "0") if len(outline.code) in (6, 9) else outline.code
        row = by_code.get(outline.code) or by_code.get(padded)
        return (row, True)
    return by_name.get(outline.name), False


def _shape(row: TreeRow, outline: Outline, file: ShapeFile, on: date) -> PlaceShape:
    rings = [
        [[[round(x, 5), round(y, 5)] for x, y in simplified(ring)] for ring in polygon]
        for polygon in outline.polygons
    ]
    return PlaceShape(
        place_id=row.place_id,
        file=file,
        rings=rings,
        area_km2=round(area_km2(outline.polygons), 4),
        starts_on=on,
    )


def _allowed(actor: Any) -> set[int] | None:
    if actor.pk is None and not getattr(actor, "is_anonymous", False):
        return None
    return set(Place.objects.open_to(actor, "places.change").values_list("pk", flat=True))


def _unmatched(outline: Outline, namesakes: int) -> Fault:
    code = f"（{outline.code[:20]}）" if outline.code else ""
    where = f"第 {outline.number} 个要素 {outline.name[:40]}{code}"
    if not outline.code and namesakes > 1:
        zh = f"有 {namesakes} 个同名地方，请补代码。"
        return Fault("SHP-06", where, Text(zh, f"{namesakes} places bear the name; give codes."))
    return Fault(
        "SHP-07",
        where,
        Text("名录中没有对应的地方。", "No place of the list answers to it."),
    )
