"""Giving out a workbook, taking it back, merging it (回传表操作)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bangfu.records.access.policies import may, require
from bangfu.records.audit.actions import action, note
from bangfu.records.figures.opening import places_of
from bangfu.records.ground import clock
from bangfu.records.ground.ordered_text import subtree_range
from bangfu.records.ground.refusals import NotAllowed, Refused, refuse
from bangfu.records.places.models import Place
from bangfu.records.registers.coverage import due_places
from bangfu.records.returns.comparing import RowDifference, compare
from bangfu.records.returns.figures import FormReturn
from bangfu.records.returns.keys import new_code
from bangfu.records.returns.models import ReturnUpload, ReturnWorkbook
from bangfu.records.returns.reading import read_return
from bangfu.records.returns.registers import RegisterReturn
from bangfu.records.returns.seating import seated
from bangfu.records.returns.sheets import MOST_ROWS, REASON, row_from, row_to
from bangfu.records.returns.subject import Subject
from bangfu.records.returns.workbook import Marks, Sheet, return_workbook
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = [
    "Merged",
    "differences",
    "issue",
    "marked_copy",
    "merge_upload",
    "receive",
    "subject_of",
    "workbook_bytes",
]

#: The right that each kind of workbook needs at a place.
_VERBS: Final = {"figures": "figures.enter", "register": "registers.enter"}


@dataclass
class Merged:
    """What merging a file did: places and cells written, cells left alone, what was refused."""

    places: int = 0
    cells: int = 0
    left: int = 0
    faults: list[Fault] = field(default_factory=list)


def subject_of(workbook: ReturnWorkbook) -> Subject:
    """The form or the register of a workbook."""
    if workbook.kind == "figures":
        assert workbook.form is not None
        return FormReturn(workbook.form, workbook.period)
    assert workbook.definition is not None
    return RegisterReturn(workbook.definition, workbook.period)


@action("returns.issue")
def issue(workbook: ReturnWorkbook, *, actor: Any) -> ReturnWorkbook:
    """Give out a workbook for all places below one that the account may fill.

    ``workbook`` names the form or the register, the period and the place; the rest is filled in.
    """
    verb = _VERBS[workbook.kind]
    subject = subject_of(workbook)
    places = _places(workbook, verb, actor)
    if not places:
        require(actor, verb, workbook.place)
        raise refuse(
            "RET-09",
            Text(
                f"{workbook.place.name}范围内没有您可以填报的地方。",
                f"There is no place below {workbook.place.name} that you may fill.",
            ),
        )
    rows = subject.rows(places)
    if len(rows) > MOST_ROWS:
        raise refuse(
            "RET-10",
            Text(
                f"共 {len(rows):,} 行，一份回传表最多 {MOST_ROWS:,} 行。",
                f"There are {len(rows):,} rows; one workbook takes {MOST_ROWS:,}.",
            ),
            remedy=Text("请逐个乡镇下载。", "Download it town by town."),
        )
    workbook.code = new_code()
    workbook.rows = [row_to(row) for row in rows]
    workbook.issued_at, workbook.issued_by_id = clock.now(), actor.pk
    workbook.save()
    note(
        workbook,
        kind=workbook.kind,
        form=workbook.form_id,
        register=workbook.definition_id,
        period=workbook.period,
        places=len(places),
        rows=len(rows),
    )
    return workbook


def workbook_bytes(workbook: ReturnWorkbook, marks: Marks | None = None) -> bytes:
    """The file of a workbook; with ``marks`` the copy that shows what is wrong."""
    subject = subject_of(workbook)
    sheet = Sheet(
        code=workbook.code,
        title=subject.title,
        area=workbook.place.name,
        period=workbook.period,
        columns=subject.columns,
        rows=[row_from(held) for held in workbook.rows],
        head=subject.head,
        made_on=clock.today(),
        is_internal=subject.is_internal,
    )
    return return_workbook(sheet, marks)


@action("returns.receive")
def receive(data: bytes, file_name: str, *, actor: Any) -> ReturnUpload:
    """Take a file back; the same file again is the same upload."""
    read = read_return(data)
    workbook = (
        ReturnWorkbook.objects.visible_to(actor)
        .select_related("form", "definition", "place")
        .filter(code=read.code)
        .first()
    )
    if workbook is None:
        raise refuse(
            "RET-11",
            Text("您的范围内没有这份回传表。", "There is no such workbook in your area."),
            remedy=Text(
                "请由下载单位回传，或重新下载。", "The office that downloaded it sends it."
            ),
        )
    digest = hashlib.sha256(data).hexdigest()
    lines, astray = seated(read, [row_from(held) for held in workbook.rows])
    upload, _made = ReturnUpload.objects.get_or_create(
        workbook=workbook,
        sha256=digest,
        defaults={
            "file_name": _plain_name(file_name),
            "rows": {
                str(n): {"sheet": line.sheet, "line": line.line, "cells": line.cells}
                for n, line in lines.items()
            },
            "faults": [_fault_to(fault) for fault in (*read.faults, *astray)],
            "uploaded_at": clock.now(),
            "uploaded_by_id": actor.pk,
        },
    )
    note(upload, rows=len(upload.rows), sha256=digest, place_id=workbook.place_id)
    return upload


def differences(upload: ReturnUpload, *, actor: Any) -> list[RowDifference]:
    """The rows of a file against what stands, for the places the account may see."""
    workbook = upload.workbook
    rows = [row_from(held) for held in workbook.rows]
    seen = set(
        Place.objects.visible_to(actor)
        .filter(pk__in={row.place_id for row in rows})
        .values_list("pk", flat=True)
    )
    kept = [row for row in rows if row.place_id in seen]
    return compare(subject_of(workbook), kept, upload.rows)


def merge_upload(
    upload: ReturnUpload, choices: Mapping[str, str], *, seen_version: int, actor: Any
) -> Merged:
    """Merge a file, one transaction for each row; what stands is read again for each.

    ``choices`` maps ``row:N`` or ``cell:N:column`` to ``mine`` (the file) or ``theirs`` (what
    stands). A collision nobody decided stays as it stands. Merging again changes nothing.
    """
    _claim(upload, seen_version=seen_version, actor=actor)
    subject, merged = subject_of(upload.workbook), Merged()
    verb = _VERBS[upload.workbook.kind]
    new_refs: dict[int, int] = {}
    for row in differences(upload, actor=actor):
        cells = _chosen(row, choices, merged)
        if not cells:
            continue
        ref = _write(subject, row, cells, merged, verb=verb, actor=actor)
        if ref is not None and row.row.ref is None and upload.workbook.kind == "register":
            new_refs[row.row.n] = ref
    _finish(upload, merged, new_refs, actor=actor)
    return merged


def marked_copy(upload: ReturnUpload, *, actor: Any) -> bytes:
    """The file with what was written in it, faulty cells coloured and explained."""
    given: dict[tuple[int, str], str] = {}
    faults: dict[tuple[int, str], str] = {}
    for row in differences(upload, actor=actor):
        for cell in row.cells:
            key = (row.row.n, cell.column.id)
            given[key] = cell.given
            if cell.fault is not None:
                told = [cell.fault.message.zh, cell.fault.remedy.zh if cell.fault.remedy else ""]
                faults[key] = "".join(told)
        given[row.row.n, REASON] = row.reason
    return workbook_bytes(upload.workbook, Marks(given, faults))


def _places(workbook: ReturnWorkbook, verb: str, actor: Any) -> list[Place]:
    low, high = subtree_range(workbook.place.reporting_path)
    if workbook.kind == "figures":
        assert workbook.form is not None
        due = places_of(workbook.form, parse_period(workbook.period), workbook.place)
    else:
        assert workbook.definition is not None
        due = due_places(workbook.definition, workbook.period).places
        if not workbook.definition.content.get("classes"):
            due = Place.objects.filter(pk=workbook.place_id)
    inside = due.filter(reporting_path__gte=low, reporting_path__lt=high)
    open_to = Place.objects.open_to(actor, verb).values("pk")
    found = inside.filter(pk__in=open_to).order_by("reporting_path", "code")
    return sorted(found[: MOST_ROWS + 1], key=lambda place: (place.code, place.pk))


def _chosen(row: RowDifference, choices: Mapping[str, str], merged: Merged) -> dict[str, str]:
    """The cells of a row to write; those left alone are counted."""
    cells: dict[str, str] = {}
    whole = choices.get(f"row:{row.row.n}", "")
    for cell in row.cells:
        if cell.state in ("same", "kept"):
            continue
        if cell.fault is not None:
            merged.faults.append(cell.fault)
            continue
        picked = choices.get(f"cell:{row.row.n}:{cell.column.id}", "") or whole
        if picked == "theirs" or (cell.needs_choice and picked != "mine"):
            merged.left += 1
            continue
        cells[cell.column.id] = cell.given
    if cells and row.reason:
        cells[REASON] = row.reason
    return cells


def _write(
    subject: Subject,
    row: RowDifference,
    cells: Mapping[str, str],
    merged: Merged,
    *,
    verb: str,
    actor: Any,
) -> int | None:
    """Write one row by itself; what refuses it is told, and the other rows go on."""
    place = Place.objects.get(pk=row.row.place_id)
    where = f"「{row.sheet}」第 {row.line} 行 {place.name}"
    if row.standing.closed is not None:
        merged.faults.append(Fault("RET-12", where, row.standing.closed))
        return None
    try:
        if not may(actor, verb, place):
            raise NotAllowed([_not_yours(where)])
        written = subject.write(row.row, cells, row.standing, actor=actor)
    except NotAllowed:
        merged.faults.append(_not_yours(where))
    except Refused as refused:
        merged.faults += [replace(f, where=f"{where} {f.where}".strip()) for f in refused.faults]
    else:
        merged.places += written.cells > 0
        merged.cells += written.cells
        merged.faults += [replace(f, where=where) for f in written.faults]
        return written.ref
    return None


@action("returns.begin_merge")
def _claim(upload: ReturnUpload, *, seen_version: int, actor: Any) -> None:
    """Take the file for this merge, so that nobody else merges it with other choices meanwhile."""
    upload.refuse_if_stale(seen_version)
    upload.save_next_version()
    note(upload, version=upload.version, place_id=upload.workbook.place_id)


@action("returns.merge")
def _finish(
    upload: ReturnUpload, merged: Merged, new_refs: Mapping[int, int], *, actor: Any
) -> None:
    """Keep what the merge did, and which rows the blank ones have become."""
    if new_refs:
        workbook = ReturnWorkbook.objects.select_for_update().get(pk=upload.workbook_id)
        for held in workbook.rows:
            if held["n"] in new_refs and held["ref"] is None:
                held["ref"] = new_refs[held["n"]]
        workbook.save(update_fields=["rows"])
        upload.workbook.rows = workbook.rows
    upload.merged_at = clock.now()
    upload.result = {
        "places": merged.places,
        "cells": merged.cells,
        "left": merged.left,
        "faults": [_fault_to(fault) for fault in merged.faults],
    }
    upload.save_next_version()
    note(
        upload,
        places=merged.places,
        cells=merged.cells,
        left=merged.left,
        faults=len(merged.faults),
        place_id=upload.workbook.place_id,
    )


def _not_yours(where: str) -> Fault:
    return Fault(
        "RET-13",
        where,
        Text("您的账号不能填报这个地方，没有采用。", "Your account may not fill this place."),
        Text("请由填报单位回传。", "The place's own office sends it."),
    )


def _plain_name(name: str) -> str:
    plain = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in plain if ord(letter) >= 32)[:160] or "workbook.xlsx"


def _fault_to(fault: Fault) -> dict[str, Any]:
    return {
        "code": fault.code,
        "where": fault.where,
        "zh": fault.message.zh,
        "en": fault.message.en,
        "remedy_zh": fault.remedy.zh if fault.remedy else "",
        "remedy_en": fault.remedy.en if fault.remedy else "",
    }
