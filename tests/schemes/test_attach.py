"""The original document stays with the installation and shows the sentence beside a figure."""

import json
import subprocess
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from bangfu.schemes.attach import (
    attach_source,
    attached_sentence,
    attachment_of,
    attachments_folder,
)
from bangfu.schemes.find import SHARED_FOLDER
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import read_source, sections
from bangfu.schemes.source.text import normalise
from bangfu.vocabulary.errors import FaultsFound

INVENTED = Path(__file__).parent / "invented"
DOCUMENT = INVENTED / "document.txt"
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def test_without_a_document_nothing_is_shown(scheme: Scheme, tmp_path: Path) -> None:
    assert attachment_of(scheme, folder=tmp_path) is None
    assert attached_sentence(scheme, "EX-06", "300万元", folder=tmp_path) is None


def test_the_sentence_of_a_figure_is_that_of_the_document(scheme: Scheme, tmp_path: Path) -> None:
    attach_source(scheme, DOCUMENT, folder=tmp_path)
    sentence = attached_sentence(scheme, "EX-06", "300万元", folder=tmp_path)
    assert sentence is not None
    assert "300" in sentence
    assert sentence in DOCUMENT.read_text(encoding="utf-8").replace("\n", "")


def test_a_figure_in_another_clause_has_no_sentence_there(scheme: Scheme, tmp_path: Path) -> None:
    attach_source(scheme, DOCUMENT, folder=tmp_path)
    assert attached_sentence(scheme, "EX-01", "300万元", folder=tmp_path) is None
    assert attached_sentence(scheme, "EX-99", "300万元", folder=tmp_path) is None


def test_every_cited_figure_finds_its_sentence(scheme: Scheme, tmp_path: Path) -> None:
    attach_source(scheme, DOCUMENT, folder=tmp_path)
    attachment = attachment_of(scheme, folder=tmp_path)
    assert attachment is not None
    dated = scheme.figures["targeting.village_income_line"]
    figure = dated.on(date(2024, 6, 1))
    assert figure is not None
    assert "20" in (attachment.sentence_of(scheme, dated, figure) or "")


def test_sections_keep_the_signs_of_the_document(scheme: Scheme, tmp_path: Path) -> None:
    written = DOCUMENT.read_text(encoding="utf-8").replace("300万元", "３００ 万元")
    source = tmp_path / "original.txt"
    source.write_bytes(written.replace("\n", "\r\n").encode("gb18030"))
    attach_source(scheme, source, folder=tmp_path / "kept")
    attachment = attachment_of(scheme, folder=tmp_path / "kept")
    assert attachment is not None
    parts = sections(read_source(source), scheme.clauses_file.source)
    assert {k: normalise(text) for k, text in attachment.parts.items()} == {
        section: text.strip("\n") for section, text in parts.items()
    }
    assert "３００ 万元" in (attachment.sentence(scheme, "EX-06", "300万元") or "")


def test_the_index_bears_the_digest_of_the_document(scheme: Scheme, tmp_path: Path) -> None:
    path = attach_source(scheme, DOCUMENT, folder=tmp_path)
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["sha256"] == sha256(DOCUMENT.read_bytes()).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["example-2024.json"]


@pytest.mark.parametrize(
    "inside", [SHARED_FOLDER, SHARED_FOLDER / "new", PROJECT / "docs", INVENTED]
)
def test_no_document_is_kept_inside_the_program(scheme: Scheme, inside: Path) -> None:
    before = tracked_or_new()
    with pytest.raises(FaultsFound, match="ATT-01"):
        attach_source(scheme, DOCUMENT, folder=inside)
    assert tracked_or_new() == before


def test_nothing_of_a_document_enters_the_repository(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANGFU_ATTACHMENTS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = tracked_or_new()
    path = attach_source(scheme, DOCUMENT)
    assert path == tmp_path / "data" / "bangfu" / "attachments" / "example-2024.json"
    assert tracked_or_new() == before


def tracked_or_new() -> set[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "-z", "src", "docs", "tests/schemes"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    return {PROJECT / name for name in listed.stdout.decode().split("\0") if name.endswith(".json")}


def test_another_document_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("另一个文件", encoding="utf-8")
    with pytest.raises(FaultsFound, match="SRC-02"):
        attach_source(scheme, other, folder=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_made_is_told(scheme: Scheme, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FaultsFound, match="ATT-02"):
        attach_source(scheme, DOCUMENT, folder=tmp_path / "file" / "kept")


def test_an_index_that_cannot_be_read_counts_as_none(scheme: Scheme, tmp_path: Path) -> None:
    attach_source(scheme, DOCUMENT, folder=tmp_path).write_text("[]", encoding="utf-8")
    assert attachment_of(scheme, folder=tmp_path) is None


def test_the_folder_is_the_users_unless_another_is_named() -> None:
    assert attachments_folder({"BANGFU_ATTACHMENTS": "/a"}) == Path("/a")
    assert attachments_folder({"XDG_DATA_HOME": "/d"}) == Path("/d/bangfu/attachments")
    assert attachments_folder({}) == Path.home() / ".local" / "share" / "bangfu" / "attachments"
