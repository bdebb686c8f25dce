"""Village clusters on the screen (片区组团的屏幕输出): the value, the bound, what choices cost."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from bangfu.cli.words import grid, say, screen, show
from bangfu.engine.clusters.choices import ChoiceCost
from bangfu.engine.clusters.evaluate import Evaluation
from bangfu.programme.cluster_solve.inputs import ClusterInput
from bangfu.programme.cluster_solve.run import Solved
from bangfu.programme.cluster_solve.told import breach_text, choice_text, obstacle_text
from bangfu.vocabulary.text import Text

__all__ = ["show_check", "show_solved"]

#: Breaches shown on the screen.
_SHOWN = 50
_STATUS_WORDS = {
    "optimal": Text("最优（已证明）", "optimal (proven)"),
    "feasible": Text("可行，差距如下", "feasible, with the gap below"),
    "infeasible": Text("无解（已证明）", "no answer exists (proven)"),
    "unknown": Text("限时内未找到，也未证明无解", "none found in the time, none excluded"),
}


def show_check(data: ClusterInput, evaluation: Evaluation) -> None:
    """The value of an answer and the rules it breaks."""
    _show_evaluation(evaluation)
    for breach in evaluation.breaches[:_SHOWN]:
        print(f"  - {show(breach_text(data, breach))}")


def show_solved(solved: Solved, out: Path) -> None:
    """What a solve came to, or why there is no answer."""
    solution = solved.solution
    print(f"{say('结论', 'status')}{say('：', ': ')}{show(_STATUS_WORDS[solution.status])}")
    if solution.evaluation is not None:
        _show_evaluation(solution.evaluation)
        gap = "" if solution.gap is None else f"{100 * solution.gap:.4f} %"
        print(f"{say('下界', 'lower bound')} {solution.bound:,.4f}  {say('差距', 'gap')} {gap}")
        _show_choices(solved)
    for obstacle in solution.obstacles:
        print(f"  - {show(obstacle_text(solved.data, obstacle))}")
    seconds = sum(solution.seconds.values())
    print(
        say(
            f"求解 {seconds:.1f} 秒，测算选择 {solved.choice_seconds:.1f} 秒"
            f"（另编译 {solved.compile_seconds:.1f} 秒）；结果：{out}",
            f"solve {seconds:.1f} s, choices {solved.choice_seconds:.1f} s "
            f"(and {solved.compile_seconds:.1f} s to compile); result: {out}",
        )
    )


def _show_evaluation(evaluation: Evaluation) -> None:
    table = grid(say("项目", "item"), say("数值", "figure"), right=(1,), bold=True)
    words = {
        "unlikeness": say("差异平方和", "sum of squares"),
        "distance": say("距离", "distance"),
        "town": say("跨乡镇", "other towns"),
        "county": say("跨县", "other counties"),
        "weak": say("薄弱村加分", "weak bonus"),
    }
    for name, value in asdict(evaluation.parts).items():
        table.add_row(words[name], f"{value:,.4f}")
    table.add_row(say("目标值", "objective"), f"{evaluation.objective:,.4f}")
    table.add_row(say("周边村", "members"), f"{evaluation.covered:,}")
    table.add_row(say("其中相对薄弱村", "weak villages among them"), f"{evaluation.weak:,}")
    table.add_row(say("不符合的规则", "rules broken"), f"{len(evaluation.breaches):,}")
    screen().print(table)


def _show_choices(solved: Solved) -> None:
    """What each policy choice would cost on top."""
    price = solved.solution.member_price
    print(f"{say('再纳入一个村的边际价', 'price of one more member')} {price:,.4f}")
    if not solved.choices:
        return
    head = (say("如果要求", "if it is asked that"), say("目标值增加", "objective rises by"))
    table = grid(*head, right=(1,), bold=True)
    for cost in solved.choices:
        table.add_row(show(choice_text(cost.choice)), _cost_words(cost))
    screen().print(table)


def _cost_words(cost: ChoiceCost) -> str:
    if cost.solution is None:
        return say("限时不足，未测算", "not computed: no time left")
    if cost.change is None or cost.low is None:
        if cost.solution.status == "infeasible":
            return say("做不到", "cannot be done")
        return say("限时内未找到", "none found in the time")
    if cost.high is None or cost.high - cost.low <= 1e-4 * max(1.0, abs(cost.change)):
        return f"{cost.change:,.4f}"
    return say(
        f"{cost.change:,.4f}（应在 {cost.low:,.4f} 至 {cost.high:,.4f} 之间）",
        f"{cost.change:,.4f} (truly {cost.low:,.4f} to {cost.high:,.4f})",
    )
