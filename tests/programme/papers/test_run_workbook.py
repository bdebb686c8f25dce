"""The workbook of a run: ten sheets, sums that agree with the tables, nothing to execute."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from bangfu.programme.chain import run
from bangfu.programme.papers import run_workbook
from bangfu.programme.papers.sheets import MOST_ROWS
from bangfu.programme.result import Headline, RunResult
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language, Text

INVENTED = Path(__file__).parents[2] / "schemes" / "invented"
TABS = ["总览", "名单", "任务数", "资金", "名额", "履职", "目标", "核对", "未计算", "取值与依据"]
Rows = dict[str, list[list[object]]]


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


@pytest.fixture(scope="module")
def result(scheme: Scheme) -> RunResult:
    """Six towns on the list, two of them city-level, one posted, no figures."""
    codes = [f"9901010{n:02d}000" for n in range(1, 7)]
    places = pl.DataFrame(
        {
            "code": ["990101000000", *codes],
            "name": ["某县", *(f"镇{n}" for n in range(1, 7))],
            "level": ["county", *["township"] * 6],
            "parent_code": [None, *["990101000000"] * 6],
            "kind": [None, *["镇"] * 6],
        }
    )
    members = pl.DataFrame({"place_code": codes, "class": ["省级帮扶镇"] * 4 + ["市级帮扶镇"] * 2})
    pairings = pl.DataFrame(
        {
            "place_code": codes[:1],
            "helper": ["=甲厅"],
            "kind": ["work_team"],
            "members": [4],
            "starts_on": [date(2024, 3, 1)],
        }
    )
    tables = {"places": places, "list_members": members, "pairings": pairings}
    return run(scheme, tables, date(2025, 6, 30))


def sheets(result: RunResult, scheme: Scheme, language: Language = "zh") -> Rows:
    content = run_workbook(
        result,
        scheme,
        language=language,
        inputs={"places.csv": "ab" * 32},
        generated_on=date(2025, 7, 1),
    )
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def line(rows: list[list[object]], start: str) -> list[object]:
    return next(row for row in rows if start in row)


def test_the_sheets_are_those_a_bureau_forwards(result: RunResult, scheme: Scheme) -> None:
    assert list(sheets(result, scheme)) == TABS


def test_every_sheet_says_that_it_is_for_internal_use(result: RunResult, scheme: Scheme) -> None:
    for rows in sheets(result, scheme).values():
        assert "仅供内部工作使用" in str(rows[1][0])
        assert "2025年6月30日" in str(rows[1][0])


def test_headline_money_stands_as_a_number_in_ten_thousands(
    result: RunResult, scheme: Scheme
) -> None:
    rows = sheets(result, scheme)["总览"]
    fen = next(h for h in result.headlines if h.unit == "fen" and h.value)
    row = line(rows, fen.label.zh)
    assert row[2:5] == ["", (fen.value or 0) / 1_000_000, "万元"]
    count = next(h for h in result.headlines if h.unit != "fen" and h.value)
    assert line(rows, count.label.zh)[2:4] == [float(count.value or 0), ""]


def test_an_unknown_headline_is_said_to_be_unknown(result: RunResult, scheme: Scheme) -> None:
    unknown = Headline(
        "x", Text("未知数", "unknown figure"), None, "fen", ("EX-06",), step="funding"
    )
    changed = replace(result, headlines=[unknown])
    assert "待核实" in str(line(sheets(changed, scheme)["总览"], "未知数")[3])


def test_the_sum_of_the_money_is_that_of_the_table(result: RunResult, scheme: Scheme) -> None:
    rows = sheets(result, scheme)["资金"]
    total = int(result.tables["funding"]["share_fen"].sum())
    assert rows[-1][0] == "合计"
    assert rows[-1][7] == total / 1_000_000
    subtotals = [row[7] for row in rows if str(row[0]).endswith(" 小计")]
    assert len(subtotals) == 3
    assert sum(float(str(s)) for s in subtotals) == total / 1_000_000


def test_quotas_keep_their_subtotals_and_totals(result: RunResult, scheme: Scheme) -> None:
    rows = sheets(result, scheme)["任务数"]
    totals = [row for row in rows if row[1] == "合计"]
    assert [row[6] for row in totals] == [3.0, 1.0, 4.0, 2.0, 6.0]


def test_open_posts_are_listed_by_name(result: RunResult, scheme: Scheme) -> None:
    rows = sheets(result, scheme)["名额"]
    assert line(rows, "驻镇工作队")[1:4] == [6.0, 1.0, 5.0]
    assert [row[0] for row in rows if row[2] == "驻镇工作队"] == [f"镇{n}" for n in range(2, 7)]


def test_goals_are_counted_before_they_are_listed(result: RunResult, scheme: Scheme) -> None:
    rows = sheets(result, scheme)["目标"]
    summary = line(rows, "居民收入增速（较上年）")
    assert summary[2:7] == [0.0, 0.0, 6.0, 0.0, 6.0]


def test_figures_lead_to_their_clause_and_path(result: RunResult, scheme: Scheme) -> None:
    rows = sheets(result, scheme)["取值与依据"]
    row = line(rows, "funding.town_fund.unit_amount")
    assert (row[1], row[3]) == ("300万元", "EX-06")
    assert not [row for row in rows if row[4:] == ["staffing.work_team.at_most"]]


def test_a_result_without_tables_still_makes_a_workbook(scheme: Scheme) -> None:
    empty = RunResult(scheme.id, scheme.content_hash, date(2025, 1, 1), {})
    found = sheets(empty, scheme)
    assert list(found) == TABS
    assert "没有名单结果" in str(found["名单"])


def test_english_has_english_heads(result: RunResult, scheme: Scheme) -> None:
    found = sheets(result, scheme, "en")
    assert list(found)[:4] == ["Overview", "Lists", "Quotas", "Money"]
    assert "For internal use only" in str(found["Money"][1][0])


def test_a_trial_is_marked_on_every_sheet(scheme: Scheme) -> None:
    tried = run(scheme, {}, date(2025, 6, 30), {"funding.standard_per_town": "400万元"})
    for rows in sheets(tried, scheme).values():
        assert any("政策测算" in str(row[0]) for row in rows[:4])


def test_long_lists_are_cut_and_counted_whole(scheme: Scheme) -> None:
    number = MOST_ROWS + 500
    targets = pl.DataFrame(
        {
            "list": ["townships"] * number,
            "place_code": [f"99{n:010d}" for n in range(number)],
            "name": ["=镇"] * number,
            "level": ["township"] * number,
            "class": ["city_town"] * number,
            "verdict": ["no"] * (number - 1) + ["yes"],
            "score": [None] * number,
            "rank": [None] * number,
            "rank_high": [None] * number,
            "watch": [None] * number,
            "reason": ["+"] * number,
            "clauses": ["EX-01"] * number,
        },
        schema_overrides={"score": pl.Int64, "rank": pl.Int64, "rank_high": pl.Int64},
    )
    long = RunResult(scheme.id, scheme.content_hash, date(2025, 1, 1), {}, {"targets": targets})
    rows = sheets(long, scheme)["名单"]
    assert rows[3][:5] == ["薄弱乡镇名单", targets["place_code"][-1], "=镇", "市级帮扶镇", "列入"]
    assert len(rows) == 3 + MOST_ROWS + 2
    assert rows[-2][1] == f"{number:,}"
    assert "另有 500 行" in str(rows[-1][0])
