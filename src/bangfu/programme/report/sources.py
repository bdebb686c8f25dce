"""Readings and clauses (执行口径、条款): how doubtful points are taken, and every clause.

Clauses are told in our own words; where the document stands, it decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.coverage import coverage_cells, coverage_counts
from bangfu.programme.report.parts import Cell, Column, Paragraph, Row, Section, Table, text_row
from bangfu.programme.report.words import FORCES
from bangfu.schemes.format import Reading
from bangfu.schemes.reading_places import places_of_readings
from bangfu.vocabulary.text import Text

__all__ = ["clauses_section", "readings_section"]

#: Entries named beside a reading; a remark on one word may bear on dozens.
_PLACES_SHOWN: Final = 3


def readings_section(report: ReportContext) -> Section | None:
    """Each doubtful point: the options, the one taken, and why."""
    readings = report.scheme.readings
    if not readings:
        return None
    places = places_of_readings(report.scheme)
    table = Table(
        caption=report.word("执行口径", "Readings"),
        columns=(
            Column(report.word("编号", "Id"), "code"),
            Column(report.word("文件疑义", "Doubtful point"), "wide"),
            Column(report.word("采用口径", "Reading taken"), "wide"),
            Column(report.word("理由", "Why"), "wide"),
            Column(report.word("影响", "Effect")),
            report.clause_column(),
        ),
        rows=tuple(_reading_row(report, each, places[each.id]) for each in readings.values()),
        remarks=(
            report.word(
                "「影响结果」的口径可用 --set readings.编号=选项 测算；是否采用由主管部门确定。",
                "Readings that move a result can be tried with --set readings.ID=OPTION; "
                "the office decides.",
            ),
        ),
    )
    return Section("readings", report.word("执行口径", "Readings"), (table,))


def _reading_row(report: ReportContext, reading: Reading, places: Mapping[str, Text]) -> Row:
    taken = reading.options.get(reading.chosen or "")
    label = report.say(taken) if taken else report.word("文件未明确、待定", "left open")
    others = tuple(
        report.word(f"另可：{option.zh}（{name}）", f"or: {option.en} ({name})")
        for name, option in reading.options.items()
        if name != reading.chosen
    )
    # A reading shared by several schemes cites the clauses of all; those of this one count here.
    own = [clause for clause in reading.clauses if clause in report.clause_ids]
    given = report.given.readings.get(reading.id)
    changed = given is not None and given.chosen != reading.chosen
    if changed:
        others = (report.word("政策测算改动", "changed for the trial"), *others)
    chosen = f"（{reading.chosen}）" if reading.chosen and taken else ""
    effects = {
        "computed": report.word("影响结果", "moves a result"),
        "note": report.word("仅作说明", "explains only"),
    }
    return text_row(
        [
            reading.id,
            report.say(reading.problem),
            Cell(f"{label}{report.word(chosen, '')}", others, tone="warn" if changed else ""),
            report.say(reading.why),
            Cell(effects[reading.effect], _where(report, places)),
            report.clause_cell(own or reading.clauses),
        ]
    )


def _where(report: ReportContext, places: Mapping[str, Text]) -> tuple[str, ...]:
    """What a reading bears on, by name; further entries are counted."""
    labels = list(dict.fromkeys(report.say(label) for label in places.values()))
    shown = report.word("；", "; ").join(labels[:_PLACES_SHOWN])
    more = len(labels) - _PLACES_SHOWN
    if more > 0:
        shown += report.word(f"等{len(labels)}项", f" and {more} more")
    return (report.word(f"涉及：{shown}", f"bears on: {shown}"),) if labels else ()


def clauses_section(report: ReportContext) -> Section:
    """Every clause, with the anchor that the links of the report lead to."""
    title = report.word("条款", "Clauses")
    clauses = report.scheme.clauses_file.clauses
    source = report.scheme.clauses_file.source
    intro = report.word(
        f"依据：{source.title.zh}{f'（{source.number}）' if source.number else ''}。"
        "「内容」为本系统的概括，不是原文；以文件原文为准。",
        f"Source: {source.title.en}{f' ({source.number})' if source.number else ''}. "
        "The content is told in our own words; the document itself decides. Sections, bodies "
        "bound and open points stand in Chinese, as in the scheme.",
    )
    covered = coverage_cells(report)
    rows = [
        Row(
            (
                Cell(clause.id, anchor=clause.id),
                Cell("、".join(clause.sections)),
                Cell(report.say(FORCES[clause.force])),
                Cell("、".join(clause.bound)),
                Cell(report.say(clause.label)),
                covered[clause.id],
                Cell(clause.open_point or ""),
            )
        )
        for clause in clauses
    ]
    table = Table(
        caption=report.word("条款一览", "All clauses"),
        columns=(
            Column(report.word("条款", "Clause"), "code"),
            Column(report.word("章节", "Section")),
            Column(report.word("约束力", "Force")),
            Column(report.word("约束对象", "Binds"), "wide"),
            Column(report.word("内容", "Content"), "wide"),
            Column(report.word("落实情况", "How carried out"), "wide"),
            Column(report.word("文件未明确之处", "What the text leaves open"), "wide"),
        ),
        rows=tuple(rows),
    )
    return Section("clauses", title, (Paragraph(intro), coverage_counts(report), table))
