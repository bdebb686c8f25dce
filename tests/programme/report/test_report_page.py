"""The report as a whole: one closed file, complete in both languages, harmless, of bounded size."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.report import report_html
from bangfu.programme.result import Check, Headline, Notice, RunResult, Skipped
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language, Text

INVENTED = Path(__file__).parents[2] / "schemes" / "invented"
HOSTILE = "<script>alert('x')</script>\"'><img onerror=1 href=//evil>&amp;"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
VOID = {"meta", "br", "img", "link", "input"}


class Reader(HTMLParser):
    """Collects text, tags, links and ids; a tag that closes another than the last is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value:
                self.links.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


def scheme() -> Scheme:
    return load_scheme(INVENTED)


def a_result(**changes: object) -> RunResult:
    known = scheme()
    result = RunResult(known.id, known.content_hash, date(2025, 6, 1), {})
    result.headlines = [
        Headline("fund.year", Text("应筹资金", "Money"), 1_802_000_000_000, "fen", ("EX-06",)),
        Headline("targets.yes", Text("列入", "yes"), 25_306, "个", ("EX-01",), step="targets"),
        Headline("slots.filled", Text("已到位", "filled"), None, "个", ("EX-05",), step="slots"),
    ]
    result.checks = [
        Check("a.passed", "passed", Text("相符之项", "what agrees"), ("EX-04",)),
        Check("b.warning", "warning", Text("提示之项", "what to look at"), ("EX-04",)),
        Check("c.failed", "failed", Text("不符之项", "what differs"), ("EX-04",)),
    ]
    result.skipped = [Skipped("goals", "list_members", Text("没有名单。", "there is no list."))]
    result.notices = [Notice("goals", Text("请注意。", "Mind this."))]
    result.seconds = {"targets": 0.25}
    result.figures = {
        path: known.figure(path, result.as_of)
        for path in known.figures
        if known.figures[path].entries or known.figures[path].ref
    }
    for name, value in changes.items():
        setattr(result, name, value)
    return result


def written(result: RunResult, *, language: Language = "zh", known: Scheme | None = None) -> str:
    return report_html(
        result,
        known or scheme(),
        language=language,
        inputs={"places.csv": "ab" * 32},
        generated_on=date(2025, 6, 2),
    )


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_and_every_link_has_its_target(language: Language) -> None:
    page = read(written(a_result(), language=language))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert {link[1:] for link in page.links} <= set(page.ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fetched_from_elsewhere_and_nothing_runs(language: Language) -> None:
    page = written(a_result(), language=language)
    for sign in ("http://", "https://", "src=", "url(", "@import", "<script", "<link", "//cdn"):
        assert sign not in page
    reader = read(page)
    assert not any(name.startswith("on") for name in reader.attributes)
    assert all(link.startswith("#") for link in reader.links)


def test_the_english_report_has_no_chinese_but_names_and_what_the_scheme_keeps_in_chinese() -> None:
    page = read(written(a_result(), language="en")).text
    known = scheme()
    kept = [*known.about.issuers, *(name for c in known.clauses_file.clauses for name in c.bound)]
    kept += [c.open_point or "" for c in known.clauses_file.clauses]
    kept += [text for r in known.registers.registers for text in (r.owner,)]
    for text in sorted(filter(None, kept), key=len, reverse=True):
        page = page.replace(text, "")
    chinese = set(re.findall(r"[\u4e00-\u9fff]+", page))
    assert chinese == set()


def test_the_cover_says_what_it_is_and_how_it_may_be_used() -> None:
    text = read(written(a_result())).text
    for part in (
        "示例省支持薄弱乡镇试行方案",
        "仅供内部工作使用",
        "2025年6月1日",
        "现行有效",
        "2024年1月1日至2026年12月31日",
        "2025年6月2日",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        ("consultation_draft", "征求意见稿（非正式文件）", "consultation draft (not final)"),
        ("ended", "实施期已满", "period ended"),
    ],
)
def test_a_text_that_is_not_in_force_says_so(status: str, zh: str, en: str) -> None:
    known = scheme()
    other = replace(known, about=known.about.model_copy(update={"status": status}))
    assert zh in written(a_result(), known=other)
    assert en in written(a_result(), known=other, language="en")


def test_headline_figures_have_their_unit_and_lead_to_their_clauses() -> None:
    page = written(a_result())
    assert "180.2亿元" in page
    assert "25,306 个" in page
    assert "待核实（缺数据）" in page
    assert '<a class="clause" href="#clause-EX-06">EX-06</a>' in page
    assert '<tr id="clause-EX-06">' in page
    assert "18,020,000,000 yuan" in written(a_result(), language="en")


def test_failed_checks_come_before_warnings_and_passed_ones_are_counted() -> None:
    text = read(written(a_result())).text
    assert text.index("不符之项") < text.index("提示之项") < text.index("相符之项")
    assert "通过 1 项" in text


def test_what_is_missing_is_told_from_what_the_document_leaves_open() -> None:
    known = scheme()
    path = "evaluation.goals_share.weight"
    result = a_result(
        skipped=[
            Skipped("goals", "list_members、indicators", Text("没有名单。", "there is no list.")),
            Skipped("evaluation", path, Text("权重待定。", "no weight.")),
        ]
    )
    text = read(written(result, known=known)).text
    assert "名单（list_members）、指标数据（indicators）" in text
    assert f"目标完成情况：权重（{path}）" in text
    assert text.count("文件未明确、待定") >= 1


def test_an_empty_result_still_makes_a_report() -> None:
    known = scheme()
    empty = RunResult(known.id, known.content_hash, date(2025, 6, 1), {})
    for language in LANGUAGES:
        page = read(written(empty, language=language))
        assert page.open == []
        assert "clause-EX-08" in page.ids
    assert "没有形成数据。" in written(empty)


def test_hostile_names_stay_text() -> None:
    known = scheme()
    bilingual = known.about.title.model_copy(update={"zh": HOSTILE, "en": HOSTILE})
    other = replace(known, about=known.about.model_copy(update={"title": bilingual}))
    result = a_result(
        headlines=[Headline(HOSTILE, Text(HOSTILE, HOSTILE), 1, HOSTILE, (HOSTILE,), step=HOSTILE)],
        checks=[Check(HOSTILE, "failed", Text(HOSTILE, HOSTILE), (HOSTILE,))],
        skipped=[Skipped(HOSTILE, HOSTILE, Text(HOSTILE, HOSTILE))],
        tables={
            "targets": pl.DataFrame(
                {
                    "list": ["townships"],
                    "place_code": [HOSTILE],
                    "name": [HOSTILE],
                    "level": ["township"],
                    "class": [HOSTILE],
                    "verdict": [HOSTILE],
                    "score": [None],
                    "rank": [None],
                    "rank_high": [None],
                    "watch": [True],
                    "reason": [HOSTILE],
                    "clauses": [HOSTILE],
                }
            )
        },
    )
    plain = read(written(a_result()))
    for language in LANGUAGES:
        page = report_html(
            result,
            other,
            language=language,
            inputs={HOSTILE: HOSTILE},
            generated_on=date(2025, 6, 2),
        )
        reader = read(page)
        assert set(reader.tags) <= set(plain.tags)
        assert HOSTILE in reader.text
        assert not any(name.startswith("on") for name in reader.attributes)


def test_sections_count_in_the_manner_of_the_language() -> None:
    assert read(written(a_result())).text.count("一、概览") == 2
    assert "（一）主要数据" in written(a_result())
    assert "1. Overview" in written(a_result(), language="en")
    assert "1.1 Headline figures" in written(a_result(), language="en")


def test_a_trial_says_so_and_marks_what_was_changed() -> None:
    overlay = {"funding.standard_per_town@2024-01-01": "500万元", "readings.A901": "either"}
    result = a_result(overlay=overlay)
    text = read(written(result)).text
    assert "政策测算：改动了 2 项取值或口径" in text
    assert "原为 2024-01-01 起：300万元" in text
    assert "满足其中一项" in text
    assert "政策测算改动" not in read(written(a_result())).text


def test_the_run_can_be_repeated_from_what_the_report_says() -> None:
    text = read(written(a_result())).text
    known = scheme()
    assert known.content_hash in text
    assert "ab" * 32 in text
    assert "polars" in text


def test_a_province_of_villages_makes_a_small_report() -> None:
    number = 25_000
    table = pl.select(
        pl.lit("townships").alias("list"),
        pl.int_range(number).cast(pl.String).alias("place_code"),
        pl.lit("示例村").alias("name"),
        pl.lit("village").alias("level"),
        pl.lit("city_town").alias("class"),
        pl.lit("unknown").alias("verdict"),
        pl.lit(None, dtype=pl.Int64).alias("score"),
        pl.lit(None, dtype=pl.Int64).alias("rank"),
        pl.lit(None, dtype=pl.Int64).alias("rank_high"),
        pl.lit(True).alias("watch"),
        pl.lit("居民收入低于门槛：待核实（缺数）；" * 4).alias("reason"),
        pl.lit("EX-01").alias("clauses"),
    )
    page = written(a_result(tables={"targets": table}))
    assert len(page.encode()) < 1_000_000
    assert "另有 24,800 行，见结果文件 targets.csv" in page
