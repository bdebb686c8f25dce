"""The one clock of the records (时钟): tests set it, nothing else reads the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

__all__ = ["now", "set_to", "today"]

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The instant, with its time zone."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The day in the office's time zone."""
    return timezone.localdate(now())


@contextmanager
def set_to(day: date | datetime) -> Iterator[None]:
    """Hold the clock at noon of a day, or at an instant."""
    if not isinstance(day, datetime):
        day = timezone.make_aware(datetime(day.year, day.month, day.day) + timedelta(hours=12))
    token = _fixed.set(day)
    try:
        yield
    finally:
        _fixed.reset(token)
