"""The names a unit bore (单位名称沿革): dated; the column on the unit holds today's."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import refuse
from bangfu.records.organisations.models import Organisation, OrganisationName
from bangfu.records.places.naming import search_words
from bangfu.vocabulary.text import Text

__all__ = ["apply_due_names", "check_name", "name_on", "rewrite_name", "write_name"]


def check_name(name: str) -> str:
    """The name as it is kept; refused where nobody could read it."""
    name = name.strip()
    if not name or len(name) > 120 or any(ord(letter) < 32 for letter in name):
        raise refuse(
            "ORG-05",
            Text(
                "单位名称不能为空，不超过 120 字，不含换行。",
                "A name is needed, of 120 characters at most, on one line.",
            ),
        )
    return name


def name_on(unit: Organisation, day: date) -> str:
    """The name a unit bore on a day, for papers of that day."""
    found = OrganisationName.objects.filter(
        organisation=unit, starts_on__lte=day, ends_on__gt=day
    ).first()
    return found.name if found else unit.name


def write_name(unit: Organisation, name: str, on: date) -> None:
    """Enter a name from a day on; it holds until the next change that is already entered."""
    rows = OrganisationName.objects.filter(organisation=unit)
    if not rows.exists():
        OrganisationName.objects.create(organisation=unit, name=unit.name, starts_on=unit.starts_on)
    held = rows.filter(starts_on__lte=on, ends_on__gt=on).first()
    if held is None:
        raise refuse("ORG-03", Text("单位在这一天没有名称。", "The unit has no name that day."))
    ends_on = held.ends_on
    if held.starts_on == on:
        held.name = name
        held.save(update_fields=["name"])
        return
    held.ends_on = on
    held.save(update_fields=["ends_on"])
    OrganisationName.objects.create(organisation=unit, name=name, starts_on=on, ends_on=ends_on)


def rewrite_name(unit: Organisation, today: date) -> bool:
    """Put today's name, and the words it is found by, on the unit; it is not saved here."""
    names = list(
        OrganisationName.objects.filter(organisation=unit)
        .order_by("-starts_on")
        .values_list("name", flat=True)
    )
    current = name_on(unit, today)
    words = search_words([current, *names])
    if (unit.name, unit.search_text) == (current, words):
        return False
    unit.name, unit.search_text = current, words
    return True


@action("organisations.apply_due_names")
def apply_due_names(on: date, *, actor: Any) -> int:
    """Let names whose day has come be shown (到期更名生效)."""
    due = OrganisationName.objects.filter(starts_on__lte=on, ends_on__gt=on)
    moved = 0
    for row in due.select_related("organisation"):
        unit = row.organisation
        if unit.name != row.name and rewrite_name(unit, on):
            unit.save_next_version()
            moved += 1
    note(on=on.isoformat(), moved=moved)
    return moved
