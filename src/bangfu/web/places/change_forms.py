"""The forms of changes (区划变更表单): one for each event, each able to carry itself out."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from bangfu.records.ground import clock
from bangfu.records.places import changes
from bangfu.records.places.actions import NewPlace
from bangfu.records.places.choices import CodeSystem, EventKind, Level
from bangfu.records.places.events import Paper
from bangfu.records.places.models import Place, PlaceEvent
from bangfu.vocabulary.period import FOREVER
from bangfu.web.places.change_fields import (
    DayField,
    PlaceField,
    WeightField,
    suggested,
    translated_choices,
)

__all__ = ["FORMS", "ChangeForm"]

_PARTS = (1, 2, 3, 4)


class ChangeForm(forms.Form):
    """What every change says: its day and its paper."""

    kind: ClassVar[EventKind]
    #: Fields that name further places, with the suggestions of each.
    offered: ClassVar[tuple[str, ...]] = ()

    on = DayField(label=_("生效日期"))
    document_number = forms.CharField(label=_("批准文号"), max_length=80, required=False)
    remark = forms.CharField(label=_("说明"), max_length=400, required=False)

    def __init__(self, place: Place, user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.place, self.user = place, user
        self.open_places = Place.objects.open_to(user, "places.change")
        self.suggestions: dict[str, list[str]] = {}
        for name in self.offered:
            field = self.fields[name]
            assert isinstance(field, PlaceField)
            field.offer(self.open_places, f"list-{name}")
            self.suggestions[f"list-{name}"] = suggested(self.offers(name))
        for field in self.fields.values():
            choice = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if choice else "form-control")

    def offers(self, name: str) -> Any:
        """The places suggested for a field: unless told otherwise, those beside the place."""
        beside = self.open_places.filter(parent_id=self.place.parent_id, level=self.place.level)
        return beside.exclude(pk=self.place.pk)

    def places(self) -> list[Place]:
        """Every place the form names, for the versions that were seen."""
        named = [self.cleaned_data.get(name) for name in self.offered]
        return [self.place, *(place for place in named if isinstance(place, Place))]

    def paper(self, key: str, seen: dict[int, int]) -> Paper:
        """The paper of the change."""
        given = self.cleaned_data
        return Paper(given["on"], given["document_number"], given["remark"], key, seen)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        """Make the change."""
        raise NotImplementedError


class RenameForm(ChangeForm):
    """更名."""

    kind = EventKind.RENAME
    name = forms.CharField(label=_("新名称"), max_length=80)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        return changes.rename_place(self.place, self.cleaned_data["name"], paper, actor=actor)


class RecodeForm(ChangeForm):
    """变更代码."""

    kind = EventKind.RECODE
    code_system = forms.ChoiceField(label=_("代码体系"), choices=translated_choices(CodeSystem))
    code = forms.CharField(label=_("新代码"), max_length=12)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        given = self.cleaned_data
        return changes.recode_place(
            self.place, given["code_system"], given["code"], paper, actor=actor
        )


class TransferForm(ChangeForm):
    """变更隶属."""

    kind = EventKind.TRANSFER
    offered = ("to",)
    to = PlaceField(label=_("新的上级（代码）"))

    def offers(self, name: str) -> Any:
        above = self.place.parent
        level = above.level if above else Level.PROVINCE
        return self.open_places.filter(level=level).exclude(pk=self.place.parent_id or 0)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        return changes.transfer_place(self.place, self.cleaned_data["to"], paper, actor=actor)


class ReclassifyForm(ChangeForm):
    """变更类别."""

    kind = EventKind.RECLASSIFY
    new_kind = forms.CharField(label=_("新类别（如 镇、街道、社区）"), max_length=20)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        return changes.reclassify_place(
            self.place, self.cleaned_data["new_kind"], paper, actor=actor
        )


class AbolishForm(ChangeForm):
    """撤销."""

    kind = EventKind.ABOLISH
    offered = ("children_to",)
    children_to = PlaceField(label=_("下级地方划归（代码）"), required=False)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        to = self.cleaned_data["children_to"]
        return changes.abolish_place(self.place, paper, actor=actor, children_to=to)


class MergeForm(ChangeForm):
    """合并: this place and others, into one of them or a new one."""

    kind = EventKind.MERGE
    offered = ("with_1", "with_2", "with_3")
    with_1 = PlaceField(label=_("一并合并的地方（代码）"))
    with_2 = PlaceField(label=_("一并合并的地方（代码）"), required=False)
    with_3 = PlaceField(label=_("一并合并的地方（代码）"), required=False)
    into = forms.CharField(
        label=_("合并后沿用谁的代码（留空为本地方）"), max_length=12, required=False
    )
    new_name = forms.CharField(label=_("新设地方名称（新设时填）"), max_length=80, required=False)
    new_code = forms.CharField(label=_("新设地方代码（新设时填）"), max_length=12, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("new_name")) != bool(given.get("new_code")):
            self.add_error("new_code", translated("新设地方的名称和代码要一起填。"))
        if given.get("into") and given.get("new_code"):
            self.add_error("into", translated("沿用现有代码与新设地方只能选一样。"))
        codes = {place.code for place in self.places()}
        if given.get("into") and given["into"] not in codes:
            self.add_error("into", translated("应是参加合并的地方之一的代码。"))
        return given

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        given, places = self.cleaned_data, self.places()
        into: Place | NewPlace = self.place
        if given["new_code"]:
            into = _beside(self.place, given["new_name"], given["new_code"], paper.on)
        elif given["into"]:
            into = next(place for place in places if place.code == given["into"])
        return changes.merge_places(places, into, paper, actor=actor)


class SplitForm(ChangeForm):
    """分设: into this place itself and new ones; every place below is told where it goes."""

    kind = EventKind.SPLIT
    stays = WeightField(label=_("本地方保留的权重（%，撤销则留空）"), required=False)

    def __init__(self, place: Place, user: Any, data: Any = None) -> None:
        super().__init__(place, user, data)
        for number in _PARTS[1:]:
            words = {"number": number - 1}
            self.fields[f"name_{number}"] = forms.CharField(
                label=translated("新地方 %(number)d 名称") % words,
                max_length=80,
                required=number == 2,
            )
            self.fields[f"code_{number}"] = forms.CharField(
                label=translated("新地方 %(number)d 代码") % words,
                max_length=12,
                required=number == 2,
            )
            self.fields[f"weight_{number}"] = WeightField(
                label=translated("新地方 %(number)d 权重（%%）") % words, required=number == 2
            )
        self.children = list(
            Place.objects.filter(parent=place, ended_on__gt=clock.today()).order_by("code", "pk")
        )
        parts = [(1, place.name)] + [
            (n, translated("新地方 %(number)d") % {"number": n - 1}) for n in _PARTS[1:]
        ]
        for child in self.children:
            self.fields[f"child_{child.pk}"] = forms.TypedChoiceField(
                label=child.name, choices=parts, coerce=int, initial=1
            )
        for field in self.fields.values():
            choice = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if choice else "form-control")

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        given = self.cleaned_data
        parts: list[changes.SplitPart] = []
        if given["stays"] is not None:
            parts.append(changes.SplitPart(self.place, given["stays"], self._going_to(1)))
        for number in _PARTS[1:]:
            if not given[f"name_{number}"]:
                continue
            new = _beside(self.place, given[f"name_{number}"], given[f"code_{number}"], paper.on)
            weight = given[f"weight_{number}"] or 0
            parts.append(changes.SplitPart(new, weight, self._going_to(number)))
        return changes.split_place(self.place, parts, paper, actor=actor)

    def _going_to(self, number: int) -> tuple[Place, ...]:
        given = self.cleaned_data
        return tuple(c for c in self.children if given.get(f"child_{c.pk}") == number)


class FoundForm(ChangeForm):
    """新设: a place below this one."""

    kind = EventKind.FOUND
    name = forms.CharField(label=_("名称"), max_length=80)
    level = forms.ChoiceField(label=_("层级"), choices=translated_choices(Level))
    code_system = forms.ChoiceField(label=_("代码体系"), choices=translated_choices(CodeSystem))
    code = forms.CharField(label=_("代码"), max_length=12)
    new_kind = forms.CharField(label=_("类别（如 镇、街道、社区）"), max_length=20, required=False)

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        given = self.cleaned_data
        new = NewPlace(
            code_system=given["code_system"],
            code=given["code"].strip(),
            name=given["name"].strip(),
            level=given["level"],
            parent=self.place,
            valid_from=paper.on,
            kind=given["new_kind"].strip(),
        )
        return changes.found_by_paper(new, paper, actor=actor)


class CorrectForm(ChangeForm):
    """更正登记: what was entered wrongly between two days."""

    kind = EventKind.CORRECT
    until = DayField(label=_("错误登记止于（不含当日，留空为至今）"), required=False)
    name = forms.CharField(label=_("正确名称"), max_length=80, required=False)
    code = forms.CharField(label=_("正确代码"), max_length=12, required=False)
    new_kind = forms.CharField(label=_("正确类别"), max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(name) for name in ("name", "code", "new_kind")):
            raise forms.ValidationError(_("请至少填一项正确内容。"))
        return given

    def carry_out(self, paper: Paper, actor: Any) -> PlaceEvent:
        given = self.cleaned_data
        right = {"name": given["name"], "code": given["code"], "kind": given["new_kind"]}
        right = {name: value.strip() for name, value in right.items() if value.strip()}
        days = (paper.on, given["until"] or FOREVER)
        return changes.correct_place(self.place, days, right, paper, actor=actor)


def _beside(place: Place, name: str, code: str, on: date) -> NewPlace:
    """A new place of the same level, under the same place above."""
    return NewPlace(
        place.code_system, code.strip(), name.strip(), place.level, place.parent, on, place.kind
    )


FORMS: dict[str, type[ChangeForm]] = {
    form.kind.value: form
    for form in (
        RenameForm, RecodeForm, TransferForm, ReclassifyForm, MergeForm, SplitForm, FoundForm,
        AbolishForm, CorrectForm,
    )
}  # fmt: skip
