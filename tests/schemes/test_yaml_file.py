"""Scheme files are read strictly: what could be taken for something else is refused."""

from pathlib import Path
from typing import Any

import pytest

from bangfu.schemes.yaml_file import read_yaml, read_yaml_rows
from bangfu.vocabulary.errors import SchemeFault


def written(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("6:3:1", "6:3:1"),
        ("0100", "0100"),
        ("1_000", "1_000"),
        ("-12", -12),
        ("8.5", 8.5),
        ("2025-12-31", "2025-12-31"),
        ("2025-13-45", "2025-13-45"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"12"', "12"),
    ],
)
def test_a_word_is_what_it_looks_like(tmp_path: Path, text: str, expected: Any) -> None:
    assert read_yaml(written(tmp_path, f"key: {text}\n")) == {"key": expected}


def test_the_key_on_is_a_word(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "on: 2025-09-01\n")) == {"on": "2025-09-01"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", "twice"),
        ("a: &x [1]\n", "anchors"),
        ("a: *x\n", "anchors"),
        ("a: !!python/object:os.system ls\n", "tag"),
        ("a: !!int x\n", "tag"),
        ("? [a]\n: b\n", "key"),
        ("a: [1\n", "line 2"),
        ("[" * 3000, "levels"),
        ("- a\n", "mapping"),
        ("a: \0\n", "character"),
    ],
)
def test_what_is_doubtful_is_refused_with_its_place(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SchemeFault) as refusal:
        read_yaml(written(tmp_path, text))
    (fault,) = refusal.value.faults
    assert (fault.code, fault.where) == ("SCH-02", "file.yaml")
    assert reason in fault.message.en
    assert str(tmp_path) not in fault.message.en


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("a: 帮扶".encode("gb18030"))
    with pytest.raises(SchemeFault, match="SCH-02"):
        read_yaml(path)


def test_a_mark_at_the_start_of_the_file_is_no_part_of_it(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "\ufeffa: 1\n")) == {"a": 1}


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "# only a comment\n")) == {}
    assert read_yaml_rows(written(tmp_path, "")) == []


def test_rows_are_a_list(tmp_path: Path) -> None:
    assert read_yaml_rows(written(tmp_path, "- {a: 1}\n")) == [{"a": 1}]
    with pytest.raises(SchemeFault, match="SCH-02"):
        read_yaml_rows(written(tmp_path, "a: 1\n"))
