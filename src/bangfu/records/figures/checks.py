"""What must be settled before a return is handed in (报送前校核): reasons, ranges, what is missing.

A figure may be saved as a draft with any of these open; reading faults are another matter
(`values`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from bangfu.records.catalogue.models import DataElement, FormColumn
from bangfu.records.figures.comparing import change_pct
from bangfu.records.figures.values import Value, write_value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["open_points"]

#: How far 万元 taken for 元 lies off.
_SLIP: Final = 10_000
_SAY_WHY: Final = Text(
    "请核对；确实如此的，在「说明」里写明原因。", "Check it; if it is right, give the reason."
)


def open_points(column: FormColumn, value: Value, reason: str, last: Value) -> list[Fault]:
    """What is still open about one cell; empty when it may be handed in."""
    said = bool(reason.strip())
    element = column.element
    if value.is_unknown:
        return [_missing(element)] if column.required and not said else []
    if value.not_applicable:
        return [] if said else [_why_not(element)]
    if said:
        return []
    found = (_implausible(column, value), _changed_much(column, value, last))
    return [fault for fault in found if fault is not None]


def _missing(element: DataElement) -> Fault:
    return Fault(
        "DAT-20",
        "",
        Text(f"「{element.label_zh}」还没有填。", f"{element.label_en} is empty."),
        Text(
            "请补填；没有这项业务的填「不涉及」，一时查不到的在「说明」里写明。",
            "Fill it in; write 不涉及 if it does not apply, or say why it is not known yet.",
        ),
    )


def _why_not(element: DataElement) -> Fault:
    return Fault(
        "DAT-21",
        "",
        Text(
            f"「{element.label_zh}」填了「不涉及」，还没有说明原因。",
            f"{element.label_en} is marked as not applicable without a reason.",
        ),
        Text("请在「说明」里写明原因。", "Give the reason."),
    )


def _implausible(column: FormColumn, value: Value) -> Fault | None:
    element, number = column.element, value.number
    if number is None or element.kind == DataElement.Kind.BOOL:
        return None
    low, high = element.plausible_low, element.plausible_high
    if _within(number, low, high):
        return None
    shown = f"{write_value(element, value, column.unit)}{column.unit}"
    spread = f"{_bound(column, low)}~{_bound(column, high)}{column.unit}"
    slip = _within(number * _SLIP, low, high) or _within(number / _SLIP, low, high)
    hint_zh = "可能把万元当成了元。" if slip and element.kind == DataElement.Kind.MONEY else ""
    hint_en = " It may be in another unit." if hint_zh else ""
    return Fault(
        "DAT-23",
        "",
        Text(
            f"「{element.label_zh}」填的是 {shown}，不在通常范围（{spread}）。{hint_zh}",
            f"{element.label_en}: {shown} is outside the usual range ({spread}).{hint_en}",
        ),
        _SAY_WHY,
    )


def _changed_much(column: FormColumn, value: Value, last: Value) -> Fault | None:
    limit = column.reason_beyond_pct
    new, old = value.number, last.number
    if limit is None or new is None or old is None or old <= 0:
        return None
    if column.element.kind == DataElement.Kind.BOOL or abs(new - old) * 100 <= limit * old:
        return None
    before = f"{write_value(column.element, last, column.unit)}{column.unit}"
    change = change_pct(value, last)
    return Fault(
        "DAT-22",
        "",
        Text(
            f"「{column.element.label_zh}」较上期（{before}）变动 {change}%，超过 {limit}%。",
            f"{column.element.label_en} moved {change}% against last period ({before}), "
            f"more than {limit}%.",
        ),
        _SAY_WHY,
    )


def _within(number: Decimal, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _bound(column: FormColumn, bound: int | None) -> str:
    if bound is None:
        return ""
    exact = Value(value_number=Decimal(bound)) if column.element.kind == "number" else None
    return write_value(column.element, exact or Value(value_int=bound), column.unit)
