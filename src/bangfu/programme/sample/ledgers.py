"""Register rows of the listed places (样例台账), with planted gaps.

Only registers that ask for a number of rows are made. Rows hold numbers and invented words, no
person.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from bangfu.programme.sample.lists import Member
from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.truth import Truth
from bangfu.schemes.format import Register, RegisterField
from bangfu.vocabulary.text import Text

__all__ = ["fill_registers"]

_SHARE_SHORT: Final = 0.1
_SHARE_MORE: Final = 0.25
_ENOUGH_FOR_GAP: Final = 2
_PERIODS: Final = {"year": "{}", "half": "{}H2", "quarter": "{}Q4", "month": "{}-12", "event": "{}"}

Row = dict[str, object]


def fill_registers(
    setting: Setting, members: tuple[Member, ...], truth: Truth
) -> dict[str, list[Row]]:
    """Rows of every register with a number to reach, by register id."""
    active = [member for member in members if member.exited_on is None]
    tables: dict[str, list[Row]] = {}
    for register in setting.scheme.registers.registers:
        at_least = setting.whole(f"registers.{register.id}.at_least")
        places = [m for m in active if m.target_class.id in register.classes]
        if at_least and places:
            rng = setting.stream(f"registers/{register.id}")
            tables[register.id] = _rows(setting, register, places, rng, truth)
    return tables


def _rows(
    setting: Setting, register: Register, places: list[Member], rng: Random, truth: Truth
) -> list[Row]:
    at_least = setting.whole(f"registers.{register.id}.at_least") or 0
    at_most = setting.whole(f"registers.{register.id}.at_most")
    codes = [member.place.code for member in places]
    number = max(1, round(len(codes) * _SHARE_SHORT)) if len(codes) >= _ENOUGH_FOR_GAP else 0
    short = set(rng.sample(codes, number))
    rows: list[Row] = []
    for code in codes:
        may_have_more = at_most is None or at_most > at_least
        more = may_have_more and rng.random() < _SHARE_MORE
        present = at_least - 1 if code in short else at_least + more
        rows += [_row(setting, register, code, order, rng) for order in range(present)]
        if code in short:
            rows += _not_counted(setting, register, code, rng)
            truth.expect(
                "registers",
                register=register.id,
                place_code=code,
                required=at_least,
                present=present,
                gap=1,
            )
    if short:
        told = Text(f"「{register.label.zh}」少一行", f"a row of {register.label.en} is missing")
        truth.plant(f"registers.{register.id}", told, [c for c in codes if c in short])
    return rows


def _not_counted(setting: Setting, register: Register, code: str, rng: Random) -> list[Row]:
    """A row that the register's condition leaves out, where it has one on a yes/no."""
    answers = [name for name, wanted in register.where.items() if wanted in ("true", "false")]
    if not answers:
        return []
    row = _row(setting, register, code, 0, rng)
    wanted = register.where[answers[0]]
    return [{**row, answers[0]: "false" if wanted == "true" else "true"}]


def _row(setting: Setting, register: Register, code: str, order: int, rng: Random) -> Row:
    cells: Row = {
        "place_code": code,
        "period": _PERIODS[register.every].format(setting.last_year),
    }
    for column in register.fields:
        wanted = register.where.get(column.id)
        cells[column.id] = wanted or _cell(setting, column, order, rng)
    return cells


def _cell(setting: Setting, column: RegisterField, order: int, rng: Random) -> str:
    match column.type:
        case "choice":
            return column.choices[order % len(column.choices)]
        case "bool":
            return rng.choice(("true", "false"))
        case "int":
            return str(rng.randint(1, 12))
        case "number":
            return str(rng.randint(1, 90))
        case "money":
            return str(rng.randint(2, 80) * 10_000)
        case "date":
            return _day(setting, rng).isoformat()
        case "code":
            return f"S{rng.randrange(10**6):06d}"
        case _:
            return f"示例{column.label.zh}{order + 1}"


def _day(setting: Setting, rng: Random) -> date:
    return date(setting.last_year, 1, 1) + timedelta(days=rng.randrange(360))
