"""Sound but odd input: it runs, and whatever is left aside is said in words."""

import json
from pathlib import Path

import polars as pl
import pytest

SCHEMES = ("gd-2021", "tc-2023", "zj-2025-townships", "zj-2025-villages")
HEAD = "code,name,level,parent_code,kind,code_system\n"


def _record(out: Path) -> dict:
    return json.loads((out / "run.json").read_text("utf-8"))


def _told(record: dict, language: str = "") -> str:
    """All checks that are not passed, and all notices, as one text."""
    key = "message_en" if language == "en" else "message"
    checks = [one[key] for one in record["checks"] if one["outcome"] != "passed"]
    return "\n".join([*checks, *(one[key] for one in record["notices"])])


def _only_places(data: Path) -> None:
    for path in data.rglob("*"):
        if path.is_file() and path.name != "places.csv":
            path.unlink()


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_a_folder_with_only_places_says_which_tables_are_missing(
    bangfu, folder, tmp_path, scheme_id
):
    data = folder(scheme_id)
    _only_places(data)
    assert bangfu("run", scheme_id, data, "--out", tmp_path / "out").code == 0
    skipped = _record(tmp_path / "out")["skipped"]
    needs = " ".join(item["needs"] for item in skipped)
    assert "list_members" in needs
    for item in skipped:
        assert item["needs"]
        assert item["reason"]
        assert item["reason_en"]


@pytest.mark.parametrize("scheme_id", ["tc-2023", "zj-2025-villages"])
def test_no_villages_at_all_is_said_and_gives_no_rows(bangfu, folder, tmp_path, scheme_id):
    data = folder(scheme_id)
    _only_places(data)
    places = pl.read_csv(data / "places.csv", infer_schema=False)
    places.filter(pl.col("level") != "village").write_csv(data / "places.csv")
    assert bangfu("run", scheme_id, data, "--out", tmp_path / "out").code == 0
    record = _record(tmp_path / "out")
    assert "places" in {item["needs"] for item in record["skipped"]}
    targets = pl.read_csv(tmp_path / "out" / "targets.csv", infer_schema=False)
    assert targets.filter(pl.col("level") == "village").is_empty()


def test_a_day_after_the_scheme_runs_and_says_so(bangfu, county, tmp_path):
    out = tmp_path / "out"
    ended = bangfu("run", "gd-2021", county, "--out", out, "--as-of", "2099-06-30")
    assert ended.code == 0
    assert "注意：截至日期 2099-06-30 在方案执行期之后（2026-01-01 起期满）" in ended.out
    assert "after the period of the scheme" in _told(_record(out), "en")


def test_a_day_within_the_scheme_says_nothing_of_the_kind(bangfu, county, tmp_path):
    out = tmp_path / "out"
    assert bangfu("run", "gd-2021", county, "--out", out, "--as-of", "2025-12-31").code == 0
    assert "执行期之后" not in _told(_record(out))


HOSTILE = [
    "<script>alert(1)</script>",
    '=cmd|"/c calc"!A1',
    '"引号",逗号',
    "两\n行镇",
    "😀镇",
    "长" * 3000,
    "[bold]镇[/bold]",
    "[/]",
    "{{7*7}}",
    "</td></tr></table>",
    ":smile:",
    "‮反写镇",
]


def test_hostile_names_come_back_as_they_are_and_harm_no_page(bangfu, folder, tmp_path):
    data, out = folder("tc-2023"), tmp_path / "out"
    places = pl.read_csv(data / "places.csv", infer_schema=False)
    listed = pl.read_csv(data / "list_members.csv", infer_schema=False)["place_code"].to_list()
    others = places.filter(~pl.col("code").is_in(listed) & (pl.col("level") == "township"))
    codes = [*listed, *others["code"]][: len(HOSTILE)]
    names = dict(zip(codes, HOSTILE, strict=True))
    renamed = pl.col("code").replace_strict(names, default=pl.col("name")).alias("name")
    places.with_columns(renamed).write_csv(data / "places.csv")
    assert bangfu("run", "tc-2023", data, "--out", out, "--as-of", "2025-12-31").code == 0
    targets = pl.read_csv(out / "targets.csv", infer_schema=False)
    found = dict(
        targets.filter(pl.col("place_code").is_in(codes)).select("place_code", "name").rows()
    )
    assert found == names
    page = (out / "report.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "</td></tr></table><" not in page.replace("</td></tr></table></", "")


@pytest.mark.parametrize("scheme_id", ["zj-2025-townships", "tc-2023"])
def test_places_of_another_province_are_pointed_out(bangfu, county, tmp_path, scheme_id):
    (county / "list_members.csv").unlink()
    out = tmp_path / "out"
    ended = bangfu("run", scheme_id, county, "--out", out)
    assert ended.code == 0
    assert "4 行中有 4 行不在" in ended.out
    assert "请核对数据和方案是否配套" in ended.out
    assert "Check that the tables belong to this scheme" in _told(_record(out), "en")


@pytest.mark.parametrize(
    ("scheme_id", "digits"), list(zip(SCHEMES, ("44", "61", "33", "33"), strict=True))
)
def test_codes_of_civil_affairs_are_pointed_out(bangfu, tmp_path, scheme_id, digits):
    data = tmp_path / "data"
    data.mkdir()
    (data / "places.csv").write_text(
        f"{HEAD}{digits}0202,某县,county,,,mca\n"
        f"{digits}0202101,甲镇,township,{digits}0202,镇,mca\n",
        encoding="utf-8",
    )
    ended = bangfu("run", scheme_id, data, "--out", tmp_path / "out")
    assert ended.code == 0
    assert "民政行政区划代码（mca）" in ended.out
    assert "请改用统计用区划代码的区划表" in ended.out
    assert "civil-affairs codes (mca)" in _told(_record(tmp_path / "out"), "en")


def test_a_figure_of_the_wrong_level_is_pointed_out(bangfu, county, tmp_path):
    with (county / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write("441491101000,村集体经营性收入,2024,300000,元\n")
    assert bangfu("run", "gd-2021", county, "--out", tmp_path / "out").code == 0
    record = _record(tmp_path / "out")
    assert "「村集体经营性收入」有 1 个数填在乡级，这个指标用于村级" in _told(record)
    assert "1 figures stand at level township" in _told(record, "en")


def test_a_figure_of_half_a_year_is_not_used_and_said_so(bangfu, county, tmp_path):
    path = county / "indicators.csv"
    path.write_text(path.read_text("utf-8").replace(",2024,", ",2024H1,", 1), encoding="utf-8")
    assert bangfu("run", "gd-2021", county, "--out", tmp_path / "out").code == 0
    record = _record(tmp_path / "out")
    assert "有 1 个数的期间不是整年（2024H1），方案按年计算，没有采用" in _told(record)
    assert "not of a whole year (2024H1)" in _told(record, "en")


def test_notices_of_reading_name_the_file(bangfu, county, tmp_path):
    with (county / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write("441491101000,没有这个指标,2024,3,个\n")
    assert bangfu("run", "gd-2021", county, "--out", tmp_path / "out").code == 0
    told = _told(_record(tmp_path / "out"))
    assert "indicators.csv：有 1 个指标不在目录中" in told


def test_a_place_in_two_classes_of_one_list_is_told(bangfu, county, tmp_path):
    with (county / "list_members.csv").open("a", encoding="utf-8") as file:
        file.write("441491101000,巩固提升镇\n")
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "甲镇" in ended.err
    assert not (tmp_path / "out").exists()
