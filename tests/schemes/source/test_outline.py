"""Sections are found by short marks, in order, inside the span a scheme covers."""

import pytest

from bangfu.schemes.format import OutlineMark, SourceDocument
from bangfu.schemes.source.outline import sections
from bangfu.schemes.source.text import normalise
from bangfu.vocabulary.errors import SchemeFault

TEXT = normalise(
    "甲方案\n\n前言共1页\n一、目标\n到2026年，见二、任务。\n二、任务\n每年一次\n乙方案\n一、目标\n到2027年\n责任编辑"
)
TITLE = {"zh": "方案", "en": "Scheme"}


def document(*marks: tuple[str, str], **span: object) -> SourceDocument:
    outline = tuple(OutlineMark(section=section, starts=starts) for section, starts in marks)
    return SourceDocument.model_validate(
        {"title": TITLE, "kind": "方案", "outline": outline, **span}
    )


def test_a_section_ends_where_the_next_begins() -> None:
    source = document(("1", "一、"), ("2", "二、"), starts="甲方案", ends="乙方案")
    assert sections(TEXT, source) == {
        "": "甲方案\n\n前言共1页\n",
        "1": "一、目标\n到2026年,见二、任务。\n",
        "2": "二、任务\n每年一次\n",
    }


def test_a_mark_at_the_start_of_a_line_comes_before_one_inside() -> None:
    assert sections(TEXT, document(("1", "一、"), ("2", "二、任务")))["2"].startswith("二、任务\n")


def test_a_mark_inside_a_line_is_taken_where_no_line_starts_with_it() -> None:
    source = document(("1", "一、"), ("2", "见二"), starts="甲方案", ends="乙方案")
    assert sections(TEXT, source)["1"] == "一、目标\n到2026年,"


def test_marks_may_be_written_with_full_width_signs() -> None:
    source = document(("1", "到２０２７年"), starts="乙方案")
    assert sections(TEXT, source)["1"] == "到2027年\n责任编辑"


def test_the_span_starts_at_the_mark_as_often_as_told() -> None:
    twice = document(("1", "一、"), starts="一、目标", starts_occurrence=2, ends="责任编辑")
    assert sections(TEXT, twice) == {"1": "一、目标\n到2027年\n"}


def test_the_end_is_looked_for_after_the_start() -> None:
    source = document(("2", "一、"), starts="乙方案", ends="一、目标")
    with pytest.raises(SchemeFault, match="SRC-02"):
        sections(TEXT, source)


def test_a_document_without_an_outline_is_one_piece() -> None:
    assert sections(TEXT, document()) == {"": TEXT}


@pytest.mark.parametrize(
    ("marks", "span", "named"),
    [
        ((("1", "一、"), ("9", "九、附则")), {}, "九、附则"),
        ((("2", "二、任务"), ("1", "前言")), {}, "前言"),
        ((("1", "一、"),), {"starts": "丙方案"}, "丙方案"),
        ((("1", "一、"),), {"ends": "附件"}, "附件"),
        ((("1", "一、"),), {"starts": "甲方案", "starts_occurrence": 2}, "甲方案"),
    ],
)
def test_a_mark_that_is_not_found_in_order_is_named(
    marks: tuple[tuple[str, str], ...], span: dict[str, object], named: str
) -> None:
    with pytest.raises(SchemeFault, match=named) as refusal:
        sections(TEXT, document(*marks, **span))
    assert refusal.value.faults[0].code == "SRC-02"
    assert named in refusal.value.faults[0].message.en
