"""Wrong input and wrong calls: the place and the remedy in words, exit 2, nothing left behind."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.schemes.find import SHARED_FOLDER

Damage = Callable[[Path], object]


def _replaced(name: str, old: str, new: str) -> Damage:
    def damage(data: Path) -> None:
        path = data / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def _added(name: str, line: str) -> Damage:
    return lambda data: (data / name).write_text(
        (data / name).read_text("utf-8") + line + "\n", encoding="utf-8"
    )


def _bytes(name: str, content: bytes) -> Damage:
    return lambda data: (data / name).write_bytes(content)


def _head_only(data: Path) -> None:
    head = (data / "places.csv").read_text("utf-8").splitlines()[0]
    (data / "places.csv").write_text(head + "\n", encoding="utf-8")


WRONG: dict[str, tuple[Damage, tuple[str, ...], tuple[str, ...]]] = {
    "a missing column": (
        _replaced("places.csv", "name,level", "nane,level"),
        ("places.csv", "第 1 行", "「name」", "请补上这一列"),
        ("places.csv", "Row 1", '"name"', "Add the column"),
    ),
    "text in a number": (
        _replaced("indicators.csv", "12000,人", "32.5万,人"),
        ("indicators.csv", "第 2 行「value」", "「32.5万」", "unit"),
        ("indicators.csv", 'Row 2, column "value"', '"32.5万"', "unit"),
    ),
    "万元 written as 元": (
        _bytes(
            "indicators.csv",
            "place_code,indicator,period,value,unit\n"
            "441491101000,居民人均可支配收入,2024,3,元\n"
            "441491102000,居民人均可支配收入,2024,4,元\n".encode(),
        ),
        ("indicators.csv", "中位数读作 3元", "相差一万倍则读作 3万元", "元还是万元"),
        ("indicators.csv", "median reads 3元", "3万元", "元 or 万元"),
    ),
    "a code twice": (
        _added("places.csv", "441491101000,丙镇,township,441491000000,镇,nbs"),
        ("places.csv", "第 4、6 行", "441491101000", "只留一行"),
        ("places.csv", "rows 4, 6", "441491101000", "Keep one"),
    ),
    "a code of the other system": (
        _added("list_members.csv", "441491103,重点帮扶镇"),
        ("list_members.csv", "第 4 行", "民政行政区划代码", "请换成 places 表的代码"),
        ("list_members.csv", "rows 4", "civil-affairs code", "use the codes of places"),
    ),
    "a member that is not in places": (
        _added("list_members.csv", "441491109000,重点帮扶镇"),
        ("list_members.csv", "第 4 行", "441491109000", "在 places 表补上"),
        ("list_members.csv", "rows 4", "441491109000", "add the place"),
    ),
    "an unknown period": (
        _replaced("indicators.csv", ",2024,", ",2024年,"),
        ("indicators.csv", "第 2 行「period」", "「2024年」", "请改为 2024。"),
        ("indicators.csv", 'Row 2, column "period"', '"2024年"', "Write 2024."),
    ),
    "an empty table": (
        _head_only,
        ("places.csv", "没有数据行", "请填入数据"),
        ("places.csv", "no rows", "Fill it in"),
    ),
    "a truncated workbook": (
        _bytes("units.xlsx", b"PK\x03\x04" + b"\x14\0" * 60),
        ("units.xlsx", "打不开", "另存为 xlsx"),
        ("units.xlsx", "cannot be opened", "save it as xlsx"),
    ),
    "NUL bytes": (
        _bytes("places.csv", b"code,name,level,parent_code,kind,code_system\n44\0\0\n"),
        ("places.csv", "第 2 行", "空字符", "另存为"),
        ("places.csv", "Row 2", "NUL", "save"),
    ),
    "a number beyond 64 bits": (
        _replaced("indicators.csv", "31000,元", "99999999999999999999,元"),
        ("indicators.csv", "第 4 行「value」", "超出", "请核对位数和计量单位"),
        ("indicators.csv", 'Row 4, column "value"', "beyond", "Check the digits and the unit"),
    ),
    "a class no list has": (
        _replaced("list_members.csv", "重点帮扶镇", "甲类镇"),
        ("list_members", "「甲类镇」", "可用：重点帮扶镇（priority_town）"),
        ("list_members", "甲类镇", "accepted"),
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_told_with_its_place_and_remedy(bangfu, county, tmp_path, case, language):
    damage, zh, en = WRONG[case]
    damage(county)
    out = tmp_path / "out"
    ended = bangfu("run", "gd-2021", county, "--out", out, "--lang", language)
    assert ended.code == 2
    for words in zh if language == "zh" else en:
        assert words in ended.err
    assert ended.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_two_unknown_classes_are_both_named(bangfu, county, tmp_path):
    _replaced("list_members.csv", "重点帮扶镇", "甲类镇")(county)
    _replaced("list_members.csv", "巩固提升镇", "乙类镇")(county)
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert (ended.code, "有 2 处需要修改" in ended.err) == (2, True)
    assert "甲类镇" in ended.err
    assert "乙类镇" in ended.err


def test_faults_of_two_tables_are_listed_together(bangfu, county, tmp_path):
    _replaced("places.csv", "name,level", "nane,level")(county)
    _replaced("list_members.csv", "class", "klass")(county)
    _replaced("indicators.csv", "12000,人", "一万,人")(county)
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "有 3 处需要修改" in ended.err
    for name in ("places.csv", "list_members.csv", "indicators.csv"):
        assert f"- {name}：" in ended.err


def test_an_earlier_result_is_untouched_by_a_refused_run(bangfu, county, tmp_path):
    out = tmp_path / "out"
    assert bangfu("run", "gd-2021", county, "--out", out).code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    _replaced("indicators.csv", "12000,人", "很多,人")(county)
    assert bangfu("run", "gd-2021", county, "--out", out).code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


CALLS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "unknown scheme": (("run", "gd-2012", "DATA", "--out", "OUT"), ("gd-2012", "gd-2021"), ()),
    "no such option": (
        ("run", "gd-2021", "DATA", "--ou", "OUT"),
        ("没有选项 --ou", "--out", "bangfu run --help"),
        ("no option --ou", "--out", "bangfu run --help"),
    ),
    "no OUT": (
        ("run", "gd-2021", "DATA"),
        ("缺少 --out（结果文件夹）",),
        ("Missing: --out",),
    ),
    "no DATA": (("run", "gd-2021"), ("缺少 DATA（数据文件夹）",), ("Missing: DATA",)),
    "a word too many": (
        ("run", "gd-2021", "DATA", "MORE", "--out", "OUT"),
        ("多出了「MORE」",),
        ('"MORE" is more',),
    ),
    "no such command": (("rum",), ("没有命令「rum」", "run"), ('no command "rum"', "run")),
    "an option without its value": (("shares", "--year"), ("选项 --year",), ("Option --year",)),
    "a year in words": (
        ("shares", "--scheme", "gd-2021", "--year", "去年"),
        ("--year（年份）只能填整数",),
        ("whole number is needed: --year",),
    ),
    "a day that is none": (
        ("run", "gd-2021", "DATA", "--out", "OUT", "--as-of", "2025-02-30"),
        ("--as-of 2025-02-30", "2025-12-31"),
        ("--as-of 2025-02-30", "2025-12-31"),
    ),
    "a week for a day": (
        ("run", "gd-2021", "DATA", "--out", "OUT", "--as-of", "2025-W01-1"),
        ("日期写作 2025-12-31",),
        ("a date is written 2025-12-31",),
    ),
    "a day before the scheme": (
        ("run", "gd-2021", "DATA", "--out", "OUT", "--as-of", "2019-05-01"),
        ("方案自 2021-01-01 起执行", "--as-of 2021-01-01"),
        ("runs from 2021-01-01", "--as-of 2021-01-01"),
    ),
    "DATA that is not there": (
        ("run", "gd-2021", "NOWHERE", "--out", "OUT"),
        ("没有数据文件夹", "请核对路径"),
        ("There is no folder", "Check the path"),
    ),
    "a file for DATA": (
        ("run", "gd-2021", "DATA/places.csv", "--out", "OUT"),
        ("没有数据文件夹",),
        ("There is no folder",),
    ),
    "OUT is DATA": (
        ("run", "gd-2021", "DATA", "--out", "DATA"),
        ("已有其他内容", "请另选"),
        ("It holds something else", "Choose another"),
    ),
    "--set without a value": (
        ("run", "gd-2021", "DATA", "--out", "OUT", "--set", "funding.standard_per_town"),
        ("路径[@日期]=取值",),
        ("PATH[@DATE]=VALUE",),
    ),
    "a language there is not": (("version", "--lang", "fr"), ("--lang 只能填 zh | en",), ()),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CALLS)
def test_a_wrong_call_is_told_in_words(bangfu, county, tmp_path, case, language):
    words, zh, en = CALLS[case]
    tail = () if "--lang" in words else ("--lang", language)
    places = {"DATA": str(county), "OUT": str(tmp_path / "out"), "NOWHERE": str(tmp_path / "no")}
    given = [_in_place(word, places) for word in words]
    ended = bangfu(*tail, *given)
    assert ended.code == 2
    for told in zh if language == "zh" else en:
        assert told in ended.err
    assert ended.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def _in_place(word: str, places: dict[str, str]) -> str:
    head, slash, tail = word.partition("/")
    return places.get(head, head) + slash + tail


def test_every_wrong_setting_is_listed(bangfu, county, tmp_path):
    ended = bangfu(
        "run", "gd-2021", county, "--out", tmp_path / "out",
        "--set", "funding.standard_per_year=1元",
        "--set", "funding.standard_per_town=3人",
        "--set", "readings.A39=nobody",
    )  # fmt: skip
    assert ended.code == 2
    assert "有 3 处需要修改" in ended.err
    for words in ("funding.standard_per_year", "funding.standard_per_town", "helped_city"):
        assert words in ended.err


@pytest.mark.parametrize("content", ["folder", "file"])
def test_an_out_that_holds_other_content_is_left_alone(bangfu, county, tmp_path, content):
    out = tmp_path / "out"
    kept = out
    if content == "folder":
        out.mkdir()
        kept = out / "letters.txt"
    kept.write_text("mine")
    ended = bangfu("run", "gd-2021", county, "--out", out)
    assert ended.code == 2
    assert "不会覆盖" in ended.err
    assert kept.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(bangfu, county, tmp_path):
    (county / "places.csv").chmod(0)
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    (county / "places.csv").chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert ended.code == 2
    assert "places.csv" in ended.err


def test_a_link_that_leads_nowhere_is_told(bangfu, county, tmp_path):
    (county / "units.csv").symlink_to(tmp_path / "nowhere.csv")
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert (ended.code, "units.csv：文件打不开" in ended.err) == (2, True)


@pytest.mark.parametrize(
    "planted",
    ["__import__('os').system('touch planted')", "open('planted', 'w')", "类型.upper() == '镇'"],
)
def test_an_expression_that_calls_something_is_refused(
    bangfu, county, tmp_path, monkeypatch, planted
):
    monkeypatch.chdir(tmp_path)
    scheme = tmp_path / "scheme" / "gd-2021"
    shutil.copytree(SHARED_FOLDER / "gd-2021", scheme)
    targeting = scheme / "targeting.yaml"
    text = targeting.read_text("utf-8")
    old = "\"类型 in ('镇', '乡')\""
    assert old in text
    targeting.write_text(text.replace(old, f'"{planted}"', 1), encoding="utf-8")
    ended = bangfu("run", scheme, county, "--out", tmp_path / "out")
    assert ended.code == 2
    assert planted in ended.err
    assert "EXP-" in ended.err
    assert not (tmp_path / "planted").exists()
    assert not (tmp_path / "out").exists()


def test_a_broken_scheme_is_told_by_file(bangfu, county, tmp_path):
    scheme = tmp_path / "mine"
    shutil.copytree(SHARED_FOLDER / "gd-2021", scheme)
    (scheme / "funding.yaml").write_text("lines: [\n", encoding="utf-8")
    ended = bangfu("run", scheme, county, "--out", tmp_path / "out")
    assert (ended.code, "funding.yaml" in ended.err) == (2, True)


def test_money_beyond_64_bits_is_refused_not_wrapped(bangfu, county, tmp_path):
    setting = "funding.standard_per_town=9000000亿元"
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out", "--set", setting)
    assert (ended.code, "不能计算" in ended.err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("left", ["places.bak", "places.docx", "places.csv"])
def test_a_folder_without_places_is_refused_whatever_else_bears_the_name(
    bangfu, county, tmp_path, left
):
    (county / "places.csv").unlink()
    (county / left).mkdir()
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "缺少「行政区划表」" in ended.err


def test_ten_thousands_with_decimals_written_as_yuan_name_the_unit(bangfu, county, tmp_path):
    _replaced("indicators.csv", "31000,元", "3.1482,元")(county)
    _replaced("indicators.csv", "29000,元", "2.9631,元")(county)
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "万元" in ended.err


def test_a_ratio_of_unknown_payers_is_refused(bangfu, county, tmp_path):
    setting = "funding.sharing_ratio=province=6,mars=4"
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out", "--set", setting)
    assert ended.code == 2


def test_a_setting_with_an_empty_value_is_refused(bangfu, county, tmp_path):
    setting = "funding.standard_per_town="
    ended = bangfu("run", "gd-2021", county, "--out", tmp_path / "out", "--set", setting)
    assert ended.code == 2
