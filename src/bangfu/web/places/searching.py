"""Searching (检索): one box for places and units; the page and what appears while one types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.records.organisations.models import Organisation
from bangfu.records.places.models import Place
from bangfu.records.places.search import chain_names, find_places
from bangfu.web.filters import read_filters, text
from bangfu.web.pages import page

__all__ = ["search", "suggest"]

_ON_PAGE, _SUGGESTED, _UNITS = 30, 8, 10


@page("places.read")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Places by name, former name, pinyin, initials or code; units by name."""
    words = read_filters(request.GET, {"q": text}).get("q", "")
    places = _found(request, words, _ON_PAGE)
    context = {"words": words, "places": places, "units": _units(request, words)}
    return render(request, "desk/search.html", context)


@page("places.read")
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The best places for what is typed so far, as a piece of a page."""
    words = read_filters(request.GET, {"q": text}).get("q", "")
    context = {"places": _found(request, words, _SUGGESTED), "words": words}
    return render(request, "desk/suggestions.html", context)


def _found(request: HttpRequest, words: str, limit: int) -> list[tuple[Place, str]]:
    places = find_places(request.user, words, limit) if words else []
    above = chain_names(places)
    return [(place, above[place.pk]) for place in places]


def _units(request: Any, words: str) -> list[Organisation]:
    """Units whose name or code holds the words, where the account may see units."""
    if not words or "organisations.read" not in request.verbs:
        return []
    rows = Organisation.objects.open_to(request.user, "organisations.read")
    found = rows.filter(search_text__contains=words.lower()) | rows.filter(code__startswith=words)
    return list(found.select_related("place").order_by("name", "pk")[:_UNITS])
