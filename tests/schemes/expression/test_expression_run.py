"""Tables: what they must hold, what comes back, and what is refused in the words of tables."""

import time
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from bangfu.schemes.expression import (
    Case,
    ConstantType,
    ElementType,
    Expression,
    Layout,
    Scope,
    compile_expressions,
    interpret,
    parse,
    run_expressions,
)
from bangfu.vocabulary.errors import ExpressionError, FaultsFound

INT = ElementType("int")
HOSTILE = 'x"; DROP TABLE units; --'
SCOPE = Scope(
    elements={"n": INT, "N": INT, "词": ElementType("text"), "p": ElementType("bool")},
    constants={"k": ConstantType("int")},
    member=Scope({"x": INT, "r": ElementType("bool")}),
)
UNITS = pl.DataFrame({"place_code": ["b", "a", "c"], "n": [1, None, 3]})
MEMBERS = pl.DataFrame(
    {
        "place_code": ["a", "a", "b", "elsewhere"],
        "member_code": ["1", "2", "3", "4"],
        "x": [5, None, 7, 9],
        "r": [True, None, False, True],
    }
)


def run(sources: dict[str, str], units: pl.DataFrame = UNITS, **options: Any) -> pl.DataFrame:
    expressions = {name: parse(source, SCOPE) for name, source in sources.items()}
    return run_expressions(expressions, units, **options)


def refusal_of(source: str, units: pl.DataFrame, **options: Any) -> list[str]:
    with pytest.raises(FaultsFound) as caught:
        run({"e": source}, units, **options)
    assert {"EXP-COLUMN"} == {fault.code for fault in caught.value.faults}
    return [fault.message.en for fault in caught.value.faults]


def test_one_row_per_unit_in_the_order_of_the_units() -> None:
    actual = run({"是否": "n < 2", "数": "n + 1", "文": "词"})
    expected = pl.DataFrame(
        {"place_code": ["b", "a", "c"], "是否": [True, None, False], "数": [2, None, 4]}
    ).with_columns(pl.lit(None, pl.String).alias("文"))
    assert_frame_equal(expected, actual)


def test_members_are_joined_and_units_without_any_kept() -> None:
    sources = {"c": "count(r)", "s": "sum(x)", "m": "max(x)", "every": "all(r, empty=True)"}
    actual = run(sources, members=MEMBERS)
    expected = pl.DataFrame(
        {
            "place_code": ["b", "a", "c"],
            "c_lo": [0, 1, 0],
            "c_hi": [0, 2, 0],
            "s": [7, None, 0],
            "m": [7, None, None],
            "every": [False, None, True],
        }
    )
    assert_frame_equal(expected, actual)


def test_without_a_table_of_members_what_is_over_them_is_unknown() -> None:
    actual = run({"c": "count(r)", "s": "sum(x) >= 0", "every": "all(r, empty=True)"})
    unknown = [None, None, None]
    assert {"place_code": ["b", "a", "c"], "c_lo": unknown, "c_hi": unknown, "s": unknown,
            "every": unknown} == actual.to_dict(as_series=False)  # fmt: skip


def test_a_column_left_out_is_unknown_for_all() -> None:
    sources = {
        "own": "N < 1",
        "last": "previous(n) < 1",
        "above": 'at("city", n) < 1',
        "tag": 'tagged("老区")',
        "same": "词 == 词",
        "asked": "unknown(N)",
    }
    rows = run(sources).drop("place_code").unique().rows()
    assert rows == [(None, None, None, None, None, True)]


def test_an_unknown_constant_equals_nothing() -> None:
    actual = run({"e": "n == k", "f": "n != k", "g": "k == k"}, constants={"k": None})
    assert {(None, None, None)} == set(actual.drop("place_code").rows())


def test_asking_about_a_denied_unknown_is_a_yes() -> None:
    sources = {"a": "unknown(not p)", "b": "unknown(词 not in ('甲',))", "c": "not unknown(not p)"}
    assert {(True, True, False)} == set(run(sources).drop("place_code").rows())


def test_columns_of_last_year_and_above_are_told_apart_even_by_case() -> None:
    units = pl.DataFrame(
        {
            "place_code": ["a"],
            "n": [1],
            "N": [10],
            "previous:n": [100],
            "at:city:n": [1000],
            "tags": ["老区;海岛"],
        }
    )
    sources = {
        "e": 'n + N + previous(n) + at("city", n)',
        "t": 'tagged("海岛")',
        "u": 'tagged("海")',
    }
    assert run(sources, units).rows() == [("a", 1111, True, False)]


def test_no_units_give_no_rows_but_the_columns() -> None:
    actual = run({"e": "n < 1", "c": "count(r)"}, UNITS.clear(), members=MEMBERS)
    expected = {"place_code": pl.String, "e": pl.Boolean, "c_lo": pl.Int64, "c_hi": pl.Int64}
    assert (expected, 0) == (dict(actual.schema), actual.height)


def test_threads_and_memory_can_be_set() -> None:
    actual = run({"e": "n < 2"}, threads=1, memory_limit="200MB")
    assert actual["e"].to_list() == [True, None, False]


def test_keys_must_be_there_filled_and_single() -> None:
    assert refusal_of("n < 1", UNITS.drop("place_code")) == ["the column 'place_code' is missing."]
    empty = pl.DataFrame({"place_code": ["a", None], "n": [1, 2]})
    assert refusal_of("n < 1", empty) == ["the column 'place_code' has empty cells."]
    double = pl.DataFrame({"place_code": ["a", "a"], "n": [1, 2]})
    assert refusal_of("n < 1", double) == ["'a' stands there more than once."]
    no_code = MEMBERS.drop("member_code")
    assert refusal_of("sum(x) < 1", UNITS, members=no_code) == [
        "the column 'member_code' is missing."
    ]
    twice = pl.concat([MEMBERS, MEMBERS.head(1)])
    assert refusal_of("sum(x) < 1", UNITS, members=twice) == [
        "'a / 1' stands there more than once."
    ]


@pytest.mark.parametrize("column", [["1"], [1.0], [True], pl.Series([1], dtype=pl.UInt64)])
def test_a_column_of_another_kind_is_named(column: Any) -> None:
    (message,) = refusal_of("n < 1", pl.DataFrame({"place_code": ["a"], "n": column}))
    assert message.startswith("the column 'n' is of type")
    assert message.endswith("whole numbers is expected.")


def test_all_faults_of_a_table_are_told_at_once() -> None:
    units = pl.DataFrame({"place_code": [1], "n": ["1"], "p": [1]})
    assert len(refusal_of("n < 1 and p", units)) == 3


def test_narrower_whole_numbers_are_taken() -> None:
    units = pl.DataFrame({"place_code": ["a"], "n": pl.Series([100], dtype=pl.Int8)})
    assert run({"e": "n * 2"}, units)["e"].to_list() == [200]


@pytest.mark.parametrize(
    ("source", "figure"),
    [
        ("n + 1 > 0", 2**63 - 1),
        ("n + 1 - 1", 2**63 - 1),
        ("-n > 0", -(2**63)),
        ("n * 1000000 > 0", 2**62),
        ("n * 1000000 * 1000000 * 1000000 * 1000000 > 0", 2**62),
        ("round_down(n, 7) > 0", -(2**63)),
        ("False and n + 1 > 0", 2**63 - 1),
        ("unknown(n + 1)", 2**63 - 1),
        ("9223372036854775807 + 1 > 0", 0),
    ],
)
def test_an_overflow_names_the_unit_and_is_the_interpreters_too(source: str, figure: int) -> None:
    units = pl.DataFrame({"place_code": ["甲村"], "n": [figure]})
    with pytest.raises(ExpressionError) as in_bulk:
        run({"e": source}, units)
    with pytest.raises(ExpressionError) as alone:
        interpret(parse(source, SCOPE), Case({"n": figure}))
    assert (in_bulk.value.code, alone.value.code) == ("EXP-OVERFLOW", "EXP-OVERFLOW")
    assert source == in_bulk.value.expression
    if "1000000 * 1000000" not in source:
        assert "「甲村」" in in_bulk.value.message.zh


@pytest.mark.parametrize(
    "source", ["sum(x) > 0", "count(x + 1 > 0) == 0", "all(x + x > 0, empty=True)"]
)
def test_an_overflow_over_or_within_members_stops_too(source: str) -> None:
    members = pl.DataFrame(
        {"place_code": ["a", "a"], "member_code": ["1", "2"], "x": [2**63 - 1, 1]}
    )
    with pytest.raises(ExpressionError) as caught:
        run({"e": source}, UNITS, members=members)
    assert caught.value.code == "EXP-OVERFLOW"
    assert "「a」" in caught.value.message.zh


def test_a_sum_may_pass_64_bits_on_the_way() -> None:
    members = pl.DataFrame(
        {"place_code": ["a"] * 4, "member_code": ["1", "2", "3", "4"],
         "x": [2**63 - 1, 1, -1, -(2**63 - 1)]}
    )  # fmt: skip
    assert run({"e": "sum(x)"}, UNITS, members=members)["e"].to_list() == [0, 0, 0]


def test_hostile_names_texts_and_codes_are_only_names_texts_and_codes() -> None:
    scope = Scope({HOSTILE: INT, "词": ElementType("text")})
    units = pl.DataFrame(
        {"place_code": [HOSTILE, "a'"], HOSTILE: [1, 2], "词": ["'; DROP TABLE units; --", None],
         "tags": [HOSTILE.replace(";", ","), ""]}
    )  # fmt: skip
    expressions = {
        HOSTILE: parse('词 == "\'; DROP TABLE units; --"', scope),
        "标": parse("tagged('x\", DROP TABLE units, --')", scope),
    }
    actual = run_expressions(expressions, units)
    assert actual.rows() == [(HOSTILE, True, True), ("a'", None, False)]


def test_a_hostile_column_is_quoted_in_the_sql() -> None:
    expressions = {HOSTILE: parse("n < 1", SCOPE)}
    layout = Layout({"place_code": "place_code", "n": HOSTILE}, units_table=HOSTILE)
    query = compile_expressions(expressions, layout)
    quoted = HOSTILE.replace('"', '""')
    with duckdb.connect() as connection:
        connection.execute(f'CREATE TABLE "{quoted}" (place_code VARCHAR, "{quoted}" BIGINT)')
        connection.execute(f"""INSERT INTO "{quoted}" VALUES ('a', 0)""")
        assert connection.execute(query).fetchall() == [("a", True)]


def test_the_sql_alone_stops_at_an_overflow_also_where_the_key_is_null() -> None:
    query = compile_expressions(
        {"e": parse("n + 1 > 0", SCOPE)}, Layout({"place_code": "c", "n": "n"})
    )
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE units AS SELECT NULL::VARCHAR AS c, 9223372036854775807 AS n"
        )
        with pytest.raises(duckdb.Error, match="EXP-OVERFLOW"):
            connection.execute(query).fetchall()


def test_a_constant_must_be_given_in_its_kind() -> None:
    for constants in ({}, {"k": "5"}, {"k": True}):
        with pytest.raises(ExpressionError) as caught:
            run({"e": "n < k"}, constants=constants)
        assert caught.value.code == "EXP-CONSTANT"


@pytest.mark.parametrize("names", [("place_code",), ("a", "A"), ("c", "c_lo"), ("PLACE_CODE",)])
def test_outcomes_that_would_share_a_column_are_refused(names: tuple[str, ...]) -> None:
    sources = {name: "count(r)" if name == "c" else "n < 1" for name in names}
    with pytest.raises(ExpressionError) as caught:
        run(sources, members=MEMBERS)
    assert caught.value.code == "EXP-COLUMN"


def test_a_column_of_two_kinds_is_refused() -> None:
    expressions = {"a": parse("n < 1", SCOPE), "b": parse("n", Scope({"n": ElementType("bool")}))}
    with pytest.raises(ExpressionError) as caught:
        run_expressions(expressions, UNITS)
    assert caught.value.code == "EXP-COLUMN"


@pytest.mark.parametrize(
    "units",
    [{}, {"place_code": "__c", "n": "n"}, {"place_code": "n", "n": "N"}],
)
def test_a_layout_without_key_or_with_clashing_columns_is_refused(units: dict[str, str]) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expressions({"e": parse("n < 1", SCOPE)}, Layout(units))
    assert caught.value.code == "EXP-COLUMN"


def nested(levels: int) -> Expression:
    source = "n"
    for level in range(levels):
        source = f"round_down({source} + 1, {level % 9 + 2})"
    return parse(source, SCOPE)


def test_nested_rounding_does_not_swell_the_sql() -> None:
    layout = Layout({"place_code": "place_code", "n": "n"})
    sizes = [len(compile_expressions({"e": nested(levels)}, layout)) for levels in (6, 12)]
    assert sizes[1] < 4 * sizes[0]


@pytest.mark.parametrize("expression", [nested(12), parse("n" + " + n" * 58 + " - 3", SCOPE)])
def test_long_arithmetic_agrees_with_the_interpreter(expression: Expression) -> None:
    units = pl.DataFrame({"place_code": ["a", "b", "c"], "n": [-17, None, 10**6]})
    expected = [interpret(expression, Case({"n": figure})) for figure in units["n"]]
    assert expected == run_expressions({"e": expression}, units)["e"].to_list()


def test_a_province_of_villages_takes_little_time() -> None:
    count = 25_000
    units = pl.DataFrame(
        {
            "place_code": [f"{index:012d}" for index in range(count)],
            "n": range(count),
            "previous:n": range(count),
            "tags": ["老区;海岛"] * count,
        }
    )
    members = pl.DataFrame(
        {
            "place_code": [f"{index // 2:012d}" for index in range(2 * count)],
            "member_code": [str(index) for index in range(2 * count)],
            "x": range(2 * count),
            "r": [True, None] * count,
        }
    )
    sources = {
        "a": "n < k",
        "b": "n * 100 >= previous(n) * 108",
        "c": "count(r) >= 1",
        "d": "sum(x) < 1000",
        "e": 'tagged("海岛") and not unknown(n)',
    }
    started = time.perf_counter()
    actual = run(sources, units, members=members, constants={"k": 10_000})
    seconds = time.perf_counter() - started
    assert actual["a"].sum() == 10_000
    assert (count, count) == (actual["c"].sum(), actual["e"].sum())
    # A fifth of a second on a quiet machine; the bound leaves room for a busy one.
    assert seconds < 5
