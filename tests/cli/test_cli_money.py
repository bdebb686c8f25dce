"""``bangfu shares`` and ``bangfu allot``: to the fen, with words where nothing can be said."""

import json
from pathlib import Path

import polars as pl
import pytest

WEIGHTS = "factor,weight\n人口,3\n面积,2\n行政村数,1\n四沿区位,1\n"
COUNTY = "441491000000"
POOL = 1_000_000_001


def test_shares_of_guangdong_in_2021_are_those_of_the_document(bangfu):
    ended = bangfu("shares", "--scheme", "gd-2021", "--year", 2021, "--json")
    assert (ended.code, ended.err) == (0, "")
    rows = pl.DataFrame(json.loads(ended.out))
    by_payer = dict(rows.group_by("payer_role").agg(pl.col("share_fen").sum()).rows())
    yuan = {payer: fen // 100 for payer, fen in by_payer.items()}
    assert yuan == {
        "province": 10_812_000_000,
        "helper_city": 5_406_000_000,
        "own_city": 1_802_000_000,
    }
    assert {len(row["clauses"]) > 0 for row in rows.to_dicts()} == {True}
    assert set(rows["year"]) == {2021}


def test_shares_of_tongchuan_in_2023_follow_the_declared_numbers(bangfu):
    ended = bangfu("shares", "--scheme", "tc-2023", "--year", 2023, "--json")
    assert ended.code == 0
    rows = json.loads(ended.out)
    towns, villages = 3 + 2, 18 + 13
    # Both grades reach the same standard: 6 million yuan a town, 1.2 million a village.
    assert sum(row["share_fen"] for row in rows) == towns * 600_000_000 + villages * 120_000_000
    assert {row["share_fen"] == row["units"] * row["unit_fen"] for row in rows} == {True}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shares_on_the_screen_name_each_payer_and_cut_nothing_short(bangfu, language):
    ended = bangfu("shares", "--scheme", "tc-2023", "--year", 2023, "--lang", language)
    assert ended.code == 0
    assert "…" not in ended.out
    last = ended.out.rstrip().splitlines()[-1]
    assert ("6,720万元" if language == "zh" else "67,200,000 yuan") in last
    assert ("市级 2,040万元" if language == "zh" else "city 20,400,000 yuan") in last
    assert "central_province" not in last


REFUSED = {
    ("gd-2021", 2026): ("2026 年没有可计算的资金", "可计算的年份：2021、2022、2023、2024、2025"),
    ("tc-2023", 2026): ("2026 年没有可计算的资金", "可计算的年份：2023、2024、2025"),
    ("zj-2025-townships", 2025): ("没有资金标准的条款",),
    ("gd-2021", 0): ("--year 0", "年份写作四位数"),
    ("gd-2021", 99999): ("--year 99999", "年份写作四位数"),
}


@pytest.mark.parametrize(("scheme_id", "year"), list(REFUSED))
def test_a_year_without_a_standard_is_refused_in_words(bangfu, scheme_id, year):
    ended = bangfu("shares", "--scheme", scheme_id, "--year", year)
    assert (ended.code, ended.out) == (2, "")
    for words in REFUSED[scheme_id, year]:
        assert words in ended.err


@pytest.mark.parametrize("amount", [0, 1, 7, 10, 123_456_789, 2**63 - 1])
def test_an_amount_is_shared_to_the_fen(bangfu, amount):
    ended = bangfu(
        "shares", "--scheme", "gd-2021", "--year", 2021, "--amount-fen", amount, "--json"
    )
    rows = json.loads(ended.out)
    assert ended.code == 0
    assert [row["payer_role"] for row in rows] == ["province", "helper_city", "own_city"]
    assert sum(row["share_fen"] for row in rows) == amount
    for row, weight in zip(rows, (6, 3, 1), strict=True):
        assert abs(row["share_fen"] * 10 - amount * weight) < 10


@pytest.mark.parametrize("amount", [-1, 2**63])
def test_an_amount_that_cannot_be_held_is_refused(bangfu, amount):
    ended = bangfu("shares", "--scheme", "gd-2021", "--year", 2021, "--amount-fen", amount)
    assert (ended.code, f"--amount-fen {amount}" in ended.err) == (2, True)


def test_an_amount_is_refused_where_nothing_is_shared_by_a_ratio(bangfu):
    ended = bangfu("shares", "--scheme", "tc-2023", "--year", 2023, "--amount-fen", 100)
    assert (ended.code, "没有按比例分担" in ended.err) == (2, True)
    ended = bangfu("shares", "--scheme", "gd-2021", "--year", 2026, "--amount-fen", 100)
    assert (ended.code, "2026 年的分担比例文件未明确、待定" in ended.err) == (2, True)


def _allot(bangfu, data: Path, out: Path, *more: object):
    return bangfu(
        "allot", data, "--scheme", "gd-2021", "--pool-fen", POOL, "--year", 2024,
        "--county", COUNTY, "--out", out, *more,
    )  # fmt: skip


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights.csv"
    path.write_text(WEIGHTS, encoding="utf-8")
    return path


@pytest.mark.parametrize("bounds", [(), ("--floor-fen", 80_000_000, "--cap-fen", 100_000_000)])
def test_an_allotment_sums_to_the_fen_and_every_town_is_explained(
    bangfu, folder, tmp_path, weights, bounds
):
    out = tmp_path / "out"
    ended = _allot(bangfu, folder("gd-2021"), out, "--weights", weights, *bounds)
    assert (ended.code, ended.err) == (0, "")
    table = pl.read_csv(out / "allotment.csv", schema_overrides={"place_code": pl.String})
    assert table["amount_fen"].sum() == POOL
    assert table["place_code"].n_unique() == table.height > 1
    parts = pl.read_csv(out / "allotment_parts.csv", schema_overrides={"place_code": pl.String})
    explained = dict(parts.group_by("place_code").agg(pl.col("part_fen").sum()).rows())
    assert explained == dict(table.select("place_code", "amount_fen").rows())
    for factors in table["factors"]:
        assert set(json.loads(factors)) == {"population", "area", "villages", "four_along"}
    if bounds:
        assert table["amount_fen"].min() >= 80_000_000
        assert table["amount_fen"].max() <= 100_000_000
    assert "相差 0 分" in ended.out


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_weights_are_read_as_offices_save_them(bangfu, folder, tmp_path, weights, encoding):
    weights.write_bytes(WEIGHTS.replace(",3", ",３").encode(encoding))
    ended = _allot(bangfu, folder("gd-2021"), tmp_path / "out", "--weights", weights)
    assert (ended.code, ended.err) == (0, "")
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert record["weights"] == {"population": 3, "area": 2, "villages": 1, "four_along": 1}


BAD_WEIGHTS = {
    "": ("没有数据行",),
    "factor,weight\n": ("没有给权重", "--weights"),
    "f,w\n人口,3\n": ("weights.csv", "factor、weight 两列", "f、w"),
    "factor,weight\n人口,x\n面积,-1\n海拔,2\n": (
        "有 3 处需要修改", "weights.csv「人口」", "「x」", "「-1」", "没有这个因素", "乡镇面积",
    ),
    "factor,weight\n人口,3\n常住人口,3\n": ("写了两次",),
    "factor,weight\n人口,0\n面积,0\n": ("权重全是 0",),
}  # fmt: skip


@pytest.mark.parametrize("content", list(BAD_WEIGHTS))
def test_weights_that_are_wrong_are_refused(bangfu, folder, tmp_path, weights, content):
    weights.write_text(content, encoding="utf-8")
    ended = _allot(bangfu, folder("gd-2021"), tmp_path / "out", "--weights", weights)
    assert ended.code == 2
    for words in BAD_WEIGHTS[content]:
        assert words in ended.err
    assert not (tmp_path / "out").exists()


def test_without_weights_nothing_is_allotted(bangfu, folder, tmp_path):
    ended = _allot(bangfu, folder("gd-2021"), tmp_path / "out")
    assert ended.code == 2
    assert "没有给权重，不能替你定" in ended.err
    assert not (tmp_path / "out").exists()


def test_every_missing_factor_figure_is_named(bangfu, folder, tmp_path, weights):
    data = folder("gd-2021")
    indicators = pl.read_csv(data / "indicators.csv", infer_schema=False)
    towns = sorted(pl.read_csv(data / "list_members.csv", infer_schema=False)["place_code"])[:3]
    gone = (pl.col("period") == "2024") & (
        (pl.col("place_code").is_in(towns[:2]) & (pl.col("indicator") == "常住人口"))
        | ((pl.col("place_code") == towns[2]) & (pl.col("indicator") == "面积"))
    )
    indicators.filter(~gone).write_csv(data / "indicators.csv")
    ended = _allot(bangfu, data, tmp_path / "out", "--weights", weights)
    assert ended.code == 2
    assert "2024 年「常住人口」缺 2 个单位" in ended.err
    assert "2024 年「面积」缺 1 个单位" in ended.err
    for code in towns:
        assert code in ended.err
    assert "不能按零计算" in ended.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--county", "441492000000"), "没有可分配的乡镇"),
        (("--pool-fen", -1), "--pool-fen -1"),
        (("--floor-fen", POOL), "超过资金总额"),
        (("--cap-fen", 1), "分不完"),
        (("--cap-fen", 1, "--floor-fen", 2), "高于封顶"),
        (("--weights", "no.csv"), "no.csv：权重表应是一个"),
    ],
)
def test_an_allotment_that_cannot_be_is_refused(bangfu, folder, tmp_path, weights, more, words):
    out = tmp_path / "out"
    ended = _allot(bangfu, folder("gd-2021"), out, "--weights", weights, *more)
    assert (ended.code, words in ended.err) == (2, True)
    assert not out.exists()
