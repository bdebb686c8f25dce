"""Schemes are named by id or by path; the search path comes first."""

from pathlib import Path

import pytest

from bangfu.schemes.find import SHARED_FOLDER, find_scheme, scheme_folders
from bangfu.vocabulary.errors import SchemeFault

INVENTED = Path(__file__).parent / "invented"


def folder_with(place: Path, *names: str) -> Path:
    for name in names:
        (place / name).mkdir(parents=True)
        (place / name / "scheme.yaml").write_text("", encoding="utf-8")
    return place


def test_the_search_path_comes_before_the_built_in_ones(tmp_path: Path) -> None:
    place = folder_with(tmp_path, "gd-2021", "own-2024")
    folders = scheme_folders({"BANGFU_SCHEMES": f"{place}:{tmp_path / 'missing'}"})
    assert folders["gd-2021"] == place / "gd-2021"
    assert folders["own-2024"] == place / "own-2024"


def test_the_first_folder_of_the_search_path_wins(tmp_path: Path) -> None:
    first = folder_with(tmp_path / "first", "own-2024")
    second = folder_with(tmp_path / "second", "own-2024")
    found = find_scheme("own-2024", {"BANGFU_SCHEMES": f"{first}:{second}"})
    assert found == first / "own-2024"


def test_a_folder_without_scheme_yaml_is_no_scheme(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    assert "notes" not in scheme_folders({"BANGFU_SCHEMES": str(tmp_path)})


def test_the_folders_of_the_package_itself_are_no_schemes() -> None:
    assert not {"format", "expression", "source", "checks"} & set(scheme_folders({}))


def test_a_scheme_is_found_by_path() -> None:
    assert find_scheme(str(INVENTED), {}) == INVENTED


def test_a_built_in_scheme_is_found_by_id() -> None:
    assert find_scheme("gd-2021", {}) == SHARED_FOLDER / "gd-2021"


def test_an_unknown_name_lists_what_there_is(tmp_path: Path) -> None:
    place = folder_with(tmp_path, "own-2024")
    with pytest.raises(SchemeFault, match="own-2024") as refusal:
        find_scheme("own-2042", {"BANGFU_SCHEMES": str(place)})
    assert refusal.value.faults[0].code == "SCH-01"
