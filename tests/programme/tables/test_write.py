"""Writing: plain CSV, and a folder that is there whole or not at all."""

import datetime as dt
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.tables import write
from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.vocabulary.errors import FaultsFound


def a_result(out: Path, text: str = "{}") -> None:
    with OutputFolder(out) as folder:
        (folder / "run.json").write_text(text)
        (folder / "targets.csv").write_text("place_code\n")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_csv_is_plain_utf8(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "name": ["甲,村", None],
            "met": [True, False],
            "on": [dt.date(2024, 3, 5), None],
            "tags": [["a", "b"], []],
            "amount_fen": [2**62, None],
        }
    )
    write_csv(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == (
        'name,met,on,tags,amount_fen\n"甲,村",true,2024-03-05,a;b,4611686018427387904\n'
        ',false,,"",\n'.encode()
    )


def test_a_result_appears_whole_and_replaces_an_earlier_one(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    a_result(out, "1")
    (out / "old.csv").write_text("")
    a_result(out, "2")
    assert names_in(out) == ["run.json", "targets.csv"]
    assert (out / "run.json").read_text() == "2"
    assert names_in(tmp_path / "deep") == ["out"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    a_result(tmp_path / "out")
    assert names_in(tmp_path / "out") == ["run.json", "targets.csv"]


def test_other_content_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("x")
    for name in ("out", "file"):
        with pytest.raises(FaultsFound) as caught:
            a_result(tmp_path / name)
        assert caught.value.faults[0].code == "OUT-01"
    assert names_in(tmp_path) == ["file", "out"]
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


def test_another_mark_makes_another_kind_of_result(tmp_path: Path) -> None:
    for _ in range(2):
        with OutputFolder(tmp_path / "out", mark="truth.json") as folder:
            (folder / "truth.json").write_text("{}")
    with pytest.raises(FaultsFound):
        a_result(tmp_path / "out")


def test_a_failure_leaves_the_earlier_result(tmp_path: Path) -> None:
    a_result(tmp_path / "out", "1")

    def failing() -> None:
        with OutputFolder(tmp_path / "out") as folder:
            (folder / "run.json").write_text("2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert (tmp_path / "out" / "run.json").read_text() == "1"
    assert names_in(tmp_path) == ["out"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound) as caught, OutputFolder(tmp_path / "out"):
        raise OSError(errno.ENOSPC, "no space")
    assert caught.value.faults[0].code == "OUT-02"
    assert names_in(tmp_path) == []


def test_a_barred_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def barred(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "barred")

    monkeypatch.setattr(Path, "mkdir", barred)
    with pytest.raises(FaultsFound) as caught:
        a_result(tmp_path / "out")
    assert caught.value.faults[0].code == "OUT-03"


def test_without_exchange_the_earlier_result_waits_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "_exchanged", lambda *_: False)
    a_result(tmp_path / "out", "1")
    a_result(tmp_path / "out", "2")
    assert (tmp_path / "out" / "run.json").read_text() == "2"
    assert names_in(tmp_path) == ["out"]


def test_a_result_left_aside_by_a_kill_comes_back(tmp_path: Path) -> None:
    a_result(tmp_path / "out", "1")
    (tmp_path / "out").rename(tmp_path / ".out.before")
    with pytest.raises(ZeroDivisionError), OutputFolder(tmp_path / "out"):
        raise ZeroDivisionError
    assert (tmp_path / "out" / "run.json").read_text() == "1"


KILLED = """
import sys
import time
from pathlib import Path
from bangfu.programme.tables.write import OutputFolder
with OutputFolder(Path(sys.argv[1])) as folder:
    (folder / "run.json").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def a_writer(out: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(out)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def test_a_killed_run_changes_nothing_and_is_cleaned_up(tmp_path: Path) -> None:
    a_result(tmp_path / "out", "1")
    process = a_writer(tmp_path / "out")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert (tmp_path / "out" / "run.json").read_text() == "1"
    assert len(names_in(tmp_path)) == 2
    a_result(tmp_path / "out", "2")
    assert names_in(tmp_path) == ["out"]


def test_a_run_still_at_work_is_left_alone(tmp_path: Path) -> None:
    process = a_writer(tmp_path / "out")
    try:
        a_result(tmp_path / "out", "2")
        assert len(names_in(tmp_path)) == 2
    finally:
        process.kill()
        process.communicate()
