"""The hold on a job while it runs (任务执行): lease, checkpoint, units of work, calling off.

A unit of work and the checkpoint behind it are one transaction, and its first statement renews
the lease under the holder's name. So a unit is whole or absent, a worker that lost its lease
writes nothing more, and whoever takes over goes on behind the last whole unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job

__all__ = ["LEASE", "CalledOff", "JobRun", "LeaseLost", "PutBack"]

#: How long a worker may be silent before another takes over. Longer than clocks of two machines
#: may differ, since each reads its own.
LEASE: Final = timedelta(seconds=60)


class CalledOff(Exception):
    """Somebody called the job off; what is done stays done."""


class LeaseLost(Exception):
    """Another worker holds the job now; nothing more may be written for it."""


class PutBack(Exception):
    """The worker is told to go home; the job waits for another one, at its checkpoint."""


@dataclass
class JobRun:
    """A job in the hands of one worker."""

    job_id: int
    holder: str
    kind: str
    arguments: Mapping[str, Any]
    checkpoint: dict[str, Any] = field(default_factory=dict)
    lease: timedelta = LEASE
    #: Says whether the worker is told to go home.
    is_closing: Callable[[], bool] = lambda: False
    _kept: dict[str, Any] | None = None

    @contextmanager
    def unit(
        self,
        checkpoint: Mapping[str, Any] | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
    ) -> Iterator[None]:
        """One unit of work: what is written inside stands together with ``checkpoint``.

        Raises `CalledOff` before the unit, never inside it. A finished unit gives the job all
        its attempts anew: only a job that gets no further is given up.
        """
        if self.is_closing():
            raise PutBack
        reached = dict(self.checkpoint if checkpoint is None else checkpoint)
        with transaction.atomic():
            self._hold(checkpoint=reached, attempts=1, **_known(done=done, total=total))
            if self._is_called_off():
                raise CalledOff
            self._kept = None
            yield
        self.checkpoint = reached if self._kept is None else self._kept

    def keep(self, checkpoint: Mapping[str, Any]) -> None:
        """Inside a unit: the checkpoint, where it is known only when the work is done."""
        self._hold(checkpoint=dict(checkpoint))
        self._kept = dict(checkpoint)

    def renew(self) -> None:
        """Say that the work goes on, between units; raises `CalledOff` if it should not."""
        self._hold()
        if self._is_called_off():
            raise CalledOff

    def _hold(self, **values: Any) -> None:
        mine = Job.objects.filter(pk=self.job_id, state=Job.State.RUNNING, lease_holder=self.holder)
        if not mine.update(lease_until=clock.now() + self.lease, **values):
            raise LeaseLost

    def _is_called_off(self) -> bool:
        return Job.objects.filter(pk=self.job_id, cancel_requested=True).exists()


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
