"""The first page (概览): headline figures by step, checks, what could not be computed."""

from __future__ import annotations

from collections.abc import Iterable

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import quantity, whole
from bangfu.programme.report.parts import (
    Block,
    Cell,
    Collapsed,
    Column,
    Heading,
    Listing,
    Paragraph,
    Row,
    Section,
    Strip,
    StripItem,
    Table,
    TableGrid,
    Tone,
    text_row,
)
from bangfu.programme.report.words import NO_VALUE, OUTCOMES
from bangfu.programme.result import Check, Headline, Skipped

__all__ = ["summary_section"]

_CHECKS_EN = {"failed": "checks failed", "warning": "warnings", "passed": "checks passed"}
_TONES: dict[str, Tone] = {"failed": "bad", "warning": "warn", "passed": "good"}


def summary_section(report: ReportContext, steps: Iterable[str]) -> Section:
    """The overview; ``steps`` are those that have a section of their own."""
    blocks: list[Block] = [
        _strip(report),
        Heading(report.word("主要数据", "Headline figures")),
        *_headlines(report, frozenset(steps)),
        Heading(report.word("检查", "Checks")),
        *_checks(report),
        Heading(report.word("未能计算的事项", "What could not be computed")),
        *_skipped(report),
    ]
    if report.result.notices:
        blocks.append(Heading(report.word("需要说明的情况", "Notices")))
        blocks.append(Listing(tuple(Cell(report.say(n.message)) for n in report.result.notices)))
    return Section("summary", report.word("概览", "Overview"), tuple(blocks))


def _strip(report: ReportContext) -> Strip:
    checks = report.result.checks
    counts = {word: sum(c.outcome == word for c in checks) for word in OUTCOMES}
    items = [
        StripItem(
            report.word(f"检查{label.zh}", _CHECKS_EN[word]),
            whole(counts[word]),
            _TONES[word] if counts[word] else "muted",
        )
        for word, label in OUTCOMES.items()
    ]
    number = len(report.result.skipped)
    items.append(
        StripItem(
            report.word("未能计算", "not computed"), whole(number), "warn" if number else "muted"
        )
    )
    if report.result.overlay:
        label = report.word("测算改动取值", "figures changed for trial")
        items.append(StripItem(label, whole(len(report.result.overlay)), "warn"))
    return Strip(tuple(items))


def _headlines(report: ReportContext, sections: frozenset[str]) -> list[Block]:
    headlines = report.result.headlines
    if not headlines:
        return [Paragraph(report.word("没有形成数据。", "There are no figures."), "muted")]
    tables = [
        _headline_table(report, step, [h for h in headlines if h.step == step], sections)
        for step in dict.fromkeys(h.step for h in headlines)
    ]
    return [TableGrid(tuple(tables))]


def _headline_table(
    report: ReportContext, step: str, headlines: list[Headline], sections: frozenset[str]
) -> Table:
    return Table(
        caption=report.step_title(step),
        columns=(
            Column(report.word("事项", "Item"), "wide"),
            Column(report.word("数值", "Figure"), "number"),
            report.clause_column(),
        ),
        rows=tuple(_headline_row(report, headline) for headline in headlines),
        leads_to=step if step in sections else "",
    )


def _headline_row(report: ReportContext, headline: Headline) -> Row:
    if headline.value is None:
        figure = Cell(report.say(NO_VALUE), tone="warn")
    else:
        figure = Cell(quantity(headline.value, headline.unit, report.language))
    basis = (report.say(headline.basis),) if headline.basis else ()
    return Row(
        (Cell(report.say(headline.label), basis), figure, report.clause_cell(headline.clauses))
    )


def _checks(report: ReportContext) -> list[Block]:
    """Failed first, then warnings; what passed is counted and opened on request."""
    checks = report.result.checks
    if not checks:
        return [Paragraph(report.word("没有检查项。", "There were no checks."), "muted")]
    blocks: list[Block] = []
    open_points = [c for word in ("failed", "warning") for c in checks if c.outcome == word]
    if open_points:
        blocks.append(
            Table(
                caption=report.word("未通过和提示的检查", "Checks failed, and warnings"),
                columns=(
                    Column(report.word("结果", "Outcome")),
                    Column(report.word("说明", "What was found"), "wide"),
                    report.clause_column(),
                    Column(report.word("编号", "Id"), "code"),
                ),
                rows=tuple(_check_row(report, check) for check in open_points),
            )
        )
    passed = [c for c in checks if c.outcome == "passed"]
    if passed:
        summary = report.word(f"通过 {len(passed):,} 项", f"{len(passed):,} passed")
        items = tuple(_passed_item(report, check) for check in passed)
        blocks.append(Collapsed(summary, items))
    return blocks


def _check_row(report: ReportContext, check: Check) -> Row:
    label = report.say(OUTCOMES[check.outcome])
    return text_row(
        [
            Cell(label, tone=_TONES[check.outcome]),
            report.say(check.message),
            report.clause_cell(check.clauses),
            check.id,
        ]
    )


def _passed_item(report: ReportContext, check: Check) -> Cell:
    return Cell(report.say(check.message), clauses=report.refs(check.clauses))


def _skipped(report: ReportContext) -> list[Block]:
    if not report.result.skipped:
        return [Paragraph(report.word("没有。", "Nothing."), "muted")]
    by_need: dict[tuple[str, str], list[Skipped]] = {}
    for item in report.result.skipped:
        by_need.setdefault((item.step, item.needs), []).append(item)
    rows = tuple(
        _skipped_row(report, step, needs, items) for (step, needs), items in by_need.items()
    )
    remark = report.word(
        "「待核实」缺数据表，补齐后重新运行；「文件未明确、待定」须由主管部门定值，本系统不作推定。",
        "“To be verified” lacks a table: hand it in and run again. “Not stated in the document” "
        "needs a decision of the office; nothing is guessed here.",
    )
    return [
        Table(
            caption=report.word("未能计算的事项", "What could not be computed"),
            columns=(
                Column(report.word("环节", "Step")),
                Column(report.word("状态", "State")),
                Column(report.word("需要", "Needs"), "wide"),
                Column(report.word("说明", "Why"), "wide"),
            ),
            rows=rows,
            remarks=(remark,),
        )
    ]


def _skipped_row(report: ReportContext, step: str, needs: str, items: list[Skipped]) -> Row:
    names = needs.split("、")
    state = report.word("待核实", "to be verified")
    if all(name in report.scheme.figures for name in names):
        state = report.word("文件未明确、待定", "not stated in the document")
        wanted = "\n".join(report.figure_label(name) for name in names)
    else:
        wanted = report.joined(report.table_label(name) for name in names)
    reasons = dict.fromkeys(report.say(item.reason) for item in items)
    return text_row([report.step_title(step), Cell(state, tone="warn"), wanted, "\n".join(reasons)])
