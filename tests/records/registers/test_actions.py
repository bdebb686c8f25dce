import pytest
from django.db import DatabaseError, transaction
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import PRESENCE, a_register, a_row

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.registers.actions import (
    NewRow,
    add_row,
    answer_presence,
    change_row,
    remove_row,
    restore_row,
)
from bangfu.records.registers.models import RegisterRow, RegisterRowChange

pytestmark = pytest.mark.django_db


def test_a_row_is_read_and_kept_with_its_history():
    tree = a_tree()
    row = a_row(a_register(), tree["甲一村"], project="桥", amount="32.5")
    assert (row.values, row.complete) == ({"project": "桥", "amount": 32_500_000}, True)
    changed = change_row(row.pk, {"amount": "40"}, seen_version=1, actor=System())
    history = list(row.changes.order_by("version").values_list("version", "values__amount"))
    assert history == [(1, 32_500_000), (2, 40_000_000)]
    assert changed.values["project"] == "桥"


def test_history_is_append_only():
    row = a_row(a_register(), a_tree()["甲一村"])
    for change in (
        lambda: RegisterRowChange.objects.filter(row=row).update(reason="x"),
        lambda: RegisterRowChange.objects.filter(row=row).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert row.changes.count() == 1


def test_an_incomplete_row_is_saved_and_marked():
    row = a_row(a_register(), a_tree()["甲一村"], project="桥")
    assert not row.complete


def test_all_faults_stop_a_row_at_once():
    tree, register = a_tree(), a_register()
    new = NewRow(register, tree["甲一镇"], "2026Q1", {"amount": "x", "jobs": "y", "nothing": "1"})
    with pytest.raises(Refused) as refused:
        add_row(new, actor=System())
    assert [fault.code for fault in refused.value.faults] == [
        "REG-01",
        "REG-01",
        "REG-10",
        "REG-12",
        "REG-13",
    ]
    assert RegisterRow.objects.count() == 0


def test_the_same_row_twice_needs_a_word():
    tree, register = a_tree(), a_register()
    a_row(register, tree["甲一村"])
    with pytest.raises(Refused, match="REG-20"):
        a_row(register, tree["甲一村"])
    new = NewRow(register, tree["甲一村"], "2026", {"project": "示例项目", "amount": "32.5"})
    second = add_row(new, actor=System(), again=True)
    assert second.row_key.endswith("#2")


def test_a_second_editor_sees_the_difference_field_by_field():
    row = a_row(a_register(), a_tree()["甲一村"], project="桥", amount="1")
    change_row(row.pk, {"amount": "2"}, seen_version=1, actor=System())
    with pytest.raises(Stale) as stale:
        change_row(row.pk, {"amount": "3"}, seen_version=1, actor=System())
    assert stale.value.difference == {"投资额": ("3", "2")}


def test_a_removed_row_stays_and_can_come_back():
    row = a_row(a_register(), a_tree()["甲一村"])
    with pytest.raises(Refused, match="REG-21"):
        remove_row(row.pk, " ", seen_version=1, actor=System())
    removed = remove_row(row.pk, "重复登记", seen_version=1, actor=System())
    assert (removed.is_removed, removed.removed_reason) == (True, "重复登记")
    back = restore_row(row.pk, seen_version=2, actor=System())
    assert (back.is_removed, row.changes.count()) == (False, 3)


def test_presence_is_one_tap_and_a_second_tap_changes_it():
    tree, register = a_tree(), a_register(PRESENCE)
    first = answer_presence(register, tree["甲一村"], "2026Q4", "是", actor=System())
    second = answer_presence(register, tree["甲一村"], "2026Q4", "否", actor=System())
    assert (first.pk, {"has": False}) == (second.pk, second.values)
    assert (first.counts, second.counts) == (True, False)
    with pytest.raises(Refused, match="REG-22"):
        answer_presence(a_register(), tree["甲一村"], "2026", "是", actor=System())


def test_a_closed_register_is_only_read():
    tree = a_tree()
    row = a_row(a_register(), tree["甲一村"])
    a_register(PRESENCE)
    with pytest.raises(Refused, match="REG-23"):
        change_row(row.pk, {"amount": "2"}, seen_version=1, actor=System())


@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [
        ("village_clerk", "甲一村", True),
        ("grid_worker", "甲一村", True),
        ("township_office", "甲一镇", True),
        ("township_office", "甲二镇", False),
        ("leader", "甲县", False),
        ("auditor", "甲县", False),
        ("system_administrator", "甲县", False),
    ],
)
def test_who_may_enter_a_row(role, scope, may):
    tree, register = a_tree(), a_register()
    actor = an_account("someone", role, tree[scope])
    new = NewRow(register, tree["甲一村"], "2026", {"project": "桥", "amount": "1"})
    if may:
        assert add_row(new, actor=actor).entered_by_id == actor.pk
    else:
        with pytest.raises(NotAllowed):
            add_row(new, actor=actor)


def test_the_log_names_fields_and_never_what_they_say():
    a_row(a_register(), a_tree()["甲一村"], project="不该出现", amount="1")
    entry = AuditEntry.objects.get(act="registers.add")
    assert entry.data["after"]["fields"] == ["amount", "project"]
    assert "不该出现" not in str(entry.data)
