"""What falls due by the calendar (每日例行事项), done once a day by whoever works first.

Changes of places and names entered for a later day, handovers, and the erasing of personal data
whose time is over. Each matter does whatever is due by now, so a day on which nothing ran is made
up for by the next one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from bangfu.records.accounts.handover import complete_due
from bangfu.records.audit.actions import System, action, note
from bangfu.records.ground import clock
from bangfu.records.jobs.actions import ask
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import job
from bangfu.records.jobs.running import JobRun
from bangfu.records.organisations.names import apply_due_names
from bangfu.records.places.today import apply_due_changes
from bangfu.records.vault.actions import erase_expired_contacts
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["DAILY", "MATTERS", "ask_for_today", "start_daily_thread"]

_log = logging.getLogger("bangfu.operations")

DAILY: Final = "operations.daily"
#: Between two looks at the calendar. [s]
_PAUSE_S: Final = 300.0

#: Each gives how many rows it touched.
MATTERS: Final[Mapping[str, Callable[[date], int]]] = {
    "contacts_erased": lambda on: erase_expired_contacts(on=on, actor=System()),
    "places_moved": lambda on: apply_due_changes(on, actor=System()),
    "names_changed": lambda on: apply_due_names(on, actor=System()),
    "handovers_completed": lambda on: complete_due(on=on),
}


@job(DAILY, label=Text("每日例行事项", "daily matters"))
def do_daily(run: JobRun) -> dict[str, Any]:
    """Every matter in a transaction of its own; one that is refused does not hold up the others.

    The day is that of the doing, not of the asking: a job that waited out a weekend must not
    write Friday's names on Monday.
    """
    on = clock.today()
    faults: list[Fault] = []
    for name, matter in MATTERS.items():
        if name in run.checkpoint:
            continue
        try:
            with run.unit(total=len(MATTERS)):
                run.keep({**run.checkpoint, name: matter(on)})
        except FaultsFound as refused:
            faults += refused.faults
    if faults:
        raise FaultsFound(faults)
    with run.unit():
        _note_done(run.checkpoint, on=on, actor=System())
    return dict(run.checkpoint)


@action("operations.daily")
def _note_done(counts: Mapping[str, int], *, on: date, actor: Any) -> None:
    note(on=on.isoformat(), done=dict(counts))


def ask_for_today() -> Job | None:
    """Ask for the matters of this day unless somebody has; None if so."""
    on = clock.today()
    key = f"{DAILY}:{on.isoformat()}"
    if Job.objects.filter(idempotency_key=key).exists():
        return None
    return ask(DAILY, {"on": on.isoformat()}, key=key, actor=System())


def start_daily_thread(stop: threading.Event) -> threading.Thread:
    """Ask beside a worker, at the start and whenever a new day has begun."""
    thread = threading.Thread(target=_keep_asking, args=(stop,), name="bangfu-daily", daemon=True)
    thread.start()
    return thread


def _keep_asking(stop: threading.Event) -> None:
    while True:
        close_old_connections()
        try:
            ask_for_today()
        except (OperationalError, InterfaceError) as error:
            # The database is away or busy; it is asked again at the next look.
            _log.warning("daily matters not asked for: %s", type(error).__name__)
        finally:
            # Idle for minutes: no connection is kept meanwhile.
            connection.close()
        if stop.wait(_PAUSE_S):
            return
