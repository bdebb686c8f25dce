"""Making an export (导出), and keeping the office's own layouts (我的台账)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.exports.arranging import checked_columns
from bangfu.records.exports.models import ExportLayout
from bangfu.records.exports.place_docx import place_docx
from bangfu.records.exports.place_file import place_file
from bangfu.records.exports.plain_files import write_csv, write_parquet
from bangfu.records.exports.tables import INTERNAL_USE, ExportTable, Subtotals
from bangfu.records.exports.workbook import Printing, write_workbook
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.models import Place
from bangfu.vocabulary.money import FEN_PER_UNIT
from bangfu.vocabulary.text import Language, Text

__all__ = [
    "FORMATS",
    "UNITS",
    "Exported",
    "FileFormat",
    "How",
    "forget_layout",
    "save_layout",
    "write_export",
    "write_place_file",
]

FileFormat = Literal["xlsx", "csv", "parquet"]
FORMATS: Final[tuple[FileFormat, ...]] = ("xlsx", "csv", "parquet")
UNITS: Final = ("元", "万元", "亿元")


@dataclass(frozen=True, slots=True)
class How:
    """How an export is written."""

    file_format: FileFormat = "xlsx"
    unit: str = "万元"
    subtotals: Subtotals = ""
    language: Language = "zh"
    office: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows, the digest of the file, the version code printed on it."""

    rows: int
    sha256: str
    code: str


@action("exports.write")
def write_export(table: ExportTable, path: Path, how: How, *, actor: Any) -> Exported:
    """Write a table to a file and note who took what (导出留痕).

    The rows came through the gate; here it is noted under which filters, how many, which digest.
    """
    require(actor, "exports.run")
    _check(how)
    code = _new_code(table, actor)
    rows = _write(table, path, how, code)
    digest = _digest(path)
    note(
        export=table.kind,
        subject=table.subject,
        filters=dict(table.filters),
        columns=[column.id for column in table.columns],
        format=how.file_format,
        rows=rows,
        sha256=digest,
        code=code,
    )
    return Exported(rows, digest, code)


@action("exports.place_file")
def write_place_file(place: Place, path: Path, *, actor: Any) -> Exported:
    """Write the document of a place (一村一档) and note who took it."""
    require(actor, "exports.run", place)
    file = place_file(place, user=actor, on=clock.today())
    code = _code_for(["place_file", place.pk], actor)
    path.write_bytes(place_docx(file, code=code, made_on=clock.today(), stamp=INTERNAL_USE.zh))
    rows = sum(len(section.rows) for section in file.sections)
    digest = _digest(path)
    note(place, export="place_file", rows=rows, sha256=digest, code=code)
    return Exported(rows, digest, code)


@action("exports.save_layout")
def save_layout(layout: ExportLayout, *, seen_version: int | None, actor: Any) -> ExportLayout:
    """Keep a layout under its name; the same name again replaces the earlier one."""
    require(actor, "exports.run")
    name = layout.name.strip()[:80]
    if not name:
        raise refuse("EXP-04", Text("请给这份台账起个名称。", "Give the layout a name."))
    held = ExportLayout.objects.select_for_update().filter(account_id=actor.pk, name=name).first()
    if held is not None and seen_version is not None:
        held.refuse_if_stale(seen_version)
    kept = held or ExportLayout(account_id=actor.pk, name=name)
    kept.kind, kept.subject = layout.kind, layout.subject
    kept.organisation_id = layout.organisation_id
    kept.title = layout.title.strip()[:160]
    kept.columns = checked_columns(layout.columns)
    kept.filters, kept.subtotals = dict(layout.filters), layout.subtotals
    kept.unit = layout.unit
    kept.changed_at = clock.now()
    if held is None:
        kept.save()
    else:
        kept.save_next_version()
    note(kept, after={"kind": kept.kind, "subject": kept.subject, "columns": len(kept.columns)})
    return kept


@action("exports.forget_layout")
def forget_layout(layout_id: int, *, actor: Any) -> None:
    """Remove one's own layout; the exports made with it stay in the log."""
    layout = ExportLayout.objects.filter(pk=layout_id, account_id=actor.pk).first()
    if layout is None:
        raise refuse("EXP-05", Text("没有这份我的台账。", "There is no such layout of yours."))
    note(layout, before={"name": layout.name})
    layout.delete()


def _check(how: How) -> None:
    if how.file_format not in FORMATS or how.unit not in UNITS or how.unit not in FEN_PER_UNIT:
        raise refuse(
            "EXP-06",
            Text(
                f"格式可选 {'、'.join(FORMATS)}，金额单位可选 {'、'.join(UNITS)}。",
                f"Formats: {', '.join(FORMATS)}; units of money: {', '.join(UNITS)}.",
            ),
        )


def _write(table: ExportTable, path: Path, how: How, code: str) -> int:
    if how.file_format == "csv":
        return write_csv(table, path, unit=how.unit, language=how.language)
    if how.file_format == "parquet":
        return write_parquet(table, path)
    printing = Printing(how.unit, how.subtotals, how.language, how.office, clock.today(), code)
    return write_workbook(table, path, printing)


def _new_code(table: ExportTable, actor: Any) -> str:
    return _code_for([table.kind, table.subject, dict(table.filters)], actor)


def _code_for(facts: list[Any], actor: Any) -> str:
    """The code printed on the paper: it leads to the entry of the log."""
    told = [*facts, actor.pk, clock.now().isoformat()]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return f"BF-{clock.today():%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
