"""A number times a named percentage: compared exactly, and written back as it was read."""

import pytest

from bangfu.schemes.expression import (
    Case,
    ConstantType,
    ElementType,
    Scope,
    interpret,
    parse,
    write,
)
from bangfu.vocabulary.errors import ExpressionError

SCOPE = Scope(
    elements={
        "低收入户": ElementType("int"),
        "农户": ElementType("int"),
        "收入": ElementType("int", "fen"),
        "治理率": ElementType("int", "0.01%"),
    },
    constants={
        "比例线": ConstantType("int", "0.01%"),
        "户数线": ConstantType("int"),
        "金额线": ConstantType("int", "fen"),
    },
)
FIVE_PER_CENT = {"比例线": 500, "户数线": 10, "金额线": 100}


def judged(source: str, values: dict[str, int | None], **constants: int | None) -> object:
    return interpret(
        parse(source, SCOPE), Case(values=values, constants={**FIVE_PER_CENT, **constants})
    )


@pytest.mark.parametrize(
    ("part", "whole", "verdict"), [(10, 200, False), (11, 200, True), (1, 19, True), (1, 21, False)]
)
def test_a_share_on_the_line_is_not_above_it(part: int, whole: int, verdict: bool) -> None:
    assert judged("低收入户 > 农户 * 比例线", {"低收入户": part, "农户": whole}) is verdict
    assert judged("农户 * 比例线 < 低收入户", {"低收入户": part, "农户": whole}) is verdict


def test_a_changed_percentage_moves_the_verdict_and_an_unset_one_leaves_it_unknown() -> None:
    values = {"低收入户": 11, "农户": 200}
    assert judged("低收入户 > 农户 * 比例线", values, 比例线=600) is False
    assert judged("低收入户 > 农户 * 比例线", values, 比例线=None) is None
    assert judged("低收入户 > 农户 * 比例线", {"低收入户": 11, "农户": None}) is None


def test_both_sides_may_be_parts_and_written_numbers_are_taken_in_one_unit() -> None:
    assert judged("低收入户 * 比例线 <= 农户 * 比例线", {"低收入户": 3, "农户": 3}) is True
    assert judged("5 <= 农户 * 比例线 < 6", {"农户": 100}) is True
    assert judged("收入 * 比例线 >= 金额线", {"收入": 2000}) is True
    assert judged("农户 - 农户 * 比例线 > 94", {"农户": 100}) is True
    assert judged("农户 - 农户 * 比例线 > 95", {"农户": 100}) is False


@pytest.mark.parametrize(
    "source",
    [
        "低收入户 > 农户 * 比例线",
        "农户 * 比例线 < 低收入户",
        "5 <= 农户 * 比例线 < 6",
        "(低收入户 + 农户) * 比例线 > 农户",
    ],
)
def test_what_is_written_back_reads_the_same(source: str) -> None:
    tree = parse(source, SCOPE).tree
    assert write(tree) == source
    assert parse(write(tree), SCOPE).tree == tree


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("低收入户 > 农户 * 户数线", "EXP-OPERATOR"),
        ("治理率 * 比例线 > 5", "EXP-OPERATOR"),
        ("农户 * 比例线 * 比例线 > 5", "EXP-OPERATOR"),
        ("收入 > 收入 * 比例线 + 治理率", "EXP-UNIT"),
        ("round_down(农户 * 比例线, 100) > 5", "EXP-ARGUMENT"),
        ("农户 * 比例线 in (5, 6)", "EXP-TYPE"),
    ],
)
def test_what_is_no_part_of_a_number_is_refused(source: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source, SCOPE)
    assert caught.value.code == code


def test_a_number_too_large_for_its_parts_is_refused_with_words() -> None:
    with pytest.raises(ExpressionError) as caught:
        judged("收入 * 比例线 > 金额线", {"收入": 2**62})
    assert caught.value.code == "EXP-OVERFLOW"
