"""A scheme written from a document by the how-to alone: it loads, checks and runs."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bangfu.programme.cases import case_codes, case_tables, read_cases, run_cases
from bangfu.programme.catalogue import reader_catalogue
from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.programme.tables.read import read_folder
from bangfu.schemes.check import check_scheme, scheme_notices
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.schemes.source import check_source, read_source
from bangfu.schemes.source.text import normalise

STRANGER = Path(__file__).parent / "stranger"
FOLDER = STRANGER / "sl-2026"
DOCUMENT = read_source(STRANGER / "document.txt")
HOW_TO = Path(__file__).parents[2] / "docs" / "howto" / "write-a-scheme.md"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(FOLDER)


@pytest.fixture(scope="module")
def result(scheme: Scheme, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run on a county of three villages, whose tables are written as an office would."""
    data = tmp_path_factory.mktemp("county")
    (data / "places.csv").write_text(
        "代码,名称,层级,上级代码,类型,代码体系\n"
        "990100000000,东川市,city,,,nbs\n"
        "990121000000,甲县,county,990100000000,,nbs\n"
        "990121101000,乙镇,township,990121000000,镇,nbs\n"
        "990121101201,子村,village,990121101000,村委会,nbs\n"
        "990121101202,丑村,village,990121101000,村委会,nbs\n"
        "990121101001,寅社区,village,990121101000,居委会,nbs\n",
        encoding="utf-8",
    )
    (data / "indicators.csv").write_text(
        "行政区划代码,指标,期间,数值,计量单位\n"
        "990121101201,村集体经营性收入,2025,5.5,万元\n"
        "990121101201,低收入农户数,2025,20,户\n"
        "990121101201,农户数,2025,300,户\n"
        "990121101202,村集体经营性收入,2025,9,万元\n"
        "990121101202,农户数,2025,300,户\n"
        "990121101001,村集体经营性收入,2025,1,万元\n",
        encoding="utf-8",
    )
    folder = read_folder(data, catalogue=reader_catalogue(scheme.catalogue))
    return run(scheme, folder.tables, date(2026, 12, 31))


def copy_with(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the scheme with words of one file replaced."""
    copy = folder / FOLDER.name
    shutil.copytree(FOLDER, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_the_scheme_fits_together(scheme: Scheme) -> None:
    assert check_scheme(scheme) == ()
    assert len(scheme.clauses) == 25


def test_what_the_scheme_leaves_to_people_is_told_as_a_notice(scheme: Scheme) -> None:
    assert [(notice.code, notice.where) for notice in scheme_notices(scheme)] == [
        ("CHK-51", "clauses.SL-03"),
        ("CHK-51", "clauses.SL-09"),
    ]


def test_every_figure_stands_in_the_document_and_no_other_does(scheme: Scheme) -> None:
    report = check_source(scheme, DOCUMENT)
    assert report.faults(strict=True) == ()
    # The document has no number for the team itself; its words are for a person to compare.
    assert [(notice.code, notice.where) for notice in report.notices()] == [
        ("SRC-30", "staffing.team.at_least")
    ]


@pytest.mark.parametrize(
    ("old", "new", "path", "clauses"),
    [
        ("低于12万元", "低于15万元", "targeting.income_line", ["SL-04"]),
        (
            "每个重点村每年80万元",
            "每个重点村每年90万元",
            "funding.key_support.unit_amount",
            ["SL-02", "SL-17", "SL-18"],
        ),
        ("保留2年", "保留3年", "exit.leave.retention", ["SL-23"]),
        ("西岭市7 3 10", "西岭市8 2 10", "pairing.key_villages.published.990200000000", ["SL-07"]),
    ],
)
def test_one_figure_changed_in_the_document_is_told_with_its_clause(
    scheme: Scheme, old: str, new: str, path: str, clauses: list[str]
) -> None:
    assert old in DOCUMENT
    faults = check_source(scheme, DOCUMENT.replace(old, new, 1)).faults(strict=True)
    told = {fault.where: fault.message.en for fault in faults if fault.code == "SRC-10"}
    assert list(told) == [path]
    assert f"clause {', '.join(clauses)} (sections:" in told[path]


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("12月10日", "11月30日", "§16"),
        ("2028年12月31日", "2029年12月31日", "§25"),
        ("5:3:2", "5:3:1", "§18"),
    ],
)
def test_one_figure_that_the_scheme_does_not_carry_is_told_with_its_section(
    scheme: Scheme, old: str, new: str, section: str
) -> None:
    assert old in DOCUMENT
    faults = check_source(scheme, DOCUMENT.replace(old, new, 1)).faults(strict=True)
    assert section in {fault.where for fault in faults if fault.code == "SRC-20"}


def test_the_sign_of_a_ratio_counts_as_a_colon() -> None:
    assert normalise("按5\u22363\u22362分担") == "按5:3:2分担"


def test_its_cases_hold(scheme: Scheme) -> None:
    failed = {each.name: each.problems for each in run_cases(scheme) if each.problems}
    assert failed == {}


def test_every_option_of_a_computed_reading_has_a_case(scheme: Scheme) -> None:
    set_by_cases = {option for case in read_cases(FOLDER) for option in case.set.items()}
    others = {
        (f"readings.{reading.id}", option)
        for reading in scheme.readings.values()
        if reading.effect == "computed" and set(reading.clauses) & set(scheme.clauses)
        for option in reading.options
        if option != reading.chosen
    }
    assert others == {("readings.A901", "either")}
    assert others <= set_by_cases


def test_a_tiny_folder_is_run_and_a_missing_figure_stays_unknown(result: RunResult) -> None:
    targets = result.tables["targets"]
    found = {row["name"]: row["verdict"] for row in targets.to_dicts()}
    assert found == {"子村": "yes", "丑村": "unknown"}
    classes = targets.filter(name="子村")["class"].to_list()
    assert classes == ["key_village"]


def test_an_interval_that_is_not_stated_makes_no_reminders(result: RunResult) -> None:
    assert "town_review" not in result.tables["duties"]["duty_id"].to_list()
    assert "duties.town_review.every" in {skipped.needs for skipped in result.skipped}


def test_what_the_how_to_shows_of_the_scheme_stands_in_it() -> None:
    shown = re.findall(r"^```yaml\n(.*?)^```", HOW_TO.read_text(encoding="utf-8"), re.M | re.S)
    files = [*FOLDER.rglob("*.yaml")]
    lines = {line.strip() for path in files for line in path.read_text("utf-8").splitlines()}
    strange = [line for part in shown for line in part.splitlines() if line.strip() not in lines]
    assert len(shown) >= 8
    assert strange == []


def test_a_share_of_villages_is_compared_with_a_percentage_and_with_nothing_else(
    tmp_path: Path,
) -> None:
    folder = copy_with(tmp_path, "goals.yaml", "threshold: 80%", "threshold: 80")
    assert [(fault.code, fault.where) for fault in check_scheme(load_scheme(folder))] == [
        ("CHK-40", "goals.income_share_2027.threshold")
    ]


def test_a_share_that_the_document_leaves_open_is_left_to_people(tmp_path: Path) -> None:
    folder = copy_with(tmp_path, "goals.yaml", "threshold: 80%", "threshold: null")
    scheme = load_scheme(folder)
    (case,) = (each for each in read_cases(folder) if each.name.startswith("Four of five"))
    tables = case_tables(scheme, case, case_codes(case.input.places))
    result = run(scheme, tables, case.on)
    rows = result.tables["goals"].filter(goal_id="income_share_2027")
    assert rows["result"].to_list() == ["judgement"]
    assert "goals.income_share_2027.threshold" in {skipped.needs for skipped in result.skipped}
