"""Clusters, goals over several years, lists that overlap and tiers, as the report tells them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from bangfu.programme.assist import TIER_COLUMNS
from bangfu.programme.chain import run
from bangfu.programme.list_counts import LISTS_SCHEMA, OVERLAPS_SCHEMA
from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.further_tables import clusters_section, lists_section, tiers_section
from bangfu.programme.report.goals import goals_section
from bangfu.programme.report.parts import Section, Table
from bangfu.programme.report.posts import posts_section
from bangfu.programme.result import RunResult
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language

COUNTY, TOWN = "339901000000", "339901001000"
HUB, VILLAGE = "339901001201", "339901001202"
PROVINCE, FENG, SUINING = "320000000000", "320321000000", "320324000000"
INCOME = "disposable_income_per_rural_resident_fen"
WAN = 1_000_000
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def tables_of(section: Section | None) -> list[Table]:
    assert section is not None
    return [block for block in section.blocks if isinstance(block, Table)]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def indicators(rows: list[tuple[str, str, int, int]]) -> pl.DataFrame:
    schema = {"place_code": pl.String, "indicator": pl.String, "period": pl.Int64,
              "value": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("period").cast(pl.String), pl.lit("final").alias("status")
    )


@pytest.fixture(scope="module")
def village_clusters() -> tuple[Scheme, RunResult]:
    """One cluster completed in 2027 whose village grew as before, with one of two leaders."""
    scheme = load_scheme("zj-2025-clusters")
    places = pl.DataFrame(
        {
            "code": [COUNTY, TOWN, HUB, VILLAGE],
            "name": ["示例县", "甲镇", "东村", "西村"],
            "level": ["county", "township", "village", "village"],
            "parent_code": [None, COUNTY, TOWN, TOWN],
            "code_system": "nbs",
        }
    )
    clusters = pl.DataFrame(
        {
            "cluster_code": "P1",
            "name": "东片区",
            "place_code": [HUB, VILLAGE],
            "role": ["hub", "member"],
            "started_on": date(2025, 6, 1),
            "built_on": date(2027, 6, 30),
        }
    )
    income = "collective_operating_income_fen"
    given = indicators(
        [(VILLAGE, income, year, (100 + 10 * (year - 2021)) * WAN) for year in range(2021, 2029)]
    )
    leaders = pl.DataFrame(
        {
            "cluster_code": ["P1"],
            "role": ["county_leader"],
            "starts_on": [date(2025, 6, 1)],
            "ends_on": pl.Series([None], dtype=pl.Date),
        }
    )
    tables = {
        "places": places,
        "clusters": clusters,
        "indicators": given,
        "cluster_leaders": leaders,
    }
    return scheme, run(scheme, tables, date(2029, 3, 1))


@pytest.fixture(scope="module")
def two_counties() -> tuple[Scheme, RunResult]:
    """A county that grew more than the province every year and one that grew less."""
    scheme = load_scheme("js-2021")
    places = pl.DataFrame(
        {
            "code": [PROVINCE, FENG, SUINING],
            "name": ["江苏省", "丰县", "睢宁县"],
            "level": ["province", "county", "county"],
            "parent_code": [None, PROVINCE, PROVINCE],
            "code_system": "nbs",
        }
    )
    steps = {PROVINCE: 15, FENG: 20, SUINING: 5}
    given = indicators(
        [
            (code, INCOME, year, (200 + step * (year - 2020)) * 10_000)
            for code, step in steps.items()
            for year in range(2020, 2026)
        ]
    )
    return scheme, run(scheme, {"places": places, "indicators": given}, date(2026, 3, 1))


def test_goals_of_clusters_are_told_by_reading_and_by_what_is_tested(
    village_clusters: tuple[Scheme, RunResult],
) -> None:
    scheme, result = village_clusters
    counts = tables_of(goals_section(ReportContext(result, scheme, "zh")))[0]
    growth = [row for row in counts.rows if "经营性收入年增幅" in row.cells[0].text]
    assert [
        (row.cells[0].text.partition("（")[2], row.cells[0].notes, row.cells[1].text)
        for row in growth
    ] == [
        (word, (mark,), tested)
        for tested in ("周边村", "片区")
        for word, mark in (
            ("增幅相对提高）", "按此计算"),
            ("增幅提高百分点）", "供对照"),
            ("收入水平提高）", "供对照"),
        )
    ]
    circle = next(row for row in texts(counts) if row[0] == "20分钟便民服务圈")
    assert circle[1:4] == ["片区", "2029", "20分钟，由人评定"]


def test_numbers_of_clusters_stand_with_the_whole_body(
    village_clusters: tuple[Scheme, RunResult],
) -> None:
    scheme, result = village_clusters
    body = tables_of(goals_section(ReportContext(result, scheme, "en")))[1]
    assert texts(body)[0][:5] == [
        *("clusters of 2025 (clusters begun)", "2025", "1", "≥ 200", "not met")
    ]
    assert body.rows[0].cells[0].notes == ("this one counts",)
    assert body.rows[1].cells[0].notes == ("for comparison",)


def test_a_village_that_missed_has_its_own_line_and_the_reason(
    village_clusters: tuple[Scheme, RunResult],
) -> None:
    scheme, result = village_clusters
    missed = tables_of(goals_section(ReportContext(result, scheme, "zh")))[-1]
    assert missed.caption == "未达标单位和片区"
    row = texts(missed)[0]
    assert row[1:3] == [VILLAGE, "西村"]
    assert row[4].startswith("≥ ")
    assert "建设前2年平均增幅" in row[5]


def test_leaders_of_clusters_are_counted_and_the_cluster_that_lacks_one_is_named(
    village_clusters: tuple[Scheme, RunResult],
) -> None:
    scheme, result = village_clusters
    by_slot, gaps = tables_of(posts_section(ReportContext(result, scheme, "zh")))
    assert [row[:6] for row in texts(by_slot)] == [
        ["片区包联县领导", "片区", "1", "1", "1", "0"],
        ["片区包联乡镇领导", "片区", "1", "1", "0", "1"],
    ]
    assert texts(gaps)[0][:3] == ["P1", "东片区", "片区包联乡镇领导"]
    assert gaps.rows[0].cells[0].notes == (f"重点村 {HUB}",)


def test_clusters_are_listed_with_who_manages_them(
    village_clusters: tuple[Scheme, RunResult],
) -> None:
    scheme, result = village_clusters
    (table,) = tables_of(clusters_section(ReportContext(result, scheme, "zh")))
    assert texts(table)[0][:7] == ["P1", "东片区", "东村", "2", "否", "否", "乡镇"]


def test_without_clusters_the_goals_say_why(village_clusters: tuple[Scheme, RunResult]) -> None:
    scheme, _ = village_clusters
    places = pl.DataFrame(
        {"code": [COUNTY], "name": ["示例县"], "level": ["county"], "parent_code": [None],
         "code_system": ["nbs"]},
        schema_overrides={"parent_code": pl.String},
    )  # fmt: skip
    result = run(scheme, {"places": places}, date(2029, 3, 1))
    assert "goals" not in result.tables
    reasons = {item.reason.zh for item in result.skipped if item.step == "clusters"}
    section = goals_section(ReportContext(result, scheme, "zh"))
    assert section is not None
    assert reasons <= {getattr(block, "text", "") for block in section.blocks}
    assert reasons


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_readings_of_growth_are_labelled_and_one_counts(
    two_counties: tuple[Scheme, RunResult], language: Language
) -> None:
    scheme, result = two_counties
    counts = tables_of(goals_section(ReportContext(result, scheme, language)))[0]
    goal = next(goal for goal in scheme.goals.goals if goal.id == "rural_income_key_counties")
    label = goal.label.text.in_language(language)
    rows = [row for row in counts.rows if row.cells[0].text.startswith(label)]
    words = {
        "zh": ("逐年，固定对象", "逐年，当年对象", "累计，固定对象", "累计，各年对象"),
        "en": (
            "each year, fixed members",
            "each year, members of the year",
            "cumulative, fixed members",
            "cumulative, members of each year",
        ),
    }[language]
    years = [str(year) for year in range(2021, 2026)]
    assert [(row.cells[0].text.removeprefix(label).strip(" （）()"), row.cells[1].text)
            for row in rows] == [
        *((words[0], year) for year in years),
        *((words[1], year) for year in years),
        (words[2], "2025"),
        (words[3], "2025"),
    ]  # fmt: skip
    counting = {"zh": "按此计算", "en": "this one counts"}[language]
    chosen = scheme.chosen(goal.reading or "") or "cumulative.panel"
    marked = {row.cells[0].text for row in rows if counting in row.cells[0].notes}
    place = ("yearly.panel", "yearly.cross_section", "cumulative.panel",
             "cumulative.cross_section").index(chosen)  # fmt: skip
    assert {words[place] in text for text in marked} == {True}


def test_growth_is_told_beside_that_of_the_benchmark(
    two_counties: tuple[Scheme, RunResult],
) -> None:
    scheme, result = two_counties
    counts, *_ = tables_of(goals_section(ReportContext(result, scheme, "zh")))
    first = next(row for row in texts(counts) if row[0].startswith("重点县区农村居民收入"))
    assert first[1:5] == ["2021", "＞ 对照增幅 7.50%", "1", "1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_named_by_their_labels(language: Language) -> None:
    scheme = load_scheme("js-2021")
    result = RunResult(scheme.id, scheme.content_hash, date(2026, 3, 1), {})
    result.tables["lists"] = pl.DataFrame(
        [
            ("list", "areas", "重点片区", "classes", 6, 6, None, 1, False, "JS-03"),
            ("together", "key_regions", "重点地区", "by_unit", None, 19, None, 12, True, "JS-03"),
        ],
        schema=LISTS_SCHEMA,
        orient="row",
    )
    result.tables["list_overlaps"] = pl.DataFrame(
        [(FENG, "丰县", "areas;key_counties", "丰县湖西片区;丰县", "JS-03")],
        schema=OVERLAPS_SCHEMA,
        orient="row",
    )
    counts, twice = tables_of(lists_section(ReportContext(result, scheme, language)))
    one, together = texts(counts)
    if language == "zh":
        assert one[:7] == [
            "单个名单",
            "重点片区",
            "文件所列名称",
            "6",
            "6",
            "1",
            "待核实（缺数据）",
        ]
        assert together[2:7] == ["重叠的只计一次", "—", "19", "12", "—"]
        assert texts(twice)[0][:4] == [FENG, "丰县", "重点片区、重点县区", "丰县湖西片区、丰县"]
    else:
        assert one[:3] == ["one list", "key areas", "names in the document"]
        assert together[1].startswith("key regions")
        assert texts(twice)[0][2] == "key areas, key counties and districts"


def test_tiers_are_named_and_cite_their_clauses_without_naming_a_household() -> None:
    scheme = load_scheme("js-2021")
    result = RunResult(scheme.id, scheme.content_hash, date(2026, 3, 1), {})
    result.tables["tier_counts"] = pl.DataFrame(
        [
            (FENG, "丰县", "1", "yes", 12, 30, 0),
            (FENG, "丰县", None, "yes", 2, 5, 0),
            (FENG, "丰县", None, "no", 40, 100, 0),
            (None, None, "2", "unknown", 3, None, 1),
        ],
        schema={"county_code": pl.String, "name": pl.String, "tier": pl.String,
                "verdict": pl.String, "households": pl.Int64, "persons": pl.Int64,
                "boundary": pl.Int64},
        orient="row",
    )  # fmt: skip
    result.tables["tiers"] = pl.DataFrame({name: ["some private fact"] for name in TIER_COLUMNS})
    (table,) = tables_of(tiers_section(ReportContext(result, scheme, "zh")))
    assert [row[:5] for row in texts(table)] == [
        ["丰县", "低保对象和特困供养人员", "属于", "12", "30"],
        ["丰县", "待核实（缺数据）", "属于", "2", "5"],
        ["丰县", "—", "不属于各层", "40", "100"],
        ["县待核实", "低收入家庭", "待核实", "3", "待核实（缺数据）"],
    ]
    assert [[ref.id for ref in row.cells[-1].clauses] for row in table.rows] == [
        ["JS-21"],
        ["JS-21", "JS-22", "JS-23"],
        ["JS-21", "JS-22", "JS-23"],
        ["JS-22"],
    ]
    assert "private" not in str(table)
    (english,) = tables_of(tiers_section(ReportContext(result, scheme, "en")))
    assert texts(english)[0][1] == "subsistence allowance and extreme hardship"
