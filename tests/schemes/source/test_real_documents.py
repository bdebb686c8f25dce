"""The built-in schemes against the documents they are taken from, where these are at hand.

The documents are not part of the project: BANGFU_DOCUMENTS names their folder, or they stand in
``shared/policies`` beside the project.
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import SourceReport, check_source, read_source
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


def one_more(figure: Figure) -> Figure | None:
    """The figure changed by one of its unit; None for kinds that are not counted."""
    match figure.kind:
        case "money":
            return Figure("money", figure.value + 1_000_000)
        case "pct":
            return Figure("pct", figure.value + 1)
        case "ratio":
            first = next(iter(figure.value))
            return Figure("ratio", {**figure.value, first: figure.value[first] + 1})
        case "count" if figure.value >= 20:
            return Figure("count", figure.value + 1)
        case _:
            return None


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
def test_a_figure_changed_by_one_is_missing(name: str) -> None:
    scheme, text, report = checked(name)
    tried = 0
    for finding in report.found:
        dated = scheme.figures.get(finding.path)
        if dated is None or dated.implied:
            continue
        other = _changed(dated)
        if other is None:
            continue
        wrong = replace(scheme, figures={**scheme.figures, finding.path: other})
        missing = {each.path for each in check_source(wrong, text).missing}
        assert finding.path in missing
        tried += 1
    assert tried >= 5


@pytest.mark.parametrize("name", SCHEMES)
def test_an_amount_changed_in_a_copy_of_the_document_is_missing(name: str) -> None:
    scheme, text, report = checked(name)
    amounts = [each for each in report.found if each.printed.endswith(("万元", "%"))]
    assert amounts
    for finding in amounts:
        # The same amount may be printed without 元 elsewhere in its clauses.
        plain = finding.printed.removesuffix("元")
        copy = text.replace(plain, f"9{plain}")
        missing = {each.path: each.clauses for each in check_source(scheme, copy).missing}
        assert missing[finding.path] == finding.clauses


def _changed(dated: Dated) -> Dated | None:
    entries = tuple(
        (day, one_more(figure) or figure if figure else None) for day, figure in dated.entries
    )
    return replace(dated, entries=entries) if entries != dated.entries else None
