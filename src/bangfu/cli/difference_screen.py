"""Two schemes on the screen (方案对照的显示): shared questions, then what differs by step."""

from __future__ import annotations

from collections import Counter
from typing import Final

from rich.console import Console

from bangfu.cli.words import grid, say, screen, show
from bangfu.programme.report.words import FIELDS, FORCES
from bangfu.schemes.differences import Difference, SchemeDifferences
from bangfu.schemes.questions import Question
from bangfu.vocabulary.text import Text

__all__ = ["field_words", "show_differences"]

STEPS: Final = {
    "scheme": Text("方案", "scheme"),
    "targeting": Text("筛选认定", "designation"),
    "pairing": Text("结对", "pairing"),
    "staffing": Text("选派与名额", "posts"),
    "duties": Text("履职", "duties"),
    "funding": Text("资金", "money"),
    "goals": Text("目标", "goals"),
    "registers": Text("台账", "registers"),
    "clusters": Text("片区", "clusters"),
    "assistance": Text("帮扶救助", "assistance"),
    "evaluation": Text("考核评价", "evaluation"),
    "exit": Text("退出", "exit"),
    "clauses": Text("条款", "clauses"),
    "readings": Text("执行口径", "readings"),
}
_PARTS: Final = {
    "figures": Text("取值", "figures"),
    "rules": Text("规则与用语", "rules and words"),
    "clauses": Text("条款", "clauses"),
    "readings": Text("执行口径", "readings"),
}
_KINDS: Final = {
    "added": Text("新增", "added"),
    "removed": Text("删去", "removed"),
    "changed": Text("改动", "changed"),
}
#: Parts of an entry that are no figures.
_FIELDS: Final = {
    "entry": Text("整项", "whole entry"),
    "label": Text("名称", "label"),
    "force": Text("约束力", "force"),
    "bound": Text("责任主体", "who is bound"),
    "object": Text("对象", "object"),
    "mechanism": Text("事项类别", "mechanism"),
    "sections": Text("所在章节", "sections"),
    "open_point": Text("未明确之处", "open point"),
    "chosen": Text("所选口径", "option chosen"),
    "options": Text("可选口径", "options"),
    "why": Text("理由", "why"),
    "clauses": Text("依据条款", "clauses"),
    "assumption": Text("自设说明", "assumption"),
    "citation": Text("来源", "citation"),
    "printed": Text("原文写法", "as printed"),
    "expression": Text("判定条件", "condition"),
    "condition": Text("检验条件", "condition"),
    "op": Text("比较方式", "comparison"),
    "classes": Text("类别", "classes"),
    "element": Text("指标", "element"),
    "title": Text("标题", "title"),
    "status": Text("状态", "status"),
    "method": Text("认定办法", "method"),
}


def field_words(field: str) -> str:
    """The part of an entry in words; its own name where there are none."""
    known = FIELDS.get(field) or _FIELDS.get(field) or _FIELDS.get(field.rpartition(".")[2])
    return show(known) if known else field


def show_differences(
    found: SchemeDifferences,
    questions: tuple[tuple[Question, ...], tuple[Question, ...]],
    *,
    every: bool,
) -> None:
    """Print a comparison; two policies item by item only where ``every`` is asked for."""
    console = screen()
    for side, scheme in ((say("甲", "A"), found.a), (say("乙", "B"), found.b)):
        title = show(scheme.about.title.text)
        line = f"{side}  {scheme.id}  {scheme.content_hash[:16]}  {title}"
        console.print(line, soft_wrap=True)
    if not found.rows:
        console.print(say("两者内容相同，没有差别。", "The two say the same: no differences."))
        return
    if not found.same_policy:
        _show_questions(console, *questions)
    _show_counts(console, found)
    if found.same_policy or every:
        for step in dict.fromkeys(row.step for row in found.rows):
            _show_step(console, step, [row for row in found.rows if row.step == step])
    else:
        hint = ("逐项清单请加 --all 或 --json。", "Add --all or --json for every item.")
        console.print(say(*hint))


def _show_questions(
    console: Console, of_a: tuple[Question, ...], of_b: tuple[Question, ...]
) -> None:
    table = grid(say("问题", "question"), say("甲", "A"), say("乙", "B"), bold=True)
    for one, other in zip(of_a, of_b, strict=True):
        table.add_row(show(one.text), _answers(one), _answers(other), end_section=True)
    table.show_lines = True
    console.print(table)


def _answers(question: Question) -> str:
    lines = []
    for answer in question.answers:
        clauses = f" [{', '.join(answer.clauses)}]" if answer.clauses else ""
        # No space after the dot: a Chinese sentence is one word, which would start a new line.
        lines.append(f"·{show(answer.text)}{clauses}")
    return "\n".join(lines)


def _show_counts(console: Console, found: SchemeDifferences) -> None:
    counts = Counter((row.part, row.kind) for row in found.rows)
    for part, words in _PARTS.items():
        numbers = [
            f"{show(kind_words)} {counts[part, kind]:,}"  # type: ignore[index]
            for kind, kind_words in _KINDS.items()
        ]
        console.print(f"{show(words)}{say('：', ': ')}{say('，', ', ').join(numbers)}")


def _show_step(console: Console, step: str, rows: list[Difference]) -> None:
    console.print()
    console.print(show(STEPS.get(step, Text(step, step))), style="bold")
    heads = (say("变动", "change"), say("项目", "item"), say("甲", "A"), say("乙", "B"))
    table = grid(*heads, say("自", "from"), say("条款", "clauses"), bold=True)
    # Long values beside it must not press the item into a column of single letters.
    table.columns[1].min_width = 24
    for row in rows:
        clauses = dict.fromkeys((*row.clauses_a, *row.clauses_b))
        table.add_row(
            show(_KINDS[row.kind]),
            _item(row),
            _side(row, row.before),
            _side(row, row.after),
            row.on.isoformat() if row.on else "",
            ", ".join(clauses),
        )
    console.print(table)


def _item(row: Difference) -> str:
    path = row.path_a or row.path_b or ""
    moved = f" → {row.path_b}" if row.path_a and row.path_b and row.path_a != row.path_b else ""
    field = f" · {field_words(row.field)}" if row.field else ""
    return f"{show(row.label)}{field}\n{path}{moved}"


def _side(row: Difference, text: Text | None) -> str:
    if text is None:
        return "—"
    if row.field == "force":
        return show(FORCES.get(text.zh, text))
    return show(text)
