"""The table of tasks by department (任务分工表), from the clauses of a scheme.

One row per clause and unit bound. Who leads and who joins is not said here unless the document
says so: every unit a clause binds has the row, with the others named beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.programme.papers.task_words import carried_words, time_words
from bangfu.schemes.coverage import ClauseCoverage, force_rules
from bangfu.schemes.format import Bilingual, Clause
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Language, Text

__all__ = ["TASK_HEADS", "TaskRow", "TaskTable", "task_table"]

#: Heads of the table and the widths of its columns, in characters of a sheet.
TASK_HEADS: tuple[tuple[Text, int], ...] = (
    (Text("序号", "No."), 6),
    (Text("责任单位", "Who is bound"), 20),
    (Text("任务", "Task"), 44),
    (Text("约束力", "Force"), 10),
    (Text("对象", "Object"), 16),
    (Text("频次、时限", "How often, by when"), 20),
    (Text("承载事项", "Carried by"), 32),
    (Text("共同责任单位", "Also bound"), 22),
    (Text("条款（章节）", "Clause (section)"), 16),
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of one unit, in the order of the heads but for the number."""

    unit: str
    task: str
    force: str
    about: str
    due: str
    carried_by: str
    also: str
    clause: str

    def cells(self) -> tuple[str, ...]:
        """The cells after the number."""
        return (
            *(self.unit, self.task, self.force, self.about, self.due, self.carried_by, self.also),
            self.clause,
        )


@dataclass(frozen=True, slots=True)
class TaskTable:
    """The table with everything that is printed round it."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[TaskRow, ...]
    #: Number of tasks of each unit, by unit; and by force within it.
    counts: Mapping[str, Mapping[str, int]]
    forces: tuple[str, ...]
    #: What each force means: label, verbs, who must act, what is recorded, what falling short is.
    meanings: tuple[tuple[str, ...], ...]
    meaning_heads: tuple[str, ...]
    made_on: date
    language: Language


def task_table(
    scheme: Scheme, coverage: Sequence[ClauseCoverage], *, on: date, language: Language
) -> TaskTable:
    """Lay out the tasks of a scheme by the unit that is bound.

    Parameters
    ----------
    scheme : Scheme
    coverage : sequence of ClauseCoverage
        The clauses of the scheme with what carries them.
    on : date
        The day of which figures are taken, kept inside the scheme's period; printed as the day
        of the table.
    language : {'zh', 'en'}
        Names of units and objects stay in Chinese, as the document has them.

    Returns
    -------
    TaskTable
        Units in the order in which the document first binds them; their tasks in its order. A
        clause that sets no task (force ``other``) is left out.
    """
    covered = [clause for clause in coverage if clause.force != "other"]
    rows = _rows(scheme, covered, on, language)
    forces = [rule for rule in force_rules().values() if rule.id != "other"]
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.unit, Counter())[row.force] += 1
    return TaskTable(
        title=_of(scheme.about.title, language) + _word(language, "任务分工表", ": table of tasks"),
        subtitle=_subtitle(scheme, on, language),
        notes=_notes(scheme, language),
        heads=tuple(head.in_language(language) for head, _ in TASK_HEADS),
        rows=tuple(rows),
        counts=counts,
        forces=tuple(_of(rule.label, language) for rule in forces),
        meanings=tuple(
            (
                _of(rule.label, language),
                "、".join(rule.verbs),
                _of(rule.bound, language),
                _of(rule.record, language),
                _of(rule.falls_short, language),
            )
            for rule in forces
        ),
        meaning_heads=(
            _word(language, "约束力", "Force"),
            _word(language, "文件用语", "Verbs of the document"),
            _word(language, "谁承担", "Who must act"),
            _word(language, "怎样记录", "What is recorded"),
            _word(language, "没有做到的", "Where it is not done"),
        ),
        made_on=on,
        language=language,
    )


def _rows(
    scheme: Scheme, covered: Sequence[ClauseCoverage], on: date, language: Language
) -> list[TaskRow]:
    units = dict.fromkeys(unit for clause in covered for unit in clause.bound)
    by_unit: dict[str, list[TaskRow]] = {unit: [] for unit in units}
    for clause in covered:
        written = scheme.clauses[clause.id]
        for unit in clause.bound:
            by_unit[unit].append(_row(scheme, clause, written, unit, (on, language)))
    return [row for rows in by_unit.values() for row in rows]


def _row(
    scheme: Scheme, clause: ClauseCoverage, written: Clause, unit: str, how: tuple[date, Language]
) -> TaskRow:
    on, language = how
    return TaskRow(
        unit=unit,
        task=clause.label.in_language(language),
        force=_of(force_rules()[clause.force].label, language),
        about=written.object,
        due=time_words(scheme, clause, on, language),
        carried_by=carried_words(clause, language),
        also="、".join(other for other in clause.bound if other != unit),
        clause=f"{clause.id}（{'、'.join(written.sections)}）",
    )


def _subtitle(scheme: Scheme, on: date, language: Language) -> str:
    source = scheme.clauses_file.source
    document = _of(source.title, language)
    number = f" {source.number}" if source.number else ""
    return _word(
        language,
        f"依据：{document}{number}    制表日期：{on.isoformat()}    "
        f"方案版本：{scheme.content_hash[:16]}    仅供内部工作使用",
        f"From: {document}{number}    made on {on.isoformat()}    "
        f"version {scheme.content_hash[:16]}    for internal use only",
    )


def _notes(scheme: Scheme, language: Language) -> tuple[str, ...]:
    """How to read and fill in the table (填报说明)."""
    pairs = [
        (
            "填报说明：1.任务为本系统的概括，不是文件原文，办理以文件原文为准，按「条款（章节）」查对。",
            "How to read: 1. Tasks are told in our own words; the document itself governs. Look it "
            "up by clause and section.",
        ),
        (
            "2.一项条款涉及几个单位的，分别列入各单位；文件没有写明牵头单位的，本表不作认定，由主管部门确定。",
            "2. A clause that binds several units stands under each. Who leads is not decided here "
            "unless the document says so.",
        ),
        (
            "3.「频次、时限」写「文件未明确、待定」的，由主管部门定；约束力的含义见表后说明。",
            "3. Where no interval or date is stated, the office in charge sets it. What each force "
            "means stands after the table.",
        ),
        (
            "4.「承载事项」是本系统中办理该任务的台账、履职事项、目标等；没有的，线下办理并报告。",
            "4. “Carried by” names the registers, duties and goals of this system; where there is "
            "none, the task is done and reported on paper.",
        ),
    ]
    notes = [_word(language, zh, en) for zh, en in pairs]
    if scheme.about.banner is not None:
        notes.insert(0, _of(scheme.about.banner, language))
    return tuple(notes)


def _of(text: Bilingual, language: Language) -> str:
    return text.zh if language == "zh" else text.en


def _word(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en
