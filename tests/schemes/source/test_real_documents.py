"""The built-in schemes against the documents they are taken from, where these are at hand.

The documents are not part of the project: BANGFU_DOCUMENTS names their folder, or they stand in
``shared/policies`` beside the project.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import SourceReport, check_source, read_source
from bangfu.schemes.source.changed import unnoticed_in_the_document, unnoticed_in_the_scheme
from bangfu.vocabulary.errors import SchemeFault

PROJECT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("BANGFU_DOCUMENTS", PROJECT.parent / "shared" / "policies"))
SCHEMES = sorted(scheme_folders({}))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the documents are not at hand")


@cache
def checked(name: str) -> tuple[Scheme, str, SourceReport]:
    """A scheme, the first document in which all its marks stand, and the check of the two."""
    scheme = load_scheme(name)
    for path in sorted(FOLDER.glob("*.txt")):
        text = read_source(path)
        try:
            return scheme, text, check_source(scheme, text)
        except SchemeFault:
            continue
    pytest.fail(f"no document holds the marks of {name}")


@pytest.mark.parametrize("name", SCHEMES)
def test_every_figure_stands_in_its_clause(name: str) -> None:
    _, _, report = checked(name)
    assert [fault.sentence("en") for fault in report.faults()] == []
    assert len(report.found) > 20


@pytest.mark.parametrize("name", SCHEMES)
def test_every_figure_of_the_document_is_carried_or_ignored_with_a_reason(name: str) -> None:
    _, _, report = checked(name)
    assert [each.fault().sentence("en") for each in report.uncarried] == []
    assert report.unused_ignored == ()


@pytest.mark.parametrize("name", SCHEMES)
def test_no_figure_of_the_scheme_can_be_changed_without_its_clause_being_named(name: str) -> None:
    scheme, text, _ = checked(name)
    unnoticed = unnoticed_in_the_scheme(scheme, text)
    assert [each.fault().sentence("en") for each in unnoticed] == []


@pytest.mark.parametrize("name", SCHEMES)
def test_no_figure_of_the_document_can_be_changed_without_a_clause_of_it_being_named(
    name: str,
) -> None:
    scheme, text, _ = checked(name)
    unnoticed = unnoticed_in_the_document(scheme, text)
    assert [each.fault().sentence("en") for each in unnoticed] == []
