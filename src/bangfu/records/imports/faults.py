"""What can be wrong with a row of an import (行内问题), in words for the one who keeps the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programme.tables.findings import quoted
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["FAULTS", "RowFault", "fault_from", "kept", "shown_fault"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing to mend in a row: a short code, the head of its column, the words."""

    code: str
    column: str
    message: Text
    remedy: Text | None = None


#: code -> (message zh, message en, remedy zh, remedy en); names in brackets are filled in.
FAULTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "IMP-01": (
        "填的是「%(given)s」，没有这个地方，或不在您可填报的范围内。",
        "“%(given)s” is no place within the area you may enter figures for.",
        "请核对代码和名称；不属您填报的行请删去。",
        "Check code and name; delete rows that are not yours.",
    ),
    "IMP-02": (
        "没有写明是哪个地方。",
        "The row does not say which place it is about.",
        "请填写区划代码或名称；如是备注行，请删去。",
        "Give its code or name; delete the row if it is a note.",
    ),
    "IMP-03": (
        "「%(given)s」有 %(count)s 处：%(choices)s。",
        "“%(given)s” stands for %(count)s places: %(choices)s.",
        "请填写区划代码，或在本页选定是哪一处。",
        "Give the code, or choose one of them on this page.",
    ),
    "IMP-04": (
        "代码 %(number)s 是「%(held)s」，名称填的是「%(given)s」，两者不符。",
        "Code %(number)s is “%(held)s”, but the name given is “%(given)s”.",
        "请核对代码属于哪个代码体系（统计用区划代码、行政区划代码），或核对名称。",
        "Check which code system the code belongs to, or check the name.",
    ),
    "IMP-05": (
        "代码「%(given)s」是 6 位或 9 位，看不出属于哪个代码体系。",
        "Code “%(given)s” has 6 or 9 digits: its code system is not clear.",
        "请在「读取选项」中选定代码体系；同一代码在两个体系中常指不同地方。",
        "Choose the code system among the options; one code often names two places.",
    ),
    "IMP-06": (
        "没有「%(given)s」这个指标。%(near)s",
        "There is no data element “%(given)s”. %(near_en)s",
        "请按指标目录改写，或删去该行。",
        "Write it as in the catalogue, or delete the row.",
    ),
    "IMP-07": (
        "期间填的是「%(given)s」。应写作 2024、2024H1、2024Q1 或 2024-03。",
        "The period is “%(given)s”. Write 2024, 2024H1, 2024Q1 or 2024-03.",
        "请改写；整张表同一期间的，也可在「读取选项」中填写。",
        "Rewrite it; one period for the whole file may be given among the options.",
    ),
    "IMP-08": (
        "计量单位是「%(given)s」。「%(element)s」的计量单位只能是 %(choices)s。",
        "The unit is “%(given)s”. Units of %(element_en)s: %(choices)s.",
        "请改为其中一个，数值与单位要对应。",
        "Use one of them, and check the figures.",
    ),
    "IMP-09": (
        "「%(element)s」由%(levels)s填报，「%(place)s」不是这一层级。",
        "%(element_en)s is asked of other levels than that of %(place)s.",
        "请删去该行，或改填该层级的指标。",
        "Delete the row, or give an element of its level.",
    ),
    "IMP-10": (
        "与第 %(rows)s 行是同一地方、同一指标、同一期间，数值却不同。",
        "The same place, element and period as row %(rows)s, with another figure.",
        "请核对后只留一行。",
        "Keep the right one.",
    ),
    "IMP-11": (
        "单元格按数值存放，末几位已经丢失。",
        "The cell is stored as a number and has lost its last digits.",
        "请先把这一列设为文本格式，再重新填写。",
        "Format the column as text first, then type it again.",
    ),
    "IMP-12": (
        "「%(element)s」以「%(unit)s」填报的数，整列与合理范围相差一万倍。%(detail)s",
        "%(element_en)s in “%(unit)s”: the whole column is ten thousand times off. %(detail_en)s",
        "请核对计量单位是元还是万元，改正后重新上传。",
        "Check whether the unit is 元 or 万元, then upload it again.",
    ),
    "IMP-13": (
        "填的是「%(given)s」，这个代码已登记为「%(held)s」。",
        "“%(given)s” is given, but the code is held as “%(held)s”.",
        "单位改名请办理「更名」；代码用错的请改代码。",
        "Use “rename” for a new name, or mend the code.",
    ),
    "IMP-14": (
        "填的是「%(given)s」，没有这个单位代码。",
        "There is no unit with the code “%(given)s”.",
        "请先导入单位，或核对代码。",
        "Import the units first, or check the code.",
    ),
    "IMP-15": (
        "代码「%(given)s」已有单位使用，不在您的范围内。",
        "The code “%(given)s” belongs to a unit outside your area.",
        "请核对单位代码。",
        "Check the code.",
    ),
}


def fault_from(code: str, column: str, **facts: Any) -> RowFault:
    """A fault of the table above with its facts; what was given is shortened and masked."""
    zh, en, remedy_zh, remedy_en = FAULTS[code]
    shown = {name: quoted(value) if name == "given" else value for name, value in facts.items()}
    return RowFault(code, column, Text(zh % shown, en % shown), Text(remedy_zh, remedy_en))


def kept(fault: RowFault) -> dict[str, str]:
    """A fault as a staged row keeps it."""
    data = {
        "code": fault.code,
        "column": fault.column,
        "zh": fault.message.zh,
        "en": fault.message.en,
    }
    if fault.remedy:
        data |= {"remedy_zh": fault.remedy.zh, "remedy_en": fault.remedy.en}
    return data


def shown_fault(data: Mapping[str, str], where: str = "") -> Fault:
    """A kept fault as pages and the command line show it."""
    remedy = Text(data["remedy_zh"], data["remedy_en"]) if "remedy_zh" in data else None
    place = f"{where}「{data['column']}」" if data.get("column") else where
    return Fault(data["code"], place, Text(data["zh"], data["en"]), remedy)
