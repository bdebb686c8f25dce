"""The log and its chain."""

import pytest
from django.db import DatabaseError, transaction
from tests.records.factories import a_tree

from bangfu.records.audit.actions import System, action, note
from bangfu.records.audit.chain import first_break, sm3_hex
from bangfu.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@action("tests.do")
def do_something(*, actor, fail=False):
    note(before={"state": "a"}, after={"state": "b"})
    if fail:
        raise RuntimeError("half way")


@action("tests.silent")
def do_silently(*, actor):
    return None


@action("tests.outer")
def do_both(*, actor):
    note(step="outer")
    do_something(actor=actor)


def test_sm3_answers_as_the_national_standard_prints_it():
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3_hex(b"abc") == expected


def test_an_action_leaves_one_entry_with_what_changed():
    do_something(actor=System())
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.data) == (
        "tests.do",
        {"before": {"state": "a"}, "after": {"state": "b"}},
    )


def test_a_failed_action_leaves_nothing():
    with pytest.raises(RuntimeError):
        do_something(actor=System(), fail=True)
    assert AuditEntry.objects.count() == 0


def test_a_silent_action_is_refused_and_rolled_back():
    with pytest.raises(RuntimeError, match="noted nothing"):
        do_silently(actor=System())


def test_an_action_inside_another_keeps_its_own_code():
    do_both(actor=System())
    assert list(AuditEntry.objects.order_by("sequence").values_list("act", flat=True)) == [
        "tests.outer",
        "tests.do",
    ]


def test_an_action_without_an_actor_is_refused():
    with pytest.raises(TypeError, match="needs actor"):
        do_something()


def test_the_chain_of_real_actions_fits():
    a_tree()
    assert AuditEntry.objects.count() == 11
    assert first_break() is None


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(verb):
    do_something(actor=System())
    entries = AuditEntry.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entries.update(act="x") if verb == "update" else entries.delete()
