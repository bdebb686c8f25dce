"""The help as pages (帮助)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from bangfu.vocabulary.text import Language
from bangfu.web.help.topics import TOPICS, rendered
from bangfu.web.pages import open_page

__all__ = ["index", "topic_page"]


def _language() -> Language:
    return "en" if (get_language() or "").startswith("en") else "zh"


@open_page
def index(request: HttpRequest) -> HttpResponse:
    """All topics."""
    language = _language()
    topics = [(topic.name, topic.title.in_language(language)) for topic in TOPICS]
    return render(request, "help/index.html", {"topics": topics})


@open_page
def topic_page(request: HttpRequest, topic: str) -> HttpResponse:
    """One topic."""
    language = _language()
    found = next((held for held in TOPICS if held.name == topic), None)
    if found is None:
        raise Http404
    # The text is ours and its renderer escapes HTML.
    body = mark_safe(rendered(found.name, language))
    context = {"title": found.title.in_language(language), "body": body}
    return render(request, "help/topic.html", context)
