"""What is done to collectives (集体经济组织操作): entering one, renaming it, ending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import refuse
from bangfu.records.organisations.models import CollectiveOrganisation
from bangfu.records.organisations.names import check_name
from bangfu.records.places.models import Place
from bangfu.vocabulary.text import Text

__all__ = ["NewCollective", "change_collective", "enter_collective"]


@dataclass(frozen=True, slots=True)
class NewCollective:
    """What must be known of a collective to enter it."""

    place: Place
    code: str
    name: str
    starts_on: date
    kind: str = ""


@action("collectives.enter")
def enter_collective(new: NewCollective, *, actor: Any) -> CollectiveOrganisation:
    """Enter a collective of a village (登记集体经济组织)."""
    require(actor, "organisations.change", new.place)
    name, code, kind = check_name(new.name), new.code.strip(), new.kind.strip()
    if new.place.level != "village":
        raise refuse(
            "COL-01",
            Text("集体经济组织登记在村（社区）。", "A collective is entered at a village."),
            where=new.place.name,
        )
    if not code or len(code) > 40 or len(kind) > 40:
        raise refuse(
            "COL-02",
            Text(
                "登记号不能为空；登记号、类别不超过 40 字。",
                "A number is needed; number and kind have 40 characters at most.",
            ),
        )
    if CollectiveOrganisation.objects.filter(code=code).exists():
        raise refuse(
            "COL-03",
            Text(f"登记号「{code}」已有集体经济组织使用。", f"The number {code} is taken."),
        )
    body = CollectiveOrganisation.objects.create(
        place=new.place, code=code, name=name, kind=kind, starts_on=new.starts_on
    )
    note(body, after={"code": code, "name": name, "starts_on": new.starts_on.isoformat()})
    return body


@action("collectives.change")
def change_collective(
    body: CollectiveOrganisation, name: str, ends_on: date, *, seen_version: int, actor: Any
) -> CollectiveOrganisation:
    """Another name, or the day it ends (更名、终止); the log keeps what stood before."""
    require(actor, "organisations.change", body.place)
    body.refuse_if_stale(seen_version, {"name": name, "ends_on": ends_on})
    name = check_name(name)
    if not body.starts_on < ends_on:
        raise refuse("COL-04", Text("终止日应晚于成立日。", "It ends before it begins."))
    before = {"name": body.name, "ends_on": body.ends_on.isoformat()}
    body.name, body.ends_on = name, ends_on
    body.save_next_version()
    note(body, before=before, after={"name": name, "ends_on": ends_on.isoformat()})
    return body
