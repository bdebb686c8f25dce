"""The published tables of Guangdong reconcile; an office's wrong cell is found and named."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.load import Scheme, load_scheme

ON = date(2024, 6, 1)


@pytest.fixture(scope="module")
def guangdong() -> Scheme:
    return load_scheme("gd-2021")


def _office_table(scheme: Scheme) -> pl.DataFrame:
    """The annex as an office would hand it in."""
    rows = [
        (row.helper, row.recipient, layer, number)
        for quota in scheme.pairing.quotas
        for row in quota.published.rows
        for layer, number in row.numbers.items()
    ]
    return pl.DataFrame(
        rows, schema=["helper_code", "recipient_code", "layer", "value"], orient="row"
    )


def _quota(result: RunResult, scope: str, layer: str, **where: str) -> dict[str, object]:
    table = result.tables["quotas"].filter(
        (pl.col("scope") == scope)
        & (pl.col("layer") == layer)
        & pl.all_horizontal(pl.col(name) == value for name, value in where.items())
    )
    assert table.height == 1
    return table.row(0, named=True)


def test_three_classes_add_up_to_all_towns(guangdong: Scheme) -> None:
    result = run(guangdong, {}, ON)
    found = [
        result.headline(f"quotas.{name}")
        for name in ("priority_town", "consolidating_town", "pioneer_town", "grand_total")
    ]
    assert found == [600, 301, 226, 1127]


def test_all_rows_and_subtotals_of_the_annex_are_laid_out(guangdong: Scheme) -> None:
    table = run(guangdong, {}, ON).tables["quotas"]
    key = table.filter((pl.col("class") == "priority_town") & (pl.col("layer") == "total"))
    counts = dict(key["scope"].value_counts().iter_rows())
    assert counts == {"row": 13, "subtotal": 6, "total": 1}
    assert key.filter(pl.col("scope") == "row")["value"].sum() == 600
    assert key.filter(pl.col("scope") == "subtotal")["value"].sum() == 600


@pytest.mark.parametrize(
    ("layer", "rule", "published", "deviation"),
    [("helper_city", 300, 300, 0), ("provincial_central", 120, 121, 1), ("own_city", 180, 179, -1)],
)
def test_the_rule_stands_beside_the_published_figure(
    guangdong: Scheme, layer: str, rule: int, published: int, deviation: int
) -> None:
    row = _quota(run(guangdong, {}, ON), "total", layer, **{"class": "priority_town"})
    assert (rule, published, published, deviation) == (
        row["rule_value"],
        row["published_value"],
        row["value"],
        row["deviation"],
    )


def test_the_reading_moves_the_value_to_the_rule(guangdong: Scheme) -> None:
    result = run(guangdong, {}, ON, {"readings.A35": "rule"})
    row = _quota(result, "total", "provincial_central", **{"class": "priority_town"})
    assert (row["value"], row["published_value"]) == (120, 121)


def test_a_true_copy_of_the_annex_passes(guangdong: Scheme) -> None:
    result = run(guangdong, {"published_quotas": _office_table(guangdong)}, ON)
    assert not result.failed


def test_a_wrong_cell_is_found_and_named(guangdong: Scheme) -> None:
    table = _office_table(guangdong).with_columns(
        pl.when((pl.col("recipient_code") == "441600000000") & (pl.col("layer") == "helper_city"))
        .then(45)
        .otherwise(pl.col("value"))
        .alias("value")
    )
    result = run(guangdong, {"published_quotas": table}, ON)
    failed = [check for check in result.checks if check.outcome == "failed"]
    assert [check.id for check in failed] == ["quotas.office_table"]
    message = failed[0].message.zh
    assert all(part in message for part in ("深圳市", "河源市", "45", "44"))


def test_a_missing_office_table_is_no_fault(guangdong: Scheme) -> None:
    assert not run(guangdong, {}, ON).failed


def test_layers_may_be_written_in_the_offices_words(guangdong: Scheme) -> None:
    words = {
        layer.id: layer.label.zh for quota in guangdong.pairing.quotas for layer in quota.layers
    }
    table = _office_table(guangdong).with_columns(pl.col("layer").replace(words))
    assert not run(guangdong, {"published_quotas": table}, ON).failed
