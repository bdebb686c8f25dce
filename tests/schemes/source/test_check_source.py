"""A scheme against its document: what is carried stands there, what stands there is carried."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import SourceReport, check_source, read_source
from bangfu.vocabulary.errors import SchemeFault

INVENTED = Path(__file__).parent.parent / "invented"
DOCUMENT = read_source(INVENTED / "document.txt")


def edited(folder: Path, *edits: tuple[str, str, str]) -> Scheme:
    """The invented scheme with words replaced: (file, old, new)."""
    copy = folder / "scheme"
    shutil.copytree(INVENTED, copy)
    for file, old, new in edits:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_scheme(copy)


def changed(old: str, new: str) -> str:
    assert old in DOCUMENT
    return DOCUMENT.replace(old, new, 1)


def missing(report: SourceReport) -> set[str]:
    return {finding.path for finding in report.missing}


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def test_the_invented_document_carries_every_figure_and_no_other(scheme: Scheme) -> None:
    report = check_source(scheme, DOCUMENT)
    assert report.faults(strict=True) == ()
    assert report.notices() == ()
    found = {finding.path: finding.printed for finding in report.found}
    assert found["funding.standard_per_town"] == "300万元"
    assert found["exit.goals_met.retention"] == "两年"
    assert found["pairing.provincial_towns.published.990100000000"] == "2 1 3"
    assert [finding.path for finding in report.derived] == ["funding.pool_per_year"]


def test_what_is_not_stated_and_what_only_refers_is_not_looked_for(scheme: Scheme) -> None:
    report = check_source(scheme, DOCUMENT)
    paths = {finding.path for finding in (*report.found, *report.missing, *report.literal)}
    assert not {"evaluation.goals_share.weight", "funding.town_fund.unit_amount"} & paths


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "clause"),
    [
        ("funding.yaml", "300万元", "301万元", "funding.standard_per_town", "EX-06"),
        ("funding.yaml", "8000元", "8001元", "funding.whole_village_move.unit_amount", "EX-06"),
        ("funding.yaml", "{province: 2, city: 1}", "{province: 3, city: 1}",
         "funding.town_fund.ratio", "EX-06"),
        ("funding.yaml", "{province: 2, city: 1}", "{city: 1, province: 2}",
         "funding.town_fund.ratio", "EX-06"),
        ("funding.yaml", "2024/2027", "2024/2028", "funding.town_fund.years", "EX-06"),
        ("goals.yaml", "threshold: 6%", "threshold: 7%", "goals.income_growth_2026.threshold",
         "EX-03"),
        ("goals.yaml", "year: 2026", "year: 2027", "goals.village_income_2026.year", "EX-02"),
        ("staffing.yaml", "members_at_most: 5", "members_at_most: 6",
         "staffing.work_team.members_at_most", "EX-05"),
        ("staffing.yaml", "2年", "3年", "staffing.rotation.limit", "EX-05"),
        ("duties.yaml", "every: half", "every: month", "duties.county_appraisal.every", "EX-07"),
        ("exit.yaml", "2年", "3年", "exit.goals_met.retention", "EX-08"),
        ("pairing.yaml", "city_units: 1}, total: 3", "city_units: 2}, total: 4",
         "pairing.provincial_towns.published.990100000000", "EX-04"),
        ("pairing.yaml", "city_units: 1}, total: 4}", "city_units: 2}, total: 5}",
         "pairing.provincial_towns.published.totals", "EX-04"),
    ],
)  # fmt: skip
def test_a_figure_of_the_scheme_changed_by_one_is_missing_and_names_its_clause(
    tmp_path: Path, file: str, old: str, new: str, path: str, clause: str
) -> None:
    report = check_source(edited(tmp_path, (file, old, new)), DOCUMENT)
    assert missing(report) == {path}
    (fault,) = report.faults()
    assert (fault.code, fault.where) == ("SRC-10", path)
    assert clause in fault.message.zh
    assert clause in fault.message.en


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("低于12000元", "低于12001元", "targeting.resident_income_line"),
        ("增长6%", "增长7%", "goals.income_growth_2026.threshold"),
        ("按1:1", "按1:2", "pairing.provincial_towns.rule.ratio"),
        ("3到5人", "3到6人", "staffing.work_team.members_at_most"),
        ("每半年", "每两年", "duties.county_appraisal.every"),
        ("两年内", "三年内", "exit.goals_met.retention"),
        ("西市\t1\t0\t1", "西市\t1\t1\t2", "pairing.provincial_towns.published.990200000000"),
        ("合计\t3\t1\t4\t2", "合计\t3\t1\t4\t3", "pairing.city_towns.published.totals"),
    ],
)
def test_a_figure_of_the_document_changed_is_missing_and_the_new_one_uncarried(
    scheme: Scheme, old: str, new: str, path: str
) -> None:
    report = check_source(scheme, changed(old, new))
    assert path in missing(report)


def test_a_figure_must_stand_in_the_section_of_its_own_clause(
    scheme: Scheme, tmp_path: Path
) -> None:
    moved = changed("增长6%以上", "增长以上").replace("七、退出\n", "七、退出\n增长6%以上。")
    assert missing(check_source(scheme, moved)) == {"goals.income_growth_2026.threshold"}
    cited = edited(tmp_path, ("goals.yaml", "clauses: [EX-03]", "clauses: [EX-03, EX-08]"))
    assert missing(check_source(cited, moved)) == set()


def test_a_figure_the_scheme_lacks_is_a_notice_and_a_fault_where_strict(scheme: Scheme) -> None:
    text = changed("研判一次。", "研判一次,每次不少于4人,覆盖90%的村。")
    report = check_source(scheme, text)
    assert [(each.section, each.printed) for each in report.uncarried] == [
        ("6", "4人"),
        ("6", "90%"),
    ]
    assert report.faults() == ()
    assert [fault.code for fault in report.notices()] == ["SRC-20", "SRC-20"]
    assert [fault.code for fault in report.faults(strict=True)] == ["SRC-20", "SRC-20"]
    assert report.notices(strict=True) == ()


def test_a_scheme_that_rests_on_nothing_carries_nothing(scheme: Scheme) -> None:
    bare = replace(
        scheme, figures={path: replace(d, clauses=()) for path, d in scheme.figures.items()}
    )
    report = check_source(bare, DOCUMENT)
    # The numbers of section 3 stand in the published table as well.
    assert [(each.section, each.printed) for each in report.uncarried] == [
        ("1", "12000元"),
        ("1", "20万元"),
        ("1", "6个"),
        ("1", "4个"),
        ("1", "2个"),
        ("2", "2026年"),
        ("2", "20万元"),
        ("2", "6%"),
        ("3", "1:1"),
        ("4", "1支"),
        ("4", "3到5人"),
        ("4", "2年"),
        ("5", "300万元"),
        ("5", "2:1"),
        ("5", "8000元"),
        ("5", "6000元"),
        ("6", "1次"),
        ("annex", "6"),
    ]


def test_a_figure_ignored_with_a_reason_is_not_told(tmp_path: Path) -> None:
    text = changed("研判一次。", "研判一次,共4人。")
    ignored = edited(tmp_path, ("clauses.yaml", "ignored: {}", "ignored: {共4人: 举例}"))
    assert check_source(ignored, text).uncarried == ()


def test_what_is_ignored_and_not_there_is_told(tmp_path: Path) -> None:
    stale = edited(tmp_path, ("clauses.yaml", "ignored: {}", "ignored: {共9人: 举例}"))
    report = check_source(stale, DOCUMENT)
    assert report.unused_ignored == ("共9人",)
    assert [fault.code for fault in report.notices()] == ["SRC-31"]


def test_a_large_figure_repeated_in_another_section_is_carried(scheme: Scheme) -> None:
    text = changed("研判一次。", "研判一次,落实300万元。")
    assert check_source(scheme, text).uncarried == ()


def test_a_printed_form_takes_the_place_of_the_digits(tmp_path: Path) -> None:
    text = changed("每年安排300万元", "每年安排三百万元")
    edit = ("funding.yaml", "values: {2024", 'printed: ["三百万"]\n    values: {2024')
    report = check_source(edited(tmp_path / "same", edit), text)
    found = {finding.path: finding.printed for finding in report.found}
    assert (missing(report), found["funding.standard_per_town"]) == (set(), "三百万")
    other = edited(tmp_path / "other", edit, ("funding.yaml", "300万元", "400万元"))
    assert missing(check_source(other, text)) == {"funding.standard_per_town"}


def test_a_printed_form_must_stand_in_the_document(tmp_path: Path) -> None:
    edit = ("funding.yaml", "values: {2024", 'printed: ["三百万"]\n    values: {2024')
    report = check_source(edited(tmp_path, edit), DOCUMENT)
    assert missing(report) == {"funding.standard_per_town"}
    assert "printed form" in report.faults()[0].message.en


def test_words_that_cannot_be_read_are_taken_literally_and_told(tmp_path: Path) -> None:
    text = changed("退出后两年内保留", "退出后在过渡期内保留")
    edit = ("exit.yaml", "retention: 2年", 'retention: 2年\n    printed: ["过渡期"]')
    report = check_source(edited(tmp_path, edit), text)
    assert report.faults() == ()
    assert [finding.printed for finding in report.literal] == ["过渡期"]
    assert [fault.code for fault in report.notices()] == ["SRC-30"]


def test_printed_forms_shared_by_the_fields_of_an_entry_serve_each_of_them(
    tmp_path: Path,
) -> None:
    own = (
        "{at_least: 1支, members_at_least: {words: 3到5人, says: 3}, "
        "members_at_most: {words: 3到5人, says: 5}}"
    )
    edit = ("staffing.yaml", own, '["3到5人"]')
    assert check_source(edited(tmp_path / "same", edit), DOCUMENT).faults() == ()
    other = (edit[0], edit[1], edit[2].replace("3到5人", "3到6人"))
    report = check_source(edited(tmp_path / "other", other), DOCUMENT)
    assert missing(report) == {"staffing.work_team"}


def test_what_is_ours_or_from_elsewhere_is_not_looked_for(tmp_path: Path) -> None:
    ours = edited(
        tmp_path,
        ("exit.yaml", "retention: 2年",
         "retention: 9年\n    assumption: {zh: 暂按九年, en: Nine years for now}"),
        ("staffing.yaml", "limit: 2年",
         "limit: 9年\n    citation: {zh: 另一文件, en: Another document}"),
    )  # fmt: skip
    assert missing(check_source(ours, DOCUMENT)) == set()


def test_the_default_of_the_format_may_be_left_unprinted(scheme: Scheme) -> None:
    text = changed("每半年研判一次", "每半年研判")
    assert check_source(scheme, text).faults() == ()


def test_a_figure_without_a_section_to_look_in_is_missing(tmp_path: Path) -> None:
    lost = edited(tmp_path, ("clauses.yaml", 'sections: ["7"]', "sections: []"))
    report = check_source(lost, DOCUMENT)
    assert missing(report) == {"exit.goals_met.retention"}
    assert "none" in report.faults()[0].message.en


def test_a_place_the_document_names_must_be_in_it(tmp_path: Path) -> None:
    place = "places: [{{written: {}, level: city, clauses: [EX-04]}}]\nwords:"
    there = edited(tmp_path / "a", ("scheme.yaml", "words:", place.format("东市")))
    assert check_source(there, DOCUMENT).faults() == ()
    absent = edited(tmp_path / "b", ("scheme.yaml", "words:", place.format("北市")))
    assert missing(check_source(absent, DOCUMENT)) == {"scheme.places.北市"}


def test_another_document_is_refused_by_its_marks(scheme: Scheme) -> None:
    with pytest.raises(SchemeFault, match=r"五、资金.*SRC-02"):
        check_source(scheme, changed("五、资金", "五、经费"))
