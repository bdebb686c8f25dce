"""``bangfu clusters`` from the call to the files and the exit code."""

import csv
import json
import sys
from pathlib import Path

import pytest

from bangfu.cli import main

#: Villages of a row, one hub at the second and one at the last but one.
N = 9


def code(number: int) -> str:
    return f"990101{100 + number // 5:03d}{200 + number:03d}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    head = ["code", "name", "level", "parent_code", "code_system", "x_km", "y_km", "tags"]
    places: list[list[object]] = [
        head,
        ["990101000000", "示例县", "county", "", "nbs", "", "", ""],
        ["990101100000", "甲乡", "township", "990101000000", "nbs", "", "", ""],
        ["990101101000", "乙乡", "township", "990101000000", "nbs", "", "", ""],
    ]
    for n in range(N):
        tags = "hub" if n in (1, N - 2) else ""
        town = f"{code(n)[:9]}000"
        places.append([code(n), f"示例村{n}", "village", town, "nbs", n, 0, tags])
    write(folder / "places.csv", places)
    write(folder / "attributes.csv", [["place_code", "a"], *([code(n), n * n] for n in range(N))])
    pairs = [[code(n), code(n + 1)] for n in range(N - 1)]
    write(folder / "adjacency.csv", [["a_code", "b_code"], *pairs])
    return folder


def write(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def call(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["bangfu", "clusters", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_solve_leaves_table_certificate_and_maps(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, "--cover", 5, "--price-town", 0.1) == 0
    rows = rows_of(out / "clusters.csv")
    assert [row["role"] for row in rows].count("hub") == 2
    assert [row["role"] for row in rows].count("member") == 5
    certificate = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["status"] == "optimal"
    assert certificate["evaluator"]["kept"]
    assert certificate["lower_bound"] <= certificate["objective"] + 1e-9
    assert certificate["parameters"]["count"] == 2
    crossing = {row["cluster_id"] for row in rows if row["cross_town"] == "true"}
    for row in rows:
        expected = "county" if row["cluster_id"] in crossing else "township"
        assert row["management_level"] == expected
        assert row["why"]
    shapes = json.loads((out / "clusters.geojson").read_text(encoding="utf-8"))
    assert len(shapes["features"]) == 7 + 5
    assert (out / "clusters.svg").read_text(encoding="utf-8").startswith("<svg")


def test_an_answer_is_checked_and_an_edited_one_is_found_out(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, "--cover", 5) == 0
    objective = json.loads((out / "certificate.json").read_text())["objective"]
    capsys.readouterr()
    assert call(monkeypatch, data, "--evaluate", out / "clusters.csv") == 0
    assert json.loads(capsys.readouterr().out)["objective"] == pytest.approx(objective)
    rows = rows_of(out / "clusters.csv")
    for row in rows:
        if row["place_code"] == code(0):
            row["hub_code"] = code(N - 2)
    with (out / "edited.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert call(monkeypatch, data, "--evaluate", out / "edited.csv") == 1
    broken = {breach["rule"] for breach in json.loads(capsys.readouterr().out)["breaches"]}
    assert "connected" in broken


def test_what_cannot_be_done_is_explained_and_certified(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, "--min-size", 8, "--max-km", 3) == 1
    certificate = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["status"] == "infeasible"
    assert any("只能连到 4 个" in reason for reason in certificate["reasons"])
    assert "只能连到 4 个" in capsys.readouterr().out
    assert not (out / "clusters.csv").exists()


def test_an_earlier_answer_can_be_frozen(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert call(monkeypatch, data, "--out", first, "--count", 1, "--cover", 3) == 0
    earlier = rows_of(first / "clusters.csv")
    (data / "frozen.csv").write_bytes((first / "clusters.csv").read_bytes())
    assert call(monkeypatch, data, "--out", second, "--count", 2, "--cover", 5) == 0
    later = rows_of(second / "clusters.csv")
    kept = {(row["cluster_id"], row["place_code"]) for row in later if row["frozen"] == "true"}
    assert {(row["cluster_id"], row["place_code"]) for row in earlier} == kept


@pytest.mark.parametrize(
    "words",
    [
        ("--count", 3),
        ("--price-km2", "much"),
        ("--weights", "nothing=2"),
        ("--time-limit", 0),
        ("--min-size", 4, "--max-size", 3),
        ("--price-km2", "1e300"),
        ("--weights", "a=1e200"),
        ("--max-size", 101),
        ("--per-county", "many"),
        ("--per-county", ".."),
        ("--per-county", "990109000000=1..2"),
        ("--per-county", "3..1"),
        ("--min-weak", -1),
        ("--choices-limit", -1),
        ("--choices-limit", "nan"),
    ],
)
def test_a_wrong_call_is_refused_and_leaves_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[object, ...]
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, *words) == 2
    assert not out.exists()


def test_the_certificate_says_what_each_policy_choice_costs(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, "--cover", 4, "--price-town", 0.1) == 0
    certificate = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    choices = {choice["choice"]: choice for choice in certificate["policy_choices"]}
    assert set(choices) == {"within_town", "within_county", "more_members"}
    assert choices["within_county"]["change"] == 0.0
    assert choices["more_members"]["status"] == "infeasible"
    assert choices["more_members"]["reasons"]
    within = choices["within_town"]
    assert within["change_low"] <= within["change"] <= within["change_high"] + 1e-9
    assert "one_more_member" in certificate["prices"]


def test_choices_are_left_out_when_no_time_is_given_to_them(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, "--cover", 4, "--choices-limit", 0) == 0
    certificate = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    statuses = {choice["choice"]: choice["status"] for choice in certificate["policy_choices"]}
    assert statuses["more_members"] == "no_time"


def test_bounds_per_county_are_kept_and_checked_again(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert call(monkeypatch, data, "--out", out, "--count", 1, "--per-county", "1..1") == 0
    capsys.readouterr()
    words = (data, "--evaluate", out / "clusters.csv")
    assert call(monkeypatch, *words) == 0
    capsys.readouterr()
    assert call(monkeypatch, *words, "--per-county", "990101000000=2..") == 1
    breaches = json.loads(capsys.readouterr().out)["breaches"]
    assert [breach["rule"] for breach in breaches] == ["county_count"]
    assert "示例县" in breaches[0]["message"]
    assert call(monkeypatch, data, "--out", tmp_path / "no", "--per-county", "..1") == 1
    told = json.loads((tmp_path / "no" / "certificate.json").read_text(encoding="utf-8"))
    assert "必须建的片区有 2 个" in told["reasons"][0]


def test_without_the_solver_the_command_is_refused_with_what_to_install(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    assert call(monkeypatch, data, "--out", tmp_path / "out") == 2
    assert "bangfu[clusters]" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_table(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        assert call(monkeypatch, data, "--out", tmp_path / name, "--cover", 4, "--seed", 5) == 0
    one, two = ((tmp_path / name / "clusters.csv").read_bytes() for name in ("one", "two"))
    assert one == two
