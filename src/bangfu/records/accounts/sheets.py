"""Tables of accounts as offices hand them in (账号表、交接表): read into lines, faults by row.

Knows the form of the two tables; whether a line may be carried out is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final

import polars as pl

from bangfu.programme.tables.cells import tidied, typed_frame
from bangfu.programme.tables.csv_files import read_csv_sheet
from bangfu.programme.tables.declared import Column, ColumnType, TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.workbooks import read_workbook
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = [
    "ACCOUNTS_TABLE",
    "HANDOVERS_TABLE",
    "AccountLine",
    "HandoverLine",
    "read_accounts",
    "read_handovers",
]

#: A table of so many rows is made in one request; more is handed in as several tables.
MOST_ROWS: Final = 2000
_READERS: Final = {".csv": read_csv_sheet, ".xlsx": read_workbook, ".xls": read_workbook}


def _column(
    name: str,
    kind: ColumnType,
    label: Text,
    also: tuple[str, ...] = (),
    *,
    needed: bool = False,
) -> Column:
    return Column(name, kind, label, required=needed, filled=needed, also=also)


ACCOUNTS_TABLE: Final = TableDeclaration(
    "accounts",
    Text("账号表", "accounts"),
    (
        _column(
            "sign_in_name",
            "text",
            Text("登录名", "sign-in name"),
            ("账号", "用户名", "登录账号"),
            needed=True,
        ),
        _column(
            "display_name",
            "text",
            Text("姓名或岗位", "name or post"),
            ("姓名", "岗位", "使用人"),
            needed=True,
        ),
        _column("place_code", "code", Text("地方代码", "place code"), ("行政区划代码", "区划代码")),
        _column("unit_code", "code", Text("单位代码", "unit code"), ("单位编码",)),
        _column("role", "text", Text("角色", "role"), ("岗位角色", "权限")),
        _column("starts_on", "date", Text("起", "from"), ("开始日期", "起始日期", "生效日期")),
        _column("ends_on", "date", Text("止", "until"), ("结束日期", "截止日期", "失效日期")),
    ),
)
HANDOVERS_TABLE: Final = TableDeclaration(
    "handovers",
    Text("交接表", "handovers"),
    (
        _column(
            "leaver",
            "text",
            Text("移交人登录名", "leaver"),
            ("移交人", "离任登录名", "离任人"),
            needed=True,
        ),
        _column(
            "successor",
            "text",
            Text("接收人登录名", "successor"),
            ("接收人", "接任登录名", "接任人"),
            needed=True,
        ),
        _column("on", "date", Text("交接日", "day"), ("交接日期", "日期")),
    ),
)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of the table of accounts, as it stands there; ``row`` as on the sheet."""

    row: int
    sign_in_name: str
    display_name: str
    place_code: str
    unit_code: str
    role: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One line of the table of handovers."""

    row: int
    leaver: str
    successor: str
    on: date | None


def read_accounts(data: bytes, file_name: str) -> list[AccountLine]:
    """The lines of a table of accounts; every fault of its form at once."""
    return [
        AccountLine(
            row=line["row"],
            sign_in_name=line["sign_in_name"].lower(),
            display_name=line["display_name"],
            place_code=line["place_code"] or "",
            unit_code=line["unit_code"] or "",
            role=line["role"] or "",
            starts_on=line["starts_on"],
            ends_on=line["ends_on"],
        )
        for line in _lines(data, file_name, ACCOUNTS_TABLE).iter_rows(named=True)
    ]


def read_handovers(data: bytes, file_name: str) -> list[HandoverLine]:
    """The lines of a table of handovers; every fault of its form at once."""
    return [
        HandoverLine(line["row"], line["leaver"].lower(), line["successor"].lower(), line["on"])
        for line in _lines(data, file_name, HANDOVERS_TABLE).iter_rows(named=True)
    ]


def _lines(data: bytes, file_name: str, table: TableDeclaration) -> pl.DataFrame:
    findings = Findings()
    where = PurePath(file_name).name[:80]
    reader = _READERS.get(PurePath(file_name).suffix.lower())
    if reader is None:
        raise FaultsFound([_fault("SHT-01", where, _FORMATS)])
    sheet = reader(data, table, where=where, findings=findings)
    findings.raise_if_any()
    if sheet is None:
        raise FaultsFound([_fault("SHT-02", where, _EMPTY)])
    _refuse_missing(sheet.head.names, table, where)
    frame = typed_frame(tidied(sheet, findings), findings)
    findings.raise_if_any()
    if frame.height == 0:
        raise FaultsFound([_fault("SHT-02", where, _EMPTY)])
    if frame.height > MOST_ROWS:
        raise FaultsFound([_fault("SHT-03", where, _TOO_MANY)])
    return frame


def _refuse_missing(names: tuple[str, ...], table: TableDeclaration, where: str) -> None:
    missing = [column for column in table.columns if column.required and column.name not in names]
    if missing:
        raise FaultsFound(
            _fault(
                "SHT-04",
                where,
                Text(
                    f"缺少「{column.label.zh}」一列。可用的列名：{'、'.join(column.heads)}。",
                    f"The column {column.label.en} is missing.",
                ),
            )
            for column in missing
        )


def _fault(code: str, where: str, message: Text) -> Fault:
    return Fault(code, where, message, _TEMPLATE)


_TEMPLATE = Text("可下载模板填写。", "Download the template and fill it in.")
_FORMATS = Text("只接受 xlsx、xls 和 csv。", "Only xlsx, xls and csv are read.")
_EMPTY = Text("表里没有内容。", "The table is empty.")
_TOO_MANY = Text(
    f"一张表不超过 {MOST_ROWS} 行，请分开交。", f"A table has {MOST_ROWS} rows at most."
)
