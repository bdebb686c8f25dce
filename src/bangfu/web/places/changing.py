"""The change screen (办理区划变更): fill in, look at what it touches, confirm."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.records.access.policies import require
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale, refuse
from bangfu.records.places.choices import EventKind, Level
from bangfu.records.places.models import Place
from bangfu.vocabulary.text import Text
from bangfu.web.filters import choice, read_filters
from bangfu.web.pages import page
from bangfu.web.places.change_forms import FORMS, ChangeForm
from bangfu.web.places.preview import preview_of, versions_of

__all__ = ["change", "choose"]

_KEY = re.compile(r"[A-Za-z0-9_-]{20,60}")
_SEEN = re.compile(r"\d{1,12}:\d{1,9}(,\d{1,12}:\d{1,9})*")


@page("places.change")
@require_safe
def choose(request: HttpRequest, place_id: int) -> HttpResponse:
    """Which event is to be entered for a place."""
    place = _place(request, place_id)
    kinds = [(kind.value, kind.label) for kind in EventKind if kind.value in FORMS]
    return render(request, "places/choose_change.html", {"place": place, "kinds": kinds})


@page("places.change")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, place_id: int, kind: str) -> HttpResponse:
    """The form of an event; its preview; and, confirmed, the event itself."""
    place = _place(request, place_id)
    form_class = FORMS.get(kind)
    if form_class is None:
        raise Http404
    if request.method != "POST":
        form = form_class(place, request.user)
        # A link may come with the level of what is to be founded: that of a functional zone.
        form.initial = read_filters(request.GET, {"level": choice(Level.values)})
        return _shown(request, form)
    form = form_class(place, request.user, request.POST)
    if not form.is_valid():
        return _shown(request, form, status=400)
    if request.POST.get("step") == "confirm":
        return _confirmed(request, form)
    return _previewed(request, form)


def _place(request: HttpRequest, place_id: int) -> Place:
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=place_id)
    require(request.user, "places.change", place)
    return place


def _shown(
    request: HttpRequest, form: ChangeForm, *, faults: Any = (), status: int = 200
) -> HttpResponse:
    context = {"form": form, "place": form.place, "kind": form.kind, "faults": faults}
    return render(request, "places/change.html", context, status=status)


def _previewed(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    key = secrets.token_urlsafe(24)
    seen = versions_of(form.places())
    paper = form.paper("", {})
    try:
        found = preview_of(lambda: form.carry_out(paper, request.user), paper.on)
    except (NotAllowed, Stale):
        raise
    except Refused as refused:
        return _shown(request, form, faults=refused.faults, status=409)
    posted = [
        (name, value)
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "step", "key", "seen")
    ]
    context = {
        "form": form,
        "place": form.place,
        "kind": form.kind,
        "found": found,
        "posted": posted,
        "key": key,
        "seen": ",".join(f"{place_id}:{version}" for place_id, version in seen.items()),
        "answers": _answers(form),
    }
    return render(request, "places/preview.html", context)


def _answers(form: ChangeForm) -> list[tuple[str, str]]:
    """What was filled in, in words."""
    return [
        (str(field.label), str(form.cleaned_data[name]))
        for name, field in form.fields.items()
        if form.cleaned_data.get(name) not in (None, "") and not name.startswith("child_")
    ]


def _confirmed(request: HttpRequest, form: ChangeForm) -> HttpResponse:
    key, seen = request.POST.get("key", ""), request.POST.get("seen", "")
    if not _KEY.fullmatch(key) or not _SEEN.fullmatch(seen):
        raise refuse(
            "PLC-20",
            Text("请先预览，再确认办理。", "Look at the preview first, then confirm."),
        )
    pairs = [pair.partition(":") for pair in seen.split(",")]
    versions = {int(place_id): int(version) for place_id, _colon, version in pairs}
    event = form.carry_out(form.paper(key, versions), request.user)
    messages.success(request, _("已登记区划变更，自 %(on)s 起生效。") % {"on": event.on})
    return redirect("place_event", event.pk)
