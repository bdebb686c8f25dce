"""One unit: values, members, what is unknown, and what does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.schemes.expression import (
    Case,
    ConstantType,
    ElementType,
    Interval,
    Scalar,
    Scope,
    Value,
    interpret,
    parse,
)
from bangfu.vocabulary.errors import ExpressionError

INT = ElementType("int")
SCOPE = Scope(
    elements={"n": INT, "m": INT, "词": ElementType("text"), "p": ElementType("bool")},
    constants={"k": ConstantType("int")},
    member=Scope({"x": INT, "r": ElementType("bool")}),
)
LARGEST, LEAST = 2**63 - 1, -(2**63)


def value_of(source: str, case: Case | None = None, **values: Scalar) -> Value:
    return interpret(parse(source, SCOPE), case or Case(values))


def members(*figures: int | None, yes: int = 0, no: int = 0, unknown: int = 0) -> Case:
    truths = [True] * yes + [False] * no + [None] * unknown
    rows = [Case({"x": figure}) for figure in figures] + [Case({"r": truth}) for truth in truths]
    return Case(members=rows)


def test_a_value_left_out_is_unknown_as_is_none() -> None:
    case = Case({"n": None})
    assert [
        value_of(source, case) for source in ("n", "m", "previous(n)", 'at("city", n)', "n + 1 < m")
    ] == [None] * 5


def test_values_of_last_year_and_of_the_levels_above() -> None:
    case = Case({"n": 1}, {"n": 2}, {"city": {"n": 3}, "county": {"n": 4}})
    sources = ("n", "previous(n)", 'at("city", n)', 'at("county", n)', 'at("province", n)')
    assert [value_of(source, case) for source in sources] == [1, 2, 3, 4, None]


@pytest.mark.parametrize(
    ("tags", "expected"), [(None, None), (frozenset(), False), (frozenset({"老区"}), True)]
)
def test_tags(tags: frozenset[str] | None, expected: bool | None) -> None:
    assert expected is value_of('tagged("老区")', Case(tags=tags))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("p or True", True),
        ("p and False", False),
        ("p or False", None),
        ("p and True", None),
        ("not p", None),
        ("n < 1 or 1 < 2", True),
        ("1 < n < 0", None),
        ("2 < 1 < n", False),
        ("词 == '甲'", None),
        ("词 != '甲'", None),
        ("词 in ('甲',)", None),
        ("n not in (1, 2)", None),
        ("n * 0 == 0", None),
    ],
)
def test_what_is_unknown_stays_open_unless_the_rest_decides(
    source: str, expected: bool | None
) -> None:
    assert expected is value_of(source)


def test_unknown_asks_and_is_never_unknown_itself() -> None:
    open_count = members(yes=1, unknown=1)
    assert (
        value_of("unknown(n)"),
        value_of("unknown(n)", n=0),
        value_of("unknown(n < 1 and p)"),
        value_of("unknown(count(r))", open_count),
        value_of("unknown(count(r) >= 1)", open_count),
    ) == (True, False, True, True, False)


def test_a_count_runs_from_those_that_hold_to_those_that_may() -> None:
    case = members(yes=2, no=1, unknown=3)
    assert Interval(2, 5) == value_of("count(r)", case)
    assert value_of("count(r)", members(yes=2, no=1)) == 2
    assert value_of("count(r)", members()) == 0


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("count(r) >= 2", True),
        ("count(r) >= 3", None),
        ("count(r) >= 6", False),
        ("count(r) == 2", None),
        ("count(r) == 6", False),
        ("count(r) in (2, 3)", None),
        ("count(r) in (0, 1)", False),
        ("1 < count(r) < 6", True),
        ("count(r) == count(r)", None),
        ("count(r) - 10 < 0", True),
        ("-count(r) <= -2", True),
        ("count(r) * -2 >= -10", True),
        ("round_down(count(r), 10) == 0", True),
        ("count(r) + n < 0", None),
    ],
)
def test_an_open_count_decides_only_where_both_ends_agree(
    source: str, expected: bool | None
) -> None:
    assert expected is value_of(source, members(yes=2, no=1, unknown=3))


def test_arithmetic_on_an_open_count_keeps_its_ends_in_order() -> None:
    case = members(yes=2, unknown=3)
    assert Interval(-5, -2) == value_of("-count(r)", case)
    assert Interval(-15, -6) == value_of("count(r) * -3", case)
    assert Interval(-3, 3) == value_of("count(r) - count(r)", case)
    assert Interval(5, 8) == value_of("10 - count(r)", case)
    assert Interval(-6, -3) == value_of("round_down(-count(r), 3)", case)


def test_totals_over_members() -> None:
    sources = ("sum(x)", "min(x)", "max(x)", "sum(x * 2 + 1)")
    assert [value_of(source, members(3, 1, 2)) for source in sources] == [6, 1, 3, 15]


def test_one_unknown_member_makes_the_total_unknown() -> None:
    sources = ("sum(x)", "min(x)", "max(x)")
    assert [value_of(source, members(3, None)) for source in sources] == [None] * 3


def test_over_no_members_the_sum_is_nothing_and_the_extremes_are_unknown() -> None:
    assert [value_of(f"{name}(x)", Case()) for name in ("sum", "min", "max")] == [0, None, None]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (members(yes=2), True),
        (members(yes=2, unknown=1), None),
        (members(yes=2, unknown=1, no=1), False),
    ],
)
def test_all_members(case: Case, expected: bool | None) -> None:
    assert expected is value_of("all(r, empty=False)", case)


def test_all_over_no_members_is_what_was_declared() -> None:
    assert (value_of("all(r, empty=True)"), value_of("all(r, empty=False)")) == (True, False)


def test_members_that_are_not_known_leave_everything_over_them_open() -> None:
    sources = ("count(r)", "sum(x)", "max(x)", "all(r, empty=True)", "count(r) >= 0")
    assert [value_of(source, Case(members=None)) for source in sources] == [None] * 5


@given(number=st.integers(LEAST + 1000, LARGEST), multiple=st.integers(1, 1000))
def test_rounding_down_gives_the_multiple_at_or_next_below(number: int, multiple: int) -> None:
    rounded = value_of(f"round_down(n, {multiple})", n=number)
    assert isinstance(rounded, int)
    assert rounded % multiple == 0
    assert rounded <= number < rounded + multiple


def test_rounding_down_goes_towards_minus_infinity() -> None:
    assert [value_of("round_down(n, 10)", n=number) for number in (-10, -1, 0, 9, 10)] == [
        -10,
        -10,
        0,
        0,
        10,
    ]


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("n + 1 > 0", {"n": LARGEST}),
        ("n - 1 > 0", {"n": LEAST}),
        ("-n > 0", {"n": LEAST}),
        ("n * 2 > 0", {"n": 2**62}),
        ("n + 1 - 1 > 0", {"n": LARGEST}),
        ("round_down(n, 7) > 0", {"n": LEAST}),
        ("False and n + 1 > 0", {"n": LARGEST}),
        ("True or n + 1 > 0", {"n": LARGEST}),
        ("unknown(n + 1)", {"n": LARGEST}),
        ("n + 1 < m", {"n": LARGEST}),
        ("n > 0", {"n": LARGEST + 1}),
    ],
)
def test_what_does_not_fit_64_bits_stops_wherever_it_stands(
    source: str, values: dict[str, Scalar]
) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(source, Case(values))
    assert caught.value.code == "EXP-OVERFLOW"


def test_only_the_total_of_a_sum_must_fit() -> None:
    assert value_of("sum(x)", members(LARGEST, 1, -LARGEST, -1)) == 0
    with pytest.raises(ExpressionError) as caught:
        value_of("sum(x)", members(LARGEST, 1))
    assert caught.value.code == "EXP-OVERFLOW"


def test_constants_hold_for_the_unit_and_its_members() -> None:
    case = Case({"n": 1}, members=[Case({"x": 4}), Case({"x": 6})], constants={"k": 5})
    assert (value_of("n < k", case), value_of("count(x < k)", case)) == (True, 1)


def test_a_constant_may_be_unknown_but_not_missing() -> None:
    assert value_of("n < k", Case({"n": 1}, constants={"k": None})) is None
    for source in ("n < k", "count(x < k) == 0"):
        with pytest.raises(ExpressionError) as caught:
            value_of(source, Case({"n": 1}))
        assert caught.value.code == "EXP-CONSTANT"


@pytest.mark.parametrize(
    ("constant", "code"),
    [("5", "EXP-CONSTANT"), (True, "EXP-CONSTANT"), (2**63, "EXP-OVERFLOW")],
)
def test_a_constant_of_another_kind_is_refused(constant: Scalar, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of("n < k", Case({"n": 1}, constants={"k": constant}))
    assert code == caught.value.code


@pytest.mark.parametrize(
    ("source", "values"),
    [("n < 1", {"n": "1"}), ("n < 1", {"n": True}), ("p", {"p": 1}), ("词 == '1'", {"词": 1})],
)
def test_a_value_of_another_kind_is_refused(source: str, values: dict[str, Scalar]) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(source, Case(values))
    assert caught.value.code == "EXP-VALUE"


def test_a_float_is_refused() -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of("n < 1", Case({"n": 0.5}))  # type: ignore[dict-item]
    assert caught.value.code == "EXP-VALUE"
