"""What the language accepts, and that it refuses everything else with a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.expression import ElementType, Expression, Scope, parse
from bangfu.schemes.expression.tree import Element, IntLiteral, Names, Scale, Subtract
from bangfu.schemes.expression.types import ConstantType
from bangfu.vocabulary.errors import ExpressionError, SchemeFault

FEN = ElementType("int", "fen")
SCOPE = Scope(
    elements={
        "经营性收入": FEN,
        "人口": ElementType("int", "person"),
        "得分": ElementType("int"),
        "类别": ElementType("text"),
        "达标": ElementType("bool"),
    },
    constants={"门槛": ConstantType("int", "fen"), "限额": ConstantType("int", "fen")},
    member=Scope({"收入": FEN, "在册": ElementType("bool")}, {"起点": ConstantType("int", "fen")}),
)


def refusal(source: str, scope: Scope = SCOPE) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(source, scope)
    return caught.value


@pytest.mark.parametrize(
    ("source", "code"),
    [
        # Python beyond the language.
        ("__import__('os')", "EXP-FUNCTION"),
        ("__import__('os').system('true')", "EXP-FUNCTION"),
        ("open('x')", "EXP-FUNCTION"),
        ("any(在册)", "EXP-FUNCTION"),
        ("(lambda: 1)()", "EXP-FUNCTION"),
        ("类别.upper", "EXP-NODE"),
        ("().__class__", "EXP-NODE"),
        ("类别[0]", "EXP-NODE"),
        ("lambda: 1", "EXP-NODE"),
        ("[x for x in (1,)]", "EXP-NODE"),
        ("{x for x in (1,)}", "EXP-NODE"),
        ("{1: x for x in (1,)}", "EXP-NODE"),
        ("(x for x in (1,))", "EXP-NODE"),
        ("f'{类别}'", "EXP-NODE"),
        ("(x := 1)", "EXP-NODE"),
        ("1 if 达标 else 2", "EXP-NODE"),
        ("(1, 2)", "EXP-NODE"),
        ("[1]", "EXP-NODE"),
        ("{1}", "EXP-NODE"),
        ("{1: 2}", "EXP-NODE"),
        ("unknown(*类别)", "EXP-NODE"),
        ("(yield 1)", "EXP-NODE"),
        ("(await 类别)", "EXP-NODE"),
        # Operators.
        ("得分 / 2", "EXP-OPERATOR"),
        ("得分 // 2", "EXP-OPERATOR"),
        ("得分 % 2", "EXP-OPERATOR"),
        ("得分 ** 2", "EXP-OPERATOR"),
        ("得分 @ 2", "EXP-OPERATOR"),
        ("得分 & 2", "EXP-OPERATOR"),
        ("得分 | 2", "EXP-OPERATOR"),
        ("得分 ^ 2", "EXP-OPERATOR"),
        ("得分 << 2", "EXP-OPERATOR"),
        ("得分 >> 2", "EXP-OPERATOR"),
        ("~得分", "EXP-OPERATOR"),
        ("+得分", "EXP-OPERATOR"),
        ("达标 is True", "EXP-OPERATOR"),
        ("达标 is not True", "EXP-OPERATOR"),
        ("得分 * 得分", "EXP-OPERATOR"),
        ("得分 * 1000001", "EXP-OPERATOR"),
        ("得分 * -1000001", "EXP-OPERATOR"),
        # Literals.
        ("得分 < 1.5", "EXP-LITERAL"),
        ("得分 < 1e3", "EXP-LITERAL"),
        ("得分 < 1j", "EXP-LITERAL"),
        ("类别 == b'x'", "EXP-LITERAL"),
        ("类别 == None", "EXP-LITERAL"),
        ("...", "EXP-LITERAL"),
        ("类别 == '''甲\n乙'''", "EXP-LITERAL"),
        ("得分 < 9223372036854775808", "EXP-LITERAL"),
        ("得分 < -9223372036854775809", "EXP-LITERAL"),
        ("-(-9223372036854775808)", "EXP-LITERAL"),
        # Names.
        ("收入 < 1", "EXP-NAME"),
        ("sum(经营性收入) < 1", "EXP-NAME"),
        ("起点 < 1", "EXP-NAME"),
        ("__builtins__", "EXP-NAME"),
        ("经营性收入 < 未曾声明", "EXP-NAME"),
        ('at("village", 得分)', "EXP-LEVEL"),
        # Types and units.
        ("得分 < 类别", "EXP-TYPE"),
        ("类别 < '甲'", "EXP-TYPE"),
        ("达标 == True", "EXP-TYPE"),
        ("达标 and 得分", "EXP-TYPE"),
        ("not 得分", "EXP-TYPE"),
        ("-类别", "EXP-TYPE"),
        ("类别 + '甲'", "EXP-TYPE"),
        ("达标 * 2", "EXP-TYPE"),
        ("count(收入)", "EXP-TYPE"),
        ("sum(在册)", "EXP-TYPE"),
        ("得分 in 1", "EXP-TYPE"),
        ("得分 in (1)", "EXP-TYPE"),
        ("得分 in ()", "EXP-TYPE"),
        ("得分 in [1]", "EXP-TYPE"),
        ("得分 in (1, '甲')", "EXP-TYPE"),
        ("得分 in (得分,)", "EXP-TYPE"),
        ("得分 in (True, False)", "EXP-TYPE"),
        ("类别 in (1, 2)", "EXP-TYPE"),
        ("达标 in (1,)", "EXP-TYPE"),
        ("1 < 得分 in (1, 2)", "EXP-TYPE"),
        ("得分 in (*(1,),)", "EXP-NODE"),
        ("经营性收入 < 人口", "EXP-UNIT"),
        ("经营性收入 + 人口 < 1", "EXP-UNIT"),
        ("经营性收入 - 人口 < 1", "EXP-UNIT"),
        ("人口 < 得分 < 门槛", "EXP-UNIT"),
        ("sum(收入) < 人口", "EXP-UNIT"),
        # Functions.
        ("all(在册)", "EXP-ARGUMENT"),
        ("all(在册, empty=1)", "EXP-ARGUMENT"),
        ("all(在册, empty=达标)", "EXP-ARGUMENT"),
        ("all(在册, True)", "EXP-ARGUMENT"),
        ("all(在册, empty=True, empty2=True)", "EXP-ARGUMENT"),
        ("all(empty=True)", "EXP-ARGUMENT"),
        ("all(在册, **类别)", "EXP-ARGUMENT"),
        ("count(在册, empty=True)", "EXP-ARGUMENT"),
        ("count()", "EXP-ARGUMENT"),
        ("sum(收入, 收入)", "EXP-ARGUMENT"),
        ("round_down(得分, 0)", "EXP-ARGUMENT"),
        ("round_down(得分, -5)", "EXP-ARGUMENT"),
        ("round_down(得分, 得分)", "EXP-ARGUMENT"),
        ("round_down(得分, True)", "EXP-ARGUMENT"),
        ("round_down(得分, 9223372036854775808)", "EXP-ARGUMENT"),
        ("round_down(得分)", "EXP-ARGUMENT"),
        ("previous(得分 + 1)", "EXP-ARGUMENT"),
        ("previous(previous(得分))", "EXP-ARGUMENT"),
        ("previous(门槛)", "EXP-ARGUMENT"),
        ("at(得分, 得分)", "EXP-ARGUMENT"),
        ('at("city", 1)', "EXP-ARGUMENT"),
        ('at("city", 门槛)', "EXP-ARGUMENT"),
        ("tagged(类别)", "EXP-ARGUMENT"),
        ("tagged('')", "EXP-ARGUMENT"),
        ("tagged('甲;乙')", "EXP-ARGUMENT"),
        ("unknown()", "EXP-ARGUMENT"),
        ("unknown(x=得分)", "EXP-ARGUMENT"),
        ("sum(sum(收入))", "EXP-FUNCTION"),
        ("count(all(在册, empty=True))", "EXP-FUNCTION"),
        # Text that Python cannot read, or that could hide something.
        ("", "EXP-SYNTAX"),
        ("得分 <", "EXP-SYNTAX"),
        ("得分 = 1", "EXP-SYNTAX"),
        ("得分; 得分", "EXP-SYNTAX"),
        ("得分 ＜ 1", "EXP-SYNTAX"),
        ("import os", "EXP-SYNTAX"),
        ("类别 == 'a\\'b'", "EXP-SYNTAX"),
        ("类别 == '\0'", "EXP-SYNTAX"),
        ("类别 == '\ud800'", "EXP-SYNTAX"),
        ("(" * 300 + "1" + ")" * 300, "EXP-SYNTAX"),
        ("-" * 61 + "得分", "EXP-DEPTH"),
        ("-" * 1900 + "得分", "EXP-DEPTH"),
        ("得分" + " + 1" * 61, "EXP-DEPTH"),
        ("得分 < " + "1" * 2000, "EXP-LENGTH"),
    ],
)
def test_what_is_not_in_the_language_is_refused(source: str, code: str) -> None:
    assert code == refusal(source).code


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("ＧＤＰ", "GDP"),
        ("count(ｘ)", "x"),
        ("previous(ＧＤＰ)", "GDP"),
        ("Ｔｒｕｅ", "True"),
        ("all(x, ｅmpty=True)", "empty"),
    ],
)
def test_full_width_names_are_refused_with_the_form_to_write(source: str, named: str) -> None:
    scope = Scope({"GDP": FEN}, member=Scope({"x": ElementType("bool")}))
    found = refusal(source, scope)
    assert (found.code, f"「{named}」" in found.message.zh) == ("EXP-FORM", True)


def test_a_full_width_function_is_no_function() -> None:
    assert refusal("ｃount(在册)").code == "EXP-FUNCTION"


def test_an_element_declared_in_full_width_is_found_by_its_normal_form() -> None:
    tree = parse("GDP增速", Scope({"ＧＤＰ增速": FEN})).tree
    assert Element("ＧＤＰ增速", FEN) == tree


def test_a_refusal_says_what_was_found_and_what_is_accepted_in_both_languages() -> None:
    found = refusal("经营收入 < 300")
    assert "「经营收入」" in found.message.zh
    assert "经营性收入" in found.message.zh
    assert "'经营收入'" in found.message.en
    assert "Accepted: 经营性收入" in found.message.en
    assert found.expression == "经营收入 < 300"


def test_a_division_is_told_to_cross_multiply() -> None:
    assert "交叉相乘" in refusal("得分 / 2 < 1").message.zh


@pytest.mark.parametrize(
    "source",
    [
        "经营性收入 < 300_000",
        "门槛 <= 经营性收入 < 限额",
        "经营性收入 * 100 >= previous(经营性收入) * 108",
        "类别 in ('甲', \"it's\") or 类别 not in ('丙',)",
        "得分 in (-1, 0, 1)",
        "经营性收入 + 得分 < 限额",
        "人口 + 1 > count(在册)",
        "count(在册 and 收入 < 门槛) >= 3",
        "count(收入 < 起点) == 0",
        'at("city", 经营性收入) > max(收入)',
        "sum(previous(收入)) + min(at('county', 收入)) > 0",
        "all(tagged('低保'), empty=False) and tagged('革命老区')",
        "unknown(类别) or unknown(count(在册)) or not 达标",
        "round_down(round_down(经营性收入, 100) - 1, 10_000) > -5",
        "True or False",
        "得分 == -9223372036854775808",
        "得分 * -1000000 < 1000000 * 得分",
        "(\n    达标\n    and 得分 > 1  # 说明\n)",
        "得分" + " + 1" * 59,
    ],
)
def test_what_is_in_the_language_is_read(source: str) -> None:
    assert isinstance(parse(source, SCOPE), Expression)


def test_a_sign_before_a_number_belongs_to_it() -> None:
    score = Element("得分", ElementType("int"))
    expected = Subtract(Scale(score, -3, score.type), IntLiteral(-2), score.type)
    assert expected == parse("-3 * 得分 - -2", SCOPE).tree


def test_units_pass_through_arithmetic_and_members() -> None:
    sources = ["经营性收入 + 1", "1 - 经营性收入", "得分 + 门槛", "sum(收入) * 3", "count(在册)"]
    assert [parse(source, SCOPE).type.unit for source in sources] == ["fen"] * 4 + [None]


def test_names_are_told_by_role() -> None:
    source = (
        "经营性收入 < 门槛 and previous(人口) > 0 and at('city', 得分) > 0 "
        "and count(收入 < 起点 and tagged('低保')) > 1"
    )
    empty: frozenset[str] = frozenset()
    members = Names(
        own=frozenset({"收入"}),
        previous=empty,
        ancestors=frozenset(),
        constants=frozenset({"起点"}),
        uses_tags=True,
    )
    expected = Names(
        own=frozenset({"经营性收入"}),
        previous=frozenset({"人口"}),
        ancestors=frozenset({("city", "得分")}),
        constants=frozenset({"门槛", "起点"}),
        uses_tags=False,
        members=members,
    )
    actual = parse(source, SCOPE).names
    assert expected == actual
    assert (True, frozenset({"收入"})) == (actual.uses_members, actual.member_elements)


def test_without_members_no_member_function_is_accepted() -> None:
    assert refusal("count(达标) > 1", Scope({"达标": ElementType("bool")})).code == "EXP-FUNCTION"


def test_a_level_must_be_declared() -> None:
    scope = Scope({"得分": ElementType("int")}, levels=frozenset({"city"}))
    assert refusal('at("county", 得分)', scope).code == "EXP-LEVEL"


@pytest.mark.parametrize(
    ("elements", "constants", "member"),
    [
        ({"ＧＤＰ": FEN, "GDP": FEN}, {}, None),
        ({"门槛": FEN}, {"门槛": FEN}, None),
        ({"place_code": ElementType("text")}, {}, None),
        ({"tags": ElementType("text")}, {}, None),
        ({}, {"门槛": FEN}, Scope({"门槛": FEN})),
        ({}, {"门槛": FEN}, Scope({}, {"门槛": ElementType("int", "person")})),
        ({}, {}, Scope({}, {}, Scope({}))),
    ],
)
def test_a_name_with_two_meanings_is_refused(
    elements: dict[str, ElementType], constants: dict[str, ElementType], member: Scope | None
) -> None:
    with pytest.raises(SchemeFault) as caught:
        Scope(elements, constants, member)
    assert {"EXP-SCOPE"} == {fault.code for fault in caught.value.faults}


def test_only_a_number_has_a_unit() -> None:
    with pytest.raises(ValueError, match="only an int has a unit"):
        ElementType("text", "fen")


def outcome(source: str) -> str:
    try:
        return parse(source, SCOPE).source
    except ExpressionError:
        return "refused"


@settings(max_examples=300)
@given(st.text(max_size=40) | st.text("得分类别达标()<>=+-*/,'\"1 andornti.[]{}:#", max_size=40))
def test_no_text_does_anything_but_be_read_or_refused(source: str) -> None:
    assert outcome(source) in (source, "refused")
