"""Dated values (取值): one figure of the policy, its unit, its clause, from when to when."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import model_validator

from bangfu.schemes.format.common import Cited, Model

__all__ = ["Derived", "Value"]


class Derived(Model):
    """How a figure follows from others; it is recomputed and compared when the scheme loads."""

    sum: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    difference: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Derived:
        if sum(bool(way) for way in (self.sum, self.product, self.difference)) != 1:
            raise ValueError("give exactly one of sum, product, difference")
        return self


class Value(Cited):
    """A figure with a name.

    ``value`` holds from the first day of the scheme; ``values`` gives each day on which a new
    figure begins. ``name`` is the Chinese name under which expressions know it. ``per`` says per
    what the figure counts (镇·年), for display. ``dated_by: figures`` marks a yearly series (a
    national mean): it is taken for the year of the figures it is compared with, and is unknown in
    a year that has no entry of its own.
    """

    name: str | None = None
    per: str | None = None
    value: Any = None
    values: dict[date, Any] | None = None
    derived: Derived | None = None
    dated_by: Literal["day", "figures"] = "day"

    @model_validator(mode="after")
    def _value_or_values(self) -> Value:
        if self.values is not None and "value" in self.model_fields_set:
            raise ValueError("give value or values, not both")
        if self.values is None and "value" not in self.model_fields_set and self.derived is None:
            raise ValueError("give a value (null where the document says nothing)")
        return self
