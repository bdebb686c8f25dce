"""A page of rows for a template (翻页)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bangfu.records.ground.keyset import Page

__all__ = ["shown_page"]


def shown_page(request: HttpRequest, found: Page[Any]) -> Page[Any]:
    """The page itself; the pager keeps the filters of the address."""
    return found
