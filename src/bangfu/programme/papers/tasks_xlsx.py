"""The table of tasks as a workbook (任务分工表 .xlsx): tasks, counts by unit, what each force means."""

from __future__ import annotations

from bangfu.programme.papers.sheets import Block, Column, Row, Sheet
from bangfu.programme.papers.tasks import TASK_HEADS, TaskTable
from bangfu.programme.papers.workbook import workbook_bytes

__all__ = ["tasks_xlsx"]


def tasks_xlsx(table: TaskTable) -> bytes:
    """Write a table of tasks as an .xlsx file with three sheets.

    Parameters
    ----------
    table : TaskTable

    Returns
    -------
    bytes
        The same bytes for the same table.
    """
    zh = table.language == "zh"
    lines = (table.subtitle, *table.notes)
    signature = (
        "审核：                    制表：                    联系电话：                    日期："
        if zh
        else "Reviewed by:                    Made by:                    Telephone:          "
        "          Date:"
    )
    sheets = [
        Sheet("任务分工" if zh else "Tasks", table.title, lines, (_tasks(table),), (signature,)),
        Sheet(
            "按单位统计" if zh else "By unit",
            f"{table.title}：按单位统计" if zh else f"{table.title}, by unit",
            (table.subtitle,),
            (_counts(table),),
        ),
        Sheet(
            "约束力说明" if zh else "Force",
            "用语与约束力" if zh else "Verbs and how they bind",
            (table.subtitle,),
            (_meanings(table),),
        ),
    ]
    return workbook_bytes(
        sheets,
        title=table.title,
        footer="仅供内部工作使用" if zh else "For internal use only",
        created_on=table.made_on,
        language=table.language,
    )


def _tasks(table: TaskTable) -> Block:
    columns = tuple(
        Column(head, "count" if place == 0 else "text", width)
        for place, (head, (_, width)) in enumerate(zip(table.heads, TASK_HEADS, strict=True))
    )
    rows = [Row((number, *row.cells())) for number, row in enumerate(table.rows, start=1)]
    return Block(columns, rows)


def _counts(table: TaskTable) -> Block:
    zh = table.language == "zh"
    columns = (
        Column("责任单位" if zh else "Who is bound", "text", 36),
        *(Column(force, "count", 14) for force in table.forces),
        Column("合计" if zh else "Total", "count", 12),
    )
    rows = [
        Row((unit, *(found.get(force, 0) for force in table.forces), sum(found.values())))
        for unit, found in table.counts.items()
    ]
    sums = [sum(found.get(force, 0) for found in table.counts.values()) for force in table.forces]
    rows.append(Row(("合计" if zh else "Total", *sums, len(table.rows)), "total"))
    note = (
        "一项条款涉及几个单位的，在各单位分别计数。"
        if zh
        else "A clause that binds several units is counted under each."
    )
    return Block(columns, rows, note=note)


def _meanings(table: TaskTable) -> Block:
    widths = (14, 60, 36, 36, 36)
    columns = tuple(
        Column(head, "wide", width) for head, width in zip(table.meaning_heads, widths, strict=True)
    )
    return Block(columns, [Row(cells) for cells in table.meanings])
