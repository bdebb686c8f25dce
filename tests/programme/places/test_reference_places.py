"""Import and matching against the real code lists, where they are at hand."""

import os
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.places.code_systems import pair_by_code, refuse_mixed_systems
from bangfu.programme.places.importing import import_places
from bangfu.programme.places.matching import Match, PlaceIndex, find_place, index_places
from bangfu.programme.places.names import split_written
from bangfu.programme.tables.read import read_folder
from bangfu.programme.tables.write import write_csv
from bangfu.vocabulary.errors import FaultsFound

REFERENCE = Path(
    os.environ.get(
        "BANGFU_REFERENCE_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"
    )
)
DIVISIONS = REFERENCE / "divisions"
pytestmark = pytest.mark.skipif(not DIVISIONS.is_dir(), reason="no reference data")

ALIASES = {"坡头镇": ["坡头街道"], "塬": ["原"]}
ZONES = {"新区": ["耀州区"]}


@pytest.fixture(scope="module")
def four_provinces() -> pl.DataFrame:
    return import_places(DIVISIONS / "nbs2021_villages_JS_ZJ_GD_SN.csv.gz", edition="2021")


@pytest.fixture(scope="module")
def tongchuan(four_provinces: pl.DataFrame) -> PlaceIndex:
    return index_places(four_provinces.filter(pl.col("code").str.starts_with("6102")))


def kinds_in(places: pl.DataFrame, level: str, province: str) -> dict[str, int]:
    chosen = places.filter((pl.col("level") == level) & pl.col("code").str.starts_with(province))
    return dict(chosen.group_by("kind").len().iter_rows())


def test_zhejiang_has_the_villages_counted_in_2021(four_provinces: pl.DataFrame) -> None:
    villages = kinds_in(four_provinces, "village", "33")
    assert villages == {"村委会": 19_809, "居委会": 5_388, "类似村": 109}
    assert sum(villages.values()) == 25_306
    assert kinds_in(four_provinces, "township", "33") == {
        "街道": 488, "镇": 619, "乡": 258, "类似乡镇": 19,
    }  # fmt: skip


def test_guangdong_had_1131_towns_and_townships_in_2020() -> None:
    path = DIVISIONS / "nbs_townships_2017_2023_wide.csv.gz"
    towns = kinds_in(import_places(path, edition="2020", within=["44"]), "township", "44")
    assert (towns["镇"], towns["乡"]) == (1_120, 11)


def test_no_place_stands_twice_and_every_parent_is_there(four_provinces: pl.DataFrame) -> None:
    assert four_provinces.get_column("code").is_unique().all()
    orphans = four_provinces.filter(pl.col("parent_code").is_null())
    assert orphans.get_column("level").unique().to_list() == ["province"]
    assert orphans.height == 4


def test_an_imported_province_is_a_folder_that_reads(
    four_provinces: pl.DataFrame, tmp_path: Path
) -> None:
    jiangsu = four_provinces.filter(pl.col("code").str.starts_with("32"))
    write_csv(jiangsu, tmp_path / "places.csv")
    assert read_folder(tmp_path, catalogue={}).tables["places"].height == jiangsu.height


def test_the_civil_affairs_workbook_and_its_extracts_agree() -> None:
    book = import_places(DIVISIONS / "mca_admin_codes_20260427.xlsx", edition="2026-04-27")
    upper = import_places(DIVISIONS / "mca_20260427_3level.csv.gz", edition="2026-04-27")
    both = import_places(
        DIVISIONS / "mca_20260427_townships.csv.gz", edition="2026-04-27", into=upper
    )
    assert upper.height == 3_625
    assert both.height == 3_625 + 39_251
    assert book.equals(both)


def test_the_provincial_lists_make_one_tree() -> None:
    upper = import_places(DIVISIONS / "nbs2023_provinces_cities_counties.csv.gz", edition="2023")
    assert upper.get_column("code").is_unique().all()
    towns = import_places(
        DIVISIONS / "nbs_townships_2017_2023_wide.csv.gz",
        edition="2023", into=upper, within=["61"],
    )  # fmt: skip
    shaanxi = towns.filter(pl.col("code").str.starts_with("61") & (pl.col("level") == "township"))
    assert shaanxi.height > 1_300
    assert shaanxi.get_column("parent_code").null_count() == 0


def test_813_codes_that_name_two_places_are_never_joined() -> None:
    conflicts = pl.read_csv(
        REFERENCE / "messy" / "nbs2023_vs_mca2026_code_conflicts.csv", infer_schema=False
    )
    nbs = conflicts.select(code="code9", name="name_nbs_2023", code_system=pl.lit("nbs"))
    mca = conflicts.select(code="code9", name="name_mca_20260427", code_system=pl.lit("mca"))
    joined_blindly = nbs.join(mca, on="code").filter(pl.col("name") != pl.col("name_right"))
    assert joined_blindly.height == 813
    with pytest.raises(FaultsFound):
        pair_by_code(nbs, mca)
    with pytest.raises(FaultsFound):
        refuse_mixed_systems({"统计用": nbs, "民政": mca})
    assert pair_by_code(mca, mca).height == 813


def written_in_tongchuan() -> list[tuple[str, str]]:
    path = REFERENCE / "lists" / "policy004_tongchuan_places_matched.csv"
    table = pl.read_csv(path, infer_schema=False).select("as_written", "nbs2021_code")
    return [(written, code) for written, code in table.iter_rows()]


def test_all_ten_places_of_tongchuan_are_found_as_declared(tongchuan: PlaceIndex) -> None:
    found = [
        find_place(split_written(written), tongchuan, aliases=ALIASES, zones=ZONES)
        for written, _ in written_in_tongchuan()
    ]
    assert [place.code if isinstance(place, Match) else None for place in found] == [
        code for _, code in written_in_tongchuan()
    ]
    assert [place.how for place in found if isinstance(place, Match)] == [
        "exact", "exact", "exact", "exact", "kind_change", "character_variant",
        "suffix", "suffix", "suffix", "functional_zone",
    ]  # fmt: skip


def test_without_declarations_exactly_three_stay_open(tongchuan: PlaceIndex) -> None:
    missing = [
        written
        for written, _ in written_in_tongchuan()
        if not isinstance(find_place(split_written(written), tongchuan), Match)
    ]
    assert missing == ["新区坡头镇", "耀州区照金镇高尔塬村", "新区正阳路街道陈坪村"]


def test_a_common_name_stays_open_within_its_province(four_provinces: pl.DataFrame) -> None:
    zhejiang = index_places(four_provinces.filter(pl.col("code").str.starts_with("33")))
    outcome = find_place(["双溪村"], zhejiang)
    assert not isinstance(outcome, Match)
    assert outcome.is_ambiguous
    assert len(outcome.candidates) > 10
