"""``scheme clauses | tasks | attach`` and ``succeed`` as an office calls them."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from bangfu.cli import main
from bangfu.schemes.coverage import write_record
from bangfu.schemes.load import load_scheme

INVENTED = Path(__file__).parents[1] / "schemes" / "invented"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bangfu", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(done.value.code or 0), out, err

    return run


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    """A copy of the invented scheme with one case."""
    copy = tmp_path / "scheme"
    shutil.copytree(INVENTED, copy)
    (copy / "cases").mkdir(exist_ok=True)
    (copy / "cases" / "quotas.yaml").write_text(
        "- name: 合计四个\n  on: 2024-06-30\n  output:\n    headlines:\n"
        "      - {id: quotas.provincial_town, value: 4}\n",
        encoding="utf-8",
    )
    return copy


def test_clauses_without_a_record_are_judged_by_running_the_cases(call: Call, scheme: Path) -> None:
    code, out, err = call("scheme", "clauses", scheme, "--json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert (code, rows["EX-04"]["status"], rows["EX-04"]["tests"]) == (0, "works", ["合计四个"])
    assert rows["EX-06"]["status"] == "partly"
    assert "运行算例" in err
    assert not (scheme / "cases" / "exercised.json").exists()


def test_a_record_is_renewed_on_request_and_then_used(call: Call, scheme: Path) -> None:
    call("scheme", "clauses", scheme, "--renew")
    code, out, err = call("scheme", "clauses", scheme)
    assert (code, err) == (0, "")
    assert "EX-04" in out
    assert out.rstrip().splitlines()[-1].split() == ["example-2024", "1", "7", "0", "0", "8"]


def test_clauses_speak_english(call: Call, scheme: Path) -> None:
    write_record(load_scheme(scheme), {})
    assert "partly carried" in call("scheme", "clauses", scheme, "--lang", "en")[1]


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_the_table_of_tasks_is_written(
    call: Call, scheme: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / "papers" / f"任务分工表{suffix}"
    code, told, _ = call("scheme", "tasks", scheme, "--out", out, "--on", "2025-06-30")
    assert code == 0
    assert str(out) in told
    if suffix == ".docx":
        assert "任务分工表" in docx.Document(str(out)).paragraphs[0].text
    else:
        assert "任务分工" in CalamineWorkbook.from_path(out).sheet_names
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_a_table_that_was_worked_on_is_not_overwritten(
    call: Call, scheme: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tasks.xlsx"
    out.write_text("已修改", encoding="utf-8")
    code, _, err = call("scheme", "tasks", scheme, "--out", out)
    assert (code, out.read_text(encoding="utf-8")) == (2, "已修改")
    assert "PAP-02" in err
    assert call("scheme", "tasks", scheme, "--out", out, "--replace")[0] == 0


def test_other_formats_and_places_that_cannot_be_written_are_refused(
    call: Call, scheme: Path, tmp_path: Path
) -> None:
    assert "PAP-01" in call("scheme", "tasks", scheme, "--out", tmp_path / "tasks.pdf")[2]
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = call("scheme", "tasks", scheme, "--out", tmp_path / "file" / "tasks.xlsx")
    assert (code, "PAP-03" in err) == (2, True)


def test_a_document_is_attached_and_shown_again(call: Call, scheme: Path, tmp_path: Path) -> None:
    into = tmp_path / "kept"
    assert "没有附原文" in call("scheme", "attach", scheme, "--into", into)[1]
    code, out, _ = call(
        "scheme", "attach", scheme, "--source", INVENTED / "document.txt", "--into", into
    )
    assert (code, "sha256" in out) == (0, True)
    assert "document.txt" in call("scheme", "attach", scheme, "--into", into)[1]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "行政区划表.csv").write_text(
        "code,name,level,parent_code,kind,code_system\n"
        "990101000000,某县,county,,,nbs\n990101001000,东乡,township,990101000000,乡,nbs\n",
        encoding="utf-8",
    )
    (folder / "list_members.csv").write_text(
        "place_code,class,entered_on\n990101001000,省级帮扶镇,2024-01-01\n", encoding="utf-8"
    )
    (folder / "pairings.csv").write_text(
        "place_code,helper,kind,starts_on\n990101001000,甲队,工作队,2025-01-01\n"
        "990101001000,乙厂,企业,2025-01-01\n",
        encoding="utf-8",
    )
    return folder


def test_a_successor_starts_from_a_folder_it_can_run(
    call: Call, scheme: Path, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "next"
    words = ("succeed", scheme, data, scheme, "--classes", "provincial_town=city_town")
    code, told, _ = call(*words, "--on", "2026-01-01", "--out", out)
    assert code == 0
    assert "移交清单" in told
    assert {path.name for path in out.iterdir()} == {
        *("行政区划表.csv", "list_members.csv", "pairings.csv", "notes", "succession.json")
    }
    assert {path.name for path in (out / "notes").iterdir()} == {
        "handover.xlsx",
        "pairings_left.csv",
    }
    record = json.loads((out / "succession.json").read_text(encoding="utf-8"))
    assert record["classes"] == {"provincial_town": "city_town"}
    code, _, err = call("run", scheme, out, "--out", tmp_path / "result", "--as-of", "2026-06-30")
    assert err == ""
    targets = pl.read_csv(tmp_path / "result" / "targets.csv")
    assert targets["class"].to_list() == ["city_town"]
    # Made once, it may be made again; anything else in its place is left alone.
    assert call(*words, "--on", "2026-01-01", "--out", out)[0] == 0
    code, _, err = call(*words, "--on", "2026-01-01", "--out", data)
    assert (code, "OUT-01" in err) == (2, True)


@pytest.mark.parametrize("classes", ["provincial_town", "a=b=c", "=b", "", "a=b,a=c"])
def test_classes_written_wrongly_are_refused(
    call: Call, scheme: Path, data: Path, tmp_path: Path, classes: str
) -> None:
    words = ("succeed", scheme, data, scheme, "--on", "2026-01-01", "--out", tmp_path / "next")
    code, _, err = call(*words, "--classes", classes)
    assert code == 2
    assert "SUC-0" in err
    assert not (tmp_path / "next").exists()
