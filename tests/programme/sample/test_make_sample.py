"""Synthetic folders: what was planted is what a run answers; every file says it is made up."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.programme.sample import SampleSummary, make_sample
from bangfu.programme.sample.setting import SampleSize, Setting
from bangfu.programme.sample.shapes import county_plans, places_by_class
from bangfu.programme.tables.read import FolderTables, read_folder
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import FaultsFound

SCHEMES = ("gd-2021", "tc-2023", "zj-2025-townships", "zj-2025-villages")
SIZES: tuple[SampleSize, ...] = ("county", "city")
#: One province is run by default: the smallest of them, as each takes several seconds.
PROVINCE: tuple[str, SampleSize] = ("zj-2025-townships", "province")
#: City digits that no city, prefecture or directly administered county uses.
UNUSED_CITIES = ("88", "89", *(str(digits) for digits in range(91, 100)))
#: The columns by which a row expected is found in a table of a run.
KEYS = {
    "targets": ("list", "place_code"),
    "out_of_scope": ("list", "place_code"),
    "goals": ("goal_id", "scope", "reading", "place_code"),
    "slots": ("place_code", "slot"),
    "exits": ("place_code",),
    "registers": ("register", "place_code"),
}


class Sample:
    """A sample, made, read and run once."""

    def __init__(self, scheme_id: str, size: SampleSize, base: Path) -> None:
        self.scheme: Scheme = load_scheme(scheme_id)
        self.folder = base / f"{scheme_id}-{size}"
        self.summary: SampleSummary = make_sample(self.scheme, self.folder, size=size, seed=7)
        self.truth: dict[str, Any] = json.loads((self.folder / "truth.json").read_text("utf-8"))
        catalogue = reader_catalogue(self.scheme.catalogue)
        self.read: FolderTables = read_folder(self.folder, catalogue=catalogue)
        as_of = date.fromisoformat(self.truth["as_of"])
        self.result: RunResult = run(self.scheme, self.read.tables, as_of)

    def rows(self, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The rows of an output table by key, dates as text."""
        found = {}
        for row in self.result.tables[table].iter_rows(named=True):
            plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}
            found[tuple(plain[column] for column in KEYS[table])] = plain
        return found

    def expected(self, table: str) -> list[dict[str, Any]]:
        return list(self.truth["expected"].get(table, []))

    def planted(self, fact: str) -> list[dict[str, Any]]:
        return [entry for entry in self.truth["planted"] if entry["id"] == fact]


_MADE: dict[tuple[str, SampleSize], Sample] = {}


@pytest.fixture(
    params=[*((scheme, size) for scheme in SCHEMES for size in SIZES), PROVINCE], ids="-".join
)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    scheme_id, size = request.param
    return made(scheme_id, size, tmp_path_factory)


def made(scheme_id: str, size: SampleSize, base: pytest.TempPathFactory) -> Sample:
    key = (scheme_id, size)
    if key not in _MADE:
        _MADE[key] = Sample(scheme_id, size, base.mktemp("samples"))
    return _MADE[key]


# --- the truth ---


def test_a_run_gives_every_row_the_truth_expects(sample: Sample) -> None:
    for table, rows in sample.truth["expected"].items():
        found = sample.rows(table)
        for row in rows:
            key = tuple(row[column] for column in KEYS[table])
            assert {name: found[key][name] for name in row} == row


def test_a_run_gives_no_row_the_truth_denies(sample: Sample) -> None:
    for table, rows in sample.truth["absent"].items():
        for row in rows:
            found = sample.result.tables[table]
            same = pl.all_horizontal(pl.col(name) == value for name, value in row.items())
            assert found.filter(same).height == 0


@pytest.mark.parametrize("table", ["slots", "registers"])
def test_every_gap_of_a_run_was_planted(sample: Sample, table: str) -> None:
    gaps = {key: row["gap"] for key, row in sample.rows(table).items() if row["gap"]}
    planted = {tuple(r[c] for c in KEYS[table]): r["gap"] for r in sample.expected(table)}
    assert planted == gaps
    assert len(planted) > 0


def test_every_exit_of_a_run_was_planted(sample: Sample) -> None:
    exits = sample.result.tables.get("exits")
    found = [] if exits is None else exits["place_code"].to_list()
    assert [row["place_code"] for row in sample.expected("exits")] == found


def test_a_figure_is_unknown_only_where_it_was_taken_away(sample: Sample) -> None:
    expected = sample.expected("goals")
    goals = {(row["goal_id"], row["reading"]) for row in expected}
    unknown = {
        key
        for key, row in sample.rows("goals").items()
        if row["result"] == "unknown" and row["scope"] == "each" and key[0:3:2] in goals
    }
    planted = {
        tuple(row[column] for column in KEYS["goals"])
        for row in expected
        if row["result"] == "unknown"
    }
    assert planted == unknown


def test_every_result_is_planted_met_missed_and_unknown(sample: Sample) -> None:
    results = {row["result"] for row in sample.expected("goals")}
    assert results == {"met", "not_met", "unknown"}


def test_no_check_of_a_run_fails(sample: Sample) -> None:
    assert [check for check in sample.result.checks if check.outcome == "failed"] == []


# --- every file says what it is ---


def test_every_table_marks_every_row_as_synthetic(sample: Sample) -> None:
    files = sorted(sample.folder.rglob("*.csv"))
    assert sorted(sample.summary.rows) == sorted(
        path.relative_to(sample.folder).as_posix() for path in files
    )
    for path in files:
        frame = pl.read_csv(path, infer_schema=False)
        assert frame["synthetic"].unique().to_list() == ["true"]
        assert frame.height == sample.summary.rows[path.relative_to(sample.folder).as_posix()]
    assert sample.truth["synthetic"] is True
    assert sample.read.tables["indicators"]["source"].unique().to_list() == ["合成样例"]


def test_names_and_codes_cannot_be_real(sample: Sample) -> None:
    places = sample.read.tables["places"]
    assert places.filter(~pl.col("name").str.starts_with("示例")).height == 0
    counties = places.filter(pl.col("level") != "city")
    assert counties.filter(pl.col("code").str.slice(4, 1) != "9").height == 0
    cities = places.filter(pl.col("level") == "city")
    assert cities.filter(~pl.col("code").str.slice(2, 2).is_in(UNUSED_CITIES)).height == 0
    province = sample.scheme.about.province_code[:2]
    assert places.filter(~pl.col("code").str.starts_with(province)).height == 0


def test_codes_agree_with_the_tree(sample: Sample) -> None:
    places = sample.read.tables["places"]
    digits = {"county": 4, "township": 6, "village": 9}
    for level, number in digits.items():
        rows = places.filter((pl.col("level") == level) & pl.col("parent_code").is_not_null())
        above = rows["code"].str.slice(0, number).str.pad_end(12, "0")
        assert (above == rows["parent_code"]).all()
    assert places["code"].n_unique() == places.height


def test_the_reader_finds_nothing_to_report_but_units_and_team_sizes(sample: Sample) -> None:
    codes = {notice.code for notice in sample.read.notices}
    # TAB-N7: amounts converted from 万元 and 元; TAB-N10: the number of members of a team.
    assert codes <= {"TAB-N7", "TAB-N10", "TAB-N11"}
    unknown = [notice for notice in sample.read.notices if notice.code == "TAB-N10"]
    assert all("members" in notice.message.en for notice in unknown)
    assert all("synthetic" not in notice.message.en for notice in sample.read.notices)


# --- sizes ---


def test_sizes_are_about_those_of_a_county_a_city_and_a_province(sample: Sample) -> None:
    levels = dict(sample.read.tables["places"]["level"].value_counts().iter_rows())
    if sample.truth["size"] == "county":
        assert (levels["county"], levels["township"]) == (1, 12)
        assert 130 <= levels["village"] <= 170
    elif sample.truth["size"] == "province":
        assert (levels["city"], levels["county"], levels["township"]) == (11, 90, 1_400)
        assert 24_000 <= levels["village"] <= 26_000
    else:
        assert 4 <= levels["county"] <= 8
        assert 95 <= levels["township"] <= 105
        assert 1_150 <= levels["village"] <= 1_350


@pytest.fixture
def county_sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return made("zj-2025-villages", "county", tmp_path_factory)


def test_one_county_of_villages_looks_as_a_county_does(county_sample: Sample) -> None:
    goals = county_sample.result.tables["goals"].filter(pl.col("scope") == "each")
    listed = county_sample.read.tables["list_members"].height
    assert 35 <= listed <= 48
    for goal in ("collective_income_2025", "farmers_income_2025"):
        rows = goals.filter((pl.col("goal_id") == goal) & (pl.col("reading") != "growth_yoy"))
        counts = dict(rows["result"].value_counts().iter_rows())
        assert counts["met"] > rows.height / 2
        assert counts["not_met"] >= 3
        assert counts["unknown"] >= 2


def test_incomes_bunch_just_above_the_line(county_sample: Sample) -> None:
    (bunching,) = county_sample.planted("bunching")
    assert bunching["threshold"] == 30_000_000
    assert len(bunching["place_codes"]) >= 2 * bunching["just_below"] + 4


def test_the_exit_keeps_its_policies_for_three_years(county_sample: Sample) -> None:
    (exited,) = county_sample.planted("exited")
    assert exited["exited_on"] == "2025-12-20"
    assert exited["last_day_of_policies"] == "2028-12-20"
    assert exited["policies_end_on"] == "2028-12-21"


def test_townships_over_and_under_the_line_are_planted_whole(county_sample: Sample) -> None:
    incomes = county_sample.read.tables["indicators"].filter(
        (pl.col("indicator") == "collective_operating_income_fen") & (pl.col("period") == "2025")
    )
    for fact, above in (("all_above", True), ("none_above", False)):
        (planted,) = county_sample.planted(fact)
        (township,) = planted["place_codes"]
        values = incomes.filter(pl.col("place_code").str.starts_with(township[:9]))["value"]
        assert len(values) == len(planted["village_codes"])
        assert ((values >= 30_000_000) == above).all()


def test_a_city_scheme_has_its_declared_numbers(tmp_path_factory: pytest.TempPathFactory) -> None:
    city = made("tc-2023", "city", tmp_path_factory)
    counts = dict(city.result.tables["targets"]["class"].drop_nulls().value_counts().iter_rows())
    assert counts == {
        "provincial_town": 3,
        "city_town": 2,
        "provincial_village": 18,
        "city_village": 13,
    }
    zones = city.read.tables["places"].filter(pl.col("kind") == "功能区")["code"].to_list()
    counties = set(city.result.tables["funding"]["payee_code"].drop_nulls())
    assert len(zones) == 1
    assert set(zones) < counties


def test_helping_and_helped_cities_keep_their_names(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    city = made("gd-2021", "city", tmp_path_factory)
    quotas = city.result.tables["quotas"].filter(pl.col("scope") == "row")
    under = set(city.read.tables["places"]["code"].str.slice(0, 4).str.pad_end(12, "0"))
    assert under <= set(quotas["recipient_code"])
    assert "" not in quotas["recipient"].to_list()


# --- a province ---


@pytest.fixture
def province(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return made(*PROVINCE, tmp_path_factory)


def planted_code(sample: Sample, fact: str) -> str:
    (planted,) = sample.planted(fact)
    (code,) = planted["place_codes"]
    return str(code)


def test_a_province_has_its_declared_numbers(province: Sample) -> None:
    classes = province.read.tables["list_members"]["class"].value_counts()
    assert dict(classes.iter_rows()) == {
        "山区海岛县相对薄弱乡镇": 69,
        "非山区海岛县相对薄弱乡镇": 7,
    }


def test_one_city_of_a_province_bunches_and_the_others_do_less(province: Sample) -> None:
    city = planted_code(province, "city_bunching")
    figures = province.read.tables["indicators"].filter(
        (pl.col("indicator") == "collective_operating_income_fen") & (pl.col("period") == "2025")
    )
    by_city = figures.group_by(pl.col("place_code").str.slice(0, 4).alias("city")).agg(
        above=pl.col("value").is_between(30_000_000, 30_600_000).sum(),
        below=pl.col("value").is_between(29_400_000, 29_999_999).sum(),
    )
    rows = {row["city"]: (row["above"], row["below"]) for row in by_city.iter_rows(named=True)}
    (planted,) = province.planted("city_bunching")
    assert rows[city[:4]] == (planted["just_above"], planted["just_below"])
    assert planted["just_above"] > 10 * (planted["just_below"] + 1)
    others = [above for name, (above, _) in rows.items() if name != city[:4]]
    assert len(others) == 10
    assert planted["just_above"] > 3 * max(others)


def test_one_county_reports_nothing_final_and_another_only_round_numbers(province: Sample) -> None:
    figures = province.read.tables["indicators"]
    late, rounded = (
        figures.filter(pl.col("place_code").str.starts_with(planted_code(province, fact)[:6]))
        for fact in ("provisional_county", "round_county")
    )
    assert late["status"].unique().to_list() == ["provisional"]
    assert set(late["period"].unique()) == {"2023", "2024", "2025"}
    collective = rounded.filter(pl.col("indicator") == "collective_operating_income_fen")
    assert collective.height > 300
    assert (collective["value"] % 5_000_000 == 0).all()


def test_one_township_has_no_village_and_one_has_many(province: Sample) -> None:
    places = province.read.tables["places"]
    villages = places.filter(pl.col("level") == "village")["parent_code"].value_counts()
    numbers = dict(villages.iter_rows())
    townships = places.filter(pl.col("level") == "township")["code"]
    empty = [code for code in townships if code not in numbers]
    assert empty == [planted_code(province, "no_villages")]
    assert numbers[planted_code(province, "many_villages")] == 120
    assert sorted(numbers.values())[-2] <= 23


def test_no_two_villages_of_a_province_stand_on_one_cell(province: Sample) -> None:
    villages = province.read.tables["places"].filter(pl.col("level") == "village")
    assert villages.select("lon", "lat").n_unique() == villages.height
    adjacent = province.read.tables["adjacency"]
    beside = set(adjacent["a_code"]) | set(adjacent["b_code"])
    assert beside == set(villages["code"])


def test_a_province_is_the_same_for_the_same_seed(province: Sample, tmp_path: Path) -> None:
    make_sample(province.scheme, tmp_path / "again", size="province", seed=7)
    assert digests(tmp_path / "again") == digests(province.folder)


def test_guangdong_stands_under_every_city_of_its_annex() -> None:
    scheme = load_scheme("gd-2021")
    plans = county_plans(Setting(scheme, "province", 7))
    towns: dict[str, int] = {}
    for plan in plans:
        number = sum(kind in ("镇", "乡") for kind in plan.kinds)
        towns[plan.city] = towns.get(plan.city, 0) + number
    printed = places_by_class(scheme)
    assert towns == {city[:4]: sum(numbers.values()) for city, numbers in printed.items()}
    assert (len(towns), sum(towns.values())) == (20, 1_127)
    assert len({plan.code for plan in plans}) == len(plans)
    assert {plan.code[4] for plan in plans} == {"9"}


def test_the_province_of_a_scheme_of_one_city_is_that_city(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    city = made("tc-2023", "city", tmp_path_factory)
    make_sample(city.scheme, tmp_path / "out", size="province", seed=7)
    tables, others = (
        {name: digest for name, digest in digests(folder).items() if name != "truth.json"}
        for folder in (tmp_path / "out", city.folder)
    )
    assert tables == others


# --- the same bytes, and nothing overwritten ---


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    scheme = load_scheme("zj-2025-villages")
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        make_sample(scheme, tmp_path / name, size="county", seed=seed)
    assert digests(tmp_path / "one") == digests(tmp_path / "again")
    different = digests(tmp_path / "other")
    assert all(different[n] != digest for n, digest in digests(tmp_path / "one").items())


def test_an_earlier_sample_is_replaced_whole(tmp_path: Path) -> None:
    make_sample(load_scheme("zj-2025-villages"), tmp_path / "out", size="county", seed=1)
    make_sample(load_scheme("zj-2025-townships"), tmp_path / "out", size="county", seed=1)
    make_sample(load_scheme("zj-2025-townships"), tmp_path / "new", size="county", seed=1)
    assert digests(tmp_path / "out") == digests(tmp_path / "new")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("places.csv", "code\n", "OUT-01"),
        ("truth.json", '{"mark": "another"}', "SMP-02"),
        ("truth.json", "[]", "SMP-02"),
        ("truth.json", "no json", "SMP-02"),
    ],
)
def test_other_content_is_refused_and_left_alone(
    tmp_path: Path, name: str, text: str, code: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text(text, encoding="utf-8")
    with pytest.raises(FaultsFound) as caught:
        make_sample(load_scheme("tc-2023"), out, size="county", seed=1)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert [path.name for path in out.iterdir()] == [name]
    assert (out / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("seed", range(2, 4))
@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_the_truth_holds_for_other_seeds(scheme_id: str, seed: int, tmp_path: Path) -> None:
    scheme = load_scheme(scheme_id)
    make_sample(scheme, tmp_path / "out", size="county", seed=seed)
    truth = json.loads((tmp_path / "out" / "truth.json").read_text("utf-8"))
    tables = read_folder(tmp_path / "out", catalogue=reader_catalogue(scheme.catalogue)).tables
    result = run(scheme, tables, date.fromisoformat(truth["as_of"]))
    for table, rows in truth["expected"].items():
        if table == "exits":
            continue
        found = {tuple(r[c] for c in KEYS[table]): r for r in result.tables[table].to_dicts()}
        for row in rows:
            key = tuple(row[column] for column in KEYS[table])
            assert {name: found[key][name] for name in row} == row
