from datetime import date

import pytest
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import PROJECTS, a_register, a_row

from bangfu.records.audit.actions import System
from bangfu.records.ground.refusals import NotAllowed
from bangfu.records.registers.actions import change_row
from bangfu.records.registers.declaring import declare_registers
from bangfu.records.registers.models import RegisterDefinition, RegisterRow, RegisterSchema
from bangfu.schemes.load import load_scheme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("scheme", "registers"),
    [("zj-2025-villages", 28), ("zj-2025-townships", 21), ("tc-2023", 55), ("gd-2021", 33)],
)
def test_every_register_of_a_scheme_is_declared_once(scheme, registers):
    loaded = load_scheme(scheme)
    first = declare_registers(loaded, on=date(2026, 11, 22), actor=System())
    second = declare_registers(loaded, on=date(2026, 11, 22), actor=System())
    assert (registers, 0) == (first.new, second.new)
    assert registers == second.unchanged == RegisterSchema.objects.count()


def test_the_number_asked_for_comes_from_the_scheme():
    declare_registers(load_scheme("tc-2023"), on=date(2026, 11, 22), actor=System())
    asked = dict(RegisterDefinition.objects.values_list("register", "at_least"))
    assert (asked["covenant_councils"], asked["visits"]) == (5, None)


def test_a_changed_schema_keeps_old_rows_readable():
    place = a_tree()["甲一村"]
    row = a_row(a_register(), place, project="桥", amount="1", jobs="3")
    fields = [f for f in PROJECTS["fields"] if f["id"] != "jobs"]
    added = {"id": "remark", "label": {"zh": "备注", "en": "remark"}, "type": "text"}
    register = a_register(fields=[*fields, added])
    assert (register.schema_version, register.schemas.count()) == (2, 2)
    row.refresh_from_db()
    assert (row.schema_version, row.values["jobs"]) == (1, 3)
    changed = change_row(row.pk, {"remark": "好"}, seen_version=1, actor=System())
    assert (
        changed.schema_version,
        changed.values["jobs"],
        changed.values["remark"],
    ) == (2, 3, "好")


def test_a_new_condition_recounts_the_rows():
    tree = a_tree()
    register = a_register()
    a_row(register, tree["甲一村"], project="桥", amount="1", accepted="是")
    a_row(register, tree["甲二村"], project="桥", amount="1")
    a_register(where={"accepted": "true"})
    assert list(RegisterRow.objects.order_by("pk").values_list("counts", flat=True)) == [
        True,
        False,
    ]


def test_a_register_the_scheme_drops_is_closed_not_removed():
    a_register()
    a_register({**PROJECTS, "id": "another"})
    assert dict(RegisterDefinition.objects.values_list("register", "is_open")) == {
        "made_up_projects": False,
        "another": True,
    }


def test_only_those_who_set_up_schemes_declare():
    clerk = an_account("clerk", "county_office", a_tree()["甲县"])
    with pytest.raises(NotAllowed):
        declare_registers(load_scheme("gd-2021"), on=date(2026, 1, 1), actor=clerk)
