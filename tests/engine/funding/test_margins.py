"""Both margins are met to the unit, and no table with them lies nearer to proportion."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.funding.margins import proportional_table, round_to_margins, two_margin_table
from bangfu.vocabulary.errors import ComputationError, ShareError

Table = dict[str, dict[str, int]]
#: Key towns of 13 cities, and 600 of them at 5:2:3 (annex of Guangdong's document of 2021).
CITIES = {
    f"city_{n:02d}": total
    for n, total in enumerate((69, 56, 53, 20, 63, 27, 26, 57, 59, 37, 63, 43, 27))
}
LAYERS = {"helper_city": 300, "province": 120, "own_city": 180}
ROWS, COLUMNS = ("a", "b", "c"), ("x", "y")


def _squares(table: Table, expected: dict[str, dict[str, Fraction]]) -> Fraction:
    return sum(
        (
            (value - expected[row].get(column, Fraction(0))) ** 2
            for row, line in table.items()
            for column, value in line.items()
        ),
        Fraction(0),
    )


def _tables(rows: list[int], columns: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every whole table with these margins."""
    if not rows:
        if not any(columns):
            yield ()
        return
    for line in itertools.product(*(range(min(rows[0], room) + 1) for room in columns)):
        if sum(line) == rows[0]:
            left = [room - amount for room, amount in zip(columns, line, strict=True)]
            for rest in _tables(rows[1:], left):
                yield (line, *rest)


def _enumerated(
    rows: dict[str, int], columns: dict[str, int], weights: dict[str, dict[str, int]]
) -> list[Table]:
    """The tables with these margins that leave cells without weight empty."""
    named = (
        {r: dict(zip(columns, line, strict=True)) for r, line in zip(rows, lines, strict=True)}
        for lines in _tables(list(rows.values()), list(columns.values()))
    )
    return [
        table
        for table in named
        if all(weights[r][c] or not table[r][c] for r in rows for c in columns)
    ]


def test_13_cities_and_3_layers_meet_the_published_margins() -> None:
    weights = {city: {"helper_city": 5, "province": 2, "own_city": 3} for city in CITIES}

    table = two_margin_table(weights, row_totals=CITIES, column_totals=LAYERS)

    assert {city: sum(line.values()) for city, line in table.items()} == CITIES
    assert {layer: sum(line[layer] for line in table.values()) for layer in LAYERS} == LAYERS
    expected = {
        city: {layer: Fraction(total * LAYERS[layer], 600) for layer in LAYERS}
        for city, total in CITIES.items()
    }
    assert expected == proportional_table(weights, row_totals=CITIES, column_totals=LAYERS)
    assert all(
        abs(table[city][layer] - expected[city][layer]) < 1 for city in CITIES for layer in LAYERS
    )
    assert _no_exchange_helps(table, expected)


def _no_exchange_helps(table: Table, expected: dict[str, dict[str, Fraction]]) -> bool:
    """Certificate of the optimum: with 3 columns every cycle of exchange has 2 or 3 rows."""

    def gain(row: str, more: str, less: str) -> Fraction:
        if not table[row][less]:
            return Fraction(-(10**9))
        up, down = table[row][more] - expected[row][more], table[row][less] - expected[row][less]
        return 2 * down - 2 * up - 2

    for size in (2, 3):
        for columns in itertools.permutations(LAYERS, size):
            moves = list(zip(columns, columns[1:] + columns[:1], strict=True))
            for rows in itertools.permutations(CITIES, size):
                if sum(gain(r, *move) for r, move in zip(rows, moves, strict=True)) > 0:
                    return False
    return True


def test_the_certificate_notices_a_table_that_is_not_the_best() -> None:
    weights = {city: {"helper_city": 5, "province": 2, "own_city": 3} for city in CITIES}
    margins = {"row_totals": CITIES, "column_totals": LAYERS}
    table = two_margin_table(weights, **margins)
    for city, sign in (("city_00", 1), ("city_01", -1)):
        table[city]["helper_city"] += 2 * sign
        table[city]["province"] -= 2 * sign

    assert not _no_exchange_helps(table, proportional_table(weights, **margins))


@st.composite
def questions(
    draw: st.DrawFn,
) -> tuple[dict[str, dict[str, int]], dict[str, int], dict[str, int]]:
    values = {(r, c): draw(st.integers(0, 3)) for r in ROWS for c in COLUMNS}
    rows = {r: sum(values[r, c] for c in COLUMNS) for r in ROWS}
    columns = {c: sum(values[r, c] for r in ROWS) for c in COLUMNS}
    weights = {r: {c: draw(st.integers(0, 9)) for c in COLUMNS} for r in ROWS}
    return weights, rows, columns


@settings(max_examples=80, deadline=None)
@given(question=questions())
def test_the_table_is_the_nearest_of_all_or_there_is_none(
    question: tuple[dict[str, dict[str, int]], dict[str, int], dict[str, int]],
) -> None:
    weights, rows, columns = question
    tables = _enumerated(rows, columns, weights)

    if not tables:
        with pytest.raises(ShareError, match="totals are too small"):
            two_margin_table(weights, row_totals=rows, column_totals=columns)
        return
    found = two_margin_table(weights, row_totals=rows, column_totals=columns)

    expected = proportional_table(weights, row_totals=rows, column_totals=columns)
    assert found in tables
    assert min(_squares(table, expected) for table in tables) == _squares(found, expected)


@settings(max_examples=60, deadline=None)
@given(question=questions())
def test_the_proportional_table_keeps_cross_ratios_and_margins(
    question: tuple[dict[str, dict[str, int]], dict[str, int], dict[str, int]],
) -> None:
    weights, rows, columns = question
    positive = {r: {c: w + 1 for c, w in line.items()} for r, line in weights.items()}

    fitted = proportional_table(positive, row_totals=rows, column_totals=columns)

    close = Fraction(1, 10**12)
    for row, total in rows.items():
        assert abs(sum(fitted[row].values(), Fraction(-total))) < close
    for column, total in columns.items():
        parts = (line.get(column, Fraction(0)) for line in fitted.values())
        assert abs(sum(parts, Fraction(-total))) < close
    for one, other in itertools.combinations(ROWS, 2):
        if len(fitted[one]) == len(fitted[other]) == 2:
            left = fitted[one]["x"] * fitted[other]["y"]
            right = fitted[one]["y"] * fitted[other]["x"]
            up = positive[one]["x"] * positive[other]["y"]
            down = positive[one]["y"] * positive[other]["x"]
            assert abs(left * down - right * up) < close * 10**4


def test_a_cell_that_no_table_can_fill_does_not_stop_the_fitting() -> None:
    # Row b can only use y, and takes all of it; plain fitting would creep towards this for ever.
    weights = {"a": {"x": 1, "y": 1}, "b": {"y": 1}}
    margins = {"row_totals": {"a": 4, "b": 3}, "column_totals": {"x": 4, "y": 3}}

    assert proportional_table(weights, **margins) == {"a": {"x": 4}, "b": {"y": 3}}
    assert two_margin_table(weights, **margins) == {"a": {"x": 4, "y": 0}, "b": {"x": 0, "y": 3}}


def test_amounts_in_fen_are_divided_as_well_as_counts() -> None:
    rows, columns = {"a": 7 * 10**14, "b": 10**14 + 1}, {"x": 5 * 10**14, "y": 3 * 10**14 + 1}
    weights = {"a": {"x": 3, "y": 2}, "b": {"x": 1, "y": 4}}

    table = two_margin_table(weights, row_totals=rows, column_totals=columns)

    assert list(rows.values()) == [sum(line.values()) for line in table.values()]
    assert list(columns.values()) == [sum(line[c] for line in table.values()) for c in columns]


def test_weights_may_be_fractions_and_only_their_proportions_matter() -> None:
    margins = {"row_totals": {"a": 5, "b": 6}, "column_totals": {"x": 4, "y": 7}}
    whole = {"a": {"x": 3, "y": 4}, "b": {"x": 5, "y": 2}}
    parts = {r: {c: Fraction(w, 7) for c, w in line.items()} for r, line in whole.items()}

    assert two_margin_table(whole, **margins) == two_margin_table(parts, **margins)


def test_what_blocks_the_totals_is_named() -> None:
    with pytest.raises(ShareError) as refusal:
        two_margin_table(
            {"a": {"x": 1}, "b": {"x": 1, "y": 1}},
            row_totals={"a": 5, "b": 1},
            column_totals={"x": 3, "y": 3},
        )

    assert refusal.value.facts == {"rows": ["a"], "columns": ["x"], "need": 5, "room": 3}


@pytest.mark.parametrize(
    ("weights", "rows", "columns", "message"),
    [
        ({"a": {"x": 1}}, {"a": 2}, {"x": 3}, "totals differ"),
        ({"z": {"x": 1}}, {"a": 2}, {"x": 2}, "without a total"),
        ({"a": {"z": 1}}, {"a": 2}, {"x": 2}, "without a total"),
        ({"a": {"x": -1}}, {"a": 2}, {"x": 2}, "weights must be exact"),
        ({"a": {"x": 0.5}}, {"a": 2}, {"x": 2}, "weights must be exact"),
        ({"a": {"x": 1}}, {"a": -2}, {"x": -2}, "totals must be whole"),
        ({"a": {"x": 1}}, {"a": Fraction(1, 2)}, {"x": Fraction(1, 2)}, "totals must be whole"),
        ({"a": {"x": 0}}, {"a": 2}, {"x": 2}, "totals are too small"),
    ],
)
def test_totals_that_cannot_be_met_are_refused(
    weights: Any, rows: Any, columns: Any, message: str
) -> None:
    with pytest.raises(ShareError, match=message):
        two_margin_table(weights, row_totals=rows, column_totals=columns)


def test_expected_values_far_from_their_totals_are_refused() -> None:
    with pytest.raises(ShareError, match="miss their totals"):
        round_to_margins({"a": {"x": Fraction(3)}}, row_totals={"a": 2}, column_totals={"x": 2})


def test_fitting_that_does_not_arrive_is_not_passed_off_as_a_result() -> None:
    # Cell (b, x) is all but empty, and the fitting creeps towards that by 1 / sweeps.
    weights = {"a": {"x": 10**40, "y": 10**40}, "b": {"x": 1, "y": 10**40}}

    with pytest.raises(ComputationError, match="before the margins"):
        proportional_table(weights, row_totals={"a": 1, "b": 1}, column_totals={"x": 1, "y": 1})


def test_nothing_to_divide_is_an_empty_table() -> None:
    assert two_margin_table({}, row_totals={"a": 0}, column_totals={"x": 0}) == {"a": {"x": 0}}
