"""Recurring duties (履职): which periods, which duties are due, and what was done."""

from bangfu.engine.duties.instances import duty_instances
from bangfu.engine.duties.recurrence import (
    DaysAfter,
    DueRule,
    EndOfPeriod,
    Every,
    MonthDay,
    RestDays,
    due_date,
    periods_between,
)
from bangfu.engine.duties.status import DUTY_STATES, duty_status, unmatched_deeds

__all__ = [
    "DUTY_STATES",
    "DaysAfter",
    "DueRule",
    "EndOfPeriod",
    "Every",
    "MonthDay",
    "RestDays",
    "due_date",
    "duty_instances",
    "duty_status",
    "periods_between",
    "unmatched_deeds",
]
