"""Groups of places and functional zones (归类、功能区报送): dated, kept in both times.

A place may be in several groups at once; it answers to one zone at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import NotAllowed, refuse
from bangfu.records.places.choices import Level, MembershipKind
from bangfu.records.places.history import begin_change, read_timelines
from bangfu.records.places.loading import LoadResult, rows_digest
from bangfu.records.places.models import Membership, Place, ReportingLine
from bangfu.records.places.today import rewrite_today
from bangfu.records.places.tree import tree_on
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = [
    "NewMembership",
    "end_reporting",
    "join_group",
    "leave_group",
    "load_memberships",
    "start_reporting",
]

_KINDS = {value: value for value in MembershipKind.values} | {
    label: value for value, label in MembershipKind.choices
}


@dataclass(frozen=True, slots=True)
class NewMembership:
    """A place enters a group between two days, on some paper."""

    place: Place
    kind: str
    group: str
    starts_on: date
    ends_on: date = FOREVER
    source: str = ""


@action("places.join_group")
def join_group(new: NewMembership, *, actor: Any) -> Membership:
    """Enter a place in a group (登记归类); of county types it has one at a time."""
    require(actor, "places.change", new.place)
    at = begin_change()
    group = new.group.strip()
    if new.kind not in MembershipKind.values or not group or len(group) > 80:
        raise refuse(
            "GRP-01",
            Text("请选定归类，并填写不超过 80 字的组别。", "Choose the kind and name the group."),
        )
    if not new.starts_on < new.ends_on:
        raise refuse("GRP-02", Text("止日应晚于起日。", "It ends before it begins."))
    held = Membership.objects.filter(
        place=new.place, kind=new.kind, known_to=None,
        starts_on__lt=new.ends_on, ends_on__gt=new.starts_on,
    )  # fmt: skip
    one_at_a_time = new.kind == MembershipKind.COUNTY_TYPE
    clash = held.first() if one_at_a_time else held.filter(group=group).first()
    if clash is not None:
        zh = f"「{new.place.name}」在这段时间已归入「{clash.group}」。"
        raise refuse("GRP-03", Text(zh, f"{new.place.name} is in {clash.group} in that time."))
    row = Membership.objects.create(
        place=new.place, kind=new.kind, group=group, starts_on=new.starts_on,
        ends_on=new.ends_on, source=new.source.strip(), known_from=at,
    )  # fmt: skip
    note(row, after={"kind": row.kind, "group": group, "starts_on": new.starts_on.isoformat()})
    return row


@action("places.leave_group")
def leave_group(row: Membership, on: date, *, actor: Any) -> Membership | None:
    """A place leaves a group on a day (退出归类); on its first day, the entry was an error."""
    require(actor, "places.change", row.place)
    at = begin_change()
    # The row was read before the lock was taken: whoever came second changes nothing.
    held = Membership.objects.filter(pk=row.pk, known_to=None, ends_on__gt=on)
    if not held.update(known_to=at):
        raise refuse("GRP-04", Text("这条归类已经结束。", "This membership has ended already."))
    note(row, before={"ends_on": row.ends_on.isoformat()}, after={"ends_on": on.isoformat()})
    if on <= row.starts_on:
        return None
    return Membership.objects.create(
        place=row.place, kind=row.kind, group=row.group, starts_on=row.starts_on,
        ends_on=on, source=row.source, known_from=at,
    )  # fmt: skip


@action("places.start_reporting")
def start_reporting(place: Place, zone: Place, on: date, *, actor: Any) -> ReportingLine:
    """A place answers to a functional zone from a day on (划归功能区报送)."""
    require(actor, "places.change", place)
    require(actor, "places.change", zone)
    at = begin_change()
    timelines = read_timelines([place.pk, zone.pk])
    for held, levels, told in (
        (place, (Level.TOWNSHIP, Level.VILLAGE), "乡镇（街道）或村（社区）"),
        (zone, (Level.ZONE,), "功能区"),
    ):
        spans = [span for span in timelines[held.pk] if span.ends_on > on]
        lives = spans and spans[0].starts_on <= on
        if not lives or any(span.facts.level not in levels for span in spans):
            zh = f"「{held.name}」自 {on} 起应是存在的{told}。"
            raise refuse(
                "ZON-01", Text(zh, f"{held.name} must exist from {on} on, at the right level.")
            )
    for line in ReportingLine.objects.filter(place=place, known_to=None, ends_on__gt=on):
        _end_line(line, on, at)
    line = ReportingLine.objects.create(place=place, reports_to=zone, starts_on=on, known_from=at)
    moved = rewrite_today()
    note(line, after={"reports_to": zone.pk, "starts_on": on.isoformat()}, moved=len(moved))
    return line


@action("places.end_reporting")
def end_reporting(line: ReportingLine, on: date, *, actor: Any) -> None:
    """A place answers to its civil parent again from a day on (终止功能区报送)."""
    require(actor, "places.change", line.place)
    require(actor, "places.change", line.reports_to)
    at = begin_change()
    held = ReportingLine.objects.filter(pk=line.pk, known_to=None, ends_on__gt=on)
    if not held.exists():
        raise refuse("ZON-02", Text("这条报送关系已经结束。", "This line has ended already."))
    _end_line(line, on, at)
    moved = rewrite_today()
    note(line, after={"ends_on": on.isoformat()}, moved=len(moved))


def _end_line(line: ReportingLine, on: date, at: Any) -> None:
    ReportingLine.objects.filter(pk=line.pk).update(known_to=at)
    if line.starts_on < on:
        ReportingLine.objects.create(
            place_id=line.place_id, reports_to_id=line.reports_to_id,
            starts_on=line.starts_on, ends_on=on, known_from=at,
        )  # fmt: skip


@action("places.load_memberships")
def load_memberships(
    frame: pl.DataFrame, *, code_system: str, valid_from: date, actor: Any
) -> LoadResult:
    """Enter a table of groups (``place_code, kind, group, starts_on, ends_on, source``)."""
    at = begin_change()
    places = {r.code: r.place_id for r in tree_on(valid_from) if r.code_system == code_system}
    held = set(
        Membership.objects.filter(known_to=None).values_list(
            "place_id", "kind", "group", "starts_on"
        )
    )
    faults: list[Fault] = []
    fresh: list[Membership] = []
    same = 0
    for number, cells in enumerate(frame.iter_rows(named=True), start=2):
        row = _membership(cells, number, places, valid_from, faults)
        if row is None:
            continue
        key = (row.place_id, row.kind, row.group, row.starts_on)
        if key in held:
            same += 1
            continue
        held.add(key)
        row.known_from = at
        fresh.append(row)
    if faults:
        raise FaultsFound(faults[:200])
    _require_everywhere({row.place_id for row in fresh}, actor)
    Membership.objects.bulk_create(fresh, batch_size=2000)
    rows = [[r.place_id, r.kind, r.group, r.starts_on.isoformat()] for r in fresh]
    result = LoadResult(len(fresh), 0, same, 0, rows_digest(rows))
    note(new=result.new, same=same, digest=result.digest)
    return result


def _membership(
    cells: Mapping[str, Any],
    number: int,
    places: Mapping[str, int],
    valid_from: date,
    faults: list[Fault],
) -> Membership | None:
    where = f"第 {number} 行"
    place_id = places.get(str(cells.get("place_code") or "").strip())
    kind = _KINDS.get(str(cells.get("kind") or "").strip())
    group = str(cells.get("group") or "").strip()
    starts_on = cells.get("starts_on") or valid_from
    ends_on = cells.get("ends_on") or FOREVER
    found = len(faults)
    if place_id is None:
        told = Text("地方不在现有名录中。", "The place is not held here.")
        faults.append(Fault("LOD-05", where, told))
    if kind is None or not group or len(group) > 80:
        known = "、".join(label for _value, label in MembershipKind.choices)
        told = Text(f"归类应为：{known}；组别不能为空。", f"Kinds: {known}; the group is needed.")
        faults.append(Fault("GRP-01", where, told))
    if starts_on >= ends_on:
        faults.append(Fault("GRP-02", where, Text("止日应晚于起日。", "It ends too early.")))
    if len(faults) > found or place_id is None or kind is None:
        return None
    return Membership(
        place_id=place_id, kind=kind, group=group, starts_on=starts_on, ends_on=ends_on,
        source=str(cells.get("source") or "")[:200],
    )  # fmt: skip


def _require_everywhere(place_ids: set[int], actor: Any) -> None:
    if actor.pk is None and not getattr(actor, "is_anonymous", False):
        return
    require(actor, "places.change")
    rows = Place.objects.open_to(actor, "places.change").values_list("pk", flat=True)
    missing = place_ids - set(rows)
    if missing:
        zh = f"表中有 {len(missing)} 个地方不在您可以办理的范围内。"
        en = f"{len(missing)} places of the table lie outside your area."
        raise NotAllowed([Fault("LOD-08", "", Text(zh, en))])
