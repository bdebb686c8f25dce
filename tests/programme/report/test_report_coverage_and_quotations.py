"""What carries each clause out stands in the appendix; the original stands under its figure."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bangfu.programme.output import write_results
from bangfu.programme.report import report_html
from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.coverage import coverage_cells, coverage_counts
from bangfu.programme.report.figures import figures_section
from bangfu.programme.report.parts import Table
from bangfu.programme.report.sources import clauses_section
from bangfu.programme.result import RunResult
from bangfu.schemes.attach import Attachment
from bangfu.schemes.coverage import STATUSES, clause_coverage, read_record, write_record
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language

INVENTED = Path(__file__).parents[2] / "schemes" / "invented"
ON = date(2025, 6, 1)
HOSTILE = "<script>alert(1)</script>\"'&amp;"
STANDARD = "funding.standard_per_town"


def context(
    known: Scheme,
    *,
    language: Language = "zh",
    overlay: dict[str, str] | None = None,
    attachment: Attachment | None = None,
) -> ReportContext:
    result = RunResult(known.id, known.content_hash, ON, overlay or {})
    result.figures = {path: known.figure(path, ON) for path in known.figures}
    return ReportContext(result, known, language, attachment)


def page(known: Scheme, attachment: Attachment | None, language: Language = "zh") -> str:
    result = context(known).result
    return report_html(
        result, known, language=language, inputs={}, generated_on=ON, attachment=attachment
    )


@pytest.fixture(scope="module")
def invented() -> Scheme:
    return load_scheme(INVENTED)


@pytest.fixture(scope="module")
def clusters() -> Scheme:
    return load_scheme("zj-2025-clusters")


@pytest.fixture
def recorded(tmp_path: Path) -> Scheme:
    """The invented scheme with a record in which one case exercises the money."""
    shutil.copytree(INVENTED, tmp_path / "invented")
    known = load_scheme(tmp_path / "invented")
    write_record(known, {"EX-08": ["a case"]})
    return known


def the_document(known: Scheme, sentence: str, name: str = "原件.txt") -> Attachment:
    (section,) = known.clauses["EX-06"].sections
    return Attachment(known.id, "ab" * 32, name, {section: sentence})


def column(table: Table, number: int) -> list[str]:
    return [row.cells[number].text for row in table.rows]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_appendix_tells_the_state_of_every_clause(clusters: Scheme, language: Language) -> None:
    record = read_record(clusters)
    assert record is not None
    section = clauses_section(context(clusters, language=language))
    counts, listed = (block for block in section.blocks if isinstance(block, Table))
    states = [c.status for c in clause_coverage(clusters, record)]
    assert column(listed, 5) == [STATUSES[state].in_language(language) for state in states]
    assert listed.columns[5].head == {"zh": "落实情况", "en": "How carried out"}[language]
    tally = Counter(states)
    assert column(counts, 1) == [*(str(tally[state]) for state in STATUSES), str(len(states))]


def test_a_clause_names_what_carries_it_its_cases_and_what_is_left(clusters: Scheme) -> None:
    cells = coverage_cells(context(clusters))
    assert cells["ZJ-C-04"].text == "已实现并有算例验证"
    assert cells["ZJ-C-04"].notes[0] == "由：跨县域的片区、跨乡镇的片区"
    assert cells["ZJ-C-04"].notes[1].startswith("算例 ")
    assert cells["ZJ-C-02"].notes[-1] == "尚缺：没有算例"
    assert cells["ZJ-C-01"].notes[0].endswith("等 4 项")
    english = coverage_cells(context(clusters, language="en"))
    assert english["ZJ-C-01"].notes[0].endswith("and 1 more")


def test_without_a_valid_record_the_state_is_not_on_record(invented: Scheme) -> None:
    assert read_record(invented) is None
    counts = coverage_counts(context(invented))
    assert {cell.text for cell in coverage_cells(context(invented)).values()} == {"未登记"}
    assert dict(zip(column(counts, 0), column(counts, 1), strict=True)) == {
        "已实现并有算例验证": "0",
        "部分实现": "0",
        "文件未明确、待定": "0",
        "未实现": "0",
        "未登记": "8",
        "合计": "8",
    }


def test_a_record_that_no_longer_holds_counts_as_none(recorded: Scheme) -> None:
    assert coverage_cells(context(recorded))["EX-01"].text == "部分实现"
    path = recorded.folder / "cases" / "exercised.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["made_from"]["scheme"] = "0" * 64
    path.write_text(json.dumps(record), encoding="utf-8")
    assert coverage_cells(context(recorded))["EX-01"].text == "未登记"


def test_a_trial_does_not_change_how_clauses_are_carried_out(recorded: Scheme) -> None:
    trial = context(recorded, overlay={f"{STANDARD}@2024-01-01": "500万元"})
    assert trial.scheme is not trial.given
    assert coverage_cells(trial) == coverage_cells(context(recorded))
    assert "按方案原值统计，不含测算改动。" in coverage_counts(trial).remarks
    assert len(coverage_counts(context(recorded)).remarks) == 1


def quotations(report: ReportContext) -> dict[str, str]:
    """The original sentence under each figure, by path."""
    (table,) = (block for block in figures_section(report).blocks if isinstance(block, Table))
    pairs = zip(table.rows, table.rows[1:], strict=False)
    return {
        above.cells[3].text: below.cells[0].text for above, below in pairs if below.kind == "quote"
    }


def test_the_original_sentence_stands_under_the_figure(invented: Scheme) -> None:
    document = the_document(invented, "先说别的。每镇每年300万元。再说别的。")
    found = quotations(context(invented, attachment=document))
    assert found[STANDARD] == "每镇每年300万元。"
    assert found["funding.town_fund.unit_amount"] == "每镇每年300万元。"
    assert '<blockquote lang="zh-CN"><b>原文</b>每镇每年300万元。</blockquote>' in page(
        invented, document
    )
    assert "<b>Original</b>每镇每年300万元。" in page(invented, document, "en")


def test_where_nothing_is_attached_nothing_is_shown(invented: Scheme) -> None:
    assert quotations(context(invented)) == {}
    for text in (page(invented, None), page(invented, the_document(invented, "没有这个数。"))):
        assert "<blockquote" not in text
        assert "原件.txt" not in text


def test_what_the_format_adds_is_in_no_sentence(invented: Scheme) -> None:
    (section,) = invented.clauses["EX-05"].sections
    document = Attachment(invented.id, "ab" * 32, "原件.txt", {section: "派驻1支工作队3到5人。"})
    found = quotations(context(invented, attachment=document))
    assert "staffing.work_team.members_at_least" in found
    assert invented.origin("staffing.work_team.at_least").implied
    assert "staffing.work_team.at_least" not in found


def test_a_figure_changed_for_a_trial_is_quoted_as_it_was(invented: Scheme) -> None:
    document = the_document(invented, "每镇每年300万元。试点每镇每年500万元。")
    trial = context(invented, overlay={f"{STANDARD}@2024-01-01": "500万元"}, attachment=document)
    trial.result.figures = {path: trial.scheme.figure(path, ON) for path in trial.scheme.figures}
    assert quotations(trial)[STANDARD] == "每镇每年300万元。"


def test_the_remark_says_which_document_is_quoted(invented: Scheme) -> None:
    text = page(invented, the_document(invented, "每镇每年300万元。"))
    assert f"摘自本机所附文件 原件.txt（SHA-256 {'ab' * 32}）" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_document_stays_text(invented: Scheme, language: Language) -> None:
    text = page(invented, the_document(invented, f"{HOSTILE}300万元。", HOSTILE), language)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_hostile_labels_of_carriers_stay_text(invented: Scheme) -> None:
    first, *rest = invented.funding.lines
    label = first.label.model_copy(update={"zh": HOSTILE})
    lines = (first.model_copy(update={"label": label}), *rest)
    other = replace(invented, funding=invented.funding.model_copy(update={"lines": lines}))
    report = context(other)
    assert any(HOSTILE in note for cell in coverage_cells(report).values() for note in cell.notes)
    assert "<script" not in page(other, None)


def test_the_written_report_quotes_the_attachment_it_is_given(
    invented: Scheme, tmp_path: Path
) -> None:
    document = the_document(invented, "每镇每年300万元。")
    result = context(invented).result
    for name, attachment in (("with", document), ("without", None)):
        write_results(
            result,
            invented,
            tmp_path / name,
            inputs={},
            language="zh",
            generated_on=ON,
            attachment=attachment,
        )
    assert "<blockquote" in (tmp_path / "with" / "report.html").read_text(encoding="utf-8")
    assert "<blockquote" not in (tmp_path / "without" / "report.html").read_text(encoding="utf-8")
