"""A matter of one place on one page (单项登记): what is held, what may be done with each row of
it, and the form by which another is entered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from bangfu.records.access.policies import require
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text
from bangfu.web.places.change_fields import DayField

__all__ = [
    "EndForm",
    "LookedForm",
    "Matter",
    "Row",
    "RowForm",
    "act_on",
    "matter_place",
    "read_row",
    "shown",
    "until",
]


class LookedForm(forms.Form):
    """A form whose fields look like the site's."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name_of_field in self.fields:
            widget = self.fields[name_of_field].widget
            choice = isinstance(widget, forms.Select)
            widget.attrs.setdefault("class", "form-select" if choice else "form-control")


class RowForm(LookedForm):
    """What is done with a row: which one, and in which version it was seen."""

    row = forms.IntegerField(min_value=1, max_value=2**53, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, max_value=2**31, widget=forms.HiddenInput)

    @classmethod
    def of(cls, row: Any, **initial: Any) -> RowForm:
        """The form of one row, with names of fields that no other row of the page has."""
        given = {"row": row.pk, "version": getattr(row, "version", 0), **initial}
        return cls(initial=given, auto_id=f"id_{row.pk}_%s")


class EndForm(RowForm):
    """The day from which a row holds no more."""

    on = DayField(label=_("自何日起终止"))


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of a row, and the form of what may be done with it."""

    cells: Sequence[str]
    form: RowForm | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """The page: its words, its rows, the form for another one and its suggestions."""

    place: Place
    title: str
    intro: str
    empty: str
    columns: Sequence[str]
    rows: Sequence[Row]
    act_label: str
    act_url: str
    add_label: str
    form: forms.Form
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    links: Sequence[tuple[str, str]] = ()

    @property
    def lines(self) -> list[tuple[Row, list[tuple[str, str]]]]:
        """Each row with its cells, and each cell with the heading it stands under."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


def matter_place(request: HttpRequest, place_id: int, verb: str) -> Place:
    """The place of the page: 404 outside the area, 403 without the right there."""
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=place_id)
    require(request.user, verb, place)
    return place


def read_row(form: RowForm) -> dict[str, Any]:
    """What the form of a row says; a broken one is refused."""
    if form.is_valid():
        return form.cleaned_data
    raise FaultsFound(
        [
            Fault(
                "FRM-01",
                str(form.fields[name].label or name),
                Text("没有填，或填得不对。", "It is missing or cannot be read."),
                Text("请返回重新填写。", "Go back and fill it in again."),
            )
            for name in form.errors
            if name in form.fields
        ]
    )


def act_on(
    request: HttpRequest,
    act: Callable[[], Any],
    again: Callable[[Sequence[Fault], int], HttpResponse],
    then: HttpResponse,
) -> HttpResponse:
    """Do it and go on, or show the page again with what is wrong."""
    try:
        act()
    except (NotAllowed, Stale):
        raise
    except Refused as refused:
        return again(refused.faults, 409)
    messages.success(request, translated("已登记。"))
    return then


def shown(
    request: HttpRequest, matter: Matter, faults: Sequence[Fault] = (), status: int = 200
) -> HttpResponse:
    """The page of a matter."""
    place = matter.place
    crumbs = [
        {"label": translated("地方"), "url": reverse("places")},
        {"label": place.name, "url": reverse("place", args=[place.pk])},
        {"label": matter.title, "url": ""},
    ]
    context = {"matter": matter, "place": place, "faults": faults, "crumbs": crumbs}
    return render(request, "places/matter.html", context, status=status)


def until(day: date) -> str:
    """An end as it is read: a day, or still."""
    return translated("至今") if day == FOREVER else day.isoformat()
