"""Reading what a clerk wrote into a field of a register (台账取值), exactly and by kind.

Text in, a value for JSON out: whole fen, whole numbers, decimals as text, ISO dates, yes or no.
What cannot be read is told with what is accepted; nothing is guessed and nothing becomes zero.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bangfu.records.registers.shape import RegisterShape, ShapeField
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.money import FEN_PER_UNIT, INT64_MAX, scale_to_fen
from bangfu.vocabulary.text import Text

__all__ = ["LONGEST", "ReadValues", "read_date", "read_field", "read_values"]

#: Characters a text of a register may have.
LONGEST: Final = 400

#: How offices write that a cell is empty; none of them is zero.
_EMPTY: Final = frozenset({"", "-", "—", "——", "–", "/", "\\", "／"})
_YES: Final = frozenset({"是", "有", "√", "✓", "✔", "true", "yes", "y", "1", "已"})
_NO: Final = frozenset({"否", "无", "没有", "×", "✗", "✘", "false", "no", "n", "0", "未"})
_NUMBER: Final = re.compile(r"^([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*(\D*)$")
_CODE: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")
_DATES: Final = (
    re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?$"),
    re.compile(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$"),
)
_MONTHS: Final = re.compile(r"^(\d{4})(?:[.\-/年](\d{1,2})月?|年)?$")
_IDENTITY: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class _Unreadable(Exception):
    """A cell that cannot be taken: what is accepted, and what to do."""

    def __init__(self, code: str, accepted: Text, remedy: Text | None = None) -> None:
        self.code = code
        self.accepted = accepted
        self.remedy = remedy
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class ReadValues:
    """What could be read, and a fault for each field that could not."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)


def read_values(shape: RegisterShape, given: Mapping[str, str], *, where: str = "") -> ReadValues:
    """Read every field of a row; empty fields are left out, all faults are told at once.

    ``where`` stands before the field's name in a fault: the sheet and row it came from.
    """
    read = ReadValues()
    for one in shape.fields:
        value, fault = read_field(one, given.get(one.id, ""), where=where)
        if fault is not None:
            read.faults[one.id] = fault
        elif value is not None:
            read.values[one.id] = value
    return read


def read_field(asked: ShapeField, given: str, *, where: str = "") -> tuple[Any, Fault | None]:
    """One field: its value (None for unknown) or the fault.

    >>> text = ShapeField("paid_on", Text("日期", "date"), "date", "", (), False)
    >>> read_field(text, "２０２５．８．２８")
    ('2025-08-28', None)
    """
    text = unicodedata.normalize("NFKC", given).strip(" \t\r\n\u200b\ufeff")
    if text in _EMPTY:
        return None, None
    try:
        _refuse_damage(text)
        return _READERS[asked.kind](asked, text), None
    except _Unreadable as problem:
        return None, _fault(asked, given, problem, where)


def read_date(text: str) -> date | None:
    """A full date in one of the ways offices write it, or None.

    >>> read_date("20250828"), read_date("2025年8月28日"), read_date("2025.8")
    (datetime.date(2025, 8, 28), datetime.date(2025, 8, 28), None)
    """
    for form in _DATES:
        match = form.match(text)
        if match:
            year, month, day = (int(part) for part in match.groups())
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


def _fault(asked: ShapeField, given: str, problem: _Unreadable, where: str) -> Fault:
    shown = given.strip()[:60]
    if problem.code == "REG-09":
        # What looks like an identity number is not repeated.
        shown = "…"
    place = f"{where}「{asked.label.zh}」"
    message = Text(
        f"填的是「{shown}」。{problem.accepted.zh}",
        f'"{asked.label.en}" holds "{shown}". {problem.accepted.en}',
    )
    return Fault(problem.code, place, message, problem.remedy)


def _refuse_damage(text: str) -> None:
    if any(ord(letter) < 32 or letter == "\ufffd" for letter in text.replace("\n", "")):
        raise _Unreadable(
            "REG-08",
            Text("里面有乱码或控制字符。", "It holds damaged or control characters."),
            Text("请重新填写这一格。", "Write the cell again."),
        )
    if text in ("同上", "〃", '"', "同左"):
        raise _Unreadable(
            "REG-07",
            Text("每一格都要写出内容，不能写同上。", "Every cell is written out; no ditto marks."),
            Text("请照上一行写出。", "Write out what the row above says."),
        )


def _read_text(asked: ShapeField, text: str) -> str:
    if len(text) > LONGEST:
        raise _Unreadable(
            "REG-06",
            Text(f"最多 {LONGEST} 个字。", f"At most {LONGEST} characters."),
            Text("请压缩文字，详细材料作附件。", "Shorten it; attach what is longer."),
        )
    _refuse_identity(text)
    return text


def _refuse_identity(text: str) -> None:
    for match in _IDENTITY.finditer(text):
        digits = match[0].upper()
        total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
        if "10X98765432"[total % 11] == digits[17]:
            raise _Unreadable(
                "REG-09",
                Text("台账不登记身份证号码。", "Registers hold no identity numbers."),
                Text("请改填编号或岗位。", "Write a reference or a post instead."),
            )


def _read_code(asked: ShapeField, text: str) -> str:
    plain = text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", plain):
        raise _Unreadable(
            "REG-05",
            Text("编号已被存成科学计数法，末几位丢失。", "The code lost its last digits."),
            Text(
                "请把这一列设为文本格式后重填。", "Format the column as text, then write it again."
            ),
        )
    _refuse_identity(plain)
    if not _CODE.match(plain):
        raise _Unreadable(
            "REG-05",
            Text("编号只用字母、数字、横线，最多 60 位。", "A code has letters, digits, dashes."),
        )
    return plain


def _read_number(asked: ShapeField, text: str, units: frozenset[str]) -> tuple[str, str]:
    """The digits and the unit written behind them ("" for none)."""
    match = _NUMBER.match(text)
    example = "12" if asked.kind == "int" else "32.5"
    unit = f"（{asked.unit}）" if asked.unit else ""
    if match is None or (match[2] and match[2] not in units):
        raise _Unreadable(
            "REG-01",
            Text(
                f"这一栏{unit}只填数字，例如 {example}。",
                f"Only a number is accepted, such as {example}.",
            ),
            Text("不知道的请留空，确为零的填 0。", "Leave it empty if unknown; 0 means zero."),
        )
    return match[1].replace(",", ""), match[2]


def _read_int(asked: ShapeField, text: str) -> int:
    digits, _ = _read_number(asked, text, frozenset({asked.unit, "个"}))
    number = Decimal(digits)
    if number != number.to_integral_value() or abs(number) > INT64_MAX:
        raise _Unreadable(
            "REG-02",
            Text("这一栏只填整数，例如 12。", "Only a whole number is accepted, such as 12."),
            Text("请核对小数点和位数。", "Check the decimal point and the digits."),
        )
    return int(number)


def _read_decimal(asked: ShapeField, text: str) -> str:
    digits, _ = _read_number(asked, text, frozenset({asked.unit}))
    try:
        number = Decimal(digits)
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
        number = Decimal(0)
    if len(digits) > 24:
        raise _Unreadable("REG-02", Text("位数太多。", "There are too many digits."))
    shown = f"{number:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _read_money(asked: ShapeField, text: str) -> int:
    digits, written = _read_number(asked, text, frozenset({*FEN_PER_UNIT, "万", "亿"}))
    unit = {"": asked.unit, "万": "万元", "亿": "亿元"}.get(written, written)
    try:
        return scale_to_fen(digits, unit)
    except ValueError:
        raise _Unreadable(
            "REG-02",
            Text(
                f"金额单位是{asked.unit}，精确到分。",
                f"The amount is in {asked.unit}, exact to the fen.",
            ),
            Text("请核对小数和单位。", "Check the decimals and the unit."),
        ) from None


def _read_bool(asked: ShapeField, text: str) -> bool:
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise _Unreadable(
        "REG-03",
        Text("只能填 是 或 否。", "Accepted: 是 (yes) or 否 (no)."),
        Text("不清楚的请留空。", "Leave it empty if unknown."),
    )


def _read_choice(asked: ShapeField, text: str) -> str:
    """A declared choice; also the beginning of exactly one of them."""
    plain = {unicodedata.normalize("NFKC", c).replace(" ", ""): c for c in asked.choices}
    word = text.replace(" ", "")
    if word in plain:
        return plain[word]
    begun = [choice for name, choice in plain.items() if name.startswith(word)]
    if len(begun) == 1 and len(word) >= 2:
        return begun[0]
    raise _Unreadable(
        "REG-03",
        Text(f"可选：{'、'.join(asked.choices)}。", f"Accepted: {', '.join(asked.choices)}."),
        Text("请从中选一个。", "Choose one of them."),
    )


def _read_day(asked: ShapeField, text: str) -> str:
    day = read_date(text)
    if day is not None and 1900 <= day.year <= 2200:
        return day.isoformat()
    month = _MONTHS.match(text)
    remedy = Text("不知道的请留空。", "Leave it empty if unknown.")
    if month is not None:
        remedy = Text(
            "只有年月，缺日：请写到日；不知道是哪一天的请留空。",
            "The day is missing: write it, or leave the cell empty if it is unknown.",
        )
    raise _Unreadable(
        "REG-04",
        Text("日期写到日，例如 2025-08-28。", "A date is written to the day, 2025-08-28."),
        remedy,
    )


_READERS: Final[Mapping[str, Callable[[ShapeField, str], Any]]] = {
    "text": _read_text,
    "code": _read_code,
    "int": _read_int,
    "number": _read_decimal,
    "money": _read_money,
    "bool": _read_bool,
    "choice": _read_choice,
    "date": _read_day,
}
