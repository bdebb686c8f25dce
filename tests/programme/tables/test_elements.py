"""Names and units of data elements."""

import pytest

from bangfu.programme.tables.declared import TABLES, ElementInfo, declaration_of
from bangfu.programme.tables.elements import elements_by_name, near_miss, reading_of

NAMES = (
    "collective_operating_income_fen",
    "residents",
    "居民人均可支配收入",
    "户籍人口",
    "村集体经营性收入",
)


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("Collective Operating Income", "collective_operating_income_fen"),
        ("colective_operating_income", "collective_operating_income_fen"),
        ("村集体经营性收入（万元）", "村集体经营性收入"),
        ("村集体经营收入", "村集体经营性收入"),
        ("农村居民人均可支配收入", None),
        ("户籍户数", None),
        ("resident", None),
        ("山林面积", None),
    ],
)
def test_only_slips_are_near_misses(written: str, near: str | None) -> None:
    assert near_miss(written, NAMES) == near


def test_names_that_differ_in_digits_are_different_indicators() -> None:
    assert near_miss("operating_income_2024", ["operating_income_2023"]) is None


@pytest.mark.parametrize(
    ("unit", "kind", "written", "shift"),
    [
        ("fen", "int", "亿元", 10),
        ("fen", "int", "分", 0),
        ("fen", "int", "", None),
        ("人", "int", "", 0),
        ("人", "int", "万人", 4),
        ("人", "int", "户", None),
        ("分", "number", "分", 0),
        ("分", "number", "元", None),
        ("%", "number", "％", 0),
        ("", "bool", "是否", 0),
    ],
)
def test_a_unit_scales_or_is_refused(unit: str, kind: str, written: str, shift: int | None) -> None:
    element = ElementInfo("e", ("e",), unit, kind)  # type: ignore[arg-type]
    assert reading_of(element, "e", written).shift == shift


def test_an_id_beats_the_label_of_another_element() -> None:
    one, two = ElementInfo("a", ("a", "b"), "人"), ElementInfo("b", ("b",), "户")
    assert elements_by_name({"a": one, "b": two})["b"] is two


def test_every_key_column_is_declared_and_no_head_is_claimed_twice() -> None:
    for table in TABLES.values():
        assert set(table.key) <= {column.name for column in table.columns}
        heads = [head for column in table.columns for head in {*column.heads}]
        assert len(heads) == len(set(heads)), table.name
        for column in table.columns:
            assert column.label.zh
            assert column.label.en


def test_a_register_is_declared_by_its_folder() -> None:
    register = declaration_of("registers/industry")
    assert register is not None
    assert register.column("place_code") is not None
    assert declaration_of("industry") is None
