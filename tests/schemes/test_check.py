"""What a scheme must hold beyond its form: one planted fault, one fault found."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bangfu.schemes.check import check_scheme, scheme_notices
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme
from bangfu.schemes.overlay import apply_overlay

INVENTED = Path(__file__).parent / "invented"
VALUE = """
  - id: {id}
    label: {{zh: 另一取值, en: Another figure}}
    value: {value}
    clauses: [EX-01]
"""


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the invented scheme with words replaced: (file, old, new)."""
    copy = folder / "scheme"
    shutil.copytree(INVENTED, copy)
    for file, old, new in edits:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def found(folder: Path) -> set[tuple[str, str]]:
    return {(fault.code, fault.where) for fault in check_scheme(load_scheme(folder))}


def test_the_invented_scheme_has_neither_fault_nor_notice() -> None:
    scheme = load_scheme(INVENTED)
    assert (check_scheme(scheme), scheme_notices(scheme)) == ((), ())


@pytest.mark.parametrize("name", sorted(scheme_folders({})))
def test_a_built_in_scheme_has_no_fault(name: str) -> None:
    assert [fault.sentence("en") for fault in check_scheme(load_scheme(name))] == []


@pytest.mark.parametrize("name", sorted(scheme_folders({})))
def test_every_clause_of_a_built_in_scheme_is_carried_by_something(name: str) -> None:
    notices = scheme_notices(load_scheme(name))
    assert [fault.sentence("en") for fault in notices if fault.code == "CHK-51"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where"),
    [
        ("goals.yaml", "clauses: [EX-02]", "clauses: [EX-99]", "CHK-01",
         "goals.village_income_2026"),
        ("targeting.yaml", "      clauses: [EX-01]\n    method", "      clauses: [EX-99]\n    method",
         "CHK-01", "targeting.townships.universe"),
        ("pairing.yaml", "grand_total_clauses: [EX-04]", "grand_total_clauses: [EX-99]", "CHK-01",
         "pairing"),
        ("pairing.yaml", "      clauses: [EX-04]\n      rows", "      clauses: [EX-99]\n      rows",
         "CHK-01", "pairing.provincial_towns.published"),
        ("readings.yaml", "clauses: [EX-01]", "clauses: [EX-98]", "CHK-01", "readings.A901"),
        ("clauses.yaml", "id: EX-08", "id: EX-07", "CHK-02", "clauses.EX-07"),
        ("clauses.yaml", 'sections: ["7"]', 'sections: ["8"]', "CHK-03", "clauses.EX-08"),
        ("clauses.yaml", 'sections: ["7"]', "sections: []", "CHK-03", "clauses.EX-08"),
        ("clauses.yaml", 'section: "7"', 'section: "6"', "CHK-03", "clauses.source.outline"),
        ("staffing.yaml", "[provincial_town, city_town]", "[city]", "CHK-10", "staffing.work_team"),
        ("duties.yaml", "[provincial_town, city_town]", "[city]", "CHK-10", "duties.leader_visit"),
        ("funding.yaml", "[provincial_town, city_town]", "[city]", "CHK-10", "funding.town_fund"),
        ("registers.yaml", "[provincial_town, city_town]", "[city]", "CHK-10",
         "registers.leader_visits"),
        ("pairing.yaml", "target_class: city_town", "target_class: townships", "CHK-10",
         "pairing.city_towns"),
        ("goals.yaml", "measure: growth", "classes: [city]\n    measure: growth", "CHK-10",
         "goals.income_growth_2026"),
        ("goals.yaml", "target_list: townships", "target_list: towns", "CHK-11",
         "goals.village_income_2026"),
        ("exit.yaml", "target_list: townships", "target_list: towns", "CHK-11", "exit.goals_met"),
        ("evaluation.yaml", "target_list: townships", "target_list: towns", "CHK-11", "evaluation"),
        ("targeting.yaml", "tag: 省级", "otherwise: true", "CHK-11", "targeting.townships"),
        ("exit.yaml", "income_growth_2026", "growth", "CHK-12", "exit.goals_met"),
        ("evaluation.yaml", "income_growth_2026", "growth", "CHK-12", "evaluation.goals_share"),
        ("evaluation.yaml", "weight: null", "element: population", "CHK-12",
         "evaluation.goals_share"),
        ("funding.yaml", "payer: province", "payer: county", "CHK-13", "funding.whole_village_move"),
        ("funding.yaml", "{province: 2, city: 1}", "{province: 2, county: 1}", "CHK-13",
         "funding.town_fund.ratio"),
        ("pairing.yaml", "{province_units: 1, city_units: 1}", "{province_units: 1}", "CHK-13",
         "pairing.provincial_towns.rule.ratio"),
        ("funding.yaml", "relocated_scattered_persons", "people", "CHK-14",
         "funding.scattered_move"),
        ("goals.yaml", "collective_operating_income_fen", "income", "CHK-14",
         "goals.village_income_2026"),
        ("targeting.yaml", "reading: A901", "reading: A902", "CHK-15",
         "targeting.townships.screening"),
        ("targeting.yaml", "either: income", "one: income", "CHK-15",
         "targeting.townships.screening"),
        ("readings.yaml", "effect: computed", "effect: note", "CHK-15",
         "targeting.townships.screening"),
        ("exit.yaml", "    clauses:", "    reading: A902\n    clauses:", "CHK-15", "exit.goals_met"),
        ("targeting.yaml", "id: city_town", "id: income_below_line", "CHK-16",
         "targeting.townships"),
        ("targeting.yaml", "values:", "values:" + VALUE.format(id="townships", value=1), "CHK-16",
         "targeting"),
        ("duties.yaml", "    classes: [provincial_town, city_town]\n", "", "CHK-17",
         "duties.leader_visit"),
        ("duties.yaml", "every: half", "about: jurisdiction\n    every: half", "CHK-17",
         "duties.county_appraisal"),
        ("duties.yaml", "every: half", "due: {rule: day_of_year, month: 13}\n    every: half",
         "CHK-17", "duties.county_appraisal"),
        ("staffing.yaml", "kind: term_at_most\n    limit: 2年",
         "kind: rank_at_least\n    limit: 副科级", "CHK-18", "staffing.rotation"),
        ("staffing.yaml", "kind: term_at_most", "layers: [units]\n    kind: term_at_most", "CHK-18",
         "staffing.rotation"),
        ("pairing.yaml", "numbers: {province_units: 2, city_units: 1}, total: 3",
         "numbers: {province_units: 3}, total: 3", "CHK-20",
         "pairing.provincial_towns.published 东市"),
        ("pairing.yaml", "city_units: 1}, total: 3", "city_units: 1}, total: 4", "CHK-21",
         "pairing.provincial_towns.published.990100000000.total"),
        ("pairing.yaml", "totals: {numbers: {county_units: 2}}",
         "totals: {numbers: {county_units: 3}}", "CHK-21",
         "pairing.city_towns.published.totals.county_units"),
        ("pairing.yaml", "grand_total: 6", "grand_total: 7", "CHK-21", "pairing.grand_total"),
        ("pairing.yaml", "rule: {total: 4", "rule: {total: 5", "CHK-21",
         "pairing.provincial_towns.published"),
        ("targeting.yaml", "size: 4", "size: 5", "CHK-21", "pairing.provincial_towns.published"),
        ("pairing.yaml", '"990200000000": 西市', '"990300000000": 南市', "CHK-22",
         "pairing.city_towns.published 990200000000"),
        ("pairing.yaml", 'recipient: "990200000000", numbers: {county_units: 1}',
         'recipient: "990100000000", numbers: {county_units: 1}', "CHK-22",
         "pairing.city_towns.published 东市"),
        ("pairing.yaml", "{id: county_units, label", "{id: city_units, label", "CHK-22",
         "pairing.quotas"),
        ("targeting.yaml", "居民人均可支配收入 < 居民收入门槛", "居民收入 < 居民收入门槛", "CHK-30",
         "targeting.townships.income_below_line.expression"),
        ("targeting.yaml", "居民人均可支配收入 < 居民收入门槛", "居民人均可支配收入 + 居民收入门槛",
         "CHK-31", "targeting.townships.income_below_line.expression"),
        ("targeting.yaml", "include: 类型 in ('镇', '乡')", "include: 类型 in '镇'", "CHK-30",
         "targeting.townships.universe.include"),
        ("targeting.yaml", "        member_level: village\n", "", "CHK-30",
         "targeting.townships.has_weak_village.expression"),
        ("targeting.yaml", "member_include: 类型 == '村委会'", "member_include: 类型 > '村委会'",
         "CHK-30", "targeting.townships.has_weak_village.member_include"),
        ("targeting.yaml", "both: income_below_line and", "both: income and", "CHK-30",
         "targeting.townships.screening.combine.both"),
        ("targeting.yaml", "watch: income_below_line or", "watch: 常住人口 > 1 or", "CHK-30",
         "targeting.townships.screening.watch"),
        ("goals.yaml", "member_include: 类型 == '村委会'", "member_include: 种类 == '村委会'",
         "CHK-30", "goals.village_income_2026.member_include"),
        ("targeting.yaml", "name: 居民收入门槛", "name: 村收入门槛", "SCP-02",
         "targeting.resident_income_line（村收入门槛）"),
        ("exit.yaml", "2年", "两年", "CHK-40", "exit.goals_met.retention"),
        ("goals.yaml", "year: 2026", "year: 2026年底", "CHK-40", "goals.village_income_2026.year"),
        ("funding.yaml", "unit_amount: 8000元", "unit_amount: 8000", "CHK-40",
         "funding.whole_village_move.unit_amount"),
        ("funding.yaml", "unit_amount: 8000元", "unit_amount: -8000元", "CHK-41",
         "funding.whole_village_move.unit_amount"),
        ("funding.yaml", "{2024-01-01: 300万元,", "{2025-01-01: 300万元,", "CHK-42",
         "funding.standard_per_town"),
        ("exit.yaml", "zh: 达标退出", "zh: exit", "CHK-43", "exit.goals_met.label"),
        ("exit.yaml", "en: exit on goals met", "en: 达标退出", "CHK-43", "exit.goals_met.label"),
        ("scheme.yaml", "summary: {zh: 供测试使用的虚构方案", "summary: {zh: test", "CHK-43",
         "scheme.summary"),
        ("targeting.yaml", "    method: criteria", "    allowed_within: {\"9901\": 东市}\n"
         "    method: criteria", "CHK-44", "targeting.townships.allowed_within"),
        ("duties.yaml", "every: half", "jurisdiction_codes: [\"99\"]\n    every: half", "CHK-44",
         "duties.county_appraisal.jurisdiction_codes"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_at_its_place(
    tmp_path: Path, file: str, old: str, new: str, code: str, where: str
) -> None:
    assert (code, where) in found(edited(tmp_path, (file, old, new)))


def test_a_fault_is_told_in_both_languages_with_what_is_accepted(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("exit.yaml", "target_list: townships", "target_list: towns"))
    (fault,) = check_scheme(load_scheme(folder))
    assert fault.sentence("zh") == (
        "exit.goals_met：没有这个名单：「towns」。可用：townships。（CHK-11）"
    )
    assert fault.sentence("en") == (
        "exit.goals_met: there is no list 'towns'. Accepted: townships. (CHK-11)"
    )


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        ("exit.yaml", "target_list: townships", "target_list: towns"),
        ("goals.yaml", "clauses: [EX-02]", "clauses: [EX-99]"),
        ("pairing.yaml", "grand_total: 6", "grand_total: 7"),
    )
    assert {code for code, _ in found(folder)} == {"CHK-01", "CHK-11", "CHK-21"}


def test_the_number_of_a_list_may_differ_from_the_ratio_but_not_from_the_table() -> None:
    # 1:1 of 4 is 2 and 2; the table prints 3 and 1 and wins, so the scheme is sound.
    assert check_scheme(load_scheme(INVENTED)) == ()


def test_subtotals_add_up_by_helper(tmp_path: Path) -> None:
    rows = (
        '        - {recipient: "990100000000", numbers: {county_units: 1}}\n'
        '        - {recipient: "990200000000", numbers: {county_units: 1}}\n'
    )
    helped = rows.replace("{recipient", '{helper: "990100000000", recipient')
    subtotal = '      subtotals:\n        - {helper: "990100000000", numbers: {county_units: 2}}\n'
    sound = edited(tmp_path / "sound", ("pairing.yaml", rows, helped + subtotal))
    assert found(sound) == set()
    wrong = subtotal.replace("county_units: 2", "county_units: 1")
    path = "pairing.city_towns.published"
    assert found(edited(tmp_path / "wrong", ("pairing.yaml", rows, helped + wrong))) == {
        ("CHK-21", f"{path}.990100000000.county_units"),
        ("CHK-21", f"{path}.totals.county_units"),
    }


def test_an_element_chosen_by_a_reading_answers_each_option(tmp_path: Path) -> None:
    old = "    element: disposable_income_per_resident_fen\n"
    new = old + "    reading: A901\n    element_by_reading: {{both: {}, either: {}}}\n"
    known = new.format("farmer_income_per_capita_fen", "disposable_income_per_rural_resident_fen")
    assert found(edited(tmp_path / "sound", ("goals.yaml", old, known))) == set()
    unknown = known.replace("farmer_income_per_capita_fen", "income")
    path = "goals.income_growth_2026"
    assert found(edited(tmp_path / "a", ("goals.yaml", old, unknown))) == {("CHK-14", path)}
    other = known.replace("either:", "neither:")
    assert found(edited(tmp_path / "b", ("goals.yaml", old, other))) == {("CHK-15", path)}


def test_a_base_of_a_share_counts_classes_of_its_line(tmp_path: Path) -> None:
    old = "    payee: {zh: 县级财政, en: the county}\n"
    new = old + (
        "    reading: A901\n"
        "    share_base: {payer: city, options: {both: [city_town], either: [provincial_town]}}\n"
    )
    assert found(edited(tmp_path / "sound", ("funding.yaml", old, new))) == set()
    for wrong, code in ((("payer: city", "payer: county"), "CHK-13"),
                        (("[city_town]", "[county_town]"), "CHK-10"),
                        (("{both:", "{each:"), "CHK-15")):  # fmt: skip
        folder = edited(tmp_path / code, ("funding.yaml", old, new.replace(*wrong)))
        assert found(folder) == {(code, "funding.town_fund")}


def test_codes_of_memberships_and_named_places_are_of_their_system(tmp_path: Path) -> None:
    old = "words:"
    new = (
        "memberships:\n"
        "  - id: border\n"
        "    label: {zh: 边界县, en: Border counties}\n"
        "    clauses: [EX-01]\n"
        "    name: 边界县\n"
        "    level: county\n"
        "    code_system: mca\n"
        '    values: {2024-01-01: {"990101": 甲县, "99010": 乙县}}\n'
        "places:\n"
        "  - {written: 丙镇, level: township, code: '990101001', code_system: nbs}\n"
        "words:"
    )
    assert found(edited(tmp_path, ("scheme.yaml", old, new))) == {
        ("CHK-44", "scheme.border"),
        ("CHK-44", "scheme.places.1"),
    }


def test_a_reading_of_several_schemes_answers_only_for_this_one(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("readings.yaml", "clauses: [EX-01]", "clauses: [EX-01, ZZ-77]"))
    assert found(folder) == set()


def test_a_figure_set_for_a_trial_is_checked_too() -> None:
    trial = apply_overlay(load_scheme(INVENTED), {"pairing.grand_total": "7"})
    assert [fault.where for fault in check_scheme(trial)] == ["pairing.grand_total"]


def test_a_clause_nothing_rests_on_is_told_but_is_no_fault(tmp_path: Path) -> None:
    scheme = load_scheme(edited(tmp_path))
    silent = replace(scheme, exit=scheme.exit.model_copy(update={"rules": ()}))
    notices = [(notice.code, notice.where) for notice in scheme_notices(silent)]
    assert notices == [("CHK-51", "clauses.EX-08")]
    assert check_scheme(silent) == ()


def test_a_computed_reading_nothing_chooses_by_is_told(tmp_path: Path) -> None:
    text = "      reading: A901\n      combine:\n        both: income_below_line and "
    folder = edited(
        tmp_path,
        ("targeting.yaml", text + "has_weak_village\n        either: income_below_line or",
         "      combine:\n        both: income_below_line or"),
    )  # fmt: skip
    notices = [(notice.code, notice.where) for notice in scheme_notices(load_scheme(folder))]
    assert notices == [("CHK-52", "readings.A901")]


def test_a_figure_hidden_in_an_expression_is_told(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("targeting.yaml", "村收入门槛) >= 1", "20_000_000) >= 3"))
    (notice,) = scheme_notices(load_scheme(folder))
    assert (notice.code, notice.where) == (
        "CHK-53",
        "targeting.townships.has_weak_village.expression",
    )
    assert "3, 20000000" in notice.message.en
