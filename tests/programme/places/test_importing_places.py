"""Code lists of every layout into the one layout of places."""

import gzip
import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from bangfu.programme.places.importing import PLACES_COLUMNS, import_places
from bangfu.programme.tables.read import read_folder
from bangfu.programme.tables.write import write_csv
from bangfu.vocabulary.errors import FaultsFound

VILLAGES = """\
village_code,village_name,village_kind,town_code,town_name,town_kind,county_code,county_name,\
city_code,city_name,province_name
610204104204,高尔原村委会,村委会,610204104000,照金镇,镇,610204000000,耀州区,610200000000,铜川市,陕西省
610204006001,坡头社区居委会,居委会,610204006000,坡头街道,街道,610204000000,耀州区,610200000000,铜川市,陕西省
441900003001,岗贝社区居民委员会,居委会,441900003000,东城街道,街道,441900000000,辖区,441900000000,东莞市,广东省
"""
COUNTIES = """\
code,name,level,parent_code
610000000000,陕西省,1,
610200000000,铜川市,2,610000000000
610204000000,耀州区,3,610200000000
441900000000,东莞市,2,440000000000
441900000000,东莞市,3,441900000000
419000000000,省直辖县级行政区划,2,410000000000
"""
TOWNS = """\
town_code,kind_by_code,name_2020,name_2021
610204104000,镇,照金镇,照金镇
610204400000,类似乡级单位,示例管理区,
610204205000,乡,,新设乡
"""
CIVIL_AFFAIRS = """\
code,path
610000,"中国,陕西省"
610200,"中国,陕西省,铜川市"
610204,"中国,陕西省,铜川市,耀州区"
610204001,"中国,陕西省,铜川市,耀州区,天宝路街道"
610204200,"中国,陕西省,铜川市,耀州区,示例民族乡"
610204400,"中国,陕西省,铜川市,耀州区,示例农场"
150524000,"中国,内蒙古自治区,通辽市,库伦旗,库伦街道"
"""


def a_list(base: Path, text: str, name: str = "list.csv") -> Path:
    (base / name).write_text(text, encoding="utf-8")
    return base / name


def imported(base: Path, text: str, edition: str = "2021") -> pl.DataFrame:
    return import_places(a_list(base, text), edition=edition)


def refused(base: Path, text: str, edition: str = "2021") -> str:
    with pytest.raises(FaultsFound) as caught:
        imported(base, text, edition)
    return caught.value.faults[0].code


def test_villages_bring_every_level_above(tmp_path: Path) -> None:
    places = imported(tmp_path, VILLAGES)
    assert tuple(places.columns) == PLACES_COLUMNS
    assert places.select("code", "name", "level", "parent_code", "kind").rows() == [
        ("440000000000", "广东省", "province", None, None),
        ("610000000000", "陕西省", "province", None, None),
        ("441900000000", "东莞市", "city", "440000000000", None),
        ("610200000000", "铜川市", "city", "610000000000", None),
        ("610204000000", "耀州区", "county", "610200000000", None),
        ("441900003000", "东城街道", "township", "441900000000", "街道"),
        ("610204006000", "坡头街道", "township", "610204000000", "街道"),
        ("610204104000", "照金镇", "township", "610204000000", "镇"),
        ("441900003001", "岗贝社区居民委员会", "village", "441900003000", "居委会"),
        ("610204006001", "坡头社区居委会", "village", "610204006000", "居委会"),
        ("610204104204", "高尔原村委会", "village", "610204104000", "村委会"),
    ]
    assert places.get_column("code_system").unique().to_list() == ["nbs"]


def test_what_is_imported_can_be_read_back(tmp_path: Path) -> None:
    places = imported(tmp_path, VILLAGES)
    folder = tmp_path / "data"
    folder.mkdir()
    write_csv(places, folder / "places.csv")
    read = read_folder(folder, catalogue={}).tables["places"]
    assert read.select(PLACES_COLUMNS).equals(places)


def test_counties_with_levels_in_digits(tmp_path: Path) -> None:
    places = imported(tmp_path, COUNTIES)
    assert places.select("name", "level", "parent_code", "kind").rows() == [
        ("陕西省", "province", None, None),
        ("省直辖县级行政区划", "city", None, "汇总码"),
        ("东莞市", "city", None, None),
        ("铜川市", "city", "610000000000", None),
        ("耀州区", "county", "610200000000", None),
    ]


def test_the_edition_chooses_the_names(tmp_path: Path) -> None:
    assert imported(tmp_path, TOWNS, "2020").select("name", "kind").rows() == [
        ("照金镇", "镇"),
        ("示例管理区", "类似乡镇"),
    ]
    assert imported(tmp_path, TOWNS, "2021").get_column("name").to_list() == ["照金镇", "新设乡"]
    assert refused(tmp_path, TOWNS, "2019") == "PLA-03"
    assert refused(tmp_path, TOWNS, "latest") == "PLA-03"


def test_paths_of_civil_affairs(tmp_path: Path) -> None:
    places = imported(tmp_path, CIVIL_AFFAIRS, "2026-04-27")
    assert places.select("code", "name", "level", "parent_code", "kind").rows() == [
        ("610000", "陕西省", "province", None, None),
        ("610200", "铜川市", "city", "610000", None),
        ("610204", "耀州区", "county", "610200", None),
        ("150524000", "库伦街道", "township", None, "街道"),
        ("610204001", "天宝路街道", "township", "610204", "街道"),
        ("610204200", "示例民族乡", "township", "610204", "乡"),
        ("610204400", "示例农场", "township", "610204", "类似乡镇"),
    ]
    assert places.get_column("code_system").unique().to_list() == ["mca"]


def test_a_workbook_of_two_sheets_with_codes_as_numbers(tmp_path: Path) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in (
            ("省市区", [(610204, "中国,陕西省,铜川市,耀州区")]),
            ("乡镇街道", [(610204001, "中国,陕西省,铜川市,耀州区,天宝路街道")]),
        ):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["code", "name"])
            for index, row in enumerate(rows, start=1):
                sheet.write_row(index, 0, row)
    (tmp_path / "codes.xlsx").write_bytes(target.getvalue())
    places = import_places(tmp_path / "codes.xlsx", edition="2026")
    assert places.select("code", "name", "parent_code").rows() == [
        ("610204", "耀州区", None),
        ("610204001", "天宝路街道", "610204"),
    ]


def test_levels_are_brought_together_one_list_after_the_other(tmp_path: Path) -> None:
    upper = imported(tmp_path, COUNTIES)
    towns = import_places(a_list(tmp_path, TOWNS), edition="2021", into=upper)
    plain = "village_code,village_name\n610204104204,高尔原村委会\n610299101201,别处村委会\n"
    places = import_places(a_list(tmp_path, plain), edition="2021", into=towns)
    parents = dict(places.select("name", "parent_code").iter_rows())
    assert parents["照金镇"] == "610204000000"
    assert parents["高尔原村委会"] == "610204104000"
    assert parents["别处村委会"] == "610200000000"
    assert places.height == upper.height + 2 + 2


def test_what_was_added_by_hand_survives_another_import(tmp_path: Path) -> None:
    first = imported(tmp_path, VILLAGES).with_columns(
        aliases=pl.when(pl.col("name") == "高尔原村委会").then(pl.lit("高尔塬村")),
        remark=pl.lit("记"),
    )
    renamed = a_list(tmp_path, VILLAGES.replace("高尔原村委会", "高尔塬村委会"))
    again = import_places(renamed, edition="2022", into=first)
    row = again.filter(pl.col("code") == "610204104204")
    assert row.select("name", "aliases", "remark").rows() == [("高尔塬村委会", "高尔塬村", "记")]
    assert again.height == first.height


def test_only_the_codes_wanted(tmp_path: Path) -> None:
    path = a_list(tmp_path, VILLAGES)
    assert import_places(path, edition="2021", within=["44"]).height == 4
    with pytest.raises(FaultsFound) as caught:
        import_places(path, edition="2021", within=["99"])
    assert caught.value.faults[0].code == "PLA-05"


def test_compressed_lists_are_read_and_damaged_ones_told(tmp_path: Path) -> None:
    packed = gzip.compress(VILLAGES.encode())
    (tmp_path / "list.csv.gz").write_bytes(packed)
    assert import_places(tmp_path / "list.csv.gz", edition="2021").height == 11
    (tmp_path / "list.csv.gz").write_bytes(packed[:-20])
    with pytest.raises(FaultsFound) as caught:
        import_places(tmp_path / "list.csv.gz", edition="2021")
    assert caught.value.faults[0].code == "PLA-01"
    with pytest.raises(FaultsFound):
        import_places(tmp_path / "nowhere.csv", edition="2021")
    (tmp_path / "list.doc").write_bytes(b"")
    with pytest.raises(FaultsFound):
        import_places(tmp_path / "list.doc", edition="2021")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id,label\n1,x\n", "PLA-02"),
        ("code,name\n61020400000,耀州区\n", "PLA-06"),
        ("code,name\n610204000000,\n", "PLA-06"),
        ("code,name\n610204000000,耀州区\n610204000000,耀县\n", "PLA-07"),
        ("code,name\n610204000000,耀州区\n610204,耀州区\n", "PLA-04"),
        ("code,name\n", "PLA-05"),
    ],
)
def test_a_list_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert refused(tmp_path, text) == code


def test_two_systems_are_never_brought_together(tmp_path: Path) -> None:
    statistical = imported(tmp_path, VILLAGES)
    with pytest.raises(FaultsFound) as caught:
        import_places(a_list(tmp_path, CIVIL_AFFAIRS), edition="2026", into=statistical)
    assert caught.value.faults[0].code == "PLA-04"
