"""A site of its own in another process, which may be killed at any moment.

python killed_site.py setup N    a county of villages, N figures handed in for reading
python killed_site.py work       a worker; prints "ready" when it begins
python killed_site.py merge      somebody says that it shall be written
python killed_site.py status     one line of JSON: how far it is, what stands
"""

# ruff: noqa: E402 (it is a program; the records can be imported only after the set-up)
from __future__ import annotations

import json
import os
import sys
import threading
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.web.settings")
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", ".."))

import django

django.setup()

from django.core.management import call_command
from django.db.models import Count

from bangfu.records.accounts.models import Account
from bangfu.records.audit.chain import first_break
from bangfu.records.audit.models import AuditEntry
from bangfu.records.figures.bulk import changes_digest
from bangfu.records.figures.models import Observation, ObservationChange
from bangfu.records.imports.actions import hand_in, merge
from bangfu.records.imports.models import ImportBatch, ImportRow
from bangfu.records.imports.storage import keep_file
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.worker import Worker
from bangfu.records.places.models import Place

#: Short, so that the next worker need not wait a minute for the dead one's job.
LEASE = timedelta(seconds=2)


def setup(figures: int) -> None:
    from django.conf import settings
    from tests.records.factories import a_tree, an_account
    from tests.records.imports.samples import elements, long_table

    settings.HOME.make()
    call_command("migrate", verbosity=0)
    tree = a_tree()
    elements()
    actor = an_account("county", "county_office", tree["甲县"])
    town = tree["甲一镇"]
    villages = [
        Place(level="village", code_system="nbs", code=f"33{i:010d}", name=f"第{i}村", parent=town)
        for i in range(figures // 4)
    ]
    for village in Place.objects.bulk_create(villages):
        village.path = village.reporting_path = f"{town.path}{village.pk}/"
    Place.objects.bulk_update(villages, ["path", "reporting_path"], batch_size=500)
    rows = [
        [village.code, element, period, 300 + index % 7, unit, ""]
        for index, village in enumerate(villages)
        for element, unit in (("户数", "户"), ("村集体经营性收入", "万元"))
        for period in ("2023", "2024")
    ]
    hand_in(keep_file("数据.xlsx", [long_table(*rows)]), actor=actor)


def work() -> None:
    print("ready", flush=True)
    Worker("killed", lease=LEASE).run(threading.Event())


def say_merge() -> None:
    batch = ImportBatch.objects.get()
    actor = Account.objects.get(sign_in_name="county")
    merge(batch, seen_version=batch.version, actor=actor)


def status() -> dict[str, Any]:
    batch, job = ImportBatch.objects.get(), Job.objects.order_by("-id").first()
    assert job is not None
    twice = Observation.objects.values("place", "element", "period", "release")
    changes, digest = changes_digest(batch.pk)
    broken = first_break()
    return {
        "batch": batch.state,
        "job": job.state,
        "checkpoint": job.checkpoint,
        "staged": ImportRow.objects.count(),
        "figures": Observation.objects.count(),
        "changes": ObservationChange.objects.filter(import_batch=batch.pk).count(),
        "doubled": twice.annotate(n=Count("id")).filter(n__gt=1).count(),
        "chain": None if broken is None else broken.sequence,
        "written": batch.written,
        "digest_holds": batch.digest == digest and changes > 0,
        "finished": AuditEntry.objects.filter(act="imports.finish").count(),
    }


if __name__ == "__main__":
    command = sys.argv[1]
    if command == "setup":
        setup(int(sys.argv[2]))
    elif command == "work":
        work()
    elif command == "merge":
        say_merge()
    else:
        print(json.dumps(status()))
