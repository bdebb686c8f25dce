"""The pages: reference pages follow the code, links lead somewhere, terms stand in the glossary."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), PROJECT / "README.md", PROJECT / "README.zh.md"])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def build() -> Iterator[ModuleType]:
    """``docs/build.py`` as a module; what it adds to the path is taken away again."""
    path = list(sys.path)
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = path


def test_the_check_names_stale_missing_and_left_over_pages(
    build: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build.main([], folder=tmp_path)
    assert build.main(["--check"], folder=tmp_path) == 0
    (tmp_path / "tables.md").write_text("changed by hand\n", encoding="utf-8")
    (tmp_path / "elements.md").unlink()
    (tmp_path / "old.md").write_text("of another day\n", encoding="utf-8")
    assert build.main(["--check"], folder=tmp_path) == 1
    named = re.findall(r"reference/(\S+);", capsys.readouterr().err)
    assert {"tables.md", "elements.md", "old.md"} == set(named)


def test_an_unknown_argument_of_the_builder_is_refused(
    build: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main(["--chek"]) == 2
    assert "--check" in capsys.readouterr().err


def test_a_column_that_the_code_does_not_name_stops_the_builder(build: ModuleType) -> None:
    with pytest.raises(build.tables.ColumnsDiffer, match="targets differs in colour"):
        build.tables._compare("targets", ["place_code", "colour"], ["place_code"])


def test_cells_of_a_table_keep_to_their_cell(build: ModuleType) -> None:
    made = build.tables.table(["a"], [["x | y\nz"]])
    assert made.splitlines()[2] == "| x \\| y z |"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_fault_code_of_tables_is_explained() -> None:
    source = PROJECT / "src" / "bangfu" / "programme" / "tables"
    used = {
        code
        for path in source.glob("*.py")
        for code in re.findall(r'"(TAB-\d+)"', path.read_text(encoding="utf-8"))
    }
    page = (DOCS / "howto" / "read-an-office-folder.md").read_text(encoding="utf-8")
    assert used == set(re.findall(r"^\| `(TAB-\d+)`", page, re.MULTILINE))


def glossary_names() -> set[str]:
    lines = (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| ")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])}


@pytest.mark.parametrize("scheme_id", scheme_folders({}))
def test_ids_of_lists_and_classes_and_shared_words_stand_in_the_glossary(scheme_id: str) -> None:
    scheme = load_scheme(scheme_folders({})[scheme_id])
    used = set(scheme.about.words)
    for target_list in scheme.targeting.lists:
        used |= {target_list.id, *(target_class.id for target_class in target_list.classes)}
    used |= {layer.id for quota in scheme.pairing.quotas for layer in quota.layers}
    assert set() == used - glossary_names()


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((DOCS / "decisions").glob("*.md"))]
    assert list(range(1, len(numbers) + 1)) == numbers


@pytest.mark.parametrize(
    "page", sorted((DOCS / "decisions").glob("*.md")), ids=lambda page: page.stem
)
def test_a_decision_tells_context_choice_and_price(page: Path) -> None:
    heads = re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert heads == ["Context", "Choice", "What we gave up"]
