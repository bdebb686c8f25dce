"""Adopting a scheme (启用方案): its version, its data elements, its forms, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.catalogue.content import files_of, plain_content
from bangfu.records.catalogue.models import AdoptedScheme, DataElement, Form, FormColumn
from bangfu.records.catalogue.planned_forms import PlannedForm, planned_forms
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.models import Place
from bangfu.schemes.check import check_scheme
from bangfu.schemes.format.catalogue import DataElement as ElementFormat
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import FaultsFound
from bangfu.vocabulary.money import fen_from_text
from bangfu.vocabulary.text import Text

__all__ = ["FormChange", "adopt_scheme", "changes_by", "current_schemes"]

#: One line of what an adoption changes: {form, element, change, before, after}.
FormChange = dict[str, str]


def current_schemes() -> dict[str, AdoptedScheme]:
    """The version in force of each adopted scheme."""
    rows = AdoptedScheme.objects.filter(replaced_at__isnull=True).order_by("scheme")
    return {row.scheme: row for row in rows}


def changes_by(scheme: Scheme) -> list[FormChange]:
    """What adopting a scheme would change in the forms; empty where it changes none."""
    forms = {form.form: form for form in Form.objects.filter(scheme=scheme.id)}
    columns = _columns_of(forms.values())
    planned = {form.code: form for form in planned_forms(scheme)}
    lines: list[FormChange] = []
    for code, plan in planned.items():
        held = columns.get(code, {})
        if code not in forms:
            lines.append(_line(code, "", "form_added", "", plan.label.zh))
        elif not forms[code].is_open:
            lines.append(_line(code, "", "form_opened", "", plan.label.zh))
        wanted = [column.element for column in plan.columns]
        lines += [_line(code, e, "column_added", "", e) for e in wanted if not _is_open(held, e)]
        lines += [
            _line(code, e, "column_closed", e, "")
            for e in held
            if e not in wanted and held[e].is_open
        ]
    for code, form in forms.items():
        if code not in planned and form.is_open:
            lines.append(_line(code, "", "form_closed", form.label_zh, ""))
    return lines


@action("catalogue.adopt_scheme")
def adopt_scheme(name: str | Path, *, actor: Any) -> AdoptedScheme:
    """Adopt a scheme by its id or the path of its folder (启用方案).

    Adopting the version that is already in force changes nothing but is noted. An earlier
    version is kept with the day it was replaced; forms keep what the office set.
    """
    require(actor, "catalogue.change")
    scheme = load_scheme(name)
    faults = check_scheme(scheme)
    if faults:
        raise FaultsFound(faults)
    adopted = _next_version(scheme)
    _load_elements(scheme.catalogue.values())
    adopted.changes = changes_by(scheme)
    _set_up_forms(scheme)
    adopted.save()
    note(
        adopted,
        scheme=scheme.id,
        content_hash=scheme.content_hash,
        form_changes=len(adopted.changes),
    )
    return adopted


def _next_version(scheme: Scheme) -> AdoptedScheme:
    now = clock.now()
    others = AdoptedScheme.objects.filter(scheme=scheme.id, replaced_at__isnull=True)
    others.exclude(content_hash=scheme.content_hash).update(replaced_at=now)
    row = AdoptedScheme.objects.filter(scheme=scheme.id, content_hash=scheme.content_hash).first()
    if row is None:
        title = scheme.about.title
        return AdoptedScheme(
            scheme=scheme.id,
            content_hash=scheme.content_hash,
            content=plain_content(scheme),
            files=files_of(scheme),
            label_zh=title.zh[:200],
            label_en=title.en[:200],
            adopted_at=now,
        )
    row.replaced_at = None
    row.version += 1
    return row


def _load_elements(elements: Iterable[ElementFormat]) -> None:
    """Enter new elements and the wording of known ones; a unit with figures is never changed."""
    known = {row.element: row for row in DataElement.objects.all()}
    for element in elements:
        if element.id in known:
            _renew_element(known[element.id], element)
        else:
            _enter_element(element)


def _enter_element(element: ElementFormat) -> None:
    row = DataElement(element=element.id, kind=element.kind, unit=element.unit)
    row.owner, row.legal_class = element.owner, element.legal_class
    _take_wording(row, element)
    _take_definition(row, element)
    row.save()


def _renew_element(row: DataElement, element: ElementFormat) -> None:
    """What the office set stays; labels and levels are those of the catalogue."""
    if (row.kind, row.unit) != (element.kind, element.unit):
        _refuse_other_unit(row, element)
    if _take_wording(row, element):
        row.save_next_version()


def _take_wording(row: DataElement, element: ElementFormat) -> bool:
    """Write what only the catalogue says; whether anything moved."""
    before = (row.label_zh, row.label_en, row.levels, row.adds_up, row.also_every)
    row.label_zh, row.label_en = element.label.zh, element.label.en
    row.levels = list(element.levels)
    row.adds_up, row.also_every = element.adds_up, list(element.also_every)
    return before != (row.label_zh, row.label_en, row.levels, row.adds_up, row.also_every)


def _take_definition(row: DataElement, element: ElementFormat) -> None:
    if element.definition is not None:
        row.definition_zh, row.definition_en = element.definition.zh, element.definition.en
    if element.plausible is not None:
        read = fen_from_text if element.kind == "money" else int
        row.plausible_low, row.plausible_high = (read(bound) for bound in element.plausible)


def _refuse_other_unit(row: DataElement, element: ElementFormat) -> None:
    raise refuse(
        "CAT-02",
        Text(
            f"「{row.label_zh}」已按「{row.kind}、{row.unit}」收数，不能改为"
            f"「{element.kind}、{element.unit}」。",
            f"{row.label_en} is held as {row.kind}, {row.unit}; it cannot become "
            f"{element.kind}, {element.unit}.",
        ),
        where=row.element,
        remedy=Text("请另设一个指标代码。", "Give the changed element an id of its own."),
    )


def _set_up_forms(scheme: Scheme) -> None:
    """Make the forms what the scheme needs, keeping every setting of the office."""
    area = _area_of(scheme)
    elements = {row.element: row for row in DataElement.objects.all()}
    forms = {form.form: form for form in Form.objects.filter(scheme=scheme.id)}
    planned = planned_forms(scheme)
    for plan in planned:
        form = forms.get(plan.code)
        if form is None:
            form = _new_form(plan, area)
        elif not form.is_open:
            form.is_open = True
            form.save_next_version()
        _set_up_columns(form, plan, elements)
    codes = {plan.code for plan in planned}
    for code, form in forms.items():
        if code not in codes and form.is_open:
            form.is_open = False
            form.save_next_version()


def _area_of(scheme: Scheme) -> Place | None:
    about = scheme.about
    codes = [code for code in (about.area_code, about.province_code) if code]
    rows = Place.objects.filter(code__in=codes, code_system="nbs", ended_on__gt=clock.today())
    # Upper places last, so that they stand where two bear one code.
    found = {place.code: place for place in rows.order_by("-path")}
    return next((found[code] for code in codes if code in found), None)


def _new_form(plan: PlannedForm, area: Place | None) -> Form:
    return Form.objects.create(
        scheme=plan.scheme,
        form=plan.code,
        label_zh=plan.label.zh,
        label_en=plan.label.en,
        area=area,
        level=plan.level,
        period_kind=plan.period_kind,
        release=plan.release,
        review_levels=list(plan.review_levels),
        due_days=plan.due_days,
    )


def _set_up_columns(form: Form, plan: PlannedForm, elements: dict[str, DataElement]) -> None:
    held = {column.element.element: column for column in _with_elements([form])}
    last = max((column.position for column in held.values()), default=0)
    for place, wanted in enumerate(plan.columns, start=1):
        column = held.get(wanted.element)
        if column is None:
            FormColumn.objects.create(
                form=form,
                element=elements[wanted.element],
                position=place if not held else last + place,
                unit=wanted.unit,
            )
        elif not column.is_open:
            column.is_open = True
            column.save(update_fields=["is_open"])
    wanted_ids = {column.element for column in plan.columns}
    gone = [column.pk for element, column in held.items() if element not in wanted_ids]
    FormColumn.objects.filter(pk__in=gone).update(is_open=False)


def _with_elements(forms: Iterable[Form]) -> Iterable[FormColumn]:
    return FormColumn.objects.filter(form__in=list(forms)).select_related("element", "form")


def _columns_of(forms: Iterable[Form]) -> dict[str, dict[str, FormColumn]]:
    held: dict[str, dict[str, FormColumn]] = {}
    for column in _with_elements(forms):
        held.setdefault(column.form.form, {})[column.element.element] = column
    return held


def _is_open(held: dict[str, FormColumn], element: str) -> bool:
    return element in held and held[element].is_open


def _line(form: str, element: str, change: str, before: str, after: str) -> FormChange:
    return {"form": form, "element": element, "change": change, "before": before, "after": after}
