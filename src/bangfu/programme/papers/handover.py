"""The list of what a successor took over (接续移交清单), as a workbook."""

from __future__ import annotations

from datetime import date

from bangfu.programme.papers.sheets import Block, Column, Row, Sheet
from bangfu.programme.papers.workbook import workbook_bytes
from bangfu.programme.succession import Succession
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Language

__all__ = ["handover_xlsx"]


def handover_xlsx(
    succession: Succession, old: Scheme, new: Scheme, *, on: date, language: Language
) -> bytes:
    """Write the list as an .xlsx file; the same bytes for the same arguments."""
    zh = language == "zh"
    names = (old.about.title, new.about.title)
    first, second = (name.zh if zh else name.en for name in names)
    title = f"接续移交清单：{first} → {second}" if zh else f"Handover: {first} to {second}"
    columns = (
        Column("序号" if zh else "No.", "count", 6),
        Column("事项" if zh else "Matter", "text", 32),
        Column("已移交" if zh else "Carried", "count", 12),
        Column("未移交" if zh else "Left", "count", 12),
        Column("说明" if zh else "Why", "wide", 70),
    )
    rows = [
        Row(
            (
                number,
                matter.matter.in_language(language),
                matter.carried,
                matter.left,
                matter.reason.in_language(language),
            ),
            "warn" if matter.left else "row",
        )
        for number, matter in enumerate(succession.matters, start=1)
    ]
    line = (
        f"接续日：{on.isoformat()}    仅供内部工作使用"
        if zh
        else f"first day of the successor: {on.isoformat()}    for internal use only"
    )
    signature = (
        "移交：                    接收：                    监交：                    日期："
        if zh
        else "Handed over by:                    Received by:                    "
        "Witness:                    Date:"
    )
    sheet = Sheet(
        "移交清单" if zh else "Handover", title, (line,), (Block(columns, rows),), (signature,)
    )
    footer = "仅供内部工作使用" if zh else "For internal use only"
    return workbook_bytes([sheet], title=title, footer=footer, created_on=on, language=language)
