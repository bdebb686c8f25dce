"""Posts, duties, goals and what the report rests on, told in the words of the scheme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.duties import duties_section
from bangfu.programme.report.figures import figures_section
from bangfu.programme.report.goals import goals_section
from bangfu.programme.report.named_places import named_places_section
from bangfu.programme.report.outcomes import (
    evaluation_section,
    exits_section,
    registers_section,
)
from bangfu.programme.report.parts import Paragraph, Section, Table
from bangfu.programme.report.people import people_section
from bangfu.programme.report.posts import posts_section
from bangfu.programme.report.quotas import quotas_section
from bangfu.programme.report.sources import clauses_section, readings_section
from bangfu.programme.result import RunResult, Skipped
from bangfu.schemes.figures import Figure
from bangfu.schemes.format import Bilingual
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language, Text

INVENTED = Path(__file__).parents[2] / "schemes" / "invented"


def context(
    tables: dict[str, pl.DataFrame] | None = None,
    *,
    language: Language = "zh",
    known: Scheme | None = None,
) -> ReportContext:
    scheme = known or load_scheme(INVENTED)
    result = RunResult(scheme.id, scheme.content_hash, date(2025, 6, 1), {}, tables or {})
    path = "duties.leader_visit.every"
    result.figures[path] = scheme.figure(path, result.as_of)
    return ReportContext(result, scheme, language)


def tables_of(section: Section | None) -> list[Table]:
    assert section is not None
    return [block for block in section.blocks if isinstance(block, Table)]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def slot_rows(present: list[int | None], gap: list[int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "place_code": ["A", "B"],
            "name": ["甲镇", "乙镇"],
            "slot": ["work_team"] * 2,
            "required": [1, 1],
            "present": present,
            "gap": gap,
            "excess": [0, 0],
            "clauses": ["EX-05"] * 2,
        },
        schema_overrides={"present": pl.Int64, "gap": pl.Int64},
    )


def test_posts_are_counted_per_slot_and_gaps_named() -> None:
    by_slot, gaps = tables_of(posts_section(context({"slots": slot_rows([1, 0], [0, 1])})))
    assert texts(by_slot)[0] == [
        *("驻镇工作队", "省级帮扶镇、市级帮扶镇", "2", "2", "1", "1", "0", "0", "")
    ]
    assert texts(gaps) == [["B", "乙镇", "驻镇工作队", "1", "0", "1", ""]]


def test_posts_nobody_reported_are_unknown_and_not_empty() -> None:
    by_slot = tables_of(posts_section(context({"slots": slot_rows([None] * 2, [None] * 2)})))[0]
    assert texts(by_slot)[0][4:8] == ["待核实", "待核实", "待核实", "2"]


def test_conditions_on_people_name_a_row_and_never_what_was_found() -> None:
    findings = pl.DataFrame(
        {
            "place_code": ["A", "B"],
            "holder": ["row 7", "row 9"],
            "rule": ["rotation"] * 2,
            "finding": ["unknown", "violation"],
            "given": ["some private fact"] * 2,
            "severity": ["warn"] * 2,
            "clauses": ["EX-05"] * 2,
        }
    )
    counts, rows = tables_of(people_section(context({"staff_findings": findings})))
    assert texts(counts) == [["工作队轮换", "", "1", "1", ""]]
    assert [row[2:4] for row in texts(rows)] == [["第 9 行", "不符"], ["第 7 行", "待核实"]]
    assert "private" not in str(rows)


def test_duties_say_who_how_often_and_how_many_a_year() -> None:
    instances = pl.DataFrame(
        {
            "duty_id": ["leader_visit"] * 5,
            "object_code": ["A", "A", "B", "B", "A"],
            "period": ["2025Q1", "2025Q2", "2025Q1", "2025Q2", "2026Q1"],
        }
    )
    table = tables_of(duties_section(context({"duties": instances})))[0]
    assert texts(table) == [
        ["市领导到镇", "市领导", "每季度", "文件未明确、待定", "2", "4", "1", "5", ""],
        ["县级研判", "县级有关部门", *("文件未明确、待定",) * 2, "—", "—", "—", "—", ""],
    ]
    assert sum(width for _, width in table.spans) == len(table.columns)


def goal_rows() -> pl.DataFrame:
    def row(goal: str, scope: str, reading: str, result: str, status: str) -> dict[str, object]:
        return {
            "goal_id": goal,
            "scope": scope,
            "reading": reading,
            "place_code": "A",
            "name": "甲村",
            "owner_code": "A",
            "period": "2026",
            "value": "12万元",
            "threshold": "20万元",
            "op": ">=",
            "result": result,
            "status": status,
            "clauses": "EX-02",
        }

    village, growth = "village_income_2026", "income_growth_2026"
    return pl.DataFrame(
        [
            row(village, "each", "", "met", "final"),
            row(village, "each", "", "not_met", "provisional"),
            row(village, "each", "", "unknown", "provisional"),
            row(growth, "each", "growth_yoy", "met", "final"),
            row(growth, "body", "growth_yoy", "not_met", "final"),
        ]
    )


def test_goals_are_counted_by_result_and_the_whole_body_stands_apart() -> None:
    counts, body, missed = tables_of(goals_section(context({"goals": goal_rows()})))
    assert texts(counts) == [
        ["所辖村集体收入达标", "2026", "≥ 20万元", "1", "1", "1", "0", "3", "2", ""],
        ["居民收入增速（较上年）", "2026", "≥ 20万元", "1", "0", "0", "0", "1", "0", ""],
    ]
    assert texts(body)[0][4:6] == ["未达标", "终评"]
    assert texts(missed)[0][:4] == ["所辖村集体收入达标", "A", "甲村", "12万元"]


def test_the_line_of_a_goal_is_told_in_the_language_of_the_report() -> None:
    report = context({"goals": goal_rows()}, language="en")
    report.result.figures["goals.village_income_2026.threshold"] = Figure("money", 20_000_000)
    assert texts(tables_of(goals_section(report))[0])[0][2] == "≥ 200,000 yuan"


def test_scores_are_ranges_where_figures_miss_and_for_inside_use() -> None:
    scores = pl.DataFrame(
        {
            "place_code": ["A", "B"],
            "name": ["甲镇", "乙镇"],
            "period": ["2025"] * 2,
            "score_low": [8750, 5000],
            "score_high": [8750, 10000],
            "rank_low": [1, 1],
            "rank_high": [2, 2],
            "parts": [
                '{"goals_share":{"points":8750,"max":10000,"weight":1}}',
                '{"goals_share":{"points":null,"max":10000,"weight":1}}',
            ],
            "clauses": ["EX-02"] * 2,
        }
    )
    table = tables_of(evaluation_section(context({"evaluation": scores})))[0]
    assert [row[3:6] for row in texts(table)] == [
        ["87.50", "1-2", "87.50 / 100.00"],
        ["50.00-100.00", "1-2", "待核实"],
    ]
    assert "仅供内部工作使用，不对外公布" in table.remarks[0]


def test_exits_tell_proposals_from_decisions() -> None:
    proposals = pl.DataFrame(
        {
            "place_code": ["A", "B", "C"],
            "name": ["甲镇", "乙镇", "丙镇"],
            "proposal": ["yes", "no", "no"],
            "parts": ["{}"] * 3,
            "clauses": ["EX-08"] * 3,
        }
    )
    decided = pl.DataFrame(
        {
            "place_code": ["D"],
            "name": ["丁镇"],
            "decided_on": [date(2025, 1, 1)],
            "retained_until": [date(2027, 1, 1)],
            "state": ["exited_retained"],
            "clauses": ["EX-08"],
        }
    )
    report = context({"exit_proposals": proposals, "exits": decided})
    counts, named, left = tables_of(exits_section(report))
    assert texts(counts) == [
        ["可提请退出", "1", ""],
        ["待核实", "0", ""],
        ["尚不具备条件", "2", ""],
    ]
    assert texts(named) == [["A", "甲镇", ""]]
    assert texts(left)[0][2:5] == ["2025-01-01", "2027-01-01", "已退出，政策保留期内"]


def test_registers_count_what_is_covered_short_and_unknown() -> None:
    coverage = pl.DataFrame(
        {
            "register": ["leader_visits"] * 3,
            "place_code": ["A", "B", "C"],
            "required": [4] * 3,
            "present": [4, 1, None],
            "gap": [0, 3, None],
            "unit": [""] * 3,
            "clauses": ["EX-07"] * 3,
        }
    )
    table = tables_of(registers_section(context({"registers": coverage})))[0]
    assert texts(table) == [["到镇记录", "4", "3", "1", "1", "1", ""]]
    unknown = coverage.with_columns(pl.lit(None, dtype=pl.Int64).alias("gap"))
    table = tables_of(registers_section(context({"registers": unknown})))[0]
    assert texts(table)[0][3:6] == ["待核实", "待核实", "3"]


def test_a_step_without_a_table_says_why() -> None:
    report = context()
    report.result.skipped.append(
        Skipped("goals", "list_members", Text("没有名单。", "there is no list."))
    )
    section = goals_section(report)
    assert section is not None
    assert [block.text for block in section.blocks if isinstance(block, Paragraph)] == [
        "本次运行没有形成结果表。",
        "没有名单。",
    ]


def test_a_step_the_scheme_does_not_have_has_no_section() -> None:
    known = load_scheme(INVENTED)
    bare = replace(known, goals=known.goals.model_copy(update={"goals": ()}))
    assert goals_section(context(known=bare)) is None
    assert named_places_section(context()) is None


def test_the_scheme_names_its_steps() -> None:
    known = load_scheme(INVENTED)
    words = {"quota": Bilingual(zh="结对指标", en="pairs assigned")}
    own = replace(known, about=known.about.model_copy(update={"words": words}))
    assert quotas_section(context(known=own)).title == "结对指标"  # type: ignore[union-attr]
    assert quotas_section(context(known=own, language="en")).title == "Pairs assigned"  # type: ignore[union-attr]


def test_figures_cite_clauses_and_tell_days_to_come() -> None:
    report = context()
    path = "funding.town_fund.unit_amount"
    report.result.figures = {path: report.scheme.figure(path, date(2025, 6, 1))}
    table = tables_of(figures_section(report))[0]
    group, row = table.rows
    assert (group.kind, group.cells[0].text) == ("group", "资金")
    assert [cell.text for cell in row.cells] == ["镇帮扶资金：标准", "300万元", "", path]
    assert row.cells[0].notes == ("即「每镇每年资金标准」", "按镇·年计")
    assert row.cells[1].notes == ("2027-01-01 起：文件未明确、待定",)
    assert [ref.id for ref in row.cells[2].clauses] == ["EX-06"]


def test_a_figure_of_our_own_says_so() -> None:
    report = context()
    path = "evaluation.goals_share.weight"
    ours = replace(report.scheme.figures[path], assumption=Text("便于比较", "to compare"))
    known = replace(report.scheme, figures={**report.scheme.figures, path: ours})
    other = context(known=known)
    other.result.figures = {path: None}
    row = tables_of(figures_section(other))[0].rows[1]
    assert row.cells[1].text == "文件未明确、待定"
    assert row.cells[2].notes == ("本系统设定：便于比较",)


def test_a_limit_an_entry_does_not_set_is_not_called_unstated() -> None:
    report = context()
    report.result.figures = {"duties.leader_visit.ends_on": None}
    section = figures_section(report)
    assert [type(block) for block in section.blocks] == [Paragraph]


def test_readings_tell_the_one_taken_the_others_and_why() -> None:
    row = tables_of(readings_section(context()))[0].rows[0]
    assert row.cells[2].text == "两项都满足（both）"
    assert row.cells[2].notes == ("另可：满足其中一项（either）",)
    assert row.cells[4].text == "影响结果"


def test_the_appendix_lists_every_clause_under_its_anchor() -> None:
    report = context()
    table = tables_of(clauses_section(report))[-1]
    assert [row.cells[0].anchor for row in table.rows] == list(report.scheme.clauses)
    assert texts(table)[0][2] == "刚性要求"
    assert texts(table)[0][6] == "两项依据同时满足还是满足其一，文件未说明。"
