"""Loading: every figure by its path, and all faults of form at once."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bangfu.schemes.figures import Figure
from bangfu.schemes.load import load_catalogue, load_scheme
from bangfu.vocabulary.errors import Fault, SchemeFault

INVENTED = Path(__file__).parent / "invented"
DAY = date(2025, 6, 1)


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the invented scheme with words replaced: (file, old, new)."""
    copy = folder / "scheme"
    shutil.copytree(INVENTED, copy)
    for file, old, new in edits:
        path = copy / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return copy


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(SchemeFault) as refusal:
        load_scheme(folder)
    return refusal.value.faults


def test_every_figure_has_its_path() -> None:
    scheme = load_scheme(INVENTED)
    assert scheme.figure("funding.standard_per_town", DAY) == Figure("money", 300_000_000)
    assert scheme.figure("targeting.townships.city_town.size", DAY) == Figure("count", 2)
    assert scheme.figure("pairing.provincial_towns.rule.total", DAY) == Figure("count", 4)
    assert scheme.figure("pairing.grand_total", DAY) == Figure("count", 6)
    assert scheme.figures["pairing.grand_total"].clauses == ("EX-04",)


def test_a_reference_leads_to_the_figure_it_stands_for() -> None:
    scheme = load_scheme(INVENTED)
    path = "funding.town_fund.unit_amount"
    assert scheme.figure(path, DAY) == Figure("money", 300_000_000)
    assert scheme.origin(path).path == "funding.standard_per_town"


def test_a_figure_the_document_ends_is_null_from_then_on() -> None:
    scheme = load_scheme(INVENTED)
    assert scheme.figure("funding.standard_per_town", date(2027, 1, 1)) is None


def test_a_derived_figure_is_worked_out_on_each_day_on_which_a_part_changes() -> None:
    dated = load_scheme(INVENTED).figures["funding.pool_per_year"]
    assert dated.entries == (
        (date(2024, 1, 1), Figure("money", 1_800_000_000)),
        (date(2027, 1, 1), None),
    )
    assert dated.derived


def test_the_default_of_the_format_is_told_from_what_is_written() -> None:
    figures = load_scheme(INVENTED).figures
    assert figures["duties.leader_visit.at_least"].implied
    assert not figures["staffing.work_team.members_at_least"].implied
    assert not figures["staffing.work_team.at_most"].implied


def test_readings_of_all_schemes_come_along_where_they_touch_a_clause() -> None:
    assert set(load_scheme(INVENTED).readings) == {"A901"}
    assert load_scheme(INVENTED).chosen("A901") == "both"


def test_comments_and_order_do_not_change_the_hash(tmp_path: Path) -> None:
    same = edited(tmp_path, ("exit.yaml", "rules:", "# a remark\nrules:"))
    assert load_scheme(same).content_hash == load_scheme(INVENTED).content_hash


def test_a_figure_changes_the_hash(tmp_path: Path) -> None:
    other = edited(tmp_path, ("exit.yaml", "2年", "3年"))
    assert load_scheme(other).content_hash != load_scheme(INVENTED).content_hash


def test_a_date_may_stand_without_quotes(tmp_path: Path) -> None:
    folder = edited(
        tmp_path, ("duties.yaml", "every: quarter", "every: quarter\n    ends_on: 2026-12-31")
    )
    figure = load_scheme(folder).figure("duties.leader_visit.ends_on", DAY)
    assert figure == Figure("date", date(2026, 12, 31))


def test_all_faults_of_all_files_are_listed_at_once(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        ("scheme.yaml", "format: 1", "format: 2"),
        ("exit.yaml", "retention:", "retain:"),
        ("goals.yaml", "measure: growth", "measure: guess"),
        ("notes.yaml", "", "a: 1\n"),
    )
    found = {(fault.code, fault.where.split(" ")[0]) for fault in faults_of(folder)}
    assert {
        ("SCH-04", "scheme.yaml"),
        ("SCH-04", "exit.yaml"),
        ("SCH-04", "goals.yaml"),
        ("SCH-05", "notes.yaml"),
    } <= found


def test_a_fault_of_form_is_told_in_both_languages(tmp_path: Path) -> None:
    (fault,) = faults_of(edited(tmp_path, ("exit.yaml", "retention:", "retain:")))
    assert fault.where == "exit.yaml rules.0.retain"
    assert fault.message.zh == "没有这个键；写的是 '2年'。"
    assert fault.message.en == "Extra inputs are not permitted; given '2年'."


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where"),
    [
        ("exit.yaml", "2年", "三年半", None, ""),
        ("targeting.yaml", "20万元", "20.0000001万元", "SCH-08", "targeting.village_income_line"),
        ("goals.yaml", "threshold: 6%", "threshold: 1.5", "SCH-04", "goals.yaml"),
        ("funding.yaml", "2027-01-01: null", "2027-01-01: 5", "SCH-09", "funding.standard_per_town"),
        ("funding.yaml", "{value: standard_per_town}", "{value: nothing}", "SCH-07",
         "funding.town_fund.unit_amount"),
        ("funding.yaml", "{value: standard_per_town}", "{value: town_fund.unit_amount}", "SCH-07",
         "funding.town_fund.unit_amount"),
        ("funding.yaml", "[standard_per_town,", "[nothing,", "SCH-07", "funding.pool_per_year"),
        ("funding.yaml", "[standard_per_town,", "[pool_per_year,", "SCH-07", "funding.pool_per_year"),
        ("funding.yaml", "derived:", "value: 1799万元\n    derived:", "SCH-10",
         "funding.pool_per_year"),
        ("funding.yaml", "{product: [", "{sum: [", "SCH-12", "funding.pool_per_year"),
        ("goals.yaml", "id: income_growth_2026", "id: village_income_2026", "SCH-06",
         "goals.village_income_2026.threshold"),
    ],
)  # fmt: skip
def test_a_wrong_figure_is_refused_with_its_path(
    tmp_path: Path, file: str, old: str, new: str, code: str | None, where: str
) -> None:
    folder = edited(tmp_path, (file, old, new))
    if code is None:
        # Words are a figure of kind text; that a length is needed is for the check to say.
        assert load_scheme(folder).figures["exit.goals_met.retention"].kind == "text"
        return
    assert (code, where) in {(f.code, f.where.split(" ")[0]) for f in faults_of(folder)}


def test_references_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        (
            "staffing.yaml",
            "members_at_least: 3",
            "members_at_least: {value: work_team.members_at_most}",
        ),
        (
            "staffing.yaml",
            "members_at_most: 5",
            "members_at_most: {value: work_team.members_at_least}",
        ),
        ("staffing.yaml", "printed: {at_least: 1支,", "printed: {at_least: 1支} # "),
    )
    assert {fault.code for fault in faults_of(folder)} == {"SCH-07"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("members", "staffing.work_team.printed.members"),
        ("value", "staffing.work_team.printed.value"),
        ("at_most", None),
    ],
)
def test_printed_words_are_given_for_figures_that_stand_in_the_entry(
    tmp_path: Path, name: str, path: str | None
) -> None:
    folder = edited(tmp_path, ("staffing.yaml", "{at_least: 1支,", f"{{{name}: 1支,"))
    if path is None:
        # A figure that is left empty may be named: the words say what it would be read from.
        assert load_scheme(folder).figures["staffing.work_team.at_most"].kind is None
    else:
        assert [(fault.code, fault.where) for fault in faults_of(folder)] == [("SCH-14", path)]


def test_what_words_are_said_to_say_must_be_a_figure(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("staffing.yaml", "says: 3}", "says: true}"))
    (fault,) = faults_of(folder)
    assert fault.code == "SCH-08"
    assert fault.where == "staffing.work_team.members_at_least.printed"


def test_a_derived_figure_may_rest_on_a_later_derived_one(tmp_path: Path) -> None:
    more = (
        "  - id: pool_of_three_years\n"
        "    label: {zh: 三年总量, en: Pool of three years}\n"
        "    derived: {product: [years, pool_per_year]}\n"
        "    clauses: [EX-06]\n"
        "  - id: years\n"
        "    label: {zh: 年数, en: Years}\n"
        "    value: 3\n"
        "    clauses: [EX-06]\n"
    )
    folder = edited(tmp_path, ("funding.yaml", "values:\n", f"values:\n{more}"))
    figure = load_scheme(folder).figure("funding.pool_of_three_years", DAY)
    assert figure == Figure("money", 5_400_000_000)


def test_a_derived_figure_that_agrees_with_the_one_written_is_taken(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("funding.yaml", "derived:", "value: 1800万元\n    derived:"))
    # From 2027 on the part is null, and so is the whole: the figure written holds to then only.
    assert [fault.code for fault in faults_of(folder)] == ["SCH-10"]
    folder = edited(
        tmp_path / "dated",
        ("funding.yaml", "derived:",
         "values: {2024-01-01: 1800万元, 2027-01-01: null}\n    derived:"),
    )  # fmt: skip
    assert load_scheme(folder).figure("funding.pool_per_year", DAY) == Figure(
        "money", 1_800_000_000
    )


def test_a_reading_given_twice_is_refused(tmp_path: Path) -> None:
    text = (INVENTED / "readings.yaml").read_text(encoding="utf-8").removeprefix("readings:\n")
    folder = edited(tmp_path, ("readings.yaml", "", text))
    assert [(fault.code, fault.where) for fault in faults_of(folder)] == [
        ("SCH-11", "readings.A901")
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = edited(tmp_path)
    (folder / "clauses.yaml").unlink()
    assert [(fault.code, fault.where) for fault in faults_of(folder)] == [
        ("SCH-03", "clauses.yaml")
    ]


def test_step_files_may_be_left_out(tmp_path: Path) -> None:
    folder = edited(tmp_path)
    for step in ("pairing", "staffing", "duties", "registers", "evaluation"):
        (folder / f"{step}.yaml").unlink()
    assert load_scheme(folder).duties.duties == ()


def test_the_catalogue_names_each_element_once() -> None:
    catalogue = load_catalogue()
    names = [element.name for element in catalogue.values()]
    assert len(names) == len(set(names))
    assert catalogue["collective_operating_income_fen"].unit == "fen"
