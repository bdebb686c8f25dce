"""Facts about households: each cell is read, unknown, or said to be wrong."""

import polars as pl
import pytest

from bangfu.programme.household_facts import read_facts
from bangfu.schemes.load import load_scheme
from bangfu.vocabulary.errors import FaultsFound

FACTS = load_scheme("js-2021").assistance.facts


def table(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"household_code": ["H1", "H2"], "place_code": "P", **columns})


def codes_of(households: pl.DataFrame) -> set[tuple[str, str]]:
    with pytest.raises(FaultsFound) as found:
        read_facts(households, FACTS)
    return {(fault.code, fault.where.split()[-1]) for fault in found.value.faults}


def test_a_fact_without_a_column_or_with_empty_cells_is_unknown() -> None:
    found = read_facts(table(persons=["3", " "], asset_test=["待核实", None]), FACTS)
    assert found["persons"].to_list() == [3, None]
    assert found["asset_test"].to_list() == [None, None]
    assert found["income_fen"].null_count() == 2


@pytest.mark.parametrize(
    ("words", "values"),
    [(["是", "否"], [True, False]), (["YES", "no"], [True, False]), ([True, False], [True, False])],
)
def test_yes_and_no_may_be_written_in_several_ways(words: list[object], values: list[bool]) -> None:
    assert read_facts(table(asset_test=words), FACTS)["asset_test"].to_list() == values


def test_all_wrong_cells_are_told_at_once() -> None:
    wrong = table(
        persons=["三", "2"], income_fen=["1.5万", "2"], asset_test=["也许", "是"],
        category=["低保", "无"],
    )  # fmt: skip
    assert codes_of(wrong) == {
        ("AST-03", "persons"), ("AST-03", "income_fen"), ("AST-03", "asset_test"),
        ("AST-03", "category"),
    }  # fmt: skip


def test_a_household_needs_a_code_of_its_own() -> None:
    assert codes_of(table().drop("household_code")) == {("AST-01", "household_code")}
    same = table().with_columns(pl.lit("H").alias("household_code"))
    assert codes_of(same) == {("AST-02", "household_code")}
    empty = table().with_columns(pl.Series("household_code", ["H1", ""]))
    assert codes_of(empty) == {("AST-01", "household_code")}


def test_a_fault_names_rows_and_never_what_stands_in_them() -> None:
    with pytest.raises(FaultsFound) as found:
        read_facts(table(category=["张某甲", "无"]), FACTS)
    sentence = found.value.faults[0].sentence("zh")
    assert "第 2 行" in sentence
    assert "张某甲" not in sentence
