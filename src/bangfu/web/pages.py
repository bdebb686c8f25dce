"""How a view becomes a page (页面): it says which right it needs, or that it is open to all.

A view without such a mark is refused by the gatekeeper, so that nothing is open by forgetting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bangfu.records.access.roles import VERBS

__all__ = ["Mark", "mark_of", "open_page", "page", "signed_in_page"]

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Mark:
    """What a view asks of who comes: nothing, to be signed in, or one of some rights."""

    public: bool = False
    verbs: tuple[str, ...] = ()


def open_page(view: View) -> View:
    """Open to anybody: sign-in, health, help."""
    view.mark = Mark(public=True)  # type: ignore[attr-defined]
    return view


def signed_in_page(view: View) -> View:
    """Open to every account that is signed in: the desk, one's own settings."""
    view.mark = Mark()  # type: ignore[attr-defined]
    return view


def page(*verbs: str) -> Callable[[View], View]:
    """Open to accounts that hold one of these rights somewhere; the rows are gated besides."""
    unknown = [verb for verb in verbs if verb not in VERBS]
    if unknown or not verbs:
        raise ValueError(f"a page names known rights, not {unknown or 'none'}")

    def decorate(view: View) -> View:
        view.mark = Mark(verbs=verbs)  # type: ignore[attr-defined]
        return view

    return decorate


def mark_of(view: Any) -> Mark | None:
    """The mark of a view, also under Django's own decorators; None if it has none."""
    while view is not None:
        mark = getattr(view, "mark", None)
        if isinstance(mark, Mark):
            return mark
        view = getattr(view, "__wrapped__", None)
    return None
