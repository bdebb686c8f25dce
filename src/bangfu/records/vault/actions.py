"""What is done to contact numbers (联系方式操作): keeping, showing for a reason, erasing."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.vault.fields import blind_index, opened, sealed_in
from bangfu.records.vault.masking import masked_phone
from bangfu.records.vault.models import StaffContact
from bangfu.vocabulary.text import Text

__all__ = [
    "PHONE_INDEX",
    "contacts_with_phone",
    "erase_contact",
    "erase_expired_contacts",
    "keep_contact",
    "masked_contact",
    "unmask_contact",
]

PHONE_INDEX: Final = "vault.staffcontact.phone"
_PHONE: Final = re.compile(r"\+?[0-9][0-9 \-]{4,18}[0-9]")
_REASON_SIGNS: Final = 4


@action("contacts.keep")
def keep_contact(account: Any, phone: str, *, kept_until: date, actor: Any) -> StaffContact:
    """Keep the phone of an account's person until a day (登记联系方式).

    The person may keep their own; for others it takes the right to manage accounts there.
    """
    if actor.pk != account.pk or actor.pk is None:
        require(actor, "accounts.change", account.place)
    phone = phone.strip()
    if not _PHONE.fullmatch(phone):
        raise refuse(
            "CON-01",
            Text("电话只填数字，可用短横线隔开区号。", "A phone number has digits and dashes."),
        )
    if kept_until <= clock.today():
        raise refuse(
            "CON-02", Text("保存期限应晚于今天。", "The day until which it is kept must be ahead.")
        )
    row = StaffContact.objects.filter(account_id=account.pk).first()
    fresh = row is None
    row = row or StaffContact(account=account)
    sealed_in(row, "phone", phone)
    row.phone_index = blind_index(PHONE_INDEX, phone)
    row.kept_until, row.erased_at = kept_until, None
    if fresh:
        row.save()
    else:
        row.save_next_version()
    note(row, after={"kept_until": kept_until}, place_id=account.place_id)
    return row


@action("contacts.unmask")
def unmask_contact(row: StaffContact, *, reason: str, actor: Any) -> str:
    """The whole number, for a written reason; who, whose and why go to the log with it.

    The reason is kept as written: it must not itself hold personal data. After its time a number
    is not shown any more, whether or not it has been erased by then.
    """
    require(actor, "contacts.read", row.account.place)
    if not _is_kept(row):
        raise refuse(
            "CON-05", Text("联系方式已过保存期限。", "The number is past the time it was kept for.")
        )
    reason = reason.strip()
    if not _REASON_SIGNS <= len(reason) <= 200 or not reason.isprintable():
        raise refuse(
            "CON-03",
            Text("请写明查看的事由，4 至 200 字。", "Write the reason, in 4 to 200 characters."),
        )
    if re.search(r"\d{7,}", reason):
        raise refuse(
            "CON-04",
            Text(
                "事由里不要写电话或证件号码，事由会记入操作日志。",
                "Write no number of a person into the reason: it goes to the log.",
            ),
        )
    note(row, reason=reason, place_id=row.account.place_id)
    return opened(row, "phone")


@action("contacts.erase")
def erase_contact(row: StaffContact, *, seen_version: int, actor: Any) -> StaffContact:
    """Remove the content and keep the fact that there was one (清除)."""
    if actor.pk != row.account_id or actor.pk is None:
        require(actor, "accounts.change", row.account.place)
    row.refuse_if_stale(seen_version)
    _empty(row)
    note(row, after={"erased": True}, place_id=row.account.place_id)
    return row


def erase_expired_contacts(*, on: date, actor: Any) -> int:
    """Erase every contact whose time is over; how many."""
    due = StaffContact.objects.filter(kept_until__lte=on, erased_at__isnull=True)
    return _erase(list(due.select_related("account")), actor=actor) if due.exists() else 0


@action("contacts.erase_expired")
def _erase(rows: list[StaffContact], *, actor: Any) -> int:
    require(actor, "system.operate")
    for row in rows:
        _empty(row)
        note(row, after={"erased": True}, place_id=row.account.place_id)
    return len(rows)


def _empty(row: StaffContact) -> None:
    row.phone, row.phone_index, row.erased_at = "", "", clock.now()
    row.save_next_version()


def masked_contact(row: StaffContact) -> str:
    """The number as it is shown by default; empty when erased or past its time."""
    return masked_phone(opened(row, "phone")) if _is_kept(row) else ""


def _is_kept(row: StaffContact) -> bool:
    return row.erased_at is None and clock.today() < row.kept_until


def contacts_with_phone(phone: str, *, actor: Any) -> Any:
    """The contacts in the actor's area that hold exactly this number."""
    rows = StaffContact.objects.open_to(actor, "contacts.read").filter(kept_until__gt=clock.today())
    index = blind_index(PHONE_INDEX, phone)
    return rows.filter(phone_index=index) if index else rows.none()
