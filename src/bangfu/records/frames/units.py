"""The tables of units and pairs (帮扶单位、结对关系) as of a day, as known at an instant."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from django.db.models import Q

from bangfu.records.frames.asked import Asked
from bangfu.records.organisations.models import HelperLink, Organisation, OrganisationName
from bangfu.records.places.tree import valid_on
from bangfu.vocabulary.period import FOREVER

__all__ = ["pairings_table", "units_table"]

_UNITS = {
    "unit_code": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "place_code": pl.String,
}
_PAIRINGS = {
    "place_code": pl.String,
    "helper": pl.String,
    "kind": pl.String,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
}


def units_table(asked: Asked, codes: Mapping[int, str]) -> pl.DataFrame:
    """Units that exist on the day, under the name they bore then, by code."""
    names = dict(
        OrganisationName.objects.filter(
            valid_on(asked.on, starts="starts_on", ends="ends_on")
        ).values_list("organisation_id", "name")
    )
    rows = [
        (unit.code, names.get(unit.pk, unit.name), unit.kind, codes.get(unit.place_id))
        for unit in Organisation.objects.filter(
            valid_on(asked.on, starts="starts_on", ends="ends_on")
        ).order_by("code")
    ]
    return pl.DataFrame(rows, schema=_UNITS, orient="row")


def pairings_table(asked: Asked, codes: Mapping[int, str]) -> pl.DataFrame:
    """Pairs of the places of the day, with their days as they were known at the instant."""
    links = HelperLink.objects.select_related("organisation").filter(starts_on__lte=asked.on)
    if asked.known_at is not None:
        links = links.filter(Q(known_from__lte=asked.known_at))
    rows = []
    for link in links:
        if link.place_id not in codes:
            continue
        ends_on = link.ends_on
        end_known = link.end_known_from
        if asked.known_at is not None and end_known is not None and end_known > asked.known_at:
            ends_on = FOREVER
        rows.append(
            (
                codes[link.place_id],
                link.organisation.code,
                link.layer or None,
                link.starts_on,
                None if ends_on == FOREVER else ends_on,
            )
        )
    table = pl.DataFrame(rows, schema=_PAIRINGS, orient="row")
    return table.sort("place_code", "helper", "kind", "starts_on", nulls_last=True)
