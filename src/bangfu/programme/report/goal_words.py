"""Goals in words (目标用语): label, reading and line of a goal, of places and of clusters alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import figure_words
from bangfu.programme.report.parts import Cell
from bangfu.programme.report.words import READING_WORDS
from bangfu.schemes.format import Cited, ClusterCoverage, ClusterGrowth, Goal
from bangfu.schemes.format.clusters import (
    COUNT_READINGS,
    COVERAGE_READINGS,
    GROWTH_READINGS,
    ClusterCount,
    ServiceCircle,
)

__all__ = ["cluster_goals", "goal_cell", "goal_label", "goal_line", "shown_value", "tested_word"]

_SIGNS: Final = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}
#: The reading that counts where the scheme has chosen none.
_FIRST_READINGS: Final = (
    COUNT_READINGS[0],
    GROWTH_READINGS[0],
    COVERAGE_READINGS[0],
    "cumulative.panel",
)


def cluster_goals(report: ReportContext) -> Iterator[Cited]:
    """What the scheme asks of clusters, as goals."""
    file = report.scheme.clusters
    yield from (*file.counts, *file.coverage)
    yield from (goal for goal in (file.growth, file.circle) if goal is not None)


def goal_label(report: ReportContext, goal_id: str, reading: str) -> str:
    """The label of a goal, with its reading behind."""
    goal = _goal(report, goal_id)
    label = report.say(goal.label) if goal else goal_id
    if reading not in READING_WORDS:
        return label
    word = report.say(READING_WORDS[reading])
    return report.word(f"{label}（{word}）", f"{label} ({word})")


def goal_cell(report: ReportContext, goal_id: str, reading: str, beside: frozenset[str]) -> Cell:
    """The label of a goal; of several readings ``beside`` each other, which one counts."""
    label, goal = goal_label(report, goal_id, reading), _goal(report, goal_id)
    if goal is None or len(beside) < 2:
        return Cell(label)
    counting = report.scheme.chosen(goal.reading) if goal.reading else None
    if counting not in beside:
        counting = next((first for first in _FIRST_READINGS if first in beside), None)
    if counting is None:
        return Cell(label)
    if reading == counting:
        return Cell(label, (report.word("按此计算", "this one counts"),))
    return Cell(label, (report.word("供对照", "for comparison"),))


def goal_line(report: ReportContext, record: dict[str, str | None]) -> str:
    """The line as it is tested; a condition of the scheme stands in its own (Chinese) words."""
    goal_id, reading = record["goal_id"] or "", record["reading"] or ""
    sign, line = _SIGNS.get(record["op"] or "", record["op"] or ""), record["threshold"] or ""
    goal = _goal(report, goal_id)
    if isinstance(goal, Goal):
        return _line_of_places(report, goal, sign, line)
    if isinstance(goal, ClusterGrowth):
        return _line_of_growth(report, reading, sign, line)
    if isinstance(goal, ServiceCircle):
        minutes = _figure(report, "clusters.circle.travel_time")
        return report.word(f"{minutes}，由人评定", f"{minutes}, for people to judge").lstrip("，, ")
    if isinstance(goal, ClusterCount | ClusterCoverage):
        field = "number" if isinstance(goal, ClusterCount) else "threshold"
        return f"{sign} {_figure(report, f'clusters.{goal_id}.{field}') or line}".strip()
    return f"{sign} {line}".strip()


def tested_word(report: ReportContext, goal_id: str, scope: str) -> str:
    """What a row tests: a place, a village round a hub, or a cluster as one."""
    if scope == "cluster":
        return report.word("片区", "cluster")
    if any(goal.id == goal_id for goal in cluster_goals(report)):
        return report.word("周边村", "surrounding village")
    return report.word("单位", "place")


def shown_value(report: ReportContext, record: dict[str, str | None]) -> str:
    """A figure as it was found; growth beside a benchmark is in per cent."""
    value, goal = record["value"] or "", _goal(report, record["goal_id"] or "")
    if isinstance(goal, Goal):
        return f"{value}%" if value and goal.measure == "growth_above" else value
    return value.replace("至", report.word("至", "-"))


def _line_of_places(report: ReportContext, goal: Goal, sign: str, line: str) -> str:
    if goal.measure == "judgement":
        return report.word("由人评定", "for people to judge")
    if goal.measure == "growth_above":
        benchmark = report.word("对照增幅", "benchmark growth")
        return f"{sign} {benchmark} {f'{line}%' if line else ''}".rstrip()
    if goal.measure == "share_not_below":
        return f"{sign} {report.word('上年占比', 'share of the year before')} {line}".rstrip()
    stated = report.result.figures.get(f"goals.{goal.id}.threshold")
    if goal.measure == "fall_within" and stated is None:
        return report.word("由人评定", "for people to judge")
    if goal.measure in ("level", "growth", "body_count", "body_share") and stated is not None:
        return f"{sign} {figure_words(stated, report.language)}"
    if goal.measure in ("body_count", "body_share"):
        before = report.word(f"{sign} 上年", f"{sign} the year before")
        return f"{before} {line}".rstrip()
    return f"{sign} {line}".strip()


def _line_of_growth(report: ReportContext, reading: str, sign: str, line: str) -> str:
    """What a village must reach; over many villages, by how much each must rise."""
    if line:
        return f"{sign} {line}"
    figure = report.result.figures.get("clusters.growth.threshold")
    if figure is None:
        return ""
    rise = figure_words(figure, report.language)
    if reading == "percentage_points":
        rise = report.word(f"{rise.removesuffix('%')} 个百分点", f"{rise.removesuffix('%')} points")
    return report.word(f"较建设前 {sign} {rise}", f"{sign} {rise} on the time before")


def _figure(report: ReportContext, path: str) -> str:
    figure = report.result.figures.get(path)
    return "" if figure is None else figure_words(figure, report.language)


def _goal(report: ReportContext, goal_id: str) -> Cited | None:
    goals = (*report.scheme.goals.goals, *cluster_goals(report))
    return next((goal for goal in goals if goal.id == goal_id), None)
