"""A case exercises the clauses of the rows it asserts, and only where it holds."""

import shutil
from pathlib import Path

import pytest

from bangfu.programme.case_file import CaseFile
from bangfu.programme.exercised import clauses_exercised, exercised_by
from bangfu.schemes.load import Scheme, load_scheme

INVENTED = Path(__file__).parents[1] / "schemes" / "invented"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def case(**parts: object) -> CaseFile:
    return CaseFile.model_validate({"name": "例", "on": "2024-06-30", **parts})


def test_rows_sums_and_headlines_exercise_their_clauses(scheme: Scheme) -> None:
    rows = {"quotas": [{"scope": "total", "layer": "county_units", "value": 2}]}
    assert exercised_by(scheme, case(output=rows)) == {"EX-04"}
    headline = {"headlines": [{"id": "quotas.provincial_town", "value": 4}]}
    assert exercised_by(scheme, case(output=headline)) == {"EX-04"}


def test_a_case_that_does_not_hold_exercises_nothing(scheme: Scheme) -> None:
    rows = {"quotas": [{"scope": "total", "layer": "county_units", "value": 3}]}
    assert exercised_by(scheme, case(output=rows)) == frozenset()


def test_a_case_that_cannot_run_exercises_nothing(scheme: Scheme) -> None:
    rows = {"quotas": [{"scope": "total"}]}
    wrong = case(set={"funding.nothing": "1"}, output=rows)
    assert exercised_by(scheme, wrong) == frozenset()


def test_no_rows_exercise_no_clause(scheme: Scheme) -> None:
    none = {"counts": [{"table": "quotas", "where": {"layer": "nobody"}, "equals": 0}]}
    assert exercised_by(scheme, case(output=none)) == frozenset()


def test_a_weight_made_up_by_the_case_proves_nothing_of_its_clause(scheme: Scheme) -> None:
    town = {"name": "甲镇", "level": "township", "within": "某县", "kind": "镇",
            "class": "city_town"}  # fmt: skip
    made_up = case(
        on="2026-12-31",
        set={"evaluation.goals_share.weight": "1"},
        input={"places": [town], "figures": []},
        output={"counts": [{"table": "evaluation", "where": {"name": "甲镇"}, "equals": 1}]},
    )
    assert exercised_by(scheme, made_up) == frozenset()


def test_the_cases_of_a_folder_are_named_by_clause(tmp_path: Path) -> None:
    copy = tmp_path / "scheme"
    shutil.copytree(INVENTED, copy)
    (copy / "cases").mkdir(exist_ok=True)
    (copy / "cases" / "quotas.yaml").write_text(
        "- name: 合计四个\n  on: 2024-06-30\n  output:\n    headlines:\n"
        "      - {id: quotas.provincial_town, value: 4}\n",
        encoding="utf-8",
    )
    assert clauses_exercised(load_scheme(copy)) == {"EX-04": ("合计四个",)}
