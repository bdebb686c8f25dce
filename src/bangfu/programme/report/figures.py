"""Figures and what they rest on (取值与依据): every figure of the scheme that the run used.

A figure cites clauses, or another document, or is openly our own setting; one changed for the
trial is marked with what it was.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import figure_words
from bangfu.programme.report.parts import Cell, Column, Paragraph, Row, Section, Table, Tone
from bangfu.schemes.figures import Dated, Figure

__all__ = ["figures_section"]

#: Limits an entry may leave out; left out they mean "no limit", not "not stated".
_OPTIONAL: Final = frozenset(
    {
        *("at_most", "members_at_least", "members_at_most", "starts_on", "ends_on"),
        *("base_year", "top_up_from", "year", "years", "size", "total"),
    }
)


def figures_section(report: ReportContext) -> Section:
    """All figures in the order of the scheme, grouped by step."""
    used = [
        path
        for path in report.scheme.figures
        if path in report.result.figures and not _left_out(report, path)
    ]
    title = report.word("取值与依据", "Figures and what they rest on")
    if not used:
        text = report.word("本次运行没有使用取值。", "The run used no figure of the scheme.")
        return Section("figures", title, (Paragraph(text, "muted"),))
    rows: list[Row] = []
    for step in dict.fromkeys(path.partition(".")[0] for path in used):
        rows.append(Row((Cell(_group_title(report, step)),), "group"))
        for path in used:
            if path.partition(".")[0] == step:
                rows += [_figure_row(report, path), *_quotation(report, path)]
    table = Table(
        caption=report.word("本次运行使用的取值", "Figures used in this run"),
        columns=(
            Column(report.word("取值", "Figure"), "wide"),
            Column(report.word("数值", "Value"), "figure"),
            Column(report.word("依据", "Basis"), "wide"),
            Column(report.word("路径", "Path"), "code"),
        ),
        rows=tuple(rows),
        remarks=(
            report.word(
                "「路径」用于政策测算：bangfu run … --set 路径=取值。",
                "The path serves trials: bangfu run … --set PATH=VALUE.",
            ),
            *_quoted_from(report, rows),
        ),
    )
    return Section("figures", title, (table,))


def _left_out(report: ReportContext, path: str) -> bool:
    """Whether the entry simply sets no such limit; a limit left open by the text is shown."""
    dated = report.scheme.figures[path]
    stated = dated.ref is not None or any(figure for _, figure in dated.entries)
    if stated or dated.set_by_overlay or dated.name is not None or path.count(".") < 2:
        return False
    step, entry, field = path.split(".", 1)[0], path.split(".")[1], path.rpartition(".")[2]
    if step == "registers":
        # A register without a number asks for none.
        return field == "at_least"
    if step == "goals" and field == "threshold":
        goal = next((g for g in report.scheme.goals.goals if g.id == entry), None)
        return goal is None or goal.measure not in ("level", "growth")
    return field in _OPTIONAL


def _group_title(report: ReportContext, step: str) -> str:
    words = {
        "targeting": "targets",
        "pairing": "quotas",
        "staffing": "slots",
        "funding": "funding",
        "duties": "duties",
        "goals": "goals",
        "evaluation": "evaluation",
        "exit": "exit",
        "registers": "registers",
    }
    return report.step_title(words.get(step, step))


def _figure_row(report: ReportContext, path: str) -> Row:
    own, origin = report.scheme.figures[path], report.scheme.origin(path)
    figure = report.result.figures[path]
    was = _before(report, own)
    changed = origin.set_by_overlay or was is not None
    notes = [*_other_days(report, origin, figure)]
    if changed:
        before = report.word(f"，原为 {was}", f", was {was}") if was else ""
        notes.insert(0, report.word(f"政策测算改动{before}", f"changed for the trial{before}"))
    tone: Tone = "warn" if changed or figure is None else ""
    value = Cell(figure_words(figure, report.language), tuple(notes), tone=tone)
    return Row((_label(report, own, origin), value, _basis(report, origin), Cell(path)))


def _quotation(report: ReportContext, path: str) -> list[Row]:
    """The original sentence, as it states the figure without any trial setting."""
    if report.attachment is None or path not in report.given.figures:
        return []
    figure, origin = report.given.figure(path, report.result.as_of), report.given.origin(path)
    # What is ours, or only follows from the text, is stated in no sentence of it.
    ours = origin.assumption is not None or origin.implied or origin.citation is not None
    if figure is None or ours or (origin.derived and not origin.printed):
        return []
    # A figure that refers to another cites the clauses of both.
    for dated in (report.given.figures[path], origin):
        sentence = report.attachment.sentence_of(report.given, dated, figure)
        if sentence is not None:
            return [Row((Cell(sentence),), "quote")]
    return []


def _quoted_from(report: ReportContext, rows: list[Row]) -> list[str]:
    if report.attachment is None or not any(row.kind == "quote" for row in rows):
        return []
    name, digest = report.attachment.file_name, report.attachment.sha256
    return [
        report.word(
            f"「原文」摘自本机所附文件 {name}（SHA-256 {digest}）；测算改动的取值所引为原值。",
            f"“Original” quotes the document kept with this installation, {name} (SHA-256 "
            f"{digest}); beside a trial setting it states the figure as it was.",
        )
    ]


def _label(report: ReportContext, own: Dated, origin: Dated) -> Cell:
    notes = []
    if own.path != origin.path:
        notes.append(report.word(f"即「{origin.label.zh}」", f"that is: {origin.label.en}"))
    if origin.per and report.language == "zh":
        notes.append(f"按{origin.per}计")
    if origin.derived:
        notes.append(report.word("由其他取值推算", "worked out from other figures"))
    return Cell(report.entry_label(own), tuple(notes))


def _basis(report: ReportContext, origin: Dated) -> Cell:
    """Clauses first; where the figure is ours or from elsewhere, that in words."""
    notes = []
    if origin.assumption is not None:
        word = report.word("本系统设定：", "set by this system: ")
        notes.append(f"{word}{report.say(origin.assumption)}")
    elif origin.implied:
        notes.append(
            report.word("格式默认值，文件未另写数", "default of the format; no number is printed")
        )
    if origin.citation is not None:
        word = report.word("引自其他文件：", "from another document: ")
        notes.append(f"{word}{report.say(origin.citation)}")
    return Cell(notes=tuple(notes), clauses=report.refs(origin.clauses))


def _before(report: ReportContext, own: Dated) -> str | None:
    """The figures without the trial settings, where they changed it or what it is made of."""
    if report.given is report.scheme or own.path not in report.given.figures:
        return None
    given = report.given.origin(own.path).entries
    tried = report.scheme.origin(own.path).entries
    lost = [entry for entry in given if entry not in tried]
    if len(given) == 1 and lost:
        return figure_words(lost[0][1], report.language)
    return report.joined(_from_day(report, *entry) for entry in lost) or None


def _from_day(report: ReportContext, starts_on: date, figure: Figure | None) -> str:
    return report.word(
        f"{starts_on.isoformat()} 起：{figure_words(figure, 'zh')}",
        f"from {starts_on.isoformat()}: {figure_words(figure, 'en')}",
    )


def _other_days(report: ReportContext, origin: Dated, shown: Figure | None) -> list[str]:
    """The entries of other days, so that a change to come is not missed."""
    if len(origin.entries) < 2:
        return []
    return [_from_day(report, *entry) for entry in origin.entries if entry[1] != shown]
