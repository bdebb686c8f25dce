"""What the check against the document would not notice: each figure changed in turn."""

import shutil
from pathlib import Path

import pytest

from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import check_source, read_source
from bangfu.schemes.source.changed import unnoticed_in_the_document, unnoticed_in_the_scheme

SCHEMES = Path(__file__).parent.parent
INVENTED = SCHEMES / "invented"
DOCUMENT = read_source(INVENTED / "document.txt")
STRANGER = SCHEMES / "stranger"


def edited(folder: Path, *edits: tuple[str, str, str]) -> Scheme:
    """The invented scheme with words replaced: (file, old, new)."""
    copy = folder / "scheme"
    shutil.copytree(INVENTED, copy)
    for file, old, new in edits:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_scheme(copy)


@pytest.mark.parametrize(
    ("folder", "document"),
    [(INVENTED, INVENTED / "document.txt"), (STRANGER / "sl-2026", STRANGER / "document.txt")],
)
def test_every_change_in_an_invented_scheme_or_its_document_names_the_clause(
    folder: Path, document: Path
) -> None:
    scheme, text = load_scheme(folder), read_source(document)
    assert check_source(scheme, text).faults(strict=True) == ()
    assert list(unnoticed_in_the_scheme(scheme, text)) == []
    assert list(unnoticed_in_the_document(scheme, text)) == []


@pytest.mark.parametrize(
    ("file", "own", "general", "where", "changes"),
    [
        # Another amount of the section, the other end of a range, another interval.
        ("targeting.yaml", 'printed: ["村集体经营性收入低于20万元"]', "printed: []",
         "targeting.village_income_line", {("20万元", "1.2万元")}),
        ("staffing.yaml", "members_at_least: {words: 3到5人, says: 3}",
         "members_at_least: 3到5人", "staffing.work_team.members_at_least", {("3", "5")}),
        ("duties.yaml", "printed: {every: {words: 每半年, says: half}}", 'printed: []',
         "duties.county_appraisal.every", {("每半年", "每季度"), ("每半年", "一次")}),
        ("pairing.yaml", "rule.total: 4个省级, ", "",
         "pairing.provincial_towns.rule.total",
         {("4", "0"), ("4", "1"), ("4", "2"), ("4", "3"), ("4", "6")}),
    ],
)  # fmt: skip
def test_words_that_do_not_stand_for_one_figure_alone_leave_its_change_unnoticed(
    tmp_path: Path, file: str, own: str, general: str, where: str, changes: set[tuple[str, str]]
) -> None:
    scheme = edited(tmp_path, (file, own, general))
    unnoticed = list(unnoticed_in_the_scheme(scheme, DOCUMENT))
    assert {each.where for each in unnoticed} == {where}
    assert {(each.old, each.new) for each in unnoticed} == changes
    fault = unnoticed[0].fault()
    assert (fault.code, fault.where) == ("SRC-32", where)
    assert scheme.figures[where].clauses[0] in fault.message.zh


def test_a_figure_printed_twice_needs_words_for_both_places(tmp_path: Path) -> None:
    scheme = edited(
        tmp_path,
        ("targeting.yaml", "{size: [市级帮扶镇2个, 2个市级帮扶镇由]}", "{size: 市级帮扶镇2个}"),
    )
    assert list(unnoticed_in_the_scheme(scheme, DOCUMENT)) == []
    (unnoticed,) = unnoticed_in_the_document(scheme, DOCUMENT)
    assert (unnoticed.where, unnoticed.new, unnoticed.clauses) == ("§3", "3", ("EX-04",))
    assert "2个市级帮扶镇" in unnoticed.old


def test_a_sum_printed_elsewhere_in_the_table_is_not_taken_for_another(tmp_path: Path) -> None:
    # The 1 of the sum line belongs to the city layer of the first quota.
    scheme = edited(
        tmp_path, ("pairing.yaml", "totals: {numbers: {county_units: 2}}",
                   "totals: {numbers: {county_units: 1}}"),
    )  # fmt: skip
    missing = {finding.path for finding in check_source(scheme, DOCUMENT).missing}
    assert missing == {"pairing.city_towns.published.totals"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('document_number: "示农发〔2024〕9号"', 'document_number: "示农发〔2024〕8号"'),
        ("issued_on: 2024-03-05", "issued_on: 2024-03-06"),
    ],
)
def test_the_number_and_the_day_of_the_document_must_stand_in_it(
    tmp_path: Path, old: str, new: str
) -> None:
    issue = 'document_number: "示农发〔2024〕9号"\nissued_on: 2024-03-05\nstatus:'
    text = DOCUMENT.replace("一、对象", "一、对象\n示农发〔2024〕9号 2024年3月5日", 1)
    right = edited(tmp_path / "right", ("scheme.yaml", "status:", issue))
    assert check_source(right, text).faults() == ()
    assert list(unnoticed_in_the_scheme(right, text)) == []
    wrong = edited(tmp_path / "wrong", ("scheme.yaml", "status:", issue.replace(old, new)))
    missing = [finding.path for finding in check_source(wrong, text).missing]
    assert missing == [f"scheme.{old.split(':')[0]}"]


def test_a_year_that_begins_where_the_scheme_ends_is_not_taken_for_its_end(
    tmp_path: Path,
) -> None:
    scheme = edited(tmp_path)
    ends_on = scheme.about.period.ends_on
    text = DOCUMENT.replace("研判一次。", f"研判一次,做到{ends_on.year}年。", 1)
    assert [each.printed for each in check_source(scheme, text).uncarried] == [f"{ends_on.year}年"]


def test_what_the_document_says_that_the_scheme_lacks_names_the_clauses_of_its_section(
    tmp_path: Path,
) -> None:
    text = DOCUMENT.replace("研判一次。", "研判一次,每次不少于4人。", 1)
    (uncarried,) = check_source(edited(tmp_path), text).uncarried
    assert uncarried.clauses == ("EX-07",)
    assert "EX-07" in uncarried.fault().message.zh
    assert "EX-07" in uncarried.fault().message.en
