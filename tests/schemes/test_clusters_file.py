"""``clusters.yaml``: what it may say, and one planted fault at a time."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bangfu.schemes.check import check_scheme
from bangfu.schemes.figures import Figure
from bangfu.schemes.find import find_scheme
from bangfu.schemes.load import load_scheme
from bangfu.vocabulary.errors import SchemeFault

DAY = date(2026, 6, 1)


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the scheme with words replaced: (file, old, new)."""
    copy = folder / "scheme"
    shutil.copytree(find_scheme("zj-2025-clusters"), copy)
    for file, old, new in edits:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text
        (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_the_figures_of_the_document_have_their_paths() -> None:
    scheme = load_scheme("zj-2025-clusters")
    found = {
        path: scheme.figure(f"clusters.{path}", DAY)
        for path in ("clusters_2025.number", "clusters_2027.number",
                     "surrounding_villages_2027.number", "building.shortest", "building.longest",
                     "circle.travel_time", "circle.pass_share", "membership.at_most")
    }  # fmt: skip
    assert found == {
        "clusters_2025.number": Figure("count", 200),
        "clusters_2027.number": Figure("count", 500),
        "surrounding_villages_2027.number": Figure("count", 3000),
        "building.shortest": Figure("duration", (2, "年")),
        "building.longest": Figure("duration", (3, "年")),
        "circle.travel_time": Figure("duration", (20, "分钟")),
        "circle.pass_share": None,
        "membership.at_most": None,
    }


def test_no_interval_is_stated_anywhere() -> None:
    scheme = load_scheme("zj-2025-clusters")
    intervals = {path: scheme.figure(path, DAY) for path in scheme.figures
                 if path.endswith((".every", ".meets_every"))}  # fmt: skip
    assert len(intervals) == 8
    assert set(intervals.values()) == {None}


def test_a_scheme_without_the_file_is_not_about_clusters() -> None:
    assert not load_scheme("gd-2021").clusters.says_something
    assert load_scheme("zj-2025-clusters").clusters.says_something


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where"),
    [
        ("clusters.yaml", "element: collective_operating_income_fen", "element: parcel_point_present",
         "CHK-25", "clusters.growth.element"),
        ("clusters.yaml", "element: parcel_point_present", "element: population",
         "CHK-25", "clusters.parcel_services.element"),
        ("clusters.yaml", "weighted_by: population", "weighted_by: parcel_point_present",
         "CHK-25", "clusters.elderly_and_child_services.weighted_by"),
        ("clusters.yaml", "weighted_by: population", "weighted_by: people",
         "CHK-14", "clusters.elderly_and_child_services"),
        ("clusters.yaml", "threshold: 20%", "threshold: 20",
         "CHK-26", "clusters.growth.threshold"),
        ("clusters.yaml", "shortest: 2年", "shortest: 24个月",
         "CHK-27", "clusters.building.shortest"),
        ("clusters.yaml", "shortest: 2年", "shortest: 4年", "CHK-27", "clusters.building"),
        ("clusters.yaml", "shortest: 2年", "shortest: 2", "CHK-40", "clusters.building.shortest"),
        ("clusters.yaml", "within: year\n    number: 200", "within: year\n    number: 200万元",
         "CHK-40", "clusters.clusters_2025.number"),
        ("readings.yaml", "      level: {zh", "      height: {zh", "CHK-15", "clusters.growth"),
        ("clusters.yaml", "clauses: [ZJ-C-12]", "clauses: [ZJ-C-99]",
         "CHK-01", "clusters.building"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(
    tmp_path: Path, file: str, old: str, new: str, code: str, where: str
) -> None:
    scheme = load_scheme(edited(tmp_path, (file, old, new)))
    assert (code, where) in {(each.code, each.where) for each in check_scheme(scheme)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("crossing: cross_town", "crossing: cross_county"),
        ("level: city", "level: village"),
        ("counts: clusters\n", "counts: houses\n"),
        ('op: ">="', 'op: "<="'),
    ],
)
def test_what_the_format_does_not_know_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(SchemeFault):
        load_scheme(edited(tmp_path, ("clusters.yaml", old, new)))
