"""``duties.yaml``: what comes back every so often, for whom, about what (履职、规定动作)."""

from __future__ import annotations

from typing import Literal

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Id, Model
from bangfu.schemes.format.values import Value

__all__ = ["Actor", "Due", "DutiesFile", "Duty"]


class Actor(Model):
    """Who acts: a role at a place above the object, at the object itself, or each helper unit."""

    role: Id
    label: Bilingual
    at: Literal["province", "city", "county", "township", "object", "unit"]


class Due(Model):
    """When an instance falls due: at the end of its period, or on a day of its year."""

    rule: Literal["end_of_period", "day_of_year", "not_stated"] = "not_stated"
    month: int | None = None
    day: int | None = None


class Duty(Cited):
    """One recurring duty.

    ``every`` is month, quarter, half, year, once; null where the document gives no interval: the
    duty is then shown as not configured and makes no instances.
    """

    actor: Actor
    #: Classes of listed places that are the objects; empty where ``about`` says otherwise.
    classes: tuple[str, ...] = ()
    #: Listed places; each helper unit; or one per place of a level (``jurisdiction``).
    about: Literal["places", "units", "jurisdiction"] = "places"
    jurisdiction_level: Literal["province", "city", "county", "township"] | None = None
    jurisdiction_codes: tuple[str, ...] = ()
    every: FigureText = None
    at_least: FigureText = 1
    due: Due = Due()
    starts_on: FigureText = None
    ends_on: FigureText = None


class DutiesFile(Model):
    """``duties.yaml``."""

    values: tuple[Value, ...] = ()
    duties: tuple[Duty, ...] = ()
