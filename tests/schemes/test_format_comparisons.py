"""Forms that would leave a comparison, a list or a tier without its parts are refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from bangfu.schemes.format import AssistanceFile, Benchmark, Fact, Goal, TargetList, Tier

LABEL = {"zh": "名称", "en": "name"}
BASE: dict[str, Any] = {"id": "x", "label": LABEL, "clauses": ["EX-01"]}
GOAL = {**BASE, "target_list": "a", "year": 2025, "base_year": 2020, "element": "e"}
LIST = {
    **BASE,
    "method": "list",
    "universe": {"level": "county"},
    "classes": [{**BASE, "id": "c"}],
    "codes": {"320321000000": "丰县"},
}


@pytest.mark.parametrize(
    "goal",
    [
        {**GOAL, "measure": "growth_above", "op": ">"},
        {**GOAL, "measure": "growth_above", "benchmark": {"element": "e"}},
        {**GOAL, "measure": "share_not_below", "op": ">="},
        {**GOAL, "measure": "share_not_below", "per_element": "w"},
        {**GOAL, "measure": "fall_within", "base_year": None},
        {**GOAL, "measure": "fall_within", "member_level": "village"},
    ],
)
def test_a_goal_over_years_needs_all_its_parts(goal: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Goal.model_validate(goal)


@pytest.mark.parametrize("benchmark", [{}, {"element": "e", "series": "goals.mean"}])
def test_a_benchmark_has_one_source(benchmark: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Benchmark.model_validate(benchmark)


@pytest.mark.parametrize(
    "change",
    [
        {"classes": [{**BASE, "id": "c"}, {**BASE, "id": "d"}]},
        {"method": "criteria", "criteria": [], "screening": None},
    ],
)
def test_a_fixed_list_has_one_class_and_no_criteria(change: dict[str, Any]) -> None:
    TargetList.model_validate(LIST)
    with pytest.raises(ValidationError):
        TargetList.model_validate({**LIST, **change})


def test_choices_go_with_the_type_and_several_conditions_with_a_reading() -> None:
    fact = {"id": "f", "name": "类别", "label": LABEL}
    for wrong in ({**fact, "type": "choice"}, {**fact, "type": "int", "choices": ["无"]}):
        with pytest.raises(ValidationError):
            Fact.model_validate(wrong)
    with pytest.raises(ValidationError):
        Tier.model_validate(
            {**BASE, "tier": "1", "help": LABEL, "when": {"one": "True", "two": "True"}}
        )


def test_tiers_need_heads_income_and_the_local_line() -> None:
    tier = {**BASE, "tier": "1", "help": LABEL, "when": {"one": "True"}}
    with pytest.raises(ValidationError):
        AssistanceFile.model_validate({"tiers": [tier]})
