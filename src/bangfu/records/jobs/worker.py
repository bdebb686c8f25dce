"""Workers (任务执行进程): they borrow jobs one by one and bring them to an end.

Several may run, in one process or many; the database decides who has what. A worker that dies
leaves its lease to run out, and another goes on from the checkpoint.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F, Q, QuerySet

from bangfu.records.ground import clock
from bangfu.records.jobs.ending import stop
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import kind_of
from bangfu.records.jobs.running import LEASE, CalledOff, JobRun, LeaseLost, PutBack
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["Worker", "start_worker_thread"]

_log = logging.getLogger("bangfu.jobs")

#: Between two looks for work when there was none. [s]
_PAUSE_S: Final = 1.0


@dataclass
class Worker:
    """One pair of hands; what it holds it holds under a name that no other worker bears."""

    name: str
    lease: timedelta = LEASE
    #: Kinds it takes; none named means all.
    kinds: frozenset[str] = field(default_factory=frozenset)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.holder = f"{self.name[:60]}:{uuid.uuid4().hex[:12]}"

    def run(self, stop_event: threading.Event) -> None:
        """Work until told to stop; a job under way is put back behind its last whole unit."""
        self._closing = stop_event
        while not stop_event.is_set():
            close_old_connections()
            try:
                job_id = self.claim()
                if job_id is not None:
                    with self._heartbeat(job_id):
                        self.perform(job_id)
                    continue
            except (OperationalError, InterfaceError) as error:
                # The database is away or busy; it is asked again, the worker stays.
                _log.warning("database not available: %s", type(error).__name__)
                close_old_connections()
            stop_event.wait(_PAUSE_S)

    def work_off(self) -> int:
        """Do all that waits now, one after the other; how many jobs were done."""
        count = 0
        while (job_id := self.claim()) is not None:
            self.perform(job_id)
            count += 1
        return count

    def see_through(self, job_id: int) -> Job:
        """Bring one job to its end, or wait until another worker has; the job as it is then."""
        while True:
            now = clock.now()
            if self._take(job_id, now):
                with self._heartbeat(job_id):
                    self.perform(job_id)
            job = Job.objects.get(pk=job_id)
            if job.state not in Job.OPEN_STATES:
                return job
            time.sleep(_PAUSE_S / 4)

    def claim(self) -> int | None:
        """Take the oldest job that waits or whose holder is silent; None if there is none."""
        while True:
            now = clock.now()
            job_id = self._free(now).order_by("id").values_list("pk", flat=True).first()
            if job_id is None or self._take(job_id, now):
                return job_id

    def _take(self, job_id: int, now: datetime) -> bool:
        """Take a job if it is free.

        The condition stands in the UPDATE itself: of two workers that see the same job one
        changes a row and the other none.
        """
        taken = self._free(now).filter(pk=job_id)
        return bool(
            taken.update(
                state=Job.State.RUNNING,
                lease_holder=self.holder,
                lease_until=now + self.lease,
                attempts=F("attempts") + 1,
            )
        )

    def _free(self, now: datetime) -> QuerySet[Job]:
        free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=now)
        found = Job.objects.filter(free)
        return found.filter(kind__in=self.kinds) if self.kinds else found

    def perform(self, job_id: int) -> None:
        """Bring a claimed job to its end, whatever that is."""
        job = Job.objects.get(pk=job_id)
        try:
            kind = kind_of(job.kind)
        except ValueError:
            self._end(job_id, Job.State.FAILED, (_not_known(job.kind),))
            return
        if job.attempts > kind.attempts:
            self._end(job_id, Job.State.FAILED, (_given_up(kind.attempts),))
            return
        run = JobRun(
            job_id,
            self.holder,
            job.kind,
            job.arguments,
            dict(job.checkpoint),
            self.lease,
            self._closing.is_set,
        )
        try:
            run.renew()
            result = kind.perform(run)
            self._finish(job_id, result)
        except CalledOff:
            self._end(job_id, Job.State.CANCELLED, ())
        except PutBack:
            self._put_back(job_id)
        except LeaseLost:
            _log.warning("job %s: another worker has taken over", job_id)
        except FaultsFound as found:
            self._end(job_id, Job.State.FAILED, found.faults)
        except (OperationalError, InterfaceError) as error:
            # Left to its lease: the database may come back, the attempts are counted.
            _log.warning("job %s: %s", job_id, type(error).__name__)
            if not connection.in_atomic_block:
                close_old_connections()
        except Exception as error:
            _log.error("job %s: %s at %s", job_id, type(error).__name__, _line_of(error))
            self._end(job_id, Job.State.FAILED, (_unexpected(error),))

    def _put_back(self, job_id: int) -> None:
        mine = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, lease_holder=self.holder)
        mine.update(
            state=Job.State.WAITING, lease_holder="", lease_until=None, attempts=F("attempts") - 1
        )

    def _finish(self, job_id: int, result: dict[str, Any]) -> None:
        mine = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, lease_holder=self.holder)
        changed = mine.update(
            state=Job.State.DONE,
            result=result,
            finished_at=clock.now(),
            lease_holder="",
            lease_until=None,
        )
        if not changed:
            raise LeaseLost

    def _end(self, job_id: int, state: str, faults: tuple[Fault, ...]) -> None:
        with transaction.atomic():
            mine = Job.objects.select_for_update().filter(pk=job_id, lease_holder=self.holder)
            job = mine.first()
            if job is not None:
                stop(job, state, faults=faults)

    @contextmanager
    def _heartbeat(self, job_id: int) -> Iterator[None]:
        """Renew the lease from a thread of its own: reading a large file is one long step."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self.lease.total_seconds() / 3):
                try:
                    Job.objects.filter(
                        pk=job_id, state=Job.State.RUNNING, lease_holder=self.holder
                    ).update(lease_until=clock.now() + self.lease)
                except (OperationalError, InterfaceError):
                    close_old_connections()
            connection.close()

        thread = threading.Thread(target=beat, name=f"lease-{job_id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def start_worker_thread(name: str) -> tuple[threading.Thread, threading.Event]:
    """A worker beside the pages, in the same process; set the event to end it."""
    stop_event = threading.Event()

    def work() -> None:
        Worker(name).run(stop_event)
        connection.close()

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread, stop_event


def _line_of(error: BaseException) -> str:
    """Where it happened; the words of an exception may quote what somebody entered."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"


def _not_known(kind: str) -> Fault:
    return Fault(
        "JOB-04",
        "",
        Text(f"没有「{kind}」这类任务。", f"There is no job of the kind {kind}."),
        Text("请联系系统管理员核对版本。", "Ask the administrator to check the version."),
    )


def _given_up(attempts: int) -> Fault:
    return Fault(
        "JOB-02",
        "",
        Text(
            f"任务试了 {attempts} 次都没有进展，已停止；已完成的部分保留。",
            f"The job got no further in {attempts} attempts and was stopped; what is done stays.",
        ),
        Text("请稍后重新提交；仍不成功的，请联系系统管理员。", "Ask again later, or ask for help."),
    )


def _unexpected(error: Exception) -> Fault:
    return Fault(
        "JOB-01",
        "",
        Text(
            f"程序内部出错（{type(error).__name__}），任务已停止；已完成的部分保留。",
            f"An internal error ({type(error).__name__}); the job stopped, what is done stays.",
        ),
        Text("请联系系统管理员查看运行日志。", "Ask the administrator to look into the log."),
    )
