"""Facts of the run (运行信息): scheme version, input files, software, time, files written."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import whole
from bangfu.programme.report.parts import Block, Column, Paragraph, Section, Table, text_row
from bangfu.programme.versions import software_versions

__all__ = ["run_facts_section"]


def run_facts_section(report: ReportContext, inputs: Mapping[str, str]) -> Section:
    """All that is needed to do the run again and to see that it was the same."""
    blocks: list[Block] = [_facts(report), _inputs(report, inputs), _outputs(report)]
    return Section("run", report.word("运行信息", "The run"), tuple(blocks))


def _facts(report: ReportContext) -> Table:
    result = report.result
    seconds = report.joined(
        f"{report.step_title(step)} {taken:.2f}" for step, taken in result.seconds.items()
    )
    versions = report.joined(f"{name} {number}" for name, number in software_versions().items())
    facts = [
        (report.word("方案编号", "Scheme"), result.scheme_id),
        (report.word("方案版本校验值", "Hash of the scheme"), result.scheme_hash),
        (report.word("截至日期", "As of"), result.as_of.isoformat()),
        (report.word("软件版本", "Software"), versions),
        (report.word("用时（秒）", "Seconds"), seconds or "—"),
    ]
    facts += [
        (report.word("测算设定", "Trial setting"), f"{path} = {value}")
        for path, value in result.overlay.items()
    ]
    return Table(
        caption=report.word("方案、软件和用时", "Scheme, software and time"),
        columns=(
            Column(report.word("事项", "Item")),
            Column(report.word("内容", "Content"), "wide"),
        ),
        rows=tuple(text_row(fact) for fact in facts),
    )


def _inputs(report: ReportContext, inputs: Mapping[str, str]) -> Block:
    if not inputs:
        return Paragraph(report.word("没有登记输入文件。", "No input files are recorded."), "muted")
    return Table(
        caption=report.word("输入文件", "Input files"),
        columns=(
            Column(report.word("文件", "File"), "wide"),
            Column("SHA-256", "code"),
        ),
        rows=tuple(text_row([name, digest]) for name, digest in inputs.items()),
    )


def _outputs(report: ReportContext) -> Block:
    if not report.result.tables:
        return Paragraph(report.word("没有结果文件。", "There are no result files."), "muted")
    return Table(
        caption=report.word("结果文件", "Result files"),
        columns=(
            Column(report.word("文件", "File"), "wide"),
            Column(report.word("行数", "Rows"), "number"),
        ),
        rows=tuple(
            text_row([f"{name}.csv", whole(table.height)])
            for name, table in report.result.tables.items()
        ),
    )
