"""An import as its page shows it (批次显示): numbers, faults by kind, first rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from bangfu.records.figures.models import ObservationChange
from bangfu.records.figures.values import units_of, value_of
from bangfu.records.imports.choices import Outcome
from bangfu.records.imports.faults import shown_fault
from bangfu.records.imports.figures_shown import value_in_words
from bangfu.records.imports.kinds import ShownRow, kind_named, kinds
from bangfu.records.imports.models import ImportBatch, ImportRow
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = [
    "FaultGroup",
    "Tally",
    "change_in_words",
    "fault_groups",
    "file_faults",
    "kind_label",
    "notices",
    "shown_rows",
    "tallies",
]

_ROWS_OF_A_CODE: Final = 5
_ROWS_LOOKED_AT: Final = 500

#: How each outcome looks: the kind of its badge.
_BADGES: Final = {
    Outcome.NEW: "good",
    Outcome.CHANGED: "note",
    Outcome.SAME: "waiting",
    Outcome.DOUBLED: "caution",
    Outcome.LOCKED: "caution",
    Outcome.STALE: "caution",
    Outcome.SHUT: "fault",
    Outcome.FAULTY: "fault",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows have an outcome."""

    outcome: str
    label: str
    badge: str
    count: int


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Rows with one code of fault: how many, and the first of them."""

    code: str
    count: int
    faults: tuple[Fault, ...]


def tallies(counts: dict[str, int]) -> list[Tally]:
    """Every outcome that occurs, in the order of the words."""
    return [
        Tally(outcome.value, str(outcome.label), _BADGES[outcome], int(counts[outcome.value]))
        for outcome in Outcome
        if counts.get(outcome.value)
    ]


def shown_rows(batch: ImportBatch, rows: list[ImportRow]) -> list[ShownRow]:
    """Staged rows in words."""
    return kind_named(batch.kind).show(rows) if rows else []


def fault_groups(batch: ImportBatch, user: Any) -> list[FaultGroup]:
    """Faults by code with the first rows of each."""
    by_code: dict[str, int] = batch.findings.get("by_code", {})
    listed: dict[str, list[Fault]] = {code: [] for code in by_code}
    rows = batch.rows_seen_by(user).filter(outcome=Outcome.FAULTY).order_by("number")
    for row in rows[:_ROWS_LOOKED_AT]:
        where = f"{row.sheet} {_('第 %(row)d 行') % {'row': row.row_no}}".strip()
        for fault in row.faults:
            some = listed.setdefault(fault["code"], [])
            if len(some) < _ROWS_OF_A_CODE:
                some.append(shown_fault(fault, where))
    order = sorted(listed, key=lambda code: (-by_code.get(code, 0), code))
    return [FaultGroup(code, by_code.get(code, 0), tuple(listed[code])) for code in order]


def file_faults(batch: ImportBatch) -> list[Fault]:
    """What is wrong with the file as a whole, or why its job stopped."""
    kept = [*batch.findings.get("faults", ()), *batch.findings.get("stopped", ())]
    return [_fault(data) for data in kept]


def notices(batch: ImportBatch) -> list[tuple[str, Text]]:
    """What the reader did or left alone."""
    kept = batch.findings.get("notices", ())
    return [(str(data["where"]), Text(data["zh"], data["en"])) for data in kept]


def _fault(data: dict[str, str]) -> Fault:
    remedy = Text(data["remedy_zh"], data["remedy_en"]) if "remedy_zh" in data else None
    return Fault(data["code"], data["where"], Text(data["zh"], data["en"]), remedy)


def kind_label(name: str) -> Text:
    """What a kind of table is called; a name of a kind that is gone stands for itself."""
    return next((kind.label for kind in kinds() if kind.name == name), Text(name, name))


def change_in_words(change: ObservationChange) -> str:
    """The value a figure took, in the first unit of its element."""
    element = change.observation.element
    return value_in_words(element, value_of(change), units_of(element)[0])
