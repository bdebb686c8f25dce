"""A site of its own in another process, killed while its values change keys.

python rotating_site.py setup N    N sealed numbers and a new key
python rotating_site.py reseal     chunk by chunk; prints a line after each
python rotating_site.py status     one line of JSON: [numbers that open, values under old keys]
"""

# ruff: noqa: E402 (it is a program; the records can be imported only after the set-up)
from __future__ import annotations

import json
import os
import sys
import time
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.web.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import System
from bangfu.records.vault.fields import opened, sealed_in
from bangfu.records.vault.keys import ensure_keys, key_ring
from bangfu.records.vault.models import StaffContact
from bangfu.records.vault.rotation import begin_rotation, reseal_all, values_under


def setup(count: int) -> None:
    settings.HOME.make()
    ensure_keys(settings.HOME.root)
    call_command("migrate", verbosity=0)
    Account.objects.bulk_create(
        Account(sign_in_name=f"made-up-{number}", display_name="示例") for number in range(count)
    )
    contacts = [
        StaffContact(account=account, kept_until=date(2099, 1, 1))
        for account in Account.objects.all()
    ]
    for contact in contacts:
        sealed_in(contact, "phone", f"1380000{contact.account_id:04d}")
    StaffContact.objects.bulk_create(contacts)
    begin_rotation(actor=System())


def reseal() -> None:
    for moved in reseal_all(chunk=7):
        print(moved, flush=True)
        time.sleep(0.002)


def status() -> None:
    right = sum(
        opened(row, "phone") == f"1380000{row.account_id:04d}" for row in StaffContact.objects.all()
    )
    ring = key_ring()
    old = sum(values_under(key) for key in ring.keys if key != ring.current)
    print(json.dumps([right, old]))


if __name__ == "__main__":
    {"setup": lambda: setup(int(sys.argv[2])), "reseal": reseal, "status": status}[sys.argv[1]]()
