"""Panels of the place file (一村一档栏目): each area shows what it holds of a place.

An area adds its panel by a line in `PANELS`; a panel is shown to accounts that hold its right,
and its function must gate its rows itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bangfu.records.access.policies import may
from bangfu.records.accounts.models import RoleAssignment
from bangfu.records.figures.models import Submission
from bangfu.records.ground import clock
from bangfu.records.organisations.models import (
    CollectiveOrganisation,
    HelperLink,
    Organisation,
)
from bangfu.records.places.models import Membership, Place, ReportingLine
from bangfu.records.places.tree import valid_on
from bangfu.web.figures.panel import TEMPLATE as FIGURES_TEMPLATE
from bangfu.web.figures.panel import figures_of_place
from bangfu.web.places.layers import layer_label, layer_labels
from bangfu.web.places.reporting import zone_of
from bangfu.web.places.units import units_of
from bangfu.web.registers.panel import TEMPLATE as REGISTERS_TEMPLATE
from bangfu.web.registers.panel import register_summary

__all__ = ["PANELS", "Panel", "shown_panels"]

_SHOWN = 60

Context = Callable[[HttpRequest, Place], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the place file: its label, the right to see it, its template and what it shows."""

    label: Any
    verb: str
    template: str
    context: Context
    #: The page where what is shown is entered and ended, and the right to do so.
    kept_by: tuple[str, str] | None = None


def shown_panels(request: HttpRequest, place: Place) -> list[dict[str, Any]]:
    """The panels an account may see at a place, each with what its template needs."""
    return [
        {
            "label": panel.label,
            "template": panel.template,
            "data": panel.context(request, place),
            "url": _kept_at(request, place, panel),
        }
        for panel in PANELS
        if may(request.user, panel.verb, place)
    ]


def _kept_at(request: HttpRequest, place: Place, panel: Panel) -> str:
    """The page where the panel's matter is kept, for who may; an abolished place is kept as is."""
    if panel.kept_by is None or place.ended_on <= clock.today():
        return ""
    url_name, verb = panel.kept_by
    return reverse(url_name, args=[place.pk]) if may(request.user, verb, place) else ""


def _today() -> Any:
    return valid_on(clock.today(), starts="starts_on", ends="ends_on")


def _groups(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    rows = Membership.objects.filter(place=place, known_to=None).order_by("-starts_on", "kind")
    return {"memberships": rows[:_SHOWN], "today": clock.today()}


def _helpers(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    rows = HelperLink.objects.visible_to(request.user).filter(place=place)
    links = rows.select_related("organisation").order_by("-ends_on", "-starts_on", "pk")
    labels = layer_labels()
    shown = list(links[:_SHOWN])
    known = units_of(request.user, ended=True).filter(pk__in=[e.organisation_id for e in shown])
    known_ids = set(known.values_list("pk", flat=True))
    return {
        "lines": [(e, layer_label(e, labels), e.organisation_id in known_ids) for e in shown],
        "today": clock.today(),
    }


def _reporting(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    """To whom the place answers, and, at a zone, how many answer to it."""
    rows = ReportingLine.objects.filter(_today(), known_to=None)
    below = Place.objects.visible_to(request.user).values("pk")
    return {
        "zone": zone_of(place),
        "line": rows.filter(place=place).select_related("reports_to").first(),
        "count": rows.filter(reports_to=place, place__in=below).count(),
    }


def _bodies(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    units = Organisation.objects.visible_to(request.user).filter(_today(), place=place)
    bodies = CollectiveOrganisation.objects.visible_to(request.user).filter(_today(), place=place)
    return {"units": units.order_by("name")[:_SHOWN], "collectives": bodies.order_by("name")}


def _accounts(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    """Who answers for the place itself: posts held exactly here."""
    rows = RoleAssignment.objects.visible_to(request.user).filter(_today(), place=place)
    posts = rows.filter(account__is_active=True).select_related("account")
    return {"posts": posts.order_by("role", "pk")[:_SHOWN]}


def _returns(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    rows = Submission.objects.visible_to(request.user).filter(place=place)
    return {"returns": rows.select_related("form").order_by("-period", "form_id")[:12]}


def _figures(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    return {"figures": figures_of_place(request.user, place)}


def _registers(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    return {"registers": register_summary(request.user, place)}


def _children(request: HttpRequest, place: Place) -> Mapping[str, Any]:
    rows = Place.objects.visible_to(request.user).filter(parent=place, ended_on__gt=clock.today())
    return {"children": rows.order_by("code", "pk")[: _SHOWN * 2], "count": rows.count()}


PANELS: tuple[Panel, ...] = (
    Panel(
        _("归类"),
        "places.read",
        "places/panels/groups.html",
        _groups,
        ("place_groups", "places.change"),
    ),
    Panel(
        _("报送关系"),
        "places.read",
        "places/panels/reporting.html",
        _reporting,
        ("place_reporting", "places.change"),
    ),
    Panel(
        _("帮扶单位"),
        "places.read",
        "places/panels/helpers.html",
        _helpers,
        ("place_pairs", "organisations.change"),
    ),
    Panel(
        _("单位和集体经济组织"),
        "organisations.read",
        "places/panels/bodies.html",
        _bodies,
        ("place_collectives", "organisations.change"),
    ),
    Panel(_("责任账号"), "accounts.read", "places/panels/accounts.html", _accounts),
    Panel(_("数据报送"), "figures.read", "places/panels/returns.html", _returns),
    Panel(_("数据"), "figures.read", FIGURES_TEMPLATE, _figures),
    Panel(_("台账"), "registers.read", REGISTERS_TEMPLATE, _registers),
    Panel(_("下级地方"), "places.read", "places/panels/children.html", _children),
)
