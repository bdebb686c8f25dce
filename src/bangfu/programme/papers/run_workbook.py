"""The workbook of a run (运行结果工作簿, report.xlsx), as a bureau forwards it.

Ten sheets from the result tables; nothing is computed here beyond sums. Long lists are cut to
some thousand rows; the CSV files beside the workbook hold every row and exact fen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from bangfu.programme.papers.run_lists import goals_sheet, slots_sheet, targets_sheet
from bangfu.programme.papers.run_money import funding_sheet, quotas_sheet
from bangfu.programme.papers.run_notes import (
    checks_sheet,
    duties_sheet,
    figures_sheet,
    overview_sheet,
    skipped_sheet,
)
from bangfu.programme.papers.sheets import Block, Sheet
from bangfu.programme.papers.workbook import workbook_bytes
from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import day
from bangfu.programme.result import RunResult
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Language, Text

__all__ = ["run_workbook"]

#: The sheets in their order, by tab, with what they are called at their head.
_SHEETS: Final[tuple[tuple[Text, Text, Callable[[ReportContext], tuple[Block, ...]]], ...]] = (
    (Text("名单", "Lists"), Text("名单", "Lists"), targets_sheet),
    (Text("任务数", "Quotas"), Text("任务数", "Quotas"), quotas_sheet),
    (Text("资金", "Money"), Text("应筹资金", "Money to raise"), funding_sheet),
    (Text("名额", "Posts"), Text("名额与到位", "Posts and who is there"), slots_sheet),
    (Text("履职", "Duties"), Text("履职事项汇总", "Duties in sum"), duties_sheet),
    (Text("目标", "Goals"), Text("目标完成情况", "Goals"), goals_sheet),
    (Text("核对", "Checks"), Text("核对结果", "Checks"), checks_sheet),
    (Text("未计算", "Not computed"), Text("未能计算的事项", "Not computed"), skipped_sheet),
    (
        Text("取值与依据", "Figures"),
        Text("取值与依据", "Figures and what they rest on"),
        figures_sheet,
    ),
)


def run_workbook(
    result: RunResult,
    scheme: Scheme,
    *,
    language: Language,
    inputs: Mapping[str, str],
    generated_on: date,
) -> bytes:
    """Write the result of a run as one .xlsx workbook.

    Parameters
    ----------
    result : RunResult
    scheme : Scheme
        As loaded; trial settings of the result are laid over it here.
    language : {'zh', 'en'}
        Names and reasons that came with the data stay in Chinese.
    inputs : mapping of str to str
        SHA-256 of each input file, by file name.
    generated_on : date
        The day printed on every page and written into the file.

    Returns
    -------
    bytes
        The same bytes for the same arguments. Money is a number in 万元.
    """
    report = ReportContext(result, scheme, language)
    about = report.scheme.about
    title = report.say(about.title)
    lines = _lines(report, generated_on)
    sheets = [
        Sheet(
            report.word("总览", "Overview"),
            report.word(f"{title}运行结果", f"{title}: result of a run"),
            lines,
            overview_sheet(report, inputs),
            ends=_ends(report),
        )
    ]
    for tab, head, view in _SHEETS:
        blocks = view(report)
        name = report.say(head)
        full = report.word(f"{title}：{name}", f"{title}: {name}")
        sheets.append(Sheet(report.say(tab), full, lines, blocks))
    return workbook_bytes(
        sheets,
        title=title,
        footer=report.word(
            f"仅供内部工作使用  {result.scheme_id}", f"For internal use only  {result.scheme_id}"
        ),
        created_on=generated_on,
        language=language,
    )


def _lines(report: ReportContext, generated_on: date) -> tuple[str, ...]:
    """What stands under the title of every sheet, since a sheet may be forwarded alone."""
    result, about = report.result, report.scheme.about
    as_of, made = day(result.as_of, report.language), day(generated_on, report.language)
    lines = [
        report.word(
            f"仅供内部工作使用    截至日期：{as_of}    生成日期：{made}    "
            f"方案版本：{result.scheme_hash[:16]}    金额单位：万元",
            f"For internal use only    as of {as_of}    made on {made}    "
            f"version {result.scheme_hash[:16]}    money in 10,000 yuan",
        )
    ]
    if about.banner:
        lines.append(report.say(about.banner))
    if result.overlay:
        lines.append(
            report.word(
                f"政策测算：改动了 {len(result.overlay)} 项取值或口径，不是按方案原值的结果。",
                f"A trial: {len(result.overlay)} figures or readings were changed.",
            )
        )
    if getattr(result, "synthetic", False):
        lines.append(report.word("合成样例数据，不是真实情况。", "Synthetic sample data."))
    return tuple(lines)


def _ends(report: ReportContext) -> tuple[str, ...]:
    return (
        report.word(
            "金额为万元，显示两位小数，单元格内的数精确到分；精确到分的整数见结果文件夹的 CSV。"
            "空格表示待核实或不适用，不表示零。评价、退出、台账的逐项结果见 CSV 和 report.html。",
            "Money is in 10,000 yuan and shown with two decimals; whole fen stand in the CSV "
            "files. An empty cell means unknown or not applicable, never zero. Evaluation, exit "
            "and registers stand in the CSV files and report.html.",
        ),
        report.word(
            "单位负责人：              审核人：              填表人：              "
            "联系电话：              报出日期：",
            "Head of unit:              Reviewed by:              Filled in by:              "
            "Telephone:              Date:",
        ),
    )
