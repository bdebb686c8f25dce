"""Reading a whole folder: what is accepted, what is refused, and in which words."""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.tables.declared import TABLES, ElementInfo
from bangfu.programme.tables.read import FolderTables, read_folder
from bangfu.vocabulary.errors import Fault, FaultsFound

INCOME = "collective_operating_income_fen"
CATALOGUE = {
    INCOME: ElementInfo(
        INCOME, (INCOME, "村集体经营性收入"), "fen", "int", 1_000_000, 2_000_000_000, "village"
    ),
    "residents": ElementInfo("residents", ("residents", "户籍人口"), "人", "int", 1, 100_000),
    "arable_area_mu": ElementInfo("arable_area_mu", ("arable_area_mu",), "亩", "number"),
    "has_road": ElementInfo("has_road", ("has_road", "通硬化路"), "", "bool"),
}
PLACES = """\
code,name,level,parent_code,code_system
330102000000,示例县,county,,nbs
330102100000,示例镇,township,330102000000,nbs
330102100201,甲村,village,330102100000,nbs
330102100202,乙村,village,330102100000,nbs
"""
HEAD = "place_code,indicator,period,value,unit,status,source\n"


def a_folder(base: Path, *, places: str = PLACES, **tables: str) -> Path:
    """A folder of CSV files; ``indicators`` is given without its head."""
    folder = base / "data"
    folder.mkdir(exist_ok=True)
    (folder / "places.csv").write_text(places, encoding="utf-8")
    for name, text in tables.items():
        text = HEAD + text if name == "indicators" else text
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def reading(folder: Path) -> FolderTables:
    return read_folder(folder, catalogue=CATALOGUE)


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(FaultsFound) as caught:
        reading(folder)
    return caught.value.faults


def codes_of(folder: Path) -> list[str]:
    return [fault.code for fault in faults_of(folder)]


def notices_of(tables: FolderTables) -> dict[str, str]:
    return {notice.code: notice.message.zh for notice in tables.notices}


def test_figures_arrive_in_their_inside_unit(tmp_path: Path) -> None:
    rows = (
        f"330102100201,{INCOME},2024,32.5,万元,final,三资平台\n"
        "330102100202,村集体经营性收入,2024,325000.07,元,provisional,\n"
        "330102100201,户籍人口,2024H1,0.1204,万人,,\n"
        "330102100201,arable_area_mu,2024,0120.50,亩,final,\n"
        "330102100201,通硬化路,2024,是,,final,\n"
        f"330102100201,{INCOME},2023,,万元,final,\n"
    )
    indicators = reading(a_folder(tmp_path, indicators=rows)).tables["indicators"]
    assert indicators.select(
        "indicator", "period", "year", "value", "value_decimal", "unit", "row"
    ).rows() == [
        (INCOME, "2024", 2024, 32_500_000, None, "fen", 2),
        (INCOME, "2024", 2024, 32_500_007, None, "fen", 3),
        ("residents", "2024H1", 2024, 1204, None, "人", 4),
        ("arable_area_mu", "2024", 2024, None, "120.5", "亩", 5),
        ("has_road", "2024", 2024, 1, None, "", 6),
        (INCOME, "2023", 2023, None, None, "fen", 7),
    ]
    assert indicators.schema["year"] == pl.Int32
    assert indicators.schema["value"] == pl.Int64


def test_conversions_unknown_columns_and_hashes_are_told(tmp_path: Path) -> None:
    rows = f"330102100201,{INCOME},2024,32.5,万元,final,三资平台\n"
    folder = a_folder(tmp_path, indicators=rows, units="unit_code,name,remark\nU1,示例局,备注\n")
    tables = reading(folder)
    told = notices_of(tables)
    assert told["TAB-N7"] == f"「{INCOME}」1 个数值由万元换算为分"
    assert told["TAB-N10"] == "有 1 列不在目录中，原样保留：remark"
    assert tables.tables["units"].get_column("remark").to_list() == ["备注"]
    assert tables.code_system == "nbs"
    assert tables.files == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("places.csv", "indicators.csv", "units.csv")
    }


def test_a_declared_column_that_is_not_there_is_unknown_throughout(tmp_path: Path) -> None:
    places = reading(a_folder(tmp_path)).tables["places"]
    declared = [column.name for column in TABLES["places"].columns]
    assert places.columns == [*declared, "row"]
    assert places.get_column("valid_from").dtype == pl.Date
    assert places.get_column("lon").null_count() == 4
    assert places.get_column("row").to_list() == [2, 3, 4, 5]


def test_text_in_a_number_is_told_as_a_clerk_needs_it(tmp_path: Path) -> None:
    rows = f"330102100201,{INCOME},2024,32.5万,万元,final,\n"
    (fault,) = faults_of(a_folder(tmp_path, indicators=rows))
    assert fault.sentence("zh") == (
        "indicators.csv：第 2 行「value」填的是「32.5万」。这一栏只填数字，例如 32.5。"
        "计量单位请填在「unit」栏。（TAB-11）"
    )
    assert fault.sentence("en") == (
        'indicators.csv: Row 2, column "value" holds "32.5万". Only a number is accepted, such as '
        '32.5. Give the unit in the column "unit". (TAB-11)'
    )


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("三万", "元", "TAB-11"),
        ("1,5", "元", "TAB-11"),
        ("3.3E+5", "元", "TAB-11"),
        ("NaN", "元", "TAB-11"),
        ("inf", "元", "TAB-11"),
        ("--1", "元", "TAB-11"),
        ("1 999", "元", "TAB-11"),
        ("100000.005", "元", "TAB-12"),
        ("99999999999999999999", "元", "TAB-13"),
        ("92233720368547758.08", "元", "TAB-13"),
        ("20", "千元", "TAB-14"),
        ("20", "", "TAB-14"),
    ],
)
def test_a_figure_that_cannot_be_read_exactly_is_refused(
    tmp_path: Path, value: str, unit: str, code: str
) -> None:
    rows = f'330102100201,{INCOME},2024,"{value}",{unit},final,\n'
    assert codes_of(a_folder(tmp_path, indicators=rows)) == [code]


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("92233720368547758.07", 2**63 - 1),
        ("-92233720368547758.08", -(2**63)),
        ("1,234,567.80", 123_456_780),
        ("３２５０００．５", 32_500_050),
        ("  325000 ", 32_500_000),
        ("+325000.000", 32_500_000),
        ("325000.", 32_500_000),
    ],
)
def test_a_figure_is_read_to_the_fen(tmp_path: Path, value: str, fen: int) -> None:
    catalogue = {INCOME: ElementInfo(INCOME, (INCOME,), "fen")}
    rows = f'330102100201,{INCOME},2024,"{value}",元,final,\n'
    tables = read_folder(a_folder(tmp_path, indicators=rows), catalogue=catalogue)
    assert tables.tables["indicators"].get_column("value").to_list() == [fen]


def test_persons_are_whole(tmp_path: Path) -> None:
    assert codes_of(
        a_folder(tmp_path, indicators="330102100201,residents,2024,12.5,人,final,\n")
    ) == ["TAB-12"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = (
        f"330102100201,{INCOME},2024年,1,万元,final,\n"
        f"330102100202,{INCOME},2024,x,万元,final,\n"
        f"330102100299,{INCOME},2024,20,万元,已审,\n"
    )
    staff = "place_code,post,on_establishment,starts_on\n330102100201,驻村,在,2025.8.28\n"
    folder = a_folder(tmp_path, indicators=rows, staff=staff)
    assert sorted(codes_of(folder)) == [
        "TAB-11", "TAB-16", "TAB-17", "TAB-18", "TAB-19", "TAB-22",
    ]  # fmt: skip


def test_the_remedy_shows_how_to_write_a_date_and_a_period(tmp_path: Path) -> None:
    staff = "place_code,post,starts_on\n330102100201,a,2025.8.28\n330102100201,b,20250828\n"
    rows = (
        f"330102100201,{INCOME},2024年3月,20,万元,final,\n"
        f"330102100201,{INCOME},2024年第二季度,20,万元,final,\n"
        f"330102100201,{INCOME},2024上半年,20,万元,final,\n"
        f"330102100201,{INCOME},去年,20,万元,final,\n"
    )
    faults = faults_of(a_folder(tmp_path, indicators=rows, staff=staff))
    assert [fault.remedy.zh for fault in faults if fault.remedy] == [
        "请改为 2024-03。",
        "请改为 2024Q2。",
        "请改为 2024H1。",
        "请改写。",
        "请改为 2025-08-28。",
        "请改为 2025-08-28。",
    ]


def test_an_impossible_day_is_refused(tmp_path: Path) -> None:
    staff = "place_code,post,starts_on\n330102100201,a,2025-02-29\n"
    assert codes_of(a_folder(tmp_path, staff=staff)) == ["TAB-16"]


def test_faults_beyond_two_hundred_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"330102100201,{INCOME},{1000 + n},x,元,final,\n" for n in range(300))
    faults = faults_of(a_folder(tmp_path, indicators=rows))
    assert len(faults) == 201
    assert faults[-1].message.zh == ("本表共有 300 处需要修改（TAB-11 300），以上列出 200 处。")


def test_one_kind_of_fault_does_not_hide_another(tmp_path: Path) -> None:
    rows = "".join(f"330102100201,{INCOME},{1000 + n},x,元,final,\n" for n in range(300))
    rows += f"330102100201,{INCOME},昨天,20,万元,final,\n"
    assert set(codes_of(a_folder(tmp_path, indicators=rows))) == {"TAB-11", "TAB-18", "TAB-99"}


def test_yuan_entered_as_wan_yuan_is_refused_with_both_readings(tmp_path: Path) -> None:
    rows = (
        f"330102100201,{INCOME},2024,32.5,元,final,\n"
        f"330102100202,{INCOME},2024,40,元,final,\n"
        f"330102100201,{INCOME},2023,30,元,final,\n"
    )
    (fault,) = faults_of(a_folder(tmp_path, indicators=rows))
    assert fault.code == "TAB-15"
    assert "中位数读作 32.5元" in fault.message.zh
    assert "相差一万倍则读作 32.5万元" in fault.message.zh


def test_the_other_direction_too(tmp_path: Path) -> None:
    rows = f"330102100201,{INCOME},2024,325000,万元,final,\n"
    (fault,) = faults_of(a_folder(tmp_path, indicators=rows))
    assert "中位数读作 32.5亿元" in fault.message.zh
    assert "则读作 32.5万元" in fault.message.zh


def test_each_unit_is_judged_by_its_own_figures(tmp_path: Path) -> None:
    rows = (
        f"330102100201,{INCOME},2024,32.5,元,final,\n"
        f"330102100202,{INCOME},2024,40,万元,final,\n"
        f"330102100201,{INCOME},2023,30,万元,final,\n"
    )
    (fault,) = faults_of(a_folder(tmp_path, indicators=rows))
    assert "以「元」填报的 1 个数" in fault.message.zh


def test_an_odd_column_that_scaling_does_not_explain_is_left_alone(tmp_path: Path) -> None:
    rows = f"330102100201,{INCOME},2024,0,元,final,\n"
    assert reading(a_folder(tmp_path, indicators=rows)).tables["indicators"].height == 1


def test_duplicates_are_refused_with_their_rows_identical_or_not(tmp_path: Path) -> None:
    row = f"330102100201,{INCOME},2024,20,万元,final,\n"
    other = "330102100201,村集体经营性收入,2024,30,万元,final,\n"
    (fault,) = faults_of(a_folder(tmp_path, indicators=row + row + other))
    assert fault.code == "TAB-23"
    assert fault.message.zh.startswith("第 2、3、4 行重复")


def test_a_place_stands_once(tmp_path: Path) -> None:
    again = PLACES + "330102100201,甲村,village,330102100000,nbs\n"
    (fault,) = faults_of(a_folder(tmp_path, places=again))
    assert fault.message.zh == "第 4、6 行重复：「code」都是「330102100201」。"


def test_an_unknown_indicator_is_kept_and_reported(tmp_path: Path) -> None:
    rows = "330102100201,山林面积,2024,约120,公顷,final,\n"
    tables = reading(a_folder(tmp_path, indicators=rows))
    kept = tables.tables["indicators"].select("indicator", "value", "value_decimal", "unit").rows()
    assert kept == [("山林面积", None, "约120", "公顷")]
    assert "山林面积" in notices_of(tables)["TAB-N6"]


def test_a_name_that_is_nearly_right_is_refused(tmp_path: Path) -> None:
    rows = "330102100201,collective_operating_income,2024,20,万元,final,\n"
    (fault,) = faults_of(a_folder(tmp_path, indicators=rows))
    assert fault.code == "TAB-27"
    assert INCOME in fault.message.zh


def test_codes_of_the_other_system_are_told_as_such(tmp_path: Path) -> None:
    members = "place_code,class\n330102100,key\n330102101,key\n330102100999,key\n"
    other, unknown = faults_of(a_folder(tmp_path, list_members=members))
    assert other.code == "TAB-21"
    assert "有 2 个代码不在 places 表，看位数像民政行政区划代码" in other.message.zh
    assert unknown.code == "TAB-22"
    assert "330102100999" in unknown.message.zh


def test_a_folder_holds_one_code_system(tmp_path: Path) -> None:
    mixed = PLACES + "330103,另一县,county,,mca\n"
    assert codes_of(a_folder(tmp_path, places=mixed)) == ["TAB-21"]


def test_a_code_has_the_form_of_its_system(tmp_path: Path) -> None:
    short = PLACES + "330102101,另一镇,township,330102000000,nbs\n"
    (fault,) = faults_of(a_folder(tmp_path, places=short))
    assert fault.code == "TAB-20"
    assert fault.remedy is not None
    assert "像民政行政区划代码" in fault.remedy.zh


def test_civil_affairs_codes_are_read(tmp_path: Path) -> None:
    places = (
        "code,name,level,parent_code,code_system\n"
        "330102,示例县,county,,mca\n330102100,示例镇,township,330102,mca\n"
    )
    assert reading(a_folder(tmp_path, places=places)).code_system == "mca"


def test_an_unnamed_code_system_is_refused(tmp_path: Path) -> None:
    assert codes_of(a_folder(tmp_path, places=PLACES.replace("nbs", ""))) == ["TAB-10"] * 4
    assert codes_of(a_folder(tmp_path, places=PLACES.replace("nbs", "gb"))) == ["TAB-19"] * 4


def test_a_code_in_scientific_notation_is_refused_once(tmp_path: Path) -> None:
    members = "place_code,class\n3.30102E+11,key\n"
    (fault,) = faults_of(a_folder(tmp_path, list_members=members))
    assert fault.code == "TAB-20"
    assert fault.remedy is not None
    assert "文本格式" in fault.remedy.zh


def test_a_parent_must_exist_and_stand_higher(tmp_path: Path) -> None:
    lost = PLACES + "330102101201,丙村,village,330102101000,nbs\n"
    assert codes_of(a_folder(tmp_path, places=lost)) == ["TAB-24"]
    level = PLACES + "330102100203,丙村,township,330102100202,nbs\n"
    (fault,) = faults_of(a_folder(tmp_path, places=level))
    assert fault.code == "TAB-25"
    assert "上级「乙村」是村级，不高于乡级" in fault.message.zh


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    places = (
        "code,name,level,parent_code,code_system\n"
        "330102100000,示例镇,township,330102101000,nbs\n"
        "330102101000,邻镇,township,330102100000,nbs\n"
        "330102102000,自镇,township,330102102000,nbs\n"
    )
    (fault,) = faults_of(a_folder(tmp_path, places=places))
    assert fault.code == "TAB-26"
    assert fault.message.zh.startswith("第 2、3、4 行")


def test_a_functional_zone_may_report_for_a_place(tmp_path: Path) -> None:
    places = (
        "code,name,level,parent_code,code_system,county_code\n"
        "330102000000,示例县,county,,nbs,\n330199000000,示例新区,county,,nbs,\n"
        "330102100000,示例镇,township,330102000000,nbs,330199000000\n"
    )
    read = reading(a_folder(tmp_path, places=places)).tables["places"]
    assert read.get_column("county_code").to_list() == [None, None, "330199000000"]
    wrong = places.replace("nbs,330199000000", "nbs,330198000000")
    assert codes_of(a_folder(tmp_path, places=wrong)) == ["TAB-22"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "行政区划表" in faults_of(empty)[0].message.zh
    assert codes_of(tmp_path / "nowhere") == ["TAB-01"]
    wrong_head = PLACES.replace("parent_code", "parent code").replace("level", "rank_of_place")
    faults = faults_of(a_folder(tmp_path, places=wrong_head))
    assert [fault.code for fault in faults] == ["TAB-04", "TAB-04"]
    assert "「level」（层级）" in faults[0].message.zh
    assert "「parent code」是不是这一列" in faults[1].message.zh


def test_an_empty_required_table_is_refused(tmp_path: Path) -> None:
    head = PLACES.splitlines()[0] + "\n"
    assert codes_of(a_folder(tmp_path, places=head)) == ["TAB-05"]
    assert codes_of(a_folder(tmp_path, places="")) == ["TAB-05"]
    folder = a_folder(tmp_path, indicators="")
    assert reading(folder).tables["indicators"].height == 0
    with pytest.raises(FaultsFound) as caught:
        read_folder(folder, catalogue=CATALOGUE, required=["indicators", "staff"])
    assert [fault.code for fault in caught.value.faults] == ["TAB-01", "TAB-05"]


def test_two_files_for_one_table_are_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "places.xlsx").write_bytes(b"")
    (fault,) = faults_of(folder)
    assert (fault.code, fault.where) == ("TAB-03", "places.csv, places.xlsx")


def test_files_that_are_no_table_are_left_alone(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, remarks="a\n1\n")
    (folder / "truth.json").write_text("{}")
    (folder / "~$places.xlsx").write_bytes(b"lock")
    tables = reading(folder)
    assert list(tables.files) == ["places.csv"]
    assert [notice.where for notice in tables.notices if notice.code == "TAB-N8"] == ["remarks.csv"]
    (folder / "staff.et").write_bytes(b"")
    assert codes_of(folder) == ["TAB-02"]


def test_registers_are_free_but_for_the_place(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "registers").mkdir()
    register = folder / "registers" / "industry.csv"
    register.write_text("place_code,period,品种\n330102100201,2024,茶叶\n", encoding="utf-8")
    tables = reading(folder)
    assert tables.tables["registers/industry"].get_column("品种").to_list() == ["茶叶"]
    assert "registers/industry.csv" in tables.files
    register.write_text("period\n2024\n", encoding="utf-8")
    assert codes_of(folder) == ["TAB-04"]


def test_attributes_are_numbers(tmp_path: Path) -> None:
    text = "place_code,tea_mu,note\n330102100201,12.5,好\n330102100202,,\n"
    attributes = reading(a_folder(tmp_path, attributes=text)).tables["attributes"]
    assert attributes.get_column("tea_mu").to_list() == [12.5, None]
    assert attributes.get_column("note").to_list() == ["好", None]
    assert codes_of(
        a_folder(tmp_path, attributes="place_code,tea_mu\n330102100201,12\n330102100202,多\n")
    ) == ["TAB-11"]


def test_tags_join_with_semicolons(tmp_path: Path) -> None:
    head, *rows = PLACES.splitlines()
    tagged = [f"{head},tags", f"{rows[0]},山区； 海岛;", *(f"{row}," for row in rows[1:])]
    places = reading(a_folder(tmp_path, places="\n".join(tagged))).tables["places"]
    assert places.get_column("tags").to_list() == ["山区;海岛", None, None, None]


def test_no_identity_number_is_repeated(tmp_path: Path) -> None:
    persons = "place_code\n33010219900101123X\n"
    (fault,) = faults_of(a_folder(tmp_path, persons=persons))
    assert "19900101" not in fault.message.zh
