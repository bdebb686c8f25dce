"""Finding written names: what is taken, what is offered, what stays open."""

import polars as pl
import pytest

from bangfu.programme.places.code_systems import pair_by_code, refuse_mixed_systems
from bangfu.programme.places.matching import Match, NoMatch, find_place, index_places
from bangfu.programme.places.names import split_written, stem_of
from bangfu.vocabulary.errors import FaultsFound

PLACES = pl.DataFrame(
    [
        ("610200000000", "铜川市", "city", None, None),
        ("610204000000", "耀州区", "county", "610200000000", None),
        ("610202000000", "王益区", "county", "610200000000", None),
        ("610204006000", "坡头街道", "township", "610204000000", None),
        ("610204104000", "照金镇", "township", "610204000000", None),
        ("610202006000", "王益街道", "township", "610202000000", None),
        ("610202101000", "照金乡", "township", "610202000000", None),
        ("610204104204", "高尔原村委会", "village", "610204104000", None),
        ("610204104205", "双溪村委会", "village", "610204104000", "老双溪;双溪口村"),
        ("610204006201", "双溪村委会", "village", "610204006000", None),
        ("610204006001", "双溪社区居委会", "village", "610204006000", None),
        ("610202006202", "义兴村村委会", "village", "610202006000", None),
    ],
    schema=["code", "name", "level", "parent_code", "aliases"],
    orient="row",
).with_columns(code_system=pl.lit("nbs"))


def found(*written: str, **declared: dict[str, list[str]]) -> tuple[str, str]:
    match = find_place(written, PLACES, **declared)
    assert isinstance(match, Match)
    return match.code, match.how


def not_found(*written: str, **declared: dict[str, list[str]]) -> NoMatch:
    outcome = find_place(written, PLACES, **declared)
    assert isinstance(outcome, NoMatch)
    return outcome


def test_a_name_as_it_stands() -> None:
    assert found("耀州区", "照金镇") == ("610204104000", "exact")


@pytest.mark.parametrize(
    "written",
    [
        ("王益区", "王益街道办", "义兴村"),
        ("王益区", "王益街道办事处", "义兴村委会"),
        ("王益", "王益街道", "义兴"),
        ("王益区", "义兴行政村"),
    ],
)
def test_endings_of_one_kind_stand_for_each_other(written: tuple[str, ...]) -> None:
    assert found(*written) == ("610202006202", "suffix")


def test_a_village_is_not_a_neighbourhood() -> None:
    assert found("坡头街道", "双溪村") == ("610204006201", "suffix")
    assert found("坡头街道", "双溪社区") == ("610204006001", "suffix")


def test_names_are_not_keys() -> None:
    outcome = not_found("耀州区", "双溪村")
    assert outcome.is_ambiguous
    assert {code for code, _ in outcome.candidates} == {"610204104205", "610204006201"}
    assert "照金镇双溪村委会" in outcome.note.zh
    assert not_found("照金").is_ambiguous


def test_the_place_above_decides() -> None:
    assert found("王益区", "照金乡") == ("610202101000", "exact")
    outcome = not_found("王益区", "照金镇")
    assert not outcome.is_ambiguous
    assert outcome.candidates == (("610202101000", "照金乡"),)


def test_another_kind_counts_only_where_declared() -> None:
    outcome = not_found("耀州区", "坡头镇")
    assert outcome.candidates[0] == ("610204006000", "坡头街道")
    assert "请在别名中声明" in outcome.note.zh
    assert found("耀州区", "坡头镇", aliases={"坡头镇": ["坡头街道"]}) == (
        "610204006000",
        "kind_change",
    )


def test_a_variant_character_counts_only_where_declared() -> None:
    assert not_found("照金镇", "高尔塬村").candidates == (("610204104204", "高尔原村委会"),)
    expected = ("610204104204", "character_variant")
    assert found("照金镇", "高尔塬村", aliases={"塬": ["原"]}) == expected
    assert found("照金镇", "高尔塬村", aliases={"高尔塬村": ["高尔原村"]}) == expected


def test_a_functional_zone_stands_for_its_counties() -> None:
    zones = {"新区": ["耀州区"]}
    assert not_found("新区", "照金镇").candidates == ()
    assert found("新区", "照金镇", zones=zones) == ("610204104000", "functional_zone")
    match = find_place(["新区", "坡头镇"], PLACES, aliases={"坡头镇": ["坡头街道"]}, zones=zones)
    assert isinstance(match, Match)
    assert match.how == "kind_change"
    assert match.note.zh == "「新区」是功能区，属耀州区；「坡头镇」表中作「坡头街道」"


def test_aliases_of_the_table_and_codes_are_declarations() -> None:
    assert found("照金镇", "老双溪") == ("610204104205", "declared_alias")
    assert found("照金镇", "老湾村", aliases={"老湾村": ["610204104205"]}) == (
        "610204104205",
        "declared_alias",
    )


def test_an_alias_does_not_reach_beyond_the_place_above() -> None:
    assert not not_found("王益区", "坡头镇", aliases={"坡头镇": ["坡头街道"]}).is_ambiguous


def test_an_index_gives_the_same_as_the_table() -> None:
    index = index_places(PLACES)
    for written in (("耀州区", "照金镇"), ("双溪村",), ("坡头镇",)):
        assert find_place(written, index) == find_place(written, PLACES)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("宜君县太安镇刘家河村", ("宜君县", "太安镇", "刘家河村")),
        ("印台区王石凹街道傲背村", ("印台区", "王石凹街道", "傲背村")),
        ("照金镇", ("照金镇",)),
        ("关庄镇道东村", ("关庄镇", "道东村")),
    ],
)
def test_a_name_written_in_one_go_is_split(text: str, parts: tuple[str, ...]) -> None:
    assert split_written(text) == parts


def test_an_ending_is_never_the_whole_name() -> None:
    assert stem_of("新村").bare == "新"
    assert stem_of("镇").bare == "镇"
    assert stem_of("村委会").bare == "村委会"


def test_two_systems_are_refused_even_where_the_digits_agree() -> None:
    other = pl.DataFrame({"code": ["610204001"], "name": ["天宝路街道"], "code_system": ["mca"]})
    same = pl.DataFrame({"code": ["610204001"], "name": ["永安路街道"], "code_system": ["nbs"]})
    with pytest.raises(FaultsFound) as caught:
        pair_by_code(same, other)
    assert caught.value.faults[0].code == "PLA-04"
    assert refuse_mixed_systems({"a": other, "b": other}) == "mca"
    assert pair_by_code(other, other).height == 1
    with pytest.raises(FaultsFound):
        index_places(pl.concat([same, other]))
