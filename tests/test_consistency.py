"""House rules that a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import polars as pl
import pytest
import yaml

from bangfu import __version__
from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.sample import make_sample
from bangfu.programme.tables.read import read_folder
from bangfu.schemes.load import load_scheme

PROJECT = Path(__file__).parents[1]
#: Migrations are written by a program; what they say is judged by the models.
SOURCES = sorted(p for p in (PROJECT / "src").rglob("*.py") if "migrations" not in p.parts)
#: At this length the question is what second matter crept in.
LONGEST_FILE = 500
#: Files that are longer all the same, each with the length it may not pass.
KNOWN_LONG: dict[str, int] = {}
#: Texts that belong to the making of the project and not into it.
FORBIDDEN = ("/work/", "/home/", "/root/", "issue #")
TEXT_SUFFIXES = {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".html", ".css", ".csv", ".cfg"}


def relative(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def project_files() -> list[Path]:
    """The files git tracks or would take in; all text files where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
    )
    if listed.returncode == 0:
        named = [PROJECT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        named = [
            p for part in ("src", "tests", "docs", "bench") for p in PROJECT.glob(f"{part}/**/*")
        ]
        named += [path for path in PROJECT.iterdir() if path.is_file()]
    return [p for p in named if p.is_file() and (p.suffix in TEXT_SUFFIXES or not p.suffix)]


def test_no_source_file_is_long() -> None:
    lengths = {relative(p): len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    long = {
        name: lines for name, lines in lengths.items() if lines > KNOWN_LONG.get(name, LONGEST_FILE)
    }
    assert long == {}


def test_files_known_as_long_still_are() -> None:
    lengths = {
        name: len((PROJECT / name).read_text(encoding="utf-8").splitlines()) for name in KNOWN_LONG
    }
    assert {name: lines for name, lines in lengths.items() if lines <= LONGEST_FILE} == {}


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_every_module_says_what_it_is_about(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_module_has_a_name_that_names_no_matter() -> None:
    nameless = {"utils.py", "util.py", "helpers.py", "helper.py", "services.py", "misc.py"}
    assert [relative(path) for path in SOURCES if path.name in nameless] == []


def test_no_machine_and_no_making_of_shows_in_the_files() -> None:
    this = Path(__file__)
    found = [
        f"{relative(path)}: {text}"
        for path in project_files()
        if path != this
        for text in FORBIDDEN
        if text in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_changes_tell_of_this_version() -> None:
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (\S+)", changes, re.MULTILINE)
    assert __version__ == heads[0]


@cache
def result_tables(scheme_id: str, as_of: date) -> dict[str, pl.DataFrame]:
    """Every table of a run on the sample county, without the disk of anybody."""
    import tempfile

    scheme = load_scheme(scheme_id)
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "data"
        make_sample(scheme, folder, size="county", seed=1)
        tables = read_folder(folder, catalogue=reader_catalogue(scheme.catalogue)).tables
    return run(scheme, tables, as_of).tables


def documented() -> dict[str, dict[str, list[str]]]:
    told = (PROJECT / "docs" / "output_columns.yaml").read_text(encoding="utf-8")
    return {name: table["columns"] for name, table in yaml.safe_load(told).items()}


RUNS = [("gd-2021", date(2024, 6, 30)), ("zj-2025-villages", date(2027, 12, 31))]
DTYPES = {
    "code": pl.String,
    "text": pl.String,
    "period": pl.String,
    "json": pl.String,
    "int": pl.Int64,
    "money": pl.Int64,
    "bool": pl.Boolean,
    "date": pl.Date,
}


@pytest.mark.parametrize(("scheme_id", "as_of"), RUNS)
def test_every_output_column_is_documented(scheme_id: str, as_of: date) -> None:
    page = (PROJECT / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    sections = dict(
        re.findall(r"^### (\w+)\.csv\n(.*?)(?=^### |\Z)", page, re.MULTILINE | re.DOTALL)
    )
    for name, table in result_tables(scheme_id, as_of).items():
        told = re.findall(r"^\| `(\w+)` \|.*?(\(only .*?\))? \|$", sections[name], re.MULTILINE)
        always = [column for column, only in told if not only]
        assert [column for column in table.columns if column not in dict(told)] == [], name
        assert always == [column for column in table.columns if column in always], name


@pytest.mark.parametrize(("scheme_id", "as_of"), RUNS)
def test_output_columns_are_of_the_documented_type(scheme_id: str, as_of: date) -> None:
    told = documented()
    wrong = [
        f"{name}.{column}: {kind}"
        for name, table in result_tables(scheme_id, as_of).items()
        for column, kind in table.schema.items()
        if DTYPES[told[name][column][0]] != kind
    ]
    assert wrong == []


def test_money_columns_end_in_fen_and_no_other_column_does() -> None:
    for name, columns in documented().items():
        money = {column for column, (kind, *_) in columns.items() if kind == "money"}
        assert money == {column for column in columns if column.endswith("_fen")}, name


def test_every_output_table_is_documented() -> None:
    named = {
        name
        for path in (PROJECT / "src" / "bangfu" / "programme").glob("*.py")
        for name in re.findall(r'tables\["(\w+)"\] = ', path.read_text(encoding="utf-8"))
    }
    # Input tables that cases make, and those written by bangfu allot and bangfu clusters.
    assert named - {"places", "list_members", "indicators"} == set(documented()) - {
        "allotment",
        "allotment_parts",
        "proposed_clusters",
        "weak_outside",
    }


def licence_of(name: str) -> str | None:
    """What the metadata of an installed package says; None where it is not installed."""
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        return None
    fields = ("License-Expression", "License", "Classifier")
    told = [text for field in fields for text in about.get_all(field) or []]
    told = [text for text in told if "::" not in text or text.startswith("License ::")]
    return " | ".join(told)


def dependencies() -> set[str]:
    """Packages the software needs, and those that they need in turn, by name."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    waiting, found = ["bangfu[]", "ibis-framework[duckdb]"], set()
    while waiting:
        wanted = Requirement(waiting.pop().replace("[]", ""))
        extras = wanted.extras or {""}
        if licence_of(wanted.name) is None or (
            canonicalize_name(wanted.name) in found and extras == {""}
        ):
            continue
        found.add(canonicalize_name(wanted.name))
        for line in distribution(wanted.name).requires or []:
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(line.split(";")[0])
    return found - {"bangfu"}


def test_every_dependency_has_a_permissive_licence() -> None:
    licences = {name: licence_of(name) or "" for name in dependencies()}
    assert len(licences) > 10
    refused = re.compile(r"\b[AL]?GPL|General Public|Proprietary", re.IGNORECASE)
    assert {n: said for n, said in licences.items() if not said or refused.search(said)} == {}


def test_every_named_dependency_stands_in_its_decision_record() -> None:
    record = (PROJECT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    assert set() == {name for name in dependencies() if name.lower() not in record.lower()} - {
        # Parts of packages that are named.
        "polars-runtime-32",
        "pydantic-core",
    }


def test_python_is_new_enough_for_what_is_promised() -> None:
    assert sys.version_info >= (3, 11)
