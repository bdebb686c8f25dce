"""Kinds of jobs (任务类别): each app says by a decorator which work it can be asked for.

    @job("imports.merge", label=Text("写入数据", "writing figures"))
    def merge(run: JobRun) -> dict[str, Any]:
        ...

A kind nobody declared is refused when it is asked for, not when a worker meets it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bangfu.vocabulary.text import Text

if TYPE_CHECKING:
    from bangfu.records.jobs.models import Job
    from bangfu.records.jobs.running import JobRun

__all__ = ["JobKind", "Perform", "Stopped", "job", "kind_of"]

#: Does the work; what it returns is kept as the job's result.
Perform = Callable[["JobRun"], dict[str, Any]]
#: Called in the transaction that ends a job without success.
Stopped = Callable[["Job"], None]

_kinds: dict[str, JobKind] = {}


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of work: its name in words, how often it is tried without getting further."""

    name: str
    label: Text
    perform: Perform
    attempts: int
    stopped: Stopped | None


def job(
    name: str, *, label: Text, attempts: int = 3, stopped: Stopped | None = None
) -> Callable[[Perform], Perform]:
    """Declare a function as the work of the kind ``name`` (``app.verb``)."""

    def decorate(perform: Perform) -> Perform:
        if name in _kinds and _kinds[name].perform.__qualname__ != perform.__qualname__:
            raise ValueError(f"two functions claim the job {name!r}")
        _kinds[name] = JobKind(name, label, perform, attempts, stopped)
        return perform

    return decorate


def kind_of(name: str) -> JobKind:
    """The declared kind; an undeclared one is refused."""
    if name not in _kinds:
        raise ValueError(f"unknown job {name!r}; known: {', '.join(sorted(_kinds)) or 'none'}")
    return _kinds[name]
