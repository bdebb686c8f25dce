import pytest
from tests.records.registers.made_up import PROJECTS

from bangfu.records.registers.reading import read_field, read_values
from bangfu.records.registers.shape import shape_of

SHAPE = shape_of({**PROJECTS, "classes": []})


def read(name, text):
    return read_field(SHAPE.by_id[name], text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("started_on", "20250828", "2025-08-28"),
        ("started_on", "2025.8.28", "2025-08-28"),
        ("started_on", "２０２５年８月２８日", "2025-08-28"),
        ("started_on", "2025/8/28", "2025-08-28"),
        ("started_on", "2025-08-28 00:00:00", "2025-08-28"),
        ("amount", "32.5", 32_500_000),
        ("amount", "32.5万元", 32_500_000),
        ("amount", "32.5 万", 32_500_000),
        ("amount", "１，２３４．５６７８９９元".replace("７８９９", ""), 123_456),
        ("amount", "-0.5", -500_000),
        ("jobs", "1,234人", 1234),
        ("jobs", "12.0", 12),
        ("area_mu", "32.50亩", "32.5"),
        ("accepted", "√", True),
        ("accepted", "无", False),
        ("kind", "产业", "产业项目"),
        ("kind", " 基础 设施 ", "基础设施"),
        ("number", "２０２６－01", "2026-01"),
        ("number", "17.0", "17"),
        ("project", "=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
    ],
)
def test_the_ways_offices_write_are_read(name, text, expected):
    assert (expected, None) == read(name, text)


@pytest.mark.parametrize("text", ["", " ", "—", "-", "/", "\u3000"])
@pytest.mark.parametrize("name", list(SHAPE.by_id))
def test_an_empty_cell_is_unknown_and_never_zero(name, text):
    assert read(name, text) == (None, None)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("started_on", "2025.8", "REG-04"),
        ("started_on", "2025-02-30", "REG-04"),
        ("started_on", "45892", "REG-04"),
        ("amount", "约30", "REG-01"),
        ("amount", "1,23", "REG-01"),
        ("amount", "0.00000001", "REG-02"),
        ("amount", "99999999999999999999", "REG-02"),
        ("amount", "1e5", "REG-01"),
        ("amount", "NaN", "REG-01"),
        ("jobs", "1.5", "REG-02"),
        ("jobs", "12户", "REG-01"),
        ("accepted", "也许", "REG-03"),
        ("kind", "其他", "REG-03"),
        ("number", "3.3E+17", "REG-05"),
        ("number", "编号 1", "REG-05"),
        ("project", "项" * 401, "REG-06"),
        ("project", "同上", "REG-07"),
        ("project", "坏\ufffd字", "REG-08"),
        ("project", "坏\x07字", "REG-08"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_guessed(name, text, code):
    value, fault = read(name, text)
    assert (None, code) == (value, fault.code)
    assert SHAPE.by_id[name].label.zh in fault.where


def test_an_identity_number_is_refused_and_not_repeated():
    made_up = "11010519491231002X"
    value, fault = read("project", f"补助 {made_up}")
    assert value is None
    assert fault.code == "REG-09"
    assert made_up not in fault.message.zh + fault.message.en


def test_all_faults_of_a_row_are_told_at_once_and_the_rest_is_kept():
    told = read_values(SHAPE, {"project": "桥", "amount": "三万", "jobs": "许多"}, where="第 3 行")
    assert told.values == {"project": "桥"}
    assert [f.where for f in told.faults.values()] == ["第 3 行「投资额」", "第 3 行「带动就业」"]
