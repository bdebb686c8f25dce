"""Workbooks of the pages of accounts (账号工作簿): templates, and passwords to hand out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from bangfu.programme.tables.declared import TableDeclaration
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.bulk import Opened

__all__ = ["as_download", "passwords_workbook", "template_workbook"]

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS_WITH_LISTS = 2000


def template_workbook(table: TableDeclaration) -> bytes:
    """An empty table with its heads; codes and dates are text, roles a drop-down list."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet(table.label.zh)
    head = book.add_format({"bold": True, "bg_color": "#eef2f7", "border": 1})
    text = book.add_format({"num_format": "@"})
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.label.zh, head)
        sheet.set_column(index, index, 20, text)
        if column.name == "role":
            labels = [role.label.zh for role in ROLES.values()]
            _list_of(book, labels)
            span = (1, index, _ROWS_WITH_LISTS, index)
            source = f"=角色!$A$1:$A${len(labels)}"
            sheet.data_validation(*span, {"validate": "list", "source": source})
    sheet.freeze_panes(1, 0)
    book.close()
    return memory.getvalue()


def _list_of(book: Any, labels: Sequence[str]) -> None:
    """The roles on a sheet of their own: a list in the cell itself may not be so long."""
    sheet = book.add_worksheet("角色")
    for row, label in enumerate(labels):
        sheet.write_string(row, 0, label)


def passwords_workbook(opened: Iterable[Opened], on: date) -> bytes:
    """Who gets which first password. Every cell is text: nothing a person typed is a formula."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("初始密码"))
    bold = book.add_format({"bold": True, "border": 1})
    cell = book.add_format({"num_format": "@", "border": 1})
    sheet.write_string(0, 0, _("初始密码单（只此一份，发放后请销毁；首次登录须修改）"))
    sheet.write_string(1, 0, on.isoformat())
    for index, label in enumerate(
        (_("地方"), _("姓名或岗位"), _("登录名"), _("初始密码"), _("签收"))
    ):
        sheet.write_string(2, index, label, bold)
        sheet.set_column(index, index, 24)
    for row, line in enumerate(opened, start=3):
        values = (
            line.place_name,
            line.line.display_name,
            line.line.sign_in_name,
            line.password,
            "",
        )
        for index, value in enumerate(values):
            sheet.write_string(row, index, value, cell)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(2)
    book.close()
    return memory.getvalue()


def as_download(data: bytes, name: str) -> HttpResponse:
    """A workbook to keep; not cached anywhere."""
    response = HttpResponse(data, content_type=_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response
