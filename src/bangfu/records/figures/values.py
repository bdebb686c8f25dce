"""From what a clerk writes to a typed value, and back (取值).

Pure: no row is read or written here. Entry pages, returned workbooks and imports all read
their cells by `read_value`, so that the same text means the same figure everywhere.

Examples
--------
>>> income = DataElement(element="income_fen", label_zh="收入", kind="money", unit="fen")
>>> read_value(income, "３２.５", "万元")
Value(value_int=32500000, value_number=None, value_text='', not_applicable=False)
>>> read_value(income, "", "万元").is_unknown
True
>>> write_value(income, Value(value_int=32_500_000), "万元")
'32.5'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from bangfu.programme.tables.declared import ElementInfo
from bangfu.programme.tables.elements import accepted_units, reading_of
from bangfu.records.catalogue.models import DataElement
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.money import INT64_MAX
from bangfu.vocabulary.text import Text

__all__ = [
    "NOT_APPLICABLE",
    "UNKNOWN",
    "HoldsValue",
    "Value",
    "read_value",
    "units_of",
    "value_of",
    "write_value",
]

#: How 不涉及 and 待核实 are written in a cell; an empty cell is unknown as well.
NOT_APPLICABLE: Final = "不涉及"
UNKNOWN: Final = "待核实"
_NOT_APPLICABLE: Final = frozenset({NOT_APPLICABLE, "不适用"})
_TRUTH: Final = {
    **dict.fromkeys(("是", "有", "1", "true", "yes"), 1),
    **dict.fromkeys(("否", "无", "0", "false", "no"), 0),
}
_BLANKS: Final = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u202f\u2060\u3000\ufeff"
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．，－＋％−", "0123456789.,-+%-")
_DECIMAL = re.compile(r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)")
_WITH_UNIT = re.compile(r"([+-]?[0-9.,]*[0-9])\s*(万元|亿元|万|亿|元|[^0-9.,\s]{1,4})")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
_DITTO: Final = frozenset({"同上", "同左", "〃", "″", '"', "\u201d"})
_LONGEST_TEXT: Final = 400
#: Digits a measure may have before and after the point.
_WHOLE_DIGITS: Final = 18
_DECIMALS: Final = 6


class HoldsValue(Protocol):
    """A row that carries a value: a figure, or one of its changes."""

    value_int: int | None
    value_number: Decimal | None
    value_text: str
    not_applicable: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One typed value; a money value is whole fen, yes is 1 and no is 0.

    Nothing given and not marked 不涉及 means unknown.
    """

    value_int: int | None = None
    value_number: Decimal | None = None
    value_text: str = ""
    not_applicable: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is said."""
        return self == Value()

    @property
    def number(self) -> Decimal | None:
        """The figure as a number in the inside unit; None for text, unknown and 不涉及."""
        if self.value_int is not None:
            return Decimal(self.value_int)
        return self.value_number


def value_of(row: HoldsValue) -> Value:
    """The value a row carries; numbers equal in value are equal, however many zeros they have."""
    number = row.value_number
    if number is not None:
        number = _plain(Decimal(number))
    return Value(row.value_int, number, row.value_text, row.not_applicable)


def units_of(element: DataElement) -> tuple[str, ...]:
    """The units a form may ask an element in."""
    if element.kind in ("bool", "text"):
        return ("",)
    return accepted_units(_info(element))


def read_value(element: DataElement, text: str, unit: str) -> Value | Fault:
    """What one cell says, or what is wrong with it.

    Parameters
    ----------
    element : DataElement
    text : str
        As written; blanks around it and full-width digits do not matter.
    unit : str
        The unit of the column, such as 万元; one of `units_of`.

    Returns
    -------
    Value or Fault
        The fault has no ``where``: the caller knows the row and the column.
    """
    given = text.strip(_BLANKS)
    if given in ("", UNKNOWN):
        return Value()
    if given in _NOT_APPLICABLE:
        return Value(not_applicable=True)
    if element.kind == DataElement.Kind.TEXT:
        return _read_text(element, given)
    if element.kind == DataElement.Kind.BOOL:
        return _read_bool(element, given)
    return _read_number(element, given, unit)


def write_value(element: DataElement, value: Value, unit: str) -> str:
    """A value as it stands in a cell of that unit; empty for unknown. Reads back as itself."""
    if value.not_applicable:
        return NOT_APPLICABLE
    if element.kind == DataElement.Kind.TEXT:
        return value.value_text
    number = value.number
    if number is None:
        return ""
    if element.kind == DataElement.Kind.BOOL:
        return "是" if number else "否"
    return f"{_plain(number.scaleb(-_shift(element, unit))):f}"


def _read_text(element: DataElement, given: str) -> Value | Fault:
    if given in _DITTO:
        return _ditto(element, given)
    if len(given) > _LONGEST_TEXT or any(ord(letter) < 32 and letter != "\n" for letter in given):
        return Fault(
            "DAT-06",
            "",
            Text(
                f"「{element.label_zh}」最多 {_LONGEST_TEXT} 字，不能有特殊控制符。",
                f"{element.label_en}: at most {_LONGEST_TEXT} characters, no control characters.",
            ),
        )
    return Value(value_text=given)


def _read_bool(element: DataElement, given: str) -> Value | Fault:
    truth = _TRUTH.get(given.translate(_FULL_WIDTH).lower())
    if truth is not None:
        return Value(value_int=truth)
    if given in _DITTO:
        return _ditto(element, given)
    return Fault(
        "DAT-05",
        "",
        Text(
            f"「{element.label_zh}」填的是「{_shown(given)}」。这一栏只填 是 或 否。",
            f"{element.label_en}: given “{_shown(given)}”. Only 是 (yes) or 否 (no) is accepted.",
        ),
        _LEAVE_EMPTY,
    )


def _read_number(element: DataElement, given: str, unit: str) -> Value | Fault:
    plain = given.translate(_FULL_WIDTH)
    if not _DECIMAL.fullmatch(plain):
        return _not_a_number(element, given, plain, unit)
    exact = Decimal(plain.replace(",", ""))
    # Before scaling: the default context would round more than 28 digits away.
    if len(exact.as_tuple().digits) > _WHOLE_DIGITS + _DECIMALS or exact.adjusted() > _WHOLE_DIGITS:
        return _too_large(element, given)
    inside = exact.scaleb(_shift(element, unit))
    if element.kind == DataElement.Kind.NUMBER:
        if inside.adjusted() >= _WHOLE_DIGITS:
            return _too_large(element, given)
        if inside != round(inside, _DECIMALS):
            return _too_fine(element, given, _DECIMALS + _shift(element, unit))
        return Value(value_number=_plain(inside))
    if inside != inside.to_integral_value():
        return _too_fine(element, given, _shift(element, unit))
    if abs(inside) > INT64_MAX:
        return _too_large(element, given)
    if inside < 0 and element.kind == DataElement.Kind.INT:
        return _below_zero(element, given)
    return Value(value_int=int(inside))


def _shift(element: DataElement, unit: str) -> int:
    shift = reading_of(_info(element), element.element, unit).shift
    if shift is None:
        raise ValueError(
            f"{element.element} is not asked in {unit!r}; accepted: {', '.join(units_of(element))}"
        )
    return shift


def _info(element: DataElement) -> ElementInfo:
    return ElementInfo(element.element, (element.element, element.label_zh), element.unit)


def _plain(number: Decimal) -> Decimal:
    """Without needless zeros and without an exponent."""
    if number == number.to_integral_value():
        return Decimal(int(number))
    return number.normalize()


def _shown(given: str) -> str:
    return given if len(given) <= 40 else f"{given[:40]}…"


_LEAVE_EMPTY: Final = Text(
    f"不知道的请留空，确为零的填 0，没有这项业务的填「{NOT_APPLICABLE}」并说明原因。",
    f"Leave it empty if unknown, write 0 for zero, or {NOT_APPLICABLE} (not applicable) "
    "with the reason.",
)


def _not_a_number(element: DataElement, given: str, plain: str, unit: str) -> Fault:
    if given in _DITTO:
        return _ditto(element, given)
    message = Text(
        f"「{element.label_zh}」填的是「{_shown(given)}」。这一栏{_unit_zh(unit)}只填数字，例如 32.5。",
        f"{element.label_en}: given “{_shown(given)}”. Only a number is accepted"
        f"{f' (in {unit})' if unit else ''}, such as 32.5.",
    )
    found = _WITH_UNIT.fullmatch(plain)
    if found and _DECIMAL.fullmatch(found[1]):
        return Fault("DAT-01", "", message, _about_unit(found[1], found[2], unit))
    if _EXPONENT.fullmatch(plain):
        remedy = Text("请写出全部数字，不用科学计数法。", "Write all digits, no exponent.")
        return Fault("DAT-01", "", message, remedy)
    return Fault("DAT-01", "", message, _LEAVE_EMPTY)


def _about_unit(number: str, written: str, unit: str) -> Text:
    """What to write instead of a figure with a unit; never decided for the clerk."""
    if unit and written in (unit, unit.removesuffix("元")):
        return Text(
            f"如果是 {number} {unit}，请填 {number}。", f"If it is {number} {unit}, write {number}."
        )
    return Text(
        f"请换算成{unit or '这一栏的单位'}后，只填数字。",
        f"Convert it to {unit or 'the unit of the column'} and write the number alone.",
    )


def _ditto(element: DataElement, given: str) -> Fault:
    return Fault(
        "DAT-02",
        "",
        Text(
            f"「{element.label_zh}」填的是「{_shown(given)}」。每一格都要写明数值，不能写同上。",
            f"{element.label_en}: given “{_shown(given)}” (as above). Every cell needs its value.",
        ),
        Text(
            "请写出数值；与上期相同的，可点「与上期相同」。", "Write it, or use “as last period”."
        ),
    )


def _too_fine(element: DataElement, given: str, decimals: int) -> Fault:
    zh = "只填整数" if decimals == 0 else f"最多 {decimals} 位小数"
    en = "a whole number" if decimals == 0 else f"at most {decimals} decimals"
    return Fault(
        "DAT-03",
        "",
        Text(
            f"「{element.label_zh}」填的是「{_shown(given)}」。这一栏{zh}。",
            f"{element.label_en}: given “{_shown(given)}”. Accepted: {en}.",
        ),
        Text("请核对小数和计量单位。", "Check the decimals and the unit."),
    )


def _too_large(element: DataElement, given: str) -> Fault:
    return Fault(
        "DAT-04",
        "",
        Text(
            f"「{element.label_zh}」填的是「{_shown(given)}」，超出可以记录的范围。",
            f"{element.label_en}: given “{_shown(given)}”, more than can be held.",
        ),
        Text("请核对位数和计量单位。", "Check the digits and the unit."),
    )


def _below_zero(element: DataElement, given: str) -> Fault:
    return Fault(
        "DAT-07",
        "",
        Text(
            f"「{element.label_zh}」填的是「{_shown(given)}」。这一栏不能小于 0。",
            f"{element.label_en}: given “{_shown(given)}”. It cannot be below 0.",
        ),
        _LEAVE_EMPTY,
    )


def _unit_zh(unit: str) -> str:
    return f"单位是{unit}，" if unit else ""
