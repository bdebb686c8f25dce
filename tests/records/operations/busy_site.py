"""A site in another process, which works until it is killed.

python busy_site.py setup N       a county, N handed-in returns, an attachment, a sealed number
python busy_site.py review SEED   approves, returns, re-opens, hands in again; prints "ready"
python busy_site.py backup        backs up again and again; prints "ready"
python busy_site.py backup-once   one backup; prints its path and how far the log was before it
python busy_site.py check         one line of JSON: what does not agree, how much was done
python busy_site.py migrate       brings the schema up to date, as an upgrade does
python busy_site.py write-full F  fills the disk with the file F, tries a write, makes room again
python busy_site.py pages         the status of /health/, of a page, and of an attachment
"""

# ruff: noqa: E402 (it is a program; the records can be imported only after the set-up)
from __future__ import annotations

import json
import os
import random
import sys
from contextlib import suppress
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.web.settings")
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", ".."))

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from tests.records.factories import a_place
from tests.records.figures.returns import DAY, an_office, cells
from tests.records.operations.wholeness import disagreements

from bangfu.records.accounts.models import Account
from bangfu.records.attachments.actions import NewFile, attach, content_of
from bangfu.records.attachments.models import Attachment
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.figures.actions import (
    Decision,
    approve,
    reopen,
    return_to_place,
    review_rows,
    save_values,
    submit,
)
from bangfu.records.figures.models import Submission, SubmissionStep
from bangfu.records.ground import clock
from bangfu.records.operations.backup import back_up
from bangfu.records.operations.verification import verify
from bangfu.records.vault.actions import keep_contact
from bangfu.records.vault.keys import ensure_keys

PDF = b"%PDF-1.4 made up for tests"


def setup(count: int) -> None:
    migrate()
    office = an_office()
    town = office.tree["甲一镇"]
    for number in range(count):
        name = f"示例{number}村"
        office.tree[name] = a_place(name, f"3301111012{number + 10:02d}"[:12], "village", town)
        row = office.open(name)
        save_values(row, cells(), seen_version=row.version, actor=System())
        _hand_in(Submission.objects.get(pk=row.pk), System())
    keep_contact(office.county, "13800001234", kept_until=date(2099, 1, 1), actor=office.county)
    attach(town, town, NewFile("示例.pdf", PDF, "evidence"), actor=office.town)


def migrate() -> None:
    settings.HOME.make()
    ensure_keys(settings.HOME.root)
    call_command("migrate", verbosity=0)


def review(seed: int) -> None:
    chance = random.Random(seed)
    people = {
        level: Account.objects.get(sign_in_name=name)
        for level, name in (("township", "town"), ("county", "county"))
    }
    print("ready", flush=True)
    while True:
        if chance.random() < 0.2:
            _review_sheet(chance, people["township"])
        else:
            _next_step(chance, people)


def _next_step(chance: random.Random, people: dict[str, Account]) -> None:
    row = chance.choice(list(Submission.objects.all()))
    if row.state == Submission.State.APPROVED:
        reopen(row.pk, "示例原因", seen_version=row.version, actor=people["county"])
    elif row.state != Submission.State.SUBMITTED:
        changed = cells(households=str(chance.randint(300, 340)))
        save_values(row, changed, seen_version=row.version, actor=System())
        _hand_in(Submission.objects.get(pk=row.pk), System())
    elif chance.random() < 0.75:
        approve(row.pk, seen_version=row.version, actor=people[row.at_level])
    else:
        return_to_place(row.pk, "示例意见", seen_version=row.version, actor=people[row.at_level])


def _review_sheet(chance: random.Random, actor: Account) -> None:
    rows = list(Submission.objects.filter(state="submitted", at_level="township")[:6])
    decisions = [
        Decision(row.pk, row.version, chance.choice(["approve", "return"]), "示例意见")
        for row in rows
    ]
    if decisions:
        review_rows(decisions, actor=actor)


def _hand_in(row: Submission, actor: object) -> None:
    submit(row.pk, seen_version=row.version, actor=actor)


def backup() -> None:
    print("ready", flush=True)
    while True:
        back_up(settings.HOME.backups, at=clock.now())


def backup_once() -> None:
    before = AuditEntry.objects.count()
    made = back_up(settings.HOME.backups, at=clock.now())
    print(json.dumps([str(made.path), before, made.chain_sequence]))


def check() -> None:
    found = {name: [str(fault) for fault in faults] for name, faults in verify().items()}
    answer = {
        "disagreements": disagreements(),
        "findings": {name: faults for name, faults in found.items() if faults},
        "returns": Submission.objects.count(),
        "steps": SubmissionStep.objects.count(),
        "entries": AuditEntry.objects.count(),
    }
    print(json.dumps(answer, ensure_ascii=False))


def write_full(filler: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(sign_in_name="county"))
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(filler, "wb", buffering=0) as file, suppress(OSError):
        for size in (1 << 16, 1 << 10, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    refused = client.post("/accounts/me/language/", {"language": "en"})
    os.unlink(filler)
    after = client.post("/accounts/me/language/", {"language": "en"})
    is_told = "磁盘已满" in refused.content.decode()
    print(json.dumps([refused.status_code, is_told, after.status_code]))


def pages() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    health = client.get("/health/").status_code
    client.force_login(Account.objects.get(sign_in_name="county"))
    page = client.get("/places/", follow=True).status_code
    is_whole = content_of(Attachment.objects.get()) == PDF
    print(json.dumps([health, page, is_whole]))


COMMANDS = {
    "migrate": migrate,
    "write-full": lambda: write_full(sys.argv[2]),
    "setup": lambda: setup(int(sys.argv[2])),
    "review": lambda: review(int(sys.argv[2])),
    "backup": backup,
    "backup-once": backup_once,
    "check": check,
    "pages": pages,
}

if __name__ == "__main__":
    with clock.set_to(DAY):
        COMMANDS[sys.argv[1]]()
