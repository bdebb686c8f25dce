"""What is done to organisations (单位操作): opening, renaming, merging, and the pairs they hold.

A unit's name changes with a date and old papers keep the old one. Grants that follow from pairs
are rewritten by `accounts.pairs`, which calls these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.organisations.models import HelperLink, Organisation, OrganisationName
from bangfu.records.organisations.names import check_name, rewrite_name, write_name
from bangfu.records.places.models import Place
from bangfu.records.places.naming import search_words
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = [
    "NewLink",
    "NewOrganisation",
    "end_link",
    "merge_organisations",
    "open_organisation",
    "rename_organisation",
    "start_link",
]


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What must be known of a unit to enter it."""

    code: str
    name: str
    place: Place
    starts_on: date
    kind: str = Organisation.Kind.OFFICE.value


@dataclass(frozen=True, slots=True)
class NewLink:
    """A pair to be entered: who helps which place, under what, from when to when."""

    place: Place
    organisation: Organisation
    starts_on: date
    ends_on: date = FOREVER
    layer: str = ""
    scheme: str = ""


@action("organisations.open")
def open_organisation(new: NewOrganisation, *, actor: Any) -> Organisation:
    """Enter a unit (登记单位)."""
    require(actor, "organisations.change", new.place)
    name = check_name(new.name)
    code = new.code.strip()
    if not code or Organisation.objects.filter(code=code).exists():
        raise refuse(
            "ORG-01",
            Text(f"单位代码「{code}」为空或已有单位使用。", f"Unit code {code} is empty or taken."),
        )
    if new.kind not in Organisation.Kind.values:
        raise refuse("ORG-02", Text("单位类别不在可选范围。", "The kind of unit is not known."))
    unit = Organisation.objects.create(
        code=code,
        name=name,
        place=new.place,
        kind=new.kind,
        starts_on=new.starts_on,
        search_text=search_words([name]),
    )
    OrganisationName.objects.create(organisation=unit, name=name, starts_on=new.starts_on)
    note(unit, after={"code": code, "name": name}, place_id=new.place.pk)
    return unit


@action("organisations.rename")
def rename_organisation(
    unit: Organisation, name: str, on: date, *, seen_version: int, actor: Any
) -> Organisation:
    """Another name from a day on (更名); the unit, its pairs and accounts stay."""
    require(actor, "organisations.change", unit.place)
    unit.refuse_if_stale(seen_version, {"name": name})
    name = check_name(name)
    if not unit.starts_on <= on < unit.ends_on:
        raise refuse(
            "ORG-03",
            Text(f"「{unit.name}」在 {on} 不存在。", f"{unit.name} does not exist on {on}."),
        )
    before = unit.name
    write_name(unit, name, on)
    rewrite_name(unit, clock.today())
    unit.save_next_version()
    note(unit, before={"name": before}, after={"name": name}, on=on, place_id=unit.place_id)
    return unit


@action("organisations.merge")
def merge_organisations(
    befores: Sequence[Organisation], into: Organisation, on: date, *, actor: Any
) -> list[HelperLink]:
    """Units end and one carries on what was theirs (合并、职能划转): their open pairs too."""
    faults: list[Fault] = []
    for unit in [*befores, into]:
        require(actor, "organisations.change", unit.place)
        if not unit.starts_on <= on < unit.ends_on or (unit.starts_on == on and unit != into):
            faults.append(
                Fault(
                    "ORG-03",
                    unit.name,
                    Text(f"该单位在 {on} 不存在。", f"The unit does not exist on {on}."),
                )
            )
    if not befores or into in befores:
        message = Text("承继单位不能同时是被撤并单位。", "A unit cannot succeed itself.")
        faults.append(Fault("ORG-04", into.name, message))
    if faults:
        raise Refused(faults)
    carried: list[HelperLink] = []
    for unit in befores:
        carried += _carry_links(unit, into, on, actor)
        unit.ends_on, unit.successor = on, into
        unit.save_next_version()
        note(unit, after={"successor": into.pk, "ends_on": on.isoformat()}, place_id=unit.place_id)
    return carried


@action("pairs.start")
def start_link(new: NewLink, *, actor: Any) -> HelperLink:
    """A unit begins to help a place (建立结对)."""
    require(actor, "organisations.change", new.place)
    if not new.starts_on < new.ends_on:
        raise refuse("PAR-01", Text("止日应晚于起日。", "It ends before it begins."))
    same = HelperLink.objects.filter(
        place=new.place,
        organisation=new.organisation,
        layer=new.layer,
        scheme=new.scheme,
        starts_on__lt=new.ends_on,
        ends_on__gt=new.starts_on,
    )
    if same.exists():
        raise refuse(
            "PAR-02",
            Text(
                f"「{new.organisation.name}」与「{new.place.name}」在这段时间已有结对。",
                f"{new.organisation.name} is paired with {new.place.name} in that time already.",
            ),
        )
    try:
        with transaction.atomic():
            link = HelperLink.objects.create(
                place=new.place,
                organisation=new.organisation,
                layer=new.layer,
                scheme=new.scheme,
                starts_on=new.starts_on,
                ends_on=new.ends_on,
                known_from=clock.now(),
            )
    except IntegrityError as error:
        raise refuse(
            "PAR-02", Text("同一天已有这一结对。", "This pair begins that day already.")
        ) from error
    note(link, after={"organisation": new.organisation.pk, "starts_on": new.starts_on.isoformat()})
    return link


@action("pairs.end")
def end_link(link: HelperLink, ends_on: date, *, seen_version: int, actor: Any) -> HelperLink:
    """A unit helps a place no longer (终止结对)."""
    require(actor, "organisations.change", link.place)
    link.refuse_if_stale(seen_version, {"ends_on": ends_on})
    if not link.starts_on < ends_on:
        raise refuse("PAR-01", Text("止日应晚于起日。", "It ends before it begins."))
    before, link.ends_on, link.end_known_from = link.ends_on, ends_on, clock.now()
    link.save_next_version()
    note(link, before={"ends_on": before.isoformat()}, after={"ends_on": ends_on.isoformat()})
    return link


def _carry_links(unit: Organisation, into: Organisation, on: date, actor: Any) -> list[HelperLink]:
    """The pairs that hold on the day or later end there and go on with the successor."""
    carried: list[HelperLink] = []
    for link in HelperLink.objects.filter(organisation=unit, ends_on__gt=on).order_by("pk"):
        ends_on = link.ends_on
        starts_on = max(on, link.starts_on)
        if link.starts_on < on:
            end_link(link, on, seen_version=link.version, actor=actor)
        else:
            # It had not begun: it never holds for the unit that ends.
            link.organisation = into
            link.save_next_version()
            note(link, after={"organisation": into.pk})
            carried.append(link)
            continue
        there = HelperLink.objects.filter(
            organisation=into,
            place=link.place,
            layer=link.layer,
            scheme=link.scheme,
            starts_on__lt=ends_on,
            ends_on__gt=starts_on,
        )
        if there.exists():
            continue
        new = NewLink(link.place, into, starts_on, ends_on, link.layer, link.scheme)
        carried.append(start_link(new, actor=actor))
    return carried
