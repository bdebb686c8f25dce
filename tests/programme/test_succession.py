"""From an ended scheme to the next: what goes over goes with its dates, what stays is named."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bangfu.programme.settled_money import BALANCES, settled_balances
from bangfu.programme.succession import Succession, carry_over
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import FaultsFound

INVENTED = Path(__file__).parents[1] / "schemes" / "invented"
ON = date(2027, 1, 1)
BOTH = {"provincial_town": "city_town", "city_town": "city_town"}


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(INVENTED)


def members() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "place_code": ["01", "02", "03", "04"],
            "class": ["省级帮扶镇", "city_town", "city_town", "city_town"],
            "entered_on": [date(2024, 1, 1)] * 4,
            "exited_on": [None, None, date(2026, 6, 1), date(2027, 6, 1)],
        }
    )


def pairings() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "place_code": ["01", "01", "02", "03", "02"],
            "helper": ["甲", "乙", "丙", "丁", "戊"],
            "kind": ["work_team", "工作队", "enterprise", "work_team", None],
            "starts_on": [date(2025, 3, 1), date(2024, 1, 1), None, None, None],
            "ends_on": [None, date(2027, 1, 1), None, None, None],
            "row": [2, 3, 4, 5, 6],
        }
    )


def carried(
    scheme: Scheme, classes: dict[str, str] | None = None, **tables: pl.DataFrame
) -> Succession:
    given = {"list_members": members(), **{k.replace("__", "/"): t for k, t in tables.items()}}
    return carry_over(scheme, given, scheme, classes=classes or BOTH, on=ON)


def test_places_still_on_the_list_enter_the_new_one_on_the_day(scheme: Scheme) -> None:
    table = carried(scheme).tables["list_members"]
    assert table["place_code"].to_list() == ["01", "02", "04"]
    assert set(table["class"]) == {"city_town"}
    assert set(table["entered_on"]) == {ON}
    assert table["exited_on"].null_count() == 3


def test_a_class_without_a_successor_stays_and_is_counted(scheme: Scheme) -> None:
    result = carried(scheme, {"provincial_town": "city_town"})
    assert result.tables["list_members"]["place_code"].to_list() == ["01"]
    assert [m.left for m in result.matters if "没有指定新类别" in m.reason.zh] == [2]


def test_pairs_in_force_go_over_with_the_day_they_began(scheme: Scheme) -> None:
    result = carried(scheme, pairings=pairings())
    table = result.tables["pairings"]
    assert table.select("helper", "starts_on").rows() == [("甲", date(2025, 3, 1))]
    assert "row" not in table.columns


def test_a_pair_of_a_kind_the_successor_has_not_is_put_before_a_person(scheme: Scheme) -> None:
    result = carried(scheme, pairings=pairings())
    assert result.open["pairings"]["helper"].to_list() == ["丙", "戊"]


def test_no_pair_is_lost_in_the_count(scheme: Scheme) -> None:
    result = carried(scheme, pairings=pairings())
    told = [m for m in result.matters if m.matter.zh == "结对关系"]
    assert sum(m.carried + m.left for m in told) == pairings().height


def test_facts_about_places_go_over_as_they_are(scheme: Scheme) -> None:
    places = pl.DataFrame({"code": ["01"]})
    result = carried(scheme, places=places, persons=places, registers__visits=places)
    assert result.unchanged == ["places"]
    reasons = {m.matter.zh: (m.left, m.reason.zh) for m in result.matters}
    assert reasons["农户和人员"][0] == 1
    assert "另有格式" in reasons["台账 1 种"][1]


def test_money_left_goes_with_its_place(scheme: Scheme) -> None:
    money = pl.DataFrame({"place_code": ["01", "03"], "balance": ["12.5万元", "1元"]})
    result = carried(scheme, registers__fund_balances=money)
    assert result.tables[BALANCES].select("place_code", "balance_fen").rows() == [
        ("01", 12_500_000)
    ]
    told = next(m for m in result.matters if m.matter.zh == "结余资金")
    assert (told.carried, told.left) == (1, 1)
    assert "12.5万元" in told.reason.zh


def test_money_left_is_never_worked_out(scheme: Scheme) -> None:
    result = carried(scheme)
    assert BALANCES not in result.tables
    assert "推算不出" in next(m.reason.zh for m in result.matters if m.matter.zh == "结余资金")


def test_whole_fen_are_taken_as_they_are() -> None:
    table = pl.DataFrame({"place_code": ["01"], "balance_fen": ["105"], "purpose": ["道路"]})
    assert settled_balances(table).rows() == [("01", "道路", None, 105)]


@pytest.mark.parametrize("balance", [None, "12.5", "约三万元"])
def test_a_balance_without_a_unit_is_refused(balance: str | None) -> None:
    table = pl.DataFrame(
        {"place_code": ["01"], "balance": [balance]}, schema_overrides={"balance": pl.String}
    )
    with pytest.raises(FaultsFound, match=r"第 2 行.*SUC-05"):
        settled_balances(table)


def test_balances_without_an_amount_column_are_refused() -> None:
    with pytest.raises(FaultsFound, match="SUC-05"):
        settled_balances(pl.DataFrame({"place_code": ["01"]}))


@pytest.mark.parametrize(
    ("classes", "code"), [({"x": "city_town"}, "SUC-01"), ({"city_town": "x"}, "SUC-02")]
)
def test_a_class_nobody_has_is_refused(scheme: Scheme, classes: dict[str, str], code: str) -> None:
    with pytest.raises(FaultsFound, match=code):
        carried(scheme, classes)


def test_lists_of_places_of_different_levels_are_refused(scheme: Scheme) -> None:
    villages = load_scheme("zj-2025-villages")
    with pytest.raises(FaultsFound, match="SUC-03"):
        carry_over(
            scheme,
            {"list_members": members()},
            villages,
            classes={"city_town": "weak_village"},
            on=ON,
        )


def test_without_a_list_there_is_nothing_to_carry(scheme: Scheme) -> None:
    with pytest.raises(FaultsFound, match="SUC-04"):
        carry_over(scheme, {}, scheme, classes=BOTH, on=ON)


def test_the_final_acceptance_is_left_to_people(scheme: Scheme) -> None:
    assert "总结验收" in [m.matter.zh for m in carried(scheme).matters]
