"""All about one place on paper (一村一档): what the document holds, read through the gate."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bangfu.records.figures.models import Observation
from bangfu.records.figures.values import value_of, write_value
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.shape import shape_of
from bangfu.records.registers.showing import shown_value

__all__ = ["PlaceFile", "Section", "place_file"]

#: Periods of figures and rows of one register that are printed.
_PERIODS: Final = 3
_ROWS: Final = 20
_FIELDS: Final = 6


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the document: its heading, heads and rows, and a word where there is none."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """The document of a place as of a day."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def place_file(place: Place, *, user: Any, on: date) -> PlaceFile:
    """Gather the document; every part holds only what the account may see."""
    above = _above(place)
    return PlaceFile(
        title=f"{place.name}一村一档" if place.level == "village" else f"{place.name}基本档案",
        subtitle=f"截至{on.year}年{on.month}月{on.day}日",
        facts=_facts(place, above),
        sections=(
            _figures(place, user),
            _helpers(place, user, on),
            *_registers(place, user),
        ),
    )


def _above(place: Place) -> list[str]:
    ids = [int(part) for part in place.path.strip("/").split("/")[:-1]]
    names = dict(Place.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [names[pk] for pk in ids if pk in names]


def _facts(place: Place, above: list[str]) -> tuple[tuple[str, str], ...]:
    levels = {value: str(label) for value, label in Level.choices}
    systems = {"nbs": "统计用区划代码", "mca": "行政区划代码"}
    return (
        ("名称", place.name),
        (systems.get(place.code_system, "代码"), place.code),
        ("隶属", " ".join(above) or "—"),
        ("层级", levels.get(place.level, place.level)),
        ("类别", place.kind or "—"),
    )


def _figures(place: Place, user: Any) -> Section:
    rows = (
        Observation.objects.open_to(user, "figures.read")
        .filter(place=place, collective__isnull=True)
        .select_related("element")
        .order_by("element__element", "pk")
    )
    shown: dict[int, dict[str, str]] = defaultdict(dict)
    elements: dict[int, Any] = {}
    for row in rows:
        element = elements.setdefault(row.element_id, row.element)
        unit = "万元" if element.kind == "money" else element.unit
        shown[row.element_id][row.period] = write_value(element, value_of(row), unit)
    periods = sorted({period for held in shown.values() for period in held})[-_PERIODS:]
    lines = tuple(
        (
            elements[pk].label_zh,
            "万元" if elements[pk].kind == "money" else elements[pk].unit,
            *(held.get(period) or "—" for period in periods),
        )
        for pk, held in shown.items()
        if any(period in held for period in periods)
    )
    return Section("一、主要数据", ("指标", "单位", *periods), lines, "还没有数据。")


def _helpers(place: Place, user: Any, on: date) -> Section:
    links = (
        HelperLink.objects.visible_to(user)
        .filter(place=place, starts_on__lte=on, ends_on__gt=on)
        .select_related("organisation")
        .order_by("starts_on", "pk")
    )
    lines = tuple(
        (link.organisation.name, link.layer or "—", link.starts_on.isoformat()) for link in links
    )
    return Section("二、帮扶单位", ("单位", "层次", "结对日期"), lines, "没有在册的帮扶单位。")


def _registers(place: Place, user: Any) -> list[Section]:
    rows = RegisterRow.objects.open_to(user, "registers.read").filter(place=place, is_removed=False)
    held: dict[int, list[RegisterRow]] = defaultdict(list)
    for row in rows.order_by("-period", "pk"):
        if not held[row.definition_id] or held[row.definition_id][0].period == row.period:
            held[row.definition_id].append(row)
    definitions = RegisterDefinition.objects.filter(pk__in=held).order_by("scheme", "position")
    sections = []
    for number, definition in enumerate(definitions, start=1):
        found = held[definition.pk]
        fields = shape_of(definition.content).fields[:_FIELDS]
        lines = tuple(
            tuple(shown_value(field, row.values.get(field.id)) or "—" for field in fields)
            for row in found[:_ROWS]
        )
        more = f"另有 {len(found) - _ROWS} 行，见台账。" if len(found) > _ROWS else ""
        title = f"（{number}）{definition.label_zh}（{found[0].period}，{len(found)} 行）"
        sections.append(Section(title, tuple(field.label.zh for field in fields), lines, more))
    return [Section("三、台账", (), (), "" if sections else "还没有台账登记。"), *sections]
