"""Reading a programme folder (读取数据文件夹): every table checked, every fault told at once.

Brings files into typed tables; it runs no rule and decides nothing about a place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from bangfu.programme.tables.cells import tidied, typed_frame
from bangfu.programme.tables.csv_files import read_csv_sheet
from bangfu.programme.tables.declared import (
    FILE_FORMATS,
    TABLES,
    ElementInfo,
    TableDeclaration,
    declaration_of,
)
from bangfu.programme.tables.findings import Findings, Notice, quoted
from bangfu.programme.tables.heads import near_heads
from bangfu.programme.tables.indicators import converted_indicators
from bangfu.programme.tables.keys import refuse_duplicates
from bangfu.programme.tables.parquet_files import read_parquet_sheet
from bangfu.programme.tables.raw import RawSheet
from bangfu.programme.tables.systems import (
    code_system_of,
    refuse_unknown_codes,
    refuse_wrong_codes,
)
from bangfu.programme.tables.tree import refuse_bad_tree
from bangfu.programme.tables.workbooks import read_workbook
from bangfu.vocabulary.text import Text

__all__ = ["FolderTables", "read_folder", "read_sheet"]

_READERS: Final = {
    ".csv": read_csv_sheet,
    ".parquet": read_parquet_sheet,
    ".xlsx": read_workbook,
    ".xls": read_workbook,
}
#: Formats people hand in for tables and that are not read.
_UNREAD_FORMATS: Final = (".et", ".xlsm", ".xlsb", ".ods", ".txt", ".tsv")
_SAVE_AS: Final = Text(
    "请用 WPS 或 Excel 另存为 xlsx 或 CSV UTF-8。", "Save it as xlsx or as CSV UTF-8."
)


@dataclass(frozen=True, slots=True)
class FolderTables:
    """What a programme folder holds.

    ``tables`` by declared name (``places``, ``registers/industry``), typed, with the column
    ``row`` UInt32: the row on the sheet, the head being row 1. ``files`` gives the sha256 of
    each file read, by its path inside the folder. ``code_system`` is nbs or mca.
    """

    tables: dict[str, pl.DataFrame]
    files: dict[str, str]
    notices: tuple[Notice, ...]
    code_system: str


def read_folder(
    folder: Path, *, catalogue: Mapping[str, ElementInfo], required: Collection[str] = ()
) -> FolderTables:
    """Read and check every table of a programme folder.

    Parameters
    ----------
    folder : Path
        Holds ``places.csv`` (or .xlsx, .xls, .parquet) and any other declared table; registers
        lie in ``registers/``.
    catalogue : mapping of id to ElementInfo
        The data elements that indicators may be.
    required : collection of str
        Tables that must be there and not empty, beside ``places``.

    Returns
    -------
    FolderTables

    Raises
    ------
    FaultsFound
        If anything has to be mended; all faults of all tables at once, at most 200 listed for a
        file with the total told.

    Notes
    -----
    Unknown columns are kept at the end and reported. A declared column the sheet does not have
    is there, all null. Empty is unknown, never zero.
    """
    findings = Findings()
    folder = Path(folder)
    found = _find_files(folder, findings)
    needed = {name for name, table in TABLES.items() if table.required} | set(required)
    for name in sorted(needed - set(found)):
        _tell_missing_table(name, folder, findings)
    files: dict[str, str] = {}
    sheets: dict[str, RawSheet] = {}
    tables: dict[str, pl.DataFrame] = {}
    for name, path in found.items():
        data = _bytes_of(path, folder, findings)
        if data is None:
            continue
        files[path.relative_to(folder).as_posix()] = hashlib.sha256(data).hexdigest()
        sheet = _checked_sheet(data, path, name, folder, findings, name in needed)
        del data
        if sheet is None:
            continue
        tables[name] = _table_of(sheet, catalogue, findings)
        # The cells of text are not needed any more, only where they came from.
        sheets[name] = sheet.with_frame(sheet.frame.clear())
    system = _check_codes(tables, sheets, findings)
    findings.raise_if_any()
    return FolderTables(tables, files, tuple(findings.notices), system)


def read_sheet(
    path: Path, declaration: TableDeclaration, *, findings: Findings, where: str = ""
) -> RawSheet | None:
    """Read one file into cells of text; None where it cannot be read (faults are noted)."""
    where = where or path.name
    data = _bytes_of(path, path.parent, findings)
    if data is None:
        return None
    return _READERS[path.suffix.lower()](data, declaration, where=where, findings=findings)


def _find_files(folder: Path, findings: Findings) -> dict[str, Path]:
    """The file of each table; faults for two files of one table and for formats not read."""
    if not folder.is_dir():
        message = Text(f"没有数据文件夹「{folder}」。", f'There is no folder "{folder}".')
        findings.fault("TAB-01", "", message, Text("请核对路径。", "Check the path."))
        findings.raise_if_any()
    by_table: dict[str, list[Path]] = {}
    for path in sorted([*folder.glob("*"), *folder.glob("registers/*")]):
        if path.is_dir() or path.name.startswith((".", "~$")):
            continue
        name = _table_name(path, folder)
        if path.suffix.lower() in FILE_FORMATS and name is not None:
            by_table.setdefault(name, []).append(path)
        else:
            _tell_unread(path, folder, name, findings)
    order = [*TABLES, *sorted(name for name in by_table if name not in TABLES)]
    for name, paths in by_table.items():
        if len(paths) > 1:
            _tell_two_files(name, [path.name for path in paths], findings)
    return {name: by_table[name][0] for name in order if len(by_table.get(name, [])) == 1}


def _table_name(path: Path, folder: Path) -> str | None:
    if path.parent != folder:
        return f"registers/{path.stem}"
    named = {table.label.zh: table.name for table in TABLES.values()}
    stem = path.stem.lower()
    return stem if stem in TABLES else named.get(path.stem)


def _tell_unread(path: Path, folder: Path, name: str | None, findings: Findings) -> None:
    where = path.relative_to(folder).as_posix()
    suffix = path.suffix.lower()
    if name is not None and suffix in _UNREAD_FORMATS:
        findings.fault(
            "TAB-02",
            where,
            Text(f"不读取 {suffix} 格式。", f"Files of format {suffix} are not read."),
            _SAVE_AS,
        )
    elif suffix in (*FILE_FORMATS, *_UNREAD_FORMATS):
        names = "、".join(TABLES)
        findings.notice(
            "TAB-N8",
            where,
            Text(
                f"文件名不是数据表，没有读取；数据表有：{names}",
                f"no table has this name; not read. Tables: {', '.join(TABLES)}",
            ),
        )


def _tell_two_files(name: str, files: list[str], findings: Findings) -> None:
    findings.fault(
        "TAB-03",
        ", ".join(files),
        Text(f"同一张表 {name} 有 {len(files)} 个文件。", f"{len(files)} files for table {name}."),
        Text("请只留一个。", "Keep one of them."),
    )


def _tell_missing_table(name: str, folder: Path, findings: Findings) -> None:
    declaration = declaration_of(name)
    if declaration is None:
        raise ValueError(f"no such table {name!r}; declared: {', '.join(TABLES)}")
    told = any(
        path.suffix.lower() in (*FILE_FORMATS, *_UNREAD_FORMATS) and path.is_file()
        for path in folder.glob(f"{name}.*")
        if _table_name(path, folder) == name
    )
    if told:
        # There is such a file, and what is wrong with it has been said.
        return
    formats = "、".join(f"{name}{suffix}" for suffix in FILE_FORMATS)
    findings.fault(
        "TAB-01",
        "",
        Text(
            f"缺少「{declaration.label.zh}」（{name}）。",
            f'The table "{declaration.label.en}" ({name}) is missing.',
        ),
        Text(
            f"请在文件夹中放入 {formats} 之一。",
            f"Put one of these into the folder: {formats.replace('、', ', ')}.",
        ),
    )


def _bytes_of(path: Path, folder: Path, findings: Findings) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        where = path.relative_to(folder).as_posix()
        findings.fault(
            "TAB-02",
            where,
            Text(f"文件打不开（{error.strerror}）。", f"Cannot be opened ({error.strerror})."),
            Text("请检查文件是否被占用、有无读取权限。", "Check whether it is in use or barred."),
        )
        return None


def _checked_sheet(
    data: bytes, path: Path, name: str, folder: Path, findings: Findings, is_needed: bool
) -> RawSheet | None:
    """A sheet with all its required columns, tidied; None where there is nothing to work on."""
    declaration = declaration_of(name)
    assert declaration is not None
    where = path.relative_to(folder).as_posix()
    before = findings.total
    sheet = _READERS[path.suffix.lower()](data, declaration, where=where, findings=findings)
    if sheet is None:
        if findings.total == before:
            _tell_empty(where, is_needed, findings)
        return None
    if not _has_columns(sheet, findings):
        return None
    if sheet.frame.is_empty():
        _tell_empty(where, is_needed, findings)
    return tidied(sheet, findings)


def _tell_empty(where: str, is_needed: bool, findings: Findings) -> None:
    message = Text("表里没有数据行。", "The table has no rows.")
    if is_needed:
        findings.fault("TAB-05", where, message, Text("请填入数据。", "Fill it in."))
    else:
        findings.notice("TAB-N9", where, Text("表里没有数据行", "the table has no rows"))


def _has_columns(sheet: RawSheet, findings: Findings) -> bool:
    declared = sheet.declaration.columns
    missing = [column for column in declared if column.name not in sheet.frame.columns]
    for column in missing:
        if not column.required:
            continue
        near = [
            head
            for head in near_heads(sheet.head, column.heads)
            if sheet.declaration.column(head) is None
        ]
        zh = f"；表头里的「{'」「'.join(near)}」是不是这一列" if near else ""
        en = f'; is "{near[0]}" meant' if near else ""
        findings.fault(
            "TAB-04",
            sheet.where,
            Text(
                f"第 {sheet.head.row} 行表头缺少「{column.name}」（{column.label.zh}）{zh}。",
                f'Row {sheet.head.row}: the head has no column "{column.name}"{en}.',
            ),
            Text("请补上这一列。", "Add the column."),
        )
    _tell_columns(sheet, [column.name for column in missing if not column.required], findings)
    return not any(column.required for column in missing)


def _tell_columns(sheet: RawSheet, missing: list[str], findings: Findings) -> None:
    declaration = sheet.declaration
    unknown = [
        name for name in sheet.frame.columns if name != "row" and declaration.column(name) is None
    ]
    if unknown and not declaration.free:
        named = [quoted(name) for name in unknown]
        findings.notice(
            "TAB-N10",
            sheet.where,
            Text(
                f"有 {len(unknown)} 列不在目录中，原样保留：{'、'.join(named)}",
                f"{len(unknown)} columns are not declared and kept as they are: {', '.join(named)}",
            ),
            len(unknown),
        )
    if missing and not declaration.free:
        findings.notice(
            "TAB-N11",
            sheet.where,
            Text(
                f"没有这些可选的列，按待核实处理：{'、'.join(missing)}",
                f"optional columns that are not there, taken as unknown: {', '.join(missing)}",
            ),
            len(missing),
        )


def _table_of(
    sheet: RawSheet, catalogue: Mapping[str, ElementInfo], findings: Findings
) -> pl.DataFrame:
    if sheet.declaration.name == "indicators":
        frame = typed_frame(sheet, findings, untouched=("value",))
        frame = converted_indicators(frame, sheet, catalogue=catalogue, findings=findings)
    else:
        frame = typed_frame(sheet, findings)
    refuse_duplicates(frame, sheet, findings)
    return frame


def _check_codes(
    tables: Mapping[str, pl.DataFrame], sheets: Mapping[str, RawSheet], findings: Findings
) -> str:
    """Checks that need the table of places: the tree, the code system, unknown codes."""
    places = tables.get("places")
    if places is None:
        return ""
    system = code_system_of(places, sheets["places"], findings)
    refuse_bad_tree(places, sheets["places"], findings)
    if system is None:
        return ""
    refuse_wrong_codes(places, ("code", "parent_code"), system, sheets["places"], findings)
    known = places.get_column("code").drop_nulls().unique()
    for name, frame in tables.items():
        for column in sheets[name].declaration.columns:
            if column.refers:
                refuse_unknown_codes(
                    frame, column, known, sheets[name], system=system, findings=findings
                )
    return system
