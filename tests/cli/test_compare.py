"""``scheme diff``, ``whatif`` and ``stability`` as an office calls them."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from bangfu.cli import main

INVENTED = Path(__file__).parents[1] / "schemes" / "invented"
Call = Callable[..., tuple[int, str, str]]
LINE = "targeting.village_income_line"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bangfu", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            main()
        out, err = capsys.readouterr()
        return int(done.value.code or 0), out, err

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two counties with one township and one village each."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "places.csv").write_text(
        "code,name,level,parent_code,kind,code_system\n"
        "990101000000,甲县,county,,,nbs\n990201000000,乙县,county,,,nbs\n"
        "990101001000,东乡,township,990101000000,乡,nbs\n"
        "990201001000,西乡,township,990201000000,乡,nbs\n"
        "990101001201,东村,village,990101001000,村委会,nbs\n"
        "990201001201,西村,village,990201001000,村委会,nbs\n",
        encoding="utf-8",
    )
    rows = ["place_code,indicator,period,value,unit,status,source"]
    for town, village, wan in (("990101001000", "990101001201", "19"),
                               ("990201001000", "990201001201", "25")):  # fmt: skip
        rows.append(f"{town},disposable_income_per_resident_fen,2025,11500,元,final,合成")
        rows.append(f"{village},collective_operating_income_fen,2025,{wan},万元,final,合成")
    (folder / "indicators.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """The invented scheme with another standard and another force of a clause."""
    folder = tmp_path / "version"
    shutil.copytree(INVENTED, folder)
    for file, old, new in (
        ("funding.yaml", "2024-01-01: 300万元", "2024-01-01: 350万元"),
        ("clauses.yaml", "force: goal", "force: must"),
    ):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return folder


def test_a_scheme_and_itself_have_no_differences(call: Call) -> None:
    code, out, _ = call("scheme", "diff", INVENTED, INVENTED)
    assert code == 0
    assert "没有差别" in out


def test_two_versions_are_shown_by_step_with_day_and_clause(call: Call, version: Path) -> None:
    code, out, _ = call("scheme", "diff", INVENTED, version)
    assert code == 0
    for words in ("资金", "300万元", "350万元", "2024-01-01", "EX-06", "约束力", "刚性要求"):
        assert words in out
    _, english, _ = call("scheme", "diff", INVENTED, version, "--lang", "en")
    assert "standard per town" in english.lower()


def test_two_versions_as_json(call: Call, version: Path) -> None:
    _, out, _ = call("scheme", "diff", INVENTED, version, "--json")
    found = json.loads(out)
    assert found["same_policy"]
    assert {"figures", "clauses"} == {row["part"] for row in found["differences"]}
    assert found["a"]["hash"] != found["b"]["hash"]


def test_two_policies_are_compared_by_shared_questions(call: Call) -> None:
    _, out, _ = call("scheme", "diff", "gd-2021", "zj-2025-townships", "--lang", "en")
    for words in ("How many", "1127", "76", "not stated", "--all"):
        assert words in out
    _, every, _ = call("scheme", "diff", "gd-2021", "zj-2025-townships", "--all")
    assert len(every.splitlines()) > 3 * len(out.splitlines())
    _, written, _ = call("scheme", "diff", "gd-2021", "zj-2025-townships", "--json")
    paths = {row["path_a"] for row in json.loads(written)["differences"]}
    assert "funding.standard_per_town" in paths


def test_a_trial_names_who_and_how_much_and_writes_all_rows(
    call: Call, data: Path, tmp_path: Path
) -> None:
    out_folder = tmp_path / "out"
    words = ("scheme", "whatif", INVENTED, data, "--as-of", "2026-06-01", "--out", out_folder)
    code, out, _ = call(*words, "--set", f"{LINE}=26万元")
    assert code == 0
    for shown in ("20万元 → 26万元", "EX-01", "西乡", "乙县", "+300万元", "不列入 → 列入"):
        assert shown in out
    targets = pl.read_csv(out_folder / "whatif_targets.csv", infer_schema=False)
    assert targets.select("place_code", "county", "change").rows() == [
        ("990201001000", "乙县", "in")
    ]
    money = pl.read_csv(out_folder / "whatif_money.csv")
    assert money["difference_fen"].sum() == 3 * 300_000_000
    assert (out_folder / "whatif_goals.csv").is_file()
    record = json.loads((out_folder / "whatif.json").read_text(encoding="utf-8"))
    assert record["overlay"] == {LINE: "26万元"}
    assert not record["changes_nothing"]
    # Only an earlier trial may be replaced.
    code, _, err = call("scheme", "whatif", INVENTED, data, "--out", data, "--set", f"{LINE}=1万元")
    assert code == 2
    assert "OUT-01" in err


def test_a_trial_that_changes_nothing_says_so(call: Call, data: Path) -> None:
    _, same, _ = call("scheme", "whatif", INVENTED, data, "--set", f"{LINE}=20万元")
    assert "与方案现值相同，不是改动" in same
    assert "结果没有任何变化" in same
    _, idle, _ = call(
        "scheme", "whatif", INVENTED, data, "--set", "funding.pool_per_year=1亿元", "--lang", "en"
    )
    assert "no step of this run uses: funding.pool_per_year" in idle
    assert "Nothing changes in the result." in idle


def test_the_list_of_the_office_can_be_left_aside(call: Call, data: Path) -> None:
    (data / "list_members.csv").write_text(
        "place_code,class\n990101001000,city_town\n", encoding="utf-8"
    )
    words = ("scheme", "whatif", INVENTED, data, "--as-of", "2026-06-01", "--set", f"{LINE}=26万元")
    _, held, _ = call(*words)
    assert "名单由主管部门确定" in held
    assert "资金没有变化" in held
    _, free, _ = call(*words, "--ignore-list")
    assert "+300万元" in free


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ((), "WIF-01"),
        (("--set", "targeting.nothing=1"), "SET-02"),
        (("--set", f"{LINE}=26"), "SET-04"),
        (("--set", LINE), "SET-01"),
        (("--set", f"{LINE}=26万元", "--as-of", "soon"), "CLI-01"),
    ],
)
def test_what_cannot_be_tried_is_refused(
    call: Call, data: Path, words: tuple[str, ...], fault: str
) -> None:
    code, out, err = call("scheme", "whatif", INVENTED, data, *words)
    assert code == 2
    assert fault in err
    assert out == ""


def test_the_firmness_of_a_list_is_shown_and_written(
    call: Call, data: Path, tmp_path: Path
) -> None:
    out_folder = tmp_path / "firm"
    words = ("scheme", "stability", INVENTED, data, "--as-of", "2026-06-01", "--out", out_folder)
    code, out, _ = call(*words, "--change-pct", "30")
    assert code == 0
    for shown in ("门槛各变动 ±30%", "西乡", "26万元", "临界情形", "-10000.00", "EX-01"):
        assert shown in out
    moves = pl.read_csv(out_folder / "stability_thresholds.csv", infer_schema=False)
    assert {"东乡", "西乡"} == set(moves["name"])
    near = pl.read_csv(out_folder / "borderline.csv", infer_schema=False)
    assert {"东乡", "东村", "西乡"} == set(near["name"])


@pytest.mark.parametrize(
    ("words", "fault"), [(("--change-pct", "0"), "STB-01"), (("--margin-pct", "101"), "STB-02")]
)
def test_changes_and_margins_out_of_reach_are_refused(
    call: Call, data: Path, words: tuple[str, ...], fault: str
) -> None:
    code, _, err = call("scheme", "stability", INVENTED, data, *words)
    assert code == 2
    assert fault in err
