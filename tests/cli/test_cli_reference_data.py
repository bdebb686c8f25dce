"""Real lists of division codes, where an installation holds them: imported, then run on."""

import json
import os
from pathlib import Path

import polars as pl
import pytest

_HERE = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("BANGFU_REFERENCE_DATA", _HERE.parent / "shared" / "data"))
DIVISIONS = DATA / "divisions"

pytestmark = pytest.mark.skipif(not DIVISIONS.is_dir(), reason="no reference data here")

#: File, edition, rows by level.
LISTS = {
    "mca_20260427_3level.csv.gz": ("2026", {"province": 34, "city": 379, "county": 3_212}),
    "mca_20260427_townships.csv.gz": ("2026", {"township": 39_251}),
    "mca_admin_codes_20260427.xlsx": (
        "2026",
        {"province": 34, "city": 379, "county": 3_212, "township": 39_251},
    ),
    "nbs2021_villages_JS_ZJ_GD_SN.csv.gz": (
        "2021",
        {"province": 4, "city": 55, "county": 426, "township": 5_977, "village": 94_141},
    ),
    "nbs2021_villages_national_code_name.csv.gz": ("2021", {"village": 618_133}),
    "nbs2023_provinces_cities_counties.csv.gz": (
        "2023",
        {"province": 31, "city": 342, "county": 2_975},
    ),
    "nbs_townships_2017_2023_wide.csv.gz": ("2021", {"county": 1, "township": 41_355}),
}
VILLAGES = "nbs2021_villages_JS_ZJ_GD_SN.csv.gz"


def _imported(bangfu, into: Path, name: str, edition: str, *more: object) -> pl.DataFrame:
    ended = bangfu(
        "import", "places", DIVISIONS / name, "--edition", edition, "--into", into, *more
    )
    assert (ended.code, ended.err) == (0, "")
    return pl.read_csv(into / "places.csv", infer_schema=False)


def _record(out: Path) -> dict:
    return json.loads((out / "run.json").read_text("utf-8"))


def _headlines(out: Path) -> dict[str, int]:
    return {item["id"]: item["value"] for item in _record(out)["summary"]}


def _table(out: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(out / f"{name}.csv", infer_schema=False)


@pytest.mark.parametrize("name", LISTS)
def test_every_layout_is_imported_with_its_levels(bangfu, tmp_path, name):
    edition, levels = LISTS[name]
    places = _imported(bangfu, tmp_path, name, edition)
    assert dict(places["level"].value_counts().iter_rows()) == levels
    assert places["code"].is_unique().all()
    system, lengths = ("mca", {6, 9}) if name.startswith("mca") else ("nbs", {12})
    assert set(places["code_system"]) == {system}
    assert set(places["code"].str.len_chars()) <= lengths
    known = places["code"].implode()
    assert places.select(
        (pl.col("parent_code").is_null() | pl.col("parent_code").is_in(known)).all()
    ).item()


def test_guangdong_of_2020_has_1131_towns_and_four_cities_differ(bangfu, tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    _imported(bangfu, data, "nbs_townships_2017_2023_wide.csv.gz", "2020", "--province", "44")
    # The levels above come from another list, added to the towns.
    _imported(
        bangfu, data, "nbs2023_provinces_cities_counties.csv.gz", "2023",
        "--province", "440000", "--merge",
    )  # fmt: skip
    ended = bangfu("run", "gd-2021", data, "--out", out, "--as-of", "2021-06-04")
    assert (ended.code, ended.err) == (0, "")
    assert _headlines(out)["targets.towns.universe"] == 1_131
    assert _headlines(out)["named_places.found"] == 21
    targets = _table(out, "targets")
    assert (targets.height, set(targets["class"]), set(targets["verdict"])) == (
        1_131, {None}, {"unknown"},
    )  # fmt: skip
    by_city = _table(out, "universe_by_city").filter(pl.col("difference") != "0")
    assert dict(by_city.select("name", "difference").rows()) == {
        "广州市": "1",
        "汕尾市": "4",
        "揭阳市": "-2",
        "梅州市": "1",
    }
    for city in ("广州市", "汕尾市", "揭阳市", "梅州市"):
        assert f"注意：{city}：" in ended.out


def test_tongchuan_of_2021_holds_the_ten_places_named(bangfu, tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    places = _imported(bangfu, data, VILLAGES, "2021", "--province", "610200000000")
    assert dict(places["level"].value_counts().iter_rows()) == {
        "city": 1, "county": 4, "township": 38, "village": 431,
    }  # fmt: skip
    ended = bangfu("run", "tc-2023", data, "--out", out, "--as-of", "2025-12-31")
    assert (ended.code, ended.err) == (0, "")
    assert _headlines(out)["named_places.found"] == 10
    named = _table(out, "named_places")
    assert named["place_code"].null_count() == 0
    published = pl.read_csv(
        DATA / "lists" / "policy004_tongchuan_places_matched.csv", infer_schema=False
    )
    assert dict(named.select("written", "place_code").rows()) == dict(
        published.select("as_written", "nbs2021_code").rows()
    )


def test_zhejiang_of_2021_takes_village_committees_and_names_the_rest(bangfu, tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    places = _imported(bangfu, data, VILLAGES, "2021", "--province", "33")
    assert places.filter(pl.col("level") == "village").height == 25_306
    ended = bangfu("run", "zj-2025-villages", data, "--out", out, "--as-of", "2025-12-31")
    assert (ended.code, ended.err) == (0, "")
    assert _headlines(out)["targets.villages.universe"] == 19_809
    targets, aside = _table(out, "targets"), _table(out, "out_of_scope")
    kinds = places.select("code", "kind")
    assert set(targets.join(kinds, left_on="place_code", right_on="code")["kind"].drop_nulls()) == {
        "村委会"
    }
    assert dict(aside["kind"].value_counts().iter_rows()) == {"居委会": 5_388, "类似村": 109}
    assert all("居委会" in reason for reason in aside.filter(pl.col("kind") == "居委会")["reason"])
    assert targets.height + aside.height == 25_306
    # Nothing is known of incomes: a village of the 25 counties is open, never judged.
    assert dict(targets["verdict"].value_counts().iter_rows()) == {"unknown": 6_103, "no": 13_706}


def test_codes_of_civil_affairs_are_not_mixed_into_statistical_ones(bangfu, tmp_path):
    data = tmp_path / "data"
    before = _imported(
        bangfu, data, "nbs_townships_2017_2023_wide.csv.gz", "2021", "--province", "44"
    )
    ended = bangfu(
        "import", "places", DIVISIONS / "mca_20260427_townships.csv.gz", "--edition", "2026",
        "--into", data, "--merge",
    )  # fmt: skip
    assert (ended.code, "两种代码体系不能放在一起" in ended.err) == (2, True)
    assert pl.read_csv(data / "places.csv", infer_schema=False).equals(before)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nbs_townships_2017_2023_wide.csv.gz", "--edition", "2016"), "没有 2016 年版"),
        (("nbs_townships_2017_2023_wide.csv.gz", "--edition", "去年"), "写法不对"),
        (("no_such_list.csv", "--edition", "2021"), "没有这个文件"),
        (("nbs2023_provinces_cities_counties.csv.gz", "--edition", "2023", "--province", "粤"),
         "应为省、市、县的代码"),
        (("nbs2023_provinces_cities_counties.csv.gz", "--edition", "2023", "--province", "99"),
         "没有符合条件的区划"),
    ],
)  # fmt: skip
def test_an_import_that_cannot_be_is_refused_and_leaves_nothing(bangfu, tmp_path, words, told):
    name, *more = words
    ended = bangfu("import", "places", DIVISIONS / name, *more, "--into", tmp_path / "data")
    assert (ended.code, told in ended.err) == (2, True)
    assert not (tmp_path / "data").exists()


def test_places_that_are_there_are_not_overwritten(bangfu, tmp_path):
    name = "nbs2023_provinces_cities_counties.csv.gz"
    _imported(bangfu, tmp_path, name, "2023", "--province", "61")
    before = (tmp_path / "places.csv").read_bytes()
    ended = bangfu("import", "places", DIVISIONS / name, "--edition", "2023", "--into", tmp_path)
    assert (ended.code, "--merge" in ended.err) == (2, True)
    assert (tmp_path / "places.csv").read_bytes() == before
