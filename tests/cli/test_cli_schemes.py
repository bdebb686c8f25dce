"""``bangfu scheme``, ``doctor``, ``sample``, the language and where schemes are looked for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bangfu.schemes.find import SHARED_FOLDER
from bangfu.schemes.load import load_scheme

SCHEMES = ("gd-2021", "tc-2023", "zj-2025-townships", "zj-2025-villages")


def _copy_of(scheme_id: str, base: Path, new_id: str) -> Path:
    """A scheme folder copied and renamed."""
    folder = base / new_id
    shutil.copytree(SHARED_FOLDER / scheme_id, folder)
    text = (folder / "scheme.yaml").read_text("utf-8")
    assert f"id: {scheme_id}\n" in text
    renamed = text.replace(f"id: {scheme_id}\n", f"id: {new_id}\n", 1)
    (folder / "scheme.yaml").write_text(renamed, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("编号", "征求意见稿", "已结束")), ("en", ("id", "consultation draft", "ended"))],
)
def test_the_list_names_every_scheme_and_cuts_no_title(bangfu, language, words):
    ended = bangfu("scheme", "list", "--lang", language)
    assert (ended.code, ended.err) == (0, "")
    assert "…" not in ended.out
    for told in (*SCHEMES, *words):
        assert told in ended.out


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_show_as_json_holds_every_figure_with_what_it_rests_on(bangfu, scheme_id):
    ended = bangfu("scheme", "show", scheme_id, "--json")
    assert ended.code == 0
    rows = json.loads(ended.out)
    scheme = load_scheme(scheme_id)
    assert {row["path"] for row in rows} == set(scheme.figures)
    for row in rows:
        assert set(row) >= {"path", "unit", "value", "from", "clause"}
        assert set((row["clause"] or "").split(";")) - {""} <= set(scheme.clauses)
        rests = row["clause"] or row["assumption"] or row["citation"]
        assert rests or row["derived"] or row["stands_for"] or row["value"] is None


def test_show_on_the_screen_keeps_paths_whole(bangfu):
    ended = bangfu("scheme", "show", "gd-2021")
    assert ended.code == 0
    for path in load_scheme("gd-2021").figures:
        assert path in ended.out


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_the_schemes_are_consistent(bangfu, scheme_id):
    ended = bangfu("scheme", "check", scheme_id)
    assert (ended.code, "内部一致" in ended.out) == (0, True)


def test_a_scheme_with_a_reference_to_nothing_fails_its_check(bangfu, tmp_path):
    folder = _copy_of("gd-2021", tmp_path, "gd-mine")
    text = (folder / "funding.yaml").read_text("utf-8")
    broken = text.replace("element: area_mu", "element: area_in_mu", 1)
    (folder / "funding.yaml").write_text(broken, encoding="utf-8")
    ended = bangfu("scheme", "check", folder)
    assert ended.code in (1, 2)
    assert "area_in_mu" in ended.out + ended.err


def test_the_cases_of_a_scheme_pass_and_a_wrong_one_fails(bangfu, tmp_path):
    folder = _copy_of("gd-2021", tmp_path, "gd-mine")
    for path in (folder / "cases").iterdir():
        if path.name != "funding.yaml":
            path.unlink()
    assert bangfu("scheme", "cases", folder).code == 0
    text = (folder / "funding.yaml").read_text("utf-8")
    changed = text.replace("2021-01-01: 2000万元", "2021-01-01: 2001万元", 1)
    assert changed != text
    (folder / "funding.yaml").write_text(changed, encoding="utf-8")
    ended = bangfu("scheme", "cases", folder)
    assert (ended.code, "不符 " in ended.out) == (1, True)


def test_the_schema_is_one_of_every_file(bangfu):
    ended = bangfu("scheme", "schema")
    assert ended.code == 0
    told = json.dumps(json.loads(ended.out))
    for name in ("universe", "unit_amount", "allotment", "clauses"):
        assert name in told


def test_a_copied_and_renamed_scheme_is_found_by_id_and_by_path(
    bangfu, county, tmp_path, monkeypatch
):
    library = tmp_path / "library"
    library.mkdir()
    folder = _copy_of("gd-2021", library, "gd-mine")
    by_path = bangfu("run", folder, county, "--out", tmp_path / "by-path")
    assert by_path.code == 0
    monkeypatch.chdir(tmp_path)
    assert bangfu("run", "gd-mine", county, "--out", tmp_path / "unknown").code == 2
    monkeypatch.setenv("BANGFU_SCHEMES", f"{tmp_path / 'nowhere'}{os.pathsep}{library}")
    by_id = bangfu("run", "gd-mine", county, "--out", tmp_path / "by-id")
    assert (by_id.code, by_id.err) == (0, "")
    record = json.loads((tmp_path / "by-id" / "run.json").read_text("utf-8"))
    assert record["scheme"] == "gd-mine"
    assert record["scheme_hash"] == load_scheme(folder).content_hash
    assert "gd-mine" in bangfu("scheme", "list").out


@pytest.fixture
def broken(tmp_path):
    """A search path with a scheme that cannot be read."""
    folder = tmp_path / "library" / "broken"
    folder.mkdir(parents=True)
    (folder / "scheme.yaml").write_text("id: broken\n", encoding="utf-8")
    return str(folder.parent)


def test_a_broken_scheme_does_not_hide_the_others(bangfu, broken, monkeypatch):
    monkeypatch.setenv("BANGFU_SCHEMES", broken)
    ended = bangfu("scheme", "list")
    assert ended.code == 1
    for scheme_id in SCHEMES:
        assert scheme_id in ended.out
    assert "broken：读不出来" in ended.err


def test_doctor_tells_a_broken_scheme_and_ends_with_1(bangfu, broken, monkeypatch):
    monkeypatch.setenv("BANGFU_SCHEMES", broken)
    ended = bangfu("doctor", "--lang", "en")
    assert (ended.code, "BAD  scheme broken" in ended.out) == (1, True)


def test_doctor_looks_at_parts_and_schemes(bangfu):
    ended = bangfu("doctor")
    assert ended.code == 0
    assert "异常" not in ended.out
    for words in ("duckdb", "表达式可编译执行", *SCHEMES):
        assert words in ended.out


@pytest.mark.parametrize("position", [0, 1, 3, 5])
@pytest.mark.parametrize("given", [("--lang", "en"), ("--lang=en",)])
def test_the_language_may_be_said_anywhere(bangfu, position, given):
    words = ["shares", "--scheme", "gd-2021", "--year", "0"]
    ended = bangfu(*words[:position], *given, *words[position:])
    assert (ended.code, "A year is written 2025." in ended.err) == (2, True)


def test_the_language_of_the_environment_gives_way_to_the_call(bangfu, monkeypatch):
    call = ("shares", "--scheme", "gd-2021", "--year", "0")
    assert "年份写作四位数" in bangfu(*call).err
    monkeypatch.setenv("BANGFU_LANG", "en")
    assert "A year is written" in bangfu(*call).err
    assert "年份写作四位数" in bangfu(*call, "--lang", "zh").err


def test_help_and_a_bare_command_name_the_verbs(bangfu):
    ended = bangfu("--help")
    assert ended.code == 0
    bare = bangfu()
    assert (bare.code, bare.out) == (2, "")
    for verb in ("run", "shares", "allot", "sample", "doctor", "scheme", "import"):
        assert f"  {verb} " in ended.out
        assert f"  {verb} " in bare.err


def test_a_sample_is_written_and_then_runs(bangfu, tmp_path):
    data = tmp_path / "data"
    ended = bangfu("sample", data, "--scheme", "tc-2023", "--size", "county", "--seed", 7)
    assert (ended.code, "合成样例已写入" in ended.out) == (0, True)
    assert json.loads((data / "truth.json").read_text("utf-8"))["seed"] == 7
    again = bangfu("sample", tmp_path / "data", "--scheme", "tc-2023", "--seed", 7)
    assert again.code == 0
    wrong = bangfu("sample", tmp_path / "more", "--scheme", "tc-2023", "--size", "village")
    assert (wrong.code, "county" in wrong.err) == (2, True)
    assert not (tmp_path / "more").exists()


def test_a_pipe_closed_early_says_nothing():
    code = "from bangfu.cli import main; main()"
    words = [sys.executable, "-c", code, "scheme", "show", "gd-2021", "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert told == b""


def test_each_figure_is_changed_in_turn_where_asked(bangfu):
    stranger = Path(__file__).parents[1] / "schemes" / "stranger"
    document = str(stranger / "document.txt")
    checked = bangfu(
        "scheme", "check", str(stranger / "sl-2026"), "--source", document, "--try-changes"
    )
    assert (checked.code, checked.err) == (0, "")
    assert "逐个改动：有 0 处改动核对不会发现。" in checked.out
