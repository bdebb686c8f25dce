"""The names an expression may use, and what the named values are on a day."""

import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bangfu.schemes.expression import ValueType, parse
from bangfu.schemes.figures import Figure
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.overlay import apply_overlay
from bangfu.schemes.scope import (
    ATTRIBUTE_NAMES,
    constants_on,
    element_of_name,
    figure_value,
    scope_for,
    unit_of_element,
    verdict_scope,
)
from bangfu.vocabulary.errors import ExpressionError, SchemeFault

INVENTED = Path(__file__).parent / "invented"
DAY = date(2025, 6, 1)
RATE = (
    "values:\n"
    "  - id: lowest_share\n"
    "    name: 最低占比\n"
    "    label: {zh: 最低占比, en: Lowest share}\n"
    "    value: 12.5%\n"
    "    clauses: [EX-01]\n"
)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def with_targeting(folder: Path, old: str, new: str) -> Scheme:
    copy = folder / "scheme"
    shutil.copytree(INVENTED, copy)
    path = copy / "targeting.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_scheme(copy)


def test_elements_enter_by_their_chinese_names_with_their_units(scheme: Scheme) -> None:
    elements = scope_for(scheme, members=False).elements
    assert elements["村集体经营性收入"] == ValueType("int", "fen")
    assert elements["常住人口"] == ValueType("int")
    assert elements["面积"] == ValueType("int", "0.01亩")
    assert elements["生活污水治理率"] == ValueType("int", "0.01%")
    assert elements["社工服务站点"] == ValueType("bool")
    assert {elements[name] for name in ATTRIBUTE_NAMES} == {ValueType("text")}


def test_members_have_the_same_names(scheme: Scheme) -> None:
    member = scope_for(scheme, members=True).member
    assert member is not None
    assert member.elements == scope_for(scheme, members=False).elements


def test_without_members_nothing_is_counted(scheme: Scheme) -> None:
    source = "count(村集体经营性收入 < 村收入门槛) >= 1"
    parse(source, scope_for(scheme, members=True))
    with pytest.raises(ExpressionError, match="EXP-FUNCTION"):
        parse(source, scope_for(scheme, members=False))


def test_named_values_are_typed_by_their_kind(scheme: Scheme, tmp_path: Path) -> None:
    constants = scope_for(with_targeting(tmp_path, "values:\n", RATE), members=False).constants
    assert constants["村收入门槛"] == ValueType("int", "fen")
    assert constants["最低占比"] == ValueType("int", "0.01%")


def test_an_amount_is_not_compared_with_a_rate(tmp_path: Path) -> None:
    scope = scope_for(with_targeting(tmp_path, "values:\n", RATE), members=False)
    with pytest.raises(ExpressionError, match="EXP-UNIT"):
        parse("居民人均可支配收入 < 最低占比", scope)


def test_a_value_the_document_does_not_give_may_stand_in_an_expression(tmp_path: Path) -> None:
    scheme = with_targeting(tmp_path, "value: 12000元", "value: null")
    parse("居民人均可支配收入 < 居民收入门槛", scope_for(scheme, members=False))
    assert constants_on(scheme, DAY)["居民收入门槛"] is None


@pytest.mark.parametrize("value", ["quarter", "3年", "{a: 6, b: 3}", "2025-12-31", "[东市, 西市]"])
def test_a_named_value_no_expression_can_use_is_refused(tmp_path: Path, value: str) -> None:
    scheme = with_targeting(tmp_path, "value: 12000元", f"value: {value}")
    with pytest.raises(SchemeFault, match=r"resident_income_line.*居民收入门槛.*SCP-01"):
        scope_for(scheme, members=False)


def test_a_name_borne_twice_is_refused(tmp_path: Path) -> None:
    scheme = with_targeting(tmp_path, "name: 居民收入门槛", "name: 村收入门槛")
    with pytest.raises(SchemeFault, match="SCP-02"):
        scope_for(scheme, members=False)


def test_a_name_that_is_an_element_is_refused(tmp_path: Path) -> None:
    scheme = with_targeting(tmp_path, "name: 居民收入门槛", "name: 常住人口")
    with pytest.raises(SchemeFault, match="EXP-SCOPE"):
        scope_for(scheme, members=False)


def test_constants_are_whole_numbers_on_a_day(scheme: Scheme, tmp_path: Path) -> None:
    assert constants_on(scheme, DAY) == {
        "村收入门槛": 20_000_000,
        "居民收入门槛": 1_200_000,
        "每镇标准": 300_000_000,
    }
    assert constants_on(scheme, date(2027, 1, 1))["每镇标准"] is None
    rate = with_targeting(tmp_path, "values:\n", RATE)
    assert constants_on(rate, DAY)["最低占比"] == 1250


def test_constants_follow_an_overlay(scheme: Scheme) -> None:
    trial = apply_overlay(scheme, {"targeting.village_income_line": "30万元"})
    assert constants_on(trial, DAY)["村收入门槛"] == 30_000_000


def test_a_yearly_series_is_taken_for_the_year_of_the_figures(tmp_path: Path) -> None:
    series = "values: {2023-01-01: 12000元, 2024-01-01: 13000元}\n    dated_by: figures"
    scheme = with_targeting(tmp_path, "value: 12000元", series)
    years = (None, 2023, 2025)
    found = [constants_on(scheme, DAY, figures_year=year)["居民收入门槛"] for year in years]
    assert found == [1_300_000, 1_200_000, None]


def test_a_day_before_the_first_value_is_an_error(scheme: Scheme) -> None:
    with pytest.raises(SchemeFault, match="FIG-02"):
        constants_on(scheme, date(2023, 12, 31))


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (None, None),
        (Figure("money", 5), 5),
        (Figure("count", 76), 76),
        (Figure("pct", Fraction(8)), 800),
        (Figure("text", "镇"), "镇"),
    ],
)
def test_a_figure_is_one_whole_number_or_word(
    figure: Figure | None, expected: int | str | None
) -> None:
    assert figure_value(figure) == expected


@pytest.mark.parametrize(
    "figure", [Figure("pct", Fraction(1, 1000)), Figure("duration", (3, "年"))]
)
def test_what_is_not_one_whole_number_is_refused(figure: Figure) -> None:
    with pytest.raises(ValueError, match=r"hundredth|not one number"):
        figure_value(figure)


def test_an_element_is_known_by_its_name(scheme: Scheme) -> None:
    element = element_of_name(scheme, "面积")
    assert (element.id, unit_of_element(element)) == ("area_mu", "0.01亩")


def test_an_attribute_is_no_element(scheme: Scheme) -> None:
    with pytest.raises(KeyError, match="类型"):
        element_of_name(scheme, "类型")


def test_criteria_are_combined_by_their_ids(scheme: Scheme) -> None:
    (target_list,) = scheme.targeting.lists
    scope = verdict_scope(target_list)
    assert scope.elements == {
        "income_below_line": ValueType("bool"),
        "has_weak_village": ValueType("bool"),
    }
