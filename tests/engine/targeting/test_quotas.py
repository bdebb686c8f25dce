"""A published table is checked against its own totals, and a slip is traced to its cell."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.targeting.quotas import WrongCell, check_published, rule_split
from bangfu.vocabulary.errors import ComputationError, ShareError

COLUMNS = {"helper_code": pl.String, "recipient_code": pl.String, "layer": pl.String}
SCHEMA = COLUMNS | {"value": pl.Int64}
LAYERS = ("helper_city", "province", "own_city")
#: Annex of Guangdong's document of 2021: key towns by helper city, helped city and layer.
PUBLISHED = {
    "guangzhou": {"meizhou": (30, 18, 21), "zhanjiang": (24, 15, 17), "qingyuan": (24, 13, 16)},
    "shenzhen": {"shantou": (13, 1, 6), "heyuan": (44, 1, 18), "shanwei": (19, 1, 7)},
    "zhuhai": {"yangjiang": (10, 8, 8), "maoming": (21, 19, 17)},
    "foshan": {"zhaoqing": (32, 9, 18), "yunfu": (21, 5, 11)},
    "dongguan": {"shaoguan": (30, 14, 19), "jieyang": (20, 10, 13)},
    "zhongshan": {"chaozhou": (12, 7, 8)},
}
ROW_TOTALS = (69, 56, 53, 20, 63, 27, 26, 57, 59, 37, 63, 43, 27)
SUBTOTALS = {
    "guangzhou": (78, 46, 54, 178),
    "shenzhen": (76, 3, 31, 110),
    "zhuhai": (31, 27, 25, 83),
    "foshan": (53, 14, 29, 96),
    "dongguan": (50, 24, 32, 106),
    "zhongshan": (12, 7, 8, 27),
}
COLUMN_TOTALS = (300, 121, 179, 600)
CELLS = [
    (helper, recipient, layer, value)
    for helper, rows in PUBLISHED.items()
    for recipient, values in rows.items()
    for layer, value in zip(LAYERS, values, strict=True)
]


def _frame(rows: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _printed_totals() -> list[tuple[str | None, str | None, str | None, int]]:
    layers = (*LAYERS, None)
    pairs = [(helper, recipient) for helper, rows in PUBLISHED.items() for recipient in rows]
    return [
        *((*pair, None, value) for pair, value in zip(pairs, ROW_TOTALS, strict=True)),
        *(
            (helper, None, layer, value)
            for helper, values in SUBTOTALS.items()
            for layer, value in zip(layers, values, strict=True)
        ),
        *((None, None, layer, v) for layer, v in zip(layers, COLUMN_TOTALS, strict=True)),
    ]


TOTALS = _printed_totals()


def test_the_published_annex_adds_up_everywhere() -> None:
    found = check_published(_frame(CELLS), _frame(TOTALS))

    assert found.mismatches == []
    assert found.undecided == []
    assert found.wrong_cell is None
    assert [row[:3] for row in TOTALS] == found.table.select(list(COLUMNS)).rows()
    scopes = found.table["scope"].value_counts().sort("scope").rows()
    assert scopes == [("row", 13), ("subtotal", 24), ("total", 4)]


@settings(max_examples=50, deadline=None)
@given(place=st.integers(0, len(CELLS) - 1), slip=st.integers(-5, 5).filter(bool))
def test_any_single_wrong_cell_is_named_with_what_it_should_be(place: int, slip: int) -> None:
    helper, recipient, layer, value = CELLS[place]
    slipped = [*CELLS]
    slipped[place] = (helper, recipient, layer, value + slip)

    found = check_published(_frame(slipped), _frame(TOTALS))

    assert WrongCell(helper, recipient, layer, value + slip, value) == found.wrong_cell
    # Its row, its helper's layer and sum, its column, and the grand total.
    assert [slip] * 5 == [row["deviation"] for row in found.mismatches]


@settings(max_examples=30, deadline=None)
@given(place=st.integers(0, len(TOTALS) - 1), slip=st.integers(-5, 5).filter(bool))
def test_a_single_wrong_total_is_listed_and_no_cell_blamed(place: int, slip: int) -> None:
    totals = [*TOTALS]
    totals[place] = (*totals[place][:3], totals[place][3] + slip)

    found = check_published(_frame(CELLS), _frame(totals))

    assert found.wrong_cell is None
    assert [(*row, -slip) for row in (totals[place],)] == [
        (m["helper_code"], m["recipient_code"], m["layer"], m["published_value"], m["deviation"])
        for m in found.mismatches
    ]


@pytest.mark.parametrize("slips", [{0: 1, 4: 1}, {0: 1, 1: -1}, {0: 2, 13: -1}, {0: 1, 3: 2}])
def test_two_wrong_cells_are_not_laid_on_one(slips: dict[int, int]) -> None:
    slipped = [(*row[:3], row[3] + slips.get(place, 0)) for place, row in enumerate(CELLS)]

    found = check_published(_frame(slipped), _frame(TOTALS))

    assert found.mismatches
    assert found.wrong_cell is None


def test_row_and_column_totals_alone_find_the_cell_too() -> None:
    totals = [row for row in TOTALS if row[1] or (not row[0] and row[2])]
    without_helper = [(None, *row[1:]) if row[1] else row for row in totals]
    slipped = [(*CELLS[0][:3], 31), *CELLS[1:]]

    found = check_published(_frame(slipped), _frame(without_helper))

    assert WrongCell("guangzhou", "meizhou", "helper_city", 31, 30) == found.wrong_cell
    assert [row["scope"] for row in found.mismatches] == ["row", "total"]


def _with_slips(totals: list[Any], slips: dict[tuple[Any, ...], int]) -> pl.DataFrame:
    return _frame([(*row[:3], row[3] + slips.get(row[:3], 0)) for row in totals])


def test_a_cell_that_other_totals_confirm_is_not_blamed() -> None:
    # Row and column of the cell are off by one, but its subtotal adds up: two totals are wrong.
    slips = {("guangzhou", "meizhou", None): 1, (None, None, "helper_city"): 1}

    found = check_published(_frame(CELLS), _with_slips(TOTALS, slips))

    assert [row["deviation"] for row in found.mismatches] == [-1, -1]
    assert found.wrong_cell is None


def test_a_row_and_a_column_off_by_different_amounts_name_no_cell() -> None:
    totals = [row for row in TOTALS if row[1] or (not row[0] and row[2])]
    slips = {("guangzhou", "meizhou", None): 1, (None, None, "helper_city"): 2}

    found = check_published(_frame(CELLS), _with_slips(totals, slips))

    assert [row["deviation"] for row in found.mismatches] == [-1, -2]
    assert found.wrong_cell is None


def test_an_illegible_cell_leaves_its_sums_unknown_not_wrong() -> None:
    cells = [(*CELLS[0][:3], None), *CELLS[1:]]

    found = check_published(_frame(cells), _frame(TOTALS))

    assert found.mismatches == []
    assert [row["computed"] for row in found.undecided] == [None] * 5


def test_totals_without_cells_or_without_a_figure_are_undecided() -> None:
    totals = [("elsewhere", None, None, 5), ("foshan", None, None, None)]

    found = check_published(_frame(CELLS), _frame(totals))

    assert [(row["computed"], row["deviation"]) for row in found.undecided] == [
        (None, None),
        (96, None),
    ]


def test_no_totals_means_nothing_to_check() -> None:
    found = check_published(_frame(CELLS), _frame([]))

    assert found.table.columns == [
        "scope",
        *COLUMNS,
        "published_value",
        "computed",
        "deviation",
    ]
    assert found.table.is_empty()


@pytest.mark.parametrize(
    ("cells", "totals", "message"),
    [
        ([CELLS[0], CELLS[0]], [], "not unique"),
        ([("a", None, "x", 1)], [], "not unique"),
        (CELLS, [TOTALS[0], TOTALS[0]], "total stands twice"),
        (CELLS, [CELLS[0]], "single cell"),
    ],
)
def test_keys_that_make_no_table_are_refused(
    cells: list[Any], totals: list[Any], message: str
) -> None:
    with pytest.raises(ComputationError, match=message):
        check_published(_frame(cells), _frame(totals))


def test_codes_must_be_text_and_values_whole() -> None:
    cells = _frame(CELLS)

    with pytest.raises(ComputationError, match="keys must be text"):
        check_published(cells.with_columns(layer=pl.lit(1)), _frame(TOTALS))
    with pytest.raises(ComputationError, match="whole numbers"):
        check_published(cells.with_columns(pl.col("value") * 1.0), _frame(TOTALS))
    with pytest.raises(ComputationError, match="missing"):
        check_published(cells.drop("layer"), _frame(TOTALS))


def test_the_rule_gives_120_and_180_where_121_and_179_were_published() -> None:
    by_rule = rule_split(600, {"helper_city": 5, "province": 2, "own_city": 3})

    assert by_rule == {"helper_city": 300, "province": 120, "own_city": 180}
    published = dict(zip(LAYERS, COLUMN_TOTALS, strict=False))
    deviation = {layer: published[layer] - by_rule[layer] for layer in LAYERS}
    assert deviation == {"helper_city": 0, "province": 1, "own_city": -1}


def test_a_rule_without_parts_is_refused() -> None:
    with pytest.raises(ShareError):
        rule_split(600, {})
