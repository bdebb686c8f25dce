"""Lists, quotas and money in the report: counts, cross tables and sums as the tables say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from bangfu.programme.fund import FUNDING_SCHEMA
from bangfu.programme.quotas import QUOTAS_SCHEMA
from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.funding import funding_section
from bangfu.programme.report.named_places import named_places_section
from bangfu.programme.report.parts import Paragraph, Section, Table
from bangfu.programme.report.quotas import quotas_section
from bangfu.programme.report.targets import targets_section
from bangfu.programme.result import RunResult
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Language

INVENTED = Path(__file__).parents[2] / "schemes" / "invented"
EAST, WEST = "990100000000", "990200000000"


def context(
    tables: dict[str, pl.DataFrame] | None = None,
    *,
    language: Language = "zh",
    known: Scheme | None = None,
) -> ReportContext:
    scheme = known or load_scheme(INVENTED)
    result = RunResult(scheme.id, scheme.content_hash, date(2025, 6, 1), {}, tables or {})
    path = "targeting.townships.provincial_town.size"
    result.figures[path] = scheme.figure(path, result.as_of)
    return ReportContext(result, scheme, language)


def tables_of(section: Section | None) -> list[Table]:
    assert section is not None
    return [block for block in section.blocks if isinstance(block, Table)]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def clauses(table: Table, row: int = 0) -> list[str]:
    return [ref.id for ref in table.rows[row].cells[-1].clauses]


def places(number: int, **columns: object) -> pl.DataFrame:
    base = {
        "list": "townships",
        "place_code": [f"99{k:010d}" for k in range(number)],
        "name": [f"镇{k}" for k in range(number)],
        "level": "township",
        "class": "city_town",
        "verdict": "no",
        "score": pl.Series([None] * number, dtype=pl.Int64),
        "rank": pl.Series([None] * number, dtype=pl.Int64),
        "rank_high": pl.Series([None] * number, dtype=pl.Int64),
        "watch": pl.Series([None] * number, dtype=pl.Boolean),
        "reason": "居民收入低于门槛：否",
        "clauses": "EX-01",
    }
    return pl.DataFrame({**base, **columns})


def test_verdicts_are_counted_by_class_beside_the_declared_number() -> None:
    table = places(
        5,
        **{
            "class": ["provincial_town", "provincial_town", "city_town", None, None],
            "verdict": ["yes", "yes", "yes", "no", "no"],
        },
    )
    counts = tables_of(targets_section(context({"targets": table})))[0]
    assert texts(counts) == [
        ["省级帮扶镇", "2", "0", "0", "2", "4", "-2", ""],
        ["市级帮扶镇", "1", "0", "0", "1", "", "", ""],
        ["（未分类）", "0", "0", "2", "2", "", "", ""],
        ["合计", "3", "0", "2", "5", "", "", ""],
    ]
    assert clauses(counts) == ["EX-01"]


def test_while_verdicts_are_open_the_list_is_not_compared_with_the_declared_number() -> None:
    table = places(2, **{"class": "provincial_town", "verdict": ["yes", "unknown"]})
    counts = tables_of(targets_section(context({"targets": table})))[0]
    assert texts(counts)[0] == ["省级帮扶镇", "1", "1", "0", "2", "4", "待核实", ""]


def test_the_first_rows_are_those_listed_then_those_unknown() -> None:
    table = places(4, verdict=["no", "unknown", "yes", "unknown"])
    first = tables_of(targets_section(context({"targets": table})))[-1]
    assert [row[3] for row in texts(first)] == ["列入", "待核实", "待核实", "不列入"]
    assert [row[1] for row in texts(first)] == ["镇2", "镇1", "镇3", "镇0"]


def test_of_a_long_list_two_hundred_rows_are_shown_and_the_rest_is_counted() -> None:
    first = tables_of(targets_section(context({"targets": places(1_203)})))[-1]
    assert len(first.rows) == 200
    assert first.remarks == ("本表列前 200 行，另有 1,003 行，见结果文件 targets.csv。",)


def test_borderline_are_the_watched_the_undecided_and_those_next_to_the_line() -> None:
    number = 20
    ranks = list(range(1, number + 1))
    verdicts = ["yes"] * 9 + ["unknown"] * 2 + ["no"] * 9
    table = places(number, verdict=verdicts, score=ranks[::-1], rank=ranks, rank_high=ranks)
    borderline = tables_of(targets_section(context({"targets": table})))[1]
    assert borderline.caption == "临界单位"
    assert texts(borderline)[0][5:7] == ["11", "10"]
    shown = [(row[0], row[2]) for row in texts(borderline)]
    assert shown[:2] == [("处在名额线，未决", "镇9"), ("处在名额线，未决", "镇10")]
    assert [name for why, name in shown if why == "线上最末几位"] == [f"镇{k}" for k in range(4, 9)]
    assert [name for why, name in shown if why == "线下最前几位"] == [
        f"镇{k}" for k in range(11, 16)
    ]


def test_a_list_without_ranks_names_only_the_watched_as_borderline() -> None:
    table = places(3, watch=[True, False, None])
    borderline = tables_of(targets_section(context({"targets": table})))[1]
    assert [row[2] for row in texts(borderline)] == ["镇0"]
    assert "得分" not in [column.head for column in borderline.columns]


def test_places_out_of_scope_are_counted_by_reason() -> None:
    outside = pl.DataFrame(
        {
            "list": ["townships"] * 3,
            "place_code": ["1", "2", "3"],
            "name": ["甲街道", "乙街道", "丙街道"],
            "level": ["township"] * 3,
            "kind": ["街道"] * 3,
            "reason": ["不在方案规定的范围内"] * 3,
            "clauses": ["EX-01"] * 3,
        }
    )
    zh = tables_of(targets_section(context({"out_of_scope": outside})))[0]
    en = tables_of(targets_section(context({"out_of_scope": outside}, language="en")))[0]
    assert texts(zh) == [["薄弱乡镇名单", "不在方案规定的范围内", "3", ""]]
    assert texts(en)[0][1] == "outside the scope the scheme declares"


def test_only_places_above_that_differ_are_shown_with_the_sum_of_all() -> None:
    by_city = pl.DataFrame(
        {
            "place_code": [EAST, WEST],
            "name": ["东市", "西市"],
            "in_places": [5, 1],
            "published": [4, 1],
            "difference": [1, 0],
            "note": ["撤并", ""],
        }
    )
    table = tables_of(targets_section(context({"universe_by_city": by_city})))[0]
    assert texts(table) == [
        ["东市", "5", "4", "+1", "撤并", ""],
        ["全部合计", "6", "5", "+1", "", ""],
    ]
    agreeing = by_city.with_columns(difference=pl.lit(0))
    section = targets_section(context({"universe_by_city": agreeing}))
    assert section is not None
    assert Paragraph("2 个地方全部一致。") in section.blocks


def quota_rows() -> pl.DataFrame:
    def row(
        scope: str, of: str, recipient: str | None, layer: str, value: int, rule: int | None = None
    ) -> dict[str, object]:
        return {
            "scope": scope,
            "class": of,
            "recipient_code": recipient,
            "recipient": {EAST: "东市", WEST: "西市"}.get(recipient or "", ""),
            "layer": layer,
            "rule_value": rule,
            "published_value": value,
            "value": value,
            "deviation": None if rule is None else value - rule,
            "clauses": "EX-04",
        }

    first, second = "provincial_town", "city_town"
    rows = [
        row("row", first, EAST, "province_units", 2),
        row("row", first, EAST, "city_units", 1),
        row("row", first, EAST, "total", 3),
        row("row", first, WEST, "province_units", 1),
        row("row", first, WEST, "city_units", 0),
        row("row", first, WEST, "total", 1),
        row("total", first, None, "province_units", 3, 2),
        row("total", first, None, "city_units", 1, 2),
        row("total", first, None, "total", 4, 4),
        row("row", second, EAST, "county_units", 1),
        row("total", second, None, "county_units", 1),
        row("total", "all", None, "total", 5),
    ]
    return pl.DataFrame(rows, schema=QUOTAS_SCHEMA, orient="row")


def test_quotas_stand_as_a_cross_table_with_rule_and_deviation_under_the_total() -> None:
    table = tables_of(quotas_section(context({"quotas": quota_rows()})))[0]
    assert [column.head for column in table.columns] == [
        *("帮扶方", "受帮扶方", "省直单位", "市直单位", "小计", "县直单位", "各类合计", "条款")
    ]
    assert table.spans == (("", 2), ("省级帮扶镇", 3), ("市级帮扶镇", 1), ("", 2))
    assert sum(width for _, width in table.spans) == len(table.columns)
    assert texts(table) == [
        ["", "东市", "2", "1", "3", "1", "4", ""],
        ["", "西市", "1", "0", "1", "—", "1", ""],
        ["合计", "", "3", "1", "4", "1", "5", ""],
        ["", "按规则", "2", "2", "4", "", "", ""],
        ["", "相差", "+1", "-1", "0", "", "", ""],
    ]
    assert [row.kind for row in table.rows] == ["row", "row", "total", "rule", "rule"]


def test_where_the_rule_is_taken_the_published_number_stands_beside() -> None:
    taken = quota_rows().with_columns(
        value=pl.coalesce("rule_value", "published_value"),
    )
    table = tables_of(quotas_section(context({"quotas": taken})))[0]
    total = table.rows[2].cells[2]
    assert (total.text, total.notes) == ("2", ("公布 3",))


def funding_rows(*lines: tuple[str, int, str, str | None, str, int]) -> pl.DataFrame:
    rows = [
        {
            "line": line,
            "payer": {"province": "省级财政", "city": "西市（市级财政）"}.get(role, "文件未明确"),
            "payer_role": role,
            "payer_code": code,
            "payee": payee,
            "payee_code": payee,
            "purpose": "支持薄弱乡镇",
            "year": year,
            "units": 2,
            "unit_fen": 300_000_000,
            "pool_fen": 600_000_000,
            "share_fen": share,
            "basis": "名单；2:1",
            "clauses": "EX-06",
        }
        for line, year, role, code, payee, share in lines
    ]
    return pl.DataFrame(rows, schema=FUNDING_SCHEMA, orient="row")


TWO_PAYEES = funding_rows(
    ("town_fund", 2025, "province", None, "甲县", 400_000_000),
    ("town_fund", 2025, "city", WEST, "甲县", 200_000_000),
    ("town_fund", 2025, "province", None, "乙县", 400_000_000),
    ("town_fund", 2025, "city", WEST, "乙县", 200_000_000),
    ("town_fund", 2026, "province", None, "甲县", 400_000_000),
)


def test_money_of_the_year_stands_payee_by_payer_in_ten_thousands() -> None:
    by_line, by_payer, by_year = tables_of(funding_section(context({"funding": TWO_PAYEES})))
    assert by_line.unit == "万元"
    assert texts(by_line) == [
        ["甲县", "2", "300", "600", "400", "200", "名单；2:1", ""],
        ["乙县", "2", "300", "600", "400", "200", "名单；2:1", ""],
        ["合计", "4", "", "1,200", "800", "400", "", ""],
    ]
    assert texts(by_payer) == [
        ["省级财政", "800", ""],
        ["西市（市级财政）", "400", ""],
        ["合计", "1,200", ""],
    ]
    assert texts(by_year) == [["镇帮扶资金", "1,200", "400", "1,600", ""]]
    assert clauses(by_line) == ["EX-06"]


def test_lines_of_the_year_are_summed_apart_and_together() -> None:
    more = funding_rows(("whole_village_move", 2025, "province", None, "甲县", 50_000_000))
    tables = tables_of(funding_section(context({"funding": pl.concat([TWO_PAYEES, more])})))
    by_line, by_payee = tables[:2]
    assert [row.kind for row in by_line.rows] == [
        *("group", "row", "row", "subtotal", "group", "row", "subtotal", "total")
    ]
    assert texts(by_line)[-1][3:6] == ["1,250", "850", "400"]
    assert texts(by_payee) == [
        ["甲县", "450", "200", "650", ""],
        ["乙县", "400", "200", "600", ""],
        ["合计", "850", "400", "1,250", ""],
    ]


def test_what_no_payer_is_named_for_is_shown_as_not_stated() -> None:
    rows = funding_rows(
        ("town_fund", 2025, "province", None, "甲县", 400_000_000),
        ("town_fund", 2025, "not_stated", None, "甲县", 200_000_000),
    )
    zh = tables_of(funding_section(context({"funding": rows})))[0]
    en = tables_of(funding_section(context({"funding": rows}, language="en")))[0]
    assert "文件未明确" in [column.head for column in zh.columns]
    assert texts(en)[0][6] == "list；2:1"


def test_the_year_of_the_money_is_the_last_one_where_the_run_lies_outside() -> None:
    later = funding_rows(("town_fund", 2026, "province", None, "甲县", 400_000_000))
    section = funding_section(context({"funding": later}))
    assert tables_of(section)[0].caption == "2026 年各项资金"
    words = [block.text for block in section.blocks if isinstance(block, Paragraph)]  # type: ignore[union-attr]
    assert words == ["2025 年没有可计算的资金，以下为最近有数的 2026 年。"]


def test_names_not_found_come_first() -> None:
    named = pl.DataFrame(
        {
            "written": ["东市", "无名镇"],
            "place_code": [EAST, None],
            "name": ["东市", None],
            "how": ["exact", "not_found"],
            "class": [None, "city_town"],
            "note": ["", "表中没有"],
            "clauses": ["EX-04"] * 2,
        }
    )
    table = tables_of(named_places_section(context({"named_places": named})))[0]
    assert [row[3] for row in texts(table)] == ["未找到", "名称一致"]
    assert table.rows[0].cells[3].notes == ("表中没有",)
