"""Lists counted together: a county on two lists is one county."""

from datetime import date

import polars as pl

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.load import load_scheme

ON = date(2023, 6, 30)
FENG, TOWN = "320321000000", "320321101000"


def ran(scheme: str = "js-2021", *, area: str | None = None) -> RunResult:
    tables = {
        "places": pl.DataFrame(
            {"code": [FENG, TOWN], "name": ["丰县", "某镇"], "level": ["county", "township"],
             "parent_code": [None, FENG], "kind": [None, "镇"], "code_system": "nbs"}
        )
    }  # fmt: skip
    if area:
        tables["list_members"] = pl.DataFrame({"place_code": [TOWN], "class": [area]})
    return run(load_scheme(scheme), tables, ON)


def test_the_sum_of_the_lists_less_the_overlap_is_the_distinct_count() -> None:
    result = ran()
    lists = result.tables["lists"]
    named = lists.filter(pl.col("scope") == "list")["named"].sum()
    assert (named, result.headline("lists.distinct")) == (20, 19)
    assert result.headline("lists.named") == named
    assert result.tables["list_overlaps"]["place_code"].to_list() == [FENG]


def test_members_are_unknown_until_they_are_entered() -> None:
    def members(result: RunResult) -> dict[str, int | None]:
        lists = result.tables["lists"].filter(pl.col("scope") == "list")
        return dict(zip(lists["list"], lists["members"], strict=True))

    assert members(ran()) == {"areas": None, "old_areas": None, "key_counties": 1}
    assert members(ran(area="huangqiao_old_area"))["old_areas"] == 1


def test_a_member_brings_its_county_to_the_overlap() -> None:
    overlaps = ran(area="huangqiao_old_area").tables["list_overlaps"].row(0, named=True)
    assert overlaps["lists"] == "areas;old_areas;key_counties"
    assert overlaps["objects"] == "丰县湖西片区;黄桥老区;丰县"


def test_what_is_named_agrees_with_the_printed_numbers() -> None:
    checks = {check.id: check.outcome for check in ran().checks if check.id.startswith("lists.")}
    assert set(checks.values()) == {"passed"}
    assert set(checks) == {"lists.areas.named", "lists.old_areas.named", "lists.key_counties.named"}


def test_other_schemes_have_no_such_table() -> None:
    assert "lists" not in ran("tc-2023").tables
