"""The look of a page (外观): the bundle's files, icons."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bangfu.web.bundle import bundle

register = template.Library()


@register.simple_tag
def bundle_files() -> SafeString:
    """The style sheets and scripts every page loads."""
    files = bundle()
    styles = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(name),) for name in files.styles)
    )
    scripts = format_html_join(
        "", '<script type="module" src="{}"></script>', ((static(name),) for name in files.scripts)
    )
    return styles + scripts


@register.simple_block_tag(takes_context=True)
def kept_as(context: Any, content: str, name: str) -> str:
    """Keep what stands inside under a name, so that it can be said twice."""
    context[name] = content.strip()
    return ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside a text. It says nothing of its own: the text does."""
    drawing = bundle().icon(name)
    if not drawing:
        return SafeString("")
    # The drawing comes from our own build, never from a person.
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(drawing),
    )
