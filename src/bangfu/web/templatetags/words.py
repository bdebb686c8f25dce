"""Words and addresses in templates (文字与地址): bilingual texts, faults by kind, other pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import get_language

from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

register = template.Library()


@register.filter
def in_language(text: Text | str | None) -> str:
    """A bilingual text in the language of the page; other text as it is."""
    if text is None:
        return ""
    if isinstance(text, Text):
        return text.in_language("en" if (get_language() or "").startswith("en") else "zh")
    return str(text)


@register.filter
def thousands(number: int | None) -> str:
    """A whole number as offices write it, with commas; a dash for one that is not known."""
    return "—" if number is None else f"{number:,}"


@register.filter
def by_code(faults: Iterable[Fault]) -> list[tuple[str, list[Fault]]]:
    """Faults in groups of one code, in the order in which each code was first met."""
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.code, []).append(fault)
    return list(groups.items())


@register.simple_tag(takes_context=True)
def address_with(context: Any, **changes: Any) -> str:
    """This page's address with some of its parameters changed; an empty one is left out."""
    request = context.get("request")
    if request is None:
        return ""
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return f"{request.path}?{parameters.urlencode()}" if parameters else str(request.path)
