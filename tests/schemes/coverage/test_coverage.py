"""What carries a clause, and what is said of it: never more than a case shows."""

import shutil
from pathlib import Path

import pytest

from bangfu.schemes.coverage import (
    carriers_of,
    clause_coverage,
    open_figures,
    read_record,
    write_record,
)
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import apply_overlay
from bangfu.vocabulary.errors import FaultsFound

INVENTED = Path(__file__).parents[1] / "invented"


def edited(folder: Path, *edits: tuple[str, str, str]) -> Scheme:
    copy = folder / "scheme"
    shutil.copytree(INVENTED, copy)
    for file, old, new in edits:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_scheme(copy)


def states(scheme: Scheme, **tests: str) -> dict[str, str]:
    named = {clause.replace("_", "-"): (case,) for clause, case in tests.items()}
    return {clause.id: clause.status for clause in clause_coverage(scheme, named)}


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def test_every_clause_is_told_of_once_in_the_order_of_the_file(scheme: Scheme) -> None:
    assert [c.id for c in clause_coverage(scheme, {})] == list(scheme.clauses)


def test_nothing_works_without_a_case(scheme: Scheme) -> None:
    assert set(states(scheme).values()) == {"partly"}


def test_a_clause_with_a_case_works(scheme: Scheme) -> None:
    assert states(scheme, EX_06="money is shared")["EX-06"] == "works"


def test_a_clause_with_a_figure_left_open_does_not_work_whatever_the_case(scheme: Scheme) -> None:
    # EX-02 is also carried by a part of the evaluation, whose weight the document does not give.
    assert states(scheme, EX_02="a village reaches the line")["EX-02"] == "partly"


def test_only_figures_that_are_not_stated_leave_a_clause_unset(tmp_path: Path) -> None:
    interval = "every: quarter\n  - id: county"
    scheme = edited(
        tmp_path,
        ("duties.yaml", interval, "every: null\n  - id: county"),
        ("duties.yaml", "every: half", "every: null"),
        ("registers.yaml", "clauses: [EX-07]", "clauses: [EX-08]"),
    )
    assert states(scheme)["EX-07"] == "unset"
    assert "duties.leader_visit.every" in open_figures(scheme)


def test_a_register_without_a_number_is_still_kept(scheme: Scheme, tmp_path: Path) -> None:
    asked = edited(tmp_path, ("registers.yaml", "every: quarter\n", "every: quarter\n    at_least: null\n"),
                   ("duties.yaml", "clauses: [EX-07]", "clauses: [EX-08]"),
                   ("duties.yaml", "clauses: [EX-07]", "clauses: [EX-08]"))  # fmt: skip
    assert states(asked)["EX-07"] == "partly"


def test_a_figure_that_nothing_works_with_builds_nothing(tmp_path: Path) -> None:
    unused = (
        "values:\n  - {id: words, label: {zh: 词, en: words}, clauses: [EX-08], value: [甲, 乙]}\n"
    )
    scheme = edited(
        tmp_path,
        ("exit.yaml", "clauses: [EX-08]", "clauses: [EX-07]"),
        ("duties.yaml", "duties:", f"{unused}duties:"),
    )
    assert states(scheme)["EX-08"] == "not_built"


def test_a_figure_named_in_an_expression_or_worked_with_takes_part(scheme: Scheme) -> None:
    natures = {c.path: c.nature for found in carriers_of(scheme).values() for c in found}
    assert natures["targeting.village_income_line"] == "computes"
    assert natures["funding.standard_per_town"] == "computes"
    assert natures["readings.A901"] == "label"


def test_the_row_of_a_clause_has_the_keys_outside_programs_rely_on(scheme: Scheme) -> None:
    row = clause_coverage(scheme, {"EX-04": ("quotas add up",)})[3].row()
    assert {"id", "scheme", "force", "bound", "mechanism", "status", "carried_by", "tests"} <= set(
        row
    )
    assert (row["id"], row["status"], row["tests"]) == ("EX-04", "works", ["quotas add up"])
    assert "pairing.provincial_towns.published" in row["carried_by"]


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    scheme = edited(tmp_path)
    tests = {"EX-02": ("乙例", "甲例"), "EX-01": ("甲例",), "EX-03": ()}
    write_record(scheme, tests)
    assert read_record(scheme) == {"EX-01": ("甲例",), "EX-02": ("乙例", "甲例")}


@pytest.mark.parametrize("change", ["a figure", "a case"])
def test_a_record_holds_no_longer_once_anything_changed(tmp_path: Path, change: str) -> None:
    scheme = edited(tmp_path)
    write_record(scheme, {"EX-01": ("甲例",)})
    if change == "a case":
        (scheme.folder / "cases" / "new.yaml").write_text("[]", encoding="utf-8")
    else:
        path = scheme.folder / "goals.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("6%", "7%"), encoding="utf-8")
    assert read_record(load_scheme(scheme.folder)) is None


def test_a_damaged_record_counts_as_none(tmp_path: Path) -> None:
    scheme = edited(tmp_path)
    path = write_record(scheme, {"EX-01": ("甲例",)})
    path.write_text(path.read_text(encoding="utf-8").replace("[0]", "[7]"), encoding="utf-8")
    assert read_record(scheme) is None


def test_a_trial_leaves_no_record(scheme: Scheme) -> None:
    tried = apply_overlay(scheme, {"targeting.village_income_line": "25万元"})
    with pytest.raises(FaultsFound, match="COV-01"):
        write_record(tried, {})


@pytest.mark.parametrize("name", sorted(scheme_folders({})))
def test_a_built_in_scheme_has_a_record_that_holds(name: str) -> None:
    # Where this fails: bangfu scheme clauses ID --renew
    assert read_record(load_scheme(name)) is not None


@pytest.mark.parametrize("name", sorted(scheme_folders({})))
def test_a_clause_of_a_built_in_scheme_works_only_with_a_case(name: str) -> None:
    scheme = load_scheme(name)
    covered = clause_coverage(scheme, read_record(scheme) or {})
    assert [c.id for c in covered if c.status == "works" and not c.tests] == []
