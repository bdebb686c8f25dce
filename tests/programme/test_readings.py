"""Readings (执行口径): every choice that is said to move a result is seen to move one."""

from functools import cache
from pathlib import Path

import pytest

from bangfu.programme.case_file import CaseFile
from bangfu.programme.cases import read_cases, run_case
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.reading_places import places_of_readings

STRANGER = Path(__file__).parents[1] / "schemes" / "stranger" / "sl-2026"
SCHEMES: list[str | Path] = [*sorted(scheme_folders({})), STRANGER]


@cache
def scheme_and_cases(name: str | Path) -> tuple[Scheme, tuple[CaseFile, ...]]:
    scheme = load_scheme(name)
    return scheme, tuple(read_cases(scheme.folder))


CHOICES = [
    (name, reading.id, option)
    for name in SCHEMES
    for reading in scheme_and_cases(name)[0].readings.values()
    if reading.effect == "computed"
    for option in reading.options
    if option != reading.chosen
]


def holds(scheme: Scheme, case: CaseFile) -> bool:
    return run_case(scheme, case).problems == ()


@pytest.mark.parametrize(("name", "reading", "option"), CHOICES, ids=str)
def test_a_case_holds_under_this_option_and_not_under_the_one_chosen(
    name: str | Path, reading: str, option: str
) -> None:
    scheme, cases = scheme_and_cases(name)
    key = f"readings.{reading}"
    chosen = scheme.readings[reading].chosen
    assert chosen is not None
    trying = [case for case in cases if case.set.get(key) == option]
    assert trying, f"no case sets {key} to {option}"
    moved = [
        case.name
        for case in trying
        if holds(scheme, case)
        and not holds(scheme, case.model_copy(update={"set": {**case.set, key: chosen}}))
    ]
    assert moved, f"{key}: no case tells {option} from {chosen}"


def test_every_computed_reading_is_tried() -> None:
    # 15 readings of the built-in schemes, one of which two schemes share, and the stranger's one.
    assert len({(name, reading) for name, reading, _ in CHOICES}) == 17


@pytest.mark.parametrize("name", SCHEMES, ids=str)
def test_every_reading_says_where_it_matters(name: str | Path) -> None:
    scheme, _ = scheme_and_cases(name)
    places = places_of_readings(scheme)
    nowhere = [reading for reading in scheme.readings if not places[reading]]
    assert nowhere == []
    known = set(scheme.clauses)
    without_a_clause = [
        reading.id for reading in scheme.readings.values() if not known & set(reading.clauses)
    ]
    assert without_a_clause == []
