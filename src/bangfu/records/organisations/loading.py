"""Entering whole tables of units and pairs (批量登记单位、结对): once, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from bangfu.programme.tables.complete import with_declared_columns
from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed
from bangfu.records.organisations.models import HelperLink, Organisation, OrganisationName
from bangfu.records.places.loading import LoadResult, rows_digest
from bangfu.records.places.models import Place
from bangfu.records.places.naming import search_words
from bangfu.records.places.tree import tree_on
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = ["Standing", "load_helper_links", "load_organisations"]

_LISTED = 200
_KINDS = {value: value for value in Organisation.Kind.values} | {
    label: value for value, label in Organisation.Kind.choices
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a table is to be read: the system of its codes, and the day it speaks of."""

    code_system: str
    on: date


@action("organisations.load")
def load_organisations(frame: pl.DataFrame, standing: Standing, *, actor: Any) -> LoadResult:
    """Enter a table of units (``unit_code, name, kind, place_code``)."""
    table = with_declared_columns("units", frame)
    faults: list[Fault] = []
    places = _places(standing)
    tops = _topmost()
    own = {places[c] for c in table["place_code"] if c in places}
    _allowed(actor, own | ({tops} if tops and table["place_code"].null_count() else set()))
    held = {unit.code: unit for unit in Organisation.objects.all()}
    fresh: list[Organisation] = []
    changed = same = 0
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        code, name = _text(row["unit_code"]), _text(row["name"])[:120]
        place_id = places.get(_text(row["place_code"])) if row["place_code"] else tops
        if not code or not name:
            faults.append(
                _fault("LOD-02", number, "单位代码和名称都要填。", "Code and name are needed.")
            )
        elif place_id is None:
            faults.append(
                _fault("LOD-05", number, "所在地方不在现有名录中。", "The place is not held here.")
            )
        elif code in held:
            same += held[code].name == name
            changed += held[code].name != name
        else:
            kind = _KINDS.get(_text(row["kind"]), Organisation.Kind.OTHER.value)
            unit = Organisation(
                code=code, name=name, place_id=place_id, kind=kind, starts_on=standing.on,
                search_text=search_words([name]),
            )  # fmt: skip
            held[code] = unit
            fresh.append(unit)
    _raise(faults)
    Organisation.objects.bulk_create(fresh, batch_size=2000)
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation=unit, name=unit.name, starts_on=unit.starts_on)
        for unit in fresh
    )
    return _told(len(fresh), changed, same, [[u.code, u.name, u.place_id] for u in fresh])


@action("pairs.load")
def load_helper_links(
    frame: pl.DataFrame, standing: Standing, *, actor: Any, scheme: str = ""
) -> tuple[LoadResult, set[int]]:
    """Enter a table of pairs (``place_code, helper, kind, starts_on, ends_on``).

    The units whose pairs moved come with the result, so that the grants of their accounts can
    follow (`accounts.pairs.load_pairs` does both).
    """
    table = with_declared_columns("pairings", frame)
    places = _places(standing)
    _allowed(actor, {places[c] for c in table["place_code"] if c in places})
    units = {unit.code: unit.pk for unit in Organisation.objects.all()}
    held = {
        (link.place_id, link.organisation_id, link.layer, link.starts_on)
        for link in HelperLink.objects.filter(scheme=scheme)
    }
    faults: list[Fault] = []
    fresh: list[HelperLink] = []
    same = 0
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        link = _link(row, number, places, units, faults)
        if link is None:
            continue
        link.scheme, link.starts_on = scheme, link.starts_on or standing.on
        key = (link.place_id, link.organisation_id, link.layer, link.starts_on)
        if key in held:
            same += 1
        else:
            held.add(key)
            fresh.append(link)
    _raise(faults)
    HelperLink.objects.bulk_create(fresh, batch_size=2000)
    rows = [[e.place_id, e.organisation_id, e.layer, e.starts_on.isoformat()] for e in fresh]
    return _told(len(fresh), 0, same, rows), {link.organisation_id for link in fresh}


def _link(
    row: Mapping[str, Any],
    number: int,
    places: Mapping[str, int],
    units: Mapping[str, int],
    faults: list[Fault],
) -> HelperLink | None:
    place_id = places.get(_text(row["place_code"]))
    unit_id = units.get(_text(row["helper"]))
    starts_on, ends_on = row["starts_on"], row["ends_on"] or FOREVER
    if place_id is None:
        faults.append(
            _fault("LOD-05", number, "地方不在现有名录中。", "The place is not held here.")
        )
    if unit_id is None:
        faults.append(
            _fault(
                "LOD-09",
                number,
                "没有这个单位代码，请先登记单位。",
                "No such unit; enter units first.",
            )
        )
    if starts_on is not None and starts_on >= ends_on:
        faults.append(_fault("LOD-07", number, "止日应晚于起日。", "It ends before it begins."))
    if place_id is None or unit_id is None or (starts_on and starts_on >= ends_on):
        return None
    return HelperLink(
        place_id=place_id,
        organisation_id=unit_id,
        layer=_text(row["kind"])[:40],
        starts_on=starts_on,
        ends_on=ends_on,
        known_from=clock.now(),
    )


def _places(standing: Standing) -> dict[str, int]:
    """The places of the day by code, of the one system the table is in."""
    return {
        row.code: row.place_id
        for row in tree_on(standing.on)
        if row.code_system == standing.code_system
    }


def _topmost() -> int | None:
    """Where a unit without a place of its own belongs."""
    tops = list(Place.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True))
    return tops[0] if len(tops) == 1 else None


def _allowed(actor: Any, place_ids: set[int]) -> None:
    if actor.pk is None and not getattr(actor, "is_anonymous", False):
        return
    require(actor, "organisations.change")
    rows = Place.objects.open_to(actor, "organisations.change")
    missing = place_ids - set(rows.values_list("pk", flat=True))
    if missing:
        zh = f"表中有 {len(missing)} 个地方不在您可以维护单位的范围内。"
        en = f"{len(missing)} places of the table lie where you may not maintain units."
        raise NotAllowed([Fault("LOD-08", "", Text(zh, en))])


def _told(new: int, changed: int, same: int, rows: list[Any]) -> LoadResult:
    result = LoadResult(new, changed, same, 0, rows_digest(rows))
    note(new=new, changed=changed, same=same, digest=result.digest)
    return result


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise FaultsFound(faults[:_LISTED])


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _fault(code: str, number: int, zh: str, en: str) -> Fault:
    return Fault(code, f"第 {number} 行", Text(zh, en))
