import pytest
from tests.records.figures.returns import DAY, an_office, cells
from tests.records.returns.test_figures import INCOME

from bangfu.records.audit.actions import System
from bangfu.records.exports.sources import figures_table
from bangfu.records.figures.actions import save_values
from bangfu.records.ground import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def lines(office, **more):
    table = figures_table(office.form, "2025", user=office.county, area="甲县", **more)
    return table, {row.values["place_name"]: row.values for row in table.rows}


def test_every_village_has_a_line_and_unknown_is_not_zero():
    office = an_office()
    save_values(office.open(), cells(), seen_version=1, actor=System())
    table, held = lines(office)
    assert sorted(held) == ["甲一村", "甲三村", "甲二村"]
    assert (held["甲一村"][INCOME], held["甲二村"].get(INCOME)) == (32_500_000, None)
    assert (held["甲一村"]["state"], held["甲二村"]["state"]) == ("填报中", "未填报")
    assert (table.head.is_form, table.is_internal) == (True, True)


def test_only_approved_figures_leave_where_that_is_asked():
    office = an_office()
    save_values(office.open(), cells(), seen_version=1, actor=System())
    table, held = lines(office, only_approved=True)
    assert INCOME not in held["甲一村"]
    assert table.filters == {"period": "2025", "approved": "yes"}


def test_only_places_below_one_leave_where_that_is_asked():
    office = an_office()
    _table, held = lines(office, under=office.tree["甲二镇"])
    assert list(held) == ["甲三村"]
