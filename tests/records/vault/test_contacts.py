"""Contact numbers: sealed, masked, shown for a reason, erased in time."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from tests.records.factories import a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.vault import keys
from bangfu.records.vault.actions import (
    contacts_with_phone,
    erase_contact,
    erase_expired_contacts,
    keep_contact,
    masked_contact,
    unmask_contact,
)
from bangfu.records.vault.fields import blind_index, opened
from bangfu.records.vault.models import StaffContact
from bangfu.records.vault.rotation import (
    begin_rotation,
    broken_values,
    reseal_all,
    retire_key,
    values_under,
)
from bangfu.records.vault.sealing import SealBroken

pytestmark = pytest.mark.django_db
PHONE = "13800001234"
LATER = date(2030, 1, 1)


def kept(account, phone=PHONE):
    return keep_contact(account, phone, kept_until=LATER, actor=System())


@pytest.fixture
def people():
    tree = a_tree()
    return {
        "clerk": an_account("clerk", "village_clerk", tree["甲一村"]),
        "office": an_account("office", "county_office", tree["甲县"]),
        "other": an_account("other", "county_office", tree["乙县"]),
        "admin": an_account("admin", "system_administrator", tree["甲县"]),
    }


def test_the_database_holds_no_number(people):
    row = kept(people["clerk"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM vault_staffcontact")
        held = str(cursor.fetchall())
    assert PHONE not in held
    assert opened(StaffContact.objects.get(pk=row.pk), "phone") == PHONE


def test_plain_text_cannot_be_saved_by_mistake(people):
    row = kept(people["clerk"])
    row.phone = PHONE
    with pytest.raises(ValidationError):
        row.save()


def test_a_value_moved_to_another_row_does_not_open(people):
    first, second = kept(people["clerk"]), kept(people["office"], "13900005678")
    StaffContact.objects.filter(pk=second.pk).update(phone=first.phone)
    second.refresh_from_db()
    with pytest.raises(SealBroken):
        opened(second, "phone")
    assert list(broken_values()) == [("vault.staffcontact.phone", second.pk)]


def test_a_number_is_found_however_it_is_written(people):
    row = kept(people["clerk"])
    found = [
        list(contacts_with_phone(given, actor=people["office"]))
        for given in (PHONE, "138-0000-1234", "１３８ ００００ １２３４")
    ]
    assert found == [[row]] * 3


def test_a_number_is_not_found_from_another_area_nor_by_an_empty_one(people):
    kept(people["clerk"])
    assert list(contacts_with_phone(PHONE, actor=people["other"])) == []
    assert list(contacts_with_phone(" - ", actor=people["office"])) == []


def test_by_default_it_is_masked(people):
    assert masked_contact(kept(people["clerk"])) == "138****1234"


def test_unmasking_logs_who_whose_and_why_in_the_same_transaction(people):
    row = kept(people["clerk"])
    assert unmask_contact(row, reason="核实台风转移情况", actor=people["office"]) == PHONE
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.act, entry.actor_id, entry.record_id, entry.data) == (
        "contacts.unmask",
        people["office"].pk,
        str(row.pk),
        {"reason": "核实台风转移情况"},
    )


def test_a_transaction_that_fails_shows_nothing_and_logs_nothing(people):
    row = kept(people["clerk"])
    before = AuditEntry.objects.count()

    def show_and_fail():
        with transaction.atomic():
            unmask_contact(row, reason="核实台风转移情况", actor=people["office"])
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        show_and_fail()
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("who", ["clerk", "other", "admin"])
def test_who_may_not_unmask(people, who):
    with pytest.raises(NotAllowed):
        unmask_contact(kept(people["clerk"]), reason="核实情况", actor=people[who])


@pytest.mark.parametrize(
    "reason", ["", "  ", "看看", "x" * 201, "核实\x00情况", "电话是13800001234的人"]
)
def test_a_reason_is_needed_and_holds_no_number(people, reason):
    with pytest.raises(Refused):
        unmask_contact(kept(people["clerk"]), reason=reason, actor=people["office"])


@pytest.mark.parametrize("phone", ["", "abc", "138", "1" * 30, "13800001234;drop", "=1+1234567"])
def test_what_is_no_phone_is_refused(people, phone):
    with pytest.raises(Refused):
        kept(people["clerk"], phone)


def test_the_log_never_holds_the_number(people):
    row = kept(people["clerk"])
    erase_contact(row, seen_version=row.version, actor=people["clerk"])
    assert all(PHONE not in str(entry.data) for entry in AuditEntry.objects.all())


def test_erasing_removes_the_content_and_keeps_the_fact(people):
    row = kept(people["clerk"])
    erase_contact(row, seen_version=1, actor=people["clerk"])
    row.refresh_from_db()
    assert (row.phone, row.phone_index, row.erased_at is not None) == ("", "", True)


def test_what_ran_out_is_erased_and_the_rest_stays(people):
    with clock.set_to(date(2026, 1, 1)):
        gone = keep_contact(people["clerk"], PHONE, kept_until=date(2026, 6, 1), actor=System())
    stays = kept(people["office"])
    assert erase_expired_contacts(on=date(2026, 6, 1), actor=System()) == 1
    assert list(StaffContact.objects.filter(erased_at=None)) == [stays]
    assert StaffContact.objects.get(pk=gone.pk).phone == ""


def test_past_its_time_a_number_is_not_shown_even_if_not_yet_erased(people):
    row = kept(people["clerk"])
    with clock.set_to(LATER):
        assert masked_contact(row) == ""
        assert list(contacts_with_phone(PHONE, actor=people["office"])) == []
        with pytest.raises(Refused):
            unmask_contact(row, reason="核实情况", actor=people["office"])


def test_nobody_keeps_numbers_of_others_but_their_administrator(people):
    for who in ("office", "other"):
        with pytest.raises(NotAllowed):
            keep_contact(people["clerk"], PHONE, kept_until=LATER, actor=people[who])
    keep_contact(people["clerk"], PHONE, kept_until=LATER, actor=people["admin"])
    keep_contact(people["clerk"], PHONE, kept_until=LATER, actor=people["clerk"])
    assert StaffContact.objects.count() == 1


def test_a_kept_until_in_the_past_is_refused(people):
    with pytest.raises(Refused):
        keep_contact(
            people["clerk"], PHONE, kept_until=clock.today() - timedelta(days=1), actor=System()
        )


@pytest.fixture
def many():
    tree = a_tree()
    rows = [
        kept(an_account(f"clerk{number}", "village_clerk", tree["甲一村"]), f"1380000{number:04d}")
        for number in range(7)
    ]
    return [row.pk for row in rows]


def numbers(rows):
    return [opened(row, "phone") for row in StaffContact.objects.filter(pk__in=rows).order_by("pk")]


def test_a_rotation_stopped_anywhere_loses_nothing_and_goes_on(many):
    old = keys.key_ring().current
    expected = numbers(many)
    begin_rotation(actor=System())
    chunks = reseal_all(chunk=2)
    next(chunks)
    chunks.close()
    assert (numbers(many), values_under(old)) == (expected, 5)
    with pytest.raises(Refused):
        retire_key(old, actor=System())
    assert sum(reseal_all(chunk=2)) == 5
    retire_key(old, actor=System())
    assert (numbers(many), old in keys.key_ring().keys) == (expected, False)


def test_a_value_written_with_the_old_key_meanwhile_is_found_by_the_next_run(many):
    old_value = StaffContact.objects.get(pk=many[0]).phone
    old = keys.key_ring().current
    begin_rotation(actor=System())
    list(reseal_all())
    StaffContact.objects.filter(pk=many[0]).update(phone=old_value)
    assert values_under(old) == 1
    assert sum(reseal_all()) == 1


def test_a_value_that_does_not_open_stops_neither_the_rest_nor_goes_unseen(many):
    first, second = StaffContact.objects.filter(pk__in=many[:2]).order_by("pk")
    StaffContact.objects.filter(pk=first.pk).update(phone=second.phone)
    old = keys.key_ring().current
    begin_rotation(actor=System())
    assert sum(reseal_all(chunk=3)) == 6
    assert [pk for _, pk in broken_values()] == [first.pk]
    with pytest.raises(Refused):
        retire_key(old, actor=System())


def test_who_may_rotate(many):
    tree_place = StaffContact.objects.first().account.place
    with pytest.raises(NotAllowed):
        begin_rotation(actor=an_account("office2", "village_clerk", tree_place))


def test_blind_indexes_of_two_columns_cannot_be_compared():
    assert blind_index("a", PHONE) != blind_index("b", PHONE)
