"""How far each clause is carried out (落实情况): its state, what carries it, counts by state.

Told of the scheme as loaded, without trial settings. Speaks of what this system does with a
clause, never of how places carry it out; no case is run here.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import whole
from bangfu.programme.report.parts import Cell, Column, Row, Table, Tone, text_row
from bangfu.schemes.coverage import STATUSES, ClauseCoverage, clause_coverage, read_record
from bangfu.vocabulary.text import Text

__all__ = ["coverage_cells", "coverage_counts"]

#: Entries named for a clause; the others are counted.
_NAMED: Final = 3
#: Whether a case bears a clause out is on record only for the very scheme that was tried.
_NOT_RECORDED: Final = "not_recorded"
_WORDS: Final[dict[str, Text]] = {
    **dict(STATUSES.items()),
    _NOT_RECORDED: Text("未登记", "not on record"),
}
_TONES: Final[dict[str, Tone]] = {
    "works": "good",
    "unset": "warn",
    "not_built": "bad",
    _NOT_RECORDED: "muted",
}
_MEANINGS: Final = {
    "works": Text("参与计算，并有算例核对", "takes part in results, and a case bears it out"),
    "partly": Text(
        "参与计算或列为待评定，但没有算例，或部分取值待定、由人评定",
        "takes part or awaits judgement; no case, or a part is open or left to people",
    ),
    "unset": Text("只有文件没有给数的取值", "only figures the document does not give"),
    "not_built": Text("只作登记，不参与计算", "kept only; nothing works with it"),
    _NOT_RECORDED: Text(
        "参与计算；方案没有有效的算例验证记录，能否算作已实现未登记",
        "takes part; the scheme has no valid record of its cases",
    ),
}


def coverage_cells(report: ReportContext) -> dict[str, Cell]:
    """The column of the appendix: state and carriers of each clause, by clause id."""
    return {
        clause.id: Cell(
            report.say(_WORDS[state]), _notes(report, clause, state), tone=_TONES.get(state, "")
        )
        for clause, state in _states(report)
    }


def coverage_counts(report: ReportContext) -> Table:
    """How many clauses there are of each state; the states add up to all clauses."""
    counts = Counter(state for _, state in _states(report))
    rows: list[Row] = [
        text_row([report.say(word), whole(counts[state]), report.say(_MEANINGS[state])])
        for state, word in _WORDS.items()
        if state != _NOT_RECORDED or counts[state]
    ]
    rows.append(text_row([report.word("合计", "All"), whole(counts.total()), ""], "total"))
    remarks = [
        report.word(
            "「落实情况」指本系统对条款的实现程度，不是各地的执行情况。",
            "This tells what the system does with a clause, not how places carry it out.",
        )
    ]
    if report.result.overlay:
        remarks.append(
            report.word("按方案原值统计，不含测算改动。", "Without the settings of the trial.")
        )
    return Table(
        caption=report.word("条款落实情况统计", "Clauses by state"),
        columns=(
            Column(report.word("落实情况", "State")),
            Column(report.word("条数", "Clauses"), "number"),
            Column(report.word("含义", "Meaning"), "wide"),
        ),
        rows=tuple(rows),
        unit=report.word("条", "number of clauses"),
        remarks=tuple(remarks),
    )


def _states(report: ReportContext) -> list[tuple[ClauseCoverage, str]]:
    record = read_record(report.given)
    # Without a record "partly" may be "works": only what needs no case is told.
    return [
        (clause, _NOT_RECORDED if record is None and clause.status == "partly" else clause.status)
        for clause in clause_coverage(report.given, record or {})
    ]


def _notes(report: ReportContext, clause: ClauseCoverage, state: str) -> tuple[str, ...]:
    notes = [_carried_by(report, clause)] if clause.carriers else []
    if clause.tests:
        number = len(clause.tests)
        notes.append(report.word(f"算例 {number} 个", f"cases: {number}"))
    if state == "partly":
        notes.append(_what_is_left(report, clause))
    return tuple(notes)


def _carried_by(report: ReportContext, clause: ClauseCoverage) -> str:
    # What takes part in a result is named before what is only kept.
    carriers = sorted(clause.carriers, key=lambda carrier: carrier.nature == "figure")
    # An entry without a label of its own is part of one that has it, or is known by its path.
    labels = [report.say(c.label) for c in carriers if c.label.zh != c.path]
    names = list(dict.fromkeys(labels or [carrier.path for carrier in carriers]))
    named, more = report.word("、", "; ").join(names[:_NAMED]), len(names) - _NAMED
    if more > 0:
        named += report.word(f"等 {len(names)} 项", f" and {more} more")
    if clause.status in ("works", "partly"):
        return report.word(f"由：{named}", f"by: {named}")
    return report.word(f"登记：{named}", f"kept: {named}")


def _what_is_left(report: ReportContext, clause: ClauseCoverage) -> str:
    """Why a clause that is carried does not count as carried in full."""
    left = []
    if not clause.tests:
        left.append(report.word("没有算例", "no case"))
    if any(carrier.open for carrier in clause.carriers):
        left.append(report.word("部分取值待定", "a figure is open"))
    if any(carrier.nature == "judged" for carrier in clause.carriers):
        left.append(report.word("含由人评定事项", "judged by people"))
    return report.word("尚缺：", "left: ") + report.joined(left)
